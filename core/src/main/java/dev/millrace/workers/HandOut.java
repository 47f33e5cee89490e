package dev.millrace.workers;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source and gives each document to one of several takers, each of which has a thread of its own: for those who look at documents
 * and load nothing. Memory is bounded, as every queue is.
 */
public final class HandOut {

    private static final int BATCH_DOCUMENTS = 200;
    private static final int BATCH_BYTES = 1 << 20;

    /** Is given documents, one after the other. */
    @FunctionalInterface
    public interface Taker {

        /** @param number which document of the source it is, from 0 */
        void take(long number, Document document);
    }

    /** Some documents that follow each other in the source, and the number of the first. None: there are no more. */
    private record Numbered(long first, List<Document> documents) {}

    private final List<Taker> takers;
    private final Stop stop;
    private final Channel<Numbered> batches;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * @param takers at least one
     * @param stop ends it early: documents that were read may not have been taken then
     */
    public HandOut(List<? extends Consumer<Document>> takers, Stop stop) {
        this(
                stop,
                takers.stream()
                        .map(taker -> (Taker) (number, document) -> taker.accept(document))
                        .toList());
    }

    private HandOut(Stop stop, List<? extends Taker> takers) {
        this.takers = List.copyOf(takers);
        this.stop = stop;
        batches = new Channel<>(takers.size());
    }

    /** As the constructor, for those to whom the documents' order matters. */
    public static HandOut numbered(List<? extends Taker> takers, Stop stop) {
        return new HandOut(stop, takers);
    }

    /** Runs until the source is at its end, somebody asks for the end or a taker throws, and joins every thread. To be used once. */
    public End run(DocumentSource source) {
        List<Thread> threads = new ArrayList<>();
        for (Taker taker : takers) {
            threads.add(new Thread(() -> attempt(() -> takeAll(taker)), "millrace-look-" + (threads.size() + 1)));
        }
        threads.add(new Thread(() -> attempt(() -> read(source)), "millrace-reader"));
        try (Stop.Ending atStop = stop.onAsk(() -> {
            source.stop();
            batches.cancel();
        })) {
            stop.runAll(threads, this::fail);
        }
        Throwable broke = failure.get();
        if (broke != null) {
            return new End.Failed(broke);
        }
        return stop.isAsked() ? new End.Stopped(stop.reason()) : new End.OfSource();
    }

    private interface Task {
        void run() throws SourceException, InterruptedException;
    }

    private void attempt(Task task) {
        try {
            task.run();
        } catch (CancellationException e) {
            // Somebody has asked for the end, or something broke elsewhere.
            return;
        } catch (SourceException e) {
            if (!stop.isAsked()) {
                fail(e);
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        failure.compareAndSet(null, e);
        batches.cancel();
    }

    private void read(DocumentSource source) throws SourceException, InterruptedException {
        List<Document> batch = new ArrayList<>();
        long bytes = 0;
        long first = 0;
        while (!stop.isAsked() && failure.get() == null) {
            Document next = source.next();
            if (next == null) {
                break;
            }
            batch.add(next);
            bytes += next.content().length;
            if (bytes >= BATCH_BYTES || batch.size() >= BATCH_DOCUMENTS) {
                batches.put(new Numbered(first, batch));
                first += batch.size();
                batch = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!batch.isEmpty()) {
            batches.put(new Numbered(first, batch));
        }
        for (int i = 0; i < takers.size(); i++) {
            batches.put(new Numbered(first, List.of()));
        }
    }

    private void takeAll(Taker taker) throws InterruptedException {
        for (Numbered batch = batches.take(); !batch.documents.isEmpty(); batch = batches.take()) {
            long number = batch.first;
            for (Document document : batch.documents) {
                if (stop.isAsked()) {
                    return;
                }
                taker.take(number++, document);
            }
        }
    }
}
