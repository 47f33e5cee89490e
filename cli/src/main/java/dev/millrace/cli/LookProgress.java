package dev.millrace.cli;

import dev.millrace.document.Document;
import dev.millrace.workers.Progress;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** The progress of who reads documents and loads none. Thread-safe. */
final class LookProgress implements Progress {

    private final String what;
    private final long start = System.nanoTime();
    private final AtomicLong documents = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** @param what is done with them, in words */
    LookProgress(String what) {
        this.what = what;
    }

    void add(Document document) {
        documents.incrementAndGet();
        bytes.addAndGet(document.content().length);
    }

    @Override
    public OptionalLong expected() {
        return OptionalLong.empty();
    }

    @Override
    public long read() {
        return documents.get();
    }

    @Override
    public long loaded() {
        return documents.get();
    }

    @Override
    public long rejected() {
        return 0;
    }

    @Override
    public long skipped() {
        return 0;
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public String bottleneck() {
        return what;
    }
}
