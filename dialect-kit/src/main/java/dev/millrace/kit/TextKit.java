package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Text of all planes of Unicode, from tables into tables. It is written in one way and read in another, since what is damaged
 * on both ways in the same manner looks sound; and what comes out of a table has to be what comes out of a file of the same
 * text, which no database has had in hand.
 */
@Timeout(300)
public abstract class TextKit {
    private static final String SCHEMA = "test_texts";

    private static final List<String> TABLES = List.of("text_rows", "text_words");

    /** No two of these differ in nothing but what a collation might pass over, as some are compared by one. */
    private static final List<String> TEXTS = List.of(
            "plain ? text",
            "Jos\u00E9 \u00C5ngstr\u00F6m \u00FF\u00DF",
            "\u20AC\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u017D\u2018\u2019\u201C\u201D"
                    + "\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u017E\u0178",
            "x\u0081\u008D\u0096\u009Fy\u00A0z\u00AD",
            "\u0141ukasz \u017Di\u017Eek \u0151\u0171 \u0131\u0130 \u1E9E",
            "\u03A9\u03BC\u03AD\u03B3\u03B1 \u0402\u043E\u0440\u0452\u0435",
            "\u674E \u6F22\u5B57 \u304B\u306A \uD55C\uAD6D\uC5B4",
            "e\u0301 n\u0303\u0323 \u0301\u0308q",
            "\u05E9\u05DC\u05D5\u05DD \u202E\u0645\u0631\u062D\u0628\u0627\u202C",
            "\uFB01 \uFF21\uFF22\uFF1F \u200D\u200B\uFEFFx \u2028\u2029y",
            "\uE000\uF8FF \uDB80\uDC00\uDBFF\uDFFD",
            "\uD83D\uDE00 \uD834\uDD1E \uD840\uDC00 \uD83D\uDC69\u200D\uD83D\uDC67",
            "\uFDD0\uFFFD \uD83F\uDFFF\uDBFF\uDFFF",
            "it's \"so\" \\n \\ ; -- % _ [x] {d} $1 ?",
            "\uD83D\uDE00\u674E".repeat(30));

    private static final String CONTRACT = """
            contract: 1
            name: texts
            schema: test_texts
            document: { record: /a, key: "@id" }
            source: { table: text_xml, key: app_id, xml: xml }
            tables:
              text_rows:
                columns:
                  id: { path: "@id", type: integer, key: true }
                  word: { path: "@n", type: varchar(100), trim: false }
                  body: { path: ".", type: text, trim: false }
                  part: { path: "p", type: xml }
              text_words:
                columns:
                  word: { path: "@n", type: varchar(100), key: true, trim: false }
                  id: { path: "@id", type: integer }
            """;

    @TempDir
    private Path folder;

    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    /** Inserts a text into a table. */
    private interface Inserter {
        void insert(Connection connection, int id, String xml) throws SQLException;
    }

    @BeforeEach
    @AfterEach
    void clear() throws SQLException {
        Dialect dialect = tested().database().dialect();
        if (dialect.capabilities().contains(Capability.SCHEMAS)) {
            execute(dialect.createSchema(SCHEMA));
        }
        List<String> tables = new ArrayList<>(TABLES);
        tables.addAll(LedgerNames.TABLES);
        for (String table : tables) {
            execute("DROP TABLE IF EXISTS {s}.\"" + table + "\"");
        }
        execute("DROP TABLE IF EXISTS text_xml");
    }

    @Test
    void givesFromATableWhatItGivesFromAFileHoweverTheTextWasInserted() throws Exception {
        assertGivesWhatFilesGive(Map.of(
                "as parameters", TextKit::byParameter,
                "as literals", this::byLiteral,
                "by the numbers of the characters", this::byNumbers));
    }

    @Test
    void givesFromATableWhatAnotherProgramHasInserted() throws Exception {
        TestedDatabase.OtherProgram program = tested().otherProgram();

        assertGivesWhatFilesGive(
                Map.of("by another program", (connection, id, xml) -> program.insert("text_xml", id, xml)));
    }

