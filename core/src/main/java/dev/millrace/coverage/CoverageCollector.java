package dev.millrace.coverage;

import dev.millrace.document.Document;
import dev.millrace.document.Location;
import dev.millrace.mapping.RowCounts;
import dev.millrace.xml.Name;
import dev.millrace.xml.TagNames;
import dev.millrace.xml.TagObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts the paths of documents while they are parsed. A document counts when it has been read to its end: one that is not well-formed leaves
 * nothing behind. Used by one thread.
 */
public final class CoverageCollector implements TagObserver {

    /** Unmapped paths whose first place is looked up, which takes another look at the document: as many as anybody would read. */
    private static final int MOST_PLACES = 1_000;

    /** Names of start tags that are known; beyond, all are forgotten. */
    private static final int MOST_NAMES = 1 << 16;

    private final Coverage all;
    private final PathCoverage paths;
    private final TagCount top;
    /** The start tags of the open elements; null where there are too many paths to tell them apart. */
    private @Nullable TagCount[] open = new TagCount[64];

    /** The number of the start tag of each open element. */
    private int[] openTags = new int[64];

    private int depth;
    /** What is counted of the document at hand, each once. */
    private TagCount[] met = new TagCount[64];

    private int metCount;
    /** Attributes of it that are not told with their tags, each once. */
    private final List<CoveredPath> metAlone = new ArrayList<>(0);

    /** Paths that know what start tags are in them, and how many names these have. */
    private final List<CoveredPath> withTags = new ArrayList<>();

    private int knownNames;
    private int tags;
    private long number;
    /** The last document whose paths were taken in. */
    private long settled = -1;
    /** The last document of which everything was. */
    private long finished = -1;
    /** Elements, attributes and texts of the document that have no path. */
    private long beyond;

    /** The document repeats the start tags around the record that it was cut out with. */
    private boolean isCutOut;

    private boolean ended;
    private int places;
    /** Documents of which nobody has said yet whether the run has settled them; null where nobody asks. */
    private @Nullable IdentityHashMap<Document, Counted> followed;
    /** What is {@link #settled}, until the thread that counts looks. */
    private final Queue<Batch> told = new ConcurrentLinkedQueue<>();

    /** Rows as they were counted before the document at hand. */
    private final RowCounts rowsBefore;

    /** A document has begun that is counted, and is not done. */
    private boolean isUnderWay;

    /** What was counted of a document. */
    private static final class Counted {
        private final long number;
        private final TagCount[] counts;
        /** How often each of the start tags was met, and texts in it. */
        private final int[] tags;

        private final int[] texts;
        private final CoveredPath[] alone;
        private final int[] timesAlone;
        private final long beyond;
        /** Null until all of it has been mapped, or rejected. */
        private @Nullable RowCounts rows;

        Counted(long number, TagCount[] counts, List<CoveredPath> alone, long beyond) {
            this.number = number;
            this.counts = counts;
            this.tags = Arrays.stream(counts).mapToInt(count -> count.tags).toArray();
            this.texts = Arrays.stream(counts).mapToInt(count -> count.texts).toArray();
            this.alone = alone.toArray(CoveredPath[]::new);
            this.timesAlone = alone.stream().mapToInt(path -> path.inDocument).toArray();
            this.beyond = beyond;
        }
    }

    /** @param settled some of the documents */
    private record Batch(List<Document> documents, Set<Document> settled) {}

    CoverageCollector(Coverage coverage) {
        all = coverage;
        paths = coverage.paths();
        top = new TagCount(new TagNames(paths.top().name(), List.of()), paths.top(), paths.top(), new CoveredPath[0]);
        rowsBefore = coverage.rows().copy();
    }

    /**
     * Keeps apart what is counted of documents that the run does not settle in the end: those that it skips, as an earlier run has loaded
     * them, and those that are left when it breaks. What is not {@link #settled} is of them. To be called before the first document.
     */
    public void followDocuments() {
        followed = new IdentityHashMap<>();
    }

    /**
     * Says which documents of a batch the run has loaded or rejected, so that no other run will count them. Any thread may call it; each
     * document is named once, by the object that was counted.
     *
     * @param settled some of {@code documents}, by identity; all others are not the run's
     */
    public void settled(List<Document> documents, Set<Document> settled) {
        told.add(new Batch(documents, settled));
    }

    /** Nothing is counted any more, and all has been told that is settled. */
    public void endFollowing() {
        IdentityHashMap<Document, Counted> left = followed;
        if (left != null) {
            hearWhatIsSettled(left);
            left.values().forEach(this::leaveOut);
            followed = null;
        }
    }

