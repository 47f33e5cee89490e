package dev.millrace.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlParser.Doctype;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an observer is told. Each document is read by both readers, by Woodstox with a DOCTYPE before it, and both must tell
 * the same; {@link ScannerAgainstWoodstoxTest} compares them over many more.
 */
final class PathObserverTest {

    private static final String DOCTYPE = "<!DOCTYPE r [<!ENTITY company 'A &amp; B'>]>";

    private final CallRecorder told = new CallRecorder();

    @Test
    void tellsElementsAttributesAndTextInDocumentOrder() throws FaultException {
        assertThat(told("<loan id='7' state='open'><note>a</note><amount>12.50</amount></loan>"))
                .isEqualTo("""
                        loan
                          @id=7
                          @state=open
                          note
                            'a'
                          amount
                            '12.50'
                        """);
    }

    @Test
    void tellsWhatTheProjectionSkips() throws FaultException {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.record().child(new NamePattern("", "wanted")).stringValue();

        assertThat(told(
                        "<r a='1'><other b='2'>x<deep c='3'>y</deep></other><wanted d='4'>z</wanted></r>",
                        builder.build()))
                .isEqualTo("""
                        r
                          @a=1
                          other
                            @b=2
                            'x'
                            deep
                              @c=3
                              'y'
                          wanted
                            @d=4
                            'z'
                        """);
    }

    @Test
    void tellsFragmentsThatAreKeptWholeLikeAnythingElse() throws FaultException {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.record().child(new NamePattern("", "html")).whole();

        assertThat(told("<r><html>Some <b class='x'>bold<!-- not told --></b> text</html></r>", builder.build()))
                .isEqualTo("""
                        r
                          html
                            'Some '
                            b
                              @class=x
                              'bold'
                            ' text'
                        """);
    }

    @Test
    void tellsNamespacesInNamesAndNoDeclarations() throws FaultException {
        assertThat(told("<r xmlns='urn:d' xmlns:p='urn:p' a='1' p:a='2'><p:b/><c xmlns='' xml:lang='en'/></r>"))
                .isEqualTo("""
                        Q{urn:d}r
                          @a=1
                          @Q{urn:p}a as p:a=2
                          Q{urn:p}b as p:b
                          c
                            @Q{http://www.w3.org/XML/1998/namespace}lang as xml:lang=en
                        """);
    }

    @Test
    void mergesCdataAndReferencesIntoOneText() throws FaultException {
        assertThat(told("<r>1 &lt; <![CDATA[2 & &lt;]]>&#32;&#x1F600;<![CDATA[]]></r>"))
                .isEqualTo("""
                r
                  '1 < 2 & &lt; \uD83D\uDE00'
                """);
    }

    @Test
    void doesNotDivideTextAtCommentsAndInstructions() throws FaultException {
        assertThat(told("<?p x?><!-- y --><r>12<!-- c -->34<?p x?>56<a/><!-- c -->7</r><!-- z -->"))
                .isEqualTo("""
                        r
                          '123456'
                          a
                          '7'
                        """);
    }

    @Test
    void tellsNoTextOfEmptyElements() throws FaultException {
        assertThat(told("<r><a/><b></b><c><![CDATA[]]></c><d><!-- c --></d><e f=''/></r>"))
                .isEqualTo("""
                        r
                          a
                          b
                          c
                          d
                          e
                            @f=
                        """);
    }

    @Test
    void knowsBlankText() throws FaultException {
        assertThat(told("<r>\n  <a> x </a>\t<b>&#32;</b><c> <![CDATA[ ]]></c><d>\u00A0</d></r>"))
                .isEqualTo("""
                        r
                          '\\n  ' blank
                          a
                            ' x '
                          '\\t' blank
                          b
                            ' ' blank
                          c
                            '  ' blank
                          d
                            '\u00A0'
                        """);
    }

    @Test
    void normalizesAttributesAndLineEnds() throws FaultException {
        assertThat(told("<r a=' x\n\ty&#10;&quot;&amp;' b=\"\r\n'\">1\r\n2\r3&#13;<![CDATA[\r\n]]></r>"))
                .isEqualTo("""
                        r
                          @a= x  y\\n"&
                          @b= '
                          '1\\n2\\n3\\r\\n'
                        """);
    }

    @Test
    void tellsEntitiesAndDefaultsOfADoctype() throws FaultException {
        String doctype = "<!DOCTYPE r [<!ENTITY e '<x>1</x>'><!ENTITY t 'two'>"
                + "<!ATTLIST r a NMTOKEN #IMPLIED b CDATA 'given'>]>";
        CallRecorder scratch = new CallRecorder();

        parser(nothing(), scratch).parse(document(doctype + "<r a='  z '>one &t; &e;</r>"));

        assertThat(scratch.calls()).isEqualTo("""
                r
                  @a=z
                  @b=given
                  'one two '
                  x
                    '1'
                """);
    }

