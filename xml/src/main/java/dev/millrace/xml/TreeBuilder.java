package dev.millrace.xml;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Automaton.Entry;
import dev.millrace.xml.Automaton.State;
import dev.millrace.xml.NameTable.Symbol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the projected tree from what a {@link Scanner} or a {@link ThoroughReader} tells. An element that is not kept for
 * itself waits in its frame until something below it is kept, and is forgotten at its end tag otherwise. Reused for each
 * document of a parser.
 */
final class TreeBuilder {

    /** An open element. */
    private static final class Frame {

        State state;
        /** The element's node, null while nothing asks for it. */
        @Nullable
        Node node;

        Name name = Name.of("");
        int ordinal;
        Name[] attributeNames = {};
        String[] attributeValues = {};
        int attributeCount;
        String @Nullable [] declarations;

        /** The namespaces in scope outside this element's own declarations: the size of the stack of them. */
        int namespaces;

        Frame(State state) {
            this.state = state;
        }
    }

    private final Automaton automaton;
    private final XmlLimits limits;
    private final StringBuilder text = new StringBuilder();
    private final List<String> namespaces = new ArrayList<>();

    /** What {@link #inScope} of all of them gave last; null since they have changed. Fragments side by side share it. */
    private String @Nullable [] known;

    private final List<Record> records = new ArrayList<>();
    private Frame[] frames;
    private int top;
    private int position;
    private int keptNodes;

    /** The first piece of a run of text; further pieces are collected in {@link #text}. */
    private @Nullable String firstText;

    private Name[] attributeNames = new Name[16];
    private String[] attributeValues = new String[16];

    TreeBuilder(Automaton automaton, XmlLimits limits) {
        this.automaton = automaton;
        this.limits = limits;
        frames = new Frame[64];
        Arrays.setAll(frames, i -> new Frame(automaton.start()));
    }

    void startDocument() {
        top = 0;
        position = 0;
        keptNodes = 0;
        records.clear();
        namespaces.clear();
        known = null;
        firstText = null;
        text.setLength(0);
        frames[0].state = automaton.start();
        frames[0].node = new Node(Node.Kind.DOCUMENT, null, null, null, position++, 0);
    }

    /** The records, in document order; the builder forgets them. */
    List<Record> endDocument() {
        List<Record> found = List.copyOf(records);
        records.clear();
        for (Frame frame : frames) {
            frame.node = null;
        }
        return found;
    }

    /** The name of the last document's element; only where that was read to its end. */
    Name documentElement() {
        return Objects.requireNonNull(frames[1].name, "no document was read");
    }

    /** The entry of a name that Woodstox has read. */
    Entry entry(String namespace, String prefix, String local) {
        return automaton.entry(namespace, prefix, local);
    }

    /** The entry of a name that the scanner has read. */
    Entry entry(Symbol name, String namespace) {
        return name.entry(automaton, namespace);
    }

    /**
     * Takes the name of a start tag. Its attributes and namespace declarations come next, then {@link #endStartTag}.
     *
     * @param ordinal the number of the start tag
     */
    void startElement(Entry element, int ordinal) throws FaultException {
        Frame parent = frames[top];
        if (parent.state.text) {
            endText(parent);
        }
        Frame frame = push(automaton.next(parent.state, element));
        frame.name = element.name;
        frame.ordinal = ordinal;
        frame.node = null;
        frame.attributeCount = 0;
        frame.namespaces = namespaces.size();
    }

    /** Whether an attribute is kept; if so, {@link #attribute} comes next. */
    boolean wantsAttribute(Entry attribute) {
        Frame frame = frames[top];
        if (!frame.state.anyAttribute || !automaton.wantsAttribute(frame.state, attribute)) {
            return false;
        }
        if (frame.attributeCount == attributeNames.length) {
            attributeNames = Arrays.copyOf(attributeNames, frame.attributeCount * 2);
            attributeValues = Arrays.copyOf(attributeValues, frame.attributeCount * 2);
        }
        attributeNames[frame.attributeCount] = attribute.name;
        return true;
    }

    /** Takes the value of the attribute that was asked for. */
    void attribute(String value) throws FaultException {
        checkValue(value.length());
        attributeValues[frames[top].attributeCount++] = value;
    }

    /** Takes a namespace declaration; the prefix is "" for the default namespace. */
    void namespace(String prefix, String uri) {
        // That one is in scope everywhere, and need not be said.
        if (!prefix.equals("xml")) {
            namespaces.add(prefix);
            namespaces.add(uri);
            known = null;
        }
    }

    /**
     * Takes the end of a start tag.
     *
     * @return whether any of the element's content can be kept; if not, the caller skips it, up to and without its end tag
     */
    boolean endStartTag() throws FaultException {
        Frame frame = frames[top];
        State state = frame.state;
        if (frame.attributeCount > 0) {
            frame.attributeNames = Arrays.copyOf(attributeNames, frame.attributeCount);
            frame.attributeValues = Arrays.copyOf(attributeValues, frame.attributeCount);
        }
        if (state.whole) {
            // The top of a fragment that is kept whole gets all that is in scope.
            frame.declarations = frames[top - 1].state.whole
                    ? inScope(namespaces.subList(frame.namespaces, namespaces.size()))
                    : allInScope();
        } else {
            frame.declarations = null;
        }
        if (state.record) {
            keptNodes = 0;
        }
        if (state.kept) {
            materialize(top);
        }
        if (state.record) {
            records.add(new Record(Objects.requireNonNull(frame.node), records.size()));
        }
        return state.content;
    }

