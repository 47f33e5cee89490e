package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.TableFinder;
import dev.millrace.dialect.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The existing tables that a contract names, for making a contract fit them.
 *
 * @param schema where they were looked for; null in a database without schemas
 * @param isNamed whether that is the contract's schema, and not the connection's own
 * @param tables those that exist, by the contract's names
 * @param ledgerIsTaken whether other tables have the names that a run would use for its ledger
 */
public record ExistingTables(
        @Nullable String schema, boolean isNamed, Map<String, Table> tables, boolean ledgerIsTaken) {

    /**
     * A table.
     *
     * @param name as in the catalog
     * @param uniqueKeys the columns of each unique key, with the primary key
     */
    public record Table(String name, List<ExistingColumn> columns, Set<Set<String>> uniqueKeys) {

        /** The columns of the primary key; empty if there is none. */
        public Set<String> primaryKey() {
            Set<String> key = new LinkedHashSet<>();
            columns.stream().filter(ExistingColumn::key).forEach(column -> key.add(column.name()));
            return key;
        }
    }

    public ExistingTables {
        tables = Map.copyOf(tables);
    }

    /**
     * Reads them from the catalog; changes nothing.
     *
     * @throws TargetException when the database cannot be reached, or does not let its catalog be read
     */
    public static ExistingTables of(Database database, MappingContract contract) throws TargetException {
        try (Connection connection = Connections.open(database)) {
            return of(connection, database.dialect(), contract);
        } catch (SQLException e) {
            throw TargetException.broken(database, "its tables cannot be looked at", e);
        }
    }

    private static ExistingTables of(Connection connection, Dialect dialect, MappingContract contract)
            throws SQLException {
        TableFinder finder = new TableFinder(connection);
        boolean schemas = dialect.capabilities().contains(Capability.SCHEMAS);
        String named = contract.schema();
        Optional<String> there = schemas && named != null ? finder.schema(named) : Optional.empty();
        String schema = schemas ? there.orElse(connection.getSchema()) : null;
        Map<String, Table> tables = new LinkedHashMap<>();
        for (TableMapping table : contract.tables()) {
            Optional<TableName> found = finder.find(schema, table.name());
            // A run would not use the only table of that name if it is in another schema.
            if (found.isPresent()
                    && (schema == null || Objects.equals(schema, found.get().schema()))) {
                tables.put(
                        table.name(),
                        new Table(
                                found.get().name(),
                                ExistingColumn.of(dialect, finder, found.get()),
                                keys(dialect, finder, found.get())));
            }
        }
        LedgerFinder ledgers = new LedgerFinder(dialect, finder);
        boolean taken = !ledgers.collisions(
                        ledgers.of(schema, contract.ledger()).ofEveryLedger())
                .isEmpty();
        return new ExistingTables(schema, there.isPresent(), tables, taken);
    }

    private static Set<Set<String>> keys(Dialect dialect, TableFinder finder, TableName table) throws SQLException {
        Set<Set<String>> keys = new HashSet<>(finder.uniqueKeys(dialect, table));
        Set<String> primary = Set.copyOf(finder.primaryKey(table));
        if (!primary.isEmpty()) {
            keys.add(primary);
        }
        return keys;
    }
}
