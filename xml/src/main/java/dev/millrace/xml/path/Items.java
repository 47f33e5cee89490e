package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The items of a sequence: a buffer that is filled, read and cleared again without allocation. An item is a
 * {@link dev.millrace.xml.Node} or an atomic value (see {@link PathExpression}). Not thread-safe.
 */
public final class Items {

    /** As many as a record may have nodes: beyond, the memory of a run would be at stake. */
    private static final int MOST = 10_000_000;

    private static final int LARGE = 1 << 16;

    private static final Comparator<Object> DOCUMENT_ORDER = Comparator.comparingInt(node -> ((Node) node).position());

    private Object[] items = new Object[8];
    private int size;

    /** Of each item the node that it is the value of; null when nobody asks. */
    private @Nullable Node @Nullable [] nodes;

    /** Collects atomized items, untyped ones as String. */
    private class Values extends Sink {

        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            if (item instanceof Node node) {
                add(context.stringValue(node));
            } else {
                add(item instanceof Untyped untyped ? untyped.text() : item);
            }
            return true;
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) throws EvaluationException {
            add(element.attributeValue(index));
            return true;
        }
    }

    private final class ValuesWithNodes extends Values {

        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            boolean goOn = super.item(context, item);
            if (item instanceof Node node) {
                addNode(node);
            }
            return goOn;
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) throws EvaluationException {
            boolean goOn = super.attribute(context, element, index);
            addNode(element.attributeNode(index));
            return goOn;
        }
    }

    /** Collects items as they are. */
    final Sink asTheyAre = new Sink() {
        @Override
        boolean item(EvaluationContext context, Object item) {
            add(item);
            return true;
        }
    };

    /** Collects atomized items. */
    final Sink atoms = new Sink() {
        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            add(Atomic.atomize(context, item));
            return true;
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) {
            add(new Untyped(element.attributeValue(index)));
            return true;
        }
    };

    /** Collects atomized items, untyped ones as String; with their nodes, where they are asked for. */
    final Sink values;

    /** Collects two atomized items at most: enough to see that there is more than one. */
    final Sink two = new Sink() {
        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            add(Atomic.atomize(context, item));
            return size < 2;
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) {
            add(new Untyped(element.attributeValue(index)));
            return size < 2;
        }
    };

    /** Collects what the effective boolean value depends on: a first node, or two items. */
    final Sink effective = new Sink() {
        @Override
        boolean item(EvaluationContext context, Object item) {
            add(item);
            return size < 2 && !(item instanceof Node);
        }
    };

    public Items() {
        this(false);
    }

    private Items(boolean withNodes) {
        nodes = withNodes ? new Node[items.length] : null;
        values = withNodes ? new ValuesWithNodes() : new Values();
    }

    /**
     * For one evaluation: a buffer that also knows the nodes that its items are the values of, for {@link #nodeOf}. It must not be
     * cleared and filled again.
     */
    public static Items withNodes() {
        return new Items(true);
    }

    boolean hasNodes() {
        return nodes != null;
    }

    /** Says of the item that was added last what node it is the value of. */
    void addNode(Node node) {
        @Nullable Node[] known = nodes;
        if (known != null) {
            if (size > known.length) {
                known = Arrays.copyOf(known, items.length);
                nodes = known;
            }
            known[size - 1] = node;
        }
    }

    /** The node that an item is, or is the value of, as far as that is known: see {@link #withNodes}. */
    public @Nullable Node nodeOf(int index) {
        if (items[index] instanceof Node node) {
            return node;
        }
        return nodes == null || index >= nodes.length ? null : nodes[index];
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public Object get(int index) {
        return items[index];
    }

    public void add(Object item) {
        if (size == items.length) {
            if (size >= MOST) {
                throw new AbandonedException(
                        new EvaluationException("XPDY0130", "a sequence has more than " + MOST + " items"));
            }
            items = Arrays.copyOf(items, Math.min(size * 2, MOST));
        }
        items[size++] = item;
    }

    public void addAll(Items others) {
        for (int i = 0; i < others.size; i++) {
            add(others.items[i]);
        }
    }

    public void set(int index, Object item) {
        items[index] = item;
    }

    /** Forgets the items beyond the first {@code newSize}. */
    public void truncate(int newSize) {
        // Mostly there is one item or none: a loop is done before Arrays.fill has begun.
        for (int i = newSize; i < size; i++) {
            items[i] = null;
        }
        size = newSize;
    }

    public void clear() {
        if (items.length > LARGE) {
            // One unusual document must not keep the memory until the end.
            items = new Object[8];
            size = 0;
        } else {
            truncate(0);
        }
    }

    /** The items as an array of their own. */
    public Object[] toArray() {
        return Arrays.copyOf(items, size);
    }

    /** Sends the items on; false if the sink stopped. */
    boolean sendTo(EvaluationContext context, Sink sink) throws EvaluationException {
        context.spend(size);
        for (int i = 0; i < size; i++) {
            if (!sink.item(context, items[i])) {
                return false;
            }
        }
        return true;
    }

    /** Brings nodes into document order and drops duplicates. All items must be nodes. */
    void sortNodes(EvaluationContext context) throws EvaluationException {
        if (areInOrder()) {
            return;
        }
        // n log n, roughly.
        context.spend((long) size * (Integer.SIZE - Integer.numberOfLeadingZeros(size)));
        Arrays.sort(items, 0, size, DOCUMENT_ORDER);
        int kept = 1;
        for (int i = 1; i < size; i++) {
            if (node(i).position() != node(kept - 1).position()) {
                items[kept++] = items[i];
            }
        }
        truncate(kept);
    }

    private boolean areInOrder() {
        for (int i = 1; i < size; i++) {
            if (node(i - 1).position() >= node(i).position()) {
                return false;
            }
        }
        return true;
    }

    private Node node(int index) {
        return (Node) items[index];
    }
}
