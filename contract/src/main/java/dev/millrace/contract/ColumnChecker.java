package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Role;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.TextPolicy;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.ColumnMapping.Unescape;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.contract.SqlType.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a column's settings make sense for where its value comes from and for its type, and gives each the
 * value that counts: the column's own, else that of {@code defaults} where it makes sense, else the language's.
 */
final class ColumnChecker {

    private static final Set<Kind> LIMITED_TEXTS = EnumSet.of(Kind.CHAR, Kind.VARCHAR);
    private static final Set<Kind> TEXTS = EnumSet.of(Kind.CHAR, Kind.VARCHAR, Kind.TEXT);
    private static final Set<Kind> WHOLE_NUMBERS = EnumSet.of(Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT);
    private static final Set<Kind> SCALED = EnumSet.of(
            Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT, Kind.DECIMAL, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMPTZ);
    private static final Set<Kind> POOR_KEYS = EnumSet.of(Kind.TEXT, Kind.BYTES, Kind.REAL, Kind.DOUBLE);
    private static final Set<Kind> MOMENTS = EnumSet.of(Kind.TIMESTAMP, Kind.TIMESTAMPTZ);

    /** The settings that each source but a path can have besides its own key. A path can have them all. */
    private static final Map<String, Set<String>> BY_SOURCE = Map.of(
            "ref", Set.of("key", "required", "type"),
            "ordinal", Set.of("key", "type"),
            "value", Set.of("key", "type"),
            "meta", Set.of("key", "type"));

    private final ColumnSettings defaults;
    private final Map<String, CodeTable> codes;
    private final Problems problems;
    private final Set<String> usedCodes = new HashSet<>();

    ColumnChecker(ColumnSettings defaults, Map<String, CodeTable> codes, Problems problems) {
        this.defaults = defaults;
        this.codes = codes;
        this.problems = problems;
        checkPatterns("defaults", defaults.format(), null);
    }

    Set<String> usedCodes() {
        return usedCodes;
    }

    /** @param type null when it is not known */
    ColumnMapping check(ColumnOutline column, ColumnMapping.ValueSource source, @Nullable SqlType type) {
        checkSource(column);
        boolean required = required(column);
        CodeTable table = codes(column, type);
        Object standard = null;
        boolean isPath = "path".equals(column.source);
        if (type != null) {
            checkType(column, type);
            if (isPath && column.defaultValue != null && !column.defaultValue.isNull()) {
                standard = literal(column, "default", column.defaultValue, type);
            }
        }
        return new ColumnMapping(
                column.name,
                source,
                textPolicy(column, type, table),
                valuePolicy(column, type, standard != null),
                new Role(column.key, required, standard),
                column.position);
    }

    private TextPolicy textPolicy(ColumnOutline column, @Nullable SqlType type, @Nullable CodeTable table) {
        ColumnSettings own = column.settings;
        boolean isPath = "path".equals(column.source);
        Kind kind = kind(type);
        if (isPath && own.empty() == Empty.NO_DEFAULT && !column.section.has("default")) {
            column.section.error(
                    column.section.keyPosition("empty"),
                    "empty is 'no-default', but the column has no 'default'; remove it, or add one");
        }
        boolean join = isPath && kind != Kind.XML;
        return new TextPolicy(
                join ? joinText(own.join() == null ? defaults.join() : own.join()) : null,
                join ? first(own.unescape(), defaults.unescape(), Unescape.NONE) : Unescape.NONE,
                kind == Kind.XML ? Trim.FALSE : first(own.trim(), defaults.trim(), Trim.TRUE),
                empty(isPath ? first(own.empty(), defaults.empty(), Empty.NULL) : Empty.NULL, kind),
                table);
    }

    private ValuePolicy valuePolicy(ColumnOutline column, @Nullable SqlType type, boolean hasDefault) {
        if (type == null || !"path".equals(column.source)) {
            return ValuePolicy.standard(type == null ? SqlType.TEXT : type);
        }
        ColumnSettings own = column.settings;
        return new ValuePolicy(
                type,
                null,
                formats(column, type),
                invalid(column, type, hasDefault),
                LIMITED_TEXTS.contains(type.kind())
                        ? first(own.overflow(), defaults.overflow(), Overflow.REJECT)
                        : Overflow.REJECT,
                SCALED.contains(type.kind()) ? first(own.scale(), defaults.scale(), Scale.REJECT) : Scale.REJECT);
    }

