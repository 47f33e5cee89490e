package dev.millrace.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.DocumentPipeline.Examined;
import dev.millrace.pipeline.StageClock;
import dev.millrace.trial.TrialReport.Empty;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrialTest {

    private static final String CONTRACT = """
            contract: 1
            name: trial
            tables:
              t:
                columns:
                  id: { path: "@id", type: integer, key: true }
                  name: { path: Nmae, type: varchar(5) }
                  day: { path: "@day", type: date }
                  sum: { path: sum, type: integer, scale: down }
                  kind: { path: "@kind", type: text, default: x }
              u:
                parent: t
                rows: itm
                columns: { v: { path: ".", type: text } }
              w:
                parent: u
                rows: x
                columns: { v: { path: ".", type: integer } }
            """;

    @Test
    void tellsAllFaultsOfADocumentByPlaceAndCode() throws Exception {
        TrialReport report = report(
                CONTRACT,
                "<r id='1' day='x'><sum>1</sum><sum>2</sum></r>",
                "<r id='2' day='y'><sum>9999999999</sum></r>",
                "<r id='z'/>",
                "<r",
                "<r id='3'/>");

        assertThat(report.mapped()).isEqualTo(1);
        assertThat(report.rejected()).isEqualTo(4);
        assertThat(report.faults())
                .extracting(faults -> faults.table() + "." + faults.column() + " "
                        + faults.code().word() + " " + faults.count() + " in " + faults.documents() + ", first "
                        + faults.first().documentKey())
                .containsExactlyInAnyOrder(
                        "t.day invalid-value 2 in 2, first 1",
                        "t.sum several-values 1 in 1, first 1",
                        "t.sum out-of-range 1 in 1, first 2",
                        "t.id invalid-value 1 in 1, first 3",
                        "null.null not-well-formed 1 in 1, first 4");
        assertThat(report.faults().get(0).code()).isEqualTo(FaultCode.INVALID_VALUE);
    }

    @Test
    void losesNoFaultThatWasToldBeforeAnother() throws Exception {
        TrialReport report = report("""
                contract: 1
                name: trial
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      a: { path: "@a", type: integer, required: true, nulls: "-" }
                      b: { path: "@b", type: integer }
                  u:
                    parent: t
                    rows: u
                    distinct: { by: v, prefer: "xs:integer(@rank)" }
                    columns:
                      id: { ref: t.id, key: true }
                      v: { path: "@v", type: integer, key: true }
                  w:
                    parent: t
                    rows: w
                    skip-empty: { unless: "xs:integer(@n) > 1" }
                    columns:
                      id: { ref: t.id, key: true }
                      seq: { ordinal: true, key: true }
                      v: { path: "@v", type: integer }
                """, "<t id='1' a='-' b='x'><u v='1' rank='y'/><u v='1' rank='1'/><w n='z'/></t>");

        assertThat(report.faults())
                .extracting(faults -> faults.table() + "." + faults.column() + " "
                        + faults.code().word())
                .containsExactlyInAnyOrder(
                        "t.a required", "t.b invalid-value", "u.null path-error", "w.null path-error");
        assertThat(report.tables().get(0).columns().get(1).changed()).isEqualTo(Map.of("nulls", 1L));
    }

    @Test
    void findsAttributesWhateverTheirCaseWhereTheContractDoes() throws Exception {
        TrialReport report =
                report(CONTRACT.replace("tables:", "document: { names: ignore-case }\ntables:"), "<r id='1' DAY=''/>");

        assertThat(report.empty()).contains(new Empty("t", "day", false, List.of()));
    }

    @Test
    void tellsHowFullColumnsAre() throws Exception {
        TrialReport report = report(
                CONTRACT, "<r id='1' day='x'><sum>1</sum></r>", "<r id='2'><sum>1.5</sum></r>", "<r id='3' kind='k'/>");

        assertThat(report.tables().get(0).rows()).isEqualTo(3);
        assertThat(report.tables().get(0).columns())
                .extracting(column -> column.name() + " " + column.filled() + " " + column.changed())
                .containsExactly("id 3 {}", "name 0 {}", "day 0 {}", "sum 2 {scale=1}", "kind 3 {default=2}");
    }

    @Test
    void namesWhatWasProbablyMeantWhereNothingIsFound() throws Exception {
        TrialReport report = report(CONTRACT, "<r id='1'><Name>a</Name><item>5</item><kind>k</kind></r>");

        assertThat(report.empty())
                .containsExactly(
                        new Empty("t", "name", false, List.of("the samples have no Nmae; did you mean Name?")),
                        new Empty("t", "day", false, List.of("the samples have no @day")),
                        new Empty("t", "sum", false, List.of("the samples have no sum")),
                        new Empty("t", "kind", true, List.of("@kind is an element there: write kind")),
                        new Empty("u", null, false, List.of("the samples have no itm; did you mean item?")),
                        new Empty("w", null, false, List.of("its parent has no row")));
        assertThat(report.isSpotless()).isFalse();
    }

    @Test
    void namesWhatWasMeantWhereNoRowHasAKey() throws Exception {
        TrialReport report = report(CONTRACT.replace("\"@id\"", "idd"), "<r xmlns='urn:x'><id>1</id></r>");

        assertThat(report.empty())
                .contains(new Empty("t", "id", false, List.of("the samples have no idd; did you mean id?")));
        assertThat(report.namespaces()).hasSize(1);
    }

    @Test
    void namesTheNamespaceThatTheContractLacks() throws Exception {
        TrialReport report = report(CONTRACT, "<r id='1' xmlns='urn:x'><sum>1</sum></r>");
        TrialReport version = report(
                CONTRACT.replace("tables:", "document: { record: /p:r, namespaces: { p: \"urn:camt:08\" } }\ntables:"),
                "<r id='1' xmlns='urn:camt:02'/>");

        assertThat(report.namespaces())
                .containsExactly(
                        "the samples have 2 elements in the namespace urn:x, such as 'r', and the contract has no prefix"
                                + " for it; add it to document.namespaces (as 'default' for names without a prefix)");
        assertThat(report.empty())
                .contains(new Empty(
                        "t",
                        "sum",
                        false,
                        List.of("sum is in the namespace urn:x there, and the path looks for one in no namespace")));
        assertThat(version.namespaces())
                .hasSize(2)
                .contains(
                        "the samples have nothing in the namespace urn:camt:08 of the prefix 'p'; did you mean urn:camt:02?");
    }

    @Test
    void tellsKeysThatAreThereTwice() throws Exception {
        TrialReport report = report(CONTRACT, "<r id='1'/>", "<r id='2'/>", "<r id='1'/>", "<r id='1'/>");

        assertThat(report.tables().get(0).repeatedKeys()).isEqualTo(2);
        assertThat(report.tables().get(0).firstRepeated()).containsExactly("1", "3");
    }

    @Test
    void findsNothingToSayOfSamplesThatFit() throws Exception {
        TrialReport report = report(
                CONTRACT.replace("Nmae", "Name").replace("itm", "item"),
                "<r id='1' day='2024-02-29' kind='k'><Name>a</Name><sum>1</sum><item><x>1</x></item></r>");

        assertThat(report.faults()).isEmpty();
        assertThat(report.empty()).isEmpty();
        assertThat(report.isSpotless()).isTrue();
    }

    @Test
    void countsWhatIsNotSelectedApart() throws Exception {
        TrialReport report = report(
                CONTRACT.replace("tables:", "document: { select: self::r }\ntables:"), "<other/>", "<r id='1'/>");

        assertThat(report.unselected()).isEqualTo(1);
        assertThat(report.mapped()).isEqualTo(1);
        assertThat(report.tables().get(0).rows()).isEqualTo(1);
    }

    @Test
    void namesThePathWhereTheNameStandsElsewhere() throws Exception {
        TrialReport report = report(
                """
                contract: 1
                name: trial
                tables:
                  app:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      email: { path: "@email", type: text }
                      phone: { path: "normalize-space(contact/@phnoe)", type: text }
                      city: { path: contact/city, type: text }
                      branch: { path: contact/@branch, type: text }
                      mobile: { path: contact/@mobil, type: text }
                  loan:
                    parent: app
                    rows: loans/loan
                    columns:
                      amount: { path: "@amount[. != '']", type: text }
                      day: { path: "day", type: text }
                      bank: { path: "@bank", type: text }
                """,
                "<app id='1' branch='b'><contact email='e' phone='p' Mobile='m'><address><city>c</city></address></contact>"
                        + "<loans bank='x'><loan><sum amount='1'/><sum amount='2'/></loan></loans></app>",
                "<app id='2'><contact email='e'/><loans><loan day='d'/></loans></app>");

        assertThat(report.empty())
                .extracting(empty -> empty.column() + ": " + String.join("; ", empty.hints()))
                .containsExactly(
                        "email: /app has no @email; did you mean contact/@email, which is there 2 times?",
                        "phone: the samples have no @phnoe; did you mean contact/@phone?",
                        "city: /app/contact has no city; did you mean contact/address/city, which is there once?",
                        "branch: /app/contact has no @branch; did you mean @branch, which is there once?",
                        "mobile: the samples have no @mobil; did you mean @Mobile?",
                        "amount: /app/loans/loan has no @amount; did you mean sum/@amount, which is there 2 times?",
                        "day: day is an attribute there: write @day",
                        "bank: /app/loans/loan has no @bank; it is there once at /app/loans/@bank");
    }

    @Test
    void saysTheSameWhoeverHasReadWhat() throws Exception {
        MappingContract contract = contract(CONTRACT);
        Random random = new Random(7);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String name =
                    random.nextInt(9) == 0 ? "" : "<Name" + random.nextInt(3) + ">a</Name" + random.nextInt(3) + ">";
            texts.add("<r id='" + random.nextInt(200) + "' day='" + (random.nextInt(5) == 0 ? "x" : "2024-02-29") + "'>"
                    + name + "<sum>" + (random.nextInt(4) == 0 ? "1.5" : "1") + "</sum></r>");
        }
        for (int mostKeys : new int[] {1_000_000, 40}) {
            Trial alone = new Trial(contract, mostKeys, 1_000);
            for (int i = 0; i < texts.size(); i++) {
                alone.add(i, examined(contract, alone, i, texts.get(i)));
            }
            TrialReport expected = alone.report();
            assertThat(expected.tables().get(0).repeatedKeys()).isPositive();
            assertThat(expected.tables().get(0).oneKeyIn()).isEqualTo(mostKeys == 40 ? 32 : 1);

            for (int workers = 2; workers <= 5; workers++) {
                List<Trial> parts = new ArrayList<>();
                for (int w = 0; w < workers; w++) {
                    parts.add(new Trial(contract, mostKeys, 1_000));
                }
                for (int i = 0; i < texts.size(); i++) {
                    Trial part = parts.get(random.nextInt(workers));
                    part.add(i, examined(contract, part, i, texts.get(i)));
                }
                Collections.shuffle(parts, random);
                parts.subList(1, workers).forEach(parts.get(0)::add);
                assertThat(parts.get(0).report()).isEqualTo(expected);
            }
        }
    }

    @Test
    void keepsSomeKeysOnlyWhereThereAreMany() throws Exception {
        MappingContract contract = contract(CONTRACT);
        Trial trial = new Trial(contract, 3_000, 1_000);
        for (int i = 0; i < 10_000; i++) {
            trial.add(i, examined(contract, trial, i, "<r id='" + i % 8_000 + "'/>"));
        }

        TrialReport.Table table = trial.report().tables().get(0);

        // A third of the room is for each of the tables.
        assertThat(table.oneKeyIn()).isEqualTo(16);
        assertThat(table.repeatedKeys() * 16).isBetween(1_500L, 2_500L);
        assertThat(table.firstRepeated()).hasSize(2);
        assertThat(Integer.parseInt(table.firstRepeated().get(1))
                        - Integer.parseInt(table.firstRepeated().get(0)))
                .isEqualTo(8_000);
    }

    @Test
    void goesOnWithoutHintsWhereTagsAreData() throws Exception {
        MappingContract contract = contract(CONTRACT);
        Trial trial = new Trial(contract, 1_000, 10);
        for (int i = 0; i < 50; i++) {
            trial.add(i, examined(contract, trial, i, "<r id='" + i + "'><n" + i + "/></r>"));
        }

        TrialReport report = trial.report();

        assertThat(report.mapped()).isEqualTo(50);
        assertThat(report.namesKnown()).isFalse();
        assertThat(report.empty()).contains(new Empty("t", "name", false, List.of()));
    }

    @Test
    void doesNotSayThatANameIsMissingWhereNamesWereNotKept() throws Exception {
        StringBuilder tags = new StringBuilder("<r id='1'>");
        for (int i = 0; i < 1_500; i++) {
            tags.append("<n").append(i).append("/>");
        }

        TrialReport report = report(CONTRACT, tags + "</r>");

        assertThat(report.namesKnown()).isTrue();
        assertThat(report.empty()).contains(new Empty("t", "name", false, List.of()));
    }

    private static MappingContract contract(String text) throws Exception {
        return ContractReader.read(text, "trial.yaml").contract();
    }

    private static List<Examined> examined(MappingContract contract, Trial trial, int number, String text) {
        List<Examined> found = new ArrayList<>();
        DocumentPipeline.of(contract, trial.observer(), null)
                .examine(
                        Document.ofText(String.valueOf(number), text.getBytes(StandardCharsets.UTF_8), "test"),
                        Long.MAX_VALUE,
                        found);
        return found;
    }

    private static TrialReport report(String contract, String... texts) throws Exception {
        MappingContract read = ContractReader.read(contract, "trial.yaml").contract();
        Trial trial = new Trial(read);
        DocumentPipeline pipeline = new DocumentPipeline(
                read,
                DataMapper.projection(read),
                XmlLimits.DEFAULTS,
                "run",
                Instant.EPOCH,
                false,
                new StageClock(),
                trial.observer(),
                null);
        int number = 0;
        for (String text : texts) {
            List<Examined> found = new ArrayList<>();
            pipeline.examine(
                    Document.ofText(String.valueOf(++number), text.getBytes(StandardCharsets.UTF_8), "test"),
                    Long.MAX_VALUE,
                    found);
            found.forEach(trial::add);
        }
        return trial.report();
    }
}