    void endElement() throws FaultException {
        Frame frame = frames[top--];
        if (frame.state.text) {
            endText(frame);
        }
        while (namespaces.size() > frame.namespaces) {
            namespaces.remove(namespaces.size() - 1);
            known = null;
        }
    }

    /** Whether text right here is kept; if not, the caller need not ask the reader for it. */
    boolean wantsText() {
        return frames[top].state.text;
    }

    /** Whether comments and processing instructions right here are kept. */
    boolean wantsCommentsAndInstructions() {
        return frames[top].state.commentsAndInstructions;
    }

    /** Takes a piece of character data; pieces without a tag, comment or instruction between become one text node. */
    void text(String piece) throws FaultException {
        if (firstText == null) {
            checkValue(piece.length());
            firstText = piece;
            return;
        }
        if (text.length() == 0) {
            text.append(firstText);
        }
        checkValue((long) text.length() + piece.length());
        text.append(piece);
    }

    /** Takes a comment or a processing instruction, kept or not: it ends a text node in any case. */
    void separateText() throws FaultException {
        endText(frames[top]);
    }

    void comment(String value) throws FaultException {
        leaf(Node.Kind.COMMENT, null, value);
    }

    void instruction(String target, String value) throws FaultException {
        leaf(Node.Kind.PROCESSING_INSTRUCTION, Name.of(target), value);
    }

    private void endText(Frame frame) throws FaultException {
        String first = firstText;
        if (first == null) {
            return;
        }
        String value = first;
        if (text.length() > 0) {
            value = text.toString();
            text.setLength(0);
        }
        firstText = null;
        if (!value.isEmpty()) {
            append(frame, Node.Kind.TEXT, null, value);
        }
    }

    private void leaf(Node.Kind kind, @Nullable Name name, String value) throws FaultException {
        checkValue(value.length());
        append(frames[top], kind, name, value);
    }

    private void append(Frame frame, Node.Kind kind, @Nullable Name name, String value) throws FaultException {
        Node parent = Objects.requireNonNull(frame.node);
        countKept(1);
        parent.append(new Node(kind, name, parent, value, position++, parent.ordinal));
    }

    private Frame push(State state) {
        if (++top == frames.length) {
            int known = top;
            frames = Arrays.copyOf(frames, known * 2);
            for (int i = known; i < frames.length; i++) {
                frames[i] = new Frame(state);
            }
        }
        Frame frame = frames[top];
        frame.state = state;
        return frame;
    }

    private String @Nullable [] allInScope() {
        if (known == null) {
            known = inScope(namespaces);
        }
        return known;
    }

    /** Prefixes and URIs without those that an inner declaration hides; null if there are none. */
    private static String @Nullable [] inScope(List<String> declared) {
        if (declared.isEmpty()) {
            return null;
        }
        Map<String, String> visible = new LinkedHashMap<>();
        for (int i = 0; i < declared.size(); i += 2) {
            visible.put(declared.get(i), declared.get(i + 1));
        }
        String[] pairs = new String[visible.size() * 2];
        int at = 0;
        for (Map.Entry<String, String> declaration : visible.entrySet()) {
            pairs[at++] = declaration.getKey();
            pairs[at++] = declaration.getValue();
        }
        return pairs;
    }

    /** Makes the nodes of a frame and of the frames above it that have none yet. */
    private void materialize(int level) throws FaultException {
        int first = level;
        while (frames[first - 1].node == null) {
            first--;
        }
        for (int i = first; i <= level; i++) {
            Frame frame = frames[i];
            Node parent = Objects.requireNonNull(frames[i - 1].node);
            countKept(1 + frame.attributeCount);
            Node node = new Node(Node.Kind.ELEMENT, frame.name, parent, null, position, frame.ordinal);
            if (frame.attributeCount > 0) {
                node.attributes(frame.attributeNames, frame.attributeValues, frame.attributeCount);
            }
            if (frame.declarations != null) {
                node.namespaceDeclarations(frame.declarations);
            }
            position += 1 + frame.attributeCount;
            parent.append(node);
            frame.node = node;
        }
    }

    private void countKept(int nodes) throws FaultException {
        keptNodes += nodes;
        if (keptNodes > limits.keptNodes()) {
            throw new FaultException(Fault.of(
                    FaultCode.TOO_MANY_NODES,
                    "the contract's paths reach more than " + limits.keptNodes()
                            + " nodes of one record; split the document into smaller records or raise --max-nodes"));
        }
    }

    private void checkValue(long length) throws FaultException {
        if (length > limits.valueLength()) {
            throw beyond(
                    FaultCode.VALUE_TOO_LARGE, "a text or attribute has", length, limits.valueLength(), "characters");
        }
    }

    static FaultException beyond(FaultCode code, String what, long found, long limit, String unit) {
        return new FaultException(Fault.of(code, what + " " + found + " " + unit + ", but the limit is " + limit));
    }
}
