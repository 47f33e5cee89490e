package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataMapperTest {

    @Test
    void endsWhereRowsWouldBeNestedInThemselves() throws ContractException {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  t:
                    rows: a
                    nested: ../a
                    columns:
                      doc: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                """);

        MappingException fault = catchThrowableOfType(MappingException.class, () -> mapped.map("<d><a><a/></a></d>"));

        assertThat(fault.fault().code()).isEqualTo(FaultCode.PATH_ERROR);
        assertThat(fault.fault().message()).contains("there would be rows without end");
    }

    /** It counts the steps: looking at all items again would take as many as there are. */
    @Test
    void evaluatesALetOnceForSelectKeyAndColumns() throws Exception {
        int items = 5_000;
        MappingContract contract = ContractReader.read("""
                        contract: 1
                        name: test
                        document: { select: $items > 0, key: "string($items)" }
                        let: { items: "count(i[@n > 0])" }
                        tables:
                          t:
                            columns:
                              id: { path: $items, type: integer, key: true }
                        """, "test.yaml").contract();
        XmlParser parser = new XmlParser(
                DataMapper.projection(contract), contract.document().doctype(), XmlLimits.DEFAULTS);
        DataMapper mapper = new DataMapper(contract, "run", Instant.EPOCH, false);
        EvaluationContext context = new EvaluationContext(contract.slots());

        for (int more = 0; more <= 1; more++) {
            String xml = "<d>" + "<i n='1'/>".repeat(items + more) + "</d>";
            context.startRecord(parser.parse(Document.ofText("d", xml.getBytes(StandardCharsets.UTF_8), "d.xml"))
                    .get(0));
            assertThat(mapper.isSelected(context)).isTrue();
            long steps = context.stepsTaken();
            assertThat(steps).isGreaterThan(items);
            assertThat(mapper.documentKey(context, "d")).isEqualTo("" + (items + more));
            List<List<Row>> rows = mapper.map(context, "d", "d.xml");

            assertThat(rows.get(0).get(0).values()[0]).isEqualTo(items + more);
            assertThat(context.stepsTaken() - steps).isLessThan(items);
        }
    }

    /** The settings of a column, the value of its attribute ({@code -} for none), and its value or fault. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "type: text; ' a '; a",
                "type: text; '&#9;&#10;&#13; a&#xA0;'; a\u00a0",
                "type: text, trim: false; ' a '; ' a '",
                "type: text, trim: unicode; '\u00a0\u2007a\u00a0b \u3000'; 'a\u00a0b'",
                "type: text, trim: true; '\u00a0a '; '\u00a0a'",
                "type: text, trim: unicode; '\u00a0'; null",
                "type: text, unescape: html; 'a &amp;amp; b'; 'a & b'",
                "type: text, unescape: html, trim: unicode; '&amp;nbsp;a'; 'a'",
                "type: integer, unescape: html; '&amp;#49;2'; 12",
                "type: text; ''; null",
                "type: text; '  '; null",
                "type: text; -; null",
                "type: text, empty: keep; ''; ''",
                "type: text, empty: keep; '  '; ''",
                "type: text, empty: keep; -; null",
                "type: integer, trim: false; ' 1'; !invalid-value",
                "type: text, default: d; ''; d",
                "type: text, default: d; -; d",
                "type: text, default: d, empty: keep; ''; ''",
                "type: text, default: d, empty: no-default; ' '; null",
                "type: text, default: d, empty: no-default; -; d",
                "type: integer, default: 7, empty: no-default; ''; null",
                "type: integer, default: 7, empty: no-default; x; !invalid-value",
                "type: text, codes: blank, default: d, empty: no-default; ''; none",
                "type: text, required: true; ''; !required",
                "type: text, required: true, default: d; ''; d",
                "type: text, codes: plain; a; A",
                "type: text, codes: plain; A; !unknown-code",
                "type: text, codes: plain; ' b '; B",
                "type: text, codes: plain; ''; null",
                "type: text, codes: plain, default: d; -; d",
                "type: text, codes: blank; ''; none",
                "type: text, codes: blank; -; none",
                "type: text, codes: blank, default: d; -; none",
                "type: text, codes: blank, empty: keep; ''; none",
                "type: text, codes: nulls; a; null",
                "type: text, codes: nulls; x; null",
                "type: text, codes: nulls, default: d; x; d",
                "type: text, codes: nulls, required: true; x; !required",
                "type: text, codes: other; A; A",
                "type: text, codes: other; x; Z",
                "type: integer; x; !invalid-value",
                "type: integer, invalid: null; x; null",
                "type: integer, invalid: null, default: 7; x; null",
                "type: integer, invalid: null, default: 7; -; 7",
                "type: integer, invalid: null, required: true; x; !required",
                "type: integer, invalid: default, default: 7; x; 7",
                "type: smallint, invalid: null; 99999; null",
                "type: integer, invalid: null; 1.5; !too-precise",
                "type: integer, invalid: null, scale: half-up; 1.5; 2",
                "type: varchar(2), overflow: truncate; abc; ab",
                "type: varchar(2); abc; !value-too-long",
                "type: char(2), codes: plain; a; A",
                "type: text, trim: false; ' '; ' '",
                "type: text, trim: false, codes: plain; ' a'; !unknown-code",
                "type: text, trim: false, empty: keep; ''; ''",
                "type: text, required: true, empty: keep; ''; ''",
                "type: text, required: true, empty: keep; -; !required",
                "type: text, required: true, codes: blank; -; none",
                "type: integer, required: true, default: 7; -; 7",
                "type: integer, required: true, invalid: default, default: 7; x; 7",
                "type: smallint, invalid: default, default: 7; 40000; 7",
                "type: smallint, default: 7; 40000; !out-of-range",
                "type: date, format: dd.MM.yyyy; 2024-01-31; !invalid-value",
                "type: date, format: dd.MM.yyyy, invalid: null; 2024-01-31; null",
                "type: date, format: dd.MM.yyyy, invalid: default, default: 2000-01-01; x; 2000-01-01",
                "type: date, format: [dd.MM.yyyy, iso]; 2024-01-31; 2024-01-31",
                "type: integer, scale: down; -1.9; -1",
                "type: integer, scale: half-even; 2.5; 2",
                "type: integer, scale: half-up; -2.5; -3",
                "type: smallint, scale: half-up; 32767.5; !out-of-range",
                "type: smallint, scale: half-up, invalid: null; 32767.5; null",
                "type: varchar(2), overflow: truncate; ab; ab",
                "type: varchar(2), overflow: truncate; ' a b '; a",
                "type: varchar(2), overflow: truncate, trim: false; 'a b'; 'a '",
                "type: varchar(2), overflow: truncate; 😀😀😀; 😀😀",
                "type: varchar(2), overflow: truncate, default: zz; abc; ab",
                "type: varchar(9), codes: other, overflow: truncate; nothing like it; Z",
            })
    void appliesPoliciesInOrder(String settings, String value, String expected) throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: '@v', " + settings + " }");
        String xml = value.equals("-") ? "<r><row/></r>" : "<r><row v='" + value + "'/></r>";

        if (expected.startsWith("!")) {
            assertThat(fault(mapped, xml).code().word()).isEqualTo(expected.substring(1));
        } else {
            assertThat(mapped.rows("t", xml)).containsExactly("[doc, 1, " + expected + "]");
        }
    }

    /** The settings of a column, the elements {@code v} of the row, and the column's value or fault. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "type: text; <v>a</v>; a",
                "type: text; <v>a</v><v>b</v>; !several-values",
                "type: text; <v/><v/>; !several-values",
                "type: text, join: ''; <v>a</v><v>b</v>; ab",
                "type: text, join: '+'; <v>a</v>; a",
                "type: text, join: '+'; <v/><v/>; +",
                "type: text, join: ' '; <v> </v><v/>; null",
                "type: text, join: ' ', empty: keep; <v> </v><v/>; ''",
                "type: text, join: '+', empty: keep; ''; null",
                "type: text, join: '+', default: d; ''; d",
                "type: text, join: '', codes: plain; <v/><v>a</v>; A",
                "type: integer, join: ''; <v>1</v><v>2</v>; 12",
                "type: integer, join: '+', invalid: null; <v>1</v><v>2</v>; null",
                "type: varchar(3), join: '+'; <v>a</v><v>bc</v>; !value-too-long",
                "type: varchar(3), join: '+', overflow: truncate; <v>a</v><v>bc</v>; a+b",
            })
    void joinsSeveralItems(String settings, String elements, String expected) throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: v, " + settings + " }");
        String xml = "<r><row>" + elements + "</row></r>";

        if (expected.startsWith("!")) {
            assertThat(fault(mapped, xml).code().word()).isEqualTo(expected.substring(1));
        } else {
            assertThat(mapped.rows("t", xml)).containsExactly("[doc, 1, " + expected + "]");
        }
    }

    @Test
    void joinsBeforeItTrims() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: v, type: text, join: '+' }");

        assertThat(mapped.rows("t", "<r><row><v> a </v><v/><v> b </v></row></r>"))
                .containsExactly("[doc, 1, a ++ b]");
    }

    @Test
    void findsNothingInAnEmptySequenceAndOneValueInASequenceOfOne() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: v, type: integer }");

        assertThat(mapped.rows("t", "<r><row/><row><v>1</v></row></r>"))
                .containsExactly("[doc, 1, null]", "[doc, 2, 1]");
    }

    @Test
    void tellsWhereAndWhatAFaultIs() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: \"string(@v)\", type: integer }");

        Fault fault = fault(mapped, "<r><row v='1'/><row v='a&#10;&#9;&#x85;b'/></r>");

        assertThat(fault.table()).isEqualTo("t");
        assertThat(fault.column()).isEqualTo("v");
        assertThat(fault.path()).isEqualTo("string(@v)");
        assertThat(fault.message()).startsWith("'a\\n\\t\\u0085b' is not of type integer, expected a whole number");
    }

    @Test
    void givesTheOrdinalOfTheRowsElement() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: '@v', type: integer }");

        MappingException exception = catchThrowableOfType(
                MappingException.class, () -> mapped.map("<r><other/><row v='1'/><row v='x'/></r>"));

        assertThat(exception.ordinal()).isEqualTo(3);
    }

    @Test
    void shortensValuesAndShowsThemOnlyWhenAllowed() throws Exception {
        String contract = Mapped.table("rows: row", "v: { path: '@v', type: integer }");
        String xml = "<r><row v='" + "secret".repeat(20) + "'/></r>";

        assertThat(fault(Mapped.by(contract), xml).message())
                .contains("a text of 120 characters")
                .doesNotContain("secret");
        assertThat(fault(Mapped.showingValues(contract), xml).message()).startsWith("'" + "secret".repeat(10) + "…'");
    }

    @Test
    void goesOnAfterAFaultAsIfNothingHadBeen() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table("rows: row\ndistinct: { by: v }", "v: { path: '@v', type: integer }"));
        String good = "<r><row v='1'/><row v='2'/></r>";
        List<String> rows = mapped.rows("t", good);

        fault(mapped, "<r><row v='1'/><row v='3'/><row v='x'/></r>");

        assertThat(mapped.rows("t", good)).isEqualTo(rows);
    }

    @Test
    void rowsThatWereHandedOutDoNotChange() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: '@v', type: text }");

        List<List<Row>> first = mapped.map("<r><row v='1'/></r>");
        mapped.map("<r><row v='2'/></r>");

        assertThat(first.get(0)).hasSize(1);
        assertThat(first.get(0).get(0).values()).containsExactly("doc", 1, "1");
    }

    @Test
    void skipsRowsWithoutContentOfTheirOwn() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\nskip-empty: true",
                "constant: { value: c, type: text }",
                "source: { meta: source-name }",
                "code: { path: '@code', type: text, codes: blank }",
                "filled: { path: '@filled', type: text, default: f }",
                "must: { path: '@must', type: text, required: true }"));

        assertThat(mapped.rows("t", "<r><row/><row must='m'/><row filled=''/><row filled='f' must='m'/></r>"))
                .containsExactly("[doc, 2, c, source, none, f, m]", "[doc, 4, c, source, none, f, m]");
        assertThat(fault(mapped, "<r><row filled='x'/></r>").code()).isEqualTo(FaultCode.REQUIRED);
    }

    @Test
    void keepsAnEmptyRowForWhichTheTestIsTrue() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\nskip-empty: { unless: \"@kept and $filled = 'f'\" }",
                "filled: { path: '@filled', type: text, default: f }"));

        assertThat(mapped.rows("t", "<r><row/><row kept=''/><row filled='x'/></r>"))
                .containsExactly("[doc, 2, f]", "[doc, 3, x]");
    }

    @Test
    void findsAttributesOfAnyNamespaceAndCase() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                document: { names: ignore-case }
                tables:
                  t:
                    rows: row
                    columns:
                      doc: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      any: { path: "@*:code", type: text }
                      slow: { path: "(@*:code, 'none')[1] => upper-case() => (function($t) { $t })()", type: text }
                """);

        assertThat(mapped.rows(
                        "t", "<r xmlns:n='u'><row CODE='a'/><row n:Code='b'/><row Code='c' n:code='d'/><row/></r>"))
                .containsExactly("[doc, 1, a, A]", "[doc, 2, b, B]", "[doc, 3, d, D]", "[doc, 4, null, NONE]");
    }

    @Test
    void cutsAreTrimmedLikeTheText() throws Exception {
        Mapped mapped = Mapped.byColumns(
                "cut: { path: '@t', type: varchar(3), overflow: truncate }",
                "raw: { path: '@t', type: varchar(3), overflow: truncate, trim: false }");

        assertThat(mapped.rows("t", "<r><row t='ab cd'/></r>")).containsExactly("[doc, 1, ab, ab ]");
    }

    @Test
    void keepsRowsOfKeysAloneThoughTheyAreEmpty() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table("rows: row\nskip-empty: true", "constant: { value: c, type: text }"));

        assertThat(mapped.rows("t", "<r><row/></r>")).hasSize(1);
    }

    @Test
    void childrenOfRowsThatDistinctDropsAreDropped() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  p:
                    rows: p
                    distinct: { by: id, keep: last }
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      v: { path: "@v", type: text }
                  c:
                    parent: p
                    rows: c
                    columns:
                      id: { ref: p.id, key: true }
                      seq: { ordinal: true, key: true }
                      v: { ref: p.v }
                      w: { path: ".", type: text }
                """);

        List<String> rows = mapped.rows(
                "c", "<r><p id='1' v='a'><c>x</c></p><p id='2' v='b'><c>y</c></p><p id='1' v='c'><c>z</c></p></r>");

        assertThat(rows).containsExactly("[1, 1, c, z]", "[2, 1, b, y]");
    }

    @Test
    void aFaultInARowThatDistinctWouldDropIsAFault() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\ndistinct: { by: v }", "v: { path: '@v', type: text }", "n: { path: '@n', type: integer }"));

        assertThat(fault(mapped, "<r><row v='a' n='1'/><row v='a' n='x'/></r>").code())
                .isEqualTo(FaultCode.INVALID_VALUE);
    }

    @Test
    void distinctTakesNullsForEqual() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\ndistinct: { by: [v, w] }",
                "v: { path: '@v', type: text }",
                "w: { path: '@w', type: bytes }"));

        assertThat(mapped.rows("t", "<r><row/><row w='AQ=='/><row/><row w=' AQ=='/><row v='x'/></r>"))
                .hasSize(3);
    }

    @Test
    void distinctKeepsTheLastOfManyAtThePlaceOfTheFirst() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\ndistinct: { by: v, keep: last }",
                "v: { path: '@v', type: text }",
                "n: { path: '@n', type: integer }"));
        for (int different : new int[] {1, 5, 6, 7, 8, 30}) {
            StringBuilder document = new StringBuilder("<r>");
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < different * 3; i++) {
                document.append("<row v='")
                        .append(i % different)
                        .append("' n='")
                        .append(i)
                        .append("'/>");
            }
            for (int i = 0; i < different; i++) {
                int last = different * 2 + i;
                expected.add("[doc, " + (last + 1) + ", " + i + ", " + last + "]");
            }

            assertThat(mapped.rows("t", document.append("</r>").toString())).isEqualTo(expected);
        }
    }

    @Test
    void ranksNumbersBeforeTextsBeforeNothing() throws Exception {
        Mapped mapped = Mapped.by(Mapped.table(
                "rows: row\ndistinct: { by: v, prefer: '@rank' }",
                "v: { path: '@v', type: text }",
                "n: { path: '@rank', type: text }"));

        assertThat(mapped.rows("t", "<r><row v='a'/><row v='a' rank='b'/><row v='a' rank='a'/></r>"))
                .containsExactly("[doc, 3, a, a]");
        assertThat(mapped.rows("t", "<r><row v='a' rank='a'/><row v='a' rank='10'/><row v='a' rank='9'/></r>"))
                .containsExactly("[doc, 3, a, 9]");
        assertThat(mapped.rows("t", "<r><row v='a' rank='\uffee'/><row v='a' rank='😀'/></r>"))
                .containsExactly("[doc, 1, a, \uffee]");
        assertThat(fault(
                                Mapped.by(Mapped.table(
                                        "rows: row\ndistinct: { by: v, prefer: 'r' }",
                                        "v: { path: '@v', type: text }")),
                                "<r><row v='a'><r>1</r><r>2</r></row></r>")
                        .code())
                .isEqualTo(FaultCode.SEVERAL_VALUES);
    }

    @Test
    void positionsCountWithinTheParentsRow() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  p:
                    rows: p
                    columns:
                      doc: { meta: document-key, key: true }
                      n: { ordinal: true, key: true, type: smallint }
                  c:
                    parent: p
                    rows: c
                    columns:
                      v: { path: ".", type: text }
                """);

        assertThat(mapped.rows("p", "<r><p><c>a</c><c>b</c></p><p/><p><c>c</c></p></r>"))
                .containsExactly("[doc, 1]", "[doc, 2]", "[doc, 3]");
        assertThat(mapped.rows("c", "<r><p><c>a</c><c>b</c></p><p/><p><c>c</c></p></r>"))
                .containsExactly("[doc, 1, 1, a]", "[doc, 1, 2, b]", "[doc, 3, 1, c]");
    }

    @Test
    void rejectsAKeyThatOccursTwice() throws Exception {
        String contract = """
                contract: 1
                name: test
                tables:
                  t:
                    rows: row
                    columns:
                      id: { path: "@id", type: integer, key: true }
                """;
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            many.append("<row id='").append(i).append("'/>");
        }

        Mapped mapped = Mapped.by(contract);

        assertThat(mapped.rows("t", "<r>" + many + "</r>")).hasSize(1000);
        Fault fault = fault(mapped, "<r>" + many + "<row id='+0999'/></r>");
        assertThat(fault.code()).isEqualTo(FaultCode.DUPLICATE_ROW);
        assertThat(fault.table()).isEqualTo("t");
        assertThat(fault.message()).contains("(id)");
        assertThat(fault(mapped, "<r><row id='1'/><row id='1'/></r>").code()).isEqualTo(FaultCode.DUPLICATE_ROW);
    }

    @Test
    void leavesKeysThatMayRepeatToTheTarget() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                tables:
                  t:
                    rows: row
                    on-duplicate: keep-first
                    columns:
                      id: { path: "@id", type: integer, key: true }
                """);

        assertThat(mapped.rows("t", "<r><row id='1'/><row id='1'/></r>")).hasSize(2);
    }

    @Test
    void pathsSeeEarlierColumnsAndLets() throws Exception {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                let:
                  base: number(@base)
                tables:
                  t:
                    rows: row
                    columns:
                      doc: { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                      day: { path: "@day", type: date }
                      n: { path: "@n", type: smallint, default: 4 }
                      sum: { path: "$n + $base + $seq", type: integer }
                      month: { path: "month-from-date($day)", type: integer }
                      none: { path: "empty($day)", type: boolean }
                """);

        assertThat(mapped.rows("t", "<r base='100'><row n='1' day='2024-02-29'/><row/></r>"))
                .containsExactly("[doc, 1, 2024-02-29, 1, 102, 2, false]", "[doc, 2, null, 4, 106, null, true]");
    }

    @ParameterizedTest
    @CsvSource({
        "'<r/>', gives no value",
        "'<r><id> </id></r>', gives no value",
        "'<r><id>1</id><id>2</id></r>', gives 2 values"
    })
    void refusesADocumentKeyThatIsNone(String xml, String message) throws ContractException {
        Mapped mapped = Mapped.by("""
                contract: 1
                name: test
                document: { key: id }
                tables:
                  t:
                    columns:
                      doc: { meta: document-key, key: true }
                """);

        FaultException exception = catchThrowableOfType(FaultException.class, () -> mapped.map(xml));

        assertThat(exception.fault().code()).isEqualTo(FaultCode.INVALID_KEY);
        assertThat(exception.fault().message()).contains(message);
    }

    private static Fault fault(Mapped mapped, String xml) {
        return catchThrowableOfType(MappingException.class, () -> mapped.map(xml))
                .fault();
    }
}
