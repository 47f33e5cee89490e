package dev.millrace.mapping;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
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
        return switch (type.kind()) {
            case BOOLEAN -> new BooleanConversion();
            case SMALLINT, INTEGER, BIGINT ->
                FormattedNumberConversion.of(formats, new IntegerConversion(type.kind(), scale));
            case DECIMAL ->
                FormattedNumberConversion.of(formats, new DecimalConversion(type.precision(), type.scale(), scale));
            case REAL, DOUBLE -> FormattedNumberConversion.of(formats, new FloatingConversion(type.kind()));
            case CHAR, VARCHAR -> new TextConversion(type.length(), overflow);
            case TEXT, XML -> new TextConversion(Integer.MAX_VALUE, overflow);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new TemporalConversion(type, formats, scale);
            case UUID -> new UuidConversion();
            case BYTES -> new BytesConversion(formats);
        };
    }

    /** The conversion to what a column holds, as its policies say. */
    static Conversion to(ValuePolicy column) {
        NarrowColumn narrow = column.narrow();
        ColumnLimits limits = narrow == null ? null : narrow.limits();
        if (limits instanceof ColumnLimits.Times times) {
            return new GridConversion(column.type(), times, column.formats(), column.scale());
        }
        Conversion conversion = to(column.type(), column.formats(), column.scale(), column.overflow());
        return limits == null ? conversion : new LimitedConversion(conversion, limits, column.overflow());
    }

    /** The value of a text, or a {@link Misfit}. */
    public abstract Object convert(String text);

    /** The value of an atomic value of XPath, or a {@link Misfit}. */
    Object convertItem(Object item) {
        return convert(item instanceof String text ? text : PathExpression.lexical(item));
    }
}
