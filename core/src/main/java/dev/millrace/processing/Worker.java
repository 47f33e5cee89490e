package dev.millrace.processing;

import dev.millrace.database.BatchLoader;
import dev.millrace.database.DocumentEncoder;
import dev.millrace.database.LoadBatch;
import dev.millrace.database.LoadResult;
import dev.millrace.database.ReadyDocument;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Stop;
import dev.millrace.dialect.StoppedException;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.pipeline.StageClock.Work;
import java.sql.SQLException;
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
 */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /**
     * A batch between the two threads; no batch marks the end.
     *
     * @param documents how many documents it has
     * @param left how many more it had before somebody asked for the end
     */
    private record Prepared(@Nullable LoadBatch batch, int documents, int left, long bytes, int withUnknownKeys) {}

    private static final Prepared END = new Prepared(null, 0, 0, 0, 0);

    /** Is taken when what was handed over before it has been loaded. */
    private static final Prepared NOTHING = new Prepared(new LoadBatch(List.of(), List.of()), 0, 0, 0, 0);

    /** One that no longer has to be kept holds nothing: neither when its thread ends, nor when memory has run out. */
    private final Supplier<DocumentPipeline> pipelines;

    private final @Nullable BatchLoader engine;
    private final @Nullable DocumentEncoder encoder;
    private final StageClock clock;
    private final int tables;
    private volatile long documentsLeft;

    // No buffer between the threads: one batch loading and one being prepared is all the overlap that helps.
    private final Channel<Prepared> handOver = new Channel<>(0);

    /**
     * @param pipelines makes one for this worker alone, and another when that has run out of memory
     * @param engine the worker's own; null for a dry run, which then does everything but load
     * @param tables how many tables the contract has
     */
    Worker(Supplier<DocumentPipeline> pipelines, @Nullable BatchLoader engine, StageClock clock, int tables) {
        this.pipelines = pipelines;
        this.engine = engine;
        this.encoder = engine == null ? null : engine.encoder();
        this.clock = clock;
        this.tables = tables;
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
            Prepared prepared = batch == Batch.END ? END : prepare(batch, Objects.requireNonNull(own), room, end);
            if (prepared == null) {
                own = null;
                prepareAlone(batch, room, end);
                own = pipeline(end);
                continue;
            }
            start = System.nanoTime();
            handOver.put(prepared);
            clock.add(Work.LOAD_WAIT, System.nanoTime() - start);
            if (prepared == END) {
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
    private @Nullable Prepared prepare(Batch batch, DocumentPipeline pipeline, Room room, Stop end)
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
                handOver.put(NOTHING);
            } finally {
                room.leaveAlone();
            }
        }
    }

    private Prepared prepareAlone(Batch single, Stop end) {
        try {
            return prepare(single, pipeline(end), end);
        } catch (OutOfMemoryError e) {
            DocumentPipeline fresh = pipelines.get();
            Rejected rejected = fresh.outOfMemory(single.documents().get(0));
            return rejected(rejected, single.bytes(), fresh.leavesKeysUnknown(rejected) ? 1 : 0);
        }
    }

    private static Prepared rejected(Rejected rejected, long bytes, int withUnknownKeys) {
        return new Prepared(new LoadBatch(List.of(), List.of(rejected)), 1, 0, bytes, withUnknownKeys);
    }

    /** As many of the batch's documents as can be before somebody asks for the end. */
    private Prepared prepare(Batch batch, DocumentPipeline pipeline, Stop end) {
        List<ReadyDocument> ready = new ArrayList<>(batch.documents().size());
        List<Rejected> rejected = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        int documents = 0;
        long bytesLeft = batch.bytes();
        for (int i = 0; i < batch.documents().size(); i++) {
            if (end.isAsked()) {
                break;
            }
            Document document = batch.documents().get(i);
            try {
                outcomes.clear();
                pipeline.process(document, batch.most(i), outcomes);
                if (pipeline.hasGivenUp()) {
                    break;
                }
                add(outcomes, ready, rejected);
                documents++;
                bytesLeft -= document.content().length;
            } catch (RuntimeException | StackOverflowError e) {
                throw new InternalFaultException(document, e);
            }
        }
        int withUnknownKeys = 0;
        for (Rejected document : rejected) {
            withUnknownKeys += pipeline.leavesKeysUnknown(document) ? 1 : 0;
        }
        int left = batch.documents().size() - documents;
        return new Prepared(
                new LoadBatch(ready, rejected), documents, left, batch.bytes() - bytesLeft, withUnknownKeys);
    }

    private void add(List<Outcome> outcomes, List<ReadyDocument> ready, List<Rejected> rejected) {
        long start = System.nanoTime();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Mapped mapped) {
                ready.add(encoder == null ? ReadyDocument.of(mapped) : encoder.encode(mapped));
            } else if (outcome instanceof Rejected reject) {
                rejected.add(reject);
            }
        }
        clock.add(Work.ENCODE, System.nanoTime() - start);
    }

    /**
     * Loads what {@link #prepareAll} hands over, until its end marker, and reports each batch. Whatever ends it, the transaction under way
     * is rolled back and the connection closed before anybody hears of it: other workers may be waiting for its locks.
     *
     * @param room shared with the other workers
     */
    void loadAll(Consumer<BatchResult> results, Room room) throws InterruptedException, SQLException, TargetException {
        try {
            loadWhileWanted(results, room);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private void loadWhileWanted(Consumer<BatchResult> results, Room room)
            throws InterruptedException, SQLException, TargetException {
        boolean wanted = true;
        while (true) {
            Prepared prepared = handOver.take();
            if (prepared == END) {
                if (wanted) {
                    flush();
                }
                return;
            }
            documentsLeft += prepared.left();
            if (prepared.documents() == 0) {
                continue;
            }
            try {
                if (wanted) {
                    Rejected tooMuch = load(prepared, results, room);
                    if (tooMuch != null) {
                        // Without its rows, which nobody holds any more.
                        prepared = rejected(tooMuch, prepared.bytes(), prepared.withUnknownKeys());
                        results.accept(load(prepared));
                    }
                    continue;
                }
            } catch (StoppedException e) {
                wanted = false;
            }
            documentsLeft += prepared.documents();
        }
    }

    private void flush() throws SQLException {
        if (engine != null) {
            try {
                engine.flush();
            } catch (StoppedException e) {
                LOG.debug("whether the database keeps what it has committed could not be asked before the end", e);
            }
        }
    }

    /** Returns the reject of the batch's only document when there is not memory enough to load it, even alone. */
    private @Nullable Rejected load(Prepared prepared, Consumer<BatchResult> results, Room room)
            throws InterruptedException, SQLException, TargetException {
        try {
            results.accept(load(prepared));
            return null;
        } catch (OutOfMemoryError e) {
            if (onlyDocument(prepared) == null) {
                throw e;
            }
        }
        room.enterAlone(this, true);
        try {
            results.accept(load(prepared));
            return null;
        } catch (OutOfMemoryError e) {
            return onlyDocument(prepared);
        } finally {
            room.leaveAlone();
        }
    }

    private static @Nullable Rejected onlyDocument(Prepared prepared) {
        LoadBatch batch = prepared.batch();
        if (batch == null || batch.ready().size() != 1 || !batch.rejected().isEmpty()) {
            return null;
        }
        Mapped only = batch.ready().get(0).mapped();
        return new Rejected(only.key(), only.formerKeys(), only.source(), only.contentHash(), Fault.outOfMemory());
    }

    private BatchResult load(Prepared prepared) throws SQLException, TargetException {
        LoadBatch batch = Objects.requireNonNull(prepared.batch(), "the end is not loaded");
        LoadResult result = engine == null ? countOnly(batch) : engine.load(batch);
        int outcomes = result.loaded() + result.skipped() + result.rejects().size();
        if (outcomes != batch.ready().size() + batch.rejected().size()) {
            throw new IllegalStateException("the books do not balance: a batch of "
                    + (batch.ready().size() + batch.rejected().size()) + " documents has " + outcomes + " outcomes");
        }
        return new BatchResult(result, prepared.documents(), prepared.bytes(), prepared.withUnknownKeys());
    }

    /** Documents that were to be prepared or loaded and were not, because somebody asked for the end. */
    long documentsLeft() {
        return documentsLeft;
    }

    private LoadResult countOnly(LoadBatch batch) {
        long[] rows = new long[tables];
        for (ReadyDocument document : batch.ready()) {
            List<List<Row>> byTable = document.mapped().rows();
            for (int table = 0; table < tables; table++) {
                rows[table] += byTable.get(table).size();
            }
        }
        List<Reject> rejects = new ArrayList<>();
        for (Rejected document : batch.rejected()) {
            rejects.add(document.reject());
        }
        return new LoadResult(batch.ready().size(), Skips.NONE, rejects, rows);
    }

    /** A fault of Millrace itself that a document brings out. The message names the document, and holds nothing of it. */
    static final class InternalFaultException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        InternalFaultException(Document document, Throwable cause) {
            super(
                    "document " + document.key() + " of " + document.sourceName() + " – internal error: "
                            + cause.getClass().getName() + "; leave it out to go on, and please report it",
                    cause);
        }
    }

    /**
     * What became of a batch.
     *
     * @param load the outcomes, one for each record
     * @param documents how many documents of the source the batch had
     * @param bytes of their texts
     * @param withUnknownKeys rejects behind which there may be documents whose keys nobody could read
     */
    record BatchResult(LoadResult load, int documents, long bytes, int withUnknownKeys) {}

    /** Wakes both threads wherever they wait, with a {@link java.util.concurrent.CancellationException}. */
    void cancel() {
        handOver.cancel();
    }

    Map<String, String> loadPaths() {
        return engine == null ? Map.of() : engine.loadPaths();
    }

    /** Rolls back what is open and gives the connection back. Only by the loading thread, or when both have ended. */
    void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
