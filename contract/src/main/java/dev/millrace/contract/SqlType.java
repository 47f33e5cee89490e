package dev.millrace.contract;

import static java.util.Map.entry;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * A column's type, in the words of SQL. What each kind is in Java, from the mapper to the loaders, stands at
 * {@link Kind}.
 *
 * @param kind the kind
 * @param length characters of char and varchar, else 0
 * @param precision all digits of a decimal; fraction digits (0–9) of time, timestamp and timestamptz; else 0
 * @param scale fraction digits of a decimal, else 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record SqlType(Kind kind, int length, int precision, int scale) {

    /** The kinds of types, each with the Java class that carries its values. */
    public enum Kind {
        BOOLEAN(Boolean.class),
        SMALLINT(Short.class),
        INTEGER(Integer.class),
        BIGINT(Long.class),
        /** The value has exactly the type's scale. */
        DECIMAL(BigDecimal.class),
        REAL(Float.class),
        DOUBLE(Double.class),
        /** Not padded. */
        CHAR(String.class),
        VARCHAR(String.class),
        TEXT(String.class),
        DATE(LocalDate.class),
        TIME(LocalTime.class),
        TIMESTAMP(LocalDateTime.class),
        /** Always at offset zero: the instant counts, not the zone it was written in. */
        TIMESTAMPTZ(OffsetDateTime.class),
        UUID(UUID.class),
        BYTES(byte[].class),
        /** A well-formed fragment, serialized. */
        XML(String.class);

        private final Class<?> javaClass;

        Kind(Class<?> javaClass) {
            this.javaClass = javaClass;
        }

        public Class<?> javaClass() {
            return javaClass;
        }

        /** The word in a contract. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Every form that {@link #parse} takes, for messages and the documentation. */
    public static final String FORMS =
            "boolean, smallint, integer, bigint, decimal(p,s), real, double, char(n), varchar(n),"
                    + " text, date, time(p), timestamp(p), timestamptz(p), uuid, bytes, xml";

    /** Fraction digits where a contract gives none: microseconds, which every supported database holds. */
    private static final int DEFAULT_FRACTION_DIGITS = 6;

    private static final int MAX_PRECISION = 38;
    private static final int MAX_FRACTION_DIGITS = 9;

    /** What databases and programmers call the same. */
    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            entry("bool", "boolean"),
            entry("bit", "boolean"),
            entry("tinyint", "smallint"),
            entry("int2", "smallint"),
            entry("int", "integer"),
            entry("int4", "integer"),
            entry("int8", "bigint"),
            entry("long", "bigint"),
            entry("numeric", "decimal"),
            entry("number", "decimal"),
            entry("dec", "decimal"),
            entry("money", "decimal"),
            entry("float4", "real"),
            entry("float", "double"),
            entry("float8", "double"),
            entry("character", "char"),
            entry("nchar", "char"),
            entry("nvarchar", "varchar"),
            entry("varchar2", "varchar"),
            entry("nvarchar2", "varchar"),
            entry("string", "text"),
            entry("str", "text"),
            entry("clob", "text"),
            entry("nclob", "text"),
            entry("ntext", "text"),
            entry("longtext", "text"),
            entry("character varying", "varchar"),
            entry("double precision", "double"),
            entry("timestamp with time zone", "timestamptz"),
            entry("timestamp without time zone", "timestamp"),
            entry("datetime", "timestamp"),
            entry("datetime2", "timestamp"),
            entry("smalldatetime", "timestamp"),
            entry("datetimeoffset", "timestamptz"),
            entry("uniqueidentifier", "uuid"),
            entry("guid", "uuid"),
            entry("binary", "bytes"),
            entry("varbinary", "bytes"),
            entry("bytea", "bytes"),
            entry("blob", "bytes"));

    /** Stands for a number that is not written. */
    private static final int ABSENT = -1;

    private static final Pattern FORM =
            Pattern.compile("([a-z]+[0-9]?)\\s*(?:\\(\\s*([0-9]{1,9})\\s*(?:,\\s*([0-9]{1,9})\\s*)?\\))?");

    public static final SqlType BIGINT = new SqlType(Kind.BIGINT, 0, 0, 0);
    public static final SqlType INTEGER = new SqlType(Kind.INTEGER, 0, 0, 0);
    public static final SqlType TEXT = new SqlType(Kind.TEXT, 0, 0, 0);

    public static SqlType varchar(int length) {
        return new SqlType(Kind.VARCHAR, length, 0, 0);
    }

    public static SqlType timestamptz() {
        return new SqlType(Kind.TIMESTAMPTZ, 0, DEFAULT_FRACTION_DIGITS, 0);
    }

    /** The type that a contract's words name, or empty if they name none. Case and outer blanks do not matter. */
    public static Optional<SqlType> parse(String words) {
        Matcher form = FORM.matcher(words.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            return Optional.empty();
        }
        int first = form.group(2) == null ? ABSENT : Integer.parseInt(form.group(2));
        int second = form.group(3) == null ? ABSENT : Integer.parseInt(form.group(3));
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(form.group(1))) {
                return of(kind, first, second);
            }
        }
        return Optional.empty();
    }

    /** What to write instead of words that {@link #parse} does not take; begins with "; ". */
    static String hint(String words) {
        Matcher form = FORM.matcher(words.strip().toLowerCase(Locale.ROOT));
        String kind = form.matches() ? form.group(1) : words.strip().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case "char", "varchar" -> "; write " + kind + "(n) with the length n from 1";
            case "decimal" ->
                "; write decimal(p,s) with p from 1 to " + MAX_PRECISION + " digits, s of them after the point";
            case "time", "timestamp", "timestamptz" ->
                "; write " + kind + "(p) with p from 0 to " + MAX_FRACTION_DIGITS + " fraction digits";
            default -> {
                List<String> kinds =
                        Arrays.stream(Kind.values()).map(Kind::word).toList();
                String other = OTHER_NAMES.get(kind);
                yield kinds.contains(kind)
                        ? "; write " + kind + " without a number"
                        : other != null
                                ? "; did you mean '" + meant(other, words) + "'? Types: " + FORMS
                                : MessageText.instead(kind, "types", List.of(FORMS.split(", ")));
            }
        };
    }

    /** What was meant by another name of a type, with its numbers where ours of that name takes them. */
    private static String meant(String ours, String words) {
        int open = words.indexOf('(');
        String numbered = open < 0 ? ours : ours + words.substring(open).strip();
        if (parse(numbered).isPresent()) {
            return numbered;
        }
        return switch (ours) {
            case "decimal" -> "decimal(p,s)";
            case "char", "varchar" -> ours + "(n)";
            default -> ours;
        };
    }

    /**
     * The value of this type that a text in a contract stands for: numbers as digits, dates and times in ISO 8601 (with
     * T or a blank between them, a date alone being its midnight), bytes in base64. Strict: nothing is rounded or cut.
     *
     * @return of the kind's Java class
     * @throws IllegalArgumentException with a message for the user when the text is no value of this type
     */
    public Object parseLiteral(String text) {
        return Literals.parse(this, text);
    }

    private static Optional<SqlType> of(Kind kind, int first, int second) {
        return switch (kind) {
            case CHAR, VARCHAR -> {
                boolean length = first > 0 && second == ABSENT;
                yield length ? Optional.of(new SqlType(kind, first, 0, 0)) : Optional.empty();
            }
            case DECIMAL -> {
                int scale = Math.max(second, 0);
                boolean digits = first >= 1 && first <= MAX_PRECISION && scale <= first;
                yield digits ? Optional.of(new SqlType(kind, 0, first, scale)) : Optional.empty();
            }
            case TIME, TIMESTAMP, TIMESTAMPTZ -> {
                int fraction = first == ABSENT ? DEFAULT_FRACTION_DIGITS : first;
                yield fraction <= MAX_FRACTION_DIGITS && second == ABSENT
                        ? Optional.of(new SqlType(kind, 0, fraction, 0))
                        : Optional.empty();
            }
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, TEXT, DATE, UUID, BYTES, XML ->
                first == ABSENT ? Optional.of(new SqlType(kind, 0, 0, 0)) : Optional.empty();
        };
    }

    /** Whether values are texts. */
    public boolean isCharacters() {
        return kind == Kind.CHAR || kind == Kind.VARCHAR || kind == Kind.TEXT;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CHAR, VARCHAR -> kind.word() + "(" + length + ")";
            case DECIMAL -> "decimal(" + precision + "," + scale + ")";
            case TIME, TIMESTAMP, TIMESTAMPTZ -> kind.word() + "(" + precision + ")";
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, TEXT, DATE, UUID, BYTES, XML -> kind.word();
        };
    }
}
