package dev.millrace.cli;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import org.jspecify.annotations.Nullable;

/** The first documents of a source. */
final class FirstDocuments implements DocumentSource {

    private final DocumentSource source;
    private long left;

    FirstDocuments(DocumentSource source, long most) {
        this.source = source;
        left = most;
    }

    @Override
    public @Nullable Document next() throws SourceException, InterruptedException {
        return left-- > 0 ? source.next() : null;
    }

    @Override
    public String description() {
        return source.description();
    }

    @Override
    public int connections() {
        return source.connections();
    }

    @Override
    public void stop() {
        source.stop();
    }

    @Override
    public void close() {
        source.close();
    }
}
