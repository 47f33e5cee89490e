package dev.millrace.document;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A document that could not be loaded, with the reason.
 *
 * @param documentKey the document's key in the ledger
 * @param fault why
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Reject(String documentKey, Fault fault) {

    public Reject {
        Objects.requireNonNull(documentKey, "documentKey");
        Objects.requireNonNull(fault, "fault");
    }
}
