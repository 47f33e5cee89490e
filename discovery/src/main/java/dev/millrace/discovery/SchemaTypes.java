package dev.millrace.discovery;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.discovery.xsd.XsdValue;
import dev.millrace.discovery.xsd.XsdValue.Zone;
import dev.millrace.summary.Place;
import dev.millrace.summary.ValueForm;
import dev.millrace.summary.ValueSummary;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The type of a column that a schema tells of: the schema's, unless documents have values that are not of it. */
final class SchemaTypes {

    /** Values of an enumeration that are listed. */
    private static final int MOST_LISTED = 8;

    private static final String LISTED = "one of ";

    private SchemaTypes() {}

    /**
     * @param values those of documents; null where there are none
     * @param nil how many elements have no value on purpose, by xsi:nil
     * @param against is told in words what contradicts the schema, with the place where it is known
     */
    static ValueType of(
            Declared declared,
            XsdValue value,
            @Nullable ValueSummary values,
            boolean isDate,
            boolean isName,
            long nil,
            Declared.Against against) {
        String note = note(declared, value);
        SqlType type = value.type();
        if (values != null) {
            checkLength(declared, value, values, nil, against);
        }
        if (values == null || values.count() == values.blank()) {
            return of(type, value, null, note);
        }
        boolean onlyNothings = !type.isCharacters() && values.isOfUnknownForm();
        if (!type.isCharacters() && !values.nothings().isEmpty()) {
            against.accept(
                    words(value) + "; some values stand for nothing, such as a dash",
                    null,
                    text -> isOf(type, value, text));
        }
        if (!onlyNothings && fits(values, type, value)) {
            checkListed(value, values, against);
            checkPatterns(value, values, against);
            ValueType its = of(type, value, values, note);
            return type.isCharacters() || values.nothings().isEmpty() ? its : its.withNulls(values);
        }
        ValueForm form = form(type);
        Place place = form == null ? null : values.ruledOut(form);
        if (type.isCharacters()) {
            if (value.enumeration().isEmpty() || value.list()) {
                against.accept(
                        words(value) + "; the longest value has " + values.maxLength() + " characters",
                        null,
                        text -> text.codePointCount(0, text.length()) <= type.length());
            }
            checkListed(value, values, against);
            checkPatterns(value, values, against);
            return new ValueType(ValueType.varchar(values), List.of(), Set.of(), null, note, null, "", "");
        }
        against.accept(
                place != null ? words(value) + "; a value is not of it" : words(value) + "; values go beyond it",
                place,
                place != null ? null : text -> isOf(type, value, text));
        ValueType sampled = ValueType.of(values, isDate, isName);
        String wider = wider(type, values, sampled.type());
        return new ValueType(
                wider, sampled.formats(), sampled.nulls(), sampled.zone(), note, null, "", sampled.doubt());
    }

    private static String note(Declared declared, XsdValue value) {
        List<String> parts = new ArrayList<>();
        String reason = value.reason();
        List<String> listed = value.enumeration();
        if (!listed.isEmpty() && listed.size() <= MOST_LISTED) {
            parts.add((value.list() ? "each " : "")
                    + (listed.size() == 1 ? "only " : LISTED)
                    + String.join(", ", listed.stream().map(Declared::shortened).toList()));
        } else {
            parts.add(reason);
        }
        if (declared.otherwise != null) {
            parts.add("without a value, '" + Declared.shortened(declared.otherwise) + "' is meant");
        }
        parts.addAll(declared.notes);
        return String.join("; ", parts);
    }

    /** For contradictions: what the schema says. */
    private static String words(XsdValue value) {
        return "the schema says " + value.reason();
    }

