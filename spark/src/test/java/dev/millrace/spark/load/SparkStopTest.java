package dev.millrace.spark.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.PartOfSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.spark.TableDocuments;
import dev.millrace.spark.TestPostgres;
import dev.millrace.xml.XmlLimits;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Spark does for a load beside its parts, shuffles and reloads: that it is ended too, and how documents are cut that are loaded again. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SparkStopTest {

    /** The key is in the document, and two documents with one number are rivals. */
    private static final String CONTRACT = """
            contract: 1
            name: orders
            document: { record: /order, key: "@id" }
            tables:
              orders:
                columns:
                  number: { path: "@number", type: integer, key: true }
                  id:     { path: "@id", type: varchar(20) }
            """;

    private static SparkSession session;
    private static MappingContract contract;
    /** That a slow piece of work has begun; tasks are of this process. */
    private static volatile CountDownLatch begun = new CountDownLatch(1);

    @BeforeAll
    static void start() throws Exception {
        session = SparkSession.builder()
                .master("local[2,4]")
                .appName("stop")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        session.udf()
                .register(
                        "slowly",
                        (UDF1<String, String>) text -> {
                            begun.countDown();
                            Thread.sleep(100);
                            return text;
                        },
                        DataTypes.StringType);
        contract = ContractReader.read(CONTRACT, "contract").contract();
    }

    @AfterAll
    static void end() {
        session.stop();
    }

    @BeforeEach
    void begin() {
        begun = new CountDownLatch(1);
    }

    /** @param rivals how many numbers are there twice */
    private static Dataset<Row> orders(int documents, int rivals, int padding) {
        return session.range(0, documents, 1, 2)
                .selectExpr(
                        "concat('source ', id) as k",
                        "concat('<order id=\"o', id, '\" number=\"', id % " + (documents - rivals)
                                + ", '\">', repeat('x', " + padding + "), '</order>') as x");
    }

    private static SparkLoad load(Documents documents, Database target) {
        RunOptions options = SparkLoad.options(documents)
                .to(target)
                .createTables(true)
                .workers(2)
                .build();
        return new SparkLoad(session, contract, documents, options);
    }

    private static RunSummary stopped(SparkLoad load) throws Exception {
        ExecutorService runner = Executors.newSingleThreadExecutor();
        try {
            Future<RunSummary> summary = runner.submit(() -> load.run(RunListener.NONE));
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            load.stop();
            return summary.get(20, TimeUnit.SECONDS);
        } finally {
            runner.shutdownNow();
        }
    }

    private static void assertNothingGoesOn() throws InterruptedException {
        for (int i = 0; i < 100 && session.sparkContext().statusTracker().getActiveJobIds().length > 0; i++) {
            Thread.sleep(100);
        }
        assertThat(session.sparkContext().statusTracker().getActiveJobIds()).isEmpty();
    }

    @Test
    void theShuffleOfATableEndsWithTheLoad() throws Exception {
        // A minute's work.
        Dataset<Row> slow = orders(1_200, 0, 0).selectExpr("k", "slowly(x) as x");

        RunSummary summary = stopped(load(TableDocuments.byKey(slow, "k", "x", "slow", 2), TestPostgres.newDatabase()));

        assertThat(summary.status()).isEqualTo(Status.STOPPED);
        assertThat(summary.failure()).isEqualTo("stopped on request");
        assertThat(summary.documents().loaded()).isZero();
        assertNothingGoesOn();
    }

    /** Documents whose keys only they themselves tell are all sent to the driver, slice by slice. */
    @Test
    void documentsWithKeysOfTheirOwnAreLoadedAgainInSlices() throws Exception {
        Documents documents = TableDocuments.of(orders(60, 20, 1 << 20), "k", "x", "orders");
        Database target = TestPostgres.newDatabase();

        RunSummary summary = load(documents, target).run(RunListener.NONE);

        assertThat(summary.failure()).isEmpty();
        assertThat(summary.documents().read()).isEqualTo(60);
        assertThat(summary.documents().loaded()).isEqualTo(40);
        assertThat(summary.rejects().byCode()).containsOnlyKeys("duplicate-key").containsValue(20L);
        assertThat(TestPostgres.number(target, "select count(*) from orders")).isEqualTo(40);
        assertThat(TestPostgres.number(target, "select count(*) from processing_pending"))
                .isZero();
        assertNothingGoesOn();
    }

    @Test
    void aReloadEndsWithTheLoad() throws Exception {
        Documents whole = TableDocuments.of(orders(1_200, 20, 0), "k", "x", "orders");
        Documents slow =
                new Documents(whole.description(), whole.plan(), new SlowAgain(whole.reading()), whole.byKey());
        SlowAgain.OPENED.clear();

        RunSummary summary = stopped(load(slow, TestPostgres.newDatabase()));

        assertThat(summary.status()).isEqualTo(Status.STOPPED);
        assertNothingGoesOn();
    }

    /** Reads slowly whatever is read after the two parts. */
    private record SlowAgain(Documents.Reading whole) implements Documents.Reading {
        private static final List<Object> OPENED = new ArrayList<>();

        @Override
        public DocumentSource open(Iterator<Row> rows, MappingContract mapping, XmlLimits limits)
                throws SourceException {
            boolean slow;
            synchronized (OPENED) {
                OPENED.add(rows);
                slow = OPENED.size() > 2;
            }
            return new PartOfSource(whole.open(rows, mapping, limits)) {
                @Override
                public @Nullable Document next() throws SourceException, InterruptedException {
                    if (slow) {
                        begun.countDown();
                        Thread.sleep(100);
                    }
                    return nextOfAll();
                }
            };
        }
    }

    @Test
    void slicesAreInTheOrderOfTheDocumentsAndNoLargerThanTold() {
        WantedSource.Slices slices = WantedSource.Slices.of(List.of(25L, 0L, 10L, 11L), 10);

        assertThat(slices.numPartitions()).isEqualTo(3 + 1 + 1 + 2);
        assertThat(numbers(slices, 0, 4, 7, 3, 11)).containsExactly(0, 0, 1, 1);
        assertThat(numbers(slices, 2, 10)).containsExactly(4);
        assertThat(numbers(slices, 3, 10, 1)).containsExactly(5, 6);
    }

    /** The source may have grown since they were counted. */
    @Test
    void documentsThatHaveComeMeanwhileGoIntoTheLastSlice() {
        WantedSource.Slices slices = WantedSource.Slices.of(List.of(10L, 0L), 10);

        assertThat(numbers(slices, 0, 10, 10, 10)).containsExactly(0, 0, 0);
        assertThat(numbers(slices, 1, 10, 10)).containsExactly(1, 1);
    }

    @Test
    void theCallersGroupIsItsOwnAgain() {
        SparkContext context = session.sparkContext();
        context.setJobGroup("nightly", "all of it", true);
        try {
            JobGroup group = new JobGroup(context, "millrace-test");
            try (JobGroup.Member in = group.join("a part")) {
                assertThat(context.getLocalProperty("spark.jobGroup.id")).isEqualTo("millrace-test");
            }
            assertThat(context.getLocalProperty("spark.jobGroup.id")).isEqualTo("nightly");
            assertThat(context.getLocalProperty("spark.job.description")).isEqualTo("all of it");
            assertThat(context.getLocalProperty("spark.job.interruptOnCancel")).isEqualTo("true");
        } finally {
            context.clearJobGroup();
        }
    }

    private static List<Integer> numbers(WantedSource.Slices slices, int partition, int... bytes) {
        List<Row> documents = new ArrayList<>();
        for (int length : bytes) {
            documents.add(WantedDocuments.row(Document.ofText("k", new byte[length], "test")));
        }
        List<Integer> numbers = new ArrayList<>();
        slices.numbered(partition, documents.iterator())
                .forEachRemaining(document -> numbers.add(slices.getPartition(document._1())));
        return numbers;
    }
}
