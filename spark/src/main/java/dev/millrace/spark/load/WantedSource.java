package dev.millrace.spark.load;

import dev.millrace.document.Document;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.workers.Stop;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/**
 * The documents that are loaded again, as the driver reads them. Tasks look for them twice: how many bytes they have, and then for them all,
 * which Spark keeps on its disks in slices. The driver fetches one slice after the other, so that neither it nor a task holds more than one in
 * memory. Read by one thread.
 */
final class WantedSource implements DocumentSource {

    /** Of documents that the driver has in memory at a time, unless one of them has more. */
    static final long BYTES_OF_SLICE = 16L << 20;

    private final JobGroup jobs;
    private final String description;
    private final Supplier<RDD<Row>> rows;
    private final WantedDocuments wanted;
    private final int tasks;
    private final Stop.Ending atStop;
    private volatile boolean stopped;
    /** Null until the first document is asked for. */
    private @Nullable Iterator<Row> found;

    /**
     * @param jobs of this source alone
     * @param tasks that read at a time
     */
    WantedSource(
            JobGroup jobs, String description, Supplier<RDD<Row>> rows, WantedDocuments wanted, int tasks, Stop stop) {
        this.jobs = jobs;
        this.description = description;
        this.rows = rows;
        this.wanted = wanted;
        this.tasks = tasks;
        this.atStop = stop.onAsk(this::stop);
    }

    @Override
    public @Nullable Document next() throws SourceException {
        try (JobGroup.Member in = jobs.join("documents that are loaded again, " + description)) {
            Iterator<Row> rest = found;
            if (rest == null && !stopped) {
                rest = find();
                found = rest;
            }
            return stopped || rest == null || !rest.hasNext() ? null : WantedDocuments.document(rest.next());
        } catch (Exception e) { // Scala declares none
            if (stopped) {
                return null;
            }
            Exception explained = SparkFailures.explained(e);
            throw explained instanceof SourceException broken
                    ? broken
                    : new SourceException(String.valueOf(explained.getMessage()), explained);
        }
    }

    private Iterator<Row> find() {
        RDD<Row> source = rows.get();
        // So many connections to a database as the load has, each for several partitions.
        JavaRDD<Row> documents = JavaRDD.fromRDD(source, ClassTag$.MODULE$.apply(Row.class))
                .mapPartitions(wanted)
                .coalesce(tasks);
        List<Long> bytes = documents.mapPartitions(Slices::bytes).collect();
        Slices slices = Slices.of(bytes, BYTES_OF_SLICE);
        return documents
                .mapPartitionsWithIndex(slices::numbered, false)
                .mapToPair(numbered -> numbered)
                .partitionBy(slices)
                .values()
                .toLocalIterator();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void stop() {
        stopped = true;
        jobs.end();
    }

    @Override
    public void close() {
        atStop.close();
        stop();
    }

    /** Cuts the documents of each partition into slices, which are numbered in the order of the documents. */
    static final class Slices extends Partitioner {

        private static final long serialVersionUID = 1L;

        private final int[] first;
        private final int count;
        private final long bytesOfSlice;

        private Slices(int[] first, int count, long bytesOfSlice) {
            this.first = first;
            this.count = count;
            this.bytesOfSlice = bytesOfSlice;
        }

        /** @param bytes of each partition's documents */
        static Slices of(List<Long> bytes, long bytesOfSlice) {
            int[] first = new int[bytes.size()];
            int count = 0;
            for (int partition = 0; partition < first.length; partition++) {
                first[partition] = count;
                count += Math.max(1, Math.toIntExact((bytes.get(partition) + bytesOfSlice - 1) / bytesOfSlice));
            }
            return new Slices(first, count, bytesOfSlice);
        }

        static Iterator<Long> bytes(Iterator<Row> documents) {
            long bytes = 0;
            while (documents.hasNext()) {
                bytes += bytes(documents.next());
            }
            return List.of(bytes).iterator();
        }

        private static long bytes(Row document) {
            // At least one, so that there is a slice for documents without any.
            return Math.max(1, WantedDocuments.document(document).content().length);
        }

        /** The documents of a partition, each with the number of its slice. Where there are more by now, the last slice is larger. */
        Iterator<Tuple2<Integer, Row>> numbered(int partition, Iterator<Row> documents) {
            int last = (partition + 1 < first.length ? first[partition + 1] : count) - 1;
            return new Iterator<>() {
                private long before;

                @Override
                public boolean hasNext() {
                    return documents.hasNext();
                }

                @Override
                public Tuple2<Integer, Row> next() {
                    Row document = documents.next();
                    int slice = (int) Math.min(last, first[partition] + before / bytesOfSlice);
                    before += bytes(document);
                    return new Tuple2<>(slice, document);
                }
            };
        }

        @Override
        public int numPartitions() {
            return count;
        }

        @Override
        public int getPartition(Object slice) {
            return (Integer) slice;
        }
    }
}
