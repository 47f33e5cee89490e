package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.mapping.CellCounts.Policy;

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
        if (overflow != Overflow.TRUNCATE) {
            return Misfit.TOO_LONG;
        }
        note(Policy.OVERFLOW);
        return text.substring(0, text.offsetByCodePoints(0, length));
    }
}
