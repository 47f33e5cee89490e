package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code explain} finds documents, and its page. What it says of them is in {@link ExplainCasesTest}. */
class ExplainCommandTest {

    private static final String CONTRACT = """
            contract: 1
            name: orders
            source: { table: documents, key: no, xml: xml }
            tables:
              orders:
                columns:
                  id: { path: "@id", type: integer, key: true }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  seq: { ordinal: true, key: true }
                  sku: { path: "@sku", type: varchar(10) }
              product:
                parent: item
                on-duplicate: keep-first
                columns:
                  sku: { path: "@sku", type: varchar(10), key: true }
              page:
                columns:
                  document: { meta: document-key, key: true }
                  part: { ordinal: true, key: true }
                  size: { path: "string-length(.)", type: integer }
            """;

    @TempDir
    private Path folder;

    private String contract = "";
    private String documents = "";
    private String url = "";

    @BeforeEach
    void load() throws IOException {
        contract = Files.writeString(folder.resolve("orders.yaml"), CONTRACT).toString();
        Path in = Files.createDirectory(folder.resolve("in"));
        documents = in.toString();
        for (int i = 1; i <= 5; i++) {
            String xml = "<o id='10" + i + "'>\n<item sku='a" + i + "'/>\n<item sku='b'/></o>";
            Files.writeString(in.resolve("f" + i + ".xml"), xml);
        }
        url = "jdbc:sqlite:" + folder.resolve("orders.db");
        assertThat(Invocation.of("run", contract, "--from", documents, "--to", url, "--create-tables")
                        .exitCode())
                .isZero();
    }

    private Invocation explain(String... words) {
        List<String> command = new ArrayList<>(List.of("explain", contract));
        command.addAll(Arrays.asList(words));
        return wide(command);
    }

    /** On a screen on which no line is broken. */
    private static Invocation wide(List<String> command) {
        FakeTerminal terminal = new FakeTerminal();
        terminal.width = 1_000;
        return Invocation.in(terminal, command.toArray(String[]::new));
    }

    private Invocation explainRow(String table, String key, String... words) {
        List<String> command = new ArrayList<>(
                List.of("explain", contract, "--to", url, "--from", documents, "--table", table, "--key", key));
        command.addAll(Arrays.asList(words));
        return wide(command);
    }

    @Test
    void findsTheDocumentOfARowByTheKeysThatTheLedgerNotes() {
        Invocation explained = explainRow("item", "103,1", "--column", "sku");

        assertThat(explained.err()).isEmpty();
        assertThat(explained.exitCode()).isZero();
        assertThat(explained.out())
                .contains("f3.xml", "item, row 1, key 103,1: stored", "attribute sku, line 2:1: \"a3\"");
    }

    @Test
    void findsTheDocumentOfARowThatHasItsKey() {
        assertThat(explainRow("page", "f4.xml,1").out())
                .contains("document f4.xml", "page, row 1, key f4.xml,1: stored");
    }

    @Test
    void findsTheDocumentOfARowWithTheTargetFromTheEnvironment() {
        FakeTerminal terminal = new FakeTerminal();
        terminal.environment.putAll(Map.of("MILLRACE_TO", url, "MILLRACE_FROM", documents));

        assertThat(Invocation.in(terminal, "explain", contract, "--table", "orders", "--key", "102")
                        .out())
                .contains("f2.xml", "orders, row 1, key 102: stored");
        assertThat(Invocation.in(terminal, "explain", contract, "f2.xml").out()).contains("document f2.xml");
    }

