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
import org.junit.jupiter.params.provider.ValueSource;

/** What an evaluation costs is counted, so that it ends; and what people write costs as many steps as the document is long. */
class StepBudgetTest {

    private static final long BUDGET = 100_000;
    private static final VariableScope SCOPE = VariableScope.RECORD;

    /** Each would take far longer than anybody waits, or more memory than there is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum(for $i in 1 to xs:integer(@large) return $i)",
                "count(for $i in 1 to 100000, $j in 1 to 100000 return $i + $j)",
                "some $i in 1 to 9000000 satisfies $i < 0",
                "every $i in 1 to 9000000 satisfies $i > 0",
                "count((1 to 9000000)[. mod 2 = 0])",
                "count((1 to 9000000) ! concat(., 'x'))",
                "count(//a[preceding-sibling::a[. = 'nowhere']])",
                "count(//a[following-sibling::a[. = 'nowhere']])",
                "count(//a[//a[//a[. = 'nowhere']]])",
                "count(//a[../a = ../a/@x])",
                "count(//a[../a[@no1]])",
                "count((for $i in 1 to 100000 return //a) | //a)",
                "matches(@nines, '^(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x$')",
                "matches(@nines, '^(9*)(9*)(9?9*)(9*)(9*)(9*)x$')",
                "replace(@nines, '9*9*9*9*9*9*9*x', '')",
                "count(tokenize(@nines, '9*9*9*9*9*9*9*x'))",
                "string-length(string-join(for $i in 1 to 100000 return string-join(//a, ' '), ''))",
                "count(for $i in 1 to 100000 return contains(string(.), concat(string(.), 'x')))",
                "count(for $i in 1 to 100000 return number(@nines))",
                "count(distinct-values(for $i in 1 to 100000 return //a))",
                "count(index-of(for $i in 1 to 100000 return //a, 'nowhere'))",
                "max(for $i in 1 to 100000 return //a/@x)",
                "let $a := (for $i in 1 to 9000000 return $i) return count($a)",
            })
    void endsWhenTheStepsAreUsedUp(String expression) throws Exception {
        Node document = document(1_000);

        assertThatThrownBy(() -> evaluate(expression, document, BUDGET))
                .isInstanceOfSatisfying(EvaluationException.class, e -> {
                    assertThat(e.faultCode()).isEqualTo(FaultCode.TOO_MANY_STEPS);
                    assertThat(e.sentence()).contains("100000", "--max-steps").doesNotContain("\n");
                });
    }

    /** The expressions of ordinary contracts, over documents of which one has ten times the elements of the other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "count(a)",
                "string-join(a, ', ')",
                "a[last()]/@x",
                "a[@x = '17']",
                "count(a[preceding-sibling::a[1]/@x = '3'])",
                "count(a/preceding-sibling::*[1])",
                "count(a[1]/following-sibling::a)",
                "sum(a/@x)",
                "count(distinct-values(a/@x))",
                "count(a[matches(., '^[a-z ]+[0-9]*$')])",
                "count(tokenize(string-join(a, ','), ','))",
                "replace(string-join(a, ','), '[0-9]+', '#')",
                "count(a | b)",
                "normalize-space(.)",
                "count(//a/ancestor::r)",
            })
    void takesAsManyStepsAsTheDocumentIsLong(String expression) throws Exception {
        long ofOne = evaluate(expression, document(2_000), Long.MAX_VALUE);
        long ofTenTimesIt = evaluate(expression, document(20_000), Long.MAX_VALUE);

        assertThat(ofTenTimesIt).isLessThan(ofOne * 14 + 1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "matches(@word, '^(a|b)*$')",
                "replace(@word, '([a-z]|9)+', '')",
                "count(tokenize(@word, '(a|b)+x'))"
            })
    void rejectsWhatOverflowsTheStack(String expression) throws Exception {
        Node document = Trees.document("<r word='" + "ab".repeat(100_000) + "'/>");

        assertThatThrownBy(() -> evaluate(expression, document, Long.MAX_VALUE))
                .isInstanceOfSatisfying(EvaluationException.class, e -> {
                    assertThat(e.faultCode()).isEqualTo(FaultCode.PATH_ERROR);
                    assertThat(e.sentence()).contains("[ab]*").doesNotContain("\n");
                });
    }

    /** Of what Saxon evaluates, its functions that call themselves and the items that come out; Saxon bounds its matchers. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
            array { 1 to 300000 }?*§TOO_MANY_STEPS
            let $f := function($f, $n) { 1 + $f($f, $n + 1) } return $f($f, 1)§PATH_ERROR
            """)
    void boundsWhatSaxonEvaluates(String expression, FaultCode code) throws Exception {
        EvaluationContext context = new EvaluationContext(SCOPE.size(), XmlLimits.DEFAULTS.withSteps(BUDGET));
        context.startRecord(record(document(10)));
        PathExpression compiled = compile(expression);

        assertThat(compiled.evaluator()).isEqualTo(PathExpression.Evaluator.SAXON);
        assertThatThrownBy(() -> compiled.evaluate(context, new Items()))
                .isInstanceOfSatisfying(
                        EvaluationException.class,
                        e -> assertThat(e.faultCode()).isEqualTo(code));
    }

    /** What was on its way when the stack or the steps ran out leaves no trace in the context. */
    @Test
    void goesOnWithTheNextExpressionAndTheNextRecord() throws Exception {
        EvaluationContext context = new EvaluationContext(SCOPE.size(), XmlLimits.DEFAULTS.withSteps(BUDGET));
        Node document = Trees.document("<r word='" + "ab".repeat(100_000) + "' n='7'><a>1</a><a>2</a></r>");
        PathExpression endless = compile("let $x := a return sum(for $i in 1 to 9000000 return count($x))");
        PathExpression deep = compile("let $x := @n return for $y in a return matches(@word, '^(a|b)*$')");
        PathExpression sound = compile("let $x := @n, $z := 3 return for $y in a return $x * $y + $z");

        for (int i = 0; i < 3; i++) {
            context.startRecord(record(document));
            assertThatThrownBy(() -> deep.evaluate(context, new Items())).isInstanceOf(EvaluationException.class);
            assertThatThrownBy(() -> endless.evaluate(context, new Items())).isInstanceOf(EvaluationException.class);
            assertThatThrownBy(() -> sound.evaluate(context, new Items()))
                    .as("the record has no steps left")
                    .isInstanceOf(EvaluationException.class);
            context.startRecord(record(document));
            Items items = new Items();
            sound.evaluate(context, items);
            assertThat(items.toArray()).containsExactly(10.0, 17.0);
        }
    }

