package dev.millrace.dialect;

import java.sql.SQLException;
import java.util.function.Function;

/** Walks the chains of a fault: a driver may put the telling exception into a cause or a next exception. */
final class SqlStates {
    /** Chains are short; the limit is against one that bites its tail. */
    private static final int LONGEST_CHAIN = 20;

    private SqlStates() {}

    /** The first meaning in the chain other than FATAL. */
    static SqlFault classify(SQLException fault, Function<SQLException, SqlFault> one) {
        return classify(fault, one, LONGEST_CHAIN);
    }

    private static SqlFault classify(Throwable fault, Function<SQLException, SqlFault> one, int left) {
        if (left == 0) {
            return SqlFault.FATAL;
        }
        SqlFault meaning = fault instanceof SQLException ? one.apply((SQLException) fault) : SqlFault.FATAL;
        if (meaning == SqlFault.FATAL && fault instanceof SQLException) {
            SQLException next = ((SQLException) fault).getNextException();
            meaning = next == null ? meaning : classify(next, one, left - 1);
        }
        if (meaning == SqlFault.FATAL && fault.getCause() != null) {
            meaning = classify(fault.getCause(), one, left - 1);
        }
        return meaning;
    }
}
