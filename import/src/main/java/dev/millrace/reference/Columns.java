package dev.millrace.reference;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.reference.Expression.BadExpressionException;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One column for one mapping: where the value comes from, what its mapping types make of it, the cast, and what becomes of a
 * blank, an unreadable or a too long one.
 */
final class Columns {

    private static final int DIGITS = 18;

    private static final Set<String> SOURCE_TYPES =
            Set.of("last_valid_pr_contact", "last_valid_sec_contact", "authu_contact", "curr_address_only");
    private static final Set<String> KNOWN_CASTS = Set.of("identity_insert", "extract_date");

    private final ReferenceContract contract;
    private final Mode mode;
    private final Sources sources;
    private final Codes codes;
    private final Notes notes;
    private final Names names;
    private final Defaults defaults;

    Columns(ReferenceContract contract, Mode mode, Sources sources, Codes codes, Notes notes) {
        this.contract = contract;
        this.mode = mode;
        this.sources = sources;
        this.codes = codes;
        this.notes = notes;
        names = new Names(contract, sources, notes);
        defaults = new Defaults(mode, notes);
    }

    Defaults defaults() {
        return defaults;
    }

    /** The SQL type of a mapping's column. */
    static String type(Mapping mapping) {
        return switch (mapping.dataType()) {
            case "int", "integer" -> "integer";
            case "smallint", "tinyint", "bit" -> "smallint";
            case "bigint" -> "bigint";
            case "decimal" -> "decimal(" + DIGITS + "," + scale(mapping) + ")";
            case "float" -> "double";
            case "boolean" -> "boolean";
            case "date" -> "date";
            case "datetime", "smalldatetime" -> "timestamp";
            default -> mapping.length() > 0 ? "varchar(" + mapping.length() + ")" : "text";
        };
    }

    /** What a mapping's moments are. */
    static Kind kind(Mapping mapping) {
        return mapping.dataType().equals("date") ? Kind.DATE : Kind.TIMESTAMP;
    }

    static int scale(Mapping mapping) {
        return mapping.length() > 0 ? Math.min(mapping.length(), DIGITS) : 2;
    }

    /** The mapping types that change a value, those that tell its source or make rows left out. */
    private static List<String> steps(Mapping mapping) {
        return mapping.types().stream()
                .filter(type -> !SOURCE_TYPES.contains(type))
                .filter(type -> ReferenceReader.ROW_MAKERS.keySet().stream()
                        .noneMatch(maker -> type.equals(maker) || type.startsWith(maker + "(")))
                .toList();
    }

    /** The column of a mapping in a table with a row for each of something, or with one row. */
    Column of(Mapping mapping) {
        Column column = made(mapping);
        return isRaw(mapping) ? column.raw() : column;
    }

    /** Whether the original takes a mapping's value from the elements themselves, where nothing is decoded once more. */
    static boolean isRaw(Mapping mapping) {
        return switch (mapping.table()) {
            case "app_contact_address", "app_contact_employment" -> true;
            case "app_contact_base" ->
                Sources.isOfContact(mapping)
                        || mapping.isCalculated()
                        || mapping.path().contains("contact");
            default -> Sources.isOfContact(mapping);
        };
    }

    private Column made(Mapping mapping) {
        List<String> steps = steps(mapping);
        steps.stream()
                .filter(step -> !isKnown(step))
                .forEach(step -> notes.add(
                        mapping, "the mapping type " + step + " is not known; as in the original, a plain cast"));
        if (mapping.has("default_getutcdate_if_null")) {
            notes.add(
                    mapping,
                    "a blank stays without value, rather than the time of the load; 'meta: loaded-at' has that in a column of its own");
        }
        long telling = steps.stream().filter(Columns::isTelling).count();
        if (mapping.isCalculated()) {
            if (steps.size() == 2 && steps.get(1).equals("enum")) {
                return calculatedOrCode(mapping);
            }
            if (telling > 1) {
                notes.problem(
                        mapping,
                        "mapping types " + steps + " – expected calculated_field alone, or with enum after it");
            }
            return calculated(mapping);
        }
        if (telling > 1) {
            notes.problem(
                    mapping,
                    "mapping types " + steps + " – expected one of enum, char_to_bit, boolean_to_bit and numbers_only");
        }
        String source = source(mapping);
        if (mapping.has("enum")) {
            return code(mapping, source);
        }
        if (mapping.isBit()) {
            return bit(mapping, source);
        }
        return mapping.isDigits() ? digits(mapping, source) : plain(mapping, source);
    }

