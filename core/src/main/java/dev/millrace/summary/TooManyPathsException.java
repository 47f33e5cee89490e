package dev.millrace.summary;

import java.util.Locale;

/** The documents have more distinct paths than can be kept: their tags are data, or they are of very many kinds. */
public final class TooManyPathsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int most;

    TooManyPathsException(int most, PathNode near) {
        super("the documents have more than " + String.format(Locale.ROOT, "%,d", most)
                + " distinct paths, the last of them below " + near.path());
        this.most = most;
    }

    /** How many there may be. */
    public int most() {
        return most;
    }
}
