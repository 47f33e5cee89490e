package dev.millrace.dialect.postgresql;

import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.PhysicalNames;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.RowEncoder;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Loads by COPY … FROM STDIN (FORMAT binary). If the table may hold rows with the same keys, the rows are loaded into a temporary table first,
 * and from there into the table.
 */
final class BinaryCopy implements BulkLoader {
    /** "COPY contact_base, line 12": the words are in the server's language, but always in this order. */
    private static final Pattern LINE = Pattern.compile("^COPY .*, \\S+ (\\d+)", Pattern.MULTILINE);

    /** Bytes that are sent at once. */
    private static final int CHUNK = 1 << 16;

    private final CopyManager manager;
    private final String copy;
    private final CopyEncoder encoder;
    private final @Nullable Merge merge;
    private @Nullable CopyIn stream;
    private long waited;

    /** The statement that moves rows from the temporary table into the table. */
    private record Merge(Connection connection, String create, String drop, String empty, String insert) {}

    private BinaryCopy(CopyManager manager, String copy, CopyEncoder encoder, @Nullable Merge merge) {
        this.manager = manager;
        this.copy = copy;
        this.encoder = encoder;
        this.merge = merge;
    }

    static BinaryCopy open(Connection connection, Dialect dialect, TableDefinition table, OnDuplicate onDuplicate)
            throws SQLException {
        String columns = table.columnList(dialect);
        CopyEncoder encoder = new CopyEncoder(table, actualTypes(connection, dialect, table));
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        String into = table.qualified(dialect);
        Merge merge = null;
        if (onDuplicate != OnDuplicate.REJECT) {
            String staging = dialect.qualified("pg_temp", PhysicalNames.fit(dialect, "millrace_" + table.name()));
            merge = new Merge(
                    connection,
                    "CREATE TEMPORARY TABLE IF NOT EXISTS " + staging + " ON COMMIT DELETE ROWS AS SELECT " + columns
                            + " FROM " + into + " WITH NO DATA",
                    "DROP TABLE IF EXISTS " + staging,
                    "DELETE FROM " + staging,
                    merge(dialect, table, staging, onDuplicate));
            into = staging;
        }
        String copy = "COPY " + into + " (" + columns + ") FROM STDIN (FORMAT binary)";
        return new BinaryCopy(manager, copy, encoder, merge);
    }

    @Override
    public void write(Object[] values) throws SQLException {
        CopyIn open = begun();
        encoder.row(values);
        sendWhatFillsAChunk(open);
    }

    @Override
    public RowEncoder encoder() {
        return encoder.another();
    }

    @Override
    public void writeEncoded(byte[] rows, int from, int length, int count) throws SQLException {
        CopyIn open = begun();
        if (length < CHUNK) {
            encoder.rows(rows, from, length, count);
            sendWhatFillsAChunk(open);
        } else {
            send(open);
            send(open, rows, from, length);
            encoder.countElsewhere(count);
        }
    }

    private void sendWhatFillsAChunk(CopyIn open) throws SQLException {
        if (encoder.size() >= CHUNK) {
            send(open);
        }
    }

    private void send(CopyIn open) throws SQLException {
        send(open, encoder.bytes(), 0, encoder.size());
        encoder.clear();
    }

    private void send(CopyIn open, byte[] data, int from, int length) throws SQLException {
        long start = System.nanoTime();
        for (int sent = 0; sent < length; sent += CHUNK) {
            open.writeToCopy(data, from + sent, Math.min(CHUNK, length - sent));
        }
        waited += System.nanoTime() - start;
    }

    @Override
    public long commit() throws SQLException {
        CopyIn open = stream;
        if (open == null) {
            return 0;
        }
        encoder.trailer();
        send(open);
        long start = System.nanoTime();
        long rows = open.endCopy();
        stream = null;
        if (merge != null) {
            try (Statement statement = merge.connection.createStatement()) {
                rows = statement.executeLargeUpdate(merge.insert);
            }
        }
        waited += System.nanoTime() - start;
        return rows;
    }

    @Override
    public void abort() {
        CopyIn open = stream;
        stream = null;
        if (open != null && open.isActive()) {
            try {
                // Never endCopy, which would keep the rows sent so far.
                open.cancelCopy();
            } catch (SQLException e) {
                // A cancelled COPY gives an error, and so does a lost connection. In either case no row is left, and
                // the
                // caller gets the fault that was the cause.
                return;
            }
        }
    }

    @Override
    public long suspect(SQLException fault) {
        if (fault instanceof RefusedValueException refusedValueException) {
            return refusedValueException.row();
        }
        for (Throwable link = fault; link != null; link = link.getCause()) {
            ServerErrorMessage server =
                    link instanceof PSQLException ? ((PSQLException) link).getServerErrorMessage() : null;
            String where = server == null ? null : server.getWhere();
            Matcher line = LINE.matcher(where == null ? "" : where);
            if (line.find()) {
                return Long.parseLong(line.group(1)) - 1;
            }
        }
        return -1;
    }

    @Override
    public long waited() {
        return waited;
    }

    @Override
    public String name() {
        return merge == null ? "copy-binary" : "copy-binary+merge";
    }

    @Override
    public void close() {
        abort();
    }

    private CopyIn begun() throws SQLException {
        CopyIn open = stream;
        return open == null ? begin() : open;
    }

    private CopyIn begin() throws SQLException {
        long start = System.nanoTime();
        if (merge != null) {
            // A rollback also removes temporary tables that its transaction created.
            try (Statement statement = merge.connection.createStatement()) {
                statement.execute(merge.create);
                Database.atReturn(merge.connection, merge.drop);
                statement.execute(merge.empty);
            }
        }
        CopyIn opened = manager.copyIn(copy);
        waited += System.nanoTime() - start;
        stream = opened;
        encoder.header();
        return opened;
    }

    /** The columns' types in the database. A wider type than the contract's has another binary form. */
    private static List<String> actualTypes(Connection connection, Dialect dialect, TableDefinition table)
            throws SQLException {
        String select = "SELECT " + table.columnList(dialect) + " FROM " + table.qualified(dialect) + " WHERE false";
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery(select)) {
            ResultSetMetaData metaData = none.getMetaData();
            List<String> types = new ArrayList<>();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                String type = metaData.getColumnTypeName(i);
                // An enum has a name of its own, and is sent as its text.
                types.add(!CopyEncoder.knows(type) && metaData.getColumnType(i) == Types.VARCHAR ? "text" : type);
            }
            return types;
        }
    }

    /** Of several rows of a load with the same key, the first or the last one is kept, as if they were inserted one by one. */
    private static String merge(Dialect dialect, TableDefinition table, String staging, OnDuplicate onDuplicate) {
        String columns = table.columnList(dialect);
        String key = TableDefinition.list(dialect, table.key().columns());
        List<String> updates = new ArrayList<>();
        for (Column column : table.columns()) {
            if (!table.key().columns().contains(column.name())) {
                updates.add(dialect.quote(column.name()) + " = excluded." + dialect.quote(column.name()));
            }
        }
        boolean keep = onDuplicate == OnDuplicate.KEEP_FIRST || updates.isEmpty();
        return "INSERT INTO " + table.qualified(dialect) + " (" + columns + ")"
                + (table.numbered() ? " OVERRIDING SYSTEM VALUE" : "") + " SELECT DISTINCT ON (" + key + ") "
                + columns
                + " FROM " + staging + " ORDER BY " + key + ", ctid" + (keep ? "" : " DESC") + " ON CONFLICT (" + key
                + ") DO " + (keep ? "NOTHING" : "UPDATE SET " + String.join(", ", updates));
    }
}
