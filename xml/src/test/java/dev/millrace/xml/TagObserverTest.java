package dev.millrace.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.xml.XmlParser.Doctype;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an observer of tags is told; {@link ScannerAgainstWoodstoxTest} compares that with a {@link PathObserver} over many more documents. */
final class TagObserverTest {

    private final TagRecorder told = new TagRecorder();
    private final TagRecorder expected = new TagRecorder();

    @Test
    void tellsNamesAndWhereThereIsText() throws FaultException {
        assertThat(told("<loan id='7' open=''> <note>a&#32;</note><b>&#32;</b>x<c/> <![CDATA[ ]]> y</loan>"))
                .isEqualTo("""
                        loan
                          @id
                          @open
                          note
                            text
                          b
                          text
                          c
                          text
                        """);
    }

    @Test
    void tellsTheNamespacesThatPrefixesHaveRightHere() throws FaultException {
        assertThat(
                        told(
                                "<r><a xmlns='u' p:x='' xmlns:p='v'/><a xmlns:p='w' p:x=''/><a xmlns='u' p:x='' xmlns:p='v'/></r>"))
                .isEqualTo("""
                        r
                          Q{u}a
                            @Q{v}x as p:x
                          a
                            @Q{w}x as p:x
                          Q{u}a
                            @Q{v}x as p:x
                        """);
    }

    @Test
    void tellsTagsOfTheSameNamesWithTheSameObject() throws FaultException {
        List<TagNames> tags = new ArrayList<>();
        TagObserver observer = new TagRecorder() {
            @Override
            public void startTag(TagNames tag) {
                tags.add(tag);
            }
        };
        XmlParser parser = parser(null, observer);

        parser.parse(document("<r><a x='1' y='2'/><a y='' x=''/><a x='' y=''/></r>"));
        parser.parse(document("<r><a x='3' y='4'>text</a></r>"));

        assertThat(tags.get(1)).isSameAs(tags.get(3)).isSameAs(tags.get(5)).isNotEqualTo(tags.get(2));
        assertThat(tags.get(0)).isSameAs(tags.get(4));
    }

    /** As many as are in a parser's memory for good, if their elements' names alone made it forget. */
    @Test
    void forgetsFormsOfTagsWhateverElementsTheyAreOf() throws FaultException {
        List<TagNames> tags = new ArrayList<>();
        XmlParser parser = parser(null, new TagRecorder() {
            @Override
            public void startTag(TagNames tag) {
                tags.add(tag);
            }
        });
        StringBuilder all = new StringBuilder("<r>");
        for (int element = 0; element < 100; element++) {
            all.append("<e").append(element).append("/>");
        }
        for (int form = 0; form < 200; form++) {
            for (int element = 0; element < 100; element++) {
                all.append("<e").append(element).append(" a").append(form).append("=''/>");
            }
        }
        parser.parse(document("<r><e0/></r>"));

        parser.parse(document(all + "</r>"));
        parser.parse(document("<r><e0/></r>"));

        assertThat(tags.get(tags.size() - 1)).isEqualTo(tags.get(1)).isNotSameAs(tags.get(1));
    }

    @Test
    void tellsEachOfAnyNumberOfCombinations() throws FaultException {
        Random random = new Random(1);
        XmlParser parser = parser(PathObserver.of(expected), told);
        for (int d = 0; d < 20; d++) {
            StringBuilder text = new StringBuilder("<r>");
            for (int i = 0; i < 1_000; i++) {
                text.append("<e").append(random.nextInt(80));
                for (int attribute = 0; attribute < 12; attribute++) {
                    text.append(random.nextBoolean() ? " a" + attribute + "=''" : "");
                }
                text.append("/>");
            }
            parser.parse(document(text + "</r>"));
            assertThat(told.calls()).isEqualTo(expected.calls());
        }
    }

    @Test
    void tellsDocumentsAfterOneThatFailed() throws FaultException {
        XmlParser parser = parser(null, told);
        try {
            parser.parse(document("<r>text<a x='' x=''/></r>"));
        } catch (FaultException e) {
            assertThat(told.isComplete()).isFalse();
        }

        parser.parse(document("<r><a x=''/></r>"));

        assertThat(told.calls()).isEqualTo("r\n  a\n    @x\n");
        assertThat(told.isComplete()).isTrue();
    }

    /** What both readers tell. */
    private String told(String xml) throws FaultException {
        XmlParser parser = parser(null, told);
        parser.parse(document(xml));
        String scanned = told.calls();
        parser.parse(document("<!DOCTYPE r>" + xml));
        assertThat(told.calls()).as("told by Woodstox").isEqualTo(scanned);
        return scanned;
    }

    private static XmlParser parser(@Nullable PathObserver observer, TagObserver tags) {
        return new XmlParser(
                Projection.builder(RecordPath.DOCUMENT_ELEMENT).build(),
                TextRules.of(Doctype.INTERNAL),
                XmlLimits.DEFAULTS,
                observer,
                tags);
    }

    private static Document document(String xml) {
        return Document.ofText("k", xml.getBytes(UTF_8), "t");
    }
}
