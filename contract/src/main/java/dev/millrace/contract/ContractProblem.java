package dev.millrace.contract;

import java.util.Objects;
import org.apiguardian.api.API;

/**
 * Something wrong in a contract: where, what was found, what is allowed, what was probably meant.
 *
 * @param severity an error stops every command but {@code check}; a warning never does
 * @param position where
 * @param message one line for people
 */
@API(status = API.Status.STABLE, since = "0.1")
public record ContractProblem(Severity severity, Position position, String message) {

    /** How bad it is. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public ContractProblem {
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(message, "message");
        message = MessageText.oneLine(message);
    }

    @Override
    public String toString() {
        return position + ": " + (severity == Severity.WARNING ? "warning: " : "") + message;
    }
}
