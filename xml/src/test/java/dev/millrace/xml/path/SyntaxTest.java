package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.path.Syntax.AxisStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions as they are written. */
class SyntaxTest {

    private static final int MOST_OPERATORS = 2_450;

    /** One of each kind at least. */
    private static final List<String> ALL_KINDS = List.of(
            "1",
            "$record",
            ".",
            "/",
            "concat('a', 'b')",
            "(a, b)[1]",
            "a/b//c[@d]",
            "a ! b",
            "1, 2",
            "1 to 2",
            "a union b",
            "1 + 2",
            "-a",
            "a || b",
            "a = b",
            "a eq b",
            "a is b",
            "a and b",
            "if (a) then b else c",
            "for $x in a return $x",
            "let $x := a return $x",
            "some $x in a satisfies $x",
            "a instance of xs:string",
            "a treat as xs:string",
            "a castable as xs:string",
            "a cast as xs:string");

    /** Which nodes an expression touches can be told without running it. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
            @id                                         § attribute id
            a/b[@c = 'x']/text()                        § child a, child b, attribute c, child TEXT
            //p:a[last()]                               § child {urn:p}a
            if (a) then ../b else .                     § child a, parent any, child b
            for $x in a/b return concat($x/@c, c)       § child a, child b, attribute c, child c
            (a | b)[position() < 3] ! string(@x)        § child a, child b, attribute x
            string-join(distinct-values(a/@b), ';')     § child a, attribute b
            """)
    void canBeWalked(String expression, String expected) throws Exception {
        List<String> steps = new ArrayList<>();
        addSteps(parse(expression), steps);

        assertThat(String.join(", ", steps)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
            position() = 1          § true
            1 + last()              § true
            (a, last())[2]          § true
            last()/a                § true
            not(position() > 1)     § true
            a[position() = 1]       § false
            a/string(position())    § false
            a ! last()              § false
            position                § false
            """)
    void tellsWhatNeedsThePositionInItsFocus(String expression, boolean asks) throws Exception {
        assertThat(parse(expression).asksForPosition()).isEqualTo(asks);
    }

    @Test
    void everyKindOfExpressionCanBeRun() throws Exception {
        Set<Class<?>> met = new HashSet<>();
        for (String expression : ALL_KINDS) {
            addKinds(parse(expression), met);
            assertThat(compile(expression).evaluator()).as(expression).isEqualTo(PathExpression.Evaluator.NATIVE);
        }

        Set<Class<?>> all = new HashSet<>();
        addPermitted(Syntax.class, all);
        assertThat(met).containsExactlyInAnyOrderElementsOf(all);
    }

    /** Neither by the depth of their trees nor by what is asked again and again of their beginnings. */
    @ParameterizedTest
    @ValueSource(strings = {"1 + ", "a or ", "a | ", "a/", "a//", "a, ", "a || "})
    void takesLongChains(String link) throws Exception {
        String chain = link.repeat(MOST_OPERATORS / Math.max(1, link.strip().length() - 1)) + "a";

        assertThat(compile(chain).evaluator()).isEqualTo(PathExpression.Evaluator.NATIVE);
        assertThat(compile("b[" + chain + "]/c").evaluator()).isEqualTo(PathExpression.Evaluator.NATIVE);
    }

    private static void addSteps(Syntax syntax, List<String> steps) {
        if (syntax instanceof AxisStep step) {
            String test = step.test().kind() == null
                    ? "any"
                    : String.valueOf(step.test().kind());
            String local = step.test().name().local();
            String namespace = step.test().name().namespace();
            String name = namespace == null || namespace.isEmpty() ? local : "{" + namespace + "}" + local;
            steps.add(step.axis().name().toLowerCase(Locale.ROOT) + " " + (local == null ? test : name));
        }
        syntax.parts().forEach(part -> addSteps(part, steps));
    }

    private static void addPermitted(Class<?> kind, Set<Class<?>> all) {
        for (Class<?> permitted : kind.getPermittedSubclasses()) {
            if (permitted.isInterface()) {
                addPermitted(permitted, all);
            } else {
                all.add(permitted);
            }
        }
    }

    private static void addKinds(Syntax syntax, Set<Class<?>> kinds) {
        kinds.add(syntax.getClass());
        syntax.parts().forEach(part -> addKinds(part, kinds));
    }

    private static Syntax parse(String expression) throws PathException {
        Parser.Parsed parsed = Parser.parse(
                Lexer.tokens(expression), new Names(Map.of("p", List.of("urn:p"))), VariableScope.RECORD, false);
        return Objects.requireNonNull(parsed, expression).syntax();
    }

    private static PathExpression compile(String expression) throws PathException {
        return new PathCompiler(Map.of(), false).compile(expression, VariableScope.RECORD, PathCompiler.Result.VALUES);
    }
}
