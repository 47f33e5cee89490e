package dev.millrace.processing;

import dev.millrace.contract.LedgerNames;
import dev.millrace.database.Ledger.RejectedEntry;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a reject, wherever one is written: in a run's summary, by {@code preview}, by {@code rejects} and in an export. Stable:
 * keys are only added, and a key that has no value is there with null.
 */
public final class RejectJson {
    private static final JsonFactory JSON = new JsonFactory();

    private RejectJson() {}

    /** The reason, as properties of the object that is open. */
    public static void writeFault(JsonGenerator json, Fault fault) {
        json.writeStringProperty("stage", fault.code().stage().label());
        json.writeStringProperty("code", fault.code().word());
        writeTextOrNull(json, "table", fault.table());
        writeTextOrNull(json, "column", fault.column());
        writeTextOrNull(json, "path", fault.path());
        Location location = fault.location();
        if (location == null) {
            json.writeNullProperty("line");
            json.writeNullProperty("column_number");
        } else {
            json.writeNumberProperty("line", location.line());
            json.writeNumberProperty("column_number", location.column());
        }
        json.writeStringProperty("message", fault.message());
    }

    /** What {@link #writeFault} has written. A code that this version does not know is another one, with its word in the message. */
    static Fault readFault(JsonObject json) {
        String word = json.text("code");
        FaultCode code = FaultCode.of(word).orElse(FaultCode.OTHER);
        String message = json.text("message");
        return new Fault(
                code,
                json.textOrNull("table"),
                json.textOrNull("column"),
                json.textOrNull("path"),
                json.has("line") ? new Location((int) json.count("line"), (int) json.count("column_number")) : null,
                code.word().equals(word) ? message : word + ": " + message);
    }

    /** What the ledger holds of a reject, as properties of the object that is open. */
    static void writeEntry(JsonGenerator json, RejectedEntry entry) {
        json.writeStringProperty("run_id", entry.runId());
        json.writeNumberProperty("attempt", entry.attempt());
        json.writeStringProperty("rejected_at", entry.at().toString());
        writeFault(json, entry.fault());
    }

    /**
     * {@code {"document": KEY, "contract": NAME, "ledger_schema": …, "run_id": …}} on one line, without a line end.
     *
     * @param ledger where the reject is written down
     */
    public static String write(RejectedEntry entry, LedgerNames ledger) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("document", entry.documentKey());
            json.writeStringProperty("contract", entry.contract());
            writeTextOrNull(json, "ledger_schema", ledger.schema());
            writeTextOrNull(json, "ledger_prefix", ledger.prefix());
            writeEntry(json, entry);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** An array of texts. */
    public static void writeTexts(JsonGenerator json, String key, List<String> values) {
        json.writeArrayPropertyStart(key);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    /** A text, or null. */
    public static void writeTextOrNull(JsonGenerator json, String key, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(key);
        } else {
            json.writeStringProperty(key, value);
        }
    }
}
