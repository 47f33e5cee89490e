package dev.millrace.discovery;

import dev.millrace.discovery.xsd.XsdValue;
import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.Place;
import dev.millrace.summary.ValueSummary;
import dev.millrace.xml.Name;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An element, or an attribute, as the draft sees it: what several paths of a summary have in common, where they are one thing. Namespaces
 * that differ by document are one, and so is what is nested in itself.
 */
final class Shape {

    /** One of so many is an exception. */
    private static final int FEW = 50;

    /** Any number. */
    private static final int MANY = 1 << 30;

    final Name name;
    final boolean attribute;
    /** The element around; null for the document node. */
    @Nullable
    Shape parent;

    /** How many there are. */
    long occurrences;

    long documents;
    long mixed;
    long withText;
    long withChildren;
    long nil;

    @Nullable
    Place first;

    @Nullable
    ValueSummary value;

    /** How many parents have one. */
    long parents;
    /** How many a parent has at most. */
    int most;
    /** Where it stands among its parent's children. */
    double order;

    final Set<String> prefixes = new LinkedHashSet<>();
    final List<Shape> children = new ArrayList<>();
    final List<Shape> attributes = new ArrayList<>();
    /** Elements around, or this one, that are among the children: the end of what is nested in itself. */
    final Set<Shape> back = new LinkedHashSet<>();
    /** What a schema says of it; null where there is none, or where it says nothing. */
    @Nullable
    Declared declared;
    /** Where documents do not keep to the schema. */
    final List<Declared.Contradiction> against = new ArrayList<>();
    /** Elements in it that a schema lets in without naming them; null for none. */
    @Nullable
    Shape wild;
    /** Why it is kept whole, by a schema; null where it is not. */
    @Nullable
    String kept;
    /** The paths of the summary that this is. */
    final List<PathNode> nodes = new ArrayList<>();

    Shape(Name name, boolean attribute) {
        this.name = name;
        this.attribute = attribute;
    }

    /**
     * The shapes of a summary.
     *
     * @param unified gives each name the one that stands for it
     */
    static Shape of(PathNode top, UnaryOperator<Name> unified) {
        Shape shape = new Shape(top.name(), false);
        shape.take(top, unified);
        shape.sort();
        return shape;
    }

    private void take(PathNode node, UnaryOperator<Name> unified) {
        nodes.add(node);
        occurrences += node.occurrences();
        documents += node.documents();
        mixed += node.mixed();
        withText += node.withText();
        withChildren += node.withChildren();
        nil += node.nil();
        prefixes.addAll(node.prefixes());
        Place its = node.first();
        if (its != null && (first == null || its.compareTo(first) < 0)) {
            first = its;
        }
        addValue(node.value());
        for (PathEdge edge : node.attributes()) {
            // An attribute without a prefix has no namespace, whatever its element has.
            boolean plain = edge.name().namespace().isEmpty();
            Shape shape = child(attributes, plain ? edge.name() : unified.apply(edge.name()), true);
            shape.count(edge);
            shape.most = edge.target().isAny() ? MANY : 1;
            shape.take(edge.target(), unified);
        }
        Map<Shape, Integer> mostHere = new LinkedHashMap<>();
        for (PathEdge edge : node.children()) {
            Name child = unified.apply(edge.name());
            Shape around = edge.isBack() ? around(child) : null;
            if (around != null) {
                back.add(around);
                continue;
            }
            Shape shape = child(children, child, false);
            shape.count(edge);
            // A parent may have some in one namespace and some in another.
            mostHere.merge(shape, edge.target().isAny() ? MANY : edge.max(), Integer::sum);
            shape.take(edge.target(), unified);
        }
        mostHere.forEach((shape, some) -> shape.most = Math.max(shape.most, Math.min(MANY, some)));
    }

    private void addValue(@Nullable ValueSummary more) {
        if (mixed > 0) {
            value = null;
        } else if (more != null) {
            ValueSummary mine = value == null ? new ValueSummary() : value;
            mine.add(more);
            value = mine;
        }
    }

    private void count(PathEdge edge) {
        double before = order * parents;
        parents += edge.parents();
        order = parents == 0 ? 0 : (before + edge.order() * edge.parents()) / parents;
    }

    private Shape child(List<Shape> among, Name childName, boolean isAttribute) {
        for (Shape shape : among) {
            if (shape.name.equals(childName)) {
                return shape;
            }
        }
        Shape made = new Shape(childName, isAttribute);
        made.parent = this;
        among.add(made);
        return made;
    }

    private @Nullable Shape around(Name sought) {
        for (Shape shape = this; shape != null; shape = shape.parent) {
            if (shape.name.equals(sought)) {
                return shape;
            }
        }
        return null;
    }

    /** In the order of documents. */
    private void sort() {
        Comparator<Shape> order = Comparator.comparingDouble((Shape shape) -> shape.order)
                .thenComparing(shape -> shape.name.local())
                .thenComparing(shape -> shape.name.namespace());
        children.sort(order);
        attributes.sort(order);
        children.forEach(Shape::sort);
    }

    // What is nested in itself

