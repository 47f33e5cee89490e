package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestPostgres;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Constraints;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary.Status;
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
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys built after the rows must leave what keys that were there from the start leave. */
@Timeout(120)
class LoadPlanTest {
    private static final int DOCUMENTS = 300;

    private String url = "";

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void makeDocuments() throws Exception {
        url = TestPostgres.newDatabaseUrl();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO app_xml VALUES (?, ?)")) {
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)");
            for (int i = 1; i <= DOCUMENTS; i++) {
                // Every 50th has the number of one before it, every 70th no number, every 90th a code that another has.
                String number = i % 70 == 0 ? "none" : String.valueOf(i % 50 == 0 ? i - 30 : i);
                String code = String.valueOf(i % 90 == 0 ? i - 1 : i);
                String xml = "<r n='" + number + "' code='" + code + "'><part p='1'/><part p='2'/></r>";
                insert.setInt(1, i);
                insert.setString(2, xml);
                insert.addBatch();
                Files.writeString(directory.resolve(String.format("%04d.xml", i)), xml);
            }
            insert.executeBatch();
        }
    }

    @Test
    void leavesTheSameRowsRejectsAndNumbersAsKeysFromTheStart() throws Exception {
        RunSummary during = run("during", fromTable(), 1, Long.MAX_VALUE, Constraints.DURING);

        RunSummary after = run("after", fromTable(), 1, Long.MAX_VALUE, Constraints.AFTER);

        assertThat(after.status()).as(after.failure()).isEqualTo(Status.FINISHED);
        assertThat(after.times().stageSeconds()).containsKey(RunSummary.CONSTRAINTS);
        assertSameOutcome(during, after);
        assertThat(rows("SELECT count(*) FROM after.processing_pending")).containsExactly("0");
        assertThat(rows("SELECT conname FROM pg_constraint c JOIN pg_namespace s ON s.oid = c.connamespace"
                        + " WHERE s.nspname = 'after' AND contype IN ('p', 'u', 'f') AND conname NOT LIKE 'processing%'"
                        + " ORDER BY 1"))
                .containsExactly("numbers_code_key", "numbers_pkey", "parts_n_fkey", "parts_pkey");
    }

    @Test
    void leavesTheSameForFilesThatAreReadAgain() throws Exception {
        RunSummary during = run("during", fromFiles(), 1, Long.MAX_VALUE, Constraints.DURING);

        RunSummary after = run("after", fromFiles(), 1, Long.MAX_VALUE, Constraints.AFTER);

        assertSameOutcome(during, after);
    }

    @Test
    void loadsNoMoreThanTheLimitWhenDocumentsAreLoadedAgain() throws Exception {
        RunSummary during = run("during", fromTable(), 1, 120, Constraints.DURING);

        RunSummary after = run("after", fromTable(), 1, 120, Constraints.AFTER);

        assertThat(after.documents().read()).isEqualTo(120);
        assertSameOutcome(during, after);
    }

    @Test
    void loadsOneOfEachKeyOnSeveralWorkers() throws Exception {
        RunSummary during = run("during", fromTable(), 1, Long.MAX_VALUE, Constraints.DURING);

        RunSummary after = run("after", fromTable(), 4, Long.MAX_VALUE, Constraints.AFTER);

        assertThat(after.status()).as(after.failure()).isEqualTo(Status.FINISHED);
        assertThat(after.documents().loaded()).isEqualTo(during.documents().loaded());
        assertThat(after.rejects().byCode()).isEqualTo(during.rejects().byCode());
        assertThat(rows("SELECT n FROM after.numbers ORDER BY 1"))
                .isEqualTo(rows("SELECT n FROM during.numbers ORDER BY 1"));
    }

    @Test
    void saysWhatIsInTheWayWhereTheRowsAreNotItsOwn() throws Exception {
        execute("DELETE FROM app_xml WHERE app_id > 20");
        RunSummary first = run("after", fromTable(), 1, 10, Constraints.AFTER);
        execute(
                "ALTER TABLE after.parts DROP CONSTRAINT parts_n_fkey",
                "ALTER TABLE after.numbers DROP CONSTRAINT numbers_pkey",
                "INSERT INTO after.processing_pending VALUES ('numbers', 'numbers', 'numbers_pkey'),"
                        + " ('numbers', 'parts', 'parts_n_fkey')",
                "INSERT INTO after.numbers VALUES (3, 'other')");

        assertThatThrownBy(() -> run("after", fromTable(), 1, Long.MAX_VALUE, Constraints.AFTER))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("table numbers, columns (n) – 1 key is there more than once")
                .hasMessageContaining("correct them");
        execute("DELETE FROM after.numbers WHERE code = 'other'");
        RunSummary third = run("after", fromTable(), 1, Long.MAX_VALUE, Constraints.AFTER);

        assertThat(first.documents().loaded()).isEqualTo(10);
        assertThat(third.status()).as(third.failure()).isEqualTo(Status.FINISHED);
        assertThat(third.documents().skipped()).isEqualTo(10);
        assertThat(third.documents().loaded()).isEqualTo(10);
        assertThat(rows("SELECT count(*) FROM after.processing_pending")).containsExactly("0");
    }

    private void assertSameOutcome(RunSummary during, RunSummary after) throws SQLException {
        assertThat(after.failure()).isEmpty();
        assertThat(List.of(
                        after.documents().read(),
                        after.documents().loaded(),
                        after.documents().rejected(),
                        after.documents().skipped()))
                .isEqualTo(List.of(
                        during.documents().read(),
                        during.documents().loaded(),
                        during.documents().rejected(),
                        during.documents().skipped()));
        assertThat(after.tables().rows()).isEqualTo(during.tables().rows());
        assertThat(after.rejects().byCode()).isEqualTo(during.rejects().byCode());
        for (String select : List.of(
                "SELECT * FROM SCHEMA.numbers ORDER BY 1, 2",
                "SELECT * FROM SCHEMA.parts ORDER BY 1, 2",
                "SELECT document_key, status, code, table_name FROM SCHEMA.processing_log ORDER BY 1")) {
            assertThat(rows(select.replace("SCHEMA", "after"))).isEqualTo(rows(select.replace("SCHEMA", "during")));
        }
    }

    private RunOptions.From fromTable() {
        return new FromDatabase(Database.of(url, new Properties()), "app_xml", "app_id", "xml", null, null);
    }

    private RunOptions.From fromFiles() {
        return new FromFiles(directory.toString());
    }

    private RunSummary run(String schema, RunOptions.From from, int workers, long limit, Constraints constraints)
            throws Exception {
        MappingContract contract =
                ContractReader.read("""
                contract: 1
                name: numbers
                schema: %s
                tables:
                  numbers:
                    unique: [code]
                    columns:
                      n: { path: "@n", type: bigint, key: true }
                      code: { path: "@code", type: varchar(10) }
                  parts:
                    parent: numbers
                    rows: part
                    columns:
                      n: { ref: numbers.n, key: true }
                      p: { path: "@p", type: integer, key: true }
                """.formatted(schema), "test.yaml").contract();
        RunOptions options = RunOptions.from(from)
                .to(Database.of(url, new Properties()))
                .workers(workers)
                .batchDocuments(20)
                .limit(limit)
                .createTables(true)
                .constraints(constraints)
                .build();
        return new ProductionProcessor(contract, options).run(progress -> {});
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> rows(String select) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(select)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                StringBuilder row = new StringBuilder(String.valueOf(found.getString(1)));
                for (int i = 2; i <= found.getMetaData().getColumnCount(); i++) {
                    row.append('|').append(found.getString(i));
                }
                rows.add(row.toString());
            }
            return rows;
        }
    }
}
