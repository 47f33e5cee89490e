package dev.millrace.database;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import java.util.List;

/**
 * A document that is rejected before it is loaded: what the ledger needs of it.
 *
 * @param key the document's key in the ledger
 * @param formerKeys as in {@link dev.millrace.mapping.MappedDocument}
 * @param source the document
 * @param contentHash as in {@link dev.millrace.mapping.MappedDocument}
 * @param fault why
 */
public record RejectedDocument(String key, List<String> formerKeys, Document source, long contentHash, Fault fault) {
    public RejectedDocument {
        formerKeys = List.copyOf(formerKeys);
    }

    /** A document that can have no other key. */
    public RejectedDocument(String key, Document source, long contentHash, Fault fault) {
        this(key, List.of(), source, contentHash, fault);
    }
}
