package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoAndGenerateTest {

    @TempDir
    private Path folder;

    @Test
    void theDemoLoadsAllItsDocuments() {
        Invocation demo = Invocation.of("demo", "--documents", "40");

        assertThat(demo.exitCode()).as(demo.all()).isZero();
        assertThat(demo.err()).isEmpty();
        assertThat(demo.out())
                .contains("40 read: 40 loaded, 0 rejected, 0 skipped", "5: 1 reader + 4 workers", "959.5")
                .contains("app_base, the first rows", "contact_address, the first rows")
                .contains("verified: all ", " rows of 5 tables are as 40 documents give them");
        assertThat(demo.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void theDemoWritesItsSummaryAsJson() {
        Invocation demo = Invocation.of("demo", "--documents", "40", "--summary", "-");

        assertThat(demo.out())
                .startsWith("{\"version\":1,")
                .contains("\"loaded\":40")
                .hasLineCount(1);
        assertThat(demo.err()).contains("loan-applications: finished");
    }

    @Test
    void theDemosDatabaseStaysWhereOneIsNamed() {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

        assertThat(Invocation.of("demo", "--documents", "40", "--to", url).exitCode())
                .isZero();

        assertThat(Invocation.of("status", "--to", url).out()).contains("loan-applications  loaded");
        Invocation again = Invocation.of("demo", "--documents", "40", "--to", url);
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("app_xml").hasLineCount(1);
    }

    @Test
    void generatesDocumentsForAContractOfManyColumns() throws IOException {
        Path contract = folder.resolve("wide.yaml");
        Path samples = folder.resolve("samples");

        Invocation generate = Invocation.of(
                "generate",
                "--documents",
                "20",
                "--columns",
                "227",
                "--contract",
                contract.toString(),
                "--to",
                samples.toString());
        Invocation run = Invocation.of(
                "run",
                contract.toString(),
                "--from",
                samples.toString(),
                "--to",
                "jdbc:h2:mem:" + UUID.randomUUID(),
                "--create-tables");

        assertThat(generate.exitCode()).as(generate.all()).isZero();
        assertThat(generate.out()).contains("227 columns");
        assertThat(Files.readString(contract).lines())
                .filteredOn(line -> line.matches("      \\w+:.*"))
                .hasSize(227);
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.out()).contains("20 loaded", "application_data_2");
    }

    @Test
    void generatesAFileForEachDocument() throws IOException {
        Path samples = folder.resolve("samples");

        Invocation generate =
                Invocation.of("generate", "--documents", "3", "--start-id", "7", "--to", samples.toString());

        assertThat(generate.exitCode()).as(generate.err()).isZero();
        assertThat(generate.out()).isEqualTo("3 documents in directory " + samples + System.lineSeparator());
        try (Stream<Path> files = Files.list(samples)) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("app-000007.xml", "app-000008.xml", "app-000009.xml");
        }
    }

    @Test
    void generatesTheSameFileAgain() throws IOException {
        Path one = folder.resolve("one.xml");
        Path two = folder.resolve("two.xml");

        Invocation.of(
                "generate",
                "--documents",
                "5",
                "--seed",
                "9",
                "--size",
                "medium",
                "--faults",
                "50%",
                "--to",
                one.toString());
        Invocation.of(
                "generate",
                "--documents",
                "5",
                "--seed",
                "9",
                "--size",
                "MEDIUM",
                "--faults",
                "50%",
                "--to",
                two.toString());

        assertThat(one).hasSameBinaryContentAs(two).isNotEmptyFile();
    }

    @Test
    void refusesWhatCannotBeGenerated() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "x");

        assertThat(Invocation.of("generate", "--documents", "5", "--to", file.toString())
                        .err())
                .contains("notes.txt")
                .hasLineCount(1);
        assertThat(Invocation.of("generate", "--documents", "5", "--faults", "many", "--to", "x.xml")
                        .err())
                .isEqualTo("--faults: \"many\" – expected 0% to 100%" + System.lineSeparator());
        assertThat(Invocation.of("generate", "--documents", "0", "--to", "x.xml")
                        .exitCode())
                .isEqualTo(2);
    }
}
