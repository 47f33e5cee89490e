package dev.millrace.processing;

import dev.millrace.document.Reject;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Progress;
import org.apiguardian.api.API;

/**
 * Is told of a run while it goes on. The calls come from threads of the run, one at a time; the run waits for each, so what takes long
 * belongs into a thread of the listener's own. An exception that a listener throws ends the run, which is then
 * {@link RunSummary.Status#FAILED}.
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
     * @param progress the values of the moment, for any thread at any time, also after the run
     */
    void started(Progress progress);

    /**
     * A batch has been settled: what is in it is committed, or will be by a later one. Each document of the source is in one batch.
     * Where a key built after the rows has withdrawn documents, the source is read a second time: what is loaded again then is in a second
     * batch, whose {@link dev.millrace.sink.SinkResult#again} tells what had been counted before, and what is passed over may be told as
     * skipped.
     */
    default void batch(BatchResult batch) {}

    /** A document was rejected; after the {@link #batch} that it is in. */
    default void rejected(Reject reject) {}
}
