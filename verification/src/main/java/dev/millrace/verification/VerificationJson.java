package dev.millrace.verification;

import dev.millrace.processing.RejectJson;
import dev.millrace.verification.VerificationReport.ColumnDifference;
import dev.millrace.verification.VerificationReport.Difference;
import dev.millrace.verification.VerificationReport.Documents;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.verification.VerificationReport.Value;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a {@link VerificationReport}. Stable: within one {@link VerificationReport#VERSION} keys are only added, and
 * a key that has no value is there with null.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class VerificationJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private VerificationJson() {}

    /** One object on one line, without a line end. */
    public static String write(VerificationReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VerificationReport.VERSION);
            json.writeStringProperty("contract", report.contract());
            json.writeStringProperty("started_at", report.startedAt().toString());
            json.writeNumberProperty(
                    "seconds", BigDecimal.valueOf(report.seconds()).setScale(3, RoundingMode.HALF_UP));
            json.writeBooleanProperty("equal", report.isEqual());
            writeDocuments(json, report.documents());
            json.writeArrayPropertyStart("tables");
            for (TableReport table : report.tables()) {
                writeTable(json, table);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeDocuments(JsonGenerator json, Documents documents) {
        json.writeObjectPropertyStart("documents");
        json.writeNumberProperty("read", documents.read());
        json.writeNumberProperty("compared", documents.compared());
        json.writeNumberProperty("unmappable", documents.unmappable());
        json.writeNumberProperty("rejected", documents.rejected());
        json.writeNumberProperty("not_loaded", documents.notLoaded());
        json.writeNumberProperty("duplicates", documents.duplicates());
        json.writeNumberProperty("unselected", documents.unselected());
        json.writeNumberProperty("gone", documents.gone());
        json.writeNumberProperty("changed", documents.changed());
        json.writeNumberProperty("kept", documents.kept());
        json.writeObjectPropertyStart("examples");
        for (Map.Entry<String, List<String>> examples : documents.examples().entrySet()) {
            RejectJson.writeTexts(json, examples.getKey(), examples.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeTable(JsonGenerator json, TableReport table) {
        json.writeStartObject();
        json.writeStringProperty("table", table.name());
        json.writeBooleanProperty("equal", table.isEqual());
        json.writeNumberProperty("expected_rows", table.expected().count());
        json.writeNumberProperty("rows", table.found().count());
        RejectJson.writeTextOrNull(
                json,
                "expected_checksum",
                table.shared() ? null : table.expected().checksum());
        json.writeStringProperty("checksum", table.found().checksum());
        json.writeNumberProperty("missing", table.differences().missing());
        json.writeNumberProperty("extra", table.differences().extra());
        json.writeNumberProperty("different", table.differences().different());
        json.writeObjectPropertyStart("columns");
        for (Map.Entry<String, Long> column : table.differences().byColumn().entrySet()) {
            json.writeNumberProperty(column.getKey(), column.getValue());
        }
        json.writeEndObject();
        RejectJson.writeTexts(json, "excluded", table.excluded());
        json.writeBooleanProperty("shared", table.shared());
        json.writeArrayPropertyStart("differences");
        for (Difference difference : table.differences().first()) {
            writeDifference(json, difference);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeDifference(JsonGenerator json, Difference difference) {
        json.writeStartObject();
        json.writeStringProperty("kind", difference.kind().name().toLowerCase(Locale.ROOT));
        RejectJson.writeTextOrNull(json, "document", difference.document());
        json.writeObjectPropertyStart("key");
        for (Value value : difference.key()) {
            RejectJson.writeTextOrNull(json, value.column(), value.text());
        }
        json.writeEndObject();
        json.writeArrayPropertyStart("columns");
        for (ColumnDifference column : difference.columns()) {
            json.writeStartObject();
            json.writeStringProperty("column", column.column());
            RejectJson.writeTextOrNull(json, "expected", column.expected());
            RejectJson.writeTextOrNull(json, "found", column.found());
            json.writeBooleanProperty("expected_null", column.expectedNull());
            json.writeBooleanProperty("found_null", column.foundNull());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
