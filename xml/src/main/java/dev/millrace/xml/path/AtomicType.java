package dev.millrace.xml.path;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** The atomic types of the native evaluator. {@link #OTHER} stands for all that only Saxon works on. */
enum AtomicType {
    UNTYPED("untypedAtomic"),
    STRING("string"),
    BOOLEAN("boolean"),
    INTEGER("integer"),
    DECIMAL("decimal"),
    FLOAT("float"),
    DOUBLE("double"),
    DATE("date"),
    TIME("time"),
    DATE_TIME("dateTime"),
    YEAR_MONTH_DURATION("yearMonthDuration"),
    DAY_TIME_DURATION("dayTimeDuration"),
    OTHER("anyAtomicType");

    private final String localName;

    AtomicType(String localName) {
        this.localName = localName;
    }

    /** The type of an atomic value. */
    static AtomicType of(Object atomic) {
        if (atomic instanceof Untyped) {
            return UNTYPED;
        }
        if (atomic instanceof String) {
            return STRING;
        }
        if (atomic instanceof Double) {
            return DOUBLE;
        }
        if (atomic instanceof Long || atomic instanceof BigInteger) {
            return INTEGER;
        }
        if (atomic instanceof Boolean) {
            return BOOLEAN;
        }
        if (atomic instanceof BigDecimal) {
            return DECIMAL;
        }
        if (atomic instanceof Float) {
            return FLOAT;
        }
        if (atomic instanceof DateTimeValue value) {
            return switch (value.kind()) {
                case DATE -> DATE;
                case TIME -> TIME;
                case DATE_TIME -> DATE_TIME;
            };
        }
        if (atomic instanceof DurationValue value) {
            return switch (value.kind()) {
                case YEAR_MONTH -> YEAR_MONTH_DURATION;
                case DAY_TIME -> DAY_TIME_DURATION;
            };
        }
        return OTHER;
    }

    /** The type of this name in the XML Schema namespace, or null if the native evaluator has none. */
    static @Nullable AtomicType named(String localName) {
        for (AtomicType type : values()) {
            if (type != OTHER && type.localName.equals(localName)) {
                return type;
            }
        }
        return null;
    }

    String localName() {
        return localName;
    }

    /** The name of the type of a value of this type. */
    String localName(Object atomic) {
        return atomic instanceof OtherAtomic other ? other.type() : localName;
    }

    boolean isNumeric() {
        return this == INTEGER || this == DECIMAL || this == FLOAT || this == DOUBLE;
    }

    boolean isCalendarOrDuration() {
        return isCalendar() || isDuration();
    }

    boolean isCalendar() {
        return this == DATE || this == TIME || this == DATE_TIME;
    }

    boolean isDuration() {
        return this == YEAR_MONTH_DURATION || this == DAY_TIME_DURATION;
    }
}