    private void assertGivesWhatFilesGive(Map<String, Inserter> inserters) throws Exception {
        writeFiles(TEXTS);
        load(new FromFiles(folder.toString()));
        Map<String, String> fromFiles = rows();
        assertThat(fromFiles).isEqualTo(expected());
        assertHolds("text_rows", "word");
        for (Map.Entry<String, Inserter> inserter : inserters.entrySet()) {
            clear();
            fill(inserter.getValue());

            load(From.table(tested().database()));

            assertThat(rows()).as(inserter.getKey()).isEqualTo(fromFiles);
            assertHolds("text_rows", "word");
            assertHolds("text_words", "word");
            // The same, where the ledger leaves out nearly all documents.
            retrySome();
            assertThat(rows()).as(inserter.getKey()).isEqualTo(fromFiles);
            assertThat(verify(new FromFiles(folder.toString())).isEqual())
                    .as(inserter.getKey())
                    .isTrue();
            assertThat(verify(From.table(tested().database())).isEqual())
                    .as(inserter.getKey())
                    .isTrue();
        }
    }

    @Test
    void verifiesAgainstFilesWhatIsDamagedInTheSourceAndTheTargetAlike() throws Exception {
        writeFiles(TEXTS);
        fill(this::byNumbers);
        load(From.table(tested().database()));
        execute(
                "UPDATE {s}.\"text_rows\" SET \"word\" = REPLACE(\"word\", " + tested().character(0x141)
                        + ", '?') WHERE \"id\" = 4",
                "UPDATE {s}.\"text_rows\" SET \"word\" = REPLACE(\"word\", " + tested().character(0x674E)
                        + ", '?') WHERE \"id\" = 6");

        VerificationReport besideTheTable = verify(From.table(tested().database()));
        execute("DELETE FROM text_xml WHERE app_id IN (4, 6)");
        for (int id : new int[] {4, 6}) {
            try (Connection connection = tested().database().connect()) {
                byNumbers(
                        connection,
                        id,
                        document(id, TEXTS.get(id).replace('\u0141', '?').replace('\u674E', '?')));
            }
        }
        VerificationReport besideTheFiles = verify(new FromFiles(folder.toString()));

        for (VerificationReport report : List.of(besideTheTable, besideTheFiles)) {
            TableReport rows = report.tables().get(0);
            assertThat(rows.differences().different()).isEqualTo(2);
            assertThat(rows.differences().byColumn()).containsOnlyKeys("word");
            assertThat(report.tables().get(1).differences().different()).isZero();
        }
    }

    @Test
    void knowsDocumentsByKeysOfAllPlanes() throws Exception {
        String key = tested().database().dialect().binaryTextType(SqlType.varchar(100));
        execute("CREATE TABLE text_xml (app_id " + key + " NOT NULL PRIMARY KEY, xml " + tested().text() + ")");
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (int id = 0; id < TEXTS.size(); id++) {
                statement.execute("INSERT INTO text_xml VALUES (" + numbers(TEXTS.get(id)) + ", "
                        + numbers(document(id, TEXTS.get(id))) + ")");
            }
        }
        String contract = CONTRACT.replace(", key: \"@id\"", "");

        RunSummary first = load(contract, From.table(tested().database()));
        RunSummary second = load(contract, From.table(tested().database()));

