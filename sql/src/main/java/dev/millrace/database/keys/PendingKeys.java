package dev.millrace.database.keys;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.keys.KeyPlan.Key;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The list in the database of the keys that a contract's tables do not have yet. Holds only the place of the list. */
public final class PendingKeys {
    /**
     * What is to be built.
     *
     * @param list from which it is deleted when it is built
     */
    public record Missing(PendingKeys list, List<Key> keys) {}

    /** Reads from the database what is missing at the moment; empty if no run has ever created tables without their keys. */
    @FunctionalInterface
    public interface Finder {
        Optional<Missing> find(Connection connection) throws SQLException;
    }

    private final Dialect dialect;
    private final String table;
    private final String contract;

    /** @param list {@link LedgerTables#pending} as it is in the database */
    public PendingKeys(Dialect dialect, TableDefinition list, MappingContract contract) {
        this.dialect = dialect;
        this.table = list.qualified(dialect);
        this.contract = contract.name();
    }

    /** Notes the keys that a table will get, and replaces notes of an earlier attempt to create it that did not end. */
    public void note(Connection connection, TableDefinition owner, List<Key> keys) throws SQLException {
        try (PreparedStatement delete =
                prepare(connection, "DELETE FROM [] WHERE [contract_name] = ? AND [table_name] = ?")) {
            delete.setString(1, contract);
            delete.setString(2, owner.name());
            delete.executeUpdate();
        }
        try (PreparedStatement insert = prepare(
                connection, "INSERT INTO [] ([contract_name], [table_name], [constraint_name]) VALUES (?, ?, ?)")) {
            for (Key key : keys) {
                insert.setString(1, contract);
                insert.setString(2, owner.name());
                insert.setString(3, key.name());
                insert(insert);
            }
        }
    }

    /** Where the database has no lock for creating tables, another process may have noted it in between. */
    private void insert(PreparedStatement insert) throws SQLException {
        try {
            insert.executeUpdate();
        } catch (SQLException e) {
            if (dialect.lockForDdl().isPresent() || dialect.classify(e) != SqlFault.DUPLICATE_KEY) {
                throw e;
            }
        }
    }

    /** The keys that are noted, in their order. */
    public List<Key> among(Connection connection, List<Key> keys) throws SQLException {
        Set<List<String>> noted = new HashSet<>();
        try (PreparedStatement select =
                prepare(connection, "SELECT [table_name], [constraint_name] FROM [] WHERE [contract_name] = ?")) {
            select.setString(1, contract);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    noted.add(List.of(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return keys.stream()
                .filter(key -> noted.contains(List.of(key.table().name(), key.name())))
                .toList();
    }

    /** Deletes a key that has been built from the list. */
    void strike(Connection connection, Key key) throws SQLException {
        try (PreparedStatement delete = prepare(
                connection,
                "DELETE FROM [] WHERE [contract_name] = ? AND [table_name] = ? AND [constraint_name] = ?")) {
            delete.setString(1, contract);
            delete.setString(2, key.table().name());
            delete.setString(3, key.name());
            delete.executeUpdate();
        }
    }

    /**
     * Whether the catalog has the key. Another process may have built it. And where a database commits by itself when a table is altered, a run
     * may have ended before it deleted the key from the list.
     */
    static boolean isThere(Connection connection, Key key) throws SQLException {
        DatabaseMetaData catalog = connection.getMetaData();
        String database = connection.getCatalog();
        String schema = key.table().schema();
        String name = key.table().name();
        switch (key.kind()) {
            case PRIMARY_KEY -> {
                try (ResultSet rows = catalog.getPrimaryKeys(database, schema, name)) {
                    return rows.next();
                }
            }
            case FOREIGN_KEY -> {
                try (ResultSet rows = catalog.getImportedKeys(database, schema, name)) {
                    while (rows.next()) {
                        if (key.name().equalsIgnoreCase(rows.getString("FK_NAME"))) {
                            return true;
                        }
                    }
                    return false;
                }
            }
            default -> {
                return hasIndex(catalog.getIndexInfo(database, schema, name, false, true), key);
            }
        }
    }

    /** A unique key's index may have a name of its own, so its columns count as well. */
    private static boolean hasIndex(ResultSet indexes, Key key) throws SQLException {
        Map<String, Set<String>> uniqueColumns = new HashMap<>();
        try (ResultSet rows = indexes) {
            while (rows.next()) {
                String name = rows.getString("INDEX_NAME");
                if (key.name().equalsIgnoreCase(name)) {
                    return true;
                }
                if (name != null && !rows.getBoolean("NON_UNIQUE")) {
                    uniqueColumns
                            .computeIfAbsent(name, unseen -> new HashSet<>())
                            .add(rows.getString("COLUMN_NAME"));
                }
            }
        }
        return key.kind() == KeyPlan.Kind.UNIQUE && uniqueColumns.containsValue(Set.copyOf(key.columns()));
    }

    private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(LedgerTables.statement(dialect, table, sql));
    }
}
