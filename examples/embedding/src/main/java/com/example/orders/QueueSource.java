package com.example.orders;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Documents from a queue that other threads fill. It ends with a document that has {@link #END}'s key, or when it is stopped. */
public final class QueueSource implements DocumentSource {

    public static final Document END = Document.ofText("", new byte[0], "queue");

    private final BlockingQueue<Document> queue;
    private volatile boolean stopped;

    public QueueSource(BlockingQueue<Document> queue) {
        this.queue = queue;
    }

    @Override
    public @Nullable Document next() throws InterruptedException {
        Document next = null;
        while (next == null && !stopped) {
            next = queue.poll(100, TimeUnit.MILLISECONDS);
        }
        return END.equals(next) ? null : next;
    }

    @Override
    public String description() {
        return "queue";
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {}
}
