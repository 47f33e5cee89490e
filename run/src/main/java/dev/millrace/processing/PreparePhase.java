package dev.millrace.processing;

import dev.millrace.database.Constraints;
import dev.millrace.database.Load;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.source.DocumentSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The phase that prepares the target: checks or creates tables and ledger, and writes the run into the ledger. */
final class PreparePhase {
    private static final Logger LOG = LoggerFactory.getLogger(PreparePhase.class);

    private PreparePhase() {}

    /**
     * Null where there is no database: for a dry run, and for sinks of the caller's.
     *
     * @param sourceFiltered whether the source itself leaves out what the ledger holds
     */
    static @Nullable Load prepare(RunContext run, DocumentSource source, boolean sourceFiltered)
            throws TargetException {
        RunOptions options = run.options();
        if (options.to() == null || options.dryRun()) {
            return null;
        }
        RunInfo info = new RunInfo(run.runId(), run.startedAt(), source.description(), options.workers());
        LoadOptions asked = loadOptions(options, sourceFiltered);
        if (run.staging() != null) {
            asked = asked.ledgerAlone(true).constraints(Constraints.DURING);
        }
        Target target = Target.prepare(options.to(), run.contract(), info, asked, run.stop());
        target.warnings().forEach(LOG::warn);
        return new Load(target);
    }

    /** How a run treats its target. */
    static LoadOptions loadOptions(RunOptions options, boolean sourceFiltered) {
        return LoadOptions.DEFAULTS
                .createTables(options.createTables())
                .retryRejects(options.retryRejects())
                .sourceFiltered(sourceFiltered)
                .onExisting(options.onExisting())
                .deleteMissing(options.deleteMissing())
                .showValues(options.showValues())
                .retryPolicy(options.retryPolicy())
                // Building keys after the rows can withdraw documents, which are then read again from the source.
                .constraints(options.from().isReadOnce() ? Constraints.DURING : options.constraints())
                .checkForeignKeys(options.checkForeignKeys());
    }
}
