package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.kit.faults.FaultyDatabase;
import dev.millrace.kit.faults.JdbcFault;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.SourceException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every call of JDBC that a small run makes fails once, in each of the ways that a call can fail. Afterwards, or after a
 * second run, tables and ledger are those of an undisturbed run. In an ordinary build each call fails in one of the ways,
 * on PostgreSQL every third call; {@code -Dmillrace.faults=all} tries them all.
 */
@Timeout(300)
class EveryCallFailsTest {
    private static final int THREADS = 4;

    private static final RetryPolicy QUICK = new RetryPolicy(8, Duration.ofMillis(1), Duration.ofMillis(5));

    private static final boolean ALL = "all".equals(System.getProperty("millrace.faults"));
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static String h2() {
        return "jdbc:h2:mem:every_call_" + NUMBERS.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
    }

    private static String postgreSql() {
        String schema = "f" + NUMBERS.incrementAndGet();
        // The schema comes first, so that no URL begins like another one.
        String url = server.getJdbcUrl("postgres", "postgres")
                .replace("?", "?currentSchema=" + schema + "&ApplicationName=test&");
        execute(server.getJdbcUrl("postgres", "postgres"), "CREATE SCHEMA " + schema);
        return url;
    }

    @Test
    void h2EndsWithTheTablesOfAnUndisturbedRun() throws Exception {
        everyCallFails(EveryCallFailsTest::h2, true, 1);
    }

    @Test
    void h2EndsWithTheTablesOfAnUndisturbedRunWithoutRejects() throws Exception {
        everyCallFails(EveryCallFailsTest::h2, false, 1);
    }

    @Test
    void postgreSqlEndsWithTheTablesOfAnUndisturbedRun() throws Exception {
        everyCallFails(EveryCallFailsTest::postgreSql, true, ALL ? 1 : 3);
    }

    @Test
    @EnabledIfSystemProperty(named = "millrace.faults", matches = "all")
    void postgreSqlEndsWithTheTablesOfAnUndisturbedRunWithoutRejects() throws Exception {
        everyCallFails(EveryCallFailsTest::postgreSql, false, 1);
    }

    @Test
    void h2SettlesALostCommitWithoutASecondRun() throws Exception {
        try (Sandbox undisturbed = new Sandbox(h2(), true);
                Sandbox slow = new Sandbox(h2(), true)) {
            undisturbed.run();
            slow.faults.slowDown(Duration.ofMillis(1));
            // The first commits are those of the tables and of the run's row.
            slow.faults.failAt("commit", 4, JdbcFault.ANSWER_LOST);

            assertThat(slow.run()).startsWith("FINISHED");
            assertThat(slow.faults.calls()).isGreaterThan(4);
            assertThat(slow.contents()).isEqualTo(undisturbed.contents());
        }
    }

    private static void everyCallFails(Supplier<String> urls, boolean rejects, int step) throws Exception {
        Sandbox undisturbed = new Sandbox(urls.get(), rejects);
        undisturbed.faults.failAt(Integer.MAX_VALUE, JdbcFault.FATAL);
        assertThat(undisturbed.run()).isEqualTo("FINISHED ");
        int calls = undisturbed.faults.calls();
        String expected = undisturbed.contents();
        undisturbed.close();

        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<String>> outcomes = new ArrayList<>();
        try {
            for (int call = 1; call <= calls; call += step) {
                JdbcFault[] faults = JdbcFault.values();
                for (int i = 0; i < faults.length; i++) {
                    if (ALL || i == call / step % faults.length) {
                        int number = call;
                        JdbcFault fault = faults[i];
                        outcomes.add(pool.submit(() -> disturbed(urls.get(), rejects, number, fault, expected)));
                    }
                }
            }
            List<String> faulty = new ArrayList<>();
            for (Future<String> outcome : outcomes) {
                if (!outcome.get().isEmpty()) {
                    faulty.add(outcome.get());
                }
            }
            assertThat(faulty).as("of %d runs", outcomes.size()).isEmpty();
        } finally {
            pool.shutdownNow();
        }
    }

