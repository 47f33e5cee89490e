package dev.millrace.database;

import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.database.RowCounts.Rows;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Finds the documents that a reload can leave as they are: text, contract and numbers of rows are those that the ledger has. */
final class IntactDocuments {
    private final Target target;
    private final DocumentRows documentRows;

    IntactDocuments(Target target) {
        this.target = target;
        this.documentRows = target.documentRows();
    }

    /**
     * The ledger's keys of those among some documents.
     *
     * @param attempt knows what the log holds of them, with the keys of their rows
     */
    Set<String> among(Connection connection, List<PendingDocument> documents, Attempt attempt) throws SQLException {
        if (documentRows.obstacle().isPresent()) {
            return Set.of();
        }
        List<PendingDocument> asLogged = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (PendingDocument document : documents) {
            ProcessingLog.Entry entry = attempt.known(document);
            if (entry != null && isAsLogged(document, entry)) {
                asLogged.add(document);
                keys.add(Objects.requireNonNull(entry.rowKeys()));
            }
        }
        Dialect dialect = target.database().dialect();
        List<Rows> rows = RowCounts.of(connection, dialect, documentRows, keys);
        Set<String> intact = new HashSet<>();
        for (int i = 0; i < asLogged.size(); i++) {
            if (isWhole(asLogged.get(i), rows.get(i).byTable())) {
                intact.add(asLogged.get(i).key());
            }
        }
        return intact;
    }

    private boolean isAsLogged(PendingDocument document, ProcessingLog.Entry entry) {
        return entry.loaded()
                && document.fault() == null
                && entry.contentHash() == document.contentHash()
                && entry.rowCount() == document.rowCount()
                && !target.ledger().isOfOtherContract(entry.runId())
                // What has other keys now has other rows.
                && entry.rowKeys() != null
                && entry.rowKeys().equals(document.rowKeys(documentRows.keys()))
                && !hasSharedRows(document);
    }

    /** Whose rows in shared tables are there, nobody can tell. */
    private boolean hasSharedRows(PendingDocument document) {
        for (TableMapping table : target.contract().tables()) {
            if (table.onDuplicate() != OnDuplicate.REJECT && document.mappedRows(table.index()) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWhole(PendingDocument document, int[] rows) {
        for (int table = 0; table < rows.length; table++) {
            if (rows[table] >= 0 && rows[table] != document.mappedRows(table)) {
                return false;
            }
        }
        return true;
    }
}
