package dev.millrace.explain;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a document. Without a table, an overview of all of them.
 *
 * @param table the only table that is asked for, by its name; null for all
 * @param row which of its rows: the values of its key's columns, with commas in between, or else its number among all that could be
 *     rows; null for the first ones. Only with a table
 * @param column the only column whose values are explained; null for all columns of a row that is asked for. Only with a table
 * @param rows how many rows of a table are told of at most; at least 1
 */
public record Question(
        @Nullable String table,
        @Nullable String row,
        @Nullable String column,
        int rows) {

    public Question {
        if (table == null && (row != null || column != null)) {
            throw new IllegalArgumentException("a row or column is asked for, but of no table");
        }
        if (rows < 1) {
            throw new IllegalArgumentException("rows: " + rows + ", expected at least 1");
        }
    }

    /** Whether the rows of a table are told of. */
    boolean isAbout(String name) {
        return table == null || table.equals(name);
    }

    /** Whether the values of a column are. Those of a row that rejects the document always are. */
    boolean wantsCells() {
        return row != null || column != null;
    }

    boolean wantsColumn(String name) {
        return column == null || Objects.equals(column, name);
    }
}
