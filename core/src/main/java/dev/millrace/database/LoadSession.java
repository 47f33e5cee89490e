package dev.millrace.database;

import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.TableDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A connection with what is prepared on it: lost and made anew together. */
final class LoadSession implements AutoCloseable {
    private final Connection connection;
    private final ProcessingLog log;
    private final BulkLoader logLoader;
    private final List<BulkLoader> loaders = new ArrayList<>();

    private LoadSession(Connection connection, ProcessingLog log, BulkLoader logLoader) {
        this.connection = connection;
        this.log = log;
        this.logLoader = logLoader;
    }

    /** @param tables as they stand in the database, in the order of the mappings */
    static LoadSession open(
            Database database,
            TableDefinition logTable,
            String contract,
            List<TableDefinition> tables,
            List<TableMapping> mappings)
            throws SQLException {
        Dialect dialect = database.dialect();
        Connection connection = database.connect(Purpose.LOAD);
        try {
            ProcessingLog log = new ProcessingLog(
                    connection, dialect, dialect.qualified(logTable.schema(), logTable.name()), contract);
            LoadSession session =
                    new LoadSession(connection, log, dialect.loader(connection, logTable, OnDuplicate.REJECT));
            for (int i = 0; i < tables.size(); i++) {
                session.loaders.add(dialect.loader(
                        connection, tables.get(i), mappings.get(i).onDuplicate()));
            }
            connection.setAutoCommit(false);
            return session;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    ProcessingLog log() {
        return log;
    }

    BulkLoader logLoader() {
        return logLoader;
    }

    BulkLoader loader(int table) {
        return loaders.get(table);
    }

    /** Whether a failed load has left the connection useless. */
    boolean isSpoiled() {
        return logLoader.isSpoiled() || loaders.stream().anyMatch(BulkLoader::isSpoiled);
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** Ends every stream and takes everything back. */
    void rollback() throws SQLException {
        abort();
        connection.rollback();
    }

    @Override
    public void close() {
        boolean spoiled = isSpoiled();
        abort();
        try (Connection closing = connection) {
            if (!spoiled) {
                closing.rollback();
            }
        } catch (SQLException e) {
            // A connection that cannot be rolled back is gone, and with it its transaction.
            return;
        }
    }

    private void abort() {
        logLoader.abort();
        for (BulkLoader loader : loaders) {
            loader.abort();
        }
    }
}
