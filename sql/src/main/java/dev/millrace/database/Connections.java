package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.dialect.Retrying;
import dev.millrace.workers.Stop;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections for queries, and tries again only if a database was reached before. */
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
     * Does work over a connection of its own. If the database cannot be reached, it throws at once, since a mistyped name looks the same. If the
     * database was reached and the connection is lost, it tries again.
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
