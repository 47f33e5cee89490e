package dev.millrace.contract;

import dev.millrace.contract.SqlType.Kind;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks whether what stands under {@code format} is a pattern that values of a type can be read with. */
final class Formats {

    /** The standard form as one of several formats. */
    private static final String STANDARD = "iso";

    private static final List<String> BYTES = List.of("hex", "base64");

    private static final Set<Kind> NUMBERS =
            EnumSet.of(Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT, Kind.DECIMAL, Kind.REAL, Kind.DOUBLE);
    private static final Set<Kind> DATES_AND_TIMES = EnumSet.of(Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMPTZ);

    /** From the first to the last placeholder: digits' places and separators. */
    private static final Pattern PLACEHOLDERS = Pattern.compile("[#0](?:[#0.,'_ \u00a0\u202f]*[#0])?");

    private static final Pattern NO_PLACEHOLDERS = Pattern.compile("^[^#0]*|[^#0]*$");
    private static final int KINDS_OF_SEPARATORS = 2;

    /** The moment that patterns are tried with. */
    private static final OffsetDateTime SAMPLE =
            OffsetDateTime.of(2031, 10, 25, 14, 36, 47, 123_456_789, ZoneOffset.ofHours(1));

    private Formats() {}

    /**
     * What is wrong with a pattern, or null.
     *
     * @param type the type, or null when it must only be a pattern for some type
     */
    static @Nullable String problem(String pattern, @Nullable SqlType type) {
        if (type == null) {
            boolean number = pattern.indexOf('#') >= 0 || pattern.indexOf('0') >= 0;
            return number ? numberProblem(pattern) : BYTES.contains(pattern) ? null : dateProblem(pattern, null);
        }
        if (DATES_AND_TIMES.contains(type.kind())) {
            return dateProblem(pattern, type.kind());
        }
        if (NUMBERS.contains(type.kind())) {
            return numberProblem(pattern);
        }
        if (type.kind() == Kind.BYTES) {
            return BYTES.contains(pattern) ? null : "is not known for bytes; use hex or base64";
        }
        return "makes no sense for type " + type + ": only dates, times, numbers and bytes have formats; remove it";
    }

    private static @Nullable String numberProblem(String pattern) {
        String middle = NO_PLACEHOLDERS.matcher(pattern).replaceAll("");
        long separators =
                middle.chars().filter(c -> c != '#' && c != '0').distinct().count();
        boolean known = PLACEHOLDERS.matcher(middle).matches() && separators <= KINDS_OF_SEPARATORS;
        return known || pattern.equals(STANDARD)
                ? null
                : "is no pattern for numbers; such a pattern has # or 0 for digits, one group separator and one decimal"
                        + " separator, as in '#,##0.00'";
    }

    /** @param kind null for any date or time */
    private static @Nullable String dateProblem(String pattern, @Nullable Kind kind) {
        if (pattern.equals(STANDARD)) {
            return null;
        }
        try {
            DateTimeFormatter formatter = formatter(pattern);
            TemporalAccessor read = formatter.parse(formatter.format(SAMPLE));
            boolean date = read.query(TemporalQueries.localDate()) != null;
            boolean time = read.query(TemporalQueries.localTime()) != null;
            if (kind == null) {
                return date || time ? null : "names neither a date (yyyy, MM and dd) nor a time (HH and mm)";
            }
            if (kind == Kind.TIME) {
                return time ? null : "names no time of day (HH and mm)";
            }
            if (kind == Kind.TIMESTAMPTZ && read.query(TemporalQueries.zone()) == null) {
                return "names no zone, which timestamptz needs (XXX or VV); or make the column a timestamp";
            }
            return date ? null : "names no whole date (yyyy, MM and dd)";
        } catch (IllegalArgumentException | DateTimeException fault) {
            return "is no pattern for dates and times (" + fault.getMessage()
                    + "); use letters as in yyyy-MM-dd HH:mm:ss, and single quotes around other letters";
        }
    }

    /** Strict, as values are read: {@code y} means the proleptic year {@code u}, because the year of era needs an era. */
    private static DateTimeFormatter formatter(String pattern) {
        StringBuilder adapted = new StringBuilder(pattern);
        boolean quoted = false;
        for (int i = 0; i < adapted.length(); i++) {
            if (adapted.charAt(i) == '\'') {
                quoted = !quoted;
            } else if (adapted.charAt(i) == 'y' && !quoted && pattern.indexOf('G') < 0) {
                adapted.setCharAt(i, 'u');
            }
        }
        return new DateTimeFormatterBuilder()
                .appendPattern(adapted.toString())
                .toFormatter(Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
    }
}
