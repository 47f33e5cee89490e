package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.TableDefinition.Columns;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a document are found through indexes, or else replacing one would cost more with every one that is loaded. */
class DeletePlanTest {
    private static final TableDefinition SCORES = new TableDefinition(
            null,
            "scores",
            List.of(
                    new Column("con", SqlType.INTEGER, false, false),
                    new Column("role", SqlType.varchar(10), false, false),
                    new Column("pos", SqlType.INTEGER, false, false)),
            new Columns("scores_pkey", List.of("con", "role", "pos")),
            List.of(),
            List.of(),
            List.of());
    private static final String KEYS =
            " FROM \"contacts\" a1 JOIN \"offices\" a2 ON a2.\"office\" = a1.\"office\"" + " WHERE a2.\"app\" = 7";

    @TempDir
    private Path folder;

    @Test
    void h2ReadsNoTable() throws Exception {
        assertThat(plan("jdbc:h2:" + folder.resolve("plan"), "EXPLAIN "))
                .contains("PRIMARY_KEY")
                .doesNotContain("tableScan");
    }

    @Test
    void sqliteReadsNoTable() throws Exception {
        assertThat(plan("jdbc:sqlite:" + folder.resolve("plan.sqlite"), "EXPLAIN QUERY PLAN "))
                .contains("SEARCH scores USING")
                .doesNotContain("SCAN");
    }

    private static String plan(String url, String explain) throws SQLException {
        Database database = Database.of(url, new Properties());
        StringBuilder plan = new StringBuilder();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE \"offices\" (\"office\" integer PRIMARY KEY, \"app\" integer UNIQUE)");
            statement.execute(
                    "CREATE TABLE \"contacts\" (\"con\" integer, \"role\" varchar(10), \"office\" integer UNIQUE,"
                            + " PRIMARY KEY (\"con\", \"role\"))");
            statement.execute(database.dialect().createTable(SCORES, true));
            for (List<String> columns : List.of(List.of("con", "role"), List.of("con"))) {
                String select = "SELECT " + TableDefinition.list(database.dialect(), columns) + KEYS;
                String delete = database.dialect().deleteMatching(SCORES, columns, select);
                try (ResultSet rows = statement.executeQuery(explain + delete)) {
                    while (rows.next()) {
                        plan.append(rows.getString(rows.getMetaData().getColumnCount()))
                                .append('\n');
                    }
                }
            }
        }
        return plan.toString();
    }
}
