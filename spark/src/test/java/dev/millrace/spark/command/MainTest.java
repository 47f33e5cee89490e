package dev.millrace.spark.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told without a session of Spark's, before anything starts. */
class MainTest {

    private static final String CONTRACT = "../examples/loan-applications/contract.yaml";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        return Main.run(
                words,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String error() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void saysInOneLineThatASparkIsAnother() {
        assertThat(Main.unfit("4.2.0")).isNull();
        assertThat(Main.unfit("4.2.1-SNAPSHOT")).isNull();
        assertThat(Main.unfit("4.20.0")).isNotNull();
        assertThat(Main.unfit("3.5.1"))
                .isEqualTo(
                        "Spark 3.5.1 – this Millrace is built for Spark 4.2.x; take the one whose name has your version of"
                                + " Spark, or another Spark");
    }

    @Test
    void helpHasTheOptionsOfRunThatAClusterHas() {
        assertThat(run("load", "--help")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "spark-submit",
                        "--connections",
                        "--partitions",
                        "--from-format",
                        "--on-existing",
                        "--summary",
                        "--unmapped",
                        "--manifest",
                        "--limit")
                .doesNotContain("--dry-run", "--workers", "--openlineage");
    }

    @Test
    void refusesWrongOptionsInTheWordsOfRun() {
        assertThat(run("load", CONTRACT, "--form", "x")).isEqualTo(2);
        assertThat(error()).startsWith("millrace load: unknown option --form, did you mean --from?");
        err.reset();
        assertThat(run("load", CONTRACT, "--from", "x", "--to", "jdbc:h2:mem:x", "--connections", "0"))
                .isEqualTo(2);
        assertThat(error()).startsWith("--connections: 0 – expected");
        err.reset();
        assertThat(run("load", CONTRACT, "--from", "x", "--from-table", "t", "--to", "jdbc:h2:mem:x"))
                .isEqualTo(2);
        assertThat(error()).startsWith("--from-table is for a database, but --from \"x\" names none");
        err.reset();
        assertThat(run("load", CONTRACT, "--to", "jdbc:h2:mem:x")).isEqualTo(2);
        assertThat(error()).startsWith("--from is missing");
        err.reset();
        assertThat(run("load", CONTRACT, "--from", "x")).isEqualTo(2);
        assertThat(error()).startsWith("--to is missing");
    }

    @Test
    void tellsEveryProblemOfAContractWithItsPlace() throws Exception {
        Path contract = Files.writeString(directory.resolve("broken.yaml"), "contract: 1\nname: x\ntabels: {}\n");

        assertThat(run("load", contract.toString(), "--from", "x", "--to", "jdbc:h2:mem:x"))
                .isEqualTo(2);

        assertThat(error()).contains("broken.yaml:3:1");
    }
}
