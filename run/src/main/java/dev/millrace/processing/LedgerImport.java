package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.LedgerTakeover;
import dev.millrace.database.RunInfo;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.sink.SinkException;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Progress;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over into the ledger what another system has loaded, which Millrace replaces. It reads the source, and looks up each document in that
 * system's log and its rows in the tables. It writes the documents that are loaded into the ledger, as those of a run of its own. Later
 * runs skip them, can verify them, and can replace them. Another import takes over what is new. An import object runs once.
 */
public final class LedgerImport {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerImport.class);

    private final MappingContract contract;
    private final Options options;
    private final Stop stop = new Stop();
    private final Instant startedAt = Instant.now();

    /**
     * What is to be taken over.
     *
     * @param from the source, as for a run
     * @param to the target, with the tables that the other system has filled and the ledger
     * @param log the database with the other system's log
     * @param logTable that log; null for {@code processing_log} in the contract's schema
     * @param workers threads that parse and map; at least 1
     * @param limits what a document may at most be
     * @param dryRun whether nothing is written, and the report says what would be taken over
     */
    public record Options(
            From from,
            Database to,
            Database log,
            @Nullable String logTable,
            int workers,
            XmlLimits limits,
            boolean dryRun,
            RetryPolicy retryPolicy) {

        public Options {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(log, "log");
            Objects.requireNonNull(limits, "limits");
            if (workers < 1) {
                throw new IllegalArgumentException("workers must be at least 1, but is " + workers);
            }
        }
    }

    /**
     * The result.
     *
     * @param runId of the import, as in the ledger
     * @param read documents of the source
     * @param stopped why it ended before it had read all of the source; "" if it had
     */
    public record Result(String runId, long read, LedgerTakeover.Report report, String stopped) {}

    public LedgerImport(MappingContract contract, Options options) {
        this.contract = contract;
        this.options = options;
    }

    /** Why a log cannot say which documents of a source are loaded, as text for people; empty if it can. */
    public static Optional<String> refusal(MappingContract contract, From from) {
        return from instanceof FromFiles && contract.document().key() == null
                ? Optional.of(
                        "the log of the original knows documents by the keys of a table, but the source is files – name the table that"
                                + " they were loaded from, or say in the contract where the key is in the document (document.key)")
                : Optional.empty();
    }

    /**
     * @param onStart called before the first document is read, with the progress that it can look at from then on
     * @throws SourceException when the source cannot be opened or breaks
     * @throws TargetException when log, tables or ledger cannot be used; what was written before it broke stays
     */
    public Result run(Consumer<Progress> onStart) throws SourceException, TargetException {
        try {
            return stop.await("millrace-import-ledger", () -> takeOver(onStart));
        } catch (ExecutionException e) {
            Stop.rethrow(e, SourceException.class);
            Stop.rethrow(e, TargetException.class);
            throw new IllegalStateException(e);
        }
    }

    /** Asks the import to end after the current batch. Any thread may call it. */
    public void stop() {
        stop.ask("stopped on request");
    }

    private Result takeOver(Consumer<Progress> onStart) throws SourceException, TargetException {
        Optional<String> refusal = refusal(contract, options.from());
        if (refusal.isPresent()) {
            throw new TargetException(refusal.get(), true, null);
        }
        String runId = RunInfo.newId(startedAt);
        LedgerTakeover takeover = LedgerTakeover.prepare(
                options.to(),
                contract,
                new RunInfo(runId, startedAt, options.from().description(), options.workers()),
                new LedgerTakeover.Options(
                        options.log(),
                        options.logTable(),
                        !(options.from() instanceof FromFiles),
                        options.dryRun(),
                        options.retryPolicy()),
                stop);
        boolean whole = !(options.from() instanceof FromDatabase database) || database.keyRange() == null;
        String status = "failed";
        try {
            takeover.warnings().forEach(LOG::warn);
            DocumentSweep sweep =
                    new DocumentSweep(takeover.contract(), options.from(), options.limits(), options.workers(), false);
            long read = sweep.run(takeover::sink, onStart, stop);
            Result result = new Result(runId, read, takeover.report(whole), "");
            status = null;
            return result;
        } catch (SinkException e) {
            if (!stop.isAsked()) {
                throw new TargetException(String.valueOf(e.getMessage()), false, e);
            }
        } catch (SourceException | TargetException e) {
            if (!stop.isAsked()) {
                throw e;
            }
        } finally {
            finish(takeover, status != null && stop.isAsked() ? "stopped" : status);
        }
        LedgerTakeover.Report report = takeover.report(false);
        long read = report.counts().values().stream().mapToLong(Long::longValue).sum();
        return new Result(runId, read, report, stop.reason());
    }

    /** A fault here is not thrown where the import has failed before: the user needs to know of the first fault. */
    private static void finish(LedgerTakeover takeover, @Nullable String status) throws TargetException {
        try {
            takeover.finish(status);
        } catch (TargetException e) {
            if (status == null) {
                throw e;
            }
            LOG.debug("the end of the import could not be written", e);
        }
    }
}
