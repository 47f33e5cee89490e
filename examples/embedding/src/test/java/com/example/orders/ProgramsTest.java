package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.document.Document;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromSource;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.sink.CountingSink;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.workers.BatchResult;
import dev.millrace.workers.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Each program does what docs/embedding.md says of it. */
class ProgramsTest {

    private static final Path HERE =
            Files.exists(Path.of("orders.yaml")) ? Path.of("") : Path.of("examples", "embedding");
    private static final Path CONTRACT = HERE.resolve("orders.yaml");
    private static final String ORDERS = HERE.resolve("orders").toString();

    private final MappingContract contract = contract();
    private String url = "";
    private Connection open;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void keepTheDatabaseOpen(TestInfo test) throws SQLException {
        url = "jdbc:h2:mem:" + test.getTestMethod().orElseThrow().getName();
        open = DriverManager.getConnection(url);
    }

    @AfterEach
    void closeTheDatabase() throws SQLException {
        open.close();
    }

    @Test
    void loadsFiles() throws Exception {
        PrintStream screen = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            LoadFiles.main(new String[] {CONTRACT.toString(), ORDERS, url});
        } finally {
            System.setOut(screen);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("FINISHED: 2 documents loaded, 1 rejected", "3.xml: ", "is not of type date")
                .doesNotContain("the day before yesterday");
        assertThat(count("order_lines")).isEqualTo(3);
    }

