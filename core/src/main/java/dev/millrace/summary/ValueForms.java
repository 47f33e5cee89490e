package dev.millrace.summary;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * Finds out which {@link ValueForm}s a text has, and what else counts of it. One object is used for one text after the other; not
 * thread-safe.
 */
final class ValueForms {

    /** Nothing is known yet: every form is possible. */
    static final int ALL = (1 << ValueForm.values().length) - 1;

    // What may stand behind a date; a set of these says what was met.
    static final int NO_TIME = 1;
    static final int MINUTES = 2;
    static final int SECONDS = 4;
    static final int FRACTION = 8;
    static final int BEHIND_T = 16;
    static final int BEHIND_SPACE = 32;
    static final int WITH_ZONE = 64;
    static final int WITHOUT_ZONE = 128;
    /** An offset as {@code +0100}, without a colon, or the name GMT, as in mails. */
    static final int MAIL_ZONE = 256;

    private static final int MOST_DIGITS_OF_INTEGER = 18;
    private static final int MOST_DIGITS = 38;
    /** A double keeps as many of any number. */
    private static final int DIGITS_OF_DOUBLE = 15;

    private static final int MOST_HOURS_OF_ZONE = 14;
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private String text = "";
    private int at;

    /** Of a number without an exponent: digits before and behind the point, leading zeros not counted. */
    int wholeDigits;

    int fractionDigits;
    /** Of a date or a time of day: what of a time it has. */
    int time;

    /** @return the bits of the forms that the text has */
    int of(String trimmed) {
        text = trimmed;
        wholeDigits = 0;
        fractionDigits = 0;
        time = 0;
        int length = text.length();
        if (length == 0 || length > 48) {
            return 0;
        }
        char first = text.charAt(0);
        if (isDigit(first) || first == '-' || first == '.') {
            int forms = number() | date();
            return length == 36 ? forms | uuid() : forms;
        }
        if (length == 36) {
            return uuid();
        }
        return switch (first) {
            case 't', 'f' -> text.equals("true") || text.equals("false") ? ValueForm.BOOLEAN.bit() : 0;
            case 'I', '+' -> text.equals("INF") ? ValueForm.DOUBLE.bit() : 0;
            case 'N' -> text.equals("NaN") ? ValueForm.DOUBLE.bit() : wordDate();
            default -> first < 0x80 && length > 9 ? wordDate() : 0;
        };
    }

    // Numbers

