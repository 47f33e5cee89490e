package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A Chromium that is installed, without a window, and with its console and its network watched. Spoken to by its DevTools protocol. */
public final class Browser implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 120;

    /** How a page is looked at. */
    public enum Look {
        LIGHT,
        DARK,
        PRINT
    }

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Map<String, Tab> tabs = new ConcurrentHashMap<>();

    private Browser(Process process, URI address) throws Exception {
        this.process = process;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Listener())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Starts it. A test that has none is skipped.
     *
     * @param folder for its profile
     */
    public static Browser start(Path folder) throws Exception {
        List<Path> found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!found.isEmpty(), "install chromium to open pages in a browser");
        Path profile = folder.resolve("profile");
        Process process = new ProcessBuilder(
                        found.get(0).toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-default-apps",
                        "--disable-extensions",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
        try {
            return new Browser(process, address(process, profile.resolve("DevToolsActivePort")));
        } catch (Exception | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** It writes the port and the path of its socket when it listens. */
    private static URI address(Process process, Path file) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            if (lines.size() >= 2) {
                return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
            }
            Thread.sleep(20);
        }
        throw new IOException("the browser does not listen");
    }

    /** A new tab. */
    public Tab tab() throws Exception {
        String target = call("", "Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .asString();
        String session = call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asString();
        Tab tab = new Tab(session, target);
        tabs.put(session, tab);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            tab.call(domain + ".enable", Map.of());
        }
        return tab;
    }

    private JsonNode call(String session, String method, Map<String, ?> parameters) throws Exception {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> message = session.isEmpty()
                ? Map.of("id", id, "method", method, "params", parameters)
                : Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
        synchronized (this) {
            socket.sendText(JSON.writeValueAsString(message), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        JsonNode whole;
        try {
            whole = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException(method + " has no answer", e);
        }
        if (whole.has("error")) {
            throw new IOException(method + ": " + whole.get("error"));
        }
        return whole.get("result");
    }

    private void received(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer =
                    answers.remove(message.get("id").asInt());
            if (answer != null) {
                answer.complete(message);
            }
        } else if (message.has("sessionId")) {
            Tab tab = tabs.get(message.get("sessionId").asString());
            if (tab != null) {
                tab.happened(message.get("method").asString(), message.get("params"));
            }
        }
    }

    @Override
    public void close() throws Exception {
        try {
            call("", "Browser.close", Map.of());
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A page that is open. */
    public final class Tab implements AutoCloseable {

        private final String session;
        private final String target;
        private final List<String> console = new CopyOnWriteArrayList<>();
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private volatile CompletableFuture<Boolean> loaded = new CompletableFuture<>();

        private Tab(String session, String target) {
            this.session = session;
            this.target = target;
        }

        /** What the console says: errors, and what scripts write. */
        public List<String> console() {
            return List.copyOf(console);
        }

        /** The addresses that were asked for, or tried. */
        public List<String> requests() {
            return List.copyOf(requests);
        }

        /** Opens an address, and waits until all of it is there. */
        public Tab open(String address) throws Exception {
            loaded = new CompletableFuture<>();
            call("Page.navigate", Map.of("url", address));
            loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return this;
        }

        /** Looks at it in a window of this width, in pixels. */
        public Tab look(int width, Look look) throws Exception {
            call(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
            call(
                    "Emulation.setEmulatedMedia",
                    Map.of(
                            "media",
                            look == Look.PRINT ? "print" : "",
                            "features",
                            List.of(Map.of(
                                    "name", "prefers-color-scheme", "value", look == Look.DARK ? "dark" : "light"))));
            return this;
        }

        /** What an expression gives, also one that has to be waited for. */
        public JsonNode evaluate(String expression) throws Exception {
            JsonNode result = call(
                    "Runtime.evaluate",
                    Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
            assertThat(result.has("exceptionDetails"))
                    .as("%s", result.get("exceptionDetails"))
                    .isFalse();
            JsonNode value = result.get("result").get("value");
            return value == null ? JSON.nullNode() : value;
        }

        /** Milliseconds of a core that the page has taken until now; others that use the machine do not count. */
        public double busyMillis() throws Exception {
            call("Performance.enable", Map.of("timeDomain", "threadTicks"));
            for (JsonNode metric : call("Performance.getMetrics", Map.of()).get("metrics")) {
                if (metric.get("name").asString().equals("TaskDuration")) {
                    return 1000 * metric.get("value").asDouble();
                }
            }
            throw new IOException("the browser does not tell it");
        }

        /** Waits until an expression is true. */
        public void await(String expression) throws Exception {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!evaluate(expression).asBoolean()) {
                assertThat(System.nanoTime()).as(expression).isLessThan(end);
                Thread.sleep(50);
            }
        }

        /**
         * What axe-core finds wrong for those who do not see a page, or use no mouse: each rule with the first places.
         *
         * @param withColours also whether colours can be told apart, which takes minutes where there are thousands of texts
         */
        public List<String> violations(boolean withColours) throws Exception {
            evaluate(axe() + ";0");
            JsonNode found = evaluate(
                    "axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: "
                            + withColours
                            + "}}}).then(result => result.violations.map(one => one.id + ': ' + one.help + ' – ' + one.nodes.length + ' times, such as '"
                            + " + one.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join(' | ')))");
            List<String> violations = new ArrayList<>();
            found.forEach(one -> violations.add(one.asString()));
            return violations;
        }

        private void happened(String event, JsonNode what) {
            switch (event) {
                case "Page.loadEventFired" -> loaded.complete(true);
                case "Network.requestWillBeSent" -> {
                    String url = what.get("request").get("url").asString();
                    if (!url.startsWith("data:")) {
                        requests.add(url);
                    }
                }
                case "Runtime.consoleAPICalled" -> console.add(what.get("args").toString());
                case "Runtime.exceptionThrown" ->
                    console.add(what.get("exceptionDetails").toString());
                case "Log.entryAdded" -> console.add(what.get("entry").toString());
                default -> {
                    // Nobody asked for it.
                }
            }
        }

        JsonNode call(String method, Map<String, ?> parameters) throws Exception {
            return Browser.this.call(session, method, parameters);
        }

        @Override
        public void close() throws Exception {
            tabs.remove(session);
            Browser.this.call("", "Target.closeTarget", Map.of("targetId", target));
        }
    }

    private static String axe() throws IOException {
        try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"), "axe-core")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                String message = text.toString();
                text.setLength(0);
                received(JSON.readTree(message));
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}
