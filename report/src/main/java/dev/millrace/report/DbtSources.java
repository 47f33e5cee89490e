package dev.millrace.report;

import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import dev.millrace.contract.TableMapping.ForeignKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contract's tables as sources of dbt, with tests of what the contract promises. Used once. */
final class DbtSources {

    /** More than so many values are no list that a person would keep. */
    private static final int MOST_VALUES = 100;

    private final MappingContract contract;
    private final CatalogueNames names;

    DbtSources(MappingContract contract, CatalogueNames names) {
        this.contract = contract;
        this.names = names;
    }

    String yaml(String madeBy) {
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("name", names.source());
        describe(source, contract.description());
        String schema = names.schema() == null ? contract.schema() : names.schema();
        if (names.database() != null) {
            source.put("database", names.database());
        }
        if (schema != null) {
            source.put("schema", schema);
        }
        source.put("tables", contract.tables().stream().map(this::table).toList());
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("version", 2);
        top.put("sources", List.of(source));
        return Yaml.of(madeBy, top);
    }

    private Map<String, Object> table(TableMapping table) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", table.name());
        describe(written, table.description());
        for (int i = 0; i < table.columns().size(); i++) {
            if (!written.containsKey("config") && ContractWords.isMeta(table, i, Meta.LOADED_AT)) {
                written.put(
                        "config",
                        Map.of("loaded_at_field", table.columns().get(i).name()));
            }
        }
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(column(table, i));
        }
        written.put("columns", columns);
        return written;
    }

    private Map<String, Object> column(TableMapping table, int index) {
        Column column = table.columns().get(index);
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", column.name());
        describe(written, column.description());
        written.put("data_type", column.type().toString());
        List<Object> tests = new ArrayList<>();
        if (!column.nullable()) {
            tests.add("not_null");
        }
        if (ContractWords.isUnique(table, index)) {
            tests.add("unique");
        }
        List<String> values = ContractWords.values(table, index);
        if (!values.isEmpty() && values.size() <= MOST_VALUES) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            arguments.put("values", values);
            if (!ContractWords.isQuoted(column.type())) {
                arguments.put("quote", false);
            }
            tests.add(Map.of("accepted_values", Map.of("arguments", arguments)));
        }
        for (ForeignKey key : table.keys().foreignKeys()) {
            // Of a key of several columns each has its values there, too.
            int place = key.columns().indexOf(index);
            if (place >= 0 && key.table() == nearest(table, index)) {
                TableMapping other = contract.tables().get(key.table());
                Map<String, Object> arguments = new LinkedHashMap<>();
                arguments.put("to", "source('" + quoted(names.source()) + "', '" + quoted(other.name()) + "')");
                arguments.put(
                        "field",
                        other.columns().get(key.tableColumns().get(place)).name());
                tests.add(Map.of("relationships", Map.of("arguments", arguments)));
            }
        }
        if (!tests.isEmpty()) {
            written.put("data_tests", tests);
        }
        return written;
    }

    /** The nearest ancestor that a column refers to by a foreign key: what is above that follows from its own tests. */
    private static int nearest(TableMapping table, int column) {
        return table.keys().foreignKeys().stream()
                .filter(key -> key.columns().contains(column))
                .mapToInt(ForeignKey::table)
                .max()
                .orElse(-1);
    }

    /** Descriptions are templates to dbt, and what opens one is to stay text. */
    private static void describe(Map<String, Object> written, @Nullable String description) {
        if (description != null) {
            written.put("description", description.replaceAll("\\{[{%#]", "{{ '$0' }}"));
        }
    }

    private static String quoted(String name) {
        return name.replace("\\", "\\\\").replace("'", "\\'");
    }
}
