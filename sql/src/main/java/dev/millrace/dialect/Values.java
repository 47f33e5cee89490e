package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Dialect} that gives single values to statements and takes them from results. Rows are the loader's:
 * {@link Loading#loader}.
 *
 * <p>Nothing must be implemented: the defaults are for drivers that accept and return the Java classes of {@link SqlType.Kind}. A loaded value
 * has to be equal when it is read, since {@code verify} compares the two. Called by all threads at once; a statement or result is used by one
 * thread.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Values {
    /** A NULL to insert into a column of a type. */
    default String typedNull(SqlType type) {
        return "NULL";
    }

    /** A value of the Java classes of {@link SqlType.Kind} as the driver takes it for a parameter. */
    default Object parameter(Object value) {
        return value;
    }

    /** The instant in a column of type timestamptz, or null. */
    default @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /**
     * A value of a result, exactly as the database holds it. It is of the class of {@link SqlType.Kind} if the column has the type that
     * {@link TableStatements#typeName} gives. For a column of another type it is an object that shows best what the column holds.
     *
     * @param type the contract's type for the column
     */
    default @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        return StandardValues.read(row, column, type);
    }

    /**
     * How to write the parameter that {@link #bind} sets: {@code ?}, or a cast to the type if the database would otherwise compare it as
     * another type.
     */
    default String placeholder(SqlType type) {
        return "?";
    }

    /** Gives a statement a value to compare a column of a type with, in a form that lets the database use the column's index. */
    default void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        statement.setObject(parameter, parameter(value));
    }
}
