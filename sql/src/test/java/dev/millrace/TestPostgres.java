package dev.millrace;

import dev.millrace.dialect.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, started once for all tests of a JVM; each test has databases of its own in it. */
public final class TestPostgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    /** The server, started when first asked for. It ends with the JVM. */
    private static final class Server {
        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An empty database of its own. */
    public static Database newDatabase() {
        return Database.of(newDatabaseUrl(), new Properties());
    }

    /** The URL of an empty database of its own, with user and password in it. */
    public static String newDatabaseUrl() {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = observe();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("the test database cannot be created", e);
        }
        return Server.SERVER.getJdbcUrl("postgres", name);
    }

    /** A connection to the server that is no part of what is tested. */
    public static Connection observe() throws SQLException {
        return DriverManager.getConnection(Server.SERVER.getJdbcUrl("postgres", "postgres"));
    }
}