    @Test
    void loadsTablesOverAPool() throws Exception {
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "", "");
        try (Statement statement = open.createStatement()) {
            statement.execute("CREATE TABLE \"app_xml\" (\"app_id\" integer PRIMARY KEY, \"xml\" varchar(1000))");
            statement.execute(
                    "INSERT INTO \"app_xml\" VALUES (7, '<order id=\"7\"><customer>Edsger</customer></order>')");
            RunSummary first = LoadTable.load(contract, url, pool);
            statement.execute(
                    "UPDATE \"app_xml\" SET \"xml\" = '<order id=\"7\"><customer>Barbara</customer></order>'");
            RunSummary second = LoadTable.load(contract, url, pool);

            assertThat(first.documents().loaded()).isEqualTo(1);
            assertThat(second.documents().replaced()).isEqualTo(1);
            assertThat(one("SELECT \"customer\" FROM \"orders\"")).isEqualTo("Barbara");
            assertThat(pool.getActiveConnections()).isZero();
        } finally {
            pool.dispose();
        }
    }

    @Test
    void loadsWhatIsInMemory() throws Exception {
        Map<String, String> texts = new TreeMap<>();
        for (int n = 1; n <= 500; n++) {
            texts.put("message " + n, "<order id='" + n + "'><customer>C" + n + "</customer></order>");
        }

        RunSummary first = LoadMemory.load(contract, texts, database());
        texts.put("message 501", "<order id='501'><customer>new</customer></order>");
        RunSummary second = LoadMemory.load(contract, texts, database());

        assertThat(first.documents().loaded()).isEqualTo(500);
        assertThat(second.documents().loaded()).isEqualTo(1);
        assertThat(second.documents().skipped()).isEqualTo(500);
        assertThat(count("orders")).isEqualTo(501);
    }

    @Test
    void loadsWhatOtherThreadsHand() throws Exception {
        BlockingQueue<Document> queue = new LinkedBlockingQueue<>();
        Thread producer = new Thread(() -> {
            for (int n = 1; n <= 100; n++) {
                queue.add(order("m" + n, n));
            }
            queue.add(QueueSource.END);
        });
        producer.start();

        RunSummary summary = LoadQueue.load(contract, queue, database());

        producer.join();
        assertThat(summary.status()).isEqualTo(Status.FINISHED);
        assertThat(count("orders")).isEqualTo(100);
    }

    /** Keys are built after the rows; what they forbid is withdrawn, read again, and loaded or rejected. */
    @Test
    void readsASourceAgainForWhatAKeyForbids() throws Exception {
        List<Document> documents = ordersOfWhichTwoHaveOneKey();
        List<String> openings = new ArrayList<>();
        RunOptions options = RunOptions.from(From.source("memory", () -> {
                    openings.add("opened");
                    return DocumentSource.of("memory", documents);
                }))
                .to(database())
                .createTables(true)
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run();

        assertThat(openings).hasSize(2);
        assertThat(summary.documents().loaded()).isEqualTo(199);
        assertThat(summary.rejects().byCode()).containsEntry("duplicate-key", 1L);
        assertThat(count("orders")).isEqualTo(199);
    }

    @Test
    void mapsWithoutADatabase() throws Exception {
        byte[] good = Files.readAllBytes(HERE.resolve("orders/1.xml"));
        byte[] bad = Files.readAllBytes(HERE.resolve("orders/3.xml"));

        assertThat(MapOnly.map(contract, Document.ofBytes("1", good, "1.xml")))
                .containsExactly(
                        "orders[1, Ada, 2026-11-30]", "order_lines[1, 1, tea, 4.50]", "order_lines[1, 2, cup, 12.00]");
        assertThat(MapOnly.map(contract, Document.ofBytes("3", bad, "3.xml")))
                .singleElement()
                .asString()
                .startsWith("3 – ");
    }

    @Test
    void writesToSinksOfItsOwn() throws Exception {
        RunSummary summary = WriteCsv.write(contract, ORDERS, folder);

        assertThat(summary.status()).isEqualTo(Status.FINISHED);
        assertThat(summary.documents().loaded()).isEqualTo(2);
        assertThat(summary.documents().rejected()).isEqualTo(1);
        assertThat(summary.tables().rows()).containsEntry("order_lines", 3L);
        assertThat(lines("orders")).containsExactlyInAnyOrder("1,Ada,2026-11-30", "2,Grace,2026-11-30");
    }

    @Test
    void undoesWhatItsSinksHaveWrittenWhenTheRunBreaks() throws Exception {
        RunOptions options = RunOptions.from(
                        From.source("broken", () -> DocumentSource.of("broken", BrokenDocuments::iterator)))
                .into(() -> csv(1))
                .workers(1)
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run();

        assertThat(summary.status()).isEqualTo(Status.FAILED);
        assertThat(summary.failure())
                .contains("broken – the next document could not be had", "IllegalStateException")
                .doesNotContain("secret");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void followsARunAndStopsIt() throws Exception {
        List<Document> documents = new ArrayList<>();
        for (int n = 1; n <= 5_000; n++) {
            String text = n % 10 == 0 ? "<nothing/>" : "<order id='" + n + "'><customer>C</customer></order>";
            documents.add(Document.ofText("m" + n, text.getBytes(StandardCharsets.UTF_8), "memory"));
        }
        RunOptions.Builder options = RunOptions.from(From.documents("memory", documents))
                .to(database())
                .createTables(true)
                .batchDocuments(50);
        WatchedRun stopped = new WatchedRun(contract, options.build(), 3);
        WatchedRun whole = new WatchedRun(contract, options.build(), Integer.MAX_VALUE);

        RunSummary first = stopped.run();
        RunSummary second = whole.run();

        assertThat(first.status()).isEqualTo(Status.STOPPED);
        assertThat(stopped.rejectedDocuments()).hasSizeGreaterThanOrEqualTo(3).contains("m10: no-record");
        assertThat(stopped.loadedDocuments())
                .isEqualTo(first.documents().loaded())
                .isLessThan(4_500);
        assertThat(second.status()).isEqualTo(Status.FINISHED);
        assertThat(first.documents().loaded() + second.documents().loaded()).isEqualTo(4_500);
        assertThat(stopped.rejectedDocuments().size()
                        + whole.rejectedDocuments().size())
                .isEqualTo(500);
        assertThat(count("orders")).isEqualTo(4_500);
    }

    @Test
    void endsARunWhoseListenerBreaks() throws Exception {
        RunOptions options = RunOptions.from(From.files(ORDERS))
                .into(() -> new CountingSink(2))
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run(new RunListener() {
            @Override
            public void started(Progress progress) {}

            @Override
            public void batch(BatchResult batch) {
                throw new IllegalStateException("secret");
            }
        });

        assertThat(summary.status()).isEqualTo(Status.FAILED);
        assertThat(summary.failure())
                .isEqualTo("the program's own listener has thrown java.lang.IllegalStateException");
    }

    @Test
    void endsARunWhoseListenerBreaksBeforeTheFirstDocument() throws Exception {
        RunOptions options = RunOptions.from(From.files(ORDERS))
                .into(() -> csv(1))
                .workers(1)
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {
            throw new IllegalStateException("secret");
        });

        assertThat(summary.status()).isEqualTo(Status.FAILED);
        assertThat(summary.failure())
                .isEqualTo("the program's own listener has thrown java.lang.IllegalStateException");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void undoesTheSinksThereAreWhereAnotherCannotBeMade() throws Exception {
        List<CsvSink> made = new ArrayList<>();
        RunOptions options = RunOptions.from(From.files(ORDERS))
                .into(() -> {
                    if (!made.isEmpty()) {
                        throw new IllegalStateException("no second one");
                    }
                    made.add(csv(1));
                    return made.get(0);
                })
                .workers(2)
                .build();

        assertThatThrownBy(() -> new ProductionProcessor(contract, options).run())
                .hasMessage("no second one");
        assertThat(folder).isEmptyDirectory();
    }

    /** Null would pass for the end of the source, and what follows would be missing. */
    @Test
    void endsARunWhoseIteratorGivesNoDocument() throws Exception {
        Document first = order("1", 1);
        RunOptions options = RunOptions.from(From.documents("memory", Arrays.asList(first, null, first)))
                .to(database())
                .createTables(true)
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run();

        assertThat(summary.status()).isEqualTo(Status.FAILED);
        assertThat(summary.failure()).isEqualTo("memory – the program's own iterator has given null for a document");
    }

    /** A stream can be gone through once, and a key that forbids rows asks for a second time. */
    @Test
    void saysWhereDocumentsCannotBeReadASecondTime() throws Exception {
        List<Document> documents = ordersOfWhichTwoHaveOneKey();
        Iterator<Document> once = documents.iterator();
        AtomicBoolean taken = new AtomicBoolean();
        Iterable<Document> onlyOnce = () -> {
            if (taken.getAndSet(true)) {
                throw new IllegalStateException("secret");
            }
            return once;
        };
        RunOptions options = RunOptions.from(From.documents("memory", onlyOnce))
                .to(database())
                .createTables(true)
                .build();

        RunSummary summary = new ProductionProcessor(contract, options).run();

        assertThat(summary.status()).isEqualTo(Status.FAILED);
        assertThat(summary.failure())
                .contains("memory – the next document could not be had", "the program's own iterator");
    }

    @Test
    void countsWithdrawnDocumentsOnceWhenItFollowsARun() throws Exception {
        List<Document> documents = ordersOfWhichTwoHaveOneKey();
        WatchedRun run = new WatchedRun(
                contract,
                RunOptions.from(From.documents("memory", documents))
                        .to(database())
                        .createTables(true)
                        .build(),
                Integer.MAX_VALUE);

        RunSummary summary = run.run();

        assertThat(run.loadedDocuments())
                .isEqualTo(summary.documents().loaded())
                .isEqualTo(199);
        assertThat(run.rejectedDocuments()).containsExactly("m200: duplicate-key");
    }

    /** The last order of 200 has the number of the first. */
    private static List<Document> ordersOfWhichTwoHaveOneKey() {
        List<Document> documents = new ArrayList<>();
        for (int n = 1; n <= 200; n++) {
            documents.add(order("m" + n, n == 200 ? 1 : n));
        }
        return documents;
    }

    private static Document order(String key, int id) {
        String text = "<order id='" + id + "'><customer>C</customer></order>";
        return Document.ofText(key, text.getBytes(StandardCharsets.UTF_8), "memory");
    }

    private CsvSink csv(int worker) {
        try {
            return new CsvSink(contract, folder, worker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void verifiesWhatWasLoaded() throws Exception {
        LoadFiles.main(new String[] {CONTRACT.toString(), ORDERS, url});
        VerificationReport equal = VerifyLoad.verify(contract, ORDERS, database());
        try (Statement statement = open.createStatement()) {
            statement.execute("UPDATE \"orders\" SET \"customer\" = 'Eve' WHERE \"id\" = 1");
        }

        assertThat(equal.isEqual()).isTrue();
        assertThat(VerifyLoad.verify(contract, ORDERS, database()).isEqual()).isFalse();
    }

    @Test
    void draftsAContractThatLoads(@TempDir Path folder) throws Exception {
        Path drafted = folder.resolve("drafted.yaml");

        List<String> left = DraftContract.draft(ORDERS, drafted);
        LoadFiles.main(new String[] {drafted.toString(), ORDERS, url});

        assertThat(left).isEmpty();
        assertThat(VerifyLoad.verify(ContractReader.read(drafted).contract(), ORDERS, database())
                        .isEqual())
                .isTrue();
        assertThatThrownBy(() -> DraftContract.draft("-", drafted))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("cannot be read twice");
        List<Document> documents =
                List.of(Document.ofText("1", "<order id='1'/>".getBytes(StandardCharsets.UTF_8), "memory"));
        assertThat(Discovery.of(() -> DocumentSource.of("memory", documents), DraftOptions.of("orders"))
                        .contract()
                        .text())
                .contains("from 1 document");
        assertThatThrownBy(() -> Discovery.of(() -> DocumentSource.of("none", List.of()), DraftOptions.of("orders")))
                .isInstanceOf(DraftException.class)
                .hasMessage("there is no document to draft a contract of");
    }

    @Test
    void refusesWhatCannotBeDoneBeforeAnythingIsRead() {
        From once = new FromSource("queue", () -> DocumentSource.of("queue", List.of()), true);

        assertThatThrownBy(() -> RunOptions.from(once).build()).hasMessageContaining("a run needs a target");
        assertThatThrownBy(() -> RunOptions.from(once)
                        .into(() -> new CountingSink(1))
                        .to(database())
                        .build())
                .hasMessageContaining("a run has one target");
        assertThatThrownBy(() -> RunOptions.from(once)
                        .into(() -> new CountingSink(1))
                        .deleteMissing(true)
                        .build())
                .hasMessageContaining("no ledger");
        assertThatThrownBy(() -> VerifyOptions.of(once, database())).hasMessageContaining("only once");
    }

    private static MappingContract contract() {
        try {
            return ContractReader.read(CONTRACT).contract();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Database database() {
        return Database.of(url, new Properties());
    }

    private long count(String table) throws SQLException {
        return Long.parseLong(one("SELECT count(*) FROM \"" + table + "\""));
    }

    private String one(String query) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private List<String> lines(String table) throws Exception {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(name -> name.getFileName().toString().startsWith(table + "-"))
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        Collections.sort(lines);
        return lines;
    }

    /** A hundred documents, and then something breaks. */
    private static final class BrokenDocuments implements Iterator<Document> {

        private int given;

        static Iterator<Document> iterator() {
            return new BrokenDocuments();
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Document next() {
            if (++given > 100) {
                throw new IllegalStateException("secret");
            }
            return order("m" + given, given);
        }
    }
}
