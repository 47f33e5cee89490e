package dev.millrace.xml;

import dev.millrace.xml.Projection.CasedPattern;
import dev.millrace.xml.Projection.Edge;
import dev.millrace.xml.Projection.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Projection} made deterministic while documents are read: a {@link State} is a set of places, and is worked out
 * when an element first gets there. Names count as <em>symbols</em>, names that no pattern of the contract tells apart as
 * one; so neither states nor transitions grow with what documents contain. Owned by one parser; not thread-safe.
 */
final class Automaton {

    /** More states than any sane contract has; beyond, all are forgotten and worked out again. */
    private static final int MOST_STATES = 10_000;

    /** More distinct names than sane documents have; beyond, all are forgotten. A power of two. */
    private static final int MOST_NAMES = 1 << 12;

    /** A name as documents of this parser use it. */
    static final class Entry {

        final Name name;

        private final int elementSymbol;
        private final int attributeSymbol;

        private Entry(Name name, int elementSymbol, int attributeSymbol) {
            this.name = name;
            this.elementSymbol = elementSymbol;
            this.attributeSymbol = attributeSymbol;
        }

        private boolean isOf(String namespace, String prefix, String local) {
            return name.local().equals(local)
                    && name.namespace().equals(namespace)
                    && name.prefix().equals(prefix);
        }
    }

    /** Where an element is, and what is kept of it. */
    static final class State {

        /** Whether the element itself is kept, whatever is below it. */
        final boolean kept;

        /** Whether the element is a record. */
        final boolean record;

        final boolean anyAttribute;
        final boolean text;
        final boolean commentsAndInstructions;
        final boolean whole;

        /** Whether anything in the element's content can be kept. */
        final boolean content;

        private final List<Place> places;
        private final boolean inRecord;
        private final boolean allAttributes;
        private @Nullable State[] next = {};
        private byte[] wanted = {};

        private State(List<Place> places, boolean inRecord) {
            this.places = places;
            boolean isKept = false;
            boolean isRecord = false;
            boolean wantsAllAttributes = false;
            boolean wantsAttribute = false;
            boolean wantsText = false;
            boolean wantsComments = false;
            boolean isWhole = false;
            boolean hasEdges = false;
            for (Place place : places) {
                isKept |= place.kept;
                isRecord |= place.record;
                wantsAllAttributes |= place.allAttributes;
                wantsAttribute |= place.allAttributes || !place.attributes.isEmpty();
                wantsText |= place.text;
                wantsComments |= place.commentsAndInstructions;
                isWhole |= place.whole;
                hasEdges |= !place.edges.isEmpty();
            }
            kept = isKept;
            record = isRecord;
            allAttributes = wantsAllAttributes;
            anyAttribute = wantsAttribute;
            text = wantsText;
            commentsAndInstructions = wantsComments;
            whole = isWhole;
            content = hasEdges || wantsText || wantsComments;
            this.inRecord = inRecord || isRecord;
        }
    }

    private final Symbols elementSymbols;
    private final Symbols attributeSymbols;
    private final int placeCount;
    private final State start;
    private final Map<List<Integer>, State> states = new HashMap<>();
    private final @Nullable Entry[] names = new Entry[2 * MOST_NAMES];
    private int nameCount;

    Automaton(Projection projection) {
        elementSymbols = new Symbols(projection.elementPatterns());
        attributeSymbols = new Symbols(projection.attributePatterns());
        placeCount = projection.places();
        start = new State(List.of(projection.document()), false);
    }

    /** The state of the document node. */
    State start() {
        return start;
    }

    /** The entry of a name, for {@link #next} and {@link #wantsAttribute}. */
    Entry entry(String namespace, String prefix, String local) {
        int mask = names.length - 1;
        int hash = local.hashCode();
        int slot = (hash ^ hash >>> 16) & mask;
        for (Entry entry = names[slot]; entry != null; entry = names[slot]) {
            if (entry.isOf(namespace, prefix, local)) {
                return entry;
            }
            slot = slot + 1 & mask;
        }
        if (nameCount == MOST_NAMES) {
            Arrays.fill(names, null);
            nameCount = 0;
            return entry(namespace, prefix, local);
        }
        // Interned as those of the tests are, so that a look mostly tells two names apart or together.
        Entry entry = newEntry(new Name(namespace.intern(), prefix, local.intern()));
        names[slot] = entry;
        nameCount++;
        return entry;
    }

