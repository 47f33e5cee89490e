package dev.millrace.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that tells what a fault of the database means: for the run, which tries again, blames a document or ends,
 * and for people, in words that give no value of a document.
 *
 * <p>{@link #classify} must be implemented: a fault that it takes for {@link SqlFault#FATAL} by mistake ends a run. {@link #meaning} and
 * {@link #refusal} make messages better. Called by all threads at once.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Faults {
    /** What a fault comes from, where the connection knows more than the fault says. */
    default SQLException causeOf(Connection connection, SQLException fault) {
        return fault;
    }

    /** What a fault of the database means for the run; looks at causes and chained exceptions too. */
    SqlFault classify(SQLException fault);

    /**
     * Whether a {@linkplain SqlFault#FATAL fatal} fault is sure to be no document's: the disk is full, a table is not there, the
     * user lacks a privilege.
     */
    default boolean isOfTheDatabase(SQLException fault) {
        return SqlStates.isOfTheDatabase(fault);
    }

    /** Whether the user may not do what a statement does. */
    default boolean isLackOfPrivilege(SQLException fault) {
        return "42501".equals(fault.getSQLState());
    }

    /** What a fault of a statement comes to; looks at no more than it needs, and gives no value of a document. */
    default Meaning meaning(SQLException fault) {
        return SqlStates.meaning(fault.getSQLState());
    }

    /** By what people find a fault in the database's documentation; empty if it has nothing of the kind. */
    default String reference(SQLException fault) {
        if (fault.getSQLState() != null) {
            return "SQL state " + fault.getSQLState();
        }
        return fault.getErrorCode() == 0 ? "" : "error " + fault.getErrorCode();
    }

    /** What the database tells about a refused row, without any value of it. */
    default Refusal refusal(SQLException fault) {
        return Refusal.UNKNOWN;
    }
}
