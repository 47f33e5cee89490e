package dev.millrace.spark.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.Coverage;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.document.Document;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import dev.millrace.spark.Documents;
import dev.millrace.spark.LocalSpark;
import dev.millrace.spark.Millrace;
import dev.millrace.spark.TableDocuments;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkTablesTest {

    private static final SparkSession SPARK = LocalSpark.session();

    private static final String CONTRACT = """
            contract: 1
            name: orders
            source: { key: id, xml: payload }
            ignore: Note
            tables:
              orders:
                columns:
                  order_id: { path: "@id", type: bigint, key: true }
                  placed:   { path: "@placed", type: timestamp, required: true }
                  sent:     { path: "@sent", type: timestamptz }
                  day:      { path: "@day", type: date }
                  at:       { path: "@at", type: time(3) }
                  total:    { path: "@total", type: "decimal(30,4)" }
                  weight:   { path: "@weight", type: double }
                  number:   { path: "@uuid", type: uuid }
              order_lines:
                parent: orders
                rows: Line
                columns:
                  order_id: { ref: orders.order_id, key: true }
                  line_no:  { ordinal: true, key: true }
                  article:  { path: "@sku", type: varchar(20) }
            """;

    private static final String FULL =
            "<Order id='1' placed='0001-01-01T00:00:00' sent='2026-03-29T02:30:00.123456+01:00' day='1500-02-28'"
                    + " at='12:30:00' total='12345678901234567890123456.7891' weight='0.1'"
                    + " uuid='0f8fad5b-d9cb-469f-a165-70867728950e'><Line sku='a'/><Line/></Order>";

    private static final List<Row> DOCUMENTS = List.of(
            RowFactory.create(1, FULL),
            RowFactory.create(2, "<Order id='2' placed='2026-01-31T12:00:00'><Note>x</Note></Order>"),
            RowFactory.create(3, "<Order id='3'><Line sku='b'/></Order>"),
            RowFactory.create(4, "<Order"),
            RowFactory.create(5, null));

    private static MappingContract contract() throws ContractException {
        return ContractReader.read(CONTRACT, "orders.yaml").contract();
    }

    private static Dataset<Row> documents() {
        return SPARK.createDataFrame(DOCUMENTS, StructType.fromDDL("id int, payload string"));
    }

    private static List<String> texts(Dataset<Row> rows) {
        List<String> texts = new ArrayList<>();
        rows.collectAsList().forEach(row -> texts.add(row.toString()));
        texts.sort(null);
        return texts;
    }

    @Test
    void givesADatasetForEachTable() throws Exception {
        try (SparkTables tables = Millrace.tables(documents(), contract())) {
            assertThat(tables.names()).containsExactly("orders", "order_lines");
            assertThat(tables.table("orders").schema().toDDL())
                    .isEqualTo(
                            "order_id BIGINT NOT NULL,placed TIMESTAMP_NTZ NOT NULL,sent TIMESTAMP,day DATE,at STRING,"
                                    + "total DECIMAL(30,4),weight DOUBLE,number STRING");
            assertThat(texts(tables.table("orders")))
                    .containsExactly(
                            "[1,0001-01-01T00:00,2026-03-29T01:30:00.123456Z,1500-02-28,12:30:00,"
                                    + "12345678901234567890123456.7891,0.1,0f8fad5b-d9cb-469f-a165-70867728950e]",
                            "[2,2026-01-31T12:00,null,null,null,null,null,null]");
            assertThat(texts(tables.table("order_lines"))).containsExactly("[1,1,a]", "[1,2,null]");
            assertThat(texts(tables.rejects().select("document", "code")))
                    .containsExactly("[3,required]", "[4,not-well-formed]", "[5,no-content]");
            assertThat(tables.counts()).isEqualTo(new SparkTables.Counts(2, 3, 0));
        }
    }

    private static final AtomicInteger READ = new AtomicInteger();

    private static Documents counted() throws SourceException {
        Documents documents = TableDocuments.of(documents(), "id", "payload", "orders");
        Documents.Reading reading = documents.reading();
        return new Documents(
                documents.description(),
                documents.plan(),
                (rows, contract, limits) -> {
                    DocumentSource source = reading.open(rows, contract, limits);
                    List<Document> all = new ArrayList<>();
                    try {
                        for (Document next = source.next(); next != null; next = source.next()) {
                            READ.incrementAndGet();
                            all.add(next);
                        }
                    } catch (InterruptedException e) {
                        throw new SourceException("interrupted", e);
                    }
                    return DocumentSource.of("counted", all);
                },
                false);
    }

    @Test
    void parsesEachDocumentOnceWhateverTheNumberOfTables() throws Exception {
        READ.set(0);
        try (SparkTables tables = new SparkTables(SPARK, counted(), contract(), TablesOptions.defaults())) {
            tables.all().values().forEach(Dataset::count);
            tables.rejects().count();
            tables.counts();

            assertThat(READ).hasValue(DOCUMENTS.size());
        }
    }

    @Test
    void keepsNothingWhereItIsNotToAndAfterItIsClosed() throws Exception {
        SparkTables tables = new SparkTables(
                SPARK, counted(), contract(), TablesOptions.defaults().withStorage(StorageLevel.NONE()));
        assertThat(tables.table("order_lines").count()).isEqualTo(2);
        assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isZero();

        SparkTables kept = new SparkTables(SPARK, counted(), contract(), TablesOptions.defaults());
        assertThat(kept.table("order_lines").count()).isEqualTo(2);
        assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isEqualTo(1);
        kept.close();
        assertThat(SPARK.sparkContext().getPersistentRDDs().size()).isZero();
        assertThat(kept.table("order_lines").count()).isEqualTo(2);
    }

    @Test
    void tellsWhatIsWrongInOneLine() throws Exception {
        MappingContract contract = contract();
        try (SparkTables tables = Millrace.tables(documents(), contract)) {
            assertThatThrownBy(() -> tables.table("order_line"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "contract orders has no table order_line; did you mean order_lines? There are orders, order_lines");
            assertThatThrownBy(tables::coverage)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("coverage was not counted; ask for it with TablesOptions.withCoverage()");
        }
        assertThatThrownBy(() -> Millrace.tables(documents().withColumnRenamed("payload", "xml"), contract))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("has no column payload; expected one of id, xml");
        MappingContract unsaid = ContractReader.read(CONTRACT.replaceFirst("source:.*\n", ""), "orders.yaml")
                .contract();
        assertThatThrownBy(() -> Millrace.tables(documents(), unsaid))
                .isInstanceOf(SourceException.class)
                .hasMessage(
                        "nothing says which column of the Dataset holds the keys: name it with TablesOptions.withColumns,"
                                + " or write 'source: { key: …, xml: … }' in the contract; there are id, payload");
    }

    @Test
    void countsWhatOneMachineCountsOfPaths() throws Exception {
        MappingContract contract = contract();
        Coverage coverage = new Coverage(contract);
        DocumentPipeline pipeline = new MappingTask(CONTRACT, "orders", "run", java.time.Instant.EPOCH, 0)
                .pipelines(contract, coverage.collector())
                .get();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] text = DOCUMENTS.get(i).getString(1).getBytes(StandardCharsets.UTF_8);
            pipeline.process(Document.ofText(String.valueOf(i + 1), text, "dataset"), i, Long.MAX_VALUE, outcomes);
        }
        List<String> expected = new ArrayList<>();
        for (CoverageReport.Path path : coverage.report().paths()) {
            expected.add("[" + path.path() + "," + path.kind().name().toLowerCase(Locale.ROOT) + ","
                    + path.state().name().toLowerCase(Locale.ROOT) + ","
                    + path.documents().getAsLong() + "," + path.occurrences() + "]");
        }
        expected.sort(null);

        try (SparkTables tables =
                Millrace.tables(documents(), contract, TablesOptions.defaults().withCoverage())) {
            assertThat(texts(tables.coverage().drop("first"))).isEqualTo(expected);
        }
    }

    @Test
    void aDocumentThatIsTooMuchForMemoryIsARejectAndTheTaskGoesOn() throws Exception {
        MappingContract contract = contract();
        MappingTask task = MappingTask.of(contract, TablesOptions.defaults());
        AtomicInteger made = new AtomicInteger();
        List<Document> documents = List.of(
                Document.ofText("1", FULL.getBytes(StandardCharsets.UTF_8), "orders"),
                Document.ofText("2", FULL.getBytes(StandardCharsets.UTF_8), "orders"));

        Outcomes outcomes = new Outcomes(
                DocumentSource.of("orders", documents),
                () -> {
                    // Beside the others, and then alone.
                    if (made.incrementAndGet() <= 2) {
                        throw new OutOfMemoryError("as if");
                    }
                    return task.pipelines(contract, null).get();
                },
                null);

        assertThat(outcomes.next())
                .isInstanceOfSatisfying(
                        Rejected.class,
                        reject -> assertThat(reject.fault().code().word()).isEqualTo("out-of-memory"));
        assertThat(outcomes.next()).isInstanceOf(Mapped.class);
        assertThat(outcomes.hasNext()).isFalse();
    }

    @Test
    void aDocumentThatIsTooDeepOrTooLargeIsAReject() throws Exception {
        String deep =
                "<Order id='1' placed='2026-01-31T12:00:00'>" + "<a>".repeat(5_000) + "</a>".repeat(5_000) + "</Order>";
        List<Row> rows = List.of(
                RowFactory.create(1, deep),
                RowFactory.create(2, FULL + " ".repeat(20_000)),
                RowFactory.create(3, FULL));
        Dataset<Row> documents = SPARK.createDataFrame(rows, StructType.fromDDL("id int, payload string"));

        try (SparkTables tables = Millrace.tables(
                documents.limit(3), contract(), TablesOptions.defaults().withDocumentBytes(100_000))) {
            assertThat(texts(tables.rejects().select("document", "code"))).containsExactly("[1,too-deep]");
        }
        try (SparkTables tables =
                Millrace.tables(documents, contract(), TablesOptions.defaults().withDocumentBytes(10_000))) {
            assertThat(texts(tables.rejects().select("document", "code")))
                    .containsExactly("[1,document-too-large]", "[2,document-too-large]");
        }
    }

    @Test
    void writesFoldersWithTheColumnTypesOfSql(@TempDir Path folder) throws Exception {
        Path target = folder.resolve("tables");
        TablesCommand.Result result = TablesCommand.write(
                SPARK,
                TableDocuments.of(documents(), "id", "payload", "orders"),
                contract(),
                new TablesCommand.Target(target.toString(), "parquet", Map.of("compression", "zstd")),
                TablesOptions.defaults());

        assertThat(result.counts()).isEqualTo(new SparkTables.Counts(2, 3, 0));
        assertThat(result.folders().keySet()).containsExactly("orders", "order_lines", "rejects");
        assertThat(target.resolve("_SUCCESS")).exists();
        assertThat(duckDb("SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM '" + target
                        + "/orders/*.parquet')"))
                .containsExactly(
                        "order_id BIGINT",
                        "placed TIMESTAMP",
                        "sent TIMESTAMP WITH TIME ZONE",
                        "day DATE",
                        "at VARCHAR",
                        "total DECIMAL(30,4)",
                        "weight DOUBLE",
                        "number VARCHAR");
        assertThat(duckDb("SELECT placed || ' ' || epoch_us(sent) || ' ' || day || ' ' || total FROM '" + target
                        + "/orders/*.parquet' WHERE order_id = 1"))
                .containsExactly("0001-01-01 00:00:00 1774747800123456 1500-02-28 12345678901234567890123456.7891");
        assertThat(SPARK.conf().get("spark.sql.parquet.outputTimestampType")).isEqualTo("INT96");
    }

    private static List<String> duckDb(String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    @Test
    void refusesATargetBeforeAnythingIsRead(@TempDir Path folder) throws Exception {
        MappingContract contract = contract();
        Files.writeString(folder.resolve("other.txt"), "");

        assertThatThrownBy(() -> TablesCommand.check(
                        SPARK, contract, new TablesCommand.Target(folder.toString(), "parquet", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder + " – is there and not empty; name another directory, or remove it");
        assertThatThrownBy(() -> TablesCommand.check(
                        SPARK,
                        contract,
                        new TablesCommand.Target(folder.resolve("new").toString(), "parket", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--format parket – Spark has no such format here");
    }
}
