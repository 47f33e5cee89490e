package dev.millrace.dialect;

import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.dialect.TableDefinition.Column;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apiguardian.api.API;

/** A prepared statement per row, sent in batches: for databases without a bulk load of their own. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class BatchInsert implements BulkLoader {
    private static final int ROWS = 500;

    private final PreparedStatement statement;
    private final Dialect dialect;
    private final List<Column> columns;
    private final boolean finiteOnly;
    private final String name;
    private int pending;
    private long sent;
    private long loaded;
    private long waited;

    /**
     * Any statement that inserts one row.
     *
     * @param statement takes one parameter per column, in order
     * @param name the loader's name in the summary
     */
    public BatchInsert(PreparedStatement statement, Dialect dialect, TableDefinition table, String name) {
        this.statement = statement;
        this.dialect = dialect;
        this.columns = table.columns();
        this.finiteOnly = !dialect.capabilities().contains(Capability.NOT_FINITE_NUMBERS);
        this.name = name;
    }

    /** A plain INSERT of all columns. */
    public static BatchInsert open(Connection connection, Dialect dialect, TableDefinition table) throws SQLException {
        return open(connection, dialect, table, "");
    }

    /**
     * An INSERT of all columns with a clause that only this database has.
     *
     * @param words the clause, which comes between the columns and their values, with a blank before it
     */
    public static BatchInsert open(Connection connection, Dialect dialect, TableDefinition table, String words)
            throws SQLException {
        String insert = "INSERT INTO " + table.qualified(dialect) + " (" + table.columnList(dialect) + ")" + words
                + " VALUES ("
                + String.join(", ", Collections.nCopies(table.columns().size(), "?")) + ")";
        return new BatchInsert(connection.prepareStatement(insert), dialect, table, "batch-insert");
    }

    @Override
    public void write(Object[] values) throws SQLException {
        for (int i = 0; i < columns.size(); i++) {
            if (finiteOnly) {
                NotFinite.check(values[i], columns.get(i), sent + pending);
            }
            Object value = values[i];
            statement.setObject(i + 1, value instanceof OffsetDateTime ? dialect.parameter(value) : value);
        }
        statement.addBatch();
        if (++pending == ROWS) {
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
        try {
            statement.clearBatch();
        } catch (SQLException e) {
            // Only a closed statement cannot be cleared, and it keeps nothing.
            return;
        }
    }

    @Override
    public long suspect(SQLException fault) {
        if (fault instanceof RefusedValueException refusedValueException) {
            return refusedValueException.row();
        }
        if (!(fault instanceof BatchUpdateException batchUpdateException)) {
            return -1;
        }
        int[] counts = batchUpdateException.getUpdateCounts();
        if (counts.length > 1 && Arrays.stream(counts).allMatch(count -> count == Statement.EXECUTE_FAILED)) {
            // A batch that is sent as one statement fails as one.
            return -1;
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == Statement.EXECUTE_FAILED) {
                return sent + i;
            }
        }
        // A driver that stops at the first fault reports the rows before it.
        return sent + counts.length;
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
        try {
            statement.close();
        } catch (SQLException e) {
            // The statement is of no further use, so a fault does not matter.
            return;
        }
    }

    private void send() throws SQLException {
        long start = System.nanoTime();
        int[] counts = statement.executeBatch();
        waited += System.nanoTime() - start;
        sent += pending;
        pending = 0;
        for (int count : counts) {
            loaded += count == Statement.SUCCESS_NO_INFO ? 1 : count;
        }
    }
}
