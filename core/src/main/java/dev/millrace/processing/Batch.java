package dev.millrace.processing;

import dev.millrace.document.Document;
import java.util.List;

/**
 * Documents that go to a worker together.
 *
 * @param documents in the source's order; empty for the end marker
 * @param bytes of their texts together
 */
record Batch(List<Document> documents, long bytes) {

    /** Tells one worker that nothing follows. */
    static final Batch END = new Batch(List.of(), 0);

    Batch {
        documents = List.copyOf(documents);
    }
}
