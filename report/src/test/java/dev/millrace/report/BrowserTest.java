package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.contract.MappingContract;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.report.ContractDocument.Format;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens pages in a Chromium that is installed, with its console and its network watched. */
@Timeout(300)
class BrowserTest {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private static Path browser = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void find() {
        List<Path> found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!found.isEmpty(), "install chromium to open pages in a browser");
        browser = found.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "360,shop,doc",
        "1024,shop,doc",
        "1600,shop,doc",
        "360,large,doc",
        "1600,large,doc",
        "360,shop,run",
        "1024,shop,run",
        "1600,large,run"
    })
    void opensWithoutAnErrorARequestOrAnythingBesideTheWindow(int width, String which, String page) throws Exception {
        MappingContract contract = which.equals("shop") ? ReportFixtures.shop() : ReportFixtures.tables(300, false);
        String html = page.equals("doc")
                ? ContractDocument.of(contract, Format.HTML, ReportFixtures.NAMES, "Made by a test", Instant.EPOCH)
                : RunReport.html(
                        ReportFixtures.run(contract, Status.FINISHED, which.equals("shop") ? 10 : 2_500),
                        "Made by a test");

        Visit visit = visit(Map.of("/", html));

        assertThat(visit.console()).doesNotContain("CONSOLE");
        assertThat(visit.requests()).containsExactly("/");
        assertThat(visit.asked()).isEmpty();
        // A window is 500 wide at least, but a frame can have any width.
        String frame = "<title>-</title><iframe src='/page' style='width:" + width + "px' frameborder=0 onload=\""
                + "document.title = 'width ' + this.contentDocument.documentElement.scrollWidth\"></iframe>";
        assertThat(visit(Map.of("/", frame, "/page", html)).console()).contains("<title>width " + width + "</title>");
    }

    /** What the test above relies on. */
    @Test
    void seesErrorsAndRequests() throws Exception {
        Visit visit = visit(Map.of(
                "/",
                "<title>x</title><img src='/picture'><link rel=stylesheet href='http://localhost:1/style'>"
                        + "<script>console.log('said'); nothing()</script>"));

        assertThat(visit.console()).contains("CONSOLE", "said");
        assertThat(visit.requests()).contains("/", "/picture");
        assertThat(visit.asked()).anyMatch(url -> url.contains("http://localhost:1/style"));
    }

    /**
     * What happened while a page was open.
     *
     * @param console what the browser printed, the page as it is in the end among it
     * @param requests the paths that the page's own server was asked for
     * @param asked the addresses that the page has had the browser ask; the browser's own are not among them
     */
    private record Visit(String console, List<String> requests, List<String> asked) {}

    /** @param pages by their paths; others are empty */
    private Visit visit(Map<String, String> pages) throws IOException, InterruptedException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            byte[] body =
                    pages.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            String origin = "http://127.0.0.1:" + server.getAddress().getPort();
            Path network = folder.resolve("network.json");
            String console = open(origin + "/", network);
            List<String> asked = Files.readString(network)
                    .lines()
                    .filter(line -> line.contains("\"initiator\":\"" + origin) && line.contains("\"url\":\""))
                    .toList();
            return new Visit(console, List.copyOf(requests), asked);
        } finally {
            server.stop(0);
        }
    }

    private String open(String address, Path network) throws IOException, InterruptedException {
        Path log = folder.resolve("log.txt");
        List<String> command = new ArrayList<>(List.of(browser.toString(), "--headless", "--no-sandbox"));
        command.addAll(Arrays.asList(
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-default-apps",
                "--disable-extensions",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--log-net-log=" + network,
                "--window-size=1600,1000",
                "--dump-dom",
                address));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log);
    }
}
