package dev.millrace.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table while it is drafted. */
final class DraftTable {

    /** A column. */
    static final class Column {
        /** Names from the outermost to the innermost. */
        final List<String> parts;
        /** So many of these at least. */
        final int least;

        final String path;
        final Shape shape;
        ValueType type;
        /** Whether all rows have a value. */
        boolean required;
        /** How many rows have one. */
        long filled;
        /** Whether xsi:nil stands there, so that a value is meant to be none. */
        boolean nil;
        /** Whether several values are joined. */
        boolean joined;
        /** Whether it belongs to the key. */
        boolean key;

        String name = "";

        Column(List<String> parts, int least, String path, Shape shape, ValueType type) {
            this.parts = List.copyOf(parts);
            this.least = least;
            this.path = path;
            this.shape = shape;
            this.type = type;
        }
    }

    /**
     * Rows and columns that are one of several of a table.
     *
     * @param rows what makes the rows
     * @param label what tells the rows from those of other sets
     * @param paths where the columns are; a column that is not there has no value
     */
    record RowSet(String rows, String label, Map<Column, String> paths) {}

    /** Rows that are enough to believe that a column is never empty. */
    private static final long ROWS_FOR_REQUIRED = 50;

    final Shape item;
    final @Nullable DraftTable parent;
    final String rows;
    final List<Column> columns = new ArrayList<>();
    final List<DraftTable> children = new ArrayList<>();
    final List<String> nested = new ArrayList<>();
    /** Above the table in the contract. */
    final List<String> notes = new ArrayList<>();

    /** Sets that feed the table; empty where it is one. */
    final List<RowSet> union = new ArrayList<>();
    /** The column with the sets' labels; "" where there are none. */
    String label = "";

    String labelType = "";
    /** Whether the label is the row's own part of the key. */
    boolean isLabelKey;

    /** The name that the table asks for; "" for that of its element. */
    String wanted = "";

    String name = "";
    /** The parent's key and the row's own part of it. */
    final List<String> keyNames = new ArrayList<>();
    /** Columns that could be the row's own part of the key, the best first. */
    final List<Column> candidates = new ArrayList<>();

    /** Names of the columns that refer to the parent's key. */
    List<String> references = List.of();
    /** The name of the ordinal, of the column with the document's key, and of the row around a nested one; "" for none. */
    String ordinal = "";

    String documentKey = "";
    String around = "";

    DraftTable(Shape item, @Nullable DraftTable parent, String rows) {
        this.item = item;
        this.parent = parent;
        this.rows = rows;
    }

    /** How many rows the documents make. */
    long rowCount() {
        return item.occurrences;
    }

    /** Whether all rows have a value, and they are enough to believe that all will. */
    boolean isFull(Column column) {
        return column.filled == rowCount() && column.filled >= ROWS_FOR_REQUIRED;
    }

    boolean isBelow(DraftTable around) {
        for (DraftTable up = parent; up != null; up = up.parent) {
            if (up == around) {
                return true;
            }
        }
        return false;
    }
}
