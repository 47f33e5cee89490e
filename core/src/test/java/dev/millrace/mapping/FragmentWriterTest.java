package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** A fragment, read again by another parser, is what stood in the document. */
class FragmentWriterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a/>",
                "<a>text</a>",
                "<a> <b/> <c x='1' y='2'>&lt;&amp;&gt;]]&gt;\"'</c> </a>",
                "<a x='&#9;&#10;&#13;&quot;&lt;&amp;'>&#13;\n\t</a>",
                "<a><![CDATA[<b>&amp;]]>😀</a>",
                "<a><!-- c --><?target data ?><?empty?></a>",
                "<a xml:lang='en' xml:space='preserve'/>",
                "<a xmlns='urn:d'><b xmlns=''><c xmlns='urn:d'/></b><d/></a>",
                "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2' p:x='1'/><p:c/></p:a>",
                "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:t='urn:t' xsi:type='t:T'><b xsi:nil='true'/></a>",
                "<a xmlns='urn:&amp;&quot;&lt;'/>",
            })
    void fragmentsReadAgainAreTheSame(String fragment) throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: '*', type: xml }");

        Row row = mapped.map("<r><row>" + fragment + "</row></r>").get(0).get(0);

        assertThat(element((String) row.values()[2]).isEqualNode(element(fragment)))
                .as((String) row.values()[2])
                .isTrue();
    }

    @Test
    void fragmentsDeclareWhatTheyInherit() throws Exception {
        Mapped mapped = Mapped.byColumns("v: { path: '*', type: xml }");

        Row row = mapped.map("<r xmlns:n='urn:n' xmlns:q='urn:q'><row><n:a n:x='1' type='q:T'><n:b/></n:a></row></r>")
                .get(0)
                .get(0);

        assertThat(row.values()[2])
                .isEqualTo("<n:a xmlns:n=\"urn:n\" xmlns:q=\"urn:q\" n:x=\"1\" type=\"q:T\"><n:b/></n:a>");
    }

    private static Element element(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setCoalescing(true);
        Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        return document.getDocumentElement();
    }
}
