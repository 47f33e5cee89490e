package dev.millrace.report;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import dev.millrace.contract.TableMapping.RowSet;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Runs of a contract as events of OpenLineage: one input, the documents, whose fields are the paths that the contract reads; and an output for
 * each table, with its columns and where each of them comes from. Immutable.
 */
public final class OpenLineage {

    private static final String SPECIFICATION = "https://openlineage.io/spec/";
    private static final String EVENT = SPECIFICATION + "2-0-2/OpenLineage.json#/$defs/RunEvent";

    /** Which facets are written, and by which version of the specification. */
    private enum Facet {
        SCHEMA("1-2-0", "SchemaDatasetFacet"),
        COLUMN_LINEAGE("1-2-0", "ColumnLineageDatasetFacet"),
        DATASET_DOCUMENTATION("1-1-0", "DocumentationDatasetFacet"),
        JOB_DOCUMENTATION("1-1-0", "DocumentationJobFacet"),
        ERROR("1-0-1", "ErrorMessageRunFacet"),
        STATISTICS("1-0-2", "OutputStatisticsOutputDatasetFacet");

        private final String url;

        Facet(String version, String name) {
            url = SPECIFICATION + "facets/" + version + "/" + name + ".json#/$defs/" + name;
        }
    }

    /** What happened to a run. */
    public enum State {
        START,
        COMPLETE,
        FAIL,
        ABORT
    }

    /**
     * One event.
     *
     * @param run the same for all events of a run
     * @param error what broke the run, without values of documents; null for nothing
     * @param rows how many rows the run has loaded, by table; empty where nobody knows
     */
    public record Event(
            State state, Instant time, UUID run, @Nullable String error, Map<String, Long> rows) {

        public Event {
            rows = Map.copyOf(rows);
        }

        /** An event of which no more is known. */
        public static Event of(State state, Instant time, UUID run) {
            return new Event(state, time, run, null, Map.of());
        }
    }

    private final MappingContract contract;
    private final CatalogueNames names;
    private final String producer;
    private final ContractWords words;

    /** @param producer the URI of what makes the events */
    public OpenLineage(MappingContract contract, CatalogueNames names, String producer) {
        this.contract = contract;
        this.names = names;
        this.producer = producer;
        words = new ContractWords(contract);
    }

    /** The event as a JSON object on one line. */
    public String json(Event event) {
        StringWriter text = new StringWriter();
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("eventType", event.state().name());
            json.writeStringProperty("eventTime", event.time().toString());
            json.writeStringProperty("producer", producer);
            json.writeStringProperty("schemaURL", EVENT);
            run(json, event);
            json.writeObjectPropertyStart("job");
            json.writeStringProperty("namespace", names.namespace());
            json.writeStringProperty("name", contract.name());
            json.writeObjectPropertyStart("facets");
            documentation(json, Facet.JOB_DOCUMENTATION, contract.description());
            json.writeEndObject().writeEndObject();
            json.writeArrayPropertyStart("inputs");
            documents(json);
            json.writeEndArray();
            json.writeArrayPropertyStart("outputs");
            contract.tables().forEach(table -> table(json, table, event));
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private void run(JsonGenerator json, Event event) {
        json.writeObjectPropertyStart("run");
        json.writeStringProperty("runId", event.run().toString());
        json.writeObjectPropertyStart("facets");
        if (event.error() != null) {
            facet(json, "errorMessage", Facet.ERROR);
            json.writeStringProperty("message", event.error());
            json.writeStringProperty("programmingLanguage", "Java");
            json.writeEndObject();
        }
        json.writeEndObject().writeEndObject();
    }

    private void documents(JsonGenerator json) {
        Set<String> fields = new LinkedHashSet<>();
        for (TableMapping table : contract.tables()) {
            for (int i = 0; i < table.columns().size(); i++) {
                fields.addAll(inputs(table, i).keySet());
            }
        }
        json.writeStartObject();
        json.writeStringProperty("namespace", names.namespace());
        json.writeStringProperty("name", documentsName());
        json.writeObjectPropertyStart("facets");
        facet(json, "schema", Facet.SCHEMA);
        json.writeArrayPropertyStart("fields");
        for (String field : fields) {
            json.writeStartObject();
            json.writeStringProperty("name", field);
            json.writeStringProperty("type", "xml");
            json.writeEndObject();
        }
        json.writeEndArray().writeEndObject().writeEndObject().writeEndObject();
    }

    private String documentsName() {
        String table = contract.source().table();
        return table == null ? contract.name() + ".documents" : table;
    }

    private String tableName(TableMapping table) {
        List<String> parts = new ArrayList<>();
        if (names.database() != null) {
            parts.add(names.database());
        }
        String schema = names.schema() == null ? contract.schema() : names.schema();
        if (schema != null) {
            parts.add(schema);
        }
        parts.add(table.name());
        return String.join(".", parts);
    }

    private void table(JsonGenerator json, TableMapping table, Event event) {
        json.writeStartObject();
        json.writeStringProperty("namespace", names.namespace());
        json.writeStringProperty("name", tableName(table));
        json.writeObjectPropertyStart("facets");
        documentation(json, Facet.DATASET_DOCUMENTATION, table.description());
        facet(json, "schema", Facet.SCHEMA);
        json.writeArrayPropertyStart("fields");
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            json.writeStartObject();
            json.writeStringProperty("name", column.name());
            json.writeStringProperty("type", column.type().toString());
            if (column.description() != null) {
                json.writeStringProperty("description", column.description());
            }
            json.writeNumberProperty("ordinal_position", i + 1);
            json.writeEndObject();
        }
        json.writeEndArray().writeEndObject();
        facet(json, "columnLineage", Facet.COLUMN_LINEAGE);
        json.writeObjectPropertyStart("fields");
        for (int i = 0; i < table.columns().size(); i++) {
            Map<String, String> inputs = inputs(table, i);
            if (!inputs.isEmpty()) {
                lineage(json, table.columns().get(i).name(), inputs);
            }
        }
        json.writeEndObject().writeEndObject().writeEndObject();
        Long rows = event.rows().get(table.name());
        if (rows != null) {
            json.writeObjectPropertyStart("outputFacets");
            facet(json, "outputStatistics", Facet.STATISTICS);
            json.writeNumberProperty("rowCount", rows);
            json.writeEndObject().writeEndObject();
        }
        json.writeEndObject();
    }

