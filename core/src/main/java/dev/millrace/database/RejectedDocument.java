package dev.millrace.database;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;

/**
 * A document that is rejected before it is loaded: what the ledger needs of it.
 *
 * @param key the document's key in the ledger
 * @param source the document
 * @param contentHash as in {@link dev.millrace.mapping.MappedDocument}
 * @param fault why
 */
public record RejectedDocument(String key, Document source, long contentHash, Fault fault) {}
