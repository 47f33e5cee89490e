package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.RowCounts.Rows;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.SqlFault;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import dev.millrace.workers.Stop;
import dev.millrace.workers.StoppedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the ledger as loaded what another system has loaded before, as that system's log says, and only where the rows are in the
 * contract's tables. The documents are read and mapped for that, so that the ledger knows of each what it knows of those that a run has
 * loaded: the check of its text, the keys of its rows, and how many there are. Nothing but the ledger is changed; each batch is a
 * transaction. Thread-safe; a batch at a time.
 */
public final class LedgerTakeover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerTakeover.class);

    /** Documents of each kind that are named. */
    public static final int NAMED = 10;

    /** How often another process may be in the way of one batch. */
    private static final int CONFLICTS = 3;

    /** What is found of a document of the source. */
    public enum Finding {
        /** The log calls it loaded, and its rows are there: the ledger has it from now on. */
        TAKEN_OVER,
        /** The ledger has it already. */
        KNOWN,
        /** The log calls it failed, and it has no rows. */
        FAILED,
        /** The log does not know it, and it has no rows. */
        NEW,
        /** The log calls it loaded, and its rows are not there. */
        NOT_THERE,
        /** Its rows are there, and the log does not call it loaded. */
        NOT_LOGGED,
        /** The log calls it loaded, and the contract makes no rows of it by which it could be looked for. */
        UNMAPPABLE;

        /** Whether log and tables do not agree, so that somebody has to look. */
        public boolean isOdd() {
            return this == NOT_THERE || this == NOT_LOGGED || this == UNMAPPABLE;
        }
    }

    /**
     * What has been found.
     *
     * @param log the other system's log, for people
     * @param counts documents by finding; those that did not occur are absent
     * @param first their keys in the ledger, some of them; those of {@link Finding#UNMAPPABLE} with the reject's code
     * @param otherRows documents taken over of which the tables hold another number of rows than the contract gives
     * @param firstOtherRows the keys of some of these
     * @param notInSource documents that the log knows and the source does not have; empty where not all of the source was read
     */
    public record Report(
            String log,
            Map<Finding, Long> counts,
            Map<Finding, List<String>> first,
            long otherRows,
            List<String> firstOtherRows,
            OptionalLong notInSource) {

        public Report {
            counts = Map.copyOf(counts);
            first = Map.copyOf(first);
            firstOtherRows = List.copyOf(firstOtherRows);
        }

        public long count(Finding finding) {
            return counts.getOrDefault(finding, 0L);
        }

        /** Whether log and tables do not agree in something, so that somebody has to look. */
        public boolean isOdd() {
            return counts.keySet().stream().anyMatch(Finding::isOdd);
        }
    }

    private final DatabaseAccess access;
    private final Database database;
    private final MappingContract contract;
    private final RunInfo run;
    private final TargetSchema schema;
    private final DocumentRows documentRows;
    private final RowKeys rowKeys;
    private final ForeignLog foreignLog;
    /** The ledger's; null where nothing is written. */
    private final @Nullable Target target;
    /** False where nothing is written and there is no ledger yet. */
    private final boolean ledgerIsThere;
    /** Whether the log's keys are those of the source, and not those that the contract finds in the documents. */
    private final boolean bySourceKey;

    private final Tally tally = new Tally();
    private @Nullable Session session;

    /** The connections, which are made anew together. */
    private record Session(
            Connection connection, Connection log, @Nullable BulkLoader loader, ProcessingLog ledger) {}

    /** What was found so far. */
    private static final class Tally {
        private final Map<Finding, Long> counts = new EnumMap<>(Finding.class);
        private final Map<Finding, List<String>> first = new EnumMap<>(Finding.class);
        private long inLog;
        private long otherRows;
        private final List<String> firstOtherRows = new ArrayList<>();

        void add(Finding finding, String key) {
            counts.merge(finding, 1L, Long::sum);
            name(first.computeIfAbsent(finding, unseen -> new ArrayList<>()), key);
        }

        void addOtherRows(String key) {
            otherRows++;
            name(firstOtherRows, key);
        }

        void add(Tally more) {
            more.counts.forEach((finding, count) -> counts.merge(finding, count, Long::sum));
            more.first.forEach((finding, keys) -> {
                List<String> known = first.computeIfAbsent(finding, unseen -> new ArrayList<>());
                keys.forEach(key -> name(known, key));
            });
            inLog += more.inLog;
            otherRows += more.otherRows;
            more.firstOtherRows.forEach(key -> name(firstOtherRows, key));
        }

        private static void name(List<String> keys, String key) {
            if (keys.size() < NAMED) {
                keys.add(key);
            }
        }
    }

    private LedgerTakeover(
            DatabaseAccess access,
            RunInfo run,
            TargetSchema.Look look,
            ForeignLog foreignLog,
            @Nullable Target target,
            boolean bySourceKey) {
        this.access = access;
        this.database = access.database();
        this.schema = look.schema();
        // As a run maps: by what the columns that are there can hold.
        this.contract = schema.contract();
        this.run = run;
        this.documentRows = new DocumentRows(access.dialect(), contract, schema.tables());
        this.rowKeys = documentRows.keys();
        this.foreignLog = foreignLog;
        this.target = target;
        this.ledgerIsThere = look.hasLedger();
        this.bySourceKey = bySourceKey;
    }

    /**
     * What is asked for.
     *
     * @param log the database with the other system's log
     * @param logTable that log; null for {@code processing_log} in the contract's schema
     * @param bySourceKey whether the log's keys are those of the source, and not those that the contract finds in the documents
     * @param dryRun whether nothing is written
     */
    public record Options(
            Database log, @Nullable String logTable, boolean bySourceKey, boolean dryRun, RetryPolicy retryPolicy) {}

    /**
     * Looks at log and tables, creates the ledger where it is missing, and begins a run in it; all but the looking only where something
     * is to be written.
     *
     * @param stop ends this early, with a {@link TargetException}, and later whatever waits here
     * @throws TargetException naming every problem, a line each
     */
    public static LedgerTakeover prepare(
            Database database, MappingContract contract, RunInfo run, Options options, Stop stop)
            throws TargetException {
        RetryPolicy policy = options.retryPolicy();
        ForeignLog log;
        try {
            log = Connections.ask(
                    options.log(),
                    policy,
                    stop,
                    connection -> ForeignLog.find(connection, options.log(), options.logTable(), contract.schema()));
        } catch (SQLException e) {
            throw TargetException.broken(options.log(), "the log cannot be looked for", e);
        }
        Dialect dialect = database.dialect();
        if (new DocumentRows(dialect, contract, PhysicalNames.tables(dialect, contract))
                .roots()
                .isEmpty()) {
            throw new TargetException(
                    "contract " + contract.name()
                            + " – documents share the rows of all tables ('on-duplicate'), so that"
                            + " nothing shows whether one is loaded",
                    true,
                    null);
        }
        Target target = null;
        TargetSchema.Look look;
        if (options.dryRun()) {
            try {
                look = Connections.ask(
                        database, policy, stop, connection -> TargetSchema.look(connection, database, contract));
            } catch (SQLException e) {
                throw TargetException.broken(database, "cannot be compared with the contract", e);
            }
        } else {
            LoadOptions asked = LoadOptions.DEFAULTS.retryPolicy(policy).ledgerAlone(true);
            target = Target.prepare(database, contract, described(run, log), asked, stop);
            look = new TargetSchema.Look(target.schema(), true);
        }
        return new LedgerTakeover(
                new DatabaseAccess(database, policy, stop), run, look, log, target, options.bySourceKey());
    }

    private static RunInfo described(RunInfo run, ForeignLog log) {
        return new RunInfo(
                run.runId(),
                run.startedAt(),
                "log " + log.name() + " of " + log.database().displayUrl() + ", " + run.source(),
                run.workers());
    }

    /** What documents are to be mapped by: the contract, with the types of narrow columns that are there. */
    public MappingContract contract() {
        return contract;
    }

    /** What is odd about the target but stops nothing, a line each. */
    public List<String> warnings() {
        return schema.warnings();
    }

    /** For a worker; all of them share what is here. It takes in all documents that were mapped, whatever it finds of them. */
    public Sink<?> sink() {
        return new Sink<Outcome>() {
            @Override
            public Outcome prepare(Outcome outcome) {
                return outcome;
            }

            @Override
            public SinkResult accept(List<Outcome> batch) throws SinkException {
                try {
                    return take(batch);
                } catch (StoppedException e) {
                    throw SinkException.stopped(e);
                } catch (SQLException e) {
                    throw new SinkException(
                            database.displayUrl() + " – the ledger cannot be written: " + database.reason(e, false), e);
                }
            }

            @Override
            public void close() {
                // What it uses is everybody's.
            }
        };
    }

    /**
     * What was found. To be asked when all documents were met.
     *
     * @param whole whether that were all of the source
     */
    public synchronized Report report(boolean whole) throws TargetException {
        OptionalLong notInSource = OptionalLong.empty();
        if (whole) {
            try {
                long documents = Connections.ask(
                        foreignLog.database(), access.retryPolicy(), access.stop(), foreignLog::documents);
                notInSource = OptionalLong.of(Math.max(0, documents - tally.inLog));
            } catch (SQLException e) {
                throw TargetException.broken(foreignLog.database(), "the log cannot be counted", e);
            }
        }
        return new Report(
                foreignLog.name(), tally.counts, tally.first, tally.otherRows, tally.firstOtherRows, notInSource);
    }

    /**
     * Writes the run's end, if one was begun.
     *
     * @param status null for a run that has met the whole source; else failed or stopped
     */
    public synchronized void finish(@Nullable String status) throws TargetException {
        close();
        if (target != null) {
            long read =
                    tally.counts.values().stream().mapToLong(Long::longValue).sum();
            long taken = tally.counts.getOrDefault(Finding.TAKEN_OVER, 0L);
            target.ledger().end(status == null ? RunLedger.IMPORTED : status, read, taken, 0, read - taken, null);
        }
    }

    /** Rolls back what is open; does not throw. */
    @Override
    public synchronized void close() {
        Session open = session;
        session = null;
        if (open != null) {
            BulkLoader loader = open.loader();
            if (loader != null) {
                quietly(loader::close);
            }
            close(open.connection());
            close(open.log());
        }
    }

    private static void close(Connection connection) {
        quietly(() -> {
            try (Connection closing = connection) {
                if (!closing.getAutoCommit()) {
                    closing.rollback();
                }
            }
        });
    }

    private interface Closing {
        void close() throws SQLException;
    }

    /** Whatever a driver throws: the other connection is to be closed as well, and what broke before is what counts. */
    private static void quietly(Closing closing) {
        try {
            closing.close();
        } catch (SQLException | RuntimeException | Error e) {
            LOG.debug("closing a connection", e);
        }
    }

    private synchronized SinkResult take(List<Outcome> batch) throws SQLException {
        Retrying retrying = access.retrying();
        boolean again = false;
        int conflicts = 0;
        while (true) {
            access.stop().check();
            try {
                Tally found = take(open(), batch, again);
                tally.add(found);
                return SinkResult.ofAll(batch, new long[contract.tables().size()]);
            } catch (SQLException e) {
                close();
                again = true;
                boolean conflict = e instanceof ChangedMeanwhileException
                        || database.dialect().classify(e) == SqlFault.DUPLICATE_KEY;
                if (conflict && ++conflicts <= CONFLICTS) {
                    // Another process was first with one of the keys: now the ledger shows which.
                    continue;
                }
                retrying.after(e, database.mayPass(e) || foreignLog.database().mayPass(e));
            } catch (RuntimeException | Error e) {
                // Another worker must not commit what is open.
                close();
                throw e;
            }
        }
    }

    private Session open() throws SQLException {
        Session open = session;
        if (open == null) {
            Connection connection = database.connect(Purpose.LOAD);
            Connection log = null;
            try {
                log = foreignLog.database().connect();
                Dialect dialect = database.dialect();
                BulkLoader loader =
                        target == null ? null : dialect.loader(connection, schema.log(), OnDuplicate.REJECT);
                connection.setAutoCommit(false);
                open = new Session(
                        connection,
                        log,
                        loader,
                        new ProcessingLog(
                                connection, dialect, schema.log().qualified(dialect), contract.name(), false));
            } catch (SQLException | RuntimeException | Error e) {
                close(connection);
                if (log != null) {
                    close(log);
                }
                throw e;
            }
            session = open;
        }
        return open;
    }

    /** @param again whether the batch may have been committed, by a try whose answer was lost */
    private Tally take(Session open, List<Outcome> batch, boolean again) throws SQLException {
        List<Outcome> documents = batch.stream()
                .filter(document -> !(document instanceof Unselected))
                .toList();
        Tally found = new Tally();
        Map<String, Boolean> logged = logged(open, documents, found);
        List<String> keys = documents.stream()
                .map(document -> PendingDocument.ledgerKey(document.key()))
                .toList();
        Map<String, ProcessingLog.Entry> known = ledgerIsThere ? open.ledger().find(keys) : Map.of();
        List<String> rowKeysOf = new ArrayList<>();
        // Those that were mapped stand before the others.
        for (Outcome document : documents) {
            if (document instanceof Mapped mapped) {
                rowKeysOf.add(rowKeys.write(mapped.rows()));
            }
        }
        List<Rows> rows = RowCounts.of(open.connection(), database.dialect(), documentRows, rowKeysOf);
        Set<String> met = new HashSet<>();
        List<@Nullable Object[]> entries = new ArrayList<>();
        Map<String, ProcessingLog.Entry> outdated = new LinkedHashMap<>();
        OffsetDateTime now = Instant.now().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        for (int i = 0; i < documents.size(); i++) {
            Outcome document = documents.get(i);
            String key = keys.get(i);
            ProcessingLog.Entry entry = known.get(key);
            Rows its = i < rows.size() ? rows.get(i) : null;
            boolean own =
                    again && entry != null && entry.loaded() && entry.runId().equals(run.runId());
            Finding finding = !met.add(key)
                    ? Finding.KNOWN
                    : own ? Finding.TAKEN_OVER : finding(entry, logged.get(logKey(document)), its);
            found.add(
                    finding,
                    finding == Finding.UNMAPPABLE && document instanceof Rejected rejected
                            ? key + " (" + rejected.fault().code().word() + ")"
                            : key);
            if (finding == Finding.TAKEN_OVER && its != null && document instanceof Mapped mapped) {
                if (differs(mapped, its)) {
                    found.addOtherRows(key);
                }
                if (!own) {
                    if (entry != null) {
                        outdated.put(key, entry);
                    }
                    entries.add(LogWriter.loadedElsewhere(
                            document.contentHash(),
                            now,
                            its.total(),
                            entry == null ? 1 : entry.attempt() + 1,
                            contract.name(),
                            key,
                            run.runId(),
                            documentRows.obstacle().isPresent() ? null : rowKeysOf.get(i)));
                }
            }
        }
        write(open, entries, outdated);
        return found;
    }

    private void write(Session open, List<@Nullable Object[]> entries, Map<String, ProcessingLog.Entry> outdated)
            throws SQLException {
        BulkLoader loader = open.loader();
        if (loader != null && !entries.isEmpty()) {
            int gone = open.ledger().remove(outdated).size();
            if (gone > 0) {
                throw new ChangedMeanwhileException(gone);
            }
            // In the order of keys, as all do who write there, so that they wait for each other instead of deadlocking.
            entries.sort(Comparator.comparing(entry -> String.valueOf(entry[LogWriter.KEY])));
            for (@Nullable Object[] entry : entries) {
                loader.write(entry);
            }
            loader.commit();
        }
        open.connection().commit();
    }

    private static Finding finding(ProcessingLog.@Nullable Entry entry, @Nullable Boolean logged, @Nullable Rows rows) {
        if (entry != null && (entry.loaded() || entry.withdrawn() || entry.rowCount() > 0)) {
            return Finding.KNOWN;
        }
        boolean loaded = logged != null && logged;
        if (rows == null) {
            return loaded ? Finding.UNMAPPABLE : logged == null ? Finding.NEW : Finding.FAILED;
        }
        if (rows.there()) {
            return loaded ? Finding.TAKEN_OVER : Finding.NOT_LOGGED;
        }
        return loaded ? Finding.NOT_THERE : logged == null ? Finding.NEW : Finding.FAILED;
    }

    private static boolean differs(Mapped document, Rows rows) {
        for (int table = 0; table < rows.byTable().length; table++) {
            int count = rows.byTable()[table];
            if (count >= 0 && count != document.rows().get(table).size()) {
                return true;
            }
        }
        return false;
    }

    private String logKey(Outcome document) {
        return bySourceKey ? document.source().key() : document.key();
    }

    private Map<String, Boolean> logged(Session open, List<Outcome> documents, Tally found) throws SQLException {
        Set<String> keys = new LinkedHashSet<>();
        documents.forEach(document -> keys.add(logKey(document)));
        Map<String, Boolean> logged = foreignLog.among(open.log(), List.copyOf(keys));
        found.inLog += logged.size();
        return logged;
    }
}
