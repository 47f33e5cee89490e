package dev.millrace.xml;

import com.fasterxml.aalto.AsyncByteArrayFeeder;
import com.fasterxml.aalto.AsyncXMLStreamReader;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is around the records of one file: is given all of the text but the records' content, says where a record
 * begins, and checks the rest as strictly as {@link XmlParser} does. Its memory is bounded by the limits on depth, names and
 * values. Used for one file after the other; not thread-safe.
 */
public final class RecordFinder {

    /** Is told of what is around the records of files: of neither the records nor what is in them. */
    public interface Around {

        /**
         * A file begins; the one before may have ended in the midst of its elements.
         *
         * @param key what the keys of its records begin with
         */
        void startFile(String key);

        /**
         * A start tag.
         *
         * @param attributes without declarations of namespaces
         */
        void startElement(Name name, List<Name> attributes);

        /** Character data in the element that is open, more than white space; told once between two tags. */
        void text();

        void endElement();
    }

    /** An open element above the records. */
    private static final class Frame {

        final String name;
        final String startTag;
        final String endTag;
        /** Which of a record path's first steps lead to this element: none of them, which is the document, and so on; path after path. */
        final boolean[] reached;
        /** The same, of this element and all around it. */
        final boolean[] reachedSoFar;

        Frame(String name, String startTag, boolean[] reached, boolean[] reachedSoFar) {
            this.name = name;
            this.startTag = startTag;
            endTag = name.isEmpty() ? "" : "</" + name + ">";
            this.reached = reached;
            this.reachedSoFar = reachedSoFar;
        }
    }

    private static final String SPACE = " \t\r\n";

    /** Few beside the names that a single file may have. */
    private static final int MOST_KEPT_NAMES = 2_000;

    private final List<List<RecordPath.Step>> paths;
    /** Places in the arrays of frames: for each path one more than it has steps. */
    private final int places;

    private final XmlLimits limits;
    private final Frame document;
    private final NameCensus names = new NameCensus();
    /** Names that the tokenizers may know from earlier files. */
    private int namesKnown;
    /** Shares its names among all its readers; replaced before they become too many. */
    private InputFactoryImpl tokenizers = new InputFactoryImpl();

    private AsyncXMLStreamReader<AsyncByteArrayFeeder> reader = tokenizers.createAsyncForByteArray();
    private final List<Frame> frames = new ArrayList<>();
    private boolean atRecord;
    private boolean inRecord;
    private boolean rootSeen;
    private @Nullable Name root;
    /** Right brackets that the text taken so far ends with. */
    private int brackets;
    /** Bytes that the tokenizer was given so far, which is what it counts. */
    private long fed;
    /** Null while nobody is told. */
    private @Nullable Around around;

    private boolean toldText;

    public RecordFinder(RecordPath record, XmlLimits limits) {
        paths = record.paths();
        this.limits = limits;
        places = paths.stream().mapToInt(steps -> steps.size() + 1).sum();
        boolean[] reached = new boolean[places];
        int first = 0;
        for (List<RecordPath.Step> steps : paths) {
            reached[first] = true;
            first += steps.size() + 1;
        }
        document = new Frame("", "", reached, reached);
        frames.add(document);
    }

    /** Has what is around the records told from now on. */
    public void tell(Around to) {
        around = to;
    }

    /** The name of the file's outermost element, once that was read. */
    public Name root() {
        return Objects.requireNonNull(root, "no element was read");
    }

    /** Begins another file. */
    public void start() {
        // A file's names are counted for itself, whatever came before it. What the tokenizers know is the sum of them
        // at most.
        namesKnown += names.count();
        names.clear();
        if (namesKnown > MOST_KEPT_NAMES) {
            tokenizers = new InputFactoryImpl();
            namesKnown = 0;
        }
        startReading();
        rootSeen = false;
    }

    private void startReading() {
        reader = tokenizers.createAsyncForByteArray();
        frames.clear();
        frames.add(document);
        atRecord = false;
        inRecord = false;
        brackets = 0;
        fed = 0;
    }