    /**
     * Makes one of elements that are nested in their like: a section in a section. Elements that only have the same name, such as an Id that
     * holds an Id, stay two.
     */
    void foldNested() {
        boolean again = true;
        while (again) {
            again = foldBelow(this);
        }
        children.forEach(Shape::foldNested);
    }

    /** Looks for this shape's like below it; returns whether one was made one with it. */
    private boolean foldBelow(Shape within) {
        if (parent == null) {
            return false;
        }
        for (Shape child : List.copyOf(within.children)) {
            if (child.name.equals(name) && isLike(child)) {
                takeIn(child, within);
                return true;
            }
            if (!child.name.equals(name) && foldBelow(child)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an element of the same name within this one is of the same kind. */
    private boolean isLike(Shape inner) {
        Set<String> its = inner.parts();
        Set<String> mine = parts();
        Set<String> common = new LinkedHashSet<>(its);
        common.retainAll(mine);
        boolean nestedFurther = inner.back.stream().anyMatch(shape -> shape == inner || shape == this);
        return nestedFurther || !common.isEmpty() && common.size() * 2 >= its.size();
    }

    private Set<String> parts() {
        Set<String> parts = new LinkedHashSet<>();
        attributes.forEach(shape -> parts.add("@" + shape.name));
        children.forEach(shape -> parts.add(shape.name.toString()));
        back.forEach(shape -> parts.add(shape.name.toString()));
        if (mixed > 0) {
            parts.add("text()");
        }
        return parts;
    }

    /** Takes in all of another shape. {@code instead} is told what stands for what is gone. */
    private void merge(Shape other, Map<Shape, Shape> instead) {
        instead.put(other, this);
        nodes.addAll(other.nodes);
        occurrences += other.occurrences;
        mixed += other.mixed;
        withText += other.withText;
        withChildren += other.withChildren;
        nil += other.nil;
        prefixes.addAll(other.prefixes);
        addValue(other.value);
        for (Shape attribute : other.attributes) {
            Shape mine = child(attributes, attribute.name, true);
            mine.countAs(attribute);
            mine.merge(attribute, instead);
        }
        for (Shape child : other.children) {
            Shape mine = child(children, child.name, false);
            mine.countAs(child);
            mine.merge(child, instead);
        }
        back.addAll(other.back);
    }

    /** Makes one of this shape and one below it, that is a child of {@code within}. */
    void takeIn(Shape inner, Shape within) {
        within.children.remove(inner);
        within.back.add(this);
        Map<Shape, Shape> instead = new HashMap<>();
        merge(inner, instead);
        replaceBack(instead);
        sort();
    }

    private void replaceBack(Map<Shape, Shape> instead) {
        if (back.stream().anyMatch(instead::containsKey)) {
            List<Shape> old = List.copyOf(back);
            back.clear();
            old.forEach(shape -> back.add(instead.getOrDefault(shape, shape)));
        }
        children.forEach(child -> child.replaceBack(instead));
    }

    private void countAs(Shape other) {
        double before = order * parents;
        parents += other.parents;
        most = Math.max(most, other.most);
        order = parents == 0 ? 0 : (before + other.order * other.parents) / parents;
        documents = Math.max(documents, other.documents);
        if (first == null) {
            first = other.first;
        }
    }

    // What it is

    boolean isAny() {
        return name.local().equals("*");
    }

    /** Whether a parent may have several. */
    boolean repeats() {
        return most > 1 || declared != null && declared.occurs.repeats();
    }

    /** Whether every parent has one. */
    boolean isAlways() {
        return parent != null && parents == parent.occurrences;
    }

    /** Whether elements have text beside elements, or now the one and now the other, so that only markup tells all of it. */
    boolean isMarkup() {
        return kept != null || withText > 0 && withChildren > 0 && withText * FEW > occurrences;
    }

    /** Whether a few have text although they are made of elements. */
    boolean hasStrayText() {
        return withText > 0 && withChildren > 0 && !isMarkup();
    }

    /** Whether it holds no elements. */
    boolean isLeaf() {
        return children.isEmpty() && back.isEmpty() && wild == null;
    }

    /** Whether it never holds anything: that it is there is all that it says. */
    boolean isMarker() {
        return !attribute && isLeaf() && attributes.isEmpty() && withText == 0 && declaredValue() == null;
    }

    /** What its text may be by a schema; null where none says that it has one. */
    @Nullable
    XsdValue declaredValue() {
        return declared == null ? null : declared.value;
    }

    /** Whether it is the other one, or below it. */
    boolean isWithin(Shape other) {
        for (Shape at = this; at != null; at = at.parent) {
            if (at == other) {
                return true;
            }
        }
        return false;
    }

    /** Names from the document element down. */
    String path() {
        return parent == null ? "" : parent.path() + "/" + (attribute ? "@" : "") + name.local();
    }

    /** How many shapes are here and below. */
    int size() {
        int size = 1 + attributes.size();
        for (Shape child : children) {
            size += child.size();
        }
        return size;
    }

    @Override
    public String toString() {
        return path() + " × " + occurrences;
    }
}
