package dev.millrace.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A longer way to a server on this machine: what goes in at one end comes out at the other half a round trip later, in both
 * directions. It delays and does not throttle: what is sent at once arrives at once.
 */
final class DelayingProxy implements Closeable {

    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * What was read at once; no bytes for the end of the stream.
     *
     * @param due when it is to be written, as {@link System#nanoTime} counts
     */
    private record Piece(byte[] bytes, long due) {}

    private final ServerSocket listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int serverPort;
    private final long delayNanos;

    /**
     * @param serverPort of a server on this machine
     * @param roundTrip how much later an answer comes
     */
    DelayingProxy(int serverPort, Duration roundTrip) throws IOException {
        this.serverPort = serverPort;
        this.delayNanos = roundTrip.toNanos() / 2;
        start(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Cuts all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void acceptAll() throws IOException {
        while (!listener.isClosed()) {
            Socket client = open(listener.accept());
            Socket server = open(new Socket(InetAddress.getLoopbackAddress(), serverPort));
            connect(client, server);
            connect(server, client);
        }
    }

    private Socket open(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    private void connect(Socket from, Socket to) {
        BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
        start(() -> read(from, onTheWay));
        start(() -> write(onTheWay, to));
    }

    private void read(Socket from, BlockingQueue<Piece> onTheWay) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream()) {
            int length;
            while ((length = in.read(buffer)) > 0) {
                onTheWay.add(new Piece(Arrays.copyOf(buffer, length), System.nanoTime() + delayNanos));
            }
        } finally {
            onTheWay.add(new Piece(new byte[0], System.nanoTime()));
        }
    }

    private static void write(BlockingQueue<Piece> onTheWay, Socket to) throws IOException, InterruptedException {
        try (OutputStream out = to.getOutputStream()) {
            for (Piece piece = onTheWay.take(); piece.bytes.length > 0; piece = onTheWay.take()) {
                long early;
                while ((early = piece.due - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(early);
                }
                out.write(piece.bytes);
            }
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | InterruptedException e) {
                        // One of the two ends has closed: so does the other.
                        return;
                    }
                },
                "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
