package dev.millrace.spark.tables;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_xml;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.spark.LocalSpark;
import dev.millrace.spark.Millrace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark's own XML reader, with the SQL of the benchmarks' contestant, judges the tables: the same rows. With
 * {@code -Dmillrace.spark.race=20000} (documents of 20 KB) both write Parquet, in turn, and the seconds are printed.
 */
class AgainstSparksReaderTest {

    private static final int RACE = Integer.getInteger("millrace.spark.race", 0);
    private static final Path SQL = Path.of("../bench/spark/src/main/resources/dev/millrace/bench");
    private static final List<String> TABLES =
            List.of("app_base", "contact_base", "contact_address", "contact_employment", "scores");
    private static final int ROUNDS = Integer.getInteger("millrace.spark.rounds", 3);
    private static final double NANOS = 1e9;

    private static final SparkSession SPARK = LocalSpark.session();

    @TempDir
    private Path folder;

    /** The documents in a table of Parquet, as both read them. */
    private Dataset<Row> documents(int count, Size size) {
        SampleApplications samples = new SampleApplications(Settings.of(11, size));
        String archive = folder.resolve("archive").toString();
        int batch = 2_000;
        for (int from = 1; from <= count; from += batch) {
            List<Row> rows = new ArrayList<>();
            for (int n = from; n < from + batch && n <= count; n++) {
                rows.add(RowFactory.create((long) n, new String(samples.document(n), StandardCharsets.UTF_8)));
            }
            SPARK.createDataFrame(rows, StructType.fromDDL("app_id bigint, xml string"))
                    .write()
                    .mode("append")
                    .parquet(archive);
        }
        return SPARK.read().parquet(archive);
    }

    private static MappingContract contract() throws Exception {
        return ContractReader.read(Path.of("../examples/loan-applications/contract.yaml"))
                .contract();
    }

    @Test
    void sparksReaderGivesTheSameRows() throws Exception {
        SPARK.conf().set("spark.sql.session.timeZone", "UTC");
        Dataset<Row> documents = documents(200, Size.SMALL);
        Map<String, Dataset<Row>> theirs = sparksOwn(documents);
        try (SparkTables tables =
                Millrace.tables(documents, contract(), TablesOptions.defaults().withColumns("app_id", "xml"))) {
            for (String table : TABLES) {
                Dataset<Row> ours = tables.table(table);
                Column[] columns = Arrays.stream(ours.schema().fields())
                        .map((StructField field) -> col(field.name()).cast(field.dataType()))
                        .toArray(Column[]::new);
                assertThat(texts(theirs.get(table).select(columns)))
                        .as(table)
                        .isNotEmpty()
                        .isEqualTo(texts(ours));
            }
        } finally {
            SPARK.catalog().clearCache();
            SPARK.conf().unset("spark.sql.session.timeZone");
        }
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::toString).sorted().toList();
    }

    /** As the contestant of the benchmarks makes them. */
    private static Map<String, Dataset<Row>> sparksOwn(Dataset<Row> documents) throws IOException {
        StructType schema = StructType.fromDDL(text("record.ddl"));
        documents
                .select(from_xml(col("xml"), schema, Map.of("mode", "FAILFAST")).as("document"))
                .selectExpr("document.Request._ID AS app_id", "document.Request.CustData.application AS application")
                .persist(StorageLevel.MEMORY_AND_DISK())
                .createOrReplaceTempView("application");
        SPARK.sql(text("applicant.sql")).persist(StorageLevel.MEMORY_AND_DISK()).createOrReplaceTempView("applicant");
        Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
        for (String table : TABLES) {
            tables.put(table, SPARK.sql(text(table + ".sql")));
        }
        return tables;
    }

    private static String text(String name) throws IOException {
        return Files.readString(SQL.resolve(name));
    }

    @Test
    @EnabledIfSystemProperty(named = "millrace.spark.race", matches = "[1-9]\\d*")
    void race() throws Exception {
        Dataset<Row> documents = documents(RACE, Size.MEDIUM);
        for (int round = 0; round < ROUNDS; round++) {
            Spent theirs = spent(() -> {
                sparksOwn(documents).forEach((name, rows) -> write(rows, "theirs", name));
                SPARK.catalog().clearCache();
            });
            Spent ours = spent(() -> {
                try (SparkTables tables = Millrace.tables(
                        documents, contract(), TablesOptions.defaults().withColumns("app_id", "xml"))) {
                    tables.all().forEach((name, rows) -> write(rows, "ours", name));
                    write(tables.rejects(), "ours", "rejects");
                }
            });
            System.out.printf(
                    Locale.ROOT,
                    "%d documents: Spark's reader %s, tables %s; %.1f times, of processor time %.1f times%n",
                    RACE,
                    theirs,
                    ours,
                    theirs.seconds() / ours.seconds(),
                    theirs.processor() / ours.processor());
        }
    }

    /** Seconds; of the clock, and of processors, which other programs on the machine do not change. */
    private record Spent(double seconds, double processor) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f s (%.1f s of processors)", seconds, processor);
        }
    }

    private static Spent spent(ThrowingCallable work) throws Exception {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        long processor = process.getProcessCpuTime();
        try {
            work.call();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return new Spent((System.nanoTime() - start) / NANOS, (process.getProcessCpuTime() - processor) / NANOS);
    }

    private void write(Dataset<Row> rows, String whose, String table) {
        rows.write()
                .mode("overwrite")
                .parquet(folder.resolve(whose).resolve(table).toString());
    }
}
