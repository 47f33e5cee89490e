package dev.millrace.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where a database is and how to log in. Opens connections and keeps none: Millrace does not pool, each worker owns the
 * one connection it asks for. Immutable and thread-safe.
 */
public final class Database {

    private Database() {}

    /**
     * @param url a JDBC URL of a supported database
     * @param login user, password and driver properties; may be empty. Never shown
     * @throws IllegalArgumentException with a message for the user when no dialect knows the URL or its driver is missing
     */
    public static Database of(String url, Properties login) {
        throw new IllegalStateException("spine " + url + login);
    }

    /** A new connection of the caller's own, set up by the dialect; auto-commit is on. */
    public Connection connect() throws SQLException {
        throw new IllegalStateException("spine");
    }

    public Dialect dialect() {
        throw new IllegalStateException("spine");
    }

    /** The URL for people: user and password masked. */
    public String displayUrl() {
        throw new IllegalStateException("spine");
    }

    /** Whether both name the same database, so that one statement can see the tables of both. */
    public boolean isSameAs(Database other) {
        throw new IllegalStateException("spine");
    }
}
