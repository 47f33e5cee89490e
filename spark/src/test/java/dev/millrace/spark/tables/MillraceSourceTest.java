package dev.millrace.spark.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceSourceTest {

    private static final SparkSession SPARK = LocalSpark.session();

    private static final String CONTRACT = """
            contract: 1
            name: orders
            document:
              record: /Orders/Order
            tables:
              orders:
                description: One row for each order.
                columns:
                  order_id: { path: "@id", type: bigint, key: true, description: The shop's own number }
                  placed:   { path: "@placed", type: date, required: true }
              order_lines:
                parent: orders
                rows: Line
                columns:
                  order_id: { ref: orders.order_id, key: true }
                  line_no:  { ordinal: true, key: true }
                  price:    { path: "@price", type: "decimal(12,2)" }
            """;

    @TempDir
    private Path folder;

    private Path contract;
    private Path documents;

    @BeforeEach
    void writeFiles() throws IOException {
        contract = Files.writeString(folder.resolve("orders.yaml"), CONTRACT);
        documents = Files.createDirectories(folder.resolve("documents"));
        Files.writeString(documents.resolve("a.xml"), """
                <Orders><Order id="1" placed="2026-01-31"><Line price="1.50"/><Line/></Order>
                <Order id="2" placed="2026-02-01"/></Orders>
                """);
        Files.writeString(
                documents.resolve("b.xml"),
                "<Orders><Order id='3' placed='2026-02-02'><Line price='12345678.90'/></Order></Orders>");
    }

    private void addBrokenDocument() throws IOException {
        Files.writeString(
                documents.resolve("c.xml"),
                "<Orders>\n<Order id='4' placed='yesterday'><Line price='1'/></Order><Order id='5' placed='2026-02-03'/></Orders>");
    }

    private Dataset<Row> read(Map<String, String> options) {
        return SPARK.read()
                .format("millrace")
                .option("contract", contract.toString())
                .options(options)
                .load(documents.toString());
    }

    private static List<String> texts(Dataset<Row> rows) {
        List<String> texts = new ArrayList<>();
        rows.collectAsList().forEach(row -> texts.add(row.toString()));
        texts.sort(null);
        return texts;
    }

    @Test
    void readsTheRowsOfATable() {
        Dataset<Row> lines = read(Map.of("table", "order_lines"));

        assertThat(texts(lines)).containsExactly("[1,1,1.50]", "[1,2,null]", "[3,1,12345678.90]");
        assertThat(lines.schema().apply("price").dataType()).isEqualTo(DataTypes.createDecimalType(12, 2));
    }

    @Test
    void tellsTypesNullabilityAndDescriptions() {
        StructType schema = read(Map.of("table", "orders")).schema();

        assertThat(schema.apply("order_id").nullable()).isFalse();
        assertThat(schema.apply("order_id").getComment().get()).isEqualTo("The shop's own number");
        assertThat(schema.apply("placed").dataType()).isEqualTo(DataTypes.DateType);
    }

    @Test
    void globsAndSeveralPathsAreRead() {
        Dataset<Row> both = SPARK.read()
                .format("millrace")
                .option("contract", contract.toString())
                .option("table", "orders")
                .load(documents + "/a*.xml", documents + "/b.xml");

        assertThat(both.count()).isEqualTo(3);
    }

    @Test
    void columnsThatNobodyAsksForAreNotMade() {
        Dataset<Row> ids = read(Map.of("table", "orders")).select("order_id");

        assertThat(ids.queryExecution().executedPlan().toString()).contains("struct<order_id:bigint>");
        assertThat(texts(ids)).containsExactly("[1]", "[2]", "[3]");
        assertThat(read(Map.of("table", "order_lines")).count()).isEqualTo(3);
    }

    @Test
    void sqlReadsAView() {
        SPARK.sql("CREATE OR REPLACE TEMPORARY VIEW lines USING millrace OPTIONS (contract '" + contract
                + "', table 'order_lines', path '" + documents + "')");

        assertThat(texts(SPARK.sql("SELECT sum(price), count(*) FROM lines WHERE order_id = 1")))
                .containsExactly("[1.50,2]");
    }

    @Test
    void aRejectEndsTheQueryUnlessItIsIgnored() throws IOException {
        addBrokenDocument();

        assertThatThrownBy(() -> read(Map.of("table", "orders")).collectAsList())
                .hasStackTraceContaining("document c.xml#1 of ")
                .hasStackTraceContaining("is rejected – invalid-value: ")
                .hasStackTraceContaining("option rejects = ignore leaves such documents out");
        assertThat(texts(read(Map.of("table", "orders", "rejects", "ignore")).select("order_id")))
                .containsExactly("[1]", "[2]", "[3]", "[5]");
    }

    @Test
    void rejectsAreATable() throws IOException {
        addBrokenDocument();

        Dataset<Row> rejects = read(Map.of("table", "rejects"));

        assertThat(texts(rejects.select("document", "code", "table", "column", "line", "column_number")))
                .containsExactly("[c.xml#1,invalid-value,orders,placed,2,1]");
        assertThat(rejects.select("message").head().getString(0)).doesNotContain("yesterday");
    }

    @Test
    void whatIsWrongIsToldInOneLineBeforeAJob() {
        assertRefused(
                Map.of(),
                "millrace needs the option table: which table of contract orders to read; there are orders, order_lines, rejects");
        assertRefused(
                Map.of("table", "order_line"),
                "contract orders has no table order_line; did you mean order_lines? There are orders, order_lines, rejects");
        assertRefused(
                Map.of("table", "orders", "reject", "fail"),
                "millrace has no option reject; did you mean rejects? There are contract, table, rejects, maxDocumentBytes, path");
        assertRefused(
                Map.of("table", "orders", "rejects", "maybe"),
                "option rejects is maybe, but fail or ignore is expected: whether a rejected document ends the query");
        assertRefused(
                Map.of("table", "orders", "maxDocumentBytes", "1k"),
                "option maxDocumentBytes is 1k, but a number of bytes is expected, 1 or more");
        assertRefused(
                Map.of("table", "orders", "contract", "none.yaml"),
                "option contract: there is no file none.yaml; check the path");
    }

    private void assertRefused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> read(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void contractProblemsAreToldWithTheirPlaces() throws IOException {
        Files.writeString(contract, CONTRACT.replace("type: date", "type: dat"));

        assertThatThrownBy(() -> read(Map.of("table", "orders")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(contract + ":10:");
    }

    @Test
    void aTypeThatSparkCannotHoldIsRefused() throws IOException {
        Files.writeString(contract, CONTRACT.replace("type: date", "type: timestamp(9)"));

        assertRefused(
                Map.of("table", "orders"),
                contract
                        + ":6:3: column orders.placed is a timestamp(9), but Spark keeps 6 fraction digits of a second – use"
                        + " timestamp(6) and say what becomes of the rest with 'scale'");
    }

    @Test
    void pathsWithoutFilesAreRefused() {
        assertThatThrownBy(() -> SPARK.read()
                        .format("millrace")
                        .option("contract", contract.toString())
                        .option("table", "orders")
                        .load(documents + "/*.txt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(documents + "/*.txt – ");
        assertThatThrownBy(() -> SPARK.read()
                        .format("millrace")
                        .option("contract", contract.toString())
                        .option("table", "orders")
                        .load())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "millrace needs a path: name a file, a directory or a glob in load(…), or as the option path");
    }

    @Test
    void oneLoadHasOneRunIdAndTime() throws IOException {
        Files.writeString(
                contract,
                CONTRACT.replace(
                        "required: true }",
                        "required: true }\n      run: { meta: run-id }\n      at: { meta: loaded-at }"));
        Dataset<Row> runs = read(Map.of("table", "orders")).select("run", "at").distinct();

        assertThat(runs.count()).isEqualTo(1);
        assertThat(texts(runs)).isEqualTo(texts(runs));
    }
}