    /**
     * Takes the next bytes, at most one tag among them, which then ends with them.
     *
     * @param position the place of the first byte
     * @return whether they end with the start tag of a record; then {@link #endRecord} comes next
     */
    public boolean take(byte[] bytes, int from, int to, TextPosition position) throws FaultException {
        int malformed = Utf8.firstMalformed(bytes, from, to);
        if (malformed >= 0) {
            throw new FaultException(Fault.at(
                    FaultCode.ENCODING,
                    position.location(bytes, from, malformed),
                    "the bytes here are no character of UTF-8; correct the text or the encoding that it declares"));
        }
        if (from == to) {
            return false;
        }
        if (bytes[from] == '<') {
            brackets = 0;
        }
        try {
            if (bytes[from] == '<' && to - from > 2 && bytes[from + 1] == '?') {
                checkTarget(bytes, from + 2, to);
            } else if (bytes[from] == '<' && to - from > 2 && bytes[from + 1] == '/') {
                checkEndTag(bytes, from + 2, to);
            } else if (bytes[from] == '<' && to - from > 2 && bytes[from + 1] != '!') {
                checkColons(bytes, from, to);
            }
            feed(bytes, from, to);
        } catch (FaultException e) {
            javax.xml.stream.Location found = bytes[from] == '<' ? null : reader.getLocation();
            throw new FaultException(e.fault().withLocation(location(found, bytes, from, to, position)));
        } catch (XMLStreamException e) {
            throw TokenizerFaults.of(e, location(e.getLocation(), bytes, from, to, position));
        } catch (RuntimeException e) {
            throw TokenizerFaults.of(e, location(reader.getLocation(), bytes, from, to, position));
        }
        fed += to - from;
        return atRecord;
    }

