package dev.millrace.spark.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.discovery.Draft;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.spark.LocalSpark;
import dev.millrace.spark.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/spark.md shows what is compiled and run here, in Java and in SQL. */
class TablesPageTest {

    private static final Path PAGE = Path.of("../docs/spark.md");
    private static final SparkSession SPARK = LocalSpark.session();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("orders.yaml"), """
                contract: 1
                name: orders
                tables:
                  orders:
                    columns:
                      order_id: { path: "@id", type: bigint, key: true }
                  order_lines:
                    parent: orders
                    rows: Line
                    columns:
                      order_id: { ref: orders.order_id, key: true }
                      line_no:  { ordinal: true, key: true }
                      price:    { path: "@price", type: "decimal(12,2)" }
                """);
        Path documents = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(documents.resolve("1.xml"), "<Order id='1'><Line price='1.50'/><Line price='2.25'/></Order>");
        Files.writeString(documents.resolve("2.xml"), "<Order id='2'><Line price='7'/></Order>");
    }

    /** The same with the files of this test. */
    private String here(String text) {
        return text.replaceAll("(?<=^|')(?=(orders[.-]|documents|archive|tables))", folder + "/");
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void theJavaOfThePageIsThatOfThisTest() throws IOException {
        String source =
                withoutLayout(Files.readString(Path.of("src/test/java/dev/millrace/spark/tables/TablesPageTest.java"))
                        .replaceAll("here\\((\"[^\"]*\")\\)", "$1"));
        List<String> own = blocks("java").stream()
                .filter(block -> block.contains("tables") || block.contains("millrace") || block.contains("discover"))
                .toList();

        assertThat(own).hasSizeGreaterThanOrEqualTo(3);
        assertThat(own)
                .filteredOn(block -> !source.contains(withoutLayout(block)))
                .isEmpty();
    }

    private static String withoutLayout(String text) {
        return text.replaceAll("\\s+", " ").replace("( ", "(").strip();
    }

    @Test
    void theSqlOfThePageRuns() throws IOException {
        List<String> answers = new ArrayList<>();
        for (String block : blocks("sql")) {
            for (String statement : here(block).split(";\\s*")) {
                SPARK.sql(statement).collectAsList().forEach(row -> answers.add(row.toString()));
            }
        }

        assertThat(answers).containsExactly("[1,3.75]", "[2,7.00]");
    }

    @Test
    void tablesOfADatasetAreWritten() throws Exception {
        SPARK.createDataFrame(
                        List.of(RowFactory.create("1", Files.readString(folder.resolve("documents/1.xml")))),
                        StructType.fromDDL("key string, xml string"))
                .write()
                .parquet(folder.resolve("archive").toString());

        writeTables(SPARK);

        assertThat(SPARK.read()
                        .parquet(folder.resolve("tables/order_lines").toString())
                        .count())
                .isEqualTo(2);
    }

    private void writeTables(SparkSession spark) throws Exception {
        MappingContract contract = Millrace.contract(spark, here("orders.yaml"));
        Dataset<Row> documents = spark.read().parquet(here("archive"));
        try (SparkTables tables =
                Millrace.tables(documents, contract, TablesOptions.defaults().withColumns("key", "xml"))) {
            tables.table("orders").write().parquet(here("tables/orders"));
            tables.table("order_lines").write().parquet(here("tables/order_lines"));
            tables.rejects().write().parquet(here("tables/rejects"));
            System.out.println(tables.counts());
        }
    }

    @Test
    void theSourceIsRead() {
        assertThat(lines(SPARK).count()).isEqualTo(3);
    }

    private Dataset<Row> lines(SparkSession spark) {
        Dataset<Row> lines = spark.read()
                .format("millrace")
                .option("contract", here("orders.yaml"))
                .option("table", "order_lines")
                .load(here("documents/*.xml"));
        return lines;
    }

    @Test
    void aDraftIsWritten() throws Exception {
        discover(SPARK);

        assertThat(folder.resolve("orders-draft.yaml")).content().contains("name: orders");
    }

    private void discover(SparkSession spark) throws Exception {
        Draft draft = Millrace.discover(spark, here("documents/"), DraftOptions.of("orders"));
        Files.writeString(Path.of(here("orders-draft.yaml")), draft.contract().text());
    }
}
