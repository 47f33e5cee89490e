package dev.millrace.dialect.sqlite;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.NotFinite;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Inserts by a prepared statement per row, many in a batch. Neither the driver nor SQLite says which row of a batch was refused, so the rows that
 * were changed before it are counted.
 */
final class SqliteInsert implements BulkLoader {
    private static final int ROWS = 1_000;

    private final PreparedStatement statement;
    private final PreparedStatement changes;
    private final Sqlite dialect;
    private final TableDefinition table;
    private final Kind[] kinds;
    private final String name;
    private final int batch;
    private int pending;
    private long sent;
    private long loaded;
    private long waited;
    /** The row that was refused, or -1. */
    private long refused = -1;

    /** @param insert takes one parameter per column, in order */
    SqliteInsert(Connection connection, String insert, Sqlite dialect, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        this.statement = connection.prepareStatement(insert);
        this.changes = connection.prepareStatement("SELECT total_changes()");
        this.dialect = dialect;
        this.table = table;
        this.kinds =
                table.columns().stream().map(column -> column.type().kind()).toArray(Kind[]::new);
        this.name = onDuplicate == OnDuplicate.REJECT ? "batch-insert" : "batch-upsert";
        // Where a row may change nothing, or a trigger changes more rows, the count says which row it was only for a
        // batch of one.
        boolean oneByOne = onDuplicate == OnDuplicate.KEEP_FIRST || hasTriggers(connection, table);
        this.batch = oneByOne ? 1 : ROWS;
    }

    @Override
    public void write(Object[] values) throws SQLException {
        for (int i = 0; i < kinds.length; i++) {
            bind(i, values[i]);
        }
        statement.addBatch();
        if (++pending == batch) {
            send();
        }
    }

    @Override
    public long commit() throws SQLException {
        if (pending > 0) {
            send();
        }
        long rows = loaded;
        sent = 0;
        loaded = 0;
        return rows;
    }

    @Override
    public void abort() {
        pending = 0;
        sent = 0;
        loaded = 0;
        refused = -1;
        try {
            statement.clearBatch();
        } catch (SQLException e) {
            // Only a closed statement cannot be cleared, and it holds no rows.
            return;
        }
    }

    @Override
    public long suspect(SQLException fault) {
        return fault instanceof RefusedValueException refusedValueException ? refusedValueException.row() : refused;
    }

    @Override
    public long waited() {
        return waited;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        try (PreparedStatement closing = changes) {
            statement.close();
        } catch (SQLException e) {
            // The statement is of no further use, so a fault does not matter.
            return;
        }
    }

    private static boolean hasTriggers(Connection connection, TableDefinition table) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = lower(?)")) {
            select.setString(1, table.name());
            try (ResultSet trigger = select.executeQuery()) {
                return trigger.next();
            }
        }
    }

    private void send() throws SQLException {
        long start = System.nanoTime();
        long before = changes();
        try {
            for (int count : statement.executeBatch()) {
                loaded += count;
            }
        } catch (SQLException e) {
            refused = firstUnchanged(before);
            throw e;
        } finally {
            waited += System.nanoTime() - start;
        }
        sent += pending;
        pending = 0;
    }

    private long firstUnchanged(long before) {
        try {
            return sent + changes() - before;
        } catch (SQLException e) {
            // The connection is lost, and the fault is about that.
            return -1;
        }
    }

    /** Rows that the connection has changed since it was opened; always 0 where that number would not help. */
    private long changes() throws SQLException {
        if (batch == 1) {
            return 0;
        }
        try (ResultSet row = changes.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private void bind(int column, @Nullable Object value) throws SQLException {
        int parameter = column + 1;
        if (value == null) {
            statement.setObject(parameter, null);
            return;
        }
        switch (kinds[column]) {
            case BOOLEAN -> statement.setInt(parameter, (Boolean) value ? 1 : 0);
            case SMALLINT, INTEGER, BIGINT -> statement.setLong(parameter, ((Number) value).longValue());
            case REAL, DOUBLE -> {
                // NaN would become NULL.
                NotFinite.check(value, table.columns().get(column), sent + pending);
                statement.setDouble(parameter, ((Number) value).doubleValue());
            }
            case BYTES -> statement.setBytes(parameter, (byte[]) value);
            case CHAR, VARCHAR, TEXT, XML -> statement.setString(parameter, (String) value);
            case DECIMAL, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID ->
                statement.setString(parameter, dialect.parameter(value).toString());
        }
    }
}
