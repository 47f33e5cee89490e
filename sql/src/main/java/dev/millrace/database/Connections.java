package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Retrying;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections for questions, and tells a database that cannot be reached from one that was lost. */
final class Connections {

    private Connections() {}

    static Connection open(Database database) throws TargetException {
        try {
            return database.connect();
        } catch (SQLException e) {
            throw TargetException.unreachable(database, e);
        }
    }

    /**
     * Asks a database something, over a connection of its own. A database that cannot be reached is told at once, as a mistyped name would
     * look the same; one that was reached, and is lost, is tried again.
     */
    static <T> T ask(Database database, RetryPolicy policy, Stop stop, Retrying.Work<T, TargetException> question)
            throws SQLException, TargetException {
        boolean reached = false;
        Retrying retrying = new Retrying(database, policy, stop);
        while (true) {
            stop.check();
            try (Connection connection = database.connect();
                    Stop.Ending atStop = stop.aborts(connection)) {
                reached = true;
                return question.over(connection);
            } catch (SQLException e) {
                if (!reached) {
                    throw TargetException.unreachable(database, e);
                }
                retrying.after(e);
            }
        }
    }
}
