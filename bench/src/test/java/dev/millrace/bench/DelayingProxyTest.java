package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DelayingProxyTest {

    @Test
    void passesOnWhatBothSidesSayAndThatTheyHaveEnded() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 1, loopback);
                DelayingProxy proxy = new DelayingProxy(listener.getLocalPort(), Duration.ofMillis(2));
                Socket client = new Socket(loopback, proxy.port());
                Socket server = listener.accept()) {
            send(client, "question");
            assertThat(receive(server, "question".length())).isEqualTo("question");

            send(server, "answer");
            server.close();
            assertThat(receive(client, Integer.MAX_VALUE)).isEqualTo("answer");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }
}
