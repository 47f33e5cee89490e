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
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A connection with what is prepared on it: lost and made anew together. */
final class LoadSession implements AutoCloseable {
    private final Connection connection;
    private final ProcessingLog log;
    private final BulkLoader logLoader;
    private final List<BulkLoader> loaders = new ArrayList<>();
    private final @Nullable Semaphore turn;
    private boolean writing;

    private LoadSession(Connection connection, ProcessingLog log, BulkLoader logLoader, @Nullable Semaphore turn) {
        this.connection = connection;
        this.log = log;
        this.logLoader = logLoader;
        this.turn = turn;
    }

    /**
     * @param tables as they stand in the database, in the order of the mappings
     * @param turn what a session holds while it writes, where workers take turns; null elsewhere
     */
    static LoadSession open(
            Database database,
            TableDefinition logTable,
            String contract,
            List<TableDefinition> tables,
            List<TableMapping> mappings,
            @Nullable Semaphore turn)
            throws SQLException {
        Dialect dialect = database.dialect();
        Connection connection = database.connect(Purpose.LOAD);
        try {
            ProcessingLog log = new ProcessingLog(
                    connection, dialect, dialect.qualified(logTable.schema(), logTable.name()), contract);
            LoadSession session =
                    new LoadSession(connection, log, dialect.loader(connection, logTable, OnDuplicate.REJECT), turn);
            for (int i = 0; i < tables.size(); i++) {
                session.loaders.add(dialect.loader(
                        connection, tables.get(i), mappings.get(i).onDuplicate()));
            }
            connection.setAutoCommit(turn != null);
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

    /** Begins a transaction, unless the driver does so by itself. */
    void begin() throws SQLException {
        if (turn != null && !writing) {
            turn.acquireUninterruptibly();
            writing = true;
            connection.setAutoCommit(false);
        }
    }

    void commit() throws SQLException {
        if (turn == null) {
            connection.commit();
        } else {
            // A commit as such would have the driver begin the next transaction, and with it take the next turn.
            connection.setAutoCommit(true);
            endTurn();
        }
    }

    /** Ends every stream and takes everything back. */
    void rollback() throws SQLException {
        abort();
        connection.rollback();
        if (writing) {
            connection.setAutoCommit(true);
            endTurn();
        }
    }

    @Override
    public void close() {
        abort();
        try (Connection closing = connection) {
            closing.rollback();
        } catch (SQLException e) {
            // A connection that cannot be rolled back is gone, and with it its transaction.
            return;
        } finally {
            endTurn();
        }
    }

    private void endTurn() {
        if (writing && turn != null) {
            writing = false;
            turn.release();
        }
    }

    private void abort() {
        logLoader.abort();
        for (BulkLoader loader : loaders) {
            loader.abort();
        }
    }
}