    @Test
    void saysThatARowIsNotThere() {
        Invocation explained = explainRow("item", "103,9");

        assertThat(explained.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(explained.err()).endsWith("orders.db – table item has no row with this key\n");
    }

    @Test
    void saysThatDocumentsShareRows() {
        Invocation explained = explainRow("product", "b");

        assertThat(explained.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(explained.err())
                .isEqualTo("table product – the documents of its rows are not known, as documents may share them"
                        + " ('on-duplicate'); give the document's key instead\n");
    }

    @Test
    void saysThatNoDocumentHasTheRow() throws SQLException {
        execute("INSERT INTO orders (id) VALUES (999)");

        Invocation explained = explainRow("orders", "999");

        assertThat(explained.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(explained.err())
                .startsWith(
                        "table orders – the row is there, but no document that the ledger holds as loaded by contract orders");
    }

    @Test
    void saysThatTheDocumentNoLongerGivesTheRow() throws IOException {
        Files.writeString(folder.resolve("in/f3.xml"), "<o id='103'><item sku='a'/></o>");

        Invocation explained = explainRow("item", "103,2");

        assertThat(explained.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(explained.err()).startsWith("--row: table item has no row \"103,2\" of document f3.xml");
    }

    @Test
    void saysThatTheTargetHoldsNothing() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.db"));

        Invocation explained =
                explain("--to", "jdbc:sqlite:" + empty, "--from", documents, "--table", "orders", "--key", "103");

        assertThat(explained.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(explained.err()).contains("table orders – is not in the target");
    }

    @Test
    void takesDocumentsOutOfADatabaseByTheirKeys() throws SQLException {
        execute("CREATE TABLE documents (no integer PRIMARY KEY, xml text)");
        execute("INSERT INTO documents VALUES (7, '<o id=\"7\"/>'), (8, '<o id=\"8\"/>'), (9, '<o')");

        assertThat(explain("8", "--from", url).out()).contains("document 8 of documents: mapped");
        assertThat(explain("9", "--from", url).out()).contains("document 9 of documents: rejected [not-well-formed]");
        assertThat(explain("10", "--from", url).err()).startsWith("document 10 – is not in ");
        assertThat(explain("ten", "--from", url).exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void takesRecordsOutOfFilesAndArchives() throws IOException {
        String records = CONTRACT.replace("source:", "document: { record: /all/o }\nsource:");
        Files.writeString(folder.resolve("orders.yaml"), records);
        Path file = folder.resolve("all.xml");
        Files.writeString(file, "<all><o id='1'/>\n<o id='2'/>\n<o id='x'/>\n</all>");

        assertThat(explain(file + "#2", "--table", "orders").out()).contains("document all.xml#2", "2:1   stored");
        assertThat(explain("all.xml#2", "--from", file.toString()).out()).contains("document all.xml#2");
        assertThat(explain(file + "#3").out()).contains("rejected [invalid-value]", "orders.id, line 3:1");
        assertThat(explain("all.xml", "--from", file.toString()).err())
                .isEqualTo(
                        "all.xml – holds several documents: name one by its number, such as all.xml#1, or by its key,"
                                + " with --from all.xml\n");
    }

    @Test
    void writesAPageThatNeedsNothingElse() throws IOException {
        Path odd = Files.writeString(
                folder.resolve("odd.xml"),
                "<o id='1'><item sku='&lt;b&gt;&amp;&quot;'/><item sku='far too long for it'/></o>");

        Invocation page = explain(odd.toString(), "--format", "html", "--table", "item");

        assertThat(page.exitCode()).isEqualTo(ExitCode.REJECTS);
        assertThat(page.out())
                .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
                .endsWith("</html>\n")
                .contains("prefers-color-scheme: dark", "far too long for it", "rejects its document")
                .doesNotContain("<script", "http:", "https:", "url(", "@import", "<b>");
        String cells = explain(odd.toString(), "--format", "html", "--table", "item", "--row", "1")
                .out();
        assertThat(cells).contains("&lt;b&gt;&amp;&quot;").doesNotContain("<b>");
    }

    @Test
    void keepsToTheWidthOfTheScreen() {
        FakeTerminal narrow = new FakeTerminal();
        narrow.outputIsTerminal = true;
        narrow.width = 60;

        String out = Invocation.in(narrow, "explain", contract, documents + "/f1.xml", "--table", "item", "--row", "1")
                .out();

        assertThat(out.lines().filter(line -> !line.contains(folder.toString())))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
