package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Reads values by the getters that JDBC drivers have in common. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class StandardValues {
    private StandardValues() {}

    /** The default of {@link Dialect#read}. */
    public static @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        return switch (type.kind()) {
            // getString also reads a CLOB and an XML type, which getObject wraps.
            case CHAR, VARCHAR, TEXT, XML -> row.getString(column);
            case DATE -> row.getObject(column, LocalDate.class);
            case TIME -> row.getObject(column, LocalTime.class);
            case TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case TIMESTAMPTZ -> row.getObject(column, OffsetDateTime.class);
            case BYTES -> row.getBytes(column);
            // Not by getLong and the like, which round or cut values of other column types.
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE, UUID -> row.getObject(column);
        };
    }
}
