package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.kit.faults.FaultyNetwork;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can happen to a run between two machines happens to it: afterwards, or after the next run, the tables are those of an
 * undisturbed run.
 */
@Timeout(120)
class RealFaultsTest {

    private static final int DOCUMENTS = 900;

    /** Documents whose order number another one has, and one that its column is too short for: rejects. */
    private static final int REJECTS = 4;

    /** A run that asks for its rights before it begins waits for locks, too. */
    private static final String WORKERS_WAIT =
            "SELECT count(*) FROM pg_locks, processing_run WHERE NOT granted AND status = 'running'";

    @TempDir
    private static Path folder;

    private static Path contract;
    private static OwnPostgres server;
    private static String undisturbed;

    @BeforeAll
    static void start() throws Exception {
        contract = SmallContract.in(folder);
        server = new OwnPostgres(folder.resolve("data"));
        server.execute(
                "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)",
                "INSERT INTO app_xml SELECT i, '<order id=\"' || i % (" + (DOCUMENTS - REJECTS + 1)
                        + ") + 1 || '\"><buyer>' || repeat('b', CASE i WHEN 77 THEN 20 ELSE 5 END) || '</buyer>"
                        + "<item price=\"1.50\"/><item price=\"2.00\"/></order>' FROM generate_series(1, " + DOCUMENTS
                        + ") i");
        assertThat(run(server.url()).exitCode()).isEqualTo(ExitCode.REJECTS);
        undisturbed = contents();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void emptyTables() throws SQLException {
        server.execute(
                "TRUNCATE orders, item, processing_log, processing_run",
                // Each order takes a while, so that a run is at work when it is disturbed.
                "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$",
                "CREATE OR REPLACE TRIGGER slow BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION slow()");
    }

    @AfterEach
    void undisturbedAgain() throws SQLException {
        server.execute("DROP TRIGGER slow ON orders");
    }

    @Test
    void goesOnWhenTheServerIsRestarted() throws Exception {
        CompletableFuture<Invocation> run = begin(server.url());
        server.stop();
        server.start();

        assertEnded(run.get());
    }

    @Test
    void goesOnWhenTheServerIsKilledAndStartedAgain() throws Exception {
        CompletableFuture<Invocation> run = begin(server.url());
        server.kill();
        server.start();

        assertEnded(run.get());
    }

    @Test
    void waitsForAServerThatIsNotThereYetOnlyWhenAskedTo() throws Exception {
        Path documents = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(documents.resolve("1.xml"), SmallContract.document(1));
        server.stop();
        try {
            for (Invocation refused : List.of(
                    run(server.url()),
                    Invocation.of("run", contract.toString(), "--from", documents.toString(), "--to", server.url()),
                    Invocation.of("verify", contract.toString(), "--from", server.url(), "--to", server.url()),
                    Invocation.of("generate", "--documents", "1", "--to", server.url()),
                    Invocation.of("status", "--to", server.url()))) {
                assertThat(refused.exitCode()).as(refused.all()).isEqualTo(ExitCode.BROKEN);
                assertThat(refused.err())
                        .contains("the server cannot be reached")
                        .hasLineCount(1);
            }
            CompletableFuture<Invocation> run =
                    CompletableFuture.supplyAsync(() -> run(server.url(), "--retry-for", "60s"));
            Thread.sleep(1_000);
            assertThat(run).isNotDone();
            server.start();

            assertEnded(run.get());
        } finally {
            if (!server.isRunning()) {
                server.start();
            }
        }
    }

    @Test
    void goesOnWhenItsConnectionsAreTerminated() throws Exception {
        CompletableFuture<Invocation> run = begin(server.url());
        int terminated = 0;
        while (!run.isDone() && terminated < 12) {
            terminated += Integer.parseInt(server.query("SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM"
                    + " pg_stat_activity WHERE application_name = 'millrace' ORDER BY random() LIMIT 1) one"));
            Thread.sleep(100);
        }

        assertEnded(run.get());
        assertThat(terminated).isPositive();
    }

    @Test
    void waitsForALockOfSomebodyElse() throws Exception {
        CompletableFuture<Invocation> run;
        try (Connection other = DriverManager.getConnection(server.url());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE item IN EXCLUSIVE MODE");
            run = begin(server.url(), WORKERS_WAIT);
            Thread.sleep(500);
            assertThat(run).isNotDone();
            other.rollback();
        }

        assertEnded(run.get());
    }

    @Test
    void triesAgainWhenAStatementTakesTooLong() throws Exception {
        for (String setting : List.of("lock_timeout", "statement_timeout")) {
            emptyTables();
            CompletableFuture<Invocation> run;
            try (Connection other = DriverManager.getConnection(server.url());
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE item IN EXCLUSIVE MODE");
                run = begin(server.url() + "&options=-c%20" + setting + "=400ms", WORKERS_WAIT);
                Thread.sleep(700);
                other.rollback();
            }

            Invocation ended = run.get();
            assertEnded(ended);
            assertThat(ended.out()).contains("\"retries\":").doesNotContain("\"retries\":0,");
        }
    }

    @Test
    void goesOnWhenTheNetworkSwallowsEverything() throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(server.port())) {
            CompletableFuture<Invocation> run = begin(server.url(network.port()) + "&socketTimeout=2");
            network.silence();

            assertEnded(run.get());
        }
    }

    @Test
    void breaksWithAClearLineWhenTheDiskIsFullAndGoesOnWhenThereIsRoom() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeTrue(
                mount("-t", "tmpfs", "-o", "size=300k,mode=777", "tmpfs", small.toString()) == 0,
                "run it where a file system can be mounted: on Linux, as root");
        try {
            Path place = Files.createDirectory(small.resolve("space"));
            mount("-o", "remount,size=300k", small.toString());
            server.execute("CREATE TABLESPACE small LOCATION '" + place + "'", "ALTER TABLE item SET TABLESPACE small");
            server.execute("ALTER TABLE item ADD COLUMN ballast text DEFAULT repeat('x', 1500)");

            Invocation full = run(server.url());
            assertThat(full.exitCode()).as(full.all()).isEqualTo(ExitCode.BROKEN);
            assertThat(full.err()).contains("its disk is full");
            assertThat(server.query("SELECT status FROM processing_run")).isEqualTo("failed");

            server.execute("ALTER TABLE item SET TABLESPACE pg_default");
            Invocation next = run(server.url());
            assertThat(next.exitCode()).as(next.all()).isEqualTo(ExitCode.REJECTS);
            server.execute("ALTER TABLE item DROP COLUMN ballast");
            assertThat(contents()).isEqualTo(undisturbed);
        } finally {
            server.execute(
                    "ALTER TABLE item SET TABLESPACE pg_default",
                    "ALTER TABLE item DROP COLUMN IF EXISTS ballast",
                    "DROP TABLESPACE IF EXISTS small");
            new ProcessBuilder("umount", "-l", small.toString()).start().waitFor();
        }
    }

    @Test
    void readsEachDocumentThatIsThereThroughoutThoughTheTableChanges() throws Exception {
        CompletableFuture<Invocation> run = begin(server.url());
        server.execute(
                "DELETE FROM app_xml WHERE app_id IN (3, 880)",
                "UPDATE app_xml SET xml = xml || ' ' WHERE app_id % 5 = 0",
                "INSERT INTO app_xml VALUES (" + (DOCUMENTS + 5)
                        + ", '<order id=\"77777\"><buyer>late</buyer></order>')");
        try {
            assertThat(run.get().exitCode()).as(run.get().all()).isEqualTo(ExitCode.REJECTS);
            run(server.url());
            assertThat(server.query("SELECT app_id FROM app_xml WHERE NOT EXISTS"
                            + " (SELECT FROM processing_log WHERE document_key = app_id::text)"))
                    .isEmpty();
            assertThat(server.query("SELECT id FROM orders WHERE id = 77777")).isEqualTo("77777");
        } finally {
            server.execute(
                    "DELETE FROM app_xml WHERE app_id > " + DOCUMENTS,
                    "UPDATE app_xml SET xml = rtrim(xml)",
                    "INSERT INTO app_xml SELECT i, '<order id=\"' || i % (" + (DOCUMENTS - REJECTS + 1)
                            + ") + 1 || '\"><buyer>bbbbb</buyer><item price=\"1.50\"/><item price=\"2.00\"/></order>'"
                            + " FROM (VALUES (3), (880)) v (i)");
        }
    }

    @Test
    void loadsNothingTwiceWhenSeveralProcessesShareTheWork() throws Exception {
        List<CompletableFuture<Invocation>> runs = new ArrayList<>();
        for (String range : List.of("1..", "1..", "1..", "1..300", "301..600", "601..")) {
            runs.add(CompletableFuture.supplyAsync(() -> run(server.url(), "--key-range", range)));
        }
        for (CompletableFuture<Invocation> run : runs) {
            assertThat(run.get().exitCode()).as(run.get().all()).isIn(ExitCode.OK, ExitCode.REJECTS);
        }

        assertThat(contents()).isEqualTo(undisturbed);
        assertThat(server.query("SELECT sum(documents_loaded) = (SELECT count(*) FROM orders) FROM processing_run"))
                .isEqualTo("t");
    }

    @Test
    void finishesTheBatchesUnderWayAtCtrlC() throws Exception {
        assertStopsAt("INT", ExitCode.INTERRUPTED);
    }

    @Test
    void treatsTheSystemsRequestToEndLikeCtrlC() throws Exception {
        assertStopsAt("TERM", 143);
    }

    private static void assertStopsAt(String signal, int exitCode) throws Exception {
        Process process = process(server.url());
        await("SELECT count(*) FROM orders");
        signal(process, signal);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String err = Files.readString(folder.resolve("err"));
        assertThat(process.exitValue()).as(err).isEqualTo(exitCode);
        assertThat(err).contains("Stopping after the batches under way");
        assertThat(Files.readString(folder.resolve("out"))).contains("To go on: the same command again");
        assertThat(server.query("SELECT status FROM processing_run")).isEqualTo("stopped");
        assertEnded(run(server.url()));
    }

    @Test
    void stopsAtOnceAtASecondCtrlC() throws Exception {
        try (Connection other = DriverManager.getConnection(server.url());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE item IN EXCLUSIVE MODE");
            Process process = process(server.url());
            await(WORKERS_WAIT);
            signal(process, "INT");
            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
            signal(process, "INT");

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
            other.rollback();
        }

        assertEnded(run(server.url()));
    }

    @Test
    void stopsAtCtrlCThoughStandardInputSaysNothing() throws Exception {
        Process process = command("run", contract.toString(), "--from", "-", "--to", server.url());
        await("SELECT count(*) FROM processing_run");
        signal(process, "INT");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(server.query("SELECT status FROM processing_run")).isEqualTo("stopped");
    }

    @Test
    void rejectsTheDocumentForWhichThereIsNotEnoughMemory() throws Exception {
        Path large = folder.resolve("large.xml");
        StringBuilder items = new StringBuilder("<order id=\"1\"><buyer>b</buyer>");
        for (int i = 0; i < 600_000; i++) {
            items.append("<item price=\"1.50\"/>");
        }
        Files.writeString(large, items.append("</order>"));
        Process process = command(
                "run",
                contract.toString(),
                "--from",
                large.toString(),
                "--to",
                server.url(),
                "--max-document-bytes",
                "100MB");

        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        String err = Files.readString(folder.resolve("err"));
        assertThat(process.exitValue()).as(err).isEqualTo(ExitCode.REJECTS);
        assertThat(server.query("SELECT code || ' ' || message FROM processing_log"))
                .startsWith("out-of-memory ")
                .contains("give Java more (-Xmx)");
        assertThat(server.query("SELECT count(*) FROM orders")).isEqualTo("0");
    }

    private static void assertEnded(Invocation run) throws SQLException {
        assertThat(run.exitCode()).as(run.all()).isIn(ExitCode.OK, ExitCode.REJECTS);
        assertThat(contents()).isEqualTo(undisturbed);
    }

    /** A run in this process that has committed something. */
    private static CompletableFuture<Invocation> begin(String url) throws Exception {
        return begin(url, "SELECT count(*) FROM orders");
    }

    private static CompletableFuture<Invocation> begin(String url, String count) throws Exception {
        CompletableFuture<Invocation> run = CompletableFuture.supplyAsync(() -> run(url));
        await(count);
        return run;
    }

    private static void await(String count) throws Exception {
        while (server.query(count).equals("0")) {
            Thread.sleep(10);
        }
    }

    private static Invocation run(String url, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "run",
                contract.toString(),
                "--from",
                url,
                "--to",
                url,
                "--create-tables",
                "--workers",
                "3",
                "--batch-size",
                "10",
                "--no-progress",
                "--summary",
                "-"));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray(new String[0]));
    }

    private static Process process(String url) throws IOException {
        return command("run", contract.toString(), "--from", url, "--to", url, "--workers", "3", "--batch-size", "10");
    }

    private static Process command(String... words) throws IOException {
        // Whoever is started in the background by a shell without job control inherits that it ignores Ctrl-C.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private static int mount(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        return process.waitFor();
    }

    /** Every row, and what the ledger says of every document, as sums that do not depend on the order. */
    private static String contents() throws SQLException {
        return server.query("SELECT count(*) || ' orders ' || sum(hashtextextended(t::text, 0)) FROM"
                + " (SELECT id, buyer, placed FROM orders) t UNION ALL"
                + " SELECT count(*) || ' items ' || sum(hashtextextended(t::text, 0)) FROM"
                + " (SELECT order_id, pos, price FROM item) t UNION ALL"
                + " SELECT count(*) || ' documents ' || sum(row_count) FROM processing_log GROUP BY status, code"
                + " ORDER BY 1");
    }
}
