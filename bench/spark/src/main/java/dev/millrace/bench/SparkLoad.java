package dev.millrace.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_xml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Loads the documents of {@code app_xml} as one does with Spark: each is parsed once, by its XML reader with a schema, and
 * kept; SQL makes the rows of each table of it; the JDBC writer inserts them. As many tasks read, parse and write as Spark
 * has cores.
 */
final class SparkLoad {

    private static final String SCHEMA = "record.ddl";
    private static final String FETCHED_ROWS = "1000";
    private static final String INSERTED_ROWS = "5000";

    private SparkLoad() {}

    /** @param args the workload's directory */
    public static void main(String[] args) throws IOException {
        Workload workload = Workload.load(Path.of(args[0]));
        try (SparkSession spark = SparkSession.builder()
                .appName("bench")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate()) {
            spark.sparkContext().setLogLevel("WARN");
            int tasks = spark.sparkContext().defaultParallelism();
            spark.conf().set("spark.sql.shuffle.partitions", tasks);
            documents(spark, workload, tasks).createOrReplaceTempView("application");
            keep(spark, "applicant");
            for (String table :
                    new String[] {"app_base", "contact_base", "contact_address", "contact_employment", "scores"}) {
                insert(spark.sql(text(table + ".sql")), workload, table);
            }
        }
        Lap.end();
    }

    private static Dataset<Row> documents(SparkSession spark, Workload workload, int tasks) throws IOException {
        StructType schema = StructType.fromDDL(text(SCHEMA));
        return spark.read()
                .format("jdbc")
                .option("url", workload.url())
                .option("dbtable", "app_xml")
                .option("partitionColumn", "app_id")
                .option("lowerBound", 1)
                .option("upperBound", workload.documents())
                .option("numPartitions", tasks)
                .option("fetchsize", FETCHED_ROWS)
                .load()
                .select(from_xml(col("xml"), schema, Map.of("mode", "FAILFAST")).as("document"))
                .selectExpr("document.Request._ID AS app_id", "document.Request.CustData.application AS application")
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** Makes a view that several tables are made of. */
    private static void keep(SparkSession spark, String view) throws IOException {
        spark.sql(text(view + ".sql")).persist(StorageLevel.MEMORY_AND_DISK()).createOrReplaceTempView(view);
    }

    private static void insert(Dataset<Row> rows, Workload workload, String table) {
        Properties properties = new Properties();
        properties.setProperty("batchsize", INSERTED_ROWS);
        // One statement for many rows: without it the driver sends one for each.
        properties.setProperty("reWriteBatchedInserts", "true");
        rows.write().mode(SaveMode.Append).jdbc(workload.url(), "migration." + table, properties);
    }

    private static String text(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(SparkLoad.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
