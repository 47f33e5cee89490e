package dev.millrace.database;

import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.Dialect;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and deletes entries of the log over one connection. A bulk loader writes them, as for any table. */
final class ProcessingLog {

    /** The columns of an {@link Entry}, after the document's key. */
    static final String COLUMNS =
            "[document_key], [status], [run_id], [worker], [attempt], [finished_at], [content_hash], [row_count],"
                    + " [code]";

    /** The columns of the {@link Fault} of a reject. */
    static final String FAULT_COLUMNS =
            "[stage], [code], [table_name], [column_name], [path], [line], [column_number], [message]";

    /** Allowed numbers of keys in one statement: only a few, so that few statements are prepared. */
    private static final int[] LIST_SIZES = {1, 32, 512};

    private final Connection connection;
    private final String table;
    private final String contract;
    private final Dialect dialect;
    private final boolean withRowKeys;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /**
     * A document in the log.
     *
     * @param rowCount its rows in the target; while a newer version is rejected, those of the older one
     * @param withdrawn whether it was loaded, and its rows were deleted again because keys refuse them
     * @param rowKeys where they are, see {@link RowKeys}; null also if the query left it out
     */
    record Entry(
            boolean loaded,
            String runId,
            int worker,
            int attempt,
            Instant finishedAt,
            long contentHash,
            int rowCount,
            boolean withdrawn,
            @Nullable String rowKeys) {
        /** From {@link #COLUMNS}, of which {@code row_keys} may be left out. */
        static Entry read(Dialect dialect, ResultSet row, boolean withRowKeys) throws SQLException {
            return new Entry(
                    row.getString(2).equals(LedgerTables.LOADED),
                    row.getString(3),
                    row.getInt(4),
                    row.getInt(5),
                    Objects.requireNonNull(dialect.instant(row, 6)),
                    row.getLong(7),
                    row.getInt(8),
                    FaultCode.WITHDRAWN.word().equals(row.getString(9)),
                    withRowKeys ? row.getString(10) : null);
        }
    }

    /**
     * @param table qualified and quoted
     * @param withRowKeys whether entries say where the documents' rows are
     */
    ProcessingLog(Connection connection, Dialect dialect, String table, String contract, boolean withRowKeys) {
        this.connection = connection;
        this.dialect = dialect;
        this.table = table;
        this.contract = contract;
        this.withRowKeys = withRowKeys;
    }

    /** What the log holds of some documents, by key. */
    Map<String, Entry> find(List<String> keys) throws SQLException {
        Map<String, Entry> found = new HashMap<>();
        for (int from = 0; from < keys.size(); ) {
            int size = listSize(keys.size() - from);
            PreparedStatement select =
                    statement("SELECT " + COLUMNS + (withRowKeys ? ", [row_keys]" : "") + " FROM []", size);
            from = bind(select, keys, from, size);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), Entry.read(dialect, rows, withRowKeys));
                }
            }
        }
        return found;
    }

    /** Why documents are rejected, by key; nothing of those that are not. */
    Map<String, Fault> faults(List<String> keys) throws SQLException {
        Map<String, Fault> found = new HashMap<>();
        for (int from = 0; from < keys.size(); ) {
            int size = listSize(keys.size() - from);
            PreparedStatement select = statement("SELECT [document_key], " + FAULT_COLUMNS + " FROM []", size);
            from = bind(select, keys, from, size);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(3) != null) {
                        found.put(rows.getString(1), fault(rows, 2));
                    }
                }
            }
        }
        return found;
    }

    /** From {@link #FAULT_COLUMNS}, the first of which is a column of the result. */
    static Fault fault(ResultSet rows, int first) throws SQLException {
        String word = rows.getString(first + 1);
        String message = rows.getString(first + 7);
        FaultCode code = FaultCode.of(word).orElse(FaultCode.OTHER);
        int line = rows.getInt(first + 5);
        int column = rows.getInt(first + 6);
        return new Fault(
                code,
                rows.getString(first + 2),
                rows.getString(first + 3),
                rows.getString(first + 4),
                line < 1 ? null : new Location(line, Math.max(1, column)),
                code == FaultCode.OTHER ? rows.getString(first) + ", " + word + ": " + message : message);
    }

    /** Receives what the log holds of a document, without the details of an {@link Entry}. */
    interface StateSink {
        void state(String key, boolean loaded, boolean withdrawn, String runId);
    }

    /** What the log holds of some documents; nothing of those that it does not know. */
    void states(List<String> keys, StateSink sink) throws SQLException {
        for (int from = 0; from < keys.size(); ) {
            int size = listSize(keys.size() - from);
            PreparedStatement select = statement("SELECT [document_key], [status], [code], [run_id] FROM []", size);
            from = bind(select, keys, from, size);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sink.state(
                            rows.getString(1),
                            rows.getString(2).equals(LedgerTables.LOADED),
                            FaultCode.WITHDRAWN.word().equals(rows.getString(3)),
                            rows.getString(4));
                }
            }
        }
    }

    /**
     * Deletes entries of the log, by key. An entry that another process has written since it was read stays, so that its key stops a caller that
     * would go on with outdated data.
     *
     * @return the keys of entries that had changed since they were read: the target's rows for them are from another process
     */
    Set<String> remove(Map<String, Entry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return Set.of();
        }
        PreparedStatement delete = prepared(
                "DELETE FROM [] WHERE [contract_name] = ? AND [document_key] = ? AND [run_id] = ? AND [attempt] = ?");
        delete.clearBatch();
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            delete.setString(1, contract);
            delete.setString(2, entry.getKey());
            delete.setString(3, entry.getValue().runId());
            delete.setInt(4, entry.getValue().attempt());
            delete.addBatch();
        }
        Set<String> gone = new HashSet<>();
        int[] counts = delete.executeBatch();
        int i = 0;
        for (String key : entries.keySet()) {
            if (counts[i++] == 0) {
                gone.add(key);
            }
        }
        return gone;
    }

    private PreparedStatement statement(String what, int size) throws SQLException {
        return prepared(what + " WHERE [contract_name] = ? AND [document_key] IN ("
                + String.join(", ", Collections.nCopies(size, "?")) + ")");
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        // Some drivers close a statement that failed.
        if (statement == null || statement.isClosed()) {
            statement = connection.prepareStatement(LedgerTables.statement(dialect, table, sql));
            statements.put(sql, statement);
        }
        return statement;
    }

    /** Fills a list that may be longer than the keys with the last of them; returns the first key that is left. */
    private int bind(PreparedStatement statement, List<String> keys, int from, int size) throws SQLException {
        statement.setString(1, contract);
        for (int i = 0; i < size; i++) {
            statement.setString(i + 2, keys.get(Math.min(from + i, keys.size() - 1)));
        }
        return Math.min(from + size, keys.size());
    }

    private int listSize(int keys) {
        int most = Math.min(keys, dialect.keysAtOnce());
        for (int size : LIST_SIZES) {
            if (most <= size) {
                return size;
            }
        }
        return LIST_SIZES[LIST_SIZES.length - 1];
    }
}
