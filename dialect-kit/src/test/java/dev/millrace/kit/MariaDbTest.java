package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.MariaDbServer;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.sink.SinkResult;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** On the server of MILLRACE_MARIADB_URL, whose database may be filled and emptied, else on one of its own. */
class MariaDbTest {
    private static final String URL = System.getenv("MILLRACE_MARIADB_URL");

    private static final TestedDatabase MARIADB = tested("");
    private static final TestedDatabase WITHOUT_FILES = tested("&allowLocalInfile=false");

    private static MariaDbServer server;
    private static String url;

    private static TestedDatabase tested(String settings) {
        return new Tested(settings);
    }

    private record Tested(String settings) implements TestedDatabase {
        @Override
        public Database database() {
            return Database.of(url + settings, new Properties());
        }

        @Override
        public boolean mayRefuse(String columnType, String text) {
            // The largest real, as text, is beyond a float.
            return columnType.equals("json")
                    || columnType.equalsIgnoreCase("VARBINARY(0)")
                    || (columnType.equalsIgnoreCase("float") && text.startsWith("3.4"))
                    || (columnType.contains("latin1") && text.codePoints().anyMatch(c -> c > 0xFF))
                    || (columnType.contains("ascii") && text.codePoints().anyMatch(c -> c > 0x7F))
                    || (columnType.contains("utf8mb3") && text.codePoints().anyMatch(c -> c > 0xFFFF));
        }

        @Override
        public List<String> numberedKeys() {
            return List.of("integer auto_increment primary key");
        }

        @Override
        public Map<String, String> closestTypes() {
            return Map.ofEntries(
                    Map.entry("boolean", "boolean"),
                    Map.entry("bit(1)", "boolean"),
                    Map.entry("tinyint", "smallint"),
                    Map.entry("tinyint unsigned", "smallint"),
                    Map.entry("smallint", "smallint"),
                    Map.entry("smallint unsigned", "integer"),
                    Map.entry("mediumint", "integer"),
                    Map.entry("int", "integer"),
                    Map.entry("int unsigned", "bigint"),
                    Map.entry("bigint", "bigint"),
                    Map.entry("bigint unsigned", "decimal(20,0)"),
                    Map.entry("decimal(10,2)", "decimal(10,2)"),
                    Map.entry("decimal(10,2) unsigned", "decimal(10,2)"),
                    Map.entry("float", "real"),
                    Map.entry("double", "double"),
                    Map.entry("char(3)", "char(3)"),
                    Map.entry("varchar(3)", "varchar(3)"),
                    Map.entry("tinytext", "text"),
                    Map.entry("text", "text"),
                    Map.entry("longtext", "text"),
                    Map.entry("date", "date"),
                    Map.entry("time(3)", "time(3)"),
                    Map.entry("datetime", "timestamp(0)"),
                    Map.entry("datetime(3)", "timestamp(3)"),
                    Map.entry("timestamp(3) null", "timestamptz(3)"),
                    Map.entry("year", "smallint"),
                    Map.entry("enum('a', 'bc')", "varchar(2)"),
                    Map.entry("set('a', 'b')", ""),
                    Map.entry("json", "text"),
                    Map.entry("uuid", "uuid"),
                    Map.entry("binary(3)", "bytes"),
                    Map.entry("varbinary(3)", "bytes"),
                    Map.entry("blob", "bytes"),
                    Map.entry("longblob", "bytes"),
                    Map.entry("point", ""));
        }

