package dev.millrace.dialect.duckdb;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Loads through DuckDB's appender, which fills all columns of a table in their order, with values of exactly their types. If the table is
 * different, or may hold rows with the same keys, the rows are loaded into a temporary table first, and from there into the table.
 */
final class AppenderLoader implements BulkLoader {
    private static final int SECOND_NANOS = 1_000_000_000;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private final Connection connection;
    private final Kind[] kinds;
    private final @Nullable String schema;
    private final String table;
    private final @Nullable Staging staging;
    private final String label;
    private @Nullable DuckDBAppender appender;
    private long rows;
    private long waited;

    /** The statements that move rows from the temporary table into the table. */
    private record Staging(String create, String drop, String insert) {}

    private AppenderLoader(
            Connection connection,
            TableDefinition definition,
            @Nullable String schema,
            String table,
            @Nullable Staging staging,
            String label) {
        this.connection = connection;
        this.kinds = definition.columns().stream()
                .map(column -> column.type().kind())
                .toArray(Kind[]::new);
        this.schema = schema;
        this.table = table;
        this.staging = staging;
        this.label = label;
    }

    static AppenderLoader open(Connection connection, Dialect dialect, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        if (onDuplicate == OnDuplicate.REJECT && isAsDefined(connection, dialect, table)) {
            return new AppenderLoader(connection, table, table.schema(), table.name(), null, "appender");
        }
        String name = "millrace_" + table.name();
        String staged = "temp.main." + dialect.quote(name);
        List<String> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            columns.add(dialect.quote(column.name()) + " " + dialect.typeName(column.type()));
        }
        Staging staging = new Staging(
                // Created anew, since deleting from a temporary table does not free its space.
                "CREATE OR REPLACE TEMPORARY TABLE " + dialect.quote(name) + " (" + String.join(", ", columns) + ")",
                "DROP TABLE IF EXISTS " + staged,
                insert(dialect, table, staged, onDuplicate));
        String label = onDuplicate == OnDuplicate.REJECT ? "appender+insert" : "appender+merge";
        return new AppenderLoader(connection, table, null, name, staging, label);
    }

    @Override
    public void write(Object[] values) throws SQLException {
        DuckDBAppender open = appender == null ? begin() : appender;
        open.beginRow();
        for (int i = 0; i < kinds.length; i++) {
            append(open, kinds[i], values[i]);
        }
        open.endRow();
        rows++;
    }

    @Override
    public long commit() throws SQLException {
        DuckDBAppender open = appender;
        if (open == null) {
            return 0;
        }
        long start = System.nanoTime();
        open.flush();
        appender = null;
        open.close();
        long loaded = rows;
        rows = 0;
        if (staging != null) {
            try (Statement statement = connection.createStatement()) {
                loaded = statement.executeLargeUpdate(staging.insert);
            }
        }
        waited += System.nanoTime() - start;
        return loaded;
    }

    @Override
    public void abort() {
        DuckDBAppender open = appender;
        appender = null;
        rows = 0;
        if (open != null) {
            try {
                // This sends the rows it holds. They are part of the open transaction, which is rolled back next.
                open.close();
            } catch (SQLException e) {
                // The transaction is broken already, so that nothing was sent.
                return;
            }
        }
    }

    /** DuckDB checks whole chunks of rows and does not say which row it refuses. */
    @Override
    public long suspect(SQLException fault) {
        return -1;
    }

    @Override
    public long waited() {
        return waited;
    }

    @Override
    public String name() {
        return label;
    }

    @Override
    public void close() {
        abort();
    }

    private DuckDBAppender begin() throws SQLException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            // The driver begins a transaction with a statement, not with an appender: without one, rows would be
            // committed
            // as they are sent.
            if (staging == null) {
                statement.execute("SELECT 1");
            } else {
                statement.execute(staging.create);
                Database.atReturn(connection, staging.drop);
            }
        }
        DuckDBConnection own = connection.unwrap(DuckDBConnection.class);
        DuckDBAppender opened = staging == null
                ? own.createAppender(schema == null ? DuckDBConnection.DEFAULT_SCHEMA : schema, table)
                : own.createAppender("temp", DuckDBConnection.DEFAULT_SCHEMA, table);
        appender = opened;
        waited += System.nanoTime() - start;
        return opened;
    }

    private static void append(DuckDBAppender appender, Kind kind, @Nullable Object value) throws SQLException {
        if (value == null) {
            appender.appendNull();
            return;
        }
        switch (kind) {
            case BOOLEAN -> appender.append((boolean) (Boolean) value);
            case SMALLINT -> appender.append((short) (Short) value);
            case INTEGER -> appender.append((int) (Integer) value);
            case BIGINT -> appender.append((long) (Long) value);
            case DECIMAL -> appender.append((BigDecimal) value);
            case REAL -> appender.append((float) (Float) value);
            case DOUBLE -> appender.append((double) (Double) value);
            case DATE -> appender.appendEpochDays((int) ((LocalDate) value).toEpochDay());
            case TIME -> appender.appendDayMicros(((LocalTime) value).toNanoOfDay() / NANOS_PER_MICRO);
            case TIMESTAMP -> {
                LocalDateTime time = (LocalDateTime) value;
                appender.appendEpochMicros(micros(time.toEpochSecond(ZoneOffset.UTC), time.getNano()));
            }
            case TIMESTAMPTZ -> {
                OffsetDateTime instant = (OffsetDateTime) value;
                appender.appendEpochMicros(micros(instant.toEpochSecond(), instant.getNano()));
            }
            case UUID -> appender.append((UUID) value);
            case BYTES -> appender.append((byte[]) value);
            case CHAR, VARCHAR, TEXT, XML -> appender.append((String) value);
        }
    }

    private static long micros(long second, int nano) {
        return second * MICROS_PER_SECOND + nano / (SECOND_NANOS / MICROS_PER_SECOND);
    }

    /** Whether the table has exactly the columns of the definition, in the same order and with the same types. */
    private static boolean isAsDefined(Connection connection, Dialect dialect, TableDefinition table)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + table.qualified(dialect) + " LIMIT 0")) {
            ResultSetMetaData there = none.getMetaData();
            boolean same = there.getColumnCount() == table.columns().size();
            for (int i = 0; same && i < table.columns().size(); i++) {
                Column column = table.columns().get(i);
                same = there.getColumnLabel(i + 1).equals(column.name())
                        && sameType(dialect.typeName(column.type()), there.getColumnTypeName(i + 1));
            }
            return same;
        }
    }

    private static boolean sameType(String wanted, String there) {
        String name = there.equals("FLOAT") ? "real" : there;
        return wanted.equalsIgnoreCase(name);
    }

    /** Of several rows of a load with the same key, the first or the last one is kept, as if they were inserted one by one. */
    private static String insert(Dialect dialect, TableDefinition table, String staged, OnDuplicate onDuplicate) {
        String columns = table.columnList(dialect);
        String into = "INSERT INTO " + table.qualified(dialect) + " (" + columns + ") ";
        if (onDuplicate == OnDuplicate.REJECT) {
            return into + "SELECT " + columns + " FROM " + staged;
        }
        String key = TableDefinition.list(dialect, table.key().columns());
        List<String> updates = new ArrayList<>();
        for (Column column : table.columns()) {
            if (!table.key().columns().contains(column.name())) {
                updates.add(dialect.quote(column.name()) + " = excluded." + dialect.quote(column.name()));
            }
        }
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        return into + "SELECT " + columns + " FROM " + staged + " QUALIFY row_number() OVER (PARTITION BY " + key
                + " ORDER BY rowid" + (keep ? "" : " DESC") + ") = 1 ON CONFLICT (" + key + ") DO "
                + (keep ? "NOTHING" : "UPDATE SET " + String.join(", ", updates));
    }
}
