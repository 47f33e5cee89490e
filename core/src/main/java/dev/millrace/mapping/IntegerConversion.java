package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.mapping.CellCounts.Policy;
import java.math.BigDecimal;
import java.math.BigInteger;

/** smallint, integer and bigint. A number with a fraction of zeros or an exponent is an integer too: {@code 27.0}, {@code 2.7E1}. */
final class IntegerConversion extends Conversion {

    /** As many digits as surely fit a long. */
    private static final int FAST_DIGITS = 18;

    private static final int LONG_DIGITS = 19;

    /** 2^53: up to here a double's shortest decimal form is the integer itself. */
    private static final double EXACT_DOUBLE = 9_007_199_254_740_992d;

    private final Kind kind;
    private final long min;
    private final long max;
    private final Scale scale;

    IntegerConversion(Kind kind, Scale scale) {
        this.kind = kind;
        this.scale = scale;
        switch (kind) {
            case SMALLINT -> {
                min = Short.MIN_VALUE;
                max = Short.MAX_VALUE;
            }
            case INTEGER -> {
                min = Integer.MIN_VALUE;
                max = Integer.MAX_VALUE;
            }
            case BIGINT -> {
                min = Long.MIN_VALUE;
                max = Long.MAX_VALUE;
            }
            default -> throw new IllegalArgumentException(kind + " is no integer type");
        }
    }

    @Override
    public Object convert(String text) {
        int length = text.length();
        int at = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        if (length == at || length - at > FAST_DIGITS) {
            return convertSlowly(text);
        }
        long value = 0;
        for (int i = at; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return convertSlowly(text);
            }
            value = value * 10 + digit;
        }
        return of(text.charAt(0) == '-' ? -value : value);
    }

    @Override
    Object convertItem(Object item) {
        if (item instanceof Long value) {
            return of(value);
        }
        if (item instanceof Double value) {
            double number = value;
            if (number == Math.rint(number) && Math.abs(number) < EXACT_DOUBLE) {
                return of((long) number);
            }
        }
        return super.convertItem(item);
    }

    private Object convertSlowly(String text) {
        Numeral numeral = Numeral.parse(text);
        if (numeral == null) {
            return Misfit.NOT_OF_TYPE;
        }
        if (numeral.hasMoreDigitsThan(0)) {
            note(Policy.SCALE);
        }
        Object fitted = numeral.fit(LONG_DIGITS, 0, scale);
        if (!(fitted instanceof BigDecimal number)) {
            return fitted;
        }
        BigInteger integer = number.unscaledValue();
        return integer.bitLength() < Long.SIZE ? of(integer.longValue()) : Misfit.BEYOND_RANGE;
    }

    private Object of(long value) {
        if (value < min || value > max) {
            return Misfit.BEYOND_RANGE;
        }
        return switch (kind) {
            case SMALLINT -> (short) value;
            case INTEGER -> (int) value;
            default -> value;
        };
    }
}
