package dev.millrace.cli;

/** A mistake that the user can fix, found before anything is read. Only its message is shown, which may have several lines. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
