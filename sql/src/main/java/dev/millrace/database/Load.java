package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.Retrying;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The loading of one run: makes the workers' engines, and holds what they share. Thread-safe. */
public final class Load implements AutoCloseable {
    private final Target target;
    /** Whose turn it is to write, where workers take turns; null elsewhere. */
    private final @Nullable Semaphore turn;
    /** Whether a transaction was spared the check of foreign keys. */
    private volatile boolean skippedChecks;
    /** Does nothing but be there; null where nobody needs it. */
    private @Nullable Connection kept;

    public Load(Target target) {
        this.target = target;
        this.turn = target.database().dialect().writesInTurns() ? new Semaphore(1, true) : null;
    }

    /**
     * Keeps a database open until {@link #close} that else would close and be opened again between the phases of a run. Where Java's memory
     * had run out meanwhile, DuckDB 2.0 waited for ever for such a close: its driver had lost a connection.
     */
    public void keepOpen() throws TargetException {
        Database database = target.database();
        if (database.dialect().closesWithItsLastConnection()) {
            kept = Connections.open(database);
        }
    }

    /** Does not throw. Not before the run is over, and only by whoever has called {@link #keepOpen}. */
    @Override
    public void close() {
        Connection open = kept;
        kept = null;
        if (open != null) {
            Database.closeQuietly(open);
        }
    }

    /** An engine of a worker's own, with its own connection. */
    public MigrationEngine engine(int worker, LoadClock clock, RowLocator locator) throws TargetException {
        return engine(worker, clock, locator, false);
    }

    /** An engine that does not look for the places of refused rows. */
    public MigrationEngine engine(int worker, LoadClock clock) throws TargetException {
        return engine(worker, clock, RowLocator.NONE);
    }

    /** An engine that loads withdrawn documents again, and passes over all others. */
    public MigrationEngine engineForWithdrawn(int worker, LoadClock clock, RowLocator locator) throws TargetException {
        return engine(worker, clock, locator, true);
    }

    private MigrationEngine engine(int worker, LoadClock clock, RowLocator locator, boolean withdrawnOnly)
            throws TargetException {
        Retrying retrying = target.retrying();
        while (true) {
            try {
                target.stop().check();
                return new MigrationEngine(this, worker, clock, locator, withdrawnOnly);
            } catch (SQLException e) {
                // Also where two processes that open a new SQLite file are in each other's way: it does not let them
                // wait there.
                try {
                    retrying.after(e);
                } catch (SQLException noFurtherTry) {
                    throw new TargetException(target.database().explain(e), false, e);
                }
            }
        }
    }

    /** Whether any transaction took the foreign keys for granted that hold by the way the rows are made. */
    public boolean hasSkippedForeignKeyChecks() {
        return skippedChecks;
    }

    void noteSkippedChecks() {
        skippedChecks = true;
    }

    public Target target() {
        return target;
    }

    /** What a session holds while it writes, where workers take turns; null elsewhere. */
    @Nullable
    Semaphore turn() {
        return turn;
    }
}
