package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Constraints;
import dev.millrace.database.Load;
import dev.millrace.database.LoadClock;
import dev.millrace.database.LoadOptions;
import dev.millrace.database.MigrationEngine;
import dev.millrace.database.OnExisting;
import dev.millrace.database.RunInfo;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.kit.faults.FaultyDatabase;
import dev.millrace.kit.faults.JdbcFault;
import dev.millrace.processing.DocumentSweep;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.SourceException;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs that build keys after the rows, over documents that are at odds with each other, are broken anywhere, more than once.
 * The same command again ends as a run that was never broken, and had the keys from the start. {@code -Dmillrace.faults=all}
 * breaks more of them.
 */
@Timeout(300)
class BrokenLoadPlanTest {
    private static final String H2 = "h2";
    private static final String POSTGRESQL = "postgresql";
    private static final int DOCUMENTS = 14;
    /** Three primary keys, a unique one, two foreign keys and an index for one of them. */
    private static final int KEYS = 7;

    private static final RetryPolicy QUICK = new RetryPolicy(8, Duration.ofMillis(1), Duration.ofMillis(5));
    private static final boolean ALL = "all".equals(System.getProperty("millrace.faults"));
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static EmbeddedPostgres server;

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, POSTGRESQL})
    void endsAsAnUnbrokenRunThatHadItsKeysFromTheStart(String kind) throws Exception {
        for (int seed = 1; seed <= (ALL ? 60 : kind.equals(H2) ? 15 : 6); seed++) {
            Random random = new Random(seed);
            List<String> documents = documents(random);
            try (Sandbox undisturbed = new Sandbox(kind, documents);
                    Sandbox broken = new Sandbox(kind, documents)) {
                From from = random.nextBoolean() ? undisturbed.table() : files("s" + seed, documents);
                RunSummary during = undisturbed.run(undisturbed.as(from), Constraints.DURING);
                assertThat(during.status()).isEqualTo(Status.FINISHED);
                StringBuilder story = new StringBuilder("seed " + seed);
                for (int i = random.nextInt(4); i >= 0; i--) {
                    int call = 1 + random.nextInt(500);
                    broken.faults.failAt(call, JdbcFault.FATAL);
                    Constraints constraints = random.nextInt(5) == 0 ? Constraints.DURING : Constraints.AFTER;
                    story.append("; ").append(constraints).append(" breaks at ").append(call);
                    story.append(": ").append(broken.tell(broken.as(from), constraints));
                    broken.faults.failAt(Integer.MAX_VALUE, JdbcFault.FATAL);
                    assertThat(broken.isVerified(broken.as(from)))
                            .as(story.toString())
                            .isTrue();
                }

                RunSummary last = broken.run(broken.as(from), Constraints.AFTER);

                assertThat(last.status()).as(story + "; " + last.failure()).isEqualTo(Status.FINISHED);
                assertThat(last.documents().read())
                        .as(story.toString())
                        .isEqualTo(during.documents().read());
                assertThat(broken.contents()).as(story.toString()).isEqualTo(undisturbed.contents());
                assertThat(broken.keys()).as(story.toString()).isEqualTo(undisturbed.keys());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, POSTGRESQL})
    void holdsTheDocumentsOfAnotherSourceAgainstThoseOfABrokenRun(String kind) throws Exception {
        // The first two are at odds with each other, the third with one of the other source.
        FromFiles first = files("first", List.of(order(1, 1, 1), order(1, 2, 2), order(3, 3, 3)));
        FromFiles second = files("second", List.of(order(3, 4, 4), order(5, 5, 5)));
        try (Sandbox sandbox = new Sandbox(kind, List.of())) {
            sandbox.breakBeforeKeys(first);

            RunSummary other = sandbox.run(second, Constraints.AFTER);
            List<String> between = sandbox.log();
            RunSummary again = sandbox.run(first, Constraints.AFTER);

            assertThat(other.status()).as(other.failure()).isEqualTo(Status.FINISHED);
            assertThat(other.rejects().byCode()).containsOnlyKeys("duplicate-key");
            assertThat(between)
                    .containsExactly(
                            "first-00.xml|rejected|withdrawn",
                            "first-01.xml|rejected|withdrawn",
                            "first-02.xml|loaded|null",
                            "second-00.xml|rejected|duplicate-key",
                            "second-01.xml|loaded|null");
            assertThat(again.status()).as(again.failure()).isEqualTo(Status.FINISHED);
            assertThat(List.of(
                            again.documents().read(),
                            again.documents().loaded(),
                            again.documents().rejected(),
                            again.documents().skipped()))
                    .containsExactly(3L, 1L, 1L, 1L);
            assertThat(sandbox.log())
                    .containsExactly(
                            "first-00.xml|loaded|null",
                            "first-01.xml|rejected|duplicate-key",
                            "first-02.xml|loaded|null",
                            "second-00.xml|rejected|duplicate-key",
                            "second-01.xml|loaded|null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, POSTGRESQL})
    void keepsInTheLedgerWhatIsNotInTheSourceAnyMore(String kind) throws Exception {
        List<String> documents = List.of(order(1, 1, 1), order(1, 2, 2), order(3, 3, 3));
        FromFiles from = files("gone", documents);
        try (Sandbox sandbox = new Sandbox(kind, List.of())) {
            sandbox.breakBeforeKeys(from);
            Files.delete(directory.resolve("gone").resolve("gone-00.xml"));

            RunSummary again = sandbox.run(from, Constraints.AFTER);

            assertThat(again.status()).as(again.failure()).isEqualTo(Status.FINISHED);
            assertThat(sandbox.log())
                    .containsExactly(
                            "gone-00.xml|rejected|withdrawn", "gone-01.xml|loaded|null", "gone-02.xml|loaded|null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, POSTGRESQL})
    void buildsKeysFirstForARunThatReplacesOrDeletes(String kind) throws Exception {
        FromFiles from = files("changing", List.of(order(1, 1, 1), order(1, 2, 2), order(3, 3, 3), order(4, 4, 4)));
        try (Sandbox sandbox = new Sandbox(kind, List.of())) {
            sandbox.breakBeforeKeys(from);
            Files.writeString(directory.resolve("changing").resolve("changing-02.xml"), order(6, 6, 6));
            Files.delete(directory.resolve("changing").resolve("changing-03.xml"));

            RunSummary replacing = sandbox.run(from, Constraints.AFTER, OnExisting.REPLACE, true, false);

            assertThat(replacing.status()).as(replacing.failure()).isEqualTo(Status.FINISHED);
            assertThat(List.of(
                            replacing.documents().loaded(),
                            replacing.documents().replaced(),
                            replacing.documents().rejected(),
                            replacing.documents().deleted()))
                    .containsExactly(2L, 1L, 1L, 1L);
            assertThat(sandbox.query("SELECT \"id\", \"code\" FROM \"orders\" ORDER BY 1"))
                    .containsExactly("1|1", "6|6");
            assertThat(sandbox.isVerified(from)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, POSTGRESQL})
    void triesWithdrawnDocumentsAgainWithTheOtherRejects(String kind) throws Exception {
        FromFiles from = files("rejects", List.of(order(1, 1, 1), order(1, 2, 2), order(3, 3, 3)));
        try (Sandbox sandbox = new Sandbox(kind, List.of())) {
            sandbox.breakBeforeKeys(from);

            RunSummary retrying = sandbox.run(from, Constraints.AFTER, OnExisting.SKIP, false, true);

            assertThat(retrying.status()).as(retrying.failure()).isEqualTo(Status.FINISHED);
            assertThat(List.of(
                            retrying.documents().read(),
                            retrying.documents().loaded(),
                            retrying.documents().rejected(),
                            retrying.documents().skipped()))
                    .containsExactly(3L, 1L, 1L, 1L);
            assertThat(sandbox.pending()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, POSTGRESQL})
    void loadsFromSeveralProcessesIntoTablesThatAreBeingCreated(String kind) throws Exception {
        for (int seed = 1; seed <= (ALL ? 8 : 2); seed++) {
            Random random = new Random(seed);
            List<String> documents = documents(random);
            List<String> others = documents(random);
            try (Sandbox sandbox = new Sandbox(kind, documents)) {
                From files = files("p" + seed, others);
                ExecutorService pool = Executors.newFixedThreadPool(3);
                List<Future<RunSummary>> runs = new ArrayList<>();
                for (From from : List.of(sandbox.table(), sandbox.table(), files)) {
                    runs.add(pool.submit(() -> sandbox.run(from, Constraints.AFTER)));
                }
                for (Future<RunSummary> run : runs) {
                    assertThat(run.get().status())
                            .as("seed %d: %s", seed, run.get().failure())
                            .isEqualTo(Status.FINISHED);
                    assertThat(run.get().documents().read()).isEqualTo(DOCUMENTS);
                }
                pool.shutdown();

                assertThat(sandbox.pending()).as("seed %d", seed).isEmpty();
                assertThat(sandbox.query("SELECT count(*) FROM \"processing_log\" WHERE \"code\" = 'withdrawn'"))
                        .as("seed %d", seed)
                        .containsExactly("0");
                assertThat(sandbox.query("SELECT count(*) FROM \"processing_log\""))
                        .as("seed %d", seed)
                        .containsExactly(String.valueOf(2 * DOCUMENTS));
                assertThat(sandbox.query("SELECT sum(\"row_count\") FROM \"processing_log\""))
                        .as("seed %d", seed)
                        .isEqualTo(sandbox.query(
                                "SELECT (SELECT count(*) FROM \"orders\") + (SELECT count(*) FROM \"item\")"
                                        + " + (SELECT count(*) FROM \"note\")"));
            }
        }
    }

    /** Documents of which about a third share a key with another: of the top-level table, a unique key, or a table below. */
    private static List<String> documents(Random random) {
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            int id = random.nextInt(5) == 0 ? random.nextInt(DOCUMENTS) : i;
            int code = random.nextInt(8) == 0 ? random.nextInt(DOCUMENTS) : i;
            int item = random.nextInt(8) == 0 ? random.nextInt(DOCUMENTS) : i;
            documents.add(random.nextInt(12) == 0 ? "<order id='none'/>" : order(id, code, item));
        }
        return documents;
    }

    private static String order(int id, int code, int item) {
        return "<order id='" + id + "' code='" + code + "'><item no='" + item + "'><note>a</note><note>b</note></item>"
                + "<item no='" + (item + 1000) + "'/></order>";
    }

    private FromFiles files(String name, List<String> documents) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        for (int i = 0; i < documents.size(); i++) {
            Files.writeString(folder.resolve(String.format("%s-%02d.xml", name, i)), documents.get(i));
        }
        return new FromFiles(folder.toString());
    }

    /** A database with documents, and a contract for them. */
    private static final class Sandbox implements AutoCloseable {
        private final String url;
        private final FaultyDatabase faults;
        private final MappingContract contract;

        Sandbox(String kind, List<String> documents) throws Exception {
            String name = "b" + NUMBERS.incrementAndGet();
            if (kind.equals(H2)) {
                url = "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1";
            } else {
                String all = server.getJdbcUrl("postgres", "postgres");
                url = all.replace("?", "?currentSchema=" + name + "&ApplicationName=test&");
                execute(all, "CREATE SCHEMA " + name);
            }
            contract = ContractReader.read("""
                            contract: 1
                            name: orders
                            source: { table: app_xml, key: app_id, xml: xml }
                            tables:
                              orders:
                                unique: [code]
                                columns:
                                  id:   { path: "@id", type: bigint, key: true }
                                  code: { path: "@code", type: integer }
                              item:
                                parent: orders
                                rows: item
                                columns:
                                  no:       { path: "@no", type: "decimal(9,2)", key: true }
                                  order_id: { ref: orders.id }
                              note:
                                parent: item
                                rows: note
                                columns:
                                  item_no: { ref: item.no, key: true }
                                  seq:     { ordinal: true, key: true }
                            """, "test").contract();
            execute(url, "CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml varchar(300))");
            for (int i = 0; i < documents.size(); i++) {
                execute(
                        url,
                        "INSERT INTO app_xml VALUES (" + i + ", '"
                                + documents.get(i).replace("'", "''") + "')");
            }
            faults = FaultyDatabase.of(url);
        }

        From table() {
            return From.table(database());
        }

        /** The same, but of this database. */
        From as(From from) {
            return from instanceof FromFiles ? from : table();
        }

        private Database database() {
            return Database.of(url, new Properties());
        }

        RunSummary run(From from, Constraints constraints) throws SourceException, TargetException {
            return run(from, constraints, OnExisting.SKIP, false, false);
        }

        RunSummary run(
                From from, Constraints constraints, OnExisting onExisting, boolean deleteMissing, boolean retryRejects)
                throws SourceException, TargetException {
            RunOptions options = RunOptions.from(from)
                    .to(database())
                    .workers(1)
                    .batchDocuments(3)
                    .createTables(true)
                    .retryRejects(retryRejects)
                    .onExisting(onExisting)
                    .deleteMissing(deleteMissing)
                    .retryPolicy(QUICK)
                    .constraints(constraints)
                    .build();
            return new ProductionProcessor(contract, options).run(run -> {});
        }

        String tell(From from, Constraints constraints) {
            try {
                RunSummary summary = run(from, constraints);
                return summary.status() + " " + summary.failure();
            } catch (SourceException | TargetException e) {
                return String.valueOf(e.getMessage());
            }
        }

        /** What a run leaves that is killed when all rows are loaded, and no key is built. */
        void breakBeforeKeys(FromFiles from) throws Exception {
            RunInfo run = new RunInfo("broken-" + NUMBERS.incrementAndGet(), Instant.now(), from.specification(), 1);
            LoadOptions options =
                    LoadOptions.DEFAULTS.createTables(true).retryPolicy(QUICK).constraints(Constraints.AFTER);
            try (MigrationEngine engine =
                    new Load(Target.prepare(database(), contract, run, options)).engine(1, LoadClock.NONE)) {
                new DocumentSweep(contract, from, XmlLimits.DEFAULTS, 1, false)
                        .run(() -> engine, progress -> {}, new Stop());
            }
            assertThat(pending()).hasSize(KEYS);
        }

        private boolean isThere(String table) throws SQLException {
            return !query("SELECT 1 FROM information_schema.tables WHERE table_name = '" + table
                            + "' AND table_schema = current_schema()")
                    .isEmpty();
        }

        /** What verify has to say to the tables as they are. */
        boolean isVerified(From from) throws Exception {
            if (!isThere("note") || !isThere("processing_log")) {
                return true;
            }
            VerifyOptions options = new VerifyOptions(
                    from,
                    database(),
                    1,
                    VerifyOptions.DEFAULT_DIFFERENCES,
                    XmlLimits.DEFAULTS,
                    false,
                    VerifyOptions.DEFAULT_SORT_BYTES);
            return new Verifier(contract, options).run(progress -> {}).isEqual();
        }

        List<String> contents() throws SQLException {
            List<String> contents = new ArrayList<>();
            contents.addAll(query("SELECT \"id\", \"code\" FROM \"orders\" ORDER BY 1, 2"));
            contents.addAll(query("SELECT \"no\", \"order_id\" FROM \"item\" ORDER BY 1, 2"));
            contents.addAll(query("SELECT \"item_no\", \"seq\" FROM \"note\" ORDER BY 1, 2"));
            contents.addAll(log());
            return contents;
        }

        List<String> log() throws SQLException {
            return query("SELECT \"document_key\", \"status\", \"code\" FROM \"processing_log\" ORDER BY 1");
        }

        /** What keys, foreign keys and indexes the tables have. */
        List<String> keys() throws SQLException {
            return query("SELECT constraint_name, constraint_type FROM information_schema.table_constraints"
                    + " WHERE table_name IN ('orders', 'item', 'note') AND constraint_type <> 'CHECK'"
                    + " AND table_schema = current_schema() ORDER BY 1");
        }

        List<String> pending() throws SQLException {
            return query("SELECT \"constraint_name\" FROM \"processing_pending\" ORDER BY 1");
        }

        List<String> query(String sql) throws SQLException {
            List<String> found = new ArrayList<>();
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        values.add(String.valueOf(rows.getString(i)));
                    }
                    found.add(String.join("|", values));
                }
            }
            return found;
        }

        @Override
        public void close() {
            faults.close();
            String schema = url.replaceAll(".*currentSchema=(\\w+).*", "$1");
            execute(url, url.startsWith("jdbc:h2:") ? "SHUTDOWN" : "DROP SCHEMA " + schema + " CASCADE");
        }
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
