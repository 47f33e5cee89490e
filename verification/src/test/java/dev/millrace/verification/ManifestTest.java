package dev.millrace.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.verification.ManifestReport.Verdict;
import dev.millrace.verification.VerificationReport.Rows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a manifest says of a target, in H2 and SQLite, and its JSON. */
@Timeout(120)
class ManifestTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
            tables:
              orders:
                columns:
                  id: { path: "@id", type: integer, key: true }
                  buyer: { path: "@buyer", type: varchar(12) }
                  placed: { path: "@placed", type: timestamp }
                  run: { meta: run-id, type: varchar(40) }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos: { ordinal: true, key: true }
                  price: { path: "@price", type: "decimal(9,2)" }
            """;

    private static final String ZEROS = "0".repeat(32);

    private static final Manifest MANIFEST = new Manifest(
            "millrace 1",
            "run-1",
            "orders",
            "a".repeat(64),
            "in",
            "jdbc:h2:mem:x",
            Instant.parse("2026-01-02T03:04:05Z"),
            Instant.parse("2026-01-02T03:05:00.25Z"),
            new Manifest.Documents(6, 3, 1, 2, 1, 0),
            new TargetState(
                    new Rows(4, ZEROS),
                    List.of(
                            new TargetState.Table("orders", new Rows(4, ZEROS), List.of("run")),
                            new TargetState.Table("item", new Rows(0, ZEROS), List.of()))));

    private final String name = "manifest" + System.nanoTime();
    private final MappingContract contract;
    private int databases;

    @TempDir
    private Path folder;

    ManifestTest() throws ContractException {
        contract = ContractReader.read(CONTRACT, "orders.yaml").contract();
    }

    @Test
    void isReadAsItWasWritten() throws ManifestException {
        String json = ManifestJson.write(MANIFEST);

        assertThat(read(json)).isEqualTo(MANIFEST);
        assertThat(json)
                .hasLineCount(1)
                .startsWith("{\"format\":\"millrace-manifest\",\"version\":1,\"program\":\"millrace 1\"")
                .contains("\"ended_at\":\"2026-01-02T03:05:00.250Z\"");
    }

    @Test
    void isTheSameWithOtherBlanks() throws ManifestException {
        assertThat(read("\n" + ManifestJson.write(MANIFEST).replace(",\"", " ,\n  \"") + "\n"))
                .isEqualTo(MANIFEST);
    }

    @Test
    void noticesEveryCharacterThatWasChanged() {
        byte[] json = ManifestJson.write(MANIFEST).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(19);

        for (int at = 0; at < json.length; at++) {
            byte[] other = json.clone();
            other[at] = (byte) (' ' + 1 + random.nextInt(94));
            if (other[at] != json[at]) {
                assertThatThrownBy(() -> ManifestJson.read(other))
                        .as(new String(other, StandardCharsets.UTF_8))
                        .isInstanceOf(ManifestException.class);
            }
        }
    }

    @Test
    void noticesThatItWasCut() {
        byte[] json = ManifestJson.write(MANIFEST).getBytes(StandardCharsets.UTF_8);

        for (int length = 0; length < json.length; length++) {
            byte[] cut = Arrays.copyOf(json, length);
            assertThatThrownBy(() -> ManifestJson.read(cut)).isInstanceOf(ManifestException.class);
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() {
        String json = ManifestJson.write(MANIFEST);
        String none = "no manifest – expected a file that run --manifest has written";
        String changed = "not as the run wrote it: edited, or damaged – get the manifest as it was written";

        for (String other : List.of(
                "",
                "<order/>",
                "[]",
                "7",
                "null",
                "{}",
                "{\"version\":1}",
                json + json,
                "{\"format\":\"millrace-manifest\"",
                "[".repeat(5000))) {
            assertThatThrownBy(() -> read(other)).as(other).hasMessage(none);
        }
        assertThatThrownBy(() -> read(json.replace("\"loaded\":3", "\"loaded\":4")))
                .hasMessage(changed);
        assertThatThrownBy(() -> read(json.replace("\"seal\":\"", "\"seal\":null,\"x\":\"")))
                .hasMessage(changed);
        assertThatThrownBy(() -> read(json.replace("\"version\":1", "\"version\":2")))
                .hasMessageStartingWith("a manifest of another version than 1");
    }

    @Test
    void saysWhatBecameOfEachTable() throws Exception {
        write(20);
        Database target = h2();
        Manifest manifest = load(target, 2, 5);

        assertThat(compare(manifest, target).isEqual()).isTrue();

        execute(target, "UPDATE \"orders\" SET \"buyer\" = 'Bob' WHERE \"id\" = 3");
        execute(target, "DELETE FROM \"item\" WHERE \"order_id\" = 4 AND \"pos\" = 1");
        ManifestReport changed = compare(manifest, target);
        assertThat(changed.isEqual()).isFalse();
        assertThat(changed.documents().verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(verdicts(changed)).containsExactly(Verdict.CHANGED, Verdict.FEWER);

        execute(target, "INSERT INTO \"item\" (\"order_id\", \"pos\") VALUES (4, 1), (4, 7)");
        assertThat(verdicts(compare(manifest, target))).containsExactly(Verdict.CHANGED, Verdict.MORE);
    }

    @Test
    void noticesADocumentThatWasLoadedLater() throws Exception {
        write(3);
        Database target = h2();
        Manifest manifest = load(target, 1, 10);
        Files.writeString(folder.resolve("4.xml"), "<order id='4'/>");

        load(target, 1, 10);

        ManifestReport report = compare(manifest, target);
        assertThat(report.documents().verdict()).isEqualTo(Verdict.MORE);
        assertThat(verdicts(report)).containsExactly(Verdict.MORE, Verdict.EQUAL);
    }

    @Test
    void noticesTheSameRowsOfAnotherText() throws Exception {
        write(3);
        Database target = h2();
        Manifest manifest = load(target, 1, 10);

        execute(target, "UPDATE \"processing_log\" SET \"content_hash\" = 1 WHERE \"document_key\" = '2.xml'");

        ManifestReport report = compare(manifest, target);
        assertThat(report.documents().verdict()).isEqualTo(Verdict.CHANGED);
        assertThat(verdicts(report)).containsOnly(Verdict.EQUAL);
        assertThat(report.isEqual()).isFalse();
    }

    /** Neither the number of workers nor that of documents in a batch, nor the order of rows, nor the database. */
    @Test
    void dependsOnTheDocumentsAlone() throws Exception {
        write(60);
        TargetState one = load(h2(), 1, 1000).state();

        for (int workers = 1; workers <= 4; workers++) {
            for (int batch : new int[] {1, 7, 60}) {
                assertThat(load(h2(), workers, batch).state())
                        .as("%d workers, batches of %d", workers, batch)
                        .isEqualTo(one);
            }
        }
        assertThat(load(Database.of("jdbc:sqlite:" + folder.resolve("target.db"), new Properties()), 2, 7)
                        .state())
                .isEqualTo(one);
        assertThat(one.tables().get(0).excluded()).containsExactly("run");
        assertThat(one.documents().count()).isEqualTo(60);
        assertThat(one.rows()).isEqualTo(60 + 30 * 1 + 30 * 2);
    }

    @Test
    void isThatOfRowsInAnyOrder() throws Exception {
        write(20);
        Database target = h2();
        Manifest manifest = load(target, 1, 20);

        execute(target, "CREATE TABLE \"others\" AS SELECT * FROM \"item\" ORDER BY \"price\" DESC, \"order_id\" DESC");
        execute(target, "DELETE FROM \"item\"");
        execute(target, "INSERT INTO \"item\" SELECT * FROM \"others\"");

        assertThat(compare(manifest, target).isEqual()).isTrue();
    }

    @Test
    void hasTheChecksumsOfAVerification() throws Exception {
        write(5);
        Database target = h2();
        Manifest manifest = load(target, 1, 10);

        VerificationReport report =
                new Verifier(contract, VerifyOptions.of(new FromFiles(folder.toString()), target)).run();

        assertThat(manifest.state().tables())
                .extracting(TargetState.Table::rows)
                .isEqualTo(report.tables().stream()
                        .map(VerificationReport.TableReport::found)
                        .toList());
    }

    @Test
    void endsOnRequest() throws Exception {
        write(5);
        Database target = h2();
        load(target, 1, 10);
        TargetStateReader reader = new TargetStateReader(contract, target);

        assertThatThrownBy(() -> reader.read(OptionalLong.empty(), progress -> reader.stop()))
                .isInstanceOf(VerificationException.class)
                .hasMessage("stopped before the end: stopped on request");
    }

    @Test
    void isNotMadeOfARunThatLoadedNothing() throws Exception {
        write(2);
        RunSummary dry = new ProductionProcessor(
                        contract,
                        RunOptions.from(new FromFiles(folder.toString()))
                                .dryRun(true)
                                .build())
                .run();

        assertThatThrownBy(() -> Manifest.of("millrace", dry, MANIFEST.state()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isNotComparedWithOtherTables() {
        TargetState fewer = new TargetState(
                MANIFEST.state().documents(), MANIFEST.state().tables().subList(0, 1));

        assertThatThrownBy(() -> ManifestReport.of(MANIFEST, fewer, Instant.EPOCH, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesAReportOfTheComparison() {
        TargetState now = new TargetState(
                new Rows(5, ZEROS),
                List.of(
                        new TargetState.Table("orders", new Rows(4, "1".repeat(32)), List.of("run")),
                        MANIFEST.state().tables().get(1)));

        assertThat(ManifestJson.write(ManifestReport.of(MANIFEST, now, Instant.EPOCH, 1.5)))
                .isEqualTo("{\"version\":1,\"contract\":\"orders\",\"run_id\":\"run-1\","
                        + "\"run_ended_at\":\"2026-01-02T03:05:00.250Z\",\"started_at\":\"1970-01-01T00:00:00Z\",\"seconds\":1.500,"
                        + "\"equal\":false,\"documents\":{\"equal\":false,\"verdict\":\"more\",\"expected\":4,\"found\":5,"
                        + "\"expected_checksum\":\"" + ZEROS + "\",\"checksum\":\"" + ZEROS + "\"},\"tables\":["
                        + "{\"table\":\"orders\",\"equal\":false,\"verdict\":\"changed\",\"expected_rows\":4,\"rows\":4,"
                        + "\"expected_checksum\":\"" + ZEROS + "\",\"checksum\":\"" + "1".repeat(32)
                        + "\",\"excluded\":[\"run\"]},"
                        + "{\"table\":\"item\",\"equal\":true,\"verdict\":\"equal\",\"expected_rows\":0,\"rows\":0,"
                        + "\"expected_checksum\":\"" + ZEROS + "\",\"checksum\":\"" + ZEROS + "\",\"excluded\":[]}]}");
    }

    private static Manifest read(String text) throws ManifestException {
        return ManifestJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Verdict> verdicts(ManifestReport report) {
        return report.tables().stream().map(table -> table.rows().verdict()).toList();
    }

    private ManifestReport compare(Manifest manifest, Database target) throws Exception {
        return ManifestReport.of(manifest, new TargetStateReader(contract, target).read(), Instant.now(), 0);
    }

    private Manifest load(Database target, int workers, int batch) throws Exception {
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(target)
                .workers(workers)
                .batchDocuments(batch)
                .createTables(true)
                .build();
        RunSummary summary = new ProductionProcessor(contract, options).run();
        return Manifest.of("millrace", summary, new TargetStateReader(contract, target).read());
    }

    private Database h2() {
        return Database.of("jdbc:h2:mem:" + name + databases++ + ";DB_CLOSE_DELAY=-1", new Properties());
    }

    /** Orders with one item or two. */
    private void write(int documents) throws Exception {
        for (int id = 1; id <= documents; id++) {
            Files.writeString(
                    folder.resolve(id + ".xml"),
                    "<order id='" + id + "' buyer='Ann' placed='2026-01-01T10:20:30.25'>" + "<item price='1.50'/>"
                            + (id % 2 == 0 ? "<item price='" + id + "'/>" : "") + "</order>");
        }
    }

    private static void execute(Database database, String sql) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
