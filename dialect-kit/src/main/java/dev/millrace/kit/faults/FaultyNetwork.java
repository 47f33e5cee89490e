package dev.millrace.kit.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Stands between a client and a server on this machine. It can cut a connection right after a COMMIT has reached the
 * server, and it can fall silent: then it swallows what both sides say, and neither of them is told.
 */
public final class FaultyNetwork implements AutoCloseable {
    /** Not the level of a session, "READ COMMITTED". */
    private static final Pattern COMMIT = Pattern.compile("COMMIT(?!TED)");

    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final AtomicBoolean armed = new AtomicBoolean();
    private volatile boolean cut;
    private final List<AtomicBoolean> connections = new CopyOnWriteArrayList<>();

    /** @param serverPort where the server listens */
    public FaultyNetwork(int serverPort) throws IOException {
        this.serverPort = serverPort;
        start(this::accept);
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    public void cutAtNextCommit() {
        armed.set(true);
    }

    public boolean hasCut() {
        return cut;
    }

    /** All connections that there are say nothing any more; new ones work. */
    public void silence() {
        connections.forEach(silent -> silent.set(true));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (true) {
                connect(listener.accept());
            }
        } catch (IOException e) {
            // Closed: the test is over.
            return;
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        } catch (IOException e) {
            // There is no server at the moment: the client is told, and the next one may be luckier.
            client.close();
            return;
        }
        AtomicBoolean silent = new AtomicBoolean();
        connections.add(silent);
        start(() -> pump(client, server, silent, true));
        start(() -> pump(server, client, silent, false));
    }

    private void pump(Socket from, Socket to, AtomicBoolean silent, boolean watch) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
                boolean last = watch
                        && COMMIT.matcher(new String(buffer, 0, size, StandardCharsets.ISO_8859_1))
                                .find()
                        && armed.getAndSet(false);
                if (last) {
                    silent.set(true);
                }
                if (last || !silent.get()) {
                    out.write(buffer, 0, size);
                }
                if (last) {
                    // The server is given the time to commit.
                    Thread.sleep(300);
                    cut = true;
                    return;
                }
            }
        } catch (IOException e) {
            // The other direction has closed both.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, fault) -> {
            throw new UncheckedIOException(new IOException("the proxy failed", fault));
        });
        thread.start();
    }
}
