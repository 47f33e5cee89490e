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
        super(oneLine(message));
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }

    /** A message with the control characters of what it quotes, line ends among them, as question marks. */
    static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message);
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, '?');
            }
        }
        return line.toString();
    }
}
