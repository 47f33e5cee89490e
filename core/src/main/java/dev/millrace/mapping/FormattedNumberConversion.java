package dev.millrace.mapping;

import dev.millrace.contract.Formats;
import dev.millrace.contract.NumberPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads texts by the first of several patterns that fits; numbers of XPath are numbers already. */
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
    Object convert(String text) {
        for (NumberPattern pattern : patterns) {
            if (pattern == null) {
                Object value = numbers.convert(text);
                if (value != Misfit.NOT_OF_TYPE) {
                    return value;
                }
            } else {
                String number = pattern.normalize(text);
                if (number != null) {
                    return numbers.convert(number);
                }
            }
        }
        return Misfit.NOT_OF_TYPE;
    }

    @Override
    Object convertItem(Object item) {
        return item instanceof String text ? convert(text) : numbers.convertItem(item);
    }
}
