package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Skips;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.report.Browser.Look;
import dev.millrace.report.Browser.Tab;
import dev.millrace.report.ContractDocument.Format;
import dev.millrace.workers.Progress;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Opens pages in a Chromium that is installed, with its console and its network watched. */
@Timeout(300)
class BrowserTest {

    private static final Map<String, String> PAGES = new ConcurrentHashMap<>();

    /** The width of what is printed on it, in pixels. */
    private static final int A4 = 718;

    /** Makes the browser draw also what is far from the window. */
    private static final String DRAW_ALL = "document.head.insertAdjacentHTML('beforeend',"
            + " '<style>.later { content-visibility: visible !important }</style>')";

    @TempDir
    private static Path folder;

    private static @Nullable Browser browser;
    private static @Nullable HttpServer server;
    /** What a page had taken of a core at its last action. */
    private static double busy;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start(folder);
        HttpServer pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            byte[] body =
                    PAGES.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        pages.start();
        server = pages;
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    private static Tab tab() throws Exception {
        return Objects.requireNonNull(browser).tab();
    }

    /** Where a page is served. */
    private static String served(String html) {
        String path = "/" + PAGES.size();
        PAGES.put(path, html);
        return "http://127.0.0.1:" + Objects.requireNonNull(server).getAddress().getPort() + path;
    }

    private static String html(String which, String page) {
        MappingContract contract = which.equals("shop") ? ReportFixtures.shop() : ReportFixtures.tables(300, false);
        return page.equals("doc")
                ? ContractDocument.of(contract, Format.HTML, ReportFixtures.NAMES, "Made by a test", Instant.EPOCH)
                : RunReport.html(
                        ReportFixtures.run(contract, Status.FINISHED, which.equals("shop") ? 10 : 500),
                        "Made by a test");
    }

    @ParameterizedTest
    @CsvSource({"shop,doc", "large,doc", "shop,run", "large,run"})
    void opensWithoutAnErrorARequestOrAnythingBesideTheWindow(String which, String page) throws Exception {
        String address = served(html(which, page));
        try (Tab tab = tab()) {
            for (Look look : Look.values()) {
                for (int width : new int[] {360, 1024, 1600}) {
                    tab.look(width, look).open(address).evaluate(DRAW_ALL);

                    assertThat(tab.evaluate("document.documentElement.scrollWidth")
                                    .asInt())
                            .as("%s, %d wide", look, width)
                            .isEqualTo(width);
                }
            }
            assertThat(tab.console()).isEmpty();
            assertThat(tab.requests()).containsOnly(address);
        }
    }

    @ParameterizedTest
    @CsvSource({"shop,doc", "shop,run"})
    void onPaperNothingIsCutOff(String which, String page) throws Exception {
        try (Tab tab = tab()) {
            tab.look(A4, Look.PRINT).open(served(html(which, page)));

            assertThat(tab.evaluate("[...document.querySelectorAll('.wide, .scroll')]"
                                    + ".filter(each => each.scrollWidth > each.clientWidth).length")
                            .asInt())
                    .isZero();
        }
    }

    /** What the test above relies on. */
    @Test
    void seesErrorsAndRequests() throws Exception {
        try (Tab tab = tab()) {
            tab.open(served("<title>x</title><img src='/picture'><link rel=stylesheet href='http://localhost:1/style'>"
                    + "<script>console.log('said'); nothing()</script>"));

            assertThat(tab.console().toString()).contains("said", "nothing is not defined");
            assertThat(tab.requests()).anyMatch(url -> url.endsWith("/picture")).contains("http://localhost:1/style");
        }
    }

    @ParameterizedTest
    @CsvSource({"shop,doc", "large,doc", "shop,run", "large,run"})
    void everybodyCanUseIt(String which, String page) throws Exception {
        boolean small = which.equals("shop");
        String address = served(html(which, page));
        try (Tab tab = tab()) {
            // Both have the same colours.
            for (Look look : small ? List.of(Look.LIGHT, Look.DARK) : List.of(Look.LIGHT)) {
                tab.look(look == Look.LIGHT ? 1024 : 360, look).open(address).evaluate(DRAW_ALL);

                assertThat(tab.violations(small)).as("%s", look).isEmpty();
            }
        }
    }

    /** What the test above relies on. */
    @Test
    void seesWhatNotEverybodyCanUse() throws Exception {
        try (Tab tab = tab()) {
            tab.open(served("<title>x</title><img src='data:,'><p style='color: #999'>grey</p>"));

            assertThat(tab.violations(true).toString()).contains("image-alt", "color-contrast", "html-has-lang");
        }
    }

    @Test
    void aLivePageChangesAndKeepsWhatItsReaderDid() throws Exception {
        MappingContract contract = ReportFixtures.shop();
        try (LivePage live = LivePage.open(0, live(contract, 100));
                Tab tab = tab()) {
            tab.look(1024, Look.LIGHT).open(live.address().toString());
            tab.await("document.querySelector('.outcome').textContent.includes(' 100 documents')");
            assertThat(tab.violations(true)).isEmpty();
            tab.evaluate(
                    "document.querySelector('#tables ~ details, figure ~ details').open = true;"
                            + " document.querySelector('.scroll').focus({preventScroll: true}); scrollTo({top: 300, behavior: 'instant'})");

            live.show(live(contract, 900));

            tab.await("document.querySelector('.outcome').textContent.includes(' 900 documents')");
            assertThat(tab.evaluate("document.querySelector('progress').value").asDouble())
                    .isEqualTo(0.9);
            assertThat(tab.evaluate("document.querySelector('#tables ~ details, figure ~ details').open")
                            .asBoolean())
                    .isTrue();
            assertThat(tab.evaluate("document.activeElement.className").asString())
                    .isEqualTo("scroll");
            assertThat(tab.evaluate("scrollY").asInt()).isEqualTo(300);
            live.end(RunReport.page(ReportFixtures.run(contract, Status.FINISHED, 4), "Made by a test")
                    .status("It has ended."));
            live.close();
            tab.await("document.querySelector('.status').textContent === 'It has ended.'");
            assertThat(tab.evaluate("document.querySelectorAll('.tree li').length")
                            .asInt())
                    .isPositive();
            assertThat(tab.evaluate("source.readyState === EventSource.CLOSED").asBoolean())
                    .isTrue();
            assertThat(tab.console()).isEmpty();
        }
    }

