package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.LoadClock.Part;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.SqlFault;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.CellCounts;
import dev.millrace.pipeline.Outcome;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.sink.SinkResult;
import dev.millrace.workers.StoppedException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one connection and its transactions: loads batches of documents in foreign-key order, each document whole or not at
 * all, with the ledger's rows in the same transaction. Owned by one worker; not thread-safe.
 */
public final class MigrationEngine implements Sink<PendingDocument> {
    private static final Logger LOGGER = LoggerFactory.getLogger(MigrationEngine.class);

    /** The place of the log among the tables: it is written before them. */
    private static final int LOG = -1;
    /** How often a batch is cut where the database points to, before it is cut into halves, which bounds the work. */
    private static final int HINTS = 8;
    /** How often a transaction can find the log changed by others since it looked; each time, one of its documents is settled. */
    private static final int CONFLICTS = 100;
    /** How often what runs out of memory is tried again as it is: other workers may give some back. */
    private static final int TRIES_FOR_MEMORY = 2;
    /** Rows of a transaction from which on asking to skip the checks of foreign keys takes less time than the checks. */
    private static final int ROWS_WORTH_SKIPPING = 500;

    /** How many documents can meet with an unknown fault, none being loaded in between, before it is the database's. */
    private static final int UNKNOWN_FAULTS = 3;

    private final Load load;
    private final Target target;
    private final MappingContract contract;
    private final Dialect dialect;
    private final int worker;
    private final LoadClock clock;
    private final RowLocator locator;
    private final Admission admission;
    private final @Nullable PartTry partTry;
    private final boolean asksLedger;
    /** Whether documents are compared with what the tables hold of them. */
    private final boolean reloads;

    private final LogWriter logWriter;
    private final @Nullable DocumentEncoder encoder;
    private final CellCounts noCells;
    private final Map<String, String> loadPaths = new LinkedHashMap<>();

    private @Nullable LoadSession session;
    /** Which table the transaction is at. */
    private int current = LOG;
    /** Whether it is deleting that table's rows. */
    private boolean erasing;

    private @Nullable Attempt running;
    /** A transaction whose commit was lost on the way: only the log knows what became of it. */
    private @Nullable Attempt unknown;

    /** Whether the batch is a single document, and not a part of one that was split. */
    private boolean batchIsSingle;

    private Instant lastStamp = Instant.EPOCH;
    private int hints;

    /** Documents of the batch that alone met with a fault that nobody knows; they are tried again when the others are done. */
    private final List<PendingDocument> aside = new ArrayList<>();
    /** Whether what was put aside is tried again. */
    private boolean settling;
    /** Documents that met with an unknown fault since one was loaded. */
    private int unknownFaults;
    /** Of each batch, its documents and those that the run has settled; null where nobody asks. */
    private @Nullable BiConsumer<List<Document>, Set<Document>> settled;

