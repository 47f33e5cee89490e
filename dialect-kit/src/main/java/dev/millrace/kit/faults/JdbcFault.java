package dev.millrace.kit.faults;

import java.sql.SQLException;

/** What a call of JDBC can come to. */
public enum JdbcFault {
    /** The connection is gone before the call has reached the database. */
    CONNECTION_LOST(Kind.CONNECTION, Moment.BEFORE, true),
    /** The database has done what was asked, and then the connection is gone: the answer to a commit, for one, is lost. */
    ANSWER_LOST(Kind.CONNECTION, Moment.AFTER, true),
    /** As of a deadlock's victim: the same can succeed if it is tried again. */
    TRANSIENT(Kind.CONFLICT, Moment.BEFORE, false),
    /** What nobody can mend by trying again. */
    FATAL(Kind.OTHER, Moment.BEFORE, false),
    /** It is done, and yet told to have failed for good. */
    FATAL_AFTERWARDS(Kind.OTHER, Moment.AFTER, false),
    /** A driver breaks by itself. */
    ILLEGAL_STATE(Kind.OTHER, Moment.BEFORE, false) {
        @Override
        Throwable exception(String url, String call) {
            return new IllegalStateException("a fault of the test at " + call);
        }
    },
    /** There is no memory for the call; afterwards there is. */
    OUT_OF_MEMORY(Kind.OTHER, Moment.BEFORE, false) {
        @Override
        Throwable exception(String url, String call) {
            return new OutOfMemoryError("a fault of the test at " + call);
        }
    },
    /** The stack is too small, when the database has done what was asked. */
    STACK_OVERFLOW(Kind.OTHER, Moment.AFTER, false) {
        @Override
        Throwable exception(String url, String call) {
            return new StackOverflowError("a fault of the test at " + call);
        }
    };

    /** How drivers tell it: by a state and a number, or, where a database has neither, by the beginning of a text. */
    private enum Kind {
        CONNECTION("08006", 0, "Connection Error: ", "[SQLITE_IOERR] Some kind of disk I/O error occurred"),
        CONFLICT("40001", 1213, "TransactionContext Error: Conflict: ", "[SQLITE_BUSY] The database file is locked"),
        OTHER("XX000", 0, "INTERNAL Error: ", "[SQLITE_INTERNAL] Internal logic error in SQLite");

        private final String sqlState;
        private final int number;
        private final String duckDb;
        private final String sqlite;

        Kind(String sqlState, int number, String duckDb, String sqlite) {
            this.sqlState = sqlState;
            this.number = number;
            this.duckDb = duckDb;
            this.sqlite = sqlite;
        }
    }

    private enum Moment {
        BEFORE,
        AFTER
    }

    private final Kind kind;
    private final Moment moment;
    private final boolean deadly;

    JdbcFault(Kind kind, Moment moment, boolean deadly) {
        this.kind = kind;
        this.moment = moment;
        this.deadly = deadly;
    }

    boolean isBefore() {
        return moment == Moment.BEFORE;
    }

    /** Whether the connection is dead from then on. */
    boolean isDeadly() {
        return deadly;
    }

    /** Whether the same can succeed if it is tried again. */
    public boolean mayPass() {
        return kind != Kind.OTHER;
    }

    /** As the driver of the URL would tell it. */
    Throwable exception(String url, String call) {
        String text = "a fault of the test at " + call;
        if (url.startsWith("jdbc:duckdb:")) {
            return new SQLException(kind.duckDb + text);
        }
        if (url.startsWith("jdbc:sqlite:")) {
            return new SQLException(kind.sqlite + " (" + text + ")");
        }
        return new SQLException(text, kind.sqlState, url.startsWith("jdbc:mariadb:") ? kind.number : 0);
    }
}
