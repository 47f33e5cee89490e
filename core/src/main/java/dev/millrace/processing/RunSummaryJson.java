package dev.millrace.processing;

import dev.millrace.document.Reject;
import dev.millrace.pipeline.StageClock.Work;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a {@link RunSummary}: what {@code --summary} writes and the ledger keeps. Stable: within one
 * {@link RunSummary#VERSION} keys are only added, and a key that has no value is there with null.
 */
public final class RunSummaryJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    /** The stages of the JSON form, in the order of a document's way. Waiting for one's own load is no work of its own. */
    private static final List<Work> STAGES =
            List.of(Work.READ_WAIT, Work.VALIDATE, Work.PARSE, Work.MAP, Work.ENCODE, Work.LOAD, Work.COMMIT);

    private RunSummaryJson() {}

    /** One object on one line, without a line end. */
    public static String write(RunSummary summary) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            writeRun(json, summary);
            writeCounts(json, summary);
            writeTimes(json, summary);
            writeRejects(json, summary.rejects());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeRun(JsonGenerator json, RunSummary summary) {
        json.writeNumberProperty("version", RunSummary.VERSION);
        json.writeStringProperty("run_id", summary.runId());
        json.writeStringProperty("contract", summary.contract());
        json.writeStringProperty("started_at", summary.startedAt().toString());
        json.writeNumberProperty("seconds", rounded(summary.seconds()));
        json.writeStringProperty("status", summary.status().name().toLowerCase(Locale.ROOT));
        RejectJson.writeTextOrNull(json, "failure", summary.failure().isEmpty() ? null : summary.failure());
        json.writeNumberProperty("workers", summary.workers());
        json.writeNumberProperty("connections", summary.connections());
    }

    private static void writeCounts(JsonGenerator json, RunSummary summary) {
        json.writeObjectPropertyStart("documents");
        json.writeNumberProperty("read", summary.read());
        json.writeNumberProperty("loaded", summary.loaded());
        json.writeNumberProperty("replaced", summary.replaced());
        json.writeNumberProperty("rejected", summary.rejected());
        json.writeNumberProperty("skipped", summary.skipped());
        json.writeNumberProperty("deleted", summary.deleted());
        json.writeNumberProperty("loaded_before", summary.skips().loaded());
        json.writeNumberProperty("contract_changed", summary.skips().ofOtherContract());
        json.writeNumberProperty("rejected_earlier", summary.skips().rejected());
        json.writeNumberProperty("left_alone", summary.skips().leftAlone());
        json.writeEndObject();
        RejectJson.writeTextOrNull(json, "not_deleted", summary.notDeleted().isEmpty() ? null : summary.notDeleted());
        writeRows(json, "rows", summary.rows());
        writeRows(json, "rows_kept", summary.rowsKept());
        json.writeNumberProperty("bytes_read", summary.bytesRead());
        json.writeNumberProperty("documents_per_minute", rounded(summary.documentsPerMinute()));
    }

    private static void writeRows(JsonGenerator json, String name, Map<String, Long> rows) {
        json.writeObjectPropertyStart(name);
        for (Map.Entry<String, Long> table : rows.entrySet()) {
            json.writeNumberProperty(table.getKey(), table.getValue());
        }
        json.writeEndObject();
    }

    private static void writeTimes(JsonGenerator json, RunSummary summary) {
        json.writeObjectPropertyStart("stages");
        for (Work stage : STAGES) {
            json.writeNumberProperty(
                    stage.label(), rounded(summary.stageSeconds().getOrDefault(stage.label(), 0.0)));
        }
        json.writeNumberProperty(
                RunSummary.CONSTRAINTS, rounded(summary.stageSeconds().getOrDefault(RunSummary.CONSTRAINTS, 0.0)));
        json.writeEndObject();
        json.writeStringProperty("bottleneck", summary.bottleneck());
        json.writeObjectPropertyStart("load_path");
        for (Map.Entry<String, String> table : summary.loadPaths().entrySet()) {
            json.writeStringProperty(table.getKey(), table.getValue());
        }
        json.writeEndObject();
        json.writeStringProperty("foreign_keys", summary.foreignKeysImplied() ? "implied" : "checked");
        json.writeNumberProperty("retries", summary.retries());
    }

    private static void writeRejects(JsonGenerator json, List<Reject> rejects) {
        json.writeArrayPropertyStart("rejects");
        for (Reject reject : rejects) {
            json.writeStartObject();
            json.writeStringProperty("document", reject.documentKey());
            RejectJson.writeFault(json, reject.fault());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Milliseconds are enough, and a double's tail of digits helps nobody. */
    private static BigDecimal rounded(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros()
                : BigDecimal.ZERO;
    }
}
