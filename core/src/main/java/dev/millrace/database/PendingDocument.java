package dev.millrace.database;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.mapping.MappedDocument;
import dev.millrace.mapping.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A document on its way into the database: loaded unless a fault is known. */
final class PendingDocument {
    /** What is left of a key that gets a suffix: the suffix needs the rest of the log's column. */
    private static final int KEY_STEM = 300;

    private final String key;
    private final Document source;
    private final long contentHash;
    private final @Nullable MappedDocument mapped;
    private @Nullable Fault fault;
    private final List<String> formerKeys;
    private boolean duplicate;
    private boolean formerlyRejected;

    PendingDocument(MappedDocument mapped) {
        this(ledgerKey(mapped.key()), mapped.formerKeys(), mapped.source(), mapped.contentHash(), mapped, null);
    }

    PendingDocument(RejectedDocument rejected) {
        this(
                ledgerKey(rejected.key()),
                rejected.formerKeys(),
                rejected.source(),
                rejected.contentHash(),
                null,
                rejected.fault());
    }

    private PendingDocument(
            String key,
            List<String> formerKeys,
            Document source,
            long contentHash,
            @Nullable MappedDocument mapped,
            @Nullable Fault fault) {
        this.key = key;
        this.formerKeys = formerKeys.isEmpty()
                ? List.of()
                : formerKeys.stream().map(PendingDocument::ledgerKey).toList();
        this.source = source;
        this.contentHash = contentHash;
        this.mapped = mapped;
        this.fault = fault;
    }

    /** This document as a reject under a key that the log does not hold yet. */
    PendingDocument as(String suffix, Fault reason) {
        return new PendingDocument(stem(key) + suffix, List.of(), source, contentHash, null, reason);
    }

    String key() {
        return key;
    }

    /** Keys under which the log may hold the document as rejected, from when less of it could be read. */
    List<String> formerKeys() {
        return formerKeys;
    }

    /** Whether the log held it as rejected under a former key, which other parts of it may have taken away since. */
    boolean isFormerlyRejected() {
        return formerlyRejected;
    }

    void markFormerlyRejected() {
        formerlyRejected = true;
    }

    Document source() {
        return source;
    }

    long contentHash() {
        return contentHash;
    }

    @Nullable
    Fault fault() {
        return fault;
    }

    void reject(Fault reason) {
        fault = reason;
    }

    /** Whether an earlier document of the batch has the same key. */
    boolean isDuplicate() {
        return duplicate;
    }

    void markDuplicate() {
        duplicate = true;
    }

    /** The rows for one table; none of a reject. */
    List<Row> rows(int table) {
        return mapped == null || fault != null ? List.of() : mapped.rows().get(table);
    }

    /** How many rows the mapper has made for one table, whatever the database said to them. */
    int mappedRows(int table) {
        return mapped == null ? 0 : mapped.rows().get(table).size();
    }

    /** The rows by table, or null of a reject. */
    @Nullable
    List<List<Row>> allRows() {
        return mapped == null || fault != null ? null : mapped.rows();
    }

    int rowCount() {
        return mapped == null || fault != null ? 0 : mapped.rowCount();
    }

    /**
     * The key in a form that every database can hold; the same for the same key. Some databases do not see a space at its
     * end: it gets a tail, like one that is too long.
     */
    static String ledgerKey(String key) {
        return key.length() <= LedgerTables.KEY_LENGTH && !key.endsWith(" ")
                ? storable(key)
                : stem(storable(key)) + " #" + Long.toHexString(Hashes.first8(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** A text without the characters that some database refuses: U+0000 and halves of surrogate pairs. */
    static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return text.codePoints()
                        .map(point ->
                                point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                                        ? '\uFFFD'
                                        : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    private static String stem(String key) {
        int end = Math.min(key.length(), KEY_STEM);
        return key.substring(0, end > 0 && Character.isHighSurrogate(key.charAt(end - 1)) ? end - 1 : end);
    }
}
