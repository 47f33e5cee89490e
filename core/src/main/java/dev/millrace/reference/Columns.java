package dev.millrace.reference;

import dev.millrace.reference.Expression.BadExpressionException;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One column for one mapping: where the value comes from, what its mapping types make of it, the cast, and what becomes of a
 * blank, an unreadable or a too long one.
 */
final class Columns {

    /** The forms of dates in the order in which the original tries them; ISO 8601 last. */
    static final List<String> DATE_FORMATS = List.of(
            "yyyy-M-d H:m:s",
            "yyyy-M-d",
            "M/d/yyyy",
            "M/d/yyyy H:m:s",
            "M/d/yyyy h:m:s a",
            "d/M/yyyy",
            "d/M/yyyy H:m:s",
            "yyyy-M-d H:m:s.S",
            "yyyy-M-d H:m:s.SS",
            "yyyy-M-d H:m:s.SSS",
            "yyyy-M-d H:m:s.SSSS",
            "yyyy-M-d H:m:s.SSSSS",
            "yyyy-M-d H:m:s.SSSSSS",
            "yyyy-MM-dd'T'HH:mm[:ss]",
            "yyyyMMdd['T'HHmmss]",
            "iso");

    private static final int DIGITS = 18;

    private static final Set<String> SOURCE_TYPES =
            Set.of("last_valid_pr_contact", "last_valid_sec_contact", "authu_contact", "curr_address_only");
    private static final Set<String> KNOWN_CASTS = Set.of("identity_insert", "extract_date");

    private final ReferenceContract contract;
    private final Mode mode;
    private final Sources sources;
    private final Codes codes;
    private final Notes notes;

    Columns(ReferenceContract contract, Mode mode, Sources sources, Codes codes, Notes notes) {
        this.contract = contract;
        this.mode = mode;
        this.sources = sources;
        this.codes = codes;
        this.notes = notes;
    }

    /** The SQL type of a mapping's column. */
    static String type(Mapping mapping) {
        switch (mapping.dataType()) {
            case "int", "integer":
                return "integer";
            case "smallint", "tinyint", "bit":
                return "smallint";
            case "bigint":
                return "bigint";
            case "decimal":
                return "decimal(" + DIGITS + "," + scale(mapping) + ")";
            case "float":
                return "double";
            case "boolean":
                return "boolean";
            case "date":
                return "date";
            case "datetime", "smalldatetime":
                return "timestamp";
            default:
                return mapping.length() > 0 ? "varchar(" + mapping.length() + ")" : "text";
        }
    }

    private static int scale(Mapping mapping) {
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
        switch (mapping.table()) {
            case "app_contact_address", "app_contact_employment":
                return true;
            case "app_contact_base":
                return Sources.isOfContact(mapping)
                        || mapping.isCalculated()
                        || mapping.path().contains("contact");
            default:
                return Sources.isOfContact(mapping);
        }
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
        switch (mapping.table()) {
            case "app_contact_base":
                return ofContactRow(mapping);
            case "app_contact_address", "app_contact_employment":
                return "@" + attribute;
            default:
                return hasContext(mapping.table()) && mapping.path().contains("contact")
                        ? ofContext(mapping)
                        : Sources.flat(sources.element(mapping.path()), attribute);
        }
    }

