package dev.millrace.spark.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.spark.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesProgramTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("orders.yaml"), """
                contract: 1
                name: orders
                tables:
                  orders:
                    columns:
                      order_id: { path: "@id", type: bigint, key: true }
                """);
        Path documents = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(documents.resolve("1.xml"), "<Order id='1'/>");
        Files.writeString(documents.resolve("2.xml"), "<Order id='x'/>");
    }

    private int run(String... args) {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesTablesAndTellsOfRejectsByTheExitCode() {
        LocalSpark.session();

        int exitCode = run(
                "tables",
                folder.resolve("orders.yaml").toString(),
                "--from",
                folder.resolve("documents").toString(),
                "--to",
                folder.resolve("lake").toString(),
                "--option",
                "compression=zstd");

        assertThat(told()).isEmpty();
        assertThat(exitCode).isEqualTo(3);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("orders: " + folder.resolve("lake/orders"))
                .endsWith("1 documents mapped, 1 rejected, 0 not selected\n");
        assertThat(LocalSpark.session()
                        .read()
                        .parquet(folder.resolve("lake/orders").toString())
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatIsWrongIsToldInOneLine() throws IOException {
        String contract = folder.resolve("orders.yaml").toString();
        String documents = folder.resolve("documents").toString();
        assertRefused("tables: missing required options: '--from=SOURCE', '--to=DIR' – see tables --help", contract);
        assertRefused(
                "tables: none.yaml – cannot be read; check the path",
                "none.yaml",
                "--from",
                documents,
                "--to",
                folder.resolve("lake").toString());
        LocalSpark.session();
        assertRefused(
                "tables: " + documents + " – is there and not empty; name another directory, or remove it",
                contract,
                "--from",
                documents,
                "--to",
                documents);
        LocalSpark.session();
        assertRefused(
                "tables: " + folder + "/none – no such file or directory; expected a file, a directory or a glob",
                contract,
                "--from",
                folder + "/none",
                "--to",
                folder.resolve("lake").toString());
        assertRefused(
                "tables: --from: a database is read by Spark here: --from-format jdbc, with its options (url, dbtable,"
                        + " partitionColumn …) by --from-option",
                contract,
                "--from",
                "jdbc:h2:mem:",
                "--to",
                folder.resolve("lake").toString());
        Files.writeString(folder.resolve("orders.yaml"), "contract: 1\nname: orders\ntable: {}\n");
        err.reset();
        assertThat(run("tables", contract, "--from", documents, "--to", "x")).isEqualTo(2);
        assertThat(told()).startsWith(contract + ":");
    }

    private void assertRefused(String line, String... args) {
        err.reset();
        String[] all = new String[args.length + 1];
        all[0] = "tables";
        System.arraycopy(args, 0, all, 1, args.length);

        assertThat(run(all)).isEqualTo(2);
        assertThat(told()).isEqualToIgnoringCase(line + "\n");
    }
}
