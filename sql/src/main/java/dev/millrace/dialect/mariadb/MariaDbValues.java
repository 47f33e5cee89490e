package dev.millrace.dialect.mariadb;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.StandardValues;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads values that the driver would change. */
final class MariaDbValues {
    private MariaDbValues() {}

    static @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        return switch (type.kind()) {
            case BOOLEAN -> truth(row, column);
            case REAL -> real(row.getObject(column));
            case TIME -> time(row.getString(column));
            case DATE, TIMESTAMP, TIMESTAMPTZ -> calendar(row, column, type);
            case SMALLINT, INTEGER, BIGINT, DECIMAL, DOUBLE, CHAR, VARCHAR, TEXT, UUID, BYTES, XML ->
                StandardValues.read(row, column, type);
        };
    }

    /** A tinyint can hold more than two values, and the driver gives true for all but 0. */
    private static @Nullable Object truth(ResultSet row, int column) throws SQLException {
        Object value = row.getObject(column);
        return value instanceof Boolean ? (Object) row.getInt(column) : value;
    }

    /** The server sends a real with its shortest digits, and the driver reads these as a double. The nearest real is the value. */
    private static @Nullable Object real(@Nullable Object value) {
        if (value instanceof Double number) {
            float nearest = number.floatValue();
            if (Double.parseDouble(Float.toString(nearest)) == number) {
                return nearest;
            }
        }
        return value;
    }

    /** The driver gives null for 0000-00-00, and throws an exception for 2024-00-00. */
    private static @Nullable Object calendar(ResultSet row, int column, SqlType type) throws SQLException {
        try {
            // A point in time is in UTC, whatever zone the driver of a pool's connection assumes.
            LocalDateTime utc = type.kind() == Kind.TIMESTAMPTZ ? row.getObject(column, LocalDateTime.class) : null;
            Object value = utc == null ? StandardValues.read(row, column, type) : utc.atOffset(ZoneOffset.UTC);
            return value == null ? row.getString(column) : value;
        } catch (DateTimeException e) {
            return row.getString(column);
        }
    }

    /** A time of these servers can be negative or last for weeks; the driver would drop whole days. */
    private static @Nullable Object time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return LocalTime.parse(text);
        } catch (DateTimeParseException e) {
            return text;
        }
    }
}
