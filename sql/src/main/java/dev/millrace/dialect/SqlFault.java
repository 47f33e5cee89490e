package dev.millrace.dialect;

import org.apiguardian.api.API;

/** What a fault of the database means for the run. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum SqlFault {
    /** Deadlock victim, serialization failure, lock time-out: the same transaction can succeed if tried again. */
    TRANSIENT,
    /** The connection is lost, or the server shuts down: try again on a new connection. */
    CONNECTION,
    /** A row breaks a unique or primary key. */
    DUPLICATE_KEY,
    /** A row refers to a row that does not exist. */
    FOREIGN_KEY,
    /** A row breaks a NOT NULL, a check or an exclusion. */
    CONSTRAINT,
    /** The database cannot hold a value. */
    VALUE,
    /** Log-in failed or is not allowed. */
    LOGIN,
    /** Anything else: the run cannot go on. */
    FATAL;

    /** Whether a row caused the fault, so that the other documents of the batch can be loaded without it. */
    public boolean isOfARow() {
        return this == DUPLICATE_KEY || this == FOREIGN_KEY || this == CONSTRAINT || this == VALUE;
    }
}
