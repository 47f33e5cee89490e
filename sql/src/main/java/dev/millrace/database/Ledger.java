package dev.millrace.database;

import dev.millrace.contract.LedgerNames;
import dev.millrace.coverage.SettledCoverage;
import dev.millrace.database.ledger.CoverageRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableFinder;
import dev.millrace.document.Fault;
import dev.millrace.document.Reject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what past and running runs have written, over one connection of its own. Not thread-safe. */
public final class Ledger implements AutoCloseable {
    private static final String REJECT_COLUMNS = "[contract_name], [document_key], [run_id], [attempt], "
            + ProcessingLog.FAULT_COLUMNS + ", [finished_at], [content_hash]";

    private final Database database;
    private final Connection connection;
    private final String runs;
    private final String log;
    /** Null where no table has ever been created to get its keys later. */
    private final @Nullable String pending;
    /** These two are null in a ledger of an earlier version. */
    private final @Nullable String coverage;

    private final @Nullable String reports;

    private final LedgerFinder finder;
    private final LedgerTables tables;

    /**
     * A run.
     *
     * @param status running, finished, failed, stopped, or imported where it took over what another system had loaded; a run that was
     *     killed stays running
     * @param finishedAt null while it runs
     * @param summary the JSON summary, or null
     * @param lastBatch while it runs, when it has committed documents last; null if it has not, and at its end
     */
    public record Run(
            RunInfo info,
            String contract,
            String contractHash,
            String status,
            @Nullable Instant finishedAt,
            Documents documents,
            @Nullable String summary,
            @Nullable Instant lastBatch) {
        /** Whether its end is not written down: it is still running, or was killed. */
        public boolean isOpen() {
            return finishedAt == null;
        }

        private Run with(Work work) {
            Documents soFar = new Documents(documents.read, work.loaded, work.rejected, documents.skipped);
            return new Run(info, contract, contractHash, status, finishedAt, soFar, summary, work.last);
        }
    }

    /**
     * Documents of a run.
     *
     * @param read 0 while it runs
     * @param loaded while it runs, what the log holds of it so far, as are the rejected ones
     * @param skipped 0 while it runs
     */
    public record Documents(long read, long loaded, long rejected, long skipped) {}

    /** What the log holds of a run. */
    private static final class Work {
        private long loaded;
        private long rejected;
        private @Nullable Instant last;

        void add(String status, long documents, @Nullable Instant at) {
            if (status.equals(LedgerTables.REJECTED)) {
                rejected += documents;
            } else {
                loaded += documents;
            }
            if (last == null || (at != null && at.isAfter(last))) {
                last = at;
            }
        }
    }

    /**
     * Documents of a contract in one status.
     *
     * @param status loaded or rejected
     * @param rows the rows they have in the target
     */
    public record Count(String contract, String status, long documents, long rows) {
        public boolean isLoaded() {
            return status.equals(LedgerTables.LOADED);
        }
    }

    /** How many documents of a contract have been rejected for one reason. */
    public record CodeCount(String contract, String code, long documents) {}

    /**
     * A rejected document.
     *
     * @param attempt how many runs have tried to load it
     * @param at when the last one did
     */
    public record RejectedEntry(
            String contract, Reject reject, String runId, int attempt, Instant at, long contentHash) {

        public String documentKey() {
            return reject.documentKey();
        }

        public Fault fault() {
            return reject.fault();
        }
    }

    /**
     * A key, foreign key or index that a contract's table is still to get, after its rows.
     *
     * @param table the table's name
     */
    public record Pending(String contract, String table, String constraint) {}

    /**
     * What was counted of a contract's documents, over all runs.
     *
     * @param runs the runs that have counted, in the order of their ids, so by the second of their start; at least one
     * @param notCounted documents that the ledger holds and whose run has not counted: it was killed, nobody looked, or it was a run of an
     *     earlier version
     */
    public record Coverage(SettledCoverage counted, List<String> runs, long notCounted) {}

    private Ledger(
            Database database,
            Connection connection,
            String runs,
            String log,
            @Nullable String pending,
            @Nullable String coverage,
            @Nullable String reports,
            LedgerFinder finder,
            LedgerTables tables) {
        this.database = database;
        this.connection = connection;
        this.runs = runs;
        this.log = log;
        this.pending = pending;
        this.coverage = coverage;
        this.reports = reports;
        this.finder = finder;
        this.tables = tables;
    }