    private static ValueType of(SqlType type, XsdValue value, @Nullable ValueSummary values, String note) {
        List<String> formats = value.format().map(List::of).orElse(List.of());
        if (type.kind() == Kind.TIMESTAMP || type.kind() == Kind.TIMESTAMPTZ) {
            return timestamp(value, values, note);
        }
        if (type.kind() == Kind.TIME && values != null && values.fractionDigits() > type.precision()) {
            return new ValueType("time(9)", formats, Set.of(), null, note, null, "", "");
        }
        return new ValueType(words(type), formats, Set.of(), null, note, null, "", "");
    }

    private static String words(SqlType type) {
        // As people write it.
        return type.kind() == Kind.TIME && type.precision() == 6 ? "time" : type.toString();
    }

    private static ValueType timestamp(XsdValue value, @Nullable ValueSummary values, String note) {
        String digits = values != null && values.fractionDigits() > 6 ? "(9)" : "";
        if (value.zone() == Zone.NONE) {
            return new ValueType("timestamp" + digits, List.of(), Set.of(), null, note, null, "", "");
        }
        if (value.zone() == Zone.REQUIRED) {
            return new ValueType("timestamptz" + digits, List.of(), Set.of(), null, note, null, "", "");
        }
        if (values != null && !values.hasZone()) {
            return new ValueType(
                    "timestamp" + digits,
                    List.of(),
                    Set.of(),
                    "UTC",
                    note,
                    null,
                    "",
                    "the schema lets times have a zone, and none has: one that has is turned to UTC; say otherwise with"
                            + " zone");
        }
        return new ValueType(
                "timestamptz" + digits,
                List.of(),
                Set.of(),
                "UTC",
                note,
                null,
                "",
                "the schema lets times have no zone: these are taken for UTC; say otherwise with zone");
    }

    // Do the values fit?

    private static boolean fits(ValueSummary values, SqlType type, XsdValue value) {
        return byForm(values, type, value) || byTexts(values, text -> isOf(type, value, text));
    }

    private static boolean byForm(ValueSummary values, SqlType type, XsdValue value) {
        return switch (type.kind()) {
            case BOOLEAN -> values.is(ValueForm.BOOLEAN);
            case SMALLINT -> isWhole(values, Short.MIN_VALUE, Short.MAX_VALUE, 4);
            case INTEGER -> isWhole(values, Integer.MIN_VALUE, Integer.MAX_VALUE, 9);
            case BIGINT -> isWhole(values, Long.MIN_VALUE, Long.MAX_VALUE, 18);
            case DECIMAL ->
                values.is(ValueForm.DECIMAL)
                                && values.wholeDigits() <= type.precision() - type.scale()
                                && values.fractionDigits() <= type.scale()
                        || values.is(ValueForm.DIGITS) && values.maxLength() <= type.precision() - type.scale();
            case REAL, DOUBLE -> values.is(ValueForm.DOUBLE) || values.is(ValueForm.DIGITS);
            case CHAR, VARCHAR -> values.maxLength() <= type.length();
            case TEXT, XML -> true;
            case DATE -> values.is(ValueForm.ISO_DATE) && !values.hasTime() && !values.hasMailZone();
            case TIME -> values.is(ValueForm.TIME);
            case TIMESTAMP, TIMESTAMPTZ ->
                values.is(ValueForm.ISO_DATE)
                        && values.hasTime()
                        && !values.hasDateAlone()
                        && !values.hasMailZone()
                        && (type.kind() == Kind.TIMESTAMP || !values.hasTimeWithoutZone());
            case UUID -> values.is(ValueForm.UUID);
            // Their forms do not tell, and most are too long to be kept: those that are kept stand for all.
            case BYTES ->
                values.values().stream().allMatch(known -> known.text() == null || isOf(type, value, known.text()));
        };
    }

    private static boolean isWhole(ValueSummary values, long least, long most, int digits) {
        return values.is(ValueForm.INTEGER) && values.min() >= least && values.max() <= most
                || values.is(ValueForm.DIGITS) && values.maxLength() <= digits;
    }

