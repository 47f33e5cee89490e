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
    /** Why a run cannot use a URL of this database, and what to use instead; empty if it can. */
    default Optional<String> refusesUrl(String url) {
        return Optional.empty();
    }

    /** A text that two URLs share exactly when they lead to the same database; empty if that cannot be told. */
    Optional<String> identity(String url);

    /** The URL to connect with, where the dialect adds what a run cannot do without. */
    default String connectionUrl(String url) {
        return url;
    }

    /** The URL without what only some users may ask for, after such a refusal; empty if it was another one. */
    default Optional<String> plainerUrl(String url, SQLException refusal) {
        return Optional.empty();
    }

    /** Whether the database closes with its last connection, and a run had better keep it open between its phases. */
    default boolean closesWithItsLastConnection() {
        return false;
    }

    /** Whether a connection was refused for a reason that passes within moments by itself: it is tried again for some seconds. */
    default boolean isRefusedForNow(SQLException refusal) {
        return false;
    }

    /** How a URL names the driver's properties: what it names, Millrace does not set. */
    default DriverProperties driverProperties() {
        return DriverProperties.UNKNOWN;
    }

    /** Driver properties of every connection: application name, connect time-out of ten seconds, keep-alive. */
    Properties connectionProperties();

    /** The same for a purpose: what reads and loads documents can have a time-out that would be wrong for building an index. */
    default Properties connectionProperties(Purpose purpose) {
        return connectionProperties();
    }

    /** Whether there is a user to log in as; if not, a user and a password that are given are for another database. */
    default boolean takesLogin() {
        return true;
    }

    /** Why a connection was refused, in words of ours; empty where the driver's message will do. */
    default Optional<String> connectionRefused(SQLException fault) {
        return Optional.empty();
    }

    /** Why client and server do not trust each other, if that is why a connection was refused. */
    default Optional<TrustFault> trustFault(SQLException fault) {
        return TrustFault.of(fault);
    }

    /** What to do about it, in the properties of this driver; empty where nothing is known. */
    default String remedy(TrustFault fault) {
        return "";
    }

    /** What of a driver's message about the network says something: many add what else there is to check. */
    default String shortened(String message) {
        return message;
    }

    /** The file that connecting will create, if the database is one that is not there yet. */
    default Optional<Path> newFile(String url) {
        return Optional.empty();
    }

    /** A connection that stands for one that was opened and guards against what its driver gets wrong; most are used as they are. */
    default Connection wrapped(Connection connection, Purpose purpose) throws SQLException {
        return connection;
    }

    /**
     * Statements that a new connection is set up with. With them a value is read and written as the same text and the same
     * instant whatever the JVM's time zone and language, the URL and the server's defaults are.
     *
     * @param connection that has not been set up yet
     */
    List<String> sessionSettings(Connection connection, Purpose purpose) throws SQLException;

    /**
     * Statements that make a session what it was before its {@link #sessionSettings}, for connections that go back to somebody
     * else.
     *
     * @param connection that has not been set up yet
     */
    default List<String> undoSettings(Connection connection, Purpose purpose) throws SQLException {
        return List.of();
    }
}
