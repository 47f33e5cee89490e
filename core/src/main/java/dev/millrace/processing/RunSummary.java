package dev.millrace.processing;

import dev.millrace.contract.TableMapping;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run did: the numbers of the screen, the JSON file and the ledger.
 *
 * @param status how it ended
 * @param failure why it broke, for people; "" if it did not
 * @param replaced how many of the loaded documents took the place of an older version
 * @param skips documents that this run did not try to load, and why
 * @param deleted documents that the source no longer has, deleted by --delete-missing; not among those read
 * @param notDeleted why such documents stay, for people; "" if none was to be deleted, or all were
 * @param rows rows loaded by table, in the contract's order
 * @param rowsKept by table, the rows of loaded documents in whose place another row with their key stays (on-duplicate):
 *     the first one for keep-first, a later one of the same batch for update; tables without any are left out
 * @param stageSeconds seconds by stage, summed over the workers
 * @param bottleneck where the time went, in words
 * @param loadPaths how each table was loaded
 * @param foreignKeysImplied whether transactions took the foreign keys for granted that the contract implies
 * @param rejects the first {@value #SHOWN_REJECTS}
 * @param rejectsByCode how many rejects of each code
 */
public record RunSummary(
        String runId,
        String contract,
        Instant startedAt,
        double seconds,
        int workers,
        int connections,
        Status status,
        String failure,
        long read,
        long loaded,
        long replaced,
        long rejected,
        Skips skips,
        long deleted,
        String notDeleted,
        Map<String, Long> rows,
        Map<String, Long> rowsKept,
        long bytesRead,
        Map<String, Double> stageSeconds,
        String bottleneck,
        Map<String, String> loadPaths,
        boolean foreignKeysImplied,
        long retries,
        List<Reject> rejects,
        Map<String, Long> rejectsByCode) {

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /** How many rejects a summary names; the ledger holds them all. */
    public static final int SHOWN_REJECTS = 100;

    /** The stage after the rows: keys, foreign keys and indexes are built. Seconds by the clock, not summed over workers. */
    public static final String CONSTRAINTS = "constraints";

    /** How a run ended. */
    public enum Status {
        /** Every document is loaded, rejected or skipped. */
        FINISHED,
        /** Something broke; what is committed is whole, and the run can be started again. */
        FAILED,
        /** Given up on request or because of too many rejects; the same holds. */
        STOPPED
    }

    static RunSummary of(
            RunContext run, int connections, RunMetrics metrics, Loaded loaded, boolean foreignKeysImplied) {
        Map<String, Long> rows = new LinkedHashMap<>();
        Map<String, Long> rowsKept = new LinkedHashMap<>();
        long[] counts = metrics.rows();
        long[] kept = metrics.rowsKept();
        for (TableMapping table : run.contract().tables()) {
            rows.put(table.name(), counts[table.index()]);
            if (kept[table.index()] > 0) {
                rowsKept.put(table.name(), kept[table.index()]);
            }
        }
        return new RunSummary(
                run.runId(),
                run.contract().name(),
                run.startedAt(),
                metrics.seconds(),
                run.options().workers(),
                connections,
                loaded.status(),
                loaded.failure(),
                metrics.read(),
                metrics.loaded(),
                metrics.replaced(),
                metrics.rejected(),
                metrics.skips(),
                0,
                MissingPhase.obstacle(run, metrics, loaded.status()),
                rows,
                rowsKept,
                metrics.bytes(),
                metrics.stageSeconds(),
                metrics.bottleneck(),
                loaded.paths(),
                foreignKeysImplied,
                metrics.retries(),
                metrics.rejects(),
                metrics.rejectsByCode());
    }

    /** This summary after the documents that the source no longer has were looked for. */
    RunSummary afterDeletion(long deletedDocuments, String reasonForOthers, Status newStatus, String newFailure) {
        return new RunSummary(
                runId,
                contract,
                startedAt,
                seconds,
                workers,
                connections,
                newStatus,
                newFailure,
                read,
                loaded,
                replaced,
                rejected,
                skips,
                deletedDocuments,
                reasonForOthers,
                rows,
                rowsKept,
                bytesRead,
                stageSeconds,
                bottleneck,
                loadPaths,
                foreignKeysImplied,
                retries,
                rejects,
                rejectsByCode);
    }

    /** For logs. */
    String inOneLine() {
        String whySkipped = skipped() == 0
                ? ""
                : " (" + skips.loaded() + " loaded before, " + skips.ofOtherContract()
                        + " of them when the contract had another text; " + skips.rejected() + " rejected earlier; "
                        + skips.leftAlone() + " left alone)";
        return String.format(
                Locale.ROOT,
                "run %s %s: %d documents read, %d loaded, %d rejected, %d skipped%s in %.1f seconds%s",
                runId,
                status.name().toLowerCase(Locale.ROOT),
                read,
                loaded,
                rejected,
                skipped(),
                whySkipped,
                seconds,
                failure.isEmpty() ? "" : " – " + failure);
    }

    /** Documents that this run did not try to load, for whatever reason. */
    public long skipped() {
        return skips.total();
    }

    /** Documents that the run has met and that are not in the target: rejected by it or before, or left alone. */
    public long unsettled() {
        return rejected + skips.unsettled();
    }

    public double documentsPerMinute() {
        return seconds == 0 ? 0 : (loaded + rejected) * 60 / seconds;
    }
}