    private Entry newEntry(Name name) {
        return new Entry(name, elementSymbols.of(name), attributeSymbols.of(name));
    }

    /** The state of a child element. */
    State next(State state, Entry entry) {
        int symbol = entry.elementSymbol;
        if (symbol < state.next.length) {
            State next = state.next[symbol];
            if (next != null) {
                return next;
            }
        }
        State next = workOutNext(state, symbol);
        if (symbol >= state.next.length) {
            state.next = Arrays.copyOf(state.next, elementSymbols.count());
        }
        state.next[symbol] = next;
        return next;
    }

    /** Whether an attribute of an element in this state is kept. */
    boolean wantsAttribute(State state, Entry entry) {
        if (state.allAttributes) {
            return true;
        }
        int symbol = entry.attributeSymbol;
        if (symbol >= state.wanted.length) {
            state.wanted = Arrays.copyOf(state.wanted, attributeSymbols.count());
        }
        if (state.wanted[symbol] == 0) {
            state.wanted[symbol] = (byte) (workOutWanted(state, symbol) ? 1 : -1);
        }
        return state.wanted[symbol] > 0;
    }

    private State workOutNext(State state, int symbol) {
        Place[] reached = new Place[placeCount];
        boolean record = false;
        for (Place place : state.places) {
            for (Edge edge : place.edges) {
                Place target = edge.target();
                boolean ended = state.inRecord && (target.aboveRecord || target.record);
                if (!ended && elementSymbols.matches(symbol, edge.pattern())) {
                    reached[target.id] = target;
                    record |= target.record;
                }
            }
        }
        List<Place> places = new ArrayList<>();
        List<Integer> key = new ArrayList<>();
        for (Place place : reached) {
            if (place != null && !(record && place.aboveRecord)) {
                places.add(place);
                key.add(place.id);
            }
        }
        if (state.inRecord) {
            key.add(placeCount);
        }
        State known = states.get(key);
        if (known == null) {
            if (states.size() == MOST_STATES) {
                forgetStates();
            }
            known = new State(places, state.inRecord);
            states.put(key, known);
        }
        return known;
    }

    private void forgetStates() {
        for (State state : states.values()) {
            state.next = new State[0];
        }
        start.next = new State[0];
        states.clear();
    }

    private boolean workOutWanted(State state, int symbol) {
        for (Place place : state.places) {
            for (int pattern : place.attributes) {
                if (attributeSymbols.matches(symbol, pattern)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Classes of names that no pattern tells apart. Their number is bounded by the patterns: at most one for each
     * combination of a local part and a namespace that the patterns mention.
     */
    private static final class Symbols {

        private final List<CasedPattern> patterns;
        private final Map<String, List<Integer>> byLocal = new HashMap<>();
        private final List<Integer> anyLocal = new ArrayList<>();
        private final Map<List<Integer>, Integer> symbols = new HashMap<>();
        private final List<List<Integer>> matches = new ArrayList<>();

        Symbols(List<CasedPattern> patterns) {
            this.patterns = patterns;
            for (int i = 0; i < patterns.size(); i++) {
                Set<@Nullable String> locals = new HashSet<>();
                for (NamePattern test : patterns.get(i).test().alternatives()) {
                    String local = test.local();
                    locals.add(local == null ? null : folded(local));
                }
                if (locals.contains(null)) {
                    anyLocal.add(i);
                } else {
                    for (String local : locals) {
                        byLocal.computeIfAbsent(local, unseen -> new ArrayList<>())
                                .add(i);
                    }
                }
            }
        }

        int of(Name name) {
            List<Integer> matching = new ArrayList<>();
            addMatching(anyLocal, name, matching);
            addMatching(byLocal.getOrDefault(folded(name.local()), List.of()), name, matching);
            Integer symbol = symbols.get(matching);
            if (symbol == null) {
                symbol = matches.size();
                matches.add(matching);
                symbols.put(matching, symbol);
            }
            return symbol;
        }

        int count() {
            return matches.size();
        }

        boolean matches(int symbol, int pattern) {
            return matches.get(symbol).contains(pattern);
        }

        private void addMatching(List<Integer> candidates, Name name, List<Integer> matching) {
            for (int candidate : candidates) {
                if (patterns.get(candidate).matches(name)) {
                    matching.add(candidate);
                }
            }
        }

        private static String folded(String local) {
            // The same folding as String.equalsIgnoreCase, which looks at upper and then at lower case.
            return local.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        }
    }
}
