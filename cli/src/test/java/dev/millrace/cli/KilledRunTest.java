package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real process on a real PostgreSQL, killed with SIGKILL again and again: nothing is lost and nothing comes twice. */
@Timeout(300)
class KilledRunTest {

    private static final int DOCUMENTS = 8_000;
    private static final int KILLS = 10;
    private static final String CONTRACT = "../examples/loan-applications/contract.yaml";

    @TempDir
    private Path folder;

    @Test
    void tablesEqualThoseOfAnUndisturbedRunAfterTenKills() throws Exception {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            assertThat(finish(start("generate", "--documents", String.valueOf(DOCUMENTS), "--to", url)))
                    .isZero();
            assertThat(finish(run(url))).isZero();
            Map<String, String> undisturbed = contents(url);
            execute(url, "DROP SCHEMA migration CASCADE");

            List<Long> loadedAtKill = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = run(url);
                awaitMoreLoaded(url, process, loaded(url));
                Thread.sleep(random.nextInt(300));
                process.destroyForcibly().waitFor();
                loadedAtKill.add(loaded(url));
            }
            assertThat(finish(run(url))).isZero();

            assertThat(contents(url))
                    .as("seed %d, documents loaded at each kill: %s", seed, loadedAtKill)
                    .isEqualTo(undisturbed);
            assertThat(loadedAtKill.get(0))
                    .as("the first kill hit a run at work")
                    .isBetween(1L, DOCUMENTS - 1L);
        }
    }

    /** By another text of the contract, which gives the same rows; what a killed reload has loaded anew, the next one leaves. */
    @Test
    void aReloadGoesOnWhereItWasKilled() throws Exception {
        Random random = new Random(Long.getLong("millrace.seed", System.nanoTime()));
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            assertThat(finish(start("generate", "--documents", "3000", "--to", url)))
                    .isZero();
            assertThat(finish(run(url))).isZero();
            Map<String, String> before = contents(url);
            Path changed = folder.resolve("contract.yaml");
            Files.writeString(changed, Files.readString(Path.of(CONTRACT)) + "\n# another text\n");

            for (int kill = 0; kill < 3; kill++) {
                Process process = reload(url, changed);
                long anew = loadedAnew(url);
                while (process.isAlive() && loadedAnew(url) <= anew) {
                    Thread.sleep(10);
                }
                Thread.sleep(random.nextInt(200));
                process.destroyForcibly().waitFor();
            }
            assertThat(finish(reload(url, changed))).isZero();

            assertThat(contents(url)).isEqualTo(before);
            assertThat(loadedAnew(url)).isEqualTo(3000);
            assertThat(count(url, "SELECT max(attempt) FROM migration.processing_log"))
                    .as("nothing is loaded anew a second time")
                    .isEqualTo(2);
        }
    }

    private static Process run(String url) throws IOException {
        // Small batches, so that a kill meets many transactions in every state.
        return start(
                "run", CONTRACT, "--from", url, "--to", url, "--create-tables", "--workers", "3", "--batch-size", "10");
    }

    private static Process reload(String url, Path contract) throws IOException {
        return start(
                "run",
                contract.toString(),
                "--from",
                url,
                "--to",
                url,
                "--on-existing",
                "reload",
                "--workers",
                "3",
                "--batch-size",
                "10");
    }

    private static long loadedAnew(String url) throws SQLException {
        return count(url, "SELECT count(*) FROM migration.processing_log WHERE attempt > 1");
    }

    private static long count(String url, String select) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(select)) {
            count.next();
            return count.getLong(1);
        }
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private static int finish(Process process) throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("the process ends")
                .isTrue();
        return process.exitValue();
    }

    /** Waits until the run has committed something, or has ended because nothing was left. */
    private static void awaitMoreLoaded(String url, Process process, long before) throws Exception {
        while (process.isAlive() && loaded(url) <= before) {
            Thread.sleep(10);
        }
    }

    private static long loaded(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "SELECT count(*) FROM migration.processing_log WHERE status = 'loaded'")) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            // The run has not come to creating it.
            assertThat(e.getSQLState()).isEqualTo("42P01");
            return 0;
        }
    }

    private static Map<String, String> contents(String url) throws SQLException {
        Map<String, String> contents = new LinkedHashMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String table :
                    List.of("app_base", "contact_base", "contact_address", "contact_employment", "scores")) {
                ResultSet sums = statement.executeQuery(
                        "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM migration." + table + " t");
                sums.next();
                contents.put(table, sums.getLong(1) + " rows, sum " + sums.getString(2));
            }
        }
        return contents;
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
