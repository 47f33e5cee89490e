package dev.millrace.dialect;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server on the loopback that speaks as much as a driver needs to be refused: the first packets of a protocol, or nothing. */
final class TalkingServer implements AutoCloseable {
    /** What is said to a client; the connection ends with it. */
    interface Talk {
        void with(DataInputStream in, OutputStream out, Socket client) throws IOException;
    }

    /** Listens, and says nothing until the client goes. */
    static final Talk SILENCE = (in, out, client) -> {
        in.transferTo(OutputStream.nullOutputStream());
    };

    private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Closeable> clients = new CopyOnWriteArrayList<>();

    TalkingServer(Talk talk) throws IOException {
        Thread thread = new Thread(() -> serve(talk), "talking server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Begins with TLS, as TDS 8 does, and then ends the talk. */
    static Talk tls(SSLContext context) {
        return (in, out, client) -> handshake(context, client);
    }

    /** PostgreSQL's beginning without TLS: it asks for a kind of log-in: 3 a password, 7 what Kerberos says. */
    static Talk postgresAsks(int kind) {
        return (in, out, client) -> {
            int length = in.readInt();
            in.readFully(new byte[length - 4]);
            out.write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, (byte) kind});
            out.flush();
            SILENCE.with(in, out, client);
        };
    }

    /** The beginning of TDS, by a server without TLS. */
    static Talk tdsWithoutTls() {
        return (in, out, client) -> {
            in.readUnsignedShort();
            int length = in.readUnsignedShort();
            in.readFully(new byte[length - 4]);
            byte[] answer = {
                // Type, end of message, length, and what nobody reads.
                4,
                1,
                0,
                26,
                0,
                0,
                1,
                0,
                // Version at 11 with 6 bytes, encryption at 17 with 1, the end.
                0,
                0,
                11,
                0,
                6,
                1,
                0,
                17,
                0,
                1,
                (byte) 0xFF,
                16,
                0,
                3,
                (byte) 0xE8,
                0,
                0,
                2
            };
            out.write(answer);
            out.flush();
            SILENCE.with(in, out, client);
        };
    }

    int port() {
        return listening.getLocalPort();
    }

    private static void handshake(SSLContext context, Socket client) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(client, null, client.getPort(), true);
        secure.setUseClientMode(false);
        secure.startHandshake();
        secure.getInputStream().read();
        secure.close();
    }

    private void serve(Talk talk) {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                clients.add(client);
                Thread thread = new Thread(() -> talk(talk, client), "talk");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void talk(Talk talk, Socket client) {
        try (client) {
            talk.with(new DataInputStream(client.getInputStream()), client.getOutputStream(), client);
        } catch (IOException gone) {
            // The client has heard enough.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Closeable client : clients) {
            client.close();
        }
    }
}
