package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.document.Document;
import dev.millrace.document.FaultException;
import dev.millrace.source.FileSource;
import dev.millrace.summary.DocumentTeller;
import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.Place;
import dev.millrace.summary.ValueSummary;
import dev.millrace.xml.Name;
import dev.millrace.xml.PathObserver;
import dev.millrace.xml.XmlLimits;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the documents again, for what only a draft can ask: whether the values of some columns are unique, exactly, what refers to what, and
 * in what lines the values are that decided something.
 *
 * <p>Values are compared by hashes of 64 bits, so memory is eight bytes for each, and there is a bound to it: a column of more values than
 * that is not taken for a key. {@link Looker}s are for one thread each; what they have found is put together when all are done.
 */
final class SecondLook {

    /** A column that could be a key, with the elements that hold it. */
    private static final class Candidate {
        final Column column;
        /** Elements within which it has to be unique; empty where it has to be so in all documents. */
        final Set<PathNode> scopes;

        private @Nullable HashSetOfLongs all = new HashSetOfLongs();
        private volatile boolean repeated;

        Candidate(Column column, Set<PathNode> scopes) {
            this.column = column;
            this.scopes = scopes;
        }

        synchronized void giveUp() {
            repeated = true;
            all = null;
        }

        /** Whether the hash is new. */
        synchronized boolean add(long hash, long most) {
            HashSetOfLongs known = all;
            if (known == null) {
                return false;
            }
            if (!known.add(hash) || known.size() > most) {
                giveUp();
                return false;
            }
            return true;
        }

        synchronized void addAll(HashSetOfLongs hashes, long most) {
            HashSetOfLongs known = all;
            if (known != null && (!known.addAll(hashes) || known.size() > most)) {
                giveUp();
            }
        }
    }

    /** The first value that is not as the schema has it, for one contradiction. */
    private static final class Hunt {
        final Predicate<String> isSound;
        private @Nullable Place first;
        private String where = "";

        Hunt(Predicate<String> isSound) {
            this.isSound = isSound;
        }

        synchronized boolean isEarlier(Place place) {
            return first == null || place.compareTo(first) < 0;
        }

        /** Whether a document may have an earlier one. */
        synchronized boolean isOpen(String document) {
            return first == null || document.compareTo(first.document()) <= 0;
        }

        synchronized void offer(Place place, String itsWhere) {
            if (isEarlier(place)) {
                first = place;
                where = itsWhere;
            }
        }

        synchronized String where() {
            return where;
        }
    }

    private final Map<PathNode, List<Hunt>> hunted = new HashMap<>();
    private final Map<Declared.Contradiction, Hunt> hunts = new HashMap<>();
    private final Map<PathNode, List<Candidate>> byValue = new HashMap<>();
    private final Map<PathNode, List<Candidate>> byScope = new HashMap<>();
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<String, Set<Integer>> wanted = new HashMap<>();
    private final Map<Place, String> found = new ConcurrentHashMap<>();
    private final References references;
    private final PathNode top;
    private final XmlLimits limits;
    private final long mostValues;
    private boolean complete;
    /** Whether a document was looked at in part: what is unique is not known then. */
    private volatile boolean partly;

    /** @param mostValues values that may be held for all candidates together */
    SecondLook(Drafter draft, XmlLimits limits, long mostValues) {
        this.top = draft.summary().top();
        this.limits = limits;
        List<DraftTable> tables = new ArrayList<>(draft.there);
        tables.addAll(draft.tables);
        for (DraftTable table : tables) {
            for (Column column : table.candidates) {
                add(table, column);
            }
            for (Column column : table.columns) {
                Place place = column.type.ruledOut();
                if (place != null) {
                    wanted.computeIfAbsent(place.document(), key -> new HashSet<>())
                            .add(place.element());
                }
            }
        }
        SchemaShapes shapes = draft.shapes;
        if (shapes != null) {
            for (Declared.Contradiction found : shapes.contradictions) {
                Place place = found.place();
                Declared.Doubtful values = found.values();
                if (values != null) {
                    Hunt hunt = new Hunt(values.isSound());
                    hunts.put(found, hunt);
                    values.nodes()
                            .forEach(node -> hunted.computeIfAbsent(node, key -> new ArrayList<>())
                                    .add(hunt));
                }
                if (place != null) {
                    wanted.computeIfAbsent(place.document(), key -> new HashSet<>())
                            .add(place.element());
                }
            }
        }
        references = new References(draft.isNew() && !draft.isOfSchemaAlone() ? draft.tables : List.of());
        this.mostValues = mostValues / Math.max(1, candidates.size() + references.size());
        references.bound(this.mostValues);
    }