        @Override
        public List<String> columnTypes() {
            return List.of(
                    "decimal",
                    "decimal(10,2)",
                    "decimal(10,2) unsigned",
                    "decimal(10,2) zerofill",
                    "int unsigned",
                    "bigint unsigned",
                    "tinyint",
                    "tinyint(1)",
                    "bit",
                    "bit(1)",
                    "bit(8)",
                    "float",
                    "float(7,2)",
                    "double",
                    "double(7,2)",
                    "double unsigned",
                    "char(3)",
                    "varchar(3)",
                    "varchar(100) character set latin1",
                    "varchar(100) character set ascii",
                    "text",
                    "tinytext",
                    "mediumtext",
                    "longtext",
                    "text character set latin1",
                    "varchar(100) character set utf8mb3",
                    "varchar(100) collate utf8mb4_general_ci",
                    "datetime",
                    "datetime(3)",
                    "datetime(6)",
                    "timestamp null",
                    "timestamp(6) null",
                    "time",
                    "time(6)",
                    "year",
                    "date",
                    "enum('a', 'b')",
                    "set('a', 'b')",
                    "json",
                    "uuid",
                    "binary(3)",
                    "varbinary(100)",
                    "blob",
                    "tinyblob",
                    "longblob",
                    "inet6",
                    "integer generated always as (1 + 1) stored",
                    "integer generated always as (1 + 1) virtual",
                    "char(36)",
                    "char(36) character set ascii");
        }

        @Override
        public List<RefusedRow> refusedRows() {
            List<RefusedRow> rows = new ArrayList<>(RefusedRow.standard());
            rows.addAll(
                    List.of(
                            RefusedRow.of(
                                    "trigger",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger {s}.\"i\" before insert on {s}.\"t\" for each row if new.\"v\" < 0 then signal sqlstate '45000'; end if"),
                            RefusedRow.of(
                                    "trigger with a number of its own",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger {s}.\"i\" before insert on {s}.\"t\" for each row if new.\"v\" < 0 then signal sqlstate '45000' set mysql_errno = 31001; end if"),
                            RefusedRow.of(
                                    "trigger with a state of its own",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create trigger {s}.\"i\" before insert on {s}.\"t\" for each row if new.\"v\" < 0 then signal sqlstate 'ZZ001'; end if"),
                            RefusedRow.of(
                                    "generated column",
                                    FaultCode.REFUSED_VALUE,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), \"g\" smallint generated always as (\"v\" * 1000) stored)"),
                            RefusedRow.of(
                                            "partition",
                                            FaultCode.CONSTRAINT,
                                            "integer",
                                            "1",
                                            "99",
                                            "create table {s}.\"t\" (\"id\" integer, \"v\" integer, \"x\" varchar(20)) partition by list (\"v\") (partition p values in (1))")
                                    .withoutKey(),
                            RefusedRow.of(
                                            "character that a character set lacks",
                                            FaultCode.REFUSED_VALUE,
                                            "varchar(20)",
                                            "{n}",
                                            "李",
                                            "create table {s}.\"t\" (\"id\" integer primary key, \"v\" varchar(20) character set latin1, \"x\" varchar(20))")
                                    .tellingColumn(),
                            RefusedRow.of(
                                    "json",
                                    FaultCode.CONSTRAINT,
                                    "text",
                                    "{n}",
                                    "{",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" json, \"x\" varchar(20))"),
                            RefusedRow.of(
                                    "check that divides",
                                    FaultCode.REFUSED_VALUE,
                                    "integer",
                                    "1",
                                    "0",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), check (1 / \"v\" > 0))")));
            return rows;
        }

        @Override
        public Connection plainConnection() throws SQLException {
            return DriverManager.getConnection(url + settings + "&allowLocalInfile=true&useCatalogTerm=SCHEMA");
        }

        @Override
        public List<KeyType> keyTypes() {
            return List.of(
                    new KeyType("time(6)", i -> "'-10:00:00.0000" + (10 + i) + "'"),
                    new KeyType("year", i -> Integer.toString(1950 + i)),
                    new KeyType("timestamp(6)", i -> "'2024-10-27 02:30:00.0000" + (10 + i) + "'"),
                    new KeyType("datetime(6)", i -> "'2024-10-27 02:30:00.0000" + (10 + i) + "'"),
                    new KeyType("varbinary(10)", i -> "x'FF" + (10 + i) + "FE'"),
                    new KeyType("binary(3)", i -> "x'FF" + (10 + i) + "FE'"),
                    new KeyType("bigint unsigned", i -> "184467440737095515" + (10 + i)));
        }

        @Override
        public Map<String, String> unfitKeyTypes() {
            return Map.of("float", "1.5", "bit(8)", "b'101'", "enum('z', 'a')", "'z'", "set('z', 'a')", "'z'");
        }

