package dev.millrace.kit;

import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database that the kit is run against: where it is, and its words where the kit writes SQL itself. */
public interface TestedDatabase {
    /** A name in a statement of the kit. */
    Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    /** A place where schemas and tables may be created and dropped; the same each time. */
    Database database();

    /** The column type for a large text. */
    String text();

    /** The column type for large bytes. */
    String binary();

    /** Whether a real or double can be closer to zero than its full precision reaches. */
    default boolean hasSubnormalNumbers() {
        return true;
    }

    /**
     * A statement of the kit in the database's words.
     *
     * @param statement writes names in double quotes, and <code>{s}.</code> before those of a schema
     */
    default String sql(String schema, String statement) {
        Dialect dialect = database().dialect();
        boolean schemas = dialect.capabilities().contains(Capability.SCHEMAS);
        String quoted =
                QUOTED.matcher(statement).replaceAll(name -> Matcher.quoteReplacement(dialect.quote(name.group(1))));
        return quoted.replace("{s}.", schemas ? dialect.quote(schema) + "." : "");
    }
}
