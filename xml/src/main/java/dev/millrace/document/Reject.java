package dev.millrace.document;

import java.util.Objects;

/**
 * A document that could not be loaded, with the reason.
 *
 * @param documentKey the document's key in the ledger
 * @param fault why
 */
public record Reject(String documentKey, Fault fault) {

    public Reject {
        Objects.requireNonNull(documentKey, "documentKey");
        Objects.requireNonNull(fault, "fault");
    }
}
