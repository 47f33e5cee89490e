package dev.millrace.dialect;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement per row, in the transaction of all: SQLite has no faster road, and as there is no way to a server, none
 * that a batch would save. The row that is refused is always the last one written.
 */
final class SqliteInsert implements BulkLoader {
    private final PreparedStatement statement;
    private final Sqlite dialect;
    private final TableDefinition table;
    private final Kind[] kinds;
    private final String path;
    private long written;
    private long loaded;
    private long waited;

    SqliteInsert(PreparedStatement statement, Sqlite dialect, TableDefinition table, OnDuplicate onDuplicate) {
        this.statement = statement;
        this.dialect = dialect;
        this.table = table;
        this.kinds =
                table.columns().stream().map(column -> column.type().kind()).toArray(Kind[]::new);
        this.path = onDuplicate == OnDuplicate.REJECT ? "batch-insert" : "batch-upsert";
    }

    @Override
    public void write(Object[] values) throws SQLException {
        for (int i = 0; i < kinds.length; i++) {
            bind(i, values[i]);
        }
        long start = System.nanoTime();
        loaded += statement.executeUpdate();
        waited += System.nanoTime() - start;
        written++;
    }

    @Override
    public long commit() {
        long rows = loaded;
        abort();
        return rows;
    }

    @Override
    public void abort() {
        written = 0;
        loaded = 0;
    }

    @Override
    public long suspect(SQLException fault) {
        return written;
    }

    @Override
    public long waited() {
        return waited;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void close() {
        try {
            statement.close();
        } catch (SQLException e) {
            // Nothing is left to give back.
            return;
        }
    }

    private void bind(int column, @Nullable Object value) throws SQLException {
        int parameter = column + 1;
        if (value == null) {
            statement.setObject(parameter, null);
            return;
        }
        switch (kinds[column]) {
            case BOOLEAN:
                statement.setInt(parameter, (Boolean) value ? 1 : 0);
                break;
            case SMALLINT:
            case INTEGER:
            case BIGINT:
                statement.setLong(parameter, ((Number) value).longValue());
                break;
            case REAL:
            case DOUBLE:
                // NaN would become NULL.
                NotFinite.check(value, table.columns().get(column), written);
                statement.setDouble(parameter, ((Number) value).doubleValue());
                break;
            case BYTES:
                statement.setBytes(parameter, (byte[]) value);
                break;
            case CHAR:
            case VARCHAR:
            case TEXT:
            case XML:
                statement.setString(parameter, (String) value);
                break;
            default:
                statement.setString(parameter, dialect.parameter(value).toString());
        }
    }
}
