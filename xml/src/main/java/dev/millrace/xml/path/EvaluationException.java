package dev.millrace.xml.path;

import dev.millrace.document.FaultCode;

/** A dynamic error of XPath while an expression is evaluated on a document, such as a text that is no date. */
public final class EvaluationException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Ours, where XPath has no code. */
    private static final String STEPS = "STEPS";

    private static final String STACK = "STACK";

    private final String code;

    /**
     * @param code the error code of the XPath recommendation, such as FORG0001
     * @param message one line for people; holds no value of the document
     */
    public EvaluationException(String code, String message) {
        super(PathException.oneLine(message), null, false, false);
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** The budget of a document is used up. */
    static EvaluationException tooManySteps(long most) {
        return new EvaluationException(
                STEPS,
                "the document's paths have taken more than " + most
                        + " steps, the limit; make the path simpler, split the document into smaller records or raise"
                        + " --max-steps");
    }

    /** The stack is used up. */
    static EvaluationException tooDeep() {
        return new EvaluationException(
                STACK,
                "the path calls itself too often for this document; in a regular expression, repeat a class such as"
                        + " [ab]* instead of a group such as (a|b)*, and end a function that calls itself earlier");
    }

    /** What this is as a fault of the document. */
    public FaultCode faultCode() {
        return code.equals(STEPS) ? FaultCode.TOO_MANY_STEPS : FaultCode.PATH_ERROR;
    }

    /** The message, with the code of XPath where there is one. */
    public String sentence() {
        String message = String.valueOf(getMessage());
        return code.equals(STEPS) || code.equals(STACK) ? message : message + " (" + code + ")";
    }
}
