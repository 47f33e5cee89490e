package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an expression is evaluated in: the record, the context item and the variables. One per worker, reused for each
 * record; not thread-safe.
 */
public final class EvaluationContext {

    /** A character costs far less than what else is a step: as a power of two, how many do for one. */
    private static final int CHARACTERS_A_STEP = 4;

    /** Steps between two looks whether the evaluation is still wanted: less than a millisecond. */
    private static final long STEPS_BETWEEN_LOOKS = 1 << 16;

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
    /** What lazy ones are evaluated over; null for the record's element. */
    private final @Nullable Object[] lazyItems;

    private @Nullable Record record;
    private @Nullable SaxonTree saxonTree;

    /** By beginning, from which item a {@link SharedPath} began, and where that led to. */
    private @Nullable Object[] sharedFrom = {};

    private @Nullable Object[] sharedTo = {};

    private final Siblings siblings = new Siblings();

    private Items[] locals = {};
    private int localsInUse;
    private Items[] scratch = {};
    private int scratchInUse;

    private final long mostSteps;
    private final int longestText;

    private BooleanSupplier unwanted = () -> false;
    private boolean givenUp;

    /** Whose record and variables it has, where it is one that looks on. */
    private final @Nullable EvaluationContext main;

    /** Whether a variable was bound since {@link #forgetVariables}. */
    private boolean hasBound;

    /** Looks on here; null until somebody asks for it. */
    private @Nullable EvaluationContext onlooker;

    /** Steps that are left until the next look, or negative. */
    private long steps;

    /** Steps that are left behind that look, of those that a record may take. */
    private long stepsToCome;

    /** With the usual limits. */
    public EvaluationContext(int slots) {
        this(slots, XmlLimits.DEFAULTS);
    }

    /**
     * @param slots the size of the largest {@link VariableScope} that will be used
     * @param limits how many steps a record's expressions may take, and how long a text may be that they make
     */
    public EvaluationContext(int slots, XmlLimits limits) {
        this(slots, limits.steps(), limits.valueLength(), null);
    }

    private EvaluationContext(int slots, long mostSteps, int longestText, @Nullable EvaluationContext main) {
        this.mostSteps = mostSteps;
        this.longestText = longestText;
        this.main = main;
        allowSteps(mostSteps);
        variables = new Items[slots];
        for (int i = 0; i < slots; i++) {
            variables[i] = new Items();
        }
        bound = new boolean[slots];
        lazy = new PathExpression[slots];
        lazyItems = new Object[slots];
    }

    /** Begins a record: $record is its element, which is also the context item; all other variables are unset. */
    public void startRecord(Record record) {
        this.record = record;
        saxonTree = null;
        allowSteps(mostSteps);
        siblings.clear();
        for (int slot = 0; slot < variables.length; slot++) {
            variables[slot].clear();
            bound[slot] = false;
            lazy[slot] = null;
            lazyItems[slot] = null;
        }
        Arrays.fill(sharedFrom, null);
        Arrays.fill(sharedTo, null);
        contextItem(record.element());
        bind(0, record.element());
        if (onlooker != null) {
            onlooker.startRecord(record);
        }
    }

    /**
     * A context for who looks on, the same each time: with the record of this one, and with its variables as they are at that time. It has
     * as many steps of its own for a record, and what is evaluated in it changes nothing here: no step is taken off, and no variable is
     * bound. Only when nobody wants what comes of it any more, both have given up.
     *
     * @param item the context item there
     */
    public EvaluationContext lookingOnFrom(Object item) {
        EvaluationContext beside = onlooker;
        if (beside == null) {
            beside = new EvaluationContext(variables.length, mostSteps, longestText, this);
            beside.startRecord(record());
            onlooker = beside;
        }
        beside.forgetVariables();
        beside.contextItem(item);
        return beside;
    }

    /** They were bound to what they are no more, if the other has moved on. */
    private void forgetVariables() {
        if (!hasBound) {
            return;
        }
        for (int slot = 0; slot < variables.length; slot++) {
            variables[slot].clear();
            bound[slot] = false;
        }
        hasBound = false;
    }

    /**
     * Takes steps off what a record may take. Each loop that a document can lengthen says here how far it has gone, so that no
     * document holds up a run; how long a step takes differs, but not by much more than a few nanoseconds.
     *
     * @throws EvaluationException when they are used up, now or before: nobody who caught it can go on
     */
    public void spend(long taken) throws EvaluationException {
        steps -= taken;
        if (steps < 0) {
            goOn();
        }
    }

    /**
     * Has evaluations end when nobody wants what comes of them any more: they fail as if their steps were used up.
     *
     * @param asked is asked now and then, by the thread that evaluates
     */
    public void giveUpWhen(BooleanSupplier asked) {
        unwanted = asked;
    }

    /** Whether an evaluation has ended that way. What it was for has no result then, whatever it seems to have come to. */
    public boolean hasGivenUp() {
        return givenUp;
    }

    private void allowSteps(long all) {
        steps = Math.min(all, STEPS_BETWEEN_LOOKS);
        stepsToCome = all - steps;
    }

