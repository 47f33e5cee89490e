package dev.millrace.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Projection;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.RecordPath.Step;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Random files, cut at their records, against the JDK's parser, which reads each file as a whole: a well-formed file gives the same
 * records, whatever stands in it, and damage within a record costs that record only. {@code -Dmillrace.splitter=N} tries N files in
 * each test, not 300; a failure names its seed.
 */
final class DamagedRecordsTest {

    private static final long FILES = Long.getLong("millrace.splitter", 300);

    private static final Pattern END = Pattern.compile("</r[ \r\n\t]*>|/>");

    private static final RecordPath CHILDREN = path("a", false);
    private static final RecordPath ANYWHERE = path("a", true);

    private static final String[] ENCODINGS = {"UTF-8", "UTF-8", "ISO-8859-1", "UTF-16", "windows-1252", "UTF-16LE"};

    /** What can be wrong at a place between two tags of a record, or within its text. */
    private static final String[] DAMAGES = {
        "<x y='<'/>",
        "<x y='<!-- oops'/>",
        "<x y='<![CDATA[' z='1'/>",
        "<x y=\"<?\" ></x>",
        "<x y='</r>'/>",
        "<x y='<r>'/>",
        "<x y=\"<r>1</r>\" z='&lt;'/>",
        "<x y='<r></r></r>'/>",
        "<!-- oops",
        "<![CDATA[ oops",
        "<?pi oops",
        "<!-- oops -- <r> -->",
        "&nope;",
        "\u0001",
        "< ",
        "< r >",
        "</nope>",
        "<x y='>",
        "<x y=>",
        "<x y z='<!--'/>",
        "<!x>",
        "<1>",
    };

    private final DocumentBuilder whole;

