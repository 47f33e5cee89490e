package dev.millrace.discovery;

import dev.millrace.discovery.Declared.Contradiction;
import dev.millrace.discovery.Declared.Doubtful;
import dev.millrace.discovery.xsd.XsdAttribute;
import dev.millrace.discovery.xsd.XsdElement;
import dev.millrace.discovery.xsd.XsdOccurs;
import dev.millrace.discovery.xsd.XsdSchema;
import dev.millrace.discovery.xsd.XsdWildcard;
import dev.millrace.summary.Place;
import dev.millrace.xml.Name;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shapes by a schema: those that a schema alone makes, or those of documents, with what a schema says of each. Used once.
 *
 * <p>A schema whose elements may hold each other has more paths than anybody wants columns of. So it is walked level by level up to a
 * limit; what is deeper is kept whole, as XML, and told.
 */
final class SchemaShapes {

    /** Elements and attributes that a schema alone makes, about. */
    static final int MOST_SHAPES = 2_000;

    /** Levels of them. */
    static final int MOST_LEVELS = 16;

    private final XsdSchema schema;
    final List<String> files;
    /** Where documents say otherwise. */
    final List<Contradiction> contradictions = new ArrayList<>();
    /** Paths that the schema has and no document; what is below them is not listed. */
    final List<String> unused = new ArrayList<>();
    /** Paths of elements that are kept whole since the schema goes on without end. */
    final List<String> cut = new ArrayList<>();

    private final Map<XsdElement, Shape> shapes = new HashMap<>();
    private final SchemaKeys keys = new SchemaKeys();
    /** Those with values of which a second look tells whether they contradict. */
    private final Set<Shape> suspected = new HashSet<>();

    private int size;

    /** @param files those that were named, as the schema names them */
    SchemaShapes(XsdSchema schema, List<String> files) {
        this.schema = schema;
        this.files = List.copyOf(files);
    }

    // Of a schema alone

    /** The elements that a document begins with, by what was asked for: one. */
    private XsdElement root(@Nullable String root, @Nullable String record) throws DraftException {
        List<XsdElement> likely = ofGivenFiles(schema.documentElements());
        String asked = root != null
                ? root
                : record == null ? null : record.replaceFirst("^/+", "").replaceFirst("/.*", "");
        List<XsdElement> found = likely;
        if (asked != null) {
            String option = root != null ? "--root " + root : "--record " + record;
            found = schema.elements().stream()
                    .filter(element -> element.name().local().equals(asked)
                            || element.name().qualified().equals(asked))
                    .toList();
            if (found.isEmpty()) {
                String local = asked.substring(asked.indexOf(':') + 1);
                found = schema.elements().stream()
                        .filter(element -> element.name().local().equals(local))
                        .toList();
            }
            if (found.isEmpty()) {
                throw new DraftException(
                        option + ": the schema has no such element outside of others. Documents may begin" + " with "
                                + listed(likely.isEmpty() ? schema.elements() : likely));
            }
        }
        if (found.isEmpty()) {
            throw new DraftException(
                    "the schema declares no element that a document may begin with: name the schema file"
                            + " that does");
        }
        if (found.size() > 1) {
            throw new DraftException("by the schema a document may begin with " + listed(found)
                    + ": say which with --root NAME, or name documents, too");
        }
        return found.get(0);
    }

    /** What is declared in the files that were named, and not in those that they lead to, if there is any. */
    private List<XsdElement> ofGivenFiles(List<XsdElement> elements) {
        List<XsdElement> own = elements.stream()
                .filter(element -> files.contains(element.position().file()))
                .toList();
        return own.isEmpty() ? elements : own;
    }

    private static String listed(List<XsdElement> elements) {
        int most = 20;
        String names = String.join(
                ", ",
                elements.stream()
                        .limit(most)
                        .map(element -> element.name().qualified())
                        .toList());
        return names + (elements.size() > most ? " and " + (elements.size() - most) + " others" : "");
    }

