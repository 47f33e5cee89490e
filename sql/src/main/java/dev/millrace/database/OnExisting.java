package dev.millrace.database;

/** What a run does with a document that the ledger holds already. */
public enum OnExisting {
    /** Leaves it as it is, loaded or rejected. */
    SKIP,
    /** Deletes its rows and loads it anew if its text is another than the ledger knows; else leaves it as it is. */
    REPLACE,
    /** Ends the run at the first one that is loaded. */
    FAIL
}
