package dev.millrace.cli;

import java.io.IOException;
import java.util.Locale;

/** What was to be written cannot be: the disk is full, or nobody reads any more. Ends the command with exit code 1, or quietly. */
final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean unread;

    private OutputException(String message, boolean unread, IOException cause) {
        super(message, cause);
        this.unread = unread;
    }

    static OutputException of(String what, IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        // Windows says that the pipe "is being closed" or "has been ended".
        boolean unread = reason.toLowerCase(Locale.ROOT).contains("pipe");
        return new OutputException(what + ": cannot be written – " + reason, unread, cause);
    }

    /** Whether a pipe's reader has gone, which is its right: {@code | head -1}. */
    boolean isUnread() {
        return unread;
    }
}
