package dev.millrace.coverage;

import dev.millrace.document.DataText;
import dev.millrace.document.Location;
import dev.millrace.mapping.ReachedPaths;
import dev.millrace.xml.Name;
import dev.millrace.xml.TagNames;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A path of documents, and what a contract does with it: a node of a {@link PathCoverage}. Not thread-safe; what it tells is of use when
 * those who count have ended.
 */
public final class CoveredPath {

    /** The namespace of the attributes with which documents speak of their schema. */
    private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

    /** In the place of a name: many of them, which are not told apart. */
    static final String MANY = "*";

    /** Attributes, text, elements; each in the order of their names, whoever has met which first. */
    private static final Comparator<CoveredPath> ORDER = Comparator.comparingInt(
                    (CoveredPath path) -> path.kind == PathKind.ATTRIBUTE ? 0 : path.kind == PathKind.TEXT ? 1 : 2)
            .thenComparing(path -> path.name.local())
            .thenComparing(path -> path.name.namespace())
            .thenComparing(CoveredPath::state);

    private final PathKind kind;
    private final Name name;
    private final @Nullable CoveredPath parent;
    /** Where an element is, seen from the contract. */
    final ReachedPaths.@Nullable Spot spot;

    /** Null for an element, whose state depends on what is in it. */
    private final @Nullable PathState leafState;

    final PathTable children = new PathTable();
    final PathTable attributes = new PathTable();

    @Nullable
    CoveredPath text;

    /** Whether an element was met in it that counts as one around it. */
    private boolean hasOuter;

    /** What stands for this one, once its name counts as one of many. */
    private @Nullable CoveredPath successor;

    private long occurrences;
    private long documents;
    private @Nullable FirstMet first;
    /** What of the two counts is of documents that the run has not settled. */
    private long unsettledOccurrences;

    private long unsettledDocuments;

    /** Start tags in this element, for those who count. */
    Map<TagNames, TagCount> tags = Map.of();
    /** The one of them that came last. */
    @Nullable
    TagCount lastTag;

    /** Of an attribute that is not told with its tag: how often the document that is being read has it. */
    int inDocument;

    int firstInDocument;

    /** The start tag at which the last document has it first. */
    int firstTag;

    private long lastDocument = -1;
    /** The last document that was counted, and is not the run's. */
    private long lastLeftOut = -1;

    private CoveredPath(
            PathKind kind,
            Name name,
            @Nullable CoveredPath parent,
            ReachedPaths.@Nullable Spot spot,
            @Nullable PathState leafState) {
        this.kind = kind;
        this.name = name;
        this.parent = parent;
        this.spot = spot;
        this.leafState = leafState;
    }

    static CoveredPath element(Name name, @Nullable CoveredPath parent, ReachedPaths.Spot spot) {
        return new CoveredPath(PathKind.ELEMENT, name, parent, spot, null);
    }

    static CoveredPath attribute(Name name, CoveredPath parent) {
        return new CoveredPath(PathKind.ATTRIBUTE, name, parent, null, stateOfAttribute(parent, name));
    }

    static CoveredPath text(CoveredPath parent) {
        PathState state = parent.spot().mapsText()
                ? PathState.MAPPED
                : parent.spot().ignoresText() ? PathState.IGNORED : PathState.UNMAPPED;
        return new CoveredPath(PathKind.TEXT, parent.name, parent, null, state);
    }

    static PathState stateOfAttribute(CoveredPath parent, Name attribute) {
        if (parent.spot().mapsAttribute(attribute)) {
            return PathState.MAPPED;
        }
        boolean ofSchema =
                attribute.namespace().equals(XSI) && !attribute.local().equals("type");
        return ofSchema || parent.spot().ignoresAttribute(attribute) ? PathState.IGNORED : PathState.UNMAPPED;
    }

    ReachedPaths.Spot spot() {
        if (spot == null) {
            throw new IllegalStateException(name + " is no element");
        }
        return spot;
    }

