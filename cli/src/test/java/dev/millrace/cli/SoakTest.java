package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kit.faults.FaultyNetwork;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of all kinds at random moments, for {@code -Dmillrace.soak=MINUTES}: rounds that load {@code -Dmillrace.soak.documents}
 * (200,000) from the first to the last, through as many runs as that takes. After each round the tables are those of an
 * undisturbed run, and {@code verify} agrees. {@code -Dmillrace.seed} repeats the same order of faults.
 */
@EnabledIfSystemProperty(named = "millrace.soak", matches = "[0-9]+", disabledReason = "say -Dmillrace.soak=MINUTES")
class SoakTest {

    private static final int DOCUMENTS = Integer.getInteger("millrace.soak.documents", 200_000);
    private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("millrace.soak", 0));

    /** The longest pause between two faults. */
    private static final int PAUSE_MILLIS = 5_000;

    private enum Trouble {
        PROCESS_KILLED,
        PROCESS_TERMINATED,
        SERVER_KILLED,
        SERVER_RESTARTED,
        CONNECTIONS_TERMINATED,
        NETWORK_SILENT,
        TABLE_LOCKED
    }

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<Trouble, Integer> troubles = new TreeMap<>();
    private int runs;

    @Test
    void everyRoundEndsWithTheTablesOfAnUndisturbedRun() throws Exception {
        Path contract = SmallContract.in(folder);
        Instant end = Instant.now().plus(LENGTH);
        int rounds = 0;
        try (OwnPostgres server = new OwnPostgres(folder.resolve("data"));
                FaultyNetwork network = new FaultyNetwork(server.port())) {
            server.execute(
                    "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                    "INSERT INTO app_xml SELECT i, '<order id=\"' || i || '\" placed=\"2024-05-01\"><buyer>'"
                            + " || repeat('b', CASE i % 1000 WHEN 77 THEN 20 ELSE 5 END) || '</buyer>"
                            + "<item price=\"1.50\"/><item price=\"' || i % 900 || '.00\"/></order>'"
                            + " FROM generate_series(1, " + DOCUMENTS + ") i");
            assertThat(start(contract, server, network).waitFor()).isEqualTo(ExitCode.REJECTS);
            String undisturbed = contents(server);

            while (Instant.now().isBefore(end)) {
                server.execute("TRUNCATE orders, item, processing_log, processing_run");
                loadUnderFire(contract, server, network, end);
                assertThat(contents(server)).as(told(rounds)).isEqualTo(undisturbed);
                Invocation verified =
                        Invocation.of("verify", contract.toString(), "--from", server.url(), "--to", server.url());
                assertThat(verified.exitCode()).as(verified.all()).isEqualTo(ExitCode.OK);
                rounds++;
                System.err.println(told(rounds));
            }
        }
        assertThat(troubles.values().stream().mapToInt(i -> i).sum())
                .as(told(rounds))
                .isPositive();
    }

    private String told(int rounds) {
        return "seed " + seed + ": " + rounds + " rounds of " + DOCUMENTS + " documents, " + runs + " runs, "
                + troubles.values().stream().mapToInt(i -> i).sum() + " faults " + troubles;
    }

    private void loadUnderFire(Path contract, OwnPostgres server, FaultyNetwork network, Instant end) throws Exception {
        int exitCode = ExitCode.BROKEN;
        while (exitCode != ExitCode.OK && exitCode != ExitCode.REJECTS) {
            Process process = start(contract, server, network);
            runs++;
            awaitWork(process, server);
            // Beyond the end the last round is left in peace, to be finished.
            while (!process.waitFor(random.nextInt(PAUSE_MILLIS), TimeUnit.MILLISECONDS)
                    && Instant.now().isBefore(end)) {
                Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
                troubles.merge(trouble, 1, Integer::sum);
                make(trouble, process, server, network);
            }
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("the run ends").isTrue();
            exitCode = process.exitValue();
        }
    }

    /** Until the run is loading: a fault before that disturbs nothing. */
    private static void awaitWork(Process process, OwnPostgres server) throws Exception {
        String documents = "SELECT count(*) FROM processing_log";
        String before = server.query(documents);
        while (process.isAlive() && server.query(documents).equals(before)) {
            Thread.sleep(50);
        }
    }

    private void make(Trouble trouble, Process process, OwnPostgres server, FaultyNetwork network) throws Exception {
        switch (trouble) {
            case PROCESS_KILLED -> process.destroyForcibly().waitFor();
            case PROCESS_TERMINATED -> process.destroy();
            case SERVER_KILLED -> {
                server.kill();
                server.start();
            }
            case SERVER_RESTARTED -> {
                server.stop();
                Thread.sleep(random.nextInt(2_000));
                server.start();
            }
            case CONNECTIONS_TERMINATED ->
                server.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        + " WHERE application_name = 'millrace' AND random() < 0.6");
            case NETWORK_SILENT -> network.silence();
            case TABLE_LOCKED -> lock(server);
        }
    }

    private void lock(OwnPostgres server) throws Exception {
        try (Connection other = DriverManager.getConnection(server.url());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE item IN EXCLUSIVE MODE");
            Thread.sleep(random.nextInt(3_000));
            other.rollback();
        }
    }

    private Process start(Path contract, OwnPostgres server, FaultyNetwork network) throws IOException {
        String url = server.url(network.port()) + "&socketTimeout=5";
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                contract.toString(),
                "--from",
                url,
                "--to",
                url,
                "--create-tables",
                "--workers",
                String.valueOf(1 + random.nextInt(4)),
                "--batch-size",
                String.valueOf(1 + random.nextInt(50))));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.appendTo(folder.resolve("err").toFile()))
                .start();
    }

    private static String contents(OwnPostgres server) throws Exception {
        return server.query("SELECT count(*) || ' orders ' || sum(hashtextextended(t::text, 0)) FROM orders t"
                + " UNION ALL SELECT count(*) || ' items ' || sum(hashtextextended(t::text, 0)) FROM item t"
                + " UNION ALL SELECT count(*) || ' documents ' || sum(row_count) || sum(hashtextextended("
                + " document_key || status || coalesce(code, ''), 0)) FROM processing_log"
                + " ORDER BY 1");
    }
}
