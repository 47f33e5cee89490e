package dev.millrace.database.ledger;

import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What the ledger holds of one contract.
 *
 * @param runs the table of runs as it stands in the database
 * @param log the processing log as it stands in the database
 * @param contract the contract's name
 */
public record ContractLog(Dialect dialect, TableDefinition runs, TableDefinition log, String contract) {

    /** A statement about the log, which it writes {@code []}, and its columns {@code [name]}. */
    public PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(LedgerTables.statement(dialect, log.qualified(dialect), sql));
    }

    /** As {@link #prepare}, about the table of runs. */
    public PreparedStatement prepareOfRuns(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(LedgerTables.statement(dialect, runs.qualified(dialect), sql));
    }

    /** By the contract's runs, from where they have loaded. */
    public Map<String, String> sources(Connection connection) throws SQLException {
        Map<String, String> sources = new HashMap<>();
        try (PreparedStatement select =
                prepareOfRuns(connection, "SELECT [run_id], [source] FROM [] WHERE [contract_name] = ?")) {
            select.setString(1, contract);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sources.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return sources;
    }
}
