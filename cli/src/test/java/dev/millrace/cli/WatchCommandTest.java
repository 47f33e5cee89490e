package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run --watch}. The documents come through a pipe, so that a run is as far as a test wants it to be. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no pipes that are files")
class WatchCommandTest {

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/[0-9a-f]{32}");
    private static final Duration PROMPT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final FakeTerminal terminal = new FakeTerminal();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path contract = Path.of("");
    private Path pipe = Path.of("");
    private Path report = Path.of("");

    @BeforeEach
    void write() throws Exception {
        contract = SmallContract.in(folder);
        Files.writeString(contract, Files.readString(contract).replace("record: /order ", "record: /orders/order "));
        pipe = folder.resolve("orders.xml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        report = folder.resolve("run.html");
    }

    private CompletableFuture<Integer> run(String... more) {
        List<String> words = new ArrayList<>(List.of("run", "--batch-size", "1", "--create-tables", "--no-progress"));
        words.addAll(List.of("--from", pipe.toString(), "--report", report.toString()));
        words.addAll(List.of(more));
        if (!words.contains("--to")) {
            words.addAll(List.of("--to", url));
        }
        words.addAll(List.of("--watch", contract.toString()));
        return CompletableFuture.supplyAsync(() -> Main.run(
                words.toArray(new String[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal));
    }

    private URI address() throws InterruptedException {
        while (true) {
            Matcher address = ADDRESS.matcher(err.toString(StandardCharsets.UTF_8));
            if (address.find()) {
                return URI.create(address.group());
            }
            Thread.sleep(10);
        }
    }

    /** What a browser that follows is told. */
    private static BufferedReader follow(URI address) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + "/events")).build();
        return new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8));
    }

    /** Reads events until one that has this, and gives all of it. */
    private static String awaits(BufferedReader events, String text) throws IOException {
        StringBuilder event = new StringBuilder();
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (!line.isEmpty()) {
                event.append(line).append('\n');
            } else if (event.indexOf(text) >= 0) {
                return event.toString();
            } else {
                event.setLength(0);
            }
        }
        throw new AssertionError("no event had " + text);
    }

    private static void send(OutputStream documents, String text) throws IOException {
        documents.write(text.getBytes(StandardCharsets.UTF_8));
        documents.flush();
    }

    @Test
    void showsARunWhileItGoesOnAndSavesTheSamePage() throws Exception {
        CompletableFuture<Integer> run = run();
        BufferedReader events = follow(address());
        try (OutputStream documents = Files.newOutputStream(pipe);
                Socket lazy =
                        new Socket(InetAddress.getLoopbackAddress(), address().getPort())) {
            send(
                    lazy.getOutputStream(),
                    "GET " + address().getPath() + "/events HTTP/1.1\r\nHost: "
                            + address().getAuthority() + "\r\n\r\n");
            send(documents, "<orders>" + SmallContract.document(1) + SmallContract.tooLong(2));
            send(documents, SmallContract.document(3) + "\n".repeat(100_000));

            assertThat(awaits(events, "2 documents were loaded"))
                    .contains("event: page", "It goes on. Until now 2 documents were loaded as 6 rows", "1 rejected")
                    .contains("<code>value-too-long</code>")
                    .contains("It is counted while the run goes on")
                    .doesNotContain(SmallContract.MARKER);
            send(documents, "</orders>");
        }

        String last = awaits(events, "event: end");
        assertThat(run.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ExitCode.REJECTS);
        assertThat(last)
                .contains("The run has ended: this page does not change any more, and is saved as " + report + ".")
                .contains("Of the paths of");
        String saved = Files.readString(report);
        assertThat(saved).doesNotContain("<script", "class=\"status\"");
        String main = saved.substring(saved.indexOf("<header>"), saved.indexOf("</footer>"));
        assertThat(last.replace("data: ", "")).contains(main);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce(
                        "The run as a page that follows it, for a browser of this machine:\n  http://127.0.0.1:");
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("http://");
    }

    @Test
    void showsARunThatBreaks() throws Exception {
        CompletableFuture<Integer> run = run();
        BufferedReader events = follow(address());
        try (OutputStream documents = Files.newOutputStream(pipe)) {
            send(documents, "<orders>" + SmallContract.document(1) + "\n".repeat(100_000));
            awaits(events, "1 document was loaded");
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE \"item\"");
            }
            send(documents, SmallContract.document(2) + "</orders>");
        } catch (IOException e) {
            // The run may have closed the pipe by then.
        }

        assertThat(awaits(events, "event: end")).contains("Broke before the end");
        assertThat(run.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ExitCode.BROKEN);
    }

    @Test
    void showsARunThatIsStopped() throws Exception {
        CompletableFuture<Integer> run = run();
        BufferedReader events = follow(address());
        try (OutputStream documents = Files.newOutputStream(pipe)) {
            send(documents, "<orders>" + SmallContract.document(1) + "\n".repeat(100_000));
            awaits(events, "1 document was loaded");
            Objects.requireNonNull(terminal.onInterrupt).accept(ExitCode.INTERRUPTED);
            assertThat(awaits(events, "event: end")).contains("Stopped before the end");
            assertThat(run.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ExitCode.INTERRUPTED);
        }
    }

    /** The run waits for its server, so that a browser is there before it fails. */
    @Test
    void showsARunThatCannotBegin() throws Exception {
        CompletableFuture<Integer> run = run("--to", "jdbc:postgresql://127.0.0.1:1/none", "--retry-for", "3s");
        BufferedReader events = follow(address());

        assertThat(awaits(events, "event: page")).contains("The run has not begun yet.");
        assertThat(awaits(events, "event: end")).contains("The run could not begin, or broke.");
        assertThat(run.get(PROMPT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ExitCode.BROKEN);
    }

    @Test
    void refusesAPortThatIsInUseBeforeItReadsAnything() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Invocation told =
                    Invocation.of("run", "none.yaml", "--from", "none", "--to", url, "--watch=" + other.getLocalPort());

            assertThat(told.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(told.all())
                    .isEqualTo(
                            "--watch: port " + other.getLocalPort()
                                    + " cannot be used – Address already in use; give another one, or none for any that is free\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--watch=abc, expected a whole number",
        "--watch=-1, expected a port from 1 to 65535",
        "--watch=65536, expected a port from 1 to 65535",
        "--watch=99999999999, expected a whole number"
    })
    void refusesWhatIsNoPort(String option, String expected) {
        Invocation told = Invocation.of("run", "none.yaml", "--from", "none", "--to", url, option);

        assertThat(told.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(told.all()).contains("--watch", expected).hasLineCount(1);
    }

    @Test
    void aRunThatNobodyWatchesEndsAtOnce() throws Exception {
        Files.delete(pipe);
        Files.writeString(pipe, "<orders>" + SmallContract.document(1) + "</orders>");

        assertThat(run("--summary", "-").get(PROMPT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{").endsWith("}\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).containsPattern(ADDRESS);
    }

    @Test
    void demoCanBeWatchedToo() {
        Invocation demo = Invocation.of("demo", "--documents", "3", "--watch", "--no-progress");

        assertThat(demo.exitCode()).isZero();
        assertThat(demo.err()).containsPattern(ADDRESS);
    }
}
