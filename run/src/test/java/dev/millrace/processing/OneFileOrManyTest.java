package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.StageClock;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleFault;
import dev.millrace.samples.SampleWriter;
import dev.millrace.source.FileSource;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same applications in one file, which is split, and in a file each. */
final class OneFileOrManyTest {

    private static final Path CONTRACT = Path.of("../examples/loan-applications/contract.yaml");
    private static final int DOCUMENTS = 2_000;

    /** What became of a document. */
    private record MappedDocument(String key, List<List<List<Object>>> rows, List<FaultCode> faults) {}

    @TempDir
    Path directory;

    @Test
    void givesTheSameRowsForOneFileAsForMany() throws Exception {
        List<SampleFault> faults = Arrays.stream(SampleFault.values())
                .filter(SampleFault::isWithinRecord)
                .toList();
        SampleWriter writer = new SampleWriter(
                new SampleApplications(Settings.of(5, Size.SMALL).withFaults(10, faults)), 1, DOCUMENTS, n -> {});
        writer.toFile(directory.resolve("all.xml"));
        writer.toDirectory(directory.resolve("many"));

        List<MappedDocument> split = outcomes(directory.resolve("all.xml"));
        List<MappedDocument> single = outcomes(directory.resolve("many"));

        assertThat(split).hasSize(DOCUMENTS).isEqualTo(single);
        assertThat(split).filteredOn(outcome -> !outcome.faults().isEmpty()).hasSizeBetween(100, 300);
    }

    @Test
    void loadsTheSameRowsOfOneFileForAnyNumberOfWorkers() throws Exception {
        StringBuilder xml = new StringBuilder("<a b='é'><!-- <r id='0'/> -->\n");
        for (int i = 1; i <= 3_000; i++) {
            xml.append("<r id='")
                    .append(i)
                    .append("'><![CDATA[</r>]]>é😀")
                    .append(i)
                    .append("<!--</r>--><r><i>1</i></r>");
            xml.append(i % 100 == 0 ? "</x></r>" : i % 77 == 0 ? "</r><r id='" + i + "' id='1'></r>" : "</r>\n");
        }
        Path file = Files.writeString(directory.resolve("records.xml"), xml.append("</a>"));
        MappingContract contract = ContractReader.read("""
                contract: 1
                name: records
                document: { record: /a/r, key: "@id" }
                tables:
                  r:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      around: { path: "../@b", type: varchar(5) }
                      words: { path: "text()", join: "|", type: varchar(100) }
                  i:
                    parent: r
                    rows: r/i
                    columns:
                      n: { path: ".", type: integer }
                """, "test.yaml").contract();
        String expected = null;
        for (int workers : new int[] {1, 2, 4}) {
            for (int batch : new int[] {1, 13, 500}) {
                String rows = loaded(contract, file, workers, batch);
                expected = expected == null ? rows : expected;

                assertThat(rows).as("%s workers, batches of %s", workers, batch).isEqualTo(expected);
            }
        }
        assertThat(expected).contains("2970 loaded, 68 rejected", "|é|</r>é😀2999");
    }

    /** What the books and the tables hold after a run. */
    private static String loaded(MappingContract contract, Path file, int workers, int batch) throws Exception {
        Database database = Database.of("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", new Properties());
        RunSummary summary = new ProductionProcessor(
                        contract,
                        RunOptions.from(new FromFiles(file.toString()))
                                .to(database)
                                .workers(workers)
                                .batchDocuments(batch)
                                .createTables(true)
                                .build())
                .run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(RunSummary.Status.FINISHED);
        StringBuilder found = new StringBuilder();
        found.append(summary.documents().loaded())
                .append(" loaded, ")
                .append(summary.documents().rejected())
                .append(" rejected\n");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            append(statement.executeQuery("SELECT * FROM \"r\" ORDER BY 1"), found);
            append(statement.executeQuery("SELECT * FROM \"i\" ORDER BY 1, 2"), found);
            append(
                    statement.executeQuery(
                            "SELECT \"document_key\", \"status\", \"code\" FROM \"processing_log\" ORDER BY 1, 2"),
                    found);
            statement.execute("SHUTDOWN");
        }
        return found.toString();
    }

    private static void append(ResultSet rows, StringBuilder found) throws SQLException {
        while (rows.next()) {
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                found.append('|').append(rows.getString(i));
            }
            found.append('\n');
        }
    }

    private static List<MappedDocument> outcomes(Path files) throws Exception {
        MappingContract contract = ContractReader.read(CONTRACT).contract();
        Projection projection = DataMapper.projection(contract);
        DocumentPipeline pipeline = new DocumentPipeline(
                contract, projection, XmlLimits.DEFAULTS, "run", Instant.EPOCH, false, new StageClock());
        List<MappedDocument> told = new ArrayList<>();
        List<Outcome> found = new ArrayList<>();
        try (FileSource source = FileSource.open(
                files.toString(), projection, contract.document().doctype(), XmlLimits.DEFAULTS)) {
            for (Document document = source.next(); document != null; document = source.next()) {
                String key = "all.xml#" + (told.size() + 1);
                assertThat(document.key()).isIn(key, "app-%06d.xml#1".formatted(told.size() + 1));
                pipeline.process(named(document, key), Long.MAX_VALUE, found);
                told.add(new MappedDocument(
                        key,
                        found.get(0) instanceof Mapped mapped ? values(mapped) : List.of(),
                        found.stream()
                                .filter(Rejected.class::isInstance)
                                .map(outcome -> ((Rejected) outcome).fault().code())
                                .toList()));
                found.clear();
            }
        }
        return told;
    }

    /** Rows can hold the document's key and the source's name. */
    private static Document named(Document document, String key) {
        return new Document(
                key,
                document.content(),
                document.decoded(),
                "all",
                document.origin(),
                document.lead(),
                document.unreadable());
    }

    private static List<List<List<Object>>> values(Mapped document) {
        List<List<List<Object>>> tables = new ArrayList<>();
        for (List<Row> table : document.rows()) {
            tables.add(table.stream().map(row -> Arrays.asList(row.values())).toList());
        }
        return tables;
    }
}
