package dev.millrace.mapping;

import dev.millrace.contract.SqlType.Kind;

/** real and double, as XML Schema writes xs:float and xs:double: with INF, -INF and NaN. */
final class FloatingConversion extends Conversion {

    private final boolean single;

    FloatingConversion(Kind kind) {
        this.single = kind == Kind.REAL;
    }

    @Override
    public Object convert(String text) {
        switch (text) {
            case "INF", "+INF" -> {
                return of(Double.POSITIVE_INFINITY);
            }
            case "-INF" -> {
                return of(Double.NEGATIVE_INFINITY);
            }
            case "NaN" -> {
                return of(Double.NaN);
            }
            default -> {}
        }
        // The JDK also takes 1d, 0x1p3 and Infinity, which XML does not.
        if (Numeral.parse(text) == null) {
            return Misfit.NOT_OF_TYPE;
        }
        // Not by way of double, which would round twice.
        double value = single ? Float.parseFloat(text) : Double.parseDouble(text);
        return Double.isInfinite(value) ? Misfit.BEYOND_RANGE : of(value);
    }

    @Override
    Object convertItem(Object item) {
        if (item instanceof Double number && !single) {
            return of(number);
        }
        return item instanceof Float number && single ? of(number) : super.convertItem(item);
    }

    /** Zero has no sign in SQL: some databases keep it, others do not. */
    private Object of(double value) {
        double unsigned = value + 0.0;
        if (single) {
            return (float) unsigned;
        }
        return unsigned;
    }
}