    @Test
    void aLivePageSaysThatItsConnectionIsLost() throws Exception {
        try (Tab tab = tab()) {
            try (LivePage live = LivePage.open(0, live(ReportFixtures.shop(), 100))) {
                tab.open(live.address().toString());
                tab.await("source.readyState === EventSource.OPEN");
            }

            tab.await("document.querySelector('.status').textContent.includes('lost its connection')");
            assertThat(tab.evaluate("document.querySelector('.outcome').textContent")
                            .asString())
                    .contains("100 documents");
        }
    }

    /** Of a thousand documents so many are done. */
    private static Page live(MappingContract contract, long done) {
        RunSummary whole = ReportFixtures.run(contract, Status.RUNNING, 0);
        RunSummary now = new RunSummary(
                whole.run(),
                whole.status(),
                "",
                new Documents(done, done, 0, 0, Skips.NONE, 0, "", 0),
                whole.tables(),
                whole.times(),
                whole.rejects(),
                whole.course(),
                null,
                whole.setup());
        return RunReport.live(now, new Thousand(done), "Made by a test").status("This page follows the run.");
    }

    /**
     * A run of a thousand documents.
     *
     * @param loaded so far
     */
    private record Thousand(long loaded) implements Progress {

        @Override
        public OptionalLong expected() {
            return OptionalLong.of(1_000);
        }

        @Override
        public long read() {
            return loaded;
        }

        @Override
        public long rejected() {
            return 0;
        }

        @Override
        public long skipped() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public double seconds() {
            return 1;
        }

        @Override
        public String bottleneck() {
            return "";
        }
    }

    /**
     * What can be done with a page. How long each takes, from the click to what is seen of it, is printed if {@code -Dmillrace.browser.times}
     * is given.
     */
    @Test
    void everyActionWorksWithAThousandTablesAndFiveThousandPaths() throws Exception {
        MappingContract contract = ReportFixtures.tables(1_000, false);
        String report = served(RunReport.html(ReportFixtures.run(contract, Status.FINISHED, 2_500), "Made by a test"));
        try (Tab tab = tab()) {
            busy = tab.busyMillis();
            tab.look(1024, Look.LIGHT).open(report);
            told("open the page", tab, tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"));
            tab.evaluate("""
                    globalThis.timed = async action => {
                      const begin = performance.now();
                      action();
                      await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                      return performance.now() - begin;
                    }""");

            String isDrawn = "document.querySelector('.tree code').checkVisibility({contentVisibilityAuto: true})";
            assertThat(tab.evaluate(isDrawn).asBoolean()).isFalse();
            JsonNode gone = tab.evaluate("timed(() => document.querySelector('nav a[href=\"#coverage\"]').click())");
            tab.await(isDrawn);
            told("go to the paths", tab, gone);
            assertThat(tab.evaluate("Math.round(document.getElementById('coverage').getBoundingClientRect().top)")
                            .asInt())
                    .isZero();
            String first = "document.querySelector('.tree details')";
            told("close all paths", tab, tab.evaluate("timed(() => " + first + ".querySelector('summary').click())"));
            assertThat(tab.evaluate(first + ".open").asBoolean()).isFalse();
            told("open all paths", tab, tab.evaluate("timed(() => " + first + ".querySelector('summary').click())"));
            assertThat(tab.evaluate(first + ".open").asBoolean()).isTrue();
            tab.evaluate("globalThis.inner = document.querySelector('.tree details:not([open])'); 0");
            told("open a path", tab, tab.evaluate("timed(() => inner.querySelector('summary').click())"));
            assertThat(tab.evaluate("inner.open").asBoolean()).isTrue();
            String clean = "getComputedStyle(document.querySelector('.tree .clean')).display === 'none'";
            told(
                    "only what is left out",
                    tab,
                    tab.evaluate("timed(() => document.querySelector('#gaps-only').click())"));
            assertThat(tab.evaluate(clean).asBoolean()).isTrue();
            told("all again", tab, tab.evaluate("timed(() => document.querySelector('#gaps-only').click())"));
            assertThat(tab.evaluate(clean).asBoolean()).isFalse();
            told(
                    "the diagram as a list",
                    tab,
                    tab.evaluate("timed(() => document.querySelector('figure + details summary').click())"));
            told(
                    "go to the tables",
                    tab,
                    tab.evaluate("timed(() => document.querySelector('nav a[href=\"#tables\"]').click())"));
            told(
                    "go to the end",
                    tab,
                    tab.evaluate("timed(() => document.querySelector('nav a[href=\"#about\"]').click())"));
            assertThat(tab.console()).isEmpty();
        }
    }

    private static void told(String action, Tab tab, JsonNode milliseconds) throws Exception {
        if (System.getProperty("millrace.browser.times") != null) {
            double before = busy;
            busy = tab.busyMillis();
            System.out.printf("%-24s %6.0f ms, %6.0f ms of a core%n", action, milliseconds.asDouble(), busy - before);
        }
    }
}
