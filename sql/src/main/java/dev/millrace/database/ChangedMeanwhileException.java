package dev.millrace.database;

import java.sql.SQLException;

/** Somebody else has changed what the log said of a document since it was read: it has to be read again. */
final class ChangedMeanwhileException extends SQLException {
    private static final long serialVersionUID = 1;

    ChangedMeanwhileException(int documents) {
        super("the log's entries of " + documents + " documents were changed by another process");
    }
}
