package dev.millrace.workers;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.pipeline.StageClock.Work;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One independent worker: owns everything that it uses, and shares nothing with the others but the queue of batches. It
 * has two threads, so that the next batch is parsed and mapped while the previous one is loading.
 *
 * @param <T> what its sink makes of outcomes
 */
@SuppressWarnings({
    "ReferenceEquality", // an end marker is one object
    "NonAtomicVolatileUpdate", // one thread alone counts what was left
})
public final class Worker<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /**
     * A batch between the two threads.
     *
     * @param outcomes as the sink has prepared them, those that were mapped before all others
     * @param tooLarge what is to be accepted instead if there is not memory enough for the only one; null if there are several
     * @param documents how many documents of the source it has
     * @param left how many more it had before somebody asked for the end
     */
    private record Prepared<T>(
            List<T> outcomes, @Nullable T tooLarge, int documents, int left, long bytes, int withUnknownKeys) {

        static <T> Prepared<T> empty() {
            return new Prepared<>(List.of(), null, 0, 0, 0, 0);
        }
    }

    private final Prepared<T> end = Prepared.empty();

    /** Is taken when what was handed over before it has been loaded. */
    private final Prepared<T> nothing = Prepared.empty();

    /** One that no longer has to be kept holds nothing: neither when its thread ends, nor when memory has run out. */
    private final Supplier<DocumentPipeline> pipelines;

    private final Sink<T> sink;
    private final StageClock clock;
    private volatile long documentsLeft;
    /** Results of which the sink does not know yet that they will be kept. Of the loading thread. */
    private final List<BatchResult> accepted = new ArrayList<>();
    /** Whether the sink has been told how it ended. By the loading thread, and when that is over. */
    private boolean ended;

    // No buffer between the threads: one batch loading and one being prepared is all the overlap that helps.
    private final Channel<Prepared<T>> handOver = new Channel<>(0);

    /**
     * @param pipelines makes one for this worker alone, and another when that has run out of memory
     * @param sink the worker's own
     */
    public Worker(Supplier<DocumentPipeline> pipelines, Sink<T> sink, StageClock clock) {
        this.pipelines = pipelines;
        this.sink = sink;
        this.clock = clock;
    }

    /**
     * Takes batches until the end marker, prepares each and hands it to the loading thread.
     *
     * @param room shared with the other workers
     * @param end when it is asked for, documents that are not prepared yet are left
     */
    void prepareAll(Channel<Batch> batches, Room room, Stop end) throws InterruptedException {
        @Nullable DocumentPipeline own = pipeline(end);
        while (true) {
            long start = System.nanoTime();
            Batch batch = batches.take();
            clock.add(Work.READ_WAIT, System.nanoTime() - start);
            Prepared<T> prepared =
                    batch == Batch.END ? this.end : prepare(batch, Objects.requireNonNull(own), room, end);
            if (prepared == null) {
                own = null;
                prepareAlone(batch, room, end);
                own = pipeline(end);
                continue;
            }
            start = System.nanoTime();
            handOver.put(prepared);
            clock.add(Work.LOAD_WAIT, System.nanoTime() - start);
            if (prepared == this.end) {
                return;
            }
        }
    }

    private DocumentPipeline pipeline(Stop end) {
        DocumentPipeline made = pipelines.get();
        made.giveUpWhen(end::isAsked);
        return made;
    }

    /** Beside the other workers; null when there is not memory enough for all of them. */
    private @Nullable Prepared<T> prepare(Batch batch, DocumentPipeline pipeline, Room room, Stop end)
            throws InterruptedException {
        room.enter();
        try {
            return prepare(batch, pipeline, end);
        } catch (OutOfMemoryError e) {
            return null;
        } finally {
            room.leave();
        }
    }

    /**
     * Document by document, each while no other worker maps, and until it is loaded; the one that cannot be had is rejected. Nothing here
     * keeps a document or its rows while it is loaded.
     */
    private void prepareAlone(Batch batch, Room room, Stop end) throws InterruptedException {
        LOG.warn(
                "memory has run out: {} documents are tried one by one",
                batch.documents().size());
        for (Batch single : batch.oneByOne()) {
            room.enterAlone(this, false);
            try {
                handOver.put(prepareAlone(single, end));
                handOver.put(nothing);
            } finally {
                room.leaveAlone();
            }
        }
    }

    private Prepared<T> prepareAlone(Batch single, Stop end) {
        try {
            return prepare(single, pipeline(end), end);
        } catch (OutOfMemoryError e) {
            DocumentPipeline fresh = pipelines.get();
            Rejected rejected = fresh.outOfMemory(single.documents().get(0));
            return new Prepared<>(
                    List.of(sink.prepare(rejected)),
                    null,
                    1,
                    0,
                    single.bytes(),
                    fresh.leavesKeysUnknown(rejected) ? 1 : 0);
        }
    }

    /** As many of the batch's documents as can be before somebody asks for the end. */
    private Prepared<T> prepare(Batch batch, DocumentPipeline pipeline, Stop end) {
        List<T> mapped = new ArrayList<>(batch.documents().size());
        List<T> others = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        int documents = 0;
        long bytesLeft = batch.bytes();
        int withUnknownKeys = 0;
        @Nullable Mapped first = null;
        for (int i = 0; i < batch.documents().size(); i++) {
            if (end.isAsked()) {
                break;
            }
            Document document = batch.documents().get(i);
            try {
                outcomes.clear();
                pipeline.process(document, batch.first() + i, batch.most(i), outcomes);
                if (pipeline.hasGivenUp()) {
                    break;
                }
                long start = System.nanoTime();
                for (Outcome outcome : outcomes) {
                    if (outcome instanceof Mapped whole) {
                        first = first == null ? whole.withoutRows() : first;
                        mapped.add(sink.prepare(whole));
                    } else if (outcome instanceof Rejected reject) {
                        withUnknownKeys += pipeline.leavesKeysUnknown(reject) ? 1 : 0;
                        others.add(sink.prepare(reject));
                    } else {
                        others.add(sink.prepare(outcome));
                    }
                }
                clock.add(Work.ENCODE, System.nanoTime() - start);
                documents++;
                bytesLeft -= document.content().length;
            } catch (RuntimeException | StackOverflowError e) {
                throw new InternalFaultException(document, e);
            }
        }
        T tooLarge = first != null && mapped.size() == 1 && others.isEmpty()
                ? sink.prepare(first.rejected(Fault.outOfMemory()))
                : null;
        int left = batch.documents().size() - documents;
        mapped.addAll(others);
        return new Prepared<>(mapped, tooLarge, documents, left, batch.bytes() - bytesLeft, withUnknownKeys);
    }

    /**
     * Loads what {@link #prepareAll} hands over, until its end marker, and reports each batch. Whatever ends it, the transaction under way
     * is rolled back and the connection closed before anybody hears of it: other workers may be waiting for its locks.
     *
     * @param room shared with the other workers
     */
    void loadAll(Consumer<BatchResult> results, Room room) throws InterruptedException, SinkException {
        try {
            loadWhileWanted(results, room);
        } catch (Throwable e) {
            sink.abort();
            throw e;
        } finally {
            ended = true;
        }
    }

    private void loadWhileWanted(Consumer<BatchResult> toldTo, Room room) throws InterruptedException, SinkException {
        Consumer<BatchResult> results = result -> {
            accepted.add(result);
            tellKept(toldTo);
        };
        boolean wanted = true;
        while (true) {
            Prepared<T> prepared = handOver.take();
            if (prepared == end) {
                if (wanted) {
                    commit();
                    tellKept(toldTo);
                }
                accepted.forEach(result -> documentsLeft += result.documents());
                return;
            }
            documentsLeft += prepared.left();
            if (prepared.documents() == 0) {
                continue;
            }
            try {
                if (wanted) {
                    T tooLarge = load(prepared, results, room);
                    if (tooLarge != null) {
                        // Without its rows, which nobody holds any more.
                        prepared = new Prepared<>(
                                List.of(tooLarge),
                                null,
                                prepared.documents(),
                                0,
                                prepared.bytes(),
                                prepared.withUnknownKeys());
                        results.accept(load(prepared));
                    }
                    continue;
                }
            } catch (SinkException e) {
                if (!e.isStop()) {
                    throw e;
                }
                wanted = false;
            }
            documentsLeft += prepared.documents();
        }
    }

    private void tellKept(Consumer<BatchResult> results) {
        if (sink.isKept()) {
            accepted.forEach(results);
            accepted.clear();
        }
    }

    private void commit() throws SinkException {
        try {
            sink.commit();
        } catch (SinkException e) {
            if (!e.isStop()) {
                throw e;
            }
            LOG.debug("whether what was committed will be kept could not be asked before the end", e);
        }
    }

    /** Returns what to load instead when there is not memory enough for the batch's only document, even alone. */
    private @Nullable T load(Prepared<T> prepared, Consumer<BatchResult> results, Room room)
            throws InterruptedException, SinkException {
        try {
            results.accept(load(prepared));
            return null;
        } catch (OutOfMemoryError e) {
            if (prepared.tooLarge() == null) {
                throw e;
            }
        }
        room.enterAlone(this, true);
        try {
            results.accept(load(prepared));
            return null;
        } catch (OutOfMemoryError e) {
            return prepared.tooLarge();
        } finally {
            room.leaveAlone();
        }
    }

    private BatchResult load(Prepared<T> prepared) throws SinkException {
        SinkResult result = sink.accept(prepared.outcomes());
        if (result.documents() != prepared.outcomes().size()) {
            throw new IllegalStateException("the books do not balance: a batch of "
                    + prepared.outcomes().size() + " documents has " + result.documents() + " outcomes");
        }
        return new BatchResult(result, prepared.documents(), prepared.bytes(), prepared.withUnknownKeys());
    }

    /** Documents that were to be prepared or loaded and were not, because somebody asked for the end. */
    long documentsLeft() {
        return documentsLeft;
    }

    /** A fault of Millrace itself that a document brings out. The message names the document, and holds nothing of it. */
    public static final class InternalFaultException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        InternalFaultException(Document document, Throwable cause) {
            super(
                    "document " + document.key() + " of " + document.sourceName() + " – internal error: "
                            + cause.getClass().getName() + "; leave it out to go on, and please report it",
                    cause);
        }
    }

    /** Wakes both threads wherever they wait, with a {@link java.util.concurrent.CancellationException}. */
    void cancel() {
        handOver.cancel();
    }

    public Map<String, String> paths() {
        return sink.paths();
    }

    /** Rolls back what is open and gives back what the sink holds. Only by the loading thread, or when both have ended. */
    public void close() {
        if (!ended) {
            sink.abort();
        }
        sink.close();
    }
}
