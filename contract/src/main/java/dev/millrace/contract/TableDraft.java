package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.TableOutline.RowSetOutline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table while its names are resolved and its key is derived. Its parent is always further along. */
final class TableDraft {

    /** A column as the database will see it. */
    static final class Column {
        final String name;
        final Position position;
        /** Null while unknown, and after an error. */
        @Nullable
        SqlType type;

        boolean key;
        /** Of the first set that has one. */
        @Nullable
        String description;

        Column(String name, Position position) {
            this.name = name;
            this.position = position;
        }
    }

    /** How one row set fills one column. */
    static final class Cell {
        /** Null for a column that the table was given. */
        final @Nullable ColumnOutline outline;
        /** One of {@link ColumnOutline#SOURCES}; null when there was an error. */
        final @Nullable String source;

        final @Nullable Meta meta;
        /** Set for a ref that was found. */
        @Nullable
        DraftColumn target;

        Cell(ColumnOutline outline) {
            this.outline = outline;
            this.source = outline.source;
            this.meta = outline.meta;
        }

        Cell(String source, @Nullable Meta meta, @Nullable DraftColumn target) {
            this.outline = null;
            this.source = source;
            this.meta = meta;
            this.target = target;
        }

        boolean is(String wanted) {
            return wanted.equals(source);
        }

        boolean isDocumentKey() {
            return meta == Meta.DOCUMENT_KEY;
        }
    }

    /** A row set with a cell for each of the table's columns; null where it leaves the column NULL. */
    static final class RowSet {
        final RowSetOutline outline;
        final List<@Nullable Cell> cells = new ArrayList<>();

        RowSet(RowSetOutline outline) {
            this.outline = outline;
        }

        /** Whether its rows are the parent's row item itself, so that there is exactly one for each. */
        boolean isItself() {
            return outline.rows() == null || outline.rows().text().strip().equals(".");
        }
    }

    /** A column of a table. */
    record DraftColumn(TableDraft table, int column) {}

    final TableOutline outline;
    final String name;
    final @Nullable TableDraft parent;
    /** The place in {@link MappingContract#tables()}. */
    final int index;

    final List<Column> columns = new ArrayList<>();
    final List<RowSet> sets = new ArrayList<>();

    TableDraft(TableOutline outline, @Nullable TableDraft parent, int index) {
        this.outline = outline;
        this.name = outline.name;
        this.parent = parent;
        this.index = index;
    }

    /** Whether what it says about its parent is wrong, so that nothing can be said about what depends on it. */
    boolean isOrphan() {
        return parent == null ? outline.hasParent : parent.isOrphan();
    }

    /** Whether it has just one row for each row of its parent, or for each record. */
    boolean givesOneRow() {
        return sets.size() == 1 && sets.get(0).isItself() && outline.nested == null;
    }

    /** The column's index, or -1. */
    int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name.equals(column)) {
                return i;
            }
        }
        return -1;
    }

    List<String> columnNames() {
        return columns.stream().map(column -> column.name).toList();
    }

    /** Indexes of the key's columns. */
    List<Integer> key() {
        List<Integer> key = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).key) {
                key.add(i);
            }
        }
        return key;
    }

    /** This name, or else this name with a number, such that no column has it yet. */
    String freeName(String wanted) {
        String name = wanted;
        for (int number = 2; isTaken(name); number++) {
            name = wanted + "_" + number;
        }
        return name;
    }

    /** Adds a column that all row sets fill alike. */
    void insert(int at, Column column, Cell cell) {
        columns.add(at, column);
        for (RowSet set : sets) {
            set.cells.add(at, cell);
        }
    }

    /** Where a column's values really come from: refs are followed, where all row sets agree on them. */
    DraftColumn origin(int column) {
        DraftColumn common = null;
        for (RowSet set : sets) {
            DraftColumn origin = origin(set, column);
            if (origin == null || (common != null && !common.equals(origin))) {
                return new DraftColumn(this, column);
            }
            common = origin;
        }
        return common == null ? new DraftColumn(this, column) : common;
    }

    /** Where a ref's values really come from; null for what is no ref. */
    static @Nullable DraftColumn origin(RowSet set, int column) {
        Cell cell = set.cells.get(column);
        DraftColumn target = cell == null ? null : cell.target;
        // What refers to the table itself is of another row.
        boolean ofOtherRow = target != null && target.table().sets.contains(set);
        return target == null || ofOtherRow ? null : target.table().origin(target.column());
    }

    /** The column that is a ref with this origin in every row set, or -1. */
    int refTo(DraftColumn origin) {
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            if (sets.stream().allMatch(set -> Objects.equals(origin(set, column), origin))) {
                return i;
            }
        }
        return -1;
    }

    private boolean isTaken(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        return columns.stream()
                .anyMatch(column -> column.name.toLowerCase(Locale.ROOT).equals(folded));
    }
}
