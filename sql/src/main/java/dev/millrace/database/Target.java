package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.keys.KeysAfterRows;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Loading;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.source.jdbc.SettledDocuments;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What a run loads into, once it has been prepared: the contract's tables and the ledger as they stand in one database, and how the run
 * treats them. Thread-safe. What is done with it comes in this order: {@link Load}, its {@link #keys}, {@link MissingDocuments}, and the end of its {@link #ledger}.
 */
public final class Target {
    private final DatabaseAccess access;
    private final RunInfo run;
    private final LoadOptions options;
    private final TargetSchema schema;
    private final RunLedger ledger;
    private final DocumentRows documentRows;
    private final KeysAfterRows keys;
    private final Optional<Loading.ImpliedForeignKeys> impliedForeignKeys;
    private final Optional<FewerRows> fewerRows;
    private final long forgotten;

    Target(
            DatabaseAccess access,
            RunInfo run,
            LoadOptions options,
            TargetSchema schema,
            RunLedger ledger,
            DocumentRows documentRows,
            KeysAfterRows keys,
            Optional<Loading.ImpliedForeignKeys> impliedForeignKeys,
            Optional<FewerRows> fewerRows,
            long forgotten) {
        this.access = access;
        this.run = run;
        this.options = options;
        this.schema = schema;
        this.ledger = ledger;
        this.documentRows = documentRows;
        this.keys = keys;
        this.impliedForeignKeys = impliedForeignKeys;
        this.fewerRows = fewerRows;
        this.forgotten = forgotten;
    }

    /** As the other, with nobody who could ask for the end. */
    public static Target prepare(Database database, MappingContract contract, RunInfo run, LoadOptions options)
            throws TargetException {
        return prepare(database, contract, run, options, new Stop());
    }

    /**
     * Creates what is missing (the ledger always, the contract's tables if the options say so), compares what is there with
     * the contract, and writes the run's row in processing_run. A database that cannot be reached is told at once; a connection that is
     * lost after that is opened again, as often as the options say.
     *
     * @param stop ends this early, with a {@link TargetException}, and later whatever waits here
     * @throws TargetException naming every problem, a line each
     */
    public static Target prepare(
            Database database, MappingContract contract, RunInfo run, LoadOptions options, Stop stop)
            throws TargetException {
        return new TargetPreparation(database, contract, run, options, stop, false).prepare();
    }

    /**
     * The target of a run that another process or JVM has begun, which loads into it at the same time and writes its end. Each of them
     * gives its workers numbers of their own.
     *
     * @param run as it was begun
     * @throws TargetException naming every problem, a line each; also when the run has not begun, or is over
     */
    public static Target join(Database database, MappingContract contract, RunInfo run, LoadOptions options, Stop stop)
            throws TargetException {
        return new TargetPreparation(database, contract, run, options.createTables(false), stop, true).prepare();
    }

    /**
     * Compares the tables that are there with the contract, as a run without {@code createTables} would, and changes nothing.
     *
     * @return what is odd but would stop nothing, a line each
     * @throws TargetException naming every problem, a line each
     */
    public static List<String> check(Database database, MappingContract contract) throws TargetException {
        try (Connection connection = Connections.open(database)) {
            return TargetSchema.check(connection, database, contract);
        } catch (SQLException e) {
            throw TargetException.broken(database, "cannot be compared with the contract", e);
        }
    }

    /** The database that is loaded. */
    public Database database() {
        return access.database();
    }

    /** The contract with what columns hold that are there and hold less than its types: by it, documents are mapped. */
    public MappingContract contract() {
        return schema.contract();
    }

    /** What is odd about the target but stops nothing, a line each. */
    public List<String> warnings() {
        return schema.warnings();
    }

    /** Whether loaded documents have fewer rows than they were given, as far as the run's beginning shows; never of a reload. */
    public Optional<FewerRows> fewerRows() {
        return fewerRows;
    }

    /** How many documents a reload has taken out of the ledger at its beginning, because all tables are empty. */
    public long forgotten() {
        return forgotten;
    }

    /** The ledger of the run. */
    public RunLedger ledger() {
        return ledger;
    }

    /** What is built of keys, foreign keys and indexes after the rows. */
    public KeysAfterRows keys() {
        return keys;
    }

    /** Who tells the source which documents this run leaves alone; empty where the ledger held none of the contract's. */
    public Optional<SettledDocuments> settledDocuments() {
        return ledger.isHeld() ? Optional.of(new LedgerLookup(this)) : Optional.empty();
    }

    DatabaseAccess access() {
        return access;
    }

    /** The run. */
    public RunInfo run() {
        return run;
    }

    LoadOptions options() {
        return options;
    }

    /** Ends early what waits here. */
    Stop stop() {
        return access.stop();
    }

    TargetSchema schema() {
        return schema;
    }

    /** The contract's tables as they stand in the database, in its order. */
    List<TableDefinition> tables() {
        return schema.tables();
    }

    DocumentRows documentRows() {
        return documentRows;
    }

    /** Foreign keys that hold anyway and whose checks can be skipped; empty for none. */
    Optional<Loading.ImpliedForeignKeys> impliedForeignKeys() {
        return impliedForeignKeys;
    }

    /** For a piece of work: tries it again as often as the run does. */
    Retrying retrying() {
        return access.retrying();
    }

    /** Whether a document's rows can be found by what the log holds of them, under the contract as it is now. */
    boolean canErase(ProcessingLog.Entry entry) {
        String keys = entry.rowKeys();
        if (keys == null || documentRows.obstacle().isPresent()) {
            return false;
        }
        try {
            documentRows.keys().read(keys);
            return true;
        } catch (IllegalArgumentException otherTables) {
            return false;
        }
    }

    /** Whether the first try of a batch looks into the log; otherwise only a conflict makes it look. */
    boolean mustAskLedger() {
        return options.retryRejects() || (ledger.isHeld() && !options.sourceFiltered());
    }
}
