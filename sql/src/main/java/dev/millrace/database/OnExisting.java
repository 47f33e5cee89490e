package dev.millrace.database;

import org.apiguardian.api.API;

/** What a run does with a document that the ledger holds already. */
@API(status = API.Status.STABLE, since = "0.1")
public enum OnExisting {
    /** Leaves it as it is, loaded or rejected. */
    SKIP,
    /** Deletes its rows and loads it anew if its text is another than the ledger knows; else leaves it as it is. */
    REPLACE,
    /**
     * Maps all documents again, the rejected ones too, and loads anew those of which anything is not as the ledger has it: the text, the
     * contract, or how many rows each table holds of them. The others stay as they are.
     */
    RELOAD,
    /** Ends the run at the first one that is loaded. */
    FAIL
}
