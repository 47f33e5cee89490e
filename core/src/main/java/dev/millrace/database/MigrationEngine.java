package dev.millrace.database;

import java.sql.SQLException;
import java.util.Map;

/**
 * Owns one connection and its transactions: loads batches of documents in foreign-key order, each document whole or not at
 * all, with the ledger's rows in the same transaction. Owned by one worker; not thread-safe.
 */
public final class MigrationEngine implements AutoCloseable {

    MigrationEngine() {}

    /**
     * Loads a batch. When it returns, every document of the batch is committed as loaded or rejected, or was in the ledger
     * before. When the database refuses a row, the batch is rolled back and split until the bad documents are alone.
     *
     * @throws SQLException when the database fails for a reason that is not a document's; the batch is rolled back
     */
    public LoadResult load(LoadBatch batch) throws SQLException {
        throw new IllegalStateException("spine");
    }

    /** How each table was loaded, by table name: {@code copy-binary}, {@code batch-insert} … */
    public Map<String, String> loadPaths() {
        throw new IllegalStateException("spine");
    }

    /** Rolls back what is open and closes the connection; does not throw. */
    @Override
    public void close() {}
}