    private String ofContactRow(Mapping mapping) {
        if (mapping.path().equals(Sources.requestPath() + "/CustData/application")) {
            return sources.element(mapping.path()) + "/" + Sources.exact(mapping.attribute());
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
        return endsAtContact(mapping)
                ? Sources.flat(sources.element(mapping.path()), mapping.attribute())
                : nothing(mapping);
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
        return contract.of(table).stream().anyMatch(Mapping::isCalculated)
                && (!ReferenceReader.ROW_MAKERS.containsValue(table) || table.equals("app_collateral_rl"));
    }

    /** What the names of a mapping's expression mean. */
    private Scope scope(Mapping mapping) {
        boolean row = List.of("app_contact_base", "app_contact_address", "app_contact_employment")
                .contains(mapping.table());
        return new Scope() {
            @Override
            public String node(String name, boolean exact) {
                return row ? rowName(mapping, name, exact) : flatName(mapping, name, exact);
            }

            @Override
            public boolean trims() {
                return !row;
            }
        };
    }

    private static String rowName(Mapping mapping, String name, boolean exact) {
        if (name.indexOf('.') >= 0) {
            return "()";
        }
        if (name.equalsIgnoreCase("con_id") && !mapping.table().equals("app_contact_base")) {
            return "../@con_id";
        }
        return exact ? Sources.exact(name) : "@" + name;
    }

    private String flatName(Mapping mapping, String name, boolean exact) {
        int dot = name.indexOf('.');
        String attribute = name.substring(dot + 1);
        if (dot < 0) {
            String element = sources.element(pathOf(mapping, attribute));
            return exact ? element + "/@*[local-name() = '" + attribute + "']" : Sources.flat(element, attribute);
        }
        String owner = name.substring(0, dot);
        boolean application =
                owner.equalsIgnoreCase("application") || owner.equalsIgnoreCase(contract.applicationElement());
        String element = sources.element(application ? sources.applicationPath() : pathOf(owner));
        if (!exact) {
            return Sources.flat(element, attribute);
        }
        // The original knows these names in lower case, and under the element's own name as they are written.
        boolean ownName = application && !owner.equals("application");
        if (ownName) {
            return element + "/@*[local-name() = '" + attribute + "']";
        }
        if (!attribute.equals(ReferenceContract.lower(attribute))) {
            notes.add(
                    mapping,
                    "the name " + name
                            + " is never found as a value by the original, which knows it in lower case only");
            return "()";
        }
        return Sources.flat(element, attribute);
    }

    /** The element of a bare name: the mapping's own, if it is known there or nowhere. */
    private String pathOf(Mapping mapping, String attribute) {
        Stream<Mapping> known =
                contract.mappings().stream().filter(each -> each.attribute().equalsIgnoreCase(attribute));
        List<String> paths = known.map(Mapping::path).distinct().toList();
        if (paths.isEmpty() || paths.contains(mapping.path())) {
            return mapping.path();
        }
        if (paths.size() > 1) {
            notes.add(
                    mapping,
                    "the name " + attribute + " is mapped at several elements; the expression reads " + paths.get(0));
        }
        return paths.get(0);
    }

    /** The path of an element by its name: one that is mapped, else a child of the application. */
    private String pathOf(String element) {
        return contract.mappings().stream()
                .filter(each -> each.element().equalsIgnoreCase(element))
                .map(Mapping::path)
                .findFirst()
                .orElse(sources.applicationPath() + "/" + element);
    }

    /** The XPath of a mapping's expression; {@code ()} if it cannot be read, which is told. */
    private Expression expression(Mapping mapping, StringBuilder xpath) {
        Expression expression =
                new Expression(mapping.expression(), scope(mapping), mode, remark -> notes.add(mapping, remark));
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
        boolean chain = !mapping.types().isEmpty();
        boolean onlySource = chain && steps(mapping).isEmpty();
        String xpath = source;
        if (mapping.isInteger()) {
            // The first digits, with a fraction right after them: the sign is lost.
            xpath = chain
                    ? "replace(" + source + ", ',', '')"
                    : "replace(normalize-space(" + source + "), '^[^0-9]*([0-9]+([.][0-9]+)?).*$', '$1')";
        } else if (mapping.isMoment()) {
            xpath = moment(mapping, source);
        } else if (mapping.dataType().equals("bit") || mapping.dataType().equals("boolean")) {
            String yes = mapping.dataType().equals("bit") ? "1" : "true()";
            xpath = "if (normalize-space(" + source + ")) then " + yes + " else ()";
        } else if (mapping.isText()) {
            xpath = text(mapping, source);
        }
        Column column = Column.path(mapping.column(), xpath, type(mapping));
        boolean fromBlank = !onlySource && !mapping.defaultIsFalse();
        boolean bad = mapping.isDecimal() && mapping.length() > 0;
        return policies(column, mapping, fromBlank, bad);
    }

    /** Gives a column its default, and says what becomes of a value that cannot be read. */
    private Column policies(Column column, Mapping mapping, boolean defaultFromBlank, boolean unreadableIsNothing) {
        String value = mapping.nullable() && !defaultFromBlank ? null : defaultValue(mapping, defaultFromBlank);
        if (value != null) {
            column.with("default", value);
            // Without this, a value that cannot be read has none: see the contract's defaults.
            if (!mapping.nullable() && !unreadableIsNothing && !mapping.isText()) {
                column.with("invalid", "default");
            }
        }
        return column;
    }

    /** The default as the contract language writes it; null if there is none, or none that the column can hold. */
    private @Nullable String defaultValue(Mapping mapping, boolean cast) {
        String written = mapping.defaultValue();
        if (written == null) {
            return null;
        }
        String value = written;
        if (mapping.dataType().equals("bit")) {
            return cast ? "1" : bitDefault(written);
        }
        if (mapping.dataType().equals("boolean")) {
            return "true";
        }
        if (mapping.isInteger() || mapping.isDecimal() || mapping.dataType().equals("float")) {
            try {
                BigDecimal number = new BigDecimal(written.replace(",", ""));
                value = Column.plain(
                        mapping.dataType().equals("float")
                                ? number
                                : number.setScale(mapping.isInteger() ? 0 : scale(mapping), RoundingMode.HALF_UP));
            } catch (NumberFormatException notOne) {
                value = null;
            }
        } else if (mapping.isMoment()) {
            boolean date = mapping.dataType().equals("date");
            value = written.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")
                    ? written
                    : written.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?")
                            ? date ? written.substring(0, 10) : written.replace(' ', 'T')
                            : null;
        } else if (mapping.length() > 0 && written.length() > mapping.length()) {
            notes.add(mapping, "the default is cut to " + mapping.length() + " characters");
            value = written.substring(0, mapping.length()).strip();
        }
        if (value == null) {
            notes.add(mapping, "the default '" + written + "' is no " + mapping.dataType() + " and is left out");
        }
        return value;
    }

    private static String bitDefault(String written) {
        return Set.of("1", "Y", "true", "True").contains(written) ? "1" : "0";
    }

    /**
     * A text for a date column: what follows a date with time is dropped, seconds over 59 are 59, fractions have six digits at
     * most, and a zone does not count.
     */
    private static String moment(Mapping mapping, String xpath) {
        String fraction = mapping.dataType().equals("date") ? ")([.][0-9]+)?" : "([.][0-9]{1,6})?)[0-9]*";
        return "replace(replace(replace(normalize-space(" + xpath
                + "), '^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{1,2}:[0-9]{2}([.][0-9]{1,6})?).*$', '$1'),"
                + " '^([0-9]{4}[^ /]+ [^:]+:[^:]+:)[6-9][0-9]', '$159'), '^([^T ]+T[0-9:]+" + fraction
                + "(Z|([+]|-)[0-9:]+)?$', '$1')";
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
        return "for $whole in replace(" + xpath
                + ", '^[ \t\n\r]+|[ \t\n\r]+$', '') return substring($whole, 1, string-length($whole) - 1)";
    }

    private Column digits(Mapping mapping, String source) {
        String digits = "replace(" + source + ", '[^0-9]', '')";
        if (mapping.isText() && mode == Mode.AS_MEANT) {
            notes.add(mapping, "as meant: keeps its leading zeros, which the original drops");
        } else if (mapping.isText()) {
            digits = "replace(" + digits + ", '^0+([0-9])', '$1')";
        }
        Column column = Column.path(mapping.column(), mapping.isText() ? text(mapping, digits) : digits, type(mapping));
        if (mapping.nullable() && mapping.isText() && mapping.defaultValue() != null && !mapping.defaultIsFalse()) {
            // A text without a digit is nothing, but a blank is the default.
            String value = Objects.requireNonNull(defaultValue(mapping, true));
            return column.with(
                    "path",
                    "if (normalize-space(" + source + ")) then " + column.get("path") + " else "
                            + Sources.quoted(value));
        }
        if (mapping.nullable() && mapping.defaultValue() != null && !mapping.defaultIsFalse()) {
            // The default is for a blank, not for a text without a digit: that is made unreadable, and so nothing.
            column.with("path", "if (matches(" + source + ", '^[^0-9]*[^0-9\\s][^0-9]*$')) then '-' else " + digits);
        }
        return policies(column, mapping, !mapping.defaultIsFalse(), false);
    }

    private Column code(Mapping mapping, String source) {
        String defaultCode = mapping.nullable() ? null : defaultValue(mapping, false);
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
        boolean mayStop = !steps(mapping).equals(mapping.types()) && ReferenceReader.maker(mapping) == null;
        String stopped = mapping.nullable() ? null : defaultValue(mapping, false);
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
        boolean takesValues = expression(mapping, expression).takesValues();
        String xpath = expression.toString();
        if (mapping.isInteger() && takesValues) {
            xpath = "replace(string(" + xpath + "), ',', '')";
        } else if (mapping.isMoment()) {
            xpath = moment(mapping, "string(" + xpath + ")");
        } else if (mapping.isDecimal() && scale(mapping) != 2) {
            // Always two places, whatever the column has.
            xpath = "for $n in number(" + xpath
                    + ")[. = .] return (if ($n < 0) then -1 else 1) * floor(abs($n) * 100 + 0.5) div 100";
        } else if (mapping.isText()) {
            xpath = mapping.length() < 0 ? text(mapping, "string(" + xpath + ")") : xpath;
        } else if (mapping.dataType().equals("bit")) {
            xpath = "if (normalize-space(string(" + xpath + "))) then 1 else ()";
        }
        return policies(Column.path(mapping.column(), xpath, type(mapping)), mapping, false, false);
    }

    /** The expression's value, or else the attribute's code. */
    private Column calculatedOrCode(Mapping mapping) {
        StringBuilder expression = new StringBuilder();
        expression(mapping, expression);
        StringBuilder code = new StringBuilder();
        String node = scope(mapping).node(mapping.attribute(), false);
        codes.of(mapping).forEach((text, value) -> {
            if (!text.isEmpty()) {
                code.append("if (upper-case(normalize-space(" + node + ")) = "
                        + Sources.quoted(text.toUpperCase(Locale.ROOT)) + ") then " + constant(value) + " else ");
            }
        });
        code.append(constant(codes.of(mapping).get("")));
        String xpath = "((" + expression + ")[normalize-space(string())], " + code + ")[1]";
        return policies(Column.path(mapping.column(), xpath, type(mapping)), mapping, false, false)
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
            quietly.expression(mapping, expression);
            return mapping.expression().contains("''") || !mapping.expression().contains("'")
                    ? "(" + expression + ") = ''"
                    : null;
        }
        boolean last = mapping.has("last_valid_pr_contact") || mapping.has("last_valid_sec_contact");
        return last && steps(mapping).isEmpty() ? source(mapping) + " = ''" : null;
    }

    /** Whether a table with this column has its row always. */
    boolean isAlwaysContent(Mapping mapping) {
        return mapping.isBit() && (steps(mapping).equals(mapping.types()) || !mapping.nullable())
                || mapping.has("enum") && codes.of(mapping).containsKey("");
    }
}
