package dev.millrace.contract;

import dev.millrace.contract.SqlType.Kind;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can stand under {@code format}: whether it is a pattern that values of a type can be read with, and what it means. */
public final class Formats {

    /** The word that stands for the type's standard forms, as one of several formats. */
    public static final String STANDARD = "iso";

    private static final List<String> BYTES = List.of("hex", "base64");

    private static final Set<Kind> NUMBERS =
            EnumSet.of(Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT, Kind.DECIMAL, Kind.REAL, Kind.DOUBLE);
    private static final Set<Kind> DATES_AND_TIMES = EnumSet.of(Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMPTZ);

    /** The moment that patterns are tried with. */
    private static final ZonedDateTime SAMPLE =
            ZonedDateTime.of(2031, 10, 25, 14, 36, 47, 123_456_789, ZoneId.of("Europe/Paris"));

    private Formats() {}

    /**
     * What a pattern for dates and times means. Month names are English and of any case. Strict: no 31 June. {@code y} is
     * read as the proleptic year {@code u}, because with the year of era a strict date would need an era.
     *
     * @throws IllegalArgumentException when the text is no pattern
     */
    public static DateTimeFormatter dateTime(String pattern) {
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
                .parseCaseInsensitive()
                .appendPattern(adapted.toString())
                .toFormatter(Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    /**
     * What is wrong with a pattern, or null.
     *
     * @param type the type, or null when it must only be a pattern for some type
     * @param partial whether a date may lack its day, or its month and day
     * @param zoned whether a time without a zone is of one that the contract names
     */
    static @Nullable String problem(String pattern, @Nullable SqlType type, boolean partial, boolean zoned) {
        if (type == null) {
            boolean number = pattern.indexOf('#') >= 0 || pattern.indexOf('0') >= 0;
            return number
                    ? numberProblem(pattern)
                    : BYTES.contains(pattern) ? null : dateProblem(pattern, null, partial, zoned);
        }
        if (DATES_AND_TIMES.contains(type.kind())) {
            return dateProblem(pattern, type.kind(), partial, zoned);
        }
        if (NUMBERS.contains(type.kind())) {
            return numberProblem(pattern);
        }
        if (type.kind() == Kind.BYTES) {
            return BYTES.contains(pattern) ? null : "is not known for bytes; use hex or base64";
        }
        return "makes no sense for type " + type + ": only dates, times, numbers and bytes have formats; remove it";
    }

    private static String minutes(String pattern, TemporalAccessor read) {
        return pattern.contains("mm") && !read.isSupported(ChronoField.HOUR_OF_DAY)
                ? ": mm are minutes, months are MM"
                : "";
    }

    /** Whether it is a year, or a year and a month. */
    private static boolean isPartOfDate(TemporalAccessor read) {
        return read.isSupported(ChronoField.YEAR)
                && (read.isSupported(ChronoField.MONTH_OF_YEAR) || !read.isSupported(ChronoField.DAY_OF_MONTH));
    }

    private static @Nullable String numberProblem(String pattern) {
        if (pattern.equals(STANDARD)) {
            return null;
        }
        try {
            NumberPattern.of(pattern);
            return null;
        } catch (IllegalArgumentException fault) {
            return "is no pattern for numbers; such a pattern has # or 0 for digits, one group separator and one decimal"
                    + " separator, as in '#,##0.00'";
        }
    }

    /** @param kind null for any date or time */
    private static @Nullable String dateProblem(String pattern, @Nullable Kind kind, boolean partial, boolean zoned) {
        if (pattern.equals(STANDARD)) {
            return null;
        }
        try {
            DateTimeFormatter formatter = dateTime(pattern);
            TemporalAccessor read = formatter.parse(formatter.format(SAMPLE));
            boolean whole = read.query(TemporalQueries.localDate()) != null;
            boolean date = whole || partial && isPartOfDate(read);
            boolean time = read.query(TemporalQueries.localTime()) != null;
            if (kind == null) {
                return date || time ? null : "names neither a date (yyyy, MM and dd) nor a time (HH and mm)";
            }
            if (kind == Kind.TIME) {
                return time ? null : "names no time of day (HH and mm)";
            }
            if (kind == Kind.TIMESTAMPTZ && !zoned && read.query(TemporalQueries.zone()) == null) {
                return "names no zone, which timestamptz needs (XXX or VV); or say with 'zone' which one is meant, or make the"
                        + " column a timestamp";
            }
            if (date) {
                return null;
            }
            return isPartOfDate(read)
                    ? "names no whole date (yyyy, MM and dd); say with 'partial: first' or 'last' which day is meant"
                    : "names no whole date (yyyy, MM and dd)" + minutes(pattern, read);
        } catch (IllegalArgumentException | DateTimeException fault) {
            return "is no pattern for dates and times (" + fault.getMessage()
                    + "); use letters as in yyyy-MM-dd HH:mm:ss, and single quotes around other letters";
        }
    }
}
