package dev.millrace.document;

import org.apiguardian.api.API;

/**
 * A place in a text.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Location(int line, int column) {

    /** The first character. */
    public static final Location START = new Location(1, 1);

    public Location {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException("line and column count from 1, but are " + line + ":" + column);
        }
    }

    /** This place, when the text it was counted in begins at {@code origin} of a larger text. */
    public Location within(Location origin) {
        return line == 1
                ? new Location(origin.line, origin.column + column - 1)
                : new Location(origin.line + line - 1, column);
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
