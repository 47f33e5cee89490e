package dev.millrace.mapping;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Text;
import dev.millrace.contract.ColumnLimits.Unit;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.mapping.CellCounts.Policy;

/** Values of another conversion that a column can hold, which holds less than its type says. */
final class LimitedConversion extends Conversion {

    private final Conversion values;
    private final ColumnLimits limits;
    private final Overflow overflow;

    LimitedConversion(Conversion values, ColumnLimits limits, Overflow overflow) {
        this.values = values;
        this.limits = limits;
        this.overflow = overflow;
    }

    @Override
    public Object convert(String text) {
        return limited(values.convert(text));
    }

    @Override
    Object convertItem(Object item) {
        return limited(values.convertItem(item));
    }

    @Override
    int takeChanges() {
        return super.takeChanges() | values.takeChanges();
    }

    private Object limited(Object value) {
        if (value instanceof Misfit) {
            return value;
        }
        return overflow == Overflow.TRUNCATE && limits instanceof Text room
                ? cut((String) value, room)
                : Narrowing.limited(value, limits);
    }

    private String cut(String text, Text room) {
        if (room.unit() == Unit.CHARACTERS) {
            if (text.codePointCount(0, text.length()) <= room.most()) {
                return text;
            }
            note(Policy.OVERFLOW);
            return text.substring(0, text.offsetByCodePoints(0, room.most()));
        }
        if (text.length() <= room.most()) {
            return text;
        }
        note(Policy.OVERFLOW);
        int end = room.most();
        return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }
}
