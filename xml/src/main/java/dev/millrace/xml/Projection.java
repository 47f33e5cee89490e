package dev.millrace.xml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a contract can reach of a document. Compiled paths describe what they reach to a {@link Builder}; the result is
 * immutable and shared by all parsers of a run, each of which derives its own automaton from it while parsing.
 *
 * <p>Inside, it is a nondeterministic graph of {@link Place}s: an element of the document can be at several places at
 * once, and each place says what of that element is kept.
 */
public final class Projection {

    private final RecordPath recordPath;
    private final Place document;
    private final boolean staysWithinRecords;
    private final int places;
    private final List<CasedPattern> elementPatterns;
    private final List<CasedPattern> attributePatterns;

    private Projection(Builder builder) {
        recordPath = builder.recordPath;
        document = builder.document;
        staysWithinRecords = staysWithinRecords(document, new HashSet<>());
        places = builder.places;
        elementPatterns = List.copyOf(builder.elementPatterns.keySet());
        attributePatterns = List.copyOf(builder.attributePatterns.keySet());
    }

    public static Builder builder(RecordPath record) {
        return new Builder(record);
    }

    public RecordPath recordPath() {
        return recordPath;
    }

    /**
     * Whether all that is kept of a document is its records, with their ancestors and the ancestors' attributes: then each
     * record can be parsed alone. Paths from the document's root or to a record's siblings reach further.
     */
    public boolean staysWithinRecords() {
        return staysWithinRecords;
    }

    Place document() {
        return document;
    }

    /** The number of places; their ids are below it. */
    int places() {
        return places;
    }

    /** What {@link Edge#pattern} counts in. */
    List<CasedPattern> elementPatterns() {
        return elementPatterns;
    }

    /** What {@link Place#attributes} counts in. */
    List<CasedPattern> attributePatterns() {
        return attributePatterns;
    }

    /** Looks at a place above the records and those below it. */
    private static boolean staysWithinRecords(Place place, Set<Place> seen) {
        if (place.text || place.commentsAndInstructions || place.whole) {
            return false;
        }
        for (Edge edge : place.edges) {
            Place target = edge.target();
            boolean within =
                    target.record || target.aboveRecord && (!seen.add(target) || staysWithinRecords(target, seen));
            if (!within) {
                return false;
            }
        }
        return true;
    }

    /** A pattern of names, and whether case counts in the local part. */
    record CasedPattern(NamePattern test, boolean ignoreCase) {

        boolean matches(Name name) {
            return ignoreCase ? test.matchesIgnoringCase(name) : test.matches(name);
        }
    }

    /** A way from a place to one of its children: an element whose name matches the pattern is at the target. */
    record Edge(int pattern, Place target) {}

    /** Where an element can be, seen from the contract's paths, and what is kept of an element that is there. */
    static final class Place {

        final int id;

        /** Whether only ancestors of a record can be here; such a place ends where a record begins. */
        final boolean aboveRecord;

        final List<Edge> edges = new ArrayList<>();
        final List<Integer> attributes = new ArrayList<>();

        /** Whether the element is kept even if nothing below it is. An ancestor of a kept node is kept anyway. */
        boolean kept;

        boolean record;
        boolean allAttributes;
        boolean text;
        boolean commentsAndInstructions;
        boolean whole;

        /** What somebody has noted of the elements that can be here; mostly nothing. */
        Set<Object> marks = Set.of();

        private final NamePattern test;
        private final List<Place> parents = new ArrayList<>();
        private final Map<NamePattern, Place> children = new HashMap<>();
        private final Map<NamePattern, Place> descendants = new HashMap<>();

        /** Every element below this place; null until a descendant step asks for it. */
        private @Nullable Place below;

        /** The place that this one is the {@link #below} of, or null. */
        private final @Nullable Place above;

        private Place(int id, NamePattern test, boolean aboveRecord, @Nullable Place above) {
            this.id = id;
            this.test = test;
            this.aboveRecord = aboveRecord;
            this.above = above;
        }
    }

    /** Collects what expressions reach. Not thread-safe; of no use after {@link #build()}. */
    public static final class Builder {

