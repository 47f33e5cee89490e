package dev.millrace.database;

import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.OnDuplicate;
import dev.millrace.dialect.BulkLoader;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Purpose;
import dev.millrace.dialect.Loading;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A connection with what is prepared on it: lost and made anew together. */
final class LoadSession implements AutoCloseable {
    private final Connection connection;
    private final ProcessingLog log;
    private final BulkLoader logLoader;
    private final @Nullable BulkLoader seenLoader;
    private final DocumentEraser eraser;
    private final IntactDocuments intact;
    private final List<BulkLoader> loaders = new ArrayList<>();
    private final Optional<Loading.ImpliedForeignKeys> impliedKeys;
    private final @Nullable Semaphore turn;
    private boolean writing;

    private LoadSession(
            Connection connection,
            ProcessingLog log,
            BulkLoader logLoader,
            @Nullable BulkLoader seenLoader,
            DocumentEraser eraser,
            IntactDocuments intact,
            Optional<Loading.ImpliedForeignKeys> impliedKeys,
            @Nullable Semaphore turn) {
        this.connection = connection;
        this.log = log;
        this.logLoader = logLoader;
        this.seenLoader = seenLoader;
        this.eraser = eraser;
        this.intact = intact;
        this.impliedKeys = impliedKeys;
        this.turn = turn;
    }

    static LoadSession open(Load load) throws SQLException {
        Target target = load.target();
        Dialect dialect = target.database().dialect();
        TargetSchema schema = target.schema();
        Connection connection = target.database().connect(Purpose.LOAD);
        try {
            LoadSession session = new LoadSession(
                    connection,
                    target.ledger().log(connection),
                    dialect.loader(connection, schema.log(), OnDuplicate.REJECT),
                    target.options().deleteMissing()
                            ? dialect.loader(connection, schema.seen(), OnDuplicate.REJECT)
                            : null,
                    new DocumentEraser(connection, dialect, target.documentRows()),
                    new IntactDocuments(target),
                    target.impliedForeignKeys(),
                    load.turn());
            for (TableMapping table : target.contract().tables()) {
                session.loaders.add(
                        dialect.loader(connection, schema.tables().get(table.index()), table.onDuplicate()));
            }
            connection.setAutoCommit(load.turn() != null);
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

    /** Null unless the run deletes what is missing. */
    @Nullable
    BulkLoader seenLoader() {
        return seenLoader;
    }

    DocumentEraser eraser() {
        return eraser;
    }

    /** The keys of the documents that are in the target as they would be loaded. */
    Set<String> intact(List<PendingDocument> documents, Attempt attempt) throws SQLException {
        return intact.among(connection, documents, attempt);
    }

    /** By table. */
    List<BulkLoader> loaders() {
        return loaders;
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

    /** Has the transaction, which deletes nothing, skip the checks of foreign keys that hold anyway; returns whether it does. */
    boolean skipForeignKeyChecks() throws SQLException {
        return impliedKeys.isPresent() && impliedKeys.get().skipChecks(connection);
    }

    /** Whether a failed load has left the connection useless. */
    boolean isSpoiled() {
        return logLoader.isSpoiled()
                || (seenLoader != null && seenLoader.isSpoiled())
                || loaders.stream().anyMatch(BulkLoader::isSpoiled);
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

    /** What a fault comes from. */
    SQLException causeOf(Dialect dialect, SQLException fault) {
        return dialect.causeOf(connection, fault);
    }

    /** Waits until what was committed is where the database keeps it. */
    void flush(Dialect dialect) throws SQLException {
        dialect.flush(connection);
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

    /** Does not throw, whatever state a fault has left the driver in: others are waiting for the locks and for the turn. */
    @Override
    public void close() {
        try (Connection closing = connection) {
            boolean spoiled = isSpoiled();
            abort();
            if (!spoiled) {
                closing.rollback();
            }
        } catch (SQLException | RuntimeException | Error e) {
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
        if (seenLoader != null) {
            seenLoader.abort();
        }
        for (BulkLoader loader : loaders) {
            loader.abort();
        }
    }
}
