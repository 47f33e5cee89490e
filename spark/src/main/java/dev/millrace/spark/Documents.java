package dev.millrace.spark;

import dev.millrace.contract.MappingContract;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.xml.XmlLimits;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a Spark source: what to read, cut into partitions, and how a task makes documents of a partition. A task reads its
 * partition as a {@link DocumentSource}, one document after the other, so that memory does not grow with it:
 *
 * <pre>{@code
 * Documents documents = Documents.of(session.read().parquet("hdfs:///loans"), "loan_id", "payload");
 * Documents.Reading reading = documents.reading();
 * documents.rows().mapPartitions(rows -> {
 *     try (DocumentSource source = reading.open(rows, contract, limits)) {
 *         for (Document next = source.next(); next != null; next = source.next()) …
 *     }
 * });
 * }</pre>
 *
 * <p>What the rows are is between {@link #rows} and {@link #reading}: keys with texts, names of files, or ranges of keys. The same source has the
 * same partitions each time, and a partition the same documents, though not always in the same order. Immutable.
 *
 * @param description for people and the ledger, without secrets
 * @param plan gives the rows, one partition for each piece of work, and the same each time; the first time may take as long as a shuffle
 * @param reading what makes documents of a partition; goes to the executors with the task
 * @param byKey whether all documents of a key are in the same partition
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Documents(String description, Supplier<JavaRDD<Row>> plan, Reading reading, boolean byKey) {

    /** What the plan gives. */
    public JavaRDD<Row> rows() {
        return plan.get();
    }

    /** Makes documents of the rows of a partition, on an executor. */
    @FunctionalInterface
    public interface Reading extends Serializable {

        /**
         * @param rows of one partition
         * @param contract says where the records of a file are
         * @throws SourceException when the source cannot be opened; what is wrong with one document is that document's reject
         */
        DocumentSource open(Iterator<Row> rows, MappingContract contract, XmlLimits limits) throws SourceException;

        /**
         * The same for whoever has no contract yet: nothing is split.
         *
         * @param large is given texts that are too large for memory, where the source has such; null for nobody
         * @throws SourceException also where a contract has to say what the source is
         */
        default DocumentSource texts(Iterator<Row> rows, XmlLimits limits, FileSource.@Nullable LargeTexts large)
                throws SourceException {
            throw SourceException.usage(
                    "a database is not read here without a contract; read it as a Dataset of Spark's");
        }
    }
}
