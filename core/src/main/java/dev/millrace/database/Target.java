package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Stop;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.document.Skip;
import dev.millrace.source.SettledDocuments;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run loads into: the contract's tables and the ledger in one database. Prepared once per run on a connection that
 * is closed again before the workers open theirs. Once it is prepared it is thread-safe, and changes only by what it notes.
 */
public final class Target {
    private static final Logger LOG = LoggerFactory.getLogger(Target.class);

    /** How long rows that no document seems to have brought may be those that others are loading or taking back. */
    private static final RetryPolicy OTHERS = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(500));

    /** The status of a run that has taken over what another system had loaded. */
    static final String IMPORTED = "imported";

    private final Database database;
    private final MappingContract contract;
    private final RunInfo run;
    private final Options options;
    private final Stop stop;
    private final TargetSchema schema;
    private final boolean ledgerHeld;
    /** The runs that may have loaded something of the contract when that had another text. */
    private final Set<String> runsOfOtherContracts;
    /** Whose turn it is to write, where workers take turns; null elsewhere. */
    private final @Nullable Semaphore turn;

    private final Erasure erasure;
    private final RowKeys rowKeys;
    /** Whether keys were missing when the run began, and were built before it did anything. */
    private boolean completed;
    /** What spares the database the check of foreign keys that hold anyway; empty for nothing. */
    private Optional<Dialect.Trust> trust = Optional.empty();
    /** Whether a transaction was spared that check. */
    private volatile boolean trusted;

    /**
     * How the run treats the target.
     *
     * @param createTables whether missing schema, tables, keys, foreign keys and indexes are created
     * @param retryRejects whether only the documents that the ledger holds as rejected are loaded
     * @param sourceFiltered whether the source leaves out itself what the ledger holds, so that asking again would be in vain
     * @param onExisting what becomes of documents that the ledger holds
     * @param deleteMissing whether it is noted which documents the run meets, for {@link #deleteMissing}
     * @param showValues whether messages may hold the database's own words, and with them values of documents
     * @param retryPolicy what becomes of faults that may pass
     * @param constraints when tables that are created get their keys, at the earliest; {@link #buildConstraints} is the end of
     *     AFTER
     * @param checkForeignKeys whether the database checks for each row also the foreign keys that hold by the way the rows are
     *     made
     * @param ledgerAlone whether nothing but the ledger is written, so that no right to load the tables is needed
     */
    public record Options(
            boolean createTables,
            boolean retryRejects,
            boolean sourceFiltered,
            OnExisting onExisting,
            boolean deleteMissing,
            boolean showValues,
            RetryPolicy retryPolicy,
            Constraints constraints,
            boolean checkForeignKeys,
            boolean ledgerAlone) {
        /** For a run, which writes rows. */
        public Options(
                boolean createTables,
                boolean retryRejects,
                boolean sourceFiltered,
                OnExisting onExisting,
                boolean deleteMissing,
                boolean showValues,
                RetryPolicy retryPolicy,
                Constraints constraints,
                boolean checkForeignKeys) {
            this(
                    createTables,
                    retryRejects,
                    sourceFiltered,
                    onExisting,
                    deleteMissing,
                    showValues,
                    retryPolicy,
                    constraints,
                    checkForeignKeys,
                    false);
        }

        /** For who writes nothing but the ledger. */
        static Options ofLedgerAlone(RetryPolicy retryPolicy) {
            return new Options(
                    false, false, false, OnExisting.SKIP, false, false, retryPolicy, Constraints.DURING, false, true);
        }

        /** Tables are created with their keys. */
        public Options(
                boolean createTables,
                boolean retryRejects,
                boolean sourceFiltered,
                OnExisting onExisting,
                boolean deleteMissing,
                boolean showValues,
                RetryPolicy retryPolicy) {
            this(
                    createTables,
                    retryRejects,
                    sourceFiltered,
                    onExisting,
                    deleteMissing,
                    showValues,
                    retryPolicy,
                    Constraints.DURING,
                    false);
        }

        /** Leaves existing documents alone. */
        public Options(boolean createTables, boolean retryRejects, boolean sourceFiltered, RetryPolicy retryPolicy) {
            this(createTables, retryRejects, sourceFiltered, OnExisting.SKIP, false, false, retryPolicy);
        }

        public Options(boolean createTables, boolean retryRejects) {
            this(createTables, retryRejects, false, RetryPolicy.DEFAULT);
        }

        /** Whether rows of loaded documents may have to be deleted. */
        boolean deletes() {
            return deleteMissing || onExisting == OnExisting.REPLACE;
        }

        /** Whether rows can be loaded without keys in place. Older rows are found and told from others by their keys. */
        boolean keysMayWait() {
            return constraints == Constraints.AFTER && !deletes() && !retryRejects;
        }

        /** Whether the ledger is asked where a document's rows are. */
        boolean needsRowKeys() {
            return deletes() || retryRejects;
        }
    }

    /**
     * What {@link #deleteMissing} did.
     *
     * @param documents deleted, with their rows
     * @param refused documents that stay, because rows of other tables refer to theirs or others are among them
     * @param complete false where somebody asked for the end before all were deleted
     */
    public record Deleted(long documents, long refused, boolean complete) {}

    private Target(
            Database database,
            MappingContract contract,
            RunInfo run,
            Options options,
            Stop stop,
            TargetSchema schema,
            boolean ledgerHeld,
            Set<String> runsOfOtherContracts,
            Erasure erasure) {
        this.database = database;
        this.contract = contract;
        this.run = run;
        this.options = options;
        this.stop = stop;
        this.schema = schema;
        this.ledgerHeld = ledgerHeld;
        this.runsOfOtherContracts = runsOfOtherContracts;
        this.turn = database.dialect().writesInTurns() ? new Semaphore(1, true) : null;
        this.erasure = erasure;
        this.rowKeys = new RowKeys(erasure.roots());
    }

    /** As the other, with nobody who could ask for the end. */
    public static Target prepare(Database database, MappingContract contract, RunInfo run, Options options)
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
    public static Target prepare(Database database, MappingContract contract, RunInfo run, Options options, Stop stop)
            throws TargetException {
        if (contract.name().length() > LedgerTables.CONTRACT_LENGTH) {
            throw new TargetException(
                    "the contract's name has more than " + LedgerTables.CONTRACT_LENGTH + " characters – shorten it",
                    true,
                    null);
        }
        List<Target> begun = new ArrayList<>();
        try {
            return ask(database, options.retryPolicy(), stop, connection -> {
                TargetSchema schema = TargetSchema.prepare(connection, database, contract, run, options, stop);
                Erasure erasure = new Erasure(database.dialect(), schema.contract(), schema.tables());
                if (options.deletes() && erasure.obstacle().isPresent()) {
                    throw new TargetException(erasure.obstacle().get(), true, null);
                }
                boolean ledgerHeld = holdsContract(connection, database.dialect(), schema.log(), contract.name());
                Set<String> others = ledgerHeld
                        ? runsOfOtherContracts(connection, database.dialect(), schema.runs(), contract)
                        : Set.of();
                Target target = new Target(
                        database, schema.contract(), run, options, stop, schema, ledgerHeld, others, erasure);
                target.begin(connection, !begun.isEmpty(), begun);
                return target;
            });
        } catch (SQLException e) {
            endUnbegun(begun);
            throw broken(database, "cannot be prepared", e, options.showValues());
        } catch (TargetException | RuntimeException | Error e) {
            endUnbegun(begun);
            throw e;
        }
    }

    /** @param again whether the run's row may have been written already, by a try whose answer was lost */
    private void begin(Connection connection, boolean again, List<Target> begun) throws SQLException, TargetException {
        connection.setAutoCommit(false);
        begun.add(this);
        if (!again || !holdsRun(connection)) {
            writeRun(connection, database.dialect(), schema.runs(), contract, run);
            if (options.deleteMissing()) {
                new SeenDocuments(database.dialect(), schema).begin(connection, run.runId());
            }
        }
        connection.commit();
        if (!schema.keysWait()) {
            try {
                buildWhatEarlierRunsLeft();
            } catch (SQLException e) {
                // It has been tried again there as long as it may be.
                throw broken(database, "cannot be prepared", e, options.showValues());
            }
        }
        trust = trustForeignKeys(connection);
    }

    /**
     * Only where no row can be left out in favour of one that is there already. The ledger's tables are loaded in the same
     * transactions, and may have triggers of their own.
     */
    private Optional<Dialect.Trust> trustForeignKeys(Connection connection) throws SQLException {
        if (options.checkForeignKeys()
                || contract.tables().stream().anyMatch(table -> table.onDuplicate() != OnDuplicate.REJECT)) {
            return Optional.empty();
        }
        List<TableDefinition> loaded = new ArrayList<>(List.of(schema.log()));
        if (options.deleteMissing()) {
            loaded.add(schema.seen());
        }
        contract.tables().forEach(table -> loaded.add(schema.withForeignKeys(table)));
        try {
            return database.dialect().trustForeignKeys(connection, loaded);
        } catch (SQLException e) {
            LOG.debug("foreign keys are checked row by row: {}", database.reason(e, false));
            return Optional.empty();
        } finally {
            connection.rollback();
        }
    }

    /** Its row may have been committed although nobody was told: it must not stand there as running. */
    private static void endUnbegun(List<Target> begun) {
        if (begun.isEmpty()) {
            return;
        }
        Target target = begun.get(0);
        try {
            target.finishRun(target.stop.isAsked() ? "stopped" : "failed", 0, 0, 0, 0, null);
        } catch (TargetException e) {
            LOG.debug("the end of run {} could not be written", target.run().runId());
        }
    }

    /**
     * Compares the tables that are there with the contract, as a run without {@code createTables} would, and changes nothing.
     *
     * @return what is odd but would stop nothing, a line each
     * @throws TargetException naming every problem, a line each
     */
    public static List<String> check(Database database, MappingContract contract) throws TargetException {
        try (Connection connection = connect(database)) {
            return TargetSchema.check(connection, database, contract);
        } catch (SQLException e) {
            throw broken(database, "cannot be compared with the contract", e);
        }
    }

    /** An engine of a worker's own, with its own connection. */
    public MigrationEngine engine(int worker, LoadClock clock, RowLocator locator) throws TargetException {
        return engine(worker, clock, locator, false);
    }

    /** An engine that loads what was taken back, and passes over all other documents. */
    public MigrationEngine engineForTakenBack(int worker, LoadClock clock, RowLocator locator) throws TargetException {
        return engine(worker, clock, locator, true);
    }

    private MigrationEngine engine(int worker, LoadClock clock, RowLocator locator, boolean takenBackOnly)
            throws TargetException {
        RetryPolicy.Tries tries = null;
        while (true) {
            try {
                stop.check();
                return new MigrationEngine(this, worker, clock, locator, options.retryPolicy(), takenBackOnly);
            } catch (SQLException e) {
                // Also where two processes that open a new SQLite file are in each other's way: it does not let them
                // wait there.
                tries = tries == null ? options.retryPolicy().begin(stop) : tries;
                if (!database.mayPass(e) || !pause(tries)) {
                    throw new TargetException(database.explain(e), false, e);
                }
            }
        }
    }

    /** An engine that does not look for the places of refused rows. */
    public MigrationEngine engine(int worker, LoadClock clock) throws TargetException {
        return engine(worker, clock, RowLocator.NONE);
    }

    /**
     * The processing log that runs of a contract write, qualified and quoted, for statements of a source in the same database.
     * It need not be there yet.
     *
     * @param policy what becomes of a connection that is lost meanwhile
     * @param stop ends this early, with a {@link TargetException}
     * @throws TargetException when the database cannot be reached
     */
    public static String logTable(Database database, MappingContract contract, RetryPolicy policy, Stop stop)
            throws TargetException {
        try {
            return ask(
                    database,
                    policy,
                    stop,
                    connection -> TargetSchema.log(connection, database.dialect(), contract)
                            .qualified(database.dialect()));
        } catch (SQLException e) {
            throw broken(database, "the ledger cannot be looked for", e);
        }
    }

    /** Who tells the source which documents this run leaves alone; empty where the ledger held none of the contract's. */
    public Optional<SettledDocuments> settledDocuments() {
        return ledgerHeld ? Optional.of(new LedgerLookup(this)) : Optional.empty();
    }

    /** Whether the ledger held anything of the contract when the run began; others may be adding to it. */
    public boolean isLedgerHeld() {
        return ledgerHeld;
    }

    /**
     * The earlier runs that may have loaded documents of the contract when that had another text. A document that one of them has
     * loaded has the rows which that text gave it.
     */
    public Set<String> runsOfOtherContracts() {
        return runsOfOtherContracts;
    }

    /** How a document counts that a run has loaded before. */
    Skip loadedBefore(String byRun) {
        return Skip.loadedBy(byRun, runsOfOtherContracts);
    }

    boolean isOfOtherContract(String byRun) {
        return runsOfOtherContracts.contains(byRun);
    }

    /** Whether a document's rows can be found by what the log holds of them, under the contract as it is now. */
    boolean canErase(ProcessingLog.Entry entry) {
        String keys = entry.rowKeys();
        if (keys == null || erasure.obstacle().isPresent()) {
            return false;
        }
        try {
            rowKeys.read(keys);
            return true;
        } catch (IllegalArgumentException otherTables) {
            return false;
        }
    }

    /**
     * Writes the log's keys in UTC that are points in time and that an earlier version wrote in the zone of its session; for a
     * source whose keys are such.
     */
    public void rewriteKeysOfFormerZones() throws TargetException {
        if (!ledgerHeld) {
            return;
        }
        try {
            int rewritten = asking(connection -> {
                connection.setAutoCommit(false);
                int keys = FormerZones.rewrite(
                        connection, database.dialect(), schema.log().qualified(database.dialect()), contract.name());
                connection.commit();
                return keys;
            });
            if (rewritten > 0) {
                LOG.info("{} keys of earlier runs were in another time zone than UTC and were rewritten", rewritten);
            }
        } catch (SQLException e) {
            throw broken(
                    database,
                    "the ledger has keys in another time zone than UTC, which cannot be rewritten",
                    e,
                    options.showValues());
        }
    }

    /** What is odd about the target but stops nothing, a line each. */
    public List<String> warnings() {
        return schema.warnings();
    }

    /**
     * What became of keys, foreign keys and indexes.
     *
     * @param needed whether anything was missing
     * @param violations in words, what the rows do not allow; empty when nothing is missing any more
     * @param takenBack documents that are not loaded any more because keys forbid their rows
     */
    public record Constrained(boolean needed, List<String> violations, long takenBack) {}

    /**
     * Builds the keys, foreign keys and indexes that are missing since tables were created without them, by this run or one
     * before. Where rows forbid it and their documents can be told, these documents are taken back first, whichever run has
     * loaded them; {@link #takenBack} says what is left of them.
     *
     * @param connections how many it may use at once; the engines are closed
     */
    public Constrained buildConstraints(int connections) throws SQLException, TargetException {
        ConstraintBuilder builder = new ConstraintBuilder(this, connections);
        long documents = 0;
        RetryPolicy.Tries inVain = OTHERS.begin(stop);
        while (true) {
            List<ConstraintBuilder.Violation> violations = builder.build();
            stop.check();
            int takenBack = violations.isEmpty() ? 0 : new DisputedDocuments(this).takeBack(violations);
            documents += takenBack;
            if (takenBack > 0) {
                inVain = OTHERS.begin(stop);
            } else if (violations.isEmpty() || !pause(inVain)) {
                List<String> words = violations.stream()
                        .map(ConstraintBuilder.Violation::words)
                        .toList();
                return new Constrained(builder.wasNeeded(), words, documents);
            }
        }
    }

    private void buildWhatEarlierRunsLeft() throws SQLException, TargetException {
        Constrained built = buildConstraints(run.workers());
        completed = built.needed();
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

    /** Whether documents may have been taken back while the run went on, by itself or by another process. */
    public boolean mayHaveTakenBack() {
        return completed || schema.keysWait();
    }

    /** The documents of the contract that were taken back and not loaded again. */
    public TakenBack takenBack() throws SQLException, TargetException {
        return asking(
                connection -> TakenBack.find(connection, database.dialect(), schema, contract.name(), run.runId()));
    }

    /** The keys of all of them, in the form that they have in the log; empty if they are more than {@code limit}. */
    public Set<String> keysTakenBack(int limit) throws SQLException, TargetException {
        return asking(connection -> TakenBack.keys(connection, database.dialect(), schema, contract.name(), limit));
    }

    interface Question<T> {
        T ask(Connection connection) throws SQLException, TargetException;
    }

    /**
     * Asks a database something, over a connection of its own. A database that cannot be reached is told at once, as a mistyped name would
     * look the same; one that was reached, and is lost, is tried again.
     */
    static <T> T ask(Database database, RetryPolicy policy, Stop stop, Question<T> question)
            throws SQLException, TargetException {
        boolean reached = false;
        RetryPolicy.Tries tries = null;
        while (true) {
            stop.check();
            try (Connection connection = database.connect();
                    Stop.Ending atStop = stop.aborts(connection)) {
                reached = true;
                return question.ask(connection);
            } catch (SQLException e) {
                if (!reached) {
                    throw unreachable(database, e);
                }
                tries = tries == null ? policy.begin(stop) : tries;
                if (!database.mayPass(e) || !tries.pauseAfter(e)) {
                    throw e;
                }
                LOG.warn("{} – {}; trying again", database.displayUrl(), tries.tell(database.reason(e, false)));
            }
        }
    }

    /** Asks as often as the run tries again. */
    <T> T asking(Question<T> question) throws SQLException, TargetException {
        RetryPolicy.Tries tries = null;
        while (true) {
            try (Connection connection = database.connect()) {
                return question.ask(connection);
            } catch (SQLException e) {
                tries = tries == null ? options.retryPolicy().begin(stop) : tries;
                if (!database.mayPass(e) || !tries.pauseAfter(e)) {
                    throw e;
                }
                LOG.warn("{} – {}; trying again", database.displayUrl(), tries.tell(database.reason(e, false)));
            }
        }
    }

    /**
     * Deletes the documents that the log holds and this run did not meet, with their rows, in transactions of bounded size; what
     * others have written since the run began stays. Only for a run with {@link Options#deleteMissing} that has met the whole
     * source, and whose engines are closed.
     */
    public Deleted deleteMissing() throws TargetException {
        return new MissingDocuments(this).delete();
    }

    /**
     * Writes the end of the run to processing_run, and forgets which documents it has met. {@code status}: finished, failed,
     * stopped or {@link #IMPORTED}; {@code summaryJson}: null where there is none.
     */
    public void finishRun(
            String status, long read, long loaded, long rejected, long skipped, @Nullable String summaryJson)
            throws TargetException {
        // Who has given up already is not kept waiting for long; and nobody can stop this, it is what a stop comes to.
        RetryPolicy policy = status.equals("finished") || status.equals(IMPORTED)
                ? options.retryPolicy()
                : options.retryPolicy().within(2, Duration.ofSeconds(5));
        RetryPolicy.Tries tries = policy.begin();
        while (true) {
            try {
                writeEnd(status, read, loaded, rejected, skipped, summaryJson);
                return;
            } catch (SQLException e) {
                if (!database.mayPass(e) || !pause(tries)) {
                    throw new TargetException(
                            database.displayUrl() + " – the end of the run cannot be written: "
                                    + database.reason(e, options.showValues()),
                            false,
                            e);
                }
            } catch (RuntimeException | Error e) {
                throw new TargetException(
                        database.displayUrl() + " – the end of the run cannot be written: "
                                + e.getClass().getName(),
                        false,
                        e);
            }
        }
    }

    private static boolean pause(RetryPolicy.Tries tries) {
        try {
            return tries.pause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void writeEnd(
            String status, long read, long loaded, long rejected, long skipped, @Nullable String summaryJson)
            throws SQLException {
        Dialect dialect = database.dialect();
        String update =
                "UPDATE [] SET [status] = ?, [finished_at] = ?, [documents_read] = ?, [documents_loaded] = ?, [documents_rejected] = ?,"
                        + " [documents_skipped] = ?, [summary] = ? WHERE [run_id] = ?";
        try (Connection connection = database.connect(Purpose.LOAD);
                PreparedStatement statement = connection.prepareStatement(
                        LedgerTables.statement(dialect, schema.runs().qualified(dialect), update))) {
            statement.setString(1, status);
            statement.setObject(2, dialect.parameter(ledgerTime(Instant.now())));
            statement.setLong(3, read);
            statement.setLong(4, loaded);
            statement.setLong(5, rejected);
            statement.setLong(6, skipped);
            statement.setString(7, summaryJson == null ? null : PendingDocument.storable(summaryJson));
            statement.setString(8, run.runId());
            statement.executeUpdate();
            if (options.deleteMissing()) {
                new SeenDocuments(database.dialect(), schema).forget(connection, Instant.now());
            }
            dialect.flush(connection);
        }
    }

    /** The database that is loaded. */
    public Database database() {
        return database;
    }

    /** The contract with what columns hold that are there and hold less than its types: by it, documents are mapped. */
    public MappingContract contract() {
        return contract;
    }

    RunInfo run() {
        return run;
    }

    Options options() {
        return options;
    }

    /** Ends early what waits here. */
    Stop stop() {
        return stop;
    }

    /** The contract's tables as they stand in the database, in its order. */
    List<TableDefinition> tables() {
        return schema.tables();
    }

    /** Whether any transaction took the foreign keys for granted that hold by the way the rows are made. */
    public boolean hasTrustedForeignKeys() {
        return trusted;
    }

    void noteTrust() {
        trusted = true;
    }

    Optional<Dialect.Trust> trust() {
        return trust;
    }

    TargetSchema schema() {
        return schema;
    }

    Erasure erasure() {
        return erasure;
    }

    RowKeys rowKeys() {
        return rowKeys;
    }

    LoadSession openSession() throws SQLException {
        return LoadSession.open(this);
    }

    /** What a session holds while it writes, where workers take turns; null elsewhere. */
    @Nullable
    Semaphore turn() {
        return turn;
    }

    ProcessingLog log(Connection connection) {
        Dialect dialect = database.dialect();
        return new ProcessingLog(
                connection, dialect, schema.log().qualified(dialect), contract.name(), options.needsRowKeys());
    }

    /** Whether the first try of a batch looks into the log; otherwise only a conflict makes it look. */
    boolean mustAskLedger() {
        return options.retryRejects() || (ledgerHeld && !options.sourceFiltered());
    }

    static Connection connect(Database database) throws TargetException {
        try {
            return database.connect();
        } catch (SQLException e) {
            throw unreachable(database, e);
        }
    }

    /** A wrong name or log-in is the user's, a server that does not answer is not. */
    static TargetException unreachable(Database database, SQLException fault) {
        return new TargetException(database.explain(fault), database.isMistake(fault), fault);
    }

    /** For statements that are about no document. */
    static TargetException broken(Database database, String what, SQLException fault) {
        return broken(database, what, fault, false);
    }

    static TargetException broken(Database database, String what, SQLException fault, boolean showValues) {
        return new TargetException(
                database.displayUrl() + " – " + what + ": " + database.reason(fault, showValues),
                database.isMistakeOfUse(fault),
                fault);
    }

    private static boolean holdsContract(Connection connection, Dialect dialect, TableDefinition log, String contract)
            throws SQLException {
        String select =
                dialect.firstRows("SELECT [contract_name] FROM [] WHERE [contract_name] = ? ORDER BY [contract_name]");
        try (PreparedStatement statement =
                connection.prepareStatement(LedgerTables.statement(dialect, log.qualified(dialect), select))) {
            statement.setString(1, contract);
            statement.setInt(2, 1);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Without those that have ended well and loaded nothing: a run that is given each minute must not fill the memory. */
    private static Set<String> runsOfOtherContracts(
            Connection connection, Dialect dialect, TableDefinition runs, MappingContract contract)
            throws SQLException {
        String select = "SELECT [run_id] FROM [] WHERE [contract_name] = ? AND [contract_hash] <> ?"
                + " AND ([status] <> 'finished' OR [documents_loaded] > 0 OR [documents_rejected] > 0)";
        Set<String> found = new HashSet<>();
        try (PreparedStatement statement =
                connection.prepareStatement(LedgerTables.statement(dialect, runs.qualified(dialect), select))) {
            statement.setString(1, contract.name());
            statement.setString(2, Hashes.hex(contract.text()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return Set.copyOf(found);
    }

    private boolean holdsRun(Connection connection) throws SQLException {
        Dialect dialect = database.dialect();
        String select = "SELECT [run_id] FROM [] WHERE [run_id] = ?";
        try (PreparedStatement statement = connection.prepareStatement(
                LedgerTables.statement(dialect, schema.runs().qualified(dialect), select))) {
            statement.setString(1, run.runId());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void writeRun(
            Connection connection, Dialect dialect, TableDefinition runs, MappingContract contract, RunInfo run)
            throws SQLException {
        String insert = "INSERT INTO []"
                + " ([run_id], [contract_name], [contract_hash], [status], [started_at], [workers], [source])"
                + " VALUES (?, ?, ?, 'running', ?, ?, ?)";
        try (PreparedStatement statement =
                connection.prepareStatement(LedgerTables.statement(dialect, runs.qualified(dialect), insert))) {
            statement.setString(1, run.runId());
            statement.setString(2, contract.name());
            statement.setString(3, Hashes.hex(contract.text()));
            statement.setObject(4, dialect.parameter(ledgerTime(run.startedAt())));
            statement.setInt(5, run.workers());
            statement.setString(6, PendingDocument.storable(run.source()));
            statement.executeUpdate();
        }
    }

    private static OffsetDateTime ledgerTime(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
