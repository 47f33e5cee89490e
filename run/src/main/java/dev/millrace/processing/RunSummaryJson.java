package dev.millrace.processing;

import dev.millrace.document.Reject;
import dev.millrace.pipeline.StageClock.Work;
import dev.millrace.processing.RunSummary.Moment;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
            json.writeEndObject();
        }
        return text.toString();
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
        json.writeObjectPropertyStart("load_path");
        for (Map.Entry<String, String> table : summary.tables().loadPaths().entrySet()) {
            json.writeStringProperty(table.getKey(), table.getValue());
        }
        json.writeEndObject();
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

    /** Milliseconds are enough. */
    private static BigDecimal rounded(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros()
                : BigDecimal.ZERO;
    }
}