    private void hearWhatIsSettled(IdentityHashMap<Document, Counted> counted) {
        for (Batch batch = told.poll(); batch != null; batch = told.poll()) {
            for (Document document : batch.documents) {
                Counted its = counted.remove(document);
                if (its != null && !batch.settled.contains(document)) {
                    leaveOut(its);
                }
            }
        }
    }

    private void leaveOut(Counted document) {
        for (int i = 0; i < document.counts.length; i++) {
            TagCount count = document.counts[i];
            int times = document.tags[i];
            if (times > 0) {
                count.element.current().leaveOut(times, document.number);
                for (CoveredPath attribute : count.attributes) {
                    if (attribute != null) {
                        attribute.current().leaveOut(times, document.number);
                    }
                }
            }
            if (document.texts[i] > 0) {
                paths.text(count.element.current()).current().leaveOut(document.texts[i], document.number);
            }
        }
        for (int i = 0; i < document.alone.length; i++) {
            document.alone[i].current().leaveOut(document.timesAlone[i], document.number);
        }
        paths.leaveOutDocument(document.beyond);
        if (document.rows != null) {
            all.unsettledRows().add(document.rows);
        }
    }

    /** What was counted so far. */
    public Coverage coverage() {
        return all;
    }

    /**
     * Has to be called before a document is parsed.
     *
     * @param documentNumber which document of the source it is, from 0
     */
    public void begin(Document document, long documentNumber) {
        if (followed != null) {
            hearWhatIsSettled(followed);
        }
        if (isUnderWay) {
            // Memory ran out within it, behind some of its records. It is tried again, or rejected.
            all.rows().setTo(rowsBefore);
        }
        isUnderWay = documentNumber > finished;
        if (isUnderWay) {
            rowsBefore.setTo(all.rows());
        }
        number = documentNumber;
        beyond = 0;
        all.rows().countFromNowOn(number > finished);
        all.collapses().begin(documentNumber, document.key(), number > finished);
        isCutOut = document.lead() > 0;
        ended = false;
    }

    @Override
    public void startDocument() {
        // Of a document that was not read to its end.
        forgetMet();
        depth = 0;
        tags = 0;
        open[0] = top;
    }

    @Override
    public void startTag(TagNames tag) {
        TagCount around = open[depth];
        TagCount count = around == null ? null : count(around.element, tag);
        if (++depth == open.length) {
            open = Arrays.copyOf(open, 2 * depth);
            openTags = Arrays.copyOf(openTags, 2 * depth);
        }
        open[depth] = count;
        openTags[depth] = tags;
        if (count == null) {
            beyond += 1 + tag.attributes().size();
        } else if (!isCutOut || count.isInRecord) {
            if (count.tags++ == 0) {
                count.firstTag = tags;
                meet(count);
            }
        }
        tags++;
    }

    /** Of documents of one kind, the tag is mostly the one before, or the one that came after that the last time. */
    @SuppressWarnings(
            "ReferenceEquality") // the same names are mostly the same object, and else looked up by what they are
    private @Nullable TagCount count(CoveredPath around, TagNames tag) {
        TagCount last = around.lastTag;
        if (last != null) {
            if (last.names == tag) {
                return last;
            }
            TagCount next = last.next;
            if (next != null && next.names == tag) {
                around.lastTag = next;
                return next;
            }
        }
        TagCount found = around.tags.get(tag);
        if (found == null) {
            found = newCount(around, tag);
        } else {
            // The parser has forgotten it meanwhile, and has made an equal one.
            found.names = tag;
        }
        if (last != null) {
            last.next = found;
        }
        around.lastTag = found;
        return found;
    }

    private @Nullable TagCount newCount(CoveredPath around, TagNames tag) {
        CoveredPath path = paths.child(around.current(), tag.element());
        if (path == null) {
            return null;
        }
        @Nullable CoveredPath[] attributes = new CoveredPath[tag.attributes().size()];
        for (int i = 0; i < attributes.length; i++) {
            attributes[i] = paths.attribute(path.current(), tag.attributes().get(i));
        }
        TagCount made = new TagCount(tag, around, path, attributes);
        // Also one with more attributes than there are paths: else a document would make one for each of its tags.
        know(around, made);
        return made;
    }

    private void know(CoveredPath around, TagCount made) {
        knownNames += 1 + made.attributes.length;
        if (knownNames > MOST_NAMES) {
            knownNames = 0;
            withTags.forEach(CoveredPath::forgetTags);
            withTags.clear();
        }
        if (around.tags.isEmpty()) {
            around.tags = new HashMap<>();
            withTags.add(around);
        }
        around.tags.put(made.names, made);
    }

