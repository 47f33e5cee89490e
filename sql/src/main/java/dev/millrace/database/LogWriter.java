package dev.millrace.database;

import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.document.Fault;
import dev.millrace.document.Location;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes the ledger's rows for a transaction. */
final class LogWriter {
    /** Where the document's key is among the values of {@link LedgerTables#log}. */
    static final int KEY = 8;

    private final String contract;
    private final String runId;
    private final short worker;
    private final @Nullable RowKeys rowKeys;
    private int transactions;

    /** Transactions of a try of a part of a run, which has numbers of its own. */
    private static final int TRANSACTIONS_OF_TRY = 1 << 21;

    /**
     * @param partTry which try of the worker's part of the run it is, from 0
     * @param rowKeys null where a document's rows could not be found again anyway
     */
    LogWriter(String contract, String runId, int worker, int partTry, @Nullable RowKeys rowKeys) {
        this.transactions = partTry * TRANSACTIONS_OF_TRY;
        this.contract = contract;
        this.runId = runId;
        this.worker = (short) worker;
        this.rowKeys = rowKeys;
    }

    /** Writes the results of an attempt's documents, instead of the log's entries for them. */
    void write(LoadSession session, Attempt attempt) throws SQLException {
        int gone = session.log().remove(attempt.outdated).size();
        if (gone > 0) {
            // The documents' rows are not those that the log says.
            throw new ChangedMeanwhileException(gone);
        }
        // All transactions write keys in the same order, so that they wait for each other instead of deadlocking.
        List<PendingDocument> inKeyOrder = new ArrayList<>(attempt.documents);
        inKeyOrder.sort(Comparator.comparing(PendingDocument::key));
        BulkLoader loader = session.logLoader();
        OffsetDateTime finishedAt = attempt.stamp.atOffset(ZoneOffset.UTC);
        for (PendingDocument document : inKeyOrder) {
            loader.write(row(document, attempt, finishedAt));
        }
        loader.commit();
    }

    /** Notes that the run has read documents, whatever becomes of them. */
    void writeSeen(BulkLoader loader, List<PendingDocument> documents, Attempt attempt) throws SQLException {
        int number = ++transactions;
        TreeSet<String> keys = new TreeSet<>();
        for (PendingDocument document : documents) {
            // What is not selected is no document of the source, as the contract sees it.
            if (!document.isUnselected()) {
                keys.add(document.key());
                keys.add(attempt.knownKey(document));
            }
        }
        for (String key : keys) {
            loader.write(new Object[] {runId, key, worker, number});
        }
        loader.commit();
    }

    /** The values of {@link LedgerTables#log}. */
    private @Nullable Object[] row(PendingDocument document, Attempt attempt, OffsetDateTime finishedAt) {
        ProcessingLog.Entry known = attempt.known(document);
        Fault fault = document.fault();
        Location location = fault == null ? null : fault.location();
        // If a newer version is rejected, the rows of the older one stay.
        int rowsOfOlder = known == null ? 0 : known.rowCount();
        String keysOfOlder = known == null ? null : known.rowKeys();
        return new @Nullable Object[] {
            document.contentHash(),
            finishedAt,
            fault == null ? document.rowCount() : rowsOfOlder,
            known == null ? 1 : known.attempt() + 1,
            location == null ? null : location.line(),
            location == null ? null : location.column(),
            worker,
            contract,
            document.key(),
            fault == null ? LedgerTables.LOADED : LedgerTables.REJECTED,
            runId,
            fault == null ? null : fault.code().stage().label(),
            fault == null ? null : fault.code().word(),
            storable(fault == null ? null : fault.table()),
            storable(fault == null ? null : fault.column()),
            storable(fault == null ? null : fault.path()),
            storable(fault == null ? null : fault.message()),
            fault == null ? document.rowKeys(rowKeys) : keysOfOlder
        };
    }

    /** The values of {@link LedgerTables#log} for a document that another system has loaded. */
    static @Nullable Object[] loadedElsewhere(
            long contentHash,
            OffsetDateTime at,
            int rowCount,
            int attempt,
            String contract,
            String key,
            String runId,
            @Nullable String rowKeys) {
        return new @Nullable Object[] {
            contentHash,
            at,
            rowCount,
            attempt,
            null,
            null,
            (short) 0,
            contract,
            key,
            LedgerTables.LOADED,
            runId,
            null,
            null,
            null,
            null,
            null,
            null,
            rowKeys
        };
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : LedgerTables.storable(text);
    }
}
