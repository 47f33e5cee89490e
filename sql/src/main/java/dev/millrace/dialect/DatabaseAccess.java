package dev.millrace.dialect;

import dev.millrace.workers.Stop;

/**
 * A database, and how to treat its faults.
 *
 * @param retryPolicy how often and for how long to retry after a temporary fault
 * @param stop ends waiting early
 */
public record DatabaseAccess(Database database, RetryPolicy retryPolicy, Stop stop) {

    public Dialect dialect() {
        return database.dialect();
    }

    /** A new count of tries, for one piece of work. */
    public Retrying retrying() {
        return new Retrying(database, retryPolicy, stop);
    }
}