    private static boolean isTelling(String step) {
        return step.equals("enum")
                || step.equals("char_to_bit")
                || step.equals("boolean_to_bit")
                || step.equals("numbers_only")
                || step.equals("extract_numeric")
                || step.equals("calculated_field");
    }

    private static boolean isKnown(String step) {
        return isTelling(step) || KNOWN_CASTS.contains(step) || step.equals("default_getutcdate_if_null");
    }

    // Sources

    /** The node that a mapping's value is read from, at most one. */
    String source(Mapping mapping) {
        String attribute = mapping.attribute();
        if (Sources.isOfContact(mapping)) {
            return sources.ofContact(mapping);
        }
        return switch (mapping.table()) {
            case "app_contact_base" -> ofContactRow(mapping);
            case "app_contact_address", "app_contact_employment" -> "@" + attribute;
            default ->
                hasContext(mapping.table()) && mapping.path().contains("contact")
                        ? ofContext(mapping)
                        : Sources.flat(sources.element(mapping.path()), attribute);
        };
    }

    private String ofContactRow(Mapping mapping) {
        if (mapping.path().equals(Sources.requestPath() + "/CustData/application")) {
            return Sources.exactFlat(sources.element(mapping.path()), mapping.attribute());
        }
        if (!mapping.path().contains("contact")) {
            return Sources.flat(sources.element(mapping.path()), mapping.attribute());
        }
        if (mapping.has("curr_address_only")) {
            return sources.currentAddress(mapping);
        }
        return endsAtContact(mapping) ? "@" + mapping.attribute() : nothing(mapping);
    }

    private String ofContext(Mapping mapping) {
        return endsAtContact(mapping) ? names.bare(mapping, mapping.attribute(), false) : nothing(mapping);
    }

    private String nothing(Mapping mapping) {
        notes.add(mapping, "the path goes below a contact, where the original finds nothing; always without value");
        return "()";
    }

    /** Whether no element of the path before the last has to do with contacts. */
    private static boolean endsAtContact(Mapping mapping) {
        String path = mapping.path();
        return !path.substring(0, path.lastIndexOf('/')).contains("contact");
    }

    /** Whether the original knows names of expressions in this table, and so reads contacts by them. */
    private boolean hasContext(String table) {
        return table.equals("app_collateral_rl")
                || contract.of(table).stream().anyMatch(Mapping::isCalculated)
                        && !ReferenceReader.ROW_MAKERS.containsValue(table);
    }

    /** The XPath of a mapping's expression; {@code ()} if it cannot be read, which is told. */
    private Expression expression(Mapping mapping, StringBuilder xpath) {
        Expression expression =
                new Expression(mapping.expression(), names.of(mapping), mode, remark -> notes.add(mapping, remark));
        try {
            xpath.append(expression.toXPath());
        } catch (BadExpressionException e) {
            notes.problem(mapping, "expression: " + e.getMessage());
            xpath.append("()");
        }
        return expression;
    }

    // What mapping types make of a value

    private Column plain(Mapping mapping, String source) {
        boolean dropped = mapping.isDecimal() && mapping.length() > 0;
        return read(mapping, source, text -> cast(mapping, text), dropped);
    }

    /** A text as a value of the mapping's type. */
    private String cast(Mapping mapping, String text) {
        return switch (mapping.dataType()) {
            case "bit" -> Casts.truth(text, "1");
            case "boolean" -> Casts.truth(text, "true()");
            case "tinyint" -> Casts.tinyint(integer(mapping, text));
            case "decimal" -> Casts.decimal(text);
            default ->
                mapping.isInteger()
                        ? integer(mapping, text)
                        : mapping.isMoment()
                                ? Casts.moment(text, mapping.dataType().equals("date"))
                                : text(mapping, text);
        };
    }

    private static String integer(Mapping mapping, String text) {
        return mapping.types().isEmpty() ? Casts.firstDigits(text) : Casts.integer(text);
    }

