package dev.millrace.database;

import dev.millrace.contract.TableMapping;
import dev.millrace.dialect.Faults;
import dev.millrace.dialect.Refusal;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.SqlFault;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says why a database refused a row, in a text of our own: the server's would show values. */
final class Refusals {
    private Refusals() {}

    /** The message of a reject. */
    record Found(FaultCode code, @Nullable String column, String message) {}

    /** @param rows how many rows the document has for the table; the document was alone in its transaction */
    static Found describe(
            Faults dialect,
            SQLException failure,
            SqlFault fault,
            TableMapping table,
            TableDefinition definition,
            int rows) {
        Refusal refusal = dialect.refusal(failure);
        String state = details(dialect, failure, refusal);
        String column = refusal.column() == null ? null : contractColumn(refusal.column(), table, definition);
        return switch (fault) {
            case DUPLICATE_KEY ->
                new Found(
                        FaultCode.DUPLICATE_KEY,
                        column,
                        (rows > 1
                                        ? "a row has a key that the target holds already, or that the database takes for equal"
                                                + " to that of another row of this document (blanks at the end, case, -0)"
                                        : "the target holds a row with this key already")
                                + state
                                + " – 'on-duplicate' of the table says what becomes of such rows");
            case FOREIGN_KEY ->
                new Found(FaultCode.FOREIGN_KEY, column, "a row refers to a row that the target does not hold" + state);
            case CONSTRAINT -> new Found(FaultCode.CONSTRAINT, column, "the target refuses a row" + state);
            case FATAL ->
                new Found(
                        FaultCode.CONSTRAINT,
                        column,
                        "the target refuses a row" + state
                                + ", three times, with this document alone – the database's documentation says why;"
                                + " --retry-rejects tries again");
            // The other kinds end a batch or are tried again, and never reject a document.
            case VALUE, TRANSIENT, CONNECTION, LOGIN ->
                failure instanceof RefusedValueException refused
                        ? new Found(
                                FaultCode.REFUSED_VALUE,
                                contractColumn(refused.column(), table, definition),
                                String.valueOf(refused.getMessage()))
                        : new Found(FaultCode.REFUSED_VALUE, column, "the target refuses a value" + state);
        };
    }

    /** Why the older version of a document could not be deleted. */
    static Fault ofErasing(Faults dialect, SQLException failure, SqlFault fault, TableMapping table) {
        if (failure instanceof SurplusRowsException) {
            return new Fault(
                    FaultCode.CONSTRAINT,
                    table.name(),
                    null,
                    null,
                    null,
                    "the target holds more rows under the keys of the loaded version than it was loaded with, so somebody"
                            + " else's would be deleted, too: it stays – delete those rows, or its own and its entry in the"
                            + " ledger, by hand");
        }
        FaultCode code = fault == SqlFault.FOREIGN_KEY ? FaultCode.FOREIGN_KEY : FaultCode.CONSTRAINT;
        String found = fault == SqlFault.FOREIGN_KEY
                ? "the rows of the loaded version cannot be deleted, because other rows refer to them"
                : "the target refuses to delete the rows of the loaded version";
        String message = found + details(dialect, failure, dialect.refusal(failure)) + ", so it stays";
        return new Fault(code, table.name(), null, null, null, message);
    }

    /** Constraint and state in parentheses, after a blank; empty if the database says neither. */
    private static String details(Faults dialect, SQLException failure, Refusal refusal) {
        String constraint = refusal.constraint() == null ? "" : "constraint " + refusal.constraint();
        String state = dialect.reference(failure);
        String both = constraint + (constraint.isEmpty() || state.isEmpty() ? "" : ", ") + state;
        return both.isEmpty() ? "" : " (" + both + ")";
    }

    private static String contractColumn(String physical, TableMapping table, TableDefinition definition) {
        for (int i = 0; i < definition.columns().size(); i++) {
            if (definition.columns().get(i).name().equals(physical)) {
                return table.columns().get(i).name();
            }
        }
        return physical;
    }
}
