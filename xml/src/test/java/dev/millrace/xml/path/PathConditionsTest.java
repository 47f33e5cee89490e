package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathConditionsTest {

    private static final Node DOCUMENT = Trees.document("<r><a s='A' n='1'><b x='1'/><b x='2'/></a>"
            + "<a s='A' n='7'><b x='3'/><b/><c s='A'/></a><a s='B' n='9'><b x='4'><b x='5'/></b></a></r>");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a; ",
                "a[@s = 'A']; @s = 'A'",
                "a[@s = 'A'][@n > 5]; @s = 'A' | @n > 5",
                "a[@s = 'A' and @n > 5]/b[@x]; @s = 'A' | @n > 5 | @x",
                "a[@s = 'A' or @n > 5 and b]; @s = 'A' or @n > 5 and b",
                "a[and and or]; and | or",
                "a[some $x in b satisfies $x/@x = 1 and @s]; some $x in b satisfies $x/@x = 1 and @s",
                "a[b[@x = 1 and @y]]; b[@x = 1 and @y]",
                "(a[1] | b[2])[last()]; 1 | 2 | last()",
                "child::a[1]/@*[. = '] and ['] ; 1 | . = '] and ['",
                "reverse(a[1])/b[2]; 2",
                "a/element(b)[1]; 1",
                "if[1]/for[2]; 1 | 2",
            })
    void takesPathsApart(String path, String conditions) {
        String expected = conditions == null ? "" : conditions;

        assertThat(String.join(" | ", of(path).conditions())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a except b[1]",
                "a[1] intersect a[@s]",
                "for $x in a[1] return $x",
                "if (a[1]) then b else c",
                "let $x := a[1] return $x",
                "some $x in a satisfies $x",
                "a[1] = b",
                "count(a) - 1",
                "1",
                "a => reverse()",
                "a[",
            })
    void leavesAloneWhatHasMoreItemsForFewerConditions(String path) {
        assertThat(PathConditions.of(path)).isEmpty();
    }

    @Test
    void writesThePathWithItsFirstConditions() {
        PathConditions path = of("a[@s = 'A' and @n > 5 and b]/b[@x]/..");

        assertThat(path.upTo(0)).isEqualTo("a/b/..");
        assertThat(path.upTo(1)).isEqualTo("a[boolean(@s = 'A')]/b/..");
        assertThat(path.upTo(2)).isEqualTo("a[@s = 'A' and @n > 5]/b/..");
        assertThat(path.upTo(3)).isEqualTo("a[@s = 'A' and @n > 5 and b]/b/..");
        assertThat(path.upTo(4)).isEqualTo("a[@s = 'A' and @n > 5 and b]/b[@x]/..");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a[@s = 'A'][@n > 5]",
                "a[@s = 'A' and @n > 5]/b[@x]",
                "a[position() > 1 and @s = 'A']/b[last()]",
                "a[2]/b[1]",
                "//b[@x > 1][1]",
                "a[@n and b]/b[b or @x = 3]/@x[. > 2]",
                "(a[@n > 1] | a/c[@s = 'A'])[@s = 'A'][2]",
                "a[@s]/c[@s]/preceding-sibling::b[1]",
                "$record/a[@n > 5], a[@s = 'A']",
                "a[b and number(@n)]",
            })
    void eachConditionLeavesOutNodesAndAddsNone(String text) throws Exception {
        PathConditions path = of(text);
        List<Integer> before = positions(path.upTo(0));
        for (int i = 1; i <= path.conditions().size(); i++) {
            List<Integer> then = positions(path.upTo(i));

            assertThat(before).as(path.upTo(i)).containsAll(then);
            before = then;
        }
        assertThat(before).isEqualTo(positions(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a; a",
                "a/b//c; a | a/b | a/b//c",
                "/r/a; /r | /r/a",
                "//a; //a",
                "a/(b/c | d); a | a/(b/c | d)",
                "a/b | c; a/b | c",
                "$record/a; $record | $record/a"
            })
    void tellsThePathsBeginnings(String path, String beginnings) {
        assertThat(String.join(" | ", of(path).beginnings())).isEqualTo(beginnings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "@s = 'A'; @s",
                "amount > limit + 1; amount | limit + 1",
                "7 eq @s; @s",
                ". = (1, 2); .",
                "position() > 1; ",
                "@s = 'A' or b; ",
                "@s; ",
                "not(@s = 'A'); ",
                "starts-with(@s, 'A') = true(); starts-with(@s, 'A') | true()",
            })
    void tellsWhatAConditionCompares(String condition, String operands) {
        assertThat(String.join(" | ", PathConditions.operands(condition))).isEqualTo(operands == null ? "" : operands);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a[1]; 0",
                "a[1 and 2]/b[3]; 1 1 0",
                "a[1]/b/@c; 2",
                "a[1]//b[2]; -1 0",
                "a[1]/..; -1",
                "a[1]/parent::b; -1",
                "(a[1]/b)[2]/c; -1 1",
                "a[1] | b[2]; -1 0",
                "a[1]/(b | c); -1",
            })
    void tellsHowFarAboveTheItemAConditionIsAsked(String text, String levels) {
        PathConditions path = of(text);

        assertThat(IntStream.range(0, path.conditions().size())
                        .mapToObj(i -> String.valueOf(path.levelsUp(i)))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(levels);
    }

    @Test
    void takesATestApart() {
        assertThat(PathConditions.ofTest("@a = 1 and not(b and c)")).containsExactly("@a = 1", "not(b and c)");
        assertThat(PathConditions.ofTest("@a or b")).containsExactly("@a or b");
    }

    private static PathConditions of(String path) {
        return PathConditions.of(path).orElseThrow();
    }

    private static List<Integer> positions(String path) throws Exception {
        EvaluationContext context = new EvaluationContext(1);
        context.startRecord(new Record(Objects.requireNonNull(DOCUMENT.firstChild()), 0));
        Items items = new Items();
        new PathCompiler(Map.of(), false)
                .compile(path, VariableScope.RECORD, PathCompiler.Result.ITEMS)
                .evaluate(context, items);
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            positions.add(((Node) items.get(i)).position());
        }
        return positions;
    }
}