    /**
     * A value that is read from a node. A node that is not there, a blank one and one that cannot be read are three things: each
     * may have the default, or nothing.
     *
     * @param cast from the XPath of a text to that of a value, "" where there is none
     * @param dropped whether a text that cannot be read never has the default
     */
    private Column read(Mapping mapping, String source, UnaryOperator<String> cast, boolean dropped) {
        boolean onlySource = isOnlySource(mapping);
        // What is there but empty is an empty text to the original, which becomes NULL.
        boolean keepsEmpty = onlySource && isOfLastContact(mapping);
        boolean emptied = mapping.isInteger() || mapping.isDecimal() || mapping.isDigits();
        boolean fromBlank = !onlySource && !mapping.defaultIsFalse();
        String value = mapping.nullable() && !fromBlank ? null : defaults.of(mapping, fromBlank);
        boolean typed = mapping.isMoment() || mapping.dataType().equals("float");
        boolean unreadableHasIt = value != null && !mapping.nullable() && !dropped;
        boolean differ = value != null && (keepsEmpty || emptied && !unreadableHasIt);
        String xpath = cast.apply(source);
        if (differ && !xpath.equals(source)) {
            String each = cast.apply(".");
            xpath = !keepsEmpty
                    ? Casts.notBlank(source) + " ! " + each
                    : emptied && unreadableHasIt
                            ? source + " ! (if (normalize-space()) then (" + each + ")[. != ''] else '')"
                            : source + " ! " + each;
        }
        Column column = Column.path(mapping.column(), xpath, type(mapping));
        if (value != null) {
            column.with("default", value);
        }
        if (differ) {
            column.with("empty", "no-default");
        }
        return typed ? column.unreadable(unreadableHasIt ? "default" : "null") : column;
    }

    private static boolean hasSource(Mapping mapping) {
        return mapping.types().stream().anyMatch(SOURCE_TYPES::contains);
    }

    private static boolean isOnlySource(Mapping mapping) {
        return !mapping.types().isEmpty() && SOURCE_TYPES.containsAll(mapping.types());
    }

    private static boolean isOfLastContact(Mapping mapping) {
        return mapping.has("last_valid_pr_contact") || mapping.has("last_valid_sec_contact");
    }

    /** A text; without a length ("-1"), the original loses the last character. */
    private String text(Mapping mapping, String xpath) {
        if (mapping.length() >= 0) {
            return xpath;
        }
        if (mode == Mode.AS_MEANT) {
            notes.add(mapping, "as meant: keeps its last character, which the original cuts off");
            return xpath;
        }
        return "(for $whole in (" + xpath
                + ") ! replace(string(), '^[ \t\n\r]+|[ \t\n\r]+$', '') return substring($whole, 1,"
                + " string-length($whole) - " + -mapping.length() + "))";
    }

    private Column digits(Mapping mapping, String source) {
        if (mapping.isText() && mode == Mode.AS_MEANT) {
            notes.add(mapping, "as meant: keeps its leading zeros, which the original drops");
        }
        return read(mapping, source, text -> digitsOf(mapping, text), false);
    }

    private String digitsOf(Mapping mapping, String text) {
        if (mapping.isText()) {
            String digits = Casts.digits(text);
            return text(mapping, mode == Mode.AS_MEANT ? digits : "replace(" + digits + ", '^0+([0-9])', '$1')");
        }
        if (!mapping.isInteger()) {
            return Casts.digits(text);
        }
        String whole = Casts.wholeDigits(text);
        return mapping.dataType().equals("tinyint") ? Casts.tinyint(whole) : whole;
    }

    private Column code(Mapping mapping, String source) {
        String defaultCode = mapping.nullable() ? null : defaults.of(mapping, false);
        Column column = Column.path(mapping.column(), source, type(mapping));
        if (codes.of(mapping).isEmpty()) {
            notes.add(
                    mapping, "the code table " + ReferenceReader.enumName(mapping) + " is empty; always without value");
            column.with("path", "()");
        } else {
            column.with("codes", codes.enumTable(mapping, defaultCode));
        }
        return defaultCode == null || codes.of(mapping).containsKey("") ? column : column.with("default", defaultCode);
    }

    private Column bit(Mapping mapping, String source) {
        boolean mayStop = hasSource(mapping);
        String stopped = mapping.nullable() ? null : defaults.of(mapping, false);
        boolean stopsAtZero = !mayStop || "0".equals(stopped);
        Column column = Column.path(mapping.column(), source, type(mapping));
        if (stopsAtZero) {
            return column.with("codes", codes.bitTable(mapping, true));
        }
        // An attribute that is there but blank is 0; one that is not there is nothing.
        column.with("path", source + "/(if (normalize-space()) then string() else '-')");
        column.with("codes", codes.bitTable(mapping, false));
        return stopped == null ? column : column.with("default", stopped);
    }

