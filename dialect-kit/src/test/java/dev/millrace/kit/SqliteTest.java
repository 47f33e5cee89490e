package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.database.Target;
import dev.millrace.database.TargetReader;
import dev.millrace.dialect.Database;
import dev.millrace.document.FaultCode;
import dev.millrace.sink.SinkResult;
import dev.millrace.workers.Stop;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTest {
    /** As there are no schemas, each test has a file of its own. */
    private record Sqlite(Path folder) implements TestedDatabase {
        @Override
        public Database database() {
            return Database.of("jdbc:sqlite:" + folder.resolve("kit.sqlite"), new Properties());
        }

        @Override
        public List<RefusedRow> refusedRows() {
            List<RefusedRow> rows = new ArrayList<>(RefusedRow.standard());
            rows.addAll(
                    List.of(
                            RefusedRow.of(
                                    "trigger that aborts",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger \"i\" before insert on {s}.\"t\" when new.\"v\" < 0 begin select raise(abort, 'no'); end"),
                            RefusedRow.of(
                                    "trigger that fails",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger \"i\" before insert on {s}.\"t\" when new.\"v\" < 0 begin select raise(fail, 'no'); end"),
                            RefusedRow.of(
                                    "trigger that rolls back",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger \"i\" before insert on {s}.\"t\" when new.\"v\" < 0 begin select raise(rollback, 'no'); end"),
                            RefusedRow.of(
                                    "deferred foreign key",
                                    FaultCode.FOREIGN_KEY,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"other\" (\"id\" integer primary key)",
                                    "insert into {s}.\"other\" values (1)",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer references \"other\" deferrable initially deferred, \"x\" varchar(20))"),
                            RefusedRow.meeting(
                                    "unique key that rolls back",
                                    FaultCode.DUPLICATE_KEY,
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer unique on conflict rollback, \"x\" varchar(20))"),
                            RefusedRow.meeting(
                                    "unique key that fails",
                                    FaultCode.DUPLICATE_KEY,
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer unique on conflict fail, \"x\" varchar(20))"),
                            RefusedRow.of(
                                    "generated column",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), \"g\" smallint generated always as (\"v\" * 1000) stored check (\"g\" < 2000))"),
                            RefusedRow.of(
                                    "json",
                                    FaultCode.CONSTRAINT,
                                    "text",
                                    "1",
                                    "{",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" text, \"x\" varchar(20), \"g\" text generated always as (json(\"v\")) stored)")));
            return rows;
        }

        @Override
        public Connection plainConnection() throws SQLException {
            return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("kit.sqlite"));
        }

        @Override
        public List<KeyType> keyTypes() {
            return List.of(
                    new KeyType("real", i -> "0." + (10 + i)),
                    new KeyType("", i -> i % 2 == 0 ? Integer.toString(i) : "'t" + i + "'"));
        }

        @Override
        public List<String> unusualSession() {
            return List.of(
                    "PRAGMA cache_size = -777",
                    "PRAGMA synchronous = NORMAL",
                    "CREATE TEMPORARY TABLE own_notes (a integer)");
        }

        @Override
        public String sessionState() {
            return "SELECT 'foreign_keys', foreign_keys FROM pragma_foreign_keys UNION ALL SELECT 'cache_size', cache_size"
                    + " FROM pragma_cache_size UNION ALL SELECT 'synchronous', synchronous FROM pragma_synchronous UNION ALL"
                    + " SELECT 'timeout', timeout FROM pragma_busy_timeout UNION ALL SELECT 'query_only', query_only FROM"
                    + " pragma_query_only UNION ALL SELECT 'table ' || name, sql FROM sqlite_temp_schema";
        }

        @Override
        public String text() {
            return "text";
        }

        @Override
        public String character(int codePoint) {
            return "char(" + codePoint + ")";
        }

        @Override
        public OtherProgram otherProgram() {
            return SqlProgram.of(
                    "sqlite3",
                    this::textLiteral,
                    "-batch",
                    "-bail",
                    folder.resolve("kit.sqlite").toString());
        }

        @Override
        public String binary() {
            return "blob";
        }

        @Override
        public List<String> numberedKeys() {
            return List.of("integer primary key", "integer primary key autoincrement");
        }

        @Override
        public Map<String, String> closestTypes() {
            return Map.ofEntries(
                    Map.entry("boolean", "boolean"),
                    Map.entry("integer", "integer"),
                    Map.entry("bigint", "bigint"),
                    Map.entry("varchar(3)", "text"),
                    Map.entry("text", "text"),
                    Map.entry("real", "double"),
                    Map.entry("decimal_text(10,2)", "decimal(10,2)"),
                    Map.entry("date", "date"),
                    Map.entry("timestamp", "timestamp(9)"),
                    Map.entry("blob", "bytes"));
        }

        @Override
        public List<String> columnTypes() {
            return List.of(
                    "int",
                    "tinyint",
                    "smallint",
                    "bigint",
                    "integer",
                    "numeric",
                    "numeric(5,2)",
                    "decimal",
                    "decimal(10,2)",
                    "decimal_text(10,2)",
                    "real",
                    "double",
                    "double precision",
                    "float",
                    "char(3)",
                    "varchar(3)",
                    "nvarchar(3)",
                    "text",
                    "text collate nocase",
                    "clob",
                    "blob",
                    "date",
                    "time",
                    "datetime",
                    "timestamp",
                    "timestamptz",
                    "boolean",
                    "bit",
                    "uuid",
                    "xml",
                    "xml_text",
                    "json",
                    "money",
                    "string",
                    "any",
                    "",
                    "integer generated always as (1 + 1)",
                    "integer generated always as (1 + 1) stored");
        }

        @Override
        public String literal(String standard) {
            return standard.replaceFirst("^[A-Z ]+'", "'");
        }

        @Override
        public @Nullable Object value(ResultSet row, String column, Kind kind) throws SQLException {
            String text = row.getString(column);
            if (text == null) {
                return null;
            }
            return switch (kind) {
                case DECIMAL -> new BigDecimal(text);
                case DATE -> LocalDate.parse(text);
                case TIME -> LocalTime.parse(text);
                case TIMESTAMP -> LocalDateTime.parse(text.replace(' ', 'T'));
                case TIMESTAMPTZ -> OffsetDateTime.parse(text.replace(' ', 'T'));
                default -> TestedDatabase.super.value(row, column, kind);
            };
        }
    }

    @Nested
    class Loading extends FileLoadingKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }

        @Override
        List<String> memoryUrls() {
            return List.of("jdbc:sqlite:", "jdbc:sqlite::memory:", "jdbc:sqlite:file:x?mode=memory&cache=shared");
        }

        @Test
        void saysThatThereAreNoSchemas() throws Exception {
            assertThat(prepare("run-1", orders(""), true).warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("no schemas", "test_"));
        }

        @Test
        void loadsWhileAnotherReads() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            load(target, order("a", 1));
            try (Connection reader = tested().database().connect();
                    Statement statement = reader.createStatement();
                    ResultSet open = statement.executeQuery("SELECT * FROM orders")) {
                assertThat(open.next()).isTrue();

                assertThat(load(target, order("b", 2)).accepted()).isEqualTo(1);
            }
        }

        @Test
        void comparesOneMomentAndKeepsNobodyFromWriting() throws Exception {
            MappingContract contract = orders("");
            Target target = prepare("run-1", contract, true);
            load(target, order("a", 1));
            try (TargetReader reader = TargetReader.open(tested().database(), contract, new Stop())) {
                List<Object> seen = new ArrayList<>();
                reader.read(0, values -> seen.add(values[0]));
                SinkResult meanwhile = load(target, order("b", 2));
                reader.read(0, values -> seen.add(values[0]));

                assertThat(meanwhile.accepted()).isEqualTo(1);
                assertThat(seen).containsExactly(1, 1);
            }
        }

        @Test
        void keepsTimesInAnOrderThatIsTheirOwn() throws Exception {
            load(prepare("run-1", orders(""), true), order("a", 1));

            assertThat(rows("select \"finished_at\" glob '????-??-?? ??:??:??.??????Z' from {s}.\"processing_log\""))
                    .containsExactly("1");
            assertThat(rows("select \"started_at\" from {s}.\"processing_run\""))
                    .containsExactly("2026-01-02 03:04:05.678901Z");
        }
    }

    @Nested
    class Reading extends SourceKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class TwoZones extends TwoZonesKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Lent extends LentConnectionsKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Texts extends TextKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Comments extends CommentsKit {
        @TempDir
        private Path files;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(files);
        }
    }

    @Nested
    class Values extends ValuesKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Refusing extends RefusalsKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class ExistingTypes extends ExistingTypesKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Ledgers extends LedgerKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }

    @Nested
    class Stopping extends StoppingKit {
        @TempDir
        private Path folder;

        @Override
        protected TestedDatabase tested() {
            return new Sqlite(folder);
        }
    }
}
