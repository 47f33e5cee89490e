package dev.millrace.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ctc.wstx.io.WstxInputData;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The scanner and Woodstox judge each other: random documents, and what mutation makes of them, are accepted or refused by
 * both, and what is kept of them, and told of them, is the same. {@code -Dmillrace.scanner.documents} tries more of them,
 * {@code -Dmillrace.scanner.seed} others.
 */
final class ScannerAgainstWoodstoxTest {

    private static final String[] NAMES = {
        "a",
        "b",
        "id",
        "item",
        "address",
        "seven77",
        "eight888",
        "nine99999",
        "fifteen-15-byte",
        "sixteen.16.bytes",
        "a-name-of-more-than-16-bytes",
        "_",
        "é",
        "名前",
        "straße-und-hausnummer",
        "p:a",
        "p:id",
        "q:a",
        "q:a-name-with-8",
        "r:x",
        "xml:lang"
    };

    private static final String[] NAMESPACES = {"urn:p", "urn:q", "urn:p&amp;", "urn:&#x70;", "http://example/ns", ""};

    private static final String[] TEXTS = {
        "x",
        "12",
        "text",
        "seven77",
        "eight888",
        "some words in a row",
        " ",
        "\n  ",
        "\r\n\t",
        "\r",
        "é",
        "ßäöü",
        "漢字かな",
        "\uD83D\uDE00",
        "\uFFFD",
        "\uE000",
        "]",
        "]]",
        "]]&gt;",
        ">",
        "'",
        "\"",
        "&amp;",
        "&lt;",
        "&gt;",
        "&apos;",
        "&quot;",
        "&#65;",
        "&#x1F600;",
        "&#xD;",
        "&#10;",
        "&#9;",
        "\u007F",
        "\u0085",
        "\u2028",
        "a long text that needs several words",
        "0123456",
        "01234567",
        "012345678"
    };

    private static final String[] SNIPPETS = {
        "<",
        ">",
        "&",
        "'",
        "\"",
        "]]>",
        "--",
        "-->",
        "<!--",
        "<![CDATA[",
        "<?",
        "?>",
        "<?xml version='1.0'?>",
        "/",
        "</",
        "/>",
        "=",
        ":",
        " ",
        "\n",
        "\r",
        "\t",
        "\0",
        "\u0001",
        "\u001F",
        "\u007F",
        "\uFFFE",
        "\uFFFF",
        "\uFEFF",
        "\uD83D\uDE00",
        "&#0;",
        "&#x0;",
        "&#x;",
        "&#;",
        "&#xFFFE;",
        "&#xD800;",
        "&#x110000;",
        "&#99999999999;",
        "&#X41;",
        "&unknown;",
        "&amp",
        "&lt;",
        "a='1'",
        " a='1'",
        " a='1' a='1'",
        " p:a='1' q:a='1'",
        " xmlns=''",
        " xmlns='urn:p'",
        " xmlns:p=''",
        " xmlns:p='urn:q'",
        " xmlns:q='urn:p'",
        " xmlns:r=\"urn:q\"",
        " xmlns:xml='http://www.w3.org/XML/1998/namespace'",
        " xmlns:x='http://www.w3.org/XML/1998/namespace'",
        " xmlns='http://www.w3.org/XML/1998/namespace'",
        " xmlns:xml='u'",
        " xmlns:xmlns='u'",
        " xmlns:x='http://www.w3.org/2000/xmlns/'",
        " xmlns='http://www.w3.org/2000/xmlns/'",
        " xmlns:='u'",
        "<p:a>",
        "<a:b:c/>",
        "<:a/>",
        "<a:/>",
        "<xmlns:a/>",
        "<xml:a/>",
        "<?xml x?>",
        "<?XML x?>",
        "<?a:b x?>",
        "<?p?>",
        "<?p x?>",
        "<?p?x?>",
        "<a/>",
        "<a>",
        "</a>",
        "</a >",
        "< a/>",
        "<1/>",
        "<-/>",
        "<a\u00B7/>",
        "<\u00B7/>",
        "<\u0132/>",
        "<\u3007/>",
        "<\u0E46/>",
        "<\u2126/>",
        "<\u212F/>",
        "<\u1780\u17D2/>",
        "<\u1200 \u13A0='1'/>",
        "<\uD83D\uDE00/>",
        "<a\uDB40\uDC00/>",
        "<a\uDB80\uDC00/>",
        "<a\u203F/>",
        "<\u2030/>",
        "x",
        "é",
        "0"
    };

