package dev.millrace.database;

import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What one connection asks of the log. Its rows are written by a bulk loader like those of any table. */
final class ProcessingLog {
    static final String LOADED = "loaded";
    static final String REJECTED = "rejected";

    /** Numbers of keys in one statement: few, so that few statements are prepared. */
    private static final int[] LIST_SIZES = {1, 32, 512};

    private final Connection connection;
    private final String table;
    private final String contract;
    private final Dialect dialect;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** A document in the log. */
    record Entry(boolean loaded, String runId, int worker, int attempt, Instant finishedAt) {}

    /** @param table qualified and quoted */
    ProcessingLog(Connection connection, Dialect dialect, String table, String contract) {
        this.connection = connection;
        this.dialect = dialect;
        this.table = table;
        this.contract = contract;
    }

    /** What the log holds of some documents, by key. */
    Map<String, Entry> find(List<String> keys) throws SQLException {
        Map<String, Entry> found = new HashMap<>();
        for (int from = 0; from < keys.size(); ) {
            int size = listSize(keys.size() - from);
            PreparedStatement select = statement(
                    "SELECT [document_key], [status], [run_id], [worker], [attempt], [finished_at] FROM []", size);
            from = bind(select, keys, from, size);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            rows.getString(1),
                            new Entry(
                                    rows.getString(2).equals(LOADED),
                                    rows.getString(3),
                                    rows.getInt(4),
                                    rows.getInt(5),
                                    Objects.requireNonNull(dialect.instant(rows, 6))));
                }
            }
        }
        return found;
    }

    /** Takes documents out of the log, to write them anew. */
    void remove(List<String> keys) throws SQLException {
        for (int from = 0; from < keys.size(); ) {
            int size = listSize(keys.size() - from);
            PreparedStatement delete = statement("DELETE FROM []", size);
            from = bind(delete, keys, from, size);
            delete.executeUpdate();
        }
    }

    private PreparedStatement statement(String what, int size) throws SQLException {
        String sql = what + " WHERE [contract_name] = ? AND [document_key] IN ("
                + String.join(", ", Collections.nCopies(size, "?")) + ")";
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
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

    private static int listSize(int keys) {
        for (int size : LIST_SIZES) {
            if (keys <= size) {
                return size;
            }
        }
        return LIST_SIZES[LIST_SIZES.length - 1];
    }
}
