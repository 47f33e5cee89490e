package dev.millrace;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A MariaDB server of tests' own, from the programs that are on this machine: its own folder, a free port of the loopback. */
public final class MariaDbServer implements AutoCloseable {
    private static final List<String> SERVERS = List.of("mariadbd", "mysqld");
    private static final List<String> INSTALLERS = List.of("mariadb-install-db", "mysql_install_db");
    private static final long START_SECONDS = 60;

    private final Path folder;
    private final Process process;
    private final int port;

    private MariaDbServer(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /** Starts a server; empty if its programs are not on this machine. */
    public static Optional<MariaDbServer> start(String... options) throws IOException, InterruptedException {
        Optional<Path> server = program(SERVERS);
        Optional<Path> installer = program(INSTALLERS);
        if (server.isEmpty() || installer.isEmpty()) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("millrace-mariadb");
        Path data = folder.resolve("data");
        Path log = folder.resolve("log");
        List<String> user = System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
        List<String> install = new ArrayList<>(List.of(
                installer.get().toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        install.addAll(user);
        if (command(install, log).waitFor() != 0) {
            throw new IOException(Files.readString(log));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> run = new ArrayList<>(List.of(
                server.get().toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + folder.resolve("socket"),
                // A server that starts deletes what others have left there, and what those beside it are using.
                "--tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                "--pid-file=" + folder.resolve("pid"),
                "--skip-log-bin",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                "--innodb-buffer-pool-size=64M",
                "--innodb-flush-log-at-trx-commit=0"));
        run.addAll(user);
        run.addAll(List.of(options));
        MariaDbServer started = new MariaDbServer(folder, command(run, log), port);
        started.await(log);
        return Optional.of(started);
    }

    public int port() {
        return port;
    }

    /** A database that is made if it is not there, for a user who may do anything. */
    public String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root&createDatabaseIfNotExist=true";
    }

    @Override
    public void close() throws InterruptedException, IOException {
        process.destroy();
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(MariaDbServer::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                DriverManager.getConnection(url("kit")).close();
                return;
            } catch (SQLException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    String told = Files.readString(log);
                    close();
                    throw new IOException("the server does not start: " + told, notYet);
                }
            }
            Thread.sleep(100);
        }
    }

    private static Process command(List<String> words, Path log) throws IOException {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static Optional<Path> program(List<String> names) {
        List<String> folders = new ArrayList<>(List.of(System.getenv("PATH").split(File.pathSeparator)));
        folders.addAll(List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/mysql/bin"));
        return names.stream()
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