    /** A document for Woodstox begins in the scanner. */
    @ParameterizedTest
    @ValueSource(strings = {"<r/>", "<!DOCTYPE r><r/>", "<?xml version='1.1'?><r/>"})
    void tellsEachDocumentOnce(String xml) throws FaultException {
        List<String> calls = new ArrayList<>();
        PathObserver observer = new PathObserver() {

            @Override
            public void startDocument() {
                calls.add("startDocument");
            }

            @Override
            public void startElement(Name name) {
                calls.add("startElement");
            }

            @Override
            public void attribute(Name name, Value value) {
                calls.add("attribute");
            }

            @Override
            public void text(Value value) {
                calls.add("text");
            }

            @Override
            public void endElement() {
                calls.add("endElement");
            }

            @Override
            public void endDocument() {
                calls.add("endDocument");
            }
        };

        XmlParser parser = parser(nothing(), observer);
        parser.parse(document(xml));
        parser.locate(document(xml), 0);

        assertThat(calls).containsExactly("startDocument", "startElement", "endElement", "endDocument");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<!DOCTYPE r>"})
    void doesNotTellTheEndOfADocumentThatFails(String doctype) throws FaultException {
        XmlParser parser = parser(nothing(), told);
        parser.parse(document("<before>x</before>"));

        assertThatThrownBy(() -> parser.parse(document(doctype + "<r><a>1</a>text<b>2</r>")))
                .isInstanceOf(FaultException.class);
        assertThat(told.isComplete()).isFalse();
        assertThat(told.calls()).startsWith("r\n  a\n    '1'\n").doesNotContain("before");

        parser.parse(document(doctype + "<after/>"));
        assertThat(told.calls()).isEqualTo("after\n");
        assertThat(told.isComplete()).isTrue();
    }

    @Test
    void tellsADocumentWithoutARecordToItsEnd() {
        RecordPath records = RecordPath.of(List.of(new RecordPath.Step(true, new NamePattern("", "record"))));
        XmlParser parser = parser(Projection.builder(records).build(), told);

        assertThatThrownBy(() -> parser.parse(document("<r><a/></r>"))).isInstanceOf(FaultException.class);

        assertThat(told.calls()).isEqualTo("r\n  a\n");
        assertThat(told.isComplete()).isTrue();
    }

    @Test
    void countsStartTagsAsLocateDoes() throws FaultException {
        String xml = "<r>\n  <a/>\n  <b>\n    <c/>\n  </b>\n</r>";
        for (String doctype : List.of("", DOCTYPE)) {
            List<String> places = new ArrayList<>();
            List<Name> names = new ArrayList<>();
            PathObserver observer = new Elements(names);
            XmlParser parser = parser(nothing(), observer);
            Document document = document(doctype + xml);
            parser.parse(document);
            for (int i = 0; i < names.size(); i++) {
                places.add(
                        names.get(i) + " in line " + parser.locate(document, i).line());
            }

            assertThat(places).containsExactly("r in line 1", "a in line 2", "b in line 3", "c in line 4");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<r/>", "<!DOCTYPE r><r/>"})
    void letsWhatTheObserverThrowsComeOut(String xml) throws FaultException {
        IllegalStateException thrown = new IllegalStateException("by the observer");
        List<Name> names = new ArrayList<>();
        PathObserver observer = new Elements(names) {
            @Override
            public void startElement(Name name) {
                super.startElement(name);
                if (names.size() == 1) {
                    throw thrown;
                }
            }
        };
        XmlParser parser = parser(nothing(), observer);

        assertThatThrownBy(() -> parser.parse(document(xml))).isSameAs(thrown);
        parser.parse(document(xml));

        assertThat(names).containsExactly(Name.of("r"), Name.of("r"));
    }

    @Test
    void keepsTheSameRecordWithAnObserverAndWithout() throws FaultException {
        Projection.Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.record().descendant(new NamePattern("", "b")).stringValue();
        builder.record().child(NamePattern.ANY).attribute(new NamePattern("", "c"), false);
        Projection parts = builder.build();
        String xml = "<r><a c='1' d='2'>x<b e='3'>&amp;<![CDATA[y]]></b></a><f><b>z</b></f></r>";

        for (String doctype : List.of("", DOCTYPE)) {
            String with = TreeText.of(record(parser(parts, told), doctype + xml));
            String without = TreeText.of(record(parser(parts, null), doctype + xml));

            assertThat(with).isEqualTo(without).contains("'&y'");
        }
    }

    /** Collects the names of elements; asks for no value. */
    private static class Elements implements PathObserver {

        private final List<Name> names;

        Elements(List<Name> names) {
            this.names = names;
        }

        @Override
        public void startDocument() {}

        @Override
        public void startElement(Name name) {
            names.add(name);
        }

        @Override
        public void attribute(Name name, Value value) {}

        @Override
        public void text(Value value) {}

        @Override
        public void endElement() {}

        @Override
        public void endDocument() {}
    }

    private String told(String xml) throws FaultException {
        return told(xml, nothing());
    }

    /** What both readers tell. */
    private String told(String xml, Projection projection) throws FaultException {
        XmlParser parser = parser(projection, told);
        parser.parse(document(xml));
        assertThat(told.isComplete()).isTrue();
        String scanned = told.calls();
        parser.parse(document(DOCTYPE + xml));
        assertThat(told.isComplete()).isTrue();
        assertThat(told.calls()).as("told by Woodstox").isEqualTo(scanned);
        return scanned;
    }

    private static Node record(XmlParser parser, String xml) throws FaultException {
        return parser.parse(document(xml)).get(0).element();
    }

    private static Projection nothing() {
        return Projection.builder(RecordPath.DOCUMENT_ELEMENT).build();
    }

    private static XmlParser parser(Projection projection, @Nullable PathObserver observer) {
        return new XmlParser(projection, TextRules.of(Doctype.INTERNAL), XmlLimits.DEFAULTS, observer);
    }

    private static Document document(String xml) {
        return Document.ofText("k", xml.getBytes(UTF_8), "t");
    }
}
