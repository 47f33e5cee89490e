package dev.millrace.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Ending;
import dev.millrace.explain.Explanation.Row;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be said of many documents at once; what is said of single ones is in the cases of {@code explain}. */
class ExplainerTest {

    private static final String RUN = "00000000-0000-4000-8000-000000000001";

    private static final String LOANS = """
            contract: 1
            name: loans
            tables:
              loan:
                rows: loan[@open = 'yes']
                columns:
                  id: { path: "@id", type: integer, key: true }
                  sum: { path: "sum * $factor", type: integer }
                let:
                  factor: "number(@factor)"
              part:
                parent: loan
                rows: part[@n > $factor]
                columns:
                  loan: { ref: loan.id, key: true }
                  n: { path: "@n", type: integer, key: true }
            """;

    /** The golden cases of mapping, and the example: rows, values and rejects are those of the mapper. */
    @Test
    void saysOfEveryRowAndValueWhatIsStored() throws Exception {
        Path core = Files.isDirectory(Path.of("src/test")) ? Path.of("") : Path.of("core");
        List<Path> folders = new ArrayList<>(list(core.resolve("src/test/resources/cases")));
        int rows = 0;
        for (Path folder : folders) {
            MappingContract contract =
                    ContractReader.read(folder.resolve("contract.yaml")).contract();
            for (Path input : list(folder.resolve("input"))) {
                rows += compare(contract, Document.ofBytes("k", Files.readAllBytes(input), "s"));
            }
        }
        Path example = core.toAbsolutePath().getParent().resolve("examples/loan-applications");
        MappingContract contract =
                ContractReader.read(example.resolve("contract.yaml")).contract();
        for (Path input : list(example.resolve("documents"))) {
            rows += compare(contract, Document.ofBytes("k", Files.readAllBytes(input), "s"));
        }
        assertThat(rows).isGreaterThan(100);
    }

