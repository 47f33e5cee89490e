package dev.millrace.database;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.ledger.DocumentRows;
import dev.millrace.database.ledger.LedgerTables;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a contract's tables and its processing log, over one connection and in one transaction from the first query until {@link #close}. If the
 * database has snapshots, all results are as of one moment, whatever is loaded meanwhile. Rows are streamed, so memory does not grow with a
 * table. Thread-safe; it does one query at a time.
 */
public final class TargetReader implements AutoCloseable {
    /** Rows that the driver fetches at once: enough for few round trips, few enough for wide rows. */
    private static final int FETCH_ROWS = 1_000;

    private final Database database;
    private final Connection connection;
    private final MappingContract contract;
    private final TargetSchema schema;
    private final ProcessingLog log;
    /** Only for kept documents, which most targets do not have. One for all of them, since each has statements that stay open. */
    private final ProcessingLog logWithRowKeys;

    private final DocumentRows documentRows;
    private final Stop stop;
    private final Stop.Ending atStop;

    /** Takes the rows of a table. */
    public interface RowSink {
        /** @param values by column of the contract's table; of the caller until the next row */
        void row(@Nullable Object[] values);
    }

    /** Takes rows of several tables. */
    public interface KeptSink {
        /** @param values by column of the contract's table; of the caller until the next row */
        void row(int table, @Nullable Object[] values);
    }

    /** Receives the documents that the log holds as loaded. */
    public interface LoadedSink {
        void loaded(String documentKey, long contentHash);
    }

    /**
     * What the log says of a document.
     *
     * @param loaded false where it was rejected
     * @param contentHash of the text that it had then
     * @param kept whether it was rejected, and still has the rows of an older text
     */
    public record LogEntry(boolean loaded, long contentHash, boolean kept) {}

    private TargetReader(
            Database database, Connection connection, MappingContract contract, TargetSchema schema, Stop stop) {
        this.database = database;
        this.connection = connection;
        this.contract = contract;
        this.schema = schema;
        this.log = log(false);
        this.logWithRowKeys = log(true);
        this.documentRows = new DocumentRows(database.dialect(), contract, schema.tables());
        this.stop = stop;
        this.atStop = stop.aborts(connection);
    }

    /**
     * @param stop ends reading, with a {@link TargetException}
     * @throws TargetException when the database cannot be reached, a table is missing or does not fit, or there is no ledger
     */
    public static TargetReader open(Database database, MappingContract contract, Stop stop) throws TargetException {
        Connection connection;
        try {
            connection = database.connect(Purpose.COMPARE);
        } catch (SQLException e) {
            throw TargetException.unreachable(database, e);
        }
        try (Stop.Ending atStop = stop.aborts(connection)) {
            TargetSchema schema = TargetSchema.existing(connection, database, contract);
            connection.setAutoCommit(false);
            return new TargetReader(database, connection, schema.contract(), schema, stop);
        } catch (SQLException e) {
            close(connection);
            throw TargetException.unreadable(database, "cannot be read", e);
        } catch (TargetException | RuntimeException | Error e) {
            close(connection);
            throw e;
        }
    }

    /** The contract for mapping documents, which has the limits of columns that hold less than its types. */
    public MappingContract contract() {
        return contract;
    }

    /** The form that a document's key has in the log. */
    public static String logKey(String documentKey) {
        return PendingDocument.ledgerKey(documentKey);
    }

    /**
     * The form that the key of a document's first record has in the log if it was the only one when it was loaded; null if it is
     * no first record.
     *
     * @param formerKeys as in {@link dev.millrace.pipeline.Outcome}
     */
    public static @Nullable String logKeyAsOnlyRecord(String documentKey, List<String> formerKeys) {
        return PendingDocument.keyAsOnlyRecord(documentKey, formerKeys);
    }

    /** What the log holds of some documents, by {@linkplain #logKey key}; those that it does not know are absent. */
    public synchronized Map<String, LogEntry> find(List<String> logKeys) throws SQLException {
        Map<String, LogEntry> found = new HashMap<>();
        log.find(logKeys)
                .forEach((key, entry) -> found.put(
                        key,
                        new LogEntry(
                                entry.loaded(),
                                entry.contentHash(),
                                !entry.loaded() && !entry.withdrawn() && entry.rowCount() > 0)));
        return found;
    }

    /**
     * Streams the rows of a document that was rejected and still has those of an older text. Rows that documents share are left out. There are
     * none if the contract has changed so that they cannot be found.
     */
    public synchronized void readKept(String logKey, KeptSink sink) throws SQLException {
        ProcessingLog.Entry entry = logWithRowKeys.find(List.of(logKey)).get(logKey);
        if (entry == null || entry.rowKeys() == null || documentRows.obstacle().isPresent()) {
            return;
        }
        List<List<Object[]>> keys;
        try {
            keys = documentRows.keys().read(entry.rowKeys());
        } catch (IllegalArgumentException otherTables) {
            return;
        }
        for (int table = 0; table < schema.tables().size(); table++) {
            List<Column> columns = schema.tables().get(table).columns();
            DocumentRows.Step step = documentRows
                    .select(table, columns.stream().map(Column::name).toList())
                    .orElse(null);
            if (step != null) {
                readKept(step, documentRows.roots().get(step.root()), keys.get(step.root()), columns, sink);
            }
        }
    }

