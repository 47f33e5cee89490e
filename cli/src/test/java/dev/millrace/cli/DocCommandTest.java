package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the command is used; what the forms hold is tested where they are made. */
class DocCommandTest {

    @TempDir
    private Path folder;

    private Path contract = Path.of("");

    @BeforeEach
    void write() throws IOException {
        contract = SmallContract.in(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "a.html, '', <!DOCTYPE html>",
        "a.HTM, '', <!DOCTYPE html>",
        "a.md, '', # orders",
        "a.markdown, '', # orders",
        "a.html, markdown, # orders",
        "sources.yml, dbt, '# Made by millrace'",
        "event.json, OpenLineage, '{\"eventType\":\"COMPLETE\"'",
        "orders.odcs.yaml, odcs, '# Made by millrace'"
    })
    void writesTheFormThatIsAskedForOrThatTheEndingSays(String name, String format, String begin) throws IOException {
        Path file = folder.resolve(name);
        String[] words = format.isEmpty()
                ? new String[] {"doc", contract.toString(), "-o", file.toString()}
                : new String[] {"doc", contract.toString(), "-o", file.toString(), "--format", format};

        Invocation doc = Invocation.of(words);

        assertThat(doc.exitCode()).as(doc.all()).isZero();
        assertThat(doc.all()).isEmpty();
        assertThat(Files.readString(file)).startsWith(begin).endsWith("\n");
    }

    @Test
    void printsWithoutAFile() {
        Invocation doc = Invocation.of(
                "doc",
                contract.toString(),
                "--format",
                "dbt",
                "--source-name",
                "shop",
                "--schema",
                "sales",
                "--database",
                "warehouse");

        assertThat(doc.exitCode()).as(doc.all()).isZero();
        assertThat(doc.out()).contains("""
                sources:
                  - name: shop
                    database: warehouse
                    schema: sales
                    tables:
                      - name: orders
                """);
    }

    @Test
    void refusesABlankName() {
        Invocation doc = Invocation.of("doc", contract.toString(), "--format", "openlineage", "--namespace=");

        assertThat(doc.exitCode()).isEqualTo(2);
        assertThat(doc.err()).isEqualTo("--namespace: is blank – give it a name, or leave it out\n");
    }

    @Test
    void replacesAFileThatIsThereAndKeepsItWhereTheContractIsBroken() throws IOException {
        Path file = Files.writeString(folder.resolve("a.md"), "old");
        Path broken = Files.writeString(folder.resolve("broken.yaml"), "contract: 1");

        Invocation first = Invocation.of("doc", broken.toString(), "-o", file.toString());

        assertThat(first.exitCode()).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo("old");
        assertThat(Invocation.of("doc", contract.toString(), "-o", file.toString())
                        .exitCode())
                .isZero();
        assertThat(Files.readString(file)).startsWith("# orders");
    }
}
