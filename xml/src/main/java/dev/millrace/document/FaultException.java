package dev.millrace.document;

/**
 * Carries a {@link Fault} out of the depth of a parser or mapper to the worker, which turns it into a reject. It has no
 * stack trace: it tells about a document, not about the program, and a bad batch may throw thousands.
 */
public final class FaultException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Fault fault;

    public FaultException(Fault fault) {
        super(fault.code().word() + ": " + fault.message(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
