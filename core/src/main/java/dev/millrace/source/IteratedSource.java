package dev.millrace.source;

import dev.millrace.document.Document;
import java.util.Collection;
import java.util.Iterator;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Documents that a program has, or makes while they are asked for. */
final class IteratedSource implements DocumentSource {

    private final String description;
    private final Iterable<Document> documents;
    private @Nullable Iterator<Document> iterator;
    private volatile boolean stopped;

    IteratedSource(String description, Iterable<Document> documents) {
        this.description = description;
        this.documents = documents;
    }

    @Override
    public @Nullable Document next() throws SourceException {
        try {
            Iterator<Document> from = iterator;
            if (from == null) {
                from = documents.iterator();
                iterator = from;
            }
            if (stopped || !from.hasNext()) {
                return null;
            }
            Document next = from.next();
            if (next == null) {
                // It would pass for the end.
                throw new SourceException(
                        description + " – the program's own iterator has given null for a document", null);
            }
            return next;
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
        return documents instanceof Collection<?> known ? OptionalLong.of(known.size()) : OptionalLong.empty();
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
