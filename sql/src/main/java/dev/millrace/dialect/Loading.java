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
 * <p>{@link #loader} must be implemented; use {@link BatchInsert} if there is no bulk load. {@link #writesInTurns} must be implemented if the
 * database refuses transactions that write at the same time. Called by all threads at once, each with a connection of its own; a loader is
 * used by one thread.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Loading extends Identifiers {
    /** Makes sure that committed data is on disk, if a commit by itself does not. */
    default void flush(Connection connection) throws SQLException {}

    /**
     * Why the user may not insert own values into a column that the database numbers, and what to do; empty if that is allowed.
     *
     * @param table as it is in the database, with a numbered column
     */
    default Optional<String> refusesNumbers(Connection connection, TableDefinition table) throws SQLException {
        return Optional.empty();
    }

    /**
     * A statement after which the database continues its own numbering behind the numbers in a column; empty where it does so anyway.
     */
    default Optional<String> reseed(TableName table, String column) {
        return Optional.empty();
    }

    /**
     * Whether the workers of a run take turns in writing: because only one transaction can write at a time, or because the database
     * refuses transactions that write the same rows.
     */
    default boolean writesInTurns() {
        return false;
    }

    /**
     * Warnings about the server, such as that it forbids the fastest way to load; a line each.
     *
     * @param tables of the contract; the server may not be able to create all their keys or indexes
     */
    default List<String> warnings(Connection connection, List<TableDefinition> tables) throws SQLException {
        return List.of();
    }

    /**
     * A statement that deletes the rows of a table whose columns have values that a SELECT gives. It must find them through an index.
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
     * @param table as it is in the database
     */
    BulkLoader loader(Connection connection, TableDefinition table, OnDuplicate onDuplicate) throws SQLException;

    /** Foreign keys that the contract implies, and that need no check. Thread-safe. */
    interface ImpliedForeignKeys {
        /**
         * Makes a transaction skip the checks. Call it when the transaction has deleted no rows, and will only load rows from now on.
         *
         * @return whether the transaction skips them; it does not if its tables have since got something else to check
         */
        boolean skipChecks(Connection connection) throws SQLException;
    }

    /**
     * Skips the checks of foreign keys that the contract implies: each row is loaded in the same transaction as the row that it refers to,
     * with the same value. Empty if the database cannot do that, the user may not, or it would skip more than these checks.
     *
     * @param connection in a transaction, which is to be rolled back
     * @param tables that are loaded, as they are in the database, each with the foreign keys that the contract implies
     */
    default Optional<ImpliedForeignKeys> impliedForeignKeys(Connection connection, List<TableDefinition> tables)
            throws SQLException {
        return Optional.empty();
    }
}
