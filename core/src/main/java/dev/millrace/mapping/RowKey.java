package dev.millrace.mapping;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Some columns of a row, compared by value; a NULL equals a NULL, as in SQL's DISTINCT. */
final class RowKey {

    /** Up to so many rows, comparing each with each is cheaper than hashing. */
    static final int FEW_ROWS = 6;

    private final @Nullable Object[] row;
    private final int[] columns;
    private final int hash;

    RowKey(@Nullable Object[] row, int[] columns) {
        this.row = row;
        this.columns = columns;
        int code = 1;
        for (int column : columns) {
            Object value = row[column];
            code = 31 * code
                    + (value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value == null ? 0 : value.hashCode());
        }
        this.hash = code;
    }

    /** The index of the first row that has the values of an earlier one, or -1. */
    static int firstRepeated(List<Row> rows, int[] columns) {
        if (rows.size() > FEW_ROWS) {
            Set<RowKey> seen = new HashSet<>(rows.size() * 2);
            for (int i = 0; i < rows.size(); i++) {
                if (!seen.add(new RowKey(rows.get(i).values(), columns))) {
                    return i;
                }
            }
            return -1;
        }
        for (int i = 1; i < rows.size(); i++) {
            for (int earlier = 0; earlier < i; earlier++) {
                if (equal(rows.get(i).values(), rows.get(earlier).values(), columns)) {
                    return i;
                }
            }
        }
        return -1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && hash == key.hash && equal(row, key.row, columns);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    static boolean equal(@Nullable Object[] one, @Nullable Object[] other, int[] columns) {
        for (int column : columns) {
            Object value = one[column];
            Object otherValue = other[column];
            boolean same = value instanceof byte[] bytes
                    ? otherValue instanceof byte[] otherBytes && Arrays.equals(bytes, otherBytes)
                    : value == null ? otherValue == null : value.equals(otherValue);
            if (!same) {
                return false;
            }
        }
        return true;
    }
}
