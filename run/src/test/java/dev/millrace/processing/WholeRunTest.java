package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestPostgres;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.document.FaultCode;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.MaxRejects;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleFault;
import dev.millrace.workers.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The main job on a real PostgreSQL: app_xml in, related tables out, and what the guarantees say about it. */
@Timeout(1_200)
class WholeRunTest {

    private static final Path CONTRACT = Path.of("../examples/loan-applications/contract.yaml");

    private Database database;
    private MappingContract contract;

    @BeforeEach
    void readContract() throws Exception {
        database = TestPostgres.newDatabase();
        contract = ContractReader.read(CONTRACT).contract();
    }

    @Test
    void loadsTheSameRowsForAnyNumberOfWorkersAndAnyBatchSize() throws Exception {
        // -Dmillrace.documents=100000 is the long run.
        int documents = Integer.getInteger("millrace.documents", 1_500);
        fill(documents, Settings.of(7, Size.SMALL));
        Map<String, String> expected = null;
        for (int workers : new int[] {1, 2, 4, 8}) {
            for (int batch : new int[] {1, 7, 500, 5_000}) {
                drop();
                RunSummary summary = run(options(workers, batch, false, MaxRejects.NONE));

                assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
                assertThat(summary.documents().loaded()).isEqualTo(documents);
                Map<String, String> rows = contents();
                if (expected == null) {
                    expected = rows;
                }
                assertThat(rows).as("%d workers, batches of %d", workers, batch).isEqualTo(expected);
            }
        }
    }

    @Test
    void usesOneConnectionPerWorkerAndOneToRead() throws Exception {
        fill(3_000, Settings.of(7, Size.SMALL));
        AtomicInteger most = new AtomicInteger();
        AtomicReference<Progress> running = new AtomicReference<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread observer = new Thread(() -> {
            while (!done.get()) {
                // Before the first batch the server may still be ending the connection that prepared the target, and
                // after
                // the last one those of the workers.
                long read = running.get() == null ? 0 : running.get().read();
                if (read > 0 && read < 3_000) {
                    most.accumulateAndGet(connections(), Math::max);
                }
            }
        });

        RunOptions options = options(4, 20, false, MaxRejects.NONE);
        observer.start();
        RunSummary summary = new ProductionProcessor(contract, options).run(running::set);

        done.set(true);
        observer.join();
        assertThat(summary.run().connections()).isEqualTo(5);
        assertThat(most.get()).isEqualTo(5);
    }

    @Test
    void loadsGoodDocumentsAndRejectsBadOnesThenLoadsThoseOnceMended() throws Exception {
        int documents = 1_000;
        SampleApplications samples =
                new SampleApplications(Settings.of(11, Size.SMALL).withFaults(5));
        fill(documents, samples);
        Map<String, String> faults = new TreeMap<>();
        for (long n = 1; n <= documents; n++) {
            String key = String.valueOf(n);
            samples.faultOf(n).map(SampleFault::code).map(FaultCode::word).ifPresent(code -> faults.put(key, code));
        }

        RunSummary first = run(options(4, 100, false, MaxRejects.NONE));

        assertThat(first.status()).as(first.failure()).isEqualTo(Status.FINISHED);
        assertThat(first.documents().rejected()).isEqualTo(faults.size());
        assertThat(first.documents().loaded()).isEqualTo(documents - faults.size());
        assertThat(rejectCodes()).isEqualTo(faults);

        Map<String, String> before = contents();
        RunSummary second = run(options(4, 100, false, MaxRejects.NONE));

        assertThat(second.documents().skipped()).isEqualTo(documents);
        assertThat(second.documents().loaded() + second.documents().rejected()).isZero();
        assertThat(contents()).isEqualTo(before);

        fill(documents, samples.mended());
        RunSummary third = run(options(4, 100, true, MaxRejects.NONE));

        assertThat(third.documents().loaded()).isEqualTo(faults.size());
        assertThat(third.documents().rejected()).isZero();
        assertThat(rejectCodes()).isEmpty();

        Map<String, String> mended = contents();
        drop();
        run(options(2, 500, false, MaxRejects.NONE));
        assertThat(mended).isEqualTo(contents());
    }

    @Test
    void givesUpWhenTooManyAreRejected() throws Exception {
        fill(2_000, new SampleApplications(Settings.of(3, Size.SMALL).withFaults(50)));

        RunSummary summary = run(options(2, 50, false, new MaxRejects(Long.MAX_VALUE, 10)));

        assertThat(summary.status()).isEqualTo(Status.STOPPED);
        assertThat(summary.failure()).isEqualTo("gave up: more documents were rejected than this run accepts");
        assertThat(summary.documents().read()).isLessThan(2_000);
    }

    private RunSummary run(RunOptions options) throws Exception {
        return new ProductionProcessor(contract, options).run(progress -> {});
    }

    private RunOptions options(int workers, int batch, boolean retryRejects, MaxRejects maxRejects) {
        return RunOptions.from(From.table(database))
                .to(database)
                .workers(workers)
                .batchDocuments(batch)
                .createTables(true)
                .retryRejects(retryRejects)
                .maxRejects(maxRejects)
                .build();
    }

    private void fill(int documents, Settings settings) throws SQLException {
        fill(documents, new SampleApplications(settings));
    }

    private void fill(int documents, SampleApplications samples) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DROP TABLE IF EXISTS app_xml");
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml text)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO app_xml VALUES (?, ?)")) {
                for (long n = 1; n <= documents; n++) {
                    insert.setLong(1, n);
                    insert.setString(2, new String(samples.document(n), StandardCharsets.UTF_8));
                    insert.addBatch();
                    if (n % 1_000 == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    private void drop() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA \"" + contract.schema() + "\" CASCADE");
        } catch (SQLException e) {
            assertThat(e.getSQLState())
                    .as("only a missing schema may be missing")
                    .isEqualTo("3F000");
        }
    }

    /** For each of the contract's tables: how many rows, and a sum over all of their content. */
    private Map<String, String> contents() throws SQLException {
        Map<String, String> contents = new LinkedHashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (var table : contract.tables()) {
                ResultSet sums = statement.executeQuery("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM \""
                        + contract.schema() + "\".\"" + table.name() + "\" t");
                sums.next();
                contents.put(table.name(), sums.getLong(1) + " rows, sum " + sums.getString(2));
            }
        }
        return contents;
    }

    private Map<String, String> rejectCodes() throws SQLException {
        Map<String, String> codes = new TreeMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rejects = statement.executeQuery("SELECT document_key, code FROM \"" + contract.schema()
                        + "\".processing_log WHERE status = 'rejected'")) {
            while (rejects.next()) {
                codes.put(rejects.getString(1), rejects.getString(2));
            }
        }
        return codes;
    }

    private int connections() {
        try (Connection connection = TestPostgres.observe();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'millrace'")) {
            count.next();
            return count.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
