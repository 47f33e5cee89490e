package dev.millrace.dialect;

import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopyOptions;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.TableDefinition.Column;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The driver's bulk copy, within the connection's transaction. It asks for rows instead of taking them: they are checked when
 * they are written, and sent when the stream ends. Where the table's rows may meet others with their key, the rows go into
 * a temporary table first and from there into the table.
 */
final class BulkCopy implements BulkLoader {
    /** The temporary table's own column: the order of writing. A blank keeps it apart from most names. */
    private static final String ORDINAL = "millrace ordinal";

    private static final String RANK = "millrace rank";

    private final Connection connection;
    private final SqlServer dialect;
    private final TableDefinition table;
    private final @Nullable Merge merge;
    private @Nullable Road road;
    private boolean spoiled;
    private long waited;

    /** What is asked of the database once, before the first row. The driver's object keeps what it learnt of the table, too. */
    private record Road(SQLServerBulkCopy copy, BulkCopyRows rows) {}

    /**
     * The second half of a load through a temporary table.
     *
     * @param staging the temporary table
     * @param prepare leaves it there and empty
     * @param moves take its rows into the table, one after the other; the sum of their counts is that of the rows
     */
    record Merge(String staging, String prepare, List<String> moves) {}

    BulkCopy(Connection connection, SqlServer dialect, TableDefinition table, OnDuplicate onDuplicate) {
        this.connection = connection;
        this.dialect = dialect;
        this.table = table;
        this.merge = onDuplicate == OnDuplicate.REJECT ? null : merge(dialect, table, onDuplicate);
    }

    @Override
    public void write(Object[] values) throws SQLException {
        if (road == null) {
            long start = System.nanoTime();
            road = open();
            waited += System.nanoTime() - start;
        }
        road.rows.add(values);
    }

    @Override
    public long commit() throws SQLException {
        Road open = road;
        if (open == null || open.rows.size() == 0) {
            return 0;
        }
        long start = System.nanoTime();
        long loaded = open.rows.size();
        if (merge != null) {
            execute(merge.prepare);
        }
        // The driver does not promise a usable connection after a copy that failed.
        spoiled = true;
        open.copy.writeToServer(open.rows);
        spoiled = false;
        open.rows.clear();
        if (merge != null) {
            loaded = 0;
            for (String move : merge.moves) {
                loaded += execute(move);
            }
        }
        waited += System.nanoTime() - start;
        return loaded;
    }

    @Override
    public void abort() {
        if (road != null) {
            road.rows.clear();
        }
    }

    @Override
    public long suspect(SQLException fault) {
        // The server does not tell which row it refused.
        return fault instanceof RefusedValueException ? ((RefusedValueException) fault).row() : -1;
    }

    @Override
    public boolean isSpoiled() {
        return spoiled;
    }

    @Override
    public long waited() {
        return waited;
    }

    @Override
    public String path() {
        return merge == null ? "bulk-copy" : "bulk-copy+merge";
    }

    @Override
    public void close() {
        abort();
        if (road != null) {
            road.copy.close();
        }
    }

    private Road open() throws SQLException {
        List<BulkCopyColumn> columns = columns();
        if (merge != null) {
            columns.add(BulkCopyColumn.ordinal(ORDINAL));
        }
        SQLServerBulkCopyOptions options = new SQLServerBulkCopyOptions();
        options.setUseInternalTransaction(false);
        options.setCheckConstraints(true);
        options.setFireTriggers(true);
        options.setKeepNulls(true);
        options.setKeepIdentity(false);
        options.setTableLock(false);
        options.setBatchSize(0);
        options.setBulkCopyTimeout(0);
        SQLServerBulkCopy copy = new SQLServerBulkCopy(connection);
        copy.setBulkCopyOptions(options);
        copy.setDestinationTableName(merge == null ? table.qualified(dialect) : merge.staging);
        for (int i = 0; i < columns.size(); i++) {
            copy.addColumnMapping(i + 1, columns.get(i).name());
        }
        return new Road(copy, new BulkCopyRows(columns, merge != null));
    }

