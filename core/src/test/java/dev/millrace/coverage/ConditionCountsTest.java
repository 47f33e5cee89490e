package dev.millrace.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.CoverageReport.Condition;
import dev.millrace.coverage.CoverageTest.RandomTree;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.XmlLimits;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** What is counted of the conditions of rows, beside the golden cases. */
class ConditionCountsTest {

    private static final String CONTRACT = """
            contract: 1
            name: test
            document: { record: /r }
            tables:
              r:
                columns:
                  id: { meta: document-key, key: true }
              t:
                parent: r
                rows: "ROWS"
                columns:
                  id:  { ref: r.id, key: true }
                  pos: { ordinal: true, key: true }
            """;

    private static MappingContract contract(String rows) {
        try {
            return ContractReader.read(CONTRACT.replace("ROWS", rows), "test").contract();
        } catch (ContractException e) {
            throw new AssertionError(rows, e);
        }
    }

    private static DocumentPipeline pipeline(MappingContract contract, long steps, @Nullable Coverage coverage) {
        return new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS.withSteps(steps),
                DocumentPipeline.NO_RUN,
                Instant.EPOCH,
                false,
                new StageClock(),
                null,
                null,
                coverage == null ? null : coverage.collector());
    }

    private static void read(Coverage coverage, long number, String text) {
        outcome(coverage.contract(), XmlLimits.DEFAULTS.steps(), coverage, number, text);
    }

    private static Outcome outcome(
            MappingContract contract, long steps, @Nullable Coverage coverage, long number, String text) {
        List<Outcome> outcomes = new ArrayList<>();
        Document document = Document.ofBytes("d" + number, text.getBytes(StandardCharsets.UTF_8), "test");
        pipeline(contract, steps, coverage).process(document, number, Long.MAX_VALUE, outcomes);
        return outcomes.get(0);
    }

    private static CoverageReport.Table told(Coverage coverage) {
        return coverage.report().tables().get(1);
    }

    /** A path of a random shape: what stands before each condition, the condition, and what ends it. */
    private record Piece(String before, String condition, String after) {}

    private static List<Piece> randomPath(Random random) {
        List<Piece> pieces = new ArrayList<>();
        String before = "";
        int depth = 1 + random.nextInt(RandomTree.DEPTH - 1);
        for (int step = 1; step <= depth; step++) {
            before += (step == 1 ? "" : "/") + (random.nextInt(4) == 0 ? "*" : RandomTree.name(step, random));
            for (int i = random.nextInt(3); i > 0; i--) {
                int position = random.nextInt(8);
                if (position == 0) {
                    pieces.add(new Piece(before + "[", String.valueOf(1 + random.nextInt(2)), "]"));
                } else if (position == 1) {
                    pieces.add(new Piece(before + "[", "position() < 3", "]"));
                } else {
                    pieces.add(new Piece(before + "[", test(step, random), "]"));
                }
                before = "";
                if (position > 4) {
                    // A second part of the same predicate.
                    Piece last = pieces.remove(pieces.size() - 1);
                    pieces.add(new Piece(last.before, last.condition, ""));
                    pieces.add(new Piece(" and ", test(step, random), "]"));
                }
            }
        }
        pieces.add(new Piece(before, "", ""));
        return pieces;
    }

    private static String test(int depth, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> RandomTree.name(depth + 1, random);
            case 1 -> "not(@y)";
            case 2 -> "not(preceding-sibling::*)";
            default -> "@" + (char) ('x' + random.nextInt(3));
        };
    }

    /** The path with so many of its conditions. */
    private static String upTo(List<Piece> path, int conditions) {
        StringBuilder text = new StringBuilder();
        int left = conditions;
        boolean open = false;
        for (Piece piece : path) {
            boolean isPart = piece.before.equals(" and ");
            boolean taken = left > 0 && !piece.condition.isEmpty();
            if (!taken) {
                // The end of a predicate of which only the first part is asked.
                text.append(isPart ? (open ? "]" : "") : piece.before.replace("[", ""));
                open = false;
                continue;
            }
            left--;
            text.append(piece.before).append(piece.condition).append(piece.after);
            open = piece.after.isEmpty();
        }
        return text.toString();
    }

    private static String whole(List<Piece> path) {
        return upTo(path, Integer.MAX_VALUE);
    }

    @RepeatedTest(200)
    void countsAreThoseOfAnotherEvaluatorOverTheDocuments(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Piece> path = randomPath(random);
        List<Piece> other = random.nextInt(3) == 0 ? randomPath(random) : List.of();
        String between = other.isEmpty() ? "" : " | ";
        List<Piece> conditions = new ArrayList<>(path);
        conditions.addAll(other);
        conditions.removeIf(piece -> piece.condition.isEmpty());
        int ofFirst =
                (int) path.stream().filter(piece -> !piece.condition.isEmpty()).count();
        List<String> texts = new ArrayList<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            texts.add(RandomTree.document(random));
        }

        Map<String, Long> expected = new LinkedHashMap<>();
        XPath xpath = XPathFactory.newInstance().newXPath();
        for (String text : texts) {
            Element record = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
            double before = Double.NaN;
            for (int i = 0; i <= conditions.size(); i++) {
                String asked = upTo(path, i) + between + upTo(other, Math.max(0, i - ofFirst));
                double items = Double.parseDouble(xpath.evaluate("count(" + asked + ")", record));
                if (i > 0) {
                    expected.merge(conditions.get(i - 1).condition, (long) (before - items), Long::sum);
                }
                before = items;
            }
        }
        Coverage coverage = new Coverage(contract(whole(path) + between + whole(other)));
        Coverage part = coverage.another();
        for (int d = 0; d < texts.size(); d++) {
            read(random.nextBoolean() ? coverage : part, d, texts.get(d));
        }
        coverage.add(part);

        Map<String, Long> found =
                told(coverage).conditions().stream().collect(Collectors.toMap(Condition::text, Condition::leftOut));
        assertThat(found).as(whole(path) + between + whole(other)).isEqualTo(expected);
        assertThat(told(coverage).untold()).isZero();
    }

    @Test
    void aRejectedDocumentCountsNothing() throws ContractException {
        MappingContract contract = ContractReader.read(
                        CONTRACT.replace("ROWS", "a[@x]") + "      n: { path: '@n', type: integer }\n", "test")
                .contract();
        Coverage coverage = new Coverage(contract);
        read(coverage, 0, "<r><a x='1' n='none'/><a/></r>");
        read(coverage, 1, "<r><a x='1' n='1'/><a/><a/></r>");

        assertThat(told(coverage).conditions()).containsExactly(new Condition(1, "@x", 2));
    }

    @Test
    void aDocumentThatIsTriedAgainCountsOnce() {
        Coverage coverage = new Coverage(contract("a[@x]"));
        for (int tries = 0; tries < 3; tries++) {
            read(coverage, 0, "<r><a/></r>");
        }

        assertThat(told(coverage).conditions()).containsExactly(new Condition(1, "@x", 1));
    }

    /** Beneath the elements that the first condition leaves out there is more than a record's paths may look at. */
    @Test
    void doesNotLookForEver() {
        MappingContract contract = contract("a[@x]//b[@y]");
        String large = "<r><a>" + "<b/>".repeat(5_000) + "</a><a x='1'><b/></a></r>";
        Coverage coverage = new Coverage(contract);

        assertThat(outcome(contract, 1_000, coverage, 0, large)).isNotInstanceOf(Rejected.class);
        assertThat(outcome(contract, 1_000, coverage, 1, "<r><a><b/></a><a x='1'><b/></a></r>"))
                .isNotInstanceOf(Rejected.class);

        assertThat(told(coverage).conditions())
                .extracting(Condition::text, Condition::leftOut)
                .containsExactly(tuple("@x", 1L), tuple("@y", 1L));
        assertThat(told(coverage).untold()).isEqualTo(1);
    }

    /** A condition that fails where the one before it is false: nobody asks it there, but who asks what comes without that one. */
    @Test
    void aConditionThatCannotBeAskedChangesNothing() {
        MappingContract contract = contract("a[@ok]/b[xs:integer(@n) > 1]/c[1]");
        String text = "<r><a ok='1'><b n='1'/></a><a><b n='none'/></a></r>";
        Coverage coverage = new Coverage(contract);

        assertThat(outcome(contract, 1_000, coverage, 0, text)).isNotInstanceOf(Rejected.class);
        assertThat(told(coverage).untold()).isZero();
    }

    @RepeatedTest(10)
    void whatBecomesOfADocumentIsTheSameWhetherItIsCountedOrNot(RepetitionInfo repetition) throws ContractException {
        Random random = new Random(repetition.getCurrentRepetition());
        String text = CONTRACT.replace("ROWS", "a1[@x = $all][b2/@y]/b2[@x or $all]")
                .replace("tables:", "let: { all: 'string-join(//@*)' }\ntables:");
        MappingContract contract = ContractReader.read(
                        text
                                + "      sum: { path: \"concat($all, count(//a1/b2), a1/b2/@x, a1/b2/@y)\", type: text, several: first }\n",
                        "test")
                .contract();
        Coverage coverage = new Coverage(contract);
        for (int i = 0; i < 100; i++) {
            String document = RandomTree.document(random);
            long steps = 1L + random.nextInt(400);
            Outcome counted = outcome(contract, steps, coverage, i, document);
            Outcome plain = outcome(contract, steps, null, i, document);

            assertThat(told(counted)).as(document).isEqualTo(told(plain));
        }
    }

    private static String told(Outcome outcome) {
        if (outcome instanceof Rejected rejected) {
            return rejected.fault().toString();
        }
        return ((Outcome.Mapped) outcome)
                .rows().stream()
                        .map(rows -> rows.stream()
                                .map(row -> Arrays.toString(row.values()))
                                .toList())
                        .toList()
                        .toString();
    }

    @Test
    void aVeryLongConditionIsNamedByItsBeginning() {
        String name = "\uD83D\uDE00".repeat(1_500);
        Coverage coverage = new Coverage(contract("a[@x = '" + name + "' or @y]"));
        read(coverage, 0, "<r><a/></r>");

        Condition told = told(coverage).conditions().get(0);
        assertThat(told.text()).startsWith("@x = '\uD83D\uDE00").endsWith("\uD83D\uDE00…");
        assertThat(told.text().codePointCount(0, told.text().length())).isEqualTo(1_000);
        assertThat(told.leftOut()).isEqualTo(1);
    }
}
