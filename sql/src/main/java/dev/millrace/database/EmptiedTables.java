package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where all tables of a contract are empty, nothing of what the ledger says of documents with rows is true any more – if these tables are
 * those that the documents were loaded into. One text of a contract has one set of tables; another text may have had others.
 */
final class EmptiedTables {
    private final Connection connection;
    private final Database database;
    private final Dialect dialect;
    private final TargetSchema schema;
    private final ContractLog log;

    private EmptiedTables(Connection connection, Database database, TargetSchema schema) {
        this.connection = connection;
        this.database = database;
        this.dialect = database.dialect();
        this.schema = schema;
        this.log = schema.contractLog(dialect);
    }

    /**
     * Takes the documents that have rows, by the ledger, out of it if no table has any; so their keys need not be found under a contract
     * that may have other ones by now. One transaction.
     *
     * @param connection with auto-commit on, and so left
     * @return how many documents that were
     * @throws TargetException when rows of such documents may be in a table that the contract does not name, or not in this schema;
     *     nothing is forgotten then
     */
    static long forget(Connection connection, Database database, TargetSchema schema)
            throws SQLException, TargetException {
        return areEmpty(connection, database.dialect(), schema.tables())
                ? new EmptiedTables(connection, database, schema).forget()
                : 0;
    }

    private long forget() throws SQLException, TargetException {
        refuseIfRowsMayBeElsewhere();
        connection.setAutoCommit(false);
        try (PreparedStatement delete =
                log.prepare(connection, "DELETE FROM [] WHERE [contract_name] = ? AND [row_count] > 0")) {
            delete.setString(1, log.contract());
            long forgotten = delete.executeUpdate();
            // Entries commit with their rows: those of an entry that another process has written before it was deleted
            // are seen now.
            if (areEmpty(connection, dialect, schema.tables())) {
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

    private void refuseIfRowsMayBeElsewhere() throws SQLException, TargetException {
        MappingContract contract = schema.contract();
        // Only a ledger in a schema of its own can hold documents of tables in several schemas.
        boolean inAnySchema =
                contract.ledger().schema() != null && dialect.capabilities().contains(Dialect.Capability.SCHEMAS);
        Map<String, Set<String>> runs = runsByContract();
        if (!(inAnySchema && contract.schema() == null)) {
            runs.remove(contract.hash());
        }
        if (runs.isEmpty()) {
            return;
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        schema.tables().forEach(table -> names.add(table.name()));
        for (Map.Entry<String, Set<String>> one : runs.entrySet()) {
            for (String table : tablesOf(one.getKey(), one.getValue())) {
                names.add(PhysicalNames.fit(dialect, table));
            }
        }
        TableFinder finder = new TableFinder(connection);
        for (String name : names) {
            for (TableName table : finder.namesEndingIn(name)) {
                if (table.name().equalsIgnoreCase(name)
                        && (inAnySchema || isInSchema(table))
                        && !isOfContract(table)
                        && mayHaveRows(table)) {
                    throw refusal(table);
                }
            }
        }
    }

    private TargetException refusal(TableName table) {
        String shown = table.schema() == null ? table.name() : table.schema() + "." + table.name();
        return new TargetException(
                database.displayUrl() + " – the tables of contract " + log.contract()
                        + " are empty, but the ledger has documents of it from another text or schema, whose rows may be those of table "
                        + shown
                        + ", and a reload would forget these documents – if the rows are to go, empty or drop that table;"
                        + " if they are not of these documents, take these out of the ledger with 'millrace forget … --ledger-only';"
                        + " if they are to stay, load under another contract name, or with a ledger of its own (--ledger-prefix or"
                        + " --ledger-schema)",
                true,
                null);
    }

    private boolean isInSchema(TableName table) {
        return schema.tables().stream().anyMatch(own -> Objects.equals(own.schema(), table.schema()));
    }

    private boolean isOfContract(TableName table) {
        return schema.tables().stream().anyMatch(own -> new TableName(own.schema(), own.name()).equals(table));
    }

    private boolean mayHaveRows(TableName table) throws SQLException {
        TableDefinition definition = new TableDefinition(
                table.schema(), table.name(), List.of(), new Columns("", List.of()), List.of(), List.of(), List.of());
        try {
            return !areEmpty(connection, dialect, List.of(definition));
        } catch (SQLException e) {
            if (!database.isLackOfPrivilege(e)) {
                throw e;
            }
            return true;
        }
    }

    /** By the hash of the contract's text, the runs that have loaded what the ledger holds with rows; "" where a run is not known. */
    private Map<String, Set<String>> runsByContract() throws SQLException {
        Set<String> loading = new HashSet<>();
        try (PreparedStatement select = log.prepare(
                connection, "SELECT DISTINCT [run_id] FROM [] WHERE [contract_name] = ? AND [row_count] > 0")) {
            select.setString(1, log.contract());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    loading.add(rows.getString(1));
                }
            }
        }
        Map<String, Set<String>> runs = new HashMap<>();
        try (PreparedStatement select =
                log.prepareOfRuns(connection, "SELECT [run_id], [contract_hash] FROM [] WHERE [contract_name] = ?")) {
            select.setString(1, log.contract());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (loading.remove(rows.getString(1))) {
                        runs.computeIfAbsent(rows.getString(2), hash -> new HashSet<>())
                                .add(rows.getString(1));
                    }
                }
            }
        }
        if (!loading.isEmpty()) {
            runs.put("", loading);
        }
        return runs;
    }

    /** The tables of a text of the contract: by the summary of a run, or where no run came to one, the top-level ones of its documents. */
    private Set<String> tablesOf(String hash, Set<String> runs) throws SQLException {
        Set<String> tables = new HashSet<>();
        try (PreparedStatement select = log.prepareOfRuns(
                connection,
                "SELECT [summary] FROM [] WHERE [contract_name] = ? AND [contract_hash] = ? AND [summary] IS NOT NULL")) {
            select.setString(1, log.contract());
            select.setString(2, hash);
            try (ResultSet rows = select.executeQuery()) {
                while (tables.isEmpty() && rows.next()) {
                    tables.addAll(RowKeys.namesIn(rows.getString(1), "rows"));
                }
            }
        }
        if (!tables.isEmpty()) {
            return tables;
        }
        try (PreparedStatement select = log.prepare(
                connection,
                "SELECT [row_keys] FROM [] WHERE [contract_name] = ? AND [run_id] = ? AND [row_count] > 0"
                        + " AND [row_keys] IS NOT NULL")) {
            for (String run : runs) {
                select.setString(1, log.contract());
                select.setString(2, run);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        tables.addAll(RowKeys.namesIn(rows.getString(1), null));
                    }
                }
            }
        }
        return tables;
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
