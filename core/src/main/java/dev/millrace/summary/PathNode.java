package dev.millrace.summary;

import dev.millrace.xml.Name;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All elements, or attributes, at one path of a set of documents. The path ends, and leads back, where a name stands in it for the
 * {@link #NESTED}th time: what is nested in itself has no end. Not thread-safe.
 *
 * <p>An element with more than {@link #CHILDREN} names of children has tags that are data: all of them are then one, called {@code *}; so
 * with attributes. Below elements with much mixed content ({@link #MIXED} of them), only the children are kept: such content is a text with
 * markup, whose order counts, and not a record. What leads back from there counts all the same, so that it does not matter when there was
 * enough of it.
 */
public final class PathNode {

    /** Names of children, or of attributes, that an element may have before they are taken for data. */
    public static final int CHILDREN = 1_000;

    /** How often a name may stand in a path. */
    static final int NESTED = 3;

    /** Elements with mixed content, from which on what is deeper in them is not looked at. */
    static final int MIXED = 200;

    /** The name of children whose names are data. */
    static final Name ANY = Name.of("*");

    private final Name name;
    private final boolean attribute;
    private final @Nullable PathNode parent;
    /** Whether documents are counted: of several names that became one, nobody knows how many have any. */
    private final boolean hasDocuments;

    private final Set<String> prefixes = new TreeSet<>();
    private String lastPrefix;

    private long occurrences;
    private long documents;
    private long lastDocument;
    private @Nullable Place first;
    private long mixed;
    private long withText;
    private long withChildren;
    private long nil;

    /** Null where no value was met, or where mixed content makes it meaningless. */
    private @Nullable ValueSummary value;

    private Map<Name, PathEdge> children = new HashMap<>();
    private Map<Name, PathEdge> attributes = new HashMap<>();
    private @Nullable PathEdge anyChild;
    private @Nullable PathEdge anyAttribute;
    private int slots;

    PathNode(Name name, boolean attribute, @Nullable PathNode parent) {
        this.name = name;
        this.attribute = attribute;
        this.parent = parent;
        hasDocuments = !name.equals(ANY) && (parent == null || parent.hasDocuments);
        lastPrefix = name.prefix();
        prefixes.add(lastPrefix);
    }

    // Filling

    void met(Name as, long document, PathCollector place) {
        occurrences++;
        String prefix = as.prefix();
        if (!prefix.equals(lastPrefix)) {
            lastPrefix = prefix;
            prefixes.add(prefix);
        }
        if (lastDocument != document) {
            lastDocument = document;
            documents += hasDocuments ? 1 : 0;
            if (first == null || place.document().compareTo(first.document()) < 0) {
                first = place.place();
            }
        }
    }

    /** The way to a child, which is made where it is new. */
    PathEdge child(Name childName, PathCounter paths) {
        PathEdge known = anyChild != null ? anyChild : children.get(childName);
        return known != null ? known : addChild(childName, paths);
    }

    private PathEdge addChild(Name childName, PathCounter paths) {
        PathNode around = nested(childName);
        PathEdge made = around != null
                ? new PathEdge(childName, around, slots++, true)
                : new PathEdge(childName, new PathNode(childName, false, this), slots++, false);
        if (around == null) {
            paths.made(this);
        }
        children.put(childName, made);
        if (children.size() > CHILDREN) {
            mergeChildren(paths);
            return Objects.requireNonNull(anyChild);
        }
        return made;
    }

    PathEdge attribute(Name attributeName, PathCounter paths) {
        PathEdge known = anyAttribute != null ? anyAttribute : attributes.get(attributeName);
        if (known != null) {
            return known;
        }
        PathEdge made = new PathEdge(attributeName, new PathNode(attributeName, true, this), 0, false);
        paths.made(this);
        attributes.put(attributeName, made);
        if (attributes.size() > CHILDREN) {
            mergeAttributes(paths);
            return Objects.requireNonNull(anyAttribute);
        }
        return made;
    }

    /** The innermost element around with this name, if there are so many that this one is not looked at by itself. */
    private @Nullable PathNode nested(Name childName) {
        return nested(childName, 0);
    }

    /** @param before how many of this name there are in front of this element, seen from the one within */
    @Nullable
    PathNode nested(Name childName, int before) {
        int same = before;
        PathNode innermost = null;
        for (PathNode node = this; node != null; node = node.parent) {
            if (node.name.equals(childName)) {
                same++;
                innermost = innermost == null ? node : innermost;
            }
        }
        return same >= NESTED ? innermost : null;
    }

    private void mergeChildren(PathCounter paths) {
        PathEdge any = new PathEdge(ANY, new PathNode(ANY, false, this), slots++, false);
        anyChild = any;
        Collection<PathEdge> all = children.values();
        children = new HashMap<>();
        for (PathEdge edge : sorted(all)) {
            mergeInto(any, edge, paths);
        }
    }

    private void mergeAttributes(PathCounter paths) {
        PathEdge any = new PathEdge(ANY, new PathNode(ANY, true, this), 0, false);
        anyAttribute = any;
        Collection<PathEdge> all = attributes.values();
        attributes = new HashMap<>();
        for (PathEdge edge : sorted(all)) {
            mergeInto(any, edge, paths);
        }
    }

    private static void mergeInto(PathEdge any, PathEdge edge, PathCounter paths) {
        any.add(edge);
        if (!edge.isBack()) {
            any.target().add(edge.target(), paths);
        }
    }

    /** So many paths are here and below. */
    int paths() {
        int paths = 1 + attributes.size() + (anyAttribute == null ? 0 : 1);
        for (PathEdge edge : edges()) {
            paths += edge.isBack() ? 0 : edge.target().paths();
        }
        return paths;
    }

    private List<PathEdge> edges() {
        List<PathEdge> edges = new ArrayList<>(children.values());
        if (anyChild != null) {
            edges.add(anyChild);
        }
        return edges;
    }

    /** An element has ended that had so many of a name, at least one, and {@code before} other names before these. */
    void count(PathEdge edge, int inParent, int before) {
        // The tags may have turned out to be data while this element was read.
        PathEdge any = anyChild;
        (any == null || edge.name().equals(ANY) ? edge : any).count(inParent, before);
    }

    /** An element has ended. */
    void ended(boolean text, boolean elements, boolean isNil) {
        withText += text ? 1 : 0;
        withChildren += elements ? 1 : 0;
        nil += isNil ? 1 : 0;
        if (text && elements) {
            mixed++;
            value = null;
            if (mixed >= MIXED) {
                prune();
            }
        }
    }

    /** Whether what is below this element's children is not looked at. */
    public boolean isShallow() {
        return mixed >= MIXED;
    }

    /** Whether children are not looked at, since the element around is a text with markup. */
    boolean isWithinMarkup() {
        return parent != null && parent.isShallow();
    }

    private void prune() {
        for (PathEdge edge : edges()) {
            PathNode child = edge.target();
            if (!edge.isBack() && (!child.children.isEmpty() || child.anyChild != null)) {
                child.children = new HashMap<>();
                child.anyChild = null;
            }
        }
    }

    void take(String text, PathCollector place, ValueForms forms) {
        if (mixed > 0) {
            return;
        }
        ValueSummary mine = value;
        if (mine == null) {
            mine = new ValueSummary();
            value = mine;
        }
        mine.add(text, place.document(), place, forms);
    }

    /** Takes in all that the other has, which is of the same name or is to be one with this. */
    void add(PathNode other, PathCounter paths) {
        occurrences += other.occurrences;
        documents += hasDocuments ? other.documents : 0;
        prefixes.addAll(other.prefixes);
        if (other.first != null && (first == null || other.first.compareTo(first) < 0)) {
            first = other.first;
        }
        mixed += other.mixed;
        withText += other.withText;
        withChildren += other.withChildren;
        nil += other.nil;
        if (mixed > 0) {
            value = null;
        } else if (other.value != null) {
            if (value == null) {
                value = new ValueSummary();
            }
            value.add(other.value);
        }
        if (other.anyChild != null && anyChild == null) {
            mergeChildren(paths);
        }
        for (PathEdge edge : sorted(other.edges())) {
            PathEdge mine = child(edge.name(), paths);
            mine.add(edge);
            if (!edge.isBack() && !mine.isBack()) {
                mine.target().add(edge.target(), paths);
            }
        }
        if (other.anyAttribute != null && anyAttribute == null) {
            mergeAttributes(paths);
        }
        List<PathEdge> others = new ArrayList<>(other.attributes.values());
        if (other.anyAttribute != null) {
            others.add(other.anyAttribute);
        }
        for (PathEdge edge : sorted(others)) {
            PathEdge mine = attribute(edge.name(), paths);
            mine.add(edge);
            mine.target().add(edge.target(), paths);
        }
        if (mixed >= MIXED) {
            prune();
        }
    }

    private static List<PathEdge> sorted(Collection<PathEdge> edges) {
        List<PathEdge> sorted = new ArrayList<>(edges);
        sorted.sort(Comparator.comparingDouble(PathEdge::order)
                .thenComparing(edge -> edge.name().local())
                .thenComparing(edge -> edge.name().namespace()));
        return sorted;
    }

    // As bytes

    void write(DataOutput out) throws IOException {
        out.writeInt(prefixes.size());
        for (String prefix : prefixes) {
            Bytes.writeText(out, prefix);
        }
        out.writeLong(occurrences);
        out.writeLong(documents);
        Bytes.writePlace(out, first);
        out.writeLong(mixed);
        out.writeLong(withText);
        out.writeLong(withChildren);
        out.writeLong(nil);
        out.writeBoolean(value != null);
        if (value != null) {
            value.write(out);
        }
        out.writeBoolean(anyChild != null);
        write(out, children());
        out.writeBoolean(anyAttribute != null);
        write(out, attributes());
    }

    private static void write(DataOutput out, List<PathEdge> edges) throws IOException {
        out.writeInt(edges.size());
        for (PathEdge edge : edges) {
            Bytes.writeName(out, edge.name());
            out.writeBoolean(edge.isBack());
            if (!edge.isBack()) {
                Bytes.writeName(out, edge.target().name);
            }
            edge.writeCounts(out);
            if (!edge.isBack()) {
                edge.target().write(out);
            }
        }
    }

    /** Into one that nothing was counted in. */
    void read(DataInput in) throws IOException {
        prefixes.clear();
        for (int left = in.readInt(); left > 0; left--) {
            prefixes.add(Bytes.readText(in));
        }
        occurrences = in.readLong();
        documents = in.readLong();
        first = Bytes.readPlace(in);
        mixed = in.readLong();
        withText = in.readLong();
        withChildren = in.readLong();
        nil = in.readLong();
        value = in.readBoolean() ? ValueSummary.read(in) : null;
        boolean any = in.readBoolean();
        for (PathEdge edge : readEdges(in, false)) {
            if (any) {
                anyChild = edge;
            } else {
                children.put(edge.name(), edge);
            }
        }
        any = in.readBoolean();
        for (PathEdge edge : readEdges(in, true)) {
            if (any) {
                anyAttribute = edge;
            } else {
                attributes.put(edge.name(), edge);
            }
        }
    }

    private List<PathEdge> readEdges(DataInput in, boolean areAttributes) throws IOException {
        List<PathEdge> edges = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            Name edgeName = Bytes.readName(in);
            boolean back = in.readBoolean();
            // It leads back to the innermost element around of its name, this one included.
            PathNode target = back ? innermost(edgeName) : new PathNode(Bytes.readName(in), areAttributes, this);
            PathEdge edge = new PathEdge(edgeName, target, areAttributes ? 0 : slots++, back);
            edge.readCounts(in);
            if (!back) {
                target.read(in);
            }
            edges.add(edge);
        }
        return edges;
    }

    private PathNode innermost(Name ofName) throws IOException {
        for (PathNode node = this; node != null; node = node.parent) {
            if (node.name.equals(ofName)) {
                return node;
            }
        }
        throw new IOException("nothing to lead back to");
    }

    // What is known

    /** The name; its prefix is one of {@link #prefixes}. */
    public Name name() {
        return name;
    }

    /** Whether it is an attribute, and no element. */
    public boolean isAttribute() {
        return attribute;
    }

    /** The element that it stands in; null for the document node. */
    public @Nullable PathNode parent() {
        return parent;
    }

    /** Whether it stands for children, or attributes, of any name, since there are too many. */
    public boolean isAny() {
        return name.equals(ANY);
    }

    /** The prefixes that the name was met with; "" for none. */
    public Set<String> prefixes() {
        return Collections.unmodifiableSet(prefixes);
    }

    /** How many elements or attributes there are. */
    public long occurrences() {
        return occurrences;
    }

    /** How many documents have one; 0 at and below what {@linkplain #isAny stands for several names}: nobody knows. */
    public long documents() {
        return documents;
    }

    /** The first, in the order of the documents' keys; null for the document node. */
    public @Nullable Place first() {
        return first;
    }

    /** How many elements have text beside child elements. */
    public long mixed() {
        return mixed;
    }

    /** How many elements have text of their own. */
    public long withText() {
        return withText;
    }

    /** How many elements have child elements. */
    public long withChildren() {
        return withChildren;
    }

    /** How many elements have {@code xsi:nil="true"}. */
    public long nil() {
        return nil;
    }

    /** The values of those that have no child elements; null where there are none, or where any content is mixed. */
    public @Nullable ValueSummary value() {
        return value;
    }

    /** The children, in the order in which documents mostly have them. */
    public List<PathEdge> children() {
        return sorted(edges());
    }

    /** The attributes, in the order in which tags mostly have them, although it means nothing in XML. */
    public List<PathEdge> attributes() {
        List<PathEdge> all = new ArrayList<>(attributes.values());
        if (anyAttribute != null) {
            all.add(anyAttribute);
        }
        return sorted(all);
    }

    /** The way to a child of this name; null if none was met. */
    public @Nullable PathEdge childNamed(Name childName) {
        return anyChild != null ? anyChild : children.get(childName);
    }

    /** The way to an attribute of this name; null if none was met. */
    public @Nullable PathEdge attributeNamed(Name attributeName) {
        return anyAttribute != null ? anyAttribute : attributes.get(attributeName);
    }

    /** Names from the document element down, such as {@code /orders/order/@id}. */
    public String path() {
        return parent == null ? "" : parent.path() + "/" + (attribute ? "@" : "") + name.local();
    }

    boolean sameAs(PathNode other) {
        return name.equals(other.name)
                && attribute == other.attribute
                && prefixes.equals(other.prefixes)
                && occurrences == other.occurrences
                && documents == other.documents
                && Objects.equals(first, other.first)
                && mixed == other.mixed
                && withText == other.withText
                && withChildren == other.withChildren
                && nil == other.nil
                && Objects.equals(value, other.value)
                && same(children(), other.children())
                && same(attributes(), other.attributes());
    }

    private static boolean same(List<PathEdge> some, List<PathEdge> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            PathEdge one = some.get(i);
            PathEdge other = others.get(i);
            if (!one.sameCounts(other) || !one.isBack() && !one.target().sameAs(other.target())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return path() + " × " + occurrences;
    }
}
