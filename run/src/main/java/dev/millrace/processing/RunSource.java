package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RunLedger;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Retrying;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.source.jdbc.LedgerFilter;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Stop;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens the source of a run. Where a document's key is enough to decide it, the source itself leaves out what is not to be loaded. */
final class RunSource {
    private final MappingContract contract;
    private final RunOptions options;
    private final Stop stop;
    /** Null where this process reads the source. */
    private final @Nullable Cluster cluster;
    /** Where documents hold several records, their keys in the ledger are not those of the source. */
    private final boolean oneRecordEach;

    RunSource(RunContext run, @Nullable Cluster cluster) {
        this.cluster = cluster;
        this.contract = run.contract();
        this.options = run.options();
        this.stop = run.stop();
        this.oneRecordEach = contract.document().record().isDocumentElement();
    }

    DocumentSource open() throws SourceException, TargetException {
        return open(ledgerFilter(options.retryRejects() ? LedgerFilter.Mode.REJECTED : LedgerFilter.Mode.NEW));
    }

    private DocumentSource open(@Nullable LedgerFilter filter) throws SourceException {
        return Sources.open(
                options.from(), contract, options.limits(), filter, options.retryPolicy(), options.showValues(), stop);
    }

    /**
     * Opens the source again, for the documents that were withdrawn. Waits for a database that cannot be reached now, since it could be
     * reached when the run began.
     *
     * @param withdrawnOnly whether the source may leave out everything else
     * @param wanted the keys of these documents; empty for any
     */
    DocumentSource openAgain(boolean withdrawnOnly, Set<String> wanted)
            throws SQLException, SourceException, TargetException {
        if (cluster != null) {
            return cluster.open(wanted, stop);
        }
        Retrying retrying = options.from() instanceof FromDatabase from
                ? new Retrying(from.database(), options.retryPolicy(), stop)
                : null;
        while (true) {
            try {
                return open(withdrawnOnly && oneRecordEach ? ledgerFilter(LedgerFilter.Mode.WITHDRAWN) : null);
            } catch (SourceException | TargetException e) {
                if (retrying == null || !(e.getCause() instanceof SQLException fault)) {
                    throw e;
                }
                try {
                    retrying.after(fault);
                } catch (SQLException noFurtherTry) {
                    if (noFurtherTry == fault) {
                        throw e;
                    }
                    throw noFurtherTry;
                }
            }
        }
    }

    private @Nullable LedgerFilter ledgerFilter(LedgerFilter.Mode mode) throws TargetException {
        if (options.to() == null || !isFiltered()) {
            return null;
        }
        return new LedgerFilter(
                RunLedger.logTable(options.to(), contract, options.retryPolicy(), stop), contract.name(), mode);
    }

    /** Whether the source's own query leaves out what the ledger holds: source and target are the same database. */
    boolean isFiltered() {
        return options.from() instanceof FromDatabase from
                && options.to() != null
                && options.to().isSameAs(from.database())
                && isSettledByKey();
    }

    private boolean isSettledByKey() {
        return isSettledByKey(options, contract);
    }

    /**
     * Whether a document's key alone decides what a run does with it. It does not where documents are also to be compared or noted. Nor
     * where their keys in the ledger differ from those of the source: where the contract finds the key in the document, or where
     * documents hold several records and the rejected ones are to be tried again.
     */
    static boolean isSettledByKey(RunOptions options, MappingContract contract) {
        return !options.dryRun()
                && (options.retryRejects() || options.onExisting() == OnExisting.SKIP)
                && !options.deleteMissing()
                && contract.document().key() == null
                && (contract.document().record().isDocumentElement() || !options.retryRejects());
    }

    /**
     * Has the source skip documents that need no loading. If the ledger is in the same database, the source's query asks it, unless it is
     * known to hold nothing. If it is in another one, the source looks up keys in it; not with a limit, which also counts what is skipped.
     */
    void passOverSettled(DocumentSource source, Target target) throws TargetException {
        if (!(source instanceof JdbcSource database)) {
            return;
        }
        if (database.hadKeysOfItsZone() && contract.document().key() == null) {
            target.ledger().rewriteKeysOfFormerZones();
        }
        if (!isSettledByKey()) {
            return;
        }
        database.countApart(target.ledger().runsOfOtherContracts());
        if (isFiltered()) {
            database.askLedger(target.ledger().isHeld() || options.retryRejects());
        } else if (options.limit() == Long.MAX_VALUE) {
            target.settledDocuments().ifPresent(database::passOver);
        }
    }

    /** If documents were loaded already, another process may be loading more of them, so the source's query asks the ledger again. */
    static void askLedgerAfterSkips(DocumentSource source, BatchResult result) {
        if (result.sink().skipped() > result.sink().skips().unselected() && source instanceof JdbcSource database) {
            database.askLedger(true);
        }
    }
}
