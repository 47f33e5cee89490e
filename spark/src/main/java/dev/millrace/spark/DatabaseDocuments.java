package dev.millrace.spark;

import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.DatabaseAddress;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.Sources;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Documents of a table or query of a database, cut into ranges of keys with the same number of documents each: the database counts and
 * numbers its keys for that. Each task reads its range as a run on one machine reads its source, with the same keys, over a
 * connection of its own.
 */
public final class DatabaseDocuments {

    /** A range of fewer documents would be mostly the opening of connections. */
    private static final long FEWEST = 1000;

    private DatabaseDocuments() {}

    /** As the other one, with the default retries, and without words of the database's own. */
    public static Documents of(
            SparkSession session, FromDatabase from, MappingContract contract, XmlLimits limits, int partitions)
            throws SourceException {
        return of(session, from, contract, limits, RetryPolicy.DEFAULT, false, partitions);
    }

    /**
     * @param retries of what is asked of the database, here and by each task
     * @param showValues whether messages may hold the database's own words, and so values
     * @param partitions how many ranges at most
     * @throws SourceException when there is no such table or column, or the database cannot be reached
     */
    public static Documents of(
            SparkSession session,
            FromDatabase from,
            MappingContract contract,
            XmlLimits limits,
            RetryPolicy retries,
            boolean showValues,
            int partitions)
            throws SourceException {
        List<Row> ranges = new ArrayList<>();
        String description;
        try (DocumentSource whole = Sources.open(from, contract, limits, retries, showValues, new Stop())) {
            description = whole.description();
            Object after = null;
            for (Object last : ((JdbcSource) whole).cuts(partitions, FEWEST)) {
                ranges.add(RowFactory.create(after, last));
                after = last;
            }
            ranges.add(RowFactory.create(after, null));
        }
        JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
        Range reading = new Range(
                from.database().address(),
                from.table(),
                from.keyColumn(),
                from.xmlColumn(),
                from.query(),
                from.keyRange(),
                retries.retries(),
                retries.patience(),
                retries.first(),
                retries.longest(),
                showValues);
        JavaRDD<Row> rows = context.parallelize(ranges, ranges.size());
        return new Documents(description, () -> rows, reading, true);
    }

    /** Reads the range that the partition's only row is. */
    private record Range(
            DatabaseAddress address,
            @Nullable String table,
            @Nullable String keyColumn,
            @Nullable String xmlColumn,
            @Nullable String query,
            @Nullable String keyRange,
            int retries,
            Duration patience,
            Duration firstPause,
            Duration longestPause,
            boolean showValues)
            implements Documents.Reading {

        @Override
        public DocumentSource open(Iterator<Row> rows, MappingContract contract, XmlLimits limits)
                throws SourceException {
            Row range = rows.next();
            FromDatabase from = new FromDatabase(address.database(), table, keyColumn, xmlColumn, query, keyRange);
            RetryPolicy policy = new RetryPolicy(retries, patience, firstPause, longestPause);
            DocumentSource source = Sources.open(from, contract, limits, policy, showValues, TaskStops.current());
            ((JdbcSource) source).within(range.get(0), range.get(1));
            return source;
        }
    }
}
