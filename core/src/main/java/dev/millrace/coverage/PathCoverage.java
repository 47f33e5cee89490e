package dev.millrace.coverage;

import dev.millrace.document.DataText;
import dev.millrace.mapping.ReachedPaths;
import dev.millrace.xml.Name;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every distinct path of the documents that were read, with how often it was met and what a contract does with it. Each thread that reads has
 * one of its own; {@link #add} makes one of several, and what that says does not depend on who has read what.
 *
 * <p>Memory is bounded by the number of distinct paths, and these are kept from being too many:
 *
 * <ul>
 *   <li>An element within one of the same name, of which the contract makes the same, counts as that one: an element {@code section} in a
 *       {@code section} has one path, at whatever depth.
 *   <li>More than {@value #MOST_NAMES} names in one element, of which the contract makes the same, become one, written {@code *}: they are
 *       data. Of such a path, and those below it, only occurrences are known, not documents.
 *   <li>Beyond {@value #MOST_PATHS} paths no further ones are told apart; {@link #beyond} says how often one was met.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class PathCoverage {

    /** Distinct paths that are told apart. */
    public static final int MOST_PATHS = 50_000;

    /** Distinct names in one element that are told apart. */
    static final int MOST_NAMES = 200;

    private final CoveredPath top;
    private final int mostPaths;
    private final int mostNames;
    private int size;
    private long documents;
    private long beyond;
    /** What of the two counts is of documents that the run has not settled. */
    private long unsettledDocuments;

    private long unsettledBeyond;

    /** @param reached of the contract; shared by all that are to be added */
    PathCoverage(ReachedPaths reached) {
        this(reached, MOST_PATHS, MOST_NAMES);
    }

    PathCoverage(ReachedPaths reached, int mostPaths, int mostNames) {
        this.top = CoveredPath.element(Name.of(""), null, reached.document());
        this.mostPaths = mostPaths;
        this.mostNames = mostNames;
    }

    /** The document node: what is in it are the document elements. */
    public CoveredPath top() {
        return top;
    }

    /** How many documents were read to their end. A record that was cut out of a large file is one of them. */
    public long documents() {
        return documents;
    }

    /** How many elements, attributes and texts have none of the paths, as there are too many; 0 where every path is known. */
    public long beyond() {
        return beyond;
    }

    /** All paths in the order of a walk: an element comes before what is in it. */
    public void forEach(Consumer<CoveredPath> action) {
        forEach(top, action);
    }

    private static void forEach(CoveredPath path, Consumer<CoveredPath> action) {
        for (CoveredPath each : path.content()) {
            action.accept(each);
            forEach(each, action);
        }
    }

    /**
     * Something of which a contract makes nothing: a path, or an element with all that is in it.
     *
     * @param path the outermost path of which nothing is mapped or ignored
     * @param paths how many unmapped paths that are; at least 1
     * @param first where the first of them was met; null where nobody looked
     */
    public record Gap(CoveredPath path, int paths, @Nullable FirstMet first) {}

    /** What is unmapped, in the order of a walk. */
    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        for (CoveredPath root : top.content()) {
            addGaps(root, gaps);
        }
        return gaps;
    }

    private static void addGaps(CoveredPath path, List<Gap> gaps) {
        Unmapped unmapped = new Unmapped();
        unmapped.look(path);
        if (unmapped.paths == 0) {
            return;
        }
        if (!unmapped.others) {
            gaps.add(new Gap(path, unmapped.paths, unmapped.first));
            return;
        }
        if (path.state() == PathState.UNMAPPED) {
            gaps.add(new Gap(path, 1, path.first()));
        }
        path.content().forEach(each -> addGaps(each, gaps));
    }

    /** What is unmapped of an element and all that is in it. */
    private static final class Unmapped {

        private int paths;
        private boolean others;
        private @Nullable FirstMet first;

        void look(CoveredPath path) {
            PathState state = path.state();
            others |= state == PathState.MAPPED || state == PathState.IGNORED;
            if (state == PathState.UNMAPPED) {
                paths++;
                FirstMet its = path.first();
                first = its != null && its.isBefore(first) ? its : first;
            }
            path.content().forEach(this::look);
        }
    }

    /** The path of a child element; null where there are too many paths. */
    @Nullable
    CoveredPath child(CoveredPath parent, Name name) {
        CoveredPath known = parent.children.get(name);
        if (known != null) {
            return known;
        }
        CoveredPath made = CoveredPath.element(name, parent, parent.spot().child(name));
        for (CoveredPath around = parent; around != null; around = around.parent()) {
            if (around.name().equals(name) && around.isLike(made)) {
                parent.children.put(name, around);
                return around;
            }
        }
        CoveredPath many = parent.children.manyLike(made);
        return many != null ? many : added(parent.children, made);
    }

    /** The path of an attribute; null where there are too many paths. */
    @Nullable
    CoveredPath attribute(CoveredPath parent, Name name) {
        CoveredPath known = parent.attributes.get(name);
        if (known != null) {
            return known;
        }
        CoveredPath made = CoveredPath.attribute(name, parent);
        CoveredPath many = parent.attributes.manyLike(made);
        return many != null ? many : added(parent.attributes, made);
    }

    /** The path of the text directly in an element. */
    CoveredPath text(CoveredPath parent) {
        CoveredPath known = parent.text;
        if (known == null) {
            known = CoveredPath.text(parent);
            parent.text = known;
            // An element has one at most, so that this needs no bound of its own.
            size++;
        }
        return known;
    }

    private @Nullable CoveredPath added(PathTable siblings, CoveredPath made) {
        if (size >= mostPaths) {
            return null;
        }
        size++;
        siblings.put(made.name(), made);
        if (siblings.size() <= mostNames) {
            return made;
        }
        long alike =
                siblings.all().stream().filter(each -> isOfOneKind(each, made)).count();
        return alike > mostNames ? many(siblings, made) : made;
    }

    /** A way back to an outer element is not one of them. */
    private static boolean isOfOneKind(CoveredPath one, CoveredPath other) {
        return one.parent() == other.parent() && one.isLike(other);
    }

    /** What stands for all names of which the contract makes the same as of one. */
    private CoveredPath many(PathTable siblings, CoveredPath one) {
        CoveredPath known = siblings.manyLike(one);
        if (known != null) {
            return known;
        }
        CoveredPath many = one.asMany();
        size++;
        for (CoveredPath each : siblings.putMany(many, other -> isOfOneKind(other, many))) {
            size -= 1 + below(each);
            become(many, each);
        }
        return many;
    }

    private static int below(CoveredPath path) {
        int[] paths = {0};
        path.parts().forEach(part -> paths[0] += 1 + below(part));
        return paths[0];
    }

    /** @param withoutPath how many elements, attributes and texts of it have no path */
    void countDocument(long withoutPath) {
        documents++;
        beyond += withoutPath;
    }

    /** A document that was counted is not one that the run has settled. */
    void leaveOutDocument(long withoutPath) {
        unsettledDocuments++;
        unsettledBeyond += withoutPath;
    }

    /** How many documents were counted that the run has settled. */
    long settledDocuments() {
        return documents - unsettledDocuments;
    }

    /** {@link #beyond} of these. */
    long settledBeyond() {
        return beyond - unsettledBeyond;
    }

    /** Adds so many documents that were counted elsewhere. */
    void countDocuments(long number, long withoutPath) {
        documents += number;
        beyond += withoutPath;
    }

    /** Counts what is around records and has no path. */
    void countBeyond() {
        beyond++;
    }

    /** Takes in what was counted of other documents, with the same contract; that one is not to be used any more. */
    public void add(PathCoverage other) {
        documents += other.documents;
        beyond += other.beyond;
        unsettledDocuments += other.unsettledDocuments;
        unsettledBeyond += other.unsettledBeyond;
        become(top, other.top);
    }

    /** Adds to a path what was counted of the same one, or of one that counts as the same from now on, and of all that is in it. */
    private void become(@Nullable CoveredPath into, CoveredPath from) {
        if (into == null) {
            beyond += from.occurrences();
            from.parts().forEach(part -> become(null, part));
            return;
        }
        into.count(from);
        from.succeededBy(into);
        CoveredPath text = from.text;
        if (text != null && text.isMet()) {
            become(text(into), text);
        }
        for (CoveredPath attribute : from.attributes.all()) {
            become(attribute(into, attribute.name()), attribute);
        }
        for (CoveredPath attribute : from.attributes.many()) {
            become(many(into.attributes, attribute.in(into)), attribute);
        }
        for (CoveredPath child : from.children.all()) {
            if (child.parent() == from) {
                becomeIn(into, child(into, child.name()), child);
            }
        }
        for (CoveredPath child : from.children.many()) {
            becomeIn(into, many(into.children, child.in(into)), child);
        }
    }

    private void becomeIn(CoveredPath parent, @Nullable CoveredPath into, CoveredPath from) {
        if (into != null && from.isMet()) {
            parent.met(into);
        }
        become(into, from);
    }

    /** Writes what was counted, for {@link #read}: its size is that of the paths. */
    void write(DataOutput out) throws IOException {
        out.writeLong(documents);
        out.writeLong(beyond);
        out.writeLong(unsettledDocuments);
        out.writeLong(unsettledBeyond);
        top.writeCounts(out);
        writeParts(top, out);
    }

    private static void writeParts(CoveredPath element, DataOutput out) throws IOException {
        List<CoveredPath> parts = element.content();
        out.writeInt(parts.size());
        for (CoveredPath part : parts) {
            out.writeByte(part.kind().ordinal());
            out.writeBoolean(part.isMany());
            if (part.kind() == PathKind.ELEMENT) {
                // The name of one of the many says what the contract makes of them all.
                write(part.isMany() ? part.spot().name() : part.name(), out);
            } else if (part.isMany()) {
                out.writeByte(part.state().ordinal());
            } else if (part.kind() == PathKind.ATTRIBUTE) {
                write(part.name(), out);
            }
            part.writeCounts(out);
            if (part.kind() == PathKind.ELEMENT) {
                writeParts(part, out);
            }
        }
    }

    private static void write(Name name, DataOutput out) throws IOException {
        DataText.write(out, name.namespace());
        DataText.write(out, name.prefix());
        DataText.write(out, name.local());
    }

    /**
     * Takes in what was written of the same contract's documents; nothing has been counted here. It is to be {@linkplain #add added} to another
     * one, and not to be counted on.
     *
     * @param firstNumber the number of the document that was the first there
     */
    void read(DataInput in, long firstNumber) throws IOException {
        documents = in.readLong();
        beyond = in.readLong();
        unsettledDocuments = in.readLong();
        unsettledBeyond = in.readLong();
        top.readCounts(in, firstNumber);
        readParts(top, in, firstNumber);
    }

    private static void readParts(CoveredPath element, DataInput in, long firstNumber) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            CoveredPath part = readPart(element, in);
            part.readCounts(in, firstNumber);
            if (part.kind() == PathKind.ELEMENT) {
                readParts(part, in, firstNumber);
            }
        }
    }

    private static CoveredPath readPart(CoveredPath element, DataInput in) throws IOException {
        PathKind kind = PathKind.values()[in.readByte()];
        boolean isMany = in.readBoolean();
        if (kind == PathKind.TEXT) {
            CoveredPath text = CoveredPath.text(element);
            element.text = text;
            return text;
        }
        PathTable siblings = kind == PathKind.ELEMENT ? element.children : element.attributes;
        if (isMany) {
            CoveredPath many = kind == PathKind.ELEMENT
                    ? CoveredPath.manyElements(element, readName(in))
                    : CoveredPath.manyAttributes(element, PathState.values()[in.readByte()]);
            siblings.putMany(many, none -> false);
            return many;
        }
        Name name = readName(in);
        CoveredPath one = kind == PathKind.ELEMENT
                ? CoveredPath.element(name, element, element.spot().child(name))
                : CoveredPath.attribute(name, element);
        siblings.put(name, one);
        return one;
    }

    private static Name readName(DataInput in) throws IOException {
        return new Name(DataText.read(in), DataText.read(in), DataText.read(in));
    }
}
