package dev.millrace.contract;

import dev.millrace.xml.path.PathExpression;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How one table gets its rows.
 *
 * @param index the table's place in {@link MappingContract#tables()}
 * @param name the table, as the contract writes it
 * @param description what its rows are, for people; may span lines; null for none
 * @param parent the index of the parent table, or -1
 * @param columns the table's columns in order: what the database sees. Includes the key columns that a table without a
 *     declared key is given
 * @param rows what makes rows, and which of them are left out
 * @param keys what else the database is told of its columns
 * @param onDuplicate what a row does whose key the target already holds
 * @param position where it is declared
 */
@API(status = API.Status.STABLE, since = "0.1")
public record TableMapping(
        int index,
        String name,
        @Nullable String description,
        int parent,
        List<Column> columns,
        @API(status = API.Status.INTERNAL) Rows rows,
        Keys keys,
        OnDuplicate onDuplicate,
        Position position) {

    /**
     * What makes rows, and which of them are left out.
     *
     * @param sets one, or several under {@code union}
     * @param nested what makes further rows below a row's item, over that item (compiled for ITEMS); or null
     * @param lets named values over each row's item, for its columns and the tables below
     * @param distinct at most one row for each value of some columns, or null
     * @param skipEmpty whether a row without real values is left out
     * @param unless a test over the row's item (compiled for ITEMS) that keeps an empty row, or null. It may use all columns of
     *     the row
     */
    @API(status = API.Status.INTERNAL)
    public record Rows(
            List<RowSet> sets,
            @Nullable PathExpression nested,
            List<Let> lets,
            @Nullable Distinct distinct,
            boolean skipEmpty,
            @Nullable PathExpression unless) {

        public Rows {
            sets = List.copyOf(sets);
            lets = List.copyOf(lets);
        }
    }

    /**
     * A named value over the row's item.
     *
     * @param slot of the variable; no other table's let has it
     */
    @API(status = API.Status.INTERNAL)
    public record Let(String name, int slot, PathExpression expression) {}

    /**
     * What the database is told of the columns besides the primary key.
     *
     * @param unique lists of columns that are unique together
     * @param indexes lists of columns to be indexed
     * @param foreignKeys derived: for each ancestor whose whole key this table refers to
     */
    public record Keys(List<List<String>> unique, List<List<String>> indexes, List<ForeignKey> foreignKeys) {

        public Keys {
            unique = List.copyOf(unique);
            indexes = List.copyOf(indexes);
            foreignKeys = List.copyOf(foreignKeys);
        }
    }

    /** What a row does whose key the target already holds. */
    public enum OnDuplicate {
        REJECT,
        KEEP_FIRST,
        UPDATE
    }

    /**
     * A column as the database sees it.
     *
     * @param name as the contract writes it
     * @param type its type
     * @param key whether it is part of the primary key
     * @param nullable whether it may be NULL: false for keys and for required columns
     * @param description what it holds, for people; may span lines; null for none
     */
    public record Column(
            String name,
            SqlType type,
            boolean key,
            boolean nullable,
            @Nullable String description) {}

    /**
     * One way to make rows.
     *
     * @param rows the expression over the parent's row item (compiled for ITEMS); null for {@code .}, the item itself
     * @param columns for each of the table's columns, in the same order, how it gets its value; null where this set
     *     leaves it NULL
     */
    @API(status = API.Status.INTERNAL)
    public record RowSet(@Nullable PathExpression rows, List<@Nullable ColumnMapping> columns) {

        public RowSet {
            // Not List.copyOf: a column may be absent.
            columns = Collections.unmodifiableList(new ArrayList<>(columns));
        }
    }

    /**
     * At most one row for each value of {@code by}, among the rows of one document.
     *
     * @param by indexes of columns
     * @param keep which row stays
     * @param prefer an expression over the row's item (compiled for VALUES) whose lowest value ranks first, or null;
     *     {@code keep} decides among equals. It may use all columns of the row
     */
    @API(status = API.Status.INTERNAL)
    public record Distinct(
            List<Integer> by, Keep keep, @Nullable PathExpression prefer) {

        /** Which of several rows stays. The row keeps the place of the first. */
        public enum Keep {
            FIRST,
            LAST,
            REJECT
        }

        public Distinct {
            by = List.copyOf(by);
        }
    }

    /**
     * A foreign key to an ancestor.
     *
     * @param columns indexes of this table's columns, in the order of the ancestor's key
     * @param table the ancestor's index
     * @param tableColumns indexes of the ancestor's key columns
     */
    public record ForeignKey(List<Integer> columns, int table, List<Integer> tableColumns) {

        public ForeignKey {
            columns = List.copyOf(columns);
            tableColumns = List.copyOf(tableColumns);
        }
    }

    @API(status = API.Status.INTERNAL)
    public TableMapping {
        Objects.requireNonNull(name, "name");
        columns = List.copyOf(columns);
    }

    /** The same with its columns of other types. */
    @API(status = API.Status.INTERNAL)
    public TableMapping with(List<Column> otherColumns, List<RowSet> otherSets) {
        Rows otherRows = new Rows(otherSets, rows.nested, rows.lets, rows.distinct, rows.skipEmpty, rows.unless);
        return new TableMapping(index, name, description, parent, otherColumns, otherRows, keys, onDuplicate, position);
    }

    /** The indexes of the key's columns, in order; never empty. */
    public List<Integer> key() {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).key())
                .boxed()
                .toList();
    }
}
