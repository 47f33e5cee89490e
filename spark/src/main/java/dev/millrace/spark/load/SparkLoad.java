package dev.millrace.spark.load;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.processing.Cluster;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import java.util.Collections;
import org.apache.spark.sql.SparkSession;
import org.apiguardian.api.API;

/**
 * A run on a cluster: documents of any Spark source into a database. The driver prepares the target, and builds keys after the rows; each
 * task loads a partition over a connection of its own. A document and its row in the ledger are one transaction, so it is loaded once
 * however often its task is tried, also by two executors at once, and however often the job is started again.
 *
 * <pre>{@code
 * Documents documents = TableDocuments.of(session.read().parquet("hdfs:///loans"), "loan_id", "payload", "loans");
 * RunOptions options = SparkLoad.options(documents)
 *         .to(Database.of("jdbc:postgresql://host/loans", login))
 *         .createTables(true)
 *         .workers(16)
 *         .build();
 * RunSummary summary = new SparkLoad(session, contract, documents, options).run(RunListener.NONE);
 * }</pre>
 *
 * <p>{@code workers} is how many tasks load at a time, whatever the number of executors: so many connections the database has to bear. With a
 * {@code limit} it is one, and of a table it is not said which documents are read. Not with {@code dryRun}. A load runs once.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SparkLoad {

    private final ProductionProcessor processor;

    /**
     * @param options with the documents as their source, as {@link #options} makes them
     * @throws IllegalArgumentException when the options ask for what a cluster does not do
     */
    public SparkLoad(SparkSession session, MappingContract contract, Documents documents, RunOptions options) {
        processor = new ProductionProcessor(contract, options, cluster(session, documents, options.workers()));
    }

    /** The executors, for a processor of the caller's own. */
    @API(status = API.Status.INTERNAL)
    public static Cluster cluster(SparkSession session, Documents documents, int connections) {
        return new SparkCluster(session, documents, connections);
    }

    /** Options for a load of these documents, with all defaults. */
    public static RunOptions.Builder options(Documents documents) {
        String description = documents.description();
        return RunOptions.from(
                From.source(description, () -> DocumentSource.of(description, Collections::emptyIterator)));
    }

    /**
     * Runs to the end, as {@link ProductionProcessor#run(RunListener)} does.
     *
     * @param listener is told of rejects when their partition is loaded, of the first hundred of each; of batches it is not told
     */
    public RunSummary run(RunListener listener) throws SourceException, TargetException {
        return processor.run(listener);
    }

    /** Asks the load to stop: its tasks are killed, and what they have committed stays. Any thread may call it, more than once. */
    public void stop() {
        processor.stop();
    }
}
