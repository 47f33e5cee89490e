package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.dialect.Database;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code run --manifest} and {@code verify --manifest}. */
class ManifestCommandTest {

    private String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path documents = Path.of("");
    private Path manifest = Path.of("");

    @BeforeEach
    void write() throws IOException {
        contract = SmallContract.in(folder);
        manifest = folder.resolve("orders.manifest.json");
        documents = Files.createDirectory(folder.resolve("documents"));
        for (int id = 1; id <= 5; id++) {
            Files.writeString(documents.resolve(id + ".xml"), SmallContract.document(id));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void saysWhetherTheTargetIsWhatTheRunLeft(String database) throws SQLException {
        url = "jdbc:" + database + ":" + folder.resolve("target");
        assertThat(run("--create-tables").exitCode()).isZero();

        Invocation equal = verify("--no-progress");
        assertThat(equal.exitCode()).as(equal.all()).isZero();
        assertThat(equal.err()).isEmpty();
        assertThat(words(equal))
                .contains("orders: verified: all 15 rows of 2 tables are as run ", " left them (")
                .contains("Documents 5 loaded, says the ledger: the same as then")
                .contains("orders 5 5 equal ", "item 10 10 equal ");

        execute("UPDATE \"orders\" SET \"buyer\" = 'Zaphot' WHERE \"id\" = 2");
        Invocation changed = verify("--no-progress");
        assertThat(changed.exitCode()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(words(changed))
                .contains("orders: verified: 1 of 2 tables is not as run ")
                .contains("orders 5 5 changed ", "item 10 10 equal ")
                .contains("Which rows differ is told by verify with --from SOURCE in place of --manifest.");

        execute("DELETE FROM \"item\" WHERE \"order_id\" = 4");
        assertThat(words(verify())).contains("2 of 2 tables are not", "item 8 10 2 fewer ");

        execute("INSERT INTO \"item\" (\"order_id\", \"pos\") VALUES (4, 1), (4, 2), (4, 3)");
        assertThat(words(verify())).contains("item 11 10 1 more ");
    }

    @Test
    void saysThatOnlyTheLedgerHasChanged() throws SQLException {
        run("--create-tables");
        execute("UPDATE \"processing_log\" SET \"content_hash\" = 1 WHERE \"document_key\" = '2.xml'");

        Invocation verify = verify("--no-progress");

        assertThat(verify.exitCode()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(words(verify))
                .contains("all 15 rows of 2 tables are as run ", " left them, but the ledger's documents are not (")
                .contains("Documents 5 loaded, says the ledger: as many as then, but others, or with other texts")
                .doesNotContain("--from");
    }

    @Test
    void fitsScreensAndShowsNoValue() throws SQLException {
        run("--create-tables");
        execute("UPDATE \"orders\" SET \"placed\" = NULL WHERE \"id\" = 2");

        Invocation verify = verify("--no-progress");

        assertThat(verify.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(verify.all()).doesNotContain(SmallContract.MARKER);
    }

    @Test
    void writesWhatItsSchemaDescribes() throws IOException {
        Files.writeString(documents.resolve("6.xml"), SmallContract.tooLong(6));
        assertThat(run("--create-tables").exitCode()).isEqualTo(ExitCode.REJECTS);
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Invocation.of("schema", "manifest").out(), InputFormat.JSON);
        String text = Files.readString(manifest);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode described = mapper.readTree(Invocation.of("schema", "manifest").out());

        JsonNode json = mapper.readTree(text);

        assertThat(schema.validate(text, InputFormat.JSON)).isEmpty();
        assertThat(json.propertyNames())
                .containsExactlyElementsOf(described.get("properties").propertyNames());
        assertThat(json.get("contract").asString()).isEqualTo("orders");
        assertThat(json.at("/documents/read").asInt()).isEqualTo(6);
        assertThat(json.at("/documents/rejected").asInt()).isEqualTo(1);
        assertThat(json.at("/source_fingerprint/documents").asInt()).isEqualTo(5);
        assertThat(json.at("/tables/1/rows").asInt()).isEqualTo(10);
        assertThat(text).hasLineCount(1).doesNotContain(SmallContract.MARKER);
    }

    @Test
    void writesTheResultAsJson() throws IOException {
        run("--create-tables");

        Invocation verify = verify("--summary", "-");

        assertThat(verify.exitCode()).as(verify.all()).isZero();
        assertThat(verify.out()).hasLineCount(1);
        JsonNode json = new ObjectMapper().readTree(verify.out());
        JsonNode left = new ObjectMapper().readTree(Files.readString(manifest));
        assertThat(json.get("equal").asBoolean()).isTrue();
        assertThat(json.get("run_id")).isEqualTo(left.get("run_id"));
        assertThat(json.at("/tables/0/checksum")).isEqualTo(left.at("/tables/0/checksum"));
        assertThat(verify.err()).contains("orders: verified: all 15 rows");
    }

    @Test
    void takesTheFileOfAnEarlierRunsPlace() throws IOException {
        run("--create-tables");
        String first = Files.readString(manifest);
        Files.writeString(documents.resolve("6.xml"), SmallContract.document(6));

        assertThat(run().exitCode()).isZero();

        assertThat(Files.readString(manifest)).isNotEqualTo(first);
        assertThat(verify().exitCode()).isZero();
        Files.writeString(manifest, first);
        Invocation earlier = verify();
        assertThat(earlier.exitCode()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(words(earlier)).contains("6 loaded, says the ledger: 1 more than then", "item 12 10 2 more ");
    }

    @Test
    void aRunThatDoesNotFinishLeavesNoManifest() throws IOException {
        Files.writeString(documents.resolve("6.xml"), SmallContract.tooLong(6));

        Invocation run = run("--create-tables", "--max-rejects", "0");

        assertThat(run.exitCode()).isEqualTo(ExitCode.BROKEN);
        assertThat(run.err())
                .contains("--manifest: " + manifest
                        + " was not written – the run did not finish; start it again with the same command");
        assertThat(manifest).doesNotExist();

        Files.delete(documents.resolve("6.xml"));
        run();
        String before = Files.readString(manifest);
        Files.writeString(documents.resolve("7.xml"), SmallContract.tooLong(7));
        assertThat(run("--max-rejects", "0").err()).contains(" was not written and is as before – ");
        assertThat(Files.readString(manifest)).isEqualTo(before);
    }

    @Test
    void aRunThatIsRefusedLeavesNoEmptyFile() {
        assertThat(run().err()).contains("table orders – is not in the target");
        assertThat(manifest).doesNotExist();
    }

    @Test
    void refusesWhatCannotHaveAManifest() {
        Invocation dry = run("--dry-run");
        assertThat(dry.exitCode()).isEqualTo(2);
        assertThat(dry.err())
                .isEqualTo("--dry-run and --manifest exclude each other: nothing is loaded that could be there later"
                        + System.lineSeparator());

        manifest = folder.resolve("none").resolve("m.json");
        Invocation nowhere = run("--create-tables");
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).startsWith("--manifest: cannot be written – ").hasLineCount(1);
        assertThat(nowhere.out()).isEmpty();

        Invocation noTarget = Invocation.of(
                "run", contract.toString(), "--from", documents.toString(), "--manifest", manifest.toString());
        assertThat(noTarget.exitCode()).isEqualTo(2);
    }

    @Test
    void saysInOneLineWhatIsWrongWithAManifest() throws IOException {
        run("--create-tables");
        String text = Files.readString(manifest);

        Files.writeString(manifest, text.replace("\"rows\":10", "\"rows\":11"));
        refused("--manifest: " + manifest
                + " – not as the run wrote it: edited, or damaged – get the manifest as it was written");
        Files.writeString(manifest, "<order/>");
        refused("--manifest: " + manifest + " – no manifest – expected a file that run --manifest has written");
        Files.write(manifest, new byte[] {'{', '"', (byte) 0xFF});
        refused("--manifest: " + manifest + " – no manifest – expected a file that run --manifest has written");
        Files.delete(manifest);
        refused("--manifest: no such file: " + manifest);
    }

    @Test
    void refusesAnotherContract() throws IOException {
        run("--create-tables");
        String text = Files.readString(contract);

        Files.writeString(contract, text.replace("varchar(12)", "varchar(13)"));
        assertThat(verify().exitCode()).isEqualTo(2);
        assertThat(verify().err())
                .startsWith("--manifest: " + manifest + " – is of contract orders when it had another text (its hash ")
                .endsWith(") – give the contract that the run had" + System.lineSeparator())
                .hasLineCount(1);

        Files.writeString(contract, text.replace("name: orders", "name: sales"));
        refused("--manifest: " + manifest
                + " – is of contract orders, not of sales – give the contract that the run had");

        Files.writeString(contract, text.replace("name: orders", "name: orders\ndescription: What was ordered."));
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void refusesOptionsThatHaveNoEffect() {
        run("--create-tables");

        for (String option : List.of("--from", "--workers", "--max-depth", "--differences")) {
            Invocation verify = verify(option, "1");
            assertThat(verify.exitCode()).isEqualTo(2);
            assertThat(verify.err())
                    .isEqualTo("--manifest and " + option
                            + " exclude each other: no document is read and no row listed – leave one of them out"
                            + System.lineSeparator());
        }
        assertThat(verify("--show-values").exitCode()).isEqualTo(2);
    }

    @Test
    void endsAtCtrlC() {
        run("--create-tables");
        FakeTerminal terminal = new FakeTerminal();
        terminal.interrupts = true;

        Invocation verify =
                Invocation.in(terminal, "verify", contract.toString(), "--manifest", manifest.toString(), "--to", url);

        assertThat(verify.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(verify.out()).isEmpty();
        assertThat(verify.err()).contains("Stopped before the end: nothing is known of the rest");
    }

    @Test
    void saysWhyARunThatIsDoneCouldWriteNone() throws Exception {
        MappingContract mapping =
                ContractReader.read(Files.readString(contract), "orders.yaml").contract();
        Database target = Database.of(url, new Properties());
        RunOptions options = RunOptions.from(new FromFiles(documents.toString()))
                .to(target)
                .createTables(true)
                .build();
        RunSummary summary = new ProductionProcessor(mapping, options).run();
        FakeTerminal terminal = new FakeTerminal();
        terminal.interrupts = true;

        Written stopped = write(terminal, manifest, mapping, options, summary);
        assertThat(stopped.exitCode).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(stopped.err)
                .isEqualTo("--manifest: " + manifest
                        + " was not written – stopped while the tables were read; all else is done"
                        + System.lineSeparator());
        assertThat(manifest).doesNotExist();

        execute("DROP TABLE \"item\"");
        Written broken = write(new FakeTerminal(), manifest, mapping, options, summary);
        assertThat(broken.exitCode).isEqualTo(ExitCode.BROKEN);
        assertThat(broken.err)
                .startsWith("--manifest: " + manifest + " was not written – ")
                .contains("table item")
                .endsWith("; all else is done" + System.lineSeparator())
                .hasLineCount(1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatTheDiskIsFull() {
        manifest = Path.of("/dev/full");

        Invocation run = run("--create-tables", "--no-progress");

        assertThat(run.exitCode()).as(run.all()).isEqualTo(ExitCode.BROKEN);
        assertThat(run.err())
                .startsWith("--manifest: /dev/full was not written")
                .endsWith("; all else is done" + System.lineSeparator())
                .hasLineCount(1);
        assertThat(run.out()).contains("orders: finished");
    }

    /** What became of writing a manifest. */
    private record Written(int exitCode, String err) {}

    private static Written write(
            Terminal terminal, Path file, MappingContract mapping, RunOptions options, RunSummary summary)
            throws UsageException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        try (ManifestOutput output = ManifestOutput.to(file.toString(), false, new Console(stream, stream, terminal))) {
            int exitCode = output.write(mapping, options::to, summary, false);
            return new Written(exitCode, err.toString(StandardCharsets.UTF_8));
        }
    }

    private void refused(String line) {
        Invocation verify = verify();
        assertThat(verify.exitCode()).isEqualTo(2);
        assertThat(verify.err()).isEqualTo(line + System.lineSeparator());
        assertThat(verify.out()).isEmpty();
    }

    /** Without the blanks that lay it out. */
    private static String words(Invocation invocation) {
        return invocation.out().replaceAll("\\s+", " ");
    }

    private Invocation run(String... more) {
        List<String> words = new ArrayList<>(List.of("run", contract.toString(), "--from", documents.toString()));
        return invoke(words, more);
    }

    private Invocation verify(String... more) {
        return invoke(new ArrayList<>(List.of("verify", contract.toString())), more);
    }

    private Invocation invoke(List<String> words, String... more) {
        words.addAll(List.of("--to", url, "--manifest", manifest.toString()));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray(String[]::new));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
