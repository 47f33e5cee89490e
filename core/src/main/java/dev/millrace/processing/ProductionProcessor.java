package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.Constraints;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RowLocator;
import dev.millrace.database.RunInfo;
import dev.millrace.database.TakenBack;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Stop;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.sink.CountingSink;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.JdbcSource;
import dev.millrace.source.LedgerFilter;
import dev.millrace.source.SourceException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlParser;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point of a run: opens source and target, starts the coordinator, adds up results and metrics. A processor
 * runs once.
 */
public final class ProductionProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(ProductionProcessor.class);
    private final MappingContract contract;
    /** The same, with what the target's columns hold; known once the target is prepared. */
    private volatile MappingContract held;

    private final RunOptions options;
    private final Instant startedAt = Instant.now();
    private final String runId = RunInfo.newId(startedAt);

    private final List<StageClock> clocks = new ArrayList<>();

    private final Stop stop = new Stop();

    public ProductionProcessor(MappingContract contract, RunOptions options) {
        this.contract = contract;
        this.held = contract;
        this.options = options;
        for (int i = 0; i < options.workers(); i++) {
            clocks.add(new StageClock());
        }
    }

    /**
     * Runs to the end. A run that breaks after it has begun still gives a summary, with {@link Status#FAILED}; one that is stopped gives
     * one with {@link Status#STOPPED}, however far it came. An interrupt of the calling thread is a wish to stop: the thread is interrupted
     * again when this returns.
     *
     * @param onStart is given the look at the progress before the first document is read, by another thread
     * @throws SourceException when the source cannot be opened: nothing was read
     * @throws TargetException when the target cannot be used: nothing was read
     */
    public RunSummary run(Consumer<Progress> onStart) throws SourceException, TargetException {
        try {
            return stop.await("millrace-run", () -> runToTheEnd(onStart));
        } catch (ExecutionException e) {
            Stop.rethrow(e, SourceException.class);
            Stop.rethrow(e, TargetException.class);
            throw new IllegalStateException(e);
        }
    }

    private RunSummary runToTheEnd(Consumer<Progress> onStart) throws SourceException, TargetException {
        Target target = null;
        RunMetrics metrics;
        Loaded loaded;
        int connections;
        try (DocumentSource source = openSource(ledgerFilter())) {
            if (options.to() != null && !options.dryRun()) {
                target = prepareTarget(options.to(), source);
                if (source instanceof JdbcSource rows
                        && rows.hadKeysOfItsZone()
                        && contract.document().key() == null) {
                    target.rewriteKeysOfFormerZones();
                }
                passOverSettled(source, target);
            }
            LOG.info(
                    "run {} begins: {} into {}, {} workers",
                    runId,
                    source.description(),
                    target == null ? "nothing (dry run)" : target.database().displayUrl(),
                    options.workers());
            connections = source.connections() + (target == null ? 0 : options.workers());
            metrics = new RunMetrics(
                    source, options.limit(), clocks, contract.tables().size());
            loaded = load(source, target, metrics, onStart);
        } catch (SourceException | TargetException e) {
            if (stop.isAsked()) {
                return stoppedBeforeItBegan(target);
            }
            LOG.info("run {} could not begin: {}", runId, e.getMessage());
            if (target != null) {
                finishBeforeItBegan(target);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            if (target != null) {
                finishBeforeItBegan(target);
            }
            throw e;
        }
        // Only now, when the run's own connections are closed: there are never more than the summary says.
        if (target != null && loaded.status() == Status.FINISHED) {
            loaded = buildConstraints(target, metrics, loaded);
        }
        RunSummary summary = summary(connections, metrics, loaded, target != null && target.hasTrustedForeignKeys());
        if (target != null) {
            if (options.deleteMissing() && summary.status() == Status.FINISHED) {
                summary = deleteMissing(target, summary);
            }
            finish(target, summary);
        }
        logEnd(summary);
        return summary;
    }

    /** Somebody asked for the end while source and target were opened, which broke that off. */
    private RunSummary stoppedBeforeItBegan(@Nullable Target target) throws TargetException {
        RunMetrics nothing = new RunMetrics(clocks, contract.tables().size());
        RunSummary summary = summary(0, nothing, Loaded.stopped(stop.reason(), Map.of()), false);
        if (target != null) {
            finish(target, summary);
        }
        logEnd(summary);
        return summary;
    }

    /**
     * What the loading has come to.
     *
     * @param failure why it broke or was stopped, for people; "" if it did not
     * @param paths how each table was loaded
     */
    private record Loaded(Status status, String failure, Map<String, String> paths) {
        Loaded broken(String reason) {
            return new Loaded(Status.FAILED, reason, paths);
        }

        static Loaded stopped(String reason, Map<String, String> paths) {
            return new Loaded(Status.STOPPED, reason, paths);
        }
    }

    private Target prepareTarget(Database database, DocumentSource source) throws TargetException {
        RunInfo info = new RunInfo(runId, startedAt, source.description(), options.workers());
        Target.Options asked = new Target.Options(
                options.createTables(),
                options.retryRejects(),
                isFilteredBySource(),
                options.onExisting(),
                options.deleteMissing(),
                options.showValues(),
                options.retryPolicy(),
                constraints(),
                options.checkForeignKeys());
        Target target = Target.prepare(database, contract, info, asked, stop);
        target.warnings().forEach(LOG::warn);
        held = target.contract();
        return target;
    }

    /** What is taken back is read again, and standard input cannot be. */
    private Constraints constraints() {
        boolean readOnce = options.from() instanceof RunOptions.FromFiles files && files.isStandardInput();
        return readOnce ? Constraints.DURING : options.constraints();
    }

    /**
     * Asks a run to stop: documents that are mapped are loaded, no further one is mapped, and whatever else it waits for is given up. Any
     * thread may call it, more than once.
     */
    public void stop() {
        stop.ask("stopped on request");
    }

    private DocumentSource openSource(@Nullable LedgerFilter filter) throws SourceException {
        return Sources.open(
                options.from(), contract, options.limits(), filter, options.retryPolicy(), options.showValues(), stop);
    }

    /** Where source and target are one database, the source's own query leaves out what the ledger holds already. */
    private boolean isFilteredBySource() {
        return options.from() instanceof RunOptions.FromDatabase from
                && options.to() != null
                && options.to().isSameAs(from.database())
                && isSettledByKey();
    }

    /**
     * Whether a document's key alone tells what a run does with it. Not where documents are to be compared or noted too; nor where
     * their keys in the ledger are not those of the source: where the contract finds them in the documents, or where documents
     * hold several records, of which the rejected ones are to be tried again.
     */
    private boolean isSettledByKey() {
        return !options.dryRun()
                && (options.retryRejects() || options.onExisting() == OnExisting.SKIP)
                && !options.deleteMissing()
                && contract.document().key() == null
                && !(options.retryRejects()
                        && !DataMapper.projection(contract).recordPath().isDocumentElement());
    }

    /**
     * Where the ledger is in the same database, the source's query asks it, unless it is known to hold nothing. Where it is in
     * another one, the source asks it by keys. With a limit, what is skipped there counts as read.
     */
    private void passOverSettled(DocumentSource source, Target target) {
        if (!(source instanceof JdbcSource database) || !isSettledByKey()) {
            return;
        }
        database.countApart(target.runsOfOtherContracts());
        if (isFilteredBySource()) {
            database.askLedger(target.isLedgerHeld() || options.retryRejects());
        } else if (options.limit() == Long.MAX_VALUE) {
            target.settledDocuments().ifPresent(database::passOver);
        }
    }

    /** Documents that were there already have come from another process, which may be loading more of them. */
    private static void lookOut(DocumentSource source, BatchResult result) {
        if (result.sink().skipped() > 0 && source instanceof JdbcSource database) {
            database.askLedger(true);
        }
    }

    private @Nullable LedgerFilter ledgerFilter() throws TargetException {
        return ledgerFilter(options.retryRejects() ? LedgerFilter.Mode.REJECTED : LedgerFilter.Mode.NEW);
    }

    /** Where documents hold several records, their keys in the ledger are not those of the source. */
    private @Nullable LedgerFilter takenBackFilter() throws TargetException {
        return DataMapper.projection(contract).recordPath().isDocumentElement()
                ? ledgerFilter(LedgerFilter.Mode.TAKEN_BACK)
                : null;
    }

    private @Nullable LedgerFilter ledgerFilter(LedgerFilter.Mode mode) throws TargetException {
        if (options.to() == null || !isFilteredBySource()) {
            return null;
        }
        return new LedgerFilter(
                Target.logTable(options.to(), contract, options.retryPolicy(), stop), contract.name(), mode);
    }

    private Loaded load(DocumentSource source, @Nullable Target target, RunMetrics metrics, Consumer<Progress> onStart)
            throws TargetException {
        Projection projection = DataMapper.projection(contract);
        List<Worker<?>> workers = new ArrayList<>();
        try {
            for (StageClock clock : clocks) {
                Sink<?> sink = target == null
                        ? new CountingSink(contract.tables().size())
                        : target.engine(workers.size() + 1, metrics.loadClock(clock), locator(projection));
                workers.add(worker(projection, sink, clock));
            }
            ParallelCoordinator pool = new ParallelCoordinator(
                    workers,
                    options.batchDocuments(),
                    options.batchBytes(),
                    options.limit(),
                    records(projection),
                    metrics.expected(),
                    stop);
            onStart.accept(metrics);
            End end = run(pool, source, metrics, result -> {
                metrics.add(result);
                lookOut(source, result);
            });
            return loaded(workers, end, pool.documentsRead() - pool.documentsLeft() - metrics.documentsDone());
        } finally {
            workers.forEach(Worker::close);
        }
    }

    /** How many records a document has: the limit is one of records, in the source's order. Nobody asks where there is none. */
    private ToLongFunction<Document> records(Projection projection) {
        return options.limit() == Long.MAX_VALUE ? document -> 1 : pipeline(projection, new StageClock())::records;
    }

    private Worker<?> worker(Projection projection, Sink<?> sink, StageClock clock) {
        return new Worker<>(() -> pipeline(projection, clock), sink, clock);
    }

    private End run(
            ParallelCoordinator pool, DocumentSource source, RunMetrics metrics, Consumer<BatchResult> results) {
        return pool.run(source, result -> {
            results.accept(result);
            if (isHopeless(metrics)) {
                stop.ask("more documents were rejected than --max-rejects allows");
            }
        });
    }

    /** @param withoutOutcome documents that were read, and neither settled nor left for the next run */
    private Loaded loaded(List<Worker<?>> workers, End end, long withoutOutcome) {
        Map<String, String> paths = new LinkedHashMap<>();
        workers.forEach(worker -> paths.putAll(worker.paths()));
        if (end instanceof End.Failed failed) {
            LOG.debug("run {} broke: {}", runId, StackTraces.withoutMessages(failed.cause()));
            return new Loaded(Status.FAILED, words(failed.cause()), paths);
        }
        if (withoutOutcome != 0) {
            return new Loaded(
                    Status.FAILED,
                    "the books do not balance: the outcome of " + withoutOutcome
                            + " documents that were read is not known; this is a fault in Millrace, please report it",
                    paths);
        }
        return end instanceof End.Stopped stopped
                ? Loaded.stopped(stopped.reason(), paths)
                : new Loaded(Status.FINISHED, "", paths);
    }

    /** Builds what comes after the rows, and loads again what was taken back for it, by this run or another. */
    private Loaded buildConstraints(Target target, RunMetrics metrics, Loaded loaded) {
        long start = System.nanoTime();
        if (target.mayHaveTakenBack()) {
            metrics.finish("building keys and indexes");
        }
        try {
            Target.Constrained built = target.buildConstraints(options.workers());
            if (built.needed()) {
                metrics.addConstraints(System.nanoTime() - start);
            }
            if (!target.mayHaveTakenBack()) {
                return loaded;
            }
            Loaded complete = built.violations().isEmpty() ? loaded : loaded.broken(words(built.violations()));
            TakenBack left = target.takenBack();
            if (complete.status() == Status.FINISHED && left.total() > 0) {
                metrics.finish("");
                complete = loadAgain(target, metrics, loaded, left.total());
                left = target.takenBack();
            }
            account(left, metrics, complete.status());
            return complete;
        } catch (SQLException | SourceException | TargetException | RuntimeException | Error e) {
            if (!stop.isAsked()) {
                LOG.debug("run {} broke: {}", runId, StackTraces.withoutMessages(e));
                return loaded.broken(words(e));
            }
            leaveOutTakenBack(target, metrics);
            return Loaded.stopped(stop.reason(), loaded.paths());
        }
    }

    /** What was taken back before somebody asked for the end is not loaded, if the database can still tell. */
    private void leaveOutTakenBack(Target target, RunMetrics metrics) {
        try {
            metrics.leaveOut(target.takenBack().ofThisRun());
        } catch (SQLException | TargetException e) {
            LOG.debug("what was taken back cannot be counted: {}", StackTraces.withoutMessages(e));
        }
    }

    /** Now that keys and foreign keys tell which rows may stay. */
    private Loaded loadAgain(Target target, RunMetrics metrics, Loaded loaded, long documents)
            throws SQLException, SourceException, TargetException {
        LOG.info("{} documents are loaded again, because keys forbid rows of theirs or of others", documents);
        Projection projection = DataMapper.projection(contract);
        boolean wholeDocuments = contract.document().key() == null;
        Set<String> keys = wholeDocuments ? target.keysTakenBack(DocumentsTakenBack.MOST) : Set.of();
        List<Worker<?>> workers = new ArrayList<>();
        try (DocumentSource source =
                wholeDocuments ? new DocumentsTakenBack(openAgain(true), keys) : openAgain(false)) {
            for (StageClock clock : clocks) {
                workers.add(worker(
                        projection,
                        target.engineForTakenBack(workers.size() + 1, metrics.loadClock(clock), locator(projection)),
                        clock));
            }
            ParallelCoordinator pool = new ParallelCoordinator(
                    workers,
                    options.batchDocuments(),
                    options.batchBytes(),
                    Long.MAX_VALUE,
                    document -> 1,
                    OptionalLong.empty(),
                    stop);
            End end = run(pool, source, metrics, metrics::addAgain);
            Loaded again = loaded(workers, end, 0);
            return new Loaded(again.status(), again.failure(), loaded.paths());
        } finally {
            workers.forEach(Worker::close);
        }
    }

    /** As when the run began, but a database that was reached then is waited for now. */
    private DocumentSource openAgain(boolean takenBackOnly) throws SQLException, SourceException, TargetException {
        RetryPolicy.Tries tries = options.retryPolicy().begin(stop);
        while (true) {
            Exception broken;
            try {
                return openSource(takenBackOnly ? takenBackFilter() : null);
            } catch (SourceException | TargetException e) {
                if (!(e.getCause() instanceof SQLException fault) || !mayPass(fault) || !tries.pauseAfter(fault)) {
                    throw e;
                }
                broken = e;
            }
            LOG.warn("{}; trying again", tries.tell(String.valueOf(broken.getMessage())));
        }
    }

    private boolean mayPass(SQLException fault) {
        return options.from() instanceof RunOptions.FromDatabase from
                && from.database().mayPass(fault);
    }

    /** Documents that stay taken back: of this run, they are not loaded after all; of others, somebody should know. */
    private void account(TakenBack left, RunMetrics metrics, Status status) {
        if (left.ofThisRun() > 0 && status == Status.FINISHED) {
            List<Reject> rejects = new ArrayList<>();
            left.keys()
                    .forEach(key -> rejects.add(new Reject(
                            key,
                            Fault.of(
                                    FaultCode.TAKEN_BACK,
                                    "a key forbids its rows beside another document's, and it is not in the"
                                            + " source any more"))));
            metrics.addTakenBack(left.ofThisRun(), rejects);
        } else {
            metrics.leaveOut(left.ofThisRun());
        }
        left.ofOthers()
                .forEach((source, documents) -> LOG.warn(
                        "{} documents that another run had loaded from {} were taken back, because keys forbid rows of theirs"
                                + " – give the command that loads them again",
                        documents,
                        source));
    }

    private static String words(List<String> violations) {
        return "keys could not be built after the rows, which stay as they are: " + String.join("; ", violations)
                + " – correct the rows and give the same command again, or load into new tables with"
                + " --constraints during, which rejects such documents";
    }

    private DocumentPipeline pipeline(Projection projection, StageClock clock) {
        return new DocumentPipeline(held, projection, options.limits(), runId, startedAt, options.showValues(), clock);
    }

    /** For the loading thread: a parser of its own, since the worker's other thread is using the pipeline's. */
    private RowLocator locator(Projection projection) {
        return new XmlParser(projection, contract.document().text(), options.limits())::locate;
    }

    private boolean isHopeless(RunMetrics metrics) {
        long rejected = metrics.rejected();
        long read = metrics.read();
        return rejected > options.maxRejects().count()
                || read >= RunOptions.MaxRejects.PERCENT_FROM
                        && rejected * 100.0 / read > options.maxRejects().percent();
    }

    private RunSummary summary(int connections, RunMetrics metrics, Loaded loaded, boolean foreignKeysImplied) {
        Map<String, Long> rows = new LinkedHashMap<>();
        Map<String, Long> rowsKept = new LinkedHashMap<>();
        long[] counts = metrics.rows();
        long[] kept = metrics.rowsKept();
        for (TableMapping table : contract.tables()) {
            rows.put(table.name(), counts[table.index()]);
            if (kept[table.index()] > 0) {
                rowsKept.put(table.name(), kept[table.index()]);
            }
        }
        return new RunSummary(
                runId,
                contract.name(),
                startedAt,
                metrics.seconds(),
                options.workers(),
                connections,
                loaded.status(),
                loaded.failure(),
                metrics.read(),
                metrics.loaded(),
                metrics.replaced(),
                metrics.rejected(),
                metrics.skips(),
                0,
                whyNothingIsDeleted(metrics, loaded.status()),
                rows,
                rowsKept,
                metrics.bytes(),
                metrics.stageSeconds(),
                metrics.bottleneck(),
                loaded.paths(),
                foreignKeysImplied,
                metrics.retries(),
                metrics.rejects(),
                metrics.rejectsByCode());
    }

    /** Why documents that the source seems to lack are left alone; "" if there is no such reason. */
    private String whyNothingIsDeleted(RunMetrics metrics, Status status) {
        if (!options.deleteMissing()) {
            return "";
        }
        if (status != Status.FINISHED) {
            return "the run did not read the whole source";
        }
        if (metrics.read() == 0) {
            return "the source holds no document at all, which is more likely a mistake than meant";
        }
        long unknown = metrics.withUnknownKeys();
        return unknown == 0
                ? ""
                : (unknown == 1 ? "1 document" : unknown + " documents")
                        + " could not be read far enough to know which of the loaded ones they are (millrace rejects names"
                        + " them) – mend them, or take them out of the source";
    }

    private RunSummary deleteMissing(Target target, RunSummary summary) {
        if (summary.read() == 0) {
            return summary.afterDeletion(
                    0, summary.notDeleted(), Status.FAILED, "nothing was deleted: " + summary.notDeleted());
        }
        if (!summary.notDeleted().isEmpty()) {
            return summary;
        }
        try {
            Target.Deleted deleted = target.deleteMissing();
            if (!deleted.complete()) {
                return summary.afterDeletion(
                        deleted.documents(),
                        "the run was stopped before all of them were deleted",
                        Status.STOPPED,
                        stop.reason());
            }
            String reason = deleted.refused() == 0
                    ? ""
                    : deleted.refused()
                            + " documents stay because rows of other tables refer to theirs, or rows are among theirs that they did not bring";
            return summary.afterDeletion(deleted.documents(), reason, Status.FINISHED, "");
        } catch (TargetException | RuntimeException | Error e) {
            String reason = words(e);
            return summary.afterDeletion(0, reason, Status.FAILED, reason);
        }
    }

    /** A run that could not begin is over, too. */
    private static void finishBeforeItBegan(Target target) {
        try {
            target.finishRun(Status.FAILED.name().toLowerCase(Locale.ROOT), 0, 0, 0, 0, null);
        } catch (TargetException e) {
            LOG.debug("the end of a run that could not begin could not be written: {}", StackTraces.withoutMessages(e));
        }
    }

    private static void finish(Target target, RunSummary summary) throws TargetException {
        String status = summary.status().name().toLowerCase(Locale.ROOT);
        try {
            target.finishRun(
                    status,
                    summary.read(),
                    summary.loaded(),
                    summary.rejected(),
                    summary.skipped(),
                    RunSummaryJson.write(summary));
        } catch (TargetException e) {
            if (summary.status() == Status.FINISHED) {
                throw e;
            }
            // The run has told already why it broke; that its last note cannot be written either is no news.
            LOG.debug("the end of run {} could not be written: {}", summary.runId(), StackTraces.withoutMessages(e));
        }
    }

    private static void logEnd(RunSummary summary) {
        LOG.info(
                "run {} {}: {} documents read, {} loaded, {} rejected, {} skipped{} in {} seconds{}",
                summary.runId(),
                summary.status().name().toLowerCase(Locale.ROOT),
                summary.read(),
                summary.loaded(),
                summary.rejected(),
                summary.skipped(),
                summary.skipped() == 0 ? "" : reasons(summary.skips()),
                String.format(Locale.ROOT, "%.1f", summary.seconds()),
                summary.failure().isEmpty() ? "" : " – " + summary.failure());
    }

    private static String reasons(Skips skips) {
        return " (" + skips.loaded() + " loaded before, " + skips.ofOtherContract()
                + " of them when the contract had another text; " + skips.rejected() + " rejected earlier; "
                + skips.leftAlone() + " left alone)";
    }

    /** A failure in words for the user. */
    private String words(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "out of memory: give Java more (-Xmx), or use fewer --workers or a smaller --batch-bytes";
        }
        if (failure instanceof SQLException fault && options.to() != null) {
            return options.to().displayUrl() + " – the load broke: "
                    + options.to().reason(fault, options.showValues());
        }
        if (failure instanceof SinkException broken && !(broken.getCause() instanceof TargetException)) {
            return String.valueOf(broken.getMessage());
        }
        if (failure instanceof SinkException
                || failure instanceof TargetException
                || failure instanceof SourceException
                || failure instanceof Worker.InternalFaultException) {
            return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        }
        // Not its message, which could hold a value of a document.
        return "internal error: " + failure.getClass().getName();
    }
}
