package dev.millrace.xml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.XmlParser.Doctype;
import dev.millrace.xml.XmlParser.StartTag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class XmlParserTest {

    private static final XmlLimits FEW = new XmlLimits(1 << 20, 5, 3, 10, 100, 20, 12, 10);

    // Encodings

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "ISO-8859-15", "windows-1252", "UTF-8", "IBM037", "x-MacRoman"})
    void readsDeclaredEncodings(String encoding) throws FaultException {
        byte[] content =
                ("<?xml version='1.0' encoding='" + encoding + "'?><r>äöü</r>").getBytes(Charset.forName(encoding));

        assertThat(kept(Document.ofBytes("k", content, "t"))).isEqualTo("<r>'äöü'</>");
    }

    @Test
    void readsUtf16WithAndWithoutMark() throws FaultException {
        String text = "<?xml version='1.0' encoding='UTF-16'?><r>ä\uD83D\uDE00</r>";

        for (Charset charset : List.of(UTF_16BE, UTF_16LE)) {
            assertThat(kept(Document.ofBytes("k", text.getBytes(charset), "t"))).isEqualTo("<r>'ä\uD83D\uDE00'</>");
            assertThat(kept(Document.ofBytes("k", ("\uFEFF" + text).getBytes(charset), "t")))
                    .isEqualTo("<r>'ä\uD83D\uDE00'</>");
        }
    }

    @Test
    void skipsTheMarkOfUtf8() throws FaultException {
        assertThat(kept(Document.ofBytes("k", "\uFEFF<r>ä</r>".getBytes(UTF_8), "t")))
                .isEqualTo("<r>'ä'</>");
    }

    @Test
    void ignoresTheDeclaredEncodingOfDecodedText() throws FaultException {
        byte[] content = "<?xml version='1.0' encoding='UTF-16'?><r>ä</r>".getBytes(UTF_8);

        assertThat(kept(Document.ofText("k", content, "t"))).isEqualTo("<r>'ä'</>");
    }

    @Test
    void transcodesTextLongerThanItsBuffers() throws FaultException {
        String text = "ä\uD83D\uDE00x".repeat(10_000);

        assertThat(kept(Document.ofBytes("k", ("<r>" + text + "</r>").getBytes(UTF_16LE), "t")))
                .isEqualTo("<r>'" + text + "'</>");
    }

    @Test
    void rejectsAnEncodingThatTheBytesContradict() {
        assertThat(fault("<?xml version='1.0' encoding='UTF-16'?><r/>").code()).isEqualTo(FaultCode.ENCODING);
        assertThat(fault(Document.ofBytes("k", "<?xml version='1.0' encoding='UTF-8'?><r/>".getBytes(UTF_16LE), "t"))
                        .code())
                .isEqualTo(FaultCode.ENCODING);
        assertThat(fault("<?xml version='1.0' encoding='klingon'?><r/>").message())
                .contains("klingon");
    }

    @Test
    void tellsWhereBytesAreNoCharacter() {
        byte[] content = "<r>\n<a>xäx</a></r>".getBytes(ISO_8859_1);

        Fault fault = fault(Document.ofBytes("k", content, "t"));

        assertThat(fault.code()).isEqualTo(FaultCode.ENCODING);
        assertThat(fault.location()).isEqualTo(new Location(2, 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C080",
                "C1BF",
                "E08080",
                "E09FBF",
                "EDA080",
                "EDBFBF",
                "F0808080",
                "F08FBFBF",
                "F4908080",
                "F5808080",
                "F7808080",
                "F8888080",
                "80",
                "BF",
                "FE",
                "FF",
                "C3",
                "E282",
                "E28228",
                "F09F98",
                "C328",
                "F0288CBC"
            })
    void rejectsMalformedUtf8WhereverItStands(String hex) {
        for (String around :
                List.of("<r>%</r>", "<r a='%'/>", "<r><!--%--></r>", "<r><![CDATA[%]]></r>", "<r><?p %?></r>")) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            int at = around.indexOf('%');
            content.writeBytes(around.substring(0, at).getBytes(UTF_8));
            content.writeBytes(HexFormat.of().parseHex(hex));
            content.writeBytes(around.substring(at + 1).getBytes(UTF_8));

            assertThat(fault(Document.ofBytes("k", content.toByteArray(), "t")).code())
                    .isEqualTo(FaultCode.ENCODING);
        }
    }

    // Well-formedness: XML 1.0 and Namespaces in XML by production

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1   | <r/><r/>",
                "2   | <r>&#0;</r>",
                "2   | <r>&#xFFFF;</r>",
                "2   | <r>&#xD800;</r>",
                "2   | <r>&#x110000;</r>",
                "4   | <1/>",
                "10  | <r a='<'/>",
                "10  | <r a=1/>",
                "10  | <r a='1/>",
                "14  | <r>]]></r>",
                "15  | <r><!-- -- --></r>",
                "15  | <r><!-- ---></r>",
                "16  | <r><?xml x?></r>",
                "18  | <r><![CDATA[x]]</r>",
                "19  | <r><![cdata[x]]></r>",
                "22  | <r/>text",
                "22  | text<r/>",
                "23  | <?xml encoding='UTF-8'?><r/>",
                "23  | <?xml version='1.0'encoding='latin1'?><r/>",
                "23  | <?xml encoding='latin1' version='1.0'?><r/>",
                "24  | <?xml version='1.7x'?><r/>",
                "27  | <r/>&#32;",
                "32  | <?xml version='1.0' standalone='maybe'?><r/>",
                "39  | <r><a></r>",
                "39  | <r><a></b></r>",
                "39  | <r",
                "40  | <r a='1' a='2'/>",
                "40  | <r a='1'b='2'/>",
                "42  | <r></ r>",
                "66  | <r>&#;</r>",
                "66  | <r>&#xg;</r>",
                "68  | <r>& </r>",
                "68  | <r>&lt</r>",
                "68  | <r>&unknown;</r>",
                "68  | <r a='&unknown;'/>",
                "ns2 | <r xmlns:p=''/>",
                "ns4 | <r p:a='1'/>",
                "ns4 | <p:r/>",
                "ns4 | <r xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>",
                "ns7 | <a:b:c xmlns:a='u'/>",
                "ns7 | <r><?a:b ?></r>",
                "ns7 | <?xml version='1.0'?> <?a:b ?><r/>",
            })
    void rejectsWhatIsNotWellFormedKeptOrSkipped(String production, String xml) {
        assertThat(fault(xml).code()).as(production).isEqualTo(FaultCode.NOT_WELL_FORMED);
        Fault skipped = fault(parser(false, Doctype.REJECT, XmlLimits.DEFAULTS), xml);
        assertThat(skipped.code()).as(production).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(skipped.message()).doesNotContain("\n", "[row");
        assertThat(skipped.location()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "2   | <r>&#x10FFFF;</r>                     | <r>'\uDBFF\uDFFF'</>",
                "10  | <r a='&lt;> \"'/>                     | <r a=<> \"></>",
                "15  | <r>1<!-- - -->2</r>                   | <r>'1'<!-- - -->'2'</>",
                "16  | <r><?p?><?q  x ?></r>                 | <r><?p ?><?q x ?></>",
                "18  | <r>1<![CDATA[<&]]>2</r>               | <r>'1<&2'</>",
                "22  | <?xml version='1.0'?><?p?> <r/><!----> | <?p ?><r></><!---->",
                "42  | <r></r >                              | <r></>",
                "44  | <r a='1' />                           | <r a=1></>",
                "66  | <r>&#65;&#x42;</r>                    | <r>'AB'</>",
                "68  | <r>&lt;&gt;&amp;&apos;&quot;</r>      | <r>'<>&'\"'</>",
                "ns6 | <r xmlns='u'><a xmlns=''/></r>        | <Q{u}r><a></></>",
                "1.1 | <?xml version='1.1'?><r>&#1;</r>      | <r>'\u0001'</>",
            })
    void readsWhatIsWellFormed(String production, String xml, String expected) throws FaultException {
        assertThat(kept(Document.ofBytes("k", xml.getBytes(UTF_8), "t")))
                .as(production)
                .isEqualTo(expected);
    }

    @Test
    void normalizesLineEndsAndAttributeValues() throws FaultException {
        assertThat(kept(Document.ofBytes("k", "<r a='1\r\n2\t3&#13;'>4\r\n5\r6&#13;</r>".getBytes(UTF_8), "t")))
                .isEqualTo("<r a=1 2 3\r>'4\n5\n6\r'</>");
    }

    @Test
    void readsTextsThatTellNoEncodingInTheOneThatIsGiven() throws FaultException {
        Charset western = Charset.forName("windows-1252");
        XmlParser parser = parser(new TextRules(Doctype.REJECT, western, TextRules.ANY_PROLOG));

        assertThat(text(parser, Document.ofBytes("k", "<r>Zoë €</r>".getBytes(western), "t")))
                .isEqualTo("<r>'Zoë €'</>");
        assertThat(text(parser, Document.ofBytes("k", "<r>Zoë €</r>".getBytes(UTF_8), "t")))
                .isEqualTo("<r>'Zoë €'</>");
    }

    @Test
    void rejectsBytesThatAreNotOfTheEncodingThatCounts() {
        Charset western = Charset.forName("windows-1252");
        XmlParser parser = parser(new TextRules(Doctype.REJECT, western, TextRules.ANY_PROLOG));
        byte[] declared = "<?xml version='1.0' encoding='UTF-8'?><r>ë</r>".getBytes(western);
        byte[] marked = "\u00ef\u00bb\u00bf<r>ë</r>".getBytes(western);
        byte[] unassigned = {'<', 'r', '>', (byte) 0x81, '<', '/', 'r', '>'};

        for (byte[] content : List.of(declared, marked, unassigned)) {
            Fault fault = fault(parser, Document.ofBytes("k", content, "t"));
            assertThat(fault.code()).isEqualTo(FaultCode.ENCODING);
        }
        assertThat(fault(parser, Document.ofText("k", "<r>ë</r>".getBytes(western), "t"))
                        .code())
                .isEqualTo(FaultCode.ENCODING);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    0  | <r><!-- any length --></r>
                    0  | `\r\n  <r/>`
                    9  | <!--äé--><r/>
                    10 | `  <!--ä\uD83D\uDE00-->\r\n<r/>`
                    12 | <!DOCTYPE\tr><r/>
                    24 | `<!--\uD83D\uDE00\r\n--><!DOCTYPE r []><r/>`
                    """)
    void countsWhatStandsBeforeTheDocumentElement(int length, String escaped) throws FaultException {
        String xml = escaped.translateEscapes();
        Document document = Document.ofBytes("k", xml.getBytes(UTF_8), "t");

        assertThat(parser(new TextRules(Doctype.INTERNAL, null, length)).parse(document))
                .hasSize(1);
        if (length > 0) {
            Fault fault = fault(parser(new TextRules(Doctype.INTERNAL, null, length - 1)), document);
            assertThat(fault.code()).isEqualTo(FaultCode.PROLOG_TOO_LONG);
            assertThat(fault.message()).startsWith(length + " characters");
        }
    }

    // DOCTYPE

    @Test
    void rejectsADoctypeUnlessItIsAllowed() {
        Fault fault = fault("\n<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>");

        assertThat(fault.code()).isEqualTo(FaultCode.DOCTYPE);
        assertThat(fault.location()).isNotNull();
    }

    @Test
    void readsTheInternalSubsetWhenAllowed() throws FaultException {
        String xml = "<!DOCTYPE r SYSTEM 'http://localhost:1/absent.dtd'"
                + " [<!ENTITY e '<b>x</b>'><!ATTLIST r a CDATA 'default'>]><r>&e;</r>";

        List<Record> records = parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS)
                .parse(Document.ofBytes("k", xml.getBytes(UTF_8), "t"));

        assertThat(TreeText.of(records.get(0).element())).isEqualTo("<r a=default><b>'x'</></>");
    }

    @Test
    void neverFetchesAnExternalEntity(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        XmlParser parser = parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS);

        assertThat(fault(parser, "<!DOCTYPE r [<!ENTITY e SYSTEM '" + secret.toUri() + "'>]><r>&e;</r>")
                        .code())
                .isEqualTo(FaultCode.DOCTYPE);
        assertThat(fault(parser, "<!DOCTYPE r [<!ENTITY % e SYSTEM '" + secret.toUri() + "'>%e;]><r/>")
                        .code())
                .isEqualTo(FaultCode.DOCTYPE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsABillionLaughsEarly(boolean whole) {
        StringBuilder dtd = new StringBuilder("<!DOCTYPE r [<!ENTITY e0 'ha'>");
        for (int i = 1; i < 30; i++) {
            String refs = ("&e" + (i - 1) + ";").repeat(10);
            dtd.append("<!ENTITY e").append(i).append(" '").append(refs).append("'>");
        }
        XmlParser parser = parser(whole, Doctype.INTERNAL, XmlLimits.DEFAULTS);

        assertThat(fault(parser, dtd + "]><r>&e29;</r>").code()).isEqualTo(FaultCode.ENTITY_LIMIT);
        assertThat(fault(parser, dtd + "]><r a='&e29;'/>").code()).isEqualTo(FaultCode.ENTITY_LIMIT);
        assertThat(fault(parser, dtd + "<!ATTLIST r a CDATA '&e29;'>]><r/>").code())
                .isEqualTo(FaultCode.ENTITY_LIMIT);
    }

    @Test
    void endsQuadraticEntitiesEarly() {
        String xml = "<!DOCTYPE r [<!ENTITY e '" + "x".repeat(1 << 20) + "'>]><r>" + "&e;<a/>".repeat(1000) + "</r>";

        assertThat(fault(parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS), xml)
                        .code())
                .isEqualTo(FaultCode.ENTITY_LIMIT);
    }

    @Test
    void rejectsEntitiesThatReferToThemselves() {
        assertThat(fault(
                                parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS),
                                "<!DOCTYPE r [<!ENTITY e '&f;'><!ENTITY f '&e;'>]><r>&e;</r>")
                        .code())
                .isIn(FaultCode.ENTITY_LIMIT, FaultCode.NOT_WELL_FORMED);
    }

    @Test
    void survivesADeeplyNestedContentModel() {
        String xml = "<!DOCTYPE r [<!ELEMENT r " + "(".repeat(200_000) + "a" + ")".repeat(200_000) + ">]><r/>";

        assertThat(fault(parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS), xml)
                        .code()
                        .stage()
                        .label())
                .isEqualTo("parse");
    }

    // Limits

    @ParameterizedTest
    @CsvSource({
        "<r><a><a><a><a><a/></a></a></a></a></r>, TOO_DEEP",
        "<r a='1' b='2' c='3' d='4'/>, TOO_MANY_ATTRIBUTES",
        "<r><abcdefghijk/></r>, NAME_TOO_LONG",
        "<r abcdefghijk='1'/>, NAME_TOO_LONG",
        "<r><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/></r>, TOO_MANY_NODES",
    })
    void rejectsWhatIsBeyondALimit(String xml, FaultCode code) {
        Fault fault = fault(parser(true, Doctype.REJECT, FEW), xml);

        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.location()).isNotNull();
    }

    @Test
    void rejectsLongValues() {
        String pieces = "x&amp;<![CDATA[x]]>".repeat(40);
        XmlParser parser = parser(true, Doctype.REJECT, FEW);

        assertThat(fault(parser, "<r>" + pieces + "</r>").code()).isEqualTo(FaultCode.VALUE_TOO_LARGE);
        assertThat(fault(parser, "<r a='" + "x".repeat(101) + "'/>").code()).isEqualTo(FaultCode.VALUE_TOO_LARGE);
    }

    @Test
    void limitsDepthAndAttributesOfSkippedElementsToo() {
        XmlParser parser = parser(false, Doctype.REJECT, FEW);

        assertThat(fault(parser, "<r>" + "<a>".repeat(100_000)).code()).isEqualTo(FaultCode.TOO_DEEP);
        assertThat(fault(parser, "<r><a a='1' b='2' c='3' d='4'/></r>").code())
                .isEqualTo(FaultCode.TOO_MANY_ATTRIBUTES);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copesWithManyDistinctNames(boolean whole) throws FaultException {
        StringBuilder xml = new StringBuilder("<r>");
        for (int i = 0; i < 200_000; i++) {
            xml.append("<e").append(i).append(" a").append(i).append("='1'/>");
        }
        Document document = Document.ofBytes("k", xml.append("</r>").toString().getBytes(UTF_8), "t");

        assertThat(parser(whole, Doctype.REJECT, XmlLimits.DEFAULTS).parse(document))
                .hasSize(1);
    }

    @Test
    void findsThePlaceOfATagAmongManyDistinctNames() throws FaultException {
        StringBuilder xml = new StringBuilder("<r>");
        for (int i = 0; i < 200_000; i++) {
            xml.append("<e").append(i).append("/>");
        }
        Document document =
                Document.ofBytes("k", xml.append("\n<last/></r>").toString().getBytes(UTF_8), "t");

        assertThat(parser(false, Doctype.REJECT, XmlLimits.DEFAULTS).locate(document, 200_001))
                .isEqualTo(new Location(2, 1));
    }

    // Records, places, reuse

    @Test
    void rejectsADocumentWithoutARecord() {
        Projection projection = Projection.builder(
                        RecordPath.of(List.of(new RecordPath.Step(true, new NamePattern("", "x")))))
                .build();
        XmlParser parser = new XmlParser(projection, Doctype.REJECT, XmlLimits.DEFAULTS);

        assertThat(fault(parser, "<r/>").code()).isEqualTo(FaultCode.NO_RECORD);
    }

    @Test
    void countsAllStartTagsAndFindsThemAgain() throws FaultException {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.record().child(new NamePattern("", "b")).attribute(NamePattern.ANY, false);
        XmlParser parser = new XmlParser(builder.build(), Doctype.INTERNAL, XmlLimits.DEFAULTS);
        String body = "\n<r>\r\n <a><x/></a>\r <é/>äöü\uD83D\uDE00<b c='1'/>\n<b/></r>";
        Location origin = new Location(10, 5);

        for (String prolog : List.of("<?xml version='1.0'?>", "<?xml version='1.1'?>", "<!DOCTYPE r []>")) {
            Document document = new Document("k", (prolog + body).getBytes(UTF_8), true, "t", origin, 0, null);
            Node record = parser.parse(document).get(0).element();
            Node first = TreeText.child(record, 0);

            assertThat(record.ordinal()).isZero();
            assertThat(first.ordinal()).isEqualTo(4);
            assertThat(TreeText.child(record, 1).ordinal()).isEqualTo(5);
            assertThat(parser.locate(document, 0)).isEqualTo(new Location(11, 1));
            assertThat(parser.locate(document, 2)).isEqualTo(new Location(12, 5));
            assertThat(parser.locate(document, 5)).isEqualTo(new Location(14, 1));
        }
    }

    @Test
    void findsSeveralStartTagsInOnePassAndShowsWhatIsWritten() {
        XmlParser parser = parser(false, Doctype.INTERNAL, XmlLimits.DEFAULTS);
        String body = "<r>\r\n <a k='ä'\n j='2'><x/></a>\r <é/>äöü\uD83D\uDE00<b c='1'/>\n<b/></r>";
        Document document = new Document("k", body.getBytes(UTF_8), true, "t", new Location(10, 5), 0, null);

        Map<Integer, StartTag> tags = parser.startTags(document, new TreeSet<>(List.of(1, 4, 5, 9)), 8);

        assertThat(tags)
                .isEqualTo(Map.of(
                        1, new StartTag(new Location(11, 2), "<a k='ä'"),
                        4, new StartTag(new Location(13, 10), "<b c='1'"),
                        5, new StartTag(new Location(14, 1), "<b/></r>")));
        tags.forEach(
                (ordinal, tag) -> assertThat(tag.place()).as(tag.text()).isEqualTo(parser.locate(document, ordinal)));
        assertThat(parser.startTags(document, new TreeSet<>(), 8)).isEmpty();
    }

    @Test
    void findsStartTagsBeforeAFaultAndInTextsThatTheScannerLeaves() {
        XmlParser parser = parser(false, Doctype.INTERNAL, XmlLimits.DEFAULTS);
        Document broken = Document.ofText("k", "<r><a/><b></r>".getBytes(UTF_8), "t");
        Document declared = Document.ofText("k", "<!DOCTYPE r []><r><a/></r>".getBytes(UTF_8), "t");
        TreeSet<Integer> both = new TreeSet<>(List.of(1, 7));

        assertThat(parser.startTags(broken, both, 4)).isEqualTo(Map.of(1, new StartTag(new Location(1, 4), "<a/>")));
        assertThat(parser.startTags(declared, both, 4)).isEqualTo(Map.of(1, new StartTag(new Location(1, 19), "")));
    }

    @Test
    void numbersNodesInDocumentOrder() throws FaultException {
        Node record = parser(true, Doctype.REJECT, XmlLimits.DEFAULTS)
                .parse(Document.ofBytes("k", "<r a='1' b='2'>x<c d='3'/><e/></r>".getBytes(UTF_8), "t"))
                .get(0)
                .element();

        assertThat(record.position()).isEqualTo(1);
        assertThat(record.attributeNode(1).position()).isEqualTo(3);
        assertThat(TreeText.child(record, 0).position()).isEqualTo(4);
        assertThat(TreeText.child(record, 1).position()).isEqualTo(5);
        assertThat(TreeText.child(record, 2).position()).isEqualTo(7);
    }

    @Test
    void givesAWholeFragmentItsNamespaces() throws FaultException {
        Projection.Builder builder =
                Projection.builder(RecordPath.of(List.of(new RecordPath.Step(true, new NamePattern(null, "r")))));
        builder.record().child(new NamePattern(null, "f")).whole();
        XmlParser parser = new XmlParser(builder.build(), Doctype.REJECT, XmlLimits.DEFAULTS);
        String xml = "<x xmlns='u' xmlns:p='v'><r xmlns:q='w' xmlns:p='v2'><f xmlns=''><g xmlns:z='z'/></f></r></x>";

        Node record = parser.parse(Document.ofBytes("k", xml.getBytes(UTF_8), "t"))
                .get(0)
                .element();
        Node fragment = TreeText.child(record, 0);

        assertThat(fragment.namespaceDeclarations()).containsExactly("", "", "p", "v2", "q", "w");
        assertThat(TreeText.child(fragment, 0).namespaceDeclarations()).containsExactly("z", "z");
    }

    /** Or else the namespaces in scope, of which there may be thousands, would be collected for each fragment again. */
    @Test
    void fragmentsSideBySideShareTheirNamespaces() throws FaultException {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.record().child(new NamePattern(null, "f")).whole();
        XmlParser parser = new XmlParser(builder.build(), Doctype.REJECT, XmlLimits.DEFAULTS);
        String xml = "<r xmlns:p='u'><f/><f><g/></f><f xmlns:q='v'/><f/></r>";

        Node record = parser.parse(Document.ofBytes("k", xml.getBytes(UTF_8), "t"))
                .get(0)
                .element();

        String[] shared = TreeText.child(record, 0).namespaceDeclarations();
        assertThat(shared).containsExactly("p", "u");
        assertThat(TreeText.child(record, 1).namespaceDeclarations()).isSameAs(shared);
        assertThat(TreeText.child(record, 2).namespaceDeclarations()).containsExactly("p", "u", "q", "v");
        assertThat(TreeText.child(record, 3).namespaceDeclarations()).containsExactly("p", "u");
    }

    @Test
    void readsOnAfterABadDocument() throws FaultException {
        XmlParser parser = parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS);

        assertThat(fault(parser, "<r><a>text<b x='1'>").code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(TreeText.of(parser.parse(Document.ofBytes("k", "<r><c/></r>".getBytes(UTF_8), "t"))
                        .get(0)
                        .element()))
                .isEqualTo("<r><c></></>");
    }

    @Test
    void placesFaultsWithinTheLargerFile() {
        Document document = new Document("k", "<r>\n<a>".getBytes(UTF_8), true, "t", new Location(7, 9), 0, null);

        assertThat(fault(document).location()).isEqualTo(new Location(8, 4));
    }

    private static String kept(Document document) throws FaultException {
        Node node = parser(true, Doctype.REJECT, XmlLimits.DEFAULTS)
                .parse(document)
                .get(0)
                .element();
        return TreeText.of(Objects.requireNonNull(node.parent()));
    }

    @ParameterizedTest
    @CsvSource({
        "'\n\n\n<?xml version=\"1.0\"?><r/>', 3 lines stand, 4:1",
        "'\r\n<?xml version=\"1.0\"?><r/>', a line stands, 2:1",
        "' \t<?xml version=\"1.0\"?><r/>', white space stands, 1:3",
        "'\n  <?xml version=\"1.1\"?><!DOCTYPE r><r/>', a line stands, 2:3"
    })
    void saysHowManyLinesStandBeforeTheDeclaration(String xml, String what, String where) {
        Fault fault = fault(parser(true, Doctype.INTERNAL, XmlLimits.DEFAULTS), xml);

        assertThat(fault.code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(fault.message()).startsWith(what + " before the XML declaration, whose place is the very beginning");
        assertThat(fault.location()).hasToString(where);
    }

    private static Fault fault(String xml) {
        return fault(Document.ofBytes("k", xml.getBytes(UTF_8), "t"));
    }

    private static Fault fault(Document document) {
        return fault(parser(true, Doctype.REJECT, XmlLimits.DEFAULTS), document);
    }

    private static Fault fault(XmlParser parser, String xml) {
        return fault(parser, Document.ofBytes("k", xml.getBytes(UTF_8), "t"));
    }

    private static Fault fault(XmlParser parser, Document document) {
        FaultException fault = catchThrowableOfType(FaultException.class, () -> parser.parse(document));
        assertThat(fault).as("a fault").isNotNull();
        return fault.fault();
    }

    private static String text(XmlParser parser, Document document) throws FaultException {
        return TreeText.of(parser.parse(document).get(0).element());
    }

    private static XmlParser parser(TextRules rules) {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.document().whole();
        return new XmlParser(builder.build(), rules, XmlLimits.DEFAULTS);
    }

    private static XmlParser parser(boolean whole, Doctype doctype, XmlLimits limits) {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        if (whole) {
            builder.document().whole();
        }
        return new XmlParser(builder.build(), doctype, limits);
    }
}