    /** What is wrong afterwards, or nothing. */
    private static String disturbed(String url, boolean rejects, int call, JdbcFault fault, String expected)
            throws Exception {
        try (Sandbox sandbox = new Sandbox(url, rejects)) {
            sandbox.faults.failAt(call, fault);
            String first = sandbox.run();
            String where = "call " + call + " (" + sandbox.faults.lastCalls() + ") fails: " + fault + ", then " + first;
            sandbox.faults.failAt(Integer.MAX_VALUE, fault);
            boolean alreadyComplete = first.startsWith("FINISHED");
            if (alreadyComplete && !sandbox.contents().equals(expected)) {
                return where + "\n but has " + sandbox.contents() + "\n instead of " + expected;
            }
            String second = sandbox.run();
            if (!second.startsWith("FINISHED") || !sandbox.contents().equals(expected)) {
                return where + ", then " + second + "\n has " + sandbox.contents() + "\n instead of " + expected;
            }
            String running = sandbox.running();
            // Nobody can write down the end of a run when just that writing fails for good.
            return running.isEmpty() || first.contains("end of the run") ? "" : where + "\n is still running";
        }
    }

    /** A database with documents, and a contract for them. */
    private static final class Sandbox implements AutoCloseable {
        private final String url;
        private final FaultyDatabase faults;
        private final MappingContract contract;

        Sandbox(String url, boolean rejects) throws Exception {
            this.url = url;
            contract = ContractReader.read("""
                            contract: 1
                            name: orders
                            document: { record: /order }
                            source: { table: app_xml, key: app_id, xml: xml }
                            tables:
                              orders:
                                columns:
                                  id:    { path: "@id", type: bigint, key: true }
                                  buyer: { path: buyer, type: varchar(12) }
                              item:
                                parent: orders
                                rows: item
                                columns:
                                  order_id: { ref: orders.id, key: true }
                                  price:    { path: "@price", type: integer, key: true }
                            """, "test").contract();
            StringBuilder insert = new StringBuilder("INSERT INTO app_xml VALUES ");
            for (int i = 1; i <= 7; i++) {
                // The third is refused by the mapper, the fifth by the database.
                int id = rejects && i == 5 ? 2 : i;
                String buyer = rejects && i == 3 ? "too long for it" : "b" + i;
                insert.append(i == 1 ? "" : ", ")
                        .append("(" + i + ", '<order id=\"" + id + "\"><buyer>" + buyer
                                + "</buyer><item price=\"1\"/><item price=\"2\"/></order>')");
            }
            execute(url, "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml varchar(200))", insert.toString());
            faults = FaultyDatabase.of(url);
        }

        /** Runs and tells how it ended. */
        String run() {
            Database database = Database.of(url, new Properties());
            RunOptions options = RunOptions.from(RunOptions.FromDatabase.of(database))
                    .to(database)
                    .workers(1)
                    .batchDocuments(4)
                    .createTables(true)
                    .retryPolicy(QUICK)
                    .build();
            try {
                RunSummary summary = new ProductionProcessor(contract, options).run(run -> {});
                if (summary.status() == Status.FINISHED && summary.read() != 7) {
                    return "FINISHED with " + summary.read() + " documents";
                }
                return summary.status() + " " + summary.failure();
            } catch (SourceException | TargetException e) {
                return e.getMessage();
            }
        }

        String contents() throws SQLException {
            return query("SELECT id, buyer FROM \"orders\" ORDER BY 1")
                    + query("SELECT order_id, price FROM \"item\" ORDER BY 1, 2")
                    + query("SELECT document_key, status, code, row_count FROM processing_log ORDER BY 1");
        }

        String running() throws SQLException {
            return query("SELECT run_id FROM processing_run WHERE status = 'running'");
        }

        private String query(String sql) throws SQLException {
            StringBuilder found = new StringBuilder();
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql(url, sql))) {
                while (rows.next()) {
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        found.append(rows.getString(i)).append(' ');
                    }
                    found.append("| ");
                }
            }
            return found.toString();
        }

        @Override
        public void close() {
            faults.close();
            String schema = url.replaceAll(".*currentSchema=(\\w+).*", "$1");
            // A target's tables are looked for among all that there are.
            execute(url, url.startsWith("jdbc:h2:") ? "SHUTDOWN" : "DROP SCHEMA " + schema + " CASCADE");
        }
    }

    private static String sql(String url, String sql) {
        return url.startsWith("jdbc:h2:")
                ? sql.replaceAll("\\b([a-z_]{2,})\\b", "\"$1\"").replace("\"\"", "\"")
                : sql;
    }

    private static void execute(String url, String... statements) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
