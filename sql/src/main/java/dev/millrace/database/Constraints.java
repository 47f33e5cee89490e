package dev.millrace.database;

import org.apiguardian.api.API;

/** When the tables that a run creates get their keys, foreign keys and indexes. */
@API(status = API.Status.STABLE, since = "0.1")
public enum Constraints {
    /** With the tables: the database checks every row as it comes. */
    DURING,
    /**
     * After the rows, all at once, which costs the database far less. Where documents whose rows a key forbids could not be
     * withdrawn and loaded again, or where one of the contract's tables was there before, it is the same as {@link #DURING}.
     */
    AFTER
}
