package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code discover --update}: what it writes, shows and refuses; what it adds to which contract is the updater's own test. */
class DiscoverUpdateTest {

    private static final Path EXAMPLE = Path.of("../examples/loan-applications");

    @TempDir
    private Path folder;

    private Path contract = Path.of("");
    private Path documents = Path.of("");

    @BeforeEach
    void write() throws Exception {
        contract = SmallContract.in(folder);
        documents = Files.createDirectory(folder.resolve("documents"));
        document("1.xml", SmallContract.document(1));
    }

    private void document(String name, String text) throws IOException {
        Files.writeString(documents.resolve(name), text);
    }

    private Invocation update(String... more) {
        return Invocation.of(Stream.concat(
                        Stream.of("discover", "--update", contract.toString(), documents.toString(), "--no-progress"),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void leavesTheFileAndItsTimeAloneWhereNothingIsNew() throws Exception {
        FileTime then = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(contract, then);
        byte[] before = Files.readAllBytes(contract);

        Invocation update = update();

        assertThat(update.exitCode()).as(update.all()).isZero();
        assertThat(update.out())
                .startsWith("1 document, 6 distinct paths: nothing to add to " + contract + "\n")
                .contains("1 document fits the contract, none is rejected.")
                .doesNotContain("To load them");
        assertThat(contract).hasBinaryContent(before);
        assertThat(Files.getLastModifiedTime(contract)).isEqualTo(then);
    }

    @Test
    void addsAColumnATableAndWidensATypeOnce() throws Exception {
        document(
                "2.xml",
                "<order id='2' channel='web'><buyer>Ford Prefect of Betelgeuse</buyer><item price='1'/>"
                        + "<hint>a</hint><hint>b</hint></order>");
        List<String> before = Files.readAllLines(contract);

        Invocation update = update("--dialect", "postgresql");

        assertThat(update.exitCode()).as(update.all()).isZero();
        assertThat(update.out())
                .startsWith("2 documents, 8 distinct paths: 3 changes in " + contract + "\n")
                .contains("+ table orders, column channel: path @channel, type varchar(10); 1 of 2\n")
                .contains("+ table hint: parent orders, rows hint, 1 column for its values; 2 rows")
                .contains(
                        "~ table orders, column buyer: type from varchar(12) to varchar(100); texts of\n      up to 26 characters")
                .contains("ALTER TABLE \"orders\" ADD \"channel\" varchar(10);")
                .contains("ALTER TABLE \"orders\" ALTER COLUMN \"buyer\" SET DATA TYPE varchar(100);")
                .contains("CREATE TABLE \"hint\"")
                .contains("2 documents fit the contract, none is rejected.")
                .contains("--on-existing reload");
        List<String> after = Files.readAllLines(contract);
        assertThat(after)
                .contains("      channel: { path: \"@channel\", type: varchar(10) }  # 1 of 2")
                .contains("  hint:");
        assertThat(before.stream().filter(line -> !after.contains(line)).toList())
                .containsExactly("      buyer:  { path: buyer, type: varchar(12), required: true }");

        byte[] written = Files.readAllBytes(contract);
        assertThat(update().out()).contains("nothing to add to " + contract);
        assertThat(contract).hasBinaryContent(written);
    }

    @Test
    void theNextCommandLoadsWhatIsNew() throws Exception {
        String database = "jdbc:h2:" + folder.resolve("orders");
        document("2.xml", "<order id='2' channel='web'><buyer>b</buyer></order>");
        assertThat(update().exitCode()).isZero();

        Invocation run = Invocation.of(
                "run",
                contract.toString(),
                "--from",
                documents.toString(),
                "--to",
                database,
                "--create-tables",
                "--on-existing",
                "reload",
                "--no-progress");

        assertThat(run.exitCode()).as(run.all()).isZero();
    }

    @Test
    void showsTheChangesAndWritesNothingInADryRun() throws Exception {
        document("2.xml", "<order id='2' channel='web'><buyer>b</buyer></order>");
        byte[] before = Files.readAllBytes(contract);

        Invocation update = update("--dry-run");

        assertThat(update.exitCode()).as(update.all()).isZero();
        assertThat(update.out())
                .contains("1 change to " + contract)
                .contains("""
                        @@ -9,4 +9,5 @@
                               buyer:  { path: buyer, type: varchar(12), required: true }
                               placed: { path: "@placed", type: date }
                        +      channel: { path: "@channel", type: varchar(10) }  # 1 of 2
                           item:
                             parent: orders
                        """)
                .endsWith("Nothing was written: without --dry-run it is.\n");
        assertThat(contract).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(contract, documents);
        }
    }

    @Test
    void keepsWhatIsIgnoredIgnored() throws Exception {
        Files.writeString(contract, Files.readString(contract) + "ignore: [note, \"@channel\"]\n");
        document("2.xml", "<order id='2' channel='web'><buyer>b</buyer><note by='x'>y</note></order>");

        assertThat(update().out()).contains("nothing to add to");
    }

    @Test
    void updatesTheExampleByOneMoreAttributeAndOneMoreRepeatedElement() throws Exception {
        String before = Files.readString(EXAMPLE.resolve("contract.yaml"));
        Files.writeString(contract, before);
        Files.delete(documents.resolve("1.xml"));
        try (Stream<Path> files = Files.list(EXAMPLE.resolve("documents"))) {
            for (Path file : files.toList()) {
                document(
                        file.getFileName().toString(),
                        Files.readString(file)
                                .replaceFirst("<contact ", "<contact nickname=\"Bo\" ")
                                .replaceFirst(
                                        "</application>", "<visit clerk=\"a\"/><visit clerk=\"b\"/></application>"));
            }
        }

        Invocation update = update();

        assertThat(update.exitCode()).as(update.all()).isZero();
        String after = Files.readString(contract);
        assertThat(update.out())
                .contains("table contact_base, column nickname: path @nickname")
                .contains("table visit: parent app_base, rows CustData/application/visit")
                .contains("4 documents fit the contract, none is rejected.");
        assertThat(after).contains("app_base_app_id: { ref: app_base.app_id, key: true }");
        List<String> left = before.lines().toList();
        assertThat(after.lines().filter(left::contains).toList()).containsSubsequence(left);
    }

    @Test
    void tellsWhatIsForAPersonToDecide() throws Exception {
        document("2.xml", "<order id='2'/>");

        Invocation update = update();

        assertThat(update.exitCode()).isEqualTo(3);
        assertThat(update.out())
                .contains("nothing to add to")
                .contains("For you to decide:")
                .contains("! table orders, column buyer: 1 document rejected, required; first 2.xml");
    }

    @Test
    void showsNoValues() throws Exception {
        document("2.xml", "<order id='2' secret='Zaphod77'><buyer>" + "Zaphod".repeat(9) + "</buyer></order>");

        Invocation update = update("--dry-run");

        assertThat(update.all()).contains("secret").doesNotContain(SmallContract.MARKER);
    }

    @Test
    void refusesAContractWithErrors() throws Exception {
        Files.writeString(contract, Files.readString(contract).replace("type: bigint", "type: bigit"));

        Invocation update = update();

        assertThat(update.exitCode()).isEqualTo(2);
        assertThat(update.err()).contains("orders.yaml:8:").contains("bigint");
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        assertThat(update("-o", "x.yaml").exitCode()).isEqualTo(2);
        assertThat(update("-o", "x.yaml").err())
                .contains("-o does not go with --update")
                .contains("--dry-run");
        assertThat(update("--to", "jdbc:h2:./x").err()).contains("--to does not go with --update");
        Invocation draft = Invocation.of("discover", documents.toString(), "--dry-run");
        assertThat(draft.exitCode()).isEqualTo(2);
        assertThat(draft.err()).contains("--dry-run goes with --update");
    }

    @Test
    void refusesNoDocumentsAndDocumentsOfOthers() throws Exception {
        assertThat(Invocation.of("discover", "--update", contract.toString()).err())
                .contains("name where the documents are");
        Files.delete(documents.resolve("1.xml"));
        document("1.xml", "<invoice/>");

        Invocation update = update();

        assertThat(update.exitCode()).isEqualTo(2);
        assertThat(update.err())
                .contains("document.record of " + contract + " is /order, and no document has it")
                .contains("document elements are invoice");
    }
}
