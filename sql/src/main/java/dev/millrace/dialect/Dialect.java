package dev.millrace.dialect;

import dev.millrace.dialect.Dialect.Purpose;
import java.util.Optional;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * What differs between databases: one small final class each, made of whole statements, which {@link Dialects} finds by its name in
 * {@code META-INF/services}. Stateless and thread-safe; public, with a public constructor without parameters. It is
 * made even where its driver is missing, so the driver's classes are for methods that are called when there is one.
 *
 * <p>There is an interface for each purpose, and each says which of its methods must be implemented. To write another dialect, begin with the
 * methods without which it does not compile, and with {@link BatchInsert} as loader. The tests of {@code millrace-dialect-kit} then show what
 * else is missing.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Dialect extends Connecting, Identifiers, TableStatements, Catalog, Values, Queries, Loading, Faults {
    /** What some databases can do and others cannot. */
    enum Capability {
        /** Tables are in schemas, which can be created. */
        SCHEMAS,
        /** Keys and foreign keys can be added to a table that holds rows. */
        CONSTRAINTS_AFTER,
        /** Names in quotes that differ only in case are different names. */
        CASE_SENSITIVE_NAMES,
        /** A text that is longer than its column's length is refused. */
        TEXT_LENGTHS,
        /** A real or double can be NaN or infinite; elsewhere such a value is refused before it is sent. */
        NOT_FINITE_NUMBERS
    }

    /** What a connection is for. A dialect sets up the session for it. */
    enum Purpose {
        /** Reading the catalog, creating tables, short questions. */
        GENERAL,
        /** Key-ordered pages of documents, each found through indexes. */
        READ,
        /** A worker's bulk loading. */
        LOAD,
        /** One long transaction that reads whole tables and should see them as of one moment. */
        COMPARE,
        /** Building keys, foreign keys and indexes over existing rows. */
        BUILD
    }

    /** The name on the command line and in the summary: postgresql, h2 … */
    @Override
    String name();

    Set<Capability> capabilities();

    /** Whether a JDBC URL is one of this database. */
    boolean accepts(String url);

    /** The class of the JDBC driver, which may be missing on the class path. */
    String driver();

    /** Where Maven finds the driver, {@code group:artifact}, for a message when it is missing. */
    default Optional<String> driverModule() {
        return Optional.empty();
    }
}
