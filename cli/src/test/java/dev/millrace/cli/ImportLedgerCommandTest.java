package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables, documents and a log as the original system leaves them, and what Millrace makes of them. */
class ImportLedgerCommandTest {

    private static final String LOG =
            "processing_log (log_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, app_id int NOT NULL,"
                    + " status varchar(20) NOT NULL, failure_reason varchar(500), processing_time timestamp DEFAULT CURRENT_TIMESTAMP,"
                    + " session_id varchar(50), app_id_start int, app_id_end int)";

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID();
    private final String other = "jdbc:h2:mem:" + UUID.randomUUID();

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Connection open;
    private Connection elsewhere;

    @BeforeEach
    void prepare() throws Exception {
        contract = SmallContract.in(folder);
        open = DriverManager.getConnection(target);
        elsewhere = DriverManager.getConnection(other);
        execute(
                "CREATE TABLE app_xml (app_id int PRIMARY KEY, xml clob)",
                "CREATE TABLE orders (id bigint PRIMARY KEY, buyer varchar(12), placed date)",
                "CREATE TABLE item (order_id bigint, pos int, price decimal(9,2), PRIMARY KEY (order_id, pos))");
        for (int id = 1; id <= 5; id++) {
            execute("INSERT INTO app_xml VALUES (" + id + ", '" + SmallContract.document(id) + "')");
            if (id <= 3) {
                execute(
                        "INSERT INTO orders VALUES (" + id + ", 'Zaphod', DATE '2024-05-01')",
                        "INSERT INTO item VALUES (" + id + ", 1, 1.5), (" + id + ", 2, 22)");
            }
        }
    }

    @AfterEach
    void close() throws SQLException {
        open.close();
        elsewhere.close();
    }

