package dev.millrace.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect.Capability;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the text of a file to what a query gives back, through a whole run into each database: a value comes back as what it
 * was, or its document is rejected, with one code and column everywhere, and all the others are loaded.
 */
@Timeout(300)
public abstract class ValuesKit {
    /** The database that the tests are run against. */
    protected abstract TestedDatabase tested();

    private static final String EMOJI = "\uD83D\uDE00";

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");
    private static final Set<String> SUBNORMAL = Set.of("1.4E-45", "4.9E-324");

    /** The columns: a name, a type, and further settings. */
    static final String COLUMNS = """
            boolean: { TYPE: boolean }
            smallint: { TYPE: smallint }
            integer: { TYPE: integer }
            bigint: { TYPE: bigint }
            decimal: { TYPE: "decimal(12,2)" }
            digits: { TYPE: "decimal(38,0)" }
            fraction: { TYPE: "decimal(38,38)" }
            real: { TYPE: real }
            double: { TYPE: double }
            char: { TYPE: char(3) }
            varchar: { TYPE: varchar(3) }
            kept: { TYPE: varchar(3), empty: keep, trim: false }
            text: { TYPE: text }
            date: { TYPE: date }
            time: { TYPE: time }
            time0: { TYPE: time(0) }
            timestamp: { TYPE: timestamp }
            timestamp3: { TYPE: timestamp(3) }
            timestamptz: { TYPE: timestamptz }
            zoned: { TYPE: timestamptz, format: "yyyy-MM-dd HH:mm:ss VV" }
            uuid: { TYPE: uuid }
            bytes: { TYPE: bytes }
            """;

    /** Column | text as in XML | what comes back, or ! and the code of the reject. */
    static final List<String> CASES = List.of(
            "boolean|true|true",
            "boolean|0|false",
            "boolean||null",
            "boolean|yes|!invalid-value",
            "smallint|-32768|-32768",
            "smallint|32767|32767",
            "smallint|32768|!out-of-range",
            "smallint|-32769|!out-of-range",
            "integer|-2147483648|-2147483648",
            "integer|2147483647|2147483647",
            "integer|2147483648|!out-of-range",
            "integer|-0|0",
            "integer||null",
            "bigint|-9223372036854775808|-9223372036854775808",
            "bigint|9223372036854775807|9223372036854775807",
            "bigint|9223372036854775808|!out-of-range",
            "bigint|1.5|!too-precise",
            "decimal|9999999999.99|9999999999.99",
            "decimal|-9999999999.99|-9999999999.99",
            "decimal|10000000000|!out-of-range",
            "decimal|0.001|!too-precise",
            "decimal|-0|0.00",
            "decimal|1E-2|0.01",
            "decimal|NaN|!invalid-value",
            "digits|99999999999999999999999999999999999999|99999999999999999999999999999999999999",
            "digits|-99999999999999999999999999999999999999|-99999999999999999999999999999999999999",
            "digits|100000000000000000000000000000000000000|!out-of-range",
            "fraction|0.00000000000000000000000000000000000001|0.00000000000000000000000000000000000001",
            "fraction|1|!out-of-range",
            "real|3.4028235E38|3.4028235E38",
            "real|1.4E-45|1.4E-45",
            "real|-0|0.0",
            "real|NaN|NaN",
            "real|INF|Infinity",
            "real|3.5E38|!out-of-range",
            "double|1.7976931348623157E308|1.7976931348623157E308",
            "double|4.9E-324|4.9E-324",
            "double|-0|0.0",
            "double|NaN|NaN",
            "double|-INF|-Infinity",
            "double|1E309|!out-of-range",
            "char|abc|abc",
            "char|abcd|!value-too-long",
            "char||null",
            "varchar|abc|abc",
            "varchar|" + EMOJI.repeat(3) + "|" + EMOJI.repeat(3),
            "varchar|" + EMOJI.repeat(4) + "|!value-too-long",
            "varchar|&#x301;&#x301;&#x301;|\u0301\u0301\u0301",
            "varchar||null",
            "kept||",
            "kept|  |  ",
            "kept| a| a",
            "text|" + EMOJI.repeat(50_000) + "|" + EMOJI.repeat(50_000),
            "text|'; DROP TABLE t; --|'; DROP TABLE t; --",
            "text|\\N \\x00 \\|\\N \\x00 \\",
            "text|a&#13;&#10;b|a\r\nb",
            "text|&#xFFFD;&#xE000;&#x10FFFF;|\uFFFD\uE000\uDBFF\uDFFF",
            "date|0001-01-01|0001-01-01",
            "date|9999-12-31|9999-12-31",
            "date|0000-12-31|!out-of-range",
            "date|10000-01-01|!out-of-range",
            "date|2024-02-29|2024-02-29",
            "date|2023-02-29|!invalid-value",
            "date|1582-10-10|1582-10-10",
            "date|1900-02-29|!invalid-value",
            "date||null",
            "time|00:00:00|00:00",
            "time|23:59:59.999999|23:59:59.999999",
            "time|23:59:59.9999999|!too-precise",
            "time|24:00:00|00:00",
            "time|24:00:01|!invalid-value",
            "time0|12:00:00.5|!too-precise",
            "timestamp|0001-01-01T00:00:00|0001-01-01T00:00",
            "timestamp|9999-12-31T23:59:59.999999|9999-12-31T23:59:59.999999",
            "timestamp|9999-12-31T24:00:00|!out-of-range",
            "timestamp|2024-02-29T24:00:00|2024-03-01T00:00",
            // Neither St. John's, where the tests run, nor Berlin has these times: a timestamp has no zone.
            "timestamp|2024-03-10T02:30:00|2024-03-10T02:30",
            "timestamp|2024-03-31T02:30:00|2024-03-31T02:30",
            "timestamp|1883-11-18T12:00:00|1883-11-18T12:00",
            "timestamp|2024-01-01T00:00:00.0000001|!too-precise",
            "timestamp|2024-01-01T00:00:00Z|!invalid-value",
            "timestamp3|2024-01-01T00:00:00.001|2024-01-01T00:00:00.001",
            "timestamp3|2024-01-01T00:00:00.0001|!too-precise",
            "timestamptz|0001-01-01T00:00:00Z|0001-01-01T00:00Z",
            "timestamptz|9999-12-31T23:59:59.999999Z|9999-12-31T23:59:59.999999Z",
            "timestamptz|0001-01-01T00:00:00+01:00|!out-of-range",
            "timestamptz|9999-12-31T23:30:00-01:00|!out-of-range",
            "timestamptz|2024-03-10T02:30:00-03:30|2024-03-10T06:00Z",
            "timestamptz|2024-11-03T01:30:00-02:30|2024-11-03T04:00Z",
            "timestamptz|2024-02-29T10:15:30|!invalid-value",
            "zoned|2024-03-31 02:30:00 Europe/Berlin|!invalid-value",
            "zoned|2024-10-27 02:30:00 Europe/Berlin|2024-10-27T00:30Z",
            "uuid|FFFFFFFF-ffff-ffff-ffff-ffffffffffff|ffffffff-ffff-ffff-ffff-ffffffffffff",
            "uuid|1|!invalid-value",
            "bytes|AP8=|00ff",
            "bytes||null",
            "bytes|AP8|!invalid-value");