    /** The shapes of all that documents may have, as if there were one with all of it. */
    Shape walk(@Nullable String root, @Nullable String record) throws DraftException {
        XsdElement first = root(root, record);
        Shape top = new Shape(Name.of(""), false);
        top.occurrences = 1;
        Deque<XsdElement> open = new ArrayDeque<>();
        add(top, first, 0);
        open.add(first);
        while (!open.isEmpty()) {
            XsdElement element = open.removeFirst();
            Shape shape = shapes.get(element);
            if (shape != null) {
                expand(element, shape, open);
                keys.add(shape, element);
            }
        }
        keys.tell();
        return top;
    }

    private Shape add(Shape parent, XsdElement element, int order) {
        Shape shape = new Shape(element.name(), false);
        shape.parent = parent;
        Declared declared = Declared.of(element);
        shape.declared = declared;
        shape.occurrences = 1;
        shape.order = order;
        shape.parents = element.occurs().required() ? 1 : 0;
        shape.most = element.occurs().max();
        shape.withText = declared.value != null ? 1 : 0;
        parent.children.add(shape);
        shapes.put(element, shape);
        size++;
        return shape;
    }

    private void expand(XsdElement element, Shape shape, Deque<XsdElement> open) {
        for (XsdAttribute attribute : element.attributes()) {
            addAttribute(shape, attribute.name(), Declared.of(attribute));
        }
        if (!element.derivedTypes().isEmpty()) {
            addAttribute(
                    shape,
                    new Name(DraftNamespaces.XSI, "xsi", "type"),
                    Declared.of(new XsdOccurs(0, 1), "the type, where it is another than the element's own"));
        }
        List<XsdElement> children =
                element.children().stream().filter(child -> !child.isAbstract()).toList();
        boolean any = !element.wildcards().isEmpty() || element.unresolved();
        if (children.isEmpty() && !any) {
            return;
        }
        if (element.unresolved()) {
            keep(shape, "anything: its declaration was not found");
        } else if (element.mixed()) {
            keep(shape, "text with markup, by the schema");
        } else if (element.depth() >= MOST_LEVELS || size > MOST_SHAPES) {
            cut.add(shape.path());
            keep(shape, "kept whole: the schema goes on with " + DraftWriter.count(children.size(), "element"));
        } else {
            shape.withChildren = 1;
            int order = 0;
            for (XsdElement child : children) {
                Optional<XsdElement> outer = child.recursion();
                Shape around = outer.map(shapes::get).orElse(null);
                if (around != null) {
                    shape.back.add(around);
                } else {
                    add(shape, child, order++);
                    open.add(child);
                }
            }
            if (any) {
                addWild(shape, element.wildcards());
            }
        }
    }

    private void addAttribute(Shape shape, Name name, Declared declared) {
        Shape attribute = new Shape(name, true);
        attribute.parent = shape;
        attribute.declared = declared;
        attribute.occurrences = 1;
        attribute.order = shape.attributes.size();
        attribute.parents = declared.occurs.min();
        attribute.most = 1;
        shape.attributes.add(attribute);
        size++;
    }

    private static void keep(Shape shape, String why) {
        shape.kept = why;
        shape.withChildren = 1;
        shape.withText = 1;
    }

    private static void addWild(Shape shape, List<XsdWildcard> wildcards) {
        Shape wild = wild(shape, wildcards);
        wild.occurrences = 1;
        wild.parents = 0;
        wild.most = wildcards.stream().mapToInt(any -> any.occurs().max()).reduce(0, (one, other) ->
                (int) Math.min(XsdOccurs.UNBOUNDED, (long) one + other));
    }

