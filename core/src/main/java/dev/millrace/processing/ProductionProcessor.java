package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.Constraints;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RowLocator;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.mapping.DataMapper;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.JdbcSource;
import dev.millrace.source.LedgerFilter;
import dev.millrace.source.SourceException;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlParser;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point of a run: opens source and target, starts the coordinator, adds up results and metrics. A processor
 * runs once.
 */
public final class ProductionProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(ProductionProcessor.class);
    private static final DateTimeFormatter RUN_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final MappingContract contract;
    private final RunOptions options;
    private final Instant startedAt = Instant.now();
    private final String runId = RUN_TIME.format(startedAt)
            + String.format(Locale.ROOT, "-%06x", ThreadLocalRandom.current().nextInt(1 << 24));

    /** Whether this run loads again what another has taken back. */
    private final boolean again;

    private volatile @Nullable ParallelCoordinator coordinator;
    private volatile @Nullable ProductionProcessor second;
    private volatile boolean stopped;

    public ProductionProcessor(MappingContract contract, RunOptions options) {
        this(contract, options, false);
    }

    private ProductionProcessor(MappingContract contract, RunOptions options, boolean again) {
        this.contract = contract;
        this.options = options;
        this.again = again;
    }

    /**
     * Runs to the end. A run that breaks after it has begun still gives a summary, with {@link Status#FAILED}.
     *
     * @param onStart is given the look at the progress before the first document is read
     * @throws SourceException when the source cannot be opened: nothing was read
     * @throws TargetException when the target cannot be used: nothing was read
     */
    public RunSummary run(Consumer<Progress> onStart) throws SourceException, TargetException {
        Target target = null;
        Finished finished;
        try (DocumentSource source = openSource()) {
            if (options.to() != null && !options.dryRun()) {
                target = prepareTarget(options.to(), source);
                passOverSettled(source, target);
            }
            finished = run(source, target, onStart);
        } catch (TargetException | RuntimeException | Error e) {
            if (target != null) {
                finishBeforeItBegan(target);
            }
            throw e;
        }
        RunSummary summary = finished.summary();
        // Only now, when the run's own connections are closed: there are never more than the summary says.
        if (target != null) {
            if (options.deleteMissing() && summary.status() == Status.FINISHED) {
                summary = deleteMissing(target, summary);
            }
            finish(target, summary);
        }
        return finished.takenBack() == 0 ? summary : loadAgain(finished, onStart);
    }

    /** What the documents of a run have come to, and how many of them are to be loaded again. */
    private record Finished(RunSummary summary, int takenBack) {}

    /** Loads what was taken back, as giving the same command again would, now that keys and foreign keys tell which rows may stay. */
    private RunSummary loadAgain(Finished first, Consumer<Progress> onStart) throws SourceException, TargetException {
        LOG.info("{} documents are loaded again, because keys forbid rows of theirs", first.takenBack());
        // Where the source leaves out what is loaded, these documents are all that is left of those within the limit.
        boolean onlyThese = isFilteredBySource() && options.limit() < Long.MAX_VALUE;
        ProductionProcessor processor = new ProductionProcessor(
                contract,
                onlyThese ? options.toBuilder().limit(first.takenBack()).build() : options,
                true);
        second = processor;
        if (stopped) {
            processor.stop();
        }
        return first.summary().and(processor.run(onStart), first.takenBack());
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
                constraints(database));
        Target target = Target.prepare(database, contract, info, asked);
        target.warnings().forEach(LOG::warn);
        return target;
    }

    private Constraints constraints(Database database) {
        if (again) {
            return Constraints.AFTER;
        }
        if (options.constraints() == Constraints.AFTER
                && !database.dialect().capabilities().contains(Capability.CONSTRAINTS_AFTER)) {
            LOG.warn(
                    "{} cannot add keys to tables that hold rows: they are created with the tables",
                    database.dialect().name());
        }
        return options.constraints();
    }

    /** Whether documents could be taken back and read again. */
    private boolean takesBack(Database database) {
        boolean readOnce = options.from() instanceof RunOptions.FromFiles files
                && files.specification().equals("-");
        // What a second run takes back a third one would, and so on.
        boolean loadsNew =
                !options.retryRejects() && !options.deleteMissing() && options.onExisting() == OnExisting.SKIP;
        return !again && !readOnce && loadsNew && Target.takesBack(database, contract);
    }

    /** Asks a run to stop: running batches are finished, nothing new is begun. Any thread may call it, more than once. */
    public void stop() {
        stopped = true;
        ParallelCoordinator running = coordinator;
        if (running != null) {
            running.stop();
        }
        ProductionProcessor next = second;
        if (next != null) {
            next.stop();
        }
    }

    private DocumentSource openSource() throws SourceException, TargetException {
        return Sources.open(
                options.from(),
                contract,
                options.limits(),
                ledgerFilter(),
                options.retryPolicy(),
                options.showValues());
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

    /** Where the ledger is in another database, the source asks it by keys. With a limit, what is skipped counts as read. */
    private void passOverSettled(DocumentSource source, Target target) {
        if (source instanceof JdbcSource database
                && isSettledByKey()
                && !isFilteredBySource()
                && options.limit() == Long.MAX_VALUE) {
            target.settledDocuments().ifPresent(database::passOver);
        }
    }

    private @Nullable LedgerFilter ledgerFilter() throws TargetException {
        if (options.to() == null || !isFilteredBySource()) {
            return null;
        }
        return new LedgerFilter(
                Target.logTable(options.to(), contract),
                contract.name(),
                options.retryRejects() ? LedgerFilter.Mode.REJECTED : LedgerFilter.Mode.NEW);
    }

    private Finished run(DocumentSource source, @Nullable Target target, Consumer<Progress> onStart)
            throws TargetException {
        List<StageClock> clocks = new ArrayList<>();
        for (int i = 0; i < options.workers(); i++) {
            clocks.add(new StageClock());
        }
        int tables = contract.tables().size();
        RunMetrics metrics = new RunMetrics(source, clocks, tables);
        Projection projection = DataMapper.projection(contract);
        List<Worker> workers = new ArrayList<>();
        try {
            for (int i = 0; i < options.workers(); i++) {
                StageClock clock = clocks.get(i);
                DocumentPipeline pipeline = pipeline(projection, clock);
                MigrationEngine engine =
                        target == null ? null : target.engine(i + 1, metrics.loadClock(clock), locator(projection));
                workers.add(new Worker(pipeline, engine, clock, tables));
            }
            ParallelCoordinator pool =
                    new ParallelCoordinator(workers, options.batchDocuments(), options.batchBytes(), options.limit());
            coordinator = pool;
            onStart.accept(metrics);
            if (stopped) {
                pool.stop();
            }
            Throwable failure = pool.run(source, result -> {
                metrics.add(result);
                if (isHopeless(metrics)) {
                    stop();
                }
            });
            RunSummary loaded = summary(source, target, workers, metrics, pool, failure);
            if (target == null || loaded.status() != Status.FINISHED) {
                return new Finished(loaded, 0);
            }
            // The workers' connections are used for what comes after the rows.
            workers.forEach(Worker::close);
            return buildConstraints(target, loaded);
        } finally {
            workers.forEach(Worker::close);
        }
    }

    private Finished buildConstraints(Target target, RunSummary loaded) {
        long start = System.nanoTime();
        try {
            Target.Constrained built = target.buildConstraints(options.workers(), takesBack(target.database()));
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!built.needed()) {
                return new Finished(loaded, 0);
            }
            return new Finished(
                    loaded.afterConstraints(seconds, built.takenBack(), built.rowsTakenBack(), words(built)),
                    built.takenBack());
        } catch (SQLException e) {
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Finished(loaded.afterConstraints(seconds, 0, new long[0], words(e)), 0);
        }
    }

    private static String words(Target.Constrained built) {
        // What is loaded again may take the place of what is in the way: then the second run has the last word.
        return built.violations().isEmpty() || built.takenBack() > 0
                ? ""
                : "keys could not be built after the rows, which stay as they are: "
                        + String.join("; ", built.violations())
                        + " – correct the rows and give the same command again, or load into new tables with"
                        + " --constraints during, which rejects such documents";
    }

    private DocumentPipeline pipeline(Projection projection, StageClock clock) {
        return new DocumentPipeline(
                contract, projection, options.limits(), runId, startedAt, options.showValues(), clock);
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

    private RunSummary summary(
            DocumentSource source,
            @Nullable Target target,
            List<Worker> workers,
            RunMetrics metrics,
            ParallelCoordinator pool,
            @Nullable Throwable failure) {
        Status status = Status.FINISHED;
        String reason = "";
        if (failure != null) {
            LOG.debug("run {} broke: {}", runId, StackTraces.withoutMessages(failure));
            status = Status.FAILED;
            reason = words(failure);
        } else if (stopped) {
            status = Status.STOPPED;
            reason = isHopeless(metrics)
                    ? "more documents were rejected than --max-rejects allows"
                    : "stopped on request";
        } else if (pool.documentsRead() != metrics.documentsDone()) {
            status = Status.FAILED;
            reason = "the books do not balance: " + pool.documentsRead() + " documents were read, but the outcome of "
                    + metrics.documentsDone() + " is known; this is a fault in Millrace, please report it";
        }
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
        Map<String, String> loadPaths = new LinkedHashMap<>();
        workers.forEach(worker -> loadPaths.putAll(worker.loadPaths()));
        return new RunSummary(
                runId,
                contract.name(),
                startedAt,
                metrics.seconds(),
                options.workers(),
                source.connections() + (target == null ? 0 : options.workers()),
                status,
                reason,
                metrics.read(),
                metrics.loaded(),
                metrics.replaced(),
                metrics.rejected(),
                metrics.skipped(),
                0,
                whyNothingIsDeleted(metrics, status),
                rows,
                rowsKept,
                metrics.bytes(),
                metrics.stageSeconds(),
                metrics.bottleneck(),
                loadPaths,
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
            String reason = deleted.refused() == 0
                    ? ""
                    : deleted.refused() + " documents stay because rows of other tables refer to theirs";
            return summary.afterDeletion(deleted.documents(), reason, Status.FINISHED, "");
        } catch (TargetException e) {
            String reason = String.valueOf(e.getMessage());
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

    /** A failure in words for the user. */
    private String words(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "out of memory: give Java more (-Xmx), or use fewer --workers or a smaller --batch-bytes";
        }
        if (failure instanceof SQLException fault && options.to() != null) {
            return options.to().displayUrl() + " – the load broke: "
                    + options.to().reason(fault, options.showValues());
        }
        if (failure instanceof TargetException
                || failure instanceof SourceException
                || failure instanceof Worker.InternalFaultException) {
            return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        }
        // Not its message, which could hold a value of a document.
        return "internal error: " + failure.getClass().getName();
    }
}
