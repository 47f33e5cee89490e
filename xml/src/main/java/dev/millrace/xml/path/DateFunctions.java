package dev.millrace.xml.path;

import static dev.millrace.xml.path.Functions.number;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of dates, times and durations (F&amp;O 3.1, §8.3, §9.5). */
final class DateFunctions {

    private interface Part<T> {
        Object of(T value);
    }

    private DateFunctions() {}

    static void addTo(Map<String, Functions.Factory> functions) {
        for (AtomicType type : new AtomicType[] {AtomicType.DATE, AtomicType.DATE_TIME}) {
            addMoment(functions, "year", type, value -> (long) value.local().getYear());
            addMoment(functions, "month", type, value -> (long) value.local().getMonthValue());
            addMoment(functions, "day", type, value -> (long) value.local().getDayOfMonth());
        }
        for (AtomicType type : new AtomicType[] {AtomicType.TIME, AtomicType.DATE_TIME}) {
            addMoment(functions, "hours", type, value -> (long) value.local().getHour());
            addMoment(functions, "minutes", type, value -> (long) value.local().getMinute());
            addMoment(
                    functions,
                    "seconds",
                    type,
                    value -> seconds(value.local().getSecond(), value.local().getNano()));
        }
        addDuration(functions, "years", value -> (long) (value.months() / 12));
        addDuration(functions, "months", value -> (long) (value.months() % 12));
        addDuration(functions, "days", value -> value.signed(value.time().abs().toDaysPart()));
        addDuration(functions, "hours", value -> value.signed(value.time().abs().toHoursPart()));
        addDuration(
                functions, "minutes", value -> value.signed(value.time().abs().toMinutesPart()));
        addDuration(functions, "seconds", value -> {
            BigDecimal seconds = seconds(
                    value.time().abs().toSecondsPart(), value.time().abs().toNanosPart());
            return value.time().isNegative() ? seconds.negate() : seconds;
        });
    }

    private static BigDecimal seconds(int seconds, int nanos) {
        return BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9));
    }

    private static void addMoment(
            Map<String, Functions.Factory> functions, String part, AtomicType type, Part<DateTimeValue> body) {
        functions.put(part + "-from-" + type.localName() + "#1", number((context, a) -> {
            Object value = Arguments.of(type, a[0].atom(context));
            return value == null ? null : body.of((DateTimeValue) value);
        }));
    }

    private static void addDuration(Map<String, Functions.Factory> functions, String part, Part<DurationValue> body) {
        functions.put(part + "-from-duration#1", number((context, a) -> part(a[0].atom(context), body)));
    }

    private static @Nullable Object part(@Nullable Object atom, Part<DurationValue> body) throws EvaluationException {
        if (atom == null) {
            return null;
        }
        if (atom instanceof DurationValue duration) {
            return body.of(duration);
        }
        if (atom instanceof Untyped untyped) {
            // The parameter is an xs:duration, which a text of either kind is.
            for (DurationValue.Kind kind : DurationValue.Kind.values()) {
                DurationValue duration = DurationValue.parse(kind, Text.trim(untyped.text()));
                if (duration != null) {
                    return body.of(duration);
                }
            }
            throw Errors.of("FORG0001");
        }
        throw Errors.of("XPTY0004");
    }
}
