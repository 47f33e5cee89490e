package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.document.FaultCode;
import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A context beside another one sees what is there, and leaves no trace. */
class LookingOnTest {

    private static final long BUDGET = 1_000;
    private static final VariableScope SCOPE = VariableScope.RECORD.with("x");

    private final EvaluationContext context = new EvaluationContext(SCOPE.size(), XmlLimits.DEFAULTS.withSteps(BUDGET));

    private static Node start(EvaluationContext context, String text) {
        Node element = Objects.requireNonNull(Trees.document(text).firstChild());
        context.startRecord(new Record(element, 0));
        return element;
    }

    private static PathExpression compile(String text) throws PathException {
        return new PathCompiler(Map.of(), false).compile(text, SCOPE, PathCompiler.Result.ITEMS);
    }

    private static Object[] items(PathExpression expression, EvaluationContext context) throws EvaluationException {
        Items items = new Items();
        expression.evaluate(context, items);
        return items.toArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a; 2",
                "a/@n; 2",
                "a | a; 2",
                "a, a; 4",
                "a/..; 1",
                "//*[@n]; 2",
                "a ! (1, 2, 3); 6",
                "none; 0",
                "tokenize('a b c', ' '); 3",
                "array { 1, 2 }?*; 2"
            })
    void countsWhatAnExpressionGives(String expression, long items) throws Exception {
        start(context, "<r><a n='1'/><a n='2'/></r>");

        assertThat(compile(expression).count(context)).isEqualTo(items);
        assertThat(items(compile("count((a, a))"), context))
                .as("what is counted within is another count")
                .containsExactly(4L);
    }

    @Test
    void takesNoStepOfTheOther() throws Exception {
        Node record = start(context, "<r>" + "<a/>".repeat(600) + "</r>");
        PathExpression all = compile("a");
        PathExpression endless = compile("a[//a[//a]]");
        long before = context.stepsTaken();

        assertThat(all.count(context.lookingOnFrom(record))).isEqualTo(600);
        assertThatThrownBy(() -> endless.count(context.lookingOnFrom(record)))
                .isInstanceOfSatisfying(
                        EvaluationException.class,
                        e -> assertThat(e.faultCode()).isEqualTo(FaultCode.TOO_MANY_STEPS));
        assertThatThrownBy(() -> all.count(context.lookingOnFrom(record)))
                .as("its own are used up, for this record")
                .isInstanceOf(EvaluationException.class);
        assertThat(context.stepsTaken()).isEqualTo(before);
        assertThat(all.count(context)).isEqualTo(600);

        Node next = start(context, "<r><a/></r>");
        assertThat(all.count(context.lookingOnFrom(next))).isEqualTo(1);
    }

    @Test
    void seesTheVariablesAndBindsNone() throws Exception {
        Node record = start(context, "<r><a n='1'/><a n='2'/><b>" + "<c/>".repeat(400) + "</b></r>");
        PathExpression asked = compile("a[@n = $x]");
        context.bind(1, "2");
        assertThat(asked.count(context.lookingOnFrom(record))).isEqualTo(1);

        context.bindLazily(1, compile("count(b/c)"), record);
        long before = context.stepsTaken();
        assertThat(asked.count(context.lookingOnFrom(record))).isZero();
        assertThat(context.stepsTaken()).isEqualTo(before);
        asked.count(context);
        assertThat(context.stepsTaken())
                .as("the other has to find out by itself")
                .isGreaterThan(before + 400);

        // Of another item, the value is another, whatever it was before.
        context.bindLazily(1, compile("@n"), record.firstChild());
        assertThat(asked.count(context.lookingOnFrom(record))).isEqualTo(1);
        context.bindLazily(1, compile("@none"), record.firstChild());
        assertThat(asked.count(context.lookingOnFrom(record))).isZero();
    }

    @Test
    void bothGiveUpWhenNobodyWantsTheResult() throws Exception {
        EvaluationContext unbounded = new EvaluationContext(SCOPE.size(), XmlLimits.DEFAULTS.withSteps(Long.MAX_VALUE));
        AtomicInteger looks = new AtomicInteger();
        unbounded.giveUpWhen(() -> looks.incrementAndGet() == 2);
        Node record = start(unbounded, "<r/>");
        PathExpression endless = compile("sum(for $i in 1 to 9000000 return sum(for $j in 1 to 9000000 return $j))");

        assertThatThrownBy(() -> endless.count(unbounded.lookingOnFrom(record)))
                .isInstanceOf(EvaluationException.class);
        assertThat(looks).hasValue(2);
        assertThat(unbounded.hasGivenUp()).isTrue();
    }

    @Test
    void doesNotTakeTheBeginningsOfOtherPathsForItsOwn() throws Exception {
        Node record = start(context, "<r><a><n v='1'/></a><b><n v='2'/></b></r>");
        PathCompiler one = new PathCompiler(Map.of(), false);
        PathExpression shared = one.compile("(a/n/@v, a/n/@v)", SCOPE, PathCompiler.Result.VALUES);
        PathCompiler other = new PathCompiler(Map.of(), false);
        PathExpression alike = other.compile("(b/n/@v, b/n/@v)", SCOPE, PathCompiler.Result.VALUES);

        assertThat(items(shared, context)).containsExactly("1", "1");
        assertThat(items(alike, context.lookingOnFrom(record))).containsExactly("2", "2");
        assertThat(items(shared, context.lookingOnFrom(record))).containsExactly("1", "1");
    }
}
