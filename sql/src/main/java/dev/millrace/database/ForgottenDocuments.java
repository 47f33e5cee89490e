package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.RowCounts.Rows;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.DatabaseAccess;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes documents of a contract out of the ledger, and their rows out of the tables, so that the next run meets them as new ones: a page of
 * documents in a transaction. Whatever ends it leaves whole documents, and the same again goes on. Of one thread.
 */
public final class ForgottenDocuments {
    private final DatabaseAccess access;
    private final Database database;
    private final MappingContract contract;
    private final TableDefinition log;
    /** Null where the rows stay. */
    private final @Nullable DocumentRows documentRows;

    private final boolean unindexed;

    /**
     * What the ledger says of the documents.
     *
     * @param rows what they were loaded with
     * @param unknown keys that were asked for, and the ledger does not hold
     */
    public record Held(long documents, long rows, List<String> unknown) {}

    /**
     * What was done, or would be.
     *
     * @param rows by table of the contract, rows of these documents; empty where these stay. Tables that documents share are left out
     * @param refused documents that stay, because their rows cannot be found, rows of other tables refer to theirs, or others are among them
     * @param firstRefused some of these
     * @param complete false where somebody asked for the end before all were done
     */
    public record Report(
            long documents, Map<String, Long> rows, long refused, List<String> firstRefused, boolean complete) {}

    private ForgottenDocuments(
            DatabaseAccess access,
            MappingContract contract,
            TableDefinition log,
            @Nullable DocumentRows documentRows,
            boolean unindexed) {
        this.access = access;
        this.database = access.database();
        this.contract = contract;
        this.log = log;
        this.documentRows = documentRows;
        this.unindexed = unindexed;
    }

    /**
     * Looks at the ledger, and at the tables unless their rows are to stay; changes nothing.
     *
     * @param ledgerOnly whether rows stay, and the tables need not even be there
     * @param stop ends this early, and later what waits here
     * @throws TargetException naming every problem, a line each: also when the rows of a document cannot be found
     */
    public static ForgottenDocuments of(
            Database database, MappingContract contract, boolean ledgerOnly, RetryPolicy policy, Stop stop)
            throws TargetException {
        DatabaseAccess access = new DatabaseAccess(database, policy, stop);
        try {
            return Connections.ask(database, policy, stop, connection -> {
                if (ledgerOnly) {
                    TableDefinition log = TargetSchema.existingLog(connection, database, contract);
                    return new ForgottenDocuments(access, contract, log, null, false);
                }
                TargetSchema.ToDelete found = TargetSchema.toDelete(connection, database, contract);
                DocumentRows rows = new DocumentRows(
                        database.dialect(),
                        found.schema().contract(),
                        found.schema().tables(),
                        found.absent());
                if (rows.obstacle().isPresent()) {
                    throw new TargetException(rows.obstacle().get(), true, null);
                }
                return new ForgottenDocuments(access, contract, found.schema().log(), rows, found.unindexed());
            });
        } catch (SQLException e) {
            throw broken(database, e);
        }
    }

    /** @param keys the documents'; empty for all of the contract */
    public Held held(List<String> keys) throws TargetException {
        try {
            return access.retrying().connected(connection -> {
                if (keys.isEmpty()) {
                    return heldInAll(connection);
                }
                Map<String, ProcessingLog.Entry> found = log(connection).find(ledgerKeys(keys));
                List<String> unknown = keys.stream()
                        .filter(key -> !found.containsKey(PendingDocument.ledgerKey(key)))
                        .toList();
                long rows = found.values().stream()
                        .mapToLong(ProcessingLog.Entry::rowCount)
                        .sum();
                return new Held(found.size(), rows, unknown);
            });
        } catch (SQLException e) {
            throw broken(database, e);
        }
    }