    private static Shape wild(Shape shape, List<XsdWildcard> wildcards) {
        Shape wild = new Shape(DraftNamespaces.ANY, false);
        wild.parent = shape;
        wild.kept = "what the schema lets in without naming it";
        XsdOccurs occurs = wildcards.stream()
                .map(XsdWildcard::occurs)
                .reduce((one, other) -> new XsdOccurs(0, XsdOccurs.UNBOUNDED))
                .orElse(new XsdOccurs(0, XsdOccurs.UNBOUNDED));
        wild.declared = Declared.of(occurs, "");
        shape.wild = wild;
        return wild;
    }

    // Of documents and a schema

    /** Tells the shapes of documents what the schema says of them, and notes where documents say otherwise. */
    void tell(Shape top) {
        for (Shape root : top.children) {
            XsdElement element = root(root);
            if (element != null) {
                while (foldRecursion(root, element, new ArrayList<>())) {
                    // One by one, as what was folded may have brought more.
                }
                root.declared = Declared.of(element);
                tell(root, element);
            } else {
                noteUnknown(root, "the schema has no such document element");
            }
        }
        keys.tell();
    }

    private @Nullable XsdElement root(Shape root) {
        List<XsdElement> same = schema.elements().stream()
                .filter(element -> isNamed(root, element.name()))
                .toList();
        if (!same.isEmpty()) {
            return same.get(0);
        }
        List<XsdElement> alike = schema.elements().stream()
                .filter(element -> element.name().local().equals(root.name.local()))
                .toList();
        if (alike.isEmpty()) {
            return null;
        }
        note(
                root,
                "documents have it in " + namespace(root.name) + ", the schema in "
                        + namespace(alike.get(0).name()) + "; compared by local names");
        return alike.get(0);
    }

    private static String namespace(Name name) {
        return name.namespace().isEmpty() ? "no namespace" : "the namespace " + name.namespace();
    }

    private static boolean isNamed(Shape shape, Name name) {
        return shape.name.equals(name)
                || shape.nodes.stream().anyMatch(node -> node.name().equals(name));
    }

    private static @Nullable XsdElement child(XsdElement element, Shape shape) {
        for (XsdElement child : element.children()) {
            if (isNamed(shape, child.name())) {
                return child;
            }
        }
        // A schema of another version of the namespace.
        for (XsdElement child : element.children()) {
            if (child.name().local().equals(shape.name.local())
                    && element.wildcards().isEmpty()) {
                return child;
            }
        }
        return null;
    }

    /** What begins again, by the schema, is one with what is around it. Returns whether there was any. */
    private static boolean foldRecursion(Shape shape, XsdElement element, List<Map.Entry<XsdElement, Shape>> around) {
        List<Map.Entry<XsdElement, Shape>> all = new ArrayList<>(around);
        all.add(Map.entry(element, shape));
        for (Shape child : List.copyOf(shape.children)) {
            XsdElement its = child(element, child);
            if (its == null) {
                continue;
            }
            XsdElement outer = its.recursion().orElse(null);
            for (Map.Entry<XsdElement, Shape> one : all) {
                if (one.getKey() == outer) {
                    one.getValue().takeIn(child, shape);
                    return true;
                }
            }
            if (outer == null && foldRecursion(child, its, all)) {
                return true;
            }
        }
        return false;
    }

    private void tell(Shape shape, XsdElement element) {
        if (element.unresolved() || shape.isMarkup()) {
            return;
        }
        keys.add(shape, element);
        tellAttributes(shape, element);
        if (shape.withText > 0 && shape.isLeaf() && element.value().isEmpty() && !element.mixed()) {
            note(shape, "the schema lets it have no text");
        }
        Set<XsdElement> used = new HashSet<>();
        List<Shape> wild = new ArrayList<>();
        for (Shape child : shape.children) {
            XsdElement its = child(element, child);
            if (its != null) {
                used.add(its);
                child.declared = Declared.of(its);
                tellOccurrences(child, its);
                tell(child, its);
            } else if (element.wildcards().isEmpty() || child.isAny()) {
                noteUnknown(child, "the schema has no such element there");
            } else {
                wild.add(child);
            }
        }
        shape.back.stream()
                .flatMap(back -> element.children().stream().filter(child -> isNamed(back, child.name())))
                .forEach(used::add);
        for (XsdElement child : element.children()) {
            if (used.contains(child) || child.isAbstract()) {
                continue;
            }
            unused.add(shape.path() + "/" + child.name().local());
            if (child.occurs().required() && shape.nil == 0) {
                note(shape, "the schema says that each has " + child.name().local() + "; none has");
            }
        }
        if (!wild.isEmpty()) {
            makeWild(shape, element, wild);
        }
    }

