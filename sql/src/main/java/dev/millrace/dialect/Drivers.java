package dev.millrace.dialect;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/** Finds the JDBC driver of a dialect. */
final class Drivers {
    private Drivers() {}

    /**
     * Loads a dialect's driver, which registers itself with {@link DriverManager}.
     *
     * @return the driver, if {@link DriverManager} would not give it to Millrace because only the dialect's class loader sees it
     * @throws SQLException when there is none that understands the URL; its message is for the user and shows nothing of the URL, but its
     *     cause may
     */
    static Optional<Driver> find(Dialect dialect, String connectionUrl) throws SQLException {
        Class<?> type;
        try {
            type = Class.forName(dialect.driver(), true, dialect.getClass().getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new SQLException(
                    "the JDBC driver of " + dialect.name() + " is not on the class path: add "
                            + dialect.driverModule().orElse("the jar") + ", which has " + dialect.driver(),
                    e);
        } catch (LinkageError e) {
            throw new SQLException(
                    "the JDBC driver of " + dialect.name() + " cannot be loaded (" + e
                            + "): check the jars that it needs",
                    e);
        }
        try {
            DriverManager.getDriver(connectionUrl);
            return Optional.empty();
        } catch (SQLException | IllegalArgumentException e) {
            Optional<Driver> own = seenByMillrace(type) ? Optional.empty() : own(type, connectionUrl);
            if (own.isEmpty()) {
                throw new SQLException("the JDBC driver of " + dialect.name() + " does not understand the URL", e);
            }
            return own;
        }
    }

    private static boolean seenByMillrace(Class<?> driver) {
        try {
            return Class.forName(driver.getName(), false, Drivers.class.getClassLoader()) == driver;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static Optional<Driver> own(Class<?> type, String url) {
        try {
            Driver driver =
                    type.asSubclass(Driver.class).getDeclaredConstructor().newInstance();
            return driver.acceptsURL(url) ? Optional.of(driver) : Optional.empty();
        } catch (SQLException | ReflectiveOperationException | ClassCastException e) {
            return Optional.empty();
        }
    }
}
