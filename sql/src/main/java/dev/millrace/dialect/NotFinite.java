package dev.millrace.dialect;

import dev.millrace.dialect.TableDefinition.Column;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** For databases whose numbers are finite: NaN and the infinities are refused before they are sent. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class NotFinite {
    private NotFinite() {}

    /**
     * Lets a finite number pass, and whatever is no Float or Double.
     *
     * @param row the row's number among those written to the loader since its last commit, from 0
     * @throws RefusedValueException when a Float or Double is not a number or infinite
     */
    public static void check(@Nullable Object value, Column column, long row) throws RefusedValueException {
        boolean finite =
                !(value instanceof Double || value instanceof Float) || Double.isFinite(((Number) value).doubleValue());
        if (!finite) {
            throw new RefusedValueException(
                    column.name(),
                    row,
                    "the target holds finite numbers only, not NaN or infinity – turn it into another value with"
                            + " 'codes', or make the column a text");
        }
    }
}
