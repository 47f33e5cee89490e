package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.FilterRule;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.LoadSettingsBuilder;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a mapping contract of the original system, JSON or YAML, and tells everything that is wrong with it at once. */
final class ReferenceReader {

    /** The types that make rows, and the table that each is for. */
    static final Map<String, String> ROW_MAKERS = Map.of(
            "add_score", "scores",
            "add_indicator", "indicators",
            "add_history", "app_historical_lookup",
            "add_report_lookup", "app_report_results_lookup",
            "policy_exceptions", "app_policy_exceptions_rl",
            "warranty_field", "app_warranties_rl",
            "add_collateral", "app_collateral_rl");

    private static final int MAX_DEPTH = 50;
    private static final String NAME = "[\\p{L}_][\\p{L}\\p{N}._-]*";
    private static final Pattern PATH = Pattern.compile("(/" + NAME + ")+");
    private static final Set<String> DATA_TYPES = Set.of(
            "string",
            "int",
            "integer",
            "smallint",
            "bigint",
            "tinyint",
            "decimal",
            "float",
            "datetime",
            "smalldatetime",
            "date",
            "bit",
            "boolean");

    private final String file;
    private final List<String> problems = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private ReferenceReader(String file) {
        this.file = file;
    }

    static ReferenceContract read(String text, String file) throws ReferenceException {
        return new ReferenceReader(file).read(text);
    }

    private ReferenceContract read(String text) throws ReferenceException {
        Object loaded = load(text);
        if (!(loaded instanceof Map)) {
            throw new ReferenceException(
                    List.of(
                            file
                                    + ": found no JSON object – expected a mapping contract of the original system, with the key 'mappings'"));
        }
        Map<?, ?> top = (Map<?, ?>) loaded;
        if (top.containsKey("contract") && !top.containsKey("mappings")) {
            throw new ReferenceException(List.of(file
                    + ": this is a Millrace contract already – expected one of the original system; use it as it is"));
        }
        String application = text(top, "source_application_table", "");
        if (!application.isEmpty() && !application.matches(NAME)) {
            problem("", "'source_application_table' is '" + application + "' – expected the plain name of an element");
        }
        Map<String, FilterRule> rules = rules(top);
        ReferenceContract contract = new ReferenceContract(
                needed(top, "source_table", ""),
                needed(top, "source_column", ""),
                application.isEmpty() ? "application" : application,
                !application.isEmpty(),
                text(top, "target_schema", "").isEmpty() ? null : text(top, "target_schema", ""),
                list(top, "table_insertion_order").stream().map(String::valueOf).toList(),
                elements(top),
                rules.get("contact"),
                rules.get("address"),
                rules.get("employment"),
                mappings(top),
                enums(top),
                bits(top, "char_to_bit"),
                bits(top, "boolean_to_bit"),
                remarks);
        needed(top, "xml_root_element", "");
        check(contract);
        if (!problems.isEmpty()) {
            throw new ReferenceException(problems);
        }
        return contract;
    }

    /** JSON is YAML, but for tabs, and for keys that stand twice, of which the last counts. */
    private @Nullable Object load(String text) throws ReferenceException {
        String yaml = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (yaml.stripLeading().startsWith("{")) {
            yaml = yaml.replace('\t', ' ');
        }
        LoadSettingsBuilder settings = LoadSettings.builder().setLabel(file).setCodePointLimit(64 << 20);
        try {
            checkDepth(yaml, settings.build());
            try {
                return new Load(settings.build()).loadFromString(yaml);
            } catch (DuplicateKeyException e) {
                remarks.add("of keys that stand twice the last counts: " + oneLine(e));
                return new Load(settings.setAllowDuplicateKeys(true).build()).loadFromString(yaml);
            }
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw new ReferenceException(List.of(file + ": neither JSON nor YAML: " + oneLine(e)));
        }
    }

