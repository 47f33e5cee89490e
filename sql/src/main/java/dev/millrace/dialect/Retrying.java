package dev.millrace.dialect;

import dev.millrace.workers.Stop;
import dev.millrace.workers.StoppedException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries work with a database again while its faults may pass: as often as a policy says, until somebody asks for the end, and telling each
 * fault once. One for each piece of work; not thread-safe.
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

    /** @param who works, for the log */
    public Retrying(Database database, RetryPolicy policy, Stop stop, String who) {
        this.who = who;
        this.database = database;
        this.tries = policy.begin(stop);
    }

    /**
     * Work over a connection.
     *
     * @param <X> what it throws where the database is not to blame
     */
    @FunctionalInterface
    public interface Work<T, X extends Exception> {
        T over(Connection connection) throws SQLException, X;
    }

    /** Does work over a connection of its own. */
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
     * @throws SQLException the fault itself, at once, when it will not pass or there is to be no further try; {@link StoppedException} when
     *     somebody asks for the end
     */
    public void after(SQLException fault) throws SQLException {
        after(fault, database.mayPass(fault));
    }

    /** The same, where somebody else has judged the fault. */
    public void after(SQLException fault, boolean mayPass) throws SQLException {
        if (!mayPass || !tries.pauseAfter(fault)) {
            throw fault;
        }
        LOG.warn("{} – {}; trying again", who, tries.tell(database.reason(fault, false)));
    }
}
