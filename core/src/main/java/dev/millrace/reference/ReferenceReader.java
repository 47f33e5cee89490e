package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.FilterRule;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
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

    private final String file;
    private final List<String> problems = new ArrayList<>();

    private ReferenceReader(String file) {
        this.file = file;
    }

    static ReferenceContract read(String text, String file) throws ReferenceException {
        return new ReferenceReader(file).read(text);
    }

    private ReferenceContract read(String text) throws ReferenceException {
        Object loaded;
        try {
            loaded = new Load(LoadSettings.builder()
                            .setLabel(file)
                            .setCodePointLimit(64 << 20)
                            .build())
                    .loadFromString(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (YamlEngineException e) {
            String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
            throw new ReferenceException(List.of(file + ": neither JSON nor YAML: " + message));
        }
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
        Map<String, FilterRule> rules = rules(top);
        ReferenceContract contract = new ReferenceContract(
                needed(top, "source_table", ""),
                needed(top, "source_column", ""),
                application.isEmpty() ? "application" : application,
                !application.isEmpty(),
                text(top, "target_schema", "").isEmpty() ? null : text(top, "target_schema", ""),
                list(top, "table_insertion_order").stream().map(String::valueOf).toList(),
                rules.get("contact"),
                rules.get("address"),
                rules.get("employment"),
                mappings(top),
                enums(top),
                bits(top, "char_to_bit"),
                bits(top, "boolean_to_bit"));
        needed(top, "xml_root_element", "");
        check(contract);
        if (!problems.isEmpty()) {
            throw new ReferenceException(problems);
        }
        return contract;
    }

    private void problem(String where, String message) {
        problems.add(file + ": " + (where.isEmpty() ? "" : where + ": ") + message);
    }

    private String needed(Map<?, ?> map, String key, String where) {
        String value = text(map, key, where);
        if (value.isEmpty()) {
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

    private static String kind(Object value) {
        return value instanceof Map ? "an object" : value instanceof List ? "a list" : "a value";
    }

    private Map<String, FilterRule> rules(Map<?, ?> top) {
        Map<String, FilterRule> rules = new LinkedHashMap<>();
        int number = 0;
        for (Object each : list(object(top, "element_filtering", ""), "filter_rules")) {
            String where = "filter rule " + ++number;
            if (!(each instanceof Map<?, ?> rule)) {
                problem(where, "found " + (each == null ? "null" : kind(each)) + " – expected an object");
                continue;
            }
            String element = needed(rule, "element_type", where);
            String path = needed(rule, "xml_child_path", where);
            List<String> present = new ArrayList<>();
            Map<String, List<String>> lists = new LinkedHashMap<>();
            object(rule, "required_attributes", where).forEach((attribute, values) -> {
                if (values instanceof List<?> list && !list.isEmpty()) {
                    lists.put(
                            attribute.toString(),
                            list.stream().map(String::valueOf).toList());
                } else if (Boolean.TRUE.equals(values)) {
                    present.add(attribute.toString());
                } else {
                    problem(where, "attribute '" + attribute + "' has neither true nor a list of values");
                }
            });
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
        Object length = map.get("data_length");
        if (length != null && !(length instanceof Integer)) {
            problem(where, "'data_length' is " + length + " – expected a whole number");
        }
        Object defaultValue = map.get("default_value");
        String defaultText = defaultValue == null ? null : text(map, "default_value", where);
        return new Mapping(
                number,
                needed(map, "xml_path", where),
                text(map, "xml_attribute", where),
                needed(map, "target_table", where),
                text(map, "target_column", where),
                ReferenceContract.lower(needed(map, "data_type", where)),
                length instanceof Integer whole ? whole : 0,
                types(map.get("mapping_type")),
                defaultText == null || defaultText.isEmpty() ? null : defaultText,
                defaultText == null
                        || defaultText.isEmpty()
                        || Boolean.FALSE.equals(defaultValue)
                        || defaultValue instanceof Number zero && zero.doubleValue() == 0,
                Boolean.TRUE.equals(map.get("nullable")),
                text(map, "enum_name", where).isEmpty() ? null : text(map, "enum_name", where),
                text(map, "expression", where));
    }

    private static List<String> types(@Nullable Object written) {
        if (written instanceof List<?> list) {
            return list.stream().map(type -> String.valueOf(type).trim()).toList();
        }
        return written == null || written.toString().isBlank()
                ? List.of()
                : Arrays.stream(written.toString().split(",")).map(String::trim).toList();
    }

    private Map<String, Map<String, @Nullable Object>> enums(Map<?, ?> top) {
        Map<String, Map<String, @Nullable Object>> enums = new LinkedHashMap<>();
        Map<?, ?> written = object(top, "enum_mappings", "");
        for (Object name : written.keySet()) {
            Map<String, @Nullable Object> codes = new LinkedHashMap<>();
            object(written, name.toString(), "enum_mappings").forEach((key, code) -> {
                if (code instanceof Map || code instanceof List) {
                    problem("code table " + name, "the code of '" + key + "' is " + kind(code) + " – expected a value");
                }
                codes.put(key == null ? "" : key.toString(), code);
            });
            enums.put(name.toString(), codes);
        }
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
            if (!mapping.path().isEmpty() && !mapping.path().matches("(/[^/@\\[\\]*\\s]+)+")) {
                problem(
                        mapping.where(),
                        "xml_path is '" + mapping.path() + "' – expected plain element names, like /A/B");
            }
            if (mapping.attribute().isEmpty() && !mapping.isCalculated()) {
                problem(
                        mapping.where(),
                        "'xml_attribute' is missing – expected one, since texts of elements are not mapped");
            }
            if (maker == null && mapping.column().isEmpty()) {
                problem(mapping.where(), "'target_column' is missing and no mapping type makes rows; add it");
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
