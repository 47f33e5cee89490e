package dev.millrace.document;

import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a document, and where. A fault is a value that flows to the rejects; it is not a broken run. Its
 * message holds no value of the document unless the user asked for values to be shown.
 *
 * @param code the stable word
 * @param table the table of the contract concerned, or null
 * @param column the column of the contract concerned, or null
 * @param path the XPath expression concerned, as the contract writes it, or null
 * @param location the place in the document's source, or null if it is not known
 * @param message what was found, what was expected, what to do; one line
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Fault(
        FaultCode code,
        @Nullable String table,
        @Nullable String column,
        @Nullable String path,
        @Nullable Location location,
        String message) {

    public Fault {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** A document that is within the limits and yet too much for Java's memory. */
    public static Fault outOfMemory() {
        return of(
                FaultCode.OUT_OF_MEMORY,
                "the document needs more memory than Java has, which is "
                        + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB; give Java more (-Xmx), or set a limit (--max-document-bytes)");
    }

    public static Fault of(FaultCode code, String message) {
        return new Fault(code, null, null, null, null, message);
    }

    public static Fault at(FaultCode code, @Nullable Location location, String message) {
        return new Fault(code, null, null, null, location, message);
    }

    /** This fault with a place. */
    public Fault withLocation(@Nullable Location place) {
        return new Fault(code, table, column, path, place, message);
    }
}
