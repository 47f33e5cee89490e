package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.Retrying;
import dev.millrace.document.Document;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The loading of one run: creates the workers' engines, and has what they share. Thread-safe. */
public final class Load implements AutoCloseable {
    private final Target target;
    /** Locked by the worker that writes, if workers take turns; otherwise null. */
    private final @Nullable Semaphore turn;

    private final LeftAloneKeys leftAlone = new LeftAloneKeys();
    /** Whether a transaction skipped the check of foreign keys. */
    private volatile boolean skippedChecks;
    /** Only keeps the database open; null where that is not needed. */
    private @Nullable Connection kept;

    /** The try of a part of the run that this is; null where nothing is tried but once. */
    private final @Nullable PartTry partTry;

    public Load(Target target) {
        this(target, null);
    }

    /** The loading of a part of a run that may be tried several times; its engines have the part's number as their worker's. */
    public Load(Target joined, @Nullable PartTry partTry) {
        this.target = joined;
        this.partTry = partTry;
        this.turn = target.database().dialect().writesInTurns() ? new Semaphore(1, true) : null;
    }

    /**
     * Keeps the database open until {@link #close}. Otherwise it could close and be opened again between the phases of a run. After Java's memory
     * had run out, DuckDB 2.0 waited forever for such a close, since its driver had lost a connection.
     */
    public void keepOpen() throws TargetException {
        Database database = target.database();
        if (database.dialect().closesWithItsLastConnection()) {
            kept = Connections.open(database);
        }
    }

    /** Does not throw. To be called when the run is over, by the caller of {@link #keepOpen}. */
    @Override
    public void close() {
        Connection open = kept;
        kept = null;
        if (open != null) {
            Database.closeQuietly(open);
        }
    }

    /** A new engine for a worker, with its own connection. */
    public MigrationEngine engine(int worker, LoadClock clock, RowLocator locator) throws TargetException {
        return engine(worker, clock, locator, false);
    }

    /**
     * The same, and says which documents the run has settled.
     *
     * @param settled told, by the thread that loads, of each batch: its documents, and, by identity, those that are now loaded or rejected
     *     by this run, a record of them at least
     */
    public MigrationEngine engine(
            int worker, LoadClock clock, RowLocator locator, BiConsumer<List<Document>, Set<Document>> settled)
            throws TargetException {
        MigrationEngine engine = engine(worker, clock, locator);
        engine.tellWhatIsSettled(settled);
        return engine;
    }

    /** The same, without looking for the places of refused rows in their documents. */
    public MigrationEngine engine(int worker, LoadClock clock) throws TargetException {
        return engine(worker, clock, RowLocator.NONE);
    }

    /** An engine that loads withdrawn documents again, and skips all others. */
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
                // This also helps two processes that open a new SQLite file at once: SQLite refuses one instead of
                // letting it
                // wait.
                try {
                    retrying.after(e);
                } catch (SQLException noFurtherTry) {
                    throw new TargetException(target.database().explain(e), false, e);
                }
            }
        }
    }

    /** Whether any transaction skipped the check of foreign keys that the contract implies. */
    public boolean hasSkippedForeignKeyChecks() {
        return skippedChecks;
    }

    /** Notes that a transaction skipped them, here or elsewhere. */
    public void noteSkippedChecks() {
        skippedChecks = true;
    }

    /** What the engines tell each other of documents that stay as they are. */
    LeftAloneKeys leftAlone() {
        return leftAlone;
    }

    @Nullable
    PartTry partTry() {
        return partTry;
    }

    public Target target() {
        return target;
    }

    /** The lock that a session holds while it writes, if workers take turns; otherwise null. */
    @Nullable
    Semaphore turn() {
        return turn;
    }
}