    @Test
    void takesOverAndSaysWhatIsLeft() throws Exception {
        logInto(open, "");

        Invocation collides = importLedger();
        assertThat(collides.exitCode()).isEqualTo(2);
        assertThat(collides.err()).contains("PROCESSING_LOG – is a table of somebody else's", "--ledger-prefix TEXT");

        Invocation look = importLedger("--ledger-prefix", "m_", "--dry-run");
        assertThat(look.exitCode()).as(look.all()).isZero();
        assertThat(look.out()).contains("3 would be taken over", "Nothing was written (--dry-run).");
        assertThat(Invocation.of("runs", "--to", target, "--ledger-prefix", "m_")
                        .exitCode())
                .isEqualTo(2);

        Invocation taken = importLedger("--ledger-prefix", "m_");
        assertThat(taken.exitCode()).as(taken.all()).isZero();
        assertThat(taken.out())
                .contains("5 documents of the source held against log PUBLIC.PROCESSING_LOG:")
                .contains("3 taken over: the ledger has them as loaded (run ")
                .contains("1 failed there, without rows: the next run loads them – 4")
                .contains("1 new, without rows and not in the log: the next run loads them – 5")
                .doesNotContain("Zaphod");
        assertThat(Invocation.of("runs", "--to", target, "--ledger-prefix", "m_")
                        .out())
                .contains("imported");

        Invocation again = importLedger("--ledger-prefix", "m_");
        assertThat(again.out()).contains("0 taken over", "3 known to the ledger already");
        Invocation verified = Invocation.of(command("verify", "--ledger-prefix", "m_"));
        assertThat(verified.exitCode()).as(verified.all()).isZero();
        Invocation run = Invocation.of(command("run", "--ledger-prefix", "m_", "--summary", "-"));
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.out()).contains("\"loaded\":2,", "\"loaded_before\":3", "\"contract_changed\":0");
        assertThat(count("PROCESSING_LOG")).as("the original's log").isEqualTo(4);
        assertThat(count("orders")).isEqualTo(5);
    }

    @Test
    void takesOverWhatAnEarlierRunHasRejectedAsDuplicates() throws Exception {
        logInto(open, "");
        Invocation tooEarly = Invocation.of(command("run", "--ledger-prefix", "m_"));
        assertThat(tooEarly.exitCode()).as(tooEarly.all()).isEqualTo(3);

        Invocation taken = importLedger("--ledger-prefix", "m_");

        assertThat(taken.exitCode()).as(taken.all()).isZero();
        assertThat(taken.out()).contains("3 taken over", "2 known to the ledger already");
        Invocation run = Invocation.of(command("run", "--ledger-prefix", "m_", "--summary", "-"));
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.out()).contains("\"loaded_before\":5");
    }

    @Test
    void replacesAllThatWasTakenOverOnceTheContractHasChanged() throws Exception {
        logInto(open, "");
        importLedger("--ledger-prefix", "m_");
        Files.writeString(contract, "# loaded by Millrace from here on\n" + Files.readString(contract));

        Invocation run =
                Invocation.of(command("run", "--ledger-prefix", "m_", "--on-existing", "replace", "--summary", "-"));

        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.out()).contains("\"loaded\":5,\"replaced\":3,");
        assertThat(count("orders")).isEqualTo(5);
        assertThat(count("item")).isEqualTo(10);
    }

    /** Rows that the document did not bring are never deleted with it. */
    @Test
    void refusesToReplaceWhereRowsWereAddedSince() throws Exception {
        logInto(open, "");
        importLedger("--ledger-prefix", "m_");
        execute(
                "INSERT INTO item VALUES (1, 3, 7)",
                "UPDATE app_xml SET xml = REPLACE(xml, '22.00', '23.00') WHERE app_id < 3");

        Invocation run =
                Invocation.of(command("run", "--ledger-prefix", "m_", "--on-existing", "replace", "--summary", "-"));

        assertThat(run.exitCode()).as(run.all()).isEqualTo(3);
        assertThat(run.out()).contains("\"replaced\":1,\"rejected\":1,");
        assertThat(count("item")).isEqualTo(11);
    }

    @Test
    void findsTheLogInAnotherSchemaAndInAnotherDatabase() throws Exception {
        execute("CREATE SCHEMA old");
        logInto(open, "old.");
        assertThat(importLedger("--log", "old.processing_log", "--dry-run").out())
                .contains("3 would be taken over");
        logInto(elsewhere, "");

        Invocation taken = importLedger("--log-url", other);

        assertThat(taken.exitCode()).as(taken.all()).isZero();
        assertThat(taken.out()).contains("3 taken over");
        assertThat(Invocation.of(command("verify")).exitCode()).isZero();
    }

    @Test
    void tellsWhereLogAndTablesDoNotAgree() throws Exception {
        logInto(open, "");
        execute(
                "DELETE FROM item WHERE order_id = 2",
                "DELETE FROM orders WHERE id = 2",
                "DELETE FROM processing_log WHERE app_id = 3",
                "INSERT INTO processing_log (app_id, status) VALUES (77, 'success')",
                "UPDATE app_xml SET xml = '<order>broken' WHERE app_id = 1");

        Invocation taken = importLedger("--ledger-prefix", "m_");

        assertThat(taken.exitCode()).as(taken.all()).isEqualTo(3);
        assertThat(taken.out().replaceAll("\\s+", " "))
                .contains("0 taken over")
                .contains(
                        "1 called loaded by the log, and their rows are not in the tables: the next run loads them – 2")
                .contains(
                        "1 not called loaded by the log, and their rows are in the tables: the next run rejects them as"
                                + " duplicates – 3")
                .contains(
                        "1 called loaded by the log, and rejected by the contract: their rows stay, the next run rejects"
                                + " them – 1 (not-well-formed)")
                .contains("1 in the log and not in the source");
    }

    /** As a run does: what the columns cannot hold is rounded, or rejected, before it is looked for. */
    @Test
    void mapsByWhatNarrowColumnsHold() throws Exception {
        logInto(open, "");
        String text = Files.readString(contract)
                .replace("type: bigint, key: true", "type: \"decimal(9,2)\", scale: half-up, key: true")
                .replace("varchar(12)", "varchar(40)");
        Files.writeString(contract, text);
        execute(
                "UPDATE app_xml SET xml = REPLACE(xml, 'id=\"1\"', 'id=\"1.4\"') WHERE app_id = 1",
                "UPDATE app_xml SET xml = REPLACE(xml, 'Zaphod', 'Zaphod Beeblebrox') WHERE app_id = 2");

        Invocation taken = importLedger("--ledger-prefix", "m_");

        assertThat(taken.exitCode()).as(taken.all()).isEqualTo(3);
        assertThat(taken.out().replaceAll("\\s+", " "))
                .contains("2 taken over")
                .contains("1 called loaded by the log, and rejected by the contract")
                .contains("– 2 (value-too-long)");
        assertThat(Invocation.of(command("run", "--ledger-prefix", "m_", "--summary", "-"))
                        .out())
                .contains("\"loaded_before\":2");
    }

    @Test
    void findsKeysThatTheLogFillsUpWithBlanksAndNoneThatNoColumnHolds() throws Exception {
        execute(
                "CREATE TABLE padded (app_id char(10), status varchar(20))",
                "INSERT INTO padded VALUES ('1', 'success'), ('2', 'success'), ('3', 'success')",
                "CREATE TABLE numbers (app_id decimal(18), status varchar(20))");
        assertThat(importLedger("--log", "padded", "--ledger-prefix", "m_").out())
                .contains("3 taken over");

        Path in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(
                in.resolve("1.xml"), SmallContract.document(1).replace("id=\"1\"", "id=\"1\" ref=\"1e999999999\""));
        Files.writeString(
                contract, Files.readString(contract).replace("record: /order", "record: /order, key: \"@ref\""));
        Invocation huge = Invocation.of(
                "import-ledger",
                contract.toString(),
                "--from",
                in.toString(),
                "--to",
                target,
                "--log",
                "numbers",
                "--ledger-prefix",
                "m_");
        assertThat(huge.exitCode()).as(huge.all()).isEqualTo(3);
        assertThat(huge.out()).contains("1 not called loaded by the log");
    }

    @Test
    void refusesWhatIsNoLogOfTheOriginal() throws Exception {
        Invocation none = importLedger();
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("has no table processing_log – name the log of the original with --log TABLE");

        Invocation wrong = importLedger("--log", "orders");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("table orders – has no columns app_id and status");

        Invocation.of(command("run", "--ledger-prefix", "m_"));
        Invocation own = importLedger("--log", "m_processing_log");
        assertThat(own.exitCode()).isEqualTo(2);
        assertThat(own.err()).contains("table m_processing_log – is a ledger of Millrace's own");

        execute("CREATE TABLE dated (app_id date, status varchar(9))");
        Invocation dated = importLedger("--log", "dated");
        assertThat(dated.exitCode()).isEqualTo(2);
        assertThat(dated.err()).contains("column APP_ID – is of type DATE; expected numbers or texts");

        Files.writeString(folder.resolve("1.xml"), SmallContract.document(1));
        Invocation files = Invocation.of(
                "import-ledger",
                contract.toString(),
                "--from",
                folder.resolve("1.xml").toString(),
                "--to",
                target);
        assertThat(files.exitCode()).isEqualTo(2);
        assertThat(files.err()).contains("--from: the log of the original knows documents by the keys of a table");

        Invocation user = importLedger("--log-user", "me");
        assertThat(user.exitCode()).isEqualTo(2);
        assertThat(user.err()).contains("--log-url, which is missing");

        Invocation unreachable =
                importLedger("--log-url", "jdbc:h2:file:" + folder.resolve("nowhere") + ";IFEXISTS=TRUE");
        assertThat(unreachable.exitCode()).as(unreachable.all()).isIn(1, 2);
        assertThat(unreachable.err()).hasLineCount(1).doesNotContain("internal error");
    }

    @Test
    void takesKeysOfDocumentsWhereTheSourceIsFiles() throws Exception {
        logInto(open, "");
        Files.writeString(
                contract, Files.readString(contract).replace("record: /order", "record: /order, key: \"@id\""));
        Path in = Files.createDirectory(folder.resolve("in"));
        for (int id = 1; id <= 5; id++) {
            Files.writeString(in.resolve("order-" + id + ".xml"), SmallContract.document(id));
        }

        Invocation taken = Invocation.of(
                "import-ledger", contract.toString(), "--from", in.toString(), "--to", target, "--ledger-prefix", "m_");

        assertThat(taken.exitCode()).as(taken.all()).isZero();
        assertThat(taken.out()).contains("3 taken over");
    }

    /** As the original writes it: three loaded, one of them at the second try, one failed, one never tried. */
    private static void logInto(Connection connection, String schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + schema + LOG);
            statement.execute("INSERT INTO " + schema + "processing_log (app_id, status, failure_reason, session_id)"
                    + " VALUES (1, 'success', NULL, '20260101_000000'), (2, 'success', NULL, '20260101_000000'),"
                    + " (4, 'failed', 'insertion: x', '20260101_000000'), (3, 'success', NULL, '20260102_000000')");
        }
    }

    private Invocation importLedger(String... more) {
        return Invocation.of(command("import-ledger", more));
    }

    private String[] command(String name, String... more) {
        List<String> words = new ArrayList<>(List.of(name, contract.toString(), "--from", target, "--to", target));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private int count(String table) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = open.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
