package dev.millrace.verification;

import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Job;
import java.time.Duration;
import java.time.Instant;
import org.apiguardian.api.API;

/**
 * What a run left behind: which run it was, and what its target held right after it, so that a later look at the target alone can tell
 * whether it still does.
 *
 * @param program Millrace with its version, as text for people
 * @param contract its name
 * @param contractHash {@link dev.millrace.contract.MappingContract#hash}
 * @param source without secrets
 * @param target without secrets
 * @param documents what became of the documents that the run has read
 * @param state what the target held then, also of earlier runs
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Manifest(
        String program,
        String runId,
        String contract,
        String contractHash,
        String source,
        String target,
        Instant startedAt,
        Instant endedAt,
        Documents documents,
        TargetState state) {

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /**
     * Numbers of documents, as in {@link RunSummary.Documents}.
     *
     * @param skipped that the run did not try to load, for whatever reason
     */
    public record Documents(long read, long loaded, long replaced, long rejected, long skipped, long deleted) {}

    /**
     * @param state read after the run
     * @throws IllegalArgumentException when the run did not finish, or loaded nothing into a database
     */
    public static Manifest of(String program, RunSummary summary, TargetState state) {
        Job job = summary.run().job();
        if (summary.status() != RunSummary.Status.FINISHED || job.dryRun() || job.target() == null) {
            throw new IllegalArgumentException("only a run that finished loading has a manifest");
        }
        RunSummary.Documents documents = summary.documents();
        return new Manifest(
                program,
                summary.run().id(),
                job.contract(),
                job.contractHash(),
                job.source(),
                job.target(),
                summary.run().startedAt(),
                summary.run()
                        .startedAt()
                        .plus(Duration.ofMillis(Math.round(summary.times().seconds() * 1000))),
                new Documents(
                        documents.read(),
                        documents.loaded(),
                        documents.replaced(),
                        documents.rejected(),
                        documents.skipped(),
                        documents.deleted()),
                state);
    }
}
