package dev.millrace.xml.path;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * An xs:date, xs:time or xs:dateTime, with or without a timezone. Where XPath asks for an implicit timezone it is UTC on
 * every machine, so that the same document gives the same rows everywhere.
 *
 * @param kind which of the three types
 * @param local date and time of day as written; midnight for a date, {@link #TIME_ORIGIN} for a time
 * @param offset the timezone, null for none
 */
record DateTimeValue(
        Kind kind, LocalDateTime local, @Nullable ZoneOffset offset) {

    enum Kind {
        DATE,
        TIME,
        DATE_TIME
    }

    /** The day on which F&amp;O 3.1 §9.4.12 puts times to compare them. */
    static final LocalDate TIME_ORIGIN = LocalDate.of(1972, 12, 31);

    private static final int MAX_OFFSET_MINUTES = 14 * 60;

    static DateTimeValue date(LocalDate date, @Nullable ZoneOffset offset) {
        return new DateTimeValue(Kind.DATE, date.atStartOfDay(), offset);
    }

    static DateTimeValue time(LocalTime time, @Nullable ZoneOffset offset) {
        return new DateTimeValue(Kind.TIME, time.atDate(TIME_ORIGIN), offset);
    }

    static DateTimeValue dateTime(LocalDateTime dateTime, @Nullable ZoneOffset offset) {
        return new DateTimeValue(Kind.DATE_TIME, dateTime, offset);
    }

    /** The value of a lexical form of XML Schema 1.1 without surrounding white space; null if it is none. */
    static @Nullable DateTimeValue parse(Kind kind, String text) {
        return new Parser(text).parse(kind);
    }

    /** The value as another of the three types (F&amp;O 3.1, §19.1.5); null where there is no such cast. */
    @Nullable
    DateTimeValue as(Kind wanted) {
        if (wanted == kind) {
            return this;
        }
        return switch (wanted) {
            case DATE -> kind == Kind.DATE_TIME ? date(local.toLocalDate(), offset) : null;
            case TIME -> kind == Kind.DATE_TIME ? time(local.toLocalTime(), offset) : null;
            case DATE_TIME -> kind == Kind.DATE ? dateTime(local, offset) : null;
        };
    }

    /** Order on the time line; both must be of the same kind. */
    int compare(DateTimeValue other) {
        return inUtc().compareTo(other.inUtc());
    }

    /** The time from another moment of the same kind to this one. */
    DurationValue minus(DateTimeValue earlier) {
        return DurationValue.dayTime(Duration.between(earlier.inUtc(), inUtc()));
    }

    /** This moment moved by a duration (F&amp;O 3.1, §9.7); null where a time is moved by months. */
    @Nullable
    DateTimeValue plus(DurationValue duration) {
        if (duration.kind() == DurationValue.Kind.YEAR_MONTH) {
            return kind == Kind.TIME ? null : new DateTimeValue(kind, local.plusMonths(duration.months()), offset);
        }
        LocalDateTime moved = local.plus(duration.time());
        return switch (kind) {
            case DATE -> date(moved.toLocalDate(), offset);
            case TIME -> time(moved.toLocalTime(), offset);
            case DATE_TIME -> dateTime(moved, offset);
        };
    }

    LocalDateTime inUtc() {
        return offset == null ? local : local.minusSeconds(offset.getTotalSeconds());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(32);
        if (kind != Kind.TIME) {
            appendDate(text);
        }
        if (kind == Kind.DATE_TIME) {
            text.append('T');
        }
        if (kind != Kind.DATE) {
            appendTime(text);
        }
        if (offset != null) {
            appendOffset(text, offset);
        }
        return text.toString();
    }

    private void appendDate(StringBuilder text) {
        int year = local.getYear();
        if (year < 0) {
            text.append('-');
        }
        String digits = Integer.toString(Math.abs(year));
        text.append("0".repeat(Math.max(0, 4 - digits.length()))).append(digits).append('-');
        appendTwo(text, local.getMonthValue());
        text.append('-');
        appendTwo(text, local.getDayOfMonth());
    }

    private void appendTime(StringBuilder text) {
        appendTwo(text, local.getHour());
        text.append(':');
        appendTwo(text, local.getMinute());
        text.append(':');
        appendTwo(text, local.getSecond());
        DurationValue.appendFraction(text, local.getNano());
    }

    private static void appendOffset(StringBuilder text, ZoneOffset offset) {
        int minutes = offset.getTotalSeconds() / 60;
        if (minutes == 0) {
            text.append('Z');
            return;
        }
        text.append(minutes < 0 ? '-' : '+');
        appendTwo(text, Math.abs(minutes) / 60);
        text.append(':');
        appendTwo(text, Math.abs(minutes) % 60);
    }

    private static void appendTwo(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** Reads the lexical forms by hand: java.time's formatters accept more and cost an exception for every miss. */
    private static final class Parser {

        private static final int FAILED = -1;

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        @Nullable
        DateTimeValue parse(Kind kind) {
            LocalDate date = TIME_ORIGIN;
            if (kind != Kind.TIME) {
                LocalDate read = date();
                if (read == null || kind == Kind.DATE_TIME && !skip('T')) {
                    return null;
                }
                date = read;
            }
            LocalDateTime local = kind == Kind.DATE ? date.atStartOfDay() : time(date);
            if (local == null) {
                return null;
            }
            if (kind == Kind.TIME) {
                local = local.toLocalTime().atDate(TIME_ORIGIN);
            }
            if (at == text.length()) {
                return new DateTimeValue(kind, local, null);
            }
            ZoneOffset offset = offset();
            return offset == null || at != text.length() ? null : new DateTimeValue(kind, local, offset);
        }

        private @Nullable LocalDate date() {
            boolean negative = skip('-');
            int start = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            int length = at - start;
            if (length < 4 || length > 9 || length > 4 && text.charAt(start) == '0') {
                return null;
            }
            int year = Integer.parseInt(text.substring(start, at));
            int month = skip('-') ? two() : FAILED;
            int day = month != FAILED && skip('-') ? two() : FAILED;
            if (day == FAILED) {
                return null;
            }
            try {
                return LocalDate.of(negative ? -year : year, month, day);
            } catch (DateTimeException noSuchDay) {
                return null;
            }
        }

        private @Nullable LocalDateTime time(LocalDate date) {
            int hour = two();
            int minute = hour != FAILED && skip(':') ? two() : FAILED;
            int second = minute != FAILED && skip(':') ? two() : FAILED;
            if (second == FAILED) {
                return null;
            }
            int nanos = 0;
            if (skip('.')) {
                nanos = fraction();
                if (nanos == FAILED) {
                    return null;
                }
            }
            if (hour == 24) {
                return minute == 0 && second == 0 && nanos == 0
                        ? date.plusDays(1).atStartOfDay()
                        : null;
            }
            return hour > 23 || minute > 59 || second > 59 ? null : date.atTime(hour, minute, second, nanos);
        }

        /** Digits beyond nanoseconds are dropped, as Saxon does. */
        private int fraction() {
            int start = at;
            int nanos = 0;
            int unit = 100_000_000;
            while (at < text.length() && isDigit(text.charAt(at))) {
                nanos += (text.charAt(at++) - '0') * unit;
                unit /= 10;
            }
            return at == start ? FAILED : nanos;
        }

        private @Nullable ZoneOffset offset() {
            if (skip('Z')) {
                return ZoneOffset.UTC;
            }
            boolean negative = skip('-');
            if (!negative && !skip('+')) {
                return null;
            }
            int hours = two();
            int minutes = hours != FAILED && skip(':') ? two() : FAILED;
            if (minutes == FAILED || minutes > 59 || hours * 60 + minutes > MAX_OFFSET_MINUTES) {
                return null;
            }
            int total = (hours * 60 + minutes) * 60;
            return ZoneOffset.ofTotalSeconds(negative ? -total : total);
        }

        private int two() {
            if (at + 2 > text.length() || !isDigit(text.charAt(at)) || !isDigit(text.charAt(at + 1))) {
                return FAILED;
            }
            at += 2;
            return (text.charAt(at - 2) - '0') * 10 + text.charAt(at - 1) - '0';
        }

        private boolean skip(char wanted) {
            if (at < text.length() && text.charAt(at) == wanted) {
                at++;
                return true;
            }
            return false;
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }
    }
}
