package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a catalogue is told of runs; what events look like is tested where they are made. */
class LineageOutputTest {

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path in = Path.of("");

    @BeforeEach
    void write() throws IOException {
        contract = SmallContract.in(folder);
        in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
    }

    @Test
    void appendsTheBeginningAndTheEndOfEachRunToAFile() throws IOException {
        Path events = folder.resolve("events.jsonl");

        assertThat(run(events.toString(), "--create-tables").exitCode()).isZero();
        assertThat(run(events.toString()).exitCode()).isZero();

        List<JsonNode> told = events(Files.readAllLines(events));
        assertThat(told)
                .extracting(event -> event.get("eventType").asString())
                .containsExactly("START", "COMPLETE", "START", "COMPLETE");
        assertThat(told.stream().map(event -> event.at("/run/runId").asString()).distinct())
                .hasSize(2);
        assertThat(told.get(1)
                        .at("/outputs/1/outputFacets/outputStatistics/rowCount")
                        .asLong())
                .isEqualTo(2);
        assertThat(told.get(1).at("/job/namespace").asString()).startsWith("h2:mem:");
        assertThat(Files.readString(events)).doesNotContain(SmallContract.MARKER);
    }

    @Test
    void tellsThatARunBroke() throws IOException {
        Path events = folder.resolve("events.jsonl");

        assertThat(run(events.toString()).exitCode()).isEqualTo(2);

        List<JsonNode> told = events(Files.readAllLines(events));
        assertThat(told).hasSize(2);
        assertThat(told.get(1).get("eventType").asString()).isEqualTo("FAIL");
        assertThat(told.get(1).at("/run/facets/errorMessage/message").asString())
                .contains("orders");
    }

    @Test
    void postsToAServer() throws IOException {
        List<String> posted = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/lineage", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(posted.size() == 1 ? 201 : 500, -1);
            exchange.close();
        });
        server.start();
        try {
            Invocation run =
                    run("http://localhost:" + server.getAddress().getPort() + "/api/v1/lineage", "--create-tables");

            assertThat(run.exitCode()).as(run.all()).isZero();
            assertThat(events(posted))
                    .extracting(event -> event.get("eventType").asString())
                    .containsExactly("START", "COMPLETE");
            assertThat(run.err())
                    .contains(
                            "--openlineage: http://localhost:"
                                    + server.getAddress().getPort()
                                    + ": the events of the run could not be delivered – the server answered 500; all else is done");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void loadsAllTheSameWhereNobodyListens() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        Invocation run = run("http://127.0.0.1:" + free + "/key", "--create-tables");

        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.err().lines().filter(line -> line.startsWith("--openlineage")))
                .singleElement()
                .asString()
                .startsWith(
                        "--openlineage: http://127.0.0.1:" + free + ": the events of the run could not be delivered – ")
                .doesNotContain("key");
    }

    @Test
    void refusesWhatIsNoPlaceForEvents() {
        String noUrl =
                "--openlineage: this is no URL that events can be posted to – expected http:// or https://, a host,"
                        + " and a path, such as http://localhost:5000/api/v1/lineage\n";

        assertThat(run("ftp://host/x").err()).isEqualTo(noUrl);
        assertThat(run("http://user:secret@host/x").err()).isEqualTo(noUrl);
        assertThat(run("http:// host").err()).isEqualTo(noUrl);
        assertThat(run(folder.resolve("none/x").toString()).err()).startsWith("--openlineage: cannot be written – ");
        assertThat(run("x.jsonl", "--dry-run").err()).startsWith("--dry-run and --openlineage exclude each other");
        assertThat(run("ftp://host/x").exitCode()).isEqualTo(2);
    }

    private Invocation run(String events, String... more) {
        List<String> words = new ArrayList<>(
                List.of("run", contract.toString(), "--from", in.toString(), "--to", target, "--openlineage", events));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray(String[]::new));
    }

    private static List<JsonNode> events(List<String> lines) {
        ObjectMapper json = new ObjectMapper();
        return lines.stream().map(json::readTree).toList();
    }
}
