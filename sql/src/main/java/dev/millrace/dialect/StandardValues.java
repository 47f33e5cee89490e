package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads values by the getters that JDBC drivers have in common. */
public final class StandardValues {
    private StandardValues() {}

    /** The default of {@link Dialect#read}. */
    public static @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        switch (type.kind()) {
            case CHAR:
            case VARCHAR:
            case TEXT:
            case XML:
                // Also of a CLOB, and of a type of XML, which getObject wraps.
                return row.getString(column);
            case DATE:
                return row.getObject(column, LocalDate.class);
            case TIME:
                return row.getObject(column, LocalTime.class);
            case TIMESTAMP:
                return row.getObject(column, LocalDateTime.class);
            case TIMESTAMPTZ:
                return row.getObject(column, OffsetDateTime.class);
            case BYTES:
                return row.getBytes(column);
            default:
                // Not by getLong and its like, which round and cut what a column of another type holds.
                return row.getObject(column);
        }
    }
}
