package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/** The statements that create what a contract needs, as the {@code ddl} command prints them and a run executes them. */
public final class Ddl {
    private Ddl() {}

    /**
     * Whole statements without semicolons, in an order in which they can be executed.
     *
     * @param withLedger whether the ledger's tables are among them
     * @throws IllegalArgumentException with a message for the user when the database cannot hold a type of the contract, or
     *     two of its names become one there
     */
    public static List<String> statements(Dialect dialect, MappingContract contract, boolean withLedger) {
        List<TableDefinition> tables = new ArrayList<>();
        String own = contract.ledger().schema();
        String ledgerSchema = own == null ? contract.schema() : own;
        if (withLedger) {
            LedgerTables ledger = new LedgerTables(ledgerSchema, contract.ledger());
            tables.addAll(List.of(ledger.runs(), ledger.log(), ledger.seen()));
            tables.addAll(ledger.forLater());
        }
        tables.addAll(PhysicalNames.tables(dialect, contract));
        List<String> statements = new ArrayList<>();
        String schema = contract.schema();
        boolean schemas = dialect.capabilities().contains(Capability.SCHEMAS);
        if (schemas && withLedger && ledgerSchema != null && !ledgerSchema.equals(schema)) {
            statements.add(dialect.createSchema(ledgerSchema));
        }
        if (schemas && schema != null) {
            statements.add(dialect.createSchema(schema));
        }
        for (TableDefinition table : tables) {
            statements.addAll(create(dialect, table));
        }
        return statements;
    }

    /** The table with its keys, foreign keys, indexes and comments. */
    static List<String> create(Dialect dialect, TableDefinition table) {
        List<String> statements = new ArrayList<>();
        statements.add(dialect.createTable(table, true));
        statements.addAll(dialect.createIndexes(table));
        statements.addAll(dialect.addComments(table));
        return statements;
    }
}
