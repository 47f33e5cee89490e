package dev.millrace.dialect;

import dev.millrace.workers.Stop;

/**
 * A database, and how whoever works with it treats its faults.
 *
 * @param retryPolicy how often and for how long faults that may pass are waited for
 * @param stop ends early what waits here
 */
public record DatabaseAccess(Database database, RetryPolicy retryPolicy, Stop stop) {

    public Dialect dialect() {
        return database.dialect();
    }

    /** For a piece of work. */
    public Retrying retrying() {
        return new Retrying(database, retryPolicy, stop);
    }
}
