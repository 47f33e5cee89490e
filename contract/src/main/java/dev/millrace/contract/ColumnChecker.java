package dev.millrace.contract;

import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.Nil;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Partial;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.ColumnMapping.Role;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.Several;
import dev.millrace.contract.ColumnMapping.TextPolicy;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.ColumnMapping.Unescape;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.contract.SqlType.Kind;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
    private static final Set<Kind> DATED = EnumSet.of(Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ);

    /** The settings that each source but a path can have besides its own key. A path can have them all. */
    private static final Map<String, Set<String>> BY_SOURCE = Map.of(
            "ref", Set.of("description", "key", "required", "type"),
            "ordinal", Set.of("description", "key", "type"),
            "value", Set.of("description", "key", "type"),
            "meta", Set.of("description", "key", "type"));

    private final Map<String, CodeTable> codes;
    private final Problems problems;
    private final Set<String> usedCodes = new HashSet<>();

    ColumnChecker(Map<String, CodeTable> codes, Problems problems) {
        this.codes = codes;
        this.problems = problems;
    }

    /**
     * What is wrong with settings whatever column they are used for.
     *
     * @param all these, and those around them
     */
    void checkDefaults(String where, ColumnSettings defaults, ColumnSettings all) {
        checkPatterns(where, defaults, null, all);
        zone(where, defaults.zone());
    }

    Set<String> usedCodes() {
        return usedCodes;
    }

    /**
     * @param type null when it is not known
     * @param shared what {@code defaults} of table and contract give
     */
    ColumnMapping check(
            ColumnOutline column, ColumnMapping.ValueSource source, @Nullable SqlType type, ColumnSettings shared) {
        checkSource(column);
        boolean required = required(column, shared);
        CodeTable table = codes(column, type);
        Object standard = null;
        boolean isPath = "path".equals(column.source);
        if (type != null) {
            checkType(column, type, shared);
            if (isPath && column.defaultValue != null && !column.defaultValue.isNull()) {
                standard = literal(column, "default", column.defaultValue, type);
            }
        }
        return new ColumnMapping(
                column.name,
                source,
                textPolicy(column, type, table, shared),
                valuePolicy(column, type, standard != null, shared),
                new Role(column.key, required, standard),
                column.position);
    }

    private TextPolicy textPolicy(
            ColumnOutline column, @Nullable SqlType type, @Nullable CodeTable table, ColumnSettings shared) {
        if (!"path".equals(column.source)) {
            return TextPolicy.STANDARD;
        }
        ColumnSettings own = column.settings;
        Kind kind = kind(type);
        if (own.empty() == Empty.NO_DEFAULT && !column.section.has("default")) {
            column.section.error(
                    column.section.keyPosition("empty"),
                    "empty is 'no-default', but the column has no 'default'; remove it, or add one");
        }
        if (kind == Kind.XML) {
            return new TextPolicy(
                    Several.REJECT, null, Unescape.NONE, Trim.FALSE, Empty.NULL, Set.of(), Nil.IGNORE, table);
        }
        Several several = several(column, shared);
        Scalar join = several == Several.JOIN ? own.or(shared).join() : null;
        List<Scalar> nulls = first(own.nulls(), shared.nulls(), List.of());
        Trim trim = trim(own, shared, kind);
        if (own.nulls() != null && trim != Trim.FALSE) {
            warnOfTrimmed(column, own.nulls());
        }
        return new TextPolicy(
                several,
                join == null ? null : join.text(),
                first(own.unescape(), shared.unescape(), Unescape.NONE),
                trim,
                empty(first(own.empty(), shared.empty(), Empty.NULL), kind),
                nulls.stream().map(Scalar::text).collect(Collectors.toSet()),
                first(own.nil(), shared.nil(), Nil.IGNORE),
                table);
    }

    private void warnOfTrimmed(ColumnOutline column, List<Scalar> nulls) {
        for (Scalar text : nulls) {
            if (!text.text().strip().equals(text.text())) {
                problems.warn(
                        text.position(),
                        column.section.where()
                                + ": nulls holds a text with white space at its ends, which 'trim' removes, so that"
                                + " it is never met; write it without");
            }
        }
    }

    private static Several several(ColumnOutline column, ColumnSettings shared) {
        ColumnSettings own = column.settings;
        Several several = first(own.chosen(), shared.several(), Several.REJECT);
        if (several != Several.JOIN && own.join() != null) {
            column.section.error(
                    column.section.keyPosition("join"),
                    "join makes no sense with 'several: " + MessageText.of(several) + "'; remove one");
        } else if (several == Several.JOIN && own.or(shared).join() == null) {
            column.section.error(
                    own.several() == null ? column.position : column.section.keyPosition("several"),
                    "several is 'join', but nothing says what stands between the items; add 'join: \", \"'");
        }
        return several;
    }

    /** White space around a number or date says nothing, so a default of {@code false} is for texts. */
    private static Trim trim(ColumnSettings own, ColumnSettings shared, Kind kind) {
        Trim around = shared.trim() == Trim.FALSE && !TEXTS.contains(kind) ? null : shared.trim();
        return first(own.trim(), around, Trim.TRUE);
    }

    private ValuePolicy valuePolicy(
            ColumnOutline column, @Nullable SqlType type, boolean hasDefault, ColumnSettings shared) {
        if (type == null || !"path".equals(column.source)) {
            return ValuePolicy.standard(type == null ? SqlType.TEXT : type);
        }
        ColumnSettings own = column.settings;
        ColumnSettings all = own.or(shared);
        return new ValuePolicy(
                type,
                null,
                new Reading(
                        formats(column, type, shared),
                        MOMENTS.contains(type.kind()) ? zone(null, all.zone()) : null,
                        DATED.contains(type.kind()) && all.partial() != null ? all.partial() : Partial.REJECT),
                invalid(column, type, hasDefault, shared),
                LIMITED_TEXTS.contains(type.kind())
                        ? first(own.overflow(), shared.overflow(), Overflow.REJECT)
                        : Overflow.REJECT,
                SCALED.contains(type.kind()) ? first(own.scale(), shared.scale(), Scale.REJECT) : Scale.REJECT);
    }

    /** @param where to tell when it is none; null where that was told already */
    private @Nullable ZoneId zone(@Nullable String where, @Nullable Scalar written) {
        if (written == null) {
            return null;
        }
        try {
            return ZoneId.of(written.text());
        } catch (DateTimeException unknown) {
            if (where != null) {
                problems.error(
                        written.position(),
                        where + ": zone is " + written.found()
                                + ", which is no time zone; write one such as Europe/Zurich, UTC or +01:00");
            }
            return null;
        }
    }

    private Invalid invalid(ColumnOutline column, SqlType type, boolean hasDefault, ColumnSettings shared) {
        ColumnSettings own = column.settings;
        Invalid invalid = TEXTS.contains(type.kind()) || type.kind() == Kind.XML
                ? Invalid.REJECT
                : first(own.invalid(), shared.invalid(), Invalid.REJECT);
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

    private boolean required(ColumnOutline column, ColumnSettings shared) {
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
        boolean byDefault = "path".equals(column.source) && Boolean.TRUE.equals(shared.required());
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

    private void checkType(ColumnOutline column, SqlType type, ColumnSettings shared) {
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
        only(column, type, "zone", MOMENTS, "only timestamp and timestamptz have to do with zones");
        only(column, type, "partial", DATED, "only dates have days that may be missing");
        zone(column.section.where(), column.settings.zone());
        checkPatterns(column.section.where(), column.settings, type, column.settings.or(shared));
        if (TEXTS.contains(kind)) {
            without(column, type, "invalid", "every text is valid; 'overflow' says what becomes of long ones");
        } else if (column.settings.empty() == Empty.KEEP) {
            without(column, type, "empty", "only a text can be empty; an empty one is NULL");
        }
        if (kind == Kind.XML) {
            for (String key :
                    List.of("several", "join", "unescape", "trim", "nulls", "nil", "codes", "default", "invalid")) {
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

    private List<String> formats(ColumnOutline column, SqlType type, ColumnSettings shared) {
        List<Scalar> patterns = column.settings.format();
        if (patterns.isEmpty()) {
            ColumnSettings all = column.settings.or(shared);
            patterns = shared.format().stream()
                    .filter(pattern -> problem(pattern, type, all) == null)
                    .toList();
            // The standard forms alone are what a column without a format has.
            patterns = patterns.stream().allMatch(pattern -> pattern.text().equals(Formats.STANDARD))
                    ? List.of()
                    : patterns;
        }
        return patterns.stream().map(Scalar::text).toList();
    }

    /**
     * @param type null for patterns that may be for any type
     * @param all the settings that count beside these
     */
    private void checkPatterns(String where, ColumnSettings written, @Nullable SqlType type, ColumnSettings all) {
        for (Scalar pattern : written.format()) {
            String problem = problem(pattern, type, all);
            if (problem != null) {
                problems.error(
                        pattern.position(), where + ": format " + MessageText.quoted(pattern.text()) + " " + problem);
            }
        }
    }

    private static @Nullable String problem(Scalar pattern, @Nullable SqlType type, ColumnSettings all) {
        boolean partial = all.partial() != null && all.partial() != Partial.REJECT;
        return Formats.problem(pattern.text(), type, partial, all.zone() != null);
    }

    private static <T> T first(@Nullable T own, @Nullable T shared, T standard) {
        return own != null ? own : shared != null ? shared : standard;
    }
}