    private static final String REFUSED = "refused: ";

    private final List<String> differences = new ArrayList<>();
    private final int documents = Integer.getInteger("millrace.scanner.documents", 12_000);
    private final long seed = Long.getLong("millrace.scanner.seed", 20261123L);

    /** A projection's two readers. */
    private static final class Readers {

        final TreeBuilder builder;
        final CallRecorder told = new CallRecorder();
        final TagRecorder tags = new TagRecorder();
        final TagRecorder tagsOfTold = new TagRecorder();
        final Scanner scanner;
        final ThoroughReader woodstox;

        Readers(Projection.Builder projection) {
            builder = new TreeBuilder(new Automaton(projection.build()), XmlLimits.DEFAULTS);
            TextRules rules = TextRules.of(Doctype.INTERNAL);
            PathObserver both = PathObserver.of(told, PathObserver.of(tagsOfTold));
            scanner = new Scanner(builder, rules, XmlLimits.DEFAULTS, both, tags);
            woodstox = new ThoroughReader(builder, rules, XmlLimits.DEFAULTS, told);
        }

        /** What is kept and told; "refused" if the text is, null if it is not for the scanner. */
        @Nullable
        String scanned(XmlText text) {
            try {
                if (!scanner.read(text)) {
                    return null;
                }
                assertThat(tags.isComplete()).isTrue();
                assertThat(tags.calls()).isEqualTo(tagsOfTold.calls());
                return keptAndTold();
            } catch (FaultException e) {
                assertThat(e.fault().location()).isNotNull();
                return refused(e);
            }
        }

        String read(XmlText text) {
            try {
                woodstox.read(text);
                return keptAndTold();
            } catch (FaultException e) {
                return refused(e);
            }
        }

        private static String refused(FaultException e) {
            assertThat(e.fault().code()).isIn(FaultCode.NOT_WELL_FORMED, FaultCode.ENCODING);
            return REFUSED + e.fault().message();
        }

        private String keptAndTold() {
            assertThat(told.isComplete()).isTrue();
            return kept() + "\ntold:\n" + told.calls();
        }

        private String kept() {
            List<Record> records = builder.endDocument();
            if (records.isEmpty()) {
                return "no record";
            }
            Node top = records.get(0).element();
            while (top.parent() != null) {
                top = top.parent();
            }
            StringBuilder text = new StringBuilder();
            write(top, text);
            return text.toString();
        }
    }

    @Test
    void acceptsAndKeepsWhatWoodstoxDoes() throws FaultException, IOException {
        Projection.Builder everything = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        everything.document().whole();
        Projection.Builder parts = Projection.builder(RecordPath.DOCUMENT_ELEMENT);
        parts.record().descendant(new NamePattern("", "id")).stringValue();
        parts.record().child(NamePattern.ANY).attribute(new NamePattern("", "id"), false);
        parts.record().descendant(new NamePattern("urn:p", null)).attribute(new NamePattern("urn:q", null), false);
        parts.record().child(new NamePattern("", "item")).whole();
        parts.record().descendant(new NamePattern(null, "contact")).attribute(NamePattern.ANY, false);
        List<Readers> readers = List.of(
                new Readers(everything),
                new Readers(parts),
                new Readers(Projection.builder(RecordPath.DOCUMENT_ELEMENT)));
        List<byte[]> examples = examples();
        Random random = new Random(seed);
        int accepted = 0;

        for (int i = 0; i < documents && differences.size() < 5; i++) {
            byte[] content = random.nextInt(4) == 0 ? examples.get(random.nextInt(examples.size())) : document(random);
            int mutations = random.nextInt(4);
            for (int m = 0; m < mutations; m++) {
                content = mutated(content, random);
            }
            XmlText text = text(content);
            if (text != null && !text.version11()) {
                accepted += compare(readers, text, random) ? 1 : 0;
            }
        }

        assertThat(differences).as("seed %d", seed).isEmpty();
        assertThat(accepted).isBetween(documents / 4, documents);
    }