        private final RecordPath recordPath;
        private final Map<CasedPattern, Integer> elementPatterns = new LinkedHashMap<>();
        private final Map<CasedPattern, Integer> attributePatterns = new LinkedHashMap<>();
        private final Place document;
        private final Set<Place> records = new LinkedHashSet<>();
        private final Place deepText;
        private final Place whole;
        private int places;
        private boolean built;

        private Builder(RecordPath recordPath) {
            this.recordPath = recordPath;
            document = place(NamePattern.ANY, false, null);
            document.kept = true;
            deepText = place(NamePattern.ANY, false, null);
            deepText.kept = true;
            deepText.text = true;
            edge(deepText, NamePattern.ANY, deepText);
            whole = place(NamePattern.ANY, false, null);
            keepWhole(whole);
            recordPath.paths().forEach(steps -> records.add(recordPlace(steps)));
        }

        /** The record's element. */
        public Reach record() {
            return new Reach(this, records, Set.of());
        }

        /** The document node. */
        public Reach document() {
            return new Reach(this, Set.of(document), Set.of());
        }

        public Projection build() {
            checkOpen();
            built = true;
            return new Projection(this);
        }

        private void checkOpen() {
            if (built) {
                throw new IllegalStateException("the projection is built already");
            }
        }

        private Place recordPlace(List<RecordPath.Step> steps) {
            Place at = document;
            for (int i = 0; i < steps.size(); i++) {
                RecordPath.Step step = steps.get(i);
                boolean last = i == steps.size() - 1;
                Place next = place(step.test(), !last, null);
                next.allAttributes = !last;
                next.kept = last;
                next.record = last;
                edge(at, step.test(), next);
                next.parents.add(at);
                if (step.descendant()) {
                    Place between = place(NamePattern.ANY, true, at);
                    between.allAttributes = true;
                    between.parents.add(at);
                    between.parents.add(between);
                    edge(at, NamePattern.ANY, between);
                    edge(between, NamePattern.ANY, between);
                    edge(between, step.test(), next);
                    next.parents.add(between);
                }
                at = next;
            }
            return at;
        }

        private Place place(NamePattern test, boolean aboveRecord, @Nullable Place above) {
            return new Place(places++, test, aboveRecord, above);
        }

        private void edge(Place from, NamePattern test, Place to) {
            CasedPattern pattern = new CasedPattern(test, false);
            Integer id = elementPatterns.computeIfAbsent(pattern, unseen -> elementPatterns.size());
            from.edges.add(new Edge(id, to));
        }

        private Place child(Place from, NamePattern test) {
            Place known = from.children.get(test);
            if (known == null) {
                known = place(test, false, null);
                known.kept = true;
                known.parents.add(from);
                edge(from, test, known);
                from.children.put(test, known);
            }
            return known;
        }

        private Place descendant(Place from, NamePattern test) {
            Place known = from.descendants.get(test);
            if (known == null) {
                Place between = below(from);
                known = place(test, false, null);
                known.kept = true;
                known.parents.add(from);
                known.parents.add(between);
                edge(from, test, known);
                edge(between, test, known);
                from.descendants.put(test, known);
            }
            return known;
        }

        private Place below(Place from) {
            Place below = from.below;
            if (below == null) {
                below = place(NamePattern.ANY, false, from);
                below.parents.add(from);
                below.parents.add(below);
                edge(from, NamePattern.ANY, below);
                edge(below, NamePattern.ANY, below);
                from.below = below;
            }
            return below;
        }

        private void keepWhole(Place place) {
            if (!place.whole) {
                place.kept = true;
                place.whole = true;
                place.allAttributes = true;
                place.text = true;
                place.commentsAndInstructions = true;
                edge(place, NamePattern.ANY, whole);
            }
        }
    }

    /**
     * A set of nodes that an expression can be at. Each method both says "these must be kept" and gives the set that the
     * step leads to. Reaching an element keeps the element, not its attributes or content; what is above a kept node is
     * always kept too, without its attributes.
     */
    public static final class Reach {

        private final Builder builder;

        /** Where the elements (and the document node) of this set are. */
        private final Set<Place> elements;

        /** Where the elements are that the attributes, texts, comments and instructions of this set belong to. */
        private final Set<Place> owners;

