package dev.millrace.database;

import dev.millrace.database.ledger.ContractLog;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Where all tables of a contract are empty, nothing of what the ledger says of documents with rows is true any more. */
final class EmptiedTables {

    private EmptiedTables() {}

    /**
     * Takes the documents that have rows, by the ledger, out of it if no table has any; so their keys need not be found under a contract
     * that may have other ones by now. One transaction.
     *
     * @param connection with auto-commit on, and so left
     * @return how many documents that were
     */
    static long forget(Connection connection, ContractLog log, List<TableDefinition> tables) throws SQLException {
        if (!areEmpty(connection, log.dialect(), tables)) {
            return 0;
        }
        connection.setAutoCommit(false);
        try (PreparedStatement delete =
                log.prepare(connection, "DELETE FROM [] WHERE [contract_name] = ? AND [row_count] > 0")) {
            delete.setString(1, log.contract());
            long forgotten = delete.executeUpdate();
            // Entries commit with their rows: those of an entry that another process has written before it was deleted
            // are seen now.
            if (areEmpty(connection, log.dialect(), tables)) {
                connection.commit();
                return forgotten;
            }
            connection.rollback();
            return 0;
        } finally {
            // An open transaction is rolled back where its connection is lost or closed.
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    /** Whether none of some tables has a row. Each is asked for one row only, however large it is. */
    static boolean areEmpty(Connection connection, Dialect dialect, List<TableDefinition> tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (TableDefinition table : tables) {
                try (ResultSet any = statement.executeQuery(
                        "SELECT CASE WHEN EXISTS (SELECT 1 FROM " + table.qualified(dialect) + ") THEN 1 ELSE 0 END")) {
                    any.next();
                    if (any.getInt(1) != 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
