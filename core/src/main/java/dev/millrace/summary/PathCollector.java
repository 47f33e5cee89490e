package dev.millrace.summary;

import dev.millrace.xml.Name;
import dev.millrace.xml.PathObserver;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fills a {@link PathSummary} with what a parser tells. What was told of a document that turns out not to be well-formed stays in it, so
 * documents are to be tried before, where that is to be avoided. Used by one thread.
 */
public final class PathCollector implements PathObserver {

    private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

    /** An open element. */
    private static final class Frame {
        /** Null where the element is not looked at, being deep in a text with markup. */
        @Nullable
        PathNode node;

        /** Of an element that is not looked at: it, or the one around with its name that it leads back to. */
        @Nullable
        Frame hidden;

        /** Of such an element: its name, the next one around that is not looked at either, and the innermost that is. */
        Name name = PathNode.ANY;

        @Nullable
        Frame around;

        @Nullable
        PathNode shown;

        int elements;
        int attributes;
        boolean text;
        boolean nil;
        /** The text so far, of an element that has no child element yet. */
        String value = "";

        /** By slot, how many children of that name there are. */
        int[] counts = new int[8];

        @Nullable
        PathEdge[] met = new PathEdge[8];

        int metCount;

        void open(@Nullable PathNode opened) {
            node = opened;
            hidden = null;
            elements = 0;
            attributes = 0;
            text = false;
            nil = false;
            value = "";
        }

        void forget() {
            for (int i = 0; i < metCount; i++) {
                PathEdge edge = met[i];
                if (edge != null) {
                    counts[edge.slot()] = 0;
                }
            }
            Arrays.fill(met, 0, metCount, null);
            metCount = 0;
        }

        void count(PathEdge edge) {
            int slot = edge.slot();
            if (slot >= counts.length) {
                counts = Arrays.copyOf(counts, Math.max(slot + 1, counts.length * 2));
            }
            if (counts[slot]++ == 0) {
                if (metCount == met.length) {
                    met = Arrays.copyOf(met, metCount * 2);
                }
                met[metCount++] = edge;
            }
        }

        /** Tells the node how many children of each name this element has. */
        void close(PathNode of) {
            for (int i = 0; i < metCount; i++) {
                PathEdge edge = met[i];
                if (edge != null) {
                    of.count(edge, counts[edge.slot()], i);
                }
            }
            forget();
        }
    }

    private final PathSummary summary;
    private final boolean values;
    private final PathCounter paths;
    private final ValueForms forms = new ValueForms();
    private Frame[] frames = new Frame[16];
    private int depth;
    private int tags;
    private long number;
    private String document = "";
    private boolean begun;

    public PathCollector(PathSummary summary) {
        this(summary, true);
    }

    /** @param values whether values are looked at, and {@code xsi:nil}; without them a summary takes much less time and memory */
    public PathCollector(PathSummary summary, boolean values) {
        this.summary = summary;
        this.values = values;
        paths = summary.counter();
        Arrays.setAll(frames, i -> new Frame());
    }

    /** What is told from now on is of this document. */
    public void document(String key) {
        document = key;
        begun = false;
    }

    /** Whether anything was told of it. */
    boolean hasBegun() {
        return begun;
    }

    String document() {
        return document;
    }

    /** The element that was started last. */
    Place place() {
        return new Place(document, tags - 1);
    }

    @Override
    public void startDocument() {
        number++;
        tags = 0;
        begun = true;
        // Elements may be open of a document that was given up.
        for (; depth > 0; depth--) {
            frames[depth].forget();
        }
        frames[0].forget();
        frames[0].open(summary.top());
    }

    @Override
    public void startElement(Name name) {
        tags++;
        Frame around = frames[depth];
        around.elements++;
        if (++depth == frames.length) {
            int old = depth;
            frames = Arrays.copyOf(frames, old * 2);
            for (int i = old; i < frames.length; i++) {
                frames[i] = new Frame();
            }
        }
        PathNode parent = around.node;
        Frame hidden = around.hidden;
        if (parent == null || parent.isWithinMarkup()) {
            PathNode shown = hidden == null ? parent : hidden.shown;
            if (shown != null) {
                hide(frames[depth], name, hidden, shown);
            }
            return;
        }
        PathEdge edge = parent.child(name, paths);
        around.count(edge);
        open(frames[depth], name, edge.target());
    }

    private void open(Frame frame, Name name, PathNode node) {
        node.met(name, number, this);
        frame.open(node);
    }

    /**
     * Opens an element that is not looked at. If it were, and led back to an element that is, it counts there.
     *
     * @param around the next one around that is not looked at either; null for none
     * @param shown the innermost that is
     */
    private void hide(Frame frame, Name name, @Nullable Frame around, PathNode shown) {
        int same = 0;
        Frame innermost = null;
        for (Frame at = around; at != null; at = at.around) {
            if (at.name.equals(name)) {
                same++;
                innermost = innermost == null ? at : innermost;
            }
        }
        PathNode back = innermost == null ? shown.nested(name, 0) : null;
        if (back != null) {
            open(frame, name, back);
            return;
        }
        frame.open(null);
        if (innermost != null && (same >= PathNode.NESTED || shown.nested(name, same) != null)) {
            frame.hidden = innermost;
        } else {
            frame.hidden = frame;
            frame.name = name;
            frame.around = around;
            frame.shown = shown;
        }
    }

    @Override
    public void attribute(Name name, Value value) {
        Frame frame = frames[depth];
        PathNode node = frame.node;
        if (node == null) {
            return;
        }
        if (values && name.local().equals("nil") && name.namespace().equals(XSI)) {
            String nil = value.text();
            frame.nil = nil.equals("true") || nil.equals("1");
        }
        PathEdge edge = node.attribute(name, paths);
        edge.count(1, frame.attributes++);
        PathNode target = edge.target();
        target.met(name, number, this);
        if (values) {
            target.take(value.text(), this, forms);
        }
    }

    @Override
    public void text(Value value) {
        Frame frame = frames[depth];
        if (frame.node == null || value.isBlank()) {
            return;
        }
        frame.text = true;
        if (values && frame.elements == 0 && frame.node.mixed() == 0) {
            frame.value = value.text();
        }
    }

    @Override
    public void endElement() {
        Frame frame = frames[depth];
        PathNode node = frame.node;
        if (node != null) {
            node.ended(frame.text, frame.elements > 0, frame.nil);
            if (values && frame.elements == 0) {
                node.take(frame.value, this, forms);
            }
            frame.close(node);
        }
        depth--;
    }

    @Override
    public void endDocument() {
        frames[0].close(summary.top());
    }

    /** The document ends here, in the midst of its elements: what was read of it counts. */
    void cutOff() {
        while (depth > 0) {
            endElement();
        }
        endDocument();
    }
}
