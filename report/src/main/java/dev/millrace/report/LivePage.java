package dev.millrace.report;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A page that browsers of this machine follow while it changes. Its address holds a random word, without which nothing is told; the server listens
 * to 127.0.0.1 alone, and answers only who calls it by that name, so that no page of somebody else's can ask for it.
 *
 * <p>Each browser has a thread of its own, which sends it the newest page whenever it has read the one before: who reads slowly, or not at all,
 * misses some and holds up nobody. Where all threads are taken, the oldest request that is none of those who follow is given up for the next, so
 * that who asks by halves, or does not read the answer, keeps nobody out. Thread-safe, and its threads never keep a program running once it is
 * closed.
 *
 * <pre>{@code
 * try (LivePage live = LivePage.open(0, first)) {
 *     System.err.println(live.address());
 *     live.show(second);
 *     live.end(last);
 * }
 * }</pre>
 */
public final class LivePage implements AutoCloseable {

    /** Browsers that follow; each needs a thread. */
    static final int MOST_VIEWERS = 16;

    /** The others answer quickly, or have not yet said what they want. */
    private static final int MOST_THREADS = 2 * MOST_VIEWERS;

    private static final String SCRIPT = Page.resource("live.js");
    private static final byte[] LOCALHOST = {127, 0, 0, 1};

    /** How long {@link #close} waits for browsers to read how it ended. */
    private static final Duration LAST_READ = Duration.ofSeconds(1);

    /** For who follows too many: so often it may ask again. */
    private static final String RETRY_SECONDS = "5";

    /**
     * What there is to see.
     *
     * @param page for who opens the address
     * @param event for who follows
     */
    private record Shown(byte[] page, byte[] event, boolean isLast) {}

    private final HttpServer server;
    private final ExecutorService threads;
    /** Threads with a request of somebody who does not follow, the one that has it longest first. Guarded by itself. */
    private final Set<Thread> answering = new LinkedHashSet<>();
    /** Requests that have a thread or wait for one. Guarded by {@link #answering}. */
    private int requests;

    private final String path;
    private final List<String> hosts;

    // Guarded by this.
    private Shown shown;
    private int number = 1;
    private int viewers;
    /** Whether somebody has opened the address since the page was drawn. */
    private boolean opened;

    private boolean closed;

    private LivePage(HttpServer server, Page first) {
        this.server = server;
        int port = server.getAddress().getPort();
        byte[] word = new byte[16];
        new SecureRandom().nextBytes(word);
        path = "/" + HexFormat.of().formatHex(word);
        hosts = List.of("127.0.0.1:" + port, "localhost:" + port);
        shown = drawn(first, false);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MOST_THREADS, MOST_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "live-page");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
        server.setExecutor(this::execute);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Begins to serve a page.
     *
     * @param port 0 for one that is free
     * @throws IOException when the port is in use, or may not be used
     */
    public static LivePage open(int port, Page first) throws IOException {
        InetAddress here = InetAddress.getByAddress(LOCALHOST);
        return new LivePage(HttpServer.create(new InetSocketAddress(here, port), 0), first);
    }

    /** Where it is, with the random word: who has it can see the page. */
    public URI address() {
        return URI.create("http://" + hosts.get(0) + path);
    }

    /** Shows another page in place of the one before, except behind the {@linkplain #end last}. */
    public void show(Page page) {
        replace(page, false);
    }

    /** Shows the last page, which browsers keep when the connection is closed. */
    public void end(Page page) {
        replace(page, true);
    }

    private void replace(Page page, boolean isLast) {
        Shown next = drawn(page, isLast);
        synchronized (this) {
            if (!shown.isLast()) {
                shown = next;
                number++;
                notifyAll();
            }
        }
    }

    private static Shown drawn(Page page, boolean isLast) {
        String content = page.script(SCRIPT).content();
        // A line break ends a field of an event, and nothing else does: the writer lets no carriage return pass.
        String event = "event: " + (isLast ? "end" : "page") + "\ndata: "
                + content.strip().replace("\n", "\ndata: ") + "\n\n";
        return new Shown(
                page.around(content).getBytes(StandardCharsets.UTF_8), event.getBytes(StandardCharsets.UTF_8), isLast);
    }

