package dev.millrace.dialect;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Dialect} that is about the names of tables and columns in statements.
 *
 * <p>{@link #nameLimit} must be implemented; {@link #quote} if the database has other quotes than the SQL standard; {@link #nameSize} if it
 * does not measure names in chars. Called by all threads at once; results depend on the parameters only.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Identifiers {
    /** How long a name may be, as {@link #nameSize} measures it. */
    int nameLimit();

    /** The size of a name in the database's unit. */
    default int nameSize(String name) {
        return name.length();
    }

    /** The identifier in quotes, whatever characters it has; by default in those of the SQL standard. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** {@code schema.table} with both quoted; the table alone when there is no schema. */
    default String qualified(@Nullable String schema, String table) {
        return schema == null ? quote(table) : quote(schema) + "." + quote(table);
    }
}
