package dev.millrace.database;

import dev.millrace.database.DocumentEncoder.EncodedRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.Sha256;
import dev.millrace.mapping.CellCounts;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way into the database: loaded unless a fault is known. The thread that maps makes it; from then on it belongs to the
 * engine.
 */
public final class PendingDocument {
    /** Length to which a key with a suffix is cut, so that the suffix fits into the log's column. */
    private static final int KEY_STEM = 300;

    /** The end of the key of a document's first record. */
    private static final String FIRST = "#1";

    /** Has no rows if these are encoded. */
    private final Outcome outcome;

    private final @Nullable EncodedRows encoded;
    /** Of the mapper's rows; null if there are none. */
    private final CellCounts.@Nullable OfDocument cells;

    private final String key;
    private final List<String> formerKeys;
    /** The ledger's key of a document that holds this one as its first record; null if it is no first record. */
    private final @Nullable String keyAsOnlyRecord;

    private @Nullable Fault fault;
    private boolean duplicate;
    private boolean formerlyRejected;
    private boolean leftAlone;
    private boolean settled;
    private boolean copy;

    private PendingDocument(Outcome outcome, @Nullable EncodedRows encoded, CellCounts.@Nullable OfDocument cells) {
        this.outcome = outcome;
        this.encoded = encoded;
        this.cells = cells;
        this.key = ledgerKey(outcome.key());
        this.formerKeys = outcome.formerKeys().isEmpty()
                ? List.of()
                : outcome.formerKeys().stream().map(PendingDocument::ledgerKey).toList();
        this.keyAsOnlyRecord = keyAsOnlyRecord(outcome.key(), outcome.formerKeys());
        this.fault = firstFault(outcome);
    }

    /**
     * @param encoder null where loaders take rows as values
     * @param counts of the contract; are not changed
     */
    static PendingDocument of(Outcome outcome, @Nullable DocumentEncoder encoder, CellCounts counts) {
        if (!(outcome instanceof Mapped mapped)) {
            return new PendingDocument(outcome, null, null);
        }
        CellCounts.OfDocument cells = counts.of(mapped.rows());
        EncodedRows encoded = encoder == null ? null : encoder.encode(mapped);
        return encoded == null
                ? new PendingDocument(mapped, null, cells)
                : new PendingDocument(mapped.withoutRows(), encoded, cells);
    }

    /** What to count of it, once it is loaded; null if it has no rows. */
    CellCounts.@Nullable OfDocument cells() {
        return cells;
    }

    /** This document as it was before any try to load it. */
    void begin(boolean isDuplicate) {
        fault = firstFault(outcome);
        duplicate = isDuplicate;
        formerlyRejected = false;
    }

    private static @Nullable Fault firstFault(Outcome outcome) {
        return outcome instanceof Rejected rejected ? rejected.fault() : null;
    }

    /** This document as a reject under a key that the log does not hold yet. */
    PendingDocument as(String suffix, Fault reason) {
        PendingDocument copy =
                new PendingDocument(new Rejected(stem(key) + suffix, source(), contentHash(), reason), null, null);
        copy.copy = true;
        return copy;
    }

    /** Whether it is a reject because another document has its key, under a key that was made for it. */
    boolean isCopy() {
        return copy;
    }

    /** The key in the form of the log. */
    public String key() {
        return key;
    }

    /**
     * The key under which the log may hold this first record of a document from when it was the only one, if there was such a
     * time: earlier versions gave a file's only record the file's key, and the only record of a database's row has the row's.
     */
    @Nullable
    String keyAsOnlyRecord() {
        return keyAsOnlyRecord;
    }

    /** See {@link #keyAsOnlyRecord()}; in the form of the log. */
    static @Nullable String keyAsOnlyRecord(String key, List<String> formerKeys) {
        if (!formerKeys.isEmpty() && key.endsWith(FIRST)) {
            for (String former : formerKeys) {
                if (former.length() == key.length() - FIRST.length() && key.startsWith(former)) {
                    return ledgerKey(former);
                }
            }
        }
        return null;
    }

    /** Keys under which the log may hold the document as rejected, from a time when less of it could be read. */
    public List<String> formerKeys() {
        return formerKeys;
    }

    /** Whether the log held it as rejected under a former key. That entry may have been deleted since, by another record of it. */
    boolean isFormerlyRejected() {
        return formerlyRejected;
    }

    void markFormerlyRejected() {
        formerlyRejected = true;
    }

    /** Whether the run has left it alone in a try before: it is the first one of its key that the run has met. */
    boolean isLeftAlone() {
        return leftAlone;
    }

    void markLeftAlone() {
        leftAlone = true;
    }

    /** Whether a try before found that another try of its part of the run has settled it. */
    boolean isSettled() {
        return settled;
    }

    void markSettled() {
        settled = true;
    }

    Document source() {
        return outcome.source();
    }

    long contentHash() {
        return outcome.contentHash();
    }

    @Nullable
    Fault fault() {
        return fault;
    }

    void reject(Fault reason) {
        fault = reason;
    }

    /** Whether the contract says that it is none of its documents. */
    boolean isUnselected() {
        return outcome instanceof Unselected;
    }

    /** Whether an earlier document of the batch has the same key. */
    boolean isDuplicate() {
        return duplicate;
    }

    /** How many rows it has for one table; none if it is a reject. */
    int rowCount(int table) {
        return fault == null ? mappedRows(table) : 0;
    }

    int rowCount() {
        if (fault != null) {
            return 0;
        }
        return encoded != null ? encoded.ordinals().length : outcome instanceof Mapped mapped ? mapped.rowCount() : 0;
    }

    /** How many rows the mapper has made for one table, whether or not the database accepts them. */
    int mappedRows(int table) {
        return encoded != null ? encoded.counts()[table] : rows(table).size();
    }

    /** Where a row comes from, as {@link Row#ordinal}. */
    int ordinal(int table, int row) {
        return encoded != null
                ? encoded.ordinal(table, row)
                : rows(table).get(row).ordinal();
    }

    /** The keys of the rows in the ledger's form; null if it does not keep them, or this is a reject. */
    @Nullable
    String rowKeys(@Nullable RowKeys rowKeys) {
        if (fault != null) {
            return null;
        }
        if (encoded != null) {
            return encoded.keys();
        }
        return rowKeys != null && outcome instanceof Mapped mapped ? rowKeys.write(mapped.rows()) : null;
    }

    /** Writes the rows for one table; none if it is a reject. */
    void write(int table, BulkLoader loader) throws SQLException {
        if (fault != null) {
            return;
        }
        if (encoded != null) {
            encoded.write(table, loader);
            return;
        }
        List<Row> rows = rows(table);
        for (int r = 0; r < rows.size(); r++) {
            loader.write(rows.get(r).values());
        }
    }

    /** None of a reject. */
    private List<Row> rows(int table) {
        return outcome instanceof Mapped mapped ? mapped.rows().get(table) : List.of();
    }

    /**
     * The key in a form that every database can hold; the same for the same key. Some databases do not see a space at its
     * end: it gets a tail, like one that is too long.
     */
    static String ledgerKey(String key) {
        return key.length() <= LedgerTables.KEY_LENGTH && !key.endsWith(" ")
                ? LedgerTables.storable(key)
                : stem(LedgerTables.storable(key)) + " #"
                        + Long.toHexString(ByteBuffer.wrap(Sha256.of(key)).getLong());
    }

    private static String stem(String key) {
        int end = Math.min(key.length(), KEY_STEM);
        return key.substring(0, end > 0 && Character.isHighSurrogate(key.charAt(end - 1)) ? end - 1 : end);
    }
}
