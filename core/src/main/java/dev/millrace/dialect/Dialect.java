package dev.millrace.dialect;

import dev.millrace.contract.SqlType;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What differs between databases: one small final class each, made of whole statements. Stateless and thread-safe.
 */
public interface Dialect {

    /** The name on the command line and in the summary: postgresql, h2 … */
    String name();

    /** The identifier in the database's quotes, whatever characters it has. */
    String quote(String identifier);

    /** {@code schema.table} with both quoted; the table alone when there is no schema. */
    default String qualified(@Nullable String schema, String table) {
        return schema == null ? quote(table) : quote(schema) + "." + quote(table);
    }

    /** How DDL writes a type. */
    String typeName(SqlType type);

    /** A SELECT (without a semicolon, with its ORDER BY) cut to its first rows; the count is a {@code ?} parameter at its end. */
    String firstRows(String orderedSelect);

    /** An expression that gives another expression's value as the text that a document key is. */
    String asKeyText(String expression);

    /** What a fault of the database means for the run. */
    SqlFault classify(SQLException fault);
}
