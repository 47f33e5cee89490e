package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Partial;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.Formats;
import dev.millrace.contract.SqlType.Kind;
import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for dates and times, as {@link Formats#dateTime} understands it. Where it is made of nothing but numbers of a fixed
 * width and literals, as most are, texts are read without the formatter, which costs many times as much. The parts of the last
 * text are in the fields, null for what the pattern does not name. Not thread-safe.
 */
final class TemporalPattern {

    /** The letters of numbers that need no formatter. */
    private static final String LETTERS = "uMdHmsS";

    private static final int YEAR = 0;
    private static final int MONTH = 1;
    private static final int DAY = 2;
    private static final int HOUR = 3;
    private static final int MINUTE = 4;
    private static final int SECOND = 5;
    private static final int FRACTION = 6;

    private static final int YEAR_DIGITS = 4;
    private static final int NANO_DIGITS = 9;

    @Nullable
    LocalDate date;

    @Nullable
    LocalTime time;

    @Nullable
    ZoneId zone;

    /** Whether the last text has only a part of a date, and the day is one that {@code partial} says. */
    boolean completed;

    private final DateTimeFormatter formatter;
    private final boolean wantsZone;
    private final Partial partial;
    private final boolean isAlternative;

    /**
     * For each character of a text what it has to be: a digit of the number at that index of {@link #LETTERS}, or a literal, as
     * its bitwise complement. Null where the formatter has to read.
     */
    private final int @Nullable [] layout;

    private final int fractionDigits;
    private final boolean hasDate;
    private final boolean hasTime;
    private final int[] numbers = new int[LETTERS.length()];

    /**
     * @param kind of the column; the zone is looked for only where it holds one
     * @param isAlternative whether there are others, so that many texts do not fit this one
     * @param reading what zones and parts of dates mean
     * @throws IllegalArgumentException when the text is no pattern
     */
    TemporalPattern(String pattern, Kind kind, boolean isAlternative, Reading reading) {
        this.formatter = Formats.dateTime(pattern);
        this.wantsZone = kind == Kind.TIMESTAMPTZ || kind == Kind.TIMESTAMP && reading.zone() != null;
        this.partial = reading.partial();
        this.isAlternative = isAlternative;
        int[] digits = new int[LETTERS.length()];
        int[] whole = layout(pattern, digits);
        this.hasDate = digits[YEAR] > 0;
        this.hasTime = digits[HOUR] > 0;
        this.fractionDigits = digits[FRACTION];
        this.layout = isComplete(digits) ? whole : null;
    }

    /** @param digits to be filled with the digits of each number */
    private static int @Nullable [] layout(String pattern, int[] digits) {
        int[] layout = new int[pattern.length()];
        int length = 0;
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\'') {
                if (pattern.startsWith("''", i)) {
                    return null;
                }
                quoted = !quoted;
                continue;
            }
            int number = quoted ? -1 : LETTERS.indexOf(c == 'y' ? 'u' : c);
            boolean special = !quoted && number < 0 && (Character.isLetter(c) || "[]{}#".indexOf(c) >= 0);
            // A number stands in one place; and a literal digit could be taken for one of the number before it.
            boolean again = number >= 0 && digits[number] > 0 && layout[length - 1] != number;
            if (special || again || Character.isDigit(c)) {
                return null;
            }
            if (number >= 0) {
                digits[number]++;
            }
            layout[length++] = number >= 0 ? number : ~c;
        }
        return Arrays.copyOf(layout, length);
    }

    /** Whether there is a whole date, a time of day from its hours on without a gap, or both. */
    private static boolean isComplete(int[] digits) {
        boolean date = digits[YEAR] == YEAR_DIGITS && digits[MONTH] == 2 && digits[DAY] == 2;
        boolean noDate = digits[YEAR] == 0 && digits[MONTH] == 0 && digits[DAY] == 0;
        boolean seconds =
                digits[SECOND] == 2 && digits[FRACTION] <= NANO_DIGITS || digits[SECOND] == 0 && digits[FRACTION] == 0;
        boolean time = digits[HOUR] == 2 && digits[MINUTE] == 2 && seconds;
        boolean noTime = digits[HOUR] == 0 && digits[MINUTE] == 0 && digits[SECOND] == 0 && digits[FRACTION] == 0;
        return date && (time || noTime) || noDate && time;
    }

    /** Reads a whole text; returns whether it is of this pattern. */
    boolean read(String text) {
        if (layout != null) {
            int place = firstMisfit(layout, text);
            if (place < 0) {
                return resolve();
            }
            if (!needsFormatter(layout, text, place)) {
                return false;
            }
        }
        return format(text);
    }

    /** Fills the numbers; returns the index of what does not fit the layout, or -1. */
    private int firstMisfit(int[] layout, String text) {
        Arrays.fill(numbers, 0);
        int length = Math.min(layout.length, text.length());
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            int wanted = layout[i];
            if (wanted < 0) {
                if (c != ~wanted) {
                    return i;
                }
            } else {
                int digit = c - '0';
                if (digit < 0 || digit > 9) {
                    return i;
                }
                numbers[wanted] = numbers[wanted] * 10 + digit;
            }
        }
        return layout.length == text.length() ? -1 : length;
    }

    /** To the formatter case does not matter, and a year with a sign may be longer. What else does not fit, fits nothing. */
    private static boolean needsFormatter(int[] layout, String text, int misfit) {
        if (misfit == text.length() || misfit == layout.length) {
            return false;
        }
        char c = text.charAt(misfit);
        return layout[misfit] < 0 ? isSameInAnyCase(c, (char) ~layout[misfit]) : c == '-' || c == '+';
    }

    private static boolean isSameInAnyCase(char one, char other) {
        return Character.toUpperCase(one) == Character.toUpperCase(other)
                || Character.toLowerCase(one) == Character.toLowerCase(other);
    }

    private boolean resolve() {
        completed = false;
        int hour = numbers[HOUR];
        int minute = numbers[MINUTE];
        int second = numbers[SECOND];
        if (hour > 23 || minute > 59 || second > 59) {
            return false;
        }
        if (hasDate) {
            int year = numbers[YEAR];
            int month = numbers[MONTH];
            int day = numbers[DAY];
            if (month < 1 || month > 12 || day < 1) {
                return false;
            }
            if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
                return false;
            }
            date = LocalDate.of(year, month, day);
        }
        if (hasTime) {
            int nanos = numbers[FRACTION];
            for (int i = fractionDigits; i < NANO_DIGITS; i++) {
                nanos *= 10;
            }
            time = LocalTime.of(hour, minute, second, nanos);
        }
        return true;
    }

    private boolean format(String text) {
        try {
            if (isAlternative && !looksLike(text)) {
                return false;
            }
            TemporalAccessor parts = formatter.parse(text);
            date = parts.query(TemporalQueries.localDate());
            completed = date == null && partial != Partial.REJECT && parts.isSupported(ChronoField.YEAR);
            if (completed) {
                date = completed(parts);
            }
            time = parts.query(TemporalQueries.localTime());
            // Fails where the pattern allows for an offset of which there is no zone.
            zone = wantsZone ? parts.query(TemporalQueries.zone()) : null;
            return true;
        } catch (DateTimeException notOfThisPattern) {
            return false;
        }
    }

    private LocalDate completed(TemporalAccessor parts) {
        boolean first = partial == Partial.FIRST;
        int year = parts.get(ChronoField.YEAR);
        if (!parts.isSupported(ChronoField.MONTH_OF_YEAR)) {
            return first ? LocalDate.of(year, 1, 1) : LocalDate.of(year, 12, 31);
        }
        YearMonth month = YearMonth.of(year, parts.get(ChronoField.MONTH_OF_YEAR));
        return first ? month.atDay(1) : month.atEndOfMonth();
    }

    /** Where patterns are alternatives, most of them do not fit: found out without an exception, unless an offset is out of range. */
    private boolean looksLike(String text) {
        ParsePosition position = new ParsePosition(0);
        return formatter.parseUnresolved(text, position) != null && position.getIndex() == text.length();
    }
}
