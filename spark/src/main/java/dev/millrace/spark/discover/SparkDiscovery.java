package dev.millrace.spark.discover;

import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.Draft;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.xml.XmlLimits;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Drafts a contract of the documents of a Spark source: tasks read them, twice; what they have found is added up on the way to the driver. */
public final class SparkDiscovery {

    private SparkDiscovery() {}

    /**
     * The draft that {@code discover} makes of the same documents, byte for byte.
     *
     * @param limits the same on every machine
     * @throws SourceException when the documents cannot be read
     * @throws DraftException when there is nothing to draft, or not as it was asked for
     */
    public static Draft draft(Documents documents, DraftOptions options, XmlLimits limits)
            throws SourceException, DraftException {
        JavaRDD<Row> rows = documents.rows();
        Documents.Reading reading = documents.reading();
        return Discovery.of(pass -> run(pass, rows, reading, limits), options, limits);
    }

    private static byte[] run(Discovery.Pass pass, JavaRDD<Row> rows, Documents.Reading reading, XmlLimits limits)
            throws SourceException {
        if (rows.getNumPartitions() == 0) {
            return pass.part(large -> DocumentSource.of("nothing", List.of()));
        }
        FlatMapFunction<Iterator<Row>, byte[]> part = some ->
                List.of(pass.part(large -> reading.texts(some, limits, large))).iterator();
        return rows.mapPartitions(part).treeReduce(pass::both);
    }
}
