package dev.millrace.spark.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.document.Document;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.source.DocumentSource;
import dev.millrace.spark.FileDocuments;
import dev.millrace.spark.LocalSpark;
import dev.millrace.spark.TableDocuments;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spark drafts what one machine drafts, byte for byte. */
class SparkDiscoveryTest {

    private static final SparkSession SPARK = LocalSpark.session();
    private static final XmlLimits LIMITS = XmlLimits.forWorkers(4);

    static List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> cases = Files.list(Path.of("../core/src/test/resources/cases"))) {
            // Those whose documents are many, nested, mixed, or broken.
            List<String> some =
                    List.of("recursion", "mixed-content", "namespaces", "faults", "sections-within-sections");
            cases.filter(folder -> some.contains(folder.getFileName().toString()))
                    .sorted()
                    .forEach(folder -> folders.add(folder.resolve("input")));
        }
        return folders;
    }

    @ParameterizedTest
    @MethodSource("folders")
    void draftsOfFilesAreThoseOfOneMachine(Path folder) throws Exception {
        String expected = draftHere(folder);

        String draft = SparkDiscovery.draft(
                        FileDocuments.of(SPARK, folder.toString(), 3), DraftOptions.of("drafted"), LIMITS)
                .contract()
                .text();

        assertThat(draft).isEqualTo(expected);
    }

    private static String draftHere(Path folder) throws Exception {
        return Discovery.ofFiles(folder.toString(), DraftOptions.of("drafted"))
                .contract()
                .text();
    }

    @Test
    void draftsOfManyDocumentsAreThoseOfOneMachine() throws Exception {
        SampleApplications samples =
                new SampleApplications(Settings.of(7, Size.SMALL).withFaults(2));
        List<Row> rows = new ArrayList<>();
        List<Document> documents = new ArrayList<>();
        for (int n = 1; n <= 600; n++) {
            byte[] text = samples.document(n);
            rows.add(RowFactory.create(String.valueOf(n), text));
            documents.add(Document.ofBytes(String.valueOf(n), text, "dataset"));
        }
        Dataset<Row> table = SPARK.createDataFrame(rows, StructType.fromDDL("id string, payload binary"))
                .repartition(5);

        String draft = SparkDiscovery.draft(
                        TableDocuments.of(table, "id", "payload", "dataset"), DraftOptions.of("loans"), LIMITS)
                .contract()
                .text();

        assertThat(draft)
                .isEqualTo(Discovery.of(() -> DocumentSource.of("documents", documents), DraftOptions.of("loans"))
                        .contract()
                        .text());
        // What only the second pass can tell.
        assertThat(draft).contains("key: true");
    }

    @Test
    void noPartitionAtAllIsNothingToDraft() {
        Dataset<Row> none = SPARK.emptyDataFrame().selectExpr("'1' as id", "'<a/>' as payload");

        assertThatThrownBy(() -> SparkDiscovery.draft(
                        TableDocuments.of(none, "id", "payload", "dataset"), DraftOptions.of("none"), LIMITS))
                .isInstanceOf(DraftException.class)
                .hasMessage("there is no document to draft a contract of");
    }

    @Test
    void nothingToDraftIsToldInOneLine() {
        Dataset<Row> table = SPARK.createDataFrame(
                List.of(RowFactory.create("1", "<a")), StructType.fromDDL("id string, payload string"));

        assertThatThrownBy(() -> SparkDiscovery.draft(
                        TableDocuments.of(table, "id", "payload", "dataset"), DraftOptions.of("none"), LIMITS))
                .isInstanceOf(DraftException.class)
                .hasMessage("there is no document to draft a contract of: none of 1 could be read");
    }
}