    @TempDir
    private Path folder;

    @Test
    void valuesComeBackOrAreRejectedAlike() throws Exception {
        StringBuilder columns = new StringBuilder();
        COLUMNS.lines().forEach(line -> {
            String name = line.substring(0, line.indexOf(':'));
            columns.append("      c_")
                    .append(line.replace("TYPE:", "path: \"v[@c = '" + name + "']\", type:"))
                    .append('\n');
        });
        String contract = """
                contract: 1
                name: values
                schema: values_back
                tables:
                  t:
                    columns:
                      id: { meta: document-key, type: varchar(100), key: true }
                """ + columns;
        Map<String, String> expected = new TreeMap<>();
        boolean notFinite = tested().database().dialect().capabilities().contains(Capability.NOT_FINITE_NUMBERS);
        for (int i = 0; i < CASES.size(); i++) {
            String[] parts = CASES.get(i).split("\\|", -1);
            String file = String.format("%03d.xml", i);
            document(file, "<d><v c='" + parts[0] + "'>" + parts[1] + "</v></d>");
            boolean refused = (NOT_FINITE.contains(parts[2]) && !notFinite)
                    || (SUBNORMAL.contains(parts[2]) && !tested().hasSubnormalNumbers());
            expected.put(file, parts[0] + " " + (refused ? "!" + FaultCode.REFUSED_VALUE.word() : parts[2]));
        }

        Database database = tested().database();
        Map<String, String> outcomes = run(contract, database);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(tested().sql("values_back", "SELECT * FROM {s}.\"t\""))) {
            while (rows.next()) {
                String file = rows.getString("id");
                String column =
                        expected.get(file).substring(0, expected.get(file).indexOf(' '));
                outcomes.put(file, column + " " + text(rows, column));
            }
        }