    /**
     * Opens a ledger: in the schema that is named, else in the connection's own, and else in any that alone has one of these names.
     * Where none has, and nothing is said of a prefix, the only ledger that the database holds, whatever its names begin with.
     *
     * @throws TargetException when the database cannot be reached, holds no such ledger, or has other tables of its names
     */
    public static Ledger open(Database database, LedgerNames names) throws TargetException {
        Connection connection = Connections.open(database);
        try {
            Dialect dialect = database.dialect();
            LedgerFinder finder = new LedgerFinder(dialect, new TableFinder(connection));
            return of(database, connection, finder, finder.toRead(database, names));
        } catch (SQLException e) {
            Database.closeQuietly(connection);
            throw TargetException.unreadable(database, "the ledger cannot be read", e);
        } catch (TargetException | RuntimeException | Error e) {
            Database.closeQuietly(connection);
            throw e;
        }
    }

    /** A ledger that is there, over a connection of somebody's who also closes it. */
    static Ledger of(Database database, Connection connection, LedgerFinder finder, LedgerTables tables)
            throws SQLException {
        Dialect dialect = database.dialect();
        LedgerTables ledger = finder.located(tables);
        return new Ledger(
                database,
                connection,
                finder.resolved(ledger.runs()).qualified(dialect),
                finder.resolved(ledger.log()).qualified(dialect),
                ifThere(ledger.pending(), finder, dialect),
                ifThere(ledger.coverage(), finder, dialect),
                ifThere(ledger.reports(), finder, dialect),
                finder,
                ledger);
    }

    private static @Nullable String ifThere(TableDefinition table, LedgerFinder finder, Dialect dialect) {
        return finder.find(table).isEmpty() ? null : finder.resolved(table).qualified(dialect);
    }

    /** The other ledgers of the database, which hold documents of their own. */
    public List<LedgerNames> others() throws TargetException {
        try {
            List<LedgerNames> others = new ArrayList<>();
            for (LedgerTables other : finder.all()) {
                if (!finder.find(other.log()).equals(finder.find(tables.log()))) {
                    others.add(other.names());
                }
            }
            return others;
        } catch (SQLException e) {
            throw TargetException.broken(database, "other ledgers cannot be looked for", e);
        }
    }

    /** Its schema and its prefix; the schema is null where the database has none. */
    public LedgerNames names() {
        String prefix = tables.names().prefix();
        return new LedgerNames(tables.schema(), prefix == null ? "" : prefix);
    }

    /** Its log as people write it, with the schema. */
    public String label() {
        return (tables.schema() == null ? "" : tables.schema() + ".")
                + tables.log().name();
    }

    /** The names of the contracts of all its runs, in order. */
    public List<String> contracts() throws TargetException {
        return query(
                runs,
                "SELECT DISTINCT [contract_name] FROM [] ORDER BY [contract_name]",
                List.of(),
                Integer.MAX_VALUE,
                rows -> rows.getString(1));
    }

    /** The latest runs, the last one first. */
    public List<Run> runs(int limit) throws TargetException {
        return runs(null, limit);
    }

    /** The latest runs of a contract, the last one first. {@code contract}: null for all. */
    public List<Run> runs(@Nullable String contract, int limit) throws TargetException {
        return contract == null
                ? runs("", List.of(), limit)
                : runs(" WHERE [contract_name] = ?", List.of(contract), limit);
    }

    /** The run with an id. */
    public Optional<Run> run(String runId) throws TargetException {
        return runs(" WHERE [run_id] = ?", List.of(runId), 1).stream().findFirst();
    }

    /** The latest run whose end is written down. {@code contract}: null for any. */
    public Optional<Run> lastEnded(@Nullable String contract) throws TargetException {
        return runs(
                        " WHERE [summary] IS NOT NULL" + (contract == null ? "" : " AND [contract_name] = ?"),
                        contract == null ? List.of() : List.of(contract),
                        1)
                .stream()
                .findFirst();
    }

    private List<Run> runs(String condition, List<String> values, int limit) throws TargetException {
        List<Run> found = query(
                runs,
                "SELECT [run_id], [contract_name], [contract_hash], [status], [started_at], [finished_at], [workers], [source], [documents_read],"
                        + " [documents_loaded], [documents_rejected], [documents_skipped], [summary] FROM []"
                        + condition
                        + " ORDER BY [started_at] DESC, [run_id] DESC",
                values,
                limit,
                rows -> new Run(
                        new RunInfo(
                                rows.getString(1),
                                Objects.requireNonNull(instant(rows, 5)),
                                rows.getString(8),
                                rows.getInt(7)),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        instant(rows, 6),
                        new Documents(rows.getLong(9), rows.getLong(10), rows.getLong(11), rows.getLong(12)),
                        rows.getString(13),
                        null));
        return withWorkOfOpenRuns(found);
    }

