package dev.millrace.dialect;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that is about tables which are there: what their columns hold, and what the driver does not tell of them.
 *
 * <p>Nothing must be implemented: the defaults are for databases whose driver tells all and whose types are standard SQL's. What is left out
 * here shows when a contract is loaded into tables that somebody else has made. Called by all threads at once.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Catalog {
    /** A column of the catalog with what the driver does not tell about it. */
    default TableFinder.Column described(TableFinder.Column column) {
        return column;
    }

    /**
     * What a column of the catalog can hold; empty for a type that no type of a contract goes with.
     *
     * @param column as {@link #described} shows it
     */
    default Optional<ColumnRange> range(TableFinder.Column column) {
        return ColumnRange.standard(column);
    }

    /**
     * How the database changes values of a column's type in ways that mean the same, such as their spelling, and what to do; empty if
     * it gives them back as they came.
     *
     * @param column as {@link #described} shows it
     */
    default Optional<String> changesValues(TableFinder.Column column) {
        return Optional.empty();
    }

    /** Whether each value has a type of its own, whatever is declared for its column. */
    default boolean typesValues() {
        return false;
    }

    /**
     * A SELECT of about how many rows a table has, from statistics; its one parameter is the table's {@link Identifiers#qualified} name.
     * Empty where rows are counted as quickly.
     */
    default Optional<String> estimateRows() {
        return Optional.empty();
    }

    /**
     * A SELECT of {@code INDEX_NAME} and {@code COLUMN_NAME} of what keeps a table's rows unique; its parameters are schema and
     * table. Empty where the driver tells it.
     */
    default Optional<String> uniqueKeys() {
        return Optional.empty();
    }

    /**
     * A SELECT of the names of a table's columns whose values the database computes; its parameters are schema and table. Empty
     * where the driver tells it.
     */
    default Optional<String> computedColumns() {
        return Optional.empty();
    }

    /**
     * A SELECT of the names of a table's columns and the words of their types, such as {@code numeric(5,1)} or
     * {@code enum('a','b')}, for those of whose types the driver does not tell enough; its parameters are schema and table. Empty
     * where it tells all.
     */
    default Optional<String> columnTypes() {
        return Optional.empty();
    }
}
