package dev.millrace.database;

import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.Retrying;
import dev.millrace.dialect.SqlFault;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the documents that the log holds and a run has not read, page by page of the log, each page in one transaction. Used once. If it ends
 * early, no document is half deleted, and the next run that deletes missing documents goes on.
 */
public final class MissingDocuments {
    private static final int PAGE = 200;

    /**
     * What was done.
     *
     * @param documents deleted, with their rows
     * @param refused documents that stay, because rows of other tables refer to their rows, or other rows were added among them
     * @param complete false if a stop was asked for before all were deleted
     */
    public record Deleted(long documents, long refused, boolean complete) {}

    private final Target target;
    private final Dialect dialect;

    private volatile @Nullable Connection connection;
    private @Nullable DocumentEraser eraser;

    private long deleted;
    private long refused;

    /** @param last where the next page begins, or null if there is none */
    private record Page(
            Map<String, ProcessingLog.Entry> missing,
            @Nullable String last) {}

    /** @param target of a run with {@link LoadOptions#deleteMissing} that has read the whole source, and whose engines are closed */
    public MissingDocuments(Target target) {
        this.target = target;
        this.dialect = target.database().dialect();
    }

    /** Deletes, in transactions of bounded size; what others have written since the run began stays. */
    public Deleted delete() throws TargetException {
        try (Stop.Ending atStop = target.stop().onAsk(this::abort)) {
            Page page = patiently(() -> pageAfter(null));
            while (true) {
                delete(page.missing);
                String last = page.last;
                if (last == null) {
                    break;
                }
                page = patiently(() -> pageAfter(last));
            }
            return new Deleted(deleted, refused, true);
        } catch (SQLException e) {
            if (target.stop().isAsked()) {
                return new Deleted(deleted, refused, false);
            }
            throw TargetException.broken(
                    target.database(),
                    "documents that the source no longer has cannot be deleted",
                    e,
                    target.options().showValues());
        } finally {
            disconnect();
        }
    }

    /** The current page may wait for another session's lock; all of it is rolled back. */
    private void abort() {
        Connection open = connection;
        if (open != null) {
            Stop.abort(open);
        }
    }

    /** Deletes a page as a whole, or document by document if the database refuses a row of it. */
    private void delete(Map<String, ProcessingLog.Entry> page) throws SQLException, TargetException {
        if (page.isEmpty()) {
            return;
        }
        try {
            deleted += patiently(() -> deleteAtOnce(page));
        } catch (SQLException e) {
            if (!(e instanceof SurplusRowsException) && !dialect.classify(e).isOfARow()) {
                throw e;
            }
            if (page.size() == 1) {
                refused++;
                return;
            }
            for (Map.Entry<String, ProcessingLog.Entry> document : page.entrySet()) {
                delete(Map.of(document.getKey(), document.getValue()));
            }
        }
    }

    private interface Work<T> {
        T run() throws SQLException, TargetException;
    }

    /** Tries again after a temporary fault. */
    private <T> T patiently(Work<T> work) throws SQLException, TargetException {
        Retrying retrying = target.retrying();
        while (true) {
            target.stop().check();
            try {
                return work.run();
            } catch (SQLException e) {
                rollback(dialect.classify(e));
                retrying.after(e);
            }
        }
    }

    /** The documents that this run has not read, in the order of the keys, without those that others have written since it began. */
    private Page pageAfter(@Nullable String key) throws SQLException {
        String log = target.schema().log().qualified(dialect);
        String seen = target.schema().seen().qualified(dialect);
        String select = LedgerTables.statement(
                        dialect,
                        log,
                        "SELECT " + ProcessingLog.COLUMNS + ", [row_keys] FROM [] l WHERE [contract_name] = ?"
                                + (key == null ? "" : " AND [document_key] > ?"))
                + LedgerTables.statement(
                        dialect,
                        seen,
                        " AND NOT EXISTS (SELECT 1 FROM [] s WHERE s.[run_id] = ? AND s.[document_key] = l.[document_key])"
                                + " ORDER BY [document_key]");
        Connection open = connect();
        Map<String, ProcessingLog.Entry> missing = new LinkedHashMap<>();
        String last = null;
        int rows = 0;
        try (PreparedStatement statement = open.prepareStatement(dialect.firstRows(select))) {
            int parameter = 1;
            statement.setString(parameter++, target.contract().name());
            if (key != null) {
                statement.setString(parameter++, key);
            }
            statement.setString(parameter++, target.run().runId());
            statement.setInt(parameter, PAGE);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    rows++;
                    last = found.getString(1);
                    ProcessingLog.Entry entry = ProcessingLog.Entry.read(dialect, found, true);
                    if (entry.finishedAt().isBefore(target.run().startedAt())) {
                        missing.put(last, entry);
                    }
                }
            }
        }
        open.commit();
        return new Page(missing, rows < PAGE ? null : last);
    }

    /** One transaction. Returns how many documents were deleted, by it or by an earlier try whose result was lost. */
    private long deleteAtOnce(Map<String, ProcessingLog.Entry> page) throws SQLException, TargetException {
        Connection open = connect();
        if (!new SeenDocuments(dialect, target.schema())
                .isWhole(open, target.run().runId())) {
            throw new TargetException(
                    "another run considered this one killed, as it had been silent for a day, and has deleted the list of documents that it"
                            + " has read: no further documents were deleted – run the same command again",
                    false,
                    null);
        }
        ProcessingLog log = target.ledger().log(open);
        DocumentEraser erasing = eraser;
        if (erasing == null) {
            erasing = new DocumentEraser(open, dialect, target.documentRows());
            eraser = erasing;
        }
        // What somebody else has taken out or written anew since is not this run's any more: its older rows are gone,
        // and others may have come in their place.
        Map<String, ProcessingLog.Entry> own = new LinkedHashMap<>(page);
        own.keySet().removeAll(log.remove(page));
        Map<String, ProcessingLog.Entry> gone = new LinkedHashMap<>(page);
        gone.keySet().removeAll(log.find(List.copyOf(page.keySet())).keySet());
        erasing.erase(own, table -> {});
        open.commit();
        return gone.size();
    }

    private Connection connect() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = target.database().connect(Purpose.LOAD);
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
            disconnect();
            return;
        }
        try {
            open.rollback();
        } catch (SQLException e) {
            disconnect();
        }
    }

    private void disconnect() {
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
