package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Scale;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A number as it is written: optional sign, digits, optional fraction, optional exponent (the lexical forms of xs:integer,
 * xs:decimal and xs:double). It is kept as the significant digits and the place of the point, so that neither
 * {@code 1E999999999} nor a million zeros costs more than reading it.
 */
final class Numeral {

    /** Beyond every number that a column holds, and far from overflowing a long. */
    private static final long HUGE_EXPONENT = 1_000_000_000_000L;

    private final boolean negative;
    /** Without zeros at either end; "" is zero. */
    private final String digits;
    /** The value is 0.digits × 10^point: the number of digits before the decimal point. */
    private final long point;

    private Numeral(boolean negative, String digits, long point) {
        this.negative = negative;
        this.digits = digits;
        this.point = point;
    }

    /** The number that a text is, or null if it is none. */
    static @Nullable Numeral parse(String text) {
        int length = text.length();
        int at = 0;
        boolean negative = false;
        if (length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+')) {
            negative = text.charAt(0) == '-';
            at = 1;
        }
        int start = at;
        int firstSignificant = -1;
        int afterLastSignificant = -1;
        int dot = -1;
        for (; at < length; at++) {
            char c = text.charAt(at);
            if (c == '.' && dot < 0) {
                dot = at;
            } else if (c < '0' || c > '9') {
                break;
            } else if (c != '0') {
                firstSignificant = firstSignificant < 0 ? at : firstSignificant;
                afterLastSignificant = at + 1;
            }
        }
        if (at - start - (dot < 0 ? 0 : 1) < 1) {
            return null;
        }
        long exponent = 0;
        int mantissaEnd = at;
        if (at < length) {
            char c = text.charAt(at);
            if (c != 'e' && c != 'E') {
                return null;
            }
            at++;
            boolean negativeExponent = at < length && text.charAt(at) == '-';
            if (at < length && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
                at++;
            }
            if (at == length) {
                return null;
            }
            for (; at < length; at++) {
                int digit = text.charAt(at) - '0';
                if (digit < 0 || digit > 9) {
                    return null;
                }
                exponent = Math.min(exponent * 10 + digit, HUGE_EXPONENT);
            }
            exponent = negativeExponent ? -exponent : exponent;
        }
        if (firstSignificant < 0) {
            return new Numeral(negative, "", 0);
        }
        int integerEnd = dot < 0 ? mantissaEnd : dot;
        // A first significant digit behind the point makes the number of integer digits zero or negative.
        long integerDigits = firstSignificant < integerEnd
                ? (long) integerEnd - firstSignificant
                : (long) integerEnd + 1 - firstSignificant;
        String significant;
        if (dot > firstSignificant && dot < afterLastSignificant) {
            significant = text.substring(firstSignificant, dot) + text.substring(dot + 1, afterLastSignificant);
        } else {
            significant = text.substring(firstSignificant, afterLastSignificant);
        }
        return new Numeral(negative, significant, integerDigits + exponent);
    }

    /** Whether so many fraction digits hold less than the number has. */
    boolean hasMoreDigitsThan(int scale) {
        return digits.length() > point + scale;
    }

    /**
     * The number with exactly {@code scale} fraction digits, or a {@link Misfit} if it has more than
     * {@code integerDigits} digits before the point, or more after it than the policy allows.
     */
    Object fit(int integerDigits, int scale, Scale policy) {
        if (digits.isEmpty()) {
            return BigDecimal.valueOf(0, scale);
        }
        if (point > integerDigits) {
            return Misfit.BEYOND_RANGE;
        }
        long kept = point + scale;
        BigInteger unscaled;
        if (digits.length() <= kept) {
            unscaled = new BigInteger(digits).multiply(BigInteger.TEN.pow((int) kept - digits.length()));
        } else if (policy == Scale.REJECT || policy == Scale.NULL) {
            return Misfit.TOO_PRECISE;
        } else if (kept < 0) {
            unscaled = BigInteger.ZERO;
        } else {
            int end = (int) kept;
            unscaled = end == 0 ? BigInteger.ZERO : new BigInteger(digits.substring(0, end));
            if (roundsUp(policy, end, unscaled)) {
                unscaled = unscaled.add(BigInteger.ONE);
            }
            if (unscaled.compareTo(BigInteger.TEN.pow(integerDigits + scale)) >= 0) {
                return Misfit.BEYOND_RANGE;
            }
        }
        return new BigDecimal(negative ? unscaled.negate() : unscaled, scale);
    }

    /** @param next the place of the first digit that is given up; there are no zeros at the end of the digits */
    private boolean roundsUp(Scale policy, int next, BigInteger kept) {
        char digit = digits.charAt(next);
        if (policy == Scale.DOWN) {
            return false;
        }
        boolean tie = digit == '5' && next + 1 == digits.length();
        return tie && policy == Scale.HALF_EVEN ? kept.testBit(0) : digit >= '5';
    }
}
