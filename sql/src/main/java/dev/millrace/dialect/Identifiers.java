package dev.millrace.dialect;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Dialect} that is about the names of tables and columns in statements.
 *
 * <p>{@link #nameLimit} must be implemented; {@link #quote} where quotes are not the standard's, {@link #nameSize} where names are not
 * measured in chars. Called by all
 * threads at once; what is returned depends on the parameters alone.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Identifiers {
    /** How long a name may be, as {@link #nameSize} measures it. */
    int nameLimit();

    /** The size of a name in the database's unit. */
    default int nameSize(String name) {
        return name.length();
    }

    /** The identifier in the database's quotes, whatever characters it has: in those of the SQL standard where nothing else is said. */
    default String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** {@code schema.table} with both quoted; the table alone when there is no schema. */
    default String qualified(@Nullable String schema, String table) {
        return schema == null ? quote(table) : quote(schema) + "." + quote(table);
    }
}
