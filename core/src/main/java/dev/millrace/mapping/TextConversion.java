package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Overflow;

/** Texts of at most so many Unicode code points. */
final class TextConversion extends Conversion {

    private final int length;
    private final Overflow overflow;

    TextConversion(int length, Overflow overflow) {
        this.length = length;
        this.overflow = overflow;
    }

    @Override
    public Object convert(String text) {
        // A code point is one or two chars, so most texts are known to fit without counting.
        if (text.length() <= length || text.codePointCount(0, text.length()) <= length) {
            return text;
        }
        return overflow == Overflow.TRUNCATE ? text.substring(0, text.offsetByCodePoints(0, length)) : Misfit.TOO_LONG;
    }
}
