package dev.millrace.database.keys;

import dev.millrace.database.keys.KeyPlan.Key;
import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.DocumentRows.RootJoin;
import dev.millrace.database.ledger.DocumentRows.RootTable;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.database.ledger.ManyRows;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Retrying;
import dev.millrace.document.FaultCode;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Withdraws the documents whose rows violate a key or foreign key: their rows are deleted, and the ledger says {@link FaultCode#WITHDRAWN}, in one
 * transaction. They are then loaded again with the keys in place, in the source's order. So the result is the same as if the keys had been there
 * from the start.
 *
 * <p>A row does not say of which document it is. But its parents lead to rows of the top-level tables, whose keys the ledger has for each
 * document. If several documents have the same top-level rows, all of them are withdrawn together.
 */
final class Withdrawal {
    /** Top-level rows handled in one round, which have to fit into memory. The next round handles the rest. */
    private static final int ROUND = 100_000;
    /** Many rows in one statement, since each statement reads a whole table. */
    private static final int PARAMETERS = 500;

    private static final int FETCH_ROWS = 1_000;

    private final DatabaseAccess access;
    private final Dialect dialect;
    private final DocumentRows documentRows;
    private final ContractLog log;

    /**
     * A document to be withdrawn.
     *
     * @param roots by root, the values of its columns for each row
     */
    private record Loaded(String runId, int attempt, int rowCount, List<List<Object[]>> roots) {}

    Withdrawal(DatabaseAccess access, DocumentRows documentRows, ContractLog log) {
        this.access = access;
        this.dialect = access.dialect();
        this.documentRows = documentRows;
        this.log = log;
    }

    /**
     * Withdraws the documents of the rows that violate keys, or a large part of them.
     *
     * @return how many; 0 when the rows are of no document, or others have changed them in between
     */
    int of(List<Violation> violations) throws SQLException {
        if (!documentRows.leadToTheirDocuments()) {
            return 0;
        }
        Retrying retrying = access.retrying();
        while (true) {
            try (Connection connection = access.database().connect();
                    Stop.Ending atStop = access.stop().aborts(connection)) {
                connection.setAutoCommit(false);
                Map<String, Loaded> documents = documents(connection, rootRows(connection, violations));
                if (documents.isEmpty()) {
                    return 0;
                }
                // Marked first, so that nobody writes their entries while their rows are deleted.
                if (!mark(connection, documents, violations) || !delete(connection, documents.values())) {
                    // Somebody has loaded one of them anew since, or rows with the same keys, or rows that no document
                    // has brought are among them.
                    connection.rollback();
                    return 0;
                }
                connection.commit();
                return documents.size();
            } catch (SQLException e) {
                retrying.after(e);
            }
        }
    }

    /** The identities of the top-level rows to which the violating rows lead. */
    private Set<String> rootRows(Connection connection, List<Violation> violations) throws SQLException {
        Set<String> found = new HashSet<>();
        for (Violation violation : violations) {
            Key key = violation.key();
            RootJoin origins = documentRows.origins(key.tableIndex()).orElseThrow();
            String select = violation.select(dialect, origins.columns(), origins.joins());
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                statement.setFetchSize(FETCH_ROWS);
                collect(statement, key.columns().size(), origins, found);
            }
        }
        return found;
    }

    private void collect(PreparedStatement select, int keyColumns, RootJoin origins, Set<String> found)
            throws SQLException {
        RootTable root = documentRows.roots().get(origins.root());
        int columns = root.columns().size();
        List<Object> key = List.of();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                List<Object> next = new ArrayList<>();
                for (int i = 1; i <= keyColumns; i++) {
                    next.add(rows.getString(columns + i));
                }
                // Rows with the same key are handled together.
                if (found.size() >= ROUND && !next.equals(key)) {
                    return;
                }
                key = next;
                Object[] values = new Object[columns];
                boolean known = true;
                for (int i = 0; i < columns; i++) {
                    Object value = dialect.read(rows, i + 1, root.type(i));
                    known &= value != null;
                    values[i] = value == null ? "" : value;
                }
                if (known) {
                    found.add(documentRows.keys().identity(origins.root(), values));
                }
            }
        }
    }

    /** The loaded documents that have one of these rows, and those that share any other top-level row with them. */
    private Map<String, Loaded> documents(Connection connection, Set<String> rootRows) throws SQLException {
        Map<String, Loaded> documents = new LinkedHashMap<>();
        if (rootRows.isEmpty()) {
            return documents;
        }
        String select = "SELECT [document_key], [run_id], [attempt], [row_count], [row_keys] FROM []"
                + " WHERE [contract_name] = ? AND [status] = ?";
        Set<String> wanted = new HashSet<>(rootRows);
        int known;
        do {
            known = wanted.size();
            try (PreparedStatement statement = log.prepare(connection, select)) {
                statement.setFetchSize(FETCH_ROWS);
                statement.setString(1, log.contract());
                statement.setString(2, LedgerTables.LOADED);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        add(rows, wanted, documents);
                    }
                }
            }
        } while (wanted.size() > known);
        return documents;
    }

    private void add(ResultSet row, Set<String> wanted, Map<String, Loaded> documents) throws SQLException {
        String keys = row.getString(5);
        if (keys == null) {
            return;
        }
        List<List<Object[]>> roots;
        try {
            roots = documentRows.keys().read(keys);
        } catch (IllegalArgumentException e) {
            // Loaded by another contract of this name. If its rows violate the key, the number of deleted rows will be
            // wrong.
            return;
        }
        List<String> identities = new ArrayList<>();
        for (int root = 0; root < roots.size(); root++) {
            for (Object[] values : roots.get(root)) {
                identities.add(documentRows.keys().identity(root, values));
            }
        }
        if (identities.stream().anyMatch(wanted::contains)) {
            wanted.addAll(identities);
            documents.put(row.getString(1), new Loaded(row.getString(2), row.getInt(3), row.getInt(4), roots));
        }
    }

    /** Deletes the documents' rows; returns whether they were as many as in the ledger. */
    private boolean delete(Connection connection, Iterable<Loaded> documents) throws SQLException {
        List<Map<String, Object[]>> rows = new ArrayList<>();
        documentRows.roots().forEach(root -> rows.add(new LinkedHashMap<>()));
        long expected = 0;
        for (Loaded document : documents) {
            expected += document.rowCount();
            for (int root = 0; root < rows.size(); root++) {
                for (Object[] values : document.roots().get(root)) {
                    rows.get(root).put(documentRows.keys().identity(root, values), values);
                }
            }
        }
        long deleted = 0;
        for (DocumentRows.Step step : documentRows.steps()) {
            deleted += ManyRows.delete(
                    connection,
                    dialect,
                    documentRows,
                    step,
                    List.copyOf(rows.get(step.root()).values()));
        }
        return deleted == expected;
    }

    /** Returns whether the log still held all of them as they had been read. */
    private boolean mark(Connection connection, Map<String, Loaded> documents, List<Violation> violations)
            throws SQLException {
        String where = violations.stream().map(Violation::place).distinct().collect(Collectors.joining("; "));
        List<String> tables = violations.stream()
                .map(violation -> violation.key().table().name())
                .distinct()
                .toList();
        String update =
                "UPDATE [] SET [status] = ?, [stage] = ?, [code] = ?, [table_name] = ?, [message] = ?, [finished_at] = ?,"
                        + " [row_count] = 0, [row_keys] = NULL"
                        + " WHERE [contract_name] = ? AND [document_key] = ? AND [run_id] = ? AND [attempt] = ?";
        try (PreparedStatement statement = log.prepare(connection, update)) {
            int pending = 0;
            boolean all = true;
            for (Map.Entry<String, Loaded> document : documents.entrySet()) {
                statement.setString(1, LedgerTables.REJECTED);
                statement.setString(2, FaultCode.WITHDRAWN.stage().label());
                statement.setString(3, FaultCode.WITHDRAWN.word());
                statement.setString(4, tables.size() == 1 ? tables.get(0) : null);
                statement.setString(5, message(where));
                statement.setObject(
                        6,
                        dialect.parameter(
                                Instant.now().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC)));
                statement.setString(7, log.contract());
                statement.setString(8, document.getKey());
                statement.setString(9, document.getValue().runId());
                statement.setInt(10, document.getValue().attempt());
                statement.addBatch();
                if (++pending % PARAMETERS == 0) {
                    all &= changedEach(statement.executeBatch());
                }
            }
            all &= changedEach(statement.executeBatch());
            return all;
        }
    }

    private static boolean changedEach(int[] counts) {
        return Arrays.stream(counts).noneMatch(count -> count == 0);
    }

    private static String message(String where) {
        return LedgerTables.storable("rows of it and of other documents exclude each other (" + where
                + "): it was withdrawn when the keys were built – any run over its source loads it again");
    }
}
