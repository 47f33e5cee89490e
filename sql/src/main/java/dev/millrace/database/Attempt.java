package dev.millrace.database;

import dev.millrace.document.Reject;
import dev.millrace.document.Skip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transaction of an engine, and what it did if it was committed. */
final class Attempt {
    /** The number of the transaction among those of its worker; also in the log. */
    final Instant stamp;
    /** Documents that are written to the log, and loaded unless they are rejected. */
    final List<PendingDocument> documents = new ArrayList<>();
    /** What the log held of these, by their keys. */
    private final Map<String, ProcessingLog.Entry> known;
    /** Entries of the log that this transaction deletes, by key. */
    final Map<String, ProcessingLog.Entry> outdated = new TreeMap<>();

    final long[] rows;
    final long[] kept;
    /** Documents left out, by {@link Skip#ordinal}. */
    final long[] skipped = new long[Skip.values().length];

    /** Documents that another try of this part of the run has loaded. */
    final List<PendingDocument> loadedByOtherTry = new ArrayList<>();
    /** Documents that another try of this part of the run has rejected. */
    final List<PendingDocument> rejectedByOtherTry = new ArrayList<>();
    /** Copies of a key of which the log holds one that is alike. */
    final List<PendingDocument> copiesRejectedBefore = new ArrayList<>();
    /** Why those were rejected that the log holds as rejects of this run already. */
    final List<Reject> rejectedBefore = new ArrayList<>();

    int replaced;
    /** Counts of withdrawn documents that it loads again: documents and rows of this run, and documents of other runs. */
    int againOfThisRun;

    int againOfOthers;
    final long[] rowsAgain;

    /** @param known what the log holds, by key; of more documents, too */
    Attempt(Instant stamp, int tables, Map<String, ProcessingLog.Entry> known) {
        this.stamp = stamp;
        this.known = known;
        this.rows = new long[tables];
        this.kept = new long[tables];
        this.rowsAgain = new long[tables];
    }

    /** What the log held of a document when the transaction began. */
    ProcessingLog.@Nullable Entry known(PendingDocument document) {
        return known.get(knownKey(document));
    }

    /** The key under which the log holds a document, if it does. */
    String knownKey(PendingDocument document) {
        String before = document.keyAsOnlyRecord();
        if (before == null || known.containsKey(document.key())) {
            return document.key();
        }
        ProcessingLog.Entry entry = known.get(before);
        // A reject without rows is obsolete when its document has another key now.
        return entry != null && (entry.loaded() || entry.withdrawn() || entry.rowCount() > 0) ? before : document.key();
    }

    /** Documents that the run has loaded or rejected, by this transaction or by another try of this part. */
    void forEachSettled(Consumer<PendingDocument> action) {
        documents.forEach(action);
        loadedByOtherTry.forEach(action);
        rejectedByOtherTry.forEach(action);
        copiesRejectedBefore.forEach(action);
    }

    void skip(Skip reason) {
        skipped[reason.ordinal()]++;
    }

    void add(PendingDocument document) {
        documents.add(document);
        ProcessingLog.Entry entry = known(document);
        if (entry != null) {
            outdated.put(knownKey(document), entry);
        }
    }
}