    /** Waits until somebody looks, so that there is a reason to draw the page anew. Returns false when it is closed. */
    public synchronized boolean awaitViewer() throws InterruptedException {
        while (viewers == 0 && !opened && !closed) {
            wait();
        }
        opened = false;
        return !closed;
    }

    /** Ends it: browsers that read get the last page, if there was one; the others are left behind after a second. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
            long end = System.nanoTime() + LAST_READ.toNanos();
            try {
                for (long left = LAST_READ.toMillis(); viewers > 0 && left > 0; left = millisUntil(end)) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        // Ends also the writing to who does not read; to stop the server alone would wait for that.
        threads.shutdownNow();
        server.stop(0);
    }

    private static long millisUntil(long end) {
        return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }

    /** Gives a request a thread, if need be that of the oldest one. */
    private void execute(Runnable request) {
        synchronized (answering) {
            threads.execute(() -> run(request));
            requests++;
            if (requests > MOST_THREADS && !answering.isEmpty()) {
                Thread oldest = answering.iterator().next();
                answering.remove(oldest);
                // Ends its reading or writing, and closes the connection.
                oldest.interrupt();
            }
        }
    }

    private void run(Runnable request) {
        Thread thread = Thread.currentThread();
        synchronized (answering) {
            answering.add(thread);
        }
        try {
            request.run();
        } finally {
            synchronized (answering) {
                answering.remove(thread);
                requests--;
            }
        }
    }

    // What browsers ask for, each in a thread of its own

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers asked = exchange.getRequestHeaders();
            String host = asked.getFirst("Host");
            String origin = asked.getFirst("Origin");
            String wanted = exchange.getRequestURI().getPath();
            if (host == null || !hosts.contains(host) || origin != null && !origin.equals("http://" + host)) {
                refuse(exchange, 403, "This page is for browsers of its own machine, by the address that was printed.");
            } else if (isSame(wanted, path)) {
                if (isReading(exchange)) {
                    page(exchange);
                }
            } else if (isSame(wanted, path + "/events")) {
                if (isReading(exchange)) {
                    events(exchange);
                }
            } else {
                refuse(exchange, 404, "There is nothing here. The page has the address that was printed, all of it.");
            }
        }
    }

    /** In a time that does not tell how much of a guess is right. */
    private static boolean isSame(String wanted, String path) {
        return MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), path.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isReading(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return true;
        }
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        refuse(exchange, 405, "This page can only be read.");
        return false;
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", (why + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void page(HttpExchange exchange) throws IOException {
        Shown now;
        synchronized (this) {
            now = shown;
            opened = true;
            notifyAll();
        }
        exchange.getResponseHeaders().set("Content-Security-Policy", "frame-ancestors 'none'");
        send(exchange, 200, "text/html; charset=utf-8", now.page());
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        boolean withBody = begin(exchange, type);
        exchange.sendResponseHeaders(status, withBody ? body.length : -1);
        if (withBody) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Returns whether more than the head is wanted. */
    private static boolean begin(HttpExchange exchange, String type) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        return !exchange.getRequestMethod().equals("HEAD");
    }

    private void events(HttpExchange exchange) throws IOException {
        if (!enter()) {
            exchange.getResponseHeaders().set("Retry-After", RETRY_SECONDS);
            refuse(exchange, 503, "Too many browsers follow this page.");
            return;
        }
        try {
            boolean withBody = begin(exchange, "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, withBody ? 0 : -1);
            if (withBody) {
                follow(exchange.getResponseBody());
            }
        } catch (InterruptedException e) {
            // The page is closed, and this browser has not read how it ended.
            Thread.currentThread().interrupt();
        } finally {
            leave();
        }
    }

    private boolean enter() {
        synchronized (this) {
            if (viewers == MOST_VIEWERS || closed) {
                return false;
            }
            viewers++;
            notifyAll();
        }
        synchronized (answering) {
            answering.remove(Thread.currentThread());
        }
        return true;
    }

    private synchronized void leave() {
        viewers--;
        notifyAll();
    }

    private void follow(OutputStream out) throws IOException, InterruptedException {
        int last = 0;
        while (true) {
            Shown now;
            synchronized (this) {
                while (number == last && !closed) {
                    wait();
                }
                if (number == last) {
                    return;
                }
                now = shown;
                last = number;
            }
            out.write(now.event());
            out.flush();
            if (now.isLast()) {
                return;
            }
        }
    }
}
