package dev.millrace.dialect.sqlserver;

import com.microsoft.sqlserver.jdbc.ISQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopyOptions;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Loads by the driver's bulk copy, within the connection's transaction. The driver asks for rows, so they are checked when they are written, and
 * sent when the stream ends. They are loaded into a temporary table first, and from there into the table, if the table may hold rows with the
 * same keys, and on Babelfish, whose bulk copy ignores foreign keys and triggers.
 */
public final class BulkCopy implements BulkLoader {
    /** Counts the copies to Babelfish: {@link #form}. */
    private static final AtomicInteger FORMS = new AtomicInteger();

    private final Connection connection;
    private final SqlServer dialect;
    private final TableDefinition table;
    private final OnDuplicate onDuplicate;
    private final boolean babelfish;
    private @Nullable Stream stream;
    private boolean spoiled;
    private long waited;

    /** What has to be known about the table, asked once before the first row. The driver's object caches it, too. */
    private record Stream(
            SQLServerBulkCopy copy,
            BulkCopyRows rows,
            @Nullable BulkCopyStaging staging) {}

    /** @param babelfish whether the server is one that neither checks foreign keys in a bulk copy nor fires triggers */
    public BulkCopy(
            Connection connection,
            SqlServer dialect,
            TableDefinition table,
            OnDuplicate onDuplicate,
            boolean babelfish) {
        this.connection = connection;
        this.dialect = dialect;
        this.table = table;
        this.onDuplicate = onDuplicate;
        this.babelfish = babelfish;
    }

    @Override
    public void write(Object[] values) throws SQLException {
        if (stream == null) {
            long start = System.nanoTime();
            stream = open();
            waited += System.nanoTime() - start;
        }
        stream.rows.add(values);
    }

    @Override
    public long commit() throws SQLException {
        Stream open = stream;
        if (open == null || open.rows.size() == 0) {
            return 0;
        }
        long start = System.nanoTime();
        long loaded = open.rows.size();
        if (open.staging != null) {
            execute(open.staging.prepare());
            Database.atReturn(connection, open.staging.drop());
        }
        // After a failed copy, the driver does not promise that the connection is usable.
        spoiled = true;
        open.copy.writeToServer(open.rows);
        spoiled = false;
        open.rows.clear();
        if (open.staging != null) {
            loaded = table.numbered() ? moveNumbered(open.staging.moves()) : move(open.staging.moves());
        }
        waited += System.nanoTime() - start;
        return loaded;
    }

    private long move(List<String> moves) throws SQLException {
        long loaded = 0;
        for (String move : moves) {
            loaded += execute(move);
        }
        return loaded;
    }

    /** A session can insert own numbers into one table at a time. */
    private long moveNumbered(List<String> moves) throws SQLException {
        String setting = "SET IDENTITY_INSERT " + table.qualified(dialect);
        // The setting is the session's, so a rollback does not undo it.
        Database.atReturn(connection, setting + " OFF");
        execute(setting + " ON");
        try {
            long loaded = move(moves);
            execute(setting + " OFF");
            return loaded;
        } catch (SQLException e) {
            try {
                execute(setting + " OFF");
            } catch (SQLException unset) {
                spoiled = true;
                e.addSuppressed(unset);
            }
            throw e;
        }
    }

    @Override
    public void abort() {
        if (stream != null) {
            stream.rows.clear();
        }
    }

    @Override
    public long suspect(SQLException fault) {
        // The server does not tell which row it refused.
        return fault instanceof RefusedValueException refusedValueException ? refusedValueException.row() : -1;
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
    public String name() {
        if (onDuplicate != OnDuplicate.REJECT) {
            return "bulk-copy+merge";
        }
        return babelfish ? "bulk-copy+insert" : "bulk-copy";
    }

    @Override
    public void close() {
        abort();
        if (stream != null) {
            stream.copy.close();
        }
    }

    private Stream open() throws SQLException {
        List<BulkCopyColumn> columns = columns();
        boolean staged = babelfish || onDuplicate != OnDuplicate.REJECT;
        BulkCopyStaging staging = staged ? BulkCopyStaging.of(dialect, table, columns, onDuplicate, form()) : null;
        SQLServerBulkCopyOptions options = new SQLServerBulkCopyOptions();
        options.setUseInternalTransaction(false);
        // A temporary table has no constraints. The statements that move its rows check those of the target.
        options.setCheckConstraints(!staged);
        options.setFireTriggers(!staged);
        options.setKeepNulls(true);
        options.setKeepIdentity(!staged && table.numbered());
        options.setTableLock(false);
        options.setBatchSize(0);
        options.setBulkCopyTimeout(0);
        SQLServerBulkCopy copy = new SQLServerBulkCopy(connection.unwrap(ISQLServerConnection.class));
        copy.setBulkCopyOptions(options);
        copy.setDestinationTableName(staging == null ? table.qualified(dialect) : staging.table());
        for (int i = 0; i < columns.size(); i++) {
            copy.addColumnMapping(
                    i + 1, staged ? BulkCopyStaging.column(i) : columns.get(i).name());
        }
        if (staging != null) {
            columns.add(BulkCopyColumn.ordinal(staging.ordinal()));
            copy.addColumnMapping(columns.size(), staging.ordinal());
        }
        return new Stream(copy, new BulkCopyRows(columns, staged), staging);
    }

    /**
     * A number that gives each copy's temporary table names of another length. Babelfish leaves the last packet of a copy unread when
     * the mark for the end of the rows is split between two packets, and takes that packet for the next request. The same rows would
     * fail again over a new connection; with names of another length they do not.
     */
    private int form() {
        return babelfish ? FORMS.getAndIncrement() : 0;
    }

    /** The columns' types in the database, since a narrower column than the contract's could cut values. */
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
}
