package dev.millrace.dialect;

import dev.millrace.workers.Stop;
import dev.millrace.workers.StoppedException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work with a database again after temporary faults: as often as a policy says, until a stop is asked for. Each fault is logged once. One
 * object for each piece of work; not thread-safe.
 *
 * <pre>{@code
 * Retrying retrying = new Retrying(database, policy, stop);
 * while (true) {
 *     try {
 *         return work();
 *     } catch (SQLException e) {
 *         retrying.after(e);
 *     }
 * }
 * }</pre>
 */
public final class Retrying {
    private static final Logger LOG = LoggerFactory.getLogger(Retrying.class);

    private final Database database;
    private final String who;
    private final RetryPolicy.Tries tries;

    public Retrying(Database database, RetryPolicy policy, Stop stop) {
        this(database, policy, stop, database.displayUrl());
    }

    /** @param who names the work, for the log */
    public Retrying(Database database, RetryPolicy policy, Stop stop, String who) {
        this.who = who;
        this.database = database;
        this.tries = policy.begin(stop);
    }

    /**
     * Work with a connection.
     *
     * @param <X> what it throws for other reasons than a fault of the database
     */
    @FunctionalInterface
    public interface Work<T, X extends Exception> {
        T over(Connection connection) throws SQLException, X;
    }

    /** Does work with a connection of its own. */
    public <T, X extends Exception> T connected(Work<T, X> work) throws SQLException, X {
        while (true) {
            try (Connection connection = database.connect()) {
                return work.over(connection);
            } catch (SQLException e) {
                after(e);
            }
        }
    }

    /**
     * Waits before the next try.
     *
     * @throws SQLException the fault itself, at once, when it is not temporary or there is no further try; {@link StoppedException} when a stop
     *     is asked for
     */
    public void after(SQLException fault) throws SQLException {
        after(fault, database.mayPass(fault));
    }

    /** The same, for a fault of which the caller knows that it is temporary. */
    public void after(SQLException fault, boolean mayPass) throws SQLException {
        if (!mayPass || !tries.pauseAfter(fault)) {
            throw fault;
        }
        LOG.warn("{} – {}; trying again", who, tries.tell(database.reason(fault, false)));
    }
}
