package dev.millrace.processing;

import dev.millrace.database.LoadClock;
import dev.millrace.database.RowLocator;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.sink.Sink;
import org.apiguardian.api.API;

/** Makes the sinks of a run whose rows do not go straight into the tables of its target. */
@API(status = API.Status.INTERNAL)
@FunctionalInterface
public interface Staging {
    /**
     * Called once for each worker, by one thread, after the target was prepared and before anything is read.
     *
     * @param target its ledger, and tables that stay empty
     * @throws TargetException when the sink cannot be had: the run does not begin
     */
    Sink<?> sink(Target target, int worker, LoadClock clock, RowLocator locator) throws TargetException;
}
