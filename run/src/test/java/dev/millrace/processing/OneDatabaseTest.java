package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.millrace.TestPostgres;
import dev.millrace.contract.ContractReader;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunSummary.Status;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Source and target in one database, where the source's own query asks the ledger. */
@Timeout(60)
class OneDatabaseTest {

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID();

    @Test
    void findsTheLedgerOfASchemaWhoseNameIsWrittenInAnotherCase() throws Exception {
        execute("CREATE SCHEMA TARGET", "CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)");
        execute("INSERT INTO app_xml VALUES (1, '<r n=\"1\"/>'), (2, '<r n=\"2\"/>')");

        RunSummary first = run("target", ".", false);
        RunSummary second = run("target", ".", false);

        assertThat(first.status()).as(first.failure()).isEqualTo(Status.FINISHED);
        assertThat(first.documents().loaded()).isEqualTo(2);
        assertThat(second.documents().skipped()).isEqualTo(2);
    }

    @Test
    void takesASchemaNameWithBrackets() throws Exception {
        execute("CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)");
        execute("INSERT INTO app_xml VALUES (1, '<r n=\"1\"/>')");

        RunSummary first = run("of [status] \"x\"", ".", false);
        RunSummary second = run("of [status] \"x\"", ".", false);

        assertThat(first.documents().loaded()).isEqualTo(1);
        assertThat(second.documents().skipped()).isEqualTo(1);
    }

    @Test
    void retriesTheRejectedRecordsOfADocumentThatHoldsSeveral() throws Exception {
        execute("CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)");
        execute("INSERT INTO app_xml VALUES (1, '<all><r n=\"1\"/><r n=\"two\"/></all>')");
        RunSummary first = run("target", "/all/r", false);
        execute("UPDATE app_xml SET xml = '<all><r n=\"1\"/><r n=\"2\"/></all>'");

        RunSummary second = run("target", "/all/r", true);

        assertThat(first.documents().loaded()).isEqualTo(1);
        assertThat(first.documents().rejected()).isEqualTo(1);
        assertThat(second.documents().loaded()).isEqualTo(1);
        assertThat(second.documents().skipped()).isEqualTo(1);
    }

    @Test
    void meetsWhatAnotherRunHasLoadedSinceTheLedgerWasFoundEmpty() throws Exception {
        execute("CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)");
        execute("INSERT INTO app_xml SELECT x, '<r n=\"' || x || '\"/>' FROM SYSTEM_RANGE(1, 500)");
        Database database = Database.of(url, new Properties());
        AtomicReference<RunSummary> other = new AtomicReference<>();

        RunSummary run = processor("target", ".", false, database, database)
                .run(progress -> other.set(assertDoesNotThrow(() -> run("target", ".", false))));

        assertThat(other.get().documents().loaded()).isEqualTo(500);
        assertThat(run.status()).as(run.failure()).isEqualTo(Status.FINISHED);
        assertThat(run.documents().loaded()).isZero();
        assertThat(run.documents().skipped()).isEqualTo(500);
    }

    @Test
    void readsAsAUserWhoMayNotSeeTheLedger() throws Exception {
        String server = TestPostgres.newDatabaseUrl();
        try (Connection connection = DriverManager.getConnection(server);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)");
            statement.execute("INSERT INTO app_xml VALUES (1, '<r n=\"1\"/>')");
            statement.execute("CREATE ROLE millrace_reader LOGIN");
            statement.execute("GRANT SELECT ON app_xml TO millrace_reader");
        }
        Database from = Database.of(server.replace("user=postgres", "user=millrace_reader"), new Properties());
        Database to = Database.of(server, new Properties());

        RunSummary first = run("target", ".", false, from, to);
        RunSummary second = run("target", ".", false, from, to);

        assertThat(first.status()).as(first.failure()).isEqualTo(Status.FINISHED);
        assertThat(first.documents().loaded()).isEqualTo(1);
        assertThat(second.documents().skipped()).isEqualTo(1);
    }

    private RunSummary run(String schema, String record, boolean retryRejects) throws Exception {
        Database database = Database.of(url, new Properties());
        return run(schema, record, retryRejects, database, database);
    }

    private static RunSummary run(String schema, String record, boolean retryRejects, Database from, Database to)
            throws Exception {
        return processor(schema, record, retryRejects, from, to).run(progress -> {});
    }

    private static ProductionProcessor processor(
            String schema, String record, boolean retryRejects, Database from, Database to) throws Exception {
        String contract = """
                contract: 1
                name: numbers
                schema: '%s'
                %s
                tables:
                  numbers:
                    columns:
                      n: { path: "@n", type: bigint, key: true }
                """.formatted(schema, record.equals(".") ? "" : "document: { record: " + record + " }");
        RunOptions options = RunOptions.from(new FromDatabase(from, "APP_XML", "APP_ID", "XML", null, null))
                .to(to)
                .workers(1)
                .batchDocuments(100)
                .createTables(true)
                .retryRejects(retryRejects)
                .build();
        return new ProductionProcessor(
                ContractReader.read(contract, "test.yaml").contract(), options);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = Database.of(url, new Properties()).connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
