package dev.millrace.mapping;

import dev.millrace.document.Fault;

/** A fault in mapping, with the element it is about. Has no stack trace: it tells about a document. */
public final class MappingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Fault fault;
    private final int ordinal;

    /** @param ordinal the element's {@link dev.millrace.xml.Node#ordinal()}, which gives line and column */
    public MappingException(Fault fault, int ordinal) {
        super(fault.message(), null, false, false);
        this.fault = fault;
        this.ordinal = ordinal;
    }

    public Fault fault() {
        return fault;
    }

    public int ordinal() {
        return ordinal;
    }
}
