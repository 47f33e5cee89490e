package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.database.Constraints;
import dev.millrace.database.Ledger;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.MissingDocuments;
import dev.millrace.database.OnExisting;
import dev.millrace.database.PartTry;
import dev.millrace.database.RowLocator;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.database.keys.KeysAfterRows;
import dev.millrace.database.keys.WithdrawnDocuments;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import dev.millrace.workers.Stop;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What loading into any database must do: types, names, existing tables, aborts, duplicates, look-ups, concurrent processes.
 * Each test has a schema of its own.
 */
public abstract class LoadingKit {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static final RetryPolicy QUICK = new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(5));

    final String schema = "test_" + NUMBERS.incrementAndGet();

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @Test
    void createsWhatIsMissingAndLoadsABatch() throws Exception {
        Target target = prepare("run-1", orders(""), true);

        SinkResult result = load(target, order("a", 1, 10, 11), order("b", 2, 20));
        target.ledger().end("finished", 2, 2, 0, 0, "{}");

        assertThat(result.accepted()).isEqualTo(2);
        assertThat(result.rows()).containsExactly(2, 3);
        assertThat(rows("select \"id\", \"item\" from {s}.\"items\" order by 2"))
                .containsExactly("1|10", "1|11", "2|20");
        assertThat(log()).containsExactly("a|loaded|3", "b|loaded|2");
    }

    @Test
    void skipsWhatTheLedgerHolds() throws Exception {
        MappingContract contract = orders("");
        load(prepare("run-1", contract, true), order("a", 1), order("b", 2));

        SinkResult second = load(prepare("run-2", contract, true), order("b", 2), order("c", 3));

        assertThat(second.skipped()).isEqualTo(1);
        assertThat(second.accepted()).isEqualTo(1);
        assertThat(rows("select \"id\" from {s}.\"orders\" order by 1")).containsExactly("1", "2", "3");
    }

    @Test
    void isolatesSeveralBadDocumentsOfALargeBatch() throws Exception {
        Target target = prepare("run-1", orders(""), true);
        load(target, order("first", 250));
        List<Mapped> documents = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            documents.add(i == 17 || i == 18 || i == 499 ? refused("d" + i, i) : order("d" + i, i, i));
        }

        SinkResult result = load(target, documents.toArray(new Mapped[0]));

        assertThat(result.accepted()).isEqualTo(496);
        assertThat(result.rejects())
                .extracting(
                        reject -> reject.documentKey() + " " + reject.fault().code())
                .containsExactlyInAnyOrder(
                        "d17 " + refusal(), "d18 " + refusal(), "d250 DUPLICATE_KEY", "d499 " + refusal());
        assertThat(result.rows()).containsExactly(496, 496);
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("497");
        assertThat(rows("select count(*) from {s}.\"processing_log\" where \"status\" = 'rejected'"))
                .containsExactly("4");
    }

    @Test
    void rejectsEveryDocumentOfABatchInBoundedWork() throws Exception {
        Target target = prepare("run-1", orders(""), true);
        load(target, order("first", 1));
        Mapped[] documents = new Mapped[200];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = order("d" + i, 1);
        }

        SinkResult result = load(target, documents);

        assertThat(result.rejects()).hasSize(200).allMatch(r -> r.fault().code() == FaultCode.DUPLICATE_KEY);
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("1");
    }

    @Test
    void namesTableColumnAndPlaceOfARefusedValueButNotTheValue() throws Exception {
        Target target = prepare("run-1", orders(""), true);
        boolean lengths = tested().database().dialect().capabilities().contains(Capability.TEXT_LENGTHS);
        // Where a length is no more than a word, the mapper alone keeps to it; NOT NULL is kept to everywhere.
        Mapped bad = lengths
                ? document("a", List.of(row(1, "secret".repeat(10))), List.of())
                : document("a", List.of(row(1, "secret")), List.of(row(1, null)));

        SinkResult result;
        try (MigrationEngine engine =
                new Load(target).engine(1, LoadClock.NONE, (document, ordinal) -> new Location(ordinal, 3))) {
            result = load(engine, List.of(bad));
        }

        Fault fault = result.rejects().get(0).fault();
        assertThat(fault.code()).isEqualTo(lengths ? FaultCode.REFUSED_VALUE : FaultCode.CONSTRAINT);
        assertThat(fault.table()).isEqualTo(lengths ? "orders" : "items");
        assertThat(fault.location()).isEqualTo(new Location(7, 3));
        assertThat(fault.message()).doesNotContain("secret");
    }

    @Test
    void rejectsTwoDocumentsWithOneKeyWithoutLosingEither() throws Exception {
        Target target = prepare("run-1", orders(""), true);

        SinkResult inBatch = load(target, order("a", 1), order("a", 2));
        SinkResult later = load(target, order("a", 3));

        assertThat(inBatch.accepted()).isEqualTo(1);
        assertThat(inBatch.rejects()).extracting(r -> r.fault().code()).containsExactly(FaultCode.DUPLICATE_DOCUMENT);
        assertThat(later.rejects()).extracting(r -> r.fault().code()).containsExactly(FaultCode.DUPLICATE_DOCUMENT);
        assertThat(rows("select count(*) from {s}.\"processing_log\"")).containsExactly("3");
        assertThat(rows("select \"id\" from {s}.\"orders\"")).containsExactly("1");
    }

    @Test
    void skipsBothOfTwoDocumentsWithOneKeyInALaterRun() throws Exception {
        MappingContract contract = orders("");
        load(prepare("run-1", contract, true), order("a", 1), order("a", 2));

        SinkResult later = load(prepare("run-2", contract, true), order("a", 1), order("a", 2));

        assertThat(later.skipped()).isEqualTo(2);
        assertThat(later.rejects()).isEmpty();
    }

    @Test
    void logsWhatTheMapperRejectedAndTriesItAgainWhenAsked() throws Exception {
        MappingContract contract = orders("");
        Target first = prepare("run-1", contract, true);
        Rejected rejected = new Rejected(
                "a",
                Document.ofText("a", new byte[0], "test"),
                5,
                new Fault(FaultCode.REQUIRED, "orders", "id", "@id", new Location(4, 9), "no value"));
        SinkResult result;
        try (MigrationEngine engine = new Load(first).engine(1, LoadClock.NONE)) {
            result = load(engine, List.of(order("b", 2), rejected));
        }
        SinkResult skipped = load(prepare("run-2", contract, true), order("a", 1));
        Target third = Target.prepare(
                tested().database(),
                contract,
                run("run-3"),
                LoadOptions.DEFAULTS.retryRejects(true).retryPolicy(QUICK));
        SinkResult retried = load(third, order("a", 1), order("b", 2));

        assertThat(result.rejects()).extracting(Reject::documentKey).containsExactly("a");
        assertThat(skipped.skipped()).isEqualTo(1);
        assertThat(retried.accepted()).isEqualTo(1);
        assertThat(retried.skipped()).isEqualTo(1);
        assertThat(rows("select \"status\", \"attempt\", \"run_id\", \"code\" from {s}.\"processing_log\""
                        + " where \"document_key\" = 'a'"))
                .containsExactly("loaded|2|run-3|null");
    }

    @Test
    void loadsForARunThatAnotherProcessHasBegun() throws Exception {
        MappingContract contract = orders("");
        Target begun = prepare("run-1", contract, true);
        Target joined = Target.join(tested().database(), contract, run("run-1"), LoadOptions.DEFAULTS, new Stop());
        load(begun, order("a", 1, 10));
        SinkResult loaded;
        try (MigrationEngine engine = new Load(joined).engine(2, LoadClock.NONE)) {
            loaded = load(engine, List.of(order("b", 2), order("a", 1, 10)));
        }
        begun.ledger().end("finished", 2, 2, 0, 0, null);

        assertThat(loaded.accepted()).isEqualTo(1);
        assertThat(loaded.rejects()).extracting(r -> r.fault().code()).containsExactly(FaultCode.DUPLICATE_DOCUMENT);
        assertThat(rows("select \"document_key\", \"run_id\", \"worker\" from {s}.\"processing_log\""
                        + " where \"status\" = 'loaded' order by 1"))
                .containsExactly("a|run-1|1", "b|run-1|2");
        assertThat(rows("select count(*) from {s}.\"processing_run\"")).containsExactly("1");
        assertThatThrownBy(() ->
                        Target.join(tested().database(), contract, run("run-1"), LoadOptions.DEFAULTS, new Stop()))
                .hasMessageContaining("is over: finished");
        assertThatThrownBy(() ->
                        Target.join(tested().database(), contract, run("run-2"), LoadOptions.DEFAULTS, new Stop()))
                .hasMessageContaining("has not begun here");
    }

    @Test
    void countsWhatAnotherTryOfItsPartHasSettledAsItsOwn() throws Exception {
        MappingContract contract = orders("");
        prepare("run-1", contract, true);
        Rejected rejected = new Rejected(
                "r", Document.ofText("r", new byte[0], "test"), 5, Fault.of(FaultCode.REQUIRED, "no value"));
        List<Outcome> documents = new ArrayList<>(List.of(
                order("a", 1, 10),
                order("b", 2),
                rejected,
                new Rejected("a", Document.ofText("a", new byte[0], "test"), 9, Fault.of(FaultCode.NO_CONTENT, "text")),
                order("a", 1, 10),
                order("a", 1, 10),
                order("c", 2)));
        SinkResult first = loadPart(contract, 0, documents);
        String log = String.join(" ", rows("select * from {s}.\"processing_log\" order by \"document_key\""));
        Collections.reverse(documents);
        SinkResult second = loadPart(contract, 1, documents);
        List<SinkResult> third = new ArrayList<>();
        for (Outcome document : documents) {
            third.add(loadPart(contract, 2, List.of(document)));
        }

        for (SinkResult result : List.of(first, second)) {
            assertThat(result.accepted()).isEqualTo(2);
            assertThat(result.rows()).containsExactly(2, 1);
            assertThat(result.skipped()).isZero();
            assertThat(result.rejects())
                    .extracting(r -> r.fault().code())
                    .containsExactlyInAnyOrder(
                            FaultCode.REQUIRED,
                            FaultCode.NO_CONTENT,
                            FaultCode.DUPLICATE_DOCUMENT,
                            FaultCode.DUPLICATE_DOCUMENT,
                            FaultCode.DUPLICATE_KEY);
        }
        assertThat(third.stream().mapToInt(SinkResult::documents).sum()).isEqualTo(7);
        assertThat(String.join(" ", rows("select * from {s}.\"processing_log\" order by \"document_key\"")))
                .isEqualTo(log);
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("2");
    }

    @Test
    void twoTriesOfAPartAtOnceCountTheSame() throws Exception {
        MappingContract contract = orders("");
        prepare("run-1", contract, true);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<long[]>> futures = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            int one = number;
            Target joined = Target.join(
                    tested().database(), contract, run("run-1"), LoadOptions.DEFAULTS.retryPolicy(QUICK), new Stop());
            futures.add(pool.submit(() -> {
                long[] counts = new long[3];
                try (MigrationEngine engine = new Load(joined, new PartTry(one, false)).engine(1, LoadClock.NONE)) {
                    for (int batch = 0; batch < 20; batch++) {
                        List<Mapped> documents = new ArrayList<>();
                        for (int i = 0; i < 20; i++) {
                            int id = batch * 20 + (one == 0 ? i : 19 - i);
                            documents.add(order("d" + id, id, id));
                        }
                        SinkResult result = load(engine, documents);
                        counts[0] += result.accepted();
                        counts[1] += result.rows()[1];
                        counts[2] += result.skipped() + result.rejects().size();
                    }
                }
                return counts;
            }));
        }
        for (Future<long[]> future : futures) {
            assertThat(future.get()).containsExactly(400, 400, 0);
        }
        pool.shutdown();
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("400");
        assertThat(rows("select count(*) from {s}.\"processing_log\"")).containsExactly("400");
    }

    /** Loads a part of which the run settles all documents, whichever of its tries did so. */
    private SinkResult loadPart(MappingContract contract, int number, List<Outcome> documents) throws Exception {
        Target joined = Target.join(tested().database(), contract, run("run-1"), LoadOptions.DEFAULTS, new Stop());
        List<Document> settled = new ArrayList<>();
        try (MigrationEngine engine = new Load(joined, new PartTry(number, false))
                .engine(7, LoadClock.NONE, RowLocator.NONE, (batch, own) -> settled.addAll(own))) {
            SinkResult result = load(engine, documents);
            assertThat(settled).hasSameSizeAs(documents);
            return result;
        }
    }

    @Test
    void loadsNoDocumentTwiceWhenTwoProcessesMeet() throws Exception {
        MappingContract contract = orders("");
        Target one = prepare("run-1", contract, true);
        Target two = prepare("run-2", contract, true);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<long[]>> futures = new ArrayList<>();
        for (Target target : List.of(one, two)) {
            futures.add(pool.submit(() -> {
                long[] counts = new long[3];
                try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
                    for (int batch = 0; batch < 20; batch++) {
                        List<Mapped> documents = new ArrayList<>();
                        for (int i = 0; i < 20; i++) {
                            int id = batch * 20 + (target == one ? i : 19 - i);
                            documents.add(order("d" + id, id, id));
                        }
                        SinkResult result = load(engine, documents);
                        counts[0] += result.accepted();
                        counts[1] += result.skipped();
                        counts[2] += result.rejects().size();
                    }
                }
                return counts;
            }));
        }
        long[] first = futures.get(0).get();
        long[] second = futures.get(1).get();
        pool.shutdown();

        assertThat(first[0] + second[0]).isEqualTo(400);
        assertThat(first[1] + second[1]).isEqualTo(400);
        assertThat(first[2] + second[2]).isZero();
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("400");
    }

    @Test
    void keepsEveryTypesEdges() throws Exception {
        MappingContract contract = contract("""
                contract: 1
                name: types
                schema: %s
                tables:
                  all_types:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                      b: { path: "@b", type: boolean }
                      i2: { path: "@b", type: smallint }
                      i4: { path: "@b", type: integer }
                      d: { path: "@b", type: "decimal(38,10)" }
                      d0: { path: "@b", type: "decimal(12,2)" }
                      f4: { path: "@b", type: real }
                      f8: { path: "@b", type: double }
                      c: { path: "@b", type: char(3) }
                      v: { path: "@b", type: varchar(20) }
                      t: { path: "@b", type: text }
                      day: { path: "@b", type: date }
                      tm: { path: "@b", type: time }
                      ts: { path: "@b", type: timestamp }
                      tz: { path: "@b", type: timestamptz }
                      u: { path: "@b", type: uuid }
                      by: { path: "@b", type: bytes }
                      x: { path: "b", type: xml }
                """);
        UUID uuid = UUID.fromString("ffffffff-1234-5678-9abc-def012345678");
        String longText = "äß€😀x".repeat(40_000);
        byte[] bytes = new byte[200_000];
        bytes[0] = -1;
        OffsetDateTime instant = OffsetDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000, ZoneOffset.UTC);
        Object[][] rows = {
            {
                Long.MIN_VALUE,
                true,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                new BigDecimal("-9999999999999999999999999999.9999999999"),
                new BigDecimal("0.01"),
                tested().hasSubnormalNumbers() ? Float.MIN_VALUE : Float.MIN_NORMAL,
                tested().hasSubnormalNumbers() ? Double.MIN_VALUE : Double.MIN_NORMAL,
                "abc",
                "äß€😀",
                longText,
                LocalDate.of(1, 1, 1),
                LocalTime.MIDNIGHT,
                LocalDateTime.of(1, 1, 1, 0, 0),
                instant,
                uuid,
                bytes,
                "<a b=\"1\">x</a>"
            },
            {
                Long.MAX_VALUE,
                false,
                Short.MAX_VALUE,
                Integer.MAX_VALUE,
                new BigDecimal("0.0000000001"),
                new BigDecimal("-1234567890.10"),
                Float.MAX_VALUE,
                Double.MAX_VALUE,
                "x  ",
                "",
                "",
                LocalDate.of(9999, 12, 31),
                LocalTime.of(23, 59, 59, 999_999_000),
                LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000),
                instant,
                uuid,
                new byte[0],
                "<a/>"
            },
            {
                0L,
                null,
                (short) 0,
                0,
                new BigDecimal("0.0000000000"),
                new BigDecimal("10000.00"),
                -0f,
                -0d,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null
            }
        };
        Target target = prepare("run-1", contract, true);
        List<Row> mapped = new ArrayList<>();
        for (Object[] row : rows) {
            mapped.add(new Row(row, 1));
        }

        SinkResult result = load(target, document("a", mapped));

        assertThat(result.rejects()).isEmpty();
        assertThat(rows("select \"i2\", \"i4\" from {s}.\"all_types\" order by \"id\""))
                .containsExactly("-32768|-2147483648", "0|0", "32767|2147483647");
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        sql("select * from {s}.\"all_types\" where \"id\" <> 0 order by \"id\""))) {
            for (int i = 0; i < 2; i++) {
                found.next();
                assertThat(value(found, "d", Kind.DECIMAL)).isEqualTo(rows[i][4]);
                assertThat(value(found, "d0", Kind.DECIMAL)).isEqualTo(rows[i][5]);
                assertThat(value(found, "f4", Kind.REAL)).isEqualTo(rows[i][6]);
                assertThat(value(found, "f8", Kind.DOUBLE)).isEqualTo(rows[i][7]);
                assertThat(value(found, "v", Kind.VARCHAR)).isEqualTo(rows[i][9]);
                assertThat(value(found, "t", Kind.TEXT)).isEqualTo(rows[i][10]);
                assertThat(value(found, "day", Kind.DATE)).isEqualTo(rows[i][11]);
                assertThat(value(found, "tm", Kind.TIME)).isEqualTo(rows[i][12]);
                assertThat(value(found, "ts", Kind.TIMESTAMP)).isEqualTo(rows[i][13]);
                assertThat(value(found, "tz", Kind.TIMESTAMPTZ)).isEqualTo(instant);
                assertThat(value(found, "u", Kind.UUID)).asString().isEqualToIgnoringCase(uuid.toString());
                assertThat(value(found, "by", Kind.BYTES)).isEqualTo(rows[i][16]);
                assertThat(value(found, "x", Kind.XML)).isEqualTo(rows[i][17]);
                assertThat(value(found, "b", Kind.BOOLEAN)).isEqualTo(rows[i][1]);
                assertThat(String.valueOf(value(found, "c", Kind.CHAR)).strip())
                        .isEqualTo(((String) rows[i][8]).strip());
            }
        }
    }

    @Test
    void takesAnyNames() throws Exception {
        String longName = "n".repeat(200);
        MappingContract contract = contract("""
                contract: 1
                name: names
                schema: %s
                tables:
                  select:
                    columns:
                      "order by": { path: "@id", type: bigint, key: true }
                      'a "quoted" one': { path: "@id", type: bigint }
                      "{n}1": { path: "@id", type: bigint }
                      "{n}2": { path: "@id", type: bigint }
                  "{n}":
                    parent: select
                    columns:
                      "order by": { ref: "select.order by", key: true }
                      user: { path: "@id", type: bigint, key: true }
                    index: [[user]]
                """.replace("{n}", longName));

        SinkResult result = load(
                prepare("run-1", contract, true), document("a", List.of(row(1L, 2L, 3L, 4L)), List.of(row(1L, 5L))));
        SinkResult again = load(
                prepare("run-2", contract, true), document("b", List.of(row(2L, 2L, 3L, 4L)), List.of(row(2L, 5L))));

        assertThat(result.rows()).containsExactly(1, 1);
        assertThat(again.rows()).containsExactly(1, 1);
    }

    @Test
    void tellsAllThatDoesNotFitAtOnce() throws Exception {
        createSchema();
        execute("create table {s}.\"orders\" (\"id\" date primary key, \"extra\" integer not null, \"spare\" integer)");

        assertThatThrownBy(() -> prepare("run-1", orders(""), false))
                .isInstanceOf(TargetException.class)
                .matches(e -> ((TargetException) e).isUsage())
                .hasMessageContaining("column id – is")
                .hasMessageContaining("has no column note")
                .hasMessageContaining("column extra – is NOT NULL without a default")
                .hasMessageContaining("table items – is not in the target")
                .hasMessageContaining("--create-tables");
    }

    @Test
    void loadsIntoWiderColumnsOfAnExistingTable() throws Exception {
        createSchema();
        execute("create table {s}.\"orders\" (\"spare\" integer, \"note\" varchar(80), \"id\" " + tested().wideNumber()
                + " primary key)");
        execute("create table {s}.\"items\" (\"id\" " + tested().wideNumber()
                + ", \"item\" bigint, \"made\" integer default 7)");

        SinkResult result = load(prepare("run-1", orders(""), false), order("a", 1, 10));

        assertThat(result.rows()).containsExactly(1, 1);
        assertThat(rows("select cast(\"id\" as integer), \"item\", \"made\" from {s}.\"items\""))
                .containsExactly("1|10|7");
    }

    @Test
    void keepsNumbersThatTheDatabaseWouldGive() throws Exception {
        createSchema();
        int runs = 0;
        for (String declared : tested().numberedKeys()) {
            for (String onDuplicate : List.of("", "on-duplicate: keep-first", "on-duplicate: update")) {
                String context = declared + " " + onDuplicate;
                String run = "run-" + ++runs;
                execute("drop table if exists {s}.\"items\"");
                execute("drop table if exists {s}.\"orders\"");
                execute("create table {s}.\"orders\" (\"id\" " + declared + ", \"note\" varchar(40))");
                execute(
                        "create table {s}.\"items\" (\"id\" integer not null, \"item\" integer not null, primary key (\"id\", \"item\"))");
                Target target = prepare(run, orders(onDuplicate), false);

                SinkResult result = load(
                        target,
                        order("7 " + run, 7, 70),
                        order("0 " + run, 0, 0),
                        order("-3 " + run, -3, 30),
                        order("900 " + run, 900, 90));

                assertThat(result.rejects()).as(context).isEmpty();
                assertThat(rows("select \"id\", \"note\" from {s}.\"orders\" order by \"id\""))
                        .as(context)
                        .containsExactly("-3|note", "0|note", "7|note", "900|note");
                for (String warning : target.warnings()) {
                    // What it says works when it is pasted as it stands.
                    if (warning.contains(" execute ")) {
                        execute(warning.replaceFirst("(?s).* execute ", ""));
                    }
                }
                execute("insert into {s}.\"orders\" (\"note\") values ('other')");
                assertThat(rows("select \"id\" from {s}.\"orders\" where \"note\" = 'other'"))
                        .as(context)
                        .containsExactly("901");
            }
        }
    }

    @Test
    void keepsTheFirstRowWhereTheContractSaysSo() throws Exception {
        Target target = prepare("run-1", orders("on-duplicate: keep-first"), true);
        load(target, document("a", List.of(row(1, "first")), List.of()));

        SinkResult result = load(
                target,
                document("b", List.of(row(1, "second")), List.of()),
                document("c", List.of(row(2, "x")), List.of()),
                document("d", List.of(row(2, "y")), List.of()));

        assertThat(result.accepted()).isEqualTo(3);
        assertThat(result.rows()).containsExactly(1, 0);
        assertThat(result.kept()).containsExactly(2, 0);
        assertThat(rows("select \"id\", \"note\" from {s}.\"orders\" order by 1"))
                .containsExactly("1|first", "2|x");
    }

    @Test
    void updatesTheRowWhereTheContractSaysSo() throws Exception {
        Target target = prepare("run-1", orders("on-duplicate: update"), true);
        load(target, document("a", List.of(row(1, "first")), List.of()));

        SinkResult result = load(
                target,
                document("b", List.of(row(1, "second")), List.of()),
                document("c", List.of(row(2, "x")), List.of()),
                document("d", List.of(row(2, "y")), List.of()));

        assertThat(result.accepted()).isEqualTo(3);
        assertThat(rows("select \"id\", \"note\" from {s}.\"orders\" order by 1"))
                .containsExactly("1|second", "2|y");
    }

    @Test
    void leavesNothingOfABatchWhoseTableIsGone() throws Exception {
        Target target = prepare("run-1", orders(""), true);
        try (MigrationEngine engine = new Load(target).engine(1, LoadClock.NONE)) {
            execute("drop table {s}.\"items\"");

            assertThatThrownBy(() -> load(engine, List.of(order("a", 1, 10)))).isInstanceOf(SinkException.class);
        }

        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("0");
        assertThat(rows("select count(*) from {s}.\"processing_log\"")).containsExactly("0");
    }

    @Test
    void keepsKeysOfAnyLengthApart() throws Exception {
        MappingContract contract = orders("");
        String stem = "k".repeat(1000);
        load(prepare("run-1", contract, true), order(stem + "1", 1), order(stem + "2", 2));

        SinkResult again = load(prepare("run-2", contract, true), order(stem + "1", 1), order(stem + "3", 3));

        assertThat(again.skipped()).isEqualTo(1);
        assertThat(again.accepted()).isEqualTo(1);
    }

    @Test
    void keepsKeysApartThatDifferInCaseOrInASpaceAtTheEnd() throws Exception {
        MappingContract contract = orders("");
        load(prepare("run-1", contract, true), order("a", 1), order("A", 2), order("a ", 3), order("a  ", 4));

        SinkResult again =
                load(prepare("run-2", contract, true), order("a", 1), order("A", 2), order("a ", 3), order("a   ", 5));

        assertThat(again.skipped()).isEqualTo(3);
        assertThat(again.accepted()).isEqualTo(1);
        assertThat(again.rejects()).isEmpty();
    }

    @Test
    void tellsRunsCountsAndRejects() throws Exception {
        MappingContract contract = orders("");
        Target target = prepare("run-1", contract, true);
        load(target, order("a", 1, 10), refused("b", 2));
        String code = refusal().word();
        target.ledger().end("finished", 2, 1, 1, 0, "{}");

        try (Ledger ledger = Ledger.open(tested().database(), new LedgerNames(schema, null))) {
            assertThat(ledger.runs(10))
                    .extracting(Ledger.Run::status, run -> run.documents().read(), Ledger.Run::summary)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("finished", 2L, "{}"));
            assertThat(ledger.counts())
                    .containsExactly(
                            new Ledger.Count("orders", "loaded", 1, 2), new Ledger.Count("orders", "rejected", 1, 0));
            assertThat(ledger.rejectsByCode(null)).containsExactly(new Ledger.CodeCount("orders", code, 1));
            assertThat(ledger.rejects("orders", code, 5))
                    .extracting(Ledger.RejectedEntry::documentKey)
                    .containsExactly("b");
            assertThat(ledger.reject(null, "b")).hasSize(1);
            assertThat(ledger.rejectCount(null, null)).isEqualTo(1);
        }
        if (!tested().database().dialect().capabilities().contains(Capability.SCHEMAS)) {
            execute("drop table \"processing_log\"");
        }
        assertThatThrownBy(() -> Ledger.open(tested().database(), new LedgerNames("nowhere", null)))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("holds no ledger");
    }

    @Test
    void preparesAtOnceFromSeveralProcesses() throws Exception {
        MappingContract contract = orders("");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<Target>> targets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String id = "run-" + i;
            targets.add(pool.submit(() ->
                    Target.prepare(tested().database(), contract, run(id), LoadOptions.DEFAULTS.createTables(true))));
        }
        for (Future<Target> target : targets) {
            target.get();
        }
        pool.shutdown();

        Set<String> runs = new TreeSet<>(rows("select \"run_id\" from {s}.\"processing_run\""));
        assertThat(runs).containsExactly("run-0", "run-1", "run-2", "run-3");
    }

    @Test
    void buildsKeysAfterTheRows() throws Exception {
        MappingContract contract = orders("index: [note]");
        Target target = prepareWithoutKeys("run-1", contract);
        load(target, order("a", 1, 10), order("b", 2, 20));
        List<String> missing = pending();

        KeysAfterRows.Built built = target.keys().build(2);
        SinkResult later = load(prepare("run-2", contract, false), order("c", 1), orphan("d", 3), order("e", 4, 40));

        assertThat(missing).hasSize(4);
        assertThat(built.needed()).isTrue();
        assertThat(built.violations()).isEmpty();
        assertThat(pending()).isEmpty();
        assertThat(later.accepted()).isEqualTo(1);
        assertThat(later.rejects())
                .extracting(reject -> reject.fault().code())
                .containsExactlyInAnyOrder(FaultCode.DUPLICATE_KEY, FaultCode.FOREIGN_KEY);
    }

    @Test
    void goesOnWithTheKeysThatAKilledRunHasLeft() throws Exception {
        MappingContract contract = orders("index: [note]");
        Dialect dialect = tested().database().dialect();
        List<TableDefinition> tables = PhysicalNames.tables(dialect, contract);
        List<String> statements = new ArrayList<>();
        statements.addAll(dialect.addKeys(tables.get(0)));
        statements.addAll(dialect.createIndexes(tables.get(0)));
        statements.addAll(dialect.addKeys(tables.get(1)));
        statements.addAll(dialect.addForeignKeys(tables.get(1)));
        for (int done = 0; done <= statements.size(); done++) {
            dropTables();
            load(prepareWithoutKeys("run-" + done, contract), order("a" + done, 1, 10));
            for (String statement : statements.subList(0, done)) {
                // The worst moment of all: it is built, and not struck out yet.
                execute(statement);
            }

            Target next = prepare("next-" + done, contract, false);

            assertThat(pending()).as("after " + done + " statements").isEmpty();
            assertThat(load(next, order("b" + done, 1), orphan("c" + done, 3)).rejects())
                    .extracting(reject -> reject.fault().code())
                    .containsExactlyInAnyOrder(FaultCode.DUPLICATE_KEY, FaultCode.FOREIGN_KEY);
        }
    }

    @Test
    void namesRowsOfNoDocumentThatForbidAKeyAndLeavesThemAlone() throws Exception {
        MappingContract contract = orders("");
        Target target = prepareWithoutKeys("run-1", contract);
        load(target, order("a", 1, 10), order("c", 2));
        execute("insert into {s}.\"orders\" (\"id\") values (1)");
        execute("insert into {s}.\"items\" (\"id\", \"item\") values (7, 1)");

        KeysAfterRows.Built first = target.keys().build(2);
        execute("delete from {s}.\"orders\" where \"id\" = 1 and \"note\" is null");
        KeysAfterRows.Built orphans = target.keys().build(2);
        execute("delete from {s}.\"items\" where \"id\" = 7");
        KeysAfterRows.Built last = target.keys().build(2);

        assertThat(first.violations()).containsExactly("table orders, columns (id) – 1 key is there more than once");
        assertThat(orphans.violations())
                .containsExactly("table items, columns (id) – 1 row refers to rows that are not in table orders");
        assertThat(last.violations()).isEmpty();
        assertThat(last.withdrawn()).isZero();
        assertThat(pending()).isEmpty();
    }

    @Test
    void withdrawsTheDocumentsWhoseRowsForbidAKeyWhicheverRunHasLoadedThem() throws Exception {
        MappingContract contract = orders("");
        Target earlier = prepareWithoutKeys("run-1", contract);
        load(earlier, order("a", 1, 10), order("b", 2));
        Target target = prepareWithoutKeys("run-2", contract);
        load(target, order("c", 3, 30));
        load(target, order("d", 1, 11), order("e", 5));
        load(target, order("f", 3, 31), order("g", 7, 70));

        KeysAfterRows.Built built = target.keys().build(2);
        WithdrawnDocuments left = target.keys().withdrawn("run-2");
        List<String> rowsLeft = rows("select \"id\" from {s}.\"orders\" order by 1");
        SinkResult again;
        try (MigrationEngine engine = new Load(target).engineForWithdrawn(1, LoadClock.NONE, RowLocator.NONE)) {
            again = load(
                    engine,
                    List.of(order("a", 1, 10), order("b", 2), order("c", 3, 30), order("d", 1, 11), order("f", 3, 31)));
        }

        assertThat(built.violations()).isEmpty();
        assertThat(built.withdrawn()).isEqualTo(4);
        assertThat(left.ofThisRun()).isEqualTo(3);
        assertThat(left.ofOthers()).containsValues(1L);
        assertThat(rowsLeft).containsExactly("2", "5", "7");
        assertThat(again.accepted()).isEqualTo(2);
        assertThat(again.skipped()).isEqualTo(1);
        assertThat(again.rejects()).extracting(Reject::documentKey).containsExactlyInAnyOrder("d", "f");
        assertThat(again.again().loaded()).isEqualTo(3);
        assertThat(again.again().skipped()).isEqualTo(1);
        assertThat(again.again().rows()).containsExactly(3, 3);
        assertThat(rows("select \"id\" from {s}.\"orders\" order by 1")).containsExactly("1", "2", "3", "5", "7");
        assertThat(target.keys().withdrawn("run-2").total()).isZero();
    }

    @Test
    void deletesNoRowsThatAnotherProcessHasLoadedUnderTheKeysOfAnOlderVersionMeanwhile() throws Exception {
        assumeTrue(
                !tested().database().dialect().writesInTurns(),
                "nothing to do: on this database nobody can write while a transaction does");
        MappingContract contract = orders("");
        load(prepare("run-1", contract, true), order("a", 1, 10));
        Interloper other = new Interloper(tested(), "DELETE FROM");
        Target target = Target.prepare(
                other.database(),
                contract,
                run("run-2"),
                LoadOptions.DEFAULTS.onExisting(OnExisting.REPLACE).retryPolicy(QUICK));
        // Another process finds that the source has "b" in place of "a", with the same rows.
        other.doesOnce(() -> {
            execute("delete from {s}.\"items\"");
            execute("delete from {s}.\"orders\"");
            execute("delete from {s}.\"processing_log\"");
            return load(prepare("run-3", contract, false), order("b", 1, 10));
        });

        SinkResult result = load(target, changed(order("a", 2, 20)));

        assertThat(other.hasActed()).isTrue();
        assertThat(result.accepted()).isEqualTo(1);
        assertThat(result.replaced()).isZero();
        assertThat(rows("select \"id\", \"item\" from {s}.\"items\" order by 1"))
                .containsExactly("1|10", "2|20");
        assertThat(log()).containsExactly("a|loaded|2", "b|loaded|2");
    }

    @Test
    void deletesNoRowsOfAMissingDocumentThatAnotherProcessHasDeletedMeanwhile() throws Exception {
        assumeTrue(
                !tested().database().dialect().writesInTurns(),
                "nothing to do: on this database nobody can write while a transaction does");
        MappingContract contract = orders("");
        load(prepare("run-1", contract, true), order("a", 1, 10));
        Interloper other = new Interloper(tested(), "DELETE FROM");
        RunInfo later = new RunInfo("run-2", Instant.now().plusSeconds(3600), "test", 1);
        Target target = Target.prepare(
                other.database(),
                contract,
                later,
                LoadOptions.DEFAULTS.deleteMissing(true).retryPolicy(QUICK));
        other.doesOnce(() -> {
            execute("delete from {s}.\"items\"");
            execute("delete from {s}.\"orders\"");
            execute("delete from {s}.\"processing_log\"");
            return load(prepare("run-3", contract, false), order("b", 1, 10));
        });

        new MissingDocuments(target).delete();

        assertThat(other.hasActed()).isTrue();
        assertThat(rows("select \"id\", \"item\" from {s}.\"items\" order by 1"))
                .containsExactly("1|10");
        assertThat(log()).containsExactly("b|loaded|2");
    }

    @Test
    void withdrawsNoDocumentThatAnotherProcessHasLoadedAnewMeanwhile() throws Exception {
        MappingContract contract = orders("");
        Target earlier = prepareWithoutKeys("run-1", contract);
        load(earlier, order("a", 1, 10));
        load(earlier, order("b", 1, 11));
        Interloper other = new Interloper(tested(), "UPDATE");
        Target target = Target.prepare(
                other.database(),
                contract,
                run("run-2"),
                LoadOptions.DEFAULTS.createTables(true).retryPolicy(QUICK).constraints(Constraints.AFTER));
        other.doesOnce(() -> {
            execute("update {s}.\"processing_log\" set \"run_id\" = 'run-3' where \"document_key\" = 'a'");
            return null;
        });

        KeysAfterRows.Built built = target.keys().build(1);

        assertThat(other.hasActed()).isTrue();
        // Seen again as it is now, and withdrawn as what it is now.
        assertThat(built.violations()).isEmpty();
        assertThat(built.withdrawn()).isEqualTo(2);
        assertThat(rows("select count(*) from {s}.\"orders\"")).containsExactly("0");
        assertThat(log()).containsExactly("a|rejected|0", "b|rejected|0");
    }

    @Test
    void keepsAnOlderVersionAmongWhoseRowsAreOthers() throws Exception {
        MappingContract contract = orders("");
        load(prepare("run-1", contract, true), order("a", 1, 10), order("b", 2, 20));
        execute("insert into {s}.\"items\" (\"id\", \"item\") values (1, 99)");
        Target target = Target.prepare(
                tested().database(),
                contract,
                run("run-2"),
                LoadOptions.DEFAULTS.onExisting(OnExisting.REPLACE).retryPolicy(QUICK));

        SinkResult result = load(target, changed(order("a", 1, 11)), changed(order("b", 2, 21)));

        assertThat(result.replaced()).isEqualTo(1);
        assertThat(result.rejects()).hasSize(1);
        assertThat(result.rejects().get(0).documentKey()).isEqualTo("a");
        assertThat(result.rejects().get(0).fault().message()).contains("more rows", "by hand");
        assertThat(rows("select \"id\", \"item\" from {s}.\"items\" order by 1, 2"))
                .containsExactly("1|10", "1|99", "2|21");
        assertThat(log()).containsExactly("a|rejected|2", "b|loaded|2");
    }

    /** Whatever pairs of keys this database takes for equal, as others do not. */
    @Test
    void saysOfRowsOfOneDocumentThatTheyMayExcludeEachOther() throws Exception {
        Object[][] pairs = {
            {"char(3)", "a", "a "},
            {"varchar(9)", "a", "a "},
            {"varchar(9)", "a", "A"},
            {"varchar(9)", "a", "á"},
            {"double", 0.0, -0.0},
            {"real", 0.0f, -0.0f},
            {
                "timestamptz",
                OffsetDateTime.parse("2024-01-01T00:00:00Z"),
                OffsetDateTime.parse("2024-01-01T01:00:00+01:00")
            },
        };
        for (int i = 0; i < pairs.length; i++) {
            MappingContract contract =
                    contract("""
                    contract: 1
                    name: equal_keys_{n}
                    schema: %s
                    tables:
                      equal_keys_{n}:
                        columns:
                          k: { path: "@k", type: "{type}", key: true }
                    """.replace("{n}", Integer.toString(i)).replace("{type}", (String) pairs[i][0]));
            Target target = prepare("run-" + i, contract, true);

            SinkResult both = load(target, document("both", List.of(row(pairs[i][1]), row(pairs[i][2]))));
            SinkResult one = load(target, document("one", List.of(row(pairs[i][1]))));
            SinkResult again = load(target, document("again", List.of(row(pairs[i][1]))));

            Reject taken = again.rejects().get(0);
            assertThat(taken.fault().code()).isEqualTo(FaultCode.DUPLICATE_KEY);
            assertThat(taken.fault().message()).startsWith("the target holds a row with this key already");
            if (both.accepted() == 0) {
                assertThat(one.accepted()).isEqualTo(1);
                assertThat(both.rejects().get(0).fault().code()).isEqualTo(FaultCode.DUPLICATE_KEY);
                assertThat(both.rejects().get(0).fault().message()).contains("another row of this document");
            }
        }
    }

    private static Mapped changed(Mapped document) {
        return new Mapped(document.key(), document.source(), 43, document.rows());
    }

    private Target prepareWithoutKeys(String runId, MappingContract contract) throws TargetException {
        assumeTrue(
                tested().database().dialect().capabilities().contains(Capability.CONSTRAINTS_AFTER),
                "nothing to do: this database cannot add keys to tables that hold rows");
        return Target.prepare(
                tested().database(),
                contract,
                run(runId),
                LoadOptions.DEFAULTS.createTables(true).retryPolicy(QUICK).constraints(Constraints.AFTER));
    }

    private void dropTables() throws Exception {
        try (Connection connection = tested().database().connect()) {
            TableFinder finder = new TableFinder(connection);
            for (String table : List.of("items", "orders", "processing_pending", "processing_log")) {
                if (finder.find(schema, table).isPresent()) {
                    execute("drop table {s}.\"" + table + "\"");
                }
            }
        }
    }

    private List<String> pending() throws SQLException {
        return rows("select \"table_name\", \"constraint_name\" from {s}.\"processing_pending\" order by 1, 2");
    }

    // ---- what the tests are made of

    /** All keys are checked: some of the documents here have rows that refer to none of theirs, which no contract makes. */
    final Target prepare(String runId, MappingContract contract, boolean createTables) throws TargetException {
        return prepare(runId, contract, createTables, true);
    }

    final Target prepare(String runId, MappingContract contract, boolean createTables, boolean checkForeignKeys)
            throws TargetException {
        LoadOptions options = LoadOptions.DEFAULTS
                .createTables(createTables)
                .retryPolicy(QUICK)
                .checkForeignKeys(checkForeignKeys);
        return Target.prepare(tested().database(), contract, run(runId), options);
    }

    static RunInfo run(String id) {
        return new RunInfo(id, Instant.parse("2026-01-02T03:04:05.678901234Z"), "test", 1);
    }

    final SinkResult load(Target target, Mapped... documents) throws TargetException, SinkException {
        return load(new Load(target), documents);
    }

    static SinkResult load(Load load, Mapped... documents) throws TargetException, SinkException {
        try (MigrationEngine engine = load.engine(1, LoadClock.NONE)) {
            return load(engine, List.of(documents));
        }
    }

    /** As a worker does it. */
    static SinkResult load(MigrationEngine engine, List<? extends Outcome> documents) throws SinkException {
        return engine.accept(documents.stream().map(engine::prepare).toList());
    }

    final MappingContract orders(String setting) throws ContractException {
        return contract("""
                contract: 1
                name: orders
                schema: %s
                tables:
                  orders:
                    {setting}
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      note: { path: "@note", type: varchar(20) }
                  items:
                    parent: orders
                    rows: item
                    columns:
                      id: { ref: orders.id, key: true }
                      item: { path: "@item", type: integer, key: true }
                """.replace("{setting}", setting.isEmpty() ? "on-duplicate: reject" : setting));
    }

    final MappingContract contract(String text) throws ContractException {
        return ContractReader.read(String.format(text, schema), "test.yaml").contract();
    }

    static Row row(Object... values) {
        return new Row(values, 7);
    }

    static Mapped order(String key, int id, int... items) {
        List<Row> rows = new ArrayList<>();
        for (int item : items) {
            rows.add(row(id, item));
        }
        return document(key, List.of(row(id, "note")), rows);
    }

    /** A document whose item the database refuses: it refers to no order, or where that is not seen, has no number. */
    private Mapped refused(String key, int id) {
        return seesOrphans()
                ? orphan(key, id)
                : document(key, List.of(row(id + 1_000_000, "note")), List.of(row(id, null)));
    }

    private FaultCode refusal() {
        return seesOrphans() ? FaultCode.FOREIGN_KEY : FaultCode.CONSTRAINT;
    }

    private boolean seesOrphans() {
        return tested().database().dialect().deletesWithReferences();
    }

    /** A document whose item refers to no order. */
    static Mapped orphan(String key, int id) {
        return document(key, List.of(row(id + 1_000_000, "note")), List.of(row(-1 - id, 1)));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the list copies the array
    static Mapped document(String key, List<Row>... tables) {
        Document source = Document.ofText(key, "<order/>".getBytes(StandardCharsets.UTF_8), "test");
        return new Mapped(key, source, 42, List.of(tables));
    }

    final List<String> log() throws SQLException {
        return rows("select \"document_key\", \"status\", \"row_count\" from {s}.\"processing_log\" order by 1");
    }

    private void createSchema() throws SQLException {
        Dialect dialect = tested().database().dialect();
        if (dialect.capabilities().contains(Capability.SCHEMAS)) {
            execute(dialect.createSchema(schema));
        }
    }

    final void execute(String statement) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement executed = connection.createStatement()) {
            executed.execute(sql(statement));
        }
    }

    /** Each row's values with | between them. */
    final List<String> rows(String select) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql(select))) {
            List<String> rows = new ArrayList<>();
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    // Some drivers write small decimals with an exponent.
                    Object value = found.getObject(i);
                    values.add(
                            value instanceof BigDecimal decimal
                                    ? decimal.toPlainString()
                                    : String.valueOf(found.getString(i)));
                }
                rows.add(values.stream().collect(Collectors.joining("|")));
            }
            return rows;
        }
    }

    private @Nullable Object value(ResultSet row, String column, Kind kind) throws SQLException {
        return tested().value(row, column, kind);
    }

    private String sql(String text) {
        return tested().sql(schema, text);
    }
}
