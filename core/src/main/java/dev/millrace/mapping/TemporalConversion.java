package dev.millrace.mapping;

import dev.millrace.contract.ColumnMapping.Partial;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.Formats;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.mapping.CellCounts.Policy;
import dev.millrace.xml.path.PathExpression;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * date, time, timestamp and timestamptz, of the years 0001 to 9999, which every database holds.
 *
 * <p>In the standard forms nothing is dropped: a zone is for timestamptz only, which in turn must have one; a date takes a
 * time of day only if it is midnight; a timestamp takes a bare date as its midnight. With a format, parts that the type does not
 * hold are left out, because the pattern names them. Where the contract names a zone, times without one are of it, and a timestamp
 * is a time turned to it. Where a zone's clock was put back, the earlier of the two instants is meant.
 */
class TemporalConversion extends Conversion {

    /** What {@link #rounded} gives for a time with more digits than the column holds. */
    static final long TOO_PRECISE = Long.MIN_VALUE;

    /** XML Schema's date or time stamp, its gYearMonth and its gYear. */
    private static final List<String> STANDARD_AND_PARTIAL = List.of(Formats.STANDARD, "yyyy-MM", "yyyy");

    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final long TENTHS_PER_SECOND = 10L * NANOS_PER_SECOND;
    private static final int FIRST_YEAR = 1;
    private static final int LAST_YEAR = 9999;

    private final Kind kind;
    private final Scale policy;
    /** A step of the column's last fraction digit, in tenths of nanoseconds. */
    private final long step;
    /** Of times without one, or to which others are turned; null where the contract names none. */
    private final @Nullable ZoneId zone;
    /** In order; null stands for the standard forms. */
    private final List<@Nullable TemporalPattern> formats = new ArrayList<>();

    private final IsoTemporal iso = new IsoTemporal();

    TemporalConversion(SqlType type, Reading reading, Scale policy) {
        this.kind = type.kind();
        this.policy = policy;
        this.zone = reading.zone();
        long tenths = TENTHS_PER_SECOND;
        for (int i = 0; i < type.precision(); i++) {
            tenths /= 10;
        }
        this.step = tenths;
        List<String> patterns = patterns(reading);
        for (String pattern : patterns) {
            formats.add(
                    pattern.equals(Formats.STANDARD)
                            ? null
                            : new TemporalPattern(pattern, kind, patterns.size() > 1, reading));
        }
    }

    /** The formats, and with the standard forms those of a month and of a year, where these are dates too. */
    private List<String> patterns(Reading reading) {
        List<String> written = reading.formats();
        if (reading.partial() == Partial.REJECT || kind == Kind.TIME) {
            return written;
        }
        List<String> patterns = new ArrayList<>();
        for (String pattern : written.isEmpty() ? List.of(Formats.STANDARD) : written) {
            patterns.addAll(pattern.equals(Formats.STANDARD) ? STANDARD_AND_PARTIAL : List.of(pattern));
        }
        return patterns;
    }

    @Override
    public Object convert(String text) {
        if (formats.isEmpty()) {
            return standard(text);
        }
        Misfit closest = Misfit.NOT_OF_TYPE;
        for (TemporalPattern format : formats) {
            // What a pattern that did not fit has noted is not of this value.
            takeChanges();
            Object value = format == null ? standard(text) : formatted(text, format);
            if (!(value instanceof Misfit misfit)) {
                return value;
            }
            closest = closest.orCloser(misfit);
        }
        return closest;
    }

    @Override
    Object convertItem(Object item) {
        // A date of XPath has been read already: formats are for texts.
        return item instanceof String text ? convert(text) : standard(PathExpression.lexical(item));
    }

    private Object standard(String text) {
        boolean read = kind == Kind.TIME ? iso.readTime(text) : iso.readDate(text);
        if (!read) {
            return Misfit.NOT_OF_TYPE;
        }
        if (iso.yearBeyondRange) {
            return Misfit.BEYOND_RANGE;
        }
        if (iso.hasZone && kind != Kind.TIMESTAMPTZ && zone == null) {
            return Misfit.HAS_ZONE;
        }
        if (!iso.hasZone && kind == Kind.TIMESTAMPTZ && zone == null) {
            return Misfit.HAS_NO_ZONE;
        }
        boolean endOfDay = iso.hour == 24;
        int hour = endOfDay ? 0 : iso.hour;
        if (kind == Kind.TIME) {
            return time(LocalTime.of(hour, iso.minute, iso.second), iso.nanos, iso.tenthDigit, iso.moreDigits);
        }
        LocalDate date = LocalDate.of(iso.year, iso.month, iso.day);
        if (endOfDay) {
            date = date.plusDays(1);
        }
        if (kind == Kind.DATE) {
            boolean midnight = hour == 0
                    && iso.minute == 0
                    && iso.second == 0
                    && iso.nanos == 0
                    && iso.tenthDigit == 0
                    && !iso.moreDigits;
            return midnight ? date(date) : Misfit.HAS_TIME_OF_DAY;
        }
        LocalDateTime second = LocalDateTime.of(date, LocalTime.of(hour, iso.minute, iso.second));
        return timestamp(
                second,
                iso.nanos,
                iso.tenthDigit,
                iso.moreDigits,
                iso.hasZone ? ZoneOffset.ofTotalSeconds(iso.zoneMinutes * 60) : null);
    }

