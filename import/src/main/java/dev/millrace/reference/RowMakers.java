package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables whose rows are made of single mappings, or of groups of them: each is a union. */
final class RowMakers {

    /** The names of the columns that are not in the mappings. */
    static final Set<String> COLUMNS = Set.of(
            "app_id",
            "con_id",
            "sort_order",
            "score_identifier",
            "score",
            "indicator",
            "value",
            "name",
            "source",
            "source_report_key",
            "policy_exception_type_enum",
            "reason_code",
            "notes",
            "warranty_type_enum",
            "merrick_lienholder_flag");

    private static final Set<String> SET_LAST = Set.of("app_id", "sort_order", "warranty_type_enum");

    /** One set of the union. */
    record RowSet(String rows, List<Column> columns) {

        RowSet {
            columns = new ArrayList<>(columns);
        }
    }

    private final Columns columns;
    private final Notes notes;

    RowMakers(Columns columns, Notes notes) {
        this.columns = columns;
        this.notes = notes;
    }

    /** The sets of a table, none of which has the document's id. */
    List<RowSet> of(String table, List<Mapping> mappings) {
        for (Mapping mapping : mappings) {
            boolean source = mapping.types().stream()
                    .allMatch(type -> type.contains("(")
                            || ReferenceReader.ROW_MAKERS.containsKey(type)
                            || type.startsWith("last_valid_")
                            || type.equals("authu_contact"));
            boolean group = table.equals("app_collateral_rl") || table.equals("app_warranties_rl");
            if (!source && !group) {
                notes.problem(
                        mapping,
                        "mapping types " + mapping.types()
                                + " – expected the one that makes the row, and one that names a contact");
            }
        }
        return switch (table) {
            case "scores" -> scores(mappings);
            case "indicators" -> each(mappings, this::indicator);
            case "app_historical_lookup" -> each(mappings, this::history);
            case "app_report_results_lookup" -> reports(mappings);
            case "app_policy_exceptions_rl" -> policyExceptions(mappings);
            case "app_warranties_rl" -> warranties(mappings);
            default -> collateral(mappings);
        };
    }

    private static List<RowSet> each(List<Mapping> mappings, Function<Mapping, RowSet> made) {
        return mappings.stream().map(made).toList();
    }

    private static String argument(Mapping mapping) {
        return Objects.requireNonNull(mapping.argument(Objects.requireNonNull(ReferenceReader.maker(mapping))));
    }

    private List<RowSet> scores(List<Mapping> mappings) {
        String type = scoreType(mappings);
        return each(
                mappings,
                mapping -> new RowSet(
                        mapping.isText() ? columns.source(mapping) + "[normalize-space()]" : usableNodes(mapping),
                        List.of(
                                literal("score_identifier", argument(mapping), "varchar(100)")
                                        .key(),
                                ofSource(mapping, Column.path("score", score(mapping, type), type)))));
    }

    /** The type that holds the scores of all mappings. */
    private static String scoreType(List<Mapping> mappings) {
        if (mappings.stream().anyMatch(mapping -> mapping.isText() || mapping.isMoment())) {
            return "text";
        }
        if (mappings.stream().anyMatch(mapping -> mapping.dataType().equals("float"))) {
            return "double";
        }
        boolean fraction = mappings.stream().anyMatch(mapping -> !mapping.isInteger());
        boolean big = mappings.stream().anyMatch(mapping -> mapping.dataType().equals("bigint"));
        return fraction ? "decimal(18,2)" : big ? "bigint" : "integer";
    }

    /** What cannot be read is empty, so that the row is left out. */
    private static String score(Mapping mapping, String type) {
        if (mapping.isInteger()) {
            String whole = Casts.integer(".");
            return type.equals("integer") || type.equals("bigint")
                    ? whole
                    : "for $n in (" + whole + ")[. != ''] ! number() return " + Casts.rounded("$n", 0);
        }
        return mapping.isText() || mapping.isMoment() ? "." : Casts.decimal(".");
    }

