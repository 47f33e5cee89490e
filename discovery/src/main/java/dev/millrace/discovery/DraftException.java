package dev.millrace.discovery;

/** Nothing can be drafted, or not as it was asked for. The message says why, and what to do. */
public final class DraftException extends Exception {

    private static final long serialVersionUID = 1L;

    public DraftException(String message) {
        super(message);
    }
}
