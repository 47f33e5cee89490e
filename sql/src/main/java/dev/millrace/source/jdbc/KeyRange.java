package dev.millrace.source.jdbc;

import dev.millrace.source.SourceException;
import org.jspecify.annotations.Nullable;

/**
 * The keys to read, both ends included, as the user writes them.
 *
 * @param from the first key, or null for the lowest
 * @param to the last key, or null for the highest
 */
public record KeyRange(@Nullable String from, @Nullable String to) {

    private static final String SEPARATOR = "..";

    /** {@code A..B}; either side may be empty. */
    public static KeyRange parse(String text) throws SourceException {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            throw SourceException.usage("--key-range " + text
                    + " – expected FIRST..LAST, where either may be left out, such as 1000..1999 or 2000..");
        }
        return new KeyRange(side(text.substring(0, separator)), side(text.substring(separator + SEPARATOR.length())));
    }

    private static @Nullable String side(String text) {
        return text.isBlank() ? null : text.strip();
    }
}
