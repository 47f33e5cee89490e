package dev.millrace.contract;

/** An edit of a contract that cannot be made where and as it was asked for. Its message says why, in one line for people. */
public final class EditRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public EditRefusedException(String message) {
        super(message);
    }
}
