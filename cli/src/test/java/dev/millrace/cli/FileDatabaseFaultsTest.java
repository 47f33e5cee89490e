package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.dialect.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What can happen to a process and its disk happens to runs into a database that is a file. Each run is killed at a random
 * moment, {@code -Dmillrace.kills} times (2); {@code -Dmillrace.seed} repeats the moments, as far as a machine can.
 */
@Timeout(600)
class FileDatabaseFaultsTest {

    private static final int DOCUMENTS = 500;
    private static final int KILLS = Integer.getInteger("millrace.kills", 2);

    /** One that its column is too short for. */
    private static final int REJECTED = 77;

    @TempDir
    private Path folder;

    private enum Place {
        DUCKDB("jdbc:duckdb:"),
        SQLITE("jdbc:sqlite:"),
        H2("jdbc:h2:");

        private final String prefix;

        Place(String prefix) {
            this.prefix = prefix;
        }

        String url(Path folder) {
            return prefix + folder.resolve("target.db");
        }

        String sql(String statement) {
            return this == H2 ? statement.replaceAll("\\b([a-z_]{2,})\\b", "\"$1\"") : statement;
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWithTheTablesOfAnUndisturbedRunAfterKills(Place place) throws Exception {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        Path contract = contract();
        Path peace = Files.createDirectory(folder.resolve("peace"));
        Path fire = Files.createDirectory(folder.resolve("fire"));
        assertThat(finish(contract, place.url(peace))).as(err()).isEqualTo(ExitCode.REJECTS);

        List<Long> loadedAtKill = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            long before = size(fire);
            Process process = start(contract, place.url(fire));
            try (OutputStream input = process.getOutputStream()) {
                feed(input, 1, 50 + random.nextInt(DOCUMENTS - 50));
                while (process.isAlive() && size(fire) == before) {
                    Thread.sleep(5);
                }
                Thread.sleep(random.nextInt(400));
                assertThat(process.isAlive()).as(err()).isTrue();
                process.destroyForcibly().waitFor();
            } catch (IOException e) {
                // The pipe's other end is gone with the process.
                assertThat(process.isAlive()).isFalse();
            }
            loadedAtKill.add(loaded(place, fire));
        }
        String told = "seed " + seed + ", documents loaded at each kill: " + loadedAtKill;

        assertThat(finish(contract, place.url(fire))).as(told + err()).isEqualTo(ExitCode.REJECTS);
        assertThat(contents(place, fire)).as(told).isEqualTo(contents(place, peace));
        if (KILLS > 2) {
            System.err.println(place + ", " + told);
        }
    }

    @ParameterizedTest
    @EnumSource
    void breaksWithAClearLineWhenTheDiskIsFullAndGoesOnWhenThereIsRoom(Place place) throws Exception {
        Path contract = contract();
        Path documents = Files.writeString(folder.resolve("orders.xml"), large());
        Path peace = Files.createDirectory(folder.resolve("peace"));
        Path small = Files.createDirectory(folder.resolve("small"));
        assertThat(run(contract, documents, place.url(peace)).exitCode()).isZero();
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=2m,mode=777", "tmpfs", small.toString()) == 0,
                "run it where a file system can be mounted: on Linux, as root");
        try {
            Invocation full = run(contract, documents, place.url(small));
            assertThat(full.exitCode()).as(full.all()).isEqualTo(ExitCode.BROKEN);
            assertThat(full.err()).contains("its disk is full");

            assertThat(command("mount", "-o", "remount,size=64m", small.toString()))
                    .isZero();
            Invocation next = run(contract, documents, place.url(small));

            assertThat(next.exitCode()).as(next.all()).isZero();
            assertThat(contents(place, small)).isEqualTo(contents(place, peace));
        } finally {
            command("umount", "-l", small.toString());
        }
    }

    private Path contract() throws IOException {
        String text = Files.readString(SmallContract.in(folder))
                .replace("record: /order", "record: /orders/order")
                .replace("placed:", "note:   { path: note, type: text }\n      placed:");
        return Files.writeString(folder.resolve("contract.yaml"), text);
    }

    /** 3 MB that nothing can make smaller. */
    private static String large() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder("<orders>");
        for (int id = 1; id <= 1_500; id++) {
            text.append("<order id=\"").append(id).append("\"><buyer>b</buyer><note>");
            for (int i = 0; i < 125; i++) {
                text.append(String.format("%016x", random.nextLong()));
            }
            text.append("</note><item price=\"1.50\"/></order>");
        }
        return text.append("</orders>").toString();
    }

    private Invocation run(Path contract, Path documents, String url) {
        return Invocation.of(
                "run",
                contract.toString(),
                "--from",
                documents.toString(),
                "--to",
                url,
                "--create-tables",
                "--workers",
                "2",
                "--batch-size",
                "20",
                "--no-progress");
    }

    /** A run that waits for its documents. */
    private Process start(Path contract, String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        contract.toString(),
                        "--from",
                        "-",
                        "--to",
                        url,
                        "--create-tables",
                        "--workers",
                        "2",
                        "--batch-size",
                        "5")
                .redirectOutput(Redirect.DISCARD)
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private int finish(Path contract, String url) throws Exception {
        Process process = start(contract, url);
        try (OutputStream input = process.getOutputStream()) {
            feed(input, 1, DOCUMENTS);
            input.write("</orders>".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the run ends").isTrue();
        return process.exitValue();
    }

    private static void feed(OutputStream input, int from, int to) throws IOException {
        StringBuilder text = new StringBuilder("<orders>");
        for (int id = from; id <= to; id++) {
            text.append(id == REJECTED ? SmallContract.tooLong(id) : SmallContract.document(id));
        }
        input.write(text.toString().getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private String err() throws IOException {
        return "\n" + Files.readString(folder.resolve("err"));
    }

    private static long size(Path folder) throws IOException {
        long size = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                size += Files.size(file);
            }
        }
        return size;
    }

    private static long loaded(Place place, Path folder) {
        try {
            return Long.parseLong(
                    rows(place, folder, "SELECT count(*) FROM processing_log").strip());
        } catch (SQLException e) {
            // The run has not come to creating it.
            return 0;
        }
    }

    private static String contents(Place place, Path folder) throws SQLException {
        return rows(place, folder, "SELECT id, buyer, note, placed FROM orders ORDER BY 1")
                + rows(place, folder, "SELECT order_id, pos, price FROM item ORDER BY 1, 2")
                + rows(place, folder, "SELECT document_key, status, code, row_count FROM processing_log ORDER BY 1");
    }

    private static String rows(Place place, Path folder, String sql) throws SQLException {
        StringBuilder found = new StringBuilder();
        try (Connection connection =
                        Database.of(place.url(folder), new Properties()).connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(place.sql(sql))) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    found.append(rows.getString(i)).append(' ');
                }
                found.append('\n');
            }
        }
        return found.toString();
    }

    private static int command(String... words) throws Exception {
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}
