package dev.millrace.cli;

import dev.millrace.contract.Position;
import dev.millrace.explain.Explanation;
import dev.millrace.explain.Explanation.Cell;
import dev.millrace.explain.Explanation.Condition;
import dev.millrace.explain.Explanation.Find;
import dev.millrace.explain.Explanation.Found;
import dev.millrace.explain.Explanation.Named;
import dev.millrace.explain.Explanation.Row;
import dev.millrace.explain.Explanation.RowFate;
import dev.millrace.explain.Explanation.Spot;
import dev.millrace.explain.Explanation.Step;
import dev.millrace.explain.Explanation.Table;
import dev.millrace.explain.Explanation.Why;
import dev.millrace.processing.RejectJson;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** What {@code explain --format json} writes: one object, as explanation.schema.json says. Keys are only added within a version. */
final class ExplainJson {

    private static final int VERSION = 1;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final JsonGenerator json;

    private ExplainJson(JsonGenerator json) {
        this.json = json;
    }

    static String write(Explanation explanation) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            new ExplainJson(json).writeExplanation(explanation);
        }
        return text.toString();
    }

    private void writeExplanation(Explanation explanation) {
        json.writeStartObject();
        json.writeNumberProperty("version", VERSION);
        json.writeStringProperty("contract", explanation.contract());
        json.writeStringProperty("document", explanation.document());
        json.writeStringProperty("source", explanation.source());
        json.writeStringProperty("outcome", explanation.ending().name().toLowerCase(Locale.ROOT));
        if (explanation.fault() == null) {
            json.writeNullProperty("reject");
        } else {
            json.writeObjectPropertyStart("reject");
            RejectJson.writeFault(json, explanation.fault());
            json.writeEndObject();
        }
        writeWhy(explanation.why());
        json.writeName("rejected_row");
        if (explanation.rejected() == null) {
            json.writeNull();
        } else {
            writeRow(explanation.rejected());
        }
        json.writeArrayPropertyStart("tables");
        explanation.tables().forEach(this::writeTable);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeTable(Table table) {
        json.writeStartObject();
        json.writeStringProperty("table", table.name());
        writePosition(table.place());
        json.writeBooleanProperty("reached", table.reached());
        json.writeNumberProperty("candidates", table.candidates());
        json.writeObjectPropertyStart("fates");
        for (RowFate fate : RowFate.values()) {
            json.writeNumberProperty(fate.word(), table.count(fate));
        }
        json.writeEndObject();
        json.writeArrayPropertyStart("rows");
        table.rows().forEach(this::writeRow);
        json.writeEndArray();
        json.writeNumberProperty("more_rows", table.more());
        json.writeArrayPropertyStart("finds");
        for (Find find : table.finds()) {
            json.writeStartObject();
            json.writeStringProperty("path", find.path());
            json.writeNumberProperty("items", find.items());
            json.writeEndObject();
        }
        json.writeEndArray();
        RejectJson.writeTexts(json, "notes", table.notes());
        json.writeEndObject();
    }

    private void writeRow(Row row) {
        json.writeStartObject();
        json.writeStringProperty("table", row.table());
        json.writeNumberProperty("number", row.number());
        RejectJson.writeTextOrNull(json, "key", row.key());
        writeSpot("at", row.spot());
        json.writeStringProperty("fate", row.fate().word());
        writeWhy(row.why());
        json.writeArrayPropertyStart("columns");
        row.cells().forEach(this::writeCell);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeWhy(@Nullable Why why) {
        if (why == null) {
            json.writeNullProperty("why");
            return;
        }
        json.writeObjectPropertyStart("why");
        json.writeStringProperty("rule", why.rule());
        writePosition(why.place());
        json.writeStringProperty("message", why.message());
        json.writeArrayPropertyStart("conditions");
        for (Condition condition : why.conditions()) {
            json.writeStartObject();
            json.writeStringProperty("condition", condition.text());
            switch (condition.answer()) {
                case TRUE -> json.writeBooleanProperty("met", true);
                case FALSE -> json.writeBooleanProperty("met", false);
                case NOT_ASKED -> json.writeNullProperty("met");
            }
            writeNamed("operands", condition.operands());
            json.writeEndObject();
        }
        json.writeEndArray();
        writeSpot("instead", why.other());
        json.writeEndObject();
    }

    private void writeCell(Cell cell) {
        json.writeStartObject();
        json.writeStringProperty("column", cell.column());
        json.writeStringProperty("type", cell.type().toString());
        writePosition(cell.place());
        json.writeObjectPropertyStart("from");
        json.writeStringProperty("kind", cell.origin().kind());
        json.writeStringProperty("text", cell.origin().text());
        RejectJson.writeTextOrNull(
                json,
                "evaluator",
                cell.origin().evaluator() == null
                        ? null
                        : cell.origin().evaluator().name().toLowerCase(Locale.ROOT));
        json.writeEndObject();
        if (cell.codes() == null) {
            json.writeNullProperty("codes");
        } else {
            json.writeObjectPropertyStart("codes");
            json.writeStringProperty("name", cell.codes().name());
            writePosition(cell.codes().place());
            json.writeEndObject();
        }
        writeNamed("variables", cell.variables());
        json.writeArrayPropertyStart("found");
        for (Found found : cell.found()) {
            json.writeStartObject();
            json.writeStringProperty("node", found.node());
            writeSpot("at", found.spot());
            json.writeStringProperty("value", found.value());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("more_found", cell.moreFound());
        json.writeArrayPropertyStart("steps");
        for (Step step : cell.steps()) {
            json.writeStartObject();
            json.writeStringProperty("step", step.kind().name().toLowerCase(Locale.ROOT));
            json.writeName("value");
            RowJson.writeValue(json, step.value(), cell.type());
            RejectJson.writeTextOrNull(
                    json, "code", step.code() == null ? null : step.code().word());
            json.writeEndObject();
        }
        json.writeEndArray();
        RejectJson.writeTexts(json, "policies", cell.policies());
        json.writeBooleanProperty("rejected", cell.fault());
        json.writeName("value");
        RowJson.writeValue(json, cell.value(), cell.type());
        json.writeEndObject();
    }

    private void writeNamed(String key, List<Named> named) {
        json.writeArrayPropertyStart(key);
        for (Named next : named) {
            json.writeStartObject();
            json.writeStringProperty("expression", next.name());
            RejectJson.writeTextOrNull(json, "value", next.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writePosition(Position position) {
        json.writeObjectPropertyStart("contract_place");
        json.writeStringProperty("file", position.file());
        json.writeNumberProperty("line", position.line());
        json.writeNumberProperty("column_number", position.column());
        json.writeEndObject();
    }

    private void writeSpot(String key, @Nullable Spot spot) {
        if (spot == null) {
            json.writeNullProperty(key);
            return;
        }
        json.writeObjectPropertyStart(key);
        if (spot.place() == null) {
            json.writeNullProperty("line");
            json.writeNullProperty("column_number");
        } else {
            json.writeNumberProperty("line", spot.place().line());
            json.writeNumberProperty("column_number", spot.place().column());
        }
        json.writeStringProperty("snippet", spot.snippet());
        json.writeEndObject();
    }
}
