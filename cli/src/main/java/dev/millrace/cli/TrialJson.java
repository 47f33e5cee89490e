package dev.millrace.cli;

import dev.millrace.cli.TrialScreen.Unread;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.processing.CoverageJson;
import dev.millrace.processing.RejectJson;
import dev.millrace.trial.TrialReport;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What {@code check --format json} writes: one object. Keys are only added within a version. */
final class TrialJson {

    private static final int VERSION = 1;
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private TrialJson() {}

    static String write(String contract, TrialReport report, CoverageReport coverage, Unread unread) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            json.writeStringProperty("contract", contract);
            json.writeObjectPropertyStart("samples");
            json.writeNumberProperty("mapped", report.mapped());
            json.writeNumberProperty("rejected", report.rejected());
            json.writeNumberProperty("unselected", report.unselected());
            json.writeBooleanProperty("more", unread != Unread.NONE);
            json.writeBooleanProperty("stopped", unread == Unread.STOPPED);
            json.writeEndObject();
            json.writeBooleanProperty("spotless", report.isSpotless());
            json.writeBooleanProperty("names_known", report.namesKnown());
            writeFaults(json, report);
            writeTables(json, report);
            writeEmpty(json, report);
            RejectJson.writeTexts(json, "namespaces", report.namespaces());
            CoverageJson.writeProperty(json, coverage);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeFaults(JsonGenerator json, TrialReport report) {
        json.writeArrayPropertyStart("faults");
        for (TrialReport.Faults faults : report.faults()) {
            json.writeStartObject();
            RejectJson.writeTextOrNull(json, "table", faults.table());
            RejectJson.writeTextOrNull(json, "column", faults.column());
            json.writeStringProperty("code", faults.code().word());
            json.writeNumberProperty("count", faults.count());
            json.writeNumberProperty("documents", faults.documents());
            json.writeObjectPropertyStart("first");
            json.writeStringProperty("document", faults.first().documentKey());
            RejectJson.writeFault(json, faults.first().fault());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeTables(JsonGenerator json, TrialReport report) {
        json.writeArrayPropertyStart("tables");
        for (TrialReport.Table table : report.tables()) {
            json.writeStartObject();
            json.writeStringProperty("table", table.name());
            json.writeNumberProperty("rows", table.rows());
            json.writeNumberProperty("repeated_keys", table.repeatedKeys());
            RejectJson.writeTexts(json, "first_repeated", table.firstRepeated());
            json.writeNumberProperty("one_key_in", table.oneKeyIn());
            json.writeArrayPropertyStart("columns");
            for (TrialReport.Column column : table.columns()) {
                json.writeStartObject();
                json.writeStringProperty("column", column.name());
                json.writeNumberProperty("filled", column.filled());
                json.writeObjectPropertyStart("changed_by_policy");
                column.changed().forEach(json::writeNumberProperty);
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeEmpty(JsonGenerator json, TrialReport report) {
        json.writeArrayPropertyStart("empty");
        for (TrialReport.Empty empty : report.empty()) {
            json.writeStartObject();
            json.writeStringProperty("table", empty.table());
            RejectJson.writeTextOrNull(json, "column", empty.column());
            json.writeBooleanProperty("only_default", empty.onlyDefault());
            RejectJson.writeTexts(json, "hints", empty.hints());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
