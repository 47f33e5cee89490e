package dev.millrace.coverage;

import dev.millrace.document.Document;
import dev.millrace.document.Location;
import dev.millrace.mapping.RowCounts;
import dev.millrace.xml.Name;
import dev.millrace.xml.PathObserver;
import java.util.ArrayList;
import java.util.Arrays;
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
public final class CoverageCollector implements PathObserver {

    /** Unmapped paths whose first place is looked up, which takes another look at the document: as many as anybody would read. */
    private static final int MOST_PLACES = 1_000;

    private final Coverage all;
    private final PathCoverage paths;
    /** By depth; null where there are too many paths to tell them apart. */
    private @Nullable CoveredPath[] open = new CoveredPath[64];

    /** The number of the start tag of each open element. */
    private int[] openTags = new int[64];

    private int depth;
    /** Paths that the document at hand has, each once. */
    private CoveredPath[] met = new CoveredPath[64];

    private int metCount;
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

    private RowCounts rowsBefore;

    /** What was counted of a document. */
    private static final class Counted {
        private final CoveredPath[] paths;
        /** How often each of the paths was met. */
        private final int[] times;

        private final long beyond;
        /** Null until all of it has been mapped, or rejected. */
        private @Nullable RowCounts rows;

        Counted(CoveredPath[] paths, int[] times, long beyond) {
            this.paths = paths;
            this.times = times;
            this.beyond = beyond;
        }
    }

    /** @param settled some of the documents */
    private record Batch(List<Document> documents, Set<Document> settled) {}

    CoverageCollector(Coverage coverage) {
        all = coverage;
        paths = coverage.paths();
        rowsBefore = coverage.rows();
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
        for (int i = 0; i < document.paths.length; i++) {
            document.paths[i].current().leaveOut(document.times[i]);
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
            rowsBefore = all.rows().copy();
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
        for (int i = 0; i < metCount; i++) {
            // Of a document that was not read to its end.
            met[i].inDocument = 0;
        }
        metCount = 0;
        depth = 0;
        tags = 0;
        open[0] = paths.top();
    }

    @Override
    public void startElement(Name name) {
        CoveredPath parent = open[depth];
        if (++depth == open.length) {
            open = Arrays.copyOf(open, 2 * depth);
            openTags = Arrays.copyOf(openTags, 2 * depth);
        }
        CoveredPath path = parent == null ? null : paths.child(parent.current(), name);
        open[depth] = path;
        openTags[depth] = tags++;
        if (path == null) {
            beyond++;
        } else if (!isCutOut || path.spot().isInRecord()) {
            meet(path);
        }
    }

    @Override
    public void attribute(Name name, Value value) {
        CoveredPath element = open[depth];
        if (element == null) {
            beyond++;
        } else if (!isCutOut || element.spot().isInRecord()) {
            CoveredPath path = paths.attribute(element.current(), name);
            if (path == null) {
                beyond++;
            } else {
                meet(path);
            }
        }
    }

    @Override
    public void text(Value value) {
        CoveredPath element = open[depth];
        if (value.isBlank()) {
            return;
        }
        if (element == null) {
            beyond++;
        } else {
            meet(paths.text(element.current()));
        }
    }

    @Override
    public void endElement() {
        depth--;
    }

    @Override
    public void endDocument() {
        ended = true;
    }

    private void meet(CoveredPath path) {
        if (path.inDocument++ > 0) {
            return;
        }
        path.firstTag = openTags[depth];
        if (metCount == met.length) {
            met = Arrays.copyOf(met, 2 * metCount);
        }
        met[metCount++] = path;
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
        paths.countDocument(beyond);
        if (followed != null) {
            followed.put(document, counted());
        }
        List<CoveredPath> fresh = new ArrayList<>(0);
        for (int i = 0; i < metCount; i++) {
            CoveredPath path = met[i].current();
            if (path.settle(met[i], number)) {
                fresh.add(path);
            }
        }
        metCount = 0;
        if (fresh.isEmpty()) {
            return List.of();
        }
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

    private Counted counted() {
        int[] times = new int[metCount];
        for (int i = 0; i < metCount; i++) {
            times[i] = met[i].inDocument;
        }
        return new Counted(Arrays.copyOf(met, metCount), times, beyond);
    }

    /** All of the document has been mapped, or rejected. One that is tried again for want of memory is not counted again. */
    public void done(Document document) {
        Counted its = followed == null ? null : followed.get(document);
        if (its != null) {
            its.rows = all.rows().since(rowsBefore);
        }
        finished = Math.max(finished, number);
    }
}
