package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.AroundRecords;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageCollector;
import dev.millrace.coverage.CoveredPath;
import dev.millrace.coverage.FirstMet;
import dev.millrace.database.Load;
import dev.millrace.database.RowLocator;
import dev.millrace.database.TargetException;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.sink.CountingSink;
import dev.millrace.sink.Sink;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SplitFiles;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.End;
import dev.millrace.workers.ParallelCoordinator;
import dev.millrace.workers.Worker;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlParser;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The phase of a run in which documents are read, mapped and loaded: a pool of workers, each with a sink of its own. */
final class LoadPhase implements Loading {
    private static final Logger LOG = LoggerFactory.getLogger(LoadPhase.class);

    private final RunContext run;
    private final RunOptions options;
    private final MappingContract contract;
    private final Projection projection;
    private final @Nullable Load load;
    private final RunMetrics metrics;
    private final RunListener listener;
    /** Of each thread that reads the source for the first time; null where nobody looks. */
    private final @Nullable List<Coverage> coverages;
    /** What counts, by the clock of the worker that it counts for. */
    private final IdentityHashMap<StageClock, CoverageCollector> collectors = new IdentityHashMap<>();

    /** Why a run stops with more rejects than it accepts. */
    static final String TOO_MANY_REJECTS = "gave up: more documents were rejected than this run accepts";

    private final int firstWorker;

    /** Of documents whose rows are there already, so many that it is no chance. */
    private static final int ROWS_OF_OTHERS = 200;

    private final AtomicBoolean toldOfRowsOfOthers = new AtomicBoolean();
    /** Locked while the listener is called, which need not be thread-safe. */
    private final Object telling = new Object();

    /** @param load null where there is no database: a dry run, which counts, or sinks of the caller's */
    LoadPhase(RunContext run, @Nullable Load load, RunMetrics metrics, RunListener listener) {
        this(run, load, metrics, listener, 1);
    }

    /** @param firstWorker the number of the first worker, where others of the same run are elsewhere */
    LoadPhase(RunContext run, @Nullable Load load, RunMetrics metrics, RunListener listener, int firstWorker) {
        this.firstWorker = firstWorker;
        this.run = run;
        this.options = run.options();
        // The target's contract also has the limits of columns that are narrower than the contract's types.
        this.contract = load == null ? run.contract() : load.target().contract();
        this.projection = DataMapper.projection(contract);
        this.load = load;
        this.metrics = metrics;
        this.listener = listener;
        this.coverages = options.unmapped() == Unmapped.ALLOW ? null : new ArrayList<>();
    }

    /** A sink for a worker. */
    private interface Sinks {
        Sink<?> sink(int worker, StageClock clock) throws TargetException;
    }

    @Override
    public Loaded load(DocumentSource source) throws TargetException {
        Coverage all = coverages == null ? null : new Coverage(contract, options.showValues());
        if (all != null && source instanceof SplitFiles files) {
            files.tellAround(aroundRecords(all, files));
        }
        Loaded loaded = run(
                source,
                clock -> all == null ? () -> pipeline(clock, null) : counting(clock, all),
                this::sink,
                options.limit(),
                metrics.expected(),
                () -> tell(() -> listener.started(metrics)),
                result -> {
                    metrics.add(result);
                    RunSource.askLedgerAfterSkips(source, result);
                });
        collectors.values().forEach(CoverageCollector::endFollowing);
        return loaded;
    }

    @Override
    public Loaded loadAgain(DocumentSource source, Load target) throws TargetException {
        Sinks sinks = (worker, clock) -> target.engineForWithdrawn(worker, metrics.loadClock(clock), locator());
        return run(
                source,
                clock -> () -> pipeline(clock, null),
                sinks,
                Long.MAX_VALUE,
                OptionalLong.empty(),
                () -> {},
                metrics::addAgain);
    }

    private Sink<?> sink(int worker, StageClock clock) throws TargetException {
        if (load != null) {
            Staging staging = run.staging();
            if (staging != null) {
                return staging.sink(load.target(), worker, metrics.loadClock(clock), locator());
            }
            CoverageCollector collector = collectors.get(clock);
            return collector == null
                    ? load.engine(worker, metrics.loadClock(clock), locator())
                    : load.engine(worker, metrics.loadClock(clock), locator(), collector::settled);
        }
        return options.into() == null || options.dryRun()
                ? new CountingSink(contract)
                : options.into().get();
    }

    /** Each such document is tried alone in the end, which takes long: who runs it need not wait for that. */
    private void tellOfRowsOfOthers() {
        if (metrics.metRowsOfOthersOnly(ROWS_OF_OTHERS) && toldOfRowsOfOthers.compareAndSet(false, true)) {
            LOG.warn(
                    "none of the first {} documents could be loaded: the target holds rows with their keys already, which no run of"
                            + " this contract has put there. Stop the run, and empty the tables, or take over what another system has"
                            + " loaded with 'millrace import-ledger', or say in the contract what such rows do (on-duplicate)",
                    metrics.rejected());
        }
    }

    private void tell(BatchResult batch) {
        tell(() -> {
            listener.batch(batch);
            batch.sink().rejects().forEach(listener::rejected);
        });
    }

