package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Documents within the limits that need more memory than there is cost themselves only: in a process with a small heap. */
class MemoryTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
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

    private static final int SMALL = 300;

    /** Of one document: some 6 MB of text, and many times that when it is mapped. */
    private static final int ITEMS = 300_000;

    @TempDir
    private Path folder;

    @Test
    void rejectsTheDocumentThatIsTooMuchAndLoadsTheOthers() throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        for (int i = 1; i <= SMALL; i++) {
            Files.writeString(in.resolve("small-" + i + ".xml"), "<order id='" + i + "'><item sku='A'/></order>");
        }
        writeLarge(in.resolve("small-150-large.xml"));
        String url = "jdbc:h2:file:" + folder.resolve("target");

        String first = run(in, url);
        String second = run(in, url);

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

    private String run(Path in, String url) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx48m", "-XX:+UseParallelGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(SmallHeap.class.getName(), in.toString(), url));
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
            MappingContract contract =
                    ContractReader.read(CONTRACT, "orders.yaml").contract();
            RunOptions options = RunOptions.from(new FromFiles(arguments[0]))
                    .to(Database.of(arguments[1], new Properties()))
                    .workers(3)
                    .batchDocuments(20)
                    .createTables(true)
                    .limits(XmlLimits.DEFAULTS)
                    .build();
            RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});
            System.out.println(summary.status() + ", " + summary.loaded() + " loaded, " + summary.rejected()
                    + " rejected, " + summary.skipped() + " skipped " + summary.rejectsByCode() + summary.failure());
        }
    }
}
