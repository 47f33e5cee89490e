package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.LoadClock.Part;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.SqlFault;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Owns one connection and its transactions: loads batches of documents in foreign-key order, each document whole or not at
 * all, with the ledger's rows in the same transaction. Owned by one worker; not thread-safe.
 */
public final class MigrationEngine implements AutoCloseable {
    /** The place of the log among the tables: it is written before them. */
    private static final int LOG = -1;
    /** How often a batch is cut where the database points to, before it is cut into halves, which bounds the work. */
    private static final int HINTS = 8;

    private final Target target;
    private final MappingContract contract;
    private final Dialect dialect;
    private final int worker;
    private final LoadClock clock;
    private final RowLocator locator;
    private final RetryPolicy policy;
    private final Map<String, String> loadPaths = new LinkedHashMap<>();

    private @Nullable LoadSession session;
    /** Which table the transaction is at. */
    private int current = LOG;

    private @Nullable Attempt running;
    /** A transaction whose commit was lost on the way: only the log knows what became of it. */
    private @Nullable Attempt unknown;

    private Instant lastStamp = Instant.EPOCH;
    private int hints;
    private int duplicates;

    /** A transaction and what it did if it was committed. */
    private static final class Attempt {
        private final Instant stamp;
        private final List<PendingDocument> documents = new ArrayList<>();
        private final long[] rows;
        private final long[] kept;
        private int skipped;

        Attempt(Instant stamp, int tables) {
            this.stamp = stamp;
            this.rows = new long[tables];
            this.kept = new long[tables];
        }
    }

    MigrationEngine(Target target, int worker, LoadClock clock, RowLocator locator, RetryPolicy policy)
            throws SQLException {
        this.target = target;
        this.contract = target.contract();
        this.dialect = target.database().dialect();
        this.worker = worker;
        this.clock = clock;
        this.locator = locator;
        this.policy = policy;
        LoadSession opened = target.openSession();
        session = opened;
        for (TableMapping table : contract.tables()) {
            loadPaths.put(table.name(), opened.loader(table.index()).path());
        }
    }

    /**
     * Loads a batch. When it returns, every document of the batch is committed as loaded or rejected, or was in the ledger
     * before. When the database refuses a row, the batch is rolled back and split until the bad documents are alone.
     *
     * @throws SQLException when the database fails for a reason that is not a document's; what is not committed is rolled back
     */
    public LoadResult load(LoadBatch batch) throws SQLException {
        hints = HINTS;
        unknown = null;
        List<Attempt> attempts = new ArrayList<>();
        load(pending(batch), target.mustAskLedger(), attempts);
        return result(attempts);
    }

    /** How each table was loaded, by table name: {@code copy-binary}, {@code batch-insert} … */
    public Map<String, String> loadPaths() {
        return Map.copyOf(loadPaths);
    }

