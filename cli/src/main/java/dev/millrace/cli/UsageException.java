package dev.millrace.cli;

/** Something the user can fix before anything is read: each line of the message is shown, nothing else. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
