package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.source.SourceException;
import java.util.function.Consumer;

/**
 * The entry point of a run: opens source and target, starts the coordinator, adds up results and metrics.
 */
public final class ProductionProcessor {

    public ProductionProcessor(MappingContract contract, RunOptions options) {}

    /**
     * Runs to the end. A run that breaks after it has begun still gives a summary, with {@link RunSummary.Status#FAILED}.
     *
     * @param onStart is given the look at the progress before the first document is read
     * @throws SourceException when the source cannot be opened: nothing was read
     * @throws TargetException when the target cannot be used: nothing was read
     */
    public RunSummary run(Consumer<Progress> onStart) throws SourceException, TargetException {
        throw new IllegalStateException("spine");
    }

    /** Asks a run to stop: running batches are finished, nothing new is begun. Any thread may call it, more than once. */
    public void stop() {}
}
