package dev.millrace.mapping;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A row: one value per column of its table, in the order of the contract's columns, each of the Java class of
 * {@link dev.millrace.contract.SqlType.Kind} or null. The array is shared and not changed after mapping.
 *
 * @param values the values
 * @param ordinal the number of the start tag the row comes from, for {@link dev.millrace.xml.XmlParser#locate}
 * @param changes what policies did to its values, for {@link CellCounts}; null where they did nothing. Shared as the values are
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Row(@Nullable Object[] values, int ordinal, int @Nullable [] changes) {

    /** A row whose values are as the document has them. */
    public Row(@Nullable Object[] values, int ordinal) {
        this(values, ordinal, null);
    }
}
