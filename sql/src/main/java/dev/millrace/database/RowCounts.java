package dev.millrace.database;

import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.DocumentRows.RootTable;
import dev.millrace.database.ledger.RowKeys;
import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts what documents have in the tables, by the keys of their top-level rows as the ledger has them. */
final class RowCounts {
    /** Values in one statement, at most. */
    private static final int PARAMETERS = 500;

    private final Connection connection;
    private final Dialect dialect;
    private final DocumentRows documentRows;
    private final RowKeys rowKeys;

    /**
     * A document's rows in the target.
     *
     * @param there whether all rows are there by which the document is known: those of the first top-level table it has any for
     * @param byTable how many it has; -1 where they cannot be told from others'
     */
    record Rows(boolean there, int[] byTable) {
        int total() {
            int total = 0;
            for (int count : byTable) {
                total += Math.max(0, count);
            }
            return total;
        }
    }

    private RowCounts(Connection connection, Dialect dialect, DocumentRows documentRows) {
        this.connection = connection;
        this.dialect = dialect;
        this.documentRows = documentRows;
        this.rowKeys = documentRows.keys();
    }

    /**
     * A statement for each table and some hundred documents.
     *
     * @param documents the keys of each one's top-level rows, as {@link RowKeys} writes them
     * @throws IllegalArgumentException when these are not those of this contract
     */
    static List<Rows> of(Connection connection, Dialect dialect, DocumentRows documentRows, List<String> documents)
            throws SQLException {
        return documents.isEmpty() ? List.of() : new RowCounts(connection, dialect, documentRows).rows(documents);
    }

    private List<Rows> rows(List<String> documents) throws SQLException {
        List<RootTable> roots = documentRows.roots();
        List<Map<String, Object[]>> wanted = new ArrayList<>();
        roots.forEach(root -> wanted.add(new LinkedHashMap<>()));
        List<List<Set<String>>> identities = new ArrayList<>();
        for (String keys : documents) {
            List<List<Object[]>> values = rowKeys.read(keys);
            List<Set<String>> own = new ArrayList<>();
            for (int root = 0; root < roots.size(); root++) {
                Set<String> ofRoot = new LinkedHashSet<>();
                for (Object[] key : values.get(root)) {
                    String identity = rowKeys.identity(root, key);
                    ofRoot.add(identity);
                    wanted.get(root).put(identity, key);
                }
                own.add(ofRoot);
            }
            identities.add(own);
        }
        int tables = documentRows.tables();
        List<@Nullable Map<String, Integer>> counts = new ArrayList<>();
        int[] rootOf = new int[tables];
        for (int table = 0; table < tables; table++) {
            DocumentRows.Step one = documentRows.count(table, 1).orElse(null);
            rootOf[table] = one == null ? -1 : one.root();
            counts.add(
                    one == null
                            ? null
                            : count(
                                    table,
                                    one.root(),
                                    List.copyOf(wanted.get(one.root()).values())));
        }
        List<Rows> found = new ArrayList<>();
        for (List<Set<String>> own : identities) {
            int[] byTable = new int[tables];
            for (int table = 0; table < tables; table++) {
                Map<String, Integer> ofTable = counts.get(table);
                byTable[table] = ofTable == null ? -1 : 0;
                if (ofTable != null) {
                    for (String identity : own.get(rootOf[table])) {
                        byTable[table] += ofTable.getOrDefault(identity, 0);
                    }
                }
            }
            found.add(new Rows(isThere(own, counts), byTable));
        }
        return found;
    }

    /** By the first top-level table of which the document has rows; what has none was never loaded. */
    private boolean isThere(List<Set<String>> identities, List<@Nullable Map<String, Integer>> counts) {
        for (int root = 0; root < identities.size(); root++) {
            Map<String, Integer> rows =
                    counts.get(documentRows.roots().get(root).table().index());
            if (!identities.get(root).isEmpty()) {
                return rows != null && rows.keySet().containsAll(identities.get(root));
            }
        }
        return false;
    }

    private Map<String, Integer> count(int table, int root, List<Object[]> rootRows) throws SQLException {
        RootTable of = documentRows.roots().get(root);
        int columns = of.columns().size();
        int atOnce = Math.max(1, PARAMETERS / columns);
        Map<String, Integer> counts = new HashMap<>();
        for (int from = 0; from < rootRows.size(); from += atOnce) {
            List<Object[]> chunk = rootRows.subList(from, Math.min(from + atOnce, rootRows.size()));
            String sql = documentRows.count(table, chunk.size()).orElseThrow().sql();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (Object[] values : chunk) {
                    for (int i = 0; i < values.length; i++) {
                        dialect.bind(statement, parameter++, of.type(i), values[i]);
                    }
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        Object[] values = new Object[columns];
                        for (int i = 0; i < columns; i++) {
                            values[i] = dialect.read(rows, i + 1, of.type(i));
                        }
                        counts.merge(rowKeys.identity(root, values), rows.getInt(columns + 1), Integer::sum);
                    }
                }
            }
        }
        return counts;
    }
}
