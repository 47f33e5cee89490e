package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.SettledCoverage;
import dev.millrace.database.Ddl;
import dev.millrace.database.Ledger;
import dev.millrace.database.LedgerTakeover.Finding;
import dev.millrace.database.Ledgers;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RunLedger;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.TableFinder;
import dev.millrace.document.Reject;
import dev.millrace.processing.LedgerImport;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of the ledger's tables, what happens where others have them, and what is taken over from another system's log. */
public abstract class LedgerKit {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** As the system that Millrace takes the place of has its log. */
    private static final String LOG_OF_ANOTHER = "(\"log_id\" integer not null, \"app_id\" integer not null,"
            + " \"status\" varchar(20) not null, \"failure_reason\" varchar(500), \"processing_time\" date,"
            + " \"session_id\" varchar(50), \"app_id_start\" integer, \"app_id_end\" integer)";

    /** Some servers keep what earlier builds have left. */
    private static final String BUILD = Long.toHexString(System.currentTimeMillis() & 0xffffff);

    private final String schema = "names_" + BUILD + "_" + NUMBERS.incrementAndGet();

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    @BeforeEach
    void writeDocuments() throws Exception {
        write(1, "ten");
        write(2, "eleven");
        write(3, "much too long");
    }

    @Test
    void keepsItsTablesUnderTheNamesThatAreAskedFor() throws Exception {
        createSchema(schema);
        createLogOfAnother("processing_log");
        String schemas = hasSchemas() ? "schema: " + schema + "_etl, " : "";
        MappingContract contract = contract("ledger: { " + schemas + "prefix: mr_ }");

        RunSummary first = run(contract);
        RunSummary again = run(contract);
        Files.delete(folder.resolve("2.xml"));
        RunSummary deleted = finished(new ProductionProcessor(
                contract,
                options().onExisting(OnExisting.REPLACE).deleteMissing(true).build()));

        assertThat(first.documents().loaded()).isEqualTo(2);
        assertThat(first.documents().rejected()).isEqualTo(1);
        assertThat(again.documents().skipped()).isEqualTo(3);
        assertThat(deleted.documents().deleted()).isEqualTo(1);
        assertThat(verify(contract).isEqual()).isTrue();
        String own = hasSchemas() ? schema + "_etl" : null;
        try (Ledger ledger = Ledger.open(tested().database(), new LedgerNames(own, "mr_"))) {
            assertThat(ledger.runs(5)).hasSize(3);
            assertThat(ledger.rejectCount(schema, null)).isEqualTo(1);
        }
        assertThat(isThere(schema, "processing_run")).isFalse();
        assertThat(isThere(hasSchemas() ? schema + "_etl" : schema, "mr_processing_run"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "processing_run",
                "processing_log",
                "processing_pending",
                "processing_seen",
                "processing_coverage",
                "processing_report",
                "Processing_Log"
            })
    void refusesTablesOfItsNamesThatAreSomebodyElses(String table) throws Exception {
        createSchema(schema);
        createLogOfAnother(table);
        MappingContract contract = contract("");

        TargetException refusal = catchThrowableOfType(TargetException.class, () -> run(contract));

        assertThat(refusal).isNotNull();
        assertThat(refusal.isUsage()).isTrue();
        assertThat(refusal.getMessage()).containsIgnoringCase(table + " – is a table of somebody else's");
        assertThat(refusal)
                .hasMessageContaining("log_id, app_id, status")
                .hasMessageContaining("--ledger-prefix TEXT")
                .hasMessageContaining("millrace import-ledger");
        assertThat(isThere(schema, "orders")).as("nothing is created").isFalse();
        assertThatThrownBy(() -> Target.check(tested().database(), contract)).hasMessageContaining("somebody else's");
        assertThat(run(contract("ledger: { prefix: mr_ }")).documents().loaded())
                .isEqualTo(2);
        if (table.equalsIgnoreCase("processing_log")) {
            assertThatThrownBy(() -> verify(contract)).hasMessageContaining("somebody else's");
            assertThatThrownBy(() -> RunLedger.logTable(tested().database(), contract, RetryPolicy.DEFAULT, new Stop()))
                    .hasMessageContaining("somebody else's");
            assertThatThrownBy(() -> Ledger.open(tested().database(), new LedgerNames(schema, "")))
                    .hasMessageContaining("somebody else's")
                    .hasMessageContaining("--ledger-prefix mr_");
        }
    }

    @Test
    void refusesViewsOfItsNames() throws Exception {
        createSchema(schema);
        run(contract("ledger: { prefix: mr_ }"));
        execute("create view {s}.\"processing_log\" as select * from {s}.\"mr_processing_log\"");
        execute("create view {s}.\"processing_run\" as select \"run_id\" from {s}.\"mr_processing_run\"");

        assertThatThrownBy(() -> run(contract("")))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("processing_log – is a view, and the ledger needs a table")
                .hasMessageContaining("processing_run – is a view of somebody else's");
    }

    @Test
    void refusesALedgerThatKnowsNothingOfWhatAnotherHasLoaded() throws Exception {
        createSchema(schema);
        run(contract(""));

        TargetException refusal =
                catchThrowableOfType(TargetException.class, () -> run(contract("ledger: { prefix: mr_ }")));

        assertThat(refusal).isNotNull();
        assertThat(refusal.isUsage()).isTrue();
        assertThat(refusal)
                .hasMessageContaining("processing_log holds 2 documents of contract " + schema + " as loaded")
                .hasMessageContaining("mr_processing_log, which was asked for, knows none of them")
                .hasMessageContaining("give --ledger-prefix ''");
        assertThat(isThere(schema, "mr_processing_log")).isFalse();
        assertThatThrownBy(() -> verify(contract("ledger: { prefix: mr_ }")))
                .hasMessageContaining("knows none of them");
        execute("delete from {s}.\"orders\"");
        assertThat(run(contract("ledger: { prefix: mr_ }")).documents().loaded())
                .as("nothing would be loaded again")
                .isEqualTo(2);
    }

    /** Where somebody names a ledger, others may be those of tables elsewhere. */
    @Test
    void tellsOfOtherLedgersThatMayBeMeant() throws Exception {
        if (!hasSchemas()) {
            return;
        }
        createSchema(schema);
        run(contract("ledger: { schema: " + schema + "_etl }"));
        execute("insert into {s}.\"orders\" values (7, 'seven')");

        assertThatThrownBy(() -> run(contract("")))
                .hasMessageContaining("give --ledger-schema " + schema + "_etl, or, if the tables' rows are not theirs,"
                        + " choose: --ledger-schema " + schema + " --ledger-prefix ''");
        assertThat(Target.check(tested().database(), contract("ledger: { schema: " + schema + "_b }")))
                .singleElement()
                .asString()
                .contains("knows none of them")
                .endsWith("if the tables' rows are not theirs, go on");
    }

    @Test
    void readsTheOnlyLedgerWhateverItsPrefix() throws Exception {
        createSchema(schema);
        run(contract("ledger: { prefix: mr_ }"));
        LedgerNames unsaid = new LedgerNames(hasSchemas() ? schema : null, null);

        try (Ledger ledger = Ledger.open(tested().database(), unsaid)) {
            assertThat(ledger.counts()).extracting(Ledger.Count::documents).containsExactly(2L, 1L);
        }
        execute("delete from {s}.\"orders\"");
        run(contract("ledger: { prefix: other_ }"));
        assertThatThrownBy(() -> Ledger.open(tested().database(), unsaid))
                .hasMessageContaining("holds no ledger (processing_log")
                .hasMessageContaining("--ledger-prefix mr_")
                .hasMessageContaining("--ledger-prefix other_");
        try (Ledgers both = Ledgers.open(tested().database(), unsaid)) {
            assertThat(both.readable())
                    .extracting(ledger -> ledger.names().prefix())
                    .contains("mr_", "other_");
            assertThat(both.readable())
                    .allSatisfy(ledger -> assertThat(ledger.contracts()).isNotEmpty());
            assertThat(both.unreadable()).isEmpty();
        }
    }

    @Test
    void addsUpWhatTheDocumentsOfAllItsRunsHave() throws Exception {
        createSchema(schema);
        MappingContract contract = contract("", """
                chosen:
                  parent: orders
                  rows: "self::order[@id mod 4 != 1 and . != 'four']"
                  columns: { id: { ref: orders.id, key: true }, pos: { ordinal: true, key: true } }
                """.indent(2));
        RunSummary first = run(contract);
        assertThat(coverage().counted().documents()).isEqualTo(3);

        run(contract);
        assertThat(coverage().counted().documents()).as("nothing but skipped").isEqualTo(3);

        write(4, "four");
        write(5, "five");
        RunSummary last = run(contract);

        Ledger.Coverage kept = coverage();
        assertThat(kept.notCounted()).isZero();
        // Ids sort by the second of the start, and both may be of one.
        assertThat(kept.runs())
                .containsExactlyInAnyOrder(first.run().id(), last.run().id());
        assertThat(kept.counted().paths())
                .extracting(
                        path -> path.kind() + " " + path.path(),
                        path -> path.documents().orElse(0),
                        SettledCoverage.Path::occurrences,
                        path -> Objects.requireNonNull(path.first()).document())
                .containsExactlyInAnyOrder(
                        tuple("ELEMENT /order", 5L, 5L, "1.xml"),
                        tuple("ATTRIBUTE /order/@id", 5L, 5L, "1.xml"),
                        tuple("TEXT /order", 5L, 5L, "1.xml"));
        List<CoverageReport.Condition> conditions = List.of(
                new CoverageReport.Condition(1, "@id mod 4 != 1", 2),
                new CoverageReport.Condition(1, ". != 'four'", 1));
        assertThat(kept.counted().tables())
                .usingRecursiveComparison()
                .ignoringCollectionOrder()
                .isEqualTo(List.of(
                        new SettledCoverage.Table("orders", 4, 0, 0, List.of(), 0),
                        new SettledCoverage.Table("chosen", 1, 0, 0, conditions, 0)));
        try (Ledger ledger = ledger()) {
            assertThat(ledger.report(last.run().id())).isPresent();
        }
    }

    /** What others have in the places of these two is left as it is. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void countsFromTheRunOnThatGivesAnEarlierLedgerItsTable(boolean taken) throws Exception {
        createSchema(schema);
        MappingContract contract = contract("");
        run(contract);
        execute("drop table {s}.\"processing_coverage\"");
        execute("drop table {s}.\"processing_report\"");
        try (Ledger ledger = ledger()) {
            assertThatThrownBy(() -> ledger.coverage(schema))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("has no table processing_coverage");
            assertThat(ledger.report(ledger.runs(1).get(0).info().runId())).isEmpty();
        }
        if (taken) {
            createLogOfAnother("processing_coverage");
        }
        write(4, "four");

        RunSummary next = run(contract);

        assertThat(next.documents().loaded()).isEqualTo(1);
        if (!taken) {
            Ledger.Coverage kept = coverage();
            assertThat(kept.counted().documents()).isEqualTo(1);
            assertThat(kept.notCounted()).isEqualTo(3);
        }
    }

    private Ledger ledger() throws TargetException {
        return Ledger.open(tested().database(), new LedgerNames(hasSchemas() ? schema : null, null));
    }

    private Ledger.Coverage coverage() throws TargetException {
        try (Ledger ledger = ledger()) {
            return ledger.coverage(schema).orElseThrow();
        }
    }

    @Test
    void takesOverWhatAnotherSystemHasLoadedAndNothingElse() throws Exception {
        MappingContract contract = filledByAnotherSystem();

        LedgerImport.Result look = importLedger(contract, true);
        boolean written = isThere(schema, "mr_processing_log");
        LedgerImport.Result first = importLedger(contract, false);
        LedgerImport.Result again = importLedger(contract, false);

        assertThat(written).as("a dry run writes nothing").isFalse();
        assertThat(look.report()).isEqualTo(first.report());
        assertThat(first.read()).isEqualTo(9);
        assertThat(first.report().counts())
                .containsOnly(
                        entry(Finding.TAKEN_OVER, 3L),
                        entry(Finding.FAILED, 2L),
                        entry(Finding.NOT_THERE, 1L),
                        entry(Finding.NOT_LOGGED, 1L),
                        entry(Finding.NEW, 1L),
                        entry(Finding.UNMAPPABLE, 1L));
        assertThat(first.report().first())
                .containsEntry(Finding.TAKEN_OVER, List.of("1", "2", "9"))
                .containsEntry(Finding.FAILED, List.of("3", "8"))
                .containsEntry(Finding.NOT_THERE, List.of("4"))
                .containsEntry(Finding.NOT_LOGGED, List.of("5"))
                .containsEntry(Finding.UNMAPPABLE, List.of("7 (value-too-long)"));
        assertThat(first.report().firstOtherRows()).containsExactly("9");
        assertThat(first.report().notInSource()).hasValue(1);
        assertThat(again.report().count(Finding.KNOWN)).isEqualTo(3);
        assertThat(again.report().count(Finding.TAKEN_OVER)).isZero();
        try (Ledger ledger = Ledger.open(tested().database(), new LedgerNames(hasSchemas() ? schema : null, "mr_"))) {
            assertThat(ledger.runs(5)).extracting(Ledger.Run::status).containsOnly("imported");
            assertThat(ledger.runs(5))
                    .extracting(run -> run.documents().loaded())
                    .containsExactlyInAnyOrder(3L, 0L);
            assertThat(ledger.counts()).containsExactly(new Ledger.Count(schema, "loaded", 3, 8));
        }
    }

    @Test
    void loadsVerifiesAndReplacesWhatWasTakenOverLikeItsOwn() throws Exception {
        MappingContract contract = filledByAnotherSystem();
        importLedger(contract, false);

        RunSummary run = finished(new ProductionProcessor(contract, fromTable().build()));

        assertThat(run.documents().skips().loaded()).isEqualTo(3);
        assertThat(run.documents().loaded()).isEqualTo(4);
        assertThat(run.rejects().first()).extracting(Reject::documentKey).containsExactlyInAnyOrder("5", "7");
        VerificationReport verified = new Verifier(contract, verification()).run(progress -> {});
        assertThat(verified.documents().compared()).isEqualTo(7);
        assertThat(verified.tables().get(0).differences().missing()
                        + verified.tables().get(0).differences().different())
                .isZero();
        assertThat(verified.tables().get(1).differences().missing())
                .as("the other system's gap")
                .isEqualTo(1);

        execute("update {s}.\"app_xml\" set \"xml\" = '<order id=''1''>new<l/></order>' where \"app_id\" = 1");
        execute("update {s}.\"app_xml\" set \"xml\" = '<order id=''9''>nine <l/><l/></order>' where \"app_id\" = 9");
        RunSummary replaced = finished(new ProductionProcessor(
                contract, fromTable().onExisting(OnExisting.REPLACE).build()));

        assertThat(replaced.documents().replaced()).isEqualTo(2);
        verified = new Verifier(contract, verification()).run(progress -> {});
        assertThat(verified.tables().get(1).differences().missing()
                        + verified.tables().get(1).differences().different())
                .isZero();
    }

    /** Nine documents, of which another system has tried all but two. */
    private MappingContract filledByAnotherSystem() throws Exception {
        createSchema(schema);
        MappingContract contract =
                ContractReader.read("""
                        contract: 1
                        name: %1$s
                        schema: %1$s
                        ledger: { prefix: mr_ }
                        tables:
                          orders:
                            columns:
                              id: { path: "@id", type: bigint, key: true }
                              word: { path: "text()", type: varchar(10) }
                          order_lines:
                            parent: orders
                            rows: l
                            columns:
                              order_id: { ref: orders.id, key: true }
                              line_no: { ordinal: true, key: true }
                        """.formatted(schema), "test").contract();
        for (String statement : Ddl.statements(tested().database().dialect(), contract, false)) {
            executeAsItIs(statement);
        }
        createLogOfAnother("processing_log");
        execute("create table {s}.\"app_xml\" (\"app_id\" integer not null primary key, \"xml\" " + tested().text()
                + ")");
        for (int id = 1; id <= 9; id++) {
            String word = id == 7 ? "much too long" : "word";
            execute("insert into {s}.\"app_xml\" values (" + id + ", '<order id=''" + id + "''>" + word
                    + "<l/><l/></order>')");
            if (List.of(1, 2, 5, 9).contains(id)) {
                execute("insert into {s}.\"orders\" values (" + id + ", 'word')");
                execute("insert into {s}.\"order_lines\" values (" + id + ", 1)");
                if (id != 9) {
                    execute("insert into {s}.\"order_lines\" values (" + id + ", 2)");
                }
            }
        }
        int number = 0;
        for (String row : List.of(
                "2, 'failed'",
                "8, 'success'",
                "1, 'success'",
                "2, 'SUCCESS'",
                "3, 'failed'",
                "4, 'success'",
                "7, 'success'",
                "8, 'failed'",
                "9, 'success'",
                "99, 'success'")) {
            execute("insert into {s}.\"processing_log\" (\"log_id\", \"app_id\", \"status\") values (" + ++number + ", "
                    + row + ")");
        }
        return contract;
    }

    private LedgerImport.Result importLedger(MappingContract contract, boolean dryRun) throws Exception {
        LedgerImport.Options options = new LedgerImport.Options(
                table(),
                tested().database(),
                tested().database(),
                null,
                2,
                XmlLimits.DEFAULTS,
                dryRun,
                RetryPolicy.DEFAULT);
        return new LedgerImport(contract, options).run(progress -> {});
    }

    private FromDatabase table() {
        String table = (hasSchemas() ? schema + "." : "") + "app_xml";
        return new FromDatabase(tested().database(), table, "app_id", "xml", null, null);
    }

    private RunOptions.Builder fromTable() {
        return RunOptions.from(table()).to(tested().database()).workers(2);
    }

    private VerifyOptions verification() {
        return new VerifyOptions(table(), tested().database(), 1, 5, XmlLimits.DEFAULTS, false, 1 << 20);
    }

    private void executeAsItIs(String sql) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private boolean hasSchemas() {
        return tested().database().dialect().capabilities().contains(Capability.SCHEMAS);
    }

    private MappingContract contract(String ledger) throws Exception {
        return contract(ledger, "");
    }

    private MappingContract contract(String ledger, String moreTables) throws Exception {
        return ContractReader.read("""
                        contract: 1
                        name: %1$s
                        schema: %1$s
                        %2$s
                        tables:
                          orders:
                            columns:
                              id: { path: "@id", type: bigint, key: true }
                              word: { path: ".", type: varchar(10) }
                        """.formatted(schema, ledger) + moreTables, "test")
                .contract();
    }

    private void write(int id, String text) throws Exception {
        Files.write(
                folder.resolve(id + ".xml"),
                ("<order id=\"" + id + "\">" + text + "</order>").getBytes(StandardCharsets.UTF_8));
    }

    private RunOptions.Builder options() {
        return RunOptions.from(new FromFiles(folder.toString()))
                .to(tested().database())
                .workers(2)
                .createTables(true);
    }

    private RunSummary run(MappingContract contract) throws Exception {
        return finished(new ProductionProcessor(contract, options().build()));
    }

    private static RunSummary finished(ProductionProcessor processor) throws Exception {
        RunSummary summary = processor.run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
        return summary;
    }

    private VerificationReport verify(MappingContract contract) throws Exception {
        VerifyOptions options = new VerifyOptions(
                new FromFiles(folder.toString()), tested().database(), 1, 5, XmlLimits.DEFAULTS, false, 1 << 20);
        return new Verifier(contract, options).run(progress -> {});
    }

    private void createSchema(String name) throws SQLException {
        if (hasSchemas()) {
            executeAsItIs(tested().database().dialect().createSchema(name));
        }
    }

    private void createLogOfAnother(String table) throws SQLException {
        execute("create table {s}.\"" + table + "\" " + LOG_OF_ANOTHER);
    }

    private void execute(String sql) throws SQLException {
        executeAsItIs(tested().sql(schema, sql));
    }

    private boolean isThere(String in, String table) throws SQLException {
        try (Connection connection = tested().database().connect()) {
            return new TableFinder(connection)
                    .find(hasSchemas() ? in : null, table)
                    .isPresent();
        }
    }
}
