package dev.millrace.database;

import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of documents that runs with {@code deleteMissing} have read. A run first writes a row of its own into it. All rows of a run are
 * always deleted together, and a run deletes nothing as missing if its first row is gone. So a run that was wrongly considered killed deletes
 * nothing.
 */
final class SeenDocuments {
    /** How long a run has to be silent before its rows are deleted. */
    private static final Duration SILENCE = Duration.ofDays(1);

    private final Dialect dialect;
    private final String seen;
    private final String runs;
    private final String log;

    SeenDocuments(Dialect dialect, TargetSchema schema) {
        this.dialect = dialect;
        this.seen = schema.seen().qualified(dialect);
        this.runs = schema.runs().qualified(dialect);
        this.log = schema.log().qualified(dialect);
    }

    /** Writes a run's first row, in the transaction of the caller. */
    void begin(Connection connection, String runId) throws SQLException {
        String insert = "INSERT INTO [] ([run_id], [document_key], [worker], [transaction_number]) VALUES (?, ?, 0, 0)";
        try (PreparedStatement statement = connection.prepareStatement(on(seen, insert))) {
            statement.setString(1, runId);
            statement.setString(2, runId);
            statement.executeUpdate();
        }
    }

    /** Whether a run's rows are still there. To be asked after searching for documents that it has not read. */
    boolean isWhole(Connection connection, String runId) throws SQLException {
        String select = "SELECT [worker] FROM [] WHERE [run_id] = ? AND [document_key] = ? AND [worker] = 0"
                + " AND [transaction_number] = 0";
        try (PreparedStatement statement = connection.prepareStatement(on(seen, select))) {
            statement.setString(1, runId);
            statement.setString(2, runId);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Deletes the rows of runs that have ended or were killed: those without an end that have been silent for long. */
    void forget(Connection connection, Instant now) throws SQLException {
        String ended = on(seen, "DELETE FROM [] WHERE [run_id] IN (SELECT [run_id] FROM ")
                + on(runs, "[] WHERE [status] <> 'running')");
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(ended);
        }
        try (PreparedStatement delete = connection.prepareStatement(on(seen, "DELETE FROM [] WHERE [run_id] = ?"))) {
            for (String run : silent(connection, now.minus(SILENCE))) {
                delete.setString(1, run);
                delete.executeUpdate();
            }
        }
    }

    private List<String> silent(Connection connection, Instant since) throws SQLException {
        String select = on(runs, "SELECT [run_id], [started_at] FROM [] WHERE [status] = 'running' AND [run_id] IN (")
                + on(seen, "SELECT [run_id] FROM [])");
        List<String> silent = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            while (rows.next()) {
                if (isBefore(dialect.instant(rows, 2), since)) {
                    silent.add(rows.getString(1));
                }
            }
        }
        if (!silent.isEmpty()) {
            String last = "SELECT MAX([finished_at]) FROM [] WHERE [run_id] = ?";
            try (PreparedStatement statement = connection.prepareStatement(on(log, last))) {
                for (int i = silent.size() - 1; i >= 0; i--) {
                    statement.setString(1, silent.get(i));
                    try (ResultSet rows = statement.executeQuery()) {
                        Instant batch = rows.next() ? dialect.instant(rows, 1) : null;
                        if (batch != null && !batch.isBefore(since)) {
                            silent.remove(i);
                        }
                    }
                }
            }
        }
        return silent;
    }

    private static boolean isBefore(@Nullable Instant time, Instant other) {
        return time != null && time.isBefore(other);
    }

    private String on(String table, String sql) {
        return LedgerTables.statement(dialect, table, sql);
    }
}
