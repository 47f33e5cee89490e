package dev.millrace.dialect.mariadb;

import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads rows into a temporary table first, and from there into a table that may hold rows with the same keys. It does not use ON DUPLICATE KEY,
 * which would also keep or update a row that violates another unique key.
 */
final class StagedMerge implements BulkLoader {
    /** How often to try again after another worker inserted the same key first. */
    private static final int TRIES = 3;

    private static final String NUMBER = "millrace_row";
    private static final String RANK = "millrace_rank";

    private final Connection connection;
    private final Dialect dialect;
    private final BulkLoader staging;
    /** The statements in order; the last one inserts. */
    private final List<String> merge;

    private final String empty;
    private long waited;

    private StagedMerge(Connection connection, Dialect dialect, BulkLoader staging, List<String> merge, String empty) {
        this.connection = connection;
        this.dialect = dialect;
        this.staging = staging;
        this.merge = merge;
        this.empty = empty;
    }

    /** Opens the loader of the temporary table. */
    interface Opener {
        BulkLoader into(TableDefinition table) throws SQLException;
    }

    static StagedMerge open(
            Connection connection, Dialect dialect, TableDefinition table, OnDuplicate onDuplicate, Opener opener)
            throws SQLException {
        TableDefinition staged = new TableDefinition(
                table.schema(),
                PhysicalNames.fit(dialect, "millrace_" + table.name()),
                table.columns(),
                table.key(),
                List.of(),
                List.of(),
                List.of());
        String columns = table.columnList(dialect);
        String name = staged.qualified(dialect);
        try (Statement statement = connection.createStatement()) {
            Database.atReturn(connection, "DROP TEMPORARY TABLE IF EXISTS " + name);
            statement.execute("CREATE TEMPORARY TABLE IF NOT EXISTS " + name + " (" + NUMBER
                    + " bigint AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB AS SELECT " + columns + " FROM "
                    + table.qualified(dialect) + " LIMIT 0");
        }
        return new StagedMerge(
                connection,
                dialect,
                opener.into(staged),
                merge(dialect, table, name, onDuplicate),
                // Not TRUNCATE, which commits.
                "DELETE FROM " + name);
    }

    @Override
    public void write(Object[] values) throws SQLException {
        staging.write(values);
    }

    @Override
    public long commit() throws SQLException {
        if (staging.commit() == 0) {
            return 0;
        }
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            long rows = 0;
            for (int attempt = 1; attempt > 0; ) {
                rows = 0;
                try {
                    for (String sql : merge) {
                        rows += statement.executeLargeUpdate(sql);
                    }
                    attempt = 0;
                } catch (SQLException e) {
                    // Another worker has inserted the same key first and committed. The next try sees its row.
                    if (dialect.classify(e) != SqlFault.DUPLICATE_KEY || attempt++ == TRIES) {
                        throw e;
                    }
                }
            }
            statement.executeUpdate(empty);
            return rows;
        } finally {
            waited += System.nanoTime() - start;
        }
    }

    @Override
    public void abort() {
        staging.abort();
    }

    @Override
    public long suspect(SQLException fault) {
        return staging.suspect(fault);
    }

    @Override
    public long waited() {
        return waited + staging.waited();
    }

    @Override
    public String name() {
        return staging.name() + "+merge";
    }

    @Override
    public void close() {
        staging.close();
    }

    /** Of several rows of a load with the same key, the first or the last one is kept, as if they were inserted one by one. */
    private static List<String> merge(Dialect dialect, TableDefinition table, String staged, OnDuplicate onDuplicate) {
        List<String> same = new ArrayList<>();
        List<String> updates = new ArrayList<>();
        for (Column column : table.columns()) {
            String name = dialect.quote(column.name());
            if (table.key().columns().contains(column.name())) {
                same.add("t." + name + " = s." + name);
            } else {
                updates.add("t." + name + " = s." + name);
            }
        }
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        String columns = table.columnList(dialect);
        String key = TableDefinition.list(dialect, table.key().columns());
        String rows = "(SELECT " + columns + ", ROW_NUMBER() OVER (PARTITION BY " + key + " ORDER BY " + NUMBER
                + (keep ? "" : " DESC") + ") AS " + RANK + " FROM " + staged + ") s";
        String into = table.qualified(dialect);
        String matched = String.join(" AND ", same);
        List<String> statements = new ArrayList<>();
        if (!keep) {
            statements.add("UPDATE " + into + " t JOIN " + rows + " ON " + matched + " AND s." + RANK + " = 1 SET "
                    + String.join(", ", updates));
        }
        // In the order of the key, so that workers with the same keys wait for each other instead of deadlocking.
        statements.add("INSERT INTO " + into + " (" + columns + ") SELECT " + columns + " FROM " + rows + " WHERE s."
                + RANK + " = 1 AND NOT EXISTS (SELECT 1 FROM " + into + " t WHERE " + matched + ") ORDER BY " + key);
        return statements;
    }
}
