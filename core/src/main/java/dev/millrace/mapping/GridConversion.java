package dev.millrace.mapping;

import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.SqlType;
import java.time.LocalDateTime;
import java.time.LocalTime;

/** Times of a column that has steps of its own, or reaches less far than the years 0001 to 9999. */
final class GridConversion extends TemporalConversion {

    private static final long TENTHS_PER_SECOND = 10_000_000_000L;
    private static final long TENTHS_PER_MINUTE = 60 * TENTHS_PER_SECOND;
    private static final long TENTHS_PER_MILLISECOND = 10_000_000L;
    private static final int TICKS_PER_SECOND = 300;

    private final Times times;
    private final Scale policy;

    GridConversion(SqlType type, Times times, Reading reading, Scale policy) {
        super(type, reading, policy);
        this.times = times;
        this.policy = policy;
    }

    @Override
    boolean isWithinRange(LocalDateTime time) {
        return !time.isBefore(times.first()) && !time.isAfter(times.last());
    }

    @Override
    long rounded(LocalTime second, int nanos, int tenthDigit, boolean moreDigits) {
        long tenths = nanos * 10L + tenthDigit;
        return switch (times.grid()) {
            case TICKS -> ticks(tenths, moreDigits);
            case MINUTES -> minutes(second, tenths, moreDigits);
            case DIGITS -> super.rounded(second, nanos, tenthDigit, moreDigits);
        };
    }

    /**
     * The nearest by the ticks themselves, as the server rounds, and each as the milliseconds that it is shown with: a time of just
     * these is exact.
     */
    private long ticks(long tenths, boolean moreDigits) {
        long below = tenths * TICKS_PER_SECOND / TENTHS_PER_SECOND;
        // What a tick is shown with is a little less than the tick, or a little more.
        if (shown(below) > tenths) {
            below--;
        } else if (shown(below + 1) <= tenths) {
            below++;
        }
        if (shown(below) == tenths && !moreDigits) {
            return tenths / 10;
        }
        return isTooPrecise()
                ? TOO_PRECISE
                : shown(nearest(below, 2 * tenths * TICKS_PER_SECOND, TENTHS_PER_SECOND, moreDigits)) / 10;
    }

    /** In tenths of nanoseconds. */
    private static long shown(long tick) {
        return (tick * 10 + 1) / 3 * TENTHS_PER_MILLISECOND;
    }

    private long minutes(LocalTime second, long fraction, boolean moreDigits) {
        long tenths = second.getSecond() * TENTHS_PER_SECOND + fraction;
        if (isTooPrecise() && (tenths != 0 || moreDigits)) {
            return TOO_PRECISE;
        }
        long twice = 2 * (second.getMinute() * TENTHS_PER_MINUTE + tenths);
        long minute = nearest(second.getMinute(), twice, TENTHS_PER_MINUTE, moreDigits);
        return ((minute - second.getMinute()) * TENTHS_PER_MINUTE - second.getSecond() * TENTHS_PER_SECOND) / 10;
    }

    private boolean isTooPrecise() {
        return policy == Scale.REJECT || policy == Scale.NULL;
    }

    /**
     * The step below, or the next one.
     *
     * @param twice double the time, where {@code step} is what a step measures
     */
    private long nearest(long below, long twice, long step, boolean moreDigits) {
        long middle = (2 * below + 1) * step;

        boolean up = switch (policy) {
            case HALF_UP -> twice >= middle;
            case HALF_EVEN -> twice > middle || twice == middle && (moreDigits || below % 2 == 1);
            case REJECT, DOWN, NULL -> false;
        };
        return up ? below + 1 : below;
    }
}
