package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.RejectedDocument;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappedDocument;
import dev.millrace.mapping.Row;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.samples.SampleFault;
import dev.millrace.samples.SampleWriter;
import dev.millrace.source.FileSource;
import dev.millrace.xml.Projection;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same applications in one file, which is split, and in a file each. */
final class OneFileOrManyTest {

    private static final Path CONTRACT = Path.of("../examples/loan-applications/contract.yaml");
    private static final int DOCUMENTS = 2_000;

    /** What became of a document. */
    private record Outcome(String key, List<List<List<Object>>> rows, List<FaultCode> faults) {}

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

        List<Outcome> split = outcomes(directory.resolve("all.xml"));
        List<Outcome> single = outcomes(directory.resolve("many"));

        assertThat(split).hasSize(DOCUMENTS).isEqualTo(single);
        assertThat(split).filteredOn(outcome -> !outcome.faults().isEmpty()).hasSizeBetween(100, 300);
    }

    private static List<Outcome> outcomes(Path files) throws Exception {
        MappingContract contract = ContractReader.read(CONTRACT).contract();
        Projection projection = DataMapper.projection(contract);
        DocumentPipeline pipeline = new DocumentPipeline(
                contract, projection, XmlLimits.DEFAULTS, "run", Instant.EPOCH, false, new StageClock());
        List<Outcome> outcomes = new ArrayList<>();
        List<MappedDocument> mapped = new ArrayList<>();
        List<RejectedDocument> rejected = new ArrayList<>();
        try (FileSource source = FileSource.open(
                files.toString(), projection, contract.document().doctype(), XmlLimits.DEFAULTS)) {
            for (Document found = source.next(); found != null; found = source.next()) {
                String key = "all.xml#" + (outcomes.size() + 1);
                if (found.key().contains("#")) {
                    assertThat(found.key()).isEqualTo(key);
                }
                pipeline.process(named(found, key), mapped, rejected);
                outcomes.add(new Outcome(
                        key,
                        mapped.isEmpty() ? List.of() : values(mapped.get(0)),
                        rejected.stream().map(reject -> reject.fault().code()).toList()));
                mapped.clear();
                rejected.clear();
            }
        }
        return outcomes;
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

    private static List<List<List<Object>>> values(MappedDocument document) {
        List<List<List<Object>>> tables = new ArrayList<>();
        for (List<Row> table : document.rows()) {
            tables.add(table.stream().map(row -> Arrays.asList(row.values())).toList());
        }
        return tables;
    }
}
