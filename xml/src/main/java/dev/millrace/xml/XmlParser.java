package dev.millrace.xml;

import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Parses documents to their projected records. Owned by one worker; not thread-safe. In memory, no SQL.
 *
 * <p>Ordinary documents are read by a {@link Scanner} made for it; Woodstox reads those that declare a DOCTYPE, where it is
 * allowed, and those of XML 1.1.
 */
public final class XmlParser {

    /** How a document may declare a DOCTYPE. */
    public enum Doctype {
        /** A document with a DOCTYPE is rejected. */
        REJECT,
        /** The internal subset counts, with limits; nothing external is ever fetched. */
        INTERNAL
    }

    private final TextRules rules;
    private final XmlLimits limits;
    /** Of all that the thorough reader reads; the scanner tells them apart. */
    private final @Nullable PathObserver observer;

    private final TreeBuilder builder;
    private final Scanner scanner;
    private @Nullable ThoroughReader thorough;

    public XmlParser(Projection projection, Doctype doctype, XmlLimits limits) {
        this(projection, TextRules.of(doctype), limits);
    }

    public XmlParser(Projection projection, TextRules rules, XmlLimits limits) {
        this(projection, rules, limits, null);
    }

    /** @param observer is told of all that {@link #parse} reads, kept or not; null for none, which costs nothing */
    public XmlParser(Projection projection, TextRules rules, XmlLimits limits, @Nullable PathObserver observer) {
        this(projection, rules, limits, observer, null);
    }

    /**
     * As the other constructors, and tells of the tags.
     *
     * @param observer is told of all that {@link #parse} reads, kept or not; null for none, which costs nothing
     * @param tags is told of all start tags that {@link #parse} reads, kept or not; null for none, which costs nothing
     */
    public XmlParser(
            Projection projection,
            TextRules rules,
            XmlLimits limits,
            @Nullable PathObserver observer,
            @Nullable TagObserver tags) {
        this.rules = rules;
        this.limits = limits;
        this.observer = both(observer, tags);
        builder = new TreeBuilder(new Automaton(projection), limits);
        scanner = new Scanner(builder, rules, limits, observer, tags);
    }

    private static @Nullable PathObserver both(@Nullable PathObserver observer, @Nullable TagObserver tags) {
        if (tags == null) {
            return observer;
        }
        PathObserver toTags = PathObserver.of(tags);
        return observer == null ? toTags : PathObserver.of(observer, toTags);
    }

    /**
     * Reads the whole document and returns its records in document order; at least one.
     *
     * @throws FaultException when the text is not well-formed, is beyond a limit, or holds no record
     */
    public List<Record> parse(Document document) throws FaultException {
        XmlText text = XmlText.of(document, rules.encoding());
        try {
            if (text.version11() || !scanner.read(text)) {
                thorough().read(text);
            }
        } catch (FaultException e) {
            Location found = e.fault().location();
            throw new FaultException(e.fault().withLocation(found == null ? null : document.placeOf(found)));
        }
        List<Record> records = builder.endDocument();
        if (records.isEmpty()) {
            throw new FaultException(noRecord(builder.documentElement()));
        }
        return records;
    }

    /**
     * The fault of a document without a record.
     *
     * @param root the document's element: the most frequent reason is that the contract does not have its namespace
     */
    public static Fault noRecord(Name root) {
        String namespace = root.namespace().isEmpty() ? "in no namespace" : "in the namespace " + root.namespace();
        return Fault.of(
                FaultCode.NO_RECORD,
                "the document holds no element that document.record matches; its outermost element is '" + root.local()
                        + "' " + namespace
                        + ": correct document.record or document.namespaces, pass over such documents with document.select, or"
                        + " leave the document out");
    }

    /**
     * The place of an element's start tag. Costs a second pass over the text, so it is asked for rejects only. An observer is
     * not told of it.
     *
     * @param ordinal {@link Node#ordinal()}
     */
    public Location locate(Document document, int ordinal) {
        try {
            XmlText text = XmlText.of(document, rules.encoding());
            int offset = text.version11() ? -1 : scanner.find(text, ordinal);
            Location found = offset < 0 ? thorough().find(text, ordinal) : text.location(offset);
            return document.placeOf(found == null ? Location.START : found);
        } catch (FaultException e) {
            return document.origin();
        }
    }

    /**
     * The beginning of an element as the document writes it.
     *
     * @param place of the start tag, in the document's source
     * @param text from the start tag on, at most to the end of its line; empty where it is not known
     */
    public record StartTag(Location place, String text) {}

    /**
     * The start tags of several elements, found in one pass over the text. One that is not found is missing.
     *
     * @param ordinals {@link Node#ordinal()} of each
     * @param most characters of a text; the rest is cut off
     */
    public Map<Integer, StartTag> startTags(Document document, SortedSet<Integer> ordinals, int most) {
        Map<Integer, StartTag> tags = new HashMap<>();
        try {
            XmlText text = XmlText.of(document, rules.encoding());
            int[] wanted = ordinals.stream().mapToInt(Integer::intValue).toArray();
            int[] offsets = text.version11() ? new int[0] : scanner.find(text, wanted);
            boolean all =
                    offsets.length == wanted.length && Arrays.stream(offsets).allMatch(offset -> offset >= 0);
            @Nullable Location[] places = all ? new Location[0] : thorough().find(text, wanted);
            TextPosition position = new TextPosition();
            int from = text.start();
            for (int i = 0; i < wanted.length; i++) {
                int offset = i < offsets.length ? offsets[i] : -1;
                if (offset >= 0) {
                    position.advance(text.bytes(), from, offset);
                    from = offset;
                    tags.put(
                            wanted[i],
                            new StartTag(document.placeOf(position.location()), text.restOfLine(offset, most)));
                    continue;
                }
                Location found = places[i];
                if (found != null) {
                    tags.put(wanted[i], new StartTag(document.placeOf(found), ""));
                }
            }
        } catch (FaultException e) {
            // Its bytes are not of its encoding, so that nothing can be found.
        }
        return tags;
    }

    private ThoroughReader thorough() {
        ThoroughReader known = thorough;
        if (known == null) {
            known = new ThoroughReader(builder, rules, limits, observer);
            thorough = known;
        }
        return known;
    }
}
