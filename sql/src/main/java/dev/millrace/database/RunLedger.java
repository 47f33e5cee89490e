package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.SettledCoverage;
import dev.millrace.database.ledger.CoverageRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.document.Skip;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger as one run sees it: what it held of the contract when the run began, and the run's own row, from its beginning to its end.
 * Immutable and thread-safe.
 */
public final class RunLedger {
    private static final Logger LOG = LoggerFactory.getLogger(RunLedger.class);

    /** The status of a run that has taken over what another system had loaded. */
    public static final String IMPORTED = "imported";

    private static final String RUNNING = "running";

    /** How often other runs can have added the same rows before it is given up to add to them. */
    private static final int CONFLICTS = 5;

    /**
     * What a run leaves in the ledger for those who ask later.
     *
     * @param coverage what was counted of the documents that it has loaded or rejected
     * @param report what its report needs beside the summary
     */
    public record Kept(SettledCoverage coverage, String report) {}

    /** How a run ended. */
    private record Ending(
            Instant at,
            String status,
            long read,
            long loaded,
            long rejected,
            long skipped,
            @Nullable String summaryJson) {}

    private final Database database;
    private final MappingContract contract;
    private final RunInfo run;
    private final LoadOptions options;
    private final Stop stop;
    private final TargetSchema schema;
    private final boolean held;
    /** The runs that may have loaded something of the contract when that had another text. */
    private final Set<String> runsOfOtherContracts;

    private RunLedger(
            Database database,
            MappingContract contract,
            RunInfo run,
            LoadOptions options,
            Stop stop,
            TargetSchema schema,
            boolean held,
            Set<String> runsOfOtherContracts) {
        this.database = database;
        this.contract = contract;
        this.run = run;
        this.options = options;
        this.stop = stop;
        this.schema = schema;
        this.held = held;
        this.runsOfOtherContracts = runsOfOtherContracts;
    }

