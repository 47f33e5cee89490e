package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a run did: the numbers of the screen, the JSON file and the ledger.
 *
 * @param status how it ended
 * @param failure why it broke or was stopped, for people; "" if it finished
 */
@API(status = API.Status.STABLE, since = "0.1")
public record RunSummary(
        Run run, Status status, String failure, Documents documents, Tables tables, Times times, Rejects rejects) {

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

    /**
     * Which run it was.
     *
     * @param connections how many it had open at once
     */
    public record Run(String id, Job job, Instant startedAt, int workers, int connections) {}

    /**
     * What it was to do.
     *
     * @param contract the contract's name
     * @param contractHash {@link MappingContract#hash}
     * @param source without secrets
     * @param target without secrets; null where no database was named
     * @param dryRun whether nothing was loaded, and what counts as loaded could be
     */
    public record Job(
            String contract,
            String contractHash,
            String source,
            @Nullable String target,
            boolean dryRun) {

        static Job of(MappingContract contract, RunOptions options) {
            Database to = options.to();
            return new Job(
                    contract.name(),
                    contract.hash(),
                    options.from().description(),
                    to == null ? null : to.displayUrl(),
                    options.dryRun());
        }
    }

    /**
     * What became of the documents.
     *
     * @param replaced how many of the loaded documents took the place of an older version
     * @param skips documents that this run did not try to load, and why
     * @param deleted documents that the source no longer has, deleted by --delete-missing; not among those read
     * @param notDeleted why such documents stay, for people; "" if none was to be deleted, or all were
     */
    public record Documents(
            long read, long loaded, long replaced, long rejected, Skips skips, long deleted, String notDeleted) {

        /** Documents that this run did not try to load, for whatever reason. */
        public long skipped() {
            return skips.total();
        }

        /** Documents that the run has met and that are not in the target: rejected by it or before, or left alone. */
        public long unsettled() {
            return rejected + skips.unsettled();
        }
    }

    /**
     * What the tables were given.
     *
     * @param rows rows loaded by table, in the contract's order
     * @param rowsKept by table, the rows of loaded documents in whose place another row with their key stays (on-duplicate):
     *     the first one for keep-first, a later one of the same batch for update; tables without any are left out
     * @param loadPaths how each table was loaded
     * @param foreignKeysImplied whether transactions took the foreign keys for granted that the contract implies
     */
    public record Tables(
            Map<String, Long> rows,
            Map<String, Long> rowsKept,
            Map<String, String> loadPaths,
            boolean foreignKeysImplied) {}

    /**
     * Where the time went.
     *
     * @param seconds from the run's beginning to its end
     * @param stageSeconds seconds by stage, summed over the workers
     * @param bottleneck what a faster run would need, in words
     * @param retries how often something was tried again
     */
    public record Times(
            double seconds, long bytesRead, Map<String, Double> stageSeconds, String bottleneck, long retries) {}

    /**
     * Why documents were rejected.
     *
     * @param first the first {@value #SHOWN_REJECTS}
     * @param byCode how many rejects of each code
     */
    public record Rejects(List<Reject> first, Map<String, Long> byCode) {}

    static RunSummary of(
            RunContext run, int connections, RunMetrics metrics, Loaded loaded, boolean foreignKeysImplied) {
        return new RunSummary(
                new Run(
                        run.runId(),
                        Job.of(run.contract(), run.options()),
                        run.startedAt(),
                        run.options().workers(),
                        connections),
                loaded.status(),
                loaded.failure(),
                metrics.documents(MissingPhase.obstacle(run, metrics, loaded.status())),
                metrics.tables(run.contract(), loaded.paths(), foreignKeysImplied),
                metrics.times(),
                metrics.rejects());
    }

    /** This summary after the documents that the source no longer has were looked for. */
    RunSummary afterDeletion(long deleted, String reasonForOthers, Status newStatus, String newFailure) {
        Documents now = new Documents(
                documents.read,
                documents.loaded,
                documents.replaced,
                documents.rejected,
                documents.skips,
                deleted,
                reasonForOthers);
        return new RunSummary(run, newStatus, newFailure, now, tables, times, rejects);
    }

    /** For logs. */
    String inOneLine() {
        Skips skips = documents.skips();
        String whySkipped = skips.total() == 0
                ? ""
                : " (" + skips.loaded() + " loaded before, " + skips.ofOtherContract()
                        + " of them when the contract had another text; " + skips.rejected() + " rejected earlier; "
                        + skips.leftAlone() + " left alone)";
        return String.format(
                Locale.ROOT,
                "%s %s %s: %d documents read, %d loaded, %d rejected, %d skipped%s in %.1f seconds%s",
                run.job().dryRun() ? "dry run" : "run",
                run.id(),
                status.name().toLowerCase(Locale.ROOT),
                documents.read(),
                documents.loaded(),
                documents.rejected(),
                documents.skipped(),
                whySkipped,
                times.seconds(),
                failure.isEmpty() ? "" : " – " + failure);
    }

    public double documentsPerMinute() {
        return times.seconds() == 0 ? 0 : (documents.loaded() + documents.rejected()) * 60 / times.seconds();
    }
}