    private int number() {
        int length = text.length();
        int from = text.charAt(0) == '-' ? 1 : 0;
        int points = 0;
        int commas = 0;
        int lastSeparator = -1;
        int firstSeparator = -1;
        boolean grouped = true;
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (c == '.' || c == ',') {
                if (firstSeparator < 0) {
                    firstSeparator = i;
                    grouped = i - from >= 1 && i - from <= 3;
                } else {
                    grouped &= i - lastSeparator == 4;
                }
                points += c == '.' ? 1 : 0;
                commas += c == ',' ? 1 : 0;
                lastSeparator = i;
            } else if (!isDigit(c)) {
                return c == 'e' || c == 'E' || c == 'I' ? withExponent(from) : 0;
            }
        }
        int digits = length - from - points - commas;
        if (digits == 0 || lastSeparator == length - 1) {
            return 0;
        }
        boolean oneKind = points == 0 || commas == 0;
        boolean lastIsGroup = grouped && length - lastSeparator == 4;
        if (points + commas == 0) {
            return plain(from, length, length);
        }
        if (oneKind && points + commas == 1) {
            boolean isPoint = points == 1;
            int asFraction = plain(from, lastSeparator, length);
            // 1,234 is a number in two ways, and so is 1.234 where points may group.
            int asGroup = lastIsGroup && text.charAt(from) != '0' ? ValueForm.GROUPED_BY_COMMA.bit() : 0;
            if (isPoint) {
                int decimal = asFraction & ~ValueForm.GROUPED_BY_POINT.bit();
                return decimal | (asGroup != 0 ? ValueForm.GROUPED_BY_POINT.bit() : 0);
            }
            int forms = (asFraction & ValueForm.DECIMAL.bit()) != 0 ? ValueForm.GROUPED_BY_POINT.bit() : 0;
            if (asGroup != 0) {
                wholeDigits = Math.max(wholeDigits, digits);
                forms |= asGroup;
            }
            return forms;
        }
        if (text.charAt(from) == '0' || digits > MOST_DIGITS) {
            return 0;
        }
        if (oneKind) {
            wholeDigits = digits;
            return !grouped || !lastIsGroup
                    ? 0
                    : (points == 0 ? ValueForm.GROUPED_BY_COMMA : ValueForm.GROUPED_BY_POINT).bit();
        }
        return bothSeparators(from, length, lastSeparator, points, commas);
    }

    /** Such as {@code 1,234,567.89}: the last separator stands alone, and groups lead up to it. */
    private int bothSeparators(int from, int length, int last, int points, int commas) {
        boolean pointLast = text.charAt(last) == '.';
        if ((pointLast ? points : commas) != 1) {
            return 0;
        }
        int group = 0;
        for (int i = last - 1; i >= from; i--) {
            if (isDigit(text.charAt(i))) {
                group++;
            } else if (group != 3) {
                return 0;
            } else {
                group = 0;
            }
        }
        if (group == 0 || group > 3) {
            return 0;
        }
        fractionDigits = length - last - 1;
        wholeDigits = length - from - points - commas - fractionDigits;
        return (pointLast ? ValueForm.GROUPED_BY_COMMA : ValueForm.GROUPED_BY_POINT).bit();
    }

    /**
     * Digits, with a point or none.
     *
     * @param point where it is; {@code length} for none
     */
    private int plain(int from, int point, int length) {
        int whole = point - from;
        int fraction = Math.max(0, length - point - 1);
        int digitsAlone = from == 0 && point == length ? ValueForm.DIGITS.bit() : 0;
        if (whole > 1 && text.charAt(from) == '0') {
            return digitsAlone;
        }
        boolean zero = whole == 0 || text.charAt(from) == '0';
        if (whole + fraction > MOST_DIGITS || fraction == 0 && whole > MOST_DIGITS_OF_INTEGER) {
            return digitsAlone;
        }
        wholeDigits = zero ? 0 : whole;
        fractionDigits = fraction;
        int asDouble = wholeDigits + fraction > DIGITS_OF_DOUBLE ? 0 : ValueForm.DOUBLE.bit();
        int forms = ValueForm.DECIMAL.bit() | ValueForm.GROUPED_BY_COMMA.bit() | asDouble;
        if (point == length) {
            return forms | digitsAlone | ValueForm.INTEGER.bit() | ValueForm.GROUPED_BY_POINT.bit();
        }
        return forms;
    }

    private int withExponent(int from) {
        if (text.equals("-INF")) {
            return ValueForm.DOUBLE.bit();
        }
        int i = from;
        int digits = 0;
        int length = text.length();
        while (i < length && (isDigit(text.charAt(i)) || text.charAt(i) == '.')) {
            digits += text.charAt(i) == '.' ? 0 : 1;
            i++;
        }
        if (digits == 0
                || digits > DIGITS_OF_DOUBLE
                || text.indexOf('.') != text.lastIndexOf('.')
                || i == length
                || (text.charAt(i) | 32) != 'e') {
            return 0;
        }
        i++;
        if (i < length && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
            i++;
        }
        int exponent = length - i;
        while (i < length && isDigit(text.charAt(i))) {
            i++;
        }
        // 1e400 is a number, and none that a double holds.
        return i == length && exponent > 0 && exponent < 4 && Double.isFinite(Double.parseDouble(text))
                ? ValueForm.DOUBLE.bit()
                : 0;
    }

    // Dates and times

    private int date() {
        at = 0;
        int first = digits(8);
        int length = at;
        if (length == 8 && at == text.length()) {
            int year = first / 10_000;
            return year >= 1900 && year < 2100 && isDate(year, first / 100 % 100, first % 100) && noTime()
                    ? ValueForm.PLAIN_DATE.bit()
                    : 0;
        }
        char separator = at < text.length() ? text.charAt(at) : 0;
        if (length == 0 || length > 4 || length == 3) {
            return 0;
        }
        if (separator == ':' && length == 2) {
            at = 0;
            return timeOfDay() && at == text.length() ? ValueForm.TIME.bit() : 0;
        }
        if (separator == ' ' && length <= 2) {
            return wordDate();
        }
        if (separator != '-' && separator != '/' && separator != '.') {
            return 0;
        }
        at++;
        if (separator == '-' && length <= 2 && at < text.length() && !isDigit(text.charAt(at))) {
            return wordDate();
        }
        int start = at;
        int second = digits(2);
        int secondLength = at - start;
        if (secondLength == 0 || at >= text.length() || text.charAt(at) != separator) {
            return 0;
        }
        at++;
        start = at;
        int third = digits(4);
        int thirdLength = at - start;
        if (length == 4) {
            boolean iso = separator == '-' && secondLength == 2 && thirdLength == 2;
            if (!iso && separator == '-' || thirdLength == 0 || thirdLength > 2 || !isDate(first, second, third)) {
                return 0;
            }
            return !behindDate()
                    ? 0
                    : iso
                            ? ValueForm.ISO_DATE.bit()
                            : (separator == '/' ? ValueForm.YMD_SLASHES : ValueForm.YMD_POINTS).bit();
        }
        if (thirdLength != 4 || !behindDate()) {
            return 0;
        }
        int forms = 0;
        if (isDate(third, second, first)) {
            forms |= (separator == '/'
                            ? ValueForm.DMY_SLASHES
                            : separator == '.' ? ValueForm.DMY_POINTS : ValueForm.DMY_DASHES)
                    .bit();
        }
        if (separator != '.' && isDate(third, first, second)) {
            forms |= (separator == '/' ? ValueForm.MDY_SLASHES : ValueForm.MDY_DASHES).bit();
        }
        return forms;
    }

    /** Dates with the name of a month. */
    private int wordDate() {
        at = 0;
        int weekday = 0;
        if (!isDigit(text.charAt(0))) {
            String word = word();
            int month = MONTHS.indexOf(word) + 1;
            if (month > 0 && next(' ')) {
                return isWordDate(shortNumber(), month, ", ", 0) ? ValueForm.MONTH_DAY_YEAR.bit() : 0;
            }
            weekday = DAYS.indexOf(word) + 1;
            if (weekday == 0 || !next(',') || !next(' ')) {
                return 0;
            }
        }
        int day = shortNumber();
        boolean dashes = weekday == 0 && at < text.length() && text.charAt(at) == '-';
        if (!next(dashes ? '-' : ' ')) {
            return 0;
        }
        int month = MONTHS.indexOf(word()) + 1;
        if (!isWordDate(day, month, dashes ? "-" : " ", weekday)) {
            return 0;
        }
        return (weekday > 0
                        ? ValueForm.WEEKDAY_DATE
                        : dashes ? ValueForm.DAY_MONTH_YEAR_DASHES : ValueForm.DAY_MONTH_YEAR)
                .bit();
    }

    /** Whether a year follows with which it is a date, on this day of the week unless that is 0, and nothing wrong behind it. */
    private boolean isWordDate(int day, int month, String before, int weekday) {
        if (!text.startsWith(before, at)) {
            return false;
        }
        at += before.length();
        int start = at;
        int year = digits(4);
        return at - start == 4
                && isDate(year, month, day)
                && (weekday == 0
                        || LocalDate.of(year, month, day).getDayOfWeek().getValue() == weekday)
                && behindDate();
    }

    private boolean noTime() {
        time = NO_TIME;
        return true;
    }

    /** What is behind a date: nothing, or a time of day, with a zone or without. */
    private boolean behindDate() {
        if (at == text.length()) {
            return noTime();
        }
        char separator = text.charAt(at);
        if (separator != 'T' && separator != ' ') {
            return false;
        }
        at++;
        if (!timeOfDay()) {
            return false;
        }
        time |= separator == 'T' ? BEHIND_T : BEHIND_SPACE;
        if (at == text.length()) {
            time |= WITHOUT_ZONE;
            return true;
        }
        return zone() && at == text.length();
    }

    private boolean timeOfDay() {
        int start = at;
        int hour = digits(2);
        if (at - start != 2 || hour > 23 || !next(':')) {
            return false;
        }
        start = at;
        int minute = digits(2);
        if (at - start != 2 || minute > 59) {
            return false;
        }
        if (at == text.length() || text.charAt(at) != ':') {
            time = MINUTES;
            return true;
        }
        at++;
        start = at;
        int second = digits(2);
        if (at - start != 2 || second > 59) {
            return false;
        }
        time = SECONDS;
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            start = at;
            digits(9);
            fractionDigits = at - start;
            time = FRACTION;
            return at > start;
        }
        return true;
    }

    private boolean zone() {
        if (text.charAt(at) == 'Z') {
            at++;
            time |= WITH_ZONE;
            return true;
        }
        boolean spaced = text.charAt(at) == ' ';
        at += spaced ? 1 : 0;
        if (spaced && text.startsWith("GMT", at)) {
            at += 3;
            time |= MAIL_ZONE;
            return true;
        }
        if (at >= text.length() || text.charAt(at) != '+' && text.charAt(at) != '-') {
            return false;
        }
        at++;
        int start = at;
        int offset = digits(4);
        if (at - start == 4) {
            time |= MAIL_ZONE;
            return spaced && isOffset(offset / 100, offset % 100);
        }
        if (at - start != 2 || spaced || !next(':')) {
            return false;
        }
        start = at;
        int minutes = digits(2);
        time |= WITH_ZONE;
        return at - start == 2 && isOffset(offset, minutes);
    }

    private static boolean isOffset(int hours, int minutes) {
        return minutes < 60 && hours * 60 + minutes <= MOST_HOURS_OF_ZONE * 60;
    }

    private int uuid() {
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !isDigit(c) && !((c | 32) >= 'a' && (c | 32) <= 'f')) {
                return 0;
            }
        }
        return ValueForm.UUID.bit();
    }

    private static boolean isDate(int year, int month, int day) {
        if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1) {
            return false;
        }
        if (day <= 28) {
            return true;
        }
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return switch (month) {
            case 2 -> day == 29 && leap;
            case 4, 6, 9, 11 -> day <= 30;
            default -> true;
        };
    }

    private boolean next(char expected) {
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }

    private int digits(int most) {
        int value = 0;
        for (int end = Math.min(text.length(), at + most); at < end && isDigit(text.charAt(at)); at++) {
            value = value * 10 + text.charAt(at) - '0';
        }
        return value;
    }

    private int shortNumber() {
        int start = at;
        int number = digits(2);
        return at > start ? number : -1;
    }

    /** Three letters, in lower case. */
    private String word() {
        int start = at;
        while (at < text.length() && at - start < 3 && (text.charAt(at) | 32) >= 'a' && (text.charAt(at) | 32) <= 'z') {
            at++;
        }
        return text.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
