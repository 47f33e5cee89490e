package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an expression is evaluated in: the record, the context item and the variables. One per worker, reused for each
 * record; not thread-safe.
 */
public final class EvaluationContext {

    /** The focus (XPath 3.1, §2.1.2): native expressions set and restore these around predicates and steps. */
    @Nullable
    Object item;

    int position = 1;
    int size = 1;

    /** What {@link Sink#COUNT} has counted. */
    int count;

    /** Index of the first local variable of the running expression. */
    int localBase;

    private final Items[] variables;
    private final boolean[] bound;
    private final @Nullable PathExpression[] lazy;

    private @Nullable Record record;
    private @Nullable SaxonTree saxonTree;

    /** By beginning, from which item a {@link SharedPath} began, and where that led to. */
    private @Nullable Object[] sharedFrom = {};

    private @Nullable Object[] sharedTo = {};

    private Items[] locals = {};
    private int localsInUse;
    private Items[] scratch = {};
    private int scratchInUse;

    /** @param slots the size of the largest {@link VariableScope} that will be used */
    public EvaluationContext(int slots) {
        variables = new Items[slots];
        for (int i = 0; i < slots; i++) {
            variables[i] = new Items();
        }
        bound = new boolean[slots];
        lazy = new PathExpression[slots];
    }

    /** Begins a record: $record is its element, which is also the context item; all other variables are unset. */
    public void startRecord(Record record) {
        this.record = record;
        saxonTree = null;
        for (int slot = 0; slot < variables.length; slot++) {
            variables[slot].clear();
            bound[slot] = false;
            lazy[slot] = null;
        }
        Arrays.fill(sharedFrom, null);
        Arrays.fill(sharedTo, null);
        contextItem(record.element());
        bind(0, record.element());
    }

    /** Sets the context item: a node or an atomic value. */
    public void contextItem(Object item) {
        this.item = item instanceof Node ? item : Atomic.of(item);
        position = 1;
        size = 1;
    }

    public Object contextItem() {
        return Objects.requireNonNull(item, "no record was started");
    }

    /**
     * Sets a variable to a sequence of one item, or to the empty sequence for null. Values of {@code java.time},
     * numbers, UUIDs and bytes become the atomic value of the type that XPath has for them.
     */
    public void bind(int slot, @Nullable Object item) {
        Items value = variables[slot];
        value.clear();
        if (item != null) {
            value.add(item instanceof Node ? item : Atomic.of(item));
        }
        bound[slot] = true;
        lazy[slot] = null;
    }

    /** Sets a variable to the value of an expression over the record's element, evaluated when first asked for. */
    public void bindLazily(int slot, PathExpression expression) {
        variables[slot].clear();
        bound[slot] = false;
        lazy[slot] = expression;
    }

    /** The value of a variable; not to be changed. */
    Items variable(int slot) throws EvaluationException {
        Items value = variables[slot];
        if (bound[slot]) {
            return value;
        }
        PathExpression expression = lazy[slot];
        if (expression == null) {
            throw new EvaluationException("XPDY0002", "a variable of the expression has no value here");
        }
        Object outerItem = contextItem();
        int outerPosition = position;
        int outerSize = size;
        contextItem(record().element());
        try {
            expression.evaluate(this, value);
            bound[slot] = true;
        } finally {
            if (!bound[slot]) {
                value.clear();
            }
            item = outerItem;
            position = outerPosition;
            size = outerSize;
        }
        return value;
    }

    Record record() {
        return Objects.requireNonNull(record, "no record was started");
    }

    /** The record as Saxon sees it, built when the first expression of a record needs it. */
    SaxonTree saxonTree(SaxonRoad road) throws EvaluationException {
        SaxonTree tree = saxonTree;
        if (tree == null || !tree.isOf(road)) {
            tree = SaxonTree.of(road, record().element());
            saxonTree = tree;
        }
        return tree;
    }

    /** Where a beginning of paths leads to from an item; null if nobody has walked it from there. */
    @Nullable
    Object shared(int beginning, Object from) {
        return beginning < sharedFrom.length && sharedFrom[beginning] == from ? sharedTo[beginning] : null;
    }

    void share(int beginning, Object from, Object to) {
        if (beginning >= sharedFrom.length) {
            sharedFrom = Arrays.copyOf(sharedFrom, beginning + 8);
            sharedTo = Arrays.copyOf(sharedTo, beginning + 8);
        }
        sharedFrom[beginning] = from;
        sharedTo[beginning] = to;
    }

    /** An empty buffer, to be given back by {@link #release} in the reverse order of borrowing. */
    Items borrow() {
        if (scratchInUse == scratch.length) {
            scratch = grown(scratch);
        }
        return scratch[scratchInUse++];
    }

    void release(Items buffer) {
        buffer.clear();
        scratchInUse--;
    }

    /** How many buffers are borrowed; {@link #releaseTo} gives back what an error left behind. */
    int borrowed() {
        return scratchInUse;
    }

    void releaseTo(int borrowedBefore) {
        while (scratchInUse > borrowedBefore) {
            scratch[--scratchInUse].clear();
        }
    }

    /** Enters an expression with that many local variables; to be left with what {@link #localBase} was before. */
    void enter(int locals) {
        localBase = localsInUse;
        localsInUse += locals;
        while (localsInUse > this.locals.length) {
            this.locals = grown(this.locals);
        }
    }

    void leave(int outerBase) {
        for (int i = localBase; i < localsInUse; i++) {
            locals[i].clear();
        }
        localsInUse = localBase;
        localBase = outerBase;
    }

    /** A local variable of the running expression. */
    Items local(int index) {
        return locals[localBase + index];
    }

    private static Items[] grown(Items[] old) {
        Items[] larger = new Items[old.length + 8];
        System.arraycopy(old, 0, larger, 0, old.length);
        for (int i = old.length; i < larger.length; i++) {
            larger[i] = new Items();
        }
        return larger;
    }
}
