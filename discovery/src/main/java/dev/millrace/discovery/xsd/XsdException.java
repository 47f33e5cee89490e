package dev.millrace.discovery.xsd;

/** A schema that cannot be read. The message begins with {@code file:line:column} and is meant for the user. */
public final class XsdException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient XsdPosition position;
    private final String problem;

    XsdException(XsdPosition position, String problem) {
        super(position + ": " + problem);
        this.position = position;
        this.problem = problem;
    }

    XsdException(XsdPosition position, String problem, Throwable cause) {
        super(position + ": " + problem, cause);
        this.position = position;
        this.problem = problem;
    }

    /** Where it is. */
    public XsdPosition position() {
        return position;
    }

    /** What was found, what was expected and what to do, without the place. */
    public String problem() {
        return problem;
    }
}
