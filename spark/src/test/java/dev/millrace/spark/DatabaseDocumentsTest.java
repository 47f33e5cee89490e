package dev.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.SourceException;
import dev.millrace.spark.load.SparkLoad;
import dev.millrace.xml.XmlLimits;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a task that reads a range of a database knows of the load's options. */
class DatabaseDocumentsTest {

    private static final RetryPolicy ONCE =
            new RetryPolicy(1, Duration.ofSeconds(7), Duration.ofMillis(3), Duration.ofMillis(5));

    private static SparkSession session;
    private static Database source;

    @BeforeAll
    static void start() throws Exception {
        session = LocalSpark.session();
        source = TestPostgres.newDatabase();
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create table intake (id integer primary key, note text)");
            statement.execute("insert into intake values (1, 'a secret')");
        }
    }

    @AfterAll
    static void end() {
        session.stop();
    }

    private static MappingContract contract() throws Exception {
        return ContractReader.read("""
                        contract: 1
                        name: orders
                        document: { record: /order }
                        tables:
                          orders:
                            columns:
                              id: { path: "@id", type: integer, key: true }
                        """, "contract").contract();
    }

    private static Documents documents(boolean showValues) throws Exception {
        return DatabaseDocuments.of(
                session,
                // Only who reads the documents meets with the fault.
                From.query(source, "select id, cast(cast(note as integer) as text) as xml from intake", "id", "xml"),
                contract(),
                XmlLimits.DEFAULTS,
                ONCE,
                showValues,
                2);
    }

    /** What a load tells that cannot read its source, and what Spark writes of its tasks into its logs and pages. */
    private static String told(Documents documents, boolean showValues) throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        SparkListener listener = new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd task) {
                told.add(task.reason() + ((TaskFailedReason) task.reason()).toErrorString());
            }
        };
        session.sparkContext().addSparkListener(listener);
        try {
            RunSummary summary = new SparkLoad(
                            session,
                            contract(),
                            documents,
                            SparkLoad.options(documents)
                                    .to(TestPostgres.newDatabase())
                                    .createTables(true)
                                    .showValues(showValues)
                                    .build())
                    .run(RunListener.NONE);
            session.sparkContext().listenerBus().waitUntilEmpty();
            assertThat(told.toString()).contains(summary.failure());
            return told + summary.failure();
        } finally {
            session.sparkContext().removeSparkListener(listener);
        }
    }

    @Test
    void tasksShowValuesOnlyWhereTheyMay() throws Exception {
        assertThat(told(documents(false), false))
                .contains("reading failed", "SQL state 22P02")
                .doesNotContain("a secret");
        assertThat(told(documents(true), true)).contains("a secret");
    }

    /** Spark writes the causes of what a task throws, too. */
    @Test
    void causesAreToldWithoutTheirWords() throws Exception {
        Documents whole = documents(false);
        Documents.Reading broken = (rows, contract, limits) -> {
            throw new SourceException("the range cannot be opened", new IllegalStateException("a secret"));
        };
        Documents documents = new Documents(whole.description(), whole.plan(), broken, true);

        assertThat(told(documents, false))
                .contains("the range cannot be opened", "java.lang.IllegalStateException")
                .doesNotContain("a secret");
        assertThat(told(documents, true)).contains("a secret");
    }

    @Test
    void tasksRetryAsOftenAsTheLoadIsToldTo() throws Exception {
        assertThat(documents(false).reading().toString())
                .contains("retries=1", "patience=PT7S", "firstPause=PT0.003S", "longestPause=PT0.005S");
    }
}