        assertThat(outcomes.keySet()).isEqualTo(expected.keySet());
        outcomes.entrySet().removeAll(expected.entrySet());
        assertThat(outcomes).as("not as expected on %s", database).isEmpty();
    }

    @Test
    void controlCharactersOfXml11AndFragmentsLoadAlike() throws Exception {
        String contract = """
                contract: 1
                name: fragments
                schema: fragments
                document: { namespaces: { p: "urn:p" } }
                tables:
                  t:
                    columns:
                      id: { meta: document-key, type: varchar(100), key: true }
                      text: { path: "a | @a", type: text }
                      fragment: { path: "*:x", type: xml }
                """;
        document("1-control.xml", "<?xml version='1.1'?><d><a>1&#1;&#x1F;&#x7F;&#x85;2</a></d>");
        document("2-attribute.xml", "<?xml version='1.1'?><d a='&#2;'/>");
        document("3-fragment.xml", "<?xml version='1.1'?><d><a>good</a><x>&#1;</x></d>");
        document("4-namespaces.xml", "<d xmlns='urn:d' xmlns:p='urn:p'><x p:y='&lt;&#10;'><p:z/>&amp;</x></d>");
        document("5-zero.xml", "<?xml version='1.1'?><d><a>&#0;</a></d>");
        document("6-line-ends.xml", "<?xml version='1.1'?><d><a>1\u00852\u20283</a></d>");
        document("7-fragment-1.1.xml", "<?xml version='1.1'?><d><x>&#x85;&#x2028;&#x7F;</x></d>");
        document("8-mixed.xml", "<d><x>a</x><x/>" + EMOJI + "<x><!--c--><?i d?></x></d>");

        Database database = tested().database();
        Map<String, String> outcomes = run(contract, database);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(tested().sql("fragments", "SELECT * FROM {s}.\"t\""))) {
            while (rows.next()) {
                outcomes.put(rows.getString("id"), rows.getString("text") + ", " + rows.getString("fragment"));
            }
        }

        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("1-control.xml", "1\u0001\u001F\u007F\u00852, null");
        expected.put("2-attribute.xml", "\u0002, null");
        expected.put("3-fragment.xml", "fragment !invalid-value");
        expected.put(
                "4-namespaces.xml", "null, <x xmlns=\"urn:d\" xmlns:p=\"urn:p\" p:y=\"&lt;&#10;\"><p:z/>&amp;</x>");
        expected.put("5-zero.xml", "null !not-well-formed");
        expected.put("6-line-ends.xml", "1\n2\n3, null");
        expected.put("7-fragment-1.1.xml", "null, <x>\u0085\u2028\u007F</x>");
        expected.put("8-mixed.xml", "null, <x>a</x><x/><x><!--c--><?i d?></x>");
        assertThat(outcomes).as(database.toString()).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private void document(String name, String xml) throws IOException {
        Files.write(folder.resolve(name), xml.getBytes(StandardCharsets.UTF_8));
    }

    /** Runs the contract over all documents of the folder; returns the rejects by document: column, ! and code. */
    private Map<String, String> run(String text, Database database) throws Exception {
        MappingContract contract = ContractReader.read(text, "test.yaml").contract();
        RunOptions options = RunOptions.from(new FromFiles(folder.toString()))
                .to(database)
                .workers(2)
                .batchDocuments(50)
                .createTables(true)
                .build();
        RunSummary summary = new ProductionProcessor(contract, options).run(progress -> {});

        assertThat(summary.status()).as(summary.failure()).isEqualTo(Status.FINISHED);
        long documents;
        try (Stream<Path> files = Files.list(folder)) {
            documents = files.count();
        }
        assertThat(summary.documents().loaded() + summary.documents().rejected())
                .isEqualTo(documents);
        Map<String, String> outcomes = new TreeMap<>();
        for (Reject reject : summary.rejects().first()) {
            String column = reject.fault().column();
            outcomes.put(
                    reject.documentKey(),
                    (column == null ? "null" : column.replaceFirst("^c_", "")) + " !"
                            + reject.fault().code().word());
        }
        return outcomes;
    }

    private String text(ResultSet row, String column) throws SQLException {
        Kind kind = SqlType.parse(COLUMNS.lines()
                        .filter(line -> line.startsWith(column + ":"))
                        .findFirst()
                        .orElseThrow()
                        .replaceFirst(".*TYPE: \"?([a-z]+(\\([0-9,]+\\))?).*", "$1"))
                .orElseThrow()
                .kind();
        Object value = tested().value(row, "c_" + column, kind);
        if (kind == Kind.UUID && value != null) {
            return value.toString().toLowerCase(Locale.ROOT);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }
}