    private void lineage(JsonGenerator json, String column, Map<String, String> inputs) {
        json.writeObjectPropertyStart(column);
        json.writeArrayPropertyStart("inputFields");
        inputs.forEach((field, change) -> {
            json.writeStartObject();
            json.writeStringProperty("namespace", names.namespace());
            json.writeStringProperty("name", documentsName());
            json.writeStringProperty("field", field);
            json.writeArrayPropertyStart("transformations");
            json.writeStartObject();
            json.writeStringProperty("type", "DIRECT");
            json.writeStringProperty("subtype", change.isEmpty() ? "IDENTITY" : "TRANSFORMATION");
            if (!change.isEmpty()) {
                json.writeStringProperty("description", change);
            }
            json.writeBooleanProperty("masking", false);
            json.writeEndObject().writeEndArray().writeEndObject();
        });
        json.writeEndArray().writeEndObject();
    }

    /**
     * The paths that a column's values come from, through refs, each with what becomes of them on the way. A path that cannot be told from the
     * document's top is there as it is written.
     */
    private Map<String, String> inputs(TableMapping table, int column) {
        Map<String, String> inputs = new LinkedHashMap<>();
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(column);
            if (mapping == null) {
                continue;
            }
            if (mapping.source() instanceof ColumnMapping.Path path) {
                String shown = words.shownPath(table, set, path.expression().text());
                List<String> rules = words.rules(table, column).stream()
                        .map(Sentence::toString)
                        .toList();
                inputs.putIfAbsent(shown, String.join(" ", rules));
            } else if (mapping.source() instanceof Reference reference && reference.levels() > 0) {
                TableMapping ancestor = table;
                for (int level = 0; level < reference.levels(); level++) {
                    ancestor = contract.tables().get(ancestor.parent());
                }
                inputs(ancestor, reference.columnIndex()).forEach(inputs::putIfAbsent);
            }
        }
        return inputs;
    }

    private void documentation(JsonGenerator json, Facet facet, @Nullable String description) {
        if (description != null) {
            facet(json, "documentation", facet);
            json.writeStringProperty("description", description);
            json.writeEndObject();
        }
    }

    /** Begins a facet. */
    private void facet(JsonGenerator json, String name, Facet facet) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("_producer", producer);
        json.writeStringProperty("_schemaURL", facet.url);
    }
}