    private RowSet indicator(Mapping mapping) {
        return new RowSet(
                columns.source(mapping) + "[lower-case(normalize-space()) = ('y', 'yes', 'true', 't', '1')]",
                List.of(
                        literal("indicator", argument(mapping), "varchar(100)").key(),
                        Column.constant("value", "1", "varchar(10)")));
    }

    private RowSet history(Mapping mapping) {
        return new RowSet(
                usableNodes(mapping),
                List.of(
                        literal("name", "[" + mapping.attribute() + "]", "varchar(100)")
                                .key(),
                        literal("source", "[" + mapping.element() + "]", "varchar(100)")
                                .key(),
                        ofSource(mapping, Column.path("value", cut(mapping), "text"))));
    }

    /** Texts that are found through a contact are cut before they become rows; no other is. */
    private static String cut(Mapping mapping) {
        return Sources.isOfContact(mapping) && mapping.isText() && mapping.length() > 0
                ? "substring(., 1, " + mapping.length() + ")"
                : ".";
    }

    private static Column ofSource(Mapping mapping, Column column) {
        return Columns.isRaw(mapping) ? column.raw() : column;
    }

    private List<RowSet> reports(List<Mapping> mappings) {
        boolean anyKey =
                mappings.stream().anyMatch(mapping -> !argument(mapping).isEmpty());
        return each(mappings, mapping -> {
            List<Column> row = new ArrayList<>();
            row.add(literal("name", mapping.attribute(), "varchar(100)").key());
            row.add(ofSource(mapping, Column.path("value", cut(mapping), "text")));
            if (anyKey && !argument(mapping).isEmpty()) {
                row.add(Column.constant("source_report_key", argument(mapping), "varchar(100)"));
            }
            return new RowSet(usableNodes(mapping), row);
        });
    }

    private List<RowSet> policyExceptions(List<Mapping> mappings) {
        String notesPath = mappings.stream()
                .filter(mapping -> argument(mapping).isEmpty())
                .findFirst()
                .map(this::usableNodes)
                .orElse(null);
        List<Mapping> numbered = mappings.stream()
                .filter(mapping -> !argument(mapping).isEmpty())
                .toList();
        boolean unique = numbered.stream().map(RowMakers::argument).distinct().count() == numbered.size();
        return each(numbered, mapping -> {
            List<Column> row = new ArrayList<>();
            Column number = number("policy_exception_type_enum", mapping);
            row.add(unique ? number : number.without("key"));
            row.add(ofSource(mapping, Column.path("reason_code", cut(mapping), "text")));
            if (notesPath != null) {
                row.add(Column.path("notes", notesPath, "text"));
            }
            return new RowSet(usableNodes(mapping), row);
        });
    }

    private List<RowSet> warranties(List<Mapping> mappings) {
        List<RowSet> sets = new ArrayList<>();
        Map<String, String> types = types(mappings);
        groups(mappings).forEach((number, group) -> {
            List<Column> row = new ArrayList<>();
            row.add(number("warranty_type_enum", group.get(0)));
            List<String> content = new ArrayList<>();
            for (Mapping mapping : group) {
                if (mapping.isBit()) {
                    row.add(columns.of(mapping));
                } else {
                    content.add(Sources.isUsable(columns.source(mapping)));
                    // The ids are set last of all.
                    if (SET_LAST.contains(mapping.column())) {
                        continue;
                    }
                    row.add(Column.path(
                                    mapping.column(),
                                    usableNodes(mapping),
                                    types.getOrDefault(mapping.column(), "text"))
                            .whole());
                }
            }
            if (group.stream().noneMatch(mapping -> mapping.column().equals("merrick_lienholder_flag"))) {
                row.add(Column.constant("merrick_lienholder_flag", "0", "smallint"));
            }
            sets.add(new RowSet(".[" + anyOf(content) + "]", row));
        });
        return sets;
    }

