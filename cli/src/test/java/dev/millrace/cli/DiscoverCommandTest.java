package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DiscoverCommandTest {

    /** In values of all documents: wherever it appears, a value has leaked. */
    private static final String MARKER = SmallContract.MARKER;

    private static final Pattern COMMAND = Pattern.compile("(?m)^  millrace (run .*)$");

    @TempDir
    private Path folder;

    private final String target = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private Path in = Path.of("");
    private Path contract = Path.of("");

    @BeforeEach
    void writeDocuments() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
        contract = folder.resolve("orders.yaml");
        for (int id = 1; id <= 3; id++) {
            Files.writeString(in.resolve(id + ".xml"), SmallContract.document(id));
        }
    }

    // From documents to a contract

    @Test
    void writesAContractToStandardOutput() {
        Invocation discover = discover(in.toString());

        assertThat(discover.exitCode()).as(discover.err()).isZero();
        assertThat(discover.out())
                .startsWith("# Drafted by 'millrace discover' from 3 documents (")
                .endsWith("""

                        contract: 1
                        name: in

                        tables:
                          # 3 rows
                          order_:
                            columns:
                              id: { path: "@id", type: bigint, key: true }  # unique in 3
                              placed: { path: "@placed", type: date }  # in all
                              buyer: { path: buyer, type: varchar(10) }  # in all

                          # 6 rows: 1..2 in order
                          item:
                            parent: order_
                            rows: item
                            columns:
                              order_id: { ref: order_.id, key: true }
                              seq: { ordinal: true, key: true }
                              price: { path: "@price", type: "decimal(12,2)" }  # in all
                        """);
        assertThat(discover.err()).isEqualTo("""
                        3 documents, 6 distinct paths
                        Every path with values is in a column, or ignored with a reason.

                          Table   Rows  Columns  Key
                          ------  ----  -------  -------------
                          order_     3        3  id
                          item       6        3  order_id, seq

                        3 documents fit the contract, none is rejected.
                        """);
    }

    @Test
    void saysThatDocumentsOfTwoSourcesHaveOneName() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("1.xml"), SmallContract.document(7));
        Invocation discover = discover(in.toString(), other.toString(), "-o", contract.toString(), "--to", target);

        assertThat(discover.exitCode()).as(discover.all()).isEqualTo(ExitCode.REJECTS);
        assertThat(discover.out())
                .contains("1 document has the name of documents in another source")
                .contains("Not verified");
    }

    @Test
    void refusesOptionsThatDoNotGoWithUpdate() {
        discover(in.toString(), "-o", contract.toString());
        Invocation update = discover("--update", contract.toString(), in.toString(), "--share");

        assertThat(update.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(update.err()).contains("--share does not go with --update");
    }

    @Test
    void printsCommandsThatLoadWhatItHasDrafted() throws SQLException {
        Invocation discover = discover(in.toString(), "-o", contract.toString());

        assertThat(discover.exitCode()).as(discover.all()).isZero();
        assertThat(discover.err()).isEmpty();
        assertThat(contract).content().contains("name: orders\n");
        List<String> commands = COMMAND.matcher(discover.out())
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(commands).hasSize(1);
        String[] words = commands.get(0).split(" ");
        assertThat(words[words.length - 2]).isEqualTo("jdbc:h2:./orders");
        words[words.length - 2] = target;

        Invocation run = Invocation.of(words);

        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(count("item")).isEqualTo(6);
    }

    @Test
    void itsCommandsHaveWhatItWasToldOfLogInsSourceAndLimits() throws SQLException, IOException {
        String source = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(source, "bob", "sesame street");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE mails (id bigint PRIMARY KEY, body clob)");
            statement.execute("INSERT INTO mails VALUES (1, '" + SmallContract.document(1) + "'), (2, '"
                    + SmallContract.document(2) + "'), (3, '" + "<order>".repeat(9) + "')");
        }
        Path password = Files.writeString(folder.resolve("pass word"), "sesame street");

        Invocation discover = discover(
                source,
                "-o",
                contract.toString(),
                "--from-query",
                "SELECT id, body FROM mails WHERE id < 3",
                "--key-column=id",
                "--xml-column",
                "body",
                "--from-user",
                "bob",
                "--from-password-file",
                password.toString(),
                "--max-document-bytes",
                "1MB",
                "--workers",
                "1");

        assertThat(discover.exitCode()).as(discover.all()).isZero();
        List<String> words = new ArrayList<>(words(COMMAND.matcher(discover.out())
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow()));
        assertThat(words)
                .containsSubsequence("--from", source)
                .containsSubsequence("--max-document-bytes", "1MB")
                .containsSubsequence("--from-password-file", password.toString())
                .doesNotContain("-o");
        assertThat(discover.all()).doesNotContain("sesame");
        words.set(words.indexOf("jdbc:h2:./orders"), target);

        Invocation run = Invocation.of(words.toArray(String[]::new));

        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(count("order_")).isEqualTo(2);
    }

    /** A command as a shell takes it apart. */
    private static List<String> words(String command) {
        return Pattern.compile("'([^']*)'|(\\S+)")
                .matcher(command)
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .toList();
    }

    @Test
    void createsLoadsAndVerifiesWithATarget() throws SQLException {
        Invocation discover = discover(in.toString(), "-o", contract.toString(), "--to", target);

        assertThat(discover.exitCode()).as(discover.all()).isZero();
        assertThat(discover.out())
                .contains("3 documents fit the contract, none is rejected.\n")
                .endsWith("verified: all 9 rows of 2 tables are as 3 documents give them\n");
        assertThat(count("order_")).isEqualTo(3);
    }

    @Test
    void refusesAFileThatIsThere() throws IOException {
        Files.writeString(contract, "mine");

        Invocation discover = discover(in.toString(), "-o", contract.toString());

        refused(discover, "-o: " + contract + " is there already");
        assertThat(contract).hasContent("mine");
    }

    @Test
    void leavesNoEmptyFileWhereThereIsNothingToDraftOf() throws IOException {
        refused(discover(Files.createDirectory(folder.resolve("none")).toString(), "-o", contract.toString()), "none");
        assertThat(contract).doesNotExist();
    }

    @Test
    void readsSeveralSourcesAsOne() throws IOException {
        Path more = Files.createDirectory(folder.resolve("more"));
        Files.writeString(more.resolve("4.xml"), "<order id='A4'><note>" + MARKER + "</note></order>");

        Invocation discover = discover(in.toString(), more.toString(), "-o", contract.toString());

        assertThat(discover.exitCode()).as(discover.all()).isZero();
        assertThat(contract)
                .content()
                .contains("from 4 documents", "id: { path: \"@id\", type: varchar(100), key: true }", "# 1 of 4");
        assertThat(COMMAND.matcher(discover.out()).results().map(MatchResult::group))
                .hasSize(2);
    }

    @Test
    void readsATable() throws SQLException {
        String source = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(source);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE app_xml (app_id bigint PRIMARY KEY, xml clob)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO app_xml VALUES (?, ?)")) {
                for (int id = 1; id <= 3; id++) {
                    insert.setInt(1, id);
                    insert.setString(2, SmallContract.document(id));
                    insert.executeUpdate();
                }
            }
        }

        Invocation discover = discover(source, "-o", contract.toString(), "--to", target);

        assertThat(discover.exitCode()).as(discover.all()).isZero();
        assertThat(contract).content().contains("source: { table: app_xml, key: app_id, xml: xml }");
        assertThat(discover.out()).contains("verified: all 9 rows");
    }

    @Test
    void readsAnArchive() throws IOException {
        Path archive = folder.resolve("orders.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (int id = 1; id <= 3; id++) {
                zip.putNextEntry(new ZipEntry("in/" + id + ".xml"));
                zip.write(SmallContract.document(id).getBytes(StandardCharsets.UTF_8));
            }
        }

        Invocation discover = discover(archive.toString(), "-o", contract.toString(), "--to", target);

        assertThat(discover.exitCode()).as(discover.all()).isZero();
        assertThat(discover.out()).contains("verified: all 9 rows");
    }

    // Options

    @Test
    void readsTheFirstDocumentsAlone() {
        Invocation discover = discover(in.toString(), "--sample", "2");

        assertThat(discover.exitCode()).as(discover.err()).isZero();
        assertThat(discover.out()).contains("from 2 documents");
        refused(discover(in.toString(), "--sample", "0"), "--sample");
    }

    @Test
    void takesTheRecordItIsTold() throws IOException {
        assertThat(discover(in.toString(), "--record", "/order/item").out())
                .contains("# as you asked for\n  record: /order/item\n", "# 6 rows");
        refused(discover(in.toString(), "--record", "/order/itm"), "there are buyer, item");
        refused(discover(in.toString(), "--record", "/odrer"), "there is order");
    }

    @Test
    void shapesTheDraftAsItIsTold() throws IOException {
        Path documents = Files.createDirectory(folder.resolve("shaped"));
        Files.writeString(
                documents.resolve("1.xml"),
                "<t><one><x>1</x></one><tag>a</tag><tag>b</tag><body><y>2</y></body><p>Press <b>it</b>.</p></t>");
        List<String> command = new ArrayList<>(List.of(
                documents.toString(),
                "--as-rows",
                "/t/one",
                "--flatten",
                "/t/tag",
                "--keep",
                "/t/body",
                "--text-only"));
        command.addAll(List.of("--schema", "sales", "--name", "shaped-by-hand", "--dialect", "sqlserver"));

        Invocation discover = discover(command.toArray(String[]::new));

        assertThat(discover.exitCode()).as(discover.err()).isZero();
        assertThat(discover.out())
                .contains(
                        "name: shaped-by-hand\n",
                        "schema: sales\n",
                        "  one:\n    parent: t\n",
                        "tag: { path: tag, type: varchar(10), join: \" \" }",
                        "body: { path: body, type: xml }",
                        "p: { path: p, type: text }");
        refused(discover(documents.toString(), "--dialect", "orakel"), "orakel");
    }

    // The same everywhere, and nothing of a document

    @Test
    void draftsTheSameWhateverTheWorkersAndTheOrderOfSources() {
        String[] files = {"1.xml", "2.xml", "3.xml"};
        String first = null;
        for (int[] order : new int[][] {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}) {
            for (String workers : List.of("1", "4")) {
                List<String> command = new ArrayList<>();
                Arrays.stream(order)
                        .forEach(at -> command.add(in.resolve(files[at]).toString()));
                command.addAll(List.of("--workers", workers, "--name", "same"));
                String draft = discover(command.toArray(String[]::new)).out();
                first = first == null ? draft : first;
                assertThat(draft).isEqualTo(first).contains("from 3 documents");
            }
        }
    }

    @Test
    void showsNoValueUnlessAsked() throws IOException {
        for (int i = 0; i < 30; i++) {
            Files.writeString(
                    in.resolve("more" + i + ".xml"),
                    "<order id='" + MARKER + i + "' placed='" + MARKER + "'><buyer>" + MARKER + "</buyer><" + "p>"
                            + MARKER + "<b>" + MARKER + "</b></p><nil>" + MARKER + "</nil></order>");
        }
        Files.writeString(in.resolve("broken.xml"), "<order id='" + MARKER + "'><" + MARKER);

        Invocation draft = discover(in.toString());
        Invocation load = discover(in.toString(), "-o", contract.toString(), "--to", target);

        assertThat(draft.all())
                .contains("not read: 1 document, not-well-formed")
                .doesNotContain(MARKER);
        assertThat(load.all()).doesNotContain(MARKER);
        assertThat(contract).content().doesNotContain(MARKER);
        assertThat(draft.exitCode()).isEqualTo(ExitCode.REJECTS);
        assertThat(load.exitCode()).isEqualTo(ExitCode.REJECTS);
        assertThat(discover(in.toString(), "--show-values").out()).contains(MARKER);
    }

    // Ctrl-C

    /** The user looks at a pipe that says nothing, behind documents that were read. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void writesADraftOfWhatWasReadWhenInterrupted() throws Exception {
        Path pipe = folder.resolve("pipe.xml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        FakeTerminal terminal = new FakeTerminal();
        CountDownLatch ended = new CountDownLatch(1);
        Thread user = new Thread(() -> {
            // Opening it waits until somebody reads.
            try (OutputStream open = Files.newOutputStream(pipe)) {
                Objects.requireNonNull(terminal.onInterrupt).accept(ExitCode.INTERRUPTED);
                ended.await();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        user.start();

        Invocation discover = Invocation.in(
                terminal, "discover", in.toString(), pipe.toString(), "-o", contract.toString(), "--no-progress");
        ended.countDown();
        user.join();

        assertThat(discover.exitCode()).as(discover.all()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(contract).content().contains("from 3 documents", "Stopped before the end", "buyer");
        assertThat(discover.out()).contains("Stopped: documents that were not read may hold more than the draft.");
    }

    @Test
    void endsWithoutADraftWhenInterruptedBeforeTheFirstDocument() {
        FakeTerminal terminal = new FakeTerminal();
        terminal.interrupts = true;

        Invocation discover =
                Invocation.in(terminal, "discover", in.toString(), "-o", contract.toString(), "--no-progress");

        assertThat(discover.exitCode()).as(discover.all()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(contract).doesNotExist();
    }

    // Bad input

    @Test
    void refusesWhatHoldsNoXmlInOneLine() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Files.writeString(texts.resolve("a.txt"), "none");
        Path broken = Files.createDirectory(folder.resolve("broken"));
        Files.writeString(broken.resolve("1.xml"), "<a>");
        Files.writeString(broken.resolve("2.xml"), "none");
        Path types = Files.createDirectory(folder.resolve("types"));
        Files.writeString(types.resolve("a.dtd"), "<!ELEMENT a (b)>");
        Files.writeString(types.resolve("b.dtd"), "<!ELEMENT b EMPTY>");

        refused(discover(empty.toString()), empty + " – the directory holds no *.xml file");
        refused(discover(texts.toString()), texts + " – the directory holds no *.xml file");
        refused(discover(broken.toString()), "there is no document to draft a contract of: none of 2 could be read");
        refused(discover(types + "/*.dtd"), "there is no document to draft a contract of: none of 2 could be read");
        refused(discover(folder.resolve("gone").toString()), "gone");
        refused(discover("-"), "discover reads its sources more than once, which standard input does not allow");
        refused(discover(), "name where the documents are");
        refused(discover(in.toString(), "--workers", "0"), "--workers");
    }

    @Test
    void refusesDocumentsOfMoreKindsThanTablesCanBe() throws IOException {
        Path many = Files.createDirectory(folder.resolve("names"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(many.resolve("names.zip")))) {
            for (int i = 0; i < 30_000; i++) {
                zip.putNextEntry(new ZipEntry(i + ".xml"));
                zip.write(("<n" + i + "/>").getBytes(StandardCharsets.UTF_8));
            }
        }

        Invocation discover = discover(many.resolve("names.zip").toString());

        refused(discover, "the documents have more than 1,000 names of document elements");
    }

    @Test
    void takesAMillionNamesInOneDocumentForData() throws Exception {
        Path file = folder.resolve("million.xml");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write("<all>".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 1_000_000; i++) {
                out.write(("<n" + i + ">" + i + "</n" + i + ">").getBytes(StandardCharsets.UTF_8));
            }
            out.write("</all>".getBytes(StandardCharsets.UTF_8));
        }

        // In a process of its own: it takes most of this memory, and where that runs out, Maven loses touch with the
        // tests.
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process discover = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "discover",
                        file.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();

        assertThat(discover.waitFor()).as(Files.readString(err)).isZero();
        assertThat(err).content().doesNotContain("Exception", "\tat ");
        assertThat(out).content().contains("rows: \"*\"");
    }

    @Test
    void readsThirtyLevelsOfRecursion() throws IOException, SQLException {
        Path deep = Files.createDirectory(folder.resolve("deep"));
        Files.writeString(deep.resolve("1.xml"), "<s><t>1</t>".repeat(30) + "</s>".repeat(30));
        Path mutual = Files.createDirectory(folder.resolve("mutual"));
        Files.writeString(
                mutual.resolve("1.xml"),
                "<r>" + "<and><n>1</n><or><m>2</m>".repeat(30) + "</or></and>".repeat(30) + "</r>");

        Invocation single = discover(deep.toString(), "-o", contract.toString(), "--to", target);
        Invocation both = discover(
                mutual.toString(),
                "-o",
                folder.resolve("mutual.yaml").toString(),
                "--to",
                target.replace("mem:", "mem:mutual"));

        assertThat(single.exitCode()).as(single.all()).isZero();
        assertThat(count("s")).isEqualTo(30);
        assertThat(both.exitCode()).as(both.all()).isZero();
        assertThat(both.out()).contains("verified: all 31 rows of 2 tables");
    }

    private static Invocation discover(String... args) {
        List<String> words = new ArrayList<>(List.of("discover", "--no-progress"));
        words.addAll(List.of(args));
        return Invocation.of(words.toArray(String[]::new));
    }

    /** One clear line and exit code 2. */
    private static void refused(Invocation invocation, String because) {
        assertThat(invocation.exitCode()).as(invocation.all()).isEqualTo(ExitCode.USAGE);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err()).contains(because).hasLineCount(1);
    }

    private int count(String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection(target);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM \"" + table + "\"")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
