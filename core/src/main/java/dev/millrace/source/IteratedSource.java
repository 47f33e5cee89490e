package dev.millrace.source;

import dev.millrace.document.Document;
import java.util.Iterator;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Documents that a program has, or makes while they are asked for. */
final class IteratedSource implements DocumentSource {

    private final String description;
    private final Iterator<Document> documents;
    private final OptionalLong count;
    private volatile boolean stopped;

    IteratedSource(String description, Iterator<Document> documents, OptionalLong count) {
        this.description = description;
        this.documents = documents;
        this.count = count;
    }

    @Override
    public @Nullable Document next() throws SourceException {
        try {
            return !stopped && documents.hasNext() ? documents.next() : null;
        } catch (RuntimeException e) {
            // Its message may hold what the documents hold.
            throw new SourceException(
                    description + " – the next document could not be had: "
                            + e.getClass().getName() + " was thrown by the program's own iterator",
                    e);
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public OptionalLong estimatedDocuments() {
        return count;
    }

    @Override
    public int connections() {
        return 0;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
