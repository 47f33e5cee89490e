package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of one name in several schemas, none of which is the connection's own: none of them is taken unasked. */
class SeveralSchemasTest {

    @TempDir
    private Path folder;

    @Test
    void theSourcesTableHasToBeNamed() throws Exception {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        execute(
                url,
                "CREATE SCHEMA A",
                "CREATE SCHEMA B",
                "CREATE TABLE A.APP_XML (APP_ID int PRIMARY KEY, XML clob)",
                "CREATE TABLE B.APP_XML (APP_ID int PRIMARY KEY, XML clob)",
                "INSERT INTO B.APP_XML VALUES (1, '" + SmallContract.document(1) + "')");
        String contract = SmallContract.in(folder).toString();

        Invocation unclear = Invocation.of("run", contract, "--from", url, "--dry-run", "--no-progress");
        Invocation named = Invocation.of(
                "run", contract, "--from", url, "--from-table", "B.APP_XML", "--dry-run", "--no-progress");

        assertThat(unclear.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unclear.err())
                .startsWith(
                        "table app_xml – is in several schemas, and in none that is the connection's own; name one with"
                                + " --from-table: ")
                .contains("A.APP_XML", "B.APP_XML");
        assertThat(named.exitCode()).as(named.all()).isZero();
    }

    /** Where the connection has a schema, tables are that one's. */
    @Test
    void theTargetsSchemaHasToBeNamedWhereTheConnectionHasNone() throws Exception {
        String url = TestPostgres.newDatabaseUrl();
        Path documents = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(documents.resolve("1.xml"), SmallContract.document(1));
        for (String schema : new String[] {"a", "b"}) {
            Invocation run = run(schema, documents, url, "--create-tables");
            assertThat(run.exitCode()).as(run.all()).isZero();
        }
        Files.writeString(documents.resolve("2.xml"), SmallContract.document(2));
        String nowhere = url + "&currentSchema=nowhere";

        Invocation unclear = run(null, documents, nowhere);
        Invocation ledger = run(null, documents, nowhere, "--ledger-schema", "b");
        Invocation named = run("b", documents, nowhere);

        assertThat(unclear.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unclear.err())
                .contains(
                        "table processing_log – is in several schemas (a, b), and the connection has none of its own – name"
                                + " one with --ledger-schema NAME");
        assertThat(ledger.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ledger.err())
                .contains(
                        "table orders – is in several schemas (a, b), and the connection has none of its own – name one as"
                                + " the contract's 'schema'");
        assertThat(named.exitCode()).as(named.all()).isZero();
        Invocation ddl = Invocation.of("ddl", SmallContract.in(folder).toString(), "--against", nowhere);
        assertThat(ddl.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ddl.err()).contains("table orders – is in several schemas (a, b)");
    }

    private Invocation run(@Nullable String schema, Path documents, String to, String... more) throws IOException {
        Path contract = SmallContract.in(folder);
        if (schema != null) {
            Files.writeString(contract, Files.readString(contract) + "schema: " + schema + "\n");
        }
        String[] words = {"run", contract.toString(), "--from", documents.toString(), "--to", to, "--no-progress"};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Invocation.of(all);
    }

    private static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