    private Invalid invalid(ColumnOutline column, SqlType type, boolean hasDefault) {
        ColumnSettings own = column.settings;
        Invalid invalid = TEXTS.contains(type.kind()) || type.kind() == Kind.XML
                ? Invalid.REJECT
                : first(own.invalid(), defaults.invalid(), Invalid.REJECT);
        if (invalid != Invalid.DEFAULT || hasDefault) {
            return invalid;
        }
        if (own.invalid() == Invalid.DEFAULT && !column.section.has("default")) {
            column.section.error(
                    column.section.keyPosition("invalid"),
                    "invalid is 'default', but the column has no 'default'; add one");
        }
        return Invalid.REJECT;
    }

    private static Kind kind(@Nullable SqlType type) {
        return type == null ? Kind.TEXT : type.kind();
    }

    private static Empty empty(Empty written, Kind kind) {
        return kind == Kind.XML || written == Empty.KEEP && !TEXTS.contains(kind) ? Empty.NULL : written;
    }

    /** A constant's value; null for NULL, and when it is none, which is told. */
    @Nullable
    Object constant(ColumnOutline column, @Nullable SqlType type) {
        if (column.value == null || column.value.isNull() || type == null) {
            if (column.key && column.value != null && column.value.isNull()) {
                column.section.error(column.value.position(), "value is null; a key column must have a value");
            }
            return null;
        }
        return literal(column, "value", column.value, type);
    }

    private boolean required(ColumnOutline column) {
        Boolean own = column.settings.required();
        if (column.key && Boolean.FALSE.equals(own)) {
            column.section.error(
                    column.section.keyPosition("required"),
                    "required is false, but a key column always needs a value; remove 'required' or 'key'");
        }
        if (column.key && column.defaultValue != null && !column.defaultValue.isNull()) {
            problems.warn(
                    column.section.keyPosition("default"),
                    column.section.where() + ": is a key column with a default: rows without a value get the same key"
                            + " and clash; remove 'default' so that such a document is rejected");
        }
        boolean byDefault = "path".equals(column.source) && Boolean.TRUE.equals(defaults.required());
        return column.key || (own == null ? byDefault : own);
    }

    private void checkSource(ColumnOutline column) {
        Set<String> allowed = column.source == null ? null : BY_SOURCE.get(column.source);
        if (allowed == null) {
            return;
        }
        for (String key : column.section.keys()) {
            if (ColumnOutline.KEYS.contains(key) && !key.equals(column.source) && !allowed.contains(key)) {
                column.section.error(
                        column.section.keyPosition(key),
                        key + " makes no sense for a column with '" + column.source + "'; remove it");
            }
        }
    }

    private void checkType(ColumnOutline column, SqlType type) {
        Kind kind = type.kind();
        if (column.key && kind == Kind.XML) {
            column.section.error(column.section.keyPosition("key"), "an xml column cannot be a key; remove 'key'");
        } else if (column.key && POOR_KEYS.contains(kind) && column.section.has("type")) {
            problems.warn(
                    column.section.keyPosition("type"),
                    column.section.where() + ": is a key of type " + type + ", which not every database can have; "
                            + (kind == Kind.TEXT ? "give it a varchar(n)" : "choose another type"));
        }
        if ("ordinal".equals(column.source) && !WHOLE_NUMBERS.contains(kind)) {
            wrongType(column, type, "an ordinal counts: allowed are smallint, integer, bigint");
        } else if (column.meta != null && !TEXTS.contains(kind) && column.meta != Meta.LOADED_AT) {
            wrongType(column, type, MessageText.of(column.meta) + " is a text: allowed are varchar(n), char(n), text");
        } else if (column.meta == Meta.LOADED_AT && !MOMENTS.contains(kind)) {
            wrongType(column, type, "loaded-at is a moment: allowed are timestamptz(p), timestamp(p)");
        }
        if (!"path".equals(column.source)) {
            return;
        }
        only(column, type, "overflow", LIMITED_TEXTS, "only char(n) and varchar(n) have a length to overflow");
        only(column, type, "scale", SCALED, "only whole numbers, decimals and times have fraction digits to lose");
        checkPatterns(column.section.where(), column.settings.format(), type);
        if (TEXTS.contains(kind)) {
            without(column, type, "invalid", "every text is valid; 'overflow' says what becomes of long ones");
        } else if (column.settings.empty() == Empty.KEEP) {
            without(column, type, "empty", "only a text can be empty; an empty one is NULL");
        }
        if (kind == Kind.XML) {
            for (String key : List.of("join", "unescape", "trim", "codes", "default", "invalid")) {
                without(column, type, key, "a fragment is kept as it is");
            }
        } else if (kind == Kind.BYTES) {
            if (column.settings.format().size() > 1) {
                column.section.error(
                        column.section.keyPosition("format"), "format is a list, but bytes take one: hex or base64");
            }
            without(column, type, "codes", "a code is a number or a text");
        }
    }

