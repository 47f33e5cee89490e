package dev.millrace.processing;

import dev.millrace.database.Load;
import dev.millrace.database.TargetException;
import dev.millrace.database.keys.KeysAfterRows;
import dev.millrace.database.keys.WithdrawnDocuments;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The phase of a run after the rows: builds the keys that are missing. Then it loads again the documents that were withdrawn because of
 * these keys, by this run or another.
 */
final class KeysPhase {
    private static final Logger LOG = LoggerFactory.getLogger(KeysPhase.class);

    private final RunContext run;
    private final RunSource sources;
    private final Load load;
    private final KeysAfterRows keys;
    private final Loading loading;
    private final RunMetrics metrics;

    KeysPhase(RunContext run, RunSource sources, Load load, Loading loading, RunMetrics metrics) {
        this.run = run;
        this.sources = sources;
        this.load = load;
        this.keys = load.target().keys();
        this.loading = loading;
        this.metrics = metrics;
    }

    /** @param loaded the result of loading the rows; the result that is returned is another one where a key cannot be built */
    Loaded build(Loaded loaded) {
        long start = System.nanoTime();
        if (keys.mayHaveWithdrawn()) {
            metrics.finish("building keys and indexes");
        }
        try {
            KeysAfterRows.Built built = keys.build(run.options().workers());
            if (built.needed()) {
                metrics.addConstraints(System.nanoTime() - start);
            }
            if (!keys.mayHaveWithdrawn()) {
                return loaded;
            }
            Loaded complete = built.violations().isEmpty() ? loaded : loaded.broken(words(built.violations()));
            WithdrawnDocuments left = keys.withdrawn(run.runId());
            if (complete.isFinished() && left.total() > 0) {
                metrics.finish("");
                complete = loadAgain(loaded, left.total());
                left = keys.withdrawn(run.runId());
            }
            account(left, complete.status());
            return complete;
        } catch (SQLException | SourceException | TargetException | RuntimeException | Error e) {
            if (!run.stop().isAsked()) {
                LOG.debug("run {} broke: {}", run.runId(), StackTraces.withoutMessages(e));
                return loaded.broken(Failures.words(e, run.options()));
            }
            leaveOutWithdrawn();
            return Loaded.stopped(run.stop().reason(), loaded.paths());
        }
    }

    /** By now keys and foreign keys are there, and refuse the rows that may not stay. */
    private Loaded loadAgain(Loaded loaded, long documents) throws SQLException, SourceException, TargetException {
        LOG.info("{} documents are loaded again, because keys refuse rows of these or of other documents", documents);
        boolean wholeDocuments = run.contract().document().key() == null;
        Set<String> wanted = wholeDocuments ? keys.keysWithdrawn(WithdrawnSource.MOST) : Set.of();
        try (DocumentSource source = wholeDocuments
                ? new WithdrawnSource(sources.openAgain(true, wanted), wanted)
                : sources.openAgain(false, wanted)) {
            Loaded again = loading.loadAgain(source, load);
            return new Loaded(again.status(), again.failure(), loaded.paths());
        }
    }

    /** Documents that were withdrawn before the stop do not count as loaded, as far as the database can still say which they are. */
    private void leaveOutWithdrawn() {
        try {
            metrics.leaveOut(keys.withdrawn(run.runId()).ofThisRun());
        } catch (SQLException e) {
            LOG.debug("what was withdrawn cannot be counted: {}", StackTraces.withoutMessages(e));
        }
    }

    /** Counts documents that stay withdrawn: those of this run as rejects; for those of other runs there is a warning. */
    private void account(WithdrawnDocuments left, Status status) {
        if (left.ofThisRun() > 0 && status == Status.FINISHED) {
            List<Reject> rejects = new ArrayList<>();
            left.keys()
                    .forEach(key -> rejects.add(new Reject(
                            key,
                            Fault.of(
                                    FaultCode.WITHDRAWN,
                                    "a key refuses its rows because of another document's, and it is not in the"
                                            + " source any more"))));
            metrics.addWithdrawn(left.ofThisRun(), rejects);
        } else {
            metrics.leaveOut(left.ofThisRun());
        }
        left.ofOthers()
                .forEach((source, documents) -> LOG.warn(
                        "{} documents that another run had loaded from {} were withdrawn, because keys refuse some of their rows"
                                + " – run the command that loads them again",
                        documents,
                        source));
    }

    private static String words(List<String> violations) {
        return "keys could not be built after the rows, which stay as they are: " + String.join("; ", violations)
                + " – correct the rows and run the same command again, or load into new tables with"
                + " --constraints during, which rejects such documents";
    }
}
