package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunCommandTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private String contract = "";
    private Connection database;

    RunCommandTest() throws SQLException {
        database = DriverManager.getConnection(url);
    }

    @BeforeEach
    void createSource() throws SQLException, IOException {
        contract = SmallContract.in(folder).toString();
        try (Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)");
        }
        for (int id = 1; id <= 20; id++) {
            put(id, SmallContract.document(id));
        }
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void loadsDocumentsAndShowsASummary() throws SQLException {
        Invocation run = run("--create-tables");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("orders: finished after ")
                .contains("20 read: 20 loaded, 0 rejected, 0 skipped", "5: 1 reader + 4 workers", "batch-insert")
                .doesNotContain("retry-rejects");
        assertThat(count("item")).isEqualTo(40);
    }

    /** What each limit is for is tested where it is kept; here, that each is an option and has a code of its own. */
    @ParameterizedTest
    @CsvSource({
        "--max-document-bytes, 100,   document-too-large",
        "--max-depth,          2,     too-deep",
        "--max-attributes,     1,     too-many-attributes",
        "--max-name-length,    5,     name-too-long",
        "--max-value-length,   20,    value-too-large",
        "--max-entity-expansions, 1,  entity-limit",
        "--max-nodes,          3,     too-many-nodes",
        "--max-expansion,      1000,  archive-limit",
        "--max-steps,          1,     too-many-steps",
    })
    void everyLimitIsAnOptionWithARejectCodeOfItsOwn(String option, String limit, String code) throws IOException {
        Path file = folder.resolve("limits.xml.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(("<!DOCTYPE order [<!ENTITY e 'x'>]><order id='1' placed='2024-05-01'>"
                            + "<buyer>&e;</buyer><item price='1'><note/></item><buyer>&e;</buyer></order>")
                    .replaceFirst("<buyer>&e;", code.startsWith("value") ? "<buyer>" + "v".repeat(21) : "<buyer>&e;")
                    .getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 80 && code.startsWith("archive"); i++) {
                out.write(new byte[1 << 20]);
            }
        }
        String text = Files.readString(Path.of(contract));
        Files.writeString(Path.of(contract), text.replace("/order }", "/order, doctype: internal }"));

        Invocation run = Invocation.of(
                "run",
                contract,
                "--from",
                file.toString(),
                "--to",
                url,
                "--create-tables",
                // This heap allows a document less than any file may expand to.
                "--max-document-bytes" + (option.equals("--max-document-bytes") ? "=" + limit : "=256MB"),
                option.equals("--max-document-bytes") ? "--no-progress" : option + "=" + limit,
                "--summary",
                "-");

        assertThat(run.exitCode()).as(run.all()).isEqualTo(3);
        assertThat(run.out()).contains("\"" + code + "\"");
    }

    @Test
    void aSecondRunSkipsWhatIsLoaded() {
        run("--create-tables");

        Invocation again = run();

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("0 loaded, 0 rejected, 20 skipped");
    }

    @Test
    void readsTheFirstRecordsWhereAFileThatIsReadWholeHoldsSeveral() throws IOException, SQLException {
        Path file = folder.resolve("several.xml");
        StringBuilder orders = new StringBuilder("<!DOCTYPE orders><orders>");
        for (int id = 1; id <= 50; id++) {
            orders.append(SmallContract.document(id));
        }
        Files.writeString(file, orders + "</orders>");
        String text = Files.readString(Path.of(contract));
        Files.writeString(Path.of(contract), text.replace("/order }", "/orders/order, doctype: internal }"));
        String[] command = {"run", contract, "--from", file.toString(), "--to", url, "--create-tables"};

        Invocation first = Invocation.of(
                Stream.concat(Stream.of(command), Stream.of("--limit", "5")).toArray(String[]::new));
        assertThat(first.exitCode()).as(first.all()).isZero();
        assertThat(first.out()).contains("5 read: 5 loaded, 0 rejected, 0 skipped");
        assertThat(count("item")).isEqualTo(10);

        Invocation second = Invocation.of(command);
        assertThat(second.exitCode()).as(second.all()).isZero();
        assertThat(second.out()).contains("50 read: 45 loaded, 0 rejected, 5 skipped");
        assertThat(count("item")).isEqualTo(100);
    }

    @Test
    void rejectsEndInExitCode3WithTheReasonAndAHint() throws SQLException {
        put(21, SmallContract.tooLong(21));

        Invocation run = run("--create-tables");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("1  value-too-long", "first: document 21, orders.buyer, line ", "millrace rejects --to")
                .doesNotContain(SmallContract.MARKER);
    }

    @Test
    void tellsValuesOnlyWhenAsked() throws SQLException {
        put(21, SmallContract.tooLong(21));

        assertThat(run("--create-tables", "--show-values").out()).contains(SmallContract.MARKER);
    }

    @Test
    void retriesRejectsThatWerePutRight() throws SQLException {
        put(21, SmallContract.tooLong(21));
        run("--create-tables");
        try (Statement statement = database.createStatement()) {
            statement.execute("UPDATE app_xml SET xml = '" + SmallContract.document(21) + "' WHERE app_id = 21");
        }

        Invocation again = run("--retry-rejects");

        assertThat(again.exitCode()).as(again.all()).isZero();
        assertThat(again.out()).contains("1 loaded, 0 rejected");
    }

    @Test
    void writesTheJsonSummaryToAFile() throws IOException {
        Path summary = folder.resolve("summary.json");

        Invocation run = run("--create-tables", "--summary", summary.toString());

        assertThat(run.out()).startsWith("orders: finished");
        assertThat(Files.readString(summary))
                .startsWith("{\"version\":1,\"run_id\":\"")
                .contains(
                        "\"documents\":{\"read\":20,\"loaded\":20,\"replaced\":0,\"rejected\":0,\"skipped\":0,\"deleted\":0,\"forgotten\":0,\"loaded_before\":0,\"contract_changed\":0,\"rejected_earlier\":0,\"left_alone\":0,\"unselected\":0,\"unsettled\":0}")
                .contains("\"rows\":{\"orders\":20,\"item\":40}", "\"connections\":5", "\"rejects\":[]")
                .endsWith("}\n");
    }

    @Test
    void writesTheJsonSummaryAloneToStandardOutput() {
        Invocation run = run("--create-tables", "--summary", "-");

        assertThat(run.out()).startsWith("{\"version\":1,").hasLineCount(1);
        assertThat(run.err()).startsWith("orders: finished");
    }

    @Test
    void aDryRunNeedsNoTarget() throws IOException {
        Files.writeString(folder.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(folder.resolve("2.xml"), SmallContract.tooLong(2));

        Invocation run =
                Invocation.of("run", contract, "--from", folder.resolve("*.xml").toString(), "--dry-run");

        assertThat(run.exitCode()).as(run.all()).isEqualTo(3);
        assertThat(run.out())
                .contains("dry run finished with 1 reject", "2 read: 1 could be loaded, 1 rejected", "line 1:")
                .doesNotContain("--retry-rejects");
    }

    @Test
    void givesUpAfterTooManyRejects() throws SQLException {
        for (int id = 100; id < 400; id++) {
            put(id, SmallContract.tooLong(id));
        }

        Invocation run = run("--create-tables", "--max-rejects", "3", "--batch-size", "10");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("gave up: more documents were rejected than this run accepts");
        assertThat(run.out())
                .startsWith("orders: stopped")
                .contains("the same command again, with a higher --max-rejects");
    }

    @Test
    void saysThatThereIsNoSuchTable() {
        assertIsUsageError(run("--create-tables", "--from-table", "no_such_table"), "no_such_table");
    }

    @Test
    void saysThatTheTablesAreMissing() {
        Invocation run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--create-tables").hasLineCount(2);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void saysThatADirectoryHasNoXml() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertIsUsageError(Invocation.of("run", contract, "--from", empty.toString(), "--to", url), "empty");
    }

    @Test
    void saysThatAServerIsUnreachable() {
        Invocation run = Invocation.of("run", contract, "--from", "jdbc:postgresql://localhost:1/x", "--to", url);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.BROKEN);
        assertThat(run.err()).contains("localhost:1").hasLineCount(1);
    }

    @Test
    void saysThatAPasswordIsWrongWithoutShowingIt() throws SQLException {
        String locked = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (Connection owner = DriverManager.getConnection(locked, "owner", "right-secret")) {
            FakeTerminal terminal = new FakeTerminal();
            terminal.environment.put("MILLRACE_TO_PASSWORD", "wrong-secret");

            Invocation run = Invocation.in(
                    terminal, "run", contract, "--from", url, "--to", locked, "--to-user", "owner", "--create-tables");

            assertIsUsageError(run, "user and password");
            assertThat(run.all()).doesNotContain("secret");
            terminal.environment.put("MILLRACE_TO_PASSWORD", "right-secret");
            assertThat(Invocation.in(
                                    terminal,
                                    "run",
                                    contract,
                                    "--from",
                                    url,
                                    "--to",
                                    locked,
                                    "--to-user",
                                    "owner",
                                    "--create-tables")
                            .exitCode())
                    .isZero();
            assertThat(owner.isClosed()).isFalse();
        }
    }

    @Test
    void asksForAPasswordOnce() throws SQLException {
        String locked = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (Connection owner = DriverManager.getConnection(locked, "owner", "right-secret")) {
            FakeTerminal terminal = new FakeTerminal();
            terminal.secret = "right-secret";
            try (Statement statement = owner.createStatement()) {
                statement.execute("CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)");
            }

            Invocation run = Invocation.in(
                    terminal,
                    "run",
                    contract,
                    "--from",
                    locked,
                    "--to",
                    locked,
                    "--user",
                    "owner",
                    "--password",
                    "--create-tables");

            assertThat(run.exitCode()).as(run.all()).isZero();
            assertThat(terminal.questions).isEqualTo(1);
            assertThat(run.all()).doesNotContain("secret");
        }
    }

    @Test
    void readsAPasswordFromAFile() throws SQLException, IOException {
        String locked = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        Path secret = Files.writeString(folder.resolve("secret"), "right-secret\n");
        try (Connection owner = DriverManager.getConnection(locked, "owner", "right-secret")) {
            Invocation run = Invocation.of(
                    "run",
                    contract,
                    "--from",
                    url,
                    "--to",
                    locked,
                    "--to-user",
                    "owner",
                    "--to-password-file",
                    secret.toString(),
                    "--create-tables");

            assertThat(run.exitCode()).as(run.all()).isZero();
            assertThat(owner.isClosed()).isFalse();
        }
    }

    @Test
    void refusesOptionsOfADatabaseForFiles() {
        Invocation run =
                Invocation.of("run", contract, "--from", folder.toString(), "--to", url, "--key-range", "1..9");

        assertIsUsageError(run, "--key-range is for a database");
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        assertIsUsageError(run("--workers", "0"), "--workers: 0 – expected at least 1");
        assertIsUsageError(run("--max-rejects", "some"), "--max-rejects: \"some\"");
        assertIsUsageError(run("--max-depth", "-1"), "--max-depth: -1");
        assertIsUsageError(run("--key-range", "5"), "--key-range: \"5\"");
    }

    @Test
    void theLedgerTellsAboutRunsAndRejects() throws SQLException {
        put(21, SmallContract.tooLong(21));
        run("--create-tables");

        Invocation status = Invocation.of("status", "--to", url);
        Invocation runs = Invocation.of("runs", "--to", url);
        Invocation rejects = Invocation.of("rejects", "--to", url);
        Invocation one = Invocation.of("rejects", "21", "--to", url);

        assertThat(status.exitCode()).as(status.err()).isZero();
        assertThat(status.out()).contains("orders    loaded", "orders    rejected", "finished");
        assertThat(runs.out()).contains("finished", "(too narrow for: Started)").hasLineCount(4);
        assertThat(rejects.out())
                .startsWith("1 reject")
                .contains("value-too-long", "document 21, orders.buyer, line ")
                .doesNotContain(SmallContract.MARKER);
        assertThat(one.out()).contains("Document  21", "Column    buyer", "Path      buyer", "Stage     map");
        assertThat(Invocation.of("rejects", "22", "--to", url).exitCode()).isEqualTo(2);
        assertIsUsageError(Invocation.of("rejects", "--code", "nonsense", "--to", url), "nonsense");
    }

    @Test
    void oneClockTellsHowLongARunHasTaken() throws Exception {
        Path summary = folder.resolve("summary.json");
        run("--create-tables", "--summary", summary.toString());

        JsonNode run = new JsonMapper()
                .readTree(Invocation.of("runs", "--format", "json", "--to", url).out());
        Duration inLedger = Duration.between(
                Instant.parse(run.get("started_at").asString()),
                Instant.parse(run.get("finished_at").asString()));
        double told = new JsonMapper()
                .readTree(Files.readString(summary))
                .get("seconds")
                .asDouble();

        assertThat(inLedger.toNanos() / 1e9).isCloseTo(told, within(0.002));
    }

    @Test
    void listsRejectsOfNumericKeysInTheOrderOfNumbers() throws Exception {
        for (int id : new int[] {100, 30, 200, 1_000}) {
            put(id, SmallContract.tooLong(id));
        }
        run("--create-tables");

        assertThat(Invocation.of("rejects", "--to", url, "--limit", "3").out())
                .containsSubsequence("document 30,", "document 100,", "document 200,")
                .doesNotContain("document 1000");
    }

    @Test
    void doesNotOfferTheLedgersTablesAsASource() {
        run("--create-tables");

        Invocation wrong = run("--from-table", "nope");

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("table nope – not found; there is", "PUBLIC.APP_XML", "PUBLIC.orders")
                .doesNotContain("processing_");
    }

    @Test
    void aDatabaseWithoutALedgerIsToldAsSuch() {
        assertIsUsageError(Invocation.of("status", "--to", url), "holds no ledger");
    }

    private Invocation run(String... more) {
        String[] args = new String[more.length + 6];
        args[0] = "run";
        args[1] = contract;
        args[2] = "--from";
        args[3] = url;
        args[4] = "--to";
        args[5] = url;
        System.arraycopy(more, 0, args, 6, more.length);
        return Invocation.of(args);
    }

    private static void assertIsUsageError(Invocation invocation, String words) {
        assertThat(invocation.exitCode()).as(invocation.all()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err()).contains(words).hasLineCount(1);
    }

    private void put(int id, String xml) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("INSERT INTO app_xml VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, xml);
            insert.executeUpdate();
        }
    }

    private long count(String table) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM \"" + table + "\"")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
