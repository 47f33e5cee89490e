package dev.millrace.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/** Stands between client and server and, once armed, cuts the connection right after a COMMIT has reached the server. */
final class CuttingProxy implements AutoCloseable {
    /** Not the level of a session, "READ COMMITTED". */
    private static final Pattern COMMIT = Pattern.compile("COMMIT(?!TED)");

    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final AtomicBoolean armed = new AtomicBoolean();
    private volatile boolean cut;

    CuttingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void cutAtNextCommit() {
        armed.set(true);
    }

    boolean hasCut() {
        return cut;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                AtomicBoolean silent = new AtomicBoolean();
                start(() -> pump(client, server, silent, true));
                start(() -> pump(server, client, silent, false));
            }
        } catch (IOException e) {
            // Closed: the test is over.
            return;
        }
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
                if (watch || !silent.get()) {
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
