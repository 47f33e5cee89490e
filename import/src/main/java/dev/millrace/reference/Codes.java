package dev.millrace.reference;

import dev.millrace.contract.NewNode;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The code tables that columns use, in the order in which they are asked for. */
final class Codes {

    /** How "" and what is not in the table are written. */
    private static final List<String> KEYWORDS = List.of("entries", "otherwise", "ignore-case");

    /**
     * @param otherwise the code of what is not in the table
     */
    private record Table(Map<String, NewNode.Scalar> entries, NewNode.Scalar otherwise) {}

    private static final NewNode.Scalar NULL = NewNode.literal("null");

    private final ReferenceContract contract;
    private final Notes notes;
    private final Map<String, Table> tables = new LinkedHashMap<>();

    Codes(ReferenceContract contract, Notes notes) {
        this.contract = contract;
        this.notes = notes;
    }

    /** The codes of an enum mapping; empty if its table is. */
    Map<String, @Nullable Object> of(Mapping mapping) {
        return contract.enums().getOrDefault(ReferenceReader.enumName(mapping), Map.of());
    }

    /** The table of an enum mapping. Its fallback is the code of "", or else the column's default. */
    String enumTable(Mapping mapping, @Nullable String defaultCode) {
        String name = ReferenceReader.enumName(mapping);
        Map<String, NewNode.Scalar> entries = new LinkedHashMap<>();
        of(mapping).forEach((text, code) -> {
            String plain = code == null ? "" : plain(code);
            if (code != null && mapping.isInteger() && !plain.matches("-?[0-9]{1,19}")) {
                notes.problem(
                        mapping,
                        "code table " + name + ": the code of '" + text + "' is '" + plain
                                + "' – expected a whole number, as the column's type is");
            }
            NewNode.Scalar written = code == null ? NULL : code(fitted(mapping, plain));
            if (text.isBlank() && !text.isEmpty() || !text.equals(text.strip())) {
                notes.add(
                        mapping,
                        "code table " + name + ": '" + text + "' is never looked up, because texts are trimmed before");
            } else {
                entries.put(text, written);
            }
        });
        NewNode.Scalar blank = entries.get("");
        NewNode.Scalar otherwise = blank != null ? blank : defaultCode == null ? NULL : code(defaultCode);
        String suffix =
                blank == null && defaultCode != null ? "_or_" + defaultCode.replaceAll("[^A-Za-z0-9]", "_") : "";
        tables.put(name + suffix, new Table(entries, otherwise));
        return name + suffix;
    }

    /** A code as text; a whole number has no fraction. */
    static String plain(Object code) {
        boolean whole = code instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? String.valueOf(((Double) code).longValue()) : code.toString();
    }

    private String fitted(Mapping mapping, String code) {
        if (mapping.isText() && mapping.length() > 0 && code.length() > mapping.length()) {
            notes.add(mapping, "a code is cut to the " + mapping.length() + " characters of the column");
            return code.substring(0, mapping.length()).strip();
        }
        return code;
    }

    /**
     * The table of char_to_bit or boolean_to_bit: whatever is not 1 is 0.
     *
     * @param withBlank whether what is missing or blank is 0 as well, rather than nothing
     */
    String bitTable(Mapping mapping, boolean withBlank) {
        boolean characters = mapping.has("char_to_bit");
        String name = characters ? "char_to_bit" : "boolean_to_bit";
        Map<String, NewNode.Scalar> entries = new LinkedHashMap<>();
        (characters ? contract.charToBit() : contract.booleanToBit()).forEach((text, bit) -> {
            String reached = characters ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
            if (bit == 1 && !text.equals(reached)) {
                notes.add(
                        mapping,
                        name + ": '" + text + "' is looked up in any case, but in the original only "
                                + (characters ? "as it is" : "never, because texts are made lower case before"));
            }
            if (bit == 1 && !text.isBlank()) {
                entries.put(text, NewNode.literal("1"));
            } else if (bit == 1) {
                notes.add(mapping, name + ": blank is 0, although the original's table has 1 for it");
            }
        });
        if (withBlank) {
            entries.put("", NewNode.literal("0"));
        }
        String table = withBlank ? name : name + "_if_present";
        tables.put(table, new Table(entries, NewNode.literal("0")));
        return table;
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    NewNode yaml() {
        NewNode.Mapping yaml = NewNode.mapping();
        tables.forEach((name, table) -> {
            NewNode.Mapping entries = NewNode.mapping();
            table.entries().forEach(entries::put);
            boolean longForm = table.entries().keySet().stream().anyMatch(KEYWORDS::contains);
            NewNode.Mapping written = longForm ? NewNode.mapping().put("entries", entries) : entries;
            NewNode otherwise = table.otherwise();
            if (table.otherwise().text().equals("reject")) {
                otherwise = NewNode.mapping().put("value", otherwise).inFlow();
            }
            written.put("ignore-case", NewNode.literal("true")).put("otherwise", otherwise);
            yaml.put(NewNode.expression(name), written);
        });
        return yaml;
    }

    /** A number stands for itself. */
    private static NewNode.Scalar code(String code) {
        return code.matches("-?[0-9]{1,18}([.][0-9]+)?") ? NewNode.literal(code) : NewNode.text(code);
    }
}
