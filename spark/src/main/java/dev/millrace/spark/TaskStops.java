package dev.millrace.spark;

import dev.millrace.workers.Stop;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskInterruptListener;
import org.jspecify.annotations.Nullable;

/** The stop of a task. */
public final class TaskStops {

    private TaskStops() {}

    /** One that is asked for when Spark ends the task of the calling thread; nobody asks for it outside of a task. */
    public static Stop current() {
        return of(TaskContext.get());
    }

    /** @param task null outside of one */
    public static Stop of(@Nullable TaskContext task) {
        Stop stop = new Stop();
        if (task != null) {
            // Unless Spark is told to interrupt it, a task hears of its end in this way alone; an interrupt would harm
            // some drivers.
            task.addTaskInterruptListener(
                    (TaskInterruptListener) (ended, reason) -> stop.ask("Spark has ended the task: " + reason));
        }
        return stop;
    }
}
