package dev.millrace.database;

import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.SqlFault;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes documents out of the ledger and the tables, a page of them in a transaction, over a connection of its own. Of one thread, but for
 * {@link #abort}.
 */
final class DocumentRemoval implements AutoCloseable {
    /** Documents in a transaction. */
    static final int PAGE = 200;

    /** Documents that stay and are named, at most. */
    private static final int NAMED = 10;

    private final DatabaseAccess access;
    private final Dialect dialect;
    private final Function<Connection, ProcessingLog> logs;
    private final @Nullable DocumentRows documentRows;
    private final boolean unindexed;

    private volatile @Nullable Connection connection;
    private @Nullable DocumentEraser eraser;

    private long removed;
    private long refused;
    private final List<String> firstRefused = new ArrayList<>();
    private final long[] rows;

    /**
     * @param logs gives a connection's log, whose entries tell where rows are
     * @param documentRows null where the rows stay
     * @param unindexed whether tables are still without their keys
     */
    DocumentRemoval(
            DatabaseAccess access,
            Function<Connection, ProcessingLog> logs,
            @Nullable DocumentRows documentRows,
            boolean unindexed) {
        this.access = access;
        this.dialect = access.dialect();
        this.logs = logs;
        this.documentRows = documentRows;
        this.unindexed = unindexed;
        this.rows = new long[documentRows == null ? 0 : documentRows.tables()];
    }

    /** Something to do with the connection, in a transaction that it commits. */
    interface Work<T> {
        T over(Connection open) throws SQLException, TargetException;
    }

    /** What has to be so, asked in each transaction. */
    interface Condition {
        void check(Connection open) throws SQLException, TargetException;
    }

    /** Removes a page whole, or where the database refuses a row of it, document by document. */
    void remove(Map<String, ProcessingLog.Entry> page, Condition condition) throws SQLException, TargetException {
        if (page.isEmpty()) {
            return;
        }
        try {
            removed += patiently(open -> removeAtOnce(open, page, condition));
        } catch (SQLException e) {
            if (!(e instanceof SurplusRowsException) && !dialect.classify(e).isOfARow()) {
                throw e;
            }
            if (page.size() == 1) {
                refuse(page.keySet().iterator().next());
                return;
            }
            for (Map.Entry<String, ProcessingLog.Entry> document : page.entrySet()) {
                remove(Map.of(document.getKey(), document.getValue()), condition);
            }
        }
    }

    /** Notes that a document has to stay. */
    void refuse(String key) {
        refused++;
        if (firstRefused.size() < NAMED) {
            firstRefused.add(key);
        }
    }

    /** Tries again what fails for a reason that may pass. */
    <T> T patiently(Work<T> work) throws SQLException, TargetException {
        Retrying retrying = access.retrying();
        while (true) {
            access.stop().check();
            try {
                return work.over(connect());
            } catch (SQLException e) {
                rollback(dialect.classify(e));
                retrying.after(e);
            }
        }
    }

    /** One transaction; returns how many documents are gone by it, or by an earlier try whose answer was lost. */
    private long removeAtOnce(Connection open, Map<String, ProcessingLog.Entry> page, Condition condition)
            throws SQLException, TargetException {
        condition.check(open);
        ProcessingLog log = logs.apply(open);
        // What somebody else has taken out or written anew since is not ours any more: its older rows are gone, and
        // others may
        // have come in their place.
        Map<String, ProcessingLog.Entry> own = new LinkedHashMap<>(page);
        own.keySet().removeAll(log.remove(page));
        Map<String, ProcessingLog.Entry> gone = new LinkedHashMap<>(page);
        gone.keySet().removeAll(log.find(List.copyOf(page.keySet())).keySet());
        long[] deleted =
                documentRows == null ? new long[0] : eraser(open, documentRows).erase(own, table -> {});
        open.commit();
        for (int table = 0; table < deleted.length; table++) {
            rows[table] += deleted[table];
        }
        return gone.size();
    }

    private DocumentEraser eraser(Connection open, DocumentRows where) {
        DocumentEraser erasing = eraser;
        if (erasing == null) {
            erasing = new DocumentEraser(open, dialect, where, unindexed);
            eraser = erasing;
        }
        return erasing;
    }

    /** Documents that are gone. */
    long removed() {
        return removed;
    }

    /** Documents that stay, because rows of other tables refer to theirs or others are among them, or since they were {@link #refuse}d. */
    long refused() {
        return refused;
    }

    /** The first of these. */
    List<String> firstRefused() {
        return List.copyOf(firstRefused);
    }

    /** By table, the rows that are gone; of a try whose answer was lost nobody knows. */
    long[] rows() {
        return rows.clone();
    }

    /** Of any thread: the page under way may wait for a lock of somebody else's; it is rolled back whole. */
    void abort() {
        Connection open = connection;
        if (open != null) {
            Stop.abort(open);
        }
    }

    private Connection connect() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = access.database().connect(Purpose.LOAD);
            connection = open;
            open.setAutoCommit(false);
        }
        return open;
    }

    private void rollback(SqlFault fault) {
        Connection open = connection;
        if (open == null) {
            return;
        }
        if (fault == SqlFault.CONNECTION) {
            close();
            return;
        }
        try {
            open.rollback();
        } catch (SQLException e) {
            close();
        }
    }

    /** Does not throw; what was not committed is rolled back. */
    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        eraser = null;
        if (open == null) {
            return;
        }
        try (Connection closing = open) {
            closing.rollback();
        } catch (SQLException e) {
            // What was not committed is rolled back with the connection.
            return;
        }
    }
}