    /** Rolls back what is open and closes the connection; does not throw. */
    @Override
    public void close() {
        LoadSession open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    private static List<PendingDocument> pending(LoadBatch batch) {
        List<PendingDocument> documents = new ArrayList<>();
        batch.mapped().forEach(mapped -> documents.add(new PendingDocument(mapped)));
        batch.rejected().forEach(rejected -> documents.add(new PendingDocument(rejected)));
        Set<String> keys = new HashSet<>();
        for (PendingDocument document : documents) {
            if (!keys.add(document.key())) {
                document.markDuplicate();
            }
        }
        return documents;
    }

    /** Loads documents in one transaction if that can be, else in several. */
    private void load(List<PendingDocument> documents, boolean askLedger, List<Attempt> done) throws SQLException {
        boolean ask = askLedger;
        for (int retry = 0; ; ) {
            SQLException failure;
            try {
                done.add(attempt(documents, ask));
                unknown = null;
                return;
            } catch (SQLException e) {
                failure = e;
            }
            ask = true;
            SqlFault fault = dialect.classify(failure);
            if (fault == SqlFault.TRANSIENT || fault == SqlFault.CONNECTION) {
                recover(fault);
                pause(failure, retry++);
            } else if (!fault.isOfARow()) {
                close();
                throw failure;
            } else if (current == LOG) {
                // Another worker or process was first with one of the keys: now the log shows which.
                recover(fault);
                if (fault != SqlFault.DUPLICATE_KEY || retry++ >= policy.retries()) {
                    throw failure;
                }
            } else if (documents.size() == 1) {
                documents.get(0).reject(fault(failure, fault, documents.get(0)));
                recover(fault);
            } else {
                int suspect = suspect(failure, documents);
                recover(fault);
                split(documents, suspect, done);
                return;
            }
        }
    }

    private void split(List<PendingDocument> documents, int suspect, List<Attempt> done) throws SQLException {
        int size = documents.size();
        if (suspect >= 0 && hints-- > 0) {
            if (suspect > 0) {
                load(documents.subList(0, suspect), true, done);
            }
            load(documents.subList(suspect, suspect + 1), true, done);
            if (suspect + 1 < size) {
                load(documents.subList(suspect + 1, size), true, done);
            }
        } else {
            load(documents.subList(0, size / 2), true, done);
            load(documents.subList(size / 2, size), true, done);
        }
    }

    /** One transaction: look-up, log, tables, commit. */
    private Attempt attempt(List<PendingDocument> documents, boolean askLedger) throws SQLException {
        current = LOG;
        LoadSession open = session;
        if (open == null) {
            open = target.openSession();
            session = open;
        }
        Attempt lost = unknown;
        if (lost != null && isCommitted(lost, open.log())) {
            return lost;
        }
        Attempt attempt = new Attempt(stamp(), contract.tables().size());
        running = attempt;
        Map<String, ProcessingLog.Entry> known = Map.of();
        if (askLedger) {
            long start = System.nanoTime();
            known = find(documents, open.log());
            clock.add(Part.LOAD, System.nanoTime() - start);
        }
        choose(documents, known, attempt);
        writeLog(open, known, attempt);
        for (TableMapping table : contract.tables()) {
            writeTable(open.loader(table.index()), table.index(), attempt);
        }
        long start = System.nanoTime();
        unknown = attempt;
        open.commit();
        clock.add(Part.COMMIT, System.nanoTime() - start);
        return attempt;
    }

    /** Leaves out what the log holds, and turns second documents of a key into rejects of their own. */
    private void choose(List<PendingDocument> documents, Map<String, ProcessingLog.Entry> known, Attempt attempt) {
        for (PendingDocument document : documents) {
            ProcessingLog.Entry entry = known.get(document.key());
            boolean ofThisRun =
                    entry != null && entry.runId().equals(target.run().runId());
            boolean again =
                    entry == null || (!entry.loaded() && target.options().retryRejects());
            if (ofThisRun || (again && document.isDuplicate())) {
                attempt.documents.add(duplicate(document));
            } else if (again) {
                attempt.documents.add(document);
            } else {
                attempt.skipped++;
            }
        }
    }

    private PendingDocument duplicate(PendingDocument document) {
        String suffix = " (duplicate " + target.run().runId() + "/" + worker + "/" + ++duplicates + ")";
        Fault own = document.fault();
        Fault shared = Fault.of(
                FaultCode.DUPLICATE_DOCUMENT,
                "another document of this run has the same document key – make the keys unique");
        return document.as(suffix, own == null ? shared : own);
    }

    private void writeLog(LoadSession open, Map<String, ProcessingLog.Entry> known, Attempt attempt)
            throws SQLException {
        long start = System.nanoTime();
        // All transactions meet shared keys in one order: they wait for each other, instead of deadlocking.
        List<PendingDocument> inKeyOrder = new ArrayList<>(attempt.documents);
        inKeyOrder.sort(Comparator.comparing(PendingDocument::key));
        List<String> again = new ArrayList<>();
        for (PendingDocument document : inKeyOrder) {
            if (known.containsKey(document.key())) {
                again.add(document.key());
            }
        }
        open.log().remove(again);
        BulkLoader loader = open.logLoader();
        for (PendingDocument document : inKeyOrder) {
            ProcessingLog.Entry entry = known.get(document.key());
            loader.write(logRow(document, entry == null ? 1 : entry.attempt() + 1, attempt.stamp));
        }
        loader.commit();
        clock.add(Part.LOAD, System.nanoTime() - start);
    }

    /** The values of {@link LedgerTables#log}. */
    private @Nullable Object[] logRow(PendingDocument document, int attempt, Instant stamp) {
        Fault fault = document.fault();
        Location location = fault == null ? null : fault.location();
        return new @Nullable Object[] {
            document.contentHash(),
            stamp.atOffset(ZoneOffset.UTC),
            document.rowCount(),
            attempt,
            location == null ? null : location.line(),
            location == null ? null : location.column(),
            (short) worker,
            contract.name(),
            document.key(),
            fault == null ? ProcessingLog.LOADED : ProcessingLog.REJECTED,
            target.run().runId(),
            fault == null ? null : fault.code().stage().label(),
            fault == null ? null : fault.code().word(),
            storable(fault == null ? null : fault.table()),
            storable(fault == null ? null : fault.column()),
            storable(fault == null ? null : fault.path()),
            storable(fault == null ? null : fault.message())
        };
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : PendingDocument.storable(text);
    }

    private void writeTable(BulkLoader loader, int table, Attempt attempt) throws SQLException {
        current = table;
        long start = System.nanoTime();
        long waited = loader.waited();
        long written = 0;
        List<PendingDocument> documents = attempt.documents;
        for (int i = 0; i < documents.size(); i++) {
            List<Row> rows = documents.get(i).rows(table);
            for (int r = 0; r < rows.size(); r++) {
                loader.write(rows.get(r).values());
            }
            written += rows.size();
        }
        attempt.rows[table] = loader.commit();
        attempt.kept[table] = written - attempt.rows[table];
        long load = loader.waited() - waited;
        clock.add(Part.LOAD, load);
        clock.add(Part.ENCODE, System.nanoTime() - start - load);
    }

    /** The index of the document that the database points to, or -1. */
    private int suspect(SQLException failure, List<PendingDocument> documents) {
        LoadSession open = session;
        Attempt attempt = running;
        long row = open == null || attempt == null ? -1 : open.loader(current).suspect(failure);
        if (row < 0 || attempt == null) {
            return -1;
        }
        for (PendingDocument document : attempt.documents) {
            row -= document.rows(current).size();
            if (row < 0) {
                return documents.indexOf(document);
            }
        }
        return -1;
    }

    /** The reject of a document that was alone in its transaction. Nothing of the server's text is in it: that holds values. */
    private Fault fault(SQLException failure, SqlFault fault, PendingDocument document) {
        LoadSession open = session;
        TableMapping table = contract.tables().get(current);
        Refusals.Found found = Refusals.describe(
                dialect, failure, fault, table, target.tables().get(current));
        long row = open == null ? -1 : open.loader(current).suspect(failure);
        List<Row> rows = document.rows(current);
        Location location = rows.size() == 1 || (row >= 0 && row < rows.size())
                ? locator.locate(
                        document.source(),
                        rows.get(rows.size() == 1 ? 0 : (int) row).ordinal())
                : null;
        return new Fault(found.code(), table.name(), found.column(), null, location, found.message());
    }

    /** Back to a connection without a transaction; one that is broken is replaced at the next attempt. */
    private void recover(SqlFault fault) {
        LoadSession open = session;
        if (open == null) {
            return;
        }
        try {
            if (fault == SqlFault.CONNECTION || open.isSpoiled()) {
                close();
            } else {
                open.rollback();
            }
        } catch (SQLException e) {
            // What was to be undone is undone with the connection.
            close();
        }
    }

    private void pause(SQLException failure, int retry) throws SQLException {
        if (retry >= policy.retries()) {
            close();
            throw failure;
        }
        clock.retried();
        try {
            policy.pause(retry);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new SQLException("interrupted while waiting to try again", failure);
        }
    }

    /** Whether the log holds what an attempt wrote, under the keys that it wrote: those of duplicates are not the documents'. */
    private boolean isCommitted(Attempt attempt, ProcessingLog log) throws SQLException {
        return find(attempt.documents, log).values().stream().anyMatch(entry -> wrote(attempt, entry));
    }

    private static Map<String, ProcessingLog.Entry> find(List<PendingDocument> documents, ProcessingLog log)
            throws SQLException {
        return log.find(documents.stream().map(PendingDocument::key).toList());
    }

    private boolean wrote(Attempt attempt, ProcessingLog.Entry entry) {
        return entry.finishedAt().equals(attempt.stamp)
                && entry.worker() == worker
                && entry.runId().equals(target.run().runId());
    }

    /** Microseconds, which every ledger keeps, and no two alike, so that the log can tell transactions apart. */
    private Instant stamp() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        lastStamp = now.isAfter(lastStamp) ? now : lastStamp.plus(1, ChronoUnit.MICROS);
        return lastStamp;
    }

    private LoadResult result(List<Attempt> attempts) {
        int loaded = 0;
        int skipped = 0;
        List<Reject> rejects = new ArrayList<>();
        long[] rows = new long[contract.tables().size()];
        long[] kept = new long[rows.length];
        for (Attempt attempt : attempts) {
            skipped += attempt.skipped;
            for (PendingDocument document : attempt.documents) {
                Fault fault = document.fault();
                if (fault == null) {
                    loaded++;
                } else {
                    rejects.add(new Reject(document.key(), fault));
                }
            }
            for (int i = 0; i < rows.length; i++) {
                rows[i] += attempt.rows[i];
                kept[i] += attempt.kept[i];
            }
        }
        return new LoadResult(loaded, skipped, rejects, rows, kept);
    }
}
