package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.ValuePolicy;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.CellCounts.Policy;
import org.jspecify.annotations.Nullable;

/**
 * Why a value is not of a column's type. A {@link Conversion} returns one instead of throwing, because with
 * {@code invalid: null} bad values are ordinary input.
 */
public enum Misfit {
    NOT_OF_TYPE(FaultCode.INVALID_VALUE, ""),
    HAS_ZONE(
            FaultCode.INVALID_VALUE,
            "it has a time zone, which the column does not hold: set 'zone', use type timestamptz, or name the zone in a"
                    + " 'format'"),
    HAS_NO_ZONE(
            FaultCode.INVALID_VALUE,
            "it has no time zone, so that the instant is not known: set 'zone', or use type timestamp"),
    HAS_NO_INSTANT(
            FaultCode.INVALID_VALUE,
            "the clock of its zone was put forward over this time; correct the document, or the 'zone'"),
    HAS_TIME_OF_DAY(
            FaultCode.INVALID_VALUE,
            "it has a time of day, which the column does not hold: use type timestamp, or name the time in a 'format'"),
    HAS_CONTROL_CHARACTERS(
            FaultCode.INVALID_VALUE,
            "it holds control characters, which XML 1.1 has but no database reads in XML: use type text"),
    BEYOND_RANGE(FaultCode.OUT_OF_RANGE, ""),
    TOO_PRECISE(FaultCode.TOO_PRECISE, ""),
    TOO_LONG(FaultCode.VALUE_TOO_LONG, "");

    private final FaultCode code;
    private final String remark;

    Misfit(FaultCode code, String remark) {
        this.code = code;
        this.remark = remark;
    }

    FaultCode code() {
        return code;
    }

    /** What is special about the value and what to do, or "" when the type says it all. */
    String remark() {
        return remark;
    }

    /** Of what two formats said of one text: the first that has recognized it tells the more. */
    Misfit orCloser(Misfit other) {
        return this == NOT_OF_TYPE ? other : this;
    }

    /** The policy of a column that leaves such a value out, or null if the document is to be rejected. */
    @Nullable
    Policy leftOutBy(ValuePolicy column) {
        return switch (this) {
            case TOO_LONG -> column.overflow() == Overflow.NULL ? Policy.OVERFLOW : null;
            case TOO_PRECISE -> column.scale() == Scale.NULL ? Policy.SCALE : null;
            default -> column.invalid() == Invalid.REJECT ? null : Policy.INVALID;
        };
    }
}