        assertThat(first.documents().loaded()).isEqualTo(TEXTS.size());
        assertThat(second.documents().skipped()).isEqualTo(TEXTS.size());
        assertHolds("processing_log", "document_key");
    }

    private static void byParameter(Connection connection, int id, String xml) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO text_xml VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, xml);
            insert.executeUpdate();
        }
    }

    private void byLiteral(Connection connection, int id, String xml) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO text_xml VALUES (" + id + ", " + tested().textLiteral(xml) + ")");
        }
    }

    private void byNumbers(Connection connection, int id, String xml) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO text_xml VALUES (" + id + ", " + numbers(xml) + ")");
        }
    }

    /** An expression for a text of which no driver gets to see more than ASCII. */
    private String numbers(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder ascii = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c >= ' ' && c < 0x7F && c != '\\' && c != '\'' && c != '?') {
                ascii.append((char) c);
            } else {
                if (ascii.length() > 0) {
                    parts.add("'" + ascii + "'");
                    ascii.setLength(0);
                }
                parts.add(tested().character(c));
            }
        });
        if (ascii.length() > 0 || parts.isEmpty()) {
            parts.add("'" + ascii + "'");
        }
        return tested().joined(parts);
    }

    private void fill(Inserter inserter) throws SQLException {
        execute("CREATE TABLE text_xml (app_id integer NOT NULL PRIMARY KEY, xml " + tested().text() + ")");
        try (Connection connection = tested().database().connect()) {
            for (int id = 0; id < TEXTS.size(); id++) {
                inserter.insert(connection, id, document(id, TEXTS.get(id)));
            }
        }
    }

    private void writeFiles(List<String> texts) throws IOException {
        for (int id = 0; id < texts.size(); id++) {
            Files.write(folder.resolve(id + ".xml"), document(id, texts.get(id)).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String document(int id, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
        return "<a id=\"" + id + "\" n=\"" + escaped + "\">" + escaped + "<p>" + escaped + "</p></a>";
    }

    private static Map<String, String> expected() {
        Map<String, String> expected = new TreeMap<>();
        for (int id = 0; id < TEXTS.size(); id++) {
            String text = TEXTS.get(id);
            expected.put(Integer.toString(id), text + "|" + text + text + "|<p>" + text + "</p>|" + text);
        }
        return expected;
    }

    /** What the tables hold, as the driver gives it. */
    private Map<String, String> rows() throws SQLException {
        Map<String, String> rows = new TreeMap<>();
        String select = "SELECT r.\"id\", r.\"word\", r.\"body\", r.\"part\", w.\"word\" AS \"key_word\""
                + " FROM {s}.\"text_rows\" r JOIN {s}.\"text_words\" w ON w.\"id\" = r.\"id\"";
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(tested().sql(SCHEMA, select))) {
            while (row.next()) {
                rows.put(
                        Integer.toString(row.getInt(1)),
                        row.getString(2) + "|" + row.getString(3) + "|" + row.getString(4) + "|" + row.getString(5));
            }
        }
        return rows;
    }

    /** The database itself finds each text in a column by the numbers of its characters. */
    private void assertHolds(String table, String column) throws SQLException {
        Dialect dialect = tested().database().dialect();
        String select = tested().sql(SCHEMA, "SELECT COUNT(*) FROM {s}.\"" + table + "\" t WHERE ")
                + dialect.asKeyText("t." + dialect.quote(column)) + " = ";
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (String text : TEXTS) {
                try (ResultSet row = statement.executeQuery(select + dialect.asKeyText(numbers(text)))) {
                    row.next();
                    assertThat(row.getInt(1)).as("%s in %s", text, table).isEqualTo(1);
                }
            }
        }
    }

    /** Loads one document again, by a page that the ledger thins out. */
    private void retrySome() throws Exception {
        execute(
                "DELETE FROM {s}.\"text_rows\" WHERE \"id\" = 6",
                "DELETE FROM {s}.\"text_words\" WHERE \"id\" = 6",
                "DELETE FROM {s}.\"processing_log\" WHERE \"document_key\" = '6'");
        assertThat(load(From.table(tested().database())).documents().loaded()).isEqualTo(1);
    }

    private RunSummary load(From from) throws Exception {
        return load(CONTRACT, from);
    }

    private RunSummary load(String contract, From from) throws Exception {
        RunOptions options = RunOptions.from(from)
                .to(tested().database())
                .workers(2)
                .batchDocuments(10)
                .createTables(true)
                .build();
        RunSummary summary = new ProductionProcessor(contract(contract), options).run(progress -> {});
        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
        assertThat(summary.rejects().first()).isEmpty();
        return summary;
    }

    private VerificationReport verify(From from) throws Exception {
        VerifyOptions options = new VerifyOptions(
                from, tested().database(), 1, 10, XmlLimits.DEFAULTS, false, VerifyOptions.DEFAULT_SORT_BYTES);
        return new Verifier(contract(CONTRACT), options).run(progress -> {});
    }

    private static MappingContract contract(String text) throws Exception {
        return ContractReader.read(text, "test.yaml").contract();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = tested().database().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(tested().sql(SCHEMA, sql));
            }
        }
    }
}