    /** What real documents have and random ones lack: long runs of attributes, repeated parts, comments. */
    private static List<byte[]> examples() throws IOException {
        Path here = Files.isDirectory(Path.of("examples")) ? Path.of("") : Path.of("..");
        List<byte[]> examples = new ArrayList<>();
        try (Stream<Path> files = Files.list(here.resolve("examples/loan-applications/documents"))) {
            for (Path file : files.sorted().toList()) {
                examples.add(Files.readAllBytes(file));
            }
        }
        return examples;
    }

    /** Returns whether the text is accepted. */
    private boolean compare(List<Readers> readers, XmlText text, Random random) {
        String shown = new String(text.bytes(), UTF_8);
        boolean beyondPlane = shown.chars().anyMatch(c -> Character.isSurrogate((char) c));
        boolean accepted = false;
        for (Readers each : readers) {
            String scanned = each.scanned(text);
            if (scanned != null) {
                String read = holdsNoCharacter(shown) ? REFUSED : each.read(text);
                accepted = !scanned.startsWith(REFUSED);
                // Woodstox takes names of characters that no edition of XML 1.0 allows.
                boolean tooLax = beyondPlane && scanned.startsWith(REFUSED + "a name was expected");
                // And it keeps to the fourth edition, where the scanner takes what the fifth has.
                boolean tooStrict = accepted && read.startsWith(REFUSED) && hasCharactersOfTheFifthEdition(shown);
                if (!tooLax && !tooStrict && (accepted ? !scanned.equals(read) : !read.startsWith(REFUSED))) {
                    differences.add(shown + "\nscanned: " + scanned + "\nread: " + read);
                }
            }
        }
        if (accepted && hasCharactersOfTheFifthEdition(shown)) {
            return true;
        }
        // Woodstox counts columns in UTF-16 units, and leaves out the lines within an XML declaration.
        String declaration = shown.contains("<?xml") ? shown.substring(0, Math.max(0, shown.indexOf("?>"))) : "";
        if (accepted && !beyondPlane && declaration.lines().count() < 2) {
            int tag = random.nextInt(10);
            int found = readers.get(0).scanner.find(text, tag);
            Location place = found < 0 ? null : text.location(found);
            Location expected = readers.get(0).woodstox.find(text, tag);
            if (!Objects.equals(place, expected)) {
                differences.add(shown + "\ntag " + tag + " scanned at " + place + ", read at " + expected);
            }
        }
        return accepted;
    }

    private static boolean hasCharactersOfTheFifthEdition(String text) {
        return text.codePoints()
                .anyMatch(c ->
                        NameCharacters.isPart(c) && (c > 0xFFFF || !WstxInputData.isNameChar((char) c, true, false))
                                || NameCharacters.isStart(c)
                                        && c <= 0xFFFF
                                        && !WstxInputData.isNameStartChar((char) c, true, false));
    }

