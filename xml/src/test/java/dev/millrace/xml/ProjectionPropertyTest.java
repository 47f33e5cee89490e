package dev.millrace.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Node.Kind;
import dev.millrace.xml.Projection.Reach;
import dev.millrace.xml.XmlParser.Doctype;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random documents and random steps: what is kept of a document must be what the steps reach in the tree that is kept whole.
 * Both trees are compared as sets of facts, such as "the element of start tag 7 has the attribute a".
 */
final class ProjectionPropertyTest {

    private static final int ROUNDS = 3_000;
    private static final String[] NAMES = {"a", "b", "c", "p:a", "p:b"};
    private static final NamePattern[] TESTS = {
        NamePattern.ANY,
        new NamePattern("", "a"),
        new NamePattern("", "b"),
        new NamePattern(null, "a"),
        new NamePattern("urn:p", null),
        new NamePattern("urn:p", "b"),
    };

    /** Steps taken twice at once: on the projection, and on the nodes of the whole tree. */
    private static final class Walk {

        private final Random random;
        private final boolean downOnly;
        private final Set<String> expected;
        private Reach reach;
        private Set<Node> nodes;

        Walk(Random random, boolean downOnly, Set<String> expected, Reach reach, Set<Node> nodes) {
            this.random = random;
            this.downOnly = downOnly;
            this.expected = expected;
            this.reach = reach;
            this.nodes = nodes;
        }

        void go() {
            int steps = random.nextInt(5);
            for (int i = 0; i < steps; i++) {
                step();
            }
            end();
        }

        private void step() {
            NamePattern test = TESTS[random.nextInt(TESTS.length)];
            Set<Node> next = new LinkedHashSet<>();
            switch (random.nextInt(downOnly ? 2 : 4)) {
                case 0 -> {
                    reach = reach.child(test);
                    nodes.forEach(node -> addBelow(node, test, false, next));
                }
                case 1 -> {
                    reach = reach.descendant(test);
                    nodes.forEach(node -> addBelow(node, test, true, next));
                }
                case 2 -> {
                    reach = reach.parent();
                    nodes.stream()
                            .map(Node::parent)
                            .filter(ProjectionPropertyTest::isElement)
                            .forEach(next::add);
                }
                default -> {
                    reach = reach.ancestor(test);
                    for (Node node : nodes) {
                        for (Node up = node.parent(); up != null; up = up.parent()) {
                            if (isElement(up) && test.matches(name(up))) {
                                next.add(up);
                            }
                        }
                    }
                }
            }
            nodes = next;
            nodes.forEach(node -> expectElement(node, expected));
        }

        private void end() {
            NamePattern test = TESTS[random.nextInt(TESTS.length)];
            switch (random.nextInt(6)) {
                case 0 -> {
                    reach.attribute(test, false);
                    nodes.forEach(node -> addAttributes(node, test, expected));
                }
                case 1 -> {
                    reach.text();
                    nodes.forEach(node -> addContent(node, Kind.TEXT, expected));
                }
                case 2 -> {
                    reach.commentsAndInstructions();
                    nodes.forEach(node -> addContent(node, Kind.COMMENT, expected));
                }
                case 3 -> {
                    reach.stringValue();
                    nodes.forEach(node -> addDeep(node, false, expected));
                }
                case 4 -> {
                    reach.whole();
                    nodes.forEach(node -> addDeep(node, true, expected));
                }
                default -> {
                    // Only the elements.
                }
            }
        }
    }

    @Test
    void keepsExactlyWhatStepsDownReach() throws FaultException {
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            Set<String> expected = new TreeSet<>();

            Set<String> kept = keptAndExpected(random, true, expected);

            assertThat(kept).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void keepsAtLeastWhatStepsInAnyDirectionReach() throws FaultException {
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            Set<String> expected = new TreeSet<>();

            Set<String> kept = keptAndExpected(random, false, expected);

            assertThat(kept).as("seed %d", seed).containsAll(expected);
        }
    }

    private static Set<String> keptAndExpected(Random random, boolean downOnly, Set<String> expected)
            throws FaultException {
        Document document = document(random);
        RecordPath path = recordPath(random);
        Projection.Builder everything = Projection.builder(path);
        everything.document().whole();
        List<Record> records = parse(everything, document);
        if (records.isEmpty()) {
            return Set.of();
        }
        Node top = top(records);
        Set<Node> recordNodes = new LinkedHashSet<>();
        for (Record record : records) {
            recordNodes.add(record.element());
            expectElement(record.element(), expected);
            for (Node up = record.element().parent(); up != null; up = up.parent()) {
                addAttributes(up, NamePattern.ANY, expected);
            }
        }
        Projection.Builder builder = Projection.builder(path);
        int walks = 1 + random.nextInt(3);
        for (int i = 0; i < walks; i++) {
            // What is reached beside a record may get more attributes than asked for: it might have become its
            // ancestor.
            boolean fromRecord = downOnly || random.nextInt(4) > 0;
            new Walk(
                            random,
                            downOnly,
                            expected,
                            fromRecord ? builder.record() : builder.document(),
                            fromRecord ? recordNodes : Set.of(top))
                    .go();
        }
        Set<String> all = new TreeSet<>();
        addDeep(top, true, all);

        Node keptTop = top(parse(builder, document));

        Set<String> kept = new TreeSet<>();
        addDeep(keptTop, true, kept);
        assertThat(all).containsAll(kept);
        assertThat(positions(keptTop, new ArrayList<>())).isSorted().doesNotHaveDuplicates();
        return kept;
    }

