package dev.millrace.spark.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/** The jobs of a piece of work, which end together, whichever threads have begun them. Thread-safe. */
final class JobGroup {

    /** What Spark keeps of a thread's group, under the names that it has for that. */
    private static final List<String> PROPERTIES =
            List.of("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel");

    private final SparkContext context;
    private final String name;

    /** @param name no other group of the application has it */
    JobGroup(SparkContext context, String name) {
        this.context = context;
        this.name = name;
    }

    /** While it is open, the jobs of the thread that has joined are some of the group's. */
    interface Member extends AutoCloseable {
        /** Puts the thread back into the group that it was in. */
        @Override
        void close();
    }

    /**
     * Makes all jobs that the calling thread begins from now on some of the group's, also those that Spark begins for it, such as a shuffle's.
     *
     * @param description for Spark's pages, without secrets
     */
    Member join(String description) {
        Map<String, @Nullable String> before = new HashMap<>();
        PROPERTIES.forEach(property -> before.put(property, context.getLocalProperty(property)));
        context.setJobGroup(name, "millrace load: " + description, false);
        return () -> before.forEach(context::setLocalProperty);
    }

    /** Ends the jobs under way, and those that anybody begins later. */
    void end() {
        if (!context.isStopped()) {
            context.cancelJobGroupAndFutureJobs(name);
        }
    }
}