    private void tell(Runnable event) {
        synchronized (telling) {
            try {
                event.run();
            } catch (RuntimeException e) {
                throw new ListenerFault(e);
            }
        }
    }

    /** The program's listener has thrown an exception. */
    static final class ListenerFault extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ListenerFault(RuntimeException cause) {
            super("the program's own listener has thrown " + cause.getClass().getName(), cause);
        }
    }

    private Loaded run(
            DocumentSource source,
            Function<StageClock, Supplier<DocumentPipeline>> pipelines,
            Sinks sinks,
            long limit,
            OptionalLong expected,
            Runnable onStart,
            Consumer<BatchResult> results)
            throws TargetException {
        List<Worker<?>> workers = new ArrayList<>();
        try {
            for (StageClock clock : run.clocks()) {
                workers.add(
                        new Worker<>(pipelines.apply(clock), sinks.sink(firstWorker + workers.size(), clock), clock));
            }
            ParallelCoordinator pool = new ParallelCoordinator(
                    workers,
                    options.batchDocuments(),
                    options.batchBytes(),
                    limit,
                    records(limit),
                    expected,
                    run.stop());
            onStart.run();
            long before = metrics.documentsDone();
            End end = pool.run(source, result -> {
                results.accept(result);
                tellOfRowsOfOthers();
                tell(result);
                if (options.maxRejects().isExceeded(metrics.rejected(), metrics.read())) {
                    run.stop().ask(TOO_MANY_REJECTS);
                }
            });
            long withoutOutcome = pool.documentsRead() - pool.documentsLeft() - (metrics.documentsDone() - before);
            return loaded(workers, end, withoutOutcome);
        } catch (ListenerFault e) {
            return loaded(workers, new End.Failed(e), 0);
        } finally {
            workers.forEach(Worker::close);
        }
    }

    /** Counts the records of a document, since a limit is one of records. Without a limit nobody asks, so it need not parse. */
    private ToLongFunction<Document> records(long limit) {
        return limit == Long.MAX_VALUE ? document -> 1 : pipeline(new StageClock(), null)::records;
    }

    private DocumentPipeline pipeline(StageClock clock, @Nullable CoverageCollector coverage) {
        return new DocumentPipeline(
                contract,
                projection,
                options.limits(),
                run.runId(),
                run.startedAt(),
                options.showValues(),
                clock,
                null,
                null,
                coverage);
    }

    /** The pipelines of a worker, which come one after the other, and count what the contract makes of the documents, and what it leaves out. */
    private Supplier<DocumentPipeline> counting(StageClock clock, Coverage all) {
        Coverage mine = all.another();
        Objects.requireNonNull(coverages).add(mine);
        CoverageCollector collector = mine.collector();
        if (load != null && run.staging() == null) {
            collector.followDocuments();
            collectors.put(clock, collector);
        }
        return () -> {
            DocumentPipeline made = pipeline(clock, collector);
            if (options.unmapped() == Unmapped.FAIL) {
                made.refuseUnmapped(path -> run.stop().ask(refusal(mine, path)));
            }
            return made;
        };
    }

    private AroundRecords aroundRecords(Coverage all, SplitFiles files) {
        Coverage mine = all.another();
        Objects.requireNonNull(coverages).add(mine);
        return new AroundRecords(mine, files::documentsGiven, path -> {
            if (options.unmapped() == Unmapped.FAIL) {
                run.stop().ask(refusal(mine, path));
            }
        });
    }

    private static String refusal(Coverage coverage, CoveredPath path) {
        FirstMet first = path.first();
        return "gave up: the contract neither maps nor ignores " + coverage.text(path)
                + (first == null
                        ? ""
                        : ", which document " + first.document() + " has"
                                + (first.location() == null ? "" : " in line " + first.location()))
                + "; map it, or name it under 'ignore'";
    }

    @Override
    public @Nullable Coverage coverage() {
        if (coverages == null || coverages.isEmpty()) {
            return null;
        }
        Coverage all = coverages.get(0);
        coverages.subList(1, coverages.size()).forEach(all::add);
        return all;
    }

    /** The loading thread needs a parser of its own: the pipeline's is in use by the worker's other thread. */
    private RowLocator locator() {
        return new XmlParser(projection, contract.document().text(), options.limits())::locate;
    }

    /** @param withoutOutcome documents that were read, and are neither in a result nor left for the next run */
    private Loaded loaded(List<Worker<?>> workers, End end, long withoutOutcome) {
        Map<String, String> paths = new LinkedHashMap<>();
        workers.forEach(worker -> paths.putAll(worker.paths()));
        if (end instanceof End.Failed failed) {
            LOG.debug("run {} broke: {}", run.runId(), StackTraces.withoutMessages(failed.cause()));
            return new Loaded(Status.FAILED, Failures.words(failed.cause(), options), paths);
        }
        if (withoutOutcome != 0) {
            return new Loaded(
                    Status.FAILED,
                    "the counts do not add up: what became of " + withoutOutcome
                            + " documents that were read is not known; this is a fault in Millrace, please report it",
                    paths);
        }
        return end instanceof End.Stopped stopped
                ? Loaded.stopped(stopped.reason(), paths)
                : new Loaded(Status.FINISHED, "", paths);
    }
}
