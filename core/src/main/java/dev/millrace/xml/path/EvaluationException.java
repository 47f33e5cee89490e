package dev.millrace.xml.path;

/** A dynamic error of XPath while an expression is evaluated on a document, such as a text that is no date. */
public final class EvaluationException extends Exception {

    private static final long serialVersionUID = 1L;

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
}
