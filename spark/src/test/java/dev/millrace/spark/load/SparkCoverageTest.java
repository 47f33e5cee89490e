package dev.millrace.spark.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.CoverageJson;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunListener;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.spark.FileDocuments;
import dev.millrace.spark.TestPostgres;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a load on {@code local[2,4]} counts of paths is what a run on one machine counts of them, in its summary and in the ledger. */
class SparkCoverageTest {
    private static final int FILES = 24;
    private static final int RECORDS = 25;

    private static final String CONTRACT = """
            contract: 1
            name: orders
            document: { record: /batch/order }
            ignore: [ note, /batch/@made ]
            codes:
              kinds: { a: one, b: one, c: two }
            tables:
              orders:
                columns:
                  id:   { path: "@id", type: integer, key: true }
                  kind: { path: kind, type: varchar(9), codes: kinds }
                  day:  { path: day, type: date }
              lines:
                parent: orders
                rows: line[not(@price = '0.26')]
                skip-empty: true
                columns:
                  order: { ref: orders.id, key: true }
                  pos:   { ordinal: true, key: true }
                  price: { path: "@price", type: "decimal(9,1)", scale: half-up }
            """;

    private static SparkSession session;
    private static MappingContract contract;
    private static RunSummary plain;
    private static List<String> plainLedger;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        session = SparkSession.builder()
                .master("local[2,4]")
                .appName("coverage")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        contract = ContractReader.read(CONTRACT, "contract").contract();
        for (int file = 0; file < FILES; file++) {
            Files.writeString(directory.resolve("file%02d.xml".formatted(file)), file(file));
        }
        Database target = TestPostgres.newDatabase();
        plain = plain(target, Unmapped.WARN);
        plainLedger = ledger(target);
        assertThat(plain.failure()).isEmpty();
        assertThat(plain.rejects().byCode()).isNotEmpty();
        assertThat(plain.coverage().tables().get(1).conditions().get(0).leftOut())
                .isPositive();
        assertThat(plain.coverage().gaps())
                .extracting(gap -> gap.path())
                .contains("/batch/head", "/batch/order/@late", "/batch/order/rare");
    }

    @AfterAll
    static void end() {
        session.stop();
    }

    /** Records with rejects among them, and texts that become one value; each file ends in a broken record, or is not read to its end. */
    private static String file(int file) {
        StringBuilder text = new StringBuilder("<batch made='today'><head by='x'/>\n");
        for (int i = 0; i < RECORDS; i++) {
            int id = file * RECORDS + i;
            text.append("<order id='")
                    .append(id)
                    .append(id % 7 == 3 ? "' late='" : "")
                    .append("'><kind>");
            text.append("abcx".charAt(id % 97 == 5 ? 3 : id % 3))
                    .append("</kind><day>2026-01-0")
                    .append(1 + id % 9);
            text.append("</day><note>n</note>").append(id >= 400 && id % 5 == 0 ? "<rare/>" : "");
            for (int line = id % 4; line > 0; line--) {
                text.append(line == 3 ? "<line/>" : "<line price='" + id % 11 + "." + line * 13 + "'/>");
            }
            text.append(id % 50 == 49 ? "<open></order>\n" : "</order>\n");
        }
        return text.append(file % 5 == 2 ? "</batch" : "</batch>").toString();
    }

    private static RunSummary plain(Database target, Unmapped unmapped) throws Exception {
        RunOptions options = RunOptions.from(From.files(directory.toString()))
                .to(target)
                .createTables(true)
                .workers(2)
                .batchDocuments(20)
                .unmapped(unmapped)
                .build();
        return new ProductionProcessor(contract, options).run();
    }

    private static RunSummary load(Documents documents, Database target, Unmapped unmapped) throws Exception {
        RunOptions options = SparkLoad.options(documents)
                .to(target)
                .createTables(true)
                .workers(2)
                .batchDocuments(20)
                .unmapped(unmapped)
                .build();
        return new SparkLoad(session, contract, documents, options).run(RunListener.NONE);
    }

    private static Documents files() throws SourceException {
        return FileDocuments.of(session, directory.toString(), 7);
    }

    /** What the ledger keeps of paths, but for the runs' names. */
    private static List<String> ledger(Database target) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select kind, case when kind = 'run' then '' else path end, documents, occurrences, first_number,"
                                + " first_document, first_line, first_column from processing_coverage order by 1, 2")) {
            while (row.next()) {
                StringBuilder values = new StringBuilder();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.append(row.getString(i)).append(' ');
                }
                rows.add(values.toString());
            }
        }
        return rows;
    }

    private static void assertLikeThePlainRun(RunSummary summary, Database target) throws Exception {
        assertThat(summary.failure()).isEmpty();
        assertThat(summary.documents()).isEqualTo(plain.documents());
        assertThat(summary.rejects().byTable())
                .isNotEmpty()
                .isEqualTo(plain.rejects().byTable());
        assertThat(summary.coverage()).isNotNull();
        assertThat(CoverageJson.write("orders", summary.coverage()))
                .isEqualTo(CoverageJson.write("orders", plain.coverage()));
        assertThat(summary.coverage()).isEqualTo(plain.coverage());
        assertThat(ledger(target)).isEqualTo(plainLedger);
    }

    @Test
    void isThatOfOneMachine() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents documents = files();

        RunSummary summary = load(documents, target, Unmapped.WARN);

        assertThat(documents.rows().getNumPartitions()).isGreaterThan(5);
        assertLikeThePlainRun(summary, target);
        // All documents are met again, and none of them counts again in the ledger.
        RunSummary again = load(documents, target, Unmapped.WARN);
        assertThat(again.coverage().documents()).isEqualTo(plain.coverage().documents());
        assertThat(again.documents().loaded()).isZero();
        assertThat(ledger(target)).isEqualTo(plainLedger);
    }

    @Test
    void aPartThatIsTriedAgainCountsOnce() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents files = files();
        Documents breaking =
                new Documents(files.description(), files.plan(), new BreakingReading(files.reading(), 37), true);

        assertLikeThePlainRun(load(breaking, target, Unmapped.WARN), target);
    }

    /** Everything is committed, and nobody hears of it: the next try meets nothing but what is settled. */
    @Test
    void aPartWhoseResultIsLostCountsOnce() throws Exception {
        Database target = TestPostgres.newDatabase();
        Documents files = files();
        Documents losing = new Documents(files.description(), files.plan(), new LosingReading(files.reading()), true);

        assertLikeThePlainRun(load(losing, target, Unmapped.WARN), target);
    }

    private record LosingReading(Documents.Reading whole) implements Documents.Reading {
        @Override
        public DocumentSource open(Iterator<Row> rows, MappingContract contract, XmlLimits limits)
                throws SourceException {
            if (TaskContext.get().attemptNumber() < 2) {
                TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> {
                    throw new IllegalStateException("the result was lost on purpose");
                });
            }
            return whole.open(rows, contract, limits);
        }
    }

    @Test
    void anUnmappedPathEndsTheLoadBeforeItsDocumentIsLoaded() throws Exception {
        Database target = TestPostgres.newDatabase();
        Path one = Files.createDirectories(directory.resolve("one"));
        try {
            Files.writeString(one.resolve("a.xml"), "<batch><order id='1'/><order id='2'/></batch>");
            Files.writeString(one.resolve("b.xml"), "<batch><order id='3'/>\n<order id='4'><new/></order></batch>");
            Documents documents = FileDocuments.of(session, one.toString(), 1);

            RunSummary summary = load(documents, target, Unmapped.FAIL);
            long loaded = TestPostgres.number(target, "select count(*) from orders where id = 4");

            assertThat(summary.status()).isEqualTo(Status.STOPPED);
            assertThat(summary.failure())
                    .isEqualTo(
                            "gave up: the contract neither maps nor ignores /batch/order/new, which document b.xml#2 has"
                                    + " in line 2:15; map it, or name it under 'ignore'");
            assertThat(loaded).isZero();
            assertThat(TestPostgres.number(
                            target, "select count(*) from processing_log where document_key = 'b.xml#2'"))
                    .isZero();
        } finally {
            for (String name : List.of("a.xml", "b.xml", "")) {
                Files.deleteIfExists(one.resolve(name));
            }
        }
    }

    @Test
    void nobodyCountsWhereItIsAllowed() throws Exception {
        assertThat(load(files(), TestPostgres.newDatabase(), Unmapped.ALLOW).coverage())
                .isNull();
    }
}
