package dev.millrace.coverage;

import dev.millrace.document.Location;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where something was met first, in the order of the source.
 *
 * @param number which document of the source it is, from 0
 * @param document the document's key in its source
 * @param location where in the source the element's start tag begins; null where nobody looked
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FirstMet(
        long number, String document, @Nullable Location location) {

    /** Whether it comes before another one. */
    boolean isBefore(@Nullable FirstMet other) {
        return other == null || number < other.number;
    }
}
