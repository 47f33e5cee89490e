package dev.millrace.contract;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table that was there before and holds less than the contract's type: values are held to what it can hold, as the
 * column's policies say, before anything is sent, so that no database rounds, cuts or converts them.
 *
 * @param contractType the type that the contract gives
 * @param type of the same kind, with no more digits or characters than the column has
 * @param limits what it holds less than {@code type}; null for nothing
 * @param words the database's words for the column's type
 */
public record NarrowColumn(
        SqlType contractType, SqlType type, @Nullable ColumnLimits limits, String words) {
    public NarrowColumn {
        Objects.requireNonNull(contractType, "contractType");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(words, "words");
    }
}
