package dev.millrace.processing;

import dev.millrace.document.Reject;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Progress;
import org.apiguardian.api.API;

/**
 * Is called while a run goes on, by threads of the run, one call at a time. The run waits for each call, so a listener should do long work
 * in a thread of its own. An exception that a listener throws ends the run, which is then {@link RunSummary.Status#FAILED}.
 *
 * <pre>{@code
 * RunSummary summary = processor.run(progress -> timer.scheduleAtFixedRate(
 *         () -> System.out.println(progress.read() + " documents"), 1, 1, TimeUnit.SECONDS));
 * }</pre>
 */
@FunctionalInterface
@API(status = API.Status.STABLE, since = "0.1")
public interface RunListener {

    /** Ignores all events. */
    RunListener NONE = progress -> {};

    /**
     * Before the first document is read.
     *
     * @param progress gives the current values; any thread may read it at any time, also after the run
     */
    void started(Progress progress);

    /**
     * A batch is done: what is in it is committed, or will be by a later one. Each document of the source is in one batch. If a key that is
     * built after the rows withdraws documents, the source is read a second time. Documents that are loaded again are then in a second
     * batch, whose {@link dev.millrace.sink.SinkResult#again} says what had been counted before. The others may be reported as skipped.
     */
    default void batch(BatchResult batch) {}

    /** A document was rejected; after the {@link #batch} that it is in. */
    default void rejected(Reject reject) {}
}
