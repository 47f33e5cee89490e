package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code coverage} shows, and what {@code run --unmapped} does; what is counted is held by the tests of core. */
class CoverageCommandTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
            document: { record: /batch/order }
            IGNORE
            tables:
              orders:
                columns:
                  id:   { path: "@id", type: bigint, key: true }
                  kind: { path: "@kind", type: varchar(1), overflow: truncate }
              item:
                parent: orders
                rows: "item[@ok = '1']"
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos:      { ordinal: true, key: true }
            """;

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");

    @BeforeEach
    void write() throws IOException {
        contract = Files.writeString(folder.resolve("orders.yaml"), CONTRACT.replace("IGNORE", ""));
        in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), """
                <batch sent="2026-01-01">
                <order id="1" kind="first"><item ok="1"/><item ok="0"/></order>
                <order id="2" kind="fourth"/>
                </batch>
                """);
        Files.writeString(in.resolve("2.xml"), """
                <batch>
                <order id="3"><note>x</note></order>
                </batch>
                """);
    }

    private void ignore(String paths) throws IOException {
        Files.writeString(contract, CONTRACT.replace("IGNORE", "ignore: [ " + paths + " ]"));
    }

    private Invocation coverage(String... options) {
        return command("coverage", options);
    }

    private Invocation command(String command, String... options) {
        String[] words = new String[5 + options.length];
        words[0] = command;
        words[1] = contract.toString();
        words[2] = "--from";
        words[3] = in.toString();
        words[4] = "--no-progress";
        System.arraycopy(options, 0, words, 5, options.length);
        return Invocation.of(words);
    }

    private long orders() throws SQLException {
        try (Connection connection = DriverManager.getConnection(target);
                ResultSet rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM \"orders\"")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void tellsWhatIsLeftOut() {
        Invocation found = coverage();

        assertThat(found.exitCode()).as(found.all()).isEqualTo(3);
        assertThat(found.out()).isEqualTo("""
                        orders: 3 documents, of whose paths 3 are mapped, 0 ignored and 2 neither

                          Neither mapped nor ignored  Documents  Times  First in
                          --------------------------  ---------  -----  ------------------
                          /batch/@sent                        1      1  1.xml
                          /batch/order/note                   1      1  2.xml#1, line 2:15

                          Table   Elements  Chosen  Skip-empty  Distinct  Rows
                          ------  --------  ------  ----------  --------  ----
                          orders         3       3                           3
                          item           2       1                           1

                          Left out by a condition of rows  Table  Items
                          -------------------------------  -----  -----
                          @ok = '1'                        item       1

                          Several texts became one value  Cells  Texts  Values  By        Most into one
                          ------------------------------  -----  -----  ------  --------  ----------------
                          orders.kind                         2      2       1  overflow  2 texts; first
                                                                                          in 1.xml#1
                        """);
        assertThat(found.err()).isEmpty();
    }

    @Test
    void showsValuesOnlyToWhoAsks() {
        assertThat(coverage().all()).doesNotContain("fourth").doesNotContain("\"f\"");
        assertThat(coverage("--format", "json").all()).doesNotContain("fourth").doesNotContain("\"f\"");

        assertThat(coverage("--show-values").out())
                .contains("2 texts to \"f\"")
                .contains("\"fourth\"")
                .contains("\"first\"");
    }

    @Test
    void allIsWellInAFewLines() throws IOException {
        ignore("/batch/@sent, note");
        Invocation found = coverage();

        assertThat(found.exitCode()).as(found.all()).isZero();
        assertThat(found.out())
                .startsWith("orders: 3 documents, of whose paths 3 are mapped, 2 ignored and nothing left out\n")
                .doesNotContain("Neither", "ignored, but");
    }

    @Test
    void saysWhatIsIgnoredAndNoDocumentHas() throws IOException {
        ignore("/batch/@sent, note, nota, '@odd'");

        assertThat(coverage().out()).contains("\n  ignored, but no document has it: nota, @odd\n");
        assertThat(coverage("--format", "json").out()).contains("\"ignored_absent\":[\"nota\",\"@odd\"]");
        assertThat(Invocation.of("check", contract.toString(), in.toString()).all())
                .contains("ignored, but no document has it: nota, @odd");
        assertThat(command("run", "--dry-run").out()).doesNotContain("ignored, but");
    }

    @Test
    void tellsEveryPathToProgramsAndWhoAsks() {
        assertThat(coverage("--all").out().lines().filter(line -> line.contains("/batch")))
                .map(line -> line.strip().replaceAll(" +", " "))
                .containsExactly(
                        "/batch 2 2",
                        "/batch/@sent unmapped 1 1 1.xml",
                        "/batch/order 3 3",
                        "/batch/order/@id mapped 3 3",
                        "/batch/order/@kind mapped 2 2",
                        "/batch/order/item 1 2",
                        "/batch/order/item/@ok mapped 1 2",
                        "/batch/order/note 1 1",
                        "/batch/order/note/text() unmapped 1 1 2.xml#1, line 2:15");
        assertThat(coverage("--format", "json").out())
                .startsWith(
                        "{\"version\":1,\"contract\":\"orders\",\"ledger\":null,\"documents\":3,\"mapped\":3,\"ignored\":0,\"unmapped\":2,")
                .contains("{\"path\":\"/batch/order/note\",\"kind\":\"text\",\"state\":\"unmapped\",\"documents\":1,"
                        + "\"occurrences\":1,\"first\":{\"document\":\"2.xml#1\",\"line\":2,\"column\":15}}");
    }

    @Test
    void saysThatDocumentsAreRejected() throws IOException {
        Files.writeString(in.resolve("3.xml"), "<batch><order id='x'/><order id='4' odd='1'></batch>");
        Invocation found = coverage();

        assertThat(found.exitCode()).isEqualTo(3);
        assertThat(found.out()).contains("2 documents are rejected").doesNotContain("@odd");
    }

    @Test
    void aRunTellsWhatItLeavesOutUnlessNobodyWantsToKnow() {
        Invocation told = command("run", "--dry-run");

        assertThat(told.out())
                .contains("  2 paths of the documents are neither mapped nor ignored:\n"
                        + "    /batch/@sent (1 document; first 1.xml)\n"
                        + "    /batch/order/note (1 document; first 2.xml#1, line 2:15)\n");
        assertThat(command("run", "--dry-run", "--unmapped", "allow", "--summary", "-")
                        .out())
                .contains("\"coverage\":null");
        assertThat(command("run", "--dry-run", "--summary", "-").out())
                .contains("\"coverage\":{\"documents\":3,\"mapped\":3,");
    }

    @Test
    void withFailNothingWithAnUnmappedPathIsLoaded() throws Exception {
        try (Connection open = DriverManager.getConnection(target)) {
            ignore("/batch/@sent");
            String[] options = {"--to", target, "--create-tables", "--unmapped", "fail", "--workers", "1"};
            Invocation failed = command("run", options);

            assertThat(failed.exitCode()).as(failed.all()).isEqualTo(1);
            assertThat(failed.err())
                    .contains(
                            "gave up: the contract neither maps nor ignores /batch/order/note, which document 2.xml#1 has"
                                    + " in line 2:15; map it, or name it under 'ignore'");
            assertThat(failed.out())
                    .contains(
                            "To go on: map that path, or name it under 'ignore' in the contract, and give the same command"
                                    + " again. What is loaded is not loaded twice.");
            assertThat(orders()).isEqualTo(2);

            ignore("/batch/@sent, note");
            Invocation done = command("run", options);
            assertThat(done.exitCode()).as(done.all()).isZero();
            assertThat(orders()).isEqualTo(3);
            assertThat(open.isValid(1)).isTrue();
        }
    }

    @Test
    void withFailWhatIsAroundRecordsCountsToo() throws Exception {
        try (Connection open = DriverManager.getConnection(target)) {
            Invocation failed = command("run", "--to", target, "--create-tables", "--unmapped", "fail");

            assertThat(failed.exitCode()).as(failed.all()).isEqualTo(1);
            assertThat(failed.err()).contains("neither maps nor ignores /batch/@sent, which document 1.xml has");
            assertThat(open.isValid(1)).isTrue();
        }
    }

    private Invocation ofLedger(String... options) {
        List<String> words = new ArrayList<>(List.of("coverage", contract.toString(), "--to", target));
        words.addAll(List.of(options));
        return Invocation.of(words.toArray(String[]::new));
    }

    @Test
    void theLedgerTellsOfAllThatWasLoadedByTheContractThatIsGiven() throws Exception {
        try (Connection open = DriverManager.getConnection(target)) {
            Files.move(in.resolve("2.xml"), folder.resolve("2.xml"));
            command("run", "--to", target, "--create-tables");
            Files.move(folder.resolve("2.xml"), in.resolve("2.xml"));
            Invocation second = command("run", "--to", target);
            assertThat(second.out()).contains("3 read: 1 loaded, 0 rejected, 2 skipped");
            command("run", "--to", target);

            Invocation found = ofLedger();

            assertThat(found.exitCode()).as(found.all()).isEqualTo(3);
            assertThat(found.out().replaceAll("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}", "RUN"))
                    .isEqualTo("""
                    orders: 3 documents, of whose paths 3 are mapped, 0 ignored and 2 neither
                      as 2 runs counted them, RUN to RUN

                      Neither mapped nor ignored  Documents  Times  First in
                      --------------------------  ---------  -----  ------------------
                      /batch/@sent                        2      2  1.xml
                      /batch/order/note                   1      1  2.xml#1, line 2:15

                      Table   Elements  Chosen  Skip-empty  Distinct  Rows
                      ------  --------  ------  ----------  --------  ----
                      orders         3       3                           3
                      item           2       1                           1

                      Left out by a condition of rows  Table  Items
                      -------------------------------  -----  -----
                      @ok = '1'                        item       1
                    """);
            assertThat(ofLedger("--all").out()).containsPattern("/batch/order/@kind +mapped +2 +2");
            assertThat(ofLedger("--format", "json").out())
                    .startsWith("{\"version\":1,\"contract\":\"orders\",\"ledger\":{\"runs\":2,\"first_run_id\":")
                    .contains("\"documents_not_counted\":0},\"documents\":3,\"mapped\":3,\"ignored\":0,\"unmapped\":2,")
                    .contains("\"collapses\":[]");

            ignore("/batch/@sent, note");
            Invocation ignored = ofLedger();
            assertThat(ignored.exitCode()).as(ignored.all()).isZero();
            assertThat(ignored.out()).startsWith("orders: 3 documents, of whose paths 3 are mapped, 2 ignored");
            assertThat(open.isValid(1)).isTrue();
        }
    }

    @Test
    void conditionsAreCountedAlikeByAnyNumberOfWorkersAndByTheLedger() throws Exception {
        for (int i = 10; i < 90; i++) {
            Files.writeString(
                    in.resolve(i + ".xml"),
                    "<batch><order id='" + (i < 80 ? i : "x") + "'><item ok='" + i % 3
                            + "'/><item/><item ok='1'/></order></batch>");
        }
        String expected = "\"conditions\":[{\"of\":\"rows\",\"set\":1,\"condition\":\"@ok = '1'\",\"left_out\":117}],"
                + "\"conditions_untold\":0";
        try (Connection open = DriverManager.getConnection(target)) {
            for (String workers : List.of("1", "4")) {
                assertThat(command("run", "--dry-run", "--summary", "-", "--workers", workers)
                                .out())
                        .contains(expected);
            }
            assertThat(coverage("--format", "json").out()).contains(expected);
            command("run", "--to", target, "--create-tables", "--limit", "30");
            command("run", "--to", target, "--workers", "4");

            assertThat(ofLedger("--format", "json").out()).contains(expected);
            Files.writeString(contract, CONTRACT.replace("IGNORE", "").replace("@ok = '1'", "@ok != '2'"));
            assertThat(ofLedger("--format", "json").out())
                    .as("in the words of that time")
                    .contains("\"conditions\":[{\"of\":\"rows\",\"set\":1,\"condition\":\"@ok != '2'\",\"left_out\":0},"
                            + expected.substring(expected.indexOf('{')));
            assertThat(open.isValid(1)).isTrue();
        }
    }

    @Test
    void theLedgerSaysHowManyDocumentsItHasNotCounted() throws Exception {
        try (Connection open = DriverManager.getConnection(target)) {
            command("run", "--to", target, "--create-tables", "--unmapped", "allow");
            Invocation nothing = ofLedger();
            assertThat(nothing.exitCode()).isEqualTo(2);
            assertThat(nothing.err().lines())
                    .singleElement()
                    .asString()
                    .contains("no run of contract orders has counted paths in the ledger");

            Files.writeString(in.resolve("3.xml"), "<batch><order id='4' kind='a'/></batch>");
            command("run", "--to", target);

            assertThat(ofLedger().out())
                    .startsWith("orders: 1 document, of whose paths")
                    .contains("3 documents of the ledger are not among them: their runs were killed");
            assertThat(open.isValid(1)).isTrue();
        }
    }

    @Test
    void whatTheLedgerCannotTellIsToldInOneLine() throws Exception {
        try (Connection open = DriverManager.getConnection(target)) {
            assertIsOneLine(ofLedger(), "holds no ledger (processing_log");
            command("run", "--to", target, "--create-tables");
            assertIsOneLine(
                    ofLedger("--from", in.toString()),
                    "--from and --to exclude each other: coverage reads documents, or asks");
            assertIsOneLine(ofLedger("--limit", "5"), "--limit is for documents that are read, with --from");
            assertIsOneLine(ofLedger("--show-values"), "--show-values is for documents that are read, with --from");
            Files.writeString(contract, CONTRACT.replace("IGNORE", "").replace("name: orders", "name: others"));
            assertIsOneLine(
                    ofLedger(),
                    "no run of a contract \"others\" is in the ledger PUBLIC.processing_log – there are runs of: orders");
            Files.writeString(contract, CONTRACT.replace("IGNORE", ""));
            try (Statement statement = open.createStatement()) {
                statement.execute("DROP TABLE \"processing_coverage\"");
            }
            assertIsOneLine(ofLedger(), "has no table processing_coverage, as no run of this version has written it");
        }
    }

    private static void assertIsOneLine(Invocation refused, String text) {
        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err().lines()).singleElement().asString().contains(text);
    }

    @Test
    void wrongWordsAreToldInOneLine() {
        assertThat(command("run", "--dry-run", "--unmapped", "never").err().lines())
                .first()
                .asString()
                .contains("--unmapped")
                .contains("never");
        Invocation absent = coverage("--from-table", "t");
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(Invocation.of(
                                "coverage",
                                contract.toString(),
                                "--from",
                                folder.resolve("nothing").toString())
                        .err()
                        .lines())
                .hasSize(1);
    }
}