    private void add(DraftTable table, Column column) {
        Set<PathNode> scopes = new HashSet<>();
        DraftTable parent = table.parent;
        if (parent != null) {
            scopes.addAll(parent.item.nodes);
        }
        Candidate candidate = new Candidate(column, scopes);
        candidates.add(candidate);
        column.shape.nodes.forEach(
                node -> byValue.computeIfAbsent(node, key -> new ArrayList<>()).add(candidate));
        scopes.forEach(
                node -> byScope.computeIfAbsent(node, key -> new ArrayList<>()).add(candidate));
    }

    /**
     * What was found so far, for one of the same draft in another process. Nothing of it is of a schema, which has no part in drafts that
     * several processes make.
     */
    void write(DataOutput out) throws IOException {
        out.writeBoolean(partly);
        for (Candidate candidate : candidates) {
            HashSetOfLongs all = candidate.all;
            out.writeBoolean(candidate.repeated);
            if (all != null && !candidate.repeated) {
                all.write(out);
            }
        }
        out.writeInt(found.size());
        for (Map.Entry<Place, String> entry : found.entrySet()) {
            Place place = entry.getKey();
            writeText(out, place.document());
            out.writeInt(place.element());
            writeText(out, entry.getValue());
        }
        references.write(out);
    }

    /** Takes in what was found in other documents. */
    void add(DataInput in) throws IOException {
        partly |= in.readBoolean();
        for (Candidate candidate : candidates) {
            if (in.readBoolean()) {
                candidate.giveUp();
            } else {
                candidate.addAll(HashSetOfLongs.read(in), mostValues);
            }
        }
        for (int left = in.readInt(); left > 0; left--) {
            found.put(new Place(readText(in), in.readInt()), readText(in));
        }
        references.add(in);
    }