    public PathKind kind() {
        return kind;
    }

    /** The last name of the path; of a text, the element's. Its local part is {@code *} where many names are not told apart. */
    public Name name() {
        return name;
    }

    /** The element that it is in; null for the document node. */
    public @Nullable CoveredPath parent() {
        return parent;
    }

    /** How often it was met; 0 only for an element around records that were cut out of a file, where nobody looked at what is around them. */
    public long occurrences() {
        return occurrences;
    }

    /** In how many documents it was met; empty at and below many names, where documents are not counted. */
    public OptionalLong documents() {
        for (CoveredPath path = this; path != null; path = path.parent) {
            if (path.isMany()) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(documents);
    }

    /** Whether it stands for many names that are not told apart. */
    boolean isMany() {
        return kind != PathKind.TEXT && name.local().equals(MANY);
    }

    /** Where it was met first; null where it is not unmapped, or is a part of more unmapped ones than anybody would look at. */
    public @Nullable FirstMet first() {
        // An element that was an empty one at first may have turned out to hold others.
        return state() == PathState.UNMAPPED ? first : null;
    }

    /** Where it was met first, whatever its state; null where nobody noted it. */
    @Nullable
    FirstMet firstMet() {
        return first;
    }

    public PathState state() {
        if (leafState != null) {
            return leafState;
        }
        if (!isBare()) {
            return PathState.STRUCTURE;
        }
        if (spot().mapsText()) {
            return PathState.MAPPED;
        }
        if (spot().ignoresText()) {
            return PathState.IGNORED;
        }
        // An element that is but there can be what a document says. Where paths lead on into it, it is an empty one of
        // those.
        return spot().isUnreached() ? PathState.UNMAPPED : PathState.STRUCTURE;
    }

    /** Whether nothing was ever met in the element, in a document that was read to its end. */
    private boolean isBare() {
        return parent != null && !hasOuter && parts().stream().noneMatch(CoveredPath::isMet);
    }

    /**
     * Notes that a child element was met.
     *
     * @param child its path, which may be that of an element around it
     */
    void met(CoveredPath child) {
        hasOuter |= child.parent != this;
    }

    /** What is in it: its attributes in the order of their names, its text, its elements in the order of their names. */
    public List<CoveredPath> content() {
        List<CoveredPath> content = parts();
        // What was met only in documents that turned out to be broken does not count.
        content.removeIf(path -> !path.isMet());
        content.sort(ORDER);
        return content;
    }

    boolean isMet() {
        return occurrences > 0 || parts().stream().anyMatch(CoveredPath::isMet);
    }

    /** What is in it, in no order; the ways back to outer elements are not among them. */
    List<CoveredPath> parts() {
        List<CoveredPath> parts = new ArrayList<>(attributes.all());
        parts.addAll(attributes.many());
        if (text != null) {
            parts.add(text);
        }
        parts.addAll(children.all());
        parts.addAll(children.many());
        parts.removeIf(path -> path.parent != this);
        return parts;
    }

    /** Whether the contract makes the same of it as of another one. */
    boolean isLike(CoveredPath other) {
        return kind == other.kind
                && (kind == PathKind.ELEMENT ? spot().isLike(other.spot()) : leafState == other.leafState);
    }

    /** A path for all names of which the contract makes the same as of this one's. */
    CoveredPath asMany() {
        return new CoveredPath(kind, Name.of(MANY), parent, spot, leafState);
    }

    /** A path for all names of which the contract makes the same as of one, which is known elsewhere. */
    static CoveredPath manyElements(CoveredPath parent, Name one) {
        return element(Name.of(MANY), parent, parent.spot().child(one));
    }

    /** A path for all names of attributes of one state. */
    static CoveredPath manyAttributes(CoveredPath parent, PathState state) {
        return new CoveredPath(PathKind.ATTRIBUTE, Name.of(MANY), parent, null, state);
    }

    /** A path for the same in another element. */
    CoveredPath in(CoveredPath element) {
        return new CoveredPath(kind, name, element, spot, leafState);
    }

    void forgetTags() {
        tags = Map.of();
        lastTag = null;
    }

    /**
     * Takes in what was counted in a document that was read to its end.
     *
     * @param times how often the document has it; asked for again where it is counted in several ways
     * @param tag the number of the start tag at which it has it first
     * @param document its number
     * @return whether it is the first document with this path
     */
    boolean settle(long times, int tag, long document) {
        occurrences += times;
        if (lastDocument == document) {
            firstTag = Math.min(firstTag, tag);
            return false;
        }
        firstTag = tag;
        lastDocument = document;
        return documents++ == 0;
    }

    /**
     * A document that was counted with it is not one that the run has settled.
     *
     * @param document its number; may be told several times in a row, for it is met by several tags
     */
    void leaveOut(int times, long document) {
        unsettledOccurrences += times;
        if (lastLeftOut != document) {
            lastLeftOut = document;
            unsettledDocuments++;
        }
    }

    /** How often it was met in documents that the run has settled. */
    long settledOccurrences() {
        return occurrences - unsettledOccurrences;
    }

    /** In how many documents that the run has settled it was met; empty where {@link #documents} is. */
    OptionalLong settledDocuments() {
        return documents().isEmpty() ? OptionalLong.empty() : OptionalLong.of(documents - unsettledDocuments);
    }

    /** Writes the counts of this path alone, for {@link #readCounts}. */
    void writeCounts(DataOutput out) throws IOException {
        out.writeLong(occurrences);
        out.writeLong(documents);
        out.writeLong(unsettledOccurrences);
        out.writeLong(unsettledDocuments);
        out.writeBoolean(hasOuter);
        out.writeBoolean(first != null);
        if (first != null) {
            out.writeLong(first.number());
            DataText.write(out, first.document());
            Location location = first.location();
            out.writeInt(location == null ? 0 : location.line());
            out.writeInt(location == null ? 0 : location.column());
        }
    }

    /**
     * Takes counts that were written in place of its own.
     *
     * @param firstNumber the number of the document that was the first there
     */
    void readCounts(DataInput in, long firstNumber) throws IOException {
        occurrences = in.readLong();
        documents = in.readLong();
        unsettledOccurrences = in.readLong();
        unsettledDocuments = in.readLong();
        hasOuter = in.readBoolean();
        if (in.readBoolean()) {
            long number = firstNumber + in.readLong();
            String document = DataText.read(in);
            int line = in.readInt();
            int column = in.readInt();
            first = new FirstMet(number, document, line == 0 ? null : new Location(line, column));
        }
    }

    /** Gives the document that had it first another number. */
    void renumber(LongUnaryOperator numbers) {
        if (first != null) {
            first = new FirstMet(numbers.applyAsLong(first.number()), first.document(), first.location());
        }
    }

    /** Adds what was counted of it elsewhere, of which nothing but sums is known. */
    void count(long timesMet, long inDocuments, @Nullable FirstMet place) {
        occurrences += timesMet;
        documents += inDocuments;
        if (place != null) {
            foundAt(place);
        }
    }

    void foundAt(FirstMet place) {
        if (place.isBefore(first)) {
            first = place;
        }
    }

    /** Takes in what was counted of the same path elsewhere. */
    void count(CoveredPath other) {
        occurrences += other.occurrences;
        documents += other.documents;
        hasOuter |= other.hasOuter;
        unsettledOccurrences += other.unsettledOccurrences;
        unsettledDocuments += other.unsettledDocuments;
        if (other.first != null) {
            foundAt(other.first);
        }
    }

    void succeededBy(CoveredPath other) {
        successor = other;
    }

    /** This path, or the one that it has become a part of. */
    CoveredPath current() {
        CoveredPath path = this;
        while (path.successor != null) {
            path = path.successor;
        }
        return path;
    }
}
