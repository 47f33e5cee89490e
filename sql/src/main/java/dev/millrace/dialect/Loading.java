package dev.millrace.dialect;

import dev.millrace.contract.TableMapping.OnDuplicate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that loads rows, and deletes those of documents that are loaded again.
 *
 * <p>{@link #loader} must be implemented; {@link BatchInsert} will do where there is no bulk load. {@link #writesInTurns} must be, where
 * transactions that write at once would be refused. Called by all threads at once, each with a connection of its own; a loader is used by
 * one thread.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Loading extends Identifiers {
    /** Waits until what was committed is where the database keeps it, where a commit as such does not. */
    default void flush(Connection connection) throws SQLException {}

    /**
     * Why the user cannot give rows the numbers that the database would give them, and what to do; empty if they can.
     *
     * @param table as it stands in the database, with a numbered column
     */
    default Optional<String> refusesNumbers(Connection connection, TableDefinition table) throws SQLException {
        return Optional.empty();
    }

    /**
     * A statement after which the database's own numbers follow those that are in a column; empty where they follow by
     * themselves.
     */
    default Optional<String> reseed(TableName table, String column) {
        return Optional.empty();
    }

    /**
     * Whether the workers of a run take turns in writing: where one transaction writes at a time, or several that meet would
     * be refused.
     */
    default boolean writesInTurns() {
        return false;
    }

    /**
     * What is odd about the server but stops no run, such as that it forbids the fastest way to load; a line each.
     *
     * @param tables that it might not be able to give all that they are to have
     */
    default List<String> warnings(Connection connection, List<TableDefinition> tables) throws SQLException {
        return List.of();
    }

    /**
     * Deletes the rows of a table that have in some columns what a SELECT gives: found through an index of the columns.
     *
     * @param select gives columns of the same names from other tables; it may have parameters
     */
    default String deleteMatching(TableDefinition table, List<String> columns, String select) {
        String list = TableDefinition.list(this, columns);
        return "DELETE FROM " + table.qualified(this) + " WHERE " + (columns.size() == 1 ? list : "(" + list + ")")
                + " IN (" + select + ")";
    }

    /**
     * Opens the fastest way to load rows into a table. The loader belongs to the connection and takes part in its transactions.
     *
     * @param table as it stands in the database
     */
    BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate) throws SQLException;

    /** Foreign keys that hold by the way rows are made, and need no check. Thread-safe. */
    interface ImpliedForeignKeys {
        /**
         * Has a transaction skip the checks. To be called when all that the transaction still does is to load rows, and it has deleted none.
         *
         * @return whether it skips them: not where its tables meanwhile have got more to be checked
         */
        boolean skipChecks(Connection connection) throws SQLException;
    }

    /**
     * A way to skip the checks of foreign keys which hold because each row comes in the same transaction as the row that it refers to, and
     * both have the same value. Empty where the database has no such thing, or the user may not use it, or it would skip more than
     * these checks.
     *
     * @param connection in a transaction, which is to be rolled back
     * @param tables that are loaded, as they stand in the database, each with the foreign keys that so hold
     */
    default Optional<ImpliedForeignKeys> impliedForeignKeys(Connection connection, List<TableDefinition> tables)
            throws SQLException {
        return Optional.empty();
    }
}
