package dev.millrace.mapping;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import dev.millrace.mapping.CellCounts.Policy;
import dev.millrace.xml.path.PathExpression;
import java.util.List;

/**
 * Turns a text, or an atomic value of XPath, into a value of one SQL type. The result is of the Java class of
 * {@link SqlType.Kind}, or a {@link Misfit}. An atomic value gives what its lexical form would give.
 *
 * <p>Owned by one worker: a conversion may keep scratch memory between calls.
 */
public abstract class Conversion {

    /**
     * The conversion to a type.
     *
     * @param formats patterns for texts; empty for the standard forms
     * @throws IllegalArgumentException when a format is no pattern, or the type takes none
     */
    public static Conversion to(SqlType type, List<String> formats, Scale scale, Overflow overflow) {
        return to(type, Reading.of(formats), scale, overflow);
    }

    private static Conversion to(SqlType type, Reading reading, Scale scale, Overflow overflow) {
        List<String> formats = reading.formats();
        return switch (type.kind()) {
            case BOOLEAN -> new BooleanConversion();
            case SMALLINT, INTEGER, BIGINT ->
                FormattedNumberConversion.of(formats, new IntegerConversion(type.kind(), scale));
            case DECIMAL ->
                FormattedNumberConversion.of(formats, new DecimalConversion(type.precision(), type.scale(), scale));
            case REAL, DOUBLE -> FormattedNumberConversion.of(formats, new FloatingConversion(type.kind()));
            case CHAR, VARCHAR -> new TextConversion(type.length(), overflow);
            case TEXT, XML -> new TextConversion(Integer.MAX_VALUE, overflow);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new TemporalConversion(type, reading, scale);
            case UUID -> new UuidConversion();
            case BYTES -> new BytesConversion(formats);
        };
    }

    /** The conversion to what a column holds, as its policies say. */
    static Conversion to(ValuePolicy column) {
        NarrowColumn narrow = column.narrow();
        ColumnLimits limits = narrow == null ? null : narrow.limits();
        if (limits instanceof ColumnLimits.Times times) {
            return new GridConversion(column.type(), times, column.reading(), column.scale());
        }
        Conversion conversion = to(column.type(), column.reading(), column.scale(), column.overflow());
        return limits == null ? conversion : new LimitedConversion(conversion, limits, column.overflow());
    }

    /** What the last value was given or has lost by a policy: of {@link Policy}, a bit for each. */
    private int changes;

    /** Notes that the value at hand is not quite the text's. */
    final void note(Policy policy) {
        changes |= 1 << policy.ordinal();
    }

    /** What was noted since this was asked last, a bit for each {@link Policy}; mostly 0. */
    int takeChanges() {
        int taken = changes;
        changes = 0;
        return taken;
    }

    /** The value of a text, or a {@link Misfit}. */
    public abstract Object convert(String text);

    /** The value of an atomic value of XPath, or a {@link Misfit}. */
    Object convertItem(Object item) {
        return convert(item instanceof String text ? text : PathExpression.lexical(item));
    }
}