    private Held heldInAll(Connection connection) throws SQLException {
        Dialect dialect = database.dialect();
        String select =
                "SELECT " + dialect.count() + ", " + dialect.sum("[row_count]") + " FROM [] WHERE [contract_name] = ?";
        try (PreparedStatement statement =
                connection.prepareStatement(LedgerTables.statement(dialect, log.qualified(dialect), select))) {
            statement.setString(1, contract.name());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Held(row.getLong(1), row.getLong(2), List.of());
            }
        }
    }

    /** Counts what {@link #forget} would take away; changes nothing. */
    public Report count(List<String> keys) throws TargetException {
        return work(keys, true);
    }

    /** Takes documents away. {@code keys}: the documents'; empty for all of the contract. */
    public Report forget(List<String> keys) throws TargetException {
        return work(keys, false);
    }

    private Report work(List<String> keys, boolean dryRun) throws TargetException {
        DocumentRemoval removal = new DocumentRemoval(access, this::log, documentRows, unindexed);
        long counted = 0;
        long[] rows = new long[contract.tables().size()];
        boolean complete = true;
        try (removal;
                Stop.Ending atStop = access.stop().onAsk(removal::abort)) {
            List<String> asked = ledgerKeys(keys);
            String last = null;
            for (int at = 0; keys.isEmpty() || at < asked.size(); at += DocumentRemoval.PAGE) {
                int from = at;
                String after = last;
                Map<String, ProcessingLog.Entry> page = new LinkedHashMap<>(removal.patiently(open -> keys.isEmpty()
                        ? pageAfter(open, after)
                        : page(open, asked.subList(from, Math.min(asked.size(), from + DocumentRemoval.PAGE)))));
                if (keys.isEmpty() && page.isEmpty()) {
                    break;
                }
                last = page.keySet().stream().reduce((first, second) -> second).orElse(null);
                refuseUnreadable(page, removal);
                if (dryRun) {
                    counted += page.size();
                    removal.patiently(open -> {
                        add(rows, open, page);
                        open.commit();
                        return true;
                    });
                } else {
                    removal.remove(page, open -> {});
                }
            }
        } catch (SQLException e) {
            if (!access.stop().isAsked()) {
                throw broken(database, e);
            }
            complete = false;
        }
        return new Report(
                dryRun ? counted : removal.removed(),
                byTable(dryRun ? rows : removal.rows()),
                removal.refused(),
                removal.firstRefused(),
                complete);
    }

    private Map<String, Long> byTable(long[] rows) {
        Map<String, Long> byTable = new LinkedHashMap<>();
        if (documentRows != null) {
            documentRows.steps().stream()
                    .map(DocumentRows.Step::table)
                    .sorted()
                    .forEach(table -> byTable.put(contract.tables().get(table).name(), rows[table]));
        }
        return byTable;
    }

    /** Rows of documents that were loaded when the contract had other top-level tables or keys cannot be found. */
    private void refuseUnreadable(Map<String, ProcessingLog.Entry> page, DocumentRemoval removal) {
        if (documentRows == null) {
            return;
        }
        for (Map.Entry<String, ProcessingLog.Entry> document : List.copyOf(page.entrySet())) {
            if (document.getValue().rowCount() > 0 && !isReadable(document.getValue())) {
                removal.refuse(document.getKey());
                page.remove(document.getKey());
            }
        }
    }

    private boolean isReadable(ProcessingLog.Entry entry) {
        if (entry.rowKeys() == null) {
            return false;
        }
        try {
            Objects.requireNonNull(documentRows).keys().read(entry.rowKeys());
            return true;
        } catch (IllegalArgumentException otherTables) {
            return false;
        }
    }

    private void add(long[] rows, Connection open, Map<String, ProcessingLog.Entry> page) throws SQLException {
        if (documentRows == null) {
            return;
        }
        List<String> keys = new ArrayList<>();
        for (ProcessingLog.Entry entry : page.values()) {
            if (entry.rowCount() > 0) {
                keys.add(Objects.requireNonNull(entry.rowKeys()));
            }
        }
        for (Rows found : RowCounts.of(open, database.dialect(), documentRows, keys)) {
            for (int table = 0; table < rows.length; table++) {
                rows[table] += Math.max(0, found.byTable()[table]);
            }
        }
    }

    /** The next documents of the contract in the order of their keys. */
    private Map<String, ProcessingLog.Entry> pageAfter(Connection open, @Nullable String key) throws SQLException {
        Dialect dialect = database.dialect();
        String select = "SELECT " + ProcessingLog.COLUMNS + ", [row_keys] FROM [] WHERE [contract_name] = ?"
                + (key == null ? "" : " AND [document_key] > ?") + " ORDER BY [document_key]";
        Map<String, ProcessingLog.Entry> page = new LinkedHashMap<>();
        try (PreparedStatement statement = open.prepareStatement(
                dialect.firstRows(LedgerTables.statement(dialect, log.qualified(dialect), select)))) {
            int parameter = 1;
            statement.setString(parameter++, contract.name());
            if (key != null) {
                statement.setString(parameter++, key);
            }
            statement.setInt(parameter, DocumentRemoval.PAGE);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    page.put(found.getString(1), ProcessingLog.Entry.read(dialect, found, true));
                }
            }
        }
        open.commit();
        return page;
    }

    private Map<String, ProcessingLog.Entry> page(Connection open, List<String> keys) throws SQLException {
        Map<String, ProcessingLog.Entry> page = log(open).find(keys);
        open.commit();
        return page;
    }

    private static List<String> ledgerKeys(List<String> keys) {
        Set<String> ledgerKeys = new LinkedHashSet<>();
        keys.forEach(key -> ledgerKeys.add(PendingDocument.ledgerKey(key)));
        return List.copyOf(ledgerKeys);
    }

    private ProcessingLog log(Connection connection) {
        Dialect dialect = database.dialect();
        return new ProcessingLog(connection, dialect, log.qualified(dialect), contract.name(), true);
    }

    private static TargetException broken(Database database, SQLException fault) {
        return TargetException.broken(database, "documents cannot be forgotten", fault);
    }
}
