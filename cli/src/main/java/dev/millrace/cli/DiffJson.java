package dev.millrace.cli;

import dev.millrace.contract.ContractDifference;
import dev.millrace.contract.ContractDifference.Side;
import dev.millrace.contract.ContractDifference.Subject;
import dev.millrace.contract.ContractDifference.Written;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.SchemaChange;
import dev.millrace.processing.RejectJson;
import java.io.StringWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What {@code diff --format json} writes: one object, as contract-diff.schema.json says. Keys are only added within a version. */
final class DiffJson {

    private static final int VERSION = 1;
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private DiffJson() {}

    static String write(DiffReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            writeContract(json, "old", report.oldFile(), report.before());
            writeContract(json, "new", report.newFile(), report.after());
            json.writeBooleanProperty("same", report.differences().isEmpty());
            json.writeStringProperty("rows", report.rows().word());
            json.writeStringProperty("advice", report.advice());
            json.writeArrayPropertyStart("differences");
            report.differences().forEach(difference -> writeDifference(json, difference));
            json.writeEndArray();
            writeTarget(json, report.target());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeContract(JsonGenerator json, String key, String file, MappingContract contract) {
        json.writeObjectPropertyStart(key);
        json.writeStringProperty("file", file);
        json.writeStringProperty("contract", contract.name());
        json.writeStringProperty("contract_hash", contract.hash());
        json.writeEndObject();
    }

    private static void writeDifference(JsonGenerator json, ContractDifference difference) {
        Subject subject = difference.subject();
        json.writeStartObject();
        json.writeStringProperty("kind", difference.kind().word());
        RejectJson.writeTextOrNull(json, "table", subject.table());
        RejectJson.writeTextOrNull(json, "column", subject.column());
        if (subject.set() == 0) {
            json.writeNullProperty("set");
        } else {
            json.writeNumberProperty("set", subject.set());
        }
        RejectJson.writeTextOrNull(json, "setting", subject.setting());
        writeSide(json, "before", difference.before());
        writeSide(json, "after", difference.after());
        json.writeStringProperty("rows", difference.rows().word());
        json.writeStringProperty("message", difference.describe());
        json.writeEndObject();
    }

    private static void writeSide(JsonGenerator json, String key, Side side) {
        json.writeObjectPropertyStart(key);
        RejectJson.writeTextOrNull(json, "value", side.value());
        json.writeStringProperty("written", word(side.written()));
        json.writeStringProperty("file", side.position().file());
        json.writeNumberProperty("line", side.position().line());
        json.writeNumberProperty("column_number", side.position().column());
        json.writeEndObject();
    }

    private static void writeTarget(JsonGenerator json, @Nullable DiffTarget target) {
        if (target == null) {
            json.writeNullProperty("target");
            return;
        }
        json.writeObjectPropertyStart("target");
        json.writeStringProperty("dialect", target.dialect());
        RejectJson.writeTextOrNull(json, "url", target.url());
        json.writeBooleanProperty("in_place", target.isInPlace());
        json.writeArrayPropertyStart("changes");
        for (SchemaChange change : target.changes()) {
            json.writeStartObject();
            json.writeStringProperty("kind", word(change.kind()));
            RejectJson.writeTextOrNull(json, "statement", change.statement());
            json.writeStringProperty("message", change.words());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String word(SchemaChange.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String word(Written written) {
        return written.name().toLowerCase(Locale.ROOT);
    }
}
