package dev.millrace.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.Collapses;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.DocumentPipeline;
import dev.millrace.pipeline.Outcome;
import dev.millrace.pipeline.StageClock;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Contracts and documents with what they must leave out. A case is a folder {@code src/test/resources/coverage/<name>} with
 * {@code contract.yaml}, documents in the order of their names, and {@code expected.txt}. {@code -Dgolden.update=true} writes what is
 * expected; git shows what changed.
 */
class CoverageCasesTest {

    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    @TestFactory
    Stream<DynamicTest> documentsAreCoveredAsExpected() throws IOException {
        Path inModule = Path.of("src/test/resources/coverage");
        Path cases = Files.isDirectory(inModule) ? inModule : Path.of("core").resolve(inModule);
        return list(cases).stream()
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> check(folder)));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static void check(Path folder) throws Exception {
        MappingContract contract =
                ContractReader.read(folder.resolve("contract.yaml")).contract();
        CoverageCollector collector = new Coverage(contract, true).collector();
        DocumentPipeline pipeline = pipeline(contract, collector);
        long number = 0;
        for (Path file : list(folder)) {
            if (file.toString().endsWith(".xml")) {
                Document document = Document.ofBytes(file.getFileName().toString(), Files.readAllBytes(file), "cases");
                pipeline.process(document, number++, Long.MAX_VALUE, new ArrayList<Outcome>());
            }
        }
        String found = text(collector.coverage().report());
        Path expected = folder.resolve("expected.txt");
        if (UPDATE) {
            Files.writeString(expected, found);
        }
        assertThat(found).isEqualTo(Files.readString(expected));
    }

    static DocumentPipeline pipeline(MappingContract contract, CoverageCollector collector) {
        return new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                DocumentPipeline.NO_RUN,
                Instant.EPOCH,
                false,
                new StageClock(),
                null,
                null,
                collector);
    }

    private static String text(CoverageReport report) {
        StringBuilder text = new StringBuilder(report.documents() + " documents\n");
        for (CoverageReport.Path path : report.paths()) {
            text.append(String.format(
                    "%-9s  %s%s  %d times in %s documents%s%n",
                    path.state().name().toLowerCase(Locale.ROOT),
                    path.path(),
                    path.kind() == PathKind.TEXT ? "/text()" : "",
                    path.occurrences(),
                    path.documents().isPresent() ? path.documents().getAsLong() : "?",
                    first(path.first())));
        }
        for (CoverageReport.Gap gap : report.gaps()) {
            text.append(String.format("gap %s  %d paths%s%n", gap.path(), gap.paths(), first(gap.first())));
        }
        for (CoverageReport.Table table : report.tables()) {
            text.append(String.format(
                    "table %s  %s elements, %d items, %d empty, %d duplicates, %d rows%n",
                    table.name(),
                    table.elements().isPresent() ? table.elements().getAsLong() : "?",
                    table.items(),
                    table.empty(),
                    table.duplicates(),
                    table.rows()));
            for (CoverageReport.Condition condition : table.conditions()) {
                text.append(String.format(
                        "  %s left out %d by %s%n",
                        condition.set() == 0 ? "nested" : "set " + condition.set(),
                        condition.leftOut(),
                        condition.text()));
            }
        }
        for (Collapses.Column column : report.collapses()) {
            text.append(String.format(
                    "column %s.%s  %d cells, %d texts, %d values, %s%n",
                    column.table(), column.column(), column.cells(), column.texts(), column.values(), column.causes()));
            for (Collapses.Merged merged : column.merged()) {
                text.append(String.format(
                        "  %s  %d texts, %d cells, first in %s: %s%n",
                        merged.isNull() ? "NULL" : "'" + merged.value() + "'",
                        merged.texts(),
                        merged.cells(),
                        merged.document(),
                        merged.some().stream().sorted().toList()));
            }
        }
        return text.toString();
    }

    private static String first(@Nullable FirstMet first) {
        return first == null ? "" : ", first " + first.document() + " " + first.location();
    }
}
