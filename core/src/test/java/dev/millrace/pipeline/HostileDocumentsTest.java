package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever one document does with the paths of a contract, it is mapped or rejected with its reason, within its steps, and the
 * next document is mapped: random expressions that multiply, recurse, backtrack and grow, over random documents that are deep,
 * wide, long or full of namespaces. An ordinary build tries few and small ones; {@code -Dmillrace.hostile=N} makes the documents N
 * times as large and gives them N times the steps and N times as many tries, {@code -Dmillrace.hostile.seed} others. What takes
 * longer than its steps shows as a build that does not end: the last line that was printed is its seed.
 */
class HostileDocumentsTest {

    private static final int TIMES = Integer.getInteger("millrace.hostile", 1);
    private static final long SEED = Long.getLong("millrace.hostile.seed", 20261129L);
    private static final int TRIES = 400 * TIMES;
    private static final XmlLimits LIMITS = XmlLimits.DEFAULTS.withSteps(200_000L * TIMES);

    /** What a document can be rejected for that is no fault of Millrace. */
    private static final List<FaultCode> REASONS = List.of(
            FaultCode.TOO_MANY_STEPS,
            FaultCode.PATH_ERROR,
            FaultCode.SEVERAL_VALUES,
            FaultCode.INVALID_VALUE,
            FaultCode.TOO_DEEP,
            FaultCode.TOO_MANY_ATTRIBUTES,
            FaultCode.ENTITY_LIMIT);

    /** One try. */
    private static final class Hostile {

        private final Random random;

        Hostile(long seed) {
            random = new Random(seed);
        }

        private String one(String... choices) {
            return choices[random.nextInt(choices.length)];
        }

        /** A number of elements, characters or the like: now and then a large one. */
        private int size() {
            return (random.nextInt(3) == 0 ? 1_000 : 30) * TIMES;
        }

        String expression() {
            return switch (random.nextInt(9)) {
                case 0 -> "count(" + nodes(3) + ")";
                case 1 -> "string-join(" + nodes(2) + ", '" + one("", ",", " and ") + "')";
                case 2 -> "sum(for $i in 1 to xs:integer(@n) return " + number("$i") + ")";
                case 3 -> "count(for $i in 1 to xs:integer(@n), $j in " + nodes(1) + " return " + text("$j") + ")";
                case 4 -> "matches(" + text(".") + ", '" + regex(3) + "')";
                case 5 -> "replace(" + text(".") + ", '" + regex(3) + "x', '$')".replace("$", one("", "y", "yyyy"));
                case 6 -> "count(tokenize(" + text(".") + ", '" + regex(2) + "x'))";
                case 7 -> "string(" + number("xs:" + one("integer", "decimal", "double") + "(note)") + ")";
                default ->
                    one("some", "every") + " $x in " + nodes(2) + ", $y in " + nodes(1) + " satisfies $x "
                            + one("=", "!=", "<", "is") + " $y";
            };
        }

        /** As many axes within axes as there may be levels. */
        private String nodes(int levels) {
            String step = one(
                    "a",
                    "*",
                    ".//a",
                    "//*",
                    "a/@*",
                    "a/preceding-sibling::*",
                    "a/following-sibling::a",
                    ".//*/ancestor::*",
                    "descendant-or-self::node()",
                    "a/..",
                    "(a | *)",
                    "(a, a, a)");
            return levels == 0 || random.nextInt(3) == 0
                    ? step
                    : "(" + step + ")[" + one("", "not", "boolean") + "(" + nodes(levels - 1) + " "
                            + one("= .", "= 'none'", "!= 'x'") + ")]";
        }

        private String number(String of) {
            return one(of, of + " * " + of, of + " * " + of + " * " + of, of + " + 1", of + " div 7", "-" + of);
        }

        private String text(String of) {
            return one(
                    "string(" + of + ")",
                    "string(note)",
                    "concat(note, note, note)",
                    "upper-case(note)",
                    "normalize-space(note)",
                    "translate(note, 'abc9', 'xyz')",
                    "substring-after(note, 'ab')");
        }

        private String regex(int levels) {
            if (levels == 0) {
                return one("a", "b", ".", "[ab]", "9", "\\s");
            }
            return switch (random.nextInt(6)) {
                case 0 -> "(" + regex(levels - 1) + ")" + one("*", "+", "?", "{2,5}", "{3}");
                case 1 -> "(" + regex(levels - 1) + "|" + regex(levels - 1) + ")" + one("*", "+", "");
                case 2 -> regex(0) + one("*", "+", "*?") + regex(0) + one("*", "+") + regex(levels - 1);
                case 3 -> "(.*)(.*)(.*)(.*)" + regex(0);
                default -> regex(levels - 1) + regex(levels - 1);
            };
        }