        private Reach(Builder builder, Set<Place> elements, Set<Place> owners) {
            this.builder = builder;
            this.elements = elements;
            this.owners = owners;
        }

        public Reach child(NamePattern test) {
            builder.checkOpen();
            Set<Place> children = new LinkedHashSet<>();
            for (Place place : elements) {
                children.add(builder.child(place, test));
            }
            return elements(children);
        }

        /** Elements at any depth below. */
        public Reach descendant(NamePattern test) {
            builder.checkOpen();
            Set<Place> descendants = new LinkedHashSet<>();
            for (Place place : elements) {
                descendants.add(builder.descendant(place, test));
            }
            return elements(descendants);
        }

        /** The elements above that are known statically; all ancestors of a record are always kept, with attributes. */
        public Reach parent() {
            Set<Place> parents = new LinkedHashSet<>(owners);
            for (Place place : elements) {
                parents.addAll(place.parents);
            }
            return elements(parents);
        }

        public Reach ancestor(NamePattern test) {
            builder.checkOpen();
            Set<Place> above = new LinkedHashSet<>(owners);
            List<Place> open = new ArrayList<>(owners);
            open.addAll(elements);
            while (!open.isEmpty()) {
                for (Place parent : open.remove(open.size() - 1).parents) {
                    if (above.add(parent)) {
                        open.add(parent);
                    }
                }
            }
            Set<Place> ancestors = new LinkedHashSet<>();
            for (Place place : above) {
                if (place.above != null && !test.equals(NamePattern.ANY)) {
                    // Of all elements between, only those of the wanted name.
                    ancestors.add(builder.descendant(place.above, test));
                } else if (place.test.overlaps(test)) {
                    ancestors.add(place);
                }
            }
            return elements(ancestors);
        }

        /** Attributes of these elements; steps from an attribute lead to its element. */
        public Reach attribute(NamePattern test, boolean ignoreCase) {
            builder.checkOpen();
            CasedPattern pattern = new CasedPattern(test, ignoreCase && test.local() != null);
            for (Place place : elements) {
                if (test.equals(NamePattern.ANY)) {
                    place.allAttributes = true;
                } else {
                    Integer id = builder.attributePatterns.computeIfAbsent(
                            pattern, unseen -> builder.attributePatterns.size());
                    if (!place.attributes.contains(id)) {
                        place.attributes.add(id);
                    }
                }
            }
            return owned(elements);
        }

        /** The text nodes that are children of these elements. */
        public Reach text() {
            builder.checkOpen();
            for (Place place : elements) {
                place.kept = true;
                place.text = true;
            }
            return owned(elements);
        }

        /** Comments and processing instructions that are children of these elements. */
        public Reach commentsAndInstructions() {
            builder.checkOpen();
            for (Place place : elements) {
                place.kept = true;
                place.commentsAndInstructions = true;
            }
            return owned(elements);
        }

        /** The string value: all text at any depth. */
        public void stringValue() {
            builder.checkOpen();
            for (Place place : elements) {
                place.kept = true;
                place.text = true;
                builder.edge(place, NamePattern.ANY, builder.deepText);
            }
        }

        /** Everything at any depth, with namespaces: for fragments kept as XML and for Saxon. */
        public void whole() {
            builder.checkOpen();
            for (Place place : elements) {
                builder.keepWhole(place);
            }
        }

        /** Notes something of these elements, for who {@linkplain ProjectionWalk walks} over the projection; it changes nothing of what is kept. */
        public void mark(Object note) {
            builder.checkOpen();
            for (Place place : elements) {
                Set<Object> marks = new LinkedHashSet<>(place.marks);
                marks.add(note);
                place.marks = marks;
            }
        }

        public Reach union(Reach other) {
            return new Reach(builder, joined(elements, other.elements), joined(owners, other.owners));
        }

        private Reach elements(Collection<Place> places) {
            return new Reach(builder, Set.copyOf(places), Set.of());
        }

        private Reach owned(Set<Place> places) {
            return new Reach(builder, Set.of(), places);
        }

        private static Set<Place> joined(Set<Place> some, Set<Place> others) {
            Set<Place> all = new LinkedHashSet<>(some);
            all.addAll(others);
            return all;
        }
    }
}
