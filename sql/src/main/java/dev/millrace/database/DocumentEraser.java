package dev.millrace.database;

import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.DocumentRows.RootTable;
import dev.millrace.database.ledger.DocumentRows.Step;
import dev.millrace.database.ledger.ManyRows;
import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Deletes the rows of loaded documents within the transaction of one connection. Not thread-safe. */
final class DocumentEraser {
    /** Statements sent at once, at most. */
    private static final int BATCH = 500;

    private final Connection connection;
    private final Dialect dialect;
    private final DocumentRows documentRows;
    private final boolean unindexed;
    private final Map<Step, PreparedStatement> statements = new HashMap<>();

    DocumentEraser(Connection connection, Dialect dialect, DocumentRows documentRows) {
        this(connection, dialect, documentRows, false);
    }

    /** @param unindexed whether tables are still without their keys, so that each statement reads all of one: then there are few */
    DocumentEraser(Connection connection, Dialect dialect, DocumentRows documentRows, boolean unindexed) {
        this.connection = connection;
        this.dialect = dialect;
        this.documentRows = documentRows;
        this.unindexed = unindexed;
    }

    /** Called with the table whose rows are deleted next. */
    interface Listener {
        void at(int table);
    }

    /**
     * Deletes the documents' rows in the contract's tables.
     *
     * @param documents by key, what the ledger holds of them; those without rows are skipped
     * @return by table, how many rows were deleted
     * @throws TargetException when a document's rows cannot be found
     * @throws SurplusRowsException when more rows were deleted than the documents were loaded with; the caller has to roll back
     */
    long[] erase(Map<String, ProcessingLog.Entry> documents, Listener listener) throws SQLException, TargetException {
        long[] deleted = new long[documentRows.tables()];
        List<List<List<Object[]>>> all = new ArrayList<>();
        for (Map.Entry<String, ProcessingLog.Entry> document : documents.entrySet()) {
            if (document.getValue().rowCount() > 0) {
                all.add(keys(document.getKey(), document.getValue()));
            }
        }
        if (all.isEmpty()) {
            return deleted;
        }
        // Fewer rows are all right: some may have been deleted before, and rows that documents share stay.
        long expected = documents.values().stream()
                .mapToLong(ProcessingLog.Entry::rowCount)
                .sum();
        for (Step step : documentRows.steps()) {
            listener.at(step.table());
            deleted[step.table()] = unindexed ? executeAtOnce(step, all) : execute(step, all);
        }
        long sum = Arrays.stream(deleted).sum();
        if (sum > expected) {
            throw new SurplusRowsException(sum, expected);
        }
        return deleted;
    }

    private List<List<Object[]>> keys(String document, ProcessingLog.Entry entry) throws TargetException {
        String reason;
        if (documentRows.obstacle().isPresent()) {
            reason = documentRows.obstacle().get();
        } else if (entry.rowKeys() == null) {
            reason =
                    "it was loaded by a version of Millrace that did not note where they are, or under a contract for which"
                            + " that cannot be noted";
        } else {
            try {
                return documentRows.keys().read(entry.rowKeys());
            } catch (IllegalArgumentException e) {
                reason = String.valueOf(e.getMessage());
            }
        }
        throw new TargetException(
                "document " + document + " – its rows in the target cannot be found: " + reason
                        + " – delete them by hand and take the document out of the ledger with 'millrace forget --ledger-only', or load into"
                        + " new tables",
                false,
                null);
    }

    private long executeAtOnce(Step step, List<List<List<Object[]>>> documents) throws SQLException {
        List<Object[]> rootRows = new ArrayList<>();
        documents.forEach(document -> rootRows.addAll(document.get(step.root())));
        return ManyRows.delete(connection, dialect, documentRows, step, rootRows);
    }

    private long execute(Step step, List<List<List<Object[]>>> documents) throws SQLException {
        PreparedStatement statement = statements.get(step);
        // Some drivers close a statement that failed.
        if (statement == null || statement.isClosed()) {
            statement = connection.prepareStatement(step.sql());
            statements.put(step, statement);
        }
        statement.clearBatch();
        RootTable root = documentRows.roots().get(step.root());
        int pending = 0;
        long deleted = 0;
        for (List<List<Object[]>> document : documents) {
            for (Object[] key : document.get(step.root())) {
                for (int i = 0; i < key.length; i++) {
                    dialect.bind(statement, i + 1, root.type(i), key[i]);
                }
                statement.addBatch();
                if (++pending == BATCH) {
                    deleted += sum(statement.executeBatch());
                    pending = 0;
                }
            }
        }
        if (pending > 0) {
            deleted += sum(statement.executeBatch());
        }
        return deleted;
    }

    /** Leaves out counts that a driver does not give. */
    private static long sum(int[] counts) {
        long sum = 0;
        for (int count : counts) {
            sum += Math.max(count, 0);
        }
        return sum;
    }
}
