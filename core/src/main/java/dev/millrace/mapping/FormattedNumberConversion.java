package dev.millrace.mapping;

import dev.millrace.contract.Formats;
import dev.millrace.contract.NumberPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads texts by the first of several patterns that gives a value of the type; numbers of XPath are numbers already. */
final class FormattedNumberConversion extends Conversion {

    /** In order; null stands for the standard form. */
    private final List<@Nullable NumberPattern> patterns = new ArrayList<>();

    private final Conversion numbers;

    private FormattedNumberConversion(List<String> formats, Conversion numbers) {
        this.numbers = numbers;
        for (String format : formats) {
            patterns.add(format.equals(Formats.STANDARD) ? null : NumberPattern.of(format));
        }
    }

    /** The conversion of numbers, with texts read by the formats; the conversion itself for none. */
    static Conversion of(List<String> formats, Conversion numbers) {
        return formats.isEmpty() ? numbers : new FormattedNumberConversion(formats, numbers);
    }

    @Override
    public Object convert(String text) {
        Misfit closest = Misfit.NOT_OF_TYPE;
        for (NumberPattern pattern : patterns) {
            String number = pattern == null ? text : pattern.normalize(text);
            // What a pattern that did not fit has noted is not of this value.
            numbers.takeChanges();
            Object value = number == null ? Misfit.NOT_OF_TYPE : numbers.convert(number);
            // A number that is too large is not read as a thousandth of it by a format with the other separators.
            if (!(value instanceof Misfit misfit) || misfit == Misfit.BEYOND_RANGE) {
                return value;
            }
            closest = closest.orCloser(misfit);
        }
        return closest;
    }

    @Override
    Object convertItem(Object item) {
        return item instanceof String text ? convert(text) : numbers.convertItem(item);
    }

    @Override
    int takeChanges() {
        return super.takeChanges() | numbers.takeChanges();
    }
}