    /** The ledger as it is now. */
    static RunLedger look(
            Connection connection,
            Database database,
            MappingContract contract,
            RunInfo run,
            LoadOptions options,
            Stop stop,
            TargetSchema schema)
            throws SQLException {
        Dialect dialect = database.dialect();
        boolean held = holdsContract(connection, dialect, schema.log(), contract.name());
        Set<String> others = held ? runsOfOtherContracts(connection, dialect, schema.runs(), contract) : Set.of();
        return new RunLedger(database, contract, run, options, stop, schema, held, others);
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
            return Connections.ask(
                    database,
                    policy,
                    stop,
                    connection -> TargetSchema.log(connection, database.dialect(), contract)
                            .qualified(database.dialect()));
        } catch (SQLException e) {
            throw TargetException.broken(database, "the ledger cannot be looked for", e);
        }
    }

    /** Whether it held anything of the contract when the run began; others may be adding to it. */
    public boolean isHeld() {
        return held;
    }

    /**
     * The earlier runs that may have loaded documents of the contract when that had another text. A document that one of them has
     * loaded has the rows which that text gave it.
     */
    public Set<String> runsOfOtherContracts() {
        return runsOfOtherContracts;
    }

    boolean isOfOtherContract(String byRun) {
        return runsOfOtherContracts.contains(byRun);
    }

    /** How a document counts that a run has loaded before. */
    Skip loadedBefore(String byRun) {
        return Skip.loadedBy(byRun, runsOfOtherContracts);
    }

    /** What a connection asks of the log. */
    ProcessingLog log(Connection connection) {
        Dialect dialect = database.dialect();
        return new ProcessingLog(
                connection, dialect, schema.log().qualified(dialect), contract.name(), options.needsRowKeys());
    }

    /**
     * Writes the run's row, in the transaction of the caller.
     *
     * @param again whether it may have been written already, by a try whose answer was lost
     */
    void begin(Connection connection, boolean again) throws SQLException {
        if (again && status(connection).isPresent()) {
            return;
        }
        Dialect dialect = database.dialect();
        String insert = "INSERT INTO []"
                + " ([run_id], [contract_name], [contract_hash], [status], [started_at], [workers], [source])"
                + " VALUES (?, ?, ?, '" + RUNNING + "', ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(
                LedgerTables.statement(dialect, schema.runs().qualified(dialect), insert))) {
            statement.setString(1, run.runId());
            statement.setString(2, contract.name());
            statement.setString(3, contract.hash());
            statement.setObject(4, dialect.parameter(ledgerTime(run.startedAt())));
            statement.setInt(5, run.workers());
            statement.setString(6, LedgerTables.storable(run.source()));
            statement.executeUpdate();
        }
        if (options.deleteMissing()) {
            new SeenDocuments(dialect, schema).begin(connection, run.runId());
        }
    }

    /** Looks whether the run, which another process has begun, is under way. */
    void join(Connection connection) throws SQLException, TargetException {
        Optional<String> status = status(connection);
        if (status.isEmpty() || !status.get().equals(RUNNING)) {
            throw new TargetException(
                    database.displayUrl() + " – run " + run.runId()
                            + (status.isEmpty() ? " has not begun here" : " is over: " + status.get())
                            + ", so that nobody can join it – begin a run first",
                    true,
                    null);
        }
    }

    private Optional<String> status(Connection connection) throws SQLException {
        Dialect dialect = database.dialect();
        String select = "SELECT [status] FROM [] WHERE [run_id] = ?";
        try (PreparedStatement statement = connection.prepareStatement(
                LedgerTables.statement(dialect, schema.runs().qualified(dialect), select))) {
            statement.setString(1, run.runId());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** As the other, at this moment. */
    public void end(String status, long read, long loaded, long rejected, long skipped, @Nullable String summaryJson)
            throws TargetException {
        end(Instant.now(), status, read, loaded, rejected, skipped, summaryJson, null);
    }

    /**
     * Writes the run's end, and forgets which documents it has met. What is kept for later is written in the same transaction, once, however
     * often this has to be tried; where it cannot be written, a warning says so and the end is written without it.
     *
     * @param status finished, failed, stopped or {@link #IMPORTED}
     * @param summaryJson null where there is none
     * @param kept null where there is nothing
     */
    public void end(
            Instant at,
            String status,
            long read,
            long loaded,
            long rejected,
            long skipped,
            @Nullable String summaryJson,
            @Nullable Kept kept)
            throws TargetException {
        // Who has given up already is not kept waiting for long; and nobody can stop this, it is what a stop comes to.
        RetryPolicy policy = status.equals("finished") || status.equals(IMPORTED)
                ? options.retryPolicy()
                : options.retryPolicy().within(2, Duration.ofSeconds(5));
        String broken = database.displayUrl() + " – the end of the run cannot be written: ";
        try {
            Retrying retrying = new Retrying(database, policy, new Stop());
            while (true) {
                try {
                    writeEnd(new Ending(at, status, read, loaded, rejected, skipped, summaryJson), kept);
                    return;
                } catch (SQLException e) {
                    retrying.after(e);
                }
            }
        } catch (SQLException e) {
            throw new TargetException(broken + database.reason(e, options.showValues()), false, e);
        } catch (RuntimeException | Error e) {
            throw new TargetException(broken + e.getClass().getName(), false, e);
        }
    }

    private void writeEnd(Ending ending, @Nullable Kept kept) throws SQLException {
        Dialect dialect = database.dialect();
        try (Connection connection = database.connect(Purpose.LOAD)) {
            connection.setAutoCommit(false);
            Kept toKeep = kept;
            int conflicts = 0;
            while (true) {
                // Whoever tries again after a lost answer must not add the same twice.
                boolean wasRunning = update(connection, ending, " AND [status] = '" + RUNNING + "'");
                if (!wasRunning) {
                    update(connection, ending, "");
                }
                if (options.deleteMissing()) {
                    new SeenDocuments(dialect, schema).forget(connection, Instant.now());
                }
                try {
                    if (toKeep != null && wasRunning) {
                        keep(connection, toKeep);
                    }
                    connection.commit();
                } catch (SQLException e) {
                    connection.rollback();
                    boolean metAnother = dialect.classify(e) == SqlFault.DUPLICATE_KEY && ++conflicts <= CONFLICTS;
                    if (toKeep == null || !metAnother && database.mayPass(e)) {
                        throw e;
                    }
                    if (!metAnother) {
                        LOG.warn(
                                "{} – the ledger does not keep what 'coverage --to' and 'report' tell of this run: {}",
                                database.displayUrl(),
                                database.reason(e, options.showValues()));
                        toKeep = null;
                    }
                    continue;
                }
                dialect.flush(connection);
                return;
            }
        }
    }

    /** @return whether the run's row was there and met the condition */
    private boolean update(Connection connection, Ending ending, String condition) throws SQLException {
        Dialect dialect = database.dialect();
        String update =
                "UPDATE [] SET [status] = ?, [finished_at] = ?, [documents_read] = ?, [documents_loaded] = ?, [documents_rejected] = ?,"
                        + " [documents_skipped] = ?, [summary] = ? WHERE [run_id] = ?" + condition;
        try (PreparedStatement statement = connection.prepareStatement(
                LedgerTables.statement(dialect, schema.runs().qualified(dialect), update))) {
            statement.setString(1, ending.status);
            statement.setObject(2, dialect.parameter(ledgerTime(ending.at)));
            statement.setLong(3, ending.read);
            statement.setLong(4, ending.loaded);
            statement.setLong(5, ending.rejected);
            statement.setLong(6, ending.skipped);
            statement.setString(7, ending.summaryJson == null ? null : LedgerTables.storable(ending.summaryJson));
            statement.setString(8, run.runId());
            return statement.executeUpdate() > 0;
        }
    }

    private void keep(Connection connection, Kept kept) throws SQLException {
        Dialect dialect = database.dialect();
        if (schema.reports() != null) {
            String insert = "INSERT INTO [] ([run_id], [contract_name], [content]) VALUES (?, ?, ?)";
            try (PreparedStatement statement = connection.prepareStatement(
                    LedgerTables.statement(dialect, schema.reports().qualified(dialect), insert))) {
                statement.setString(1, run.runId());
                statement.setString(2, contract.name());
                statement.setString(3, LedgerTables.storable(kept.report));
                statement.executeUpdate();
            }
        }
        if (schema.coverage() != null) {
            new CoverageRows(dialect, schema.coverage().qualified(dialect))
                    .add(connection, contract.name(), run.runId(), kept.coverage);
        }
    }

    /** The end of a run that did not come to its documents. What broke before is told already, so this tells nobody if it cannot be written. */
    public void endBeforeDocuments() {
        try {
            end(stop.isAsked() ? "stopped" : "failed", 0, 0, 0, 0, null);
        } catch (TargetException e) {
            LOG.debug("the end of run {}, which could not begin, could not be written", run.runId());
        }
    }

    /**
     * Writes the log's keys in UTC that are points in time and that an earlier version wrote in the zone of its session; for a
     * source whose keys are such.
     */
    public void rewriteKeysOfFormerZones() throws TargetException {
        if (!held) {
            return;
        }
        try {
            int rewritten = new Retrying(database, options.retryPolicy(), stop).connected(connection -> {
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
            throw TargetException.broken(
                    database,
                    "the ledger has keys in another time zone than UTC, which cannot be rewritten",
                    e,
                    options.showValues());
        }
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
            statement.setString(2, contract.hash());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return Set.copyOf(found);
    }

    private static OffsetDateTime ledgerTime(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
