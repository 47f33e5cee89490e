package dev.millrace.database;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.Meaning;
import java.sql.SQLException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The target cannot be used: it cannot be reached, the log-in is wrong, or tables are missing or do not fit. Its message is for the user. */
@API(status = API.Status.STABLE, since = "0.1")
public final class TargetException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean usage;

    /**
     * @param message every problem, a line each
     * @param usage whether the user named something wrong or the schema does not fit (exit code 2), as opposed to a database
     *     that is broken or cannot be reached (exit code 1)
     */
    public TargetException(String message, boolean usage, @Nullable Throwable cause) {
        super(message, cause);
        this.usage = usage;
    }

    /** The user has to fix a wrong name or log-in, but not a server that does not answer. */
    static TargetException unreachable(Database database, SQLException fault) {
        return new TargetException(database.explain(fault), database.isMistake(fault), fault);
    }

    /** For statements that have no values of documents. */
    static TargetException broken(Database database, String what, SQLException fault) {
        return broken(database, what, fault, false);
    }

    /** @param showValues whether the message may hold the database's own text, which may hold values of documents */
    static TargetException broken(Database database, String what, SQLException fault, boolean showValues) {
        return new TargetException(
                database.displayUrl() + " – " + what + ": " + database.reason(fault, showValues),
                database.isMistakeOfUse(fault),
                fault);
    }

    /** For statements that only read: where a privilege is lacking, it is SELECT, which not every server says. */
    static TargetException unreadable(Database database, String what, SQLException fault) {
        String reason = database.reason(fault, false);
        boolean unsaid = database.isLackOfPrivilege(fault) && !reason.contains("SELECT");
        return new TargetException(
                database.displayUrl() + " – " + what + ": "
                        + (unsaid ? reason.replace(Meaning.GRANT, "have SELECT granted") : reason),
                database.isMistakeOfUse(fault),
                fault);
    }

    public boolean isUsage() {
        return usage;
    }
}