    private List<RowSet> collateral(List<Mapping> mappings) {
        List<RowSet> sets = new ArrayList<>();
        Map<String, String> types = types(mappings);
        groups(mappings).forEach((number, group) -> {
            List<Column> row = new ArrayList<>();
            row.add(number("sort_order", group.get(0)));
            List<String> content = new ArrayList<>();
            for (Mapping mapping : group) {
                String test = contentTest(mapping);
                if (test != null) {
                    content.add(test);
                }
                if (SET_LAST.contains(mapping.column())) {
                    continue;
                }
                row.add(collateralColumn(mapping, types.getOrDefault(mapping.column(), "text")));
            }
            sets.add(new RowSet(".[" + anyOf(content) + "]", row));
        });
        return sets;
    }

    /** What makes a group of goods a row: any value that is neither calculated nor a bit. */
    private @Nullable String contentTest(Mapping mapping) {
        if (mapping.isCalculated() || mapping.isBit()) {
            return null;
        }
        String source = columns.source(mapping);
        if (mapping.column().equals("wholesale_value")) {
            return "number(" + source + ") > 0";
        }
        return mapping.isDigits() ? "matches(" + source + ", '[0-9]')" : Sources.isUsable(source);
    }

    private Column collateralColumn(Mapping mapping, String type) {
        Column column =
                columns.of(mapping).with("type", type).without("default").without("empty");
        boolean plain = !mapping.isCalculated() && !mapping.isBit() && !mapping.isDigits();
        if (plain) {
            // A text that is no number stays one in the original, and so its database refuses the document.
            String usable = usableNodes(mapping);
            column.with("path", mapping.isInteger() ? "replace(" + usable + ", ',', '')" : usable);
            if (mapping.isDecimal() && !type.endsWith(",2)")) {
                column.with(
                        "path",
                        usable + " ! (for $n in number() return if ($n = $n) then " + Casts.rounded("$n", 2)
                                + " else .)");
            }
            column.without("invalid");
        }
        String value = mapping.isBit() ? null : columns.defaults().plain(mapping);
        if (value != null) {
            column.with("default", value);
            if (column.has("invalid")) {
                column.unreadable("default");
            }
        } else if (column.has("invalid")) {
            column.unreadable("null");
        }
        return column;
    }

    /** The type of each column for all groups: values are not cut, so texts have no length. */
    private static Map<String, String> types(List<Mapping> mappings) {
        Map<String, String> types = new LinkedHashMap<>();
        for (Mapping mapping : mappings) {
            String type = mapping.isText() ? "text" : Columns.type(mapping);
            types.merge(mapping.column(), type, (first, second) -> first.equals(second) ? first : wider(first, second));
        }
        return types;
    }

    private static String wider(String first, String second) {
        List<String> order = List.of("smallint", "integer", "bigint");
        int a = order.indexOf(first);
        int b = order.indexOf(second);
        return a >= 0 && b >= 0 ? order.get(Math.max(a, b)) : "text";
    }

    /** The mappings by the argument of their row maker, in order of first appearance. */
    private static Map<String, List<Mapping>> groups(List<Mapping> mappings) {
        return mappings.stream()
                .collect(Collectors.groupingBy(RowMakers::argument, LinkedHashMap::new, Collectors.toList()));
    }

    private static String anyOf(List<String> tests) {
        return tests.isEmpty() ? "false()" : String.join(" or ", tests);
    }

    private String usableNodes(Mapping mapping) {
        return columns.source(mapping) + "[" + Sources.isUsable(".") + "]";
    }

    private Column number(String name, Mapping mapping) {
        if (!argument(mapping).matches("[0-9]{1,9}")) {
            notes.problem(mapping, "found '" + argument(mapping) + "' in parentheses – expected a whole number");
        }
        return literal(name, argument(mapping), "integer").key();
    }

    /** A constant that is part of the key: a path, because a constant tells no rows apart. */
    private static Column literal(String name, String text, String type) {
        return Column.path(name, type.equals("integer") ? text : Sources.quoted(text), type);
    }
}
