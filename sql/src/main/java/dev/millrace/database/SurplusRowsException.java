package dev.millrace.database;

import java.sql.SQLException;

/** More rows would be deleted than the documents were loaded with: some of them are somebody else's. */
final class SurplusRowsException extends SQLException {
    private static final long serialVersionUID = 1;

    SurplusRowsException(long deleted, long expected) {
        super(deleted + " rows would be deleted, where " + expected + " were loaded");
    }
}
