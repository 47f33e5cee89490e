package dev.millrace.processing;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import dev.millrace.document.Location;
import dev.millrace.mapping.Collapses;
import dev.millrace.mapping.RowConditions;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /**
     * How far a ledger knows what it tells of.
     *
     * @param runs how many runs have counted
     * @param firstRun the first of them
     * @param lastRun the last of them
     * @param notCounted documents of the ledger that are not counted
     */
    public record OfLedger(int runs, String firstRun, String lastRun, long notCounted) {}

    /** One object on one line, with every path. */
    public static String write(String contract, CoverageReport report) {
        return write(contract, report, null);
    }

    /**
     * The same.
     *
     * @param ledger where it is from; null where documents were read
     */
    public static String write(String contract, CoverageReport report, @Nullable OfLedger ledger) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            json.writeStringProperty("contract", contract);
            if (ledger == null) {
                json.writeNullProperty("ledger");
            } else {
                json.writeObjectPropertyStart("ledger");
                json.writeNumberProperty("runs", ledger.runs());
                json.writeStringProperty("first_run_id", ledger.firstRun());
                json.writeStringProperty("last_run_id", ledger.lastRun());
                json.writeNumberProperty("documents_not_counted", ledger.notCounted());
                json.writeEndObject();
            }
            writeCounts(json, report, Integer.MAX_VALUE);
            writePaths(json, report.paths());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writePaths(JsonGenerator json, List<CoverageReport.Path> paths) {
        json.writeArrayPropertyStart("paths");
        for (CoverageReport.Path path : paths) {
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
    }

    /** The paths alone, for {@link #readPaths}. */
    static String writePaths(List<CoverageReport.Path> paths) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", VERSION);
            writePaths(json, paths);
            json.writeEndObject();
        }
        return text.toString();
    }

    /**
     * What {@link #writePaths} has written.
     *
     * @throws IllegalArgumentException when it was not, or is of another version
     */
    static List<CoverageReport.Path> readPaths(String text) {
        JsonObject json = JsonObject.read(text);
        if (json.count("version") != VERSION) {
            throw new IllegalArgumentException("version");
        }
        List<CoverageReport.Path> paths = new ArrayList<>();
        for (JsonObject path : json.objects("paths")) {
            String written = path.text("path");
            PathKind kind = constant(PathKind.class, path.text("kind"));
            paths.add(new CoverageReport.Path(
                    written,
                    kind,
                    constant(PathState.class, path.text("state")),
                    steps(written) - (kind == PathKind.TEXT ? 0 : 1),
                    path.countOrNull("documents"),
                    path.count("occurrences"),
                    readFirst(path)));
        }
        return paths;
    }

    /** How many steps a path has; a slash in a namespace does not begin one. */
    private static int steps(String path) {
        int steps = 0;
        boolean inNamespace = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            inNamespace = c == '{' || inNamespace && c != '}';
            steps += c == '/' && !inNamespace ? 1 : 0;
        }
        return steps;
    }

    /**
     * What {@link #writeProperty} has written of a run's coverage.
     *
     * @param paths what it does not hold
     * @throws IllegalArgumentException when something is not as it would be written
     */
    static CoverageReport readProperty(JsonObject json, List<CoverageReport.Path> paths) {
        Map<PathState, Long> states = new EnumMap<>(PathState.class);
        for (PathState state : PathState.values()) {
            states.put(state, json.count(word(state)));
        }
        return new CoverageReport(
                json.count("documents"),
                json.count("beyond_limit"),
                states,
                paths,
                json.objects("gaps").stream()
                        .map(gap -> new CoverageReport.Gap(
                                gap.text("path"),
                                constant(PathKind.class, gap.text("kind")),
                                (int) gap.count("paths"),
                                gap.countOrNull("documents"),
                                gap.count("occurrences"),
                                readFirst(gap)))
                        .toList(),
                json.objects("tables").stream()
                        .map(table -> new CoverageReport.Table(
                                table.text("table"),
                                table.countOrNull("elements"),
                                table.count("items"),
                                table.count("empty"),
                                table.count("duplicates"),
                                table.count("rows"),
                                readConditions(table),
                                table.has("conditions_untold") ? table.count("conditions_untold") : 0))
                        .toList(),
                json.objects("collapses").stream()
                        .map(CoverageJson::readCollapse)
                        .toList(),
                json.has("ignored_absent") ? json.texts("ignored_absent") : List.of());
    }

    /** None in what an earlier version has written. */
    private static List<CoverageReport.Condition> readConditions(JsonObject table) {
        return !table.has("conditions")
                ? List.of()
                : table.objects("conditions").stream()
                        .map(condition -> new CoverageReport.Condition(
                                condition.has("set") ? (int) condition.count("set") : RowConditions.NESTED,
                                condition.text("condition"),
                                condition.count("left_out")))
                        .toList();
    }

    private static Collapses.Column readCollapse(JsonObject column) {
        return new Collapses.Column(
                column.text("table"),
                column.text("column"),
                column.count("cells"),
                column.count("texts"),
                column.count("values"),
                column.truth("exact"),
                column.map("causes", causes -> causes::count),
                column.objects("merged").stream()
                        .map(merged -> new Collapses.Merged(
                                merged.truth("null"),
                                merged.textOrNull("value"),
                                merged.count("texts"),
                                merged.count("cells"),
                                merged.text("document"),
                                merged.texts("some_texts")))
                        .toList());
    }

    private static @Nullable FirstMet readFirst(JsonObject json) {
        if (!json.has("first")) {
            return null;
        }
        JsonObject first = json.object("first");
        return new FirstMet(
                0,
                first.text("document"),
                first.has("line") ? new Location((int) first.count("line"), (int) first.count("column")) : null);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
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
            json.writeArrayPropertyStart("conditions");
            for (CoverageReport.Condition condition : table.conditions()) {
                writeCondition(json, condition);
            }
            json.writeEndArray();
            json.writeNumberProperty("conditions_untold", table.untold());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("collapses");
        for (Collapses.Column column : report.collapses()) {
            writeCollapse(json, column);
        }
        json.writeEndArray();
        RejectJson.writeTexts(json, "ignored_absent", report.absent());
    }

    private static void writeCondition(JsonGenerator json, CoverageReport.Condition condition) {
        boolean nested = condition.set() == RowConditions.NESTED;
        json.writeStartObject();
        json.writeStringProperty("of", nested ? "nested" : "rows");
        if (nested) {
            json.writeNullProperty("set");
        } else {
            json.writeNumberProperty("set", condition.set());
        }
        json.writeStringProperty("condition", condition.text());
        json.writeNumberProperty("left_out", condition.leftOut());
        json.writeEndObject();
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
