package dev.millrace.cli;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.processing.RejectJson;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes documents as JSON: one object, on one line, for each. */
final class RowJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private RowJson() {}

    /** A document's rows, or its reject, or that it is not for the contract. */
    static String outcome(Outcome outcome, List<TableMapping> tables) {
        if (outcome instanceof Mapped mapped) {
            return document(mapped, tables);
        }
        return outcome instanceof Rejected rejected ? reject(rejected.reject()) : unselected(outcome.key());
    }

    /** {@code {"document": KEY, "selected": false}}. */
    private static String unselected(String key) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("document", key);
            json.writeBooleanProperty("selected", false);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** {@code {"document": KEY, "rows": {TABLE: [{COLUMN: VALUE}]}}}; numbers and booleans as such, all others as {@link CellText#exact}. */
    private static String document(Mapped document, List<TableMapping> tables) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("document", document.key());
            json.writeObjectPropertyStart("rows");
            for (TableMapping table : tables) {
                json.writeArrayPropertyStart(table.name());
                for (Row row : document.rows().get(table.index())) {
                    json.writeStartObject();
                    for (int i = 0; i < table.columns().size(); i++) {
                        json.writeName(table.columns().get(i).name());
                        writeValue(json, row.values()[i], table.columns().get(i).type());
                    }
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    /** {@code {"document": KEY, "reject": {…}}}, with the words of the JSON summary. */
    private static String reject(Reject reject) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("document", reject.documentKey());
            json.writeObjectPropertyStart("reject");
            RejectJson.writeFault(json, reject.fault());
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    /** A value of a row, or null: numbers and booleans as such. */
    static void writeValue(JsonGenerator json, @Nullable Object value, SqlType type) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number);
        } else if (value instanceof Float number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else {
            json.writeString(CellText.exact(value, type));
        }
    }
}
