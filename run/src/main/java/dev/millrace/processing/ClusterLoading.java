package dev.millrace.processing;

import dev.millrace.coverage.Coverage;
import dev.millrace.database.Load;
import dev.millrace.database.TargetException;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the documents of a run loaded by a cluster, and adds up what became of the parts. */
final class ClusterLoading implements Loading {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLoading.class);

    /** Of this process, for documents that were withdrawn. */
    private static final int MOST_WORKERS_HERE = 4;

    /** Of the number of a document that is met first, until all parts are done: its number in its part. The part's is before it. */
    private static final int BITS_OF_DOCUMENTS = 40;

    private final RunContext run;
    private final Cluster cluster;
    private final Load load;
    private final RunMetrics metrics;
    private final RunListener listener;
    private final Map<String, String> paths = new LinkedHashMap<>();
    /** Of all parts that are done; null where nobody looks. */
    private final @Nullable Coverage coverage;
    /** Of the source, by the number of the part that has them. */
    private final TreeMap<Integer, Long> documents = new TreeMap<>();

    ClusterLoading(RunContext run, Cluster cluster, Load load, RunMetrics metrics, RunListener listener) {
        this.run = run;
        this.cluster = cluster;
        this.load = load;
        this.metrics = metrics;
        this.listener = listener;
        this.coverage = run.options().unmapped() == Unmapped.ALLOW
                ? null
                : new Coverage(load.target().contract(), run.options().showValues());
    }

    /** @param source only names what the cluster reads */
    @Override
    public Loaded load(DocumentSource source) {
        listener.started(metrics);
        try {
            cluster.load(PartOfRun.of(run, load.target(), source.description()), this::add, run.stop());
        } catch (Exception e) {
            if (!run.stop().isAsked()) {
                LOG.debug("run {} broke: {}", run.runId(), StackTraces.withoutMessages(e));
                warnOfPartsUnderWay();
                return new Loaded(Status.FAILED, Failures.words(e, run.options()), pathsSoFar());
            }
        }
        if (!run.stop().isAsked()) {
            return new Loaded(Status.FINISHED, "", pathsSoFar());
        }
        warnOfPartsUnderWay();
        return Loaded.stopped(run.stop().reason(), pathsSoFar());
    }

    private static void warnOfPartsUnderWay() {
        LOG.warn(
                "tasks that were ended early are in no count of this run; documents that they had loaded are in the ledger, and the"
                        + " next run skips them");
    }

    private synchronized Map<String, String> pathsSoFar() {
        return Map.copyOf(paths);
    }

    private void add(PartResult part) {
        int lane = Math.floorMod(part.number() - 1, run.clocks().size());
        metrics.add(part, run.contract(), run.clocks().get(lane));
        if (part.skippedForeignKeyChecks()) {
            load.noteSkippedChecks();
        }
        synchronized (this) {
            paths.putAll(part.paths());
            if (coverage != null && part.coverage() != null) {
                documents.put(part.number(), part.documents());
                coverage.add(part.coverage(), (long) part.number() << BITS_OF_DOCUMENTS);
            }
            part.firstRejects().forEach(listener::rejected);
        }
        if (!part.gaveUp().isEmpty()) {
            run.stop().ask(part.gaveUp());
        } else if (run.options().maxRejects().isExceeded(metrics.rejected(), metrics.read())) {
            run.stop().ask(LoadPhase.TOO_MANY_REJECTS);
        }
    }

    @Override
    public Loaded loadAgain(DocumentSource source, Load target) throws TargetException {
        List<StageClock> some =
                run.clocks().subList(0, Math.min(MOST_WORKERS_HERE, run.clocks().size()));
        RunContext here =
                new RunContext(run.contract(), run.options(), run.runId(), run.startedAt(), some, run.stop(), null);
        return new LoadPhase(here, target, metrics, listener).loadAgain(source, target);
    }

    @Override
    public synchronized @Nullable Coverage coverage() {
        if (coverage != null && !documents.isEmpty()) {
            Map<Long, Long> before = new HashMap<>();
            long sum = 0;
            for (Map.Entry<Integer, Long> part : documents.entrySet()) {
                before.put((long) part.getKey(), sum);
                sum += part.getValue();
            }
            documents.clear();
            coverage.renumber(number ->
                    before.getOrDefault(number >>> BITS_OF_DOCUMENTS, 0L) + (number & (1L << BITS_OF_DOCUMENTS) - 1));
        }
        return coverage;
    }
}
