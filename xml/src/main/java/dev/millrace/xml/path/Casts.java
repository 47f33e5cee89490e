package dev.millrace.xml.path;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Casting (F&amp;O 3.1, §19). */
final class Casts {

    private Casts() {}

    /**
     * The value cast to a type.
     *
     * @throws EvaluationException FORG0001 when the value has not the form, XPTY0004 when there is no such cast
     */
    static Object cast(Object value, AtomicType target) throws EvaluationException {
        AtomicType source = AtomicType.of(value);
        if (source == target) {
            return value;
        }
        if (target == AtomicType.STRING) {
            return Atomic.lexical(value);
        }
        if (target == AtomicType.UNTYPED) {
            return new Untyped(Atomic.lexical(value));
        }
        if (source == AtomicType.UNTYPED || source == AtomicType.STRING) {
            Object parsed = fromText(target, value.toString());
            if (parsed == null) {
                throw Errors.of("FORG0001");
            }
            return parsed;
        }
        Object converted = null;
        if (target == AtomicType.BOOLEAN && source.isNumeric()) {
            return toBoolean((Number) value);
        } else if (target.isNumeric() && (source.isNumeric() || source == AtomicType.BOOLEAN)) {
            converted = toNumber(
                    source == AtomicType.BOOLEAN ? Long.valueOf((Boolean) value ? 1 : 0) : (Number) value, target);
        } else if (target.isCalendar() && value instanceof DateTimeValue moment) {
            converted = moment.as(calendarKind(target));
        } else if (target.isDuration() && source.isDuration()) {
            converted = target == AtomicType.YEAR_MONTH_DURATION
                    ? DurationValue.yearMonth(0)
                    : DurationValue.dayTime(Duration.ZERO);
        }
        if (converted == null) {
            throw Errors.of("XPTY0004");
        }
        return converted;
    }

    static boolean isCastable(Object value, AtomicType target) {
        try {
            cast(value, target);
            return true;
        } catch (EvaluationException notCastable) {
            return false;
        }
    }

    /** The value of a text; white space around it does not count. Null when it has not the form of the type. */
    static @Nullable Object fromText(AtomicType target, String text) throws EvaluationException {
        if (target == AtomicType.STRING) {
            return text;
        }
        if (target == AtomicType.UNTYPED) {
            return new Untyped(text);
        }
        String trimmed = Text.trim(text);
        return switch (target) {
            case BOOLEAN -> toBoolean(trimmed);
            case INTEGER -> Numbers.parseInteger(trimmed);
            case DECIMAL -> Numbers.parseDecimal(trimmed);
            case DOUBLE -> Numbers.isDouble(trimmed) ? (Object) Numbers.parseDouble(trimmed) : null;
            case FLOAT -> Numbers.isDouble(trimmed) ? (Object) Numbers.parseFloat(trimmed) : null;
            case DATE, TIME, DATE_TIME -> DateTimeValue.parse(calendarKind(target), trimmed);
            case YEAR_MONTH_DURATION -> DurationValue.parse(DurationValue.Kind.YEAR_MONTH, trimmed);
            case DAY_TIME_DURATION -> DurationValue.parse(DurationValue.Kind.DAY_TIME, trimmed);
            case UNTYPED, STRING, OTHER -> null;
        };
    }

    private static @Nullable Boolean toBoolean(String text) {
        if (text.equals("true") || text.equals("1")) {
            return Boolean.TRUE;
        }
        return text.equals("false") || text.equals("0") ? Boolean.FALSE : null;
    }

    private static Boolean toBoolean(Number number) {
        return !(Numbers.isZero(number) || Numbers.isNaN(number));
    }

    private static Object toNumber(Number number, AtomicType target) throws EvaluationException {
        return switch (target) {
            case DOUBLE -> number.doubleValue();
            case FLOAT -> number.floatValue();
            case DECIMAL -> Numbers.toDecimal(number);
            default -> Numbers.toInteger(number);
        };
    }

    private static DateTimeValue.Kind calendarKind(AtomicType type) {
        return switch (type) {
            case DATE -> DateTimeValue.Kind.DATE;
            case TIME -> DateTimeValue.Kind.TIME;
            default -> DateTimeValue.Kind.DATE_TIME;
        };
    }
}