    /** Nobody writes down how far a run is; but its batches are in the log. */
    private List<Run> withWorkOfOpenRuns(List<Run> runs) throws TargetException {
        List<String> open =
                runs.stream().filter(Run::isOpen).map(run -> run.info().runId()).toList();
        if (open.isEmpty()) {
            return runs;
        }
        Map<String, Work> works = new HashMap<>();
        query(
                log,
                "SELECT [run_id], [status], " + database.dialect().count() + ", MAX([finished_at]) FROM []"
                        + " WHERE [run_id] IN (" + String.join(", ", Collections.nCopies(open.size(), "?"))
                        + ") GROUP BY [run_id], [status] ORDER BY [run_id], [status]",
                open,
                Integer.MAX_VALUE,
                rows -> {
                    Work work = works.computeIfAbsent(rows.getString(1), id -> new Work());
                    work.add(rows.getString(2), rows.getLong(3), instant(rows, 4));
                    return work;
                });
        return runs.stream()
                .map(run ->
                        run.isOpen() ? run.with(works.getOrDefault(run.info().runId(), new Work())) : run)
                .toList();
    }

    /**
     * What runs have counted of a contract's documents; empty if none has.
     *
     * @throws TargetException when it cannot be read, or the ledger keeps no such thing
     */
    public Optional<Coverage> coverage(String contract) throws TargetException {
        if (coverage == null) {
            throw new TargetException(
                    database.displayUrl() + " – the ledger " + label() + " has no table "
                            + tables.coverage().name()
                            + ", as no run of this version has written it – 'run' creates it, from then on what it loads is counted",
                    true,
                    null);
        }
        CoverageRows.Kept kept;
        try {
            kept = new CoverageRows(database.dialect(), coverage).read(connection, contract);
        } catch (SQLException e) {
            throw TargetException.unreadable(database, "the ledger cannot be read", e);
        }
        if (kept == null) {
            return Optional.empty();
        }
        Set<String> counted = Set.copyOf(kept.runs());
        long notCounted = 0;
        for (long documents : query(
                log,
                "SELECT [run_id], " + database.dialect().count()
                        + " FROM [] WHERE [contract_name] = ? GROUP BY [run_id] ORDER BY [run_id]",
                List.of(contract),
                Integer.MAX_VALUE,
                rows -> counted.contains(rows.getString(1)) ? 0 : rows.getLong(2))) {
            notCounted += documents;
        }
        return Optional.of(new Coverage(kept.coverage(), kept.runs(), notCounted));
    }

    /** What the report of a run needs beside its summary; empty where the run has kept nothing. */
    public Optional<String> report(String runId) throws TargetException {
        return reports == null
                ? Optional.empty()
                : query(
                                reports,
                                "SELECT [content] FROM [] WHERE [run_id] = ? ORDER BY [run_id]",
                                List.of(runId),
                                1,
                                rows -> rows.getString(1))
                        .stream()
                        .findFirst();
    }