    private void checkDepth(String yaml, LoadSettings settings) throws ReferenceException {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(yaml)) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw new ReferenceException(List.of(file + ": objects and lists stand in one another more than "
                        + MAX_DEPTH + " deep – expected a mapping contract of the original system"));
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    private static String oneLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }

    private void problem(String where, String message) {
        problems.add(file + ": " + Notes.shortened((where.isEmpty() ? "" : where + ": ") + message));
    }

    private String needed(Map<?, ?> map, String key, String where) {
        String value = text(map, key, where);
        boolean text = !(map.get(key) instanceof Map) && !(map.get(key) instanceof List);
        if (value.isEmpty() && text) {
            problem(where, "'" + key + "' is missing – expected a text; add it");
        }
        return value;
    }

    /** The text of a key, "" if there is none. */
    private String text(Map<?, ?> map, String key, String where) {
        Object value = map.get(key);
        if (value instanceof Map || value instanceof List) {
            problem(where, "'" + key + "' is " + kind(value) + " – expected a text");
            return "";
        }
        return value == null ? "" : value.toString().trim();
    }

    private List<?> list(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value != null && !(value instanceof List)) {
            problem("", "'" + key + "' is " + kind(value) + " – expected a list");
        }
        return value instanceof List<?> list ? list : List.of();
    }

    private Map<?, ?> object(Map<?, ?> map, String key, String where) {
        Object value = map.get(key);
        if (value != null && !(value instanceof Map)) {
            problem(where, "'" + key + "' is " + kind(value) + " – expected an object");
        }
        return value instanceof Map<?, ?> object ? object : Map.of();
    }

    private static String kind(@Nullable Object value) {
        return value == null
                ? "null"
                : value instanceof Map ? "an object" : value instanceof List ? "a list" : "a value";
    }

    /** The names of elements by the tables that are made of them. */
    private Map<String, String> elements(Map<?, ?> top) {
        Map<String, String> elements = new LinkedHashMap<>();
        int number = 0;
        for (Object each : list(top, "relationships")) {
            String where = "relationship " + ++number;
            if (each instanceof Map<?, ?> relationship) {
                String table = text(relationship, "child_table", where);
                String path = text(relationship, "xml_child_path", where);
                if (PATH.matcher(path).matches() && !table.isEmpty()) {
                    elements.put(table, path.substring(path.lastIndexOf('/') + 1));
                } else {
                    remarks.add(where + " has no child_table, or no xml_child_path of plain names, and is left out");
                }
            } else {
                problem(where, "found " + kind(each) + " – expected an object");
            }
        }
        return elements;
    }

    private Map<String, FilterRule> rules(Map<?, ?> top) {
        Map<String, FilterRule> rules = new LinkedHashMap<>();
        int number = 0;
        for (Object each : list(object(top, "element_filtering", ""), "filter_rules")) {
            String where = "filter rule " + ++number;
            if (!(each instanceof Map<?, ?> rule)) {
                problem(where, "found " + kind(each) + " – expected an object");
                continue;
            }
            String element = needed(rule, "element_type", where);
            String path = needed(rule, "xml_child_path", where);
            List<String> present = new ArrayList<>();
            Map<String, List<String>> lists = new LinkedHashMap<>();
            object(rule, "required_attributes", where).forEach((name, values) -> {
                String attribute = String.valueOf(name);
                if (!attribute.matches(NAME)) {
                    problem(where, "'" + attribute + "' is no name of an attribute");
                } else if (values instanceof List<?> list && !list.isEmpty()) {
                    lists.put(attribute, list.stream().map(String::valueOf).toList());
                } else if (Boolean.TRUE.equals(values)) {
                    present.add(attribute);
                } else {
                    problem(where, "attribute '" + attribute + "' has neither true nor a list of values");
                }
            });
            if (!path.isEmpty() && !PATH.matcher(path).matches()) {
                problem(where, "xml_child_path is '" + path + "' – expected plain element names, like /A/B");
            }
            if (lists.isEmpty()) {
                problem(where, "no attribute has a list of values – expected the one that tells the type; add it");
            } else if (!List.of("contact", "address", "employment").contains(element)) {
                problem(where, "'element_type' is '" + element + "' – expected contact, address or employment");
            } else if (rules.putIfAbsent(element, new FilterRule(path, present, lists)) != null) {
                problem(where, "a second rule for '" + element + "' – expected one; remove one");
            }
        }
        return rules;
    }

    private List<Mapping> mappings(Map<?, ?> top) {
        List<Mapping> mappings = new ArrayList<>();
        int number = 0;
        for (Object each : list(top, "mappings")) {
            number++;
            if (each instanceof Map<?, ?> mapping) {
                mappings.add(mapping(number, mapping));
            } else {
                problem("mapping " + number, "found no object – expected one with xml_path, target_table and so on");
            }
        }
        if (number == 0) {
            problem("", "'mappings' is missing or empty – expected a list of mappings");
        }
        return mappings;
    }

    private Mapping mapping(int number, Map<?, ?> map) {
        String where = "mapping " + number;
        String table = needed(map, "target_table", where);
        String column = text(map, "target_column", where);
        if (!table.isEmpty()) {
            where += " (" + table + (column.isEmpty() ? "" : "." + column) + ")";
        }
        Object defaultValue = map.get("default_value");
        // Truth values read as Python writes them.
        String defaultText = defaultValue == null
                ? ""
                : defaultValue instanceof Boolean truth
                        ? (truth ? "True" : "False")
                        : text(map, "default_value", where);
        String dataType = ReferenceContract.lower(needed(map, "data_type", where));
        if (!dataType.isEmpty() && !DATA_TYPES.contains(dataType)) {
            remarks.add(where + ": the data_type '" + dataType + "' is not known to the original; a text, as there");
        }
        return new Mapping(
                number,
                needed(map, "xml_path", where),
                text(map, "xml_attribute", where),
                table,
                column,
                dataType,
                length(map.get("data_length"), where),
                types(map.get("mapping_type"), where),
                defaultText.isEmpty() ? null : defaultText,
                defaultText.isEmpty()
                        || Boolean.FALSE.equals(defaultValue)
                        || defaultValue instanceof Number zero && zero.doubleValue() == 0,
                nullable(map.get("nullable"), where),
                text(map, "enum_name", where).isEmpty() ? null : text(map, "enum_name", where),
                text(map, "expression", where));
    }

    private int length(@Nullable Object written, String where) {
        if (written == null) {
            return 0;
        }
        String text = written.toString().trim().replaceFirst("[.]0+$", "");
        if (!(written instanceof Boolean) && text.matches("-?[0-9]{1,9}")) {
            if (!(written instanceof Integer)) {
                remarks.add(where + ": the data_length '" + written + "' is read as the number " + text);
            }
            return Integer.parseInt(text);
        }
        problem(where, "'data_length' is " + written + " – expected a whole number");
        return 0;
    }

    private boolean nullable(@Nullable Object written, String where) {
        if (written == null || written instanceof Boolean) {
            return Boolean.TRUE.equals(written);
        }
        String text = ReferenceContract.lower(written.toString().trim());
        boolean yes = text.equals("true") || text.equals("1");
        if (yes || text.equals("false") || text.equals("0")) {
            remarks.add(where + ": nullable is '" + written + "', and read as " + yes);
        } else {
            problem(where, "'nullable' is " + kind(written) + " – expected true or false");
        }
        return yes;
    }

    private List<String> types(@Nullable Object written, String where) {
        if (written instanceof Map) {
            problem(where, "'mapping_type' is an object – expected a list of texts");
            return List.of();
        }
        List<?> list = written instanceof List<?> texts
                ? texts
                : written == null ? List.of() : List.of(written.toString().split(","));
        if (list.stream().anyMatch(type -> type instanceof Map || type instanceof List)) {
            problem(where, "'mapping_type' holds an object or a list – expected texts");
        }
        return list.stream()
                .filter(Objects::nonNull)
                .map(type -> type.toString().trim())
                .filter(type -> !type.isEmpty())
                .toList();
    }

    private Map<String, Map<String, @Nullable Object>> enums(Map<?, ?> top) {
        Map<String, Map<String, @Nullable Object>> enums = new LinkedHashMap<>();
        Map<?, ?> written = object(top, "enum_mappings", "");
        written.forEach((name, table) -> {
            Map<String, @Nullable Object> codes = new LinkedHashMap<>();
            if (table != null && !(table instanceof Map)) {
                problem("code table " + name, "found " + kind(table) + " – expected an object");
            }
            Map<?, ?> entries = table instanceof Map<?, ?> map ? map : Map.of();
            entries.forEach((key, code) -> {
                if (code instanceof Map || code instanceof List) {
                    problem("code table " + name, "the code of '" + key + "' is " + kind(code) + " – expected a value");
                }
                codes.put(key == null ? "" : key.toString(), code);
            });
            enums.put(String.valueOf(name), codes);
        });
        return enums;
    }

    private Map<String, Integer> bits(Map<?, ?> top, String name) {
        Map<String, Integer> bits = new LinkedHashMap<>();
        object(object(top, "bit_conversions", ""), name, "bit_conversions").forEach((text, bit) -> {
            boolean one = bit instanceof Integer number && number == 1 || Boolean.TRUE.equals(bit);
            boolean zero = bit instanceof Integer number && number == 0 || Boolean.FALSE.equals(bit);
            if (!one && !zero) {
                problem("bit_conversions." + name, "'" + text + "' becomes " + bit + " – expected 0 or 1");
            }
            bits.put(String.valueOf(text), one ? 1 : 0);
        });
        return bits;
    }

    private void check(ReferenceContract contract) {
        Set<String> columns = new TreeSet<>();
        for (Mapping mapping : contract.mappings()) {
            String maker = maker(mapping);
            if (!mapping.path().isEmpty() && !PATH.matcher(mapping.path()).matches()) {
                problem(
                        mapping.where(),
                        "xml_path is '" + mapping.path() + "' – expected plain element names, like /A/B");
            }
            if (mapping.attribute().isEmpty() && (!mapping.isCalculated() || mapping.has("enum"))) {
                problem(
                        mapping.where(),
                        "'xml_attribute' is missing – expected one, since texts of elements are not mapped");
            }
            if (!mapping.attribute().isEmpty() && !mapping.attribute().matches(NAME)) {
                problem(
                        mapping.where(),
                        "xml_attribute is '" + mapping.attribute() + "' – expected the plain name of an attribute");
            }
            if (maker == null && mapping.column().isEmpty()) {
                problem(mapping.where(), "'target_column' is missing and no mapping type makes rows; add it");
            }
            if (maker != null
                    && mapping.column().isEmpty()
                    && (maker.equals("warranty_field") || maker.equals("add_collateral"))) {
                problem(mapping.where(), "'target_column' is missing; add it");
            }
            if (maker == null && ROW_MAKERS.containsValue(mapping.table())) {
                problem(
                        mapping.where(),
                        "the table " + mapping.table()
                                + " has rows from types such as add_score(X), but the mapping type is "
                                + mapping.types() + "; add one");
            }
            boolean repeats = mapping.has("last_valid_pr_contact") || mapping.has("last_valid_sec_contact");
            if (maker == null && !repeats && !columns.add(mapping.table() + "." + mapping.column())) {
                problem(mapping.where(), "the column is mapped twice; remove one");
            }
            if (mapping.has("enum") && !contract.enums().containsKey(enumName(mapping))) {
                problem(
                        mapping.where(),
                        "there is no code table '" + enumName(mapping) + "' under enum_mappings; add it");
            }
            if (mapping.isCalculated() && mapping.expression().isEmpty()) {
                problem(mapping.where(), "'expression' is missing; calculated_field needs it");
            }
            if (mapping.has("last_valid_pr_contact") && contract.contact() == null
                    || mapping.table().startsWith("app_contact_") && contract.contact() == null) {
                problem(mapping.where(), "there is no filter rule for contacts; add it");
            }
            boolean second = mapping.has("last_valid_sec_contact") || mapping.has("authu_contact");
            if (second
                    && (contract.contact() == null || contract.contact().types().size() < 2)) {
                problem(mapping.where(), "the filter rule for contacts names no second type; add it");
            }
            if (mapping.table().equals("app_contact_address") && contract.address() == null
                    || mapping.has("curr_address_only") && contract.address() == null) {
                problem(mapping.where(), "there is no filter rule for addresses; add it");
            }
            if (mapping.table().equals("app_contact_employment") && contract.employment() == null) {
                problem(mapping.where(), "there is no filter rule for employments; add it");
            }
        }
    }

    /** The table of codes that an enum mapping uses. */
    static String enumName(Mapping mapping) {
        String name = mapping.enumName();
        return name == null ? mapping.column() : name;
    }

    /** The type that makes rows of this mapping's table, or null. */
    static @Nullable String maker(Mapping mapping) {
        return ROW_MAKERS.entrySet().stream()
                .filter(maker -> maker.getValue().equals(mapping.table()) && mapping.argument(maker.getKey()) != null)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }
}
