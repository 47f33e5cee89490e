package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LivePageTest {

    private static final Duration PROMPT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newHttpClient();
    private LivePage live;

    private static Page page(String text) {
        return Page.titled("live").lead(out -> out.element("p", text));
    }

    @BeforeEach
    void open() throws IOException, InterruptedException {
        // Those of the test before.
        assertEndsAllThreads();
        live = LivePage.open(0, page("one\ntwo"));
    }

    @AfterEach
    void close() {
        live.close();
    }

    private HttpResponse<String> ask(String method, URI address) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(address)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private URI at(String path) {
        return live.address().resolve(path);
    }

    private URI events() {
        return URI.create(live.address() + "/events");
    }

    @Test
    void isAPageThatFollows() throws Exception {
        HttpResponse<String> page = ask("GET", live.address());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<p>one\ntwo</p>", "new EventSource(", "script-src &#39;sha256-");
        assertThat(page.headers().map())
                .containsEntry("content-type", List.of("text/html; charset=utf-8"))
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("referrer-policy", List.of("no-referrer"))
                .containsEntry("content-security-policy", List.of("frame-ancestors 'none'"));
        assertThat(live.address().getHost()).isEqualTo("127.0.0.1");
        assertThat(live.address().getPath()).matches("/[0-9a-f]{32}");
    }

    @Test
    void tellsNothingWithoutTheWordInItsAddress() throws Exception {
        String word = live.address().getPath();
        for (String path : List.of(
                "/",
                "/events",
                "/favicon.ico",
                word.substring(0, 32),
                word + "/",
                word + "/..",
                word + "0",
                "/0" + word)) {
            HttpResponse<String> answer = ask("GET", at(path));

            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("one", word);
        }
    }

    /** A page of somebody else's, whose name leads to 127.0.0.1, must not read it, even if it had the word. */
    @ParameterizedTest
    @CsvSource({
        "Host: evil.example:PORT, 403",
        "Host: 127.0.0.1, 403",
        "Host: 127.0.0.1:1, 403",
        "X: y, 403",
        "Host: 127.0.0.1:PORT, 200",
        "Host: localhost:PORT, 200"
    })
    void answersOnlyWhoCallsItByItsName(String header, int status) throws Exception {
        String port = "" + live.address().getPort();
        try (Socket socket = connect()) {
            send(
                    socket,
                    "GET " + live.address().getPath() + " HTTP/1.0\r\n" + header.replace("PORT", port) + "\r\n\r\n");

            assertThat(reader(socket).readLine()).contains(" " + status + " ");
        }
    }

    @Test
    void answersNoPageOfAnotherOrigin() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(events())
                .header("Origin", "http://evil.example")
                .build();

        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    }

    @Test
    void canOnlyBeRead() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> answer = ask(method, live.address());

            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
        }
        for (URI address : List.of(live.address(), events())) {
            HttpResponse<String> head = ask("HEAD", address);

            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void allWhoFollowGetWhatIsShownAndTheEnd() throws Exception {
        Follower one = new Follower();
        Follower other = new Follower();
        assertThat(one.next()).contains("event: page", "data: <p>one", "data: two</p>");
        assertThat(other.next()).contains("data: <p>one");

        live.show(page("three"));

        assertThat(one.next()).contains("event: page", "data: <p>three</p>");
        assertThat(other.next()).contains("data: <p>three</p>");
        live.end(page("last"));
        live.show(page("too late"));
        assertThat(one.next()).contains("event: end", "data: <p>last</p>");
        assertThat(one.next()).as("nothing more").isEmpty();
        assertThat(ask("GET", live.address()).body()).contains("<p>last</p>");
        assertThat(new Follower().next()).contains("event: end");
    }

    @Test
    void whoNeverReadsHoldsUpNobody() throws Exception {
        String much = "x".repeat(2_000_000);
        List<Socket> lazy = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                lazy.add(connect());
                ask(lazy.get(i), events());
            }
            Follower reader = new Follower();
            reader.next();
            for (int i = 0; i < 20; i++) {
                long begin = System.nanoTime();
                live.show(page(much + i));
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);
                assertThat(reader.next()).contains(much + i);
            }
            live.end(page("last"));

            long begin = System.nanoTime();
            live.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);
            assertThat(reader.next()).contains("event: end");
        } finally {
            for (Socket socket : lazy) {
                socket.close();
            }
        }
        assertEndsAllThreads();
    }

    /** Threads that wait for who says nothing are bounded, and end with the page. */
    @Test
    void whoSaysNothingKeepsNothing() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Socket socket = connect();
                silent.add(socket);
                send(socket, "GET /");
            }
            assertThat(threads())
                    .as("one more for the server itself")
                    .hasSizeLessThanOrEqualTo(2 * LivePage.MOST_VIEWERS + 1);

            long begin = System.nanoTime();
            live.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        assertEndsAllThreads();
    }

    /** @param request what it says, and then no more; it never reads either */
    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost: ", "GET PATH HTTP/1.1\r\nHost: HOST\r\n\r\n"})
    void whoDoesNotGoOnKeepsNobodyOut(String request) throws Exception {
        live.show(page("x".repeat(10_000_000)));
        Follower reader = new Follower();
        reader.next();
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = connect();
                silent.add(socket);
                send(
                        socket,
                        request.replace("PATH", live.address().getPath())
                                .replace("HOST", live.address().getAuthority()));
            }
            long begin = System.nanoTime();
            live.show(page("seen"));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);

            HttpRequest asked =
                    HttpRequest.newBuilder(live.address()).timeout(PROMPT).build();
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(asked, BodyHandlers.ofString()).body()).contains("<p>seen</p>");
            }

            assertThat(reader.next()).contains("<p>seen</p>");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void refusesMoreWhoFollowThanItHasThreadsFor() throws Exception {
        List<Follower> followers = new ArrayList<>();
        for (int i = 0; i < LivePage.MOST_VIEWERS; i++) {
            Follower follower = new Follower();
            follower.next();
            followers.add(follower);
        }

        HttpResponse<String> refused = ask("GET", events());

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(ask("GET", live.address()).statusCode()).isEqualTo(200);
        followers.get(0).lines.close();
        for (int i = 0; new Follower().status != 200; i++) {
            live.show(page("again " + i));
            Thread.sleep(20);
        }
    }

    @Test
    void waitsForSomebodyWhoLooks() throws Exception {
        Thread waiting = new Thread(() -> {
            try {
                live.awaitViewer();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.setDaemon(true);
        waiting.start();
        waiting.join(100);
        assertThat(waiting.isAlive()).isTrue();

        ask("GET", live.address());

        waiting.join();
        live.close();
        assertThat(live.awaitViewer()).isFalse();
    }

    @Test
    void saysThatAPortIsInUse() {
        assertThatThrownBy(() -> LivePage.open(live.address().getPort(), page("")))
                .isInstanceOf(BindException.class);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().equals("live-page") || thread.getName().equals("HTTP-Dispatcher"))
                .toList();
    }

    private static void assertEndsAllThreads() throws InterruptedException {
        for (Thread thread : threads()) {
            thread.join(PROMPT.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), live.address().getPort());
    }

    private static void ask(Socket socket, URI address) throws IOException {
        send(socket, "GET " + address.getPath() + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n\r\n");
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Reads events, as a browser does. */
    private final class Follower {

        private final int status;
        private final BufferedReader lines;

        Follower() throws IOException, InterruptedException {
            HttpResponse<InputStream> answer =
                    client.send(HttpRequest.newBuilder(events()).build(), BodyHandlers.ofInputStream());
            status = answer.statusCode();
            lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        }

        /** The lines of the next event; none at the end. */
        String next() throws IOException {
            StringBuilder event = new StringBuilder();
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                event.append(line).append('\n');
            }
            return event.toString();
        }
    }
}
