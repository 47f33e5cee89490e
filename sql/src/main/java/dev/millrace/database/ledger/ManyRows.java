package dev.millrace.database.ledger;

import dev.millrace.database.ledger.DocumentRows.RootTable;
import dev.millrace.dialect.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Deletes what belongs to many rows of a root in few statements: for tables without an index, of which each statement reads all. */
public final class ManyRows {
    /** Values in one statement, at most. */
    private static final int PARAMETERS = 500;

    private ManyRows() {}

    /**
     * @param step of {@code documentRows}
     * @param rootRows the values of the root's columns for each row
     * @return how many rows were deleted
     */
    public static long delete(
            Connection connection,
            Dialect dialect,
            DocumentRows documentRows,
            DocumentRows.Step step,
            List<Object[]> rootRows)
            throws SQLException {
        RootTable root = documentRows.roots().get(step.root());
        int atOnce = Math.max(1, PARAMETERS / root.columns().size());
        Map<Integer, String> statements = new HashMap<>();
        long deleted = 0;
        for (int from = 0; from < rootRows.size(); from += atOnce) {
            List<Object[]> chunk = rootRows.subList(from, Math.min(from + atOnce, rootRows.size()));
            String sql = statements.computeIfAbsent(chunk.size(), size -> documentRows.delete(step, size));
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (Object[] values : chunk) {
                    for (int i = 0; i < values.length; i++) {
                        dialect.bind(statement, parameter++, root.type(i), values[i]);
                    }
                }
                deleted += statement.executeUpdate();
            }
        }
        return deleted;
    }
}
