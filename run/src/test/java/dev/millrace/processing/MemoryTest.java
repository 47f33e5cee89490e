package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.xml.XmlLimits;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Documents within the limits that need more memory than there is cost themselves only: in a process with a small heap.
 * The target is a database whose own memory is not Java's, so that only what is ours runs out.
 * {@code -Dmillrace.memory=4} makes heap and documents four times as large.
 */
class MemoryTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
            document: { record: RECORD }
            tables:
              orders:
                columns:
                  id: { path: "@id", type: bigint, key: true }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos: { ordinal: true, key: true }
                  sku: { path: "@sku", type: varchar(10) }
            """;

    private static final int SMALL = 100;
    private static final int TIMES = Integer.getInteger("millrace.memory", 1);
    private static final int HEAP_MEGABYTES = 32 * TIMES;

    /** Of one document: some 3 MB of text, and many times that when it is mapped. */
    private static final int ITEMS = 160_000 * TIMES;

    @TempDir
    private Path folder;

    @Test
    void rejectsTheDocumentThatIsTooMuchAndLoadsTheOthers() throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        for (int i = 1; i <= SMALL; i++) {
            Files.writeString(in.resolve("small-" + i + ".xml"), "<order id='" + i + "'><item sku='A'/></order>");
        }
        writeLarge(in.resolve("small-50-large.xml"));
        String url = "jdbc:duckdb:" + folder.resolve("target.duckdb");

        String first = run("/order", in, url);
        String second = run("/order", in, url);

        assertThat(first).isEqualTo("FINISHED, " + SMALL + " loaded, 1 rejected, 0 skipped {out-of-memory=1}");
        assertThat(second).isEqualTo("FINISHED, 0 loaded, 0 rejected, " + (SMALL + 1) + " skipped {}");
        try (Connection connection = Database.of(url, new Properties()).connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT COUNT(*), (SELECT MAX(\"message\") FROM \"processing_log\" WHERE \"status\" = 'rejected')"
                                + " FROM \"item\"")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(SMALL);
            assertThat(rows.getString(2)).contains("needs more memory", "-Xmx", "--max-document-bytes");
        }
    }

    /** Such a record has no limit but the memory, where limits are as large as here. */
    @Test
    void rejectsTheRecordOfAFileThatCannotBeHeldAndReadsOn() throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        try (BufferedWriter text = Files.newBufferedWriter(in.resolve("orders.xml"))) {
            text.write("<orders>");
            for (int i = 1; i <= SMALL; i++) {
                text.write("<order id='" + i + "'><item sku='A'/>");
                if (i == SMALL / 2) {
                    for (int line = 0; line < HEAP_MEGABYTES / 2 * 1024; line++) {
                        text.write(" ".repeat(1_024));
                    }
                }
                text.write("</order>\n");
            }
            text.write("</orders>");
        }

        String run = run("/orders/order", in, "jdbc:duckdb:" + folder.resolve("target.duckdb"));

        assertThat(run).isEqualTo("FINISHED, " + (SMALL - 1) + " loaded, 1 rejected, 0 skipped {out-of-memory=1}");
    }

    @Test
    void rejectsADeviceThatNeverEndsOnce() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/zero")), "run it where there is a /dev/zero");

        String run = run("/orders/order", Path.of("/dev/zero"), "jdbc:duckdb:" + folder.resolve("target.duckdb"));

        assertThat(run).startsWith("FINISHED, 0 loaded, 1 rejected, 0 skipped");
    }

    @Test
    void givesEachWorkerItsShareByDefault() {
        assertThat(XmlLimits.forWorkers(1_000_000).documentBytes()).isEqualTo(1 << 20);
        assertThat(XmlLimits.forWorkers(1).documentBytes())
                .isEqualTo(Math.min(
                        XmlLimits.DEFAULTS.documentBytes(), Runtime.getRuntime().maxMemory() / 4));
    }

    private static void writeLarge(Path file) throws IOException {
        try (BufferedWriter text = Files.newBufferedWriter(file)) {
            text.write("<order id='1000'>");
            for (int i = 0; i < ITEMS; i++) {
                text.write("<item sku='AAAA'/>\n");
            }
            text.write("</order>");
        }
    }

    private String run(String record, Path in, String url) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + HEAP_MEGABYTES + "m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(SmallHeap.class.getName(), record, in.toString(), url));
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(out);
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    /** The run in the process of its own. */
    static final class SmallHeap {

        private SmallHeap() {}

        public static void main(String[] arguments) throws Exception {
            MappingContract contract = ContractReader.read(CONTRACT.replace("RECORD", arguments[0]), "orders.yaml")
                    .contract();
            RunOptions options = RunOptions.from(new FromFiles(arguments[1]))
                    .to(Database.of(arguments[2], new Properties()))
                    .workers(3)
                    .batchDocuments(20)
                    .createTables(true)
                    .limits(XmlLimits.DEFAULTS)
                    .build();
            RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});
            System.out.println(summary.status() + ", " + summary.documents().loaded() + " loaded, "
                    + summary.documents().rejected() + " rejected, "
                    + summary.documents().skipped() + " skipped "
                    + summary.rejects().byCode() + summary.failure());
        }
    }
}
