package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.OnExisting;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.document.FaultCode;
import dev.millrace.sink.SinkResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbTest {
    @TempDir
    private static Path folder;

    private static final TestedDatabase DUCKDB = new TestedDatabase() {
        @Override
        public Database database() {
            return Database.of("jdbc:duckdb:" + folder.resolve("kit.duckdb"), new Properties());
        }

        @Override
        public Map<String, String> closestTypes() {
            return Map.ofEntries(
                    Map.entry("boolean", "boolean"),
                    Map.entry("tinyint", "smallint"),
                    Map.entry("utinyint", "smallint"),
                    Map.entry("smallint", "smallint"),
                    Map.entry("usmallint", "integer"),
                    Map.entry("integer", "integer"),
                    Map.entry("uinteger", "bigint"),
                    Map.entry("bigint", "bigint"),
                    Map.entry("ubigint", "decimal(20,0)"),
                    Map.entry("hugeint", "decimal(38,0)"),
                    Map.entry("decimal(10,2)", "decimal(10,2)"),
                    Map.entry("real", "real"),
                    Map.entry("double", "double"),
                    Map.entry("varchar", "text"),
                    Map.entry("date", "date"),
                    Map.entry("time", "time(6)"),
                    Map.entry("timestamp", "timestamp(6)"),
                    Map.entry("timestamp_s", "timestamp(0)"),
                    Map.entry("timestamp_ms", "timestamp(3)"),
                    Map.entry("timestamptz", "timestamptz(6)"),
                    Map.entry("uuid", "uuid"),
                    Map.entry("blob", "bytes"),
                    Map.entry("enum('a', 'bc')", "varchar(2)"),
                    Map.entry("varchar[]", ""),
                    Map.entry("json", ""),
                    Map.entry("interval", ""));
        }

        @Override
        public List<String> columnTypes() {
            return List.of(
                    "decimal",
                    "decimal(10,2)",
                    "varchar(3)",
                    "char(3)",
                    "text",
                    "bit",
                    "hugeint",
                    "utinyint",
                    "uhugeint",
                    "timestamp_s",
                    "timestamp_ms",
                    "timestamp_ns",
                    "timetz",
                    "time_ns",
                    "json",
                    "varchar[]",
                    "integer[3]",
                    "struct(a integer)",
                    "enum('a', 'b')",
                    "{s}.\"mood\"",
                    "interval",
                    "bignum",
                    "integer generated always as (1 + 1)",
                    "uuid",
                    "varchar collate nocase");
        }

        @Override
        public List<String> columnTypeStatements() {
            return List.of("create type {s}.\"mood\" as enum ('a', 'b')");
        }

        @Override
        public List<RefusedRow> refusedRows() {
            List<RefusedRow> rows = new ArrayList<>(RefusedRow.standard());
            rows.addAll(
                    List.of(
                            RefusedRow.of(
                                    "check that fails",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer check (ln(\"v\" + 1) >= 0), \"x\" varchar(20))"),
                            RefusedRow.meeting(
                                    "unique index of an expression",
                                    FaultCode.DUPLICATE_KEY,
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create unique index \"i\" on {s}.\"t\" ((\"v\" + 1))"),
                            RefusedRow.of(
                                    "check with a cast",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer check (cast(\"v\" * 1000 as smallint) > 0), \"x\" varchar(20))")));
            return rows;
        }

        @Override
        public Connection plainConnection() throws SQLException {
            return DriverManager.getConnection(
                    "jdbc:duckdb:" + folder.resolve("kit.duckdb"),
                    database().dialect().connectionProperties());
        }

        @Override
        public boolean driverNeedsLatinDigits() {
            return true;
        }

        @Override
        public List<KeyType> keyTypes() {
            return List.of(
                    new KeyType("time", i -> "TIME '10:00:00.0000" + (10 + i) + "'"),
                    new KeyType("timetz", i -> "'10:00:00.0000" + (10 + i) + "+02'::timetz"),
                    new KeyType("timestamp_ns", i -> "'2024-10-27 02:30:00.1234567" + (10 + i) + "'::timestamp_ns"),
                    new KeyType("blob", i -> "'\\xFF" + (10 + i) + "\\xFE'::blob"),
                    new KeyType("hugeint", i -> "1701411834604692317316873037158841056" + (10 + i)),
                    new KeyType("ubigint", i -> "184467440737095515" + (10 + i)),
                    new KeyType("real", i -> "1677" + (1000 + i)),
                    new KeyType(
                            "timestamp with time zone",
                            i -> "'2024-03-31 01:00:00.0000" + (10 + i) + "Z'::timestamptz"));
        }

        @Override
        public Map<String, String> unfitKeyTypes() {
            return Map.of("enum('z', 'a')", "'z'");
        }

        @Override
        public List<String> unusualSession() {
            return List.of(
                    "SET SESSION TimeZone = 'Asia/Kathmandu'",
                    "SET SESSION Calendar = 'japanese'",
                    "SET SESSION default_order = 'DESC'",
                    "CREATE TEMPORARY TABLE own_notes (a integer)");
        }

        @Override
        public String sessionState() {
            return "SELECT name, value FROM duckdb_settings() WHERE name NOT IN ('memory_limit', 'max_memory')"
                    + " UNION ALL SELECT 'table ' || table_name, schema_name FROM duckdb_tables() WHERE temporary"
                    + " UNION ALL SELECT 'prepared ' || name, statement FROM duckdb_prepared_statements()";
        }

        @Override
        public String text() {
            return "varchar";
        }

        @Override
        public String binary() {
            return "blob";
        }

        @Override
        public @Nullable Object value(ResultSet row, String column, Kind kind) throws SQLException {
            Object value = row.getObject(column);
            if (value == null || kind == Kind.DATE) {
                // Asked for a LocalDate, the driver takes a way over the calendar of 1582.
                return value;
            }
            // Asked for an OffsetDateTime, it takes one over the JVM's zone, which skips an hour a year.
            return kind == Kind.TIMESTAMPTZ
                    ? Instant.EPOCH.plus(row.getLong(column), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC)
                    : TestedDatabase.super.value(row, column, kind);
        }
    };

    @Nested
    class Loading extends FileLoadingKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }

        @Override
        List<String> memoryUrls() {
            return List.of("jdbc:duckdb:", "jdbc:duckdb::memory:", "jdbc:duckdb::memory:name");
        }

        @Test
        void replacesNothingInTablesWithForeignKeys() throws Exception {
            MappingContract contract = orders("");
            execute("create schema " + contract.schema());
            execute("create table {s}.\"orders\" (\"id\" integer primary key, \"note\" varchar)");
            execute("create table {s}.\"items\" (\"id\" integer references {s}.\"orders\" (\"id\"), \"item\" integer,"
                    + " primary key (\"id\", \"item\"))");

            SinkResult result = load(prepare("run-1", contract, true), order("a", 1, 10), orphan("b", 2));

            assertThat(result.accepted()).isEqualTo(1);
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.FOREIGN_KEY);
            for (LoadOptions deleting : List.of(options(OnExisting.REPLACE, false), options(OnExisting.SKIP, true))) {
                assertThatThrownBy(() -> Target.prepare(tested().database(), contract, run("run-2"), deleting))
                        .isInstanceOf(TargetException.class)
                        .matches(e -> ((TargetException) e).isUsage())
                        .hasMessageContaining("table items – has a foreign key to table orders")
                        .hasMessageContaining("create the tables without foreign keys");
            }
        }

        private static LoadOptions options(OnExisting onExisting, boolean deleteMissing) {
            return LoadOptions.DEFAULTS
                    .createTables(true)
                    .onExisting(onExisting)
                    .deleteMissing(deleteMissing);
        }

        @Test
        void tellsWhichProcessHasTheFile() throws Exception {
            Path file = folder.resolve("held.duckdb");
            String url = "jdbc:duckdb:" + file;
            try (Connection held = Database.of(url, new Properties()).connect()) {
                Process other = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Explainer.class.getName(),
                                url)
                        .redirectErrorStream(true)
                        .start();
                String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(held.isClosed()).isFalse();
                assertThat(answer)
                        .contains("another process (" + ProcessHandle.current().pid() + ") has the file open")
                        .contains("may pass: true");
            }
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class TwoZones extends TwoZonesKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Lent extends LentConnectionsKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Texts extends TextKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Comments extends CommentsKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Refusing extends RefusalsKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class ExistingTypes extends ExistingTypesKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Ledgers extends LedgerKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }
    }

    @Nested
    class Stopping extends StoppingKit {
        @Override
        protected TestedDatabase tested() {
            return DUCKDB;
        }

        @Override
        protected boolean computesOnlyWhatIsAskedFor() {
            return false;
        }
    }

    @Test
    void opensAFileThatAnotherThreadIsClosing() throws Exception {
        Database database = Database.of("jdbc:duckdb:" + folder.resolve("closing.duckdb"), new Properties());
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            done.add(pool.submit(() -> {
                for (int times = 0; times < 300; times++) {
                    database.connect().close();
                }
                return null;
            }));
        }
        pool.shutdown();

        for (Future<?> each : done) {
            each.get();
        }
    }

    /** Another process. */
    static final class Explainer {
        private Explainer() {}

        public static void main(String[] arguments) {
            Database database = Database.of(arguments[0], new Properties());
            try (Connection connection = database.connect()) {
                System.out.println(connection.isClosed());
            } catch (SQLException e) {
                System.out.println(database.explain(e) + ", may pass: " + database.mayPass(e));
            }
        }
    }
}
