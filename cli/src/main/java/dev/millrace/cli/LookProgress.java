package dev.millrace.cli;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.workers.Progress;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The progress of who reads documents and loads none. Thread-safe. */
final class LookProgress implements Progress {

    private final String what;
    private final long start = System.nanoTime();
    private final AtomicLong documents = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final int sources;
    private int begun;
    private long bytesBefore;
    private @Nullable DocumentSource source;

    /**
     * @param what is done with them, in words
     * @param sources how many there are, one after the other
     */
    LookProgress(String what, int sources) {
        this.what = what;
        this.sources = sources;
    }

    /** The next source is read from now on. */
    synchronized void begin(DocumentSource next) {
        source = next;
        begun++;
        bytesBefore = bytes.get();
    }

    @Override
    public synchronized OptionalDouble share() {
        DocumentSource current = source;
        OptionalDouble its = current == null ? OptionalDouble.empty() : current.share(bytes.get() - bytesBefore);
        return its.isPresent() ? OptionalDouble.of((begun - 1 + its.getAsDouble()) / sources) : OptionalDouble.empty();
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
