package dev.millrace.database;

import dev.millrace.dialect.Dialect;
import dev.millrace.document.FaultCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Documents that were loaded and then taken back, and have not been loaded again since.
 *
 * @param ofThisRun how many the asking run had loaded
 * @param ofOthers how many other runs had loaded, by these runs' sources
 * @param keys the ledger's keys of those of this run, the first {@value #KEYS}
 */
public record TakenBack(long ofThisRun, Map<String, Long> ofOthers, List<String> keys) {
    /** As many as anybody wants to be told. */
    private static final int KEYS = 100;

    public TakenBack {
        ofOthers = Map.copyOf(ofOthers);
        keys = List.copyOf(keys);
    }

    /** How many there are. */
    public long total() {
        return ofThisRun + ofOthers.values().stream().mapToLong(Long::longValue).sum();
    }

    static TakenBack find(Connection connection, Dialect dialect, TargetSchema schema, String contract, String runId)
            throws SQLException {
        long own = 0;
        List<String> keys = new ArrayList<>();
        Map<String, Long> byRun = new HashMap<>();
        try (PreparedStatement select = select(connection, dialect, schema, contract, "[document_key], [run_id]");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (!rows.getString(2).equals(runId)) {
                    byRun.merge(rows.getString(2), 1L, Long::sum);
                } else if (++own <= KEYS) {
                    keys.add(rows.getString(1));
                }
            }
        }
        Map<String, Long> bySource = new TreeMap<>();
        if (!byRun.isEmpty()) {
            Map<String, String> sources = sources(connection, dialect, schema, contract);
            byRun.forEach(
                    (run, documents) -> bySource.merge(sources.getOrDefault(run, "run " + run), documents, Long::sum));
        }
        return new TakenBack(own, bySource, keys);
    }

    /** The ledger's keys of all of them; empty if they are more than {@code limit}. */
    static Set<String> keys(Connection connection, Dialect dialect, TargetSchema schema, String contract, int limit)
            throws SQLException {
        Set<String> keys = new HashSet<>();
        try (PreparedStatement select = select(connection, dialect, schema, contract, "[document_key]");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                keys.add(rows.getString(1));
                if (keys.size() > limit) {
                    return Set.of();
                }
            }
        }
        return keys;
    }

    /** The sources of a contract's runs, as they were described to people, by run. */
    static Map<String, String> sources(Connection connection, Dialect dialect, TargetSchema schema, String contract)
            throws SQLException {
        Map<String, String> sources = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(LedgerTables.statement(
                dialect,
                schema.runs().qualified(dialect),
                "SELECT [run_id], [source] FROM [] WHERE [contract_name] = ?"))) {
            select.setString(1, contract);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sources.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return sources;
    }

    private static PreparedStatement select(
            Connection connection, Dialect dialect, TargetSchema schema, String contract, String columns)
            throws SQLException {
        PreparedStatement select = connection.prepareStatement(LedgerTables.statement(
                dialect,
                schema.log().qualified(dialect),
                "SELECT " + columns + " FROM [] WHERE [contract_name] = ? AND [status] = ? AND [code] = ?"));
        select.setString(1, contract);
        select.setString(2, ProcessingLog.REJECTED);
        select.setString(3, FaultCode.TAKEN_BACK.word());
        return select;
    }
}