    /** Whether all values are known, and pass. */
    private static boolean byTexts(ValueSummary values, Predicate<String> test) {
        return values.knowsAll()
                && values.values().stream().allMatch(known -> known.text() != null && test.test(known.text()));
    }

    private static boolean isOf(SqlType type, XsdValue value, String text) {
        try {
            return switch (type.kind()) {
                case BOOLEAN -> Set.of("true", "false", "1", "0").contains(text);
                case SMALLINT -> isWithin(text, Short.MIN_VALUE, Short.MAX_VALUE);
                case INTEGER -> isWithin(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
                case BIGINT -> isWithin(text, Long.MIN_VALUE, Long.MAX_VALUE);
                case DECIMAL -> {
                    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
                    yield number.scale() <= type.scale()
                            && number.precision() - number.scale() <= type.precision() - type.scale();
                }
                case REAL, DOUBLE ->
                    Set.of("INF", "-INF", "NaN").contains(text) || Double.isFinite(Double.parseDouble(text));
                case DATE -> text.matches("-?\\d{4,}-\\d\\d-\\d\\d(Z|[+-]\\d\\d:\\d\\d)?");
                case TIMESTAMP, TIMESTAMPTZ -> text.matches("-?\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d.*");
                case TIME ->
                    text.matches("\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)?") && value.zone() != Zone.NONE;
                case BYTES -> {
                    if (value.format().isPresent()) {
                        HexFormat.of().parseHex(text);
                    } else {
                        String dense = text.replaceAll("\\s+", "");
                        Base64.getDecoder().decode(dense);
                        yield dense.length() % 4 == 0;
                    }
                    yield true;
                }
                default -> false;
            };
        } catch (IllegalArgumentException notOfIt) {
            return false;
        }
    }

    private static boolean isWithin(String text, long least, long most) {
        long number = new BigDecimal(text).stripTrailingZeros().toBigInteger().longValue();
        return text.length() < 19 && !text.contains(".") && number >= least && number <= most;
    }

    private static @Nullable ValueForm form(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> ValueForm.BOOLEAN;
            case SMALLINT, INTEGER, BIGINT -> ValueForm.INTEGER;
            case DECIMAL -> ValueForm.DECIMAL;
            case REAL, DOUBLE -> ValueForm.DOUBLE;
            case DATE, TIMESTAMP, TIMESTAMPTZ -> ValueForm.ISO_DATE;
            case TIME -> ValueForm.TIME;
            case CHAR, VARCHAR, TEXT, UUID, BYTES, XML -> null;
        };
    }

    /** The type of the values, but no narrower than the schema's where both are numbers. */
    private static String wider(SqlType type, ValueSummary values, String sampled) {
        if (type.kind() == Kind.BYTES) {
            return values.maxLength() > 200 ? "text" : ValueType.varchar(values);
        }
        SqlType other = SqlType.parse(sampled).orElse(SqlType.TEXT);
        int whole = wholeDigits(type);
        int others = wholeDigits(other);
        if (whole < 0 || others < 0) {
            return sampled;
        }
        int scale = Math.max(type.scale(), other.scale());
        if (scale == 0 && type.kind() != Kind.DECIMAL && other.kind() != Kind.DECIMAL) {
            return whole > others ? type.toString() : sampled;
        }
        int precision = Math.max(Math.min(whole, 38 - scale), others) + scale;
        return precision > 38 ? "text" : "decimal(" + precision + "," + scale + ")";
    }

    private static int wholeDigits(SqlType type) {
        return switch (type.kind()) {
            case SMALLINT -> 5;
            case INTEGER -> 10;
            case BIGINT -> 19;
            case DECIMAL -> type.precision() - type.scale();
            default -> -1;
        };
    }

    // Facets

