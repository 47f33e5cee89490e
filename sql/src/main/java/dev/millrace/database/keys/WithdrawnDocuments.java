package dev.millrace.database.keys;

import dev.millrace.database.ledger.ContractLog;
import dev.millrace.database.ledger.LedgerTables;
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
 * Documents that were loaded and then withdrawn, and have not been loaded again since.
 *
 * @param ofThisRun how many the asking run had loaded
 * @param ofOthers how many other runs had loaded, by these runs' sources
 * @param keys the ledger's keys of those of this run, the first {@value #KEYS}
 */
public record WithdrawnDocuments(long ofThisRun, Map<String, Long> ofOthers, List<String> keys) {
    /** How many keys are named at most. */
    private static final int KEYS = 100;

    public WithdrawnDocuments {
        ofOthers = Map.copyOf(ofOthers);
        keys = List.copyOf(keys);
    }

    /** How many there are. */
    public long total() {
        return ofThisRun + ofOthers.values().stream().mapToLong(Long::longValue).sum();
    }

    static WithdrawnDocuments find(Connection connection, ContractLog log, String runId) throws SQLException {
        long own = 0;
        List<String> keys = new ArrayList<>();
        Map<String, Long> byRun = new HashMap<>();
        try (PreparedStatement select = select(connection, log, "[document_key], [run_id]");
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
            Map<String, String> sources = log.sources(connection);
            byRun.forEach(
                    (run, documents) -> bySource.merge(sources.getOrDefault(run, "run " + run), documents, Long::sum));
        }
        return new WithdrawnDocuments(own, bySource, keys);
    }

    /** The ledger's keys of all of them; empty if they are more than {@code limit}. */
    static Set<String> keys(Connection connection, ContractLog log, int limit) throws SQLException {
        Set<String> keys = new HashSet<>();
        try (PreparedStatement select = select(connection, log, "[document_key]");
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

    private static PreparedStatement select(Connection connection, ContractLog log, String columns)
            throws SQLException {
        PreparedStatement select = log.prepare(
                connection, "SELECT " + columns + " FROM [] WHERE [contract_name] = ? AND [status] = ? AND [code] = ?");
        select.setString(1, log.contract());
        select.setString(2, LedgerTables.REJECTED);
        select.setString(3, FaultCode.WITHDRAWN.word());
        return select;
    }
}
