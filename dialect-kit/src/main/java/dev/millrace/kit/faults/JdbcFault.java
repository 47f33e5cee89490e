package dev.millrace.kit.faults;

import java.sql.SQLException;

/** What a call of JDBC can come to. */
public enum JdbcFault {
    /** The connection is gone before the call has reached the database. */
    CONNECTION_LOST("08006", Moment.BEFORE, true),
    /** The database has done what was asked, and then the connection is gone: the answer to a commit, for one, is lost. */
    ANSWER_LOST("08006", Moment.AFTER, true),
    /** As of a deadlock's victim: the same can succeed if it is tried again. */
    TRANSIENT("40001", Moment.BEFORE, false),
    /** What nobody can mend by trying again. */
    FATAL("XX000", Moment.BEFORE, false),
    /** It is done, and yet told to have failed for good. */
    FATAL_AFTERWARDS("XX000", Moment.AFTER, false);

    private enum Moment {
        BEFORE,
        AFTER
    }

    private final String sqlState;
    private final Moment moment;
    private final boolean deadly;

    JdbcFault(String sqlState, Moment moment, boolean deadly) {
        this.sqlState = sqlState;
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

    SQLException exception(String call) {
        return new SQLException("a fault of the test at " + call, sqlState);
    }
}
