package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.FaultCode;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.xml.XmlLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A document that is too much for Millrace itself costs nobody but itself. */
@Timeout(60)
class InternalFaultTest {

    private static final String CONTRACT = """
            contract: 1
            name: fragments
            tables:
              fragments:
                columns:
                  id: { path: "@id", type: bigint, key: true }
                  whole: { path: ".", type: xml }
            """;

    @TempDir
    private Path folder;

    @Test
    void rejectsTheDocumentThatOverflowsTheStack() throws Exception {
        int depth = 500_000;
        Path file = folder.resolve("deep.xml");
        Files.writeString(file, "<r id='1'>" + "<a>".repeat(depth) + "</a>".repeat(depth) + "</r>");

        RunSummary summary = run(file, anyDepth());

        assertThat(summary.status()).isEqualTo(Status.FINISHED);
        assertThat(summary.rejects().first()).singleElement().satisfies(reject -> {
            assertThat(reject.documentKey()).isEqualTo("deep.xml");
            assertThat(reject.fault().code()).isEqualTo(FaultCode.PATH_ERROR);
            assertThat(reject.fault().message()).contains("--max-depth").doesNotContain("StackOverflowError");
        });
    }

    private static XmlLimits anyDepth() {
        XmlLimits usual = XmlLimits.DEFAULTS;
        return new XmlLimits(
                usual.documentBytes(),
                Integer.MAX_VALUE,
                usual.attributes(),
                usual.nameLength(),
                usual.valueLength(),
                usual.entityExpansions(),
                usual.keptNodes(),
                usual.expansion());
    }

    private static RunSummary run(Path file, XmlLimits limits) throws Exception {
        MappingContract contract = ContractReader.read(CONTRACT, "test.yaml").contract();
        RunOptions options = RunOptions.from(new FromFiles(file.toString()))
                .workers(1)
                .dryRun(true)
                .limits(limits)
                .build();
        return new ProductionProcessor(contract, options).run(progress -> {});
    }
}
