package dev.millrace.reference;

/**
 * What the original makes of a text before it is a number or a moment, as XPath. What it cannot read as a number becomes an empty
 * text; a number that is beyond its type stays, so that the document is rejected as it is by the original's database.
 */
final class Casts {

    /** White space as Python knows it. */
    private static final String SPACE = "[\\s\\p{Z}]";

    private static final String SIGN = "([+]|-)?";
    private static final String EXPONENT = "([eE]([+]|-)?[0-9]+)?";

    /** Beyond as many digits the original sees no integer. */
    private static final String DIGITS = "0*([0-9]{1,28}([.][0-9]*)?|[.][0-9]+)";

    private Casts() {}

    static String decimal(String text) {
        return number(text, "([0-9]+([.][0-9]*)?|[.][0-9]+)");
    }

    /** What is to be rounded to an integer: commas do not count. */
    static String integer(String text) {
        return number("replace(" + text + ", ',', '')", DIGITS);
    }

    private static String number(String text, String digits) {
        return "replace(" + text + ", '^" + SPACE + "*(" + SIGN + digits + EXPONENT + ")" + SPACE
                + "*$|^.+$', '$1', 's')";
    }

    /** The first digits of a text, with a fraction right after them: the sign is lost. */
    static String firstDigits(String text) {
        return "replace(normalize-space(" + text + "), '^[^0-9]*0*([0-9]{1,28}([.][0-9]+)?)([^0-9].*)?$|^.+$', '$1')";
    }

    /** All digits of a text. */
    static String digits(String text) {
        return "replace(" + text + ", '[^0-9]', '')";
    }

    /** All digits of a text, for an integer. */
    static String wholeDigits(String text) {
        return "replace(" + digits(text) + ", '^0*[1-9][0-9]{28,}$', '')";
    }

    /** Half away from zero. */
    static String rounded(String number, int digits) {
        String factor = digits == 0 ? "" : " * 1" + "0".repeat(digits);
        String divisor = digits == 0 ? "" : " div 1" + "0".repeat(digits);
        return "(if (" + number + " < 0) then -1 else 1) * floor(abs(" + number + ")" + factor + " + 0.5)" + divisor;
    }

    /** A number for a column whose type here holds more than that of the original: what is beyond is no number any more. */
    static String tinyint(String number) {
        return "(" + number
                + ") ! (if (number() >= 255.5 or number() <= -0.5) then concat(., ' is beyond tinyint') else .)";
    }

    /** The nodes that are not blank. */
    static String notBlank(String nodes) {
        return nodes + "[matches(., '[^\\s\\p{Z}]')]";
    }

    /** A truth value: one for each text that is not blank. */
    static String truth(String text, String one) {
        return "(if (normalize-space(" + text + ")) then " + one + " else '')";
    }

    /**
     * A text for a date column: what follows a date with time is dropped, seconds over 59 are 59, fractions have six digits at
     * most, and a zone does not count.
     */
    static String moment(String text, boolean dateOnly) {
        String fraction = dateOnly ? ")([.][0-9]+)?" : "([.][0-9]{1,6})?)[0-9]*";
        return "replace(replace(replace(normalize-space(" + text
                + "), '^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{1,2}:[0-9]{2}([.][0-9]{1,6})?).*$', '$1'),"
                + " '^([0-9]{4}[^ /]+ [^:]+:[^:]+:)[6-9][0-9]', '$159'), '^([^T ]+T[0-9:]+" + fraction
                + "(Z|([+]|-)[0-9:]+)?$', '$1')";
    }
}