        @Override
        public List<String> unusualSession() {
            return List.of(
                    "SET SESSION time_zone = '+05:45'",
                    "SET SESSION sql_mode = 'ANSI_QUOTES'",
                    "SET SESSION sql_select_limit = 3",
                    "SET SESSION character_set_results = latin1",
                    "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                    "SET @own = 'note'");
        }

        @Override
        public String sessionState() {
            return "SELECT variable_name, variable_value FROM information_schema.session_variables WHERE variable_name NOT IN"
                    + " ('timestamp', 'rand_seed1', 'rand_seed2', 'last_gtid', 'last_insert_id', 'identity', 'pseudo_thread_id',"
                    + " 'insert_id', 'in_transaction', 'error_count', 'warning_count') AND variable_name NOT LIKE 'innodb%'"
                    + " UNION ALL SELECT 'lock', IS_USED_LOCK('millrace.ddl') = CONNECTION_ID() UNION ALL SELECT 'own', @own LIMIT 9999";
        }

        @Override
        public String text() {
            return "longtext";
        }

        @Override
        public String textLiteral(String text) {
            return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
        }

        @Override
        public String character(int codePoint) {
            byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            return "CONVERT(X'" + HexFormat.of().formatHex(bytes) + "' USING utf8mb4)";
        }

        @Override
        public String joined(List<String> texts) {
            return "CONCAT(" + String.join(", ", texts) + ")";
        }

        @Override
        public OtherProgram otherProgram() {
            return server == null
                    ? abort("needs a server of the test's own: its program does not know how to log in to yours")
                    : SqlProgram.of(
                            "mariadb",
                            this::textLiteral,
                            "--no-defaults",
                            "--default-character-set=utf8mb4",
                            "--host=127.0.0.1",
                            "--port=" + server.port(),
                            "--user=root",
                            "kit");
        }

        @Override
        public String binary() {
            return "longblob";
        }

        @Override
        public boolean hasZonedTimestamps() {
            return false;
        }

        @Override
        public String sql(String schema, String statement) {
            // A timestamp of MariaDB ends in 2038, has no fraction and changes with its row.
            return TestedDatabase.super.sql(schema, statement.replace("app_id timestamp ", "app_id datetime(6) "));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        if (URL != null) {
            url = URL;
            return;
        }
        server = MariaDbServer.start()
                .orElseGet(() -> abort(
                        "install mariadbd and mariadb-install-db, or set MILLRACE_MARIADB_URL, to test" + " MariaDB"));
        url = server.url("kit");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Nested
    class Loading extends ServerLoadingKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }

        @Override
        protected int port() {
            assumeTrue(server != null, "unset MILLRACE_MARIADB_URL: its server may be on another machine");
            return server.port();
        }

        @Override
        protected Database databaseAt(int port) {
            return Database.of(url.replace(":" + port(), ":" + port), new Properties());
        }

        @Test
        void rejectsWhatLoadDataWouldSkipOrChange() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("alter table {s}.\"orders\" modify \"note\" varchar(20) character set latin1 not null,"
                    + " add constraint \"positive\" check (\"id\" > 0)");

            SinkResult result = load(
                    target,
                    order("a", 1, 10),
                    document("b", List.of(row(2, "Łódź")), List.of()),
                    document("c", List.of(row(3, null)), List.of()),
                    order("d", -4),
                    order("e", 5, 50));

            assertThat(result.accepted()).isEqualTo(2);
            assertThat(result.rejects())
                    .extracting(
                            Reject::documentKey,
                            reject -> reject.fault().code(),
                            reject -> reject.fault().column())
                    .containsExactlyInAnyOrder(
                            tuple("b", FaultCode.REFUSED_VALUE, "note"),
                            tuple("c", FaultCode.CONSTRAINT, "note"),
                            tuple("d", FaultCode.CONSTRAINT, null));
            assertThat(result.rejects())
                    .allSatisfy(reject -> assertThat(reject.fault().message()).doesNotContain("Łódź"))
                    .anySatisfy(reject -> assertThat(reject.fault().message()).contains("constraint positive"));
            assertThat(rows("select \"id\", \"note\" from {s}.\"orders\" order by 1"))
                    .containsExactly("1|note", "5|note");
        }