    /** @param withdrawnOnly whether it loads withdrawn documents again, and passes over all others */
    MigrationEngine(Load load, int worker, LoadClock clock, RowLocator locator, boolean withdrawnOnly)
            throws SQLException {
        this.load = load;
        this.target = load.target();
        this.contract = target.contract();
        this.dialect = target.database().dialect();
        this.noCells = new CellCounts(contract);
        this.worker = worker;
        this.clock = clock;
        this.locator = locator;
        String runId = target.run().runId();
        this.admission = new Admission(load, worker, withdrawnOnly);
        this.partTry = load.partTry();
        this.asksLedger = withdrawnOnly || mustAskLedger(partTry, target);
        this.reloads = !withdrawnOnly && target.options().onExisting() == OnExisting.RELOAD;
        RowKeys rowKeys = target.documentRows().obstacle().isPresent()
                ? null
                : target.documentRows().keys();
        this.logWriter = new LogWriter(contract.name(), runId, worker, partTry == null ? 0 : partTry.number(), rowKeys);
        LoadSession opened = LoadSession.open(load);
        session = opened;
        try {
            this.encoder = DocumentEncoder.of(opened.loaders(), rowKeys);
            for (TableMapping table : contract.tables()) {
                loadPaths.put(table.name(), opened.loader(table.index()).name());
            }
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** See {@link Load#engine(int, LoadClock, RowLocator, BiConsumer)}. */
    void tellWhatIsSettled(BiConsumer<List<Document>, Set<Document>> listener) {
        settled = listener;
    }

    private static boolean mustAskLedger(@Nullable PartTry partTry, Target target) {
        // What the ledger holds by now of the run itself is of other parts, but for what other tries of this part have
        // written.
        return partTry == null || partTry.ledgerHeld() || target.options().retryRejects()
                ? target.mustAskLedger()
                : partTry.number() > 0;
    }

    @Override
    public PendingDocument prepare(Outcome outcome) {
        return PendingDocument.of(outcome, encoder, noCells);
    }

    /**
     * Loads a batch. When it returns, every document of the batch is committed as loaded or rejected, or was in the ledger
     * before. When the database refuses a row, the batch is rolled back and split until the bad documents are alone. A fault that
     * nobody knows is taken for a document's when it shows each time with the document alone; not when it shows with one document
     * after the other.
     *
     * @throws SinkException when the database fails for a reason that is not a document's, a document of the batch is not to be there
     *     already, or an older version of it cannot be found; what is not committed is rolled back
     */
    @Override
    public SinkResult accept(List<PendingDocument> batch) throws SinkException {
        hints = HINTS;
        unknown = null;
        aside.clear();
        List<Attempt> attempts = new ArrayList<>();
        try {
            Set<String> keys = new HashSet<>();
            for (PendingDocument document : batch) {
                document.begin(!keys.add(document.key()));
            }
            batchIsSingle = batch.size() == 1;
            load(batch, asksLedger, attempts);
            settleAside(attempts);
        } catch (SQLException e) {
            throw broken(e);
        } catch (TargetException e) {
            close();
            throw new SinkException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            // Nothing of what is open may wait until all workers have ended: some may be waiting for its locks.
            close();
            throw e;
        }
        if (settled != null) {
            Set<Document> own = Collections.newSetFromMap(new IdentityHashMap<>());
            attempts.forEach(attempt -> attempt.forEachSettled(document -> own.add(document.source())));
            settled.accept(batch.stream().map(PendingDocument::source).toList(), own);
        }
        return result(attempts);
    }

    @Override
    public void commit() throws SinkException {
        try {
            flush();
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private SinkException broken(SQLException fault) {
        return fault instanceof StoppedException
                ? SinkException.stopped(fault)
                : new SinkException(
                        target.database().displayUrl() + " – the load broke: "
                                + target.database()
                                        .reason(fault, target.options().showValues()),
                        fault);
    }

    private void flush() throws SQLException {
        Retrying retrying = retrying();
        while (true) {
            try {
                LoadSession open = session;
                if (open == null) {
                    open = LoadSession.open(load);
                    session = open;
                }
                open.flush(dialect);
                return;
            } catch (SQLException e) {
                if (!target.database().mayPass(e)) {
                    throw e;
                }
                close();
                again(retrying, e);
            }
        }
    }

    /** How each table was loaded, by table name: {@code copy-binary}, {@code batch-insert} … */
    @Override
    public Map<String, String> paths() {
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

    /** Loads documents in one transaction if that can be, else in several. */
    private void load(List<PendingDocument> documents, boolean askLedger, List<Attempt> done)
            throws SQLException, TargetException {
        boolean ask = askLedger;
        Retrying retrying = retrying();
        boolean isSecondTry = false;
        int conflicts = 0;
        int withoutMemory = 0;
        while (true) {
            SQLException failure;
            try {
                done.add(attempt(documents, ask));
                unknown = null;
                return;
            } catch (SQLException e) {
                LoadSession open = session;
                failure = open == null ? e : open.causeOf(dialect, e);
            } catch (OutOfMemoryError e) {
                ask = true;
                // The driver may have been left in any state.
                boolean committing = unknown != null && unknown == running;
                close();
                running = null;
                if (documents.size() > 1 && !committing) {
                    split(documents, -1, done);
                    return;
                }
                if (batchIsSingle && !committing) {
                    // Whoever holds its rows drops them first.
                    throw e;
                }
                if (++withoutMemory <= TRIES_FOR_MEMORY) {
                    pauseForMemory();
                } else if (committing || documents.get(0).fault() != null) {
                    throw e;
                } else {
                    documents.get(0).reject(Fault.outOfMemory());
                }
                continue;
            }
            ask = true;
            if (failure instanceof ChangedMeanwhileException) {
                // As where a key of the log is in the way: it is read again.
                recover(SqlFault.DUPLICATE_KEY);
                if (++conflicts > CONFLICTS) {
                    throw failure;
                }
                continue;
            }
            SqlFault fault = failure instanceof SurplusRowsException ? SqlFault.CONSTRAINT : dialect.classify(failure);
            if (fault == SqlFault.TRANSIENT || fault == SqlFault.CONNECTION) {
                recover(fault);
                again(retrying, failure);
            } else if (!fault.isOfARow()) {
                if (fault != SqlFault.FATAL || current == LOG || dialect.isOfTheDatabase(failure)) {
                    close();
                    throw failure;
                }
                if (!isolate(documents, failure, isSecondTry, done)) {
                    return;
                }
                isSecondTry = true;
            } else if (current == LOG) {
                // Another worker or process was first with one of the keys: now the log shows which.
                recover(fault);
                if (fault != SqlFault.DUPLICATE_KEY || ++conflicts > CONFLICTS) {
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

    /**
     * Looks for the documents that a fault comes from which nobody knows.
     *
     * @param isSecondTry whether the documents have met with one just before
     * @return whether they are to be tried again, as they are or as the reject that the one document is now
     */
    private boolean isolate(
            List<PendingDocument> documents, SQLException failure, boolean isSecondTry, List<Attempt> done)
            throws SQLException, TargetException {
        int suspect = suspect(failure, documents);
        PendingDocument first = documents.get(0);
        boolean single = documents.size() == 1;
        Fault fault = single && settling ? fault(failure, SqlFault.FATAL, first) : null;
        // Nobody knows what has become of the connection.
        recover(SqlFault.CONNECTION);
        Attempt lost = unknown;
        if (lost != null && isCommitted(lost)) {
            unknown = null;
            done.add(lost);
        } else if (!single) {
            split(documents, suspect, done);
        } else if (first.fault() != null) {
            // A document without rows has none that could be refused.
            throw failure;
        } else if (fault != null) {
            first.reject(fault);
            return true;
        } else if (!isSecondTry) {
            // At once, so that a fault that passes does not let a later document come first.
            return true;
        } else if (++unknownFaults > UNKNOWN_FAULTS) {
            throw failure;
        } else {
            aside.add(first);
        }
        return false;
    }

    /** Tries again what was put aside; what meets with such a fault once more is rejected. */
    private void settleAside(List<Attempt> done) throws SQLException, TargetException {
        settling = true;
        try {
            for (PendingDocument document : List.copyOf(aside)) {
                load(List.of(document), true, done);
            }
        } finally {
            settling = false;
        }
    }

    private boolean isCommitted(Attempt lost) throws SQLException, TargetException {
        LoadSession open = LoadSession.open(load);
        session = open;
        open.begin();
        boolean committed = isCommitted(lost, open.log());
        open.rollback();
        return committed;
    }

    private void split(List<PendingDocument> documents, int suspect, List<Attempt> done)
            throws SQLException, TargetException {
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

    /** One transaction: look-up, log, older versions, tables, commit. */
    private Attempt attempt(List<PendingDocument> documents, boolean askLedger) throws SQLException, TargetException {
        current = LOG;
        erasing = false;
        LoadSession open = session;
        if (open == null) {
            open = LoadSession.open(load);
            session = open;
        }
        long asked = System.nanoTime();
        open.begin();
        clock.add(Part.LOAD, System.nanoTime() - asked);
        Attempt lost = unknown;
        if (lost != null && isCommitted(lost, open.log())) {
            open.rollback();
            return lost;
        }
        Map<String, ProcessingLog.Entry> known = Map.of();
        if (askLedger) {
            long start = System.nanoTime();
            known = find(documents, open.log());
            clock.add(Part.LOAD, System.nanoTime() - start);
        }
        Attempt attempt = new Attempt(stamp(), contract.tables().size(), known);
        running = attempt;
        Set<String> intact = Set.of();
        if (reloads && !known.isEmpty()) {
            long start = System.nanoTime();
            intact = open.intact(documents, attempt);
            clock.add(Part.LOAD, System.nanoTime() - start);
        }
        admission.choose(documents, known, intact, attempt);
        if (partTry != null) {
            settleRejects(open.log(), attempt);
        }
        writeLedger(open, documents, attempt);
        erase(open, attempt);
        skipForeignKeyChecks(open, attempt);
        for (TableMapping table : contract.tables()) {
            writeTable(open.loader(table.index()), table.index(), attempt);
        }
        long start = System.nanoTime();
        unknown = attempt;
        open.commit();
        clock.add(Part.COMMIT, System.nanoTime() - start);
        noteLoaded(attempt);
        return attempt;
    }

    /** Finds the rejects of this run that are in the log already, where a part is tried again: of documents, and of copies with a key of theirs. */
    private void settleRejects(ProcessingLog log, Attempt attempt) throws SQLException {
        List<PendingDocument> copies =
                attempt.documents.stream().filter(PendingDocument::isCopy).toList();
        List<String> keys = new ArrayList<>();
        attempt.rejectedByOtherTry.forEach(document -> keys.add(document.key()));
        copies.forEach(document -> keys.add(document.key()));
        if (keys.isEmpty()) {
            return;
        }
        Map<String, Fault> known = new HashMap<>(log.faults(keys));
        for (PendingDocument document : attempt.rejectedByOtherTry) {
            Fault own = document.fault();
            Fault fault = own == null ? known.get(document.key()) : own;
            attempt.rejectedBefore.add(new Reject(
                    document.key(),
                    fault == null ? Fault.of(FaultCode.OTHER, "another try of this part has rejected it") : fault));
        }
        for (PendingDocument copy : copies) {
            Fault own = copy.fault();
            // Copies that are alike have the same key, and share an entry.
            if (own != null && known.putIfAbsent(copy.key(), own) != null) {
                attempt.documents.remove(copy);
                attempt.copiesRejectedBefore.add(copy);
                attempt.rejectedBefore.add(new Reject(copy.key(), own));
            }
        }
    }

    private void noteLoaded(Attempt attempt) {
        for (PendingDocument document : attempt.documents) {
            if (document.fault() == null && document.rowCount() > 0) {
                unknownFaults = 0;
                return;
            }
        }
    }

    private void writeLedger(LoadSession open, List<PendingDocument> met, Attempt attempt) throws SQLException {
        long start = System.nanoTime();
        logWriter.write(open, attempt);
        BulkLoader seen = open.seenLoader();
        if (seen != null) {
            logWriter.writeSeen(seen, met, attempt);
        }
        clock.add(Part.LOAD, System.nanoTime() - start);
    }

    /** Deletes the older versions of what is loaded anew. */
    private void erase(LoadSession open, Attempt attempt) throws SQLException, TargetException {
        Map<String, ProcessingLog.Entry> older = new LinkedHashMap<>();
        for (PendingDocument document : attempt.documents) {
            ProcessingLog.Entry entry = attempt.known(document);
            if (entry != null && entry.rowCount() > 0 && document.fault() == null) {
                older.put(document.key(), entry);
            }
        }
        if (older.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        erasing = true;
        open.eraser().erase(older, table -> current = table);
        erasing = false;
        attempt.replaced = older.size();
        clock.add(Part.LOAD, System.nanoTime() - start);
    }

    private void skipForeignKeyChecks(LoadSession open, Attempt attempt) throws SQLException {
        int rows = 0;
        for (int i = 0; i < attempt.documents.size() && rows < ROWS_WORTH_SKIPPING; i++) {
            rows += attempt.documents.get(i).rowCount();
        }
        if (attempt.replaced == 0 && rows >= ROWS_WORTH_SKIPPING) {
            long start = System.nanoTime();
            if (open.skipForeignKeyChecks()) {
                load.noteSkippedChecks();
            }
            clock.add(Part.LOAD, System.nanoTime() - start);
        }
    }

    private void writeTable(BulkLoader loader, int table, Attempt attempt) throws SQLException {
        current = table;
        long start = System.nanoTime();
        long waited = loader.waited();
        long written = 0;
        List<PendingDocument> documents = attempt.documents;
        for (int i = 0; i < documents.size(); i++) {
            PendingDocument document = documents.get(i);
            document.write(table, loader);
            written += document.rowCount(table);
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
        long row = open == null || attempt == null || erasing
                ? -1
                : open.loader(current).suspect(failure);
        if (row < 0 || attempt == null) {
            return -1;
        }
        for (PendingDocument document : attempt.documents) {
            row -= document.rowCount(current);
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
        if (erasing) {
            return Refusals.ofErasing(dialect, failure, fault, table);
        }
        int rows = document.rowCount(current);
        Refusals.Found found = Refusals.describe(
                dialect, failure, fault, table, target.tables().get(current), rows);
        long row = open == null ? -1 : open.loader(current).suspect(failure);
        Location location = rows == 1 || (row >= 0 && row < rows)
                ? locator.locate(document.source(), document.ordinal(current, rows == 1 ? 0 : (int) row))
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

    private Retrying retrying() {
        return new Retrying(target.database(), target.options().retryPolicy(), target.stop(), "worker " + worker);
    }

    private void again(Retrying retrying, SQLException failure) throws SQLException {
        clock.retried();
        try {
            retrying.after(failure, true);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private void pauseForMemory() throws SQLException {
        LOGGER.warn("worker {} – memory has run out while a document was loaded; trying again", worker);
        clock.retried();
        RetryPolicy.DEFAULT.begin(target.stop()).pauseAfter(new SQLException("out of memory"));
    }

    /** Whether the log holds what an attempt wrote, under the keys that it wrote: those of duplicates are not the documents'. */
    private boolean isCommitted(Attempt attempt, ProcessingLog log) throws SQLException {
        return log.find(attempt.documents.stream().map(PendingDocument::key).toList()).values().stream()
                .anyMatch(entry -> wrote(attempt, entry));
    }

    private static Map<String, ProcessingLog.Entry> find(List<PendingDocument> documents, ProcessingLog log)
            throws SQLException {
        Set<String> keys = new LinkedHashSet<>(2 * documents.size());
        for (PendingDocument document : documents) {
            keys.add(document.key());
            // All records of a file have the file's.
            keys.addAll(document.formerKeys());
        }
        return log.find(List.copyOf(keys));
    }

    private boolean wrote(Attempt attempt, ProcessingLog.Entry entry) {
        return entry.finishedAt().equals(attempt.stamp)
                && entry.worker() == worker
                && entry.runId().equals(target.run().runId());
    }

    /** Microseconds, which every ledger keeps, and no two alike, so that the log can tell transactions apart. */
    private Instant stamp() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Instant next = now.isAfter(lastStamp) ? now : lastStamp.plus(1, ChronoUnit.MICROS);
        lastStamp = partTry == null ? next : partTry.stamp(next);
        return lastStamp;
    }

    private SinkResult result(List<Attempt> attempts) {
        int loaded = 0;
        int replaced = 0;
        Skips skips = Skips.NONE;
        List<Reject> rejects = new ArrayList<>();
        long[] rows = new long[contract.tables().size()];
        long[] kept = new long[rows.length];
        int againOfThisRun = 0;
        int againOfOthers = 0;
        long[] rowsAgain = new long[rows.length];
        CellCounts cells = new CellCounts(contract);
        for (Attempt attempt : attempts) {
            againOfThisRun += attempt.againOfThisRun;
            againOfOthers += attempt.againOfOthers;
            replaced += attempt.replaced;
            skips = skips.plus(Skips.of(attempt.skipped));
            rejects.addAll(attempt.rejectedBefore);
            for (PendingDocument document : attempt.loadedByOtherTry) {
                loaded++;
                CellCounts.OfDocument its = document.cells();
                if (its != null) {
                    cells.add(its);
                }
                for (int i = 0; i < rows.length; i++) {
                    rows[i] += document.mappedRows(i);
                }
            }
            for (PendingDocument document : attempt.documents) {
                Fault fault = document.fault();
                if (fault == null) {
                    loaded++;
                    CellCounts.OfDocument its = document.cells();
                    if (its != null) {
                        cells.add(its);
                    }
                } else {
                    rejects.add(new Reject(document.key(), fault));
                }
            }
            for (int i = 0; i < rows.length; i++) {
                rows[i] += attempt.rows[i];
                kept[i] += attempt.kept[i];
                rowsAgain[i] += attempt.rowsAgain[i];
            }
        }
        SinkResult.Again again = new SinkResult.Again(againOfThisRun, againOfOthers, rowsAgain);
        return new SinkResult(loaded, replaced, skips, rejects, rows, kept, again, cells);
    }
}
