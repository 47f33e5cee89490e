package dev.millrace.processing;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathState;
import dev.millrace.mapping.Collapses;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON form of a {@link CoverageReport}: what {@code coverage --format json} writes, and a part of the summary of a run. Stable: within
 * one {@link #VERSION} keys are only added, and a key that has no value is there with null.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class CoverageJson {

    /** The version of the JSON form. */
    public static final int VERSION = 1;

    /** How many gaps a property names. */
    private static final int GAPS_OF_PROPERTY = 100;

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private CoverageJson() {}

    /** One object on one line, with every path. */
    public static String write(String contract, CoverageReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            json.writeStringProperty("contract", contract);
            writeCounts(json, report, Integer.MAX_VALUE);
            json.writeArrayPropertyStart("paths");
            for (CoverageReport.Path path : report.paths()) {
                json.writeStartObject();
                json.writeStringProperty("path", path.path());
                json.writeStringProperty("kind", word(path.kind()));
                json.writeStringProperty("state", word(path.state()));
                writeNumber(json, "documents", path.documents());
                json.writeNumberProperty("occurrences", path.occurrences());
                writeFirst(json, path.first());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    /** As the property {@code coverage} of an object: counts, and the first gaps. */
    @API(status = API.Status.INTERNAL)
    public static void writeProperty(JsonGenerator json, @Nullable CoverageReport report) {
        if (report == null) {
            json.writeNullProperty("coverage");
            return;
        }
        json.writeObjectPropertyStart("coverage");
        writeCounts(json, report, GAPS_OF_PROPERTY);
        json.writeEndObject();
    }

    private static void writeCounts(JsonGenerator json, CoverageReport report, int mostGaps) {
        json.writeNumberProperty("documents", report.documents());
        json.writeNumberProperty("mapped", report.paths(PathState.MAPPED));
        json.writeNumberProperty("ignored", report.paths(PathState.IGNORED));
        json.writeNumberProperty("unmapped", report.paths(PathState.UNMAPPED));
        json.writeNumberProperty("structure", report.paths(PathState.STRUCTURE));
        json.writeNumberProperty("beyond_limit", report.beyond());
        List<CoverageReport.Gap> gaps = report.gaps();
        json.writeNumberProperty("gaps_not_listed", Math.max(0, gaps.size() - mostGaps));
        json.writeArrayPropertyStart("gaps");
        for (CoverageReport.Gap gap : gaps.subList(0, Math.min(mostGaps, gaps.size()))) {
            json.writeStartObject();
            json.writeStringProperty("path", gap.path());
            json.writeStringProperty("kind", word(gap.kind()));
            json.writeNumberProperty("paths", gap.paths());
            writeNumber(json, "documents", gap.documents());
            json.writeNumberProperty("occurrences", gap.occurrences());
            writeFirst(json, gap.first());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("tables");
        for (CoverageReport.Table table : report.tables()) {
            json.writeStartObject();
            json.writeStringProperty("table", table.name());
            writeNumber(json, "elements", table.elements());
            json.writeNumberProperty("items", table.items());
            json.writeNumberProperty("empty", table.empty());
            json.writeNumberProperty("duplicates", table.duplicates());
            json.writeNumberProperty("rows", table.rows());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("collapses");
        for (Collapses.Column column : report.collapses()) {
            writeCollapse(json, column);
        }
        json.writeEndArray();
    }

    private static void writeCollapse(JsonGenerator json, Collapses.Column column) {
        json.writeStartObject();
        json.writeStringProperty("table", column.table());
        json.writeStringProperty("column", column.column());
        json.writeNumberProperty("cells", column.cells());
        json.writeNumberProperty("texts", column.texts());
        json.writeNumberProperty("values", column.values());
        json.writeBooleanProperty("exact", column.exact());
        json.writeObjectPropertyStart("causes");
        column.causes().forEach(json::writeNumberProperty);
        json.writeEndObject();
        json.writeArrayPropertyStart("merged");
        for (Collapses.Merged merged : column.merged()) {
            json.writeStartObject();
            json.writeBooleanProperty("null", merged.isNull());
            if (merged.value() == null) {
                json.writeNullProperty("value");
            } else {
                json.writeStringProperty("value", merged.value());
            }
            json.writeNumberProperty("texts", merged.texts());
            json.writeNumberProperty("cells", merged.cells());
            json.writeStringProperty("document", merged.document());
            json.writeArrayPropertyStart("some_texts");
            merged.some().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeFirst(JsonGenerator json, @Nullable FirstMet first) {
        if (first == null) {
            json.writeNullProperty("first");
            return;
        }
        json.writeObjectPropertyStart("first");
        json.writeStringProperty("document", first.document());
        if (first.location() == null) {
            json.writeNullProperty("line");
            json.writeNullProperty("column");
        } else {
            json.writeNumberProperty("line", first.location().line());
            json.writeNumberProperty("column", first.location().column());
        }
        json.writeEndObject();
    }

    private static void writeNumber(JsonGenerator json, String name, OptionalLong number) {
        if (number.isPresent()) {
            json.writeNumberProperty(name, number.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
