package dev.millrace.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that says what a fault of the database means. The run has to know whether to try again, to reject a document,
 * or to end. People get a message, which must not hold values of documents.
 *
 * <p>{@link #classify} must be implemented: a fault that it wrongly takes for {@link SqlFault#FATAL} ends a run. {@link #meaning} and
 * {@link #refusal} make messages better. Called by all threads at once.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Faults {
    /** The cause of a fault, where the connection knows more than the fault says. */
    default SQLException causeOf(Connection connection, SQLException fault) {
        return fault;
    }

    /** What a fault of the database means for the run; looks at causes and chained exceptions too. */
    SqlFault classify(SQLException fault);

    /**
     * Whether a {@linkplain SqlFault#FATAL fatal} fault cannot be caused by a document: the disk is full, a table is missing, the user lacks
     * a privilege.
     */
    default boolean isOfTheDatabase(SQLException fault) {
        return SqlStates.isOfTheDatabase(fault);
    }

    /** Whether the user lacks a privilege for a statement. */
    default boolean isLackOfPrivilege(SQLException fault) {
        return "42501".equals(fault.getSQLState());
    }

    /** Explains a fault of a statement, without values of documents. */
    default Meaning meaning(SQLException fault) {
        return SqlStates.meaning(fault.getSQLState());
    }

    /** A code by which people find a fault in the database's documentation; empty if it has none. */
    default String reference(SQLException fault) {
        if (fault.getSQLState() != null) {
            return "SQL state " + fault.getSQLState();
        }
        return fault.getErrorCode() == 0 ? "" : "error " + fault.getErrorCode();
    }

    /** What the database says about a refused row, without any value of it. */
    default Refusal refusal(SQLException fault) {
        return Refusal.UNKNOWN;
    }
}
