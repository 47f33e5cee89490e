package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.LoadResult;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.document.FaultCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.h2.api.Trigger;
import org.h2.util.DateTimeUtils;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2Test {
    private static final TestedDatabase H2 = new TestedDatabase() {
        private final Database database = Database.of("jdbc:h2:mem:kit", new Properties());

        @Override
        public Database database() {
            return database;
        }

        @Override
        public boolean mayRefuse(String columnType, String text) {
            // It counts units of UTF-16; the user's type has a check.
            return columnType.contains("small")
                    || (text.codePointCount(0, text.length()) < text.length()
                            && columnType.toLowerCase(Locale.ROOT).contains("char"));
        }

        @Override
        public Map<String, String> closestTypes() {
            return Map.ofEntries(
                    Map.entry("boolean", "boolean"),
                    Map.entry("tinyint", "smallint"),
                    Map.entry("smallint", "smallint"),
                    Map.entry("integer", "integer"),
                    Map.entry("bigint generated always as identity", "bigint"),
                    Map.entry("numeric(10,2)", "decimal(10,2)"),
                    Map.entry("real", "real"),
                    Map.entry("double precision", "double"),
                    Map.entry("char(3)", "char(3)"),
                    Map.entry("varchar(3)", "varchar(3)"),
                    Map.entry("clob", "text"),
                    Map.entry("date", "date"),
                    Map.entry("time(3)", "time(3)"),
                    Map.entry("timestamp(3)", "timestamp(3)"),
                    Map.entry("timestamp(3) with time zone", "timestamptz(3)"),
                    Map.entry("uuid", "uuid"),
                    Map.entry("binary(3)", "bytes"),
                    Map.entry("blob", "bytes"),
                    Map.entry("enum('a', 'bc')", "varchar(2)"),
                    Map.entry("integer array", ""),
                    Map.entry("json", ""),
                    Map.entry("{s}.\"small\"", "integer"),
                    Map.entry("{s}.\"few\"", "decimal(5,1)"));
        }

        @Override
        public List<String> columnTypes() {
            return List.of(
                    "numeric",
                    "numeric(10,2)",
                    "decimal",
                    "float",
                    "float(24)",
                    "text",
                    "varchar",
                    "varchar(3)",
                    "char(3)",
                    "clob(10)",
                    "varchar_ignorecase(100)",
                    "binary(3)",
                    "varbinary",
                    "blob(10)",
                    "timestamp",
                    "timestamp(0)",
                    "timestamp with time zone",
                    "timestamp(3) with time zone",
                    "time",
                    "time(3)",
                    "time with time zone",
                    "enum('a', 'b')",
                    "integer array",
                    "json",
                    "{s}.\"small\"",
                    "{s}.\"few\"",
                    "decfloat",
                    "decfloat(5)",
                    "bit",
                    "integer generated always as (1 + 1)");
        }

        @Override
        public List<String> columnTypeStatements() {
            return List.of(
                    "create domain {s}.\"small\" as integer check (value < 100)",
                    "create domain {s}.\"few\" as numeric(5, 1)");
        }

        @Override
        public List<RefusedRow> refusedRows() {
            List<RefusedRow> rows = new ArrayList<>(RefusedRow.standard());
            rows.addAll(
                    List.of(
                            RefusedRow.of(
                                    "domain",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create domain {s}.\"i\" as integer check (value >= 0)",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" {s}.\"i\", \"x\" varchar(20))"),
                            RefusedRow.of(
                                    "generated column",
                                    FaultCode.REFUSED_VALUE,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), \"g\" smallint generated always as (\"v\" * 1000))"),
                            RefusedRow.of(
                                    "trigger",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger {s}.\"i\" before insert, update on {s}.\"t\" for each row call 'dev.millrace.kit.H2Test$Refuser'"),
                            RefusedRow.of(
                                    "trigger with an exception of Java",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger {s}.\"i\" before insert, update on {s}.\"t\" for each row call 'dev.millrace.kit.H2Test$Thrower'"),
                            RefusedRow.of(
                                    "check that divides",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "1",
                                    "0",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer check (1 / \"v\" > 0), \"x\" varchar(20))")));
            return rows;
        }

        @Override
        public Connection plainConnection() throws SQLException {
            return DriverManager.getConnection("jdbc:h2:mem:kit");
        }

        @Override
        public void zoneHasChanged() {
            DateTimeUtils.resetCalendar();
        }

        @Override
        public List<KeyType> keyTypes() {
            return List.of(
                    new KeyType("time(9)", i -> "TIME '10:00:00.1234567" + (10 + i) + "'"),
                    new KeyType(
                            "time(9) with time zone",
                            i -> "TIME WITH TIME ZONE '10:00:00.1234567" + (10 + i) + "+02:00'"),
                    new KeyType(
                            "timestamp(9) with time zone",
                            i -> "TIMESTAMP WITH TIME ZONE '2024-10-27 02:30:00.1234567" + (10 + i) + "+02:00'"),
                    new KeyType(
                            "interval day(5) to second(9)",
                            i -> "INTERVAL '" + i + " 04:05:06.000000007' DAY(5) TO SECOND(9)"),
                    new KeyType("varbinary(10)", i -> "x'FF" + (10 + i) + "FE'"),
                    new KeyType("binary(3)", i -> "x'FF" + (10 + i) + "FE'"),
                    new KeyType("real", i -> "1677" + (1000 + i)),
                    new KeyType("decfloat", i -> "1." + (10 + i)));
        }

        @Override
        public List<String> unusualSession() {
            return List.of(
                    "SET TIME ZONE 'Asia/Kathmandu'",
                    "SET QUERY_TIMEOUT 77000",
                    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                    "CREATE LOCAL TEMPORARY TABLE own_notes (a integer)");
        }

        @Override
        public String sessionState() {
            return "SELECT SETTING_NAME, SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME NOT LIKE 'info.%'"
                    + " UNION ALL SELECT 'table ' || TABLE_NAME, STORAGE_TYPE FROM INFORMATION_SCHEMA.TABLES"
                    + " WHERE STORAGE_TYPE <> 'MEMORY' UNION ALL SELECT 'lock ' || TABLE_NAME, LOCK_TYPE"
                    + " FROM INFORMATION_SCHEMA.LOCKS WHERE SESSION_ID = SESSION_ID()";
        }

        @Override
        public String text() {
            return "clob";
        }

        /** By units of UTF-16. */
        @Override
        public String character(int codePoint) {
            return Character.toString(codePoint)
                    .chars()
                    .mapToObj(unit -> "CHAR(" + unit + ")")
                    .collect(Collectors.joining(" || "));
        }

        @Override
        public String binary() {
            return "blob";
        }
    };

    @Nested
    class Loading extends LoadingKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }

        @Test
        void namesTheColumnWhoseCharactersHaveTwoHalves() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: halves
                    schema: %s
                    tables:
                      t:
                        columns:
                          id: { path: "@id", type: integer, key: true }
                          three: { path: "@a", type: char(3) }
                    """);

            LoadResult result = load(
                    prepare("run-1", contract, true),
                    document("a", List.of(row(1, "abc"))),
                    document("b", List.of(row(2, "\uD83D\uDE00".repeat(3)))));

            assertThat(result.loaded()).isEqualTo(1);
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.REFUSED_VALUE);
            assertThat(result.rejects().get(0).fault().column()).isEqualTo("three");
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class TwoZones extends TwoZonesKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Lent extends LentConnectionsKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Texts extends TextKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Refusing extends RefusalsKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class ExistingTypes extends ExistingTypesKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Ledgers extends LedgerKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    @Nested
    class Stopping extends StoppingKit {
        @Override
        protected TestedDatabase tested() {
            return H2;
        }
    }

    /** A trigger of the user's. */
    public static final class Refuser implements Trigger {
        @Override
        public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
            if (after != null && ((Integer) after[1]) < 0) {
                throw new SQLException("no " + after[1]);
            }
        }
    }

    /** The same with what it did not expect. */
    public static final class Thrower implements Trigger {
        @Override
        public void fire(Connection connection, Object[] before, Object[] after) {
            if (after != null && ((Integer) after[1]) < 0) {
                throw new IllegalStateException("no " + after[1]);
            }
        }
    }

    @Test
    void loadsIntoAFileAsAUserWhoIsNoAdministrator(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:" + folder.resolve("loans");
        Properties login = new Properties();
        login.setProperty("user", "LOADER");
        login.setProperty("password", "secret");
        try (Connection connection = DriverManager.getConnection(url, "ADMIN", "other");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER loader PASSWORD 'secret'");
            statement.execute("GRANT ALTER ANY SCHEMA TO loader");
        }

        try (Connection connection = Database.of(url, login).connect(Purpose.LOAD);
                Statement statement = connection.createStatement();
                ResultSet user = statement.executeQuery("SELECT CURRENT_USER")) {
            user.next();

            assertThat(user.getString(1)).isEqualTo("LOADER");
        }
    }

    @Test
    void tellsThatAnotherProcessHasTheFile(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:" + folder.resolve("held");
        try (Connection held = Database.of(url, new Properties()).connect()) {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            DuckDbTest.Explainer.class.getName(),
                            url)
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(held.isClosed()).isFalse();
            assertThat(answer)
                    .contains("another process has the file open")
                    .contains("may pass: true")
                    .doesNotContain("check host");
        }
    }
}