    private static int compare(MappingContract contract, Document document) {
        Explainer explainer = new Explainer(contract, XmlLimits.DEFAULTS, RUN, Instant.EPOCH);
        List<Outcome> outcomes = outcomes(contract, document);
        int rows = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            Explanation overview = explainer.explain(document, i, new Question(null, null, null, Integer.MAX_VALUE));
            assertThat(overview.document()).isEqualTo(outcome.key());
            if (outcome instanceof Rejected rejected) {
                assertThat(overview.ending()).isEqualTo(Ending.REJECTED);
                assertThat(overview.fault()).isEqualTo(rejected.fault());
                if (overview.rejected() != null) {
                    assertThat(overview.rejected().table())
                            .isEqualTo(rejected.fault().table());
                }
            } else if (outcome instanceof Mapped mapped) {
                for (int t = 0; t < contract.tables().size(); t++) {
                    String name = contract.tables().get(t).name();
                    List<dev.millrace.mapping.Row> stored = mapped.rows().get(t);
                    Table table = overview.tables().get(t);
                    assertThat(table.count(RowFate.KEPT)).as(name).isEqualTo(stored.size());
                    assertThat(table.rows()).as(name).hasSize((int) table.candidates());
                    rows += stored.size();
                    for (int c = 0; c < contract.tables().get(t).columns().size(); c++) {
                        String column =
                                contract.tables().get(t).columns().get(c).name();
                        Question question = new Question(name, null, column, Integer.MAX_VALUE);
                        checkColumn(explainer.explain(document, i, question), c, stored);
                    }
                }
            }
        }
        return rows;
    }

    private static void checkColumn(Explanation explanation, int column, List<dev.millrace.mapping.Row> stored) {
        List<Object> told = new ArrayList<>();
        for (Row row : explanation.tables().get(0).rows()) {
            if (row.fate() == RowFate.KEPT) {
                assertThat(row.spot().place()).isNotNull();
                Cell cell = row.cells().get(0);
                told.add(String.valueOf(cell.value() instanceof byte[] bytes ? bytes.length : cell.value()));
            }
        }
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(stored.stream()
                        .map(row -> row.values()[column])
                        .map(value -> String.valueOf(value instanceof byte[] bytes ? bytes.length : value))
                        .toList());
    }

    private static List<Outcome> outcomes(MappingContract contract, Document document) {
        DocumentPipeline pipeline = new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                RUN,
                Instant.EPOCH,
                true,
                new StageClock());
        return pipeline.process(document);
    }

    @Test
    void keepsOnlyTheRowsThatAreAskedForAndCountsTheOthers() throws Exception {
        StringBuilder xml = new StringBuilder("<loans>");
        int loans = 20_000;
        for (int i = 1; i <= loans; i++) {
            xml.append("<loan id='").append(i).append("' open='").append(i % 4 == 0 ? "no" : "yes");
            xml.append("' factor='1'><sum>1</sum><part n='1'/><part n='2'/></loan>\n");
        }
        Document document = document(xml.append("</loans>").toString());

        Explanation explanation = explainer(LOANS).explain(document, 0, new Question(null, null, null, 7));

        Table loan = explanation.tables().get(0);
        assertThat(loan.candidates()).isEqualTo(loans);
        assertThat(loan.count(RowFate.KEPT)).isEqualTo(loans * 3 / 4);
        assertThat(loan.count(RowFate.CONDITION)).isEqualTo(loans / 4);
        assertThat(loan.rows()).hasSize(7);
        assertThat(loan.more()).isEqualTo(loans - 7);
        Table part = explanation.tables().get(1);
        assertThat(part.count(RowFate.KEPT)).isEqualTo(loans * 3 / 4);
        assertThat(part.count(RowFate.CONDITION)).isEqualTo(loans * 3 / 4);

        Row last = explainer(LOANS)
                .explain(document, 0, new Question("loan", String.valueOf(loans), null, 7))
                .tables()
                .get(0)
                .rows()
                .get(0);
        assertThat(last.fate()).isEqualTo(RowFate.CONDITION);
        assertThat(Objects.requireNonNull(last.spot().place()).line()).isEqualTo(loans);
    }

    @Test
    void asksConditionsOfChildTablesWithTheLetsOfTheirParents() throws Exception {
        Document document = document(
                "<loans><loan id='1' open='yes' factor='2'><sum>3</sum>"
                        + "<part n='1'/><part n='5'/></loan><loan id='2' open='yes' factor='9'><sum>1</sum><part n='5'/></loan></loans>");

        Explanation explanation = explainer(LOANS).explain(document, 0, new Question("part", null, null, 9));

        assertThat(explanation.tables().get(0).rows())
                .extracting(row -> row.key() + " " + row.fate())
                .containsExactly("1,1 CONDITION", "1,5 KEPT", "2,5 CONDITION");
        Row lost = explanation.tables().get(0).rows().get(2);
        assertThat(Objects.requireNonNull(Objects.requireNonNull(lost.why()).failed())
                        .operands())
                .extracting(named -> named.name() + "=" + named.value())
                .containsExactly("@n=5", "$factor=9");
    }

    @Test
    void takesAKeyBeforeANumber() throws Exception {
        Document document = document("<loans><loan id='2' open='yes' factor='1'><sum>1</sum></loan>"
                + "<loan id='7' open='yes' factor='1'><sum>1</sum></loan></loans>");

        assertThat(row(document, "2").number()).isEqualTo(1);
        assertThat(row(document, "1").key()).isEqualTo("2");
        assertThat(explainer(LOANS)
                        .explain(document, 0, new Question("loan", "3", null, 9))
                        .tables()
                        .get(0)
                        .keys())
                .containsExactly("2", "7");
    }

    private static Row row(Document document, String row) throws Exception {
        return explainer(LOANS)
                .explain(document, 0, new Question("loan", row, null, 9))
                .tables()
                .get(0)
                .rows()
                .get(0);
    }

    /** What is asked beside the mapper has steps of its own. */
    @Test
    void doesNotUseUpTheStepsOfTheDocument() throws Exception {
        Document document = document("<loans>" + "<loan id='1' open='no'/>".repeat(200) + "</loans>");
        MappingContract contract = ContractReader.read(LOANS, "c.yaml").contract();
        Explanation explanation;
        int steps = 100;
        do {
            steps += 20;
            XmlLimits few = new XmlLimits(1 << 20, 100, 100, 100, 1 << 20, 100, 10_000, 1000, steps);
            explanation = new Explainer(contract, few, RUN, Instant.EPOCH)
                    .explain(document, 0, new Question(null, null, null, 9));
        } while (explanation.ending() == Ending.REJECTED);

        // With just enough steps for the document.
        assertThat(explanation.tables().get(0).notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("cannot be asked one by one"));
    }

    @Test
    void explainsWhatCannotBeRead() throws Exception {
        Explanation explanation =
                explainer(LOANS).explain(document("<loans><loan>"), 0, new Question(null, null, null, 9));

        assertThat(Objects.requireNonNull(explanation.fault()).code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(explanation.tables()).noneMatch(Table::reached);
    }

    @Test
    void refusesRecordsAndQuestionsThatThereAreNone() throws Exception {
        Explainer explainer = explainer(LOANS);

        assertThatThrownBy(() -> explainer.explain(document("<loans/>"), 1, new Question(null, null, null, 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the document has 1 records");
        assertThatThrownBy(() -> new Question(null, "1", null, 9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Question(null, null, null, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Explainer explainer(String contract) throws Exception {
        return new Explainer(
                ContractReader.read(contract, "c.yaml").contract(), XmlLimits.DEFAULTS, RUN, Instant.EPOCH);
    }

    private static Document document(String xml) {
        return Document.ofText("k", xml.getBytes(StandardCharsets.UTF_8), "s");
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
