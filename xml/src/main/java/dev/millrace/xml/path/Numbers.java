package dev.millrace.xml.path;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** The four numeric types: forms, conversions, comparison and arithmetic (F&amp;O 3.1, §4). */
final class Numbers {

    /**
     * Digits that an xs:integer or xs:decimal may have, which F&amp;O 3.1, §4.2 leaves to the implementation. No double has
     * so many, no number that people write, and reading or multiplying more takes time by the square.
     */
    private static final int MOST_DIGITS = 10_000;

    /** The same in bits, rounded up. */
    private static final int MOST_BITS = MOST_DIGITS * 10 / 3;

    private Numbers() {}

    /** The xs:double of a text as fn:number gives it: NaN for what is no number. White space around it does not count. */
    static double toDouble(String text) {
        int length = text.length();
        // Nearly every number of a document is a short run of digits.
        if (length > 0 && length <= 15) {
            long value = 0;
            int i = 0;
            for (; i < length; i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    break;
                }
                value = value * 10 + digit;
            }
            if (i == length) {
                return value;
            }
        }
        String trimmed = Text.trim(text);
        return isDouble(trimmed) ? parseDouble(trimmed) : Double.NaN;
    }

    /** Whether the text has the form of an xs:double (XML Schema 1.1, which knows +INF). */
    static boolean isDouble(String text) {
        int at = 0;
        int length = text.length();
        if (at < length && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            at++;
        }
        int digits = 0;
        while (at < length && isDigit(text.charAt(at))) {
            at++;
            digits++;
        }
        if (at < length && text.charAt(at) == '.') {
            at++;
            while (at < length && isDigit(text.charAt(at))) {
                at++;
                digits++;
            }
        }
        if (digits == 0) {
            return text.equals("NaN") || text.equals("INF") || text.equals("-INF") || text.equals("+INF");
        }
        if (at < length && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < length && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            int exponent = at;
            while (at < length && isDigit(text.charAt(at))) {
                at++;
            }
            if (at == exponent) {
                return false;
            }
        }
        return at == length;
    }

    /** @param text of the form that {@link #isDouble} accepts */
    static double parseDouble(String text) {
        if (text.endsWith("INF")) {
            return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.parseDouble(text);
    }

    /** @param text of the form that {@link #isDouble} accepts */
    static float parseFloat(String text) {
        return text.endsWith("INF") ? (float) parseDouble(text) : Float.parseFloat(text);
    }

    /** The xs:integer of a text, or null if it is none. */
    static @Nullable Object parseInteger(String text) throws EvaluationException {
        int length = text.length();
        int start = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        if (start == length) {
            return null;
        }
        long value = 0;
        for (int i = start; i < length; i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                return null;
            }
            value = value * 10 + c - '0';
        }
        if (length - start <= 18) {
            return text.charAt(0) == '-' ? -value : value;
        }
        if (length - start > MOST_DIGITS) {
            throw Errors.of("FOCA0003");
        }
        return Atomic.integer(new BigInteger(text));
    }

    /** The xs:decimal of a text, or null if it is none. */
    static @Nullable BigDecimal parseDecimal(String text) throws EvaluationException {
        if (!isDouble(text) || text.endsWith("N") || text.endsWith("F")) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 'e' || text.charAt(i) == 'E') {
                return null;
            }
        }
        if (text.length() > MOST_DIGITS) {
            throw Errors.of("FOCA0006");
        }
        return new BigDecimal(text);
    }

    /** What calculating with a number costs, in steps. */
    static long weight(Object number) {
        if (number instanceof BigDecimal decimal) {
            return 4L + (decimal.unscaledValue().bitLength() >> 5);
        }
        return number instanceof BigInteger integer ? 4L + (integer.bitLength() >> 5) : 0;
    }

    /** A result of arithmetic, unless it has more digits than a number may have. */
    static BigDecimal checked(BigDecimal number) throws EvaluationException {
        if (Math.abs(number.scale()) > MOST_DIGITS || number.unscaledValue().bitLength() > MOST_BITS) {
            throw Errors.of("FOAR0002");
        }
        return number;
    }

    /** A result of arithmetic, unless it has more digits than a number may have. */
    static Object checked(BigInteger number) throws EvaluationException {
        if (number.bitLength() > MOST_BITS) {
            throw Errors.of("FOAR0002");
        }
        return Atomic.integer(number);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isInteger(Number number) {
        return number instanceof Long || number instanceof BigInteger;
    }

    static boolean isZero(Number number) {
        if (number instanceof Long integer) {
            return integer == 0;
        }
        return number instanceof BigDecimal decimal ? decimal.signum() == 0 : number.doubleValue() == 0;
    }

    static boolean isNaN(Number number) {
        return number instanceof Double d ? d.isNaN() : number instanceof Float f && f.isNaN();
    }

    static BigInteger toBigInteger(Number integer) {
        return integer instanceof BigInteger big ? big : BigInteger.valueOf(integer.longValue());
    }

    /** The number as xs:decimal. */
    static BigDecimal toDecimal(Number number) throws EvaluationException {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof Long integer) {
            return BigDecimal.valueOf(integer);
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        double value = number.doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw Errors.of("FOCA0002");
        }
        return new BigDecimal(value);
    }

    /** The number as xs:integer: what lies behind the decimal point is cut off. */
    static Object toInteger(Number number) throws EvaluationException {
        if (isInteger(number)) {
            return number;
        }
        double value = number.doubleValue();
        if (!(number instanceof BigDecimal) && Math.abs(value) < 1e18) {
            return (long) value;
        }
        return Atomic.integer(toDecimal(number).setScale(0, RoundingMode.DOWN).toBigInteger());
    }
}
