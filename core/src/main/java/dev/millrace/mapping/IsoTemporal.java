package dev.millrace.mapping;

import java.time.YearMonth;

/**
 * Reads dates and times as XML Schema and ISO 8601 write them, without the costs of a general formatter:
 * {@code 2024-02-29}, {@code 2024-02-29T10:15}, {@code 10:15:30.5+01:00} and so on. The parts of the last text are in the
 * fields. Not thread-safe.
 */
final class IsoTemporal {

    private static final int MAX_ZONE_MINUTES = 14 * 60;
    private static final int FRACTION_DIGITS = 9;
    private static final int LAST_YEAR = 9999;

    boolean hasTime;
    boolean hasZone;
    /** Whether the year is not within 0001 to 9999; the date's parts mean nothing then. */
    boolean yearBeyondRange;

    int year;
    int month;
    int day;
    /** 0 to 24; 24 only as 24:00:00, the end of the day. */
    int hour;

    int minute;
    int second;
    int nanos;
    /** The digit behind the nanoseconds. */
    int tenthDigit;
    /** Whether any digit behind that is not zero. */
    boolean moreDigits;

    int zoneMinutes;

    private String text = "";
    private int at;

    /** Reads {@code date [T|space time] [zone]}, whole; returns whether it is one. */
    boolean readDate(String whole) {
        start(whole);
        if (!date()) {
            return false;
        }
        if (at < text.length() && (text.charAt(at) == 'T' || text.charAt(at) == ' ')) {
            at++;
            if (!time()) {
                return false;
            }
        }
        return zone() && at == text.length();
    }

    /** Reads {@code time [zone]}, whole; returns whether it is one. */
    boolean readTime(String whole) {
        start(whole);
        return time() && zone() && at == text.length();
    }

    private void start(String whole) {
        text = whole;
        at = 0;
        hasTime = false;
        hasZone = false;
        yearBeyondRange = false;
        hour = 0;
        minute = 0;
        second = 0;
        nanos = 0;
        tenthDigit = 0;
        moreDigits = false;
        zoneMinutes = 0;
    }

    private boolean date() {
        int length = text.length();
        boolean negative = length > 0 && text.charAt(0) == '-';
        if (negative) {
            at = 1;
        }
        int firstDigit = at;
        year = 0;
        for (; at < length && isDigit(text.charAt(at)); at++) {
            // Stops counting once it is too large, however many digits follow.
            year = year > LAST_YEAR ? year : year * 10 + text.charAt(at) - '0';
        }
        int digits = at - firstDigit;
        if (digits < 4 || digits > 4 && text.charAt(firstDigit) == '0') {
            return false;
        }
        if (!literal('-')) {
            return false;
        }
        month = twoDigits();
        if (!literal('-')) {
            return false;
        }
        day = twoDigits();
        yearBeyondRange = negative || year == 0 || year > LAST_YEAR;
        if (month < 1 || month > 12 || day < 1) {
            return false;
        }
        return day <= 28
                || day <= (yearBeyondRange ? 31 : YearMonth.of(year, month).lengthOfMonth());
    }

    private boolean time() {
        hasTime = true;
        hour = twoDigits();
        if (!literal(':')) {
            return false;
        }
        minute = twoDigits();
        if (at < text.length() && text.charAt(at) == ':') {
            at++;
            second = twoDigits();
            if (second >= 0 && at < text.length() && text.charAt(at) == '.' && !fraction()) {
                return false;
            }
        }
        if (hour < 0 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return false;
        }
        boolean wholeHour = minute == 0 && second == 0 && nanos == 0 && tenthDigit == 0 && !moreDigits;
        return hour < 24 || hour == 24 && wholeHour;
    }

    private boolean fraction() {
        at++;
        int digits = 0;
        for (; at < text.length() && isDigit(text.charAt(at)); at++) {
            int digit = text.charAt(at) - '0';
            if (digits < FRACTION_DIGITS) {
                nanos = nanos * 10 + digit;
            } else if (digits == FRACTION_DIGITS) {
                tenthDigit = digit;
            } else {
                moreDigits |= digit != 0;
            }
            digits++;
        }
        for (int i = digits; i < FRACTION_DIGITS; i++) {
            nanos *= 10;
        }
        return digits > 0;
    }

    /** Z, +01:00, +0100, +01, or nothing. */
    private boolean zone() {
        if (at == text.length()) {
            return true;
        }
        hasZone = true;
        char sign = text.charAt(at++);
        if (sign == 'Z') {
            return true;
        }
        if (sign != '+' && sign != '-') {
            return false;
        }
        int hours = twoDigits();
        int minutes = 0;
        if (at < text.length()) {
            if (text.charAt(at) == ':') {
                at++;
            }
            minutes = twoDigits();
        }
        if (hours < 0 || minutes < 0 || minutes > 59) {
            return false;
        }
        zoneMinutes = hours * 60 + minutes;
        if (zoneMinutes > MAX_ZONE_MINUTES) {
            return false;
        }
        zoneMinutes = sign == '-' ? -zoneMinutes : zoneMinutes;
        return true;
    }

    private boolean literal(char c) {
        return at < text.length() && text.charAt(at++) == c;
    }

    /** The number of the next two digits, or -1 if there are none. */
    private int twoDigits() {
        if (at + 2 > text.length() || !isDigit(text.charAt(at)) || !isDigit(text.charAt(at + 1))) {
            return -1;
        }
        int number = (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
        at += 2;
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
