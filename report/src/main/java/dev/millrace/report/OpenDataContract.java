package dev.millrace.report;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.Column;
import dev.millrace.contract.TableMapping.ForeignKey;
import dev.millrace.contract.TableMapping.RowSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** A contract as an Open Data Contract, by version 3.1.0 of that standard. Used once. */
final class OpenDataContract {

    private static final String STANDARD = "v3.1.0";
    private static final int HASH_DIGITS = 12;

    /** What the standard lets a reference name. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final MappingContract contract;
    private final CatalogueNames names;
    private final ContractWords words;

    OpenDataContract(MappingContract contract, CatalogueNames names) {
        this.contract = contract;
        this.names = names;
        words = new ContractWords(contract);
    }

    String yaml(String madeBy) {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("apiVersion", STANDARD);
        top.put("kind", "DataContract");
        top.put(
                "id",
                UUID.nameUUIDFromBytes(contract.name().getBytes(StandardCharsets.UTF_8))
                        .toString());
        top.put("name", contract.name());
        // The text is all that tells one version of a contract from another.
        top.put("version", contract.hash().substring(0, HASH_DIGITS));
        top.put("status", "active");
        if (contract.description() != null) {
            top.put("description", Map.of("purpose", contract.description()));
        }
        top.put("schema", contract.tables().stream().map(this::table).toList());
        return Yaml.of(madeBy, top);
    }

    private Map<String, Object> table(TableMapping table) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", table.name());
        String schema = names.schema() == null ? contract.schema() : names.schema();
        written.put("physicalName", schema == null ? table.name() : schema + "." + table.name());
        written.put("logicalType", "object");
        written.put("physicalType", "table");
        if (table.description() != null) {
            written.put("description", table.description());
        }
        written.put("dataGranularityDescription", joined(words.rows(table)));
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(column(table, i));
        }
        written.put("properties", columns);
        List<Object> relationships = new ArrayList<>();
        for (ForeignKey key : table.keys().foreignKeys()) {
            List<String> from = references(table, key.columns());
            List<String> to = references(contract.tables().get(key.table()), key.tableColumns());
            if (key.columns().size() > 1 && areNamed(from) && areNamed(to)) {
                relationships.add(Map.of("from", from, "to", to));
            }
        }
        if (!relationships.isEmpty()) {
            written.put("relationships", relationships);
        }
        List<Object> quality = new ArrayList<>();
        for (List<String> unique : table.keys().unique()) {
            if (unique.size() > 1) {
                quality.add(check("duplicateValues", Map.of("properties", unique)));
            }
        }
        if (!quality.isEmpty()) {
            written.put("quality", quality);
        }
        return written;
    }

    private Map<String, Object> column(TableMapping table, int index) {
        Column column = table.columns().get(index);
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", column.name());
        if (column.description() != null) {
            written.put("description", column.description());
        }
        written.put("logicalType", logicalType(column.type()));
        Map<String, Object> options = options(column.type());
        if (!options.isEmpty()) {
            written.put("logicalTypeOptions", options);
        }
        written.put("physicalType", column.type().toString());
        written.put("required", !column.nullable());
        if (ContractWords.isUnique(table, index)) {
            written.put("unique", true);
        }
        if (column.key()) {
            written.put("primaryKey", true);
            written.put("primaryKeyPosition", table.key().indexOf(index) + 1);
        }
        transform(written, table, index);
        for (ForeignKey key : table.keys().foreignKeys()) {
            List<String> to = references(contract.tables().get(key.table()), key.tableColumns());
            if (key.columns().equals(List.of(index)) && areNamed(to)) {
                written.put("relationships", List.of(Map.of("to", to.get(0))));
            }
        }
        List<String> values = ContractWords.values(table, index);
        if (!values.isEmpty()) {
            List<Object> typed =
                    values.stream().map(value -> typed(column.type(), value)).toList();
            written.put("quality", List.of(check("invalidValues", Map.of("validValues", typed))));
        }
        return written;
    }

    private void transform(Map<String, Object> written, TableMapping table, int index) {
        Set<String> paths = new LinkedHashSet<>();
        Set<String> logic = new LinkedHashSet<>();
        for (RowSet set : table.rows().sets()) {
            ColumnMapping mapping = set.columns().get(index);
            if (mapping != null && mapping.source() instanceof ColumnMapping.Path path) {
                String text = path.expression().text();
                String full = words.fullPath(table, set, text);
                (full == null ? logic : paths).add(full == null ? text : full);
            }
        }
        if (!paths.isEmpty()) {
            written.put("transformSourceObjects", List.copyOf(paths));
        }
        if (!logic.isEmpty()) {
            written.put("transformLogic", String.join("\n", logic));
        }
        List<Sentence> rules = words.rules(table, index);
        if (!rules.isEmpty()) {
            written.put("transformDescription", joined(rules));
        }
    }

    private static Map<String, Object> check(String metric, Map<String, Object> arguments) {
        Map<String, Object> check = new LinkedHashMap<>();
        check.put("type", "library");
        check.put("metric", metric);
        check.put("mustBe", 0);
        check.put("arguments", arguments);
        return check;
    }

    private static Object typed(SqlType type, String value) {
        return switch (type.kind()) {
            case BOOLEAN -> Boolean.valueOf(value);
            case SMALLINT, INTEGER, BIGINT -> Long.valueOf(value);
            case DECIMAL, REAL, DOUBLE -> Double.valueOf(value);
            default -> value;
        };
    }

    private static String joined(List<Sentence> sentences) {
        return String.join(" ", sentences.stream().map(Sentence::toString).toList());
    }

    private static List<String> references(TableMapping table, List<Integer> columns) {
        return columns.stream()
                .map(i -> table.name() + "." + table.columns().get(i).name())
                .toList();
    }

    private static boolean areNamed(List<String> references) {
        return references.stream().allMatch(reference -> Pattern.matches(NAME + "\\." + NAME, reference));
    }

    private static String logicalType(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "boolean";
            case SMALLINT, INTEGER, BIGINT -> "integer";
            case DECIMAL, REAL, DOUBLE -> "number";
            case DATE -> "date";
            case TIME -> "time";
            case TIMESTAMP, TIMESTAMPTZ -> "timestamp";
            case CHAR, VARCHAR, TEXT, UUID, BYTES, XML -> "string";
        };
    }

    private static Map<String, Object> options(SqlType type) {
        return switch (type.kind()) {
            case CHAR, VARCHAR -> Map.of("maxLength", type.length());
            case UUID -> Map.of("format", "uuid");
            case BYTES -> Map.of("format", "binary");
            default -> Map.of();
        };
    }
}
