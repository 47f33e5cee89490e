package dev.millrace.source;

import dev.millrace.document.Document;
import dev.millrace.document.Skips;
import org.jspecify.annotations.Nullable;

/**
 * Some of the documents of another source, which it owns: closed, stopped and described as that one is. How many there are, and how much of
 * the source they make, is not known. Read by one thread.
 */
public abstract class PartOfSource implements DocumentSource {

    private final DocumentSource whole;

    /** @param whole closed by {@link #close} */
    protected PartOfSource(DocumentSource whole) {
        this.whole = whole;
    }

    /** The next document of the whole source, or null at its end. */
    protected final @Nullable Document nextOfAll() throws SourceException, InterruptedException {
        return whole.next();
    }

    @Override
    public final String description() {
        return whole.description();
    }

    @Override
    public final int connections() {
        return whole.connections();
    }

    @Override
    public final Skips skips() {
        return whole.skips();
    }

    @Override
    public final void stop() {
        whole.stop();
    }

    @Override
    public final void close() {
        whole.close();
    }
}
