package dev.millrace.database.keys;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of a contract's keys, foreign keys and indexes can be built after the rows, and by which statements. These are noted in
 * {@link LedgerTables#pending} before the table is created, and deleted there when they are built, so a later run knows what is missing.
 * Immutable.
 */
public final class KeyPlan {
    /** In the order of building. Foreign keys come last, since they need the keys that they refer to. */
    public enum Kind {
        PRIMARY_KEY,
        UNIQUE,
        INDEX,
        FOREIGN_KEY
    }

    /**
     * One key, foreign key or index.
     *
     * @param tableIndex the table's place in the contract
     * @param columns the table's columns in it
     * @param reference the foreign key, if it is one
     * @param sql the statement that builds it
     */
    public record Key(
            Kind kind,
            int tableIndex,
            TableDefinition table,
            String name,
            List<String> columns,
            Optional<ForeignKey> reference,
            String sql) {}

    private final Dialect dialect;
    private final MappingContract contract;
    private final List<TableDefinition> tables;

    /** @param tables the contract's, in its order, with all their keys and indexes */
    public KeyPlan(Dialect dialect, MappingContract contract, List<TableDefinition> tables) {
        this.dialect = dialect;
        this.contract = contract;
        this.tables = List.copyOf(tables);
    }

    /**
     * Whether building the keys later does not change the run's result: if they refuse rows in the end, the documents of these rows can be found,
     * withdrawn and loaded again.
     */
    public boolean mayWait() {
        return dialect.capabilities().contains(Capability.CONSTRAINTS_AFTER)
                && new DocumentRows(dialect, contract, tables).leadToTheirDocuments()
                && tables.stream().allMatch(this::indexesHoldAllValues);
    }

    /**
     * Whether no existing table has any of its keys. Otherwise these keys could reject documents because of others that are withdrawn later.
     *
     * @param absent tables that will be created
     * @param pending the noted keys of the others
     */
    public boolean isUnbuilt(Connection connection, List<TableDefinition> absent, List<Key> pending)
            throws SQLException {
        for (TableDefinition table : tables) {
            if (absent.contains(table)) {
                continue;
            }
            for (Key key : of(table)) {
                if (!pending.contains(key) || PendingKeys.isThere(connection, key)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean indexesHoldAllValues(TableDefinition table) {
        return Stream.concat(Stream.of(table.key()), Stream.concat(table.unique().stream(), table.indexes().stream()))
                .allMatch(columns -> dialect.indexHolds(table, columns));
    }

    /** All keys and indexes of a table of the contract, in an order in which they can be built. */
    public List<Key> all() {
        List<Key> found = new ArrayList<>();
        for (TableDefinition table : tables) {
            found.addAll(primaryAndUnique(table));
            found.addAll(indexes(table));
        }
        for (TableDefinition table : tables) {
            found.addAll(foreignKeys(table));
        }
        return found;
    }

    /** The keys and indexes that a table of the contract gets after its rows. */
    public List<Key> of(TableDefinition table) {
        List<Key> found = new ArrayList<>(primaryAndUnique(table));
        found.addAll(indexes(table));
        found.addAll(foreignKeys(table));
        return found;
    }

    /** What creates a table of the contract without them. */
    public List<String> create(TableDefinition table) {
        List<String> statements = new ArrayList<>(List.of(dialect.createTable(table, false)));
        statements.addAll(dialect.addComments(table));
        return statements;
    }

    /** The contract's tables, in its order, with all their keys and indexes. */
    public List<TableDefinition> tables() {
        return tables;
    }

    public boolean isOfContract(TableDefinition table) {
        return tables.contains(table);
    }

    private List<Key> primaryAndUnique(TableDefinition table) {
        List<String> statements = dialect.addKeys(table);
        List<Key> found = new ArrayList<>();
        found.add(key(Kind.PRIMARY_KEY, table, table.key(), statements.get(0)));
        for (int i = 0; i < table.unique().size(); i++) {
            found.add(key(Kind.UNIQUE, table, table.unique().get(i), statements.get(i + 1)));
        }
        return found;
    }

    private List<Key> indexes(TableDefinition table) {
        List<String> statements = dialect.createIndexes(table);
        List<Key> found = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            found.add(key(Kind.INDEX, table, table.indexes().get(i), statements.get(i)));
        }
        return found;
    }

    private List<Key> foreignKeys(TableDefinition table) {
        List<String> statements = dialect.addForeignKeys(table);
        List<Key> found = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            ForeignKey key = table.foreignKeys().get(i);
            found.add(new Key(
                    Kind.FOREIGN_KEY,
                    tables.indexOf(table),
                    table,
                    key.name(),
                    key.columns(),
                    Optional.of(key),
                    statements.get(i)));
        }
        return found;
    }

    private Key key(Kind kind, TableDefinition table, Columns columns, String sql) {
        return new Key(kind, tables.indexOf(table), table, columns.name(), columns.columns(), Optional.empty(), sql);
    }
}
