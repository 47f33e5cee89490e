package dev.millrace.dialect;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a database says about a refused row. Names are those in the database; there are no values.
 *
 * @param column the column, or null if the database does not say
 * @param constraint the constraint, or null if the database does not say
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Refusal(@Nullable String column, @Nullable String constraint) {
    /** The database says neither. */
    public static final Refusal UNKNOWN = new Refusal(null, null);
}
