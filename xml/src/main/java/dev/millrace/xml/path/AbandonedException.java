package dev.millrace.xml.path;

/**
 * Ends an evaluation from where nothing checked can be thrown: within a matcher of regular expressions, a buffer or Saxon.
 * {@link NativePath} and {@link SaxonPath} turn it into the error that it carries.
 */
final class AbandonedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final EvaluationException error;

    AbandonedException(EvaluationException error) {
        super(error.getMessage(), null, false, false);
        this.error = error;
    }

    EvaluationException error() {
        return error;
    }
}
