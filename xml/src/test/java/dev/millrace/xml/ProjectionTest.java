package dev.millrace.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Projection.Builder;
import dev.millrace.xml.RecordPath.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ProjectionTest {

    private static final NamePattern A = name("a");
    private static final NamePattern B = name("b");
    private static final NamePattern C = name("c");
    private static final NamePattern ID = name("id");

    @Test
    void keepsOnlyTheRecordsElementWhenNothingIsReached() throws FaultException {
        assertThat(kept("<r id='1'>text<a/></r>", builder -> {})).isEqualTo("<r></>");
    }

    @Test
    void keepsReachedAttributesOnly() throws FaultException {
        assertThat(kept(
                        "<r id='1' no='2'><a id='3' no='4'/></r>",
                        builder -> builder.record().child(A).attribute(ID, false)))
                .isEqualTo("<r><a id=3></></>");
    }

    @Test
    void keepsAttributesWhateverTheirCaseWhenAsked() throws FaultException {
        assertThat(kept(
                        "<r Id='1' ID='2' idd='3'/>",
                        builder -> builder.record().attribute(ID, true)))
                .isEqualTo("<r Id=1 ID=2></>");
    }

    @Test
    void keepsAllAttributesForAWildcard() throws FaultException {
        assertThat(kept("<r x='1' y='2'/>", builder -> builder.record().attribute(NamePattern.ANY, false)))
                .isEqualTo("<r x=1 y=2></>");
    }

    @Test
    void keepsAncestorsOfDescendantsSoThatChildrenStayChildren() throws FaultException {
        assertThat(kept(
                        "<r><x><b/></x><y/><b/></r>",
                        builder -> builder.record().descendant(B)))
                .isEqualTo("<r><x><b></></><b></></>");
    }

    @Test
    void keepsTextChildrenWithoutTextBelow() throws FaultException {
        assertThat(kept(
                        "<r>1<a>2</a>3<!-- -->4<![CDATA[5]]>&#54;</r>",
                        builder -> builder.record().text()))
                .isEqualTo("<r>'1''3''456'</>");
    }

    @Test
    void keepsAllTextForAStringValue() throws FaultException {
        assertThat(kept(
                        "<r no='0'>1<a>2<b/></a> </r>",
                        builder -> builder.record().stringValue()))
                .isEqualTo("<r>'1'<a>'2'<b></></>' '</>");
    }

    @Test
    void keepsEverythingOfAWhole() throws FaultException {
        assertThat(kept(
                        "<r><a x='1'>t<!--c--><?p i?><b/></a><c/></r>",
                        builder -> builder.record().child(A).whole()))
                .isEqualTo("<r><a x=1>'t'<!--c--><?p i?><b></></></>");
    }

    @Test
    void leadsFromDescendantsToTheirParents() throws FaultException {
        assertThat(kept(
                        "<r id='0'><x id='1' no='1'><b no='2'/></x><x id='3'/></r>",
                        builder -> builder.record().descendant(B).parent().attribute(ID, false)))
                .isEqualTo("<r id=0><x id=1><b></></></>");
    }

    @Test
    void leadsFromAttributesToTheirElement() throws FaultException {
        assertThat(kept(
                        "<r><a id='1' no='2'>t</a></r>",
                        builder -> builder.record()
                                .child(A)
                                .attribute(ID, false)
                                .parent()
                                .text()))
                .isEqualTo("<r><a id=1>'t'</></>");
    }

    @Test
    void leadsFromDescendantsToTheirAncestors() throws FaultException {
        assertThat(kept(
                        "<r><c><a><x>no<b>no</b></x>yes</a>no</c></r>",
                        builder -> builder.record()
                                .child(C)
                                .descendant(B)
                                .ancestor(A)
                                .text()))
                .isEqualTo("<r><c><a><x><b></></>'yes'</></></>");
    }

    @Test
    void keepsAncestorsOfRecordsWithAttributesOnly() throws FaultException {
        List<Record> records = parse(
                RecordPath.of(List.of(new Step(false, A), new Step(true, B))),
                "<a id='1'><c id='2'>no<b/></c><c id='3'/><b><b/></b></a>",
                builder -> {});

        assertThat(records).hasSize(2);
        assertThat(TreeText.of(top(records))).isEqualTo("<a id=1><c id=2><b></></><b></></>");
    }

    @Test
    void takesARecordWithinARecordAsPartOfIt() throws FaultException {
        List<Record> records = parse(
                RecordPath.of(List.of(new Step(true, B))),
                "<b><c><b id='1'/></c></b>",
                builder -> builder.record().descendant(B).attribute(ID, false));

        assertThat(records).hasSize(1);
        assertThat(TreeText.of(top(records))).isEqualTo("<b><c><b id=1></></></>");
    }

    @Test
    void reachesBesideTheRecord() throws FaultException {
        List<Record> records = parse(
                RecordPath.of(List.of(new Step(false, A), new Step(false, B))),
                "<a><c id='1'/><b/><c id='2'/></a>",
                builder -> builder.record().parent().child(C).attribute(ID, false));

        assertThat(TreeText.of(top(records))).isEqualTo("<a><c id=1></><b></><c id=2></></>");
    }

    @Test
    void reachesAbsolutePaths() throws FaultException {
        List<Record> records = parse(
                RecordPath.of(List.of(new Step(false, A), new Step(false, B))),
                "<a><c>yes</c><b/><x/></a>",
                builder -> builder.document().child(A).child(C).stringValue());

        assertThat(TreeText.of(top(records))).isEqualTo("<a><c>'yes'</><b></></>");
    }

    @Test
    void matchesNamesByNamespace() throws FaultException {
        assertThat(kept(
                        "<r><a xmlns='u'/><p:a xmlns:p='v'/><a/></r>",
                        builder -> builder.record().child(new NamePattern("v", "a"))))
                .isEqualTo("<r><Q{v}a></></>");
        assertThat(kept(
                        "<r><a xmlns='u'/><p:b xmlns:p='u'/><a/></r>",
                        builder -> builder.record().child(new NamePattern("u", null))))
                .isEqualTo("<r><Q{u}a></><Q{u}b></></>");
        assertThat(kept(
                        "<r><a xmlns='u'/><p:b xmlns:p='u'/><a/></r>",
                        builder -> builder.record().child(new NamePattern(null, "a"))))
                .isEqualTo("<r><Q{u}a></><a></></>");
    }

    @Test
    void refusesToGrowOnceItIsBuilt() {
        Builder builder = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        builder.build();

        assertThatThrownBy(() -> builder.record().child(A)).isInstanceOf(IllegalStateException.class);
    }

    private static String kept(String xml, Consumer<Builder> reaches) throws FaultException {
        return TreeText.of(top(parse(RecordPath.DOCUMENT_ELEMENT, xml, reaches)));
    }

    private static List<Record> parse(RecordPath record, String xml, Consumer<Builder> reaches) throws FaultException {
        Builder builder = Projection.builder(record);
        reaches.accept(builder);
        XmlParser parser = new XmlParser(builder.build(), XmlParser.Doctype.REJECT, XmlLimits.DEFAULTS);
        return parser.parse(Document.ofText("key", xml.getBytes(StandardCharsets.UTF_8), "test"));
    }

    private static Node top(List<Record> records) {
        Node node = records.get(0).element();
        for (Node parent = node.parent(); parent != null; parent = parent.parent()) {
            node = parent;
        }
        return node;
    }

    private static NamePattern name(String local) {
        return new NamePattern("", local);
    }
}
