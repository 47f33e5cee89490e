package dev.millrace.summary;

import java.util.Set;

/**
 * How a text may be written. A text mostly has several forms: {@code 7} is a whole number, a decimal and a double; {@code 03/04/2026} is a
 * date in two ways. What all values of a path have in common decides its type.
 *
 * <p>Forms of dates may have a time of day behind them: see {@link ValueForms}.
 */
public enum ValueForm {
    /** Digits alone, also with zeros in front, or so many that they are rather a name than a number. */
    DIGITS,
    /** Digits without a leading zero, 18 at most, with a minus or none. A plus is not one: it begins telephone numbers. */
    INTEGER,
    /** As INTEGER, with a point and digits behind it, or none; 38 digits at most. */
    DECIMAL,
    /** As DECIMAL, in groups of three with commas, such as {@code 1,234.50}, or without. */
    GROUPED_BY_COMMA,
    /** With a comma for the point, and groups by points, such as {@code 1.234,50}, or without. */
    GROUPED_BY_POINT,
    /** A number with an exponent, or without; INF, -INF and NaN. */
    DOUBLE,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    UUID,
    /** A time of day, {@code 23:59} or {@code 23:59:59}, with or without a fraction. */
    TIME,
    /** {@code 2026-01-31}. */
    ISO_DATE,
    /** {@code 20260131}, of the years 1900 to 2099. */
    PLAIN_DATE("yyyyMMdd"),
    YMD_SLASHES("yyyy/M/d"),
    YMD_POINTS("yyyy.M.d"),
    DMY_POINTS("d.M.yyyy"),
    DMY_SLASHES("d/M/yyyy"),
    DMY_DASHES("d-M-yyyy"),
    MDY_SLASHES("M/d/yyyy"),
    MDY_DASHES("M-d-yyyy"),
    /** {@code 31 Jan 2026}. */
    DAY_MONTH_YEAR("d MMM yyyy"),
    /** {@code 31-Jan-2026}. */
    DAY_MONTH_YEAR_DASHES("d-MMM-yyyy"),
    /** {@code Jan 31, 2026}. */
    MONTH_DAY_YEAR("MMM d, yyyy"),
    /** {@code Sat, 31 Jan 2026}, as in mails and feeds. */
    WEEKDAY_DATE("EEE, d MMM yyyy");

    /** Texts that stand for "nothing" where other values have a type. */
    static final Set<String> NOTHINGS = Set.of(
            "-",
            "--",
            "---",
            "?",
            ".",
            "N/A",
            "n/a",
            "N.A.",
            "n.a.",
            "#N/A",
            "NA",
            "NULL",
            "null",
            "Null",
            "(null)",
            "NIL",
            "nil",
            "None",
            "none",
            "NONE",
            "unknown",
            "Unknown",
            "UNKNOWN",
            "undefined",
            "TBD",
            "tbd");

    private final String pattern;

    ValueForm() {
        this("");
    }

    ValueForm(String pattern) {
        this.pattern = pattern;
    }

    /** The contract's format for such dates; "" where the form is the standard one, or is none of a date. */
    public String pattern() {
        return pattern;
    }

    /** Whether it is a date, with or without a time of day. */
    public boolean isDate() {
        return compareTo(ISO_DATE) >= 0;
    }

    int bit() {
        return 1 << ordinal();
    }
}