    private void readKept(
            DocumentRows.Step step,
            DocumentRows.RootTable root,
            List<Object[]> keys,
            List<Column> columns,
            KeptSink sink)
            throws SQLException {
        Dialect dialect = database.dialect();
        @Nullable Object[] values = new Object[columns.size()];
        try (PreparedStatement statement = connection.prepareStatement(step.sql())) {
            for (Object[] key : keys) {
                for (int i = 0; i < key.length; i++) {
                    dialect.bind(statement, i + 1, root.type(i), key[i]);
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        for (int i = 0; i < values.length; i++) {
                            values[i] = dialect.read(rows, i + 1, columns.get(i).type());
                        }
                        sink.row(step.table(), values);
                    }
                }
            }
        }
    }

    /** For each column of a table, whether the database pads its texts with blanks. */
    public synchronized boolean[] paddedColumns(int table) throws TargetException {
        try (PreparedStatement statement = connection.prepareStatement(select(table) + " WHERE 1 = 0");
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData columns = rows.getMetaData();
            boolean[] padded = new boolean[columns.getColumnCount()];
            for (int i = 0; i < padded.length; i++) {
                int type = columns.getColumnType(i + 1);
                padded[i] = type == Types.CHAR || type == Types.NCHAR;
            }
            return padded;
        } catch (SQLException e) {
            throw broken(table, e);
        }
    }

    /** Streams a table, in no particular order. */
    public synchronized void read(int table, RowSink sink) throws TargetException {
        Dialect dialect = database.dialect();
        List<Column> columns = schema.tables().get(table).columns();
        @Nullable Object[] values = new Object[columns.size()];
        try (PreparedStatement statement = streaming(select(table));
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                stop.check();
                for (int i = 0; i < values.length; i++) {
                    values[i] = dialect.read(rows, i + 1, columns.get(i).type());
                }
                sink.row(values);
            }
        } catch (SQLException e) {
            throw broken(table, e);
        }
    }

    /** Streams the log's loaded documents of the contract, in no particular order. */
    public synchronized void readLoaded(LoadedSink sink) throws TargetException {
        TableDefinition logTable = schema.log();
        String select = LedgerTables.statement(
                database.dialect(),
                logTable.qualified(database.dialect()),
                "SELECT [document_key], [content_hash] FROM [] WHERE [contract_name] = ? AND [status] = ?");
        try (PreparedStatement statement = streaming(select)) {
            statement.setString(1, contract.name());
            statement.setString(2, LedgerTables.LOADED);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sink.loaded(rows.getString(1), rows.getLong(2));
                }
            }
        } catch (SQLException e) {
            throw TargetException.unreadable(database, "the ledger cannot be read", e);
        }
    }

    /**
     * The key of the loaded document that a row comes from, as the log has it. Where the row does not hold it, the log's entries are gone
     * through.
     *
     * @param table the table's index
     * @param key the values of its key's columns
     * @throws TargetException that says why, where there is no such row, or no document of it is known
     */
    public synchronized String documentOf(int table, List<Object> key) throws TargetException {
        TableDefinition definition = schema.tables().get(table);
        Dialect dialect = database.dialect();
        RowOrigin origin = new RowOrigin(connection, dialect, documentRows, schema.contractLog(dialect));
        if (!origin.isKnown(table)) {
            throw new TargetException(
                    "table " + definition.name()
                            + " – the documents of its rows are not known, as documents may share them"
                            + " ('on-duplicate'); give the document's key instead",
                    true,
                    null);
        }
        try {
            RowOrigin.Root root = origin.root(contract.tables().get(table), definition, key)
                    .orElseThrow(() -> new TargetException(
                            database.displayUrl() + " – table " + definition.name() + " has no row with this key",
                            true,
                            null));
            return origin.document(root)
                    .orElseThrow(() -> new TargetException(
                            "table " + definition.name()
                                    + " – the row is there, but no document that the ledger holds as loaded by contract "
                                    + contract.name() + " has it: it was put there by something else",
                            true,
                            null));
        } catch (SQLException e) {
            throw broken(table, e);
        }
    }

    /** Ends the transaction; does not throw. */
    @Override
    public void close() {
        atStop.close();
        close(connection);
    }

    private ProcessingLog log(boolean withRowKeys) {
        String logTable = schema.log().qualified(database.dialect());
        return new ProcessingLog(connection, database.dialect(), logTable, contract.name(), withRowKeys);
    }

    private String select(int table) {
        TableDefinition definition = schema.tables().get(table);
        Dialect dialect = database.dialect();
        List<String> columns = definition.columns().stream()
                .map(column -> dialect.quote(column.name()))
                .toList();
        return "SELECT " + String.join(", ", columns) + " FROM " + definition.qualified(dialect);
    }

    private PreparedStatement streaming(String select) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(select, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement.setFetchSize(FETCH_ROWS);
        return statement;
    }

    private TargetException broken(int table, SQLException fault) {
        return TargetException.unreadable(
                database, "table " + schema.tables().get(table).name() + " cannot be read", fault);
    }

    private static void close(Connection connection) {
        try (Connection closing = connection) {
            if (!closing.getAutoCommit()) {
                closing.rollback();
            }
        } catch (SQLException e) {
            // Everything has been read and nothing was changed, so a fault does not matter.
            return;
        }
    }
}