    private Object formatted(String text, TemporalPattern pattern) {
        if (!pattern.read(text)) {
            return Misfit.NOT_OF_TYPE;
        }
        LocalDate date = pattern.date;
        LocalTime time = pattern.time;
        if (kind == Kind.TIME) {
            return time == null ? Misfit.NOT_OF_TYPE : time(time.withNano(0), time.getNano(), 0, false);
        }
        if (date == null) {
            return Misfit.NOT_OF_TYPE;
        }
        if (pattern.completed) {
            note(Policy.PARTIAL);
        }
        if (kind == Kind.DATE) {
            return date(date);
        }
        LocalDateTime local = date.atTime(time == null ? LocalTime.MIDNIGHT : time);
        if (kind == Kind.TIMESTAMPTZ && pattern.zone == null && zone == null) {
            return Misfit.HAS_NO_ZONE;
        }
        return timestamp(local.withNano(0), local.getNano(), 0, false, pattern.zone);
    }

    private static Object date(LocalDate date) {
        return isWithinRange(date) ? date : Misfit.BEYOND_RANGE;
    }

    private Object time(LocalTime second, int nanos, int tenthDigit, boolean moreDigits) {
        long rounded = held(second, nanos, tenthDigit, moreDigits);
        if (rounded == TOO_PRECISE) {
            return Misfit.TOO_PRECISE;
        }
        if (rounded < NANOS_PER_SECOND) {
            return rounded == 0 ? second : second.withNano((int) rounded);
        }
        LocalTime next = second.plusSeconds(1);
        // Rounding must not turn the end of a day into its beginning.
        return next.equals(LocalTime.MIDNIGHT) ? Misfit.BEYOND_RANGE : next;
    }

    /** @param written the zone that the text names, or null */
    private Object timestamp(
            LocalDateTime second, int nanos, int tenthDigit, boolean moreDigits, @Nullable ZoneId written) {
        long rounded = held(second.toLocalTime(), nanos, tenthDigit, moreDigits);
        if (rounded == TOO_PRECISE) {
            return Misfit.TOO_PRECISE;
        }
        LocalDateTime local = rounded == 0 ? second : second.plusNanos(rounded);
        if (kind == Kind.TIMESTAMP && (written == null || zone == null)) {
            return isWithinRange(local) ? local : Misfit.BEYOND_RANGE;
        }
        ZoneId its = written == null ? zone : written;
        if (its == null) {
            return Misfit.HAS_NO_ZONE;
        }
        if (its.getRules().getValidOffsets(local).isEmpty()) {
            return Misfit.HAS_NO_INSTANT;
        }
        OffsetDateTime instant = local.atZone(its).toOffsetDateTime();
        if (kind == Kind.TIMESTAMP && zone != null) {
            note(Policy.ZONE);
            LocalDateTime turned = instant.atZoneSameInstant(zone).toLocalDateTime();
            return isWithinRange(turned) ? turned : Misfit.BEYOND_RANGE;
        }
        if (written == null) {
            note(Policy.ZONE);
        }
        OffsetDateTime utc = instant.withOffsetSameInstant(ZoneOffset.UTC);
        return isWithinRange(utc.toLocalDateTime()) ? utc : Misfit.BEYOND_RANGE;
    }

    /** As {@link #rounded}, and notes when it is not just what is written. */
    private long held(LocalTime second, int nanos, int tenthDigit, boolean moreDigits) {
        long rounded = rounded(second, nanos, tenthDigit, moreDigits);
        if (rounded != nanos || tenthDigit != 0 || moreDigits) {
            note(Policy.SCALE);
        }
        return rounded;
    }

    /**
     * The nanoseconds from the beginning of the second to the nearest time that the column holds, by its policy; {@link
     * #TOO_PRECISE} if none may be taken for it.
     */
    long rounded(LocalTime second, int nanos, int tenthDigit, boolean moreDigits) {
        long tenths = nanos * 10L + tenthDigit;
        long rest = tenths % step;
        if (rest == 0 && !moreDigits) {
            return nanos;
        }
        if (policy == Scale.REJECT || policy == Scale.NULL) {
            return TOO_PRECISE;
        }
        boolean up = switch (policy) {
            case HALF_UP -> rest * 2 >= step;
            case HALF_EVEN -> {
                boolean tie = rest * 2 == step && !moreDigits;
                // The last digit that stays is the second's where the column has no fraction.
                boolean odd = (second.getSecond() * TENTHS_PER_SECOND + tenths) / step % 2 == 1;
                yield tie ? odd : rest * 2 >= step;
            }
            case DOWN, REJECT, NULL -> false;
        };
        return (tenths - rest + (up ? step : 0)) / 10;
    }

    /** Whether the column reaches as far as a time: in UTC, where it is an instant. */
    boolean isWithinRange(LocalDateTime time) {
        return isWithinRange(time.toLocalDate());
    }

    private static boolean isWithinRange(LocalDate date) {
        return date.getYear() >= FIRST_YEAR && date.getYear() <= LAST_YEAR;
    }
}
