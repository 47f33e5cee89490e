package dev.millrace.spark.load;

import org.apache.spark.SparkContext;

/** The jobs of a piece of work, which end together, whichever threads have begun them. Thread-safe. */
final class JobGroup {

    private final SparkContext context;
    private final String name;

    /** @param name no other group of the application has it */
    JobGroup(SparkContext context, String name) {
        this.context = context;
        this.name = name;
    }

    /**
     * Makes all jobs that the calling thread begins from now on some of the group's, also those that Spark begins for it, such as a shuffle's.
     *
     * @param description for Spark's pages, without secrets
     */
    void join(String description) {
        context.setJobGroup(name, "millrace load: " + description, false);
    }

    /** The calling thread begins no more jobs of the group's. */
    void leave() {
        context.clearJobGroup();
    }

    /** Ends the jobs under way, and those that anybody begins later. */
    void end() {
        if (!context.isStopped()) {
            context.cancelJobGroupAndFutureJobs(name);
        }
    }
}
