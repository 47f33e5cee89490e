package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.LoadBatch;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadResult;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.Target;
import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.source.JdbcSource;
import dev.millrace.source.LedgerFilter;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PostgreSqlTest {
    private static final TestedDatabase POSTGRESQL = new TestedDatabase() {
        @Override
        public Database database() {
            return Database.of(server.getJdbcUrl("postgres", "postgres"), new Properties());
        }

        @Override
        public boolean mayRefuse(String columnType, String text) {
            return columnType.contains("small");
        }

        @Override
        public Map<String, String> closestTypes() {
            return Map.ofEntries(
                    Map.entry("boolean", "boolean"),
                    Map.entry("smallint", "smallint"),
                    Map.entry("integer", "integer"),
                    Map.entry("bigserial", "bigint"),
                    Map.entry("bigint generated always as identity", "bigint"),
                    Map.entry("numeric", "decimal(38,10)"),
                    Map.entry("numeric(10,2)", "decimal(10,2)"),
                    Map.entry("money", ""),
                    Map.entry("real", "real"),
                    Map.entry("float8", "double"),
                    Map.entry("char(3)", "char(3)"),
                    Map.entry("varchar(3)", "varchar(3)"),
                    Map.entry("varchar", "text"),
                    Map.entry("text", "text"),
                    Map.entry("date", "date"),
                    Map.entry("time(3)", "time(3)"),
                    Map.entry("timestamp", "timestamp(6)"),
                    Map.entry("timestamptz(3)", "timestamptz(3)"),
                    Map.entry("uuid", "uuid"),
                    Map.entry("bytea", "bytes"),
                    Map.entry("xml", "xml"),
                    Map.entry("text[]", ""),
                    Map.entry("interval", ""),
                    Map.entry("json", ""),
                    Map.entry("bit(3)", ""),
                    Map.entry("{s}.\"small\"", "integer"),
                    Map.entry("{s}.\"few\"", "decimal(5,1)"),
                    Map.entry("{s}.\"mood\"", "varchar(1)"),
                    Map.entry("integer generated always as (1 + 1) stored", ""));
        }

        @Override
        public List<String> columnTypes() {
            return List.of(
                    "numeric",
                    "numeric(10,2)",
                    "numeric(3,-2)",
                    "varchar",
                    "varchar(3)",
                    "char(3)",
                    "bpchar",
                    "text",
                    "text collate \"C\"",
                    "\"char\"",
                    "bit",
                    "bit(3)",
                    "varbit",
                    "timestamp(0)",
                    "timestamp(3)",
                    "timestamptz(3)",
                    "time(3)",
                    "time with time zone",
                    "interval",
                    "text[]",
                    "integer[]",
                    "{s}.\"small\"",
                    "{s}.\"few\"",
                    "{s}.\"mood\"",
                    "float(24)",
                    "float(25)",
                    "json",
                    "jsonb",
                    "xml",
                    "money",
                    "name",
                    "integer generated always as (1 + 1) stored",
                    "citext",
                    "oid");
        }

        @Override
        public List<String> columnTypeStatements() {
            return List.of(
                    "create domain {s}.\"small\" as integer check (value < 100)",
                    "create domain {s}.\"few\" as numeric(5, 1)",
                    "create type {s}.\"mood\" as enum ('a', 'b')");
        }

        @Override
        public List<RefusedRow> refusedRows() {
            List<RefusedRow> rows = new ArrayList<>(RefusedRow.standard());
            rows.addAll(
                    List.of(
                            RefusedRow.meeting(
                                    "deferred unique key",
                                    FaultCode.DUPLICATE_KEY,
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer unique deferrable initially deferred, \"x\" varchar(20))"),
                            RefusedRow.of(
                                    "deferred foreign key",
                                    FaultCode.FOREIGN_KEY,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"other\" (\"id\" integer primary key)",
                                    "insert into {s}.\"other\" values (1)",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer references {s}.\"other\" deferrable initially deferred, \"x\" varchar(20))"),
                            RefusedRow.meeting(
                                    "exclusion",
                                    FaultCode.CONSTRAINT,
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), exclude (\"v\" with =))"),
                            RefusedRow.of(
                                    "trigger",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create function {s}.\"i\"() returns trigger language plpgsql as $$ begin if new.\"v\" < 0 then raise exception 'no %', new.\"v\"; end if; return new; end $$",
                                    "create trigger \"i\" before insert or update on {s}.\"t\" for each row execute function {s}.\"i\"()"),
                            RefusedRow.of(
                                    "trigger at the commit",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create function {s}.\"i\"() returns trigger language plpgsql as $$ begin if new.\"v\" < 0 then raise exception 'no %', new.\"v\"; end if; return new; end $$",
                                    "create constraint trigger \"i\" after insert or update on {s}.\"t\" deferrable initially deferred for each row execute function {s}.\"i\"()"),
                            RefusedRow.of(
                                    "trigger with a state of its own",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create function {s}.\"i\"() returns trigger language plpgsql as $$ begin if new.\"v\" < 0 then raise exception 'no' using errcode = 'ZZ001'; end if; return new; end $$",
                                    "create trigger \"i\" before insert or update on {s}.\"t\" for each row execute function {s}.\"i\"()"),
                            RefusedRow.of(
                                    "trigger that asserts",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create function {s}.\"i\"() returns trigger language plpgsql as $$ begin if new.\"v\" < 0 then assert false; end if; return new; end $$",
                                    "create trigger \"i\" before insert or update on {s}.\"t\" for each row execute function {s}.\"i\"()"),
                            RefusedRow.of(
                                    "trigger with a state that means something else",
                                    FaultCode.CONSTRAINT,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create function {s}.\"i\"() returns trigger language plpgsql as $$ begin if new.\"v\" < 0 then raise exception 'no' using errcode = '55000'; end if; return new; end $$",
                                    "create trigger \"i\" before insert or update on {s}.\"t\" for each row execute function {s}.\"i\"()"),
                            RefusedRow.of(
                                    "trigger that divides",
                                    FaultCode.REFUSED_VALUE,
                                    "integer",
                                    "{n}",
                                    "-1",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20))",
                                    "create function {s}.\"i\"() returns trigger language plpgsql as $$ begin if new.\"v\" < 0 then new.\"v\" := 1 / 0; end if; return new; end $$",
                                    "create trigger \"i\" before insert or update on {s}.\"t\" for each row execute function {s}.\"i\"()"),
                            RefusedRow.of(
                                    "generated column",
                                    FaultCode.REFUSED_VALUE,
                                    "integer",
                                    "1",
                                    "99",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" integer, \"x\" varchar(20), \"g\" smallint generated always as (\"v\" * 1000) stored)"),
                            RefusedRow.of(
                                    "column as wide as a key",
                                    FaultCode.REFUSED_VALUE,
                                    "text",
                                    "{n}",
                                    RefusedRow.LONG,
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" text, \"x\" varchar(20))",
                                    "create index \"i\" on {s}.\"t\" (\"v\")"),
                            RefusedRow.of(
                                            "partition",
                                            FaultCode.CONSTRAINT,
                                            "integer",
                                            "1",
                                            "99",
                                            "create table {s}.\"t\" (\"id\" integer, \"v\" integer, \"x\" varchar(20)) partition by list (\"v\")",
                                            "create table {s}.\"i\" partition of {s}.\"t\" for values in (1)")
                                    .withoutKey(),
                            RefusedRow.of(
                                    "character that an encoding lacks",
                                    FaultCode.REFUSED_VALUE,
                                    "text",
                                    "{n}",
                                    "李",
                                    "create table {s}.\"t\" (\"id\" integer primary key, \"v\" text check (convert_to(\"v\", 'LATIN1') is not null), \"x\" varchar(20))")));
            return rows;
        }

        @Override
        public Connection plainConnection() throws SQLException {
            return DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
        }

        @Override
        public List<KeyType> keyTypes() {
            return List.of(
                    new KeyType("time", i -> "'10:00:00.0000" + (10 + i) + "'"),
                    new KeyType("timetz", i -> "'10:00:00.0000" + (10 + i) + "+02'"),
                    new KeyType("interval", i -> "'-1 mons +" + i + " days 04:05:06.7'"),
                    new KeyType("bytea", i -> "'\\xFF" + (10 + i) + "FE'"),
                    new KeyType("money", i -> "'$1,234." + (10 + i) + "'"),
                    new KeyType("real", i -> "1677" + (1000 + i)),
                    new KeyType("double precision", i -> "1.00000000000" + (100 + i)),
                    new KeyType("numeric", i -> i == 0 ? "'NaN'" : "1e" + i),
                    new KeyType(
                            "date",
                            i -> i == 0 ? "'infinity'" : i == 1 ? "'0044-03-15 BC'" : "'2024-01-01'::date + " + i),
                    new KeyType(
                            "timestamptz",
                            i -> i == 0
                                    ? "'-infinity'"
                                    : i == 1
                                            ? "'0044-03-15 10:00:00 BC'"
                                            : "'2024-10-27 00:00:00.0000" + (10 + i) + "Z'"),
                    new KeyType("text[]", i -> "ARRAY['a,\"b', NULL, '" + i + "']"),
                    new KeyType("timestamptz[]", i -> "ARRAY[timestamptz '2024-10-27 00:00:" + (10 + i) + "Z']"),
                    new KeyType("tstzrange", i -> "tstzrange('2024-10-27 00:00:" + (10 + i) + "Z', NULL)"),
                    new KeyType("inet", i -> "'10.0.0." + i + "'"),
                    new KeyType("bit varying(20)", i -> "B'101' || (" + (64 + i) + ")::bit(8)"),
                    new KeyType("name", i -> "'name " + i + "'"),
                    new KeyType("jsonb", i -> "'{\"a\": " + i + "}'"),
                    new KeyType("xid8", i -> "'" + (900 + i) + "'"));
        }

        @Override
        public Map<String, String> unfitKeyTypes() {
            return Map.of("regclass", "'pg_class'", "json", "'{}'", "xml", "'<a/>'", "point", "'(1,2)'");
        }

        @Override
        public List<String> unusualSession() {
            return List.of(
                    "SET TimeZone = 'Asia/Kathmandu'",
                    "SET DateStyle = 'ISO, DMY'",
                    "SET bytea_output = 'escape'",
                    "SET application_name = 'lender'",
                    "SET search_path = public, pg_catalog",
                    "SET statement_timeout = '99s'",
                    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                    "CREATE TEMPORARY TABLE own_notes (a integer)",
                    "SELECT pg_advisory_lock_shared(7)");
        }

        @Override
        public String sessionState() {
            return "SELECT name, setting || ' (' || source || ')' FROM pg_settings UNION ALL"
                    + " SELECT 'table ' || relname, 'temporary' FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
                    + " UNION ALL SELECT 'lock ' || objid, mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                    + " UNION ALL SELECT 'cursor ' || name, statement FROM pg_cursors WHERE is_holdable"
                    + " UNION ALL SELECT 'prepared ' || name, statement FROM pg_prepared_statements WHERE from_sql";
        }

        @Override
        public String text() {
            return "text";
        }

        @Override
        public Optional<OtherProgram> otherProgram() {
            return SqlProgram.of(
                    "psql",
                    this::textLiteral,
                    "-X",
                    "-q",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-d",
                    "host=127.0.0.1 user=postgres dbname=postgres port=" + server.getPort());
        }

        @Override
        public String binary() {
            return "bytea";
        }
    };

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Nested
    class Loading extends ServerLoadingKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }

        @Override
        protected int port() {
            return server.getPort();
        }

        @Override
        protected Database databaseAt(int port) {
            String url = server.getJdbcUrl("postgres", "postgres");
            return Database.of(url.replace(":" + server.getPort(), ":" + port), new Properties());
        }

        @Test
        void rejectsTheCharacterThatPostgreSqlCannotStore() throws Exception {
            MappingContract contract = orders("");

            LoadResult result = load(
                    prepare("run-1", contract, true),
                    order("a", 1, 10),
                    document("b", List.of(row(2, "x\0y")), List.of(row(2, 20))),
                    order("c", 3));

            assertThat(result.loaded()).isEqualTo(2);
            assertThat(result.rejects()).hasSize(1);
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.REFUSED_VALUE);
            assertThat(result.rejects().get(0).fault().column()).isEqualTo("note");
        }

        @Test
        void countsItsConnectionsUnderItsName() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            try (MigrationEngine first = target.engine(1, LoadClock.NONE);
                    MigrationEngine second = target.engine(2, LoadClock.NONE)) {
                assertThat(first.loadPaths()).containsEntry("orders", "copy-binary");
                assertThat(second.loadPaths()).hasSize(2);
                // The third is the one that asks.
                assertThat(rows("select count(*) from pg_stat_activity where application_name = 'millrace'"))
                        .containsExactly("3");
            }
        }

        @Test
        void goesOnOverANewConnectionWhenTheOldOneIsKilled() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            try (MigrationEngine engine = target.engine(1, LoadClock.NONE)) {
                engine.load(LoadBatch.of(List.of(order("a", 1, 10)), List.of()));
                rows("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'millrace' and pid <> pg_backend_pid()");

                LoadResult result = engine.load(LoadBatch.of(List.of(order("b", 2, 20)), List.of()));

                assertThat(result.loaded()).isEqualTo(1);
            }
            assertThat(log()).containsExactly("a|loaded|2", "b|loaded|2");
        }

        @Test
        void waitsForALockAndTriesADeadlockAgain() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create function fail_once() returns trigger language plpgsql as $$ begin"
                    + " if nextval('{s}.tries') < 3 then raise exception 'deadlock' using errcode = '40P01'; end if;"
                    + " return new; end $$");
            execute("create sequence {s}.tries");
            execute("create trigger t before insert on {s}.\"orders\" for each row execute function fail_once()");

            LoadResult result = load(target, order("a", 1));

            assertThat(result.loaded()).isEqualTo(1);
            assertThat(log()).containsExactly("a|loaded|1");
        }

        @Test
        void rejectsOnlyTheDocumentThatATriggerRefuses() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create function refuse() returns trigger language plpgsql as $$ begin"
                    + " if new.id = 2 then raise exception 'no such note: %', new.note; end if; return new; end $$");
            execute("create trigger t before insert on {s}.\"orders\" for each row execute function refuse()");

            LoadResult result = load(target, order("a", 1), order("b", 2), order("c", 3));

            assertThat(result.loaded()).isEqualTo(2);
            assertThat(result.rejects()).hasSize(1);
            assertThat(result.rejects().get(0).documentKey()).isEqualTo("b");
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.CONSTRAINT);
            assertThat(result.rejects().get(0).fault().message()).doesNotContain("no such note");
        }

        @Test
        void rejectsOnlyTheDocumentForWhichATriggerRaisesAStateOfItsOwn() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create function refuse_own() returns trigger language plpgsql as $$ begin"
                    + " if new.id in (2, 3) then raise exception 'no such note: %', new.note"
                    + " using errcode = case new.id when 2 then 'U0815' else '45000' end; end if; return new; end $$");
            execute("create trigger t before insert on {s}.\"orders\" for each row execute function refuse_own()");

            LoadResult result = load(target, order("a", 1), order("b", 2), order("c", 3), order("d", 4));

            assertThat(result.loaded()).isEqualTo(2);
            assertThat(result.rejects())
                    .extracting(reject -> reject.fault().code())
                    .containsExactly(FaultCode.CONSTRAINT, FaultCode.CONSTRAINT);
            assertThat(result.rejects().get(0).fault().message())
                    .contains("U0815")
                    .doesNotContain("no such note");
        }

        @Test
        void endsWhereOneDocumentAfterTheOtherMeetsWithAFaultThatNobodyKnows() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("create function refuse_all() returns trigger language plpgsql as $$ begin"
                    + " raise exception 'out of order' using errcode = '55000'; end $$");
            execute("create trigger t before insert on {s}.\"orders\" for each row execute function refuse_all()");
            Mapped[] documents = new Mapped[50];
            for (int i = 0; i < documents.length; i++) {
                documents[i] = order("d" + i, i);
            }

            assertThatThrownBy(() -> load(target, documents))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"));

            assertThat(log()).isEmpty();
            execute("drop trigger t on {s}.\"orders\"");
            assertThat(load(target, documents).loaded()).isEqualTo(50);
        }

        @Test
        void rejectsOnlyTheDocumentWhoseKeyIsTooLargeForTheIndex() throws Exception {
            MappingContract contract = contract("""
                    contract: 1
                    name: long-keys
                    schema: %s
                    tables:
                      notes:
                        columns:
                          note: { path: "@note", type: text, key: true }
                    """);
            // Digits at random: what repeats would be compressed into the index.
            String large =
                    new Random(1).ints(20_000, 0, 10).mapToObj(String::valueOf).collect(Collectors.joining());

            LoadResult result = load(
                    prepare("run-1", contract, true),
                    document("a", List.of(row("short"))),
                    document("b", List.of(row(large))));

            assertThat(result.loaded()).isEqualTo(1);
            assertThat(result.rejects()).hasSize(1);
            assertThat(result.rejects().get(0).fault().code()).isEqualTo(FaultCode.REFUSED_VALUE);
        }

        @Test
        void keepsTheServersDetailsOutOfMessages() throws Exception {
            execute("create schema private_detail");
            execute("create table private_detail.t (ssn text primary key)");
            execute("insert into private_detail.t values ('123-45-6789')");

            assertThatThrownBy(() -> execute("insert into private_detail.t values ('123-45-6789')"))
                    .hasMessageContaining("duplicate key")
                    .message()
                    .doesNotContain("123-45-6789");
        }

        @Test
        void saysPlainlyWhyItCannotConnect() {
            String url = server.getJdbcUrl("postgres", "postgres");

            assertThatThrownBy(() -> prepareAt(url.replace(":" + server.getPort(), ":1")))
                    .hasMessageContaining("the server cannot be reached");
            assertThatThrownBy(() -> prepareAt(url.replace("/postgres?", "/nowhere?")))
                    .hasMessageContaining("there is no such database");
        }

        private void prepareAt(String url) throws Exception {
            Target.prepare(
                    Database.of(url, new Properties()), orders(""), run("run-1"), new Target.Options(true, false));
        }

        @Test
        void tellsTheRefusedDocumentAmongTextsOfAllSizes() throws Exception {
            Target target = prepare("run-1", contract("""
                    contract: 1
                    name: notes
                    schema: %s
                    tables:
                      notes:
                        columns:
                          id: { path: "@id", type: integer, key: true }
                          note: { path: "@note", type: text }
                    """), true);
            List<Mapped> documents = new ArrayList<>();
            for (int size : List.of(1, 10_000, 70_000, 3_000_000, 2, 200_000)) {
                int id = documents.size();
                documents.add(document("d" + id, List.of(row(id, "é".repeat(size)), row(id + 100, "e"))));
            }
            documents.add(4, document("bad", List.of(row(50, "fine"), row(51, "not \0 fine"))));

            LoadResult result = load(target, documents.toArray(Mapped[]::new));

            assertThat(result.rejects()).singleElement().satisfies(reject -> {
                assertThat(reject.documentKey()).isEqualTo("bad");
                assertThat(reject.fault().column()).isEqualTo("note");
            });
            assertThat(rows("select \"id\", length(\"note\") from {s}.\"notes\" where \"id\" < 100 order by 1"))
                    .containsExactly("0|1", "1|10000", "2|70000", "3|3000000", "4|2", "5|200000");
        }

        @Test
        void takesForeignKeysForGrantedThatTheContractImplies() throws Exception {
            Target target = prepare("run-1", orders(""), true, false);

            assertThat(isOrphanNoticed(target)).isFalse();
            assertThat(target.hasTrustedForeignKeys()).isTrue();
            // Nothing is left behind: not in the session, and not in the table.
            try (MigrationEngine engine = target.engine(1, LoadClock.NONE)) {
                engine.load(LoadBatch.of(ordersFrom(10_000), List.of()));
                assertThat(engine.load(LoadBatch.of(List.of(orphan("few", 1)), List.of()))
                                .rejects())
                        .hasSize(1);
            }
            assertThatThrownBy(() -> execute("insert into {s}.\"items\" values (-5, 1)"))
                    .hasMessageContaining("foreign key");
        }

        @Test
        void refusesRowsAsEverWhereForeignKeysAreTakenForGranted() throws Exception {
            Target target = prepare("run-1", orders(""), true, false);
            execute("alter table {s}.\"items\" add check (\"item\" < 100000)");
            List<Mapped> documents = ordersFrom(1);
            documents.add(100, order("same", 7, 1));
            documents.add(200, document("null", List.of(row(5_000, "note")), List.of(row(5_000, null))));
            documents.add(order("large", 5_001, 100_000));

            LoadResult result = load(target, documents.toArray(Mapped[]::new));

            assertThat(target.hasTrustedForeignKeys()).isTrue();
            assertThat(result.loaded()).isEqualTo(300);
            assertThat(result.rejects())
                    .extracting(reject ->
                            reject.documentKey() + " " + reject.fault().code())
                    .containsExactlyInAnyOrder(
                            "same " + FaultCode.DUPLICATE_KEY,
                            "null " + FaultCode.CONSTRAINT,
                            "large " + FaultCode.CONSTRAINT);
        }

        @Test
        void hasEveryForeignKeyCheckedWhereItIsTold() throws Exception {
            assertThat(isOrphanNoticed(prepare("run-1", orders(""), true, true)))
                    .isTrue();
        }

        @Test
        void checksForeignKeysWhereOthersAreToBeCheckedToo() throws Exception {
            prepare("run-1", orders(""), true);
            execute("create table {s}.known_notes (note varchar(20) primary key)");
            execute("insert into {s}.known_notes values ('note')");
            execute("alter table {s}.\"orders\" add foreign key (\"note\") references {s}.known_notes");

            assertThat(isOrphanNoticedByNextRun()).isTrue();
        }

        @Test
        void checksForeignKeysBetweenColumnsOfTwoTypes() throws Exception {
            prepare("run-1", orders(""), true);
            execute("alter table {s}.\"items\" alter \"id\" type bigint");

            assertThat(isOrphanNoticedByNextRun()).isTrue();
        }

        @Test
        void checksForeignKeysOfPartitions() throws Exception {
            prepare("run-1", orders(""), true);
            execute("drop table {s}.\"items\"");
            execute("create table {s}.\"items\" (\"id\" integer not null references {s}.\"orders\","
                    + " \"item\" integer not null, primary key (\"id\", \"item\")) partition by range (\"id\")");
            execute("create table {s}.all_items partition of {s}.\"items\" default");

            assertThat(isOrphanNoticedByNextRun()).isTrue();
        }

        @Test
        void checksForeignKeysWhereRowsMayGiveWayToOthers() throws Exception {
            assertThat(isOrphanNoticed(prepare("run-1", orders("on-duplicate: keep-first"), true, false)))
                    .isTrue();
        }

        @Test
        void checksForeignKeysWhereTransactionsDoNotSeeWhatComesMeanwhile() throws Exception {
            String url = server.getJdbcUrl("postgres", "postgres")
                    + "&options=-c%20default_transaction_isolation=repeatable%5C%20read";
            Target target = Target.prepare(
                    Database.of(url, new Properties()), orders(""), run("run-1"), new Target.Options(true, false));

            assertThat(isOrphanNoticed(target)).isTrue();
        }

        @Test
        void firesTriggersThatWereThereBefore() throws Exception {
            prepare("run-1", orders(""), true);
            countInserts("items");

            load(prepare("run-2", orders(""), false, false), ordersFrom(1).toArray(Mapped[]::new));

            assertThat(rows("select count(*) from {s}.inserted")).containsExactly("600");
        }

        @Test
        void firesTriggersThatComeWhileItRuns() throws Exception {
            Target target = prepare("run-1", orders(""), true, false);
            try (MigrationEngine engine = target.engine(1, LoadClock.NONE)) {
                engine.load(LoadBatch.of(ordersFrom(1), List.of()));
                assertThat(target.hasTrustedForeignKeys()).isTrue();
                countInserts("items");
                engine.load(LoadBatch.of(ordersFrom(1_001), List.of()));
            }

            assertThat(rows("select count(*) from {s}.inserted")).containsExactly("600");
        }

        @Test
        void leavesTransactionsAloneWhoseLogHasTriggers() throws Exception {
            prepare("run-1", orders(""), true);
            countInserts("processing_log");

            assertThat(isOrphanNoticedByNextRun()).isTrue();
        }

        @Test
        void checksUniqueKeysThatWaitForTheCommit() throws Exception {
            prepare("run-1", orders(""), true);
            execute("alter table {s}.\"items\" add constraint once unique (\"item\") deferrable initially deferred");

            assertThat(isOrphanNoticedByNextRun()).isTrue();
        }

        @Test
        void checksForeignKeysWhereTheUserMayNotSwitchThatOff() throws Exception {
            execute("create role loader login");
            try {
                execute("grant create on database postgres to loader");
                Database database = Database.of(server.getJdbcUrl("loader", "postgres"), new Properties());
                Target.Options options = new Target.Options(true, false);

                assertThat(isOrphanNoticed(Target.prepare(database, orders(""), run("run-1"), options)))
                        .isTrue();
                execute("grant set on parameter session_replication_role to loader");
                Target permitted = Target.prepare(database, orders(""), run("run-2"), options);
                load(permitted, ordersFrom(1_001).toArray(Mapped[]::new));
                assertThat(permitted.hasTrustedForeignKeys()).isTrue();
            } finally {
                execute("drop owned by loader cascade");
                execute("drop role loader");
            }
        }

        private void countInserts(String table) throws Exception {
            execute("create table {s}.inserted (n integer)");
            execute("create function {s}.note_insert() returns trigger language plpgsql as"
                    + " 'begin insert into {s}.inserted values (1); return new; end'");
            execute("create trigger noted after insert on {s}.\"" + table + "\" for each row"
                    + " execute function {s}.note_insert()");
        }

        /** Documents enough to be worth trust, with 600 items. */
        private List<Mapped> ordersFrom(int first) {
            List<Mapped> orders = new ArrayList<>();
            for (int id = first; id < first + 300; id++) {
                orders.add(order("d" + id, id, 2 * id, 2 * id + 1));
            }
            return orders;
        }

        private boolean isOrphanNoticedByNextRun() throws Exception {
            return isOrphanNoticed(prepare("run-2", orders(""), false, false));
        }

        /** No contract makes a row that refers to none of its document's; only so it shows who checks. */
        private boolean isOrphanNoticed(Target target) throws Exception {
            List<Mapped> documents = ordersFrom(1);
            documents.add(orphan("orphan", 1));
            return !load(target, documents.toArray(Mapped[]::new)).rejects().isEmpty();
        }

        @Test
        void keepsItsPaceWhileAnEmptyTableFills() throws Exception {
            Target target = prepare("run-1", orders(""), true);
            execute("analyze");
            try (MigrationEngine engine = target.engine(1, LoadClock.NONE)) {
                long first = 0;
                long last = 0;
                for (int batch = 0; batch < 60; batch++) {
                    List<Mapped> documents = new ArrayList<>();
                    for (int i = batch * 500; i < batch * 500 + 500; i++) {
                        documents.add(order("d" + i, i, i, i + 1, i + 2));
                    }
                    long start = System.nanoTime();
                    engine.load(LoadBatch.of(documents, List.of()));
                    long nanos = System.nanoTime() - start;
                    first += batch >= 5 && batch < 15 ? nanos : 0;
                    last += batch >= 50 ? nanos : 0;
                }

                // A check that reads its parent table whole would be far slower by now.
                assertThat(last).isLessThan(5 * first);
            }
        }
    }

    @Nested
    class Reading extends SourceKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }

        @Test
        void readsXmlColumns() throws Exception {
            execute(
                    "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml xml)",
                    "INSERT INTO app_xml VALUES (1, '<a>José 李</a>'), (2, NULL)");

            Document document = all(open(table())).get(0);

            assertThat(new String(document.content(), StandardCharsets.UTF_8)).isEqualTo("<a>José 李</a>");
            assertThat(document.decoded()).isTrue();
        }

        @Test
        void goesOnAfterTheServerHasCutTheConnection() throws Exception {
            execute(
                    "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                    "INSERT INTO app_xml SELECT i, '<a/>' FROM generate_series(1, 1000) i");
            try (JdbcSource source = open(table())) {
                int count = 0;
                while (source.next() != null) {
                    if (++count == 100) {
                        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
                    }
                }
                assertThat(count).isEqualTo(1_000);
            }
        }

        @Test
        void readsEachPageThroughTheIndexes() throws Exception {
            execute(
                    "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                    "CREATE TABLE log (contract_name text, document_key text COLLATE \"C\", status text, code text, run_id text,"
                            + " PRIMARY KEY (contract_name, document_key))",
                    "INSERT INTO app_xml SELECT i, '<a/>' FROM generate_series(1, 200000) i",
                    "INSERT INTO log SELECT 'loans', i::text, 'loaded', NULL, 'run-1' FROM generate_series(1, 200000) i");
            LedgerFilter ledger = new LedgerFilter("log", "loans", LedgerFilter.Mode.NEW);

            JdbcSource source = open(new JdbcSource.Selection("app_xml", null, "app_id", "xml", null, null, ledger));

            long start = System.nanoTime();
            assertThat(all(source)).isEmpty();
            assertThat(source.skipped()).isEqualTo(200_000);
            // 40 pages take about a second; if each read the whole ledger, half a minute.
            assertThat(System.nanoTime() - start).isLessThan(15_000_000_000L);
        }

        @Test
        void explainsWhyItCannotConnect() {
            Database nowhere = Database.of(
                    "jdbc:postgresql://localhost:1/nothing?user=postgres&password=hidden", new Properties());

            assertThatThrownBy(() -> JdbcSource.open(nowhere, table(), XmlLimits.DEFAULTS))
                    .isInstanceOfSatisfying(
                            SourceException.class, e -> assertThat(e.isUsage()).isFalse())
                    .hasMessageContaining("cannot connect")
                    .hasMessageNotContaining("hidden");
        }
    }

    @Nested
    class TwoZones extends TwoZonesKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Lent extends LentConnectionsKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Texts extends TextKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Existing extends ExistingDocumentsKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Values extends ValuesKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Refusing extends RefusalsKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class ExistingTypes extends ExistingTypesKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Ledgers extends LedgerKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Verifying extends VerificationKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }
    }

    @Nested
    class Stopping extends StoppingKit {
        @Override
        protected TestedDatabase tested() {
            return POSTGRESQL;
        }

        @Override
        protected Optional<String> statementsUnderWay() {
            return Optional.of("SELECT query AS statement FROM pg_stat_activity WHERE state = 'active'");
        }
    }
}
