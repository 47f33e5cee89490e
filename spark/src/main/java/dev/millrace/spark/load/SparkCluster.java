package dev.millrace.spark.load;

import dev.millrace.processing.Cluster;
import dev.millrace.processing.PartOfRun;
import dev.millrace.processing.PartResult;
import dev.millrace.source.DocumentSource;
import dev.millrace.spark.Documents;
import dev.millrace.workers.Stop;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The executors of a Spark application. A partition is a part of the run, and a job of its own: so no more of them run at a time than the
 * database is to have connections, however many cores the cluster has, and a lost executor costs no more than the partitions that it was at.
 */
final class SparkCluster implements Cluster {

    /** The ledger keeps the number of a part in 16 bits. */
    static final int MOST_PARTS = 32_000;

    private final SparkSession session;
    private final Documents documents;
    private final int connections;
    /** Of the run, once it loads. */
    private volatile @Nullable PartOfRun part;

    /** @param connections tasks at a time */
    SparkCluster(SparkSession session, Documents documents, int connections) {
        this.session = session;
        this.documents = documents;
        this.connections = connections;
    }

    @Override
    public void load(PartOfRun ofRun, Consumer<PartResult> results, Stop stop) throws Exception {
        part = ofRun;
        JobGroup jobs = new JobGroup(session.sparkContext(), "millrace-" + ofRun.runId());
        // Asking for the rows' partitions may take as long as a shuffle of them.
        try (Stop.Ending atStop = stop.onAsk(jobs::end);
                JobGroup.Member in = jobs.join("reading " + ofRun.description())) {
            RDD<Row> rows = rows();
            int parts = rows.getNumPartitions();
            PartTask task =
                    new PartTask(ofRun, ofRun.limit(), documents.reading(), new LoadCounters(session.sparkContext()));
            Lanes lanes = new Lanes(jobs, rows, parts, task, ofRun.limit(), results);
            // Which documents are the first is known only when the parts before are done.
            lanes.run(ofRun.limit() < Long.MAX_VALUE ? 1 : Math.min(connections, parts), stop);
        } catch (Exception e) {
            throw stop.isAsked() ? e : SparkFailures.explained(e);
        }
    }

    private RDD<Row> rows() {
        RDD<Row> rows = documents.rows().rdd();
        // Without moving anything: each of the fewer partitions is several of the others.
        return rows.getNumPartitions() > MOST_PARTS
                ? documents.rows().coalesce(MOST_PARTS).rdd()
                : rows;
    }

    @Override
    public DocumentSource open(Set<String> keys, Stop stop) {
        PartOfRun ofRun = Objects.requireNonNull(part, "nothing was loaded before");
        return new WantedSource(
                new JobGroup(session.sparkContext(), "millrace-" + ofRun.runId() + "-again"),
                documents.description(),
                this::rows,
                new WantedDocuments(ofRun, documents.reading(), Set.copyOf(keys)),
                connections,
                stop);
    }

    /** So many threads, each of which has one partition after the other loaded. */
    private static final class Lanes {
        private final JobGroup jobs;
        private final RDD<Row> rows;
        private final int parts;
        private final PartTask task;
        private final Consumer<PartResult> results;
        /** Documents that are still to be read; never fewer where there is no limit. */
        private final AtomicLong left;

        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> broke = new AtomicReference<>();

        Lanes(JobGroup jobs, RDD<Row> rows, int parts, PartTask task, long limit, Consumer<PartResult> results) {
            this.left = new AtomicLong(limit);
            this.jobs = jobs;
            this.rows = rows;
            this.parts = parts;
            this.task = task;
            this.results = limit == Long.MAX_VALUE
                    ? results
                    : result -> {
                        left.addAndGet(-result.read());
                        results.accept(result);
                    };
        }

        void run(int lanes, Stop stop) throws Exception {
            CountDownLatch done = new CountDownLatch(lanes);
            for (int lane = 1; lane <= lanes; lane++) {
                new Thread(() -> loadParts(done), "millrace-lane-" + lane).start();
            }
            await(done, stop);
            Throwable first = broke.get();
            if (first != null && !stop.isAsked()) {
                throw SparkFailures.explained(first);
            }
        }

        private static void await(CountDownLatch done, Stop stop) {
            while (true) {
                try {
                    done.await();
                    return;
                } catch (InterruptedException e) {
                    stop.ask(Stop.INTERRUPTED);
                }
            }
        }

        private void loadParts(CountDownLatch done) {
            try {
                loadParts();
            } catch (Throwable e) {
                fail(e);
            } finally {
                done.countDown();
            }
        }

        private void loadParts() {
            int part = next.getAndIncrement();
            while (part < parts && left.get() > 0 && broke.get() == null) {
                Result result = new Result();
                try (JobGroup.Member in =
                        jobs.join("part " + (part + 1) + " of " + parts + ", " + task.description())) {
                    rows.sparkContext()
                            .runJob(
                                    rows,
                                    task.within(left.get()),
                                    partition(part),
                                    result,
                                    ClassTag$.MODULE$.apply(byte[].class));
                }
                results.accept(PartResult.of(Objects.requireNonNull(result.bytes, "a job ended without a result")));
                part = next.getAndIncrement();
            }
        }

        private Seq<Object> partition(int part) {
            return CollectionConverters.asScala(List.<Object>of(part)).toSeq();
        }

        private void fail(Throwable e) {
            if (broke.compareAndSet(null, e)) {
                jobs.end();
            }
        }
    }

    /** Of the partition's try that has succeeded. Spark's scheduler, which hands it out, has other things to do than to add it up. */
    private static final class Result extends AbstractFunction2<Object, byte[], BoxedUnit> {
        private volatile byte @Nullable [] bytes;

        @Override
        public BoxedUnit apply(Object partition, byte[] result) {
            bytes = result;
            return BoxedUnit.UNIT;
        }
    }
}
