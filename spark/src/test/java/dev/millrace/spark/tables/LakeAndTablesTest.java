package dev.millrace.spark.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MappingContract;
import dev.millrace.lake.LakeFixture;
import dev.millrace.lake.LakeFormat;
import dev.millrace.processing.RunSummary;
import dev.millrace.spark.LocalSpark;
import dev.millrace.spark.Millrace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One machine's files of a lake and Spark's tables are the same, for whoever reads them. */
class LakeAndTablesTest {

    private static final int DOCUMENTS = 200;
    private static final String TIMESTAMPS = "spark.sql.parquet.outputTimestampType";

    private static final SparkSession SPARK = LocalSpark.session();

    @TempDir
    private Path folder;

    @AfterEach
    void forgetSettings() {
        SPARK.conf().unset(TIMESTAMPS);
    }

    @Test
    void haveTheSameTypesAndRowsReadBySparkAndByDuckDb() throws Exception {
        SPARK.conf().set(TIMESTAMPS, "TIMESTAMP_MICROS");
        Path documents = folder.resolve("documents");
        LakeFixture.documents(documents, 1, DOCUMENTS);
        MappingContract contract = LakeFixture.contract();
        Path lake = folder.resolve("lake");
        Path tables = folder.resolve("tables");

        RunSummary run = LakeFixture.run(lake, contract, LakeFormat.PARQUET, documents);
        try (SparkTables made = Millrace.tables(SPARK, documents.toString(), contract, TablesOptions.defaults())) {
            for (String table : made.names()) {
                made.table(table).write().parquet(tables.resolve(table).toString());
            }
        }

        assertThat(run.documents().loaded()).isEqualTo(DOCUMENTS * 9 / 10);
        for (String table : List.of("orders", "line")) {
            Path ofLake = lake.resolve(table);
            Path ofSpark = tables.resolve(table);
            assertThat(typesBySpark(ofLake)).as(table).isEqualTo(typesBySpark(ofSpark));
            assertThat(rowsBySpark(ofLake))
                    .as(table)
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(rowsBySpark(ofSpark));
            assertThat(byDuckDb("DESCRIBE SELECT * FROM ", ofLake))
                    .as(table)
                    .isEqualTo(byDuckDb("DESCRIBE SELECT * FROM ", ofSpark));
            assertThat(byDuckDb("FROM ", ofLake))
                    .as(table)
                    .containsExactlyInAnyOrderElementsOf(byDuckDb("FROM ", ofSpark));
        }
    }

    private static Map<String, String> typesBySpark(Path files) {
        Map<String, String> types = new TreeMap<>();
        Stream.of(read(files).schema().fields())
                .forEach(field -> types.put(field.name(), field.dataType().sql()));
        return types;
    }

    private static List<String> rowsBySpark(Path files) {
        return read(files).toJSON().collectAsList();
    }

    /** The line of docs/lake.md. */
    private static Dataset<Row> read(Path files) {
        return SPARK.read().parquet(files.toString());
    }

    private static List<String> byDuckDb(String query, Path files) throws Exception {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query + "'" + files + "/**/*.parquet'")) {
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join("|", row));
            }
        }
        return found;
    }
}
