package dev.millrace.dialect;

import java.sql.SQLException;
import org.apiguardian.api.API;

/** A value that the database cannot hold, found before it was sent. The message does not show it. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RefusedValueException extends SQLException {
    private static final long serialVersionUID = 1L;
    /** SQL's "data exception". */
    public static final String STATE = "22000";

    private final String column;
    private final long row;

    /**
     * @param column the column's physical name
     * @param row the row's number among those written to the loader since its last commit, from 0
     */
    public RefusedValueException(String column, long row, String message) {
        super(message, STATE);
        this.column = column;
        this.row = row;
    }

    /** The column's physical name. */
    public String column() {
        return column;
    }

    /** The row's number among those written to the loader since its last commit, from 0. */
    public long row() {
        return row;
    }
}