    // Records of a random path that names an element twice may be missing altogether: such a round says nothing.
    private static List<Record> parse(Projection.Builder builder, Document document) throws FaultException {
        try {
            return new XmlParser(builder.build(), Doctype.REJECT, XmlLimits.DEFAULTS).parse(document);
        } catch (FaultException e) {
            if (e.fault().code() == FaultCode.NO_RECORD) {
                return List.of();
            }
            throw e;
        }
    }

    private static Document document(Random random) {
        StringBuilder xml = new StringBuilder();
        element(random, 0, xml);
        return Document.ofText("k", xml.toString().getBytes(StandardCharsets.UTF_8), "test");
    }

    private static void element(Random random, int depth, StringBuilder xml) {
        String name = NAMES[random.nextInt(NAMES.length)];
        xml.append('<').append(name);
        if (depth == 0) {
            xml.append(" xmlns:p='urn:p'");
        }
        for (String attribute : NAMES) {
            if (random.nextInt(5) == 0) {
                xml.append(' ')
                        .append(attribute)
                        .append("='")
                        .append(random.nextInt(9))
                        .append('\'');
            }
        }
        xml.append('>');
        int children = depth > 6 ? 0 : random.nextInt(5);
        for (int i = 0; i < children; i++) {
            switch (random.nextInt(6)) {
                case 0 -> xml.append("text").append(random.nextInt(9));
                case 1 -> xml.append("<!--comment-->");
                case 2 -> xml.append("<![CDATA[<]]>&amp; ");
                default -> element(random, depth + 1, xml);
            }
        }
        xml.append("</").append(name).append('>');
    }

    private static RecordPath recordPath(Random random) {
        if (random.nextInt(3) == 0) {
            return RecordPath.DOCUMENT_ELEMENT;
        }
        List<RecordPath.Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            steps.add(new RecordPath.Step(random.nextBoolean(), TESTS[random.nextInt(TESTS.length)]));
        }
        return RecordPath.of(steps);
    }

    private static Node top(List<Record> records) {
        Node node = records.get(0).element();
        while (node.parent() != null) {
            node = node.parent();
        }
        return node;
    }

    private static boolean isElement(@Nullable Node node) {
        return node != null && node.kind() == Kind.ELEMENT;
    }

    private static Name name(Node element) {
        return Objects.requireNonNull(element.name());
    }

    private static void addBelow(Node node, NamePattern test, boolean deep, Set<Node> into) {
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            if (isElement(child)) {
                if (test.matches(name(child))) {
                    into.add(child);
                }
                if (deep) {
                    addBelow(child, test, true, into);
                }
            }
        }
    }

    private static void expectElement(Node node, Set<String> facts) {
        for (Node up = node; up != null && isElement(up); up = up.parent()) {
            facts.add(up.ordinal() + " is " + up.name());
        }
    }

    private static void addAttributes(Node node, NamePattern test, Set<String> facts) {
        for (int i = 0; i < node.attributeCount(); i++) {
            if (test.matches(node.attributeName(i))) {
                facts.add(node.ordinal() + " has " + node.attributeName(i) + "=" + node.attributeValue(i));
            }
        }
    }

    private static void addContent(Node node, Kind kind, Set<String> facts) {
        int number = 0;
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            if (child.kind() == kind && node.kind() == Kind.ELEMENT) {
                facts.add(node.ordinal() + " holds " + kind + " " + number++ + ": " + child.stringValue());
            }
        }
    }

    private static void addDeep(Node node, boolean whole, Set<String> facts) {
        expectElement(node, facts);
        addContent(node, Kind.TEXT, facts);
        if (whole) {
            addContent(node, Kind.COMMENT, facts);
            addAttributes(node, NamePattern.ANY, facts);
        }
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            if (isElement(child)) {
                addDeep(child, whole, facts);
            }
        }
    }

    private static List<Integer> positions(Node node, List<Integer> into) {
        into.add(node.position());
        for (int i = 0; i < node.attributeCount(); i++) {
            into.add(node.attributeNode(i).position());
        }
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            positions(child, into);
        }
        return into;
    }
}
