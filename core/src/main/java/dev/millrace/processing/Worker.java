package dev.millrace.processing;

import dev.millrace.database.BatchLoader;
import dev.millrace.database.DocumentEncoder;
import dev.millrace.database.LoadBatch;
import dev.millrace.database.LoadResult;
import dev.millrace.database.ReadyDocument;
import dev.millrace.database.RejectedDocument;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.StoppedException;
import dev.millrace.document.Document;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.MappedDocument;
import dev.millrace.mapping.Row;
import dev.millrace.processing.StageClock.Work;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One independent worker: owns everything that it uses, and shares nothing with the others but the queue of batches. It
 * has two threads, so that the next batch is parsed and mapped while the previous one is loading.
 */
final class Worker {

    /** A batch between the two threads; no batch marks the end. */
    private record Prepared(@Nullable LoadBatch batch, int documents, long bytes, int withUnknownKeys) {}

    private static final Prepared END = new Prepared(null, 0, 0, 0);

    /** Until the front thread takes it: with that thread ends all that it holds, also where memory has run out. */
    private @Nullable DocumentPipeline pipeline;

    private final @Nullable BatchLoader engine;
    private final @Nullable DocumentEncoder encoder;
    private final StageClock clock;
    private final int tables;
    private volatile long documentsLeft;

    // No buffer between the threads: one batch loading and one being prepared is all the overlap that helps.
    private final Channel<Prepared> handOver = new Channel<>(0);

    /**
     * @param engine the worker's own; null for a dry run, which then does everything but load
     * @param tables how many tables the contract has
     */
    Worker(DocumentPipeline pipeline, @Nullable BatchLoader engine, StageClock clock, int tables) {
        this.pipeline = pipeline;
        this.engine = engine;
        this.encoder = engine == null ? null : engine.encoder();
        this.clock = clock;
        this.tables = tables;
    }

    /** Takes batches until the end marker, prepares each and hands it to the loading thread. */
    void prepareAll(Channel<Batch> batches) throws InterruptedException {
        DocumentPipeline own = Objects.requireNonNull(pipeline, "prepares once");
        pipeline = null;
        while (true) {
            long start = System.nanoTime();
            Batch batch = batches.take();
            clock.add(Work.READ_WAIT, System.nanoTime() - start);
            Prepared prepared = batch == Batch.END ? END : prepare(batch, own);
            start = System.nanoTime();
            handOver.put(prepared);
            clock.add(Work.LOAD_WAIT, System.nanoTime() - start);
            if (prepared == END) {
                return;
            }
        }
    }

    private Prepared prepare(Batch batch, DocumentPipeline pipeline) {
        List<ReadyDocument> ready = new ArrayList<>(batch.documents().size());
        List<RejectedDocument> rejected = new ArrayList<>();
        List<MappedDocument> mapped = new ArrayList<>();
        for (Document document : batch.documents()) {
            try {
                mapped.clear();
                pipeline.process(document, mapped, rejected);
                encode(mapped, ready);
            } catch (RuntimeException | StackOverflowError e) {
                throw new InternalFaultException(document, e);
            }
        }
        int withUnknownKeys = 0;
        for (RejectedDocument document : rejected) {
            withUnknownKeys += pipeline.leavesKeysUnknown(document) ? 1 : 0;
        }
        return new Prepared(new LoadBatch(ready, rejected), batch.documents().size(), batch.bytes(), withUnknownKeys);
    }

    private void encode(List<MappedDocument> mapped, List<ReadyDocument> ready) {
        long start = System.nanoTime();
        for (MappedDocument document : mapped) {
            ready.add(encoder == null ? ReadyDocument.of(document) : encoder.encode(document));
        }
        clock.add(Work.ENCODE, System.nanoTime() - start);
    }

    /**
     * Loads what {@link #prepareAll} hands over, until its end marker, and reports each batch. Whatever ends it, the transaction under way
     * is rolled back and the connection closed before anybody hears of it: other workers may be waiting for its locks.
     */
    void loadAll(Consumer<BatchResult> results) throws InterruptedException, SQLException, TargetException {
        try {
            loadWhileWanted(results);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private void loadWhileWanted(Consumer<BatchResult> results)
            throws InterruptedException, SQLException, TargetException {
        boolean wanted = true;
        while (true) {
            Prepared prepared = handOver.take();
            if (prepared.batch() == null) {
                if (engine != null && wanted) {
                    engine.flush();
                }
                return;
            }
            try {
                if (wanted) {
                    results.accept(load(prepared, prepared.batch()));
                    continue;
                }
            } catch (StoppedException e) {
                wanted = false;
            }
            documentsLeft += prepared.documents();
        }
    }

    private BatchResult load(Prepared prepared, LoadBatch batch) throws SQLException, TargetException {
        LoadResult result = engine == null ? countOnly(batch) : engine.load(batch);
        int outcomes = result.loaded() + result.skipped() + result.rejects().size();
        if (outcomes != batch.ready().size() + batch.rejected().size()) {
            throw new IllegalStateException("the books do not balance: a batch of "
                    + (batch.ready().size() + batch.rejected().size()) + " documents has " + outcomes + " outcomes");
        }
        return new BatchResult(result, prepared.documents(), prepared.bytes(), prepared.withUnknownKeys());
    }

    /** Documents that were to be loaded and were not, because somebody asked for the end while the database could not be had. */
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
        for (RejectedDocument document : batch.rejected()) {
            rejects.add(new Reject(document.key(), document.fault()));
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
