package dev.millrace.database;

import org.apiguardian.api.API;

/** What a run does with a document that the ledger holds already. */
@API(status = API.Status.STABLE, since = "0.1")
public enum OnExisting {
    /** Leaves it as it is, loaded or rejected. */
    SKIP,
    /** Deletes its rows and loads it anew if its text is another than the ledger knows; else leaves it as it is. */
    REPLACE,
    /** Ends the run at the first one that is loaded. */
    FAIL
}
