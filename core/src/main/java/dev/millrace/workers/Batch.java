package dev.millrace.workers;

import dev.millrace.document.Document;
import java.util.ArrayList;
import java.util.List;

/**
 * Documents that go to a worker together.
 *
 * @param first which document of the source the first one is, from 0
 * @param documents in the source's order; empty for the end marker
 * @param bytes of their texts together
 * @param mostOfLast how many records of the last document are wanted, from its first on; there the run's limit may be within a document
 */
record Batch(long first, List<Document> documents, long bytes, long mostOfLast) {

    static final long ALL = Long.MAX_VALUE;

    /** Tells one worker that nothing follows. */
    static final Batch END = new Batch(0, List.of(), 0, ALL);

    Batch {
        documents = List.copyOf(documents);
    }

    /** How many records of a document are wanted. */
    long most(int index) {
        return index == documents.size() - 1 ? mostOfLast : ALL;
    }

    /** Each document in a batch of its own. */
    List<Batch> oneByOne() {
        List<Batch> batches = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size(); i++) {
            Document document = documents.get(i);
            batches.add(new Batch(first + i, List.of(document), document.content().length, most(i)));
        }
        return batches;
    }
}
