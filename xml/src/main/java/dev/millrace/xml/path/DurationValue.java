package dev.millrace.xml.path;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An xs:yearMonthDuration or xs:dayTimeDuration.
 *
 * @param kind which of the two types
 * @param months the length of a year-month duration, else 0
 * @param time the length of a day-time duration, else zero
 */
record DurationValue(Kind kind, int months, Duration time) {

    enum Kind {
        YEAR_MONTH,
        DAY_TIME
    }

    private static final Pattern YEAR_MONTH = Pattern.compile("(-)?P(?=\\d)(?:(\\d{1,9})Y)?(?:(\\d{1,9})M)?");
    private static final Pattern DAY_TIME = Pattern.compile(
            "(-)?P(?=[\\dT])(?:(\\d{1,12})D)?(?:T(?=\\d)(?:(\\d{1,12})H)?(?:(\\d{1,12})M)?(?:(\\d{1,12})(?:\\.(\\d+))?S)?)?");

    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

    static DurationValue yearMonth(int months) {
        return new DurationValue(Kind.YEAR_MONTH, months, Duration.ZERO);
    }

    static DurationValue dayTime(Duration time) {
        return new DurationValue(Kind.DAY_TIME, 0, time);
    }

    /** The value of a lexical form without surrounding white space; null if it is none or too large. */
    static @Nullable DurationValue parse(Kind kind, String text) {
        Matcher form = (kind == Kind.YEAR_MONTH ? YEAR_MONTH : DAY_TIME).matcher(text);
        if (!form.matches()) {
            return null;
        }
        boolean negative = form.group(1) != null;
        if (kind == Kind.YEAR_MONTH) {
            long months = number(form.group(2)) * 12 + number(form.group(3));
            return months > Integer.MAX_VALUE ? null : yearMonth((int) (negative ? -months : months));
        }
        Duration time = Duration.ofDays(number(form.group(2)))
                .plusHours(number(form.group(3)))
                .plusMinutes(number(form.group(4)))
                .plusSeconds(number(form.group(5)))
                .plusNanos(nanos(form.group(6)));
        return dayTime(negative ? time.negated() : time);
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static long nanos(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong((digits + "00000000").substring(0, 9));
    }

    /** Both must be of the same kind. */
    int compare(DurationValue other) {
        return kind == Kind.YEAR_MONTH ? Integer.compare(months, other.months) : time.compareTo(other.time);
    }

    DurationValue plus(DurationValue other) {
        return kind == Kind.YEAR_MONTH
                ? yearMonth(Math.addExact(months, other.months))
                : dayTime(time.plus(other.time));
    }

    DurationValue negated() {
        return kind == Kind.YEAR_MONTH ? yearMonth(Math.negateExact(months)) : dayTime(time.negated());
    }

    /** A part of the absolute length with the sign of this duration. */
    long signed(long part) {
        return time.isNegative() ? -part : part;
    }

    /** The length in months, or in seconds. */
    BigDecimal length() {
        return kind == Kind.YEAR_MONTH
                ? BigDecimal.valueOf(months)
                : BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), 9));
    }

    /** A duration of the same kind and another length; half months and nanoseconds are rounded towards positive infinity. */
    DurationValue withLength(BigDecimal length) {
        if (kind == Kind.YEAR_MONTH) {
            return yearMonth(roundHalfUp(length).intValueExact());
        }
        // F&O 3.1, §8.1.1 leaves the precision of seconds to the implementation; Saxon too cuts off at nanoseconds.
        BigDecimal nanos = length.multiply(NANOS_PER_SECOND).setScale(0, RoundingMode.DOWN);
        BigDecimal[] parts = nanos.divideAndRemainder(NANOS_PER_SECOND);
        return dayTime(Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact()));
    }

    private static BigDecimal roundHalfUp(BigDecimal number) {
        return number.setScale(0, number.signum() < 0 ? RoundingMode.HALF_DOWN : RoundingMode.HALF_UP);
    }

    @Override
    public String toString() {
        return kind == Kind.YEAR_MONTH ? yearMonthText() : dayTimeText();
    }

    private String yearMonthText() {
        int absolute = Math.abs(months);
        int years = absolute / 12;
        int rest = absolute % 12;
        return (months < 0 ? "-P" : "P") + (years > 0 ? years + "Y" : "") + (rest > 0 || years == 0 ? rest + "M" : "");
    }

    private String dayTimeText() {
        if (time.isZero()) {
            return "PT0S";
        }
        Duration absolute = time.abs();
        StringBuilder text = new StringBuilder(time.isNegative() ? "-P" : "P");
        if (absolute.toDaysPart() > 0) {
            text.append(absolute.toDaysPart()).append('D');
        }
        int hours = absolute.toHoursPart();
        int minutes = absolute.toMinutesPart();
        int seconds = absolute.toSecondsPart();
        int nanos = absolute.toNanosPart();
        if (hours + minutes + seconds + nanos > 0) {
            text.append('T');
        }
        if (hours > 0) {
            text.append(hours).append('H');
        }
        if (minutes > 0) {
            text.append(minutes).append('M');
        }
        if (seconds + nanos > 0) {
            text.append(seconds);
            appendFraction(text, nanos);
            text.append('S');
        }
        return text.toString();
    }

    /** Appends {@code .5} and the like; nothing for 0. */
    static void appendFraction(StringBuilder text, int nanos) {
        if (nanos == 0) {
            return;
        }
        String digits = Integer.toString(1_000_000_000 + nanos);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        text.append('.').append(digits, 1, end);
    }
}