    private Column calculated(Mapping mapping) {
        StringBuilder expression = new StringBuilder();
        Expression made = expression(mapping, expression);
        String xpath = value(mapping, made, expression.toString());
        if (mapping.isText()) {
            xpath = mapping.length() < 0 ? text(mapping, xpath) : xpath;
        } else if (mapping.isDecimal() && scale(mapping) != 2) {
            // Always two places, whatever the column has.
            xpath = "for $n in number(" + expression + ")[. = .] return " + Casts.rounded("$n", 2);
        }
        Column column = orDefault(Column.path(mapping.column(), xpath, type(mapping)), mapping);
        return mapping.isText() && column.has("default") ? column.with("empty", "no-default") : column;
    }

    /** What an expression gives, as a value of the mapping's type. */
    private static String value(Mapping mapping, Expression made, String xpath) {
        String text = "string(" + xpath + ")";
        return switch (mapping.dataType()) {
            case "bit" -> Casts.truth(text, "1");
            case "boolean" -> Casts.truth(text, "true()");
            case "tinyint" -> Casts.tinyint(made.isNumeric() ? xpath : Casts.integer(text));
            case "decimal" -> made.isNumeric() ? xpath : Casts.decimal(text);
            default ->
                mapping.isMoment()
                        ? Casts.moment(text, mapping.dataType().equals("date"))
                        : mapping.isInteger() && !made.isNumeric() ? Casts.integer(text) : xpath;
        };
    }

    /** Gives a column the default for what has no value, and says for moments and floats what becomes of those that are none. */
    private Column orDefault(Column column, Mapping mapping) {
        String value = mapping.nullable() ? null : defaults.of(mapping, false);
        if (value != null) {
            column.with("default", value);
        }
        boolean typed = mapping.isMoment() || mapping.dataType().equals("float");
        return typed ? column.unreadable(value == null ? "null" : "default") : column;
    }

    /** The expression's value, or else the attribute's code. */
    private Column calculatedOrCode(Mapping mapping) {
        StringBuilder expression = new StringBuilder();
        Expression made = expression(mapping, expression);
        String node = names.of(mapping).node(mapping.attribute(), false);
        Map<String, @Nullable Object> table = codes.of(mapping);
        Set<String> seen = new HashSet<>();
        StringBuilder exact = new StringBuilder();
        StringBuilder anyCase = new StringBuilder();
        table.forEach((text, code) -> {
            String upper = text.toUpperCase(Locale.ROOT);
            if (!text.isEmpty() && seen.add(upper)) {
                anyCase.append("if (upper-case(normalize-space(" + node + ")) = " + Sources.quoted(upper) + ") then "
                        + constant(code) + " else ");
            } else if (!text.isEmpty()) {
                exact.append("if (normalize-space(" + node + ") = " + Sources.quoted(text) + ") then " + constant(code)
                        + " else ");
            }
        });
        String xpath = "((" + value(mapping, made, expression.toString()) + ")[normalize-space(string())], " + exact
                + anyCase + constant(table.get("")) + ")[1]";
        return orDefault(Column.path(mapping.column(), xpath, type(mapping)), mapping)
                .remark("the expression, or else the code of " + ReferenceReader.enumName(mapping));
    }

    private static String constant(@Nullable Object code) {
        return code == null ? "()" : code instanceof Number ? code.toString() : Sources.quoted(code.toString());
    }

    /**
     * Whether a row has content by this column though the column stays NULL, because the original keeps an empty text: the
     * test for it, or null if there is none.
     */
    @Nullable
    String emptyTextTest(Mapping mapping) {
        if (mapping.isCalculated() && mapping.isText() && !mapping.has("enum")) {
            StringBuilder expression = new StringBuilder();
            Notes unheard = new Notes();
            Columns quietly = new Columns(contract, mode, sources, codes, unheard);
            Expression made = quietly.expression(mapping, expression);
            return made.takesValues()
                            || mapping.expression().contains("''")
                            || mapping.expression().contains("\"\"")
                    ? "(" + expression + ") = ''"
                    : null;
        }
        if (isOfLastContact(mapping) && isOnlySource(mapping)) {
            return source(mapping) + "[not(normalize-space())]";
        }
        // A default that is cut is no longer the default that the original compares with.
        boolean cut = !isOnlySource(mapping)
                && mapping.isText()
                && !mapping.has("enum")
                && !mapping.isBit()
                && !mapping.defaultIsFalse()
                && !Objects.equals(mapping.defaultValue(), defaults.of(mapping, true));
        return cut ? "not(normalize-space(" + source(mapping) + "))" : null;
    }

    /** Whether a table with this column has its row always. */
    boolean isAlwaysContent(Mapping mapping) {
        return mapping.isBit() && (!hasSource(mapping) || !mapping.nullable())
                || mapping.has("enum") && codes.of(mapping).containsKey("");
    }
}
