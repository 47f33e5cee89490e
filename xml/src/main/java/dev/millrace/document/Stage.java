package dev.millrace.document;

import java.util.Locale;
import org.apiguardian.api.API;

/** The stages of a document's way, as they are named in the ledger, in the summary and in rejects. */
@API(status = API.Status.STABLE, since = "0.1")
public enum Stage {
    READ,
    VALIDATE,
    PARSE,
    MAP,
    LOAD;

    /** The name for people, files and tables: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
