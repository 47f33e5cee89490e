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
 * <p>Nothing must be implemented: the defaults are for drivers that take and give the Java classes of {@link SqlType.Kind}. A value
 * that was loaded has to be read back equal, as {@code verify} compares them. Called by all threads at once, with statements and results
 * only by the one that owns them.
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
     * A value of a result, exactly as the database holds it: of the class of {@link SqlType.Kind} where the column is of the type
     * that {@link TableStatements#typeName} gives; where a table has a column of its own instead, whatever shows best what is in it.
     *
     * @param type the contract's type for the column
     */
    default @Nullable Object read(ResultSet row, int column, SqlType type) throws SQLException {
        return StandardValues.read(row, column, type);
    }

    /**
     * What stands for a value that {@link #bind} gives a statement: {@code ?}, or what makes it a value of the type where the
     * database would take it for something else beside a column of the type.
     */
    default String placeholder(SqlType type) {
        return "?";
    }

    /** Gives a statement a value to compare a column of a type with, in a form that lets the database use the column's index. */
    default void bind(PreparedStatement statement, int parameter, SqlType type, Object value) throws SQLException {
        statement.setObject(parameter, parameter(value));
    }
}
