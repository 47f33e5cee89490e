package dev.millrace.explain;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.TableMapping;
import dev.millrace.explain.Evaluations.Link;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.mapping.MappingTrace.Kind;
import dev.millrace.mapping.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that is a row, or could be one, while the mapper still tells of it. Holds nodes of the document. */
final class RowDraft {

    final TableMapping table;
    final long number;

    /** The index of what makes it. */
    final int rowSet;

    final Object item;
    final int ordinal;
    final @Nullable Link parent;
    final @Nullable Object[] values;
    final List<CellDraft> cells = new ArrayList<>();

    RowFate fate = RowFate.REJECTED;

    /** Its values as they are stored, or would be; null where it did not come to that. */
    @Nullable
    Row row;

    /** The row that is there instead. */
    @Nullable
    Row other;

    /** The path that leaves it out, and the condition that is false. */
    @Nullable
    RowPath path;

    RowPath.@Nullable Lost lost;

    /** Whether it is {@code nested} that leaves it out. */
    boolean nested;

    @Nullable
    String key;

    RowDraft(TableMapping table, long number, int rowSet, Object item, int ordinal, @Nullable Link parent) {
        this.table = table;
        this.number = number;
        this.rowSet = rowSet;
        this.item = item;
        this.ordinal = ordinal;
        this.parent = parent;
        this.values = new Object[table.columns().size()];
    }

    /** A column's way to its value. */
    static final class CellDraft {

        /** How many items of a path are kept. */
        private static final int MOST_ITEMS = 10;

        final ColumnMapping column;
        final List<MappingTrace.Step> found = new ArrayList<>();
        final List<MappingTrace.Step> steps = new ArrayList<>();
        long moreFound;

        @Nullable
        Object value;

        boolean stored;

        CellDraft(ColumnMapping column) {
            this.column = column;
        }
    }

    /** Takes a step of the column at hand. */
    void take(MappingTrace.Step step) {
        CellDraft cell = cells.isEmpty() ? null : cells.get(cells.size() - 1);
        if (cell == null
                || cell.stored
                || !cell.column.name().equals(step.column().name())) {
            cell = new CellDraft(step.column());
            cells.add(cell);
        }
        if (step.kind() == Kind.STORED) {
            cell.value = step.value();
            cell.stored = true;
            values[index(step.column().name())] = step.value();
        } else if (step.kind() != Kind.ITEM) {
            cell.steps.add(step);
        } else if (cell.found.size() < CellDraft.MOST_ITEMS) {
            cell.found.add(step);
        } else {
            cell.moreFound++;
        }
    }

    int index(String column) {
        for (int i = 0; i < values.length; i++) {
            if (table.columns().get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalStateException("table " + table.name() + " has no column " + column);
    }

    /** The values of the key's columns; null where one is not known. */
    @Nullable
    String keyOfValues() {
        List<Object> key = new ArrayList<>();
        for (int column : table.key()) {
            Object value = values[column];
            if (value == null) {
                return null;
            }
            key.add(value);
        }
        return KeyText.of(key);
    }
}
