package dev.millrace.bench;

/** A contestant did not reach the end; the message has the last lines of what it said. */
final class FailedLapException extends Exception {

    private static final long serialVersionUID = 1L;

    FailedLapException(String message) {
        super(message);
    }
}
