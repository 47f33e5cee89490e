package dev.millrace.processing;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkException;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.workers.End;
import dev.millrace.workers.ParallelCoordinator;
import dev.millrace.workers.Progress;
import dev.millrace.workers.Stop;
import dev.millrace.workers.Worker;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads and maps all documents of a source as a run does, on several workers, for a caller that wants the rows but loads nothing.
 *
 * @param workers at least 1
 * @param showValues whether messages of faults may hold values of documents
 */
public record DocumentSweep(MappingContract contract, From from, XmlLimits limits, int workers, boolean showValues) {

    /**
     * Hands every batch to a sink. The rows have placeholders for what the contract takes from the run itself.
     *
     * @param sinks makes one for each worker; closed at the end
     * @param onStart called before the first document is read, with the progress that it can look at from then on
     * @param stop ends it early, with a {@link SourceException}
     * @return documents that the source delivered
     * @throws SinkException from a sink
     * @throws SourceException when the source cannot be opened or breaks, or a document causes an internal fault of Millrace
     */
    public long run(Supplier<Sink<?>> sinks, Consumer<Progress> onStart, Stop stop)
            throws SourceException, SinkException {
        try (DocumentSource source =
                Sources.open(from, contract, limits, null, RetryPolicy.DEFAULT, showValues, stop)) {
            return run(source, sinks, onStart, stop);
        }
    }

    private long run(DocumentSource source, Supplier<Sink<?>> sinks, Consumer<Progress> onStart, Stop stop)
            throws SourceException, SinkException {
        int tables = contract.tables().size();
        Projection projection = DataMapper.projection(contract);
        List<StageClock> clocks = new ArrayList<>();
        List<Worker<?>> pool = new ArrayList<>();
        try {
            for (int i = 0; i < workers; i++) {
                StageClock clock = new StageClock();
                clocks.add(clock);
                pool.add(new Worker<>(
                        () -> new DocumentPipeline(
                                contract,
                                projection,
                                limits,
                                DocumentPipeline.NO_RUN,
                                Instant.EPOCH,
                                showValues,
                                clock),
                        sinks.get(),
                        clock));
            }
            RunMetrics metrics = new RunMetrics(source, Long.MAX_VALUE, clocks, tables);
            ParallelCoordinator coordinator = new ParallelCoordinator(
                    pool,
                    RunOptions.DEFAULT_BATCH_DOCUMENTS,
                    RunOptions.DEFAULT_BATCH_BYTES,
                    Long.MAX_VALUE,
                    document -> 1,
                    metrics.expected(),
                    stop);
            onStart.accept(metrics);
            End end = coordinator.run(source, metrics::add);
            if (end instanceof End.Failed failed) {
                throw rethrown(failed.cause());
            }
            if (!(end instanceof End.OfSource) || coordinator.documentsRead() != metrics.documentsDone()) {
                // The caller would take a part of the source for all of it.
                throw new SourceException(source.description() + " – was not read to its end", null);
            }
            return coordinator.documentsRead();
        } finally {
            pool.forEach(Worker::close);
        }
    }

    /** Throws the failure of a worker's thread in the caller's thread. */
    private static SourceException rethrown(Throwable failure) throws SourceException, SinkException {
        if (failure instanceof SinkException sink) {
            throw sink;
        }
        if (failure instanceof Worker.InternalFaultException fault) {
            throw new SourceException(String.valueOf(fault.getMessage()), fault);
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof SourceException source) {
            throw source;
        }
        return new SourceException(
                "reading has ended with " + failure.getClass().getName(), failure);
    }
}
