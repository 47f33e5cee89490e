package dev.millrace.summary;

import java.util.Locale;

/** The documents have more distinct paths than can be kept: their tags are data, or they are of very many kinds. */
public final class TooManyPathsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int most;

    private final String near;

    TooManyPathsException(int most, PathNode near) {
        this(most, near.path());
    }

    TooManyPathsException(int most, String near) {
        super("the documents have more than " + String.format(Locale.ROOT, "%,d", most)
                + " distinct paths, the last of them below " + near);
        this.most = most;
        this.near = near;
    }

    /** In place of a summary, for another process: {@link PathSummary#ofBytes} throws it again. */
    public byte[] toBytes() {
        return PathSummary.toBytes(this);
    }

    String near() {
        return near;
    }

    /** How many there may be. */
    public int most() {
        return most;
    }
}