    /** The columns as they stand in the database: a narrower one than the contract's could cut what it is sent. */
    private List<BulkCopyColumn> columns() throws SQLException {
        String select = "SELECT " + table.columnList(dialect) + " FROM " + table.qualified(dialect) + " WHERE 1 = 0";
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery(select)) {
            ResultSetMetaData actual = none.getMetaData();
            List<BulkCopyColumn> columns = new ArrayList<>();
            Map<String, Integer> codePages = Map.of();
            for (int i = 1; i <= actual.getColumnCount(); i++) {
                Column column = table.columns().get(i - 1);
                String type = actual.getColumnTypeName(i);
                if (actual.isAutoIncrement(i)) {
                    throw BulkCopyColumn.cannotBeLoaded(column.name(), type + " IDENTITY");
                }
                if (codePages.isEmpty() && BulkCopyColumn.hasCodePage(type)) {
                    codePages = codePages();
                }
                columns.add(BulkCopyColumn.of(
                        column, type, actual.getPrecision(i), codePages.getOrDefault(column.name(), 0)));
            }
            return columns;
        }
    }

    /** The code pages of the columns that are not Unicode, by name. */
    private Map<String, Integer> codePages() throws SQLException {
        String select = "SELECT name, CAST(COLLATIONPROPERTY(collation_name, 'CodePage') AS int) FROM sys.columns"
                + " WHERE object_id = OBJECT_ID(?) AND collation_name IS NOT NULL";
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setString(1, table.qualified(dialect));
            try (ResultSet rows = statement.executeQuery()) {
                Map<String, Integer> codePages = new HashMap<>();
                while (rows.next()) {
                    codePages.put(rows.getString(1), rows.getInt(2));
                }
                return codePages;
            }
        }
    }

    private long execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    /**
     * Among rows of one load with one key the first stays or the last wins, as if they had come one after the other. The locks
     * keep other sessions from inserting a key between the look and the insert; no MERGE, which does not hold them by itself.
     */
    static Merge merge(Dialect dialect, TableDefinition table, OnDuplicate onDuplicate) {
        String into = table.qualified(dialect);
        String columns = table.columnList(dialect);
        String key = TableDefinition.list(dialect, table.key().columns());
        // A name of its own for each table of a session; it needs no quotes.
        String staging = "#millrace_"
                + UUID.nameUUIDFromBytes(into.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace('-', '_');
        String ordinal = dialect.quote(ORDINAL);
        String rank = dialect.quote(RANK);
        List<String> updates = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column column : table.columns()) {
            String name = dialect.quote(column.name());
            values.add("s." + name);
            if (!table.key().columns().contains(column.name())) {
                updates.add(name + " = s." + name);
            }
        }
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        String same = String.join(
                " AND ",
                table.key().columns().stream()
                        .map(name -> "t." + dialect.quote(name) + " = s." + dialect.quote(name))
                        .toList());
        String ranked = "(SELECT " + columns + ", ROW_NUMBER() OVER (PARTITION BY " + key + " ORDER BY " + ordinal
                + (keep ? "" : " DESC") + ") AS " + rank + " FROM " + staging + ") s";
        String prepare = "IF OBJECT_ID(N'tempdb.." + staging + "') IS NULL SELECT TOP (0) " + columns
                + ", CAST(0 AS int) AS " + ordinal + " INTO " + staging + " FROM " + into + " ELSE TRUNCATE TABLE "
                + staging;
        List<String> moves = new ArrayList<>();
        if (!keep) {
            moves.add("UPDATE t SET " + String.join(", ", updates) + " FROM " + into
                    + " t WITH (UPDLOCK, HOLDLOCK) JOIN " + ranked + " ON " + same + " WHERE s." + rank + " = 1");
        }
        moves.add("INSERT INTO " + into + " (" + columns + ") SELECT " + String.join(", ", values) + " FROM " + ranked
                + " WHERE s." + rank + " = 1 AND NOT EXISTS (SELECT 1 FROM " + into
                + " t WITH (UPDLOCK, HOLDLOCK) WHERE " + same + ")");
        return new Merge(staging, prepare, moves);
    }
}
