package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.keys.KeysAfterRows;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Loading;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first phase of a run: creates and compares tables, writes the run's row, and builds the keys that an earlier run left. On one
 * connection, which is closed again before the workers open theirs. Used once.
 */
final class TargetPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(TargetPreparation.class);

    private final Database database;
    private final MappingContract contract;
    private final RunInfo run;
    private final LoadOptions options;
    private final Stop stop;
    /** Whether another process has begun the run. */
    private final boolean joins;
    /** Its row may have been committed although nobody was told: it must not stand there as running. */
    private @Nullable RunLedger begun;
    /** Documents that were taken out of the ledger because all tables are empty. */
    private long forgotten;

    TargetPreparation(
            Database database, MappingContract contract, RunInfo run, LoadOptions options, Stop stop, boolean joins) {
        this.database = database;
        this.contract = contract;
        this.run = run;
        this.options = options;
        this.stop = stop;
        this.joins = joins;
    }

    Target prepare() throws TargetException {
        if (contract.name().length() > LedgerTables.CONTRACT_LENGTH) {
            throw new TargetException(
                    "the contract's name has more than " + LedgerTables.CONTRACT_LENGTH + " characters – shorten it",
                    true,
                    null);
        }
        try {
            return Connections.ask(database, options.retryPolicy(), stop, this::prepareOver);
        } catch (SQLException e) {
            endWhatBegan();
            throw broken(e);
        } catch (TargetException | RuntimeException | Error e) {
            endWhatBegan();
            throw e;
        }
    }

    private Target prepareOver(Connection connection) throws SQLException, TargetException {
        TargetSchema schema = TargetSchema.prepare(connection, database, contract, run, options, stop);
        DocumentRows documentRows = new DocumentRows(database.dialect(), schema.contract(), schema.tables());
        if (options.deletes() && documentRows.obstacle().isPresent()) {
            throw new TargetException(documentRows.obstacle().get(), true, null);
        }
        if (options.onExisting() == OnExisting.RELOAD && !joins) {
            long now = EmptiedTables.forget(connection, database, schema);
            if (now > 0) {
                LOG.info(
                        "{} documents of the ledger had rows, and all tables are empty: they are loaded as new ones",
                        now);
            }
            // It may be tried again after it was committed.
            forgotten += now;
        }
        RunLedger ledger = RunLedger.look(connection, database, schema.contract(), run, options, stop, schema);
        DatabaseAccess access = new DatabaseAccess(database, options.retryPolicy(), stop);
        KeysAfterRows keys = new KeysAfterRows(
                access,
                open -> TargetSchema.missingKeys(open, database, schema.contract()),
                documentRows,
                schema.contractLog(database.dialect()),
                schema.keysWait());
        connection.setAutoCommit(false);
        if (joins) {
            ledger.join(connection);
            connection.rollback();
        } else {
            boolean again = begun != null;
            begun = ledger;
            ledger.begin(connection, again);
            connection.commit();
            if (!schema.keysWait()) {
                buildWhatEarlierRunsLeft(keys);
            }
        }
        Optional<FewerRows> fewerRows = fewerRows(connection, schema, documentRows, ledger);
        return new Target(
                access,
                run,
                options,
                schema,
                ledger,
                documentRows,
                keys,
                impliedForeignKeys(connection, schema),
                fewerRows,
                forgotten);
    }

    /**
     * Whether documents that the run passes over have lost rows. Not where tables with rows wait for their keys: without these each question
     * would read all of a table.
     */
    private Optional<FewerRows> fewerRows(
            Connection connection, TargetSchema schema, DocumentRows documentRows, RunLedger ledger)
            throws SQLException {
        if (joins || !ledger.isHeld() || options.ledgerAlone() || options.onExisting() == OnExisting.RELOAD) {
            return Optional.empty();
        }
        connection.rollback();
        connection.setAutoCommit(true);
        try {
            return schema.keysWait() && !EmptiedTables.areEmpty(connection, database.dialect(), schema.tables())
                    ? Optional.empty()
                    : FewerRows.look(connection, schema, documentRows, ledger, database.dialect());
        } finally {
            connection.setAutoCommit(false);
        }
    }

    /** What the user may not do with the ledger's tables, as the fault itself often names no more than one table. */
    private List<String> lackingInLedger() {
        try (Connection connection = database.connect()) {
            LedgerFinder finder = new LedgerFinder(database.dialect(), new TableFinder(connection));
            LedgerTables ledger = finder.of(contract.schema(), contract.ledger());
            List<Rights.Needed> needed = new ArrayList<>();
            add(needed, finder, ledger.runs(), List.of("SELECT", "INSERT", "UPDATE"));
            add(needed, finder, ledger.log(), List.of("SELECT", "INSERT", "DELETE"));
            add(needed, finder, ledger.pending(), List.of("SELECT"));
            if (options.deleteMissing()) {
                add(needed, finder, ledger.seen(), List.of("SELECT", "INSERT", "DELETE"));
            }
            return new Rights(connection, database).lacking(needed);
        } catch (SQLException e) {
            LOG.debug("the user's privileges cannot be found out: {}", database.reason(e, false));
            return List.of();
        }
    }

    private static void add(
            List<Rights.Needed> needed, LedgerFinder finder, TableDefinition table, List<String> privileges) {
        finder.find(table)
                .ifPresent(found -> needed.add(new Rights.Needed(
                        new TableDefinition(
                                found.schema(),
                                found.name(),
                                table.columns(),
                                table.key(),
                                List.of(),
                                List.of(),
                                List.of()),
                        privileges)));
    }

    private void endWhatBegan() {
        if (begun != null) {
            begun.endBeforeDocuments();
        }
    }

    private void buildWhatEarlierRunsLeft(KeysAfterRows keys) throws TargetException {
        KeysAfterRows.Built built;
        try {
            built = keys.buildWhatIsLeft(run.workers());
        } catch (SQLException e) {
            // It has been tried again there as long as it may be.
            throw broken(e);
        }
        if (!built.violations().isEmpty()) {
            throw new TargetException(
                    String.join("\n", built.violations())
                            + "\nThe tables were created to get their keys after the rows, but these rows forbid it, and not all"
                            + " of them are of documents in the ledger – correct them and give the same command again, or load"
                            + " into new tables",
                    false,
                    null);
        }
    }

    /**
     * Only where no row can be left out in favour of one that is there already. The ledger's tables are loaded in the same
     * transactions, and may have triggers of their own.
     */
    private Optional<Loading.ImpliedForeignKeys> impliedForeignKeys(Connection connection, TargetSchema schema)
            throws SQLException {
        if (options.checkForeignKeys()
                || contract.tables().stream().anyMatch(table -> table.onDuplicate() != OnDuplicate.REJECT)) {
            return Optional.empty();
        }
        List<TableDefinition> loaded = new ArrayList<>(List.of(schema.log()));
        if (options.deleteMissing()) {
            loaded.add(schema.seen());
        }
        schema.contract().tables().forEach(table -> loaded.add(schema.withForeignKeys(table)));
        try {
            return database.dialect().impliedForeignKeys(connection, loaded);
        } catch (SQLException e) {
            LOG.debug("foreign keys are checked row by row: {}", database.reason(e, false));
            return Optional.empty();
        } finally {
            connection.rollback();
        }
    }

    private TargetException broken(SQLException fault) {
        if (database.isLackOfPrivilege(fault)) {
            List<String> lacking = lackingInLedger();
            if (!lacking.isEmpty()) {
                return new TargetException(database.displayUrl() + " – " + String.join("\n", lacking), true, fault);
            }
        }
        return TargetException.broken(database, "cannot be prepared", fault, options.showValues());
    }
}
