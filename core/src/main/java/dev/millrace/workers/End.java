package dev.millrace.workers;

/**
 * How the reading and loading of documents has come to an end. Only the end of the source lets a run finish: whatever else ended it, there
 * are documents that nobody has looked at.
 */
public sealed interface End {

    /** The source has no more documents, or as many as were asked for have been read, and the outcome of each is known. */
    record OfSource() implements End {}

    /**
     * Somebody has asked for the end.
     *
     * @param reason for people
     */
    record Stopped(String reason) implements End {}

    /** Something broke; the first failure counts. */
    record Failed(Throwable cause) implements End {}
}
