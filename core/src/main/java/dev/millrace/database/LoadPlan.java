package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Columns;
import dev.millrace.dialect.TableDefinition.ForeignKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of a contract's keys, foreign keys and indexes may wait until the rows are there, and by which statements they are
 * built then. What waits is written down in {@link LedgerTables#pending} before the table is created and struck out when it
 * is built, so any later run knows what is missing. Immutable.
 */
final class LoadPlan {
    /** What is built. Foreign keys come last: they need the keys that they refer to. */
    enum Kind {
        PRIMARY_KEY,
        UNIQUE,
        INDEX,
        FOREIGN_KEY
    }

    /**
     * One key, foreign key or index.
     *
     * @param index the table's place in the contract
     * @param columns the table's columns that it is about
     * @param reference the foreign key, for one
     * @param sql the statement that builds it
     */
    record Step(
            Kind kind,
            int index,
            TableDefinition table,
            String name,
            List<String> columns,
            Optional<ForeignKey> reference,
            String sql) {}

    private final Dialect dialect;
    private final MappingContract contract;
    private final List<TableDefinition> tables;

    /** @param tables the contract's, in its order, with everything that they are to have */
    LoadPlan(Dialect dialect, MappingContract contract, List<TableDefinition> tables) {
        this.dialect = dialect;
        this.contract = contract;
        this.tables = List.copyOf(tables);
    }

    /**
     * Whether the contract's tables can be loaded without keys in such a way that nothing comes of it: whatever rows the keys
     * forbid in the end, their documents can be told, taken back and loaded again.
     */
    boolean isSafe() {
        return dialect.capabilities().contains(Capability.CONSTRAINTS_AFTER)
                && DisputedDocuments.canBeTold(contract, new Erasure(dialect, contract, tables))
                && tables.stream().allMatch(this::indexesHoldAllValues);
    }

    private boolean indexesHoldAllValues(TableDefinition table) {
        return Stream.concat(Stream.of(table.key()), Stream.concat(table.unique().stream(), table.indexes().stream()))
                .allMatch(columns -> dialect.indexHolds(table, columns));
    }

    /** Everything that a table of the contract is to have, in an order in which it can be built. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (TableDefinition table : tables) {
            steps.addAll(keys(table));
            steps.addAll(indexes(table));
        }
        for (TableDefinition table : tables) {
            steps.addAll(foreignKeys(table));
        }
        return steps;
    }

    /** What a table of the contract gets after its rows. */
    List<Step> steps(TableDefinition table) {
        List<Step> steps = new ArrayList<>(keys(table));
        steps.addAll(indexes(table));
        steps.addAll(foreignKeys(table));
        return steps;
    }

    /** The statement that creates a table of the contract without them. */
    String create(TableDefinition table) {
        return dialect.createTable(table, false);
    }

    /** The contract's, in its order, with everything that they are to have. */
    List<TableDefinition> tables() {
        return tables;
    }

    boolean isOfContract(TableDefinition table) {
        return tables.contains(table);
    }

    private List<Step> keys(TableDefinition table) {
        List<String> statements = dialect.addKeys(table);
        List<Step> steps = new ArrayList<>();
        steps.add(step(Kind.PRIMARY_KEY, table, table.key(), statements.get(0)));
        for (int i = 0; i < table.unique().size(); i++) {
            steps.add(step(Kind.UNIQUE, table, table.unique().get(i), statements.get(i + 1)));
        }
        return steps;
    }

    private List<Step> indexes(TableDefinition table) {
        List<String> statements = dialect.createIndexes(table);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            steps.add(step(Kind.INDEX, table, table.indexes().get(i), statements.get(i)));
        }
        return steps;
    }

    private List<Step> foreignKeys(TableDefinition table) {
        List<String> statements = dialect.addForeignKeys(table);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            ForeignKey key = table.foreignKeys().get(i);
            steps.add(new Step(
                    Kind.FOREIGN_KEY,
                    tables.indexOf(table),
                    table,
                    key.name(),
                    key.columns(),
                    Optional.of(key),
                    statements.get(i)));
        }
        return steps;
    }

    private Step step(Kind kind, TableDefinition table, Columns columns, String sql) {
        return new Step(kind, tables.indexOf(table), table, columns.name(), columns.columns(), Optional.empty(), sql);
    }
}
