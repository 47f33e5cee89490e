package dev.millrace.cli;

import java.io.IOException;
import java.util.Locale;

/** Output cannot be written: the disk is full, or a pipe's reader has gone. Ends the command with exit code 1, or quietly. */
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

    /** Whether a pipe's reader has gone, which is no fault: {@code | head -1}. */
    boolean isUnread() {
        return unread;
    }
}
