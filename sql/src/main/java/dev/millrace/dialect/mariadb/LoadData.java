package dev.millrace.dialect.mariadb;

import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads by LOAD DATA LOCAL INFILE, with a stream as the file. With LOCAL the server behaves as with IGNORE: it leaves out a row that it refuses,
 * changes a value that does not fit, and only warns of both. So every answer is compared with what was sent. A difference is thrown as the
 * fault that another statement would have, and the transaction is rolled back.
 */
final class LoadData implements BulkLoader {
    /** Bytes in one statement. Larger statements are not faster, and each loader has its own buffer. */
    private static final int STATEMENT_BYTES = 1 << 20;

    /** Warnings that say nothing about a row: deprecated words, unsafe for statement-based replication, a trigger's own. */
    private static final Set<Integer> HARMLESS = Set.of(1287, 1592, 1642);

    private final Statement statement;
    /** The same, for what only MariaDB's driver knows. */
    private final org.mariadb.jdbc.Statement driver;

    private final String load;
    private final LoadDataEncoder encoder;
    /** Rows of this stream that were sent, and those that wait in the encoder. */
    private long sent;

    private long pending;
    private long waited;

    /** A row that LOAD DATA left out or changed. Its message holds no value. */
    static final class IgnoredRowException extends SQLException {
        private static final long serialVersionUID = 1L;
        private final transient Refusal refusal;
        private final long row;

        IgnoredRowException(SQLWarning warning, Refusal refusal, long row) {
            super(
                    "LOAD DATA left a row out or changed it (error " + warning.getErrorCode() + ")",
                    MariaDbFaults.state(warning.getErrorCode()),
                    warning.getErrorCode());
            this.refusal = refusal;
            this.row = row;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    private LoadData(Statement statement, String load, LoadDataEncoder encoder) throws SQLException {
        this.statement = statement;
        this.driver = statement.unwrap(org.mariadb.jdbc.Statement.class);
        this.load = load;
        this.encoder = encoder;
    }

    static LoadData open(Connection connection, Dialect dialect, TableDefinition table) throws SQLException {
        List<Integer> actual = actualTypes(connection, dialect, table);
        List<String> fields = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        for (int i = 0; i < actual.size(); i++) {
            Column column = table.columns().get(i);
            String name = dialect.quote(column.name());
            String form = form(column, actual.get(i), "@v" + i);
            fields.add(form == null ? name : "@v" + i);
            if (form != null) {
                settings.add(name + " = " + form);
            }
        }
        String load = "LOAD DATA LOCAL INFILE 'millrace' INTO TABLE " + table.qualified(dialect)
                + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ("
                + String.join(", ", fields) + ")"
                + (settings.isEmpty() ? "" : " SET " + String.join(", ", settings));
        return new LoadData(connection.createStatement(), load, new LoadDataEncoder(table));
    }

    @Override
    public void write(Object[] values) throws SQLException {
        encoder.row(values, sent + pending);
        pending++;
        if (encoder.size() >= STATEMENT_BYTES) {
            send();
        }
    }

    @Override
    public long commit() throws SQLException {
        if (pending > 0) {
            send();
        }
        long rows = sent;
        sent = 0;
        return rows;
    }

    @Override
    public void abort() {
        encoder.clear();
        pending = 0;
        sent = 0;
    }

    @Override
    public long suspect(SQLException fault) {
        if (fault instanceof RefusedValueException refusedValueException) {
            return refusedValueException.row();
        }
        return fault instanceof IgnoredRowException ignoredRowException ? ignoredRowException.row : -1;
    }

    @Override
    public long waited() {
        return waited;
    }

    @Override
    public String name() {
        return "load-data";
    }

    @Override
    public void close() {
        abort();
        try {
            statement.close();
        } catch (SQLException e) {
            // The statement is of no further use, so a fault does not matter.
            return;
        }
    }

    private void send() throws SQLException {
        long start = System.nanoTime();
        driver.setLocalInfileInputStream(encoder.rows());
        long loaded = statement.executeLargeUpdate(load);
        int count = driver.getConnection().getContext().getWarning();
        if (loaded != pending || count > 0) {
            checkWarnings(loaded, count);
        }
        waited += System.nanoTime() - start;
        encoder.clear();
        sent += pending;
        pending = 0;
    }

    private void checkWarnings(long loaded, int count) throws SQLException {
        int listed = 0;
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            listed++;
            if (!HARMLESS.contains(warning.getErrorCode())) {
                String text = String.valueOf(warning.getMessage());
                long row = MariaDbFaults.row(text);
                throw new IgnoredRowException(warning, MariaDbFaults.refusal(text), row < 0 ? -1 : sent + row);
            }
        }
        if (loaded != pending || listed < count) {
            throw new SQLException("LOAD DATA took " + loaded + " of " + pending + " rows and gave " + count
                    + " warnings, of which it shows " + listed);
        }
    }

    /** The types as they stand in the database, of {@link Types}. */
    private static List<Integer> actualTypes(Connection connection, Dialect dialect, TableDefinition table)
            throws SQLException {
        String select = "SELECT " + table.columnList(dialect) + " FROM " + table.qualified(dialect) + " WHERE 1 = 0";
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery(select)) {
            ResultSetMetaData metaData = none.getMetaData();
            List<Integer> types = new ArrayList<>();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                types.add(metaData.getColumnTypeName(i).equals("BIT") ? Types.BIT : metaData.getColumnType(i));
            }
            return types;
        }
    }

    /** The expression that makes the column's value of its field; null if the field is the value. */
    private static @Nullable String form(Column column, int actualType, String field) {
        return switch (column.type().kind()) {
            case BYTES -> "UNHEX(" + field + ")";
            // The text 1 would be the bits of that character.
            case BOOLEAN, SMALLINT, INTEGER, BIGINT ->
                actualType == Types.BIT ? "CAST(" + field + " AS UNSIGNED)" : null;
            case DECIMAL, REAL, DOUBLE, CHAR, VARCHAR, TEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, XML -> null;
        };
    }
}
