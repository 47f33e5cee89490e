package dev.millrace.sink;

import dev.millrace.pipeline.Outcome;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Where a worker's outcomes go: a database, files, a count, a comparison. Each worker has a sink of its own. Its two threads share it:
 * {@link #prepare} is called by the one that maps, everything else by the one that loads, at the same time. A sink therefore keeps what
 * the two use apart.
 *
 * <p>The calls come in this order: {@link #prepare} for every outcome and {@link #accept} for every batch of what that has given; then
 * {@link #commit}, if the source was read to its end or the run was told to stop, or else {@link #abort}; then {@link #close}.
 *
 * @param <T> what it makes of an outcome before it takes it in
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface Sink<T> extends AutoCloseable {
    /**
     * Gives an outcome the form in which it will be accepted, right after the document was mapped, while its rows are in the processor's
     * cache. Whatever is prepared may be forgotten without having been accepted.
     */
    T prepare(Outcome outcome);

    /**
     * Takes in a batch: when it returns, every document of it has an outcome in the result, and what was taken in whole will not be lost
     * but by {@link #abort}.
     *
     * @param batch the documents that were mapped, in the source's order, and behind them all others. It may be given a
     *     second time after an {@link OutOfMemoryError}
     * @throws SinkException when it fails for a reason that is not a document's; of what the batch has not committed, nothing stays
     */
    SinkResult accept(List<T> batch) throws SinkException;

    /**
     * Whether everything accepted so far is where it will be kept. A sink that gathers batches before it writes them says no in between:
     * then the results of these batches are told, and counted, when it is. Asked after each {@link #accept} and after {@link #commit}.
     */
    default boolean isKept() {
        return true;
    }

    /**
     * After the last batch: returns when everything that was accepted is where it will be kept.
     *
     * @throws SinkException when that cannot be done, or is not known
     */
    default void commit() throws SinkException {}

    /** Instead of {@link #commit}: undoes what is under way, at once, since others may be waiting for its locks. Does not throw. */
    default void abort() {
        close();
    }

    /** How each table is written, by table name, for people; empty where there is nothing to tell. */
    default Map<String, String> paths() {
        return Map.of();
    }

    /** Gives back what it holds; does not throw. Can be called more than once. */
    @Override
    void close();
}
