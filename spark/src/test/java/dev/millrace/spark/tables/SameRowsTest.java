package dev.millrace.spark.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.spark.LocalSpark;
import dev.millrace.spark.Millrace;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the library maps on one machine, Spark maps too: the same rows, value by value, and the same rejects. */
class SameRowsTest {

    private static final SparkSession SPARK = LocalSpark.session();
    private static final String RUN_ID = "00000000-0000-4000-8000-000000000001";
    private static final Instant LOADED_AT = Instant.parse("2026-01-31T12:34:56.123456Z");
    private static final StructType DOCUMENTS = new StructType(new StructField[] {
        new StructField("key", DataTypes.StringType, false, Metadata.empty()),
        new StructField("xml", DataTypes.BinaryType, true, Metadata.empty())
    });
    private static final TablesOptions OPTIONS = TablesOptions.defaults()
            .withColumns("key", "xml")
            .withSourceName("input")
            .withRun(RUN_ID, LOADED_AT);

    /** Rows of each table, and the rejects, as texts in an order of their own. */
    private record Content(Map<String, List<String>> tables, List<String> rejects) {}

    @TestFactory
    Stream<DynamicTest> goldenCasesGiveTheRowsOfOneMachine() throws IOException {
        return list(Path.of("../core/src/test/resources/cases")).stream()
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> {
                    MappingContract contract =
                            ContractReader.read(folder.resolve("contract.yaml")).contract();
                    List<Document> documents = new ArrayList<>();
                    for (Path file : list(folder.resolve("input"))) {
                        documents.add(
                                Document.ofBytes(file.getFileName().toString(), Files.readAllBytes(file), "input"));
                    }

                    assertSame(contract, documents);
                }));
    }

    @Test
    void loanApplicationsGiveTheRowsOfOneMachine() throws Exception {
        int count = Integer.getInteger("millrace.spark.rows", 2_000);
        MappingContract contract = ContractReader.read(Path.of("../examples/loan-applications/contract.yaml"))
                .contract();
        SampleApplications samples =
                new SampleApplications(Settings.of(42, Size.SMALL).withFaults(2));
        List<Document> documents = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            documents.add(Document.ofBytes(String.valueOf(n), samples.document(n), "input"));
        }

        assertSame(contract, documents);
    }

    @TestFactory
    Stream<DynamicTest> goldenCasesOfFilesGiveTheRowsOfOneMachine() throws IOException {
        // The run of a query is its own.
        return list(Path.of("../core/src/test/resources/cases")).stream()
                .filter(folder -> !folder.endsWith("meta"))
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> assertSameOfFiles(folder)));
    }

    private static void assertSameOfFiles(Path folder) throws Exception {
        Path file = folder.resolve("contract.yaml");
        MappingContract contract = ContractReader.read(file).contract();
        Path input = folder.resolve("input").toAbsolutePath().normalize();
        List<Document> documents = new ArrayList<>();
        try (DocumentSource source = FileSource.open(
                input.toString(),
                DataMapper.projection(contract),
                contract.document().doctype(),
                XmlLimits.DEFAULTS)) {
            for (Document next = source.next(); next != null; next = source.next()) {
                documents.add(next);
            }
        }
        Content expected = onOneMachine(contract, documents);
        DataFrameReader reader = SPARK.read()
                .format("millrace")
                .option("contract", file.toString())
                .option("rejects", "ignore");
        for (TableMapping table : contract.tables()) {
            Dataset<Row> rows = reader.option("table", table.name()).load(input.toString());
            assertTyped(table, rows.schema());
            assertThat(sorted(rows))
                    .as(table.name())
                    .isEqualTo(expected.tables().get(table.name()));
        }
        assertThat(rejects(reader.option("table", "rejects").load(input.toString())))
                .isEqualTo(expected.rejects());
    }

    private static void assertSame(MappingContract contract, List<Document> documents) throws Exception {
        Content expected = onOneMachine(contract, documents);
        List<Row> rows = documents.stream()
                .map(document -> RowFactory.create(document.key(), document.content()))
                .toList();
        try (SparkTables tables = Millrace.tables(SPARK.createDataFrame(rows, DOCUMENTS), contract, OPTIONS)) {
            Content content = onSpark(contract, tables);
            assertThat(content.rejects()).isEqualTo(expected.rejects());
            expected.tables()
                    .forEach((table, its) ->
                            assertThat(content.tables().get(table)).as(table).isEqualTo(its));
        }
    }

    private static Content onOneMachine(MappingContract contract, List<Document> documents) {
        DocumentPipeline pipeline = new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                RUN_ID,
                LOADED_AT,
                false,
                new StageClock());
        Map<String, List<String>> tables = new LinkedHashMap<>();
        contract.tables().forEach(table -> tables.put(table.name(), new ArrayList<>()));
        List<String> rejects = new ArrayList<>();
        for (Document document : documents) {
            for (Outcome outcome : pipeline.process(document)) {
                if (outcome instanceof Mapped mapped) {
                    for (TableMapping table : contract.tables()) {
                        mapped.rows()
                                .get(table.index())
                                .forEach(row -> tables.get(table.name()).add(text(row.values())));
                    }
                } else if (outcome instanceof Rejected rejected) {
                    rejects.add(Arrays.toString(Chunks.rejectRow(rejected)));
                }
            }
        }
        tables.values().forEach(rows -> rows.sort(null));
        rejects.sort(null);
        return new Content(tables, rejects);
    }

    private static String text(Object[] values) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            texts.add(
                    value instanceof OffsetDateTime time
                            ? shown(time.toInstant())
                            : value instanceof LocalTime time
                                    ? DateTimeFormatter.ISO_LOCAL_TIME.format(time) + " String"
                                    : value instanceof java.util.UUID id ? id + " String" : shown(value));
        }
        return texts.toString();
    }

    /** The value with its class, so that 1 and 1L differ. */
    private static String shown(Object value) {
        return value == null
                ? "null"
                : value instanceof byte[] bytes
                        ? Base64.getEncoder().encodeToString(bytes) + " bytes"
                        : value + " " + value.getClass().getSimpleName();
    }

    private static Content onSpark(MappingContract contract, SparkTables tables) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (TableMapping table : contract.tables()) {
            Dataset<Row> dataset = tables.table(table.name());
            assertTyped(table, dataset.schema());
            rows.put(table.name(), sorted(dataset));
        }
        return new Content(rows, rejects(tables.rejects()));
    }

    private static List<String> sorted(Dataset<Row> rows) {
        return rows.collectAsList().stream()
                .map(row -> texts(row).toString())
                .sorted()
                .toList();
    }

    private static List<String> rejects(Dataset<Row> rows) {
        return rows.collectAsList().stream()
                .map(SameRowsTest::values)
                .map(Arrays::toString)
                .sorted()
                .toList();
    }

    private static Object[] values(Row row) {
        Object[] values = new Object[row.size()];
        Arrays.setAll(values, row::get);
        return values;
    }

    private static List<String> texts(Row row) {
        return Arrays.stream(values(row)).map(SameRowsTest::shown).toList();
    }

    private static void assertTyped(TableMapping table, StructType schema) {
        for (int i = 0; i < table.columns().size(); i++) {
            TableMapping.Column column = table.columns().get(i);
            StructField field = schema.fields()[i];
            assertThat(field.name()).isEqualTo(column.name());
            assertThat(field.dataType()).as(column.name()).isEqualTo(typed(column.type()));
            assertThat(field.nullable()).as(column.name()).isEqualTo(column.nullable());
        }
    }

    /** Written out once more, so that a slip in the one table of types is not one here. */
    private static DataType typed(SqlType type) {
        String words = type.toString();
        String ddl = switch (type.kind()) {
            case SMALLINT -> "smallint";
            case INTEGER -> "int";
            case REAL -> "float";
            case CHAR, VARCHAR, TEXT, XML, UUID, TIME -> "string";
            case TIMESTAMP -> "timestamp_ntz";
            case TIMESTAMPTZ -> "timestamp_ltz";
            case BYTES -> "binary";
            case BOOLEAN, BIGINT, DECIMAL, DOUBLE, DATE -> words;
        };
        return DataType.fromDDL(ddl);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