    /** Woodstox takes control characters in attributes, and passes them over in a prolog as if they were white space. */
    private static boolean holdsNoCharacter(String text) {
        return text.chars()
                .anyMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == '\uFFFE' || c == '\uFFFF');
    }

    private static @Nullable XmlText text(byte[] content) {
        try {
            return XmlText.of(Document.ofText("k", content, "t"), null);
        } catch (FaultException e) {
            return null;
        }
    }

    /** All that a tree holds. */
    private static void write(Node node, StringBuilder text) {
        text.append(node.kind())
                .append(' ')
                .append(node.ordinal())
                .append(' ')
                .append(node.position())
                .append(' ');
        Name name = node.name();
        if (name != null) {
            text.append(name).append('=').append(name.qualified());
        }
        for (int i = 0; i < node.attributeCount(); i++) {
            Name attribute = node.attributeName(i);
            text.append(' ').append(attribute).append('=').append(attribute.qualified());
            text.append('=').append(node.attributeValue(i));
        }
        text.append(' ').append(Arrays.toString(node.namespaceDeclarations()));
        if (node.firstChild() == null) {
            text.append(node.stringValue());
        }
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            text.append('\n');
            write(child, text);
        }
    }

    private static byte[] mutated(byte[] content, Random random) {
        int from = random.nextInt(content.length + 1);
        int to = Math.min(content.length, from + random.nextInt(random.nextInt(4) == 0 ? 100 : 3));
        byte[] middle = switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) random.nextInt(256)};
            case 2 -> new byte[] {(byte) random.nextInt(128)};
            case 3 -> Arrays.copyOfRange(content, to, Math.min(content.length, to + random.nextInt(40)));
            default -> SNIPPETS[random.nextInt(SNIPPETS.length)].getBytes(UTF_8);
        };
        int end = random.nextInt(20) == 0 ? to : content.length;
        byte[] result = new byte[from + middle.length + end - to];
        System.arraycopy(content, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(content, to, result, from + middle.length, end - to);
        return result;
    }

    private static byte[] document(Random random) {
        StringBuilder xml = new StringBuilder();
        String[] declarations = {
            "", "", "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<?xml version = '1.0' standalone='no' ?>", "\uFEFF", "\n",
                    "<?xml version='1.0' encoding='utf-8' standalone=\"yes\"?>"
        };
        xml.append(declarations[random.nextInt(declarations.length)]);
        misc(random, xml);
        element(random, 0, xml);
        misc(random, xml);
        return xml.toString().getBytes(UTF_8);
    }

    private static void misc(Random random, StringBuilder xml) {
        while (random.nextInt(4) == 0) {
            xml.append(pick(
                    random, "\n", " ", "\r\n", "<!-- a - comment é -->", "<?p some data ?>", "<?target?>", "<!---->"));
        }
    }

    private static void element(Random random, int depth, StringBuilder xml) {
        String name = NAMES[random.nextInt(NAMES.length - 1)];
        xml.append('<').append(name);
        List<String> attributes = new ArrayList<>();
        if (depth == 0) {
            attributes.add("xmlns:p");
            attributes.add("xmlns:q");
            attributes.add("xmlns:r");
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            String attribute = random.nextInt(6) == 0
                    ? pick(random, "xmlns", "xmlns:p", "xmlns:q", "xmlns:s")
                    : pick(random, NAMES);
            if (!attributes.contains(attribute) || random.nextInt(50) == 0) {
                attributes.add(attribute);
            }
        }
        for (String attribute : attributes) {
            char quote = random.nextInt(3) == 0 ? '\'' : '"';
            xml.append(pick(random, " ", " ", " ", "\n   ", "\t")).append(attribute);
            xml.append(pick(random, "=", "=", "=", " =", "= ", "\n=\r\n")).append(quote);
            if (attribute.startsWith("xmlns")) {
                xml.append(NAMESPACES[random.nextInt(attribute.length() > 5 ? 5 : 6)]);
            } else {
                for (int i = random.nextInt(4); i > 0; i--) {
                    xml.append(pick(random, TEXTS).replace(quote, '?'));
                }
            }
            xml.append(quote);
        }
        xml.append(pick(random, "", "", "", " ", "\r\n"));
        if (random.nextInt(4) == 0) {
            xml.append("/>");
            return;
        }
        xml.append('>');
        for (int i = depth > 5 ? 0 : random.nextInt(5); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 ->
                    xml.append("<!-- ")
                            .append(pick(random, "c", "é\r\n", "- -", "<&]]>"))
                            .append(" -->");
                case 1 ->
                    xml.append("<?p ")
                            .append(pick(random, "x", "é\r\n", "?", "<&]]> "))
                            .append("?>");
                case 2 ->
                    xml.append("<![CDATA[")
                            .append(pick(random, "", "x", "é\r\n\r", "]]", "<&>]] >"))
                            .append("]]>");
                case 3, 4 -> element(random, depth + 1, xml);
                default -> xml.append(pick(random, TEXTS));
            }
        }
        xml.append("</")
                .append(name)
                .append(pick(random, "", "", "", " ", "\n"))
                .append('>');
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }
}
