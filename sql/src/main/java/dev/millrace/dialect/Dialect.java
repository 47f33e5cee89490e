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
 * <p>There is an interface for each purpose, which says what of it must be implemented. Who writes another dialect does well to begin with what
 * does not compile, with {@link BatchInsert} for a loader, and to let the tests of {@code millrace-dialect-kit} say what else is missing.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Dialect extends Connecting, Identifiers, TableStatements, Catalog, Values, Queries, Loading, Faults {
    /** What a database can do beyond the least that all of them can. */
    enum Capability {
        /** Tables live in schemas that can be created. */
        SCHEMAS,
        /** Keys and foreign keys can be added to a table that holds rows. */
        CONSTRAINTS_AFTER,
        /** Names in quotes differ when only their case does. */
        CASE_SENSITIVE_NAMES,
        /** A text that is longer than its column says is refused. */
        TEXT_LENGTHS,
        /** A real or double can be NaN or infinite; elsewhere such a value is refused before it is sent. */
        NOT_FINITE_NUMBERS
    }

    /** What a connection is for; a dialect tunes its session accordingly. */
    enum Purpose {
        /** Nothing special: looking around, creating, comparing. */
        GENERAL,
        /** Key-ordered pages of documents, each found through indexes. */
        READ,
        /** A worker's bulk loading. */
        LOAD,
        /** One long transaction that reads whole tables and should see one moment of them. */
        COMPARE,
        /** Keys, foreign keys and indexes over rows that are there. */
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