    private static void checkListed(XsdValue value, ValueSummary values, Declared.Against against) {
        boolean ofItems =
                value.list() && value.enumeration().isEmpty() && value.item().isPresent();
        XsdValue one = ofItems ? value.item().orElse(value) : value;
        if (one.enumeration().isEmpty()) {
            return;
        }
        Set<String> listed = new HashSet<>();
        one.enumeration().forEach(text -> listed.add(comparable(text, one)));
        Predicate<String> isListed = text -> listed.contains(comparable(text, one));
        Predicate<String> isSound = ofItems ? text -> items(text).allMatch(isListed) : isListed;
        long others = strangers(values, isSound);
        boolean areKnown = areKnown(values);
        if (others == 0 && areKnown) {
            return;
        }
        String what = !areKnown || ofItems
                ? "some are none of these"
                : DraftWriter.count(others, "distinct value") + (others == 1 ? " is none" : " are none") + " of these";
        against.accept(words(value) + "; " + what, null, isSound, others > 0);
    }

    /** How many of the distinct values that are known are not sound. */
    private static long strangers(ValueSummary values, Predicate<String> isSound) {
        return values.values().stream()
                .filter(known -> known.text() != null && !isSound.test(known.text()))
                .count();
    }

    private static boolean areKnown(ValueSummary values) {
        return values.knowsAll() && values.values().stream().noneMatch(known -> known.text() == null);
    }

    /** A text as it can be compared with others: 1.50 is 1.5 where these are numbers. */
    private static String comparable(String text, XsdValue value) {
        String plain = text.strip().replaceAll("\\s+", " ");
        if (wholeDigits(value.type()) >= 0 && plain.length() < 100) {
            try {
                return new BigDecimal(plain).stripTrailingZeros().toString();
            } catch (NumberFormatException none) {
                return plain;
            }
        }
        return plain;
    }

    private static Stream<String> items(String list) {
        return Stream.of(list.strip().split("\\s+"));
    }

    private static void checkPatterns(XsdValue value, ValueSummary values, Declared.Against against) {
        boolean ofItems =
                value.list() && value.patterns().isEmpty() && value.item().isPresent();
        XsdValue one = ofItems ? value.item().orElse(value) : value;
        if (one.patterns().isEmpty() || !one.enumeration().isEmpty()) {
            return;
        }
        Predicate<String> matches = one.matchesPatterns();
        Predicate<String> isSound =
                ofItems ? text -> items(text).allMatch(matches) : text -> matches.test(text.replaceAll("\\s+", " "));
        long others = strangers(values, isSound);
        if (others > 0 || !areKnown(values)) {
            against.accept(words(value) + "; some do not match its pattern", null, isSound, others > 0);
        }
    }

    private static void checkLength(
            Declared declared, XsdValue value, ValueSummary values, long nil, Declared.Against against) {
        int least = value.length().orElse(value.minLength().orElse(0));
        if (least < 1 || value.list() || !value.type().isCharacters()) {
            return;
        }
        String words = "the schema says " + DraftWriter.count(least, "character") + " at least; ";
        long empty = values.blank() - nil;
        if (empty > 0 && declared.otherwise == null) {
            against.accept(words + DraftWriter.of(empty, values.count()) + " are empty or blank", null, null);
        }
        if (values.count() > values.blank() && values.minLength() < least) {
            against.accept(
                    words + "the shortest value has " + values.minLength(),
                    null,
                    text -> text.codePointCount(0, text.length()) >= least);
        }
    }

    // What may be missing

    /** Whether an element or attribute that is there may have no text, which is NULL. */
    static boolean mayBeEmpty(@Nullable XsdValue value) {
        if (value == null || value.list() || value.enumeration().contains("")) {
            return true;
        }
        if (value.reason().matches("(.* )?(or )?empty( or .*)?")) {
            // A union with the empty text.
            return true;
        }
        if (!value.type().isCharacters()) {
            return false;
        }
        return value.enumeration().isEmpty()
                && value.minLength().orElse(0) < 1
                && value.length().orElse(0) < 1
                && value.fixedDigits().isEmpty()
                && value.identity() == XsdValue.Identity.NONE;
    }
}
