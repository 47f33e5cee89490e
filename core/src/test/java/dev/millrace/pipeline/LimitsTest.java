package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.source.FileSource;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A document at a limit is mapped, one beyond it is rejected with the limit's own code: in what the contract keeps, and in
 * what it skips.
 */
class LimitsTest {

    private static final int DEPTH = 5;
    private static final int ATTRIBUTES = 4;
    private static final int NAME = 12;
    private static final int VALUE = 50;
    private static final int EXPANSIONS = 6;
    private static final int NODES = 20;
    private static final XmlLimits LIMITS = new XmlLimits(1_000, DEPTH, ATTRIBUTES, NAME, VALUE, EXPANSIONS, NODES, 1);

    /** Keeps whole what is in {@code kept} and skips all else. */
    private static final String CONTRACT = """
            contract: 1
            name: limits
            document: { doctype: internal, namespaces: { p: "urn:p" } }
            tables:
              t:
                columns:
                  id: { meta: document-key, key: true }
                  kept: { path: kept, type: xml }
            """;

    /** A piece that is repeated between a head and a tail: mapped at {@code most} repetitions, rejected at one more. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    too-deep            | 3  | <kept>                    | <a>         | </a>  | </kept>
                    too-deep            | 3  | <skip>                    | <a>         | </a>  | </skip>
                    too-many-attributes | 3  | `<kept z='1'`             | ` a%d='1'`  | ``    | />
                    too-many-attributes | 3  | `<skip z='1'`             | ` a%d='1'`  | ``    | />
                    name-too-long       | 12 | <kept><                   | n           | ``    | /></kept>
                    name-too-long       | 12 | <skip><                   | n           | ``    | /></skip>
                    name-too-long       | 12 | `<kept `                  | n           | ``    | `='1'/>`
                    name-too-long       | 12 | `<skip `                  | n           | ``    | `='1'/>`
                    name-too-long       | 12 | `<kept xmlns:p='urn:p' p:` | n          | ``    | `='1'/>`
                    name-too-long       | 12 | `<skip xmlns:p='urn:p' p:` | n          | ``    | `='1'/>`
                    value-too-large     | 50 | <kept>                    | v           | ``    | </kept>
                    value-too-large     | 50 | `<kept a='`               | v           | ``    | `'/>`
                    value-too-large     | 50 | <kept><![CDATA[           | v           | ``    | ]]></kept>
                    value-too-large     | 50 | <kept><!--                | v           | ``    | --></kept>
                    value-too-large     | 50 | `<kept><?p `              | v           | ``    | ?></kept>
                    value-too-large     | 50 | <kept>                    | &amp;       | ``    | </kept>
                    too-many-nodes      | 18 | <kept>                    | <a/>        | ``    | </kept>
                    """)
    void rejectsOneBeyondALimit(String code, int most, String head, String open, String close, String tail) {
        assertThat(outcome("<r>" + repeated(most, head, open, close, tail) + "</r>"))
                .isEqualTo("mapped");
        assertThat(outcome("<r>" + repeated(most + 1, head, open, close, tail) + "</r>"))
                .isEqualTo(code);
        // The other tokenizer has the same limits.
        String declaration = "<?xml version='1.1'?><r>";
        assertThat(outcome(declaration + repeated(most, head, open, close, tail) + "</r>"))
                .isEqualTo("mapped");
        assertThat(outcome(declaration + repeated(most + 1, head, open, close, tail) + "</r>"))
                .isEqualTo(code);
    }

    @Test
    void skippedNodesAndValuesDoNotCount() {
        assertThat(outcome("<r><skip>" + "<a/>".repeat(NODES * 5) + "</skip></r>"))
                .isEqualTo("mapped");
        String long51 = "v".repeat(VALUE + 1);
        String values =
                "<r><skip a='" + long51 + "'>" + long51 + "<b c='" + long51 + "'/><!--" + long51 + "--></skip></r>";
        assertThat(outcome(values)).isEqualTo("mapped");
        // The other tokenizer, by each of its ways in.
        assertThat(outcome("<?xml version='1.1'?>" + values)).isEqualTo("mapped");
        assertThat(outcome("<!DOCTYPE r>" + values)).isEqualTo("mapped");
        assertThat(outcome("<!DOCTYPE r><r><kept a='" + long51 + "'/></r>")).isEqualTo("value-too-large");
    }

    /** Entities make a value in no more than their own limits' time, skipped or kept. */
    @Test
    void rejectsEntitiesThatMakeMoreThanAValue() {
        String entities = "<!DOCTYPE r [<!ENTITY e '" + "v".repeat(VALUE / 2) + "'>]>";

        assertThat(outcome(entities + "<r><skip a='&e;&e;'/></r>")).isEqualTo("mapped");
        assertThat(outcome(entities + "<r><skip a='&e;&e;&e;'/></r>")).isEqualTo("entity-limit");
        assertThat(outcome(entities + "<r><skip>&e;&e;&e;</skip></r>")).isEqualTo("entity-limit");
        // A default of an attribute is expanded where it is declared.
        String defaults =
                "<!DOCTYPE r [<!-- ]> \" --><!ENTITY e '" + "v".repeat(20) + "]>'><!ATTLIST skip a CDATA '%s'>]><r/>";
        assertThat(outcome(defaults.formatted("v"))).isEqualTo("mapped");
        assertThat(outcome(defaults.formatted("&e;"))).isEqualTo("mapped");
        assertThat(outcome(defaults.formatted("&e;&e;"))).isEqualTo("entity-limit");
    }