        String document() {
            StringBuilder xml = new StringBuilder();
            if (random.nextInt(8) == 0) {
                xml.append("<!DOCTYPE r [<!ATTLIST a");
                for (int i = size(); i > 0; i--) {
                    xml.append(" d").append(i).append(" CDATA '").append(i).append('\'');
                }
                xml.append(">]>");
            }
            xml.append("<r n='")
                    .append(random.nextInt(4) == 0 ? "9999999" : "" + random.nextInt(50))
                    .append('\'');
            if (random.nextInt(6) == 0) {
                for (int i = size(); i > 0; i--) {
                    xml.append(" xmlns:p").append(i).append("='urn:").append(i).append('\'');
                }
            }
            xml.append("><note>")
                    .append(one("ab", "a", "9", "9.", " ", "a b").repeat(size()))
                    .append("</note>");
            elements(xml);
            return xml.append("</r>").toString();
        }

        private void elements(StringBuilder xml) {
            int count = size();
            switch (random.nextInt(4)) {
                case 0 ->
                    xml.append("<a>".repeat(Math.min(count, 1_100)))
                            .append('x')
                            .append("</a>".repeat(Math.min(count, 1_100)));
                case 1 -> {
                    xml.append("<a");
                    for (int i = 0; i < count; i++) {
                        xml.append(" b").append(i).append("='").append(i).append('\'');
                    }
                    xml.append("/>");
                }
                case 2 -> xml.append("<a>aaaa</a>".repeat(count));
                default -> {
                    for (int i = 0; i < count; i++) {
                        xml.append("<a b='").append(i).append("'>").append(i).append("<c/></a>");
                    }
                }
            }
        }
    }

    @Test
    void mapsOrRejectsEachAndGoesOn() {
        Map<FaultCode, Integer> rejects = new EnumMap<>(FaultCode.class);
        int mapped = 0;
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            Hostile hostile = new Hostile(SEED + i);
            String expression = hostile.expression();
            String document = hostile.document();
            if (TIMES > 1) {
                System.out.println("seed " + (SEED + i) + ": " + expression);
            }
            DocumentPipeline pipeline = pipeline(expression);
            if (pipeline == null) {
                refused++;
                continue;
            }

            Fault fault = fault(pipeline, document);

            String shown = "seed " + (SEED + i) + ": " + expression;
            if (fault == null) {
                mapped++;
            } else {
                assertThat(fault.code()).as("%s: %s", shown, fault.message()).isIn(REASONS);
                assertThat(fault.message()).as(shown).isNotBlank().doesNotContain("\n");
                rejects.merge(fault.code(), 1, Integer::sum);
            }
            Fault ofTheNext = fault(pipeline, "<r n='2'><note>12</note><a>1</a></r>");
            assertThat(ofTheNext == null || ofTheNext.code() != FaultCode.TOO_MANY_STEPS)
                    .as("after %s", shown)
                    .isTrue();
        }

        // Or else the generator has become harmless.
        assertThat(mapped).as("mapped, beside %s", rejects).isGreaterThan(TRIES / 10);
        assertThat(refused).isLessThan(TRIES / 10);
        assertThat(rejects.getOrDefault(FaultCode.TOO_MANY_STEPS, 0))
                .as("%s", rejects)
                .isGreaterThan(TRIES / 20);
        assertThat(rejects).containsKey(FaultCode.PATH_ERROR);
    }

    /** Null when the contract is refused, which it may be. */
    private static @Nullable DocumentPipeline pipeline(String expression) {
        String yaml = """
                contract: 1
                name: hostile
                document: { doctype: internal }
                tables:
                  t:
                    columns:
                      id: { meta: document-key, key: true }
                      value: { path: "%s", type: text }
                  f:
                    rows: a
                    columns:
                      id: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      whole: { path: ".", type: xml }
                """.formatted(expression.replace("\\", "\\\\"));
        try {
            MappingContract contract = ContractReader.read(yaml, "hostile.yaml").contract();
            return new DocumentPipeline(
                    contract, DataMapper.projection(contract), LIMITS, "run", Instant.EPOCH, false, new StageClock());
        } catch (ContractException e) {
            assertThat(e.problems()).isNotEmpty();
            return null;
        }
    }

    private static @Nullable Fault fault(DocumentPipeline pipeline, String xml) {
        List<Outcome> outcomes = new ArrayList<>();
        pipeline.process(
                Document.ofText("key", xml.getBytes(StandardCharsets.UTF_8), "test"), Long.MAX_VALUE, outcomes);
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0) instanceof Rejected rejected ? rejected.fault() : null;
    }
}
