package dev.millrace.processing;

import dev.millrace.coverage.Coverage;
import dev.millrace.database.Load;
import dev.millrace.database.TargetException;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the documents of a run loaded by a cluster, and adds up what became of the parts. */
final class ClusterLoading implements Loading {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLoading.class);

    /** Of this process, for documents that were withdrawn. */
    private static final int MOST_WORKERS_HERE = 4;

    private final RunContext run;
    private final Cluster cluster;
    private final Load load;
    private final RunMetrics metrics;
    private final RunListener listener;
    private final Map<String, String> paths = new LinkedHashMap<>();

    ClusterLoading(RunContext run, Cluster cluster, Load load, RunMetrics metrics, RunListener listener) {
        this.run = run;
        this.cluster = cluster;
        this.load = load;
        this.metrics = metrics;
        this.listener = listener;
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
                return new Loaded(Status.FAILED, Failures.words(e, run.options()), pathsSoFar());
            }
        }
        return run.stop().isAsked()
                ? Loaded.stopped(run.stop().reason(), pathsSoFar())
                : new Loaded(Status.FINISHED, "", pathsSoFar());
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
    public @Nullable Coverage coverage() {
        return null;
    }
}