    @Test
    void rejectsMoreBytesThanTheLimit() {
        String start = "<r><skip/>";
        String end = "</r>";
        String most = start + " ".repeat(1_000 - start.length() - end.length()) + end;

        assertThat(outcome(most.replace("  ", " \n"))).isEqualTo("mapped");
        assertThat(outcome(most + " ")).isEqualTo("document-too-large");
    }

    @ParameterizedTest
    @CsvSource({"kept", "skip"})
    void rejectsMoreEntitiesThanTheLimit(String place) {
        String start = "<!DOCTYPE r [<!ENTITY e 'x'>]><r><" + place + ">";
        String end = "</" + place + "></r>";

        assertThat(outcome(start + "&e;".repeat(EXPANSIONS) + end)).isEqualTo("mapped");
        assertThat(outcome(start + "&e;".repeat(EXPANSIONS + 1) + end)).isEqualTo("entity-limit");
    }

    /** Each element would have all of them, however short it is. */
    @Test
    void rejectsMoreDefaultsOfADoctypeThanTheLimit() {
        XmlLimits usual = XmlLimits.DEFAULTS;
        StringBuilder xml = new StringBuilder("<!DOCTYPE r [<!ATTLIST a");
        for (int i = 0; i < 1_000; i++) {
            xml.append(" a").append(i).append(" CDATA '1'");
        }
        String head = xml.append(">]>").toString();

        assertThat(outcome(CONTRACT, head + "<r>" + "<a/>".repeat(900) + "</r>", usual))
                .isEqualTo("mapped");
        assertThat(outcome(CONTRACT, head + "<r>" + "<a/>".repeat(1_100) + "</r>", usual))
                .isEqualTo("entity-limit");
    }

