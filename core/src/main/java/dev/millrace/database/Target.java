package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * What a run loads into: the contract's tables and the ledger in one database. Prepared once per run on a connection that
 * is closed again before the workers open theirs. Immutable and thread-safe.
 */
public final class Target {

    /**
     * How the run treats the target.
     *
     * @param createTables whether missing schema, tables, keys, foreign keys and indexes are created
     * @param retryRejects whether documents that the ledger holds as rejected are tried again
     */
    public record Options(boolean createTables, boolean retryRejects) {}

    private Target() {}

    /**
     * Creates what is missing (the ledger always, the contract's tables if the options say so), compares what is there with
     * the contract, and writes the run's row in processing_run.
     */
    public static Target prepare(Database database, MappingContract contract, RunInfo run, Options options)
            throws TargetException {
        throw new IllegalStateException("spine");
    }

    /** The processing log of a schema, qualified and quoted. */
    public static String logTable(Dialect dialect, @Nullable String schema) {
        return dialect.qualified(schema, "processing_log");
    }

    /** An engine of a worker's own, with its own connection. */
    public MigrationEngine engine(int worker, LoadClock clock) throws TargetException {
        throw new IllegalStateException("spine");
    }

    /** Writes the end of the run to processing_run. {@code status}: finished, failed or stopped. */
    public void finishRun(String status, long read, long loaded, long rejected, long skipped, String summaryJson)
            throws TargetException {
        throw new IllegalStateException("spine");
    }
}
