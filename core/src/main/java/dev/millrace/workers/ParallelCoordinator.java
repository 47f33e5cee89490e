package dev.millrace.workers;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The manager of the worker pool: reads the source into batches, hands them out, collects results, stops and joins. It
 * knows nothing of database connections; those are the source's and the workers' own.
 *
 * <p>Every queue is bounded: batches by documents and bytes, the queue by the number of workers. The first failure wins:
 * it is kept, every queue is cancelled, all threads are joined, and only then is it told.
 */
public final class ParallelCoordinator {

    /** A transaction for fewer documents would be mostly commit. */
    private static final int SMALLEST_BATCH = 50;

    /** A batch is at most a worker's share of the documents, divided by this: the last one keeps nobody waiting for long. */
    private static final int SHARES = 4;

    private final List<Worker<?>> workers;
    private final int batchDocuments;
    private final long batchBytes;
    private final long limit;
    private final ToLongFunction<Document> records;
    private final long expected;
    private final Stop stop;

    private final Channel<Batch> batches;
    private final Room room = new Room();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    /** Asked when somebody asks for the end or something fails, so that reader and workers hear of it wherever they are. */
    private final Stop end = new Stop();

    private final AtomicLong documentsLeft = new AtomicLong();
    // The reader is putting its end markers, which nobody may clear away. Guarded by the channel.
    private boolean ending;
    // Written by the reader only.
    private volatile long documentsRead;

    /**
     * @param workers at least one
     * @param batchDocuments documents in a batch, at most
     * @param batchBytes bytes in a batch, at most, but for a single larger document
     * @param limit records to read, at most; {@link Long#MAX_VALUE} for all
     * @param records how many records a document holds; asked by the reader, and only where there is a limit
     * @param expected about how many documents there are, where that is known
     * @param stop ends it early: documents that are prepared are loaded, the rest is left for the next run
     */
    public ParallelCoordinator(
            List<Worker<?>> workers,
            int batchDocuments,
            long batchBytes,
            long limit,
            ToLongFunction<Document> records,
            OptionalLong expected,
            Stop stop) {
        this.workers = List.copyOf(workers);
        this.batchDocuments = batchDocuments;
        this.batchBytes = batchBytes;
        this.limit = limit;
        this.records = records;
        this.expected = Math.min(limit, expected.orElse(0));
        this.stop = stop;
        this.batches = new Channel<>(workers.size());
    }

    /**
     * Runs until the source is at its end, somebody asks for the end or something fails, and joins every thread. An interrupt of the
     * caller asks for the end, too; afterwards it is interrupted again.
     *
     * @param results is told what became of each batch, by one thread at a time
     */
    public End run(DocumentSource source, Consumer<BatchResult> results) {
        Consumer<BatchResult> oneAtATime = result -> {
            synchronized (results) {
                results.accept(result);
            }
        };
        List<Thread> threads = new ArrayList<>();
        threads.add(thread("millrace-reader", () -> read(source)));
        int number = 1;
        for (Worker<?> worker : workers) {
            threads.add(thread("millrace-worker-" + number, () -> worker.prepareAll(batches, room, end)));
            threads.add(thread("millrace-loader-" + number, () -> worker.loadAll(oneAtATime, room)));
            number++;
        }
        // The reader may wait for a source that says nothing for hours.
        try (Stop.Ending atEnd = end.onAsk(source::stop);
                Stop.Ending atStop = stop.onAsk(this::leaveTheRest)) {
            stop.runAll(threads, this::fail);
        }
        Throwable broke = failure.get();
        if (broke != null) {
            return new End.Failed(broke);
        }
        return stop.isAsked() ? new End.Stopped(stop.reason()) : new End.OfSource();
    }

    private void leaveTheRest() {
        clear();
        end.ask(stop.reason());
    }

    /** Makes room where the reader may be held up; it looks whether it is to stop before it reads on. */
    private void clear() {
        synchronized (batches) {
            if (!ending) {
                batches.clear().forEach(this::leave);
            }
        }
    }

    private void leave(Batch batch) {
        documentsLeft.addAndGet(batch.documents().size());
    }

    /** Documents that the source has delivered and that are left for the next run, because somebody asked for the end. */
    public long documentsLeft() {
        long left = documentsLeft.get();
        for (Worker<?> worker : workers) {
            left += worker.documentsLeft();
        }
        return left;
    }

    /** Documents that the source has delivered. */
    public long documentsRead() {
        return documentsRead;
    }

    private interface Task {
        void run() throws Exception;
    }

    private Thread thread(String name, Task task) {
        return new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        fail(e);
                    }
                },
                name);
    }

    /** Keeps the first failure and wakes everybody; what others fail with after that is only its echo. */
    private void fail(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            batches.cancel();
            workers.forEach(Worker::cancel);
            end.ask("something broke");
        }
    }

    private void read(DocumentSource source) throws SourceException, InterruptedException {
        readAll(source);
        synchronized (batches) {
            if (stop.isAsked()) {
                // What no worker has taken yet stays unread.
                clear();
            }
            ending = true;
        }
        for (int i = 0; i < workers.size(); i++) {
            batches.put(Batch.END);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the reader alone counts
    private void readAll(DocumentSource source) throws SourceException, InterruptedException {
        List<Document> documents = new ArrayList<>();
        long first = 0;
        long bytes = 0;
        long left = limit;
        while (!stop.isAsked() && failure.get() == null && left > 0) {
            Document document = next(source);
            if (document == null) {
                break;
            }
            documentsRead++;
            int size = document.content().length;
            if (!documents.isEmpty() && bytes + size > batchBytes) {
                batches.put(new Batch(first, documents, bytes, Batch.ALL));
                first += documents.size();
                documents.clear();
                bytes = 0;
            }
            documents.add(document);
            bytes += size;
            long most = Batch.ALL;
            if (limit < Long.MAX_VALUE) {
                long held = records.applyAsLong(document);
                most = held > left ? left : Batch.ALL;
                left -= Math.min(left, held);
            }
            if (documents.size() >= mostDocuments() || left == 0) {
                batches.put(new Batch(first, documents, bytes, most));
                first += documents.size();
                documents.clear();
                bytes = 0;
            }
        }
        if (!documents.isEmpty()) {
            batches.put(new Batch(first, documents, bytes, Batch.ALL));
        }
    }

    /** The next document; none as well where a source that is told to stop breaks instead. */
    private @Nullable Document next(DocumentSource source) throws SourceException, InterruptedException {
        try {
            return source.next();
        } catch (SourceException e) {
            if (!stop.isAsked()) {
                throw e;
            }
            return null;
        }
    }

    /**
     * How large a batch may be, so that every worker has its share of a small source, too. Where nobody knows how large the source
     * is, it grows with the run.
     */
    private int mostDocuments() {
        long share = Math.max(documentsRead, expected) / ((long) SHARES * workers.size());
        return (int) Math.min(batchDocuments, Math.max(SMALLEST_BATCH, share));
    }
}
