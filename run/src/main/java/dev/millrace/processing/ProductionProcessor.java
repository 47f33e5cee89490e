package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.SettledCoverage;
import dev.millrace.database.Load;
import dev.millrace.database.RunInfo;
import dev.millrace.database.RunLedger;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Stop;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a contract: prepares the target, loads, builds keys and loads again what was withdrawn because of them, deletes what the source no
 * longer has, finishes. A processor runs once.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class ProductionProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(ProductionProcessor.class);

    private final RunContext run;
    /** Null where this process loads. */
    private final @Nullable Cluster cluster;

    private final RunOptions options;
    /** By a clock that nobody can set. */
    private final long start = System.nanoTime();
    /** Loads into the target; null before the target is prepared, in a dry run, and for sinks of the caller's. */
    private @Nullable Load load;
    /** Null before the first document is about to be read. */
    private volatile @Nullable Supplier<RunSummary> soFar;

    public ProductionProcessor(MappingContract contract, RunOptions options) {
        this(contract, options, null, null);
    }

    /** @param staging makes the workers' sinks; the options' database then holds nothing but the ledger */
    @API(status = API.Status.INTERNAL)
    public ProductionProcessor(MappingContract contract, RunOptions options, Staging staging) {
        this(contract, options, staging, null);
    }

    /**
     * One whose documents a cluster loads.
     *
     * @param options with a source that only names what the cluster reads, as many workers as load at a time, and a database
     */
    @API(status = API.Status.INTERNAL)
    public ProductionProcessor(MappingContract contract, RunOptions options, Cluster cluster) {
        this(contract, options, null, cluster);
        if (options.to() == null || options.dryRun()) {
            throw new IllegalArgumentException("a cluster loads into a database");
        }
    }

    private ProductionProcessor(
            MappingContract contract, RunOptions options, @Nullable Staging staging, @Nullable Cluster cluster) {
        this.cluster = cluster;
        Instant startedAt = Instant.now();
        this.options = options;
        this.run = new RunContext(
                contract,
                options,
                RunInfo.newId(startedAt),
                startedAt,
                Stream.generate(StageClock::new).limit(options.workers()).toList(),
                new Stop(),
                staging);
    }

    /**
     * Runs to the end. A run that breaks after it has begun still gives a summary, with {@link Status#FAILED}; one that is stopped gives
     * one with {@link Status#STOPPED}, however far it came. An interrupt of the calling thread stops the run too; the thread's interrupt
     * status is set when this returns.
     *
     * @param listener called by other threads
     * @throws SourceException when the source cannot be opened: nothing was read
     * @throws TargetException when the target cannot be used: nothing was read
     */
    public RunSummary run(RunListener listener) throws SourceException, TargetException {
        try {
            return run.stop().await("millrace-run", () -> runToTheEnd(listener));
        } catch (ExecutionException e) {
            Stop.rethrow(e, SourceException.class);
            Stop.rethrow(e, TargetException.class);
            throw new IllegalStateException(e);
        }
    }

    /** The same, without a listener. */
    public RunSummary run() throws SourceException, TargetException {
        return run(RunListener.NONE);
    }

    /**
     * Asks a run to stop. Documents that are already mapped are loaded; no further one is mapped; all other waiting ends. Any thread may
     * call it, more than once.
     */
    public void stop() {
        run.stop().ask("stopped on request");
    }

    /**
     * What the run has done until now, with {@link Status#RUNNING}; empty until it is about to read its first document. What only the end tells
     * is left out: how tables were loaded, what was deleted, coverage. Any thread may ask at any time. The run's threads wait while its
     * counts are copied, for some microseconds and longer with thousands of columns, so ask about once a second.
     */
    @API(status = API.Status.EXPERIMENTAL, since = "0.1")
    public Optional<RunSummary> soFar() {
        Supplier<RunSummary> now = soFar;
        return now == null ? Optional.empty() : Optional.of(now.get());
    }

    private RunSummary runToTheEnd(RunListener listener) throws SourceException, TargetException {
        try {
            return phases(listener);
        } finally {
            if (load != null) {
                load.close();
            }
        }
    }

    private RunSummary phases(RunListener listener) throws SourceException, TargetException {
        RunSource sources = new RunSource(run, cluster);
        Loading loading;
        RunMetrics metrics;
        Loaded loaded;
        int connections;
        try (DocumentSource source = sources.open()) {
            load = PreparePhase.prepare(run, source, sources.isFiltered());
            if (load != null) {
                load.keepOpen();
                sources.passOverSettled(source, load.target());
            }
            logBeginning(source, load);
            connections = source.connections() + (load == null ? 0 : options.workers());
            metrics = new RunMetrics(source, options.limit(), run.clocks(), tables());
            soFar = () -> RunSummary.soFar(run, connections, metrics);
            loading = cluster == null || load == null
                    ? new LoadPhase(run, load, metrics, listener)
                    : new ClusterLoading(run, cluster, load, metrics, listener);
            loaded = loading.load(source);
            metrics.endOfLoading();
        } catch (SourceException | TargetException e) {
            if (run.stop().isAsked()) {
                return stoppedBeforeDocuments(load);
            }
            LOG.info("run {} could not begin: {}", run.runId(), e.getMessage());
            endBeforeDocuments(load);
            throw e;
        } catch (RuntimeException | Error e) {
            endBeforeDocuments(load);
            throw e;
        }
        // Only now, when the run's own connections are closed: the summary says how many are open at most.
        if (load != null && loaded.isFinished()) {
            loaded = new KeysPhase(run, sources, load, loading, metrics).build(loaded);
        }
        Coverage coverage = loading.coverage();
        RunSummary summary = RunSummary.of(run, connections, metrics, loaded, load, coverage);
        if (load != null && options.deleteMissing() && loaded.isFinished()) {
            summary = MissingPhase.delete(run, load.target(), summary);
        }
        return finished(load, summary, coverage);
    }

    private int tables() {
        return run.contract().tables().size();
    }

    private static void endBeforeDocuments(@Nullable Load load) {
        if (load != null) {
            load.target().ledger().endBeforeDocuments();
        }
    }

    /** The run was asked to stop while it opened source and target. */
    private RunSummary stoppedBeforeDocuments(@Nullable Load load) throws TargetException {
        RunMetrics nothing = new RunMetrics(run.clocks(), tables());
        Loaded stopped = Loaded.stopped(run.stop().reason(), Map.of());
        return finished(load, RunSummary.of(run, 0, nothing, stopped, load, null), null);
    }

    /** With the time that it has taken as a whole, which is also what lies between its two times in the ledger. */
    private RunSummary finished(@Nullable Load load, RunSummary counted, @Nullable Coverage coverage)
            throws TargetException {
        long nanoseconds = System.nanoTime() - start;
        RunSummary summary = counted.lasting(RunMetrics.inMilliseconds(nanoseconds / 1e9));
        if (load != null) {
            finish(load.target(), summary, run.startedAt().plusNanos(nanoseconds), kept(summary, coverage));
        }
        LOG.info("{}", summary.inOneLine());
        return summary;
    }

    /** What the ledger keeps for later; nothing of a run that has settled no document. */
    private static RunLedger.@Nullable Kept kept(RunSummary summary, @Nullable Coverage coverage) {
        SettledCoverage settled = coverage == null ? SettledCoverage.NONE : coverage.settled();
        if (settled.documents() == 0) {
            return null;
        }
        try {
            return new RunLedger.Kept(settled, KeptReport.write(summary));
        } catch (OutOfMemoryError e) {
            // All is loaded, and the run's end matters more.
            LOG.warn("the ledger does not keep the paths of this run's documents: memory has run out");
            return null;
        }
    }

    private static void finish(Target target, RunSummary summary, Instant at, RunLedger.@Nullable Kept kept)
            throws TargetException {
        RunSummary.Documents documents = summary.documents();
        try {
            target.ledger()
                    .end(
                            at,
                            summary.status().name().toLowerCase(Locale.ROOT),
                            documents.read(),
                            documents.loaded(),
                            documents.rejected(),
                            documents.skipped(),
                            RunSummaryJson.write(summary),
                            kept);
        } catch (TargetException e) {
            if (summary.status() == Status.FINISHED) {
                throw e;
            }
            // The summary says why the run broke. That fault matters, and not that its end cannot be written either.
            LOG.debug(
                    "the end of run {} could not be written: {}", summary.run().id(), StackTraces.withoutMessages(e));
        }
    }

    private void logBeginning(DocumentSource source, @Nullable Load load) {
        LOG.info(
                "run {} begins: {} into {}, {} workers",
                run.runId(),
                source.description(),
                load != null
                        ? load.target().database().displayUrl()
                        : options.dryRun() ? "nothing (dry run)" : "sinks of the program's own",
                options.workers());
    }
}
