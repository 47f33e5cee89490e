package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a run skips, and why, is counted and told; as long as documents of the source are not in the target, the exit code is 3; and
 * each hint does what it promises when it is pasted into a shell.
 */
class UnsettledDocumentsTest {

    /** Where documents come from: each way has its own way to skip them. */
    enum From {
        FILES,
        SAME_DATABASE,
        OTHER_DATABASE
    }

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final String other = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");
    private String source = "";
    private final List<Connection> open = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        contract = SmallContract.in(folder);
        in = Files.createDirectory(folder.resolve("it's in"));
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : open) {
            connection.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatItSkipsAndWhy(From from) throws Exception {
        begin(from);
        put(1, SmallContract.document(1));
        put(2, SmallContract.document(2));
        put(3, SmallContract.tooLong(3));
        assertThat(run("--create-tables").exitCode()).isEqualTo(3);
        put(4, SmallContract.document(4));

        Invocation retried = run("--retry-rejects", "--summary", "-");
        assertThat(retried.exitCode()).as(retried.all()).isEqualTo(3);
        assertThat(retried.out()).contains(counts(4, 0, 1, 2, 0, 0, 1));
        assertThat(retried.err())
                .contains("Skipped       2 loaded before, 1 left alone: no run has loaded or rejected");

        Invocation pasted = paste(retried.err(), "To load what no run has loaded or rejected (1 document):");
        assertThat(pasted.exitCode()).isEqualTo(3);
        assertThat(pasted.out()).contains(counts(4, 1, 0, 2, 0, 1, 0));

        Invocation again = run("--summary", "-");
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.out()).contains(counts(4, 0, 0, 3, 0, 1, 0));
        assertThat(again.err()).contains("finished without 1 document", "3 loaded before, 1 rejected earlier");

        put(3, SmallContract.document(3));
        Invocation mended = paste(again.err(), "When they are fixed:");
        assertThat(mended.exitCode()).as(mended.all()).isZero();
        assertThat(mended.out()).contains(counts(4, 1, 0, 3, 0, 0, 0));
        Invocation settled = run("--summary", "-");
        assertThat(settled.exitCode()).isZero();
        assertThat(settled.out()).contains(counts(4, 0, 0, 4, 0, 0, 0));
        assertThat(settled.err()).doesNotContain("millrace rejects").contains("orders: finished after");
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatTheContractHasChangedAndHowToLoadAgain(From from) throws Exception {
        begin(from);
        put(1, SmallContract.document(1));
        put(2, SmallContract.document(2));
        run("--create-tables");
        change("path: buyer", "path: '\"same\"'");
        put(3, SmallContract.document(3));
        assertThat(run().exitCode()).isZero();

        Invocation again = run("--summary", "-");

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains(counts(3, 0, 0, 3, 2, 0, 0));
        assertThat(again.err()).contains("Contract      2 of those loaded before were loaded when it had another text");
        assertThat(buyers()).containsExactly("Zaphod", "Zaphod", "same");

        Invocation replaced = paste(
                again.err(),
                "The contract had another text when 2 documents were loaded. To load them again by the text that it has now,"
                        + " and what has changed in the source:");
        assertThat(replaced.exitCode()).as(replaced.all()).isZero();
        assertThat(replaced.out()).contains("\"loaded\":2,\"replaced\":2,\"rejected\":0,\"skipped\":1,");
        assertThat(buyers()).containsExactly("same", "same", "same");
        assertThat(run("--on-existing", "replace", "--summary", "-").out()).contains(counts(3, 0, 0, 3, 0, 0, 0));
        assertThat(Invocation.of("verify", contract.toString(), "--from", source, "--to", target)
                        .exitCode())
                .isZero();
    }

    @Test
    void aChangedContractTriesWhatItHadRejectedAgain() throws Exception {
        begin(From.FILES);
        put(1, SmallContract.tooLong(1));
        assertThat(run("--create-tables", "--on-existing", "replace").exitCode())
                .isEqualTo(3);
        assertThat(run("--on-existing", "replace").exitCode()).isEqualTo(3);
        change("path: buyer,", "path: 'substring(buyer, 1, 12)',");

        assertThat(run("--on-existing", "replace").exitCode()).isZero();
        assertThat(buyers()).containsExactly("ZaphodZaphod");
    }

    @Test
    void leavesWhatItCannotFindUnderTheChangedContractAndSaysSo() throws Exception {
        begin(From.FILES);
        put(1, SmallContract.document(1));
        run("--create-tables");
        execute("UPDATE \"processing_log\" SET \"row_keys\" = '{\"buyers\":{\"id\":[\"1\"]}}'");
        change("placed: {", "placed: { trim: false,");

        Invocation again = run("--on-existing", "replace", "--summary", "-");

        assertThat(again.exitCode()).as(again.all()).isZero();
        assertThat(again.out()).contains(counts(1, 0, 0, 1, 1, 0, 0));
        assertThat(again.err())
                .contains("when 1 document was loaded, and its rows cannot be found by the text that it has now."
                        + " To have it by that:");
        assertThat(run("--on-existing", "reload", "--summary", "-").out()).contains(counts(1, 0, 0, 1, 1, 0, 0));

        execute("DELETE FROM \"item\"", "DELETE FROM \"orders\"");
        Invocation emptied = run("--on-existing", "reload", "--summary", "-");

        assertThat(emptied.exitCode()).as(emptied.all()).isZero();
        assertThat(emptied.out()).contains(counts(1, 1, 0, 0, 0, 0, 0).replace("\"forgotten\":0", "\"forgotten\":1"));
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatTablesHoldFewerRowsThanTheLedgerSaysAndHowToLoadAgain(From from) throws Exception {
        begin(from);
        put(1, SmallContract.document(1));
        put(2, SmallContract.document(2));
        Invocation whole = run("--create-tables", "--summary", "-");
        execute("DELETE FROM \"item\"");

        Invocation emptied = run("--summary", "-");
        execute("DELETE FROM \"orders\" WHERE \"id\" = 1");
        Invocation fewer = run("--summary", "-", "--on-existing", "replace");

        assertThat(whole.out()).contains("\"fewer_rows\":null");
        assertThat(emptied.exitCode()).isZero();
        assertThat(emptied.out())
                .contains(counts(2, 0, 0, 2, 0, 0, 0))
                .contains("\"fewer_rows\":{\"documents_looked_at\":2,\"documents\":2,\"rows_in_ledger\":6,\"rows\":2,"
                        + "\"empty_tables\":[\"item\"]}");
        assertThat(emptied.err())
                .contains(
                        "Rows missing  2 of 2 documents looked at have 2 rows, and the ledger says 6;", "empty: item");
        assertThat(fewer.err()).contains("2 of 2 documents looked at have 1 row, and the ledger says 6");

        Invocation pasted = paste(
                fewer.err(),
                "Rows of documents that were loaded before are not in the tables any more. To load these documents again:");

        assertThat(pasted.exitCode()).as(pasted.all()).isZero();
        assertThat(pasted.out()).contains("\"loaded\":2,\"replaced\":2,").contains("\"fewer_rows\":null");
        assertThat(run("--summary", "-").out()).contains("\"fewer_rows\":null");
        assertThat(Invocation.of("verify", contract.toString(), "--from", source, "--to", target)
                        .exitCode())
                .isZero();
    }

    @Test
    void keepsASecretOutOfItsHints() throws Exception {
        begin(From.FILES);
        put(1, SmallContract.tooLong(1));
        String secret = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;USER=sa;PASSWORD=hidden";

        Invocation run = Invocation.of(
                "run", contract.toString(), "--from", source, "--to", secret, "--create-tables", "--workers", "1");

        assertThat(run.all()).doesNotContain("hidden");
        assertThat(run.out())
                .contains("All rejects (put in what *** stands for):", "PASSWORD=***")
                .contains("  the same command with --retry-rejects");
    }

    @Test
    void doesNotAskToPasteACommandWhosePipeIsGone() throws Exception {
        begin(From.FILES);
        put(1, SmallContract.tooLong(1));
        // No pipe of a shell, but it looks like one.
        Path pipe = Files.createDirectories(folder.resolve("dev/fd")).resolve("63");

        Invocation run = run("--create-tables", "--summary", pipe.toString());

        assertThat(run.out())
                .contains("  the same command with --retry-rejects")
                .doesNotContain("millrace run");
    }

    @Test
    void theHintsWorkForALedgerInASchemaOfItsOwn() throws Exception {
        begin(From.FILES);
        change("name: orders\n", "name: orders\nschema: far\n");
        put(1, SmallContract.tooLong(1));
        put(2, SmallContract.document(2));
        Invocation run = run("--create-tables");
        // Another ledger, which a command that names no schema would find first.
        change("schema: far\n", "");
        Files.delete(in.resolve("1.xml"));
        run("--create-tables");

        assertThat(paste(run.out(), "All rejects:").out()).contains("1 reject", "document 1.xml");
    }

    private void begin(From from) throws SQLException {
        source = from == From.FILES ? in.toString() : from == From.SAME_DATABASE ? target : other;
        if (from != From.FILES) {
            Connection connection = DriverManager.getConnection(source);
            open.add(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml clob)");
            }
        }
        open.add(DriverManager.getConnection(target));
    }

    private void put(int id, String text) throws IOException, SQLException {
        if (source.equals(in.toString())) {
            Files.writeString(in.resolve(id + ".xml"), text);
            return;
        }
        try (PreparedStatement merge =
                open.get(0).prepareStatement("MERGE INTO app_xml (app_id, xml) KEY (app_id) VALUES (?, ?)")) {
            merge.setInt(1, id);
            merge.setString(2, text);
            merge.execute();
        }
    }

    private void change(String from, String to) throws IOException {
        String text = Files.readString(contract);
        assertThat(text).contains(from);
        Files.writeString(contract, text.replace(from, to));
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = open.get(open.size() - 1).createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> buyers() throws SQLException {
        List<String> buyers = new ArrayList<>();
        try (Statement statement = open.get(open.size() - 1).createStatement();
                ResultSet rows = statement.executeQuery("SELECT \"buyer\" FROM \"orders\" ORDER BY \"id\"")) {
            while (rows.next()) {
                buyers.add(rows.getString(1));
            }
        }
        return buyers;
    }

    private Invocation run(String... more) {
        List<String> args = new ArrayList<>(
                List.of("run", contract.toString(), "--from", source, "--to", target, "--workers", "1"));
        args.addAll(List.of(more));
        return Invocation.of(args.toArray(new String[0]));
    }

    /** The command behind a hint, as a shell would give it. */
    private static Invocation paste(String screen, String hint) throws IOException, InterruptedException {
        List<String> lines = screen.lines().toList();
        assertThat(lines).contains(hint);
        String command = lines.get(lines.indexOf(hint) + 1).strip();
        assertThat(command).startsWith("millrace ");
        Process shell = new ProcessBuilder("sh", "-c", "millrace() { printf '%s\\n' \"$@\"; }; " + command).start();
        String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return Invocation.of(words.lines().toArray(String[]::new));
    }

    private static String counts(
            long read, long loaded, long rejected, long before, long changed, long earlier, long alone) {
        return "\"documents\":{\"read\":" + read + ",\"loaded\":" + loaded + ",\"replaced\":0,\"rejected\":" + rejected
                + ",\"skipped\":" + (before + earlier + alone) + ",\"deleted\":0,\"forgotten\":0,\"loaded_before\":"
                + before
                + ",\"contract_changed\":" + changed + ",\"rejected_earlier\":" + earlier + ",\"left_alone\":" + alone
                + ",\"unselected\":0,\"unsettled\":" + (rejected + earlier + alone) + "}";
    }
}