    /** In a column, in what makes rows, in a guard, in a let, in what tells empty rows and what ranks them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "columns: { n: { path: \"sum(for $i in 1 to xs:integer(@n) return $i)\", type: text } }",
                "rows: for $i in 1 to xs:integer(@n) return .\ncolumns: { k: { ordinal: true, key: true }, d: { meta: document-key, key: true } }",
                "columns: { n: { path: $let, type: text } }",
                "skip-empty: { unless: \"sum(for $i in 1 to xs:integer(@n) return $i)\" }\n"
                        + "columns: { n: { path: nothing, type: text } }",
                "rows: .\ndistinct: { by: k, prefer: \"sum(for $i in 1 to xs:integer($record/@n) return $i)\" }\n"
                        + "columns: { k: { path: \"'1'\", type: text, key: true }, d: { meta: document-key } }",
            })
    void rejectsMoreStepsThanTheLimit(String table) {
        String contract = """
                contract: 1
                name: steps
                let: { let: "sum(for $i in 1 to xs:integer(@n) return $i)" }
                tables:
                  t:
                    %s
                """.formatted(table.replace("\n", "\n    "));
        XmlLimits limits = XmlLimits.DEFAULTS.withSteps(10_000);

        assertThat(outcome(contract, "<r n='10'/>", limits)).isEqualTo("mapped");
        assertThat(outcome(contract, "<r n='20000'/>", limits)).isEqualTo("too-many-steps");
    }

    @Test
    void rejectsMoreStepsOfAGuardThanTheLimit() {
        String contract = """
                contract: 1
                name: steps
                document:
                  require: [{ test: "sum(for $i in 1 to xs:integer(@n) return $i) > 0", reason: none }]
                tables:
                  t:
                    columns: { n: { path: "@n", type: text } }
                """;
        XmlLimits limits = XmlLimits.DEFAULTS.withSteps(10_000);

        assertThat(outcome(contract, "<r n='10'/>", limits)).isEqualTo("mapped");
        assertThat(outcome(contract, "<r n='20000'/>", limits)).isEqualTo("too-many-steps");
    }

    /** Of a file that is as large as any may be before its expansion counts, and a little larger. */
    @Test
    void rejectsAFileThatExpandsMoreThanTheLimit(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("blank.xml.gz");
        byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        long expanded = 0;
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (; expanded <= XmlLimits.FREE_EXPANSION; expanded += blanks.length) {
                out.write(blanks);
            }
        }
        // As many times as the file becomes its size: rounded up it is allowed, rounded down it is not.
        int times = (int) (expanded / Files.size(file));

        assertThat(read(file, times + 1).code().word()).isEqualTo("no-content");
        assertThat(read(file, times - 1).code().word()).isEqualTo("archive-limit");
    }

    private static Fault read(Path file, int expansion) throws Exception {
        XmlLimits limits = new XmlLimits(1L << 30, DEPTH, ATTRIBUTES, NAME, VALUE, EXPANSIONS, NODES, expansion);
        Projection records = Projection.builder(RecordPath.of(List.of(
                        new RecordPath.Step(false, NamePattern.ANY), new RecordPath.Step(false, NamePattern.ANY))))
                .build();
        try (FileSource source = FileSource.open(file.toString(), records, Doctype.REJECT, limits)) {
            return Objects.requireNonNull(Objects.requireNonNull(source.next()).unreadable());
        }
    }

    private static String repeated(int times, String head, String open, String close, String tail) {
        StringBuilder xml = new StringBuilder(head);
        for (int i = 0; i < times; i++) {
            xml.append(open.replace("%d", String.valueOf(i)));
        }
        return xml.append(close.repeat(times)).append(tail).toString();
    }

    /** "mapped", or the code of the reject. */
    private static String outcome(String xml) {
        return outcome(CONTRACT, xml, LIMITS);
    }

    private static String outcome(String yaml, String xml, XmlLimits limits) {
        MappingContract contract;
        try {
            contract = ContractReader.read(yaml, "test.yaml").contract();
        } catch (ContractException e) {
            throw new AssertionError(e);
        }
        DocumentPipeline pipeline = new DocumentPipeline(
                contract, DataMapper.projection(contract), limits, "run", Instant.EPOCH, false, new StageClock());
        List<Outcome> outcomes = new ArrayList<>();
        pipeline.process(
                Document.ofText("key", xml.getBytes(StandardCharsets.UTF_8), "test"), Long.MAX_VALUE, outcomes);
        return outcomes.get(0) instanceof Rejected rejected
                ? rejected.fault().code().word()
                : "mapped";
    }
}
