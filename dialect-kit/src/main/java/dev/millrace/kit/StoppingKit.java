package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Ledger;
import dev.millrace.database.OnExisting;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RejectExport;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of work with a database that says nothing for ever, when somebody wants it to end: it ends at once, whether by a call or
 * by an interrupt of the thread that waits for it, and nothing is taken for finished. The silence is a query that would take years.
 */
public abstract class StoppingKit {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** Whoever has not ended by then never will. */
    static final int HANG_SECONDS = 120;

    /** Rows of the table that is joined with itself. */
    private static final int MANY = 1_000;

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    /**
     * Whether the database leaves out a column that a query does not ask for, so that the endless one is computed with a page and not
     * before.
     */
    protected boolean computesOnlyWhatIsAskedFor() {
        return true;
    }

    /** A query for the texts of the statements that are under way; empty where no server goes on without its client. */
    protected Optional<String> statementsUnderWay() {
        return Optional.empty();
    }

    /** What nobody waits for any more, a server would go on with for years. It may take a moment to hear of the end. */
    @AfterEach
    void leavesNothingUnderWayOnTheServer() throws SQLException {
        if (statementsUnderWay().isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        String silent = "stop\\_%\\_many a,";
        String ask = "SELECT COUNT(*) FROM (" + statementsUnderWay().get() + ") t WHERE statement LIKE '%" + silent
                + "%'" + " AND statement NOT LIKE '%statement LIKE%'";
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            while (isAnyLeft(statement, ask)) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(HANG_SECONDS)) {
                    throw new AssertionError("a statement is still under way on the server");
                }
            }
        }
    }

    private static boolean isAnyLeft(Statement statement, String ask) throws SQLException {
        try (ResultSet row = statement.executeQuery(ask)) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    @Test
    void deletesNothingWhenItsCallerIsInterruptedWhileAPageIsRead() throws Exception {
        Place place = new Place();
        place.load();

        try (Waiting<RunSummary> run = Waiting.of(place.processor(place.silentPage(), true))) {
            run.awaitCallIn("fetchPage");
            run.thread.interrupt();

            RunSummary summary = run.result();
            assertThat(summary.status()).isEqualTo(Status.STOPPED);
            assertThat(summary.failure()).contains("interrupted");
            assertThat(summary.documents().deleted()).isZero();
            assertThat(summary.documents().notDeleted()).isNotEmpty();
            assertThat(run.leftInterrupted).isTrue();
        }
        assertThat(place.query("SELECT COUNT(*) FROM {s}.\"%s\"")).isEqualTo("3");
        assertThat(place.query("SELECT \"status\" FROM {s}.\"processing_run\" WHERE \"contract_name\" = '%s'"
                        + " AND \"status\" <> 'finished'"))
                .isEqualTo("stopped");
    }

    @Test
    void stopsWhileAPageIsRead() throws Exception {
        Place place = new Place();
        ProductionProcessor processor = place.processor(place.silentPage(), false);

        try (Waiting<RunSummary> run = Waiting.of(processor)) {
            run.awaitCallIn("fetchPage");
            processor.stop();

            assertThat(run.result().status()).isEqualTo(Status.STOPPED);
            assertThat(run.result().documents().read()).isZero();
            assertThat(run.leftInterrupted).isFalse();
        }
    }

    @Test
    void stopsWhileTheSourceIsOpened() throws Exception {
        Place place = new Place();
        ProductionProcessor processor = place.processor(place.silent(), false);

        try (Waiting<RunSummary> run = Waiting.of(processor)) {
            run.awaitCallIn("checkNoKeyIsNull", "estimate", "fetchPage");
            processor.stop();

            assertThat(run.result().status()).isEqualTo(Status.STOPPED);
            assertThat(run.result().failure()).isEqualTo("stopped on request");
        }
    }

    @Test
    void endsAVerificationWhoseCallerIsInterrupted() throws Exception {
        Place place = new Place();
        place.load();
        VerifyOptions options =
                new VerifyOptions(place.silentPage(), tested().database(), 2, 5, XmlLimits.DEFAULTS, false, 1 << 20);

        try (Waiting<?> verification = Waiting.of(() -> new Verifier(place.contract, options).run(progress -> {}))) {
            verification.awaitCallIn("fetchPage");
            verification.thread.interrupt();

            assertThat(verification.failure())
                    .isInstanceOf(VerificationException.class)
                    .hasMessageContaining("stopped before the end");
            assertThat(verification.leftInterrupted).isTrue();
        }
    }

    @Test
    void writesNoRejectAsMissingWhenItsCallerIsInterrupted() throws Exception {
        Place place = new Place();
        place.load();
        FromDatabase silent = place.silentPage();
        try (Ledger ledger = Ledger.open(tested().database(), new LedgerNames(place.contract.schema(), null));
                Waiting<?> export = Waiting.of(() -> new RejectExport(
                                place.contract, silent, XmlLimits.DEFAULTS, tested().database(), ledger, null, folder)
                        .run())) {
            export.awaitCallIn("fetchPage");
            export.thread.interrupt();

            assertThat(export.failure()).isInstanceOf(InterruptedException.class);
            assertThat(folder).isEmptyDirectory();
        }
    }

    /** Tables of a test's own: three documents, of which the second is rejected, and one that never ends. */
    private final class Place {
        private final String name = "stop_" + NUMBERS.incrementAndGet();
        private final MappingContract contract;

        Place() throws Exception {
            contract = ContractReader.read("""
                            contract: 1
                            name: %1$s
                            schema: stopping
                            tables:
                              %1$s:
                                columns:
                                  id: { path: "@id", type: bigint, key: true }
                            """.formatted(name), "test").contract();
            execute("CREATE TABLE %s_many (n integer)");
            StringBuilder rows = new StringBuilder("INSERT INTO " + name + "_many VALUES (1)");
            for (int i = 2; i <= MANY; i++) {
                rows.append(", (").append(i).append(')');
            }
            execute(rows.toString());
            execute("CREATE TABLE %s_xml (id bigint NOT NULL PRIMARY KEY, xml varchar(40))");
            execute("INSERT INTO %s_xml VALUES (1, '<r id=\"1\"/>'), (2, '<r id=\"x\"/>'), (3, '<r id=\"3\"/>'),"
                    + " (4, '<r id=\"4\"/>')");
        }

        /** What no database computes within a lifetime. */
        private String never() {
            String many = name + "_many";
            return "(SELECT COUNT(*) FROM " + many + " a, " + many + " b, " + many + " c, " + many + " d, " + many
                    + " e, " + many + " f WHERE a.n * b.n - c.n * d.n + e.n - f.n = 7)";
        }

        /** A source that opens as usual, and whose first page never comes. */
        FromDatabase silentPage() {
            assumeTrue(
                    computesOnlyWhatIsAskedFor(),
                    "nothing to do: this database computes the endless column as soon as the source is opened");
            return from("SELECT id, CASE WHEN " + never() + " = 0 THEN xml ELSE xml END AS xml FROM " + name + "_xml");
        }

        FromDatabase silent() {
            return from("SELECT id, xml FROM " + name + "_xml WHERE " + never() + " = 0");
        }

        private FromDatabase from(String query) {
            boolean upper = tested().database().dialect().name().equals("H2");
            return new FromDatabase(tested().database(), null, upper ? "ID" : "id", upper ? "XML" : "xml", query, null);
        }

        void load() throws Exception {
            FromDatabase from = from("SELECT id, xml FROM " + name + "_xml");
            RunSummary summary = processor(from, false).run(progress -> {});
            assertThat(summary.documents().loaded()).as(summary.failure()).isEqualTo(3);
        }

        ProductionProcessor processor(FromDatabase from, boolean deleteMissing) {
            return new ProductionProcessor(
                    contract,
                    RunOptions.from(from)
                            .to(tested().database())
                            .workers(2)
                            .createTables(true)
                            .onExisting(deleteMissing ? OnExisting.REPLACE : OnExisting.SKIP)
                            .deleteMissing(deleteMissing)
                            .build());
        }

        private void execute(String sql) throws SQLException {
            try (Connection connection = tested().database().connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql.replace("%s", name));
            }
        }

        String query(String sql) throws SQLException {
            try (Connection connection = tested().database().connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(tested().sql("stopping", sql.replace("%s", name)))) {
                assertThat(row.next()).isTrue();
                return row.getString(1);
            }
        }
    }

    /** Work in a thread that can be interrupted, and what came of it. */
    private static final class Waiting<T> implements AutoCloseable {
        private final FutureTask<T> task;
        private final Thread thread;
        private volatile boolean leftInterrupted;

        private Waiting(Callable<T> work) {
            task = new FutureTask<>(() -> {
                try {
                    return work.call();
                } finally {
                    leftInterrupted = Thread.currentThread().isInterrupted();
                }
            });
            thread = new Thread(task, "caller");
            thread.start();
        }

        static <T> Waiting<T> of(Callable<T> work) {
            return new Waiting<>(work);
        }

        static Waiting<RunSummary> of(ProductionProcessor processor) {
            return new Waiting<>(() -> processor.run(progress -> {}));
        }

        /** Waits until a statement of the source is under way, in one of these methods. */
        void awaitCallIn(String... methods) {
            long start = System.nanoTime();
            while (!task.isDone()) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(HANG_SECONDS)) {
                    throw Hang.seen();
                }
                for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
                    if (stack.length > 0 && isIn(stack, methods)) {
                        return;
                    }
                }
                Thread.onSpinWait();
            }
            throw new AssertionError("it ended before: " + outcome());
        }

        private static boolean isIn(StackTraceElement[] stack, String... methods) {
            boolean executes = false;
            for (StackTraceElement frame : stack) {
                executes |= frame.getMethodName().equals("executeQuery");
                for (String method : methods) {
                    if (executes && frame.getMethodName().equals(method)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private String outcome() {
            try {
                return String.valueOf(task.get());
            } catch (InterruptedException | ExecutionException e) {
                return String.valueOf(e.getCause());
            }
        }

        T result() throws Exception {
            try {
                return task.get(HANG_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw Hang.seen();
            }
        }

        Throwable failure() throws Exception {
            try {
                throw new AssertionError("it has ended well: " + result());
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