    DamagedRecordsTest() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        whole = factory.newDocumentBuilder();
        whole.setErrorHandler(new DefaultHandler());
    }

    /** A file by its pieces: in front, the records with what stands behind each, the end. */
    private record File(
            Random random, String encoding, String start, List<String> records, List<String> between, String end) {

        static File random(long seed, boolean nested) {
            Random random = new Random(seed);
            RandomXml xml = new RandomXml(seed);
            String encoding = ENCODINGS[random.nextInt(ENCODINGS.length)];
            String around = nested ? "<b><c x='1'/>" : "";
            String start = "<a xmlns:p='urn:" + (random.nextBoolean() ? "p" : "q") + "' t='&lt;r>'>" + around;
            List<String> records = new ArrayList<>();
            List<String> between = new ArrayList<>();
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                records.add(in(encoding, xml.record()));
                between.add(in(encoding, xml.between()));
            }
            return new File(random, encoding, start, records, between, (nested ? "</b>" : "") + "</a>\n");
        }

        private static String in(String encoding, String text) {
            return encoding.startsWith("UTF") ? text : text.replace("€", "e").replace("😀", "ee");
        }

        String text(int from, int to) {
            StringBuilder text = new StringBuilder();
            for (int i = from; i < to; i++) {
                text.append(records.get(i)).append(between.get(i));
            }
            return text.toString();
        }

        int startOf(int record) {
            return start.length() + text(0, record).length();
        }

        boolean endsRecord(int place) {
            for (int i = 0; i < records.size(); i++) {
                if (startOf(i) + records.get(i).length() == place) {
                    return true;
                }
            }
            return false;
        }

        String text() {
            return start + text(0, records.size()) + end;
        }

        byte[] bytes() {
            String declaration = encoding.equals("UTF-8") && random.nextBoolean()
                    ? ""
                    : "<?xml version='1.0' encoding='" + encoding + "'?>";
            return (declaration + text()).getBytes(Charset.forName(encoding));
        }
    }

    @Test
    void cutsAWellFormedFileWhereAParserOfAllOfItDoes() throws Exception {
        int found = 0;
        for (long seed = 0; seed < FILES; seed++) {
            for (boolean nested : new boolean[] {false, true}) {
                File file = File.random(seed, nested);
                RecordPath path = nested ? ANYWHERE : CHILDREN;
                List<String> expected = wholeRecords(file.text(), nested);

                List<String> actual =
                        loaded(split(file.bytes(), path, 1 + file.random().nextInt(200)), path);

                assertThat(actual).as("seed %s, %s", seed, file.text()).isEqualTo(expected);
                found += expected.size();
            }
        }
        assertThat(found).isGreaterThan((int) FILES * 4);
    }

    @Test
    void rejectsTheDamagedRecordAndLoadsAllOthers() throws Exception {
        int swallowed = 0;
        int rejected = 0;
        for (long seed = 0; seed < FILES * 2; seed++) {
            boolean nested = seed % 3 == 0;
            File file = File.random(seed, nested);
            int at = file.random().nextInt(file.records().size());
            String damage = DAMAGES[(int) (seed % DAMAGES.length)];
            String damaged = damaged(file.records().get(at), damage, file.random());
            file.records().set(at, damaged);
            RecordPath path = nested ? ANYWHERE : CHILDREN;

            List<String> expected = new ArrayList<>();
            int behind = 0;
            for (int i = 0; i < file.records().size(); i++) {
                int start = file.startOf(i);
                if (start < behind) {
                    continue;
                }
                int end = start + file.records().get(i).length();
                String alone = i == at ? null : alone(file, start, end);
                if (i == at) {
                    behind = endOfWellFormed(file, start);
                    alone = behind < 0 ? null : alone(file, start, behind);
                    swallowed += behind > end ? 1 : 0;
                }
                rejected += alone == null ? 1 : 0;
                expected.add(alone == null ? "rejected" : alone);
            }
            if (behind > 0 && !file.endsRecord(behind)) {
                // All of the file's text to there is well-formed, and what follows is not within a record any more.
                expected = expected.subList(0, at + 1);
            }

            List<String> actual =
                    outcomes(split(file.bytes(), path, 1 + file.random().nextInt(200)), path);

            assertThat(behind > 0 && !file.endsRecord(behind) ? actual.subList(0, at + 1) : actual)
                    .as("seed %s, damage %s in record %s: %s", seed, damage, at + 1, file.text())
                    .isEqualTo(expected);
        }
        assertThat(rejected).isGreaterThan((int) FILES);
        // A section that happens to be ended by a later record's, so that the file is well-formed.
        assertThat(swallowed).isPositive().isLessThan(rejected / 10);
    }

    @Test
    void loadsNothingThatIsNoRecordHoweverManyAreDamaged() throws Exception {
        for (long seed = 0; seed < FILES; seed++) {
            File file = File.random(seed, false);
            for (int i = 0; i < file.records().size(); i++) {
                if (file.random().nextInt(3) == 0) {
                    String damage = DAMAGES[file.random().nextInt(DAMAGES.length)];
                    file.records().set(i, damaged(file.records().get(i), damage, file.random()));
                }
            }
            TreeSet<String> allowed = new TreeSet<>();
            for (int i = 0; i < file.records().size(); i++) {
                int end = endOfWellFormed(file, file.startOf(i));
                if (end > 0) {
                    allowed.add(Objects.requireNonNull(alone(file, file.startOf(i), end)));
                    if (end > file.startOf(i) + file.records().get(i).length()) {
                        // It goes on into a later one, whose rest stands beside it then, and so it does for any parser.
                        allowed.addAll(beside(file, end));
                    }
                }
            }

            assertThat(allowed)
                    .as("seed %s: %s", seed, file.text())
                    .containsAll(loaded(
                            split(file.bytes(), CHILDREN, 1 + file.random().nextInt(200)), CHILDREN));
        }
    }

    /** One that was cut off within a comment must not give what the comment holds. */
    @Test
    void loadsNothingOutOfWhatIsNotEndedBecauseTheFileIsCutOff() throws Exception {
        for (String opaque : new String[] {"<!-- %s -->", "<![CDATA[ %s ]]>", "<?pi %s ?>"}) {
            String text = "<a><r>1</r><r>2" + opaque.formatted("</r><r>no</r><r>no</r><r>") + "</r><r>3</r></a>";
            for (int length = 0; length < text.length(); length++) {
                assertThat(loaded(split(text.substring(0, length).getBytes(UTF_8), CHILDREN, 16), CHILDREN))
                        .as(text.substring(0, length))
                        .noneMatch(record -> record.contains(">no</>"));
            }
        }
    }

    @Test
    void readsABadFileAFewTimesAtMost() throws Exception {
        for (String opening : new String[] {"<![CDATA[", "<!-- ", "<?pi ", "<x y='"}) {
            for (String end : new String[] {"", "<r>]]> ?> --> '/></q></r>"}) {
                String text = "<a>" + ("<r><s>" + opening + "</s></r>").repeat(20_000) + end + "</a>";
                List<Document> documents = split(text.getBytes(UTF_8), CHILDREN, 1 << 18);

                assertThat(documents).as(opening + end).hasSizeGreaterThan(5);
                assertThat(loaded(documents, CHILDREN)).isEmpty();
                if (end.isEmpty()) {
                    assertThat(documents).hasSize(20_000);
                }
            }
        }
    }

    private static String damaged(String record, String damage, Random random) {
        List<Integer> places = new ArrayList<>();
        int at = 0;
        while (at < record.length()) {
            if (record.charAt(at) == '<') {
                String end = record.startsWith("<!--", at)
                        ? "-->"
                        : record.startsWith("<![", at) ? "]]>" : record.startsWith("<?", at) ? "?>" : "";
                at = end.isEmpty() ? behindTag(record, at) : record.indexOf(end, at) + end.length();
            } else {
                // A damage of its own would come of one within a reference.
                at = record.charAt(at) == '&' ? record.indexOf(';', at) + 1 : at + 1;
            }
            if (at < record.length()) {
                places.add(at);
            }
        }
        if (places.isEmpty()) {
            // It has no content.
            return record.substring(0, record.length() - 2) + ">" + damage + "</" + name(record) + ">";
        }
        int place = places.get(random.nextInt(places.size()));
        return record.substring(0, place) + damage + record.substring(place);
    }

    private static String name(String record) {
        return record.substring(1).split("[ \t\r\n/>]")[0];
    }

    private static int behindTag(String record, int from) {
        char quote = 0;
        for (int i = from; ; i++) {
            char c = record.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '>') {
                return i + 1;
            } else if (c == '\'' || c == '"') {
                quote = c;
            }
        }
    }

    /** Where the record that begins at a place ends for the JDK's parser; -1 if it does not, or is not well-formed. */
    private int endOfWellFormed(File file, int start) throws Exception {
        Matcher ends = END.matcher(file.text());
        for (int from = start; ends.find(from); from = ends.end()) {
            if (alone(file, start, ends.end()) != null) {
                return ends.end();
            }
        }
        return -1;
    }

    /** The records that the JDK's parser finds from a place between two records on, as far as all is well-formed. */
    private List<String> beside(File file, int from) throws Exception {
        List<String> records = List.of();
        Matcher ends = END.matcher(file.text());
        for (int at = from; ends.find(at); at = ends.end()) {
            try {
                records = wholeRecords(
                        file.start() + file.text().substring(from, ends.end()) + file.end(),
                        file.start().contains("<b>"));
            } catch (SAXException e) {
                // It ends within an element.
            }
        }
        return records;
    }

    /** What a part of a file gives alone; null if it is not a single well-formed record. */
    private @Nullable String alone(File file, int from, int to) throws Exception {
        String part = file.text().substring(from, to);
        try {
            List<String> records =
                    wholeRecords(file.start() + part + file.end(), file.start().contains("<b>"));
            return records.size() == 1 ? records.get(0) : null;
        } catch (SAXException e) {
            return null;
        }
    }

    private List<String> wholeRecords(String text, boolean anywhere) throws Exception {
        List<String> records = new ArrayList<>();
        collect(whole.parse(new ByteArrayInputStream(text.getBytes(UTF_8))).getDocumentElement(), anywhere, 1, records);
        return records;
    }

    private static void collect(Element element, boolean anywhere, int depth, List<String> records) {
        boolean record = element.getLocalName().equals("r") && element.getNamespaceURI() == null;
        if (record && (anywhere || depth == 2)) {
            records.add(described(element));
            return;
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner && (anywhere || depth == 1)) {
                collect(inner, anywhere, depth + 1, records);
            }
        }
    }

    private static String described(Element element) {
        StringBuilder text = new StringBuilder();
        element.normalize();
        describe(element, text);
        return text.toString();
    }

    private static void describe(Node node, StringBuilder text) {
        switch (node.getNodeType()) {
            case Node.ELEMENT_NODE -> {
                text.append("<{").append(node.getNamespaceURI()).append('}').append(node.getLocalName());
                NamedNodeMap attributes = node.getAttributes();
                TreeSet<String> shown = new TreeSet<>();
                for (int i = 0; i < attributes.getLength(); i++) {
                    Node attribute = attributes.item(i);
                    if (!attribute.getNodeName().startsWith("xmlns")) {
                        shown.add(" {" + attribute.getNamespaceURI() + "}" + attribute.getLocalName() + "="
                                + attribute.getNodeValue());
                    }
                }
                shown.forEach(text::append);
                text.append('>');
                for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
                    describe(child, text);
                }
                text.append("</>");
            }
            case Node.COMMENT_NODE ->
                text.append("<!--").append(node.getNodeValue()).append("-->");
            case Node.PROCESSING_INSTRUCTION_NODE ->
                text.append("<?")
                        .append(node.getNodeName())
                        .append(' ')
                        .append(node.getNodeValue())
                        .append("?>");
            default -> text.append(node.getNodeValue());
        }
    }

    private List<String> loaded(List<Document> documents, RecordPath path) throws Exception {
        return outcomes(documents, path).stream()
                .filter(outcome -> !outcome.equals("rejected"))
                .toList();
    }

    /** What Millrace's parser takes, read by the JDK's. */
    private List<String> outcomes(List<Document> documents, RecordPath path) throws Exception {
        XmlParser parser = new XmlParser(Projection.builder(path).build(), Doctype.REJECT, XmlLimits.DEFAULTS);
        List<String> outcomes = new ArrayList<>();
        for (Document document : documents) {
            try {
                if (document.unreadable() != null) {
                    throw new FaultException(document.unreadable());
                }
                parser.parse(document);
                List<String> records = wholeRecords(new String(document.content(), UTF_8), path.equals(ANYWHERE));
                assertThat(records).hasSize(1);
                outcomes.addAll(records);
            } catch (FaultException e) {
                outcomes.add("rejected");
            }
        }
        return outcomes;
    }

    private static List<Document> split(byte[] bytes, RecordPath path, int size) {
        return split(new ByteArrayInputStream(bytes), path, size);
    }

    private static List<Document> split(InputStream in, RecordPath path, int size) {
        RecordSplitter splitter = new RecordSplitter(path, Doctype.REJECT, XmlLimits.DEFAULTS, size);
        splitter.start("f.xml", "/in/f.xml", in);
        List<Document> documents = new ArrayList<>();
        for (Document document = splitter.next(); document != null; document = splitter.next()) {
            documents.add(document);
        }
        return documents;
    }

    private static RecordPath path(String root, boolean anywhere) {
        return RecordPath.of(
                List.of(new Step(false, new NamePattern("", root)), new Step(anywhere, new NamePattern("", "r"))));
    }
}
