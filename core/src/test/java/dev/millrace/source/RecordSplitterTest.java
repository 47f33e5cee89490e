package dev.millrace.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import dev.millrace.xml.Record;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.RecordPath.Step;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordSplitterTest {

    private static final RecordPath A_R = path(child("a"), child("r"));
    private static final RecordPath[] PATHS = {
        A_R,
        path(descendant("r")),
        path(child("a"), descendant("r")),
        path(new Step(false, NamePattern.ANY), new Step(false, NamePattern.ANY)),
        path(new Step(true, new NamePattern("urn:p", "r"))),
        path(descendant("a"), child("r")),
        path(descendant("a"), descendant("a"), child("rr")),
        path(new Step(true, new NamePattern(null, "r")), new Step(false, new NamePattern("urn:q", null))),
    };

    /** Gives as many bytes at a time as it likes. */
    private static final class ShortReads extends InputStream {

        private final InputStream in;
        private final Random random;

        ShortReads(byte[] bytes, Random random) {
            in = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, Math.min(length, 1 + random.nextInt(4)));
        }
    }

    @Test
    void givesTheRecordsOfTheWholeFileWhateverItsBufferSize() throws Exception {
        int found = 0;
        for (long seed = 0; seed < 250; seed++) {
            String xml = new RandomXml(seed).document();
            RecordPath path = PATHS[(int) (seed % PATHS.length)];
            List<String> expected = wholeRecords(xml, path);
            found += expected.size();
            byte[] bytes = xml.getBytes(UTF_8);
            for (int size = 1; size <= bytes.length; size += size < 40 ? 1 : 1 + size / 7) {
                assertSame(seed, size, xml, expected, split(new ByteArrayInputStream(bytes), path, size), path);
            }
            Random random = new Random(seed);
            for (int round = 0; round < 3; round++) {
                int size = 1 + random.nextInt(50);
                assertSame(seed, size, xml, expected, split(new ShortReads(bytes, random), path, size), path);
            }
        }
        assertThat(found).isGreaterThan(200);
    }

    /** A file of a few thousand bytes with all that could be taken for a tag, cut at each of its bytes in each way. */
    @Test
    void givesTheSameRecordsWhereverTheFileIsCut() throws Exception {
        StringBuilder text = new StringBuilder("<?xml version='1.0'?><!-- <r> --><a xmlns:p='urn:p' x='/>é'>]] ");
        for (int i = 0; i < 20; i++) {
            text.append("<r n='").append(i).append("' t='</r>'".replace("<", "&lt;"));
            text.append(">é€😀<![CDATA[</r><r>]]]]><!-- </r> é--><r><rr/><r/>&lt;r></r ><?pi </r>?>]] ></r\n>\r\n");
            text.append(i % 3 == 0 ? "<p:r>😀</p:r>" : "é<!--<r>-->").append(i % 4 == 0 ? "<r/>" : "]] >");
        }
        String xml = text.append("<r/></a><!-- </a> -->\n").toString();
        byte[] bytes = xml.getBytes(UTF_8);
        List<Document> expected = split(new ByteArrayInputStream(bytes), A_R, bytes.length * 2);
        assertThat(expected).hasSize(26);
        assertSame(0, bytes.length * 2, xml, wholeRecords(xml, A_R), expected, A_R);

        List<String> described = described(expected);
        for (int cut = 1; cut <= bytes.length + 1; cut++) {
            assertThat(described(split(new ByteArrayInputStream(bytes), A_R, cut)))
                    .as("a buffer of %s bytes", cut)
                    .isEqualTo(described);
            int first = Math.min(cut, bytes.length);
            InputStream inTwo = new SequenceInputStream(
                    new ByteArrayInputStream(bytes, 0, first),
                    new ByteArrayInputStream(bytes, first, bytes.length - first));
            assertThat(described(split(inTwo, A_R, 2 * bytes.length)))
                    .as("read up to byte %s, then the rest", cut)
                    .isEqualTo(described);
        }
    }

    private static List<String> described(List<Document> documents) {
        return documents.stream()
                .map(document ->
                        document.key() + " " + document.origin() + " " + document.unreadable() + text(document))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "ISO-8859-1", "windows-1252", "IBM037", "UTF-8", "utf8"})
    void readsOtherEncodings(String name) throws Exception {
        String xml = "<?xml version=\"1.0\" encoding=\"" + name + "\"?>\n<a><r x='é'>é</r>\n" + "<r/>".repeat(3_000)
                + "</a>";

        List<Document> documents = split(new ByteArrayInputStream(xml.getBytes(Charset.forName(name))), A_R, 100);

        assertThat(documents).hasSize(3_001);
        assertThat(text(documents.get(0))).isEqualTo("<a><r x='é'>é</r></a>");
    }

    /** An encoding that is declared so far behind is obeyed or refused, never overlooked. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "ISO-8859-1", "windows-1252", "IBM037", "UTF-8"})
    void overlooksNoEncodingThatIsDeclaredFarBehind(String name) throws Exception {
        for (int blanks = 440; blanks < 600; blanks += blanks < 490 ? 1 : 17) {
            String xml =
                    "<?xml version=\"1.0\"" + " ".repeat(blanks) + "encoding=\"" + name + "\"?><a><r x='é'>é</r></a>";
            byte[] bytes = xml.getBytes(Charset.forName(name));
            List<Document> split = split(new ByteArrayInputStream(bytes), A_R, 100);
            List<Document> whole = List.of(Document.ofBytes("f.xml", bytes, "f.xml"));
            assertThat(split).hasSize(1);
            for (Document document : List.of(split.get(0), whole.get(0))) {
                try {
                    if (document.unreadable() != null) {
                        throw new FaultException(document.unreadable());
                    }
                    String found = parser(A_R).parse(document).get(0).element().stringValue();
                    assertThat(found).as("%s blanks", blanks).isEqualTo("é");
                    assertThat(blanks).isLessThan(490);
                } catch (FaultException e) {
                    assertThat(e.fault().code()).isEqualTo(FaultCode.ENCODING);
                    assertThat(blanks).isGreaterThan(450);
                }
            }
        }
    }

    @Test
    void repeatsTheElementsAroundARecordInOneLine() {
        List<Document> documents =
                split("<a xmlns:p=\"urn:p\"\n  p:x='1\n2&#10;3\"&lt;'>\n <r>1</r>\n\n  <r>\n2</r></a>", A_R);

        assertThat(documents).extracting(Document::key).containsExactly("f.xml#1", "f.xml#2");
        assertThat(text(documents.get(1))).isEqualTo("<a xmlns:p=\"urn:p\" p:x=\"1 2&#10;3&quot;&lt;\"><r>\n2</r></a>");
        assertThat(documents.get(1).origin()).isEqualTo(new Location(6, 3));
    }

    @Test
    void numbersAnOnlyRecordToo() {
        assertThat(split("<a><r/></a>", A_R)).extracting(Document::key).containsExactly("f.xml#1");
    }

    @Test
    void leavesWhatIsWrongWithinARecordToThatRecord() {
        List<String> wrong = List.of(
                "<r><x></r>",
                "<r></x></r>",
                "<r>&nope;</r>",
                "<r>\u0001</r>",
                "<r><x y='></r>",
                "<r><!- </r>",
                "<r><</r>");
        for (String record : wrong) {
            String xml = "<a>\n <r>é</r> é" + record + "<r>2</r></a>";

            List<Document> documents = split(xml, A_R);

            assertThat(documents)
                    .as(record)
                    .hasSize(3)
                    .allSatisfy(document -> assertThat(document.unreadable()).isNull());
            assertThat(faultOf(documents.get(1))).isEqualTo(faultOf(Document.ofBytes("f", xml.getBytes(UTF_8), "f")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<r><x y='<!-- '/></r>",
                "<r><x y='<![CDATA[' z=\"</r>\"/></r>",
                "<r><x y='<?'>'</x></r>",
                "<r><x y='<r>'/></r>",
                "<r><x y='<r/></r>' /></r>",
                "<r><x y='</r></r>'/><r></r></r>",
                "<r><!-- <x/></r>",
                "<r><![CDATA[ <x/></r>",
                "<r><?pi <x/></r>",
                "<r><x><!-- --></x><!-- <r></r></r>",
                "<r></r "
            })
    void findsTheEndOfARecordThatHidesIt(String record) {
        String xml = "<a>\n <r>é</r> é" + record + "<r>2</r><o/><r><s><![CDATA[<r>]]><!-- - --><?pi ?></s></r></a>\n";
        int length = xml.getBytes(UTF_8).length;
        for (int size = 1; size <= length; size += 1 + size / 8) {
            List<Document> documents = split(new ByteArrayInputStream(xml.getBytes(UTF_8)), A_R, size);

            assertThat(documents).as("buffer %s", size).hasSize(4);
            assertThat(text(documents.get(1))).isEqualTo("<a>" + record + "</a>");
            assertThat(faultOf(documents.get(1)).code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
            assertThat(text(documents.get(2))).isEqualTo("<a><r>2</r></a>");
            assertThat(text(documents.get(3))).contains("<![CDATA[<r>]]>");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a><r/></b>",
                "<a><r/><r></a>",
                "<a><r/>",
                "<a><r/></a><b/>",
                "<a><r/></a>x",
                "<a><r/></a><!--",
                "<a><r/>&nope;<r/></a>",
                "<a><r/><b",
                "<a><r/><b x='></a>",
                "<a><r/><b x='1' x='1'/></a>",
                "<a><r/><b:c/></a>",
                "<a><r/><?a:b?></a>",
                "<a><r/>\u0001<r/></a>",
                "<a><r/><![CDATA[",
                "<a><r/></a",
                "<a><r/></a\0>",
                "<a><r/><b></b \u001F></a>",
                "<a><r/>]]></a>",
                "<a><r/>x]]]]>y<r/></a>",
                "<a><r/><b>]]></b></a>",
                "<a><r/><r xmlns='urn:p' x></r><r/></a>",
                "<a><r/><r x='<' y='></r><r z='1'/></a>",
                "<a><r/><r x='1' <></r><r/></a>",
                "<a><r/><r x='></r><r y='2'></a>",
                "<a><r/><q:r x=1></q:r></a>",
                "<a><r/><r=></r></a>",
                "<a><r/><b x=></b><r/></a>"
            })
    void tellsWhatIsWrongAroundRecords(String xml) {
        for (int size = 1; size <= xml.length() + 1; size++) {
            tellsWhatIsWrongAroundRecords(
                    split(new ByteArrayInputStream(xml.getBytes(UTF_8)), A_R, size), "buffer " + size);
        }
    }

    private static void tellsWhatIsWrongAroundRecords(List<Document> documents, String buffer) {
        assertThat(documents).as(buffer).hasSize(2);
        assertThat(documents.get(0).unreadable()).isNull();
        assertThat(documents).extracting(Document::key).containsExactly("f.xml#1", "f.xml#2");
        Fault fault = Objects.requireNonNull(documents.get(1).unreadable());
        assertThat(fault.code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(fault.location()).isNotNull();
    }

    @Test
    void takesNoOtherTextForTheEndOfACharacterDataSection() {
        String xml = "<a>]]<r/>&gt;<r/>]]&gt;]]<!-- -->><b>]]</b>> ] ]> ]]<?p?>><![CDATA[]]]]>><r/>]</a>";

        for (int size = 1; size <= xml.length() + 1; size++) {
            assertThat(split(new ByteArrayInputStream(xml.getBytes(UTF_8)), A_R, size))
                    .as("buffer %s", size)
                    .hasSize(3)
                    .allSatisfy(document -> assertThat(document.unreadable()).isNull());
        }
    }

    /** As in the tags of records, which are well-formed but for this. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<r x='1' x='2'>",
                "<r x=>",
                "<r x=1>",
                "<r x y='2'>",
                "<r x='1'y='2'>",
                "<r p:x='1'>",
                "<r x='&nope;'>",
                "<r x='\u0001'>",
                "<r x='\uD800'>",
                "<r 1>",
                "<r & >",
                "<r x='<'>",
                "<r x='<!-- oops' y='1'>",
                "<r x=\"</r><r>\">",
                "<r x='<![CDATA[' >",
                "<r x='<?'>"
            })
    void rejectsARecordAloneWhoseStartTagIsWrong(String tag) {
        String record = tag + "<r>1</r><![CDATA[</r>]]></r>";
        String xml = "<a y='&lt;'>\n<r>é</r> é" + record + "<r>2</r>" + tag.replace(">", "/>") + "<b/><r>3</r></a>";
        // What is no character of Unicode is no UTF-8 either.
        byte[] bytes = xml.getBytes(UTF_8);
        for (int i = 0; tag.indexOf('\uD800') >= 0 && i < bytes.length; i++) {
            bytes[i] = bytes[i] == '?' ? (byte) 0xFF : bytes[i];
        }
        for (int size = 1; size <= bytes.length; size++) {
            List<Document> documents = split(new ByteArrayInputStream(bytes), A_R, size);

            assertThat(documents)
                    .as("buffer %s", size)
                    .extracting(Document::key)
                    .containsExactly("f.xml#1", "f.xml#2", "f.xml#3", "f.xml#4", "f.xml#5");
            assertThat(documents)
                    .extracting(d -> d.unreadable() == null)
                    .containsExactly(true, false, true, false, true);
            assertThat(text(documents.get(4))).isEqualTo("<a y=\"&lt;\"><r>3</r></a>");
            Location found =
                    Objects.requireNonNull(documents.get(1).unreadable()).location();
            assertThat(found.line()).isEqualTo(2);
            assertThat(found.column()).isBetween(12, 12 + tag.length());
        }
    }

    @Test
    void tellsWhereAFileIsWrong() {
        List<Document> documents = split("<a>\n  <r>é\n</r>\n é&nope;</a>", A_R);

        assertThat(Objects.requireNonNull(documents.get(1).unreadable())
                        .location()
                        .line())
                .isEqualTo(4);
    }

    @Test
    void rejectsFilesWithoutRecordsAndWithoutAnything() {
        assertThat(onlyFault("<a><b/></a>").code()).isEqualTo(FaultCode.NO_RECORD);
        assertThat(onlyFault("").code()).isEqualTo(FaultCode.NO_CONTENT);
        assertThat(onlyFault(" \n ").code()).isEqualTo(FaultCode.NO_CONTENT);
        assertThat(onlyFault("no xml").code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(onlyFault("<a xmlns:='u'><r/></a>").code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(onlyFault("<a x='xmlns:= : ' b: ='u'><r/></a>").code()).isEqualTo(FaultCode.NOT_WELL_FORMED);
        assertThat(onlyFault("<?xml version='1.0' encoding='nonsense'?><a><r/></a>")
                        .code())
                .isEqualTo(FaultCode.ENCODING);
    }

    @Test
    void goesOnBehindARecordThatIsTooLarge() {
        String large = "<r>" + "0123456789<x/>".repeat(100) + "</r>";
        XmlLimits limits = new XmlLimits(100, 10, 10, 10, 1_000, 10, 10, 10);

        for (int size : new int[] {1, 16, 64, 500, 5_000}) {
            List<Document> documents = split(
                    new ByteArrayInputStream(("<a><r>1</r>\n" + large + "<r>3</r></a>").getBytes(UTF_8)),
                    A_R,
                    Doctype.REJECT,
                    limits,
                    size);

            assertThat(documents).hasSize(3);
            assertThat(text(documents.get(2))).isEqualTo("<a><r>3</r></a>");
            Fault fault = Objects.requireNonNull(documents.get(1).unreadable());
            assertThat(fault.code()).isEqualTo(FaultCode.DOCUMENT_TOO_LARGE);
            assertThat(fault.location()).isEqualTo(new Location(2, 1));
            assertThat(fault.message()).contains("the document has 1414 bytes");
            assertThat(documents.get(2).origin()).isEqualTo(new Location(2, 1 + large.length()));
        }
    }

    @Test
    void keepsToTheLimitsAroundRecords() {
        XmlLimits limits = new XmlLimits(1_000, 3, 2, 10, 20, 10, 10, 10);

        for (String[] wrong : new String[][] {
            {"<a><b><b><b/></b></b></a>", "too-deep"},
            {"<a><b x='' y='' z=''/></a>", "too-many-attributes"},
            {"<a><b12345678901/></a>", "name-too-long"},
            {"<a><b x='" + "v".repeat(21) + "'></b></a>", "value-too-large"},
            {"<a><b x='" + "v".repeat(2_000) + "'></b></a>", "document-too-large"},
        }) {
            List<Document> documents =
                    split(new ByteArrayInputStream(wrong[0].getBytes(UTF_8)), A_R, Doctype.REJECT, limits, 100);

            assertThat(documents).hasSize(1);
            assertThat(Objects.requireNonNull(documents.get(0).unreadable())
                            .code()
                            .word())
                    .isEqualTo(wrong[1]);
        }
    }

    /** They are counted while the tag is passed, before a tokenizer compares each with all others. */
    @ParameterizedTest
    @ValueSource(strings = {" a%d='1'", " xmlns:p%d='urn:%1$d'", " a%d = \"'\" "})
    void refusesAStartTagOfTooManyAttributesByItsQuotes(String attribute) {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            attributes.append(attribute.formatted(i));
        }
        List<Document> around = split("<a" + attributes + "><r/><r/></a>", A_R);
        assertThat(around).hasSize(1);
        assertThat(Objects.requireNonNull(around.get(0).unreadable()).message())
                .isEqualTo("an element has 100000 attributes, but the limit is 10000");

        List<Document> record = split("<a><r/><r" + attributes + "><x/></r><r>3</r></a>", A_R);
        assertThat(Objects.requireNonNull(record.get(1).unreadable()).code()).isEqualTo(FaultCode.TOO_MANY_ATTRIBUTES);
        // What declares namespaces may have any name.
        assertThat(record).hasSize(attribute.contains("xmlns") ? 2 : 3);
    }

    @Test
    void readsLargeStartTagsAgainOnlyInProportionToTheFile() {
        String large = "<a x='" + "v".repeat(1 << 20) + "'>";
        assertThat(split(large + "<r/>".repeat(50) + "</a>", A_R))
                .hasSize(50)
                .allSatisfy(document -> assertThat(document.unreadable()).isNull());

        RecordSplitter splitter = new RecordSplitter(A_R, Doctype.REJECT, XmlLimits.DEFAULTS);
        splitter.start(
                "f.xml", "f.xml", new ByteArrayInputStream((large + "<r/>".repeat(100_000) + "</a>").getBytes(UTF_8)));
        long bytes = 0;
        Document last = null;
        for (Document document = splitter.next(); document != null; document = splitter.next()) {
            bytes += document.content().length;
            last = document;
        }
        assertThat(bytes).isBetween(64L << 20, 100L << 20);
        assertThat(Objects.requireNonNull(Objects.requireNonNull(last).unreadable())
                        .code())
                .isEqualTo(FaultCode.VALUE_TOO_LARGE);
        // Small ones, such as those of many namespaces, are repeated as often as there are records.
        assertThat(split("<a x='" + "v".repeat(4_000) + "'>" + "<r/>".repeat(50_000) + "</a>", A_R))
                .hasSize(50_000);
    }

    @Test
    void countsTheNamesOfEachFileForItself() {
        StringBuilder many = new StringBuilder("<a><r/>");
        for (int i = 0; i < 15_900; i++) {
            many.append("<n").append(i).append("/>");
        }
        String first = many + "<r/></a>";
        String second = first.replace("<n", "<m");
        RecordSplitter splitter = new RecordSplitter(A_R, Doctype.REJECT, XmlLimits.DEFAULTS);
        for (int round = 0; round < 6; round++) {
            for (String file : List.of(first, "<a><r/><r/></a>", second)) {
                splitter.start("f.xml", "f.xml", new ByteArrayInputStream(file.getBytes(UTF_8)));
                for (int i = 0; i < 2; i++) {
                    assertThat(Objects.requireNonNull(splitter.next()).unreadable())
                            .isNull();
                }
                assertThat(splitter.next()).isNull();
            }
        }
        String tooMany = many.toString()
                .replace("<n0/>", first.replaceAll("</?[ar]/?>", "").replace("<n", "<k"));
        splitter.start("f.xml", "f.xml", new ByteArrayInputStream((tooMany + "</a>").getBytes(UTF_8)));
        Objects.requireNonNull(splitter.next());
        assertThat(Objects.requireNonNull(
                                Objects.requireNonNull(splitter.next()).unreadable())
                        .code())
                .isEqualTo(FaultCode.TOO_MANY_NODES);
    }

    @Test
    void splitsNoFileWhoseDoctypeCounts() {
        String xml = "<!-- > -->\n<!DOCTYPE a [<!ENTITY e 'v'>]><a><r>&e;</r><r/></a>";

        assertThat(onlyFault(xml).code()).isEqualTo(FaultCode.DOCTYPE);
        for (int size : new int[] {1, 7, 1_000}) {
            List<Document> documents = split(
                    new ByteArrayInputStream(xml.getBytes(UTF_8)), A_R, Doctype.INTERNAL, XmlLimits.DEFAULTS, size);

            assertThat(documents).hasSize(1);
            assertThat(documents.get(0).key()).isEqualTo("f.xml");
            assertThat(text(documents.get(0))).isEqualTo(xml);
        }
    }

    @Test
    void splitsNoFileOfXml11() {
        String xml = "<?xml version='1.1'?><a><r>&#1;</r><r/></a>";

        assertThat(split(xml, A_R))
                .hasSize(1)
                .allSatisfy(whole -> assertThat(text(whole)).isEqualTo(xml));
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead")
    void tellsWhereAFileCannotBeReadOn() {
        byte[] begin = "<a>\n<r/><r>".getBytes(UTF_8);
        InputStream broken = new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                if (at == begin.length) {
                    throw new EOFException();
                }
                return begin[at++];
            }
        };

        List<Document> documents = split(broken, A_R, 4);

        assertThat(documents).hasSize(2);
        Fault fault = Objects.requireNonNull(documents.get(1).unreadable());
        assertThat(fault.code()).isEqualTo(FaultCode.UNREADABLE);
    }

    @Test
    void tellsWhereBytesAreNoCharacter() {
        byte[] utf8 = "<a><r>1</r>\nx#<r/></a>".getBytes(UTF_8);
        utf8[new String(utf8, UTF_8).indexOf('#')] = (byte) 0xFF;
        List<Document> documents = split(new ByteArrayInputStream(utf8), A_R, 100);

        assertThat(documents).hasSize(2);
        assertThat(documents.get(1).unreadable()).satisfies(fault -> {
            assertThat(fault.code()).isEqualTo(FaultCode.ENCODING);
            assertThat(fault.location()).isEqualTo(new Location(2, 2));
        });
    }

    /** Records and the places of all their elements, as the parser finds them in the whole text. */
    private static List<String> wholeRecords(String xml, RecordPath path) throws FaultException {
        Document document = Document.ofBytes("f.xml", xml.getBytes(UTF_8), "f.xml");
        XmlParser parser = parser(path);
        List<String> records = new ArrayList<>();
        try {
            for (Record record : parser.parse(document)) {
                records.add(described(parser, document, record));
            }
        } catch (FaultException e) {
            assertThat(e.fault().code()).as("%s%n%s", e.fault(), xml).isEqualTo(FaultCode.NO_RECORD);
        }
        return records;
    }

    private static void assertSame(
            long seed, int size, String xml, List<String> expected, List<Document> documents, RecordPath path) {
        XmlParser parser = parser(path);
        List<String> actual = new ArrayList<>();
        for (Document document : documents) {
            Fault fault = document.unreadable();
            if (fault != null && fault.code() == FaultCode.NO_RECORD) {
                continue;
            }
            try {
                if (fault != null) {
                    throw new FaultException(fault);
                }
                List<Record> records = parser.parse(document);
                assertThat(records).hasSize(1);
                actual.add(described(parser, document, records.get(0)));
            } catch (FaultException e) {
                fail("seed " + seed + ", buffer " + size + ", " + path + ": " + e.fault() + "\n" + xml, e);
            }
        }
        assertThat(actual)
                .as("seed %s, buffer %s, %s:%n%s", seed, size, path, xml)
                .isEqualTo(expected);
    }

    private static String described(XmlParser parser, Document document, Record record) {
        StringBuilder text = new StringBuilder();
        for (Node node = record.element().parent(); node != null; node = node.parent()) {
            describe(parser, document, node, false, text);
        }
        describe(parser, document, record.element(), true, text);
        return text.toString();
    }

    private static void describe(XmlParser parser, Document document, Node node, boolean deep, StringBuilder text) {
        text.append('<').append(node.kind()).append(' ').append(node.name());
        for (int i = 0; i < node.attributeCount(); i++) {
            text.append(' ').append(node.attributeName(i)).append('=').append(node.attributeValue(i));
        }
        if (deep) {
            if (node.kind() == Node.Kind.ELEMENT) {
                text.append(" at ").append(parser.locate(document, node.ordinal()));
            } else {
                text.append(' ').append(node.stringValue());
            }
            for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
                describe(parser, document, child, true, text);
            }
        }
        text.append('>');
    }

    private static XmlParser parser(RecordPath path) {
        Projection.Builder projection = Projection.builder(path);
        projection.record().whole();
        return new XmlParser(projection.build(), Doctype.REJECT, XmlLimits.DEFAULTS);
    }

    private static Fault faultOf(Document document) {
        try {
            parser(A_R).parse(document);
        } catch (FaultException e) {
            return e.fault();
        }
        return fail("there is no fault");
    }

    private static Fault onlyFault(String xml) {
        List<Document> documents = split(xml, A_R);
        assertThat(documents).hasSize(1);
        assertThat(documents.get(0).key()).isEqualTo("f.xml");
        return Objects.requireNonNull(documents.get(0).unreadable());
    }

    @Test
    void cutsOutRecordsOfSeveralPaths() throws Exception {
        RecordPath path = new RecordPath(List.of(
                List.of(
                        child("b"),
                        new Step(
                                false, NamePattern.oneOf(List.of(new NamePattern("", "i"), new NamePattern("", "c"))))),
                List.of(descendant("x"))));

        List<Document> documents = split("<b><h/><i>1</i><o><c>9</c><x>2<x/><i/></x></o><c>3</c></b>", path);

        assertThat(documents)
                .extracting(RecordSplitterTest::text)
                .containsExactly("<b><i>1</i></b>", "<b><o><x>2<x/><i/></x></o></b>", "<b><c>3</c></b>");
    }

    private static List<Document> split(String xml, RecordPath path) {
        return split(new ByteArrayInputStream(xml.getBytes(UTF_8)), path, 1_000);
    }

    private static List<Document> split(InputStream in, RecordPath path, int size) {
        return split(in, path, Doctype.REJECT, XmlLimits.DEFAULTS, size);
    }

    private static List<Document> split(InputStream in, RecordPath path, Doctype doctype, XmlLimits limits, int size) {
        RecordSplitter splitter = new RecordSplitter(path, doctype, limits, size);
        splitter.start("f.xml", "/in/f.xml", in);
        List<Document> documents = new ArrayList<>();
        for (Document document = splitter.next(); document != null; document = splitter.next()) {
            documents.add(document);
        }
        return documents;
    }

    private static String text(Document document) {
        return new String(document.content(), UTF_8);
    }

    private static RecordPath path(Step... steps) {
        return RecordPath.of(List.of(steps));
    }

    private static Step child(String name) {
        return new Step(false, new NamePattern("", name));
    }

    private static Step descendant(String name) {
        return new Step(true, new NamePattern("", name));
    }
}