        @Test
        void rejectsOnlyTheDocumentThatATriggerRefuses() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create trigger {s}.\"t\" before insert on {s}.\"orders\" for each row if new.id = 2 then"
                    + " signal sqlstate '45000' set message_text = 'no such note'; end if");

            SinkResult result = load(target, order("a", 1), order("b", 2), order("c", 3));

            assertThat(result.accepted()).isEqualTo(2);
            assertThat(result.rejects()).hasSize(1);
            assertThat(result.rejects().get(0).documentKey()).isEqualTo("b");
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.CONSTRAINT);
            assertThat(result.rejects().get(0).fault().message()).doesNotContain("no such note");
        }

        @Test
        void triesAgainAfterADeadlock() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create sequence {s}.\"tries\"");
            execute("create trigger {s}.\"t\" before insert on {s}.\"orders\" for each row"
                    + " if nextval({s}.\"tries\") < 3 then signal sqlstate '40001' set mysql_errno = 1213; end if");

            SinkResult result = load(target, order("a", 1));

            assertThat(result.accepted()).isEqualTo(1);
            assertThat(log()).containsExactly("a|loaded|1");
        }

        @Test
        void goesOnOverANewConnectionWhenTheOldOneIsKilled() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
                load(engine, List.of(order("a", 1, 10)));
                for (String id : rows("select id from information_schema.processlist where id <> connection_id()"
                        + " and user = substring_index(current_user(), '@', 1) and command = 'Sleep'")) {
                    execute("kill " + id);
                }

                SinkResult result = load(engine, List.of(order("b", 2, 20)));

                assertThat(result.accepted()).isEqualTo(1);
            }
            assertThat(log()).containsExactly("a|loaded|2", "b|loaded|2");
        }

        @Test
        void tellsTextKeysApartByCaseAccentAndTrailingBlank() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: text-keys
                    schema: %s
                    tables:
                      notes:
                        columns:
                          note: { path: "@note", type: varchar(20), key: true, trim: false }
                    """);

            SinkResult result = load(
                    prepare("run-1", contract, true),
                    document("k", List.of(row("a"))),
                    document("K", List.of(row("A"))),
                    document("k ", List.of(row("a "))),
                    document("ḱ", List.of(row("á"))));

            assertThat(result.accepted()).isEqualTo(4);
        }

        @Test
        void rejectsARowThatIsKeptFirstButBreaksAnotherUniqueKey() throws Exception {
            Target target = prepare("run-1", orders("on-duplicate: keep-first\n    unique: [[note]]"), true);

            SinkResult result = load(
                    target,
                    document("a", List.of(row(1, "same")), List.of()),
                    document("b", List.of(row(2, "same")), List.of()),
                    document("c", List.of(row(1, "other")), List.of()));

            assertThat(result.accepted()).isEqualTo(2);
            assertThat(result.kept()).containsExactly(1, 0);
            assertThat(result.rejects()).extracting(Reject::documentKey).containsExactly("b");
            assertThat(rows("select \"id\", \"note\" from {s}.\"orders\"")).containsExactly("1|same");
        }

        @Test
        void makesRoomInARowOfManyLongTexts() throws Exception {
            StringBuilder columns = new StringBuilder();
            Object[] values = new Object[60];
            values[0] = 1;
            for (int i = 1; i < values.length; i++) {
                columns.append("      c").append(i).append(": { path: \"@c\", type: varchar(500) }\n");
                values[i] = "x".repeat(500);
            }
            MappingContract contract = contract("""
                    contract: 1
                    name: wide
                    schema: %s
                    tables:
                      wide:
                        columns:
                          id: { path: "@id", type: integer, key: true }
                    """ + columns);

            assertThat(load(prepare("run-1", contract, true), document("a", List.of(row(values))))
                            .accepted())
                    .isEqualTo(1);
            assertThat(load(prepare("run-2", contract, false), document("a", List.of(row(values))))
                            .skipped())
                    .isEqualTo(1);
        }

        @Test
        void saysThatAKeyIsTooLongForAnIndex() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: long-keys
                    schema: %s
                    tables:
                      notes:
                        columns:
                          note: { path: "@note", type: text, key: true }
                    """);

            assertThatThrownBy(() -> prepare("run-1", contract, true))
                    .isInstanceOfSatisfying(
                            TargetException.class, e -> assertThat(e.isUsage()).isTrue())
                    .hasMessageContaining("table notes")
                    .hasMessageContaining("3072 bytes");
        }

        @Test
        void knowsWhatExistingColumnsHold() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: existing
                    schema: %s
                    tables:
                      t:
                        columns:
                          id: { path: "@id", type: integer, key: true }
                          b: { path: "@b", type: boolean }
                          r: { path: "@r", type: real }
                          d: { path: "@d", type: double }
                          u: { path: "@u", type: uuid }
                          ts: { path: "@ts", type: timestamp(3) }
                    """);
            prepare("run-0", contract, true);
            execute("alter table {s}.\"t\" modify \"b\" bit(1), modify \"r\" float, modify \"d\" float,"
                    + " modify \"u\" uuid, modify \"ts\" datetime");

            assertThatThrownBy(() -> prepare("run-1", contract, false))
                    .hasMessageContaining("column d – is float")
                    .message()
                    .doesNotContain("column b")
                    .doesNotContain("column r")
                    .doesNotContain("column u");
            execute("alter table {s}.\"t\" modify \"d\" double");
            assertThat(prepare("run-1", contract, false).warnings())
                    .singleElement()
                    .asString()
                    .contains("column ts – is datetime with 0 fraction digits");
            execute("alter table {s}.\"t\" modify \"ts\" datetime(3)");
            UUID uuid = UUID.randomUUID();
            load(
                    prepare("run-2", contract, false),
                    document("a", List.of(row(1, true, 1.5f, 0.1, uuid, LocalDateTime.of(2024, 2, 29, 1, 2, 3)))));
            // As the server writes it: the driver would show it in the JVM's zone.
            assertThat(rows("select \"b\" + 0, \"r\", \"d\", \"u\", cast(\"ts\" as char) from {s}.\"t\""))
                    .containsExactly("1|1.5|0.1|" + uuid + "|2024-02-29 01:02:03.000");
        }

        @Test
        void takesTheWordOfMySqlInAUrl() throws Exception {
            Database database = Database.of(url.replace("jdbc:mariadb:", "jdbc:mysql:"), new Properties());

            assertThat(database.isSameAs(tested().database())).isTrue();
            database.connect().close();
        }

        @Test
        void saysPlainlyWhyItCannotConnect() {
            assumeTrue(server != null, "unset MILLRACE_MARIADB_URL: the test knows no wrong port of its server");

            assertThatThrownBy(() -> prepareAt("jdbc:mariadb://127.0.0.1:1/kit?user=root"))
                    .hasMessageContaining("the server cannot be reached");
            assertThatThrownBy(() -> prepareAt("jdbc:mariadb://127.0.0.1:" + server.port() + "/nowhere?user=root"))
                    .hasMessageContaining("there is no such database");
            assertThatThrownBy(() ->
                            prepareAt("jdbc:mariadb://127.0.0.1:" + server.port() + "/kit?user=eve&password=hidden"))
                    .hasMessageContaining("the log-in was refused")
                    .hasMessageNotContaining("hidden");
        }

        private void prepareAt(String at) throws Exception {
            Target.prepare(
                    Database.of(at, new Properties()),
                    orders(""),
                    run("run-1"),
                    LoadOptions.DEFAULTS.createTables(true));
        }
    }

    /** How servers are loaded that forbid LOAD DATA LOCAL. */
    @Nested
    class LoadingInBatches extends LoadingKit {
        @Override
        protected TestedDatabase tested() {
            return WITHOUT_FILES;
        }

        @Test
        void saysWhichRoadItTakesAndWhy() throws Exception {
            Target target = prepare("run-1", orders(""), true);

            assertThat(target.warnings()).singleElement().asString().contains("allowLocalInfile=false");
            try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
                assertThat(engine.paths()).containsEntry("orders", "batch-insert");
            }
        }

        @Test
        void pointsToNoRowWhereTheServerDoesNotTell() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            List<Row> items = List.of(new Row(new Object[] {1, 10}, 1), new Row(new Object[] {1, 10}, 2));
            Mapped bad = document("a", List.of(row(1, "x")), items);

            SinkResult result;
            try (MigrationEngine engine =
                    new Load(target).engine(1, LoadClock.NONE, (document, ordinal) -> new Location(ordinal, 1))) {
                result = load(engine, List.of(bad));
            }

            assertThat(result.rejects()).hasSize(1);
            // A batch fails as a whole here: no place is better than the first row's.
            assertThat(result.rejects().get(0).fault().location()).isNull();
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class TwoZones extends TwoZonesKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Lent extends LentConnectionsKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Texts extends TextKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Comments extends CommentsKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Refusing extends RefusalsKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class RefusingInBatches extends RefusalsKit {
        @Override
        protected TestedDatabase tested() {
            return WITHOUT_FILES;
        }
    }

    @Nested
    class ExistingTypes extends ExistingTypesKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Ledgers extends LedgerKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }

        @Test
        void readsWhatNoTypeOfAContractHoldsAsItIs() throws Exception {
            Database database = tested().database();
            try (Connection writer = database.connect();
                    Statement written = writer.createStatement()) {
                written.execute("set session sql_mode = ''");
                written.execute("create or replace table strange"
                        + " (b boolean, r double, f float, t time, d date, ts datetime)");
                written.execute("insert into strange values (5, 0.10000000000000002, 0.100000009, '36:00:00',"
                        + " '0000-00-00', '2024-00-00 01:02:03'), (1, 0.1, 0.1, '23:59:59', '2024-02-29', null)");
            }
            try (Connection reader = database.connect(Purpose.COMPARE);
                    PreparedStatement select = reader.prepareStatement("select * from strange order by b desc");
                    ResultSet rows = select.executeQuery()) {
                rows.next();
                assertThat(values(database.dialect(), rows))
                        .containsExactly(
                                5, 0.10000000000000002, 0.10000001f, "36:00:00", "0000-00-00", "2024-00-00 01:02:03");
                rows.next();
                assertThat(values(database.dialect(), rows))
                        .containsExactly(1, 0.1f, 0.1f, LocalTime.of(23, 59, 59), LocalDate.of(2024, 2, 29), null);
            }
        }

        @Test
        void readsOneMomentOfAllTablesAndChangesNone() throws Exception {
            Database database = tested().database();
            try (Connection writer = database.connect();
                    Statement written = writer.createStatement();
                    Connection reader = database.connect(Purpose.COMPARE);
                    Statement read = reader.createStatement()) {
                written.execute("create or replace table moment_a (id integer)");
                written.execute("create or replace table moment_b (id integer)");
                reader.setAutoCommit(false);
                read.executeQuery("select * from moment_a").close();

                written.execute("insert into moment_b values (1)");

                try (ResultSet rows = read.executeQuery("select * from moment_b")) {
                    assertThat(rows.next()).isFalse();
                }
                assertThatThrownBy(() -> read.execute("delete from moment_a")).hasMessageContaining("READ ONLY");
            }
        }

        private List<Object> values(Dialect dialect, ResultSet row) throws SQLException {
            List<String> types = List.of("boolean", "real", "real", "time", "date", "timestamp");
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                values.add(dialect.read(row, i + 1, SqlType.parse(types.get(i)).orElseThrow()));
            }
            return values;
        }
    }

    @Nested
    class Stopping extends StoppingKit {
        @Override
        protected TestedDatabase tested() {
            return MARIADB;
        }

        @Override
        protected Optional<String> statementsUnderWay() {
            return Optional.of("SELECT info AS statement FROM information_schema.processlist WHERE info IS NOT NULL");
        }
    }
}
