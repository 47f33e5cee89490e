package dev.millrace.discovery.xsd;

import com.sun.xml.xsom.XSFacet;
import com.sun.xml.xsom.XSListSimpleType;
import com.sun.xml.xsom.XSRestrictionSimpleType;
import com.sun.xml.xsom.XSSimpleType;
import com.sun.xml.xsom.XSType;
import com.sun.xml.xsom.XSUnionSimpleType;
import com.sun.xml.xsom.XSVariety;
import dev.millrace.contract.SqlType;
import dev.millrace.discovery.xsd.XsdValue.Identity;
import dev.millrace.discovery.xsd.XsdValue.WhiteSpace;
import dev.millrace.discovery.xsd.XsdValue.Zone;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Simple types of a schema → the SQL type that fits.
 *
 * <p>The narrowest type that holds every value wins. What sets no bound gets a type that is of use and says that it is not certain
 * ({@link XsdValue#holdsAll}): a whole number {@code decimal(38,0)}, a decimal {@code decimal(38,10)}. Text would hold more numbers, and
 * none could be added up; a number that does not fit is a reject when it comes, and never rounded. A decimal of p digits, s of them
 * after the point, is {@code decimal(p + s, s)}: XML Schema's p counts digits wherever they stand, so that a number of 18 digits and
 * none after its point is allowed where 5 might be.
 */
final class ValueTypes {

    private static final int MOST_DIGITS = 38;
    private static final int FREE_FRACTION_DIGITS = 10;
    private static final int LONGEST_VARCHAR = 4_000;
    private static final int MOST_MEMBERS = 1_000;
    private static final int MOST_DEPTH = 200;

    /** The whole numbers that have bounds by their type. */
    private static final Map<String, BigDecimal[]> BOUNDS = Map.of(
            "byte", bounds("-128", "127"),
            "short", bounds("-32768", "32767"),
            "int", bounds("-2147483648", "2147483647"),
            "long", bounds("-9223372036854775808", "9223372036854775807"),
            "unsignedByte", bounds("0", "255"),
            "unsignedShort", bounds("0", "65535"),
            "unsignedInt", bounds("0", "4294967295"),
            "unsignedLong", bounds("0", "18446744073709551615"));

    private static final Set<String> WHOLE_NUMBERS = Set.of(
            "integer",
            "nonPositiveInteger",
            "negativeInteger",
            "nonNegativeInteger",
            "positiveInteger",
            "byte",
            "short",
            "int",
            "long",
            "unsignedByte",
            "unsignedShort",
            "unsignedInt",
            "unsignedLong");

    /** How long the texts of dates are for which SQL has no type, with a sign, a year of six digits and a zone. */
    private static final Map<String, Integer> PARTIAL_DATES =
            Map.of("gYearMonth", 17, "gMonthDay", 13, "gDay", 11, "gMonth", 10);

    private static final Map<String, List<String>> DATES = Map.of(
            "dateTime",
            List.of(
                    "2026-01-31T12:34:56",
                    "2026-01-31T12:34:56.7",
                    "2026-01-31T12:34:56.78",
                    "2026-01-31T12:34:56.789",
                    "2026-01-31T12:34:56.789123",
                    "2026-12-10T00:00:00"),
            "date",
            List.of("2026-01-31", "2026-12-10"),
            "time",
            List.of("12:34:56", "12:34:56.7", "12:34:56.789", "12:34:56.789123", "00:00:00"),
            "gYear",
            List.of("2026", "1999"));

    private static final List<String> ZONES = List.of("Z", "+01:00", "-05:00", "+00:00");

    private final Map<XSSimpleType, XsdValue> known = new HashMap<>();

    private static BigDecimal[] bounds(String least, String most) {
        return new BigDecimal[] {new BigDecimal(least), new BigDecimal(most)};
    }

    XsdValue of(XSSimpleType type) {
        return of(type, 0);
    }

    private XsdValue of(XSSimpleType type, int depth) {
        XsdValue value = known.get(type);
        if (value == null) {
            value = depth > MOST_DEPTH ? text(new Facets(type), "nested too deeply") : derive(type, depth);
            known.put(type, value);
        }
        return value;
    }

    private XsdValue derive(XSSimpleType type, int depth) {
        Facets facets = new Facets(type);
        if (type.getVariety() == XSVariety.LIST) {
            return list(type, facets, depth);
        }
        if (type.getVariety() == XSVariety.UNION) {
            return union(type, facets, depth);
        }
        return atomic(facets);
    }

    private XsdValue list(XSSimpleType type, Facets facets, int depth) {
        XSListSimpleType list = type.getBaseListType();
        XsdValue item = of(list.getItemType(), depth + 1);
        Identity identity = item.identity() == Identity.IDREF ? Identity.IDREFS : Identity.NONE;
        OptionalInt items = facets.most();
        int longest = 0;
        if (items.isPresent() && item.type().isCharacters() && item.type().kind() != SqlType.Kind.TEXT) {
            longest = (int) Math.min(
                    LONGEST_VARCHAR + 1L, (long) items.getAsInt() * (item.type().length() + 1L) - 1);
        }
        SqlType sql = longest > 0 && longest <= LONGEST_VARCHAR ? SqlType.varchar(longest) : SqlType.TEXT;
        String reason = "list of " + item.schemaType() + (items.isPresent() ? ", at most " + items.getAsInt() : "");
        return facets.value(sql, true, facets.name(reason), reason, Optional.empty(), true, Optional.of(item))
                .identity(identity)
                .build();
    }

    private XsdValue union(XSSimpleType type, Facets facets, int depth) {
        XSUnionSimpleType union = type.getBaseUnionType();
        List<XsdValue> members = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_MEMBERS, union.getMemberSize()); i++) {
            members.add(of(union.getMember(i), depth + 1));
        }
        if (members.isEmpty()) {
            return text(facets, "a union of nothing");
        }
        XsdValue widest = widest(members);
        Set<String> names = new LinkedHashSet<>();
        members.forEach(member -> names.add(onlyEmpty(member) ? "empty" : member.schemaType()));
        String reason = String.join(" or ", names);
        SqlType sql = facets.enumeration.isEmpty() || !widest.type().isCharacters()
                ? widest.type()
                : SqlType.varchar(longest(facets.enumeration));
        List<String> values = facets.enumeration.isEmpty() ? widest.enumeration() : facets.enumeration;
        return facets.value(
                        sql,
                        widest.holdsAll(),
                        facets.name(reason),
                        reason,
                        widest.format(),
                        widest.list(),
                        widest.item())
                .enumeration(values)
                .zone(widest.zone())
                .identity(widest.identity())
                .build();
    }

    private static XsdValue text(Facets facets, String reason) {
        return facets.value(SqlType.TEXT, true, facets.name(reason), reason, Optional.empty(), false, Optional.empty())
                .build();
    }

    private static XsdValue atomic(Facets facets) {
        String base = facets.builtIn;
        if (WHOLE_NUMBERS.contains(base)) {
            return number(facets, 0);
        }
        if (DATES.containsKey(base)) {
            return date(facets);
        }
        if (PARTIAL_DATES.containsKey(base)) {
            return plain(
                    facets,
                    SqlType.varchar(PARTIAL_DATES.getOrDefault(base, 1)),
                    facets.xs() + ", for which SQL has no type");
        }
        return switch (base) {
            case "decimal" -> number(facets, facets.fractionDigits.orElse(-1));
            case "boolean" -> plain(facets, kind(SqlType.Kind.BOOLEAN), facets.xs());
            case "float" -> plain(facets, kind(SqlType.Kind.REAL), facets.xs());
            case "double" -> plain(facets, kind(SqlType.Kind.DOUBLE), facets.xs());
            case "base64Binary" -> plain(facets, kind(SqlType.Kind.BYTES), facets.xs() + sizes(facets, "bytes"));
            case "hexBinary" ->
                facets.value(
                                kind(SqlType.Kind.BYTES),
                                true,
                                facets.name(facets.xs()),
                                facets.xs() + sizes(facets, "bytes"),
                                Optional.of("hex"),
                                false,
                                Optional.empty())
                        .build();
            default -> characters(facets);
        };
    }

    private static XsdValue plain(Facets facets, SqlType type, String reason) {
        return facets.value(type, true, facets.name(reason), reason, Optional.empty(), false, Optional.empty())
                .build();
    }

    private static SqlType kind(SqlType.Kind kind) {
        return SqlType.parse(kind.word()).orElseThrow();
    }

    /** @param fraction digits after the point, at most; -1 where nothing is said of them */
    private static XsdValue number(Facets facets, int fraction) {
        StringBuilder reason = new StringBuilder(facets.xs());
        boolean bounded = facets.least != null && facets.most != null;
        BigDecimal least = facets.least;
        BigDecimal most = facets.most;
        OptionalInt digits = facets.totalDigits;
        for (PatternShape shape : facets.shapes()) {
            if (shape.digitsOnly() && shape.maxLength().isPresent()) {
                digits = tightest(digits, shape.maxLength().getAsInt());
            }
        }
        List<BigDecimal> values = numbers(facets.enumeration);
        if (!values.isEmpty()) {
            least = values.stream().min(BigDecimal::compareTo).orElseThrow();
            most = values.stream().max(BigDecimal::compareTo).orElseThrow();
            fraction = values.stream().mapToInt(BigDecimal::scale).max().orElse(0);
            bounded = true;
            reason.append(oneOf(values.size()));
        } else {
            if (digits.isPresent()) {
                reason.append(", ").append(digits.getAsInt()).append(digits.getAsInt() == 1 ? " digit" : " digits");
            }
            if (fraction > 0) {
                reason.append(", ").append(fraction).append(" after the point");
            }
            if (bounded && !facets.boundedByName()) {
                reason.append(", ").append(text(least)).append(" to ").append(text(most));
            } else if (least != null && !bounded && !facets.namesBound()) {
                reason.append(", from ").append(text(least));
            } else if (most != null && !bounded && !facets.namesBound()) {
                reason.append(", to ").append(text(most));
            }
        }
        if (fraction == 0) {
            return whole(facets, least, most, digits, reason);
        }
        int scale = fraction >= 0 ? fraction : digits.orElse(-1);
        int before = -1;
        if (bounded) {
            before = Math.max(wholeDigits(least), wholeDigits(most));
        }
        if (digits.isPresent()) {
            before = before < 0 ? digits.getAsInt() : Math.min(before, digits.getAsInt());
        }
        if (before >= 0 && scale >= 0 && before + scale <= MOST_DIGITS) {
            return plain(facets, decimal(before + scale, scale), reason.toString());
        }
        int free = scale < 0 ? FREE_FRACTION_DIGITS : Math.min(scale, MOST_DIGITS);
        if (scale < 0 && before < 0) {
            reason.append(", no number of digits is given");
        }
        return uncertain(facets, decimal(MOST_DIGITS, free), reason.toString());
    }

    private static XsdValue whole(
            Facets facets,
            @Nullable BigDecimal least,
            @Nullable BigDecimal most,
            OptionalInt digits,
            StringBuilder reason) {
        if (least != null && most != null) {
            BigInteger low = least.setScale(0, RoundingMode.FLOOR).toBigInteger();
            BigInteger high = most.setScale(0, RoundingMode.CEILING).toBigInteger();
            if (digits.isPresent() && digits.getAsInt() <= MOST_DIGITS) {
                BigInteger limit = BigInteger.TEN.pow(digits.getAsInt()).subtract(BigInteger.ONE);
                low = low.max(limit.negate());
                high = high.min(limit);
            }
            int bits = Math.max(low.bitLength(), high.bitLength());
            int decimals = Math.max(
                    low.abs().toString().length(), high.abs().toString().length());
            if (decimals <= MOST_DIGITS) {
                return plain(
                        facets,
                        bits < Short.SIZE
                                ? kind(SqlType.Kind.SMALLINT)
                                : bits < Integer.SIZE
                                        ? SqlType.INTEGER
                                        : bits < Long.SIZE ? SqlType.BIGINT : decimal(decimals, 0),
                        reason.toString());
            }
        } else if (digits.isPresent() && digits.getAsInt() <= MOST_DIGITS) {
            int count = Math.max(1, digits.getAsInt());
            return plain(
                    facets,
                    count <= 4
                            ? kind(SqlType.Kind.SMALLINT)
                            : count <= 9 ? SqlType.INTEGER : count <= 18 ? SqlType.BIGINT : decimal(count, 0),
                    reason.toString());
        } else {
            reason.append(", no number of digits is given");
        }
        return uncertain(facets, decimal(MOST_DIGITS, 0), reason.toString());
    }

    private static XsdValue uncertain(Facets facets, SqlType type, String reason) {
        return facets.value(type, false, facets.name(reason), reason, Optional.empty(), false, Optional.empty())
                .build();
    }

    private static SqlType decimal(int precision, int scale) {
        return SqlType.parse("decimal(" + Math.max(1, precision) + "," + scale + ")")
                .orElseThrow();
    }

    private static int wholeDigits(@Nullable BigDecimal number) {
        BigInteger whole = number == null ? BigInteger.ZERO : number.abs().toBigInteger();
        return whole.signum() == 0 ? 0 : whole.toString().length();
    }

    private static String text(@Nullable BigDecimal number) {
        return number == null ? "" : number.toPlainString();
    }

    private static List<BigDecimal> numbers(List<String> texts) {
        List<BigDecimal> numbers = new ArrayList<>();
        for (String text : texts) {
            BigDecimal number = number(text);
            if (number == null) {
                return List.of();
            }
            numbers.add(number);
        }
        return numbers;
    }

    /** A number of a facet, if it is one that can be dealt with. */
    private static @Nullable BigDecimal number(String text) {
        String stripped = text.strip();
        return stripped.matches("[+-]?[0-9]{0,100}(\\.[0-9]{0,100})?") && stripped.matches(".*[0-9].*")
                ? new BigDecimal(stripped)
                : null;
    }

    private static XsdValue date(Facets facets) {
        Zone zone = zone(facets);
        String reason = facets.xs()
                + switch (zone) {
                    case NONE -> ", without a zone";
                    case OPTIONAL -> ", may have a zone";
                    case REQUIRED -> ", with a zone";
                };
        SqlType type = switch (facets.builtIn) {
            case "dateTime" -> zone == Zone.REQUIRED ? SqlType.timestamptz() : kind(SqlType.Kind.TIMESTAMP);
            case "date" -> kind(SqlType.Kind.DATE);
            case "time" -> kind(SqlType.Kind.TIME);
            default -> kind(SqlType.Kind.SMALLINT);
        };
        boolean certain = zone == Zone.NONE || type.kind() == SqlType.Kind.TIMESTAMPTZ;
        return facets.value(type, certain, facets.name(reason), reason, Optional.empty(), false, Optional.empty())
                .zone(zone)
                .build();
    }

    /** Whether patterns let a zone through, tried with some. */
    private static Zone zone(Facets facets) {
        List<PatternShape> steps = facets.shapes();
        if (steps.isEmpty()) {
            return Zone.OPTIONAL;
        }
        boolean with = false;
        boolean without = false;
        for (String date : DATES.getOrDefault(facets.builtIn, List.of())) {
            without |= matches(steps, date);
            for (String zone : ZONES) {
                with |= matches(steps, date + zone);
            }
        }
        return with == without ? Zone.OPTIONAL : with ? Zone.REQUIRED : Zone.NONE;
    }

    private static boolean matches(List<PatternShape> steps, String text) {
        return steps.stream().allMatch(step -> step.matches(text).orElse(true));
    }

    private static XsdValue characters(Facets facets) {
        StringBuilder reason = new StringBuilder(facets.xs());
        OptionalInt longest = facets.most();
        if (longest.isPresent()) {
            reason.append(sizes(facets, "characters"));
        }
        OptionalInt pattern = OptionalInt.empty();
        OptionalInt fixed = facets.fixedDigits();
        for (PatternShape shape : facets.shapes()) {
            if (shape.maxLength().isPresent()) {
                pattern = tightest(pattern, shape.maxLength().getAsInt());
            }
        }
        if (!facets.enumeration.isEmpty()) {
            reason.append(oneOf(facets.enumeration.size()));
            longest = tightest(longest, longest(facets.enumeration));
        } else if (fixed.isPresent()) {
            reason.append(", ").append(fixed.getAsInt()).append(" digits by its pattern");
            longest = tightest(longest, fixed.getAsInt());
        } else if (pattern.isPresent() && (longest.isEmpty() || pattern.getAsInt() < longest.getAsInt())) {
            reason.append(", at most ").append(pattern.getAsInt()).append(" characters by its pattern");
            longest = pattern;
        } else if (longest.isEmpty()) {
            reason.append(", any length");
        }
        Identity identity = switch (facets.builtIn) {
            case "ID" -> Identity.ID;
            case "IDREF" -> Identity.IDREF;
            default -> Identity.NONE;
        };
        SqlType type = longest.isPresent() && longest.getAsInt() <= LONGEST_VARCHAR
                ? SqlType.varchar(Math.max(1, longest.getAsInt()))
                : SqlType.TEXT;
        return facets.value(
                        type,
                        true,
                        facets.name(reason.toString()),
                        reason.toString(),
                        Optional.empty(),
                        false,
                        Optional.empty())
                .identity(identity)
                .build();
    }

    private static String oneOf(int values) {
        return values == 1 ? ", only one value" : ", one of " + values + " values";
    }

    private static String sizes(Facets facets, String of) {
        if (facets.length.isPresent()) {
            return ", " + counted(facets.length.getAsInt(), of);
        }
        return facets.maxLength.isPresent() ? ", at most " + counted(facets.maxLength.getAsInt(), of) : "";
    }

    private static String counted(int number, String many) {
        return number + " " + (number == 1 ? many.substring(0, many.length() - 1) : many);
    }

    private static int longest(List<String> texts) {
        return Math.max(
                1,
                texts.stream()
                        .mapToInt(text -> text.codePointCount(0, text.length()))
                        .max()
                        .orElse(1));
    }

    private static OptionalInt tightest(OptionalInt one, int other) {
        return OptionalInt.of(Math.min(one.orElse(Integer.MAX_VALUE), other));
    }

    /** A value that holds all of several, in the order in which they come. */
    static XsdValue widest(List<XsdValue> values) {
        List<XsdValue> telling =
                values.stream().filter(value -> !onlyEmpty(value)).toList();
        if (telling.isEmpty()) {
            return values.get(0);
        }
        XsdValue widest = telling.get(0);
        for (XsdValue value : telling.subList(1, telling.size())) {
            widest = wider(widest, value);
        }
        return widest;
    }

    /** Whether there is nothing but the empty text, which is NULL in any type. */
    private static boolean onlyEmpty(XsdValue value) {
        return value.enumeration().equals(List.of("")) || value.maxLength().equals(OptionalInt.of(0));
    }

    private static XsdValue wider(XsdValue one, XsdValue other) {
        if (one.equals(other)) {
            return one;
        }
        boolean sameForm = one.format().equals(other.format()) && one.list() == other.list();
        Optional<SqlType> both = sameForm ? both(one.type(), other.type()) : Optional.empty();
        List<String> values = new ArrayList<>();
        if (!one.enumeration().isEmpty() && !other.enumeration().isEmpty()) {
            Set<String> all = new LinkedHashSet<>(one.enumeration());
            all.addAll(other.enumeration());
            values.addAll(all);
        }
        boolean same = one.schemaType().equals(other.schemaType());
        return new XsdValue(
                both.orElse(SqlType.TEXT),
                both.isEmpty() || one.holdsAll() && other.holdsAll(),
                same ? one.schemaType() : one.schemaType() + " or " + other.schemaType(),
                same && one.reason().equals(other.reason()) ? one.reason() : one.reason() + "; or " + other.reason(),
                both.isPresent() ? one.format() : Optional.empty(),
                one.list() || other.list(),
                one.item().equals(other.item()) ? one.item() : Optional.empty(),
                values,
                one.length().equals(other.length()) ? one.length() : OptionalInt.empty(),
                one.minLength().equals(other.minLength()) ? one.minLength() : OptionalInt.empty(),
                one.maxLength().isPresent() && other.maxLength().isPresent()
                        ? OptionalInt.of(Math.max(
                                one.maxLength().getAsInt(), other.maxLength().getAsInt()))
                        : OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                one.patterns().equals(other.patterns()) ? one.patterns() : List.of(),
                one.fixedDigits().equals(other.fixedDigits()) ? one.fixedDigits() : OptionalInt.empty(),
                one.whiteSpace().compareTo(other.whiteSpace()) < 0 ? one.whiteSpace() : other.whiteSpace(),
                one.zone() == other.zone() ? one.zone() : Zone.OPTIONAL,
                one.identity() == other.identity() ? one.identity() : Identity.NONE);
    }

    /** The narrowest type that holds the values of both, if it is not text. */
    private static Optional<SqlType> both(SqlType one, SqlType other) {
        if (one.equals(other)) {
            return Optional.of(one);
        }
        if (one.isCharacters() && other.isCharacters()) {
            return one.length() == 0 || other.length() == 0
                    ? Optional.empty()
                    : Optional.of(SqlType.varchar(Math.max(one.length(), other.length())));
        }
        int oneWhole = wholeDigits(one);
        int otherWhole = wholeDigits(other);
        if (oneWhole < 0 || otherWhole < 0) {
            return floating(one, other);
        }
        boolean decimals = one.kind() == SqlType.Kind.DECIMAL || other.kind() == SqlType.Kind.DECIMAL;
        if (!decimals) {
            return Optional.of(oneWhole > otherWhole ? one : other);
        }
        int scale = Math.max(one.scale(), other.scale());
        return Optional.of(decimal(Math.min(MOST_DIGITS, Math.max(oneWhole, otherWhole) + scale), scale));
    }

    private static Optional<SqlType> floating(SqlType one, SqlType other) {
        boolean fits = exactInDouble(one.kind()) && exactInDouble(other.kind());
        return fits ? Optional.of(kind(SqlType.Kind.DOUBLE)) : Optional.empty();
    }

    private static boolean exactInDouble(SqlType.Kind kind) {
        return kind == SqlType.Kind.SMALLINT
                || kind == SqlType.Kind.INTEGER
                || kind == SqlType.Kind.REAL
                || kind == SqlType.Kind.DOUBLE;
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

    /** What a type's restrictions say, from itself up to the type of XML Schema that it comes from. */
    private static final class Facets {

        private final String builtIn;
        private final String schemaType;
        private final List<String> enumeration = new ArrayList<>();
        private final List<List<String>> patterns = new ArrayList<>();
        private OptionalInt length = OptionalInt.empty();
        private OptionalInt minLength = OptionalInt.empty();
        private OptionalInt maxLength = OptionalInt.empty();
        private OptionalInt totalDigits = OptionalInt.empty();
        private OptionalInt fractionDigits = OptionalInt.empty();
        private @Nullable BigDecimal least;
        private @Nullable BigDecimal most;
        private @Nullable WhiteSpace whiteSpace;

        Facets(XSSimpleType type) {
            String named = null;
            XSSimpleType at = type;
            while (!ofXmlSchema(at)) {
                if (named == null && at.getName() != null) {
                    named = at.getName();
                }
                if (at instanceof XSRestrictionSimpleType restriction) {
                    add(restriction);
                }
                XSType base = at.getBaseType();
                if (!at.isRestriction() || !(base instanceof XSSimpleType simple) || base == at) {
                    break;
                }
                at = simple;
            }
            boolean ofXs = ofXmlSchema(at);
            builtIn = ofXs ? at.getName() : "";
            schemaType = named != null ? named : ofXs ? "xs:" + builtIn : "";
            BigDecimal[] bounds = BOUNDS.get(builtIn);
            if (bounds != null) {
                atLeast(bounds[0]);
                atMost(bounds[1]);
            }
            switch (builtIn) {
                case "nonNegativeInteger" -> atLeast(BigDecimal.ZERO);
                case "positiveInteger" -> atLeast(BigDecimal.ONE);
                case "nonPositiveInteger" -> atMost(BigDecimal.ZERO);
                case "negativeInteger" -> atMost(BigDecimal.ONE.negate());
                default -> {
                    // No bound by itself.
                }
            }
            if (whiteSpace == null) {
                whiteSpace = switch (builtIn) {
                    case "string", "anySimpleType" -> WhiteSpace.PRESERVE;
                    case "normalizedString" -> WhiteSpace.REPLACE;
                    default -> WhiteSpace.COLLAPSE;
                };
            }
        }

        /** Whether it is one that XML Schema has; the schema for schemas has others in that namespace. */
        private static boolean ofXmlSchema(XSSimpleType type) {
            return type.getName() != null
                    && SchemaNode.XS.equals(type.getTargetNamespace())
                    && SchemaComponents.TYPES.contains(type.getName());
        }

        private void add(XSRestrictionSimpleType restriction) {
            boolean first = enumeration.isEmpty();
            List<String> steps = new ArrayList<>();
            for (XSFacet facet : restriction.getDeclaredFacets()) {
                String value = facet.getValue().value;
                switch (facet.getName()) {
                    case XSFacet.FACET_ENUMERATION -> {
                        if (first && !enumeration.contains(value)) {
                            enumeration.add(value);
                        }
                    }
                    case XSFacet.FACET_PATTERN -> steps.add(value);
                    case XSFacet.FACET_LENGTH -> length = least(length, value);
                    case XSFacet.FACET_MAXLENGTH -> maxLength = least(maxLength, value);
                    case XSFacet.FACET_MINLENGTH -> {
                        if (minLength.isEmpty()) {
                            minLength = whole(value);
                        }
                    }
                    case XSFacet.FACET_TOTALDIGITS -> totalDigits = least(totalDigits, value);
                    case XSFacet.FACET_FRACTIONDIGITS -> fractionDigits = least(fractionDigits, value);
                    case XSFacet.FACET_MININCLUSIVE, XSFacet.FACET_MINEXCLUSIVE -> atLeast(number(value));
                    case XSFacet.FACET_MAXINCLUSIVE, XSFacet.FACET_MAXEXCLUSIVE -> atMost(number(value));
                    case XSFacet.FACET_WHITESPACE -> {
                        if (whiteSpace == null) {
                            whiteSpace = switch (value.strip()) {
                                case "preserve" -> WhiteSpace.PRESERVE;
                                case "replace" -> WhiteSpace.REPLACE;
                                default -> WhiteSpace.COLLAPSE;
                            };
                        }
                    }
                    default -> {
                        // No other facet says what fits a type.
                    }
                }
            }
            if (!steps.isEmpty()) {
                patterns.add(steps);
            }
        }

        /** The bound itself may be excluded: a type that holds it too is at most one value too wide. */
        private void atLeast(@Nullable BigDecimal bound) {
            BigDecimal before = least;
            if (bound != null && (before == null || before.compareTo(bound) < 0)) {
                least = bound;
            }
        }

        private void atMost(@Nullable BigDecimal bound) {
            BigDecimal before = most;
            if (bound != null && (before == null || before.compareTo(bound) > 0)) {
                most = bound;
            }
        }

        private static OptionalInt whole(String text) {
            return text.strip().matches("[0-9]{1,9}")
                    ? OptionalInt.of(Integer.parseInt(text.strip()))
                    : OptionalInt.empty();
        }

        private static OptionalInt least(OptionalInt before, String text) {
            OptionalInt now = whole(text);
            return before.isEmpty()
                    ? now
                    : now.isEmpty() ? before : OptionalInt.of(Math.min(before.getAsInt(), now.getAsInt()));
        }

        /** Whether the type of XML Schema has the bounds by itself: its name tells them. */
        boolean boundedByName() {
            BigDecimal[] bounds = BOUNDS.get(builtIn);
            return bounds != null && same(bounds[0], least) && same(bounds[1], most);
        }

        private static boolean same(BigDecimal one, @Nullable BigDecimal other) {
            return other != null && one.compareTo(other) == 0;
        }

        /** Whether the name of the type tells its only bound. */
        boolean namesBound() {
            return switch (builtIn) {
                case "nonNegativeInteger" -> same(BigDecimal.ZERO, least);
                case "positiveInteger" -> same(BigDecimal.ONE, least);
                case "nonPositiveInteger" -> same(BigDecimal.ZERO, most);
                case "negativeInteger" -> same(BigDecimal.ONE.negate(), most);
                default -> false;
            };
        }

        /** The most characters, bytes or items that there can be. */
        OptionalInt most() {
            return length.isPresent() ? length : maxLength;
        }

        String xs() {
            return builtIn.isEmpty() ? schemaType : "xs:" + builtIn;
        }

        String name(String otherwise) {
            return schemaType.isEmpty() ? otherwise : schemaType;
        }

        /** What each restriction's patterns say, of which one must match; what is not understood is left out. */
        List<PatternShape> shapes() {
            List<PatternShape> shapes = new ArrayList<>();
            for (List<String> step : patterns) {
                PatternShape.of(String.join("|", step)).ifPresent(shapes::add);
            }
            return shapes;
        }

        OptionalInt fixedDigits() {
            for (PatternShape shape : shapes()) {
                if (shape.digitsOnly()
                        && shape.minLength() > 0
                        && shape.maxLength().equals(OptionalInt.of(shape.minLength()))) {
                    return OptionalInt.of(shape.minLength());
                }
            }
            return OptionalInt.empty();
        }

        Builder value(
                SqlType type,
                boolean holdsAll,
                String name,
                String reason,
                Optional<String> format,
                boolean list,
                Optional<XsdValue> item) {
            return new Builder(this, type, holdsAll, name, reason, format, list, item);
        }
    }

    /** A value, but for what not all have. */
    private static final class Builder {

        private final Facets facets;
        private final SqlType type;
        private final boolean holdsAll;
        private final String name;
        private final String reason;
        private final Optional<String> format;
        private final boolean list;
        private final Optional<XsdValue> item;
        private List<String> enumeration;
        private Zone zone = Zone.NONE;
        private Identity identity = Identity.NONE;

        Builder(
                Facets facets,
                SqlType type,
                boolean holdsAll,
                String name,
                String reason,
                Optional<String> format,
                boolean list,
                Optional<XsdValue> item) {
            this.facets = facets;
            this.type = type;
            this.holdsAll = holdsAll;
            this.name = name;
            this.reason = reason;
            this.format = format;
            this.list = list;
            this.item = item;
            this.enumeration = facets.enumeration;
        }

        Builder enumeration(List<String> values) {
            enumeration = values;
            return this;
        }

        Builder zone(Zone tells) {
            zone = tells;
            return this;
        }

        Builder identity(Identity means) {
            identity = means;
            return this;
        }

        XsdValue build() {
            WhiteSpace white = facets.whiteSpace;
            return new XsdValue(
                    type,
                    holdsAll,
                    name,
                    reason,
                    format,
                    list,
                    item,
                    enumeration,
                    facets.length,
                    facets.minLength,
                    facets.maxLength,
                    facets.totalDigits,
                    facets.fractionDigits,
                    facets.patterns.stream().map(step -> String.join("|", step)).toList(),
                    facets.fixedDigits(),
                    white == null ? WhiteSpace.COLLAPSE : white,
                    zone,
                    identity);
        }
    }
}
