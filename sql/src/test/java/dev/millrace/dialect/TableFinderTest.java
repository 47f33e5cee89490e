package dev.millrace.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Which of the tables of one name in several schemas is taken. */
class TableFinderTest {

    @Test
    void takesTheOnlyTableOfAName() throws SQLException {
        try (Connection h2 = h2("CREATE SCHEMA A", "CREATE TABLE A.T (x int)")) {
            TableFinder finder = new TableFinder(h2);

            assertThat(finder.find("T")).contains(new TableName("A", "T"));
            assertThat(finder.find("t")).contains(new TableName("A", "T"));
            assertThat(finder.several("T")).isEmpty();
        }
    }

    @Test
    void takesTheConnectionsOwnBeforeOthers() throws SQLException {
        try (Connection h2 = h2("CREATE SCHEMA A", "CREATE TABLE A.T (x int)", "CREATE TABLE T (x int)")) {
            TableFinder finder = new TableFinder(h2);

            assertThat(finder.find("t")).contains(new TableName("PUBLIC", "T"));
            assertThat(finder.find("A.T")).contains(new TableName("A", "T"));
            assertThat(finder.several("T")).isEmpty();
        }
    }

    @Test
    void takesNoneOfSeveralOtherSchemas() throws SQLException {
        try (Connection h2 = h2(
                "CREATE SCHEMA A",
                "CREATE SCHEMA B",
                "CREATE TABLE A.T (x int)",
                "CREATE TABLE B.T (x int)",
                "CREATE TABLE B.\"t\" (x int)")) {
            TableFinder finder = new TableFinder(h2);

            assertThat(finder.find(null, "T")).isEmpty();
            assertThat(finder.find("\"T\"")).isEmpty();
            assertThat(finder.several("\"T\"")).contains(new TableName("A", "T"), new TableName("B", "T"));
            assertThat(finder.find("B.T")).contains(new TableName("B", "T"));
            assertThat(finder.find(null, "t")).as("the exact name").contains(new TableName("B", "t"));
            assertThat(finder.several("t")).isEmpty();
            assertThat(finder.several("nope")).isEmpty();
        }
    }

    @Test
    void takesNoneOfSeveralWhereTheConnectionHasNoSchema() throws SQLException {
        String url = TestPostgres.newDatabaseUrl();
        try (Connection connection = DriverManager.getConnection(url)) {
            execute(connection, "CREATE SCHEMA a", "CREATE TABLE a.t (x int)", "CREATE TABLE public.t (x int)");
            execute(connection, "CREATE TABLE a.u (x int)", "SET search_path TO nowhere");
            TableFinder finder = new TableFinder(connection);

            assertThat(finder.find(null, "t")).isEmpty();
            assertThat(finder.several("t")).hasSize(2);
            assertThat(finder.find(null, "u")).contains(new TableName("a", "u"));
        }
    }

    private static Connection h2(String... statements) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
        execute(connection, statements);
        return connection;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
