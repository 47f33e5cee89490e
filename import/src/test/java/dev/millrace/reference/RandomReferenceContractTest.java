package dev.millrace.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Contracts of the size of the original's two, drawn at random from all that its format knows, on random documents: each becomes
 * a contract that maps every document. The tables of simple values are also worked out here a second time, from the format's
 * description alone.
 */
final class RandomReferenceContractTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String APPLICATION = "/Provenir/Request/CustData/application";
    private static final List<String> PATHS = List.of(
            "/Provenir/Request",
            APPLICATION,
            APPLICATION + "/app_product",
            APPLICATION + "/rate",
            APPLICATION + "/app_product/app_prod_bcard",
            "/Provenir/Request/CustData/report/scores");
    private static final List<String> VALUES = List.of(
            "",
            " ",
            "0",
            "7",
            "007",
            " 42 ",
            "-5",
            "12.345",
            "-0.5",
            "1,234",
            ".45",
            "USD 36.50",
            "A",
            "b",
            "Y",
            "n",
            "yes",
            "true",
            "null",
            "NONE",
            "x y",
            "ÄÖ",
            "$12.50",
            "01234",
            "abcdefghijklmnop",
            "2024-02-29",
            "12/13/2020",
            "2023-10-12T10:11:12Z",
            "2023-1-2 3:4:75",
            "9999",
            "--",
            "1.2.3");
    private static final Map<String, @Nullable Object> CODES = new LinkedHashMap<>(Map.of("A", 1, "B", 2, "Y", 5));

    @TempDir
    private Path folder;

    private Random random = new Random(0);
    private final List<Map<String, Object>> mappings = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"1, 227", "2, 362", "3, 230", "4, 360"})
    void everyContractBecomesOneThatMapsEveryDocument(long seed, int size) throws Exception {
        random = new Random(seed);
        Files.writeString(folder.resolve("contract.json"), JSON.writeValueAsString(contract(size)));
        for (Mode mode : Mode.values()) {
            ReferenceCase imported = new ReferenceCase(folder, mode);
            assertThat(imported.slowPaths()).isEmpty();
            for (int i = 1; i <= 25; i++) {
                List<Map<String, String>> attributes = new ArrayList<>();
                Path document = Files.writeString(folder.resolve("document.xml"), document(i, attributes));

                ReferenceCase.Expected outcome = imported.outcome(document);

                assertThat(outcome.error())
                        .as("seed %s, %s, %s", seed, mode, Files.readString(document))
                        .isNull();
                for (int table = 0; table < 6; table++) {
                    String name = "app_simple_" + table;
                    assertThat(outcome.tables().get(name))
                            .as("seed %s, %s, %s of %s", seed, mode, name, Files.readString(document))
                            .containsExactly(ReferenceCase.canonical(name, row(i, name, attributes, mode)));
                }
            }
        }
    }

    // The contract

    private Map<String, Object> contract(int size) {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("source_table", "app_xml");
        top.put("source_column", "xml");
        top.put("source_application_table", "application");
        top.put("xml_root_element", "Provenir");
        top.put(
                "element_filtering",
                Map.of(
                        "filter_rules",
                        List.of(
                                rule("contact", APPLICATION + "/contact", "con_id", "ac_role_tp_c", "PR", "AUTHU"),
                                rule(
                                        "address",
                                        APPLICATION + "/contact/contact_address",
                                        "zip",
                                        "address_tp_c",
                                        "CURR",
                                        "PREV"),
                                rule(
                                        "employment",
                                        APPLICATION + "/contact/contact_employment",
                                        "title",
                                        "employment_tp_c",
                                        "CURR"))));
        top.put(
                "enum_mappings",
                Map.of(
                        "plain_enum",
                        CODES,
                        "fallback_enum",
                        Map.of("A", 1, "x y", 2, "", 9),
                        "empty_enum",
                        Map.of(),
                        "mail_enum",
                        Map.of("A", "a@example.org", "Y", "y@example.org")));
        Map<String, Integer> bits = Map.of("Y", 1, "U", 1, "N", 0);
        top.put("bit_conversions", Map.of("char_to_bit", bits, "boolean_to_bit", Map.of("true", 1, "yes", 1, "y", 1)));
        top.put("table_insertion_order", List.of("app_base", "app_contact_base", "app_contact_address", "scores"));
        add("app_base", PATHS.get(0), "ID", "app_id", "int", List.of("identity_insert"));
        for (int i = 0; i < 6; i++) {
            add("app_simple_" + i, APPLICATION, "v1", "flag", "bit", List.of("char_to_bit"));
        }
        add("app_contact_base", APPLICATION + "/contact", "con_id", "con_id", "int", List.of("identity_insert"));
        while (mappings.size() < size) {
            addAny("c" + mappings.size());
        }
        top.put("mappings", mappings);
        return top;
    }

    private static Map<String, Object> rule(String type, String path, String present, String list, String... values) {
        return Map.of(
                "element_type",
                type,
                "xml_child_path",
                path,
                "required_attributes",
                Map.of(present, true, list, List.of(values)));
    }

    private Map<String, Object> add(
            String table, String path, String attribute, String column, String dataType, List<String> types) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        mapping.put("xml_path", path);
        mapping.put("xml_attribute", attribute);
        mapping.put("target_table", table);
        mapping.put("target_column", column);
        mapping.put("data_type", dataType);
        mapping.put("mapping_type", types);
        mappings.add(mapping);
        return mapping;
    }

    private void addAny(String column) {
        String attribute = "v" + random.nextInt(8);
        String path = pick(PATHS);
        String contact = APPLICATION + "/contact";
        String group = String.valueOf(1 + random.nextInt(4));
        switch (random.nextInt(16)) {
            case 0 -> add("scores", path, attribute, "", pick("int", "decimal"), List.of("add_score(" + column + ")"));
            case 1 -> add("indicators", path, attribute, "", "string", List.of("add_indicator(" + column + ")"));
            case 2 ->
                add(
                        "app_historical_lookup",
                        pick(path, contact),
                        column,
                        "",
                        "string",
                        random.nextBoolean()
                                ? List.of("add_history")
                                : List.of("last_valid_pr_contact", "add_history"));
            case 3 -> add("app_report_results_lookup", path, column, "", "string", List.of("add_report_lookup(K)"));
            case 4 ->
                add(
                        "app_policy_exceptions_rl",
                        path,
                        attribute,
                        column,
                        "string",
                        List.of("policy_exceptions(" + pick("", String.valueOf(600 + mappings.size())) + ")"));
            case 5 ->
                settings(add(
                        "app_warranties_rl",
                        path,
                        attribute,
                        column,
                        "string",
                        List.of("warranty_field(62" + group + ")")));
            case 6 ->
                settings(add(
                        "app_collateral_rl",
                        path,
                        attribute,
                        column,
                        "string",
                        random.nextBoolean()
                                ? List.of("add_collateral(" + group + ")")
                                : List.of("add_collateral(" + group + ")", pick("char_to_bit", "numbers_only"))));
            case 7 ->
                settings(add(
                        "app_contact_base", contact, attribute, column, pick("string", "bigint", "decimal"), types()));
            case 8 ->
                settings(add(
                        "app_contact_base",
                        contact + "/contact_address",
                        attribute,
                        column,
                        "string",
                        List.of("curr_address_only")));
            case 9 ->
                settings(add(
                        "app_contact_address",
                        contact + "/contact_address",
                        attribute,
                        column,
                        pick("string", "bigint"),
                        types()));
            case 10 ->
                settings(add(
                        "app_contact_employment",
                        contact + "/contact_employment",
                        attribute,
                        column,
                        pick("string", "decimal", "datetime"),
                        List.of()));
            case 11 ->
                settings(add(
                        "app_other_" + group,
                        pick(contact, contact + "/contact_address", contact + "/app_prod_bcard"),
                        attribute,
                        column,
                        pick("string", "int", "decimal", "date"),
                        List.of(pick("last_valid_pr_contact", "last_valid_sec_contact", "authu_contact"))));
            case 12 ->
                settings(add(
                                "app_other_" + group,
                                path,
                                attribute,
                                column,
                                pick("string", "int", "decimal", "datetime"),
                                List.of("calculated_field")))
                        .put(
                                "expression",
                                pick(
                                        "CASE WHEN v1 IS NOT EMPTY THEN v1 ELSE v2 END",
                                        "v1 + v2 * 12",
                                        "v3 / v4",
                                        "CASE WHEN v1 LIKE '%A%' OR v2 = 'Y' THEN 'X' WHEN v3 > 0 THEN 'Z' ELSE '' END",
                                        "CASE WHEN application.v1 >= '7' AND v2 IS NULL THEN 1 ELSE 0 END",
                                        "CASE WHEN DATE(v1) > DATE('2020-01-01') THEN DATEADD(day, v2, v1) END"));
            case 13 ->
                settings(add(
                        "app_other_" + group,
                        path,
                        attribute,
                        column,
                        pick("datetime", "date", "smallint", "bigint", "float"),
                        List.of()));
            default -> simple(column, path, attribute);
        }
    }

    private List<String> types() {
        return random.nextBoolean() ? List.of() : List.of(pick("numbers_only", "extract_numeric", "char_to_bit"));
    }

    /** A column that {@link #value} knows too. */
    private void simple(String column, String path, String attribute) {
        String type = pick("string", "int", "decimal");
        String kind = pick("", "", "enum", "numbers_only", "boolean_to_bit");
        if (kind.equals("numbers_only") && !type.equals("string")) {
            // A moment has more digits than an int holds.
            type = "bigint";
        }
        if (kind.equals("enum") || kind.equals("boolean_to_bit")) {
            type = "int";
        }
        Map<String, Object> mapping = settings(add(
                "app_simple_" + random.nextInt(6),
                path,
                attribute,
                column,
                type,
                kind.isEmpty() ? List.of() : List.of(kind)));
        if (kind.equals("enum")) {
            mapping.put("enum_name", pick("plain_enum", "fallback_enum", "empty_enum"));
        }
    }

    private Map<String, Object> settings(Map<String, Object> mapping) {
        boolean text = mapping.get("data_type").equals("string");
        if (text && random.nextBoolean()) {
            mapping.put("data_length", 3 + random.nextInt(8));
        }
        if (mapping.get("data_type").equals("decimal")) {
            mapping.put("data_length", 2);
        }
        if (random.nextInt(3) == 0) {
            mapping.put(
                    "default_value",
                    mapping.get("data_type").toString().startsWith("date") ? "1900-01-01" : text ? "9" : "8");
        }
        mapping.put("nullable", random.nextBoolean());
        return mapping;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    // The documents

    /** @param last is filled with the attributes of the last element of each of {@link #PATHS} */
    private String document(int id, List<Map<String, String>> last) {
        for (int i = 0; i < PATHS.size(); i++) {
            last.add(attributes());
        }
        last.get(0).put("ID", String.valueOf(id));
        StringBuilder contacts = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            contacts.append("<contact con_id='" + random.nextInt(3) + "' ac_role_tp_c='" + pick("PR", "AUTHU", "X", "")
                    + "' first_name='" + pick("", "Ann") + "'" + written(attributes())
                    + "><contact_address zip='1' address_tp_c='"
                    + pick("CURR", "PREV", "OLD") + "'" + written(attributes()) + "/><app_prod_bcard"
                    + written(attributes())
                    + "/><contact_employment title='t' employment_tp_c='CURR'" + written(attributes())
                    + "/></contact>");
        }
        return "<Provenir><Request" + written(last.get(0)) + "><CustData><report><scores" + written(attributes())
                + "/><scores" + written(last.get(5)) + "/></report><application" + written(last.get(1)) + "><rate"
                + written(attributes()) + "/>" + contacts + "<app_product" + written(last.get(2)) + "><app_prod_bcard"
                + written(last.get(4)) + "/></app_product><rate" + written(last.get(3))
                + "/></application></CustData></Request></Provenir>";
    }

    private Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            if (random.nextInt(4) > 0) {
                attributes.put((random.nextBoolean() ? "v" : "V") + i, pick(VALUES));
            }
        }
        return attributes;
    }

    private static String written(Map<String, String> attributes) {
        StringBuilder text = new StringBuilder();
        attributes.forEach((name, value) ->
                text.append(' ').append(name).append("=\"").append(value).append('"'));
        return text.toString();
    }

    // The rows, from the description

    private Map<String, @Nullable Object> row(int id, String table, List<Map<String, String>> last, Mode mode) {
        Map<String, @Nullable Object> row = new TreeMap<>();
        row.put("app_id", id);
        for (Map<String, Object> mapping : mappings) {
            if (mapping.get("target_table").equals(table)) {
                Map<String, String> attributes = last.get(PATHS.indexOf(mapping.get("xml_path")));
                String name = mapping.get("xml_attribute").toString();
                String text = attributes.getOrDefault(name, attributes.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
                row.put(mapping.get("target_column").toString(), value(mapping, text.strip(), mode));
            }
        }
        return row;
    }

    private static @Nullable Object value(Map<String, Object> mapping, String text, Mode mode) {
        String types = mapping.get("mapping_type").toString();
        String standard = (String) mapping.get("default_value");
        boolean nullable = Boolean.TRUE.equals(mapping.get("nullable"));
        String type = mapping.get("data_type").toString();
        if (types.contains("char_to_bit")) {
            return List.of("Y", "U").contains(text.toUpperCase(Locale.ROOT)) ? 1 : 0;
        }
        if (types.contains("boolean_to_bit")) {
            return List.of("true", "yes", "y").contains(text.toLowerCase(Locale.ROOT)) ? 1 : 0;
        }
        String found = null;
        if (types.contains("enum")) {
            Map<String, Integer> codes = mapping.get("enum_name").equals("plain_enum")
                    ? Map.of("a", 1, "b", 2, "y", 5)
                    : mapping.get("enum_name").equals("fallback_enum") ? Map.of("a", 1, "x y", 2, "", 9) : Map.of();
            Integer code = codes.getOrDefault(text.toLowerCase(Locale.ROOT), codes.get(""));
            found = code == null ? null : code.toString();
        } else if (text.isEmpty()) {
            found = standard;
        } else if (types.contains("numbers_only")) {
            String digits = text.replaceAll("[^0-9]", "");
            boolean keepsZeros = type.equals("string") && mode == Mode.AS_MEANT;
            found = digits.isEmpty() ? null : keepsZeros ? digits : new BigInteger(digits).toString();
        } else if (type.equals("int")) {
            Matcher number = Pattern.compile("[0-9]+([.][0-9]+)?").matcher(text);
            found = number.find() ? number.group() : null;
        } else if (type.equals("decimal")) {
            if (!text.matches("[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)")) {
                return null;
            }
            found = text;
        } else {
            found = text;
        }
        if (found == null && !nullable) {
            found = standard;
        }
        if (found == null) {
            return null;
        }
        if (type.equals("string")) {
            int length = (Integer) mapping.getOrDefault("data_length", 1_000);
            return found.length() > length ? found.substring(0, length).strip() : found;
        }
        return new BigDecimal(found)
                .setScale(type.equals("decimal") ? 2 : 0, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