    /**
     * As {@link #take}, for character data or a part of it. The tokenizer lets {@code ]]>} pass (XML 1.0, §2.4) where it is
     * told of its pieces one by one.
     */
    public void takeText(byte[] bytes, int from, int to, TextPosition position) throws FaultException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '>' && brackets >= 2) {
                throw new FaultException(Fault.at(
                        FaultCode.NOT_WELL_FORMED,
                        position.location(bytes, from, i),
                        "']]>' stands in text; write ']]&gt;'"));
            }
            brackets = bytes[i] == ']' ? brackets + 1 : 0;
        }
        take(bytes, from, to, position);
    }

    /**
     * Goes on behind a start tag that {@link #take} refused, if it is a record's: going by its name, and by what is around
     * it. A tag that declares namespaces, so that its name can mean anything, is none; nor is one with a {@code <} in it, unless
     * that stands in a value whose quotes are where they should be: else the tag's end is not where it seems to be.
     *
     * @return whether it is; then {@link #endRecord} comes next. If not, this file cannot be gone on with
     */
    public boolean takeAsRecord(byte[] tag, int from, int to) {
        String text = new String(tag, from + 1, to - from - 1, StandardCharsets.UTF_8);
        boolean secondRoot = rootSeen && frames.size() == 1;
        if (secondRoot || text.startsWith("/") || !keepsItsEnd(text) || text.contains("xmlns")) {
            return false;
        }
        int end = 0;
        while (" \t\r\n/>".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        List<Frame> before = List.copyOf(frames.subList(1, frames.size()));
        Around listener = around;
        // These were told.
        around = null;
        startReading();
        try {
            for (Frame frame : before) {
                takeTag(frame.startTag);
            }
            return takeTag("<" + text.substring(0, end) + ">");
        } catch (FaultException e) {
            return false;
        } finally {
            around = listener;
        }
    }

    /** Whether a {@code <} in a tag, if there is one, leaves no doubt that the tag ends where it seems to. */
    private static boolean keepsItsEnd(String tag) {
        if (tag.indexOf('<') < 0) {
            return true;
        }
        char quote = 0;
        for (int i = 0; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (quote == 0) {
                if (c == '<') {
                    return false;
                }
                quote = c == '"' || c == '\'' ? c : 0;
            } else if (c == quote) {
                int before = i - 1;
                while (SPACE.indexOf(tag.charAt(before)) >= 0) {
                    before--;
                }
                // A quote behind an = opens a value, and so the one before it was never closed.
                if (tag.charAt(before) == '=' || (SPACE + "/>").indexOf(tag.charAt(i + 1)) < 0) {
                    return false;
                }
                quote = 0;
            }
        }
        return quote == 0;
    }

    /** Goes on behind the record that was found, whose content is not told. */
    public void endRecord(String qualifiedName) throws FaultException {
        if (inRecord) {
            takeTag("</" + qualifiedName + ">");
        }
    }

    private boolean takeTag(String tag) throws FaultException {
        byte[] bytes = tag.getBytes(StandardCharsets.UTF_8);
        return take(bytes, 0, bytes.length, new TextPosition());
    }

    /** Takes note that the text ends; a fault if it must not end here. */
    public void end(TextPosition position) throws FaultException {
        try {
            reader.getInputFeeder().endOfInput();
            while (reader.next() != XMLStreamConstants.END_DOCUMENT) {
                if (reader.getEventType() == AsyncXMLStreamReader.EVENT_INCOMPLETE) {
                    throw new XMLStreamException("unexpected end");
                }
            }
        } catch (XMLStreamException | RuntimeException e) {
            throw TokenizerFaults.of(e, position.location());
        }
    }

    /** The name of the document element, as it is written; empty if it has not begun. */
    public String rootName() {
        return frames.size() < 2 ? "" : frames.get(1).name;
    }

    /** Whether the document element has begun. */
    public boolean isRootSeen() {
        return rootSeen;
    }

    /** The start tags of the elements around the record, without line breaks. */
    public String startTags() {
        StringBuilder tags = new StringBuilder();
        frames.forEach(frame -> tags.append(frame.startTag));
        return tags.toString();
    }

    /** The end tags that close {@link #startTags}. */
    public String endTags() {
        StringBuilder tags = new StringBuilder();
        for (int i = frames.size() - 1; i >= 0; i--) {
            tags.append(frames.get(i).endTag);
        }
        return tags.toString();
    }

    private void feed(byte[] bytes, int from, int to) throws XMLStreamException, FaultException {
        atRecord = false;
        reader.getInputFeeder().feedInput(bytes, from, to - from);
        while (true) {
            switch (reader.next()) {
                case AsyncXMLStreamReader.EVENT_INCOMPLETE -> {
                    return;
                }
                case XMLStreamConstants.START_ELEMENT -> startElement();
                case XMLStreamConstants.END_ELEMENT -> {
                    toldText = false;
                    if (inRecord) {
                        inRecord = false;
                    } else {
                        frames.remove(frames.size() - 1);
                        if (around != null) {
                            around.endElement();
                        }
                    }
                }
                // Text that nobody asks for would only be skipped, not checked.
                case XMLStreamConstants.CHARACTERS -> {
                    int length = reader.getTextLength();
                    if (around != null && !toldText && !isBlank(length)) {
                        toldText = true;
                        around.text();
                    }
                }
                case XMLStreamConstants.DTD -> throw new FaultException(doctype());
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new FaultException(
                            Fault.of(FaultCode.NOT_WELL_FORMED, "an entity is referred to that is not declared"));
                case XMLStreamConstants.PROCESSING_INSTRUCTION -> checkName("", reader.getPITarget());
                default -> {
                    // Text and comments outside of records are checked by being read.
                }
            }
        }
    }

    private boolean isBlank(int length) throws XMLStreamException {
        char[] characters = reader.getTextCharacters();
        int start = reader.getTextStart();
        for (int i = start; i < start + length; i++) {
            if (SPACE.indexOf(characters[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    private List<Name> attributes() {
        List<Name> attributes = new ArrayList<>(reader.getAttributeCount());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.add(new Name(
                    text(reader.getAttributeNamespace(i)),
                    text(reader.getAttributePrefix(i)),
                    reader.getAttributeLocalName(i)));
        }
        return attributes;
    }

    /** The fault of a DOCTYPE where none is allowed. */
    public static Fault doctype() {
        return Fault.of(
                FaultCode.DOCTYPE,
                "the document declares a DOCTYPE; if you trust its producer, allow it with 'doctype: internal' in the"
                        + " contract");
    }

    /** The fault of a start tag with more attributes, namespace declarations among them, than are allowed. */
    public static FaultException tooManyAttributes(int count, XmlLimits limits, Location location) {
        FaultException beyond = TreeBuilder.beyond(
                FaultCode.TOO_MANY_ATTRIBUTES, "an element has", count, limits.attributes(), "attributes");
        return new FaultException(beyond.fault().withLocation(location));
    }

    private void startElement() throws FaultException {
        rootSeen = true;
        if (frames.size() > limits.depth()) {
            throw TreeBuilder.beyond(FaultCode.TOO_DEEP, "elements are nested", frames.size(), limits.depth(), "deep");
        }
        checkNames();
        Name name = new Name(text(reader.getNamespaceURI()), text(reader.getPrefix()), reader.getLocalName());
        if (frames.size() == 1) {
            root = name;
        }
        Frame parent = frames.get(frames.size() - 1);
        boolean[] reached = new boolean[places];
        boolean[] soFar = parent.reachedSoFar.clone();
        boolean isRecord = false;
        int place = 0;
        for (List<RecordPath.Step> steps : paths) {
            for (RecordPath.Step step : steps) {
                boolean above = (step.descendant() ? parent.reachedSoFar : parent.reached)[place];
                place++;
                reached[place] = above && step.test().matches(name);
                soFar[place] |= reached[place];
            }
            isRecord |= reached[place];
            place++;
        }
        toldText = false;
        if (isRecord) {
            atRecord = true;
            inRecord = true;
        } else {
            if (around != null) {
                around.startElement(name, attributes());
            }
            frames.add(new Frame(name.qualified(), startTag(name), reached, soFar));
        }
    }

    /** The start tag again, in one line. */
    private String startTag(Name name) throws FaultException {
        StringBuilder tag = new StringBuilder("<").append(name.qualified());
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String prefix = text(reader.getNamespacePrefix(i));
            attribute(tag, prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix, text(reader.getNamespaceURI(i)));
        }
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String prefix = text(reader.getAttributePrefix(i));
            String local = reader.getAttributeLocalName(i);
            attribute(tag, prefix.isEmpty() ? local : prefix + ":" + local, reader.getAttributeValue(i));
        }
        return tag.append('>').toString();
    }

    private void attribute(StringBuilder tag, String name, String value) throws FaultException {
        if (value.length() > limits.valueLength()) {
            throw TreeBuilder.beyond(
                    FaultCode.VALUE_TOO_LARGE,
                    "a text or attribute has",
                    value.length(),
                    limits.valueLength(),
                    "characters");
        }
        tag.append(' ').append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> tag.append("&amp;");
                case '<' -> tag.append("&lt;");
                case '"' -> tag.append("&quot;");
                case '\t', '\n', '\r' -> tag.append("&#").append((int) c).append(';');
                default -> tag.append(c);
            }
        }
        tag.append('"');
    }

    /** The limits on names, and what the tokenizer leaves out of Namespaces in XML, §3 and §5. */
    private void checkNames() throws FaultException {
        checkName(text(reader.getPrefix()), reader.getLocalName());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            checkName(text(reader.getAttributePrefix(i)), reader.getAttributeLocalName(i));
        }
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String prefix = text(reader.getNamespacePrefix(i));
            if (!prefix.isEmpty()) {
                checkName("xmlns", prefix);
                if (text(reader.getNamespaceURI(i)).isEmpty()) {
                    throw new FaultException(Fault.of(
                            FaultCode.NOT_WELL_FORMED, "the namespace prefix '" + prefix + "' is bound to nothing"));
                }
            }
        }
    }

    /** Namespaces in XML, §7: the target has no colon. The tokenizer only reports what follows it. */
    private static void checkTarget(byte[] bytes, int from, int to) throws FaultException {
        for (int i = from; i < to && bytes[i] > ' ' && bytes[i] != '?'; i++) {
            if (bytes[i] == ':') {
                throw new FaultException(Fault.of(
                        FaultCode.NOT_WELL_FORMED, "the target of a processing instruction has a colon in it"));
            }
        }
    }

    /** XML 1.0, §3.1: behind the name of an end tag comes white space only. The tokenizer lets control characters pass there. */
    private static void checkEndTag(byte[] bytes, int from, int to) throws FaultException {
        for (int i = from; i < to; i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && SPACE.indexOf(bytes[i]) < 0) {
                throw new FaultException(
                        Fault.of(FaultCode.NOT_WELL_FORMED, "a control character stands in an end tag"));
            }
        }
    }

    /** Namespaces in XML, §3: a name goes on behind its colon. The tokenizer takes {@code xmlns:=''} for a declaration. */
    private static void checkColons(byte[] tag, int from, int to) throws FaultException {
        byte quote = 0;
        for (int i = from; i + 1 < to; i++) {
            byte b = tag[i];
            if (quote != 0) {
                quote = b == quote ? 0 : quote;
            } else if (b == '"' || b == '\'') {
                quote = b;
            } else if (b == ':' && (tag[i + 1] == '=' || SPACE.indexOf(tag[i + 1]) >= 0)) {
                throw new FaultException(
                        Fault.of(FaultCode.NOT_WELL_FORMED, "a name ends with a colon; more was expected behind it"));
            }
        }
    }

    private void checkName(String prefix, String local) throws FaultException {
        if (local.length() > limits.nameLength()) {
            throw TreeBuilder.beyond(
                    FaultCode.NAME_TOO_LONG, "a name has", local.length(), limits.nameLength(), "characters");
        }
        if (names.add(prefix, local)) {
            throw new FaultException(Fault.of(
                    FaultCode.TOO_MANY_NODES,
                    "the file has more than " + NameCensus.MOST
                            + " different names outside of its records; no sane producer writes that"));
        }
    }

    private Location location(
            javax.xml.stream.@Nullable Location found, byte[] bytes, int from, int to, TextPosition position) {
        // It adds the index in the array that it was fed to what it was fed before.
        long within = found == null ? 0 : found.getCharacterOffset() - fed - from;
        return position.location(bytes, from, from + (int) Math.max(0, Math.min(within, to - from)));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