    /** Takes the next steps, if there are any and they are wanted. */
    private void goOn() throws EvaluationException {
        long left = steps + stepsToCome;
        EvaluationContext asked = main == null ? this : main;
        if (left >= 0 && asked.unwanted.getAsBoolean()) {
            asked.givenUp = true;
            left = -1;
        }
        if (left < 0) {
            steps = -1;
            stepsToCome = 0;
            throw EvaluationException.tooManySteps(mostSteps);
        }
        allowSteps(left);
    }

    /** Takes a step where nothing checked can be thrown. */
    void step() {
        if (--steps < 0) {
            goOnUnchecked();
        }
    }

    private void goOnUnchecked() {
        try {
            goOn();
        } catch (EvaluationException e) {
            throw new AbandonedException(e);
        }
    }

    /** How many steps the record's expressions have taken so far. */
    public long stepsTaken() {
        return mostSteps - Math.max(steps, 0) - stepsToCome;
    }

    /** Takes the steps for a text that was looked through or copied, of so many characters. */
    void spendOnText(long length) throws EvaluationException {
        spend(1 + (length >> CHARACTERS_A_STEP));
    }

    /** To be asked before an expression makes a text from others. */
    void checkLength(long ofNewText) throws EvaluationException {
        if (ofNewText > longestText) {
            throw new EvaluationException(
                    "FOCA0002",
                    "a text of more than " + longestText
                            + " characters would be made, which is the limit; --max-value-length raises it");
        }
    }

    /** The string value of a node. */
    String stringValue(Node node) throws EvaluationException {
        String text = node.stringValue();
        spendOnText(text.length());
        return text;
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

    /**
     * Sets a variable to the value of an expression over the record's element, evaluated when first asked for. A value that it has of this
     * expression already is kept: the record is the same until {@link #startRecord}.
     */
    public void bindLazily(int slot, PathExpression expression) {
        if (!isOf(slot, expression)) {
            bindLazily(slot, expression, null);
        }
    }

    @SuppressWarnings("ReferenceEquality") // another expression of the same text may be of another contract
    private boolean isOf(int slot, PathExpression expression) {
        return lazy[slot] == expression && lazyItems[slot] == null;
    }

    /**
     * Sets a variable to the value of an expression, evaluated when first asked for.
     *
     * @param item the context item of the expression; null for the record's element
     */
    public void bindLazily(int slot, PathExpression expression, @Nullable Object item) {
        variables[slot].clear();
        bound[slot] = false;
        lazy[slot] = expression;
        lazyItems[slot] = item;
    }

    /** The value of a variable; not to be changed. */
    Items variable(int slot) throws EvaluationException {
        EvaluationContext declared = main == null ? this : main;
        if (declared.bound[slot]) {
            return declared.variables[slot];
        }
        Items value = variables[slot];
        if (bound[slot]) {
            return value;
        }
        PathExpression expression = declared.lazy[slot];
        if (expression == null) {
            throw new EvaluationException("XPDY0002", "a variable of the expression has no value here");
        }
        Object outerItem = contextItem();
        int outerPosition = position;
        int outerSize = size;
        Object over = declared.lazyItems[slot];
        contextItem(over == null ? record().element() : over);
        // What an evaluation left here that ran out of stack.
        value.clear();
        try {
            expression.evaluate(this, value);
            bound[slot] = true;
            hasBound = true;
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
    SaxonTree saxonTree(SaxonCompiler saxon) throws EvaluationException {
        SaxonTree tree = saxonTree == null && main != null ? main.saxonTree : saxonTree;
        if (tree == null || !tree.isOf(saxon)) {
            tree = SaxonTree.of(saxon, record().element());
            saxonTree = tree;
        }
        return tree;
    }

    /** Where a beginning of paths leads to from an item; null if nobody has walked it from there. */
    @Nullable
    Object shared(int beginning, Object from) {
        return main == null && beginning < sharedFrom.length && sharedFrom[beginning] == from
                ? sharedTo[beginning]
                : null;
    }

    void share(int beginning, Object from, Object to) {
        if (main != null) {
            // What is asked there need not be of the compiler that has numbered the others.
            return;
        }
        if (beginning >= sharedFrom.length) {
            sharedFrom = Arrays.copyOf(sharedFrom, beginning + 8);
            sharedTo = Arrays.copyOf(sharedTo, beginning + 8);
        }
        sharedFrom[beginning] = from;
        sharedTo[beginning] = to;
    }

    /** The children of a node; good until those of another one are asked for. */
    Siblings siblings(Node parent) throws EvaluationException {
        if (!siblings.areOf(parent)) {
            spend(siblings.take(parent));
        }
        return siblings;
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

    /**
     * Enters an expression with that many local variables.
     *
     * @return where they begin, for {@link #leave}
     */
    int enter(int locals) {
        localBase = localsInUse;
        localsInUse += locals;
        while (localsInUse > this.locals.length) {
            this.locals = grown(this.locals);
        }
        return localBase;
    }

    /**
     * Leaves an expression, and those within that ran out of stack before they could.
     *
     * @param base what {@link #enter} returned
     * @param outerBase what {@link #localBase} was before
     */
    void leave(int base, int outerBase) {
        for (int i = base; i < localsInUse; i++) {
            locals[i].clear();
        }
        localsInUse = base;
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