    private static void only(ColumnOutline column, SqlType type, String key, Set<Kind> kinds, String why) {
        if (!kinds.contains(type.kind())) {
            without(column, type, key, why);
        }
    }

    private static void without(ColumnOutline column, SqlType type, String key, String why) {
        if (column.section.has(key)) {
            column.section.error(
                    column.section.keyPosition(key),
                    key + " makes no sense for type " + type + ": " + why + "; remove it");
        }
    }

    private static void wrongType(ColumnOutline column, SqlType type, String allowed) {
        column.section.error(column.section.keyPosition("type"), "type is " + type + ", but " + allowed);
    }

    private @Nullable CodeTable codes(ColumnOutline column, @Nullable SqlType type) {
        Scalar name = column.codes;
        if (name == null) {
            return null;
        }
        CodeTable table = codes.get(name.text());
        if (table == null) {
            column.section.error(
                    name.position(),
                    "codes names " + MessageText.quoted(name.text()) + ", which is no code table"
                            + (codes.isEmpty()
                                    ? "; declare it under 'codes'"
                                    : MessageText.instead(name.text(), "code tables", codes.keySet())));
            return null;
        }
        usedCodes.add(table.name());
        if (type != null && type.kind() != Kind.XML && type.kind() != Kind.BYTES) {
            checkCodes(column, name, table, type);
        }
        return table;
    }

    private static void checkCodes(ColumnOutline column, Scalar name, CodeTable table, SqlType type) {
        List<String> values = new ArrayList<>(table.entries().values());
        values.add(table.otherwiseValue());
        for (String value : values) {
            try {
                if (value != null) {
                    type.parseLiteral(value);
                }
            } catch (IllegalArgumentException fault) {
                column.section.error(
                        name.position(),
                        "code table " + table.name() + " (line "
                                + table.position().line() + ") does not fit the column's type: " + fault.getMessage());
                return;
            }
        }
    }

    private static @Nullable Object literal(ColumnOutline column, String key, Scalar scalar, SqlType type) {
        if (type.kind() == Kind.XML && key.equals("default")) {
            return null;
        }
        try {
            return type.parseLiteral(scalar.text());
        } catch (IllegalArgumentException fault) {
            column.section.error(scalar.position(), key + " " + fault.getMessage());
            return null;
        }
    }

    private List<String> formats(ColumnOutline column, SqlType type) {
        List<Scalar> patterns = column.settings.format();
        if (patterns.isEmpty()) {
            patterns = defaults.format().stream()
                    .filter(pattern -> Formats.problem(pattern.text(), type) == null)
                    .toList();
            // The standard forms alone are what a column without a format has.
            patterns = patterns.stream().allMatch(pattern -> pattern.text().equals(Formats.STANDARD))
                    ? List.of()
                    : patterns;
        }
        return patterns.stream().map(Scalar::text).toList();
    }

    /** @param type null for patterns that may be for any type */
    private void checkPatterns(String where, List<Scalar> patterns, @Nullable SqlType type) {
        for (Scalar pattern : patterns) {
            String problem = Formats.problem(pattern.text(), type);
            if (problem != null) {
                problems.error(
                        pattern.position(), where + ": format " + MessageText.quoted(pattern.text()) + " " + problem);
            }
        }
    }

    private static @Nullable String joinText(@Nullable Scalar join) {
        return join == null ? null : join.text();
    }

    private static <T> T first(@Nullable T own, @Nullable T shared, T standard) {
        return own != null ? own : shared != null ? shared : standard;
    }
}
