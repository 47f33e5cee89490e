package dev.millrace.xml.path;

/** An expression that cannot be compiled: says what was found where, and what was expected. */
public final class PathException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int offset;

    /**
     * @param message one line for people
     * @param offset where in the expression, in characters from 0
     */
    public PathException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