    @Override
    public void attribute(Name name) {
        TagCount element = open[depth];
        if (element == null) {
            beyond++;
        } else if (!isCutOut || element.isInRecord) {
            CoveredPath path = paths.attribute(element.element.current(), name);
            if (path == null) {
                beyond++;
            } else if (path.inDocument++ == 0) {
                path.firstInDocument = openTags[depth];
                metAlone.add(path);
            }
        }
    }

    @Override
    public void text() {
        TagCount element = open[depth];
        if (element == null) {
            beyond++;
        } else if (element.texts++ == 0) {
            element.firstText = openTags[depth];
            meet(element);
        }
    }

    @Override
    public void endTag() {
        depth--;
    }

    @Override
    public void endDocument() {
        ended = true;
    }

    /** Notes that something is counted of the tag; does nothing where something is already. */
    private void meet(TagCount count) {
        if (count.isMet) {
            return;
        }
        count.isMet = true;
        if (metCount == met.length) {
            met = Arrays.copyOf(met, 2 * metCount);
        }
        met[metCount++] = count;
    }

    private void forgetMet() {
        for (int i = 0; i < metCount; i++) {
            met[i].begin();
        }
        Arrays.fill(met, 0, metCount, null);
        metCount = 0;
        for (CoveredPath path : metAlone) {
            path.inDocument = 0;
        }
        metAlone.clear();
    }

    /**
     * Takes in what was counted of a document, if it has been read to its end. Has to be called after it was parsed.
     *
     * @param locate says where start tags are, by their numbers, in one pass over the document
     * @return the unmapped paths that no document before had, in document order
     */
    public List<CoveredPath> settle(Document document, Function<SortedSet<Integer>, Map<Integer, Location>> locate) {
        if (!ended || number <= settled) {
            return List.of();
        }
        ended = false;
        settled = number;
        List<CoveredPath> fresh = new ArrayList<>(0);
        for (int i = 0; i < metCount; i++) {
            settle(met[i], fresh);
        }
        for (CoveredPath path : metAlone) {
            settle(path, path.inDocument, path.firstInDocument, fresh);
        }
        paths.countDocument(beyond);
        if (followed != null) {
            followed.put(document, new Counted(number, Arrays.copyOf(met, metCount), metAlone, beyond));
        }
        forgetMet();
        if (fresh.isEmpty()) {
            return List.of();
        }
        fresh.sort(Comparator.comparingInt(path -> path.firstTag));
        // Only now, as an element's state depends on what is in it.
        List<CoveredPath> unmapped = fresh.stream()
                .filter(path -> path.state() == PathState.UNMAPPED)
                .toList();
        SortedSet<Integer> tagsOfUnmapped = new TreeSet<>();
        for (CoveredPath path : unmapped) {
            if (places < MOST_PLACES) {
                places++;
                tagsOfUnmapped.add(path.firstTag);
            }
        }
        Map<Integer, Location> found = tagsOfUnmapped.isEmpty() ? Map.of() : locate.apply(tagsOfUnmapped);
        // Also of the others: another contract may not map them.
        for (CoveredPath path : fresh) {
            path.foundAt(new FirstMet(number, document.key(), found.get(path.firstTag)));
        }
        return unmapped;
    }

    private void settle(TagCount count, List<CoveredPath> fresh) {
        if (count.tags > 0) {
            count.around.current().met(count.element.current());
            settle(count.element, count.tags, count.firstTag, fresh);
            for (CoveredPath attribute : count.attributes) {
                if (attribute == null) {
                    beyond += count.tags;
                } else {
                    settle(attribute, count.tags, count.firstTag, fresh);
                }
            }
        }
        if (count.texts > 0) {
            settle(paths.text(count.element.current()), count.texts, count.firstText, fresh);
        }
    }

    private void settle(CoveredPath counted, int times, int firstTag, List<CoveredPath> fresh) {
        CoveredPath path = counted.current();
        if (path.settle(times, firstTag, number)) {
            fresh.add(path);
        }
    }

    /** All of the document has been mapped, or rejected. One that is tried again for want of memory is not counted again. */
    public void done(Document document) {
        Counted its = followed == null ? null : followed.get(document);
        if (its != null) {
            its.rows = all.rows().since(rowsBefore);
        }
        isUnderWay = false;
        finished = Math.max(finished, number);
    }
}
