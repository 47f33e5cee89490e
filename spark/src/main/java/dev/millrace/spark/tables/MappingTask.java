package dev.millrace.spark.tables;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageCollector;
import dev.millrace.database.RunInfo;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.StageClock;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs to map documents, in a form that travels: the contract is its text, which each task compiles for itself.
 *
 * @param contract the contract's text
 * @param name the contract's
 * @param runId what {@code meta: run-id} gives
 * @param loadedAt what {@code meta: loaded-at} gives
 * @param documentBytes bytes of the largest document; 0 for as much as the executor's memory allows
 */
record MappingTask(String contract, String name, String runId, Instant loadedAt, long documentBytes)
        implements Serializable {

    /**
     * @throws IllegalArgumentException when the contract takes from a run what its columns cannot hold, such as a run id that is no UUID
     */
    static MappingTask of(MappingContract contract, TablesOptions options) {
        Instant loadedAt =
                options.loadedAt() != null ? options.loadedAt() : Instant.now().truncatedTo(ChronoUnit.MICROS);
        MappingTask task = new MappingTask(
                contract.text(),
                contract.name(),
                options.runId() != null ? options.runId() : RunInfo.newId(loadedAt),
                loadedAt,
                options.documentBytes());
        task.checkRun(contract);
        return task;
    }

    /** What the mapper refuses, it refuses before a job begins. */
    private void checkRun(MappingContract contract) {
        DataMapper unused = new DataMapper(contract, runId, loadedAt, false);
    }

    /** Reads the contract again, which was read without a fault on the driver. */
    MappingContract compiled() {
        try {
            return ContractReader.read(contract, name + ".yaml").contract();
        } catch (ContractException e) {
            throw new IllegalStateException("the contract of the driver is none here", e);
        }
    }

    /** The limits of a run with as many workers as the executor has cores. */
    XmlLimits limits() {
        int processors = Runtime.getRuntime().availableProcessors();
        SparkEnv env = SparkEnv.get();
        int cores = env == null ? processors : env.conf().getInt("spark.executor.cores", processors);
        return documentBytes > 0
                ? XmlLimits.DEFAULTS.withDocumentBytes(documentBytes)
                : XmlLimits.forWorkers(Math.max(1, cores));
    }

    /**
     * What becomes of the documents of a partition; the source is closed with the task.
     *
     * @param coverage counts their paths; null for nobody
     */
    Outcomes outcomes(
            MappingContract compiled, Documents.Reading reading, Iterator<Row> rows, @Nullable Coverage coverage) {
        DocumentSource source;
        try {
            source = reading.open(rows, compiled, limits());
        } catch (SourceException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        TaskContext task = TaskContext.get();
        Outcomes outcomes =
                new Outcomes(source, pipelines(compiled, coverage == null ? null : coverage.collector()), task);
        task.addTaskCompletionListener((TaskCompletionListener) ended -> source.close());
        return outcomes;
    }

    /** Makes pipelines, of which one is used at a time: another one after memory has run out. */
    Supplier<DocumentPipeline> pipelines(MappingContract compiled, @Nullable CoverageCollector coverage) {
        Projection projection = DataMapper.projection(compiled);
        XmlLimits limits = limits();
        return () -> new DocumentPipeline(
                compiled, projection, limits, runId, loadedAt, false, new StageClock(), null, null, coverage);
    }
}
