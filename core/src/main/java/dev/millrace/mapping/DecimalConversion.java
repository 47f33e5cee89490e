package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.mapping.CellCounts.Policy;
import java.math.BigDecimal;

/** decimal(p,s): the result has exactly s fraction digits; zeros at the end of the text do not count as digits. */
final class DecimalConversion extends Conversion {

    private static final int FAST_DIGITS = 18;

    private static final long[] POWERS_OF_TEN = powersOfTen();

    private final int precision;
    private final int scale;
    private final Scale policy;

    DecimalConversion(int precision, int scale, Scale policy) {
        this.precision = precision;
        this.scale = scale;
        this.policy = policy;
    }

    @Override
    public Object convert(String text) {
        int length = text.length();
        int at = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        if (length - at <= FAST_DIGITS) {
            long unscaled = 0;
            int dot = -1;
            int i = at;
            for (; i < length; i++) {
                char c = text.charAt(i);
                if (c >= '0' && c <= '9') {
                    unscaled = unscaled * 10 + (c - '0');
                } else if (c == '.' && dot < 0) {
                    dot = i;
                } else {
                    break;
                }
            }
            int digits = length - at - (dot < 0 ? 0 : 1);
            int missing = scale - (dot < 0 ? 0 : length - dot - 1);
            if (i == length && digits > 0 && digits + missing <= FAST_DIGITS) {
                return missing >= 0
                        ? of(text.charAt(0) == '-' ? -unscaled : unscaled, missing)
                        : rounded(text.charAt(0) == '-', unscaled, POWERS_OF_TEN[-missing]);
            }
        }
        Numeral numeral = Numeral.parse(text);
        if (numeral == null) {
            return Misfit.NOT_OF_TYPE;
        }
        if (numeral.hasMoreDigitsThan(scale)) {
            note(Policy.SCALE);
        }
        return numeral.fit(precision - scale, scale, policy);
    }

    @Override
    Object convertItem(Object item) {
        if (item instanceof Long value
                && scale <= FAST_DIGITS
                && Math.abs(value) < POWERS_OF_TEN[FAST_DIGITS - scale]
                && value != Long.MIN_VALUE) {
            return of(value, scale);
        }
        if (item instanceof BigDecimal value && value.scale() <= scale) {
            // As a long: what has too many digits before its point is not filled up with zeros first.
            long integerDigits = (long) value.precision() - value.scale();
            return value.signum() != 0 && integerDigits > precision - scale
                    ? Misfit.BEYOND_RANGE
                    : value.setScale(scale);
        }
        return super.convertItem(item);
    }

    /** @param missing zeros to be added for the scale; the result has at most 18 digits */
    private Object of(long unscaled, int missing) {
        long value = unscaled * POWERS_OF_TEN[missing];
        return precision <= FAST_DIGITS && Math.abs(value) >= POWERS_OF_TEN[precision]
                ? Misfit.BEYOND_RANGE
                : BigDecimal.valueOf(value, scale);
    }

    /** @param step the value of the column's last digit, in units of a number that has more */
    private Object rounded(boolean negative, long unscaled, long step) {
        long kept = unscaled / step;
        long rest = unscaled % step;
        if (precision <= FAST_DIGITS && kept >= POWERS_OF_TEN[precision]) {
            return Misfit.BEYOND_RANGE;
        }
        if (rest > 0) {
            if (policy == Scale.REJECT || policy == Scale.NULL) {
                return Misfit.TOO_PRECISE;
            }
            note(Policy.SCALE);
            boolean up = switch (policy) {
                case HALF_UP -> rest * 2 >= step;
                case HALF_EVEN -> rest * 2 + kept % 2 > step;
                case DOWN, REJECT, NULL -> false;
            };
            kept += up ? 1 : 0;
        }
        return of(negative ? -kept : kept, 0);
    }

    private static long[] powersOfTen() {
        long[] powers = new long[FAST_DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
