package dev.millrace.database;

import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Dialect;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the documents that the log holds and a run has not read, page by page of the log, each page in one transaction. Used once. If it ends
 * early, no document is half deleted, and the next run that deletes missing documents goes on.
 */
public final class MissingDocuments {
    private static final int PAGE = DocumentRemoval.PAGE;

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
        DocumentRemoval removal =
                new DocumentRemoval(target.access(), target.ledger()::log, target.documentRows(), false);
        try (removal;
                Stop.Ending atStop = target.stop().onAsk(removal::abort)) {
            Page page = removal.patiently(open -> pageAfter(open, null));
            while (true) {
                removal.remove(page.missing, this::refuseWhereForgotten);
                String last = page.last;
                if (last == null) {
                    break;
                }
                page = removal.patiently(open -> pageAfter(open, last));
            }
            return new Deleted(removal.removed(), removal.refused(), true);
        } catch (SQLException e) {
            if (target.stop().isAsked()) {
                return new Deleted(removal.removed(), removal.refused(), false);
            }
            throw TargetException.broken(
                    target.database(),
                    "documents that the source no longer has cannot be deleted",
                    e,
                    target.options().showValues());
        }
    }

    private void refuseWhereForgotten(Connection open) throws SQLException, TargetException {
        if (!new SeenDocuments(dialect, target.schema())
                .isWhole(open, target.run().runId())) {
            throw new TargetException(
                    "another run considered this one killed, as it had been silent for a day, and has deleted the list of documents that it"
                            + " has read: no further documents were deleted – run the same command again",
                    false,
                    null);
        }
    }

    /** The documents that this run has not read, in the order of the keys, without those that others have written since it began. */
    private Page pageAfter(Connection open, @Nullable String key) throws SQLException {
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
}
