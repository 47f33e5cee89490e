package dev.millrace.cli;

import java.util.OptionalDouble;

/** A percentage on the command line. */
final class Percentage {

    private Percentage() {}

    /** The number in {@code 2}, {@code 2%} or {@code 0.5 %}; empty when it is none from 0 to 100. */
    static OptionalDouble parse(String text) {
        String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        try {
            double percent = Double.parseDouble(number.strip());
            return percent >= 0 && percent <= 100 ? OptionalDouble.of(percent) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