    private void tellOccurrences(Shape child, XsdElement its) {
        Shape parent = Objects.requireNonNull(child.parent);
        if (child.most > its.occurs().max()) {
            note(
                    child,
                    "the schema says " + its.occurs() + " in " + parent.name.local() + "; there are up to "
                            + child.most);
        }
        if (its.occurs().required() && !child.isAlways() && parent.nil == 0) {
            note(
                    child,
                    "the schema says " + its.occurs() + " in " + parent.name.local() + "; "
                            + DraftWriter.of(parent.occurrences - child.parents, parent.occurrences) + " have none");
        }
    }

    private void tellAttributes(Shape shape, XsdElement element) {
        Set<String> used = new HashSet<>();
        for (Shape attribute : shape.attributes) {
            XsdAttribute its = element.attributes().stream()
                    .filter(one -> isNamed(attribute, one.name()))
                    .findFirst()
                    .orElse(null);
            if (its != null) {
                used.add(its.name().toString());
                attribute.declared = Declared.of(its);
                if (its.required() && !attribute.isAlways()) {
                    note(
                            attribute,
                            "required by the schema; "
                                    + DraftWriter.of(shape.occurrences - attribute.parents, shape.occurrences)
                                    + " have none");
                }
            } else if (element.anyAttribute().isEmpty()
                    && !attribute.isAny()
                    && !attribute.name.namespace().equals(DraftNamespaces.XSI)) {
                noteUnknown(attribute, "the schema has no such attribute there");
            }
        }
        for (XsdAttribute attribute : element.attributes()) {
            if (!used.contains(attribute.name().toString())) {
                unused.add(shape.path() + "/@" + attribute.name().local());
                if (attribute.required()) {
                    note(
                            shape,
                            "the schema says that each has @" + attribute.name().local() + "; none has");
                }
            }
        }
    }

    /** What the schema lets in without naming it is one thing, whatever it is. */
    private static void makeWild(Shape shape, XsdElement element, List<Shape> some) {
        shape.children.removeAll(some);
        Shape wild = wild(shape, element.wildcards());
        for (Shape one : some) {
            wild.nodes.addAll(one.nodes);
            wild.occurrences += one.occurrences;
            wild.parents = Math.max(wild.parents, one.parents);
            wild.most = (int) Math.min(XsdOccurs.UNBOUNDED, (long) wild.most + one.most);
            if (wild.first == null || one.first != null && one.first.compareTo(wild.first) < 0) {
                wild.first = one.first;
            }
        }
        // How many parents have any is known where there is one name alone.
        wild.parents = some.size() == 1 ? wild.parents : Math.min(shape.occurrences, wild.occurrences);
    }

    private void note(Shape shape, String words) {
        note(shape, words, null, null, true);
    }

    private void noteUnknown(Shape shape, String words) {
        note(shape, words, shape.first, null, true);
    }

    void note(Shape shape, String words, @Nullable Place place, @Nullable Doubtful values, boolean isSure) {
        Contradiction found = new Contradiction(shape.path(), words, place, values, isSure);
        shape.against.add(found);
        contradictions.add(found);
        if (!isSure) {
            suspected.add(shape);
        }
    }

    /** Forgets what was only suspected, and did not turn out to be. */
    void settle(Predicate<Contradiction> isMet) {
        contradictions.removeIf(found -> !isMet.test(found));
        suspected.forEach(shape -> shape.against.removeIf(found -> !isMet.test(found)));
    }
}
