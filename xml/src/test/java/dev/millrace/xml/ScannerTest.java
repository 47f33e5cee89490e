package dev.millrace.xml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.XmlParser.Doctype;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scanner does at its edges; {@link XmlParserTest} and {@link ScannerAgainstWoodstoxTest} have all the rest. */
final class ScannerTest {

    private static final List<String> PLACES = List.of(
            "<r>%</r>",
            "<r>0123456%</r>",
            "<r>01234567%</r>",
            "<r a='%'/>",
            "<r a=\"01234567%\"/>",
            "<r><!--%--></r>",
            "<r><![CDATA[%]]></r>",
            "<r><?p %?></r>",
            "<!--%--><r/>",
            "<r/><?p %?>");

    @Test
    void refusesWhatIsNoCharacterOfXmlWhereverItStands() {
        for (int c = 0; c < 0x10000; c = c == 0x20 ? 0xFFFE : c + 1) {
            if (c != '\t' && c != '\n' && c != '\r' && c != ' ') {
                for (String place : PLACES) {
                    for (XmlParser parser : List.of(parser(true), parser(false))) {
                        String xml = place.replace('%', (char) c);
                        assertThat(fault(parser, xml).code()).as(xml).isEqualTo(FaultCode.NOT_WELL_FORMED);
                    }
                }
            }
        }
    }