    /** Documents and rows by contract and status. */
    public List<Count> counts() throws TargetException {
        return query(
                log,
                "SELECT [contract_name], [status], " + database.dialect().count() + ", "
                        + database.dialect().sum("[row_count]") + " FROM []"
                        + " GROUP BY [contract_name], [status] ORDER BY [contract_name], [status]",
                List.of(),
                Integer.MAX_VALUE,
                rows -> new Count(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4)));
    }

    /** What tables are still to get, by contract and table. */
    public List<Pending> pending() throws TargetException {
        return pending == null
                ? List.of()
                : query(
                        pending,
                        "SELECT [contract_name], [table_name], [constraint_name] FROM []"
                                + " ORDER BY [contract_name], [table_name], [constraint_name]",
                        List.of(),
                        Integer.MAX_VALUE,
                        rows -> new Pending(rows.getString(1), rows.getString(2), rows.getString(3)));
    }

    /** Rejects by contract and code, the most frequent first. {@code contract}: null for all. */
    public List<CodeCount> rejectsByCode(@Nullable String contract) throws TargetException {
        Condition condition = Condition.of(contract, null, null);
        return query(
                log,
                "SELECT [contract_name], [code], " + database.dialect().count() + " AS documents FROM []"
                        + condition.sql()
                        + " GROUP BY [contract_name], [code] ORDER BY documents DESC, [contract_name], [code]",
                condition.values(),
                Integer.MAX_VALUE,
                rows -> new CodeCount(rows.getString(1), rows.getString(2), rows.getLong(3)));
    }

    /**
     * Rejected documents in the order of their keys: that of numbers, where these are such. {@code contract} and {@code code}: null for
     * all.
     */
    public List<RejectedEntry> rejects(@Nullable String contract, @Nullable String code, int limit)
            throws TargetException {
        Condition condition = Condition.of(contract, code, null);
        Dialect dialect = database.dialect();
        boolean numbers = query(
                        log,
                        "SELECT MIN([document_key]), MAX([document_key]) FROM []" + condition.sql() + " ORDER BY 1",
                        condition.values(),
                        1,
                        rows -> isNumber(rows.getString(1)) && isNumber(rows.getString(2)))
                .get(0);
        return rejects(
                condition,
                (numbers ? dialect.size(dialect.quote("document_key"), Types.VARCHAR) + ", " : "") + "[document_key]",
                limit);
    }

    private static boolean isNumber(@Nullable String key) {
        return key != null && !key.isEmpty() && key.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The rejects of a contract in the order of their keys, from the first after a key on; null for the first of all. */
    public List<RejectedEntry> rejectsAfter(
            String contract, @Nullable String code, @Nullable String afterKey, int limit) throws TargetException {
        List<String> values = new ArrayList<>(List.of(contract));
        String sql = " WHERE [status] = '" + LedgerTables.REJECTED + "' AND [contract_name] = ?";
        if (code != null) {
            sql += " AND [code] = ?";
            values.add(code);
        }
        if (afterKey != null) {
            sql += " AND [document_key] > ?";
            values.add(afterKey);
        }
        return rejects(new Condition(sql, values), limit);
    }

    /** The rejects of some documents by their keys; those that are not rejected are left out. */
    public Map<String, RejectedEntry> rejects(String contract, Collection<String> documentKeys) throws TargetException {
        Map<String, RejectedEntry> found = new HashMap<>();
        List<String> keys = List.copyOf(documentKeys);
        int atOnce = database.dialect().keysAtOnce();
        for (int from = 0; from < keys.size(); from += atOnce) {
            Map<String, String> byLedgerKey = new HashMap<>();
            keys.subList(from, Math.min(keys.size(), from + atOnce))
                    .forEach(key -> byLedgerKey.put(PendingDocument.ledgerKey(key), key));
            List<String> values = new ArrayList<>(List.of(contract));
            values.addAll(byLedgerKey.keySet());
            String sql = " WHERE [status] = '" + LedgerTables.REJECTED
                    + "' AND [contract_name] = ? AND [document_key] IN ("
                    + String.join(", ", Collections.nCopies(byLedgerKey.size(), "?")) + ")";
            for (RejectedEntry entry : rejects(new Condition(sql, values), Integer.MAX_VALUE)) {
                String key = byLedgerKey.get(entry.documentKey());
                if (key != null) {
                    found.put(key, entry);
                }
            }
        }
        return found;
    }

    /** One document's reject, under each contract that has it; empty if there is none. */
    public List<RejectedEntry> reject(@Nullable String contract, String documentKey) throws TargetException {
        return rejects(Condition.of(contract, null, documentKey), Integer.MAX_VALUE);
    }

    /** How many documents are rejected. {@code contract} and {@code code}: null for all. */
    public long rejectCount(@Nullable String contract, @Nullable String code) throws TargetException {
        Condition condition = Condition.of(contract, code, null);
        return query(
                        log,
                        "SELECT " + database.dialect().count() + " FROM []" + condition.sql() + " ORDER BY 1",
                        condition.values(),
                        1,
                        rows -> rows.getLong(1))
                .get(0);
    }

    @Override
    public void close() {
        Database.closeQuietly(connection);
    }

    private List<RejectedEntry> rejects(Condition condition, int limit) throws TargetException {
        return rejects(condition, "[document_key]", limit);
    }

    private List<RejectedEntry> rejects(Condition condition, String order, int limit) throws TargetException {
        return query(
                log,
                "SELECT " + REJECT_COLUMNS + " FROM []" + condition.sql() + " ORDER BY [contract_name], " + order,
                condition.values(),
                limit,
                rows -> new RejectedEntry(
                        rows.getString(1),
                        new Reject(rows.getString(2), ProcessingLog.fault(rows, 5)),
                        rows.getString(3),
                        rows.getInt(4),
                        Objects.requireNonNull(instant(rows, 13)),
                        rows.getLong(14)));
    }

    /** Makes a record of a result's row. */
    private interface Reader<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private <T> List<T> query(String table, String select, List<String> values, int limit, Reader<T> reader)
            throws TargetException {
        List<T> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                database.dialect().firstRows(LedgerTables.statement(database.dialect(), table, select)))) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            statement.setInt(values.size() + 1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw TargetException.unreadable(database, "the ledger cannot be read", e);
        }
    }

    private @Nullable Instant instant(ResultSet rows, int column) throws SQLException {
        return database.dialect().instant(rows, column);
    }

    /** Which rejects. */
    private record Condition(String sql, List<String> values) {
        /** Null for all. */
        static Condition of(@Nullable String contract, @Nullable String code, @Nullable String key) {
            List<String> values = new ArrayList<>();
            for (String value : new @Nullable String[] {contract, code, key}) {
                if (value != null) {
                    values.add(value);
                }
            }
            String sql = " WHERE [status] = '" + LedgerTables.REJECTED + "'"
                    + (contract == null ? "" : " AND [contract_name] = ?") + (code == null ? "" : " AND [code] = ?")
                    + (key == null ? "" : " AND [document_key] = ?");
            return new Condition(sql, values);
        }
    }
}