    /** Of any length, as keys may be. */
    private static void writeText(DataOutput out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String readText(DataInput in) throws IOException {
        byte[] utf8 = new byte[in.readInt()];
        in.readFully(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Whether there is anything to look at. */
    boolean isNeeded() {
        return !candidates.isEmpty() || !wanted.isEmpty() || !hunts.isEmpty() || references.size() > 0;
    }

    /** Whether no value of the column was met twice where it has to be unique. */
    boolean isUnique(Column column) {
        return complete && candidates.stream().anyMatch(candidate -> candidate.column == column && !candidate.repeated);
    }

    /** All documents were looked at. */
    void completed() {
        complete = !partly;
        references.completed();
    }

    /** What a column refers to, as {@link References#told} has it. */
    String refersTo(Column column) {
        return complete ? references.told(column) : "";
    }

    /** Whether all documents were looked at; of some alone it cannot be told what is unique. */
    boolean isComplete() {
        return complete;
    }

    /** The place in words: the document's key, with the line where it is known. */
    String where(Place place) {
        return found.getOrDefault(place, place.document());
    }

    /** Where documents first contradict a schema, as {@link #where} has it; "" where it is not known. */
    String where(Declared.Contradiction found) {
        Place place = found.place();
        Hunt hunt = hunts.get(found);
        return place != null ? where(place) : hunt == null ? "" : hunt.where();
    }

    /** Whether documents contradict a schema, where that was not sure before. */
    boolean isMet(Declared.Contradiction found) {
        return found.isSure() || !where(found).isEmpty();
    }

    /** Looks at documents, in one thread. */
    final class Looker implements Consumer<Document>, FileSource.LargeTexts, PathObserver {

        private final DocumentTeller teller = new DocumentTeller(limits, this);
        private final List<@Nullable PathNode> open = new ArrayList<>();
        private final Map<Candidate, HashSetOfLongs> within = new HashMap<>();
        /** By depth, what is to be known again when an element ends that is nested in its like. */
        private final Map<Integer, Map<Candidate, HashSetOfLongs>> saved = new HashMap<>();

        private final Map<Hunt, Integer> met = new HashMap<>();
        private final References.Tally referring = references.new Tally();
        private String document = "";
        private int element;

        @Override
        public void accept(Document document) {
            this.document = document.key();
            try {
                DocumentTeller.Manner manner = teller.tell(document);
                for (int start : wanted.getOrDefault(document.key(), Set.of())) {
                    found.put(new Place(document.key(), start), at(document, manner, start));
                }
                for (Map.Entry<Hunt, Integer> hit : Map.copyOf(met).entrySet()) {
                    Place place = new Place(document.key(), hit.getValue());
                    if (hit.getKey().isEarlier(place)) {
                        hit.getKey().offer(place, at(document, manner, hit.getValue()));
                    }
                }
            } catch (FaultException e) {
                // The summary has counted it.
                open.clear();
            } catch (StackOverflowError | OutOfMemoryError e) {
                partly = true;
                open.clear();
            }
        }

        private String at(Document document, DocumentTeller.Manner manner, int start) throws FaultException {
            return document.key() + ":" + teller.locate(document, manner, start).line();
        }

        @Override
        public void read(String key, String name, InputStream content) {
            document = key;
            try {
                teller.tell(content);
                // Of what is too large to be read twice, the line is not told.
                met.forEach((hunt, start) -> hunt.offer(new Place(key, start), key));
            } catch (FaultException e) {
                open.clear();
            }
        }

        @Override
        public void startDocument() {
            open.clear();
            open.add(top);
            within.clear();
            saved.clear();
            met.clear();
            referring.begin();
            element = -1;
        }

        @Override
        public void startElement(Name name) {
            element++;
            PathNode around = open.get(open.size() - 1);
            PathEdge edge = around == null ? null : around.childNamed(name);
            PathNode node = edge == null ? null : edge.target();
            open.add(node);
            List<Candidate> scoped = node == null ? null : byScope.get(node);
            if (scoped != null) {
                Map<Candidate, HashSetOfLongs> outer = new HashMap<>();
                for (Candidate candidate : scoped) {
                    HashSetOfLongs known = within.remove(candidate);
                    if (known != null) {
                        outer.put(candidate, known);
                    }
                }
                saved.put(open.size(), outer);
            }
        }

        @Override
        public void attribute(Name name, Value value) {
            PathNode node = open.get(open.size() - 1);
            PathEdge edge = node == null ? null : node.attributeNamed(name);
            if (edge != null) {
                check(edge.target(), value);
            }
        }

        @Override
        public void text(Value value) {
            PathNode node = open.get(open.size() - 1);
            if (node != null && (byValue.containsKey(node) || hunted.containsKey(node) || references.isAt(node))) {
                check(node, value);
            }
        }

        private void check(PathNode node, Value value) {
            for (Hunt hunt : hunted.getOrDefault(node, List.of())) {
                if (!met.containsKey(hunt) && hunt.isOpen(document)) {
                    String its = value.text().strip();
                    if (!its.isEmpty() && !hunt.isSound.test(its)) {
                        met.put(hunt, element);
                    }
                }
            }
            referring.take(node, value);
            List<Candidate> some = byValue.get(node);
            if (some == null) {
                return;
            }
            long hash = 0;
            for (Candidate candidate : some) {
                if (candidate.repeated) {
                    continue;
                }
                hash = hash == 0 ? ValueSummary.hashOf(value.text()) : hash;
                if (candidate.scopes.isEmpty()) {
                    candidate.add(hash, mostValues);
                } else {
                    HashSetOfLongs values = within.computeIfAbsent(candidate, key -> new HashSetOfLongs());
                    if (!values.add(hash) || values.size() > mostValues) {
                        candidate.repeated = true;
                        within.remove(candidate);
                    }
                }
            }
        }

        @Override
        public void endElement() {
            Map<Candidate, HashSetOfLongs> outer = saved.remove(open.size());
            PathNode node = open.remove(open.size() - 1);
            if (outer != null && node != null) {
                byScope.getOrDefault(node, List.of()).forEach(within::remove);
                within.putAll(outer);
            }
        }

        @Override
        public void endDocument() {
            referring.end();
        }
    }
}
