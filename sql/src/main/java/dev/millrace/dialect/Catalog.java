package dev.millrace.dialect;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that is about existing tables: what their columns can hold, and what the driver does not say about them.
 *
 * <p>Nothing must be implemented: the defaults are for databases with the types of standard SQL, whose driver says everything. A method that
 * is missing shows when a contract is loaded into tables that somebody else has made. Called by all threads at once.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Catalog {
    /** A column of the catalog, with what the driver does not say about it. */
    default TableFinder.Column described(TableFinder.Column column) {
        return column;
    }

    /**
     * What a column of the catalog can hold; empty for a type to which no type of a contract can be loaded.
     *
     * @param column as {@link #described} shows it
     */
    default Optional<ColumnRange> range(TableFinder.Column column) {
        return ColumnRange.standard(column);
    }

    /**
     * How the database changes values of a column's type without changing what they mean, such as their spelling, and what to do; empty if
     * they are read as they were written.
     *
     * @param column as {@link #described} shows it
     */
    default Optional<String> changesValues(TableFinder.Column column) {
        return Optional.empty();
    }

    /** Whether each value has its own type, whatever type the column was declared with. */
    default boolean typesValues() {
        return false;
    }

    /**
     * A SELECT that estimates the number of rows in a table from statistics; its one parameter is the table's
     * {@link Identifiers#qualified} name. Empty where counting is as fast.
     */
    default Optional<String> estimateRows() {
        return Optional.empty();
    }

    /**
     * A SELECT of {@code INDEX_NAME} and {@code COLUMN_NAME} of a table's unique indexes; its parameters are schema and table. Empty
     * where the driver gives them.
     */
    default Optional<String> uniqueKeys() {
        return Optional.empty();
    }

    /**
     * A SELECT of the names of a table's columns whose values the database computes; its parameters are schema and table. Empty
     * where the driver gives them.
     */
    default Optional<String> computedColumns() {
        return Optional.empty();
    }

    /**
     * A SELECT of the names of a table's columns and their types as text, such as {@code numeric(5,1)} or {@code enum('a','b')}. It has to
     * give those columns about whose types the driver does not say enough. Its parameters are schema and table. Empty where the driver says
     * enough about all.
     */
    default Optional<String> columnTypes() {
        return Optional.empty();
    }
}
