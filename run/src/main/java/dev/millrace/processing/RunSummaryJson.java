package dev.millrace.processing;

import dev.millrace.contract.TableShape;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.pipeline.StageClock.Work;
import dev.millrace.processing.RunSummary.Moment;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a {@link RunSummary}: what {@code --summary} writes and the ledger keeps. Stable: within one
 * {@link RunSummary#VERSION} keys are only added, and a key that has no value is there with null.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class RunSummaryJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    /** The stages in the JSON form, in the order in which a document goes through them. Waiting for the own load is not one of them. */
    private static final List<Work> STAGES =
            List.of(Work.READ_WAIT, Work.VALIDATE, Work.PARSE, Work.MAP, Work.ENCODE, Work.LOAD, Work.COMMIT);

    private RunSummaryJson() {}

    /** One object on one line, without a line end: what the ledger keeps of the run. */
    public static String write(RunSummary summary) {
        return write(summary, OptionalInt.empty());
    }

    /** The same, with the exit code of the process. */
    public static String write(RunSummary summary, int exitCode) {
        return write(summary, OptionalInt.of(exitCode));
    }

    private static String write(RunSummary summary, OptionalInt exitCode) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            writeRun(json, summary);
            if (exitCode.isPresent()) {
                json.writeNumberProperty("exit_code", exitCode.getAsInt());
            }
            writeCounts(json, summary);
            writeTimes(json, summary);
            writeCourse(json, summary.course());
            writeRejects(json, summary);
            writeSetup(json, summary.setup());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeSetup(JsonGenerator json, RunSummary.Setup setup) {
        json.writeArrayPropertyStart("structure");
        for (TableShape table : setup.tables()) {
            json.writeStartObject();
            json.writeStringProperty("table", table.name());
            RejectJson.writeTextOrNull(
                    json,
                    "parent",
                    table.parent() < 0
                            ? null
                            : setup.tables().get(table.parent()).name());
            RejectJson.writeTexts(json, "key", table.key());
            json.writeNumberProperty("columns", table.columns());
            json.writeNumberProperty("sets", table.sets());
            json.writeBooleanProperty("nested", table.nested());
            json.writeBooleanProperty("many", table.many());
            RejectJson.writeTextOrNull(json, "refers_to", table.refersTo());
            json.writeEndObject();
        }
        json.writeEndArray();
        writeTexts(json, "options", setup.options());
        writeTexts(json, "environment", setup.environment());
    }

    private static void writeTexts(JsonGenerator json, String name, Map<String, String> texts) {
        json.writeObjectPropertyStart(name);
        texts.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static void writeRun(JsonGenerator json, RunSummary summary) {
        RunSummary.Run run = summary.run();
        json.writeNumberProperty("version", RunSummary.VERSION);
        json.writeStringProperty("run_id", run.id());
        json.writeStringProperty("contract", run.job().contract());
        json.writeStringProperty("contract_hash", run.job().contractHash());
        json.writeStringProperty("source", run.job().source());
        RejectJson.writeTextOrNull(json, "target", run.job().target());
        json.writeBooleanProperty("dry_run", run.job().dryRun());
        RejectJson.writeTextOrNull(
                json, "millrace", RunSummaryJson.class.getPackage().getImplementationVersion());
        json.writeStringProperty("started_at", run.startedAt().toString());
        json.writeNumberProperty("seconds", rounded(summary.times().seconds()));
        json.writeStringProperty("status", summary.status().name().toLowerCase(Locale.ROOT));
        RejectJson.writeTextOrNull(json, "failure", summary.failure().isEmpty() ? null : summary.failure());
        json.writeNumberProperty("workers", run.workers());
        json.writeNumberProperty("connections", run.connections());
    }

    private static void writeCounts(JsonGenerator json, RunSummary summary) {
        RunSummary.Documents documents = summary.documents();
        json.writeObjectPropertyStart("documents");
        json.writeNumberProperty("read", documents.read());
        json.writeNumberProperty("loaded", documents.loaded());
        json.writeNumberProperty("replaced", documents.replaced());
        json.writeNumberProperty("rejected", documents.rejected());
        json.writeNumberProperty("skipped", documents.skipped());
        json.writeNumberProperty("deleted", documents.deleted());
        json.writeNumberProperty("forgotten", documents.forgotten());
        json.writeNumberProperty("loaded_before", documents.skips().loaded());
        json.writeNumberProperty("contract_changed", documents.skips().ofOtherContract());
        json.writeNumberProperty("rejected_earlier", documents.skips().rejected());
        json.writeNumberProperty("left_alone", documents.skips().leftAlone());
        json.writeNumberProperty("unselected", documents.skips().unselected());
        json.writeNumberProperty("unsettled", documents.unsettled());
        json.writeEndObject();
        RejectJson.writeTextOrNull(
                json, "not_deleted", documents.notDeleted().isEmpty() ? null : documents.notDeleted());
        writeNumbers(json, "rows", summary.tables().rows());
        writeNumbers(json, "rows_kept", summary.tables().rowsKept());
        writeCells(json, summary.tables().cells());
        writeFewerRows(json, summary.tables().fewerRows());
        CoverageJson.writeProperty(json, summary.coverage());
        json.writeNumberProperty("bytes_read", summary.times().bytesRead());
        json.writeNumberProperty("documents_per_minute", rounded(summary.documentsPerMinute()));
    }

    private static void writeCells(JsonGenerator json, RunSummary.Cells cells) {
        RejectJson.writeTexts(json, "empty_tables", cells.emptyTables());
        json.writeObjectPropertyStart("empty_columns");
        cells.emptyColumns().forEach((table, columns) -> RejectJson.writeTexts(json, table, columns));
        json.writeEndObject();
        json.writeObjectPropertyStart("changed_by_policy");
        cells.changed().forEach((table, columns) -> {
            json.writeObjectPropertyStart(table);
            columns.forEach((column, counts) -> writeNumbers(json, column, counts));
            json.writeEndObject();
        });
        json.writeEndObject();
    }

    private static void writeFewerRows(JsonGenerator json, RunSummary.@Nullable FewerRows fewer) {
        if (fewer == null) {
            json.writeNullProperty("fewer_rows");
            return;
        }
        json.writeObjectPropertyStart("fewer_rows");
        json.writeNumberProperty("documents_looked_at", fewer.lookedAt());
        json.writeNumberProperty("documents", fewer.documents());
        json.writeNumberProperty("rows_in_ledger", fewer.rowsInLedger());
        json.writeNumberProperty("rows", fewer.rows());
        RejectJson.writeTexts(json, "empty_tables", fewer.emptyTables());
        json.writeEndObject();
    }

    private static void writeNumbers(JsonGenerator json, String name, Map<String, Long> numbers) {
        json.writeObjectPropertyStart(name);
        for (Map.Entry<String, Long> each : numbers.entrySet()) {
            json.writeNumberProperty(each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }

    private static void writeTimes(JsonGenerator json, RunSummary summary) {
        RunSummary.Times times = summary.times();
        json.writeObjectPropertyStart("stages");
        for (Work stage : STAGES) {
            json.writeNumberProperty(stage.label(), rounded(times.stageSeconds().getOrDefault(stage.label(), 0.0)));
        }
        json.writeNumberProperty(
                RunSummary.CONSTRAINTS, rounded(times.stageSeconds().getOrDefault(RunSummary.CONSTRAINTS, 0.0)));
        json.writeEndObject();
        json.writeStringProperty("bottleneck", times.bottleneck());
        writeTexts(json, "load_path", summary.tables().loadPaths());
        json.writeStringProperty("foreign_keys", summary.tables().foreignKeysImplied() ? "implied" : "checked");
        json.writeNumberProperty("retries", times.retries());
    }

    /** A column for each figure: the moments are many. */
    private static void writeCourse(JsonGenerator json, RunSummary.Course course) {
        json.writeArrayPropertyStart("stages_by_worker");
        for (Map<String, Double> worker : course.workers()) {
            json.writeStartObject();
            for (Work stage : Work.values()) {
                json.writeNumberProperty(stage.label(), rounded(worker.getOrDefault(stage.label(), 0.0)));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        List<Moment> moments = course.moments();
        json.writeObjectPropertyStart("course");
        writeColumn(json, "seconds", moments, moment -> rounded(moment.seconds()));
        writeColumn(json, "documents", moments, moment -> BigDecimal.valueOf(moment.documents()));
        writeColumn(json, "rows", moments, moment -> BigDecimal.valueOf(moment.rows()));
        writeColumn(json, "bytes", moments, moment -> BigDecimal.valueOf(moment.bytes()));
        json.writeObjectPropertyStart("stages");
        for (Work stage : Work.values()) {
            writeColumn(
                    json,
                    stage.label(),
                    moments,
                    moment -> rounded(moment.stageSeconds().getOrDefault(stage.label(), 0.0)));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeColumn(
            JsonGenerator json, String name, List<Moment> moments, Function<Moment, BigDecimal> figure) {
        json.writeArrayPropertyStart(name);
        moments.forEach(moment -> json.writeNumber(figure.apply(moment)));
        json.writeEndArray();
    }

    private static void writeRejects(JsonGenerator json, RunSummary summary) {
        List<Reject> rejects = summary.rejects().first();
        writeNumbers(json, "rejects_by_code", summary.rejects().byCode());
        json.writeObjectPropertyStart("rejects_by_table");
        summary.rejects().byTable().forEach((table, codes) -> writeNumbers(json, table, codes));
        json.writeEndObject();
        json.writeNumberProperty("rejects_not_listed", summary.documents().rejected() - rejects.size());
        json.writeArrayPropertyStart("rejects");
        for (Reject reject : rejects) {
            json.writeStartObject();
            json.writeStringProperty("document", reject.documentKey());
            RejectJson.writeFault(json, reject.fault());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /**
     * What {@link #write(RunSummary)} has written; also by an earlier version, which did not know all of it.
     *
     * @param kept what the ledger keeps beside it; null where there is nothing. Only there is each path of the documents
     * @throws IllegalArgumentException with a message for the user when it is no summary, or one of a version that is not known
     */
    public static RunSummary read(String summary, @Nullable String kept) {
        JsonObject json;
        long version;
        try {
            json = JsonObject.read(summary);
            version = json.count("version");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no summary of a run", e);
        }
        if (version != RunSummary.VERSION) {
            throw new IllegalArgumentException("a summary of version " + version + ", and this Millrace reads "
                    + RunSummary.VERSION + " – use the Millrace that wrote it, or a newer one");
        }
        try {
            return read(json, kept == null ? List.of() : KeptReport.read(kept).orElse(List.of()));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException("a summary that is not as a run writes it: " + e.getMessage(), e);
        }
    }

    private static RunSummary read(JsonObject json, List<CoverageReport.Path> paths) {
        return new RunSummary(
                new RunSummary.Run(
                        json.text("run_id"),
                        new RunSummary.Job(
                                json.text("contract"),
                                json.text("contract_hash"),
                                json.text("source"),
                                json.textOrNull("target"),
                                json.has("dry_run") && json.truth("dry_run")),
                        Instant.parse(json.text("started_at")),
                        (int) json.count("workers"),
                        (int) json.countOrNull("connections").orElse(0)),
                constant(RunSummary.Status.class, json.text("status")),
                json.has("failure") ? json.text("failure") : "",
                readDocuments(json.object("documents"), json.has("not_deleted") ? json.text("not_deleted") : ""),
                readTables(json),
                new RunSummary.Times(
                        json.number("seconds"),
                        json.count("bytes_read"),
                        readStages(json.object("stages")),
                        json.text("bottleneck"),
                        json.countOrNull("retries").orElse(0)),
                readRejects(json),
                json.has("course") ? readCourse(json) : RunSummary.Course.NONE,
                json.has("coverage") ? CoverageJson.readProperty(json.object("coverage"), paths) : null,
                json.has("structure") ? readSetup(json) : RunSummary.Setup.NONE);
    }

    private static RunSummary.Documents readDocuments(JsonObject json, String notDeleted) {
        return new RunSummary.Documents(
                json.count("read"),
                json.count("loaded"),
                json.countOrNull("replaced").orElse(0),
                json.count("rejected"),
                new Skips(
                        // There was a time when nothing was known of skipped ones but how many there were.
                        json.countOrNull("loaded_before").orElse(json.count("skipped")),
                        json.countOrNull("contract_changed").orElse(0),
                        json.countOrNull("rejected_earlier").orElse(0),
                        json.countOrNull("left_alone").orElse(0),
                        json.countOrNull("unselected").orElse(0)),
                json.countOrNull("deleted").orElse(0),
                notDeleted,
                json.countOrNull("forgotten").orElse(0));
    }

    private static RunSummary.Tables readTables(JsonObject json) {
        JsonObject fewer = json.has("fewer_rows") ? json.object("fewer_rows") : null;
        return new RunSummary.Tables(
                json.map("rows", rows -> rows::count),
                json.map("rows_kept", rows -> rows::count),
                json.map("load_path", paths -> paths::text),
                json.has("foreign_keys") && json.text("foreign_keys").equals("implied"),
                new RunSummary.Cells(
                        json.has("empty_tables") ? json.texts("empty_tables") : List.of(),
                        json.map("empty_columns", tables -> tables::texts),
                        json.map(
                                "changed_by_policy",
                                tables -> table -> tables.map(
                                        table, columns -> column -> columns.map(column, counts -> counts::count)))),
                fewer == null
                        ? null
                        : new RunSummary.FewerRows(
                                (int) fewer.count("documents_looked_at"),
                                (int) fewer.count("documents"),
                                fewer.count("rows_in_ledger"),
                                fewer.count("rows"),
                                fewer.texts("empty_tables")));
    }

    /** Stages that took no time are left out where they are only there when they took some. */
    private static Map<String, Double> readStages(JsonObject json) {
        Map<String, Double> stages = new LinkedHashMap<>();
        for (Work stage : STAGES) {
            stages.put(stage.label(), json.has(stage.label()) ? json.number(stage.label()) : 0.0);
        }
        if (json.has(RunSummary.CONSTRAINTS) && json.number(RunSummary.CONSTRAINTS) > 0) {
            stages.put(RunSummary.CONSTRAINTS, json.number(RunSummary.CONSTRAINTS));
        }
        return stages;
    }

    private static RunSummary.Rejects readRejects(JsonObject json) {
        return new RunSummary.Rejects(
                json.objects("rejects").stream()
                        .map(reject -> new Reject(reject.text("document"), RejectJson.readFault(reject)))
                        .toList(),
                json.map("rejects_by_code", codes -> codes::count),
                json.map("rejects_by_table", tables -> table -> tables.map(table, codes -> codes::count)));
    }

    private static RunSummary.Course readCourse(JsonObject json) {
        List<Map<String, Double>> workers = new ArrayList<>();
        for (JsonObject worker : json.objects("stages_by_worker")) {
            Map<String, Double> stages = new LinkedHashMap<>();
            for (Work stage : Work.values()) {
                stages.put(stage.label(), worker.number(stage.label()));
            }
            workers.add(stages);
        }
        JsonObject course = json.object("course");
        JsonObject stages = course.object("stages");
        List<Number> seconds = course.numbers("seconds");
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            Map<String, Double> until = new LinkedHashMap<>();
            for (Work stage : Work.values()) {
                until.put(stage.label(), number(stages, stage.label(), i).doubleValue());
            }
            moments.add(new Moment(
                    seconds.get(i).doubleValue(),
                    number(course, "documents", i).longValue(),
                    number(course, "rows", i).longValue(),
                    number(course, "bytes", i).longValue(),
                    until));
        }
        return new RunSummary.Course(workers, moments);
    }

    private static Number number(JsonObject columns, String column, int moment) {
        List<Number> numbers = columns.numbers(column);
        if (moment >= numbers.size()) {
            throw new IllegalArgumentException(column);
        }
        return numbers.get(moment);
    }

    private static RunSummary.Setup readSetup(JsonObject json) {
        List<TableShape> tables = new ArrayList<>();
        Map<String, Integer> indexes = new HashMap<>();
        for (JsonObject table : json.objects("structure")) {
            String parent = table.textOrNull("parent");
            // Behind its parent, or it is none that was written.
            Integer index = parent == null ? Integer.valueOf(-1) : indexes.get(parent);
            if (index == null) {
                throw new IllegalArgumentException("parent");
            }
            indexes.put(table.text("table"), tables.size());
            tables.add(new TableShape(
                    table.text("table"),
                    index,
                    table.texts("key"),
                    (int) table.count("columns"),
                    (int) table.count("sets"),
                    table.truth("nested"),
                    table.truth("many"),
                    table.textOrNull("refers_to")));
        }
        return new RunSummary.Setup(
                tables, json.map("options", texts -> texts::text), json.map("environment", texts -> texts::text));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }

    /** Milliseconds are enough. */
    private static BigDecimal rounded(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros()
                : BigDecimal.ZERO;
    }
}