    /** Khmer, Amharic, Sinhala, Burmese, Cherokee, N'Ko and Gothic: letters since the fifth edition of XML 1.0. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u1780\u17B6",
                "\u12A0\u121B",
                "\u0DC3\u0DD2",
                "\u1019\u103C",
                "\u13E3",
                "\u07D2",
                "\uD800\uDF30"
            })
    void readsTheNamesOfAllScripts(String name) throws FaultException {
        String xml = "<" + name + " " + name + "='1'><a" + name + "/></" + name + ">";
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.document().whole();
        XmlParser parser = new XmlParser(builder.build(), Doctype.REJECT, XmlLimits.DEFAULTS);

        for (String declaration : List.of("", "<?xml version='1.1'?>")) {
            Document document = Document.ofBytes("k", (declaration + xml).getBytes(UTF_8), "t");
            Node record = parser.parse(document).get(0).element();
            assertThat(record.name()).isEqualTo(Name.of(name));
            assertThat(record.attribute(Name.of(name))).isEqualTo("1");
        }
    }

    @Test
    void refusesNamesThatAreNotUtf8() {
        for (String xml : List.of("<é/>", "<r é=''/>", "<r xmlns:é='u'/>", "<r><?é?></r>", "<r><é/></r>")) {
            Document document = Document.ofText("k", xml.getBytes(ISO_8859_1), "t");
            FaultException fault = catchThrowableOfType(
                    FaultException.class, () -> parser(false).parse(document));

            assertThat(fault.fault().code()).as(xml).isEqualTo(FaultCode.ENCODING);
            assertThat(fault.fault().location()).isNotNull();
        }
    }

    @Test
    void takesTheCharactersAtTheEndsOfTheRanges() throws FaultException {
        for (String c : List.of(
                "\u007F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "\uD800\uDC00", "\uDBFF\uDFFF")) {
            for (String place : PLACES) {
                Document document = document(place.replace("%", c));
                assertThat(parser(true).parse(document)).hasSize(1);
                assertThat(parser(false).parse(document)).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesATextThatIsCutOffAnywhere(boolean whole) {
        byte[] content = ("<?xml version='1.0'?><!-- c --><p:root xmlns:p='urn:p' a-long-name=\"&amp;&#x41;é\">text ]]"
                        + "<![CDATA[c]]><?pi data?><empty-element/><!-- c --></p:root>")
                .getBytes(UTF_8);
        XmlParser parser = parser(whole);

        for (int end = 0; end < content.length; end++) {
            Document cut = Document.ofText("k", Arrays.copyOf(content, end), "t");
            FaultException fault = catchThrowableOfType(FaultException.class, () -> parser.parse(cut));
            assertThat(fault).as("cut at %d", end).isNotNull();
            assertThat(fault.fault().code()).isIn(FaultCode.NOT_WELL_FORMED, FaultCode.ENCODING);
        }
    }

    @Test
    void tellsNamesOfAllLengthsApart() throws FaultException {
        StringBuilder xml = new StringBuilder("<r>");
        StringBuilder expected = new StringBuilder("<r>");
        for (int round = 0; round < 2; round++) {
            for (int length = 1; length <= 40; length++) {
                for (String last : List.of("a", "b", "é")) {
                    String name = "x".repeat(length - 1) + last;
                    xml.append('<')
                            .append(name)
                            .append(' ')
                            .append(name)
                            .append("='1'></")
                            .append(name)
                            .append('>');
                    expected.append('<').append(name).append(' ').append(name).append("=1></>");
                }
            }
        }

        Node record = parser(true).parse(document(xml + "</r>")).get(0).element();

        assertThat(TreeText.of(record)).isEqualTo(expected + "</>");
    }

    @ParameterizedTest
    @CsvSource({
        "<r><abc></abcd></r>, 1:9",
        "<r><abcd></abc></r>, 1:10",
        "<r><eight888></eight888x></r>, 1:14",
        "<r><a-name-of-seventeen></a-name-of-seventees></r>, 1:25",
        "<r>\\n</q></r>, 2:1",
    })
    void refusesTheEndTagOfAnotherElement(String escaped, String place) {
        Fault fault = fault(parser(false), escaped.translateEscapes());

        assertThat(fault.code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(fault.message()).startsWith("the end tag of the element");
        assertThat(fault.location()).hasToString(place);
    }

    @Test
    void keepsPrefixesInScopeWhileItForgetsNames() throws FaultException {
        StringBuilder xml = new StringBuilder("<p:r xmlns:p='urn:p' xmlns='urn:default'>");
        for (int i = 0; i < 20_000; i++) {
            xml.append("<p:e").append(i).append(" xmlns:q").append(i).append("='urn:q'/>");
        }

        Node record = parser(true)
                .parse(document(xml + "<last p:a='1'/></p:r>"))
                .get(0)
                .element();

        assertThat(TreeText.of(TreeText.child(record, 19_999))).isEqualTo("<Q{urn:p}e19999></>");
        assertThat(TreeText.of(TreeText.child(record, 20_000))).isEqualTo("<Q{urn:default}last Q{urn:p}a=1></>");
    }

    @Test
    void findsAnAttributeThatStandsTwiceAmongMany() {
        StringBuilder tag = new StringBuilder("<r");
        for (int i = 0; i < 9_000; i++) {
            tag.append(" a").append(i).append("=''");
        }

        assertThat(fault(parser(false), tag + " a0=''/>").message()).startsWith("an attribute stands twice");
        assertThat(fault(
                                parser(false),
                                "<r xmlns:p='u' xmlns:q='u'" + tag.substring(2).replace(" a", " p:a") + " q:a7=''/>")
                        .message())
                .startsWith("an attribute stands in this tag under another prefix");
    }

    @Test
    void boundsTheDeclarationsInScope() {
        StringBuilder xml = new StringBuilder();
        for (int element = 0; element < 10; element++) {
            xml.append("<r");
            for (int i = 0; i < 2_000; i++) {
                xml.append(" xmlns:p").append(element).append('-').append(i).append("='u'");
            }
            xml.append('>');
        }

        assertThat(fault(parser(false), xml.toString()).code()).isEqualTo(FaultCode.TOO_MANY_ATTRIBUTES);
    }

    @Test
    void nestsAsDeepAsTheLimitSays() throws FaultException {
        int depth = 300_000;
        XmlLimits limits = new XmlLimits(1 << 28, depth, 10, 10, 10, 10, 10, 10);
        String xml = "<a>".repeat(depth) + "</a>".repeat(depth);
        XmlParser parser =
                new XmlParser(Projection.builder(RecordPath.DOCUMENT_ELEMENT).build(), Doctype.REJECT, limits);

        assertThat(parser.parse(document(xml))).hasSize(1);
        assertThat(fault(parser, "<a>" + xml + "</a>").code()).isEqualTo(FaultCode.TOO_DEEP);
    }

    @Test
    void forgetsTheNamespacesOfARefusedText() throws FaultException {
        XmlParser parser = parser(true);

        assertThat(fault(parser, "<r xmlns='urn:left' xmlns:p='urn:left'><p:a>").location())
                .isEqualTo(new Location(1, 45));
        assertThat(fault(parser, "<p:r/>").message()).isEqualTo("a namespace prefix is not declared");
        assertThat(TreeText.of(parser.parse(document("<r/>")).get(0).element())).isEqualTo("<r></>");
    }

    private static XmlParser parser(boolean whole) {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        if (whole) {
            builder.document().whole();
        }
        return new XmlParser(builder.build(), Doctype.REJECT, XmlLimits.DEFAULTS);
    }

    private static Fault fault(XmlParser parser, String xml) {
        FaultException fault = catchThrowableOfType(FaultException.class, () -> parser.parse(document(xml)));
        assertThat(fault).as(xml).isNotNull();
        return fault.fault();
    }

    private static Document document(String xml) {
        return Document.ofText("k", xml.getBytes(UTF_8), "t");
    }
}
