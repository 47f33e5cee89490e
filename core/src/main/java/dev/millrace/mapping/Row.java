package dev.millrace.mapping;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A row: one value per column of its table, in the order of the contract's columns, each of the Java class of
 * {@link dev.millrace.contract.SqlType.Kind} or null. The array is shared and not changed after mapping.
 *
 * @param values the values
 * @param ordinal the number of the start tag the row comes from, for {@link dev.millrace.xml.XmlParser#locate}
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Row(@Nullable Object[] values, int ordinal) {}
