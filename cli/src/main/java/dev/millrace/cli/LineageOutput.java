package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.report.CatalogueNames;
import dev.millrace.report.OpenLineage;
import dev.millrace.report.OpenLineage.Event;
import dev.millrace.report.OpenLineage.State;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a catalogue of a run, by {@code --openlineage}: when it begins, and how it ends. Events are appended to a file, a line each, or posted to
 * a URL. Whatever becomes of them, the run goes on: what could not be delivered is said in one line.
 */
final class LineageOutput {

    private static final Duration MOST_SECONDS = Duration.ofSeconds(5);
    private static final String PRODUCER = "https://millrace.dev";
    private static final List<String> SCHEMES = List.of("http", "https");

    private final Console console;
    private final @Nullable Path file;
    private final @Nullable URI url;
    private final UUID run = UUID.randomUUID();
    private CompletableFuture<Void> begun = CompletableFuture.completedFuture(null);
    private @Nullable OpenLineage events;
    private @Nullable MappingContract contract;

    private LineageOutput(Console console, @Nullable Path file, @Nullable URI url) {
        this.console = console;
        this.file = file;
        this.url = url;
    }

    /**
     * @param option the file or URL; null for neither
     * @throws UsageException when the file cannot be written, or the URL is none
     */
    static LineageOutput to(@Nullable String option, boolean dryRun, Console console) throws UsageException {
        if (option != null && dryRun) {
            throw new UsageException(
                    "--dry-run and --openlineage exclude each other: nothing is loaded that a catalogue could show");
        }
        if (option == null) {
            return new LineageOutput(console, null, null);
        }
        if (!option.contains("://")) {
            Path file = OutputFile.of("--openlineage", option);
            OutputFile.check("--openlineage", file);
            return new LineageOutput(console, file, null);
        }
        try {
            URI url = URI.create(option);
            if (SCHEMES.contains(url.getScheme()) && url.getHost() != null && url.getUserInfo() == null) {
                return new LineageOutput(console, null, url);
            }
        } catch (IllegalArgumentException e) {
            // Told below, without what may be a secret in it.
        }
        throw new UsageException(
                "--openlineage: this is no URL that events can be posted to – expected http:// or https://,"
                        + " a host, and a path, such as http://localhost:5000/api/v1/lineage");
    }

    /** The run begins; it does not wait for anybody. */
    void started(MappingContract mapping, RunOptions options) {
        if (file == null && url == null) {
            return;
        }
        Database to = options.to();
        String namespace = to == null ? Main.NAME : to.displayUrl().replaceFirst("^jdbc:", "");
        contract = mapping;
        events = new OpenLineage(mapping, new CatalogueNames(mapping.name(), null, null, namespace), PRODUCER);
        begun = send(Event.of(State.START, Instant.now(), run));
    }

    void ended(RunSummary summary) {
        State state = switch (summary.status()) {
            case FINISHED -> State.COMPLETE;
            case FAILED -> State.FAIL;
            case STOPPED -> State.ABORT;
            case RUNNING -> throw new IllegalArgumentException("a run that goes on has not ended");
        };
        end(state, state == State.COMPLETE ? null : summary.failure(), rows(summary));
    }

    /** The run could not begin, or ended without a summary. */
    void broke(Exception fault) {
        // Messages of faults of Millrace itself may hold anything.
        String reason =
                fault instanceof RuntimeException ? fault.getClass().getName() : String.valueOf(fault.getMessage());
        end(State.FAIL, reason, Map.of());
    }

    /** By the contract's names; a summary has them in its order. */
    private Map<String, Long> rows(RunSummary summary) {
        Map<String, Long> rows = new LinkedHashMap<>();
        List<Long> counts = List.copyOf(summary.tables().rows().values());
        for (int i = 0; contract != null && i < counts.size(); i++) {
            rows.put(contract.tables().get(i).name(), counts.get(i));
        }
        return rows;
    }

    private void end(State state, @Nullable String error, Map<String, Long> rows) {
        if (events == null) {
            return;
        }
        CompletableFuture<Void> ended = begun.handle((done, undelivered) -> null)
                .thenCompose(done -> send(new Event(state, Instant.now(), run, error, rows)));
        try {
            ended.orTimeout(MOST_SECONDS.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            console.err()
                    .println("--openlineage: " + place() + ": the events of the run could not be delivered – "
                            + reason(cause) + "; all else is done");
        }
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? "no answer" : message.lines().findFirst().orElse("no answer");
    }

    /** Without what may be a key in its path or query. */
    private String place() {
        return url == null ? String.valueOf(file) : url.getScheme() + "://" + url.getRawAuthority();
    }

    private CompletableFuture<Void> send(Event event) {
        String json = Objects.requireNonNull(events, "events").json(event);
        if (url == null) {
            try {
                Files.writeString(
                        Objects.requireNonNull(file, "file"),
                        json + "\n",
                        StandardCharsets.UTF_8,
                        StandardOpenOption.APPEND);
                return CompletableFuture.completedFuture(null);
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(MOST_SECONDS)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build();
        return HttpClient.newBuilder()
                .connectTimeout(MOST_SECONDS)
                .build()
                .sendAsync(request, BodyHandlers.discarding())
                .thenAccept(LineageOutput::check);
    }

    private static void check(HttpResponse<Void> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException("the server answered " + response.statusCode());
        }
    }
}
