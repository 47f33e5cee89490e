package dev.millrace.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is kept of a coverage for other runs, and for other texts of the contract. */
class SettledCoverageTest {

    private static final String CONTRACT = """
            contract: 1
            name: test
            document:
              record: /r
              namespaces: { n: "urn:n" }
            ignore: [ IGNORED ]
            tables:
              r:
                columns:
                  id: { meta: document-key, key: true }
                  a:  { path: a0/@x, type: text, several: first }
              item:
                parent: r
                rows: "n:b0[@x]"
                skip-empty: true
                columns:
                  id:  { ref: r.id, key: true }
                  pos: { ordinal: true, key: true }
                  y:   { path: "@y", type: text }
            """;

    private static MappingContract contract(String ignored) throws Exception {
        return ContractReader.read(CONTRACT.replace("IGNORED", ignored), "test").contract();
    }

    private static String document(Random random) {
        StringBuilder text = new StringBuilder("<r xmlns:n='urn:n' xmlns:o='urn:{o}/\\'>");
        element(random, 0, text);
        return text.append("</r>").toString();
    }

    private static void element(Random random, int depth, StringBuilder text) {
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = List.of("", "", "n:", "o:").get(random.nextInt(4)) + (char) ('a' + random.nextInt(3)) + depth;
            text.append('<').append(name);
            for (String attribute : List.of("x", "y", "n:z", "o:z")) {
                if (random.nextInt(3) == 0) {
                    text.append(' ')
                            .append(attribute)
                            .append("='")
                            .append(random.nextInt(2))
                            .append('\'');
                }
            }
            text.append('>').append(random.nextInt(3) == 0 ? "text" : "");
            if (depth < 3) {
                element(random, depth + 1, text);
            }
            text.append("</").append(name).append('>');
        }
    }

    private static void read(Coverage coverage, Document document, long number) {
        CoverageCasesTest.pipeline(coverage.contract(), coverage.collector())
                .process(document, number, Long.MAX_VALUE, new ArrayList<>());
    }

    /** Without what is not kept. */
    private static CoverageReport withoutCollapses(CoverageReport report) {
        return new CoverageReport(
                report.documents(),
                report.beyond(),
                report.states(),
                report.paths().stream().map(SettledCoverageTest::withoutPlace).toList(),
                report.gaps().stream()
                        .map(gap -> new CoverageReport.Gap(
                                gap.path(), gap.kind(), gap.paths(), gap.documents(), gap.occurrences(), null))
                        .toList(),
                report.tables(),
                List.of(),
                report.absent());
    }

    /** Of paths that only documents had first which are not settled, another place is told. */
    private static CoverageReport.Path withoutPlace(CoverageReport.Path path) {
        return new CoverageReport.Path(
                path.path(), path.kind(), path.state(), path.depth(), path.documents(), path.occurrences(), null);
    }

    @RepeatedTest(40)
    void isThatOfTheSettledDocumentsAlone(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        MappingContract contract = contract("c0");
        Coverage expected = new Coverage(contract);
        List<Coverage> parts = new ArrayList<>();
        parts.add(new Coverage(contract));
        for (int i = 1; i < 3; i++) {
            parts.add(parts.get(0).another());
        }
        parts.forEach(part -> part.collector().followDocuments());
        long number = 0;
        for (int batch = 0; batch < 6; batch++) {
            Coverage part = parts.get(random.nextInt(3));
            List<Document> documents = new ArrayList<>();
            Set<Document> settled = Collections.newSetFromMap(new IdentityHashMap<>());
            boolean isLost = random.nextInt(4) == 0;
            for (int i = random.nextInt(4); i > 0; i--) {
                byte[] text = document(random).getBytes(StandardCharsets.UTF_8);
                Document document = Document.ofBytes("d" + number, text, "test");
                documents.add(document);
                read(part, document, number);
                if (!isLost && random.nextBoolean()) {
                    settled.add(document);
                    read(expected, document, number);
                }
                number++;
            }
            if (!isLost) {
                part.collector().settled(documents, settled);
            }
        }
        parts.forEach(part -> part.collector().endFollowing());
        Coverage all = parts.get(0);
        parts.subList(1, 3).forEach(all::add);

        CoverageReport found = all.settled().report(contract);

        assertThat(withoutCollapses(found)).isEqualTo(withoutCollapses(expected.report()));
        assertThat(all.report().documents()).isEqualTo(number);
    }

    @RepeatedTest(20)
    void anotherTextOfTheContractSaysWhatItMakesOfTheSameDocuments(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        MappingContract older = contract("a0/b1");
        MappingContract newer = contract("c0, '//@y', 'a0/n:a1'");
        Coverage counted = new Coverage(older);
        Coverage expected = new Coverage(newer);
        for (int i = 0; i < 8; i++) {
            byte[] text = document(random).getBytes(StandardCharsets.UTF_8);
            read(counted, Document.ofBytes("d" + i, text, "test"), i);
            read(expected, Document.ofBytes("d" + i, text, "test"), i);
        }

        CoverageReport found = counted.settled().report(newer);

        assertThat(withoutCollapses(found)).isEqualTo(withoutCollapses(expected.report()));
        assertThat(found.gaps())
                .extracting(gap -> gap.first() == null ? "" : gap.first().document())
                .isEqualTo(expected.report().gaps().stream()
                        .map(gap -> gap.first() == null ? "" : gap.first().document())
                        .toList());
    }

    @Test
    void conditionsAreThoseThatHaveLeftSomethingOut() throws Exception {
        MappingContract contract = contract("c0");
        Coverage coverage = new Coverage(contract);
        byte[] text = "<r xmlns:n='urn:n'><n:b0/><n:b0/></r>".getBytes(StandardCharsets.UTF_8);
        read(coverage, Document.ofBytes("d", text, "test"), 0);
        CoverageReport.Condition counted = new CoverageReport.Condition(1, "@x", 2);

        assertThat(coverage.settled().tables())
                .as("also of a table that got no row")
                .containsExactly(
                        new SettledCoverage.Table("r", 1, 0, 0, List.of(), 0),
                        new SettledCoverage.Table("item", 0, 0, 0, List.of(counted), 0));
        MappingContract newer = ContractReader.read(
                        CONTRACT.replace("IGNORED", "c0").replace("b0[@x]", "b0[@y][@z]"), "test")
                .contract();
        assertThat(coverage.settled().report(newer).tables().get(1).conditions())
                .as("those of an older text behind those of today's")
                .containsExactly(
                        new CoverageReport.Condition(1, "@y", 0), new CoverageReport.Condition(1, "@z", 0), counted);
    }

    @Test
    void saysWhatIsIgnoredAndNoDocumentHas() throws Exception {
        MappingContract contract =
                contract("note, nothing, '@no', '@yes', 'a0/n:b1', '//deep', '/r/b0/text()', 'c0[1 = 2]', '//none/*'");
        Coverage coverage = new Coverage(contract);
        assertThat(coverage.report().absent())
                .as("without a document nobody knows")
                .isEmpty();
        String text = "<r yes='1' xmlns:n='urn:n'><note/><a0><b1/></a0><x><deep/></x><b0>t</b0><c0/></r>";
        read(coverage, Document.ofBytes("d", text.getBytes(StandardCharsets.UTF_8), "test"), 0);

        assertThat(coverage.report().absent()).containsExactly("nothing", "@no", "a0/n:b1", "//none/*");
        assertThat(coverage.settled().report(contract).absent())
                .isEqualTo(coverage.report().absent());
    }

    @Test
    void manyNamesAreOnePathAgain() throws Exception {
        StringBuilder text = new StringBuilder("<r>");
        for (int i = 0; i <= PathCoverage.MOST_NAMES; i++) {
            text.append("<k").append(i).append(" v='1'/>");
        }
        MappingContract contract = contract("c0");
        Coverage coverage = new Coverage(contract);
        read(
                coverage,
                Document.ofBytes("d", text.append("</r>").toString().getBytes(StandardCharsets.UTF_8), "test"),
                0);

        SettledCoverage settled = coverage.settled();

        assertThat(settled.paths()).extracting(SettledCoverage.Path::path).containsExactly("/r", "/r/*", "/r/*/@v");
        assertThat(settled.paths().get(2).documents()).isEmpty();
        assertThat(withoutCollapses(settled.report(contract))).isEqualTo(withoutCollapses(coverage.report()));
    }

    @Test
    void nothingIsKeptWhereNothingIsSettled() throws Exception {
        Coverage coverage = new Coverage(contract("c0"));
        coverage.collector().followDocuments();
        read(coverage, Document.ofBytes("d", "<r/>".getBytes(StandardCharsets.UTF_8), "test"), 0);
        coverage.collector().endFollowing();

        assertThat(coverage.settled()).isEqualTo(SettledCoverage.NONE);
        assertThat(coverage.report().documents()).isEqualTo(1);
    }
}
