package dev.millrace.spark.load;

import dev.millrace.processing.PartOfRun;
import dev.millrace.source.SourceException;

/** Says why a job of Spark broke, in words that hold nothing of a document. */
final class SparkFailures {

    private static final int MOST_CAUSES = 20;

    private SparkFailures() {}

    /** What a task has thrown, if Spark has kept it; else what can be said of Spark's own words. */
    static Exception explained(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (cause instanceof PartOfRun.BrokenException || cause instanceof SourceException) {
                return (Exception) cause;
            }
            cause = cause.getCause();
        }
        String words = String.valueOf(failure.getMessage());
        if (words.contains("ExecutorLostFailure")) {
            return new SourceException(
                    "Spark has lost the executors of a task again and again – see its log; with more memory"
                            + " (spark.executor.memory) or smaller batches (--batch-bytes) they may live. Run the same command again"
                            + " to go on",
                    failure);
        }
        if (words.contains("SparkContext was shut down") || words.contains("stopped SparkContext")) {
            return new SourceException(
                    "Spark's application has ended before the load – run the same command again to go on", failure);
        }
        return new SourceException(
                "Spark's job broke: " + failure.getClass().getName()
                        + " – see Spark's log for the reason; run the same command again to go on",
                failure);
    }
}