    /** It looks now and then whether anybody wants what it does, and never takes what it has not finished for a result. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
            sum(for $i in 1 to 9000000 return sum(for $j in 1 to 9000000 return $j))§NATIVE
            array { 1 to 300000 }?*§SAXON
            """)
    void givesUpWhatNobodyWantsAnyMore(String expression, PathExpression.Evaluator evaluator) throws Exception {
        EvaluationContext context = new EvaluationContext(SCOPE.size(), XmlLimits.DEFAULTS.withSteps(Long.MAX_VALUE));
        AtomicInteger looks = new AtomicInteger();
        context.giveUpWhen(() -> looks.incrementAndGet() == 2);
        context.startRecord(record(document(10)));
        PathExpression compiled = compile(expression);

        assertThat(compiled.evaluator()).isEqualTo(evaluator);
        assertThatThrownBy(() -> compiled.evaluate(context, new Items())).isInstanceOf(EvaluationException.class);
        assertThat(looks).hasValue(2);
        assertThat(context.hasGivenUp()).isTrue();
    }

    @Test
    void countsTheStepsThatItTakesBetweenItsLooks() throws Exception {
        long all = evaluate("sum(for $i in 1 to 1000000 return $i)", document(10), Long.MAX_VALUE);

        assertThat(evaluate("sum(for $i in 1 to 1000000 return $i)", document(10), all))
                .isEqualTo(all);
        assertThatThrownBy(() -> evaluate("sum(for $i in 1 to 1000000 return $i)", document(10), all - 1))
                .isInstanceOf(EvaluationException.class);
    }

    @Test
    void makesNoTextBeyondTheLimit() throws Exception {
        String doubled = "let $a := @nines, $b := concat($a, $a, $a, $a) return string-length(concat($b, $b, $b, $b))";
        Node document = document(1);
        PathExpression expression = compile(doubled);
        XmlLimits limits = new XmlLimits(1, 1, 1, 1, 500, 1, 1, 1);
        EvaluationContext context = new EvaluationContext(SCOPE.size(), limits);
        context.startRecord(record(document));

        assertThatThrownBy(() -> expression.evaluate(context, new Items()))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("more than 500 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "string(xs:integer(@digits)), FOCA0003",
        "string(xs:decimal(@digits)), FOCA0006",
        "string(xs:integer(@some) * xs:integer(@some)), FOAR0002",
        "string(xs:decimal(@some) * xs:decimal(@some)), FOAR0002",
        "string(xs:decimal(@small) * xs:decimal(@small)), FOAR0002",
    })
    void boundsTheDigitsOfNumbers(String expression, String code) {
        Node document = Trees.document("<r digits='" + "9".repeat(1_000_000) + "' some='" + "9".repeat(9_000)
                + "' small='0." + "0".repeat(9_000) + "1'/>");

        assertThatThrownBy(() -> evaluate(expression, document, Long.MAX_VALUE))
                .isInstanceOfSatisfying(
                        EvaluationException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(|){30}x", "((|a?)(|b?)){20}x", "(a?|b?){40}c", "((((a|)|(b|))|((c|)|(d|)))*){20}!"})
    void refusesARegularExpressionThatMatchesNothingInTooManyWays(String regex) {
        assertThatThrownBy(() -> compile("matches(., '" + regex + "')"))
                .isInstanceOf(PathException.class)
                .hasMessageContaining("match nothing in too many ways");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a?b?c?){0,30}d", "^(-?[0-9]{1,3}(,[0-9]{3})*(\\.[0-9]+)?)?$", "(a*|b*)*", "[[]{3}(x|)"})
    void acceptsARegularExpressionThatMatchesNothingInAFewWays(String regex) {
        assertThat(EmptyMatches.areTooMany(regex)).isFalse();
    }

    private static Node document(int elements) {
        StringBuilder xml = new StringBuilder("<r large='2000000000' nines='" + "9".repeat(40) + "'>");
        for (int i = 0; i < elements; i++) {
            xml.append("<a x='")
                    .append(i % 50)
                    .append("'>text ")
                    .append(i % 1_000 + 1_000)
                    .append("</a>");
        }
        return Trees.document(xml.append("</r>").toString());
    }

    private static Record record(Node document) {
        return new Record(Objects.requireNonNull(document.firstChild()), 0);
    }

    private static PathExpression compile(String expression) throws PathException {
        return new PathCompiler(Map.of(), false).compile(expression, SCOPE, PathCompiler.Result.VALUES);
    }

    /** How many steps it took. */
    private static long evaluate(String expression, Node document, long budget) throws Exception {
        PathExpression compiled = compile(expression);
        assertThat(compiled.evaluator()).isEqualTo(PathExpression.Evaluator.NATIVE);
        EvaluationContext context = new EvaluationContext(SCOPE.size(), XmlLimits.DEFAULTS.withSteps(budget));
        context.startRecord(record(document));
        compiled.evaluate(context, new Items());
        return context.stepsTaken();
    }
}
