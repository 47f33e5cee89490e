package dev.millrace.dialect;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a database tells about a refused row, by physical names and without values.
 *
 * @param column the column, or null if it does not tell
 * @param constraint the constraint, or null if it does not tell
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Refusal(@Nullable String column, @Nullable String constraint) {
    /** The database does not tell. */
    public static final Refusal UNKNOWN = new Refusal(null, null);
}
