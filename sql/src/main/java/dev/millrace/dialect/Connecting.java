package dev.millrace.dialect;

import dev.millrace.dialect.Dialect.Purpose;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apiguardian.api.API;

/**
 * The part of a {@link Dialect} that is about connections: what a URL names, the driver's properties, the log-in, the session's settings,
 * and why a connection was refused.
 *
 * <p>{@link #identity}, {@link #connectionProperties()} and {@link #sessionSettings} must be implemented, and {@link #undoSettings} where
 * connections of a pool are to be used. The rest may be, where the database differs from what the default says. Called by all threads at
 * once, with a connection only by the one that owns it.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Connecting {
    /** Why a run cannot use a URL of this database, and what to use instead; empty if it can use it. */
    default Optional<String> refusesUrl(String url) {
        return Optional.empty();
    }

    /** A text that is equal for two URLs exactly if they are of the same database; empty if that is not known. */
    Optional<String> identity(String url);

    /** The URL to connect with. A dialect can add what a run needs. */
    default String connectionUrl(String url) {
        return url;
    }

    /** The URL without settings that only some users may make, if a connection was refused because of these; empty otherwise. */
    default Optional<String> plainerUrl(String url, SQLException refusal) {
        return Optional.empty();
    }

    /** Whether the database closes with its last connection. A run then keeps it open between its phases. */
    default boolean closesWithItsLastConnection() {
        return false;
    }

    /** Whether a connection was refused for a reason that ends by itself within moments. It is then tried again for some seconds. */
    default boolean isRefusedForNow(SQLException refusal) {
        return false;
    }

    /** How a URL names the driver's properties. Millrace does not set those that the URL names. */
    default DriverProperties driverProperties() {
        return DriverProperties.UNKNOWN;
    }

    /** Driver properties of every connection: application name, connect time-out of ten seconds, keep-alive. */
    Properties connectionProperties();

    /** The same for a purpose. For example, a time-out that is right for loading documents is too short for building an index. */
    default Properties connectionProperties(Purpose purpose) {
        return connectionProperties();
    }

    /** Whether one logs in with a user. If not, a user and a password on the command line are meant for another database. */
    default boolean takesLogin() {
        return true;
    }

    /** Why a connection was refused, in a message of our own; empty where the driver's message is good enough. */
    default Optional<String> connectionRefused(SQLException fault) {
        return Optional.empty();
    }

    /** Why client and server do not trust each other, if that is why a connection was refused. */
    default Optional<TrustFault> trustFault(SQLException fault) {
        return TrustFault.of(fault);
    }

    /** What to do about it, naming properties of this driver; empty where nothing is known. */
    default String remedy(TrustFault fault) {
        return "";
    }

    /** The useful part of a driver's message about the network. Many drivers add long lists of what to check. */
    default String shortened(String message) {
        return message;
    }

    /** The file that connecting will create, if the database is a file that does not exist yet. */
    default Optional<Path> newFile(String url) {
        return Optional.empty();
    }

    /** Whether a URL says itself how the database is made that it names, as one of H2 with a script does. */
    default boolean isMadeBy(String url) {
        return false;
    }

    /** Wraps a connection to work around mistakes of its driver. By default it is used as it is. */
    default Connection wrapped(Connection connection, Purpose purpose) throws SQLException {
        return connection;
    }

    /**
     * Statements that set up a new connection. After them, a value is read and written as the same text and the same instant, whatever the
     * JVM's time zone and language, the URL and the server's defaults are.
     *
     * @param connection that has not been set up yet
     */
    List<String> sessionSettings(Connection connection, Purpose purpose) throws SQLException;

    /**
     * Statements that undo the {@link #sessionSettings}, for connections that are returned to a pool.
     *
     * @param connection that has not been set up yet
     */
    default List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        return List.of();
    }
}
