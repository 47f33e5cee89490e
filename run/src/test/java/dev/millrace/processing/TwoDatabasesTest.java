package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunSummary.Status;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Source and target in two databases, where the source asks the ledger by keys which texts it need not read. */
@Timeout(120)
class TwoDatabasesTest {
    private static final int DOCUMENTS = 6_000;

    private final Database from = Database.of("jdbc:h2:mem:" + UUID.randomUUID(), new Properties());
    private final Database to = Database.of("jdbc:h2:mem:" + UUID.randomUUID(), new Properties());

    @BeforeEach
    void createSource() throws SQLException {
        execute(
                from,
                "CREATE TABLE app_xml (app_id BIGINT PRIMARY KEY, xml CLOB)",
                "INSERT INTO app_xml SELECT x, '<r n=\"' || CASE WHEN MOD(x, 2000) = 77 THEN 'no' ELSE CAST(x AS varchar) END"
                        + " || '\"/>' FROM SYSTEM_RANGE(1, " + DOCUMENTS + ")");
    }

    @Test
    void readsNoTextOfDocumentsThatAreSettled() throws Exception {
        RunSummary first = run(false, Long.MAX_VALUE);
        RunSummary second = run(false, Long.MAX_VALUE);

        assertThat(first.documents().loaded()).isEqualTo(DOCUMENTS - 3);
        assertThat(first.documents().rejected()).isEqualTo(3);
        assertThat(first.run().connections()).isEqualTo(3);
        assertThat(second.status()).as(second.failure()).isEqualTo(Status.FINISHED);
        assertThat(second.documents().skipped()).isEqualTo(DOCUMENTS);
        assertThat(second.times().bytesRead()).isZero();
        assertThat(second.run().connections()).isEqualTo(4);
    }

    @Test
    void loadsWhatIsNewBetweenDocumentsThatAreSettled() throws Exception {
        run(false, Long.MAX_VALUE);
        execute(
                to,
                "DELETE FROM \"target\".\"processing_log\" WHERE \"document_key\" IN ('1', '3000', '3001', '6000')");
        execute(to, "DELETE FROM \"target\".\"numbers\" WHERE \"n\" IN (1, 3000, 3001, 6000)");
        execute(from, "INSERT INTO app_xml VALUES (0, '<r n=\"0\"/>'), (20000, '<r n=\"20000\"/>')");

        RunSummary second = run(false, Long.MAX_VALUE);

        assertThat(second.documents().loaded()).isEqualTo(6);
        assertThat(second.documents().skipped()).isEqualTo(DOCUMENTS - 4);
        assertThat(count("SELECT COUNT(*) FROM \"target\".\"numbers\"")).isEqualTo(DOCUMENTS - 1);
    }

    @Test
    void readsOnlyTheRejectedDocumentsWhenTheyAreTriedAgain() throws Exception {
        run(false, Long.MAX_VALUE);
        execute(from, "UPDATE app_xml SET xml = '<r n=\"' || app_id || '\"/>'");

        RunSummary second = run(true, Long.MAX_VALUE);

        assertThat(second.documents().loaded()).isEqualTo(3);
        assertThat(second.documents().skipped()).isEqualTo(DOCUMENTS - 3);
    }

    @Test
    void countsWhatIsSkippedAsReadWhereThereIsALimit() throws Exception {
        run(false, 100);

        RunSummary second = run(false, 101);

        assertThat(second.documents().loaded()).isEqualTo(1);
        assertThat(second.documents().skipped()).isEqualTo(100);
    }

    private RunSummary run(boolean retryRejects, long limit) throws Exception {
        String contract = """
                contract: 1
                name: numbers
                schema: target
                tables:
                  numbers:
                    columns:
                      n: { path: "@n", type: bigint, key: true }
                """;
        RunOptions options = RunOptions.from(new FromDatabase(from, "APP_XML", "APP_ID", "XML", null, null))
                .to(to)
                .workers(2)
                .limit(limit)
                .createTables(true)
                .retryRejects(retryRejects)
                .build();
        return new ProductionProcessor(
                        ContractReader.read(contract, "test.yaml").contract(), options)
                .run(progress -> {});
    }

    private long count(String select) throws SQLException {
        try (Connection connection = to.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(select)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Database database, String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
