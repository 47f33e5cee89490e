package dev.millrace.database;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Skip;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which documents of a batch are for the database, by what the log holds of them. One for each engine. */
final class Admission {
    private final Target target;
    private final LoadOptions options;
    private final String runId;
    private final int worker;
    private final boolean withdrawnOnly;
    /** Whether a document can take the place of one that an earlier run has loaded. */
    private final boolean replaces;

    private final LeftAloneKeys leftAlone;
    private final @Nullable PartTry partTry;
    /** The keys of documents that other tries of the part have settled and this one has met. */
    private final LeftAloneKeys settled = new LeftAloneKeys();

    private int duplicates;

    /** @param withdrawnOnly whether the run has met everything else already */
    Admission(Load load, int worker, boolean withdrawnOnly) {
        this.target = load.target();
        this.leftAlone = load.leftAlone();
        this.partTry = load.partTry();
        this.options = target.options();
        this.runId = target.run().runId();
        this.worker = worker;
        this.withdrawnOnly = withdrawnOnly;
        OnExisting onExisting = options.onExisting();
        this.replaces =
                (onExisting == OnExisting.REPLACE || onExisting == OnExisting.RELOAD) && !options.retryRejects();
    }

    /**
     * Fills an attempt: leaves out what is settled already, and turns second documents of a key into rejects of their own.
     *
     * @param known what the log holds, by key
     * @param intact the keys of documents that a reload leaves as they are
     * @throws TargetException when a document is loaded already and that is to end the run
     */
    void choose(
            List<PendingDocument> documents,
            Map<String, ProcessingLog.Entry> known,
            Set<String> intact,
            Attempt attempt)
            throws TargetException {
        for (PendingDocument document : documents) {
            ProcessingLog.Entry entry = attempt.known(document);
            if (withdrawnOnly) {
                chooseAgain(document, entry, attempt);
                continue;
            }
            settleFormerKeys(document, known, attempt);
            if (document.isUnselected()) {
                settleReject(document, entry, attempt);
                attempt.skip(Skip.UNSELECTED);
                continue;
            }
            boolean ofThisRun = entry != null && entry.runId().equals(runId);
            if (entry != null && isSettledByOtherTry(document, entry)) {
                document.markSettled();
                if (entry.loaded()) {
                    attempt.loadedByOtherTry.add(document);
                } else {
                    attempt.rejectedByOtherTry.add(document);
                }
            } else if (ofThisRun || isSecondOfItsKey(document)) {
                attempt.add(duplicate(document));
            } else if (!isWanted(document, entry, intact)) {
                if (replaces && !document.isLeftAlone() && !leftAlone.add(document.key())) {
                    attempt.add(duplicate(document));
                } else {
                    document.markLeftAlone();
                    attempt.skip(reason(entry));
                }
            } else if (document.isDuplicate()) {
                attempt.add(duplicate(document));
            } else {
                attempt.add(document);
            }
        }
    }

    /** Whether another try of this part of the run has loaded or rejected this very document, and no other one with its key and text. */
    private boolean isSettledByOtherTry(PendingDocument document, ProcessingLog.Entry entry) {
        return partTry != null
                && entry.runId().equals(runId)
                && entry.worker() == worker
                && !partTry.wrote(entry)
                && entry.contentHash() == document.contentHash()
                && (document.isSettled() || settled.add(document.key()));
    }

    /** Where it would take the place of a document that this run has met and left as it is, and that one its place in the next run. */
    private boolean isSecondOfItsKey(PendingDocument document) {
        return replaces && (document.isDuplicate() || !document.isLeftAlone() && leftAlone.contains(document.key()));
    }

    private void chooseAgain(PendingDocument document, ProcessingLog.@Nullable Entry entry, Attempt attempt) {
        // A second document of a key has been rejected as such before.
        if (entry == null || !entry.withdrawn() || document.isDuplicate()) {
            attempt.skip(Skip.LOADED);
            return;
        }
        attempt.add(document);
        if (!entry.runId().equals(runId)) {
            attempt.againOfOthers++;
            return;
        }
        attempt.againOfThisRun++;
        for (int table = 0; table < attempt.rowsAgain.length; table++) {
            attempt.rowsAgain[table] += document.mappedRows(table);
        }
    }

    /** What an earlier contract rejected is no document of this one. */
    private static void settleReject(PendingDocument document, ProcessingLog.@Nullable Entry entry, Attempt attempt) {
        if (entry != null && !entry.loaded() && !entry.withdrawn() && entry.rowCount() == 0) {
            attempt.outdated.put(attempt.knownKey(document), entry);
        }
    }

    /** Rejects under keys that the document had while less of it could be read are over. */
    private static void settleFormerKeys(
            PendingDocument document, Map<String, ProcessingLog.Entry> known, Attempt attempt) {
        for (String key : document.formerKeys()) {
            ProcessingLog.Entry former = known.get(key);
            if (former != null && !former.loaded() && former.rowCount() == 0) {
                document.markFormerlyRejected();
                attempt.outdated.put(key, former);
            }
        }
    }

    private Skip reason(ProcessingLog.@Nullable Entry entry) {
        if (entry == null) {
            return Skip.LEFT_ALONE;
        }
        return entry.loaded() ? target.ledger().loadedBefore(entry.runId()) : Skip.REJECTED;
    }

    private boolean isWanted(PendingDocument document, ProcessingLog.@Nullable Entry entry, Set<String> intact)
            throws TargetException {
        if (options.retryRejects()) {
            return entry == null ? document.isFormerlyRejected() : !entry.loaded();
        }
        if (entry == null || entry.withdrawn()) {
            return true;
        }
        return switch (options.onExisting()) {
            case REPLACE -> entry.contentHash() != document.contentHash() || isOutdated(entry);
            case RELOAD ->
                !intact.contains(document.key())
                        && (!target.ledger().isOfOtherContract(entry.runId()) || isErasable(entry));
            case FAIL -> {
                if (entry.loaded()) {
                    throw new TargetException(
                            "document " + document.key() + " – is loaded already (by run " + entry.runId()
                                    + "), and --on-existing fail ends the run there – use --on-existing skip or replace",
                            false,
                            null);
                }
                yield false;
            }
            case SKIP -> false;
        };
    }

    /**
     * Whether the same text may give something else now, because the contract has changed since. Where the older rows cannot be
     * found under the contract as it is now, they stay, and are counted.
     */
    private boolean isOutdated(ProcessingLog.Entry entry) {
        return target.ledger().isOfOtherContract(entry.runId()) && isErasable(entry);
    }

    private boolean isErasable(ProcessingLog.Entry entry) {
        return entry.rowCount() == 0 || target.canErase(entry);
    }

    private PendingDocument duplicate(PendingDocument document) {
        // Each try of a part has to give it the same key.
        String number = partTry == null ? Integer.toString(++duplicates) : Long.toHexString(document.contentHash());
        String suffix = " (duplicate " + runId + "/" + worker + "/" + number + ")";
        Fault own = document.fault();
        Fault shared = Fault.of(
                FaultCode.DUPLICATE_DOCUMENT,
                "another document of this run has the same document key – make the keys unique");
        return document.as(suffix, own == null ? shared : own);
    }
}
