package dev.millrace.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL of a test's own, which can be stopped, killed and started again on the same data and port. */
final class OwnPostgres implements AutoCloseable {

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;
    private boolean running;

    /** @param data an empty directory */
    OwnPostgres(Path data) throws IOException {
        this.data = data;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        start();
    }

    void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                // The disk of a build server is slow, and the machine is not going to lose its power.
                .setServerConfig("fsync", "off")
                // The embedded server's own setting may forget what it has called committed when it is killed.
                .setServerConfig("synchronous_commit", "on")
                .start();
        running = true;
    }

    /** Has the server ask everybody but the superuser for a password (SCRAM), and makes somebody who has one. */
    void requirePassword(String user, String password) throws Exception {
        execute(
                "SET password_encryption = 'scram-sha-256'; CREATE USER " + user + " PASSWORD '" + password + "'",
                "GRANT ALL ON DATABASE postgres TO " + user,
                "GRANT ALL ON SCHEMA public TO " + user);
        Files.writeString(data.resolve("pg_hba.conf"), """
                local all all trust
                host all postgres all trust
                host all all all scram-sha-256
                """);
        execute("SELECT pg_reload_conf()");
        // The server reads it when it has the time to.
        while (logsInWithoutPassword(user)) {
            Thread.sleep(20);
        }
    }

    private boolean logsInWithoutPassword(String user) {
        try {
            DriverManager.getConnection(url().replace("user=postgres", "user=" + user))
                    .close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    boolean isRunning() {
        return running;
    }

    /** As an administrator does: connections are cut, what is committed is kept. */
    void stop() throws Exception {
        ProcessHandle postmaster = postmaster();
        server.close();
        // It is given five seconds; on a busy machine that is not always enough.
        postmaster.onExit().get(60, TimeUnit.SECONDS);
        running = false;
    }

    /** SIGKILL, and the end of every process that it leaves. */
    void kill() throws Exception {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> backends = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        postmaster.onExit().get(30, TimeUnit.SECONDS);
        for (ProcessHandle backend : backends) {
            backend.onExit().get(30, TimeUnit.SECONDS);
        }
        server.close();
    }

    private ProcessHandle postmaster() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    int port() {
        return port;
    }

    String url() {
        return url(port);
    }

    /** @param through a port that leads to the server's */
    String url(int through) {
        return "jdbc:postgresql://localhost:" + through + "/postgres?user=postgres";
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of all rows. */
    String query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            StringBuilder found = new StringBuilder();
            while (rows.next()) {
                found.append(found.isEmpty() ? "" : "\n").append(rows.getString(1));
            }
            return found.toString();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
