package dev.millrace.coverage;

import dev.millrace.document.Location;
import java.util.Comparator;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where something was met first, in the order of the source.
 *
 * @param number which document of the source it is, from 0; of what is around records, the document that comes next
 * @param document the document's key in its source; of what is around records, the file's
 * @param location where in the source the element's start tag begins; null where nobody looked
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FirstMet(
        long number, String document, @Nullable Location location) {

    private static final Comparator<Location> ORDER =
            Comparator.comparingInt(Location::line).thenComparingInt(Location::column);

    /** Whether it comes before another one. */
    boolean isBefore(@Nullable FirstMet other) {
        if (other == null || number != other.number) {
            return other == null || number < other.number;
        }
        if (!document.equals(other.document)) {
            // What is around records, and nobody looks where.
            return location == null;
        }
        return location != null && (other.location == null || ORDER.compare(location, other.location) < 0);
    }
}
