package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/**
 * A part of a native expression. Immutable; the focus and the variables are in the context. Each kind of expression
 * implements the way that suits it ({@link #walk}, or one of the nested classes) and overrides others where they can be
 * had without a detour.
 */
abstract class Expression {

    /** What is known of the items of an expression before it runs. */
    enum Yield {
        NODES,
        TEXT,
        TRUTH,
        NUMBER,
        ATOMS,
        ANYTHING
    }

    /** Sends the items in order; false if the sink stopped the walk. */
    abstract boolean walk(EvaluationContext context, Sink sink) throws EvaluationException;

    abstract Yield yields();

    /** Whether an element can be among the items; true where that is not known. */
    boolean canBeElement() {
        return yields() == Yield.NODES || yields() == Yield.ANYTHING;
    }

    /** Whether there is never more than one item. */
    boolean isSingle() {
        return false;
    }

    /** Whether nodes come in document order and without duplicates. */
    boolean isOrdered() {
        return isSingle();
    }

    /** Whether no node lies within another: then their children come in document order too. */
    boolean isFlat() {
        return isSingle();
    }

    /**
     * Tells what the expression reaches from this focus.
     *
     * @return what its nodes can be, null if there are none
     */
    abstract Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus);

    /** The only item, atomized, or null for none. */
    @Nullable
    Object atom(EvaluationContext context) throws EvaluationException {
        Items atoms = context.borrow();
        walk(context, atoms.two);
        if (atoms.size() > 1) {
            throw Errors.severalItems();
        }
        Object atom = atoms.isEmpty() ? null : atoms.get(0);
        context.release(atoms);
        return atom;
    }

    /** The only item as the argument of a function that wants an xs:string, or null for none. */
    @Nullable
    String text(EvaluationContext context) throws EvaluationException {
        Object atom = atom(context);
        if (atom == null || atom instanceof String) {
            return (String) atom;
        }
        if (atom instanceof Untyped untyped) {
            return untyped.text();
        }
        throw Errors.of("XPTY0004");
    }

    /** {@link #text}, with "" for none. */
    final String textOrEmpty(EvaluationContext context) throws EvaluationException {
        String text = text(context);
        if (text == null) {
            return "";
        }
        // Who asks for it looks through it.
        context.spendOnText(text.length());
        return text;
    }

    /** The effective boolean value. */
    boolean test(EvaluationContext context) throws EvaluationException {
        if (yields() == Yield.NODES) {
            return !walk(context, Sink.EXISTS);
        }
        Items items = context.borrow();
        walk(context, items.effective);
        boolean truth = effectiveBooleanValue(items);
        context.release(items);
        return truth;
    }

    static boolean effectiveBooleanValue(Items items) throws EvaluationException {
        if (items.isEmpty()) {
            return false;
        }
        Object first = items.get(0);
        if (first instanceof Node) {
            return true;
        }
        if (items.size() > 1) {
            throw Errors.of("FORG0006");
        }
        return effectiveBooleanValue(first);
    }

    static boolean effectiveBooleanValue(Object item) throws EvaluationException {
        if (item instanceof Boolean truth) {
            return truth;
        }
        if (item instanceof Node) {
            return true;
        }
        if (item instanceof String || item instanceof Untyped) {
            return !item.toString().isEmpty();
        }
        if (item instanceof Number number) {
            return !(Numbers.isZero(number) || Numbers.isNaN(number));
        }
        throw Errors.of("FORG0006");
    }

    /** An expression of at most one atomic value. */
    abstract static class Single extends Expression {

        @Override
        abstract @Nullable Object atom(EvaluationContext context) throws EvaluationException;

        @Override
        final boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Object atom = atom(context);
            return atom == null || sink.item(context, atom);
        }

        @Override
        Yield yields() {
            return Yield.ATOMS;
        }

        @Override
        final boolean isSingle() {
            return true;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            Object atom = atom(context);
            return atom != null && effectiveBooleanValue(atom);
        }
    }

    /** An expression of one xs:boolean. */
    abstract static class Truth extends Single {

        @Override
        abstract boolean test(EvaluationContext context) throws EvaluationException;

        @Override
        final Object atom(EvaluationContext context) throws EvaluationException {
            return test(context);
        }

        @Override
        final Yield yields() {
            return Yield.TRUTH;
        }
    }

    /** An expression of at most one xs:string. */
    abstract static class Textual extends Single {

        @Override
        abstract @Nullable String text(EvaluationContext context) throws EvaluationException;

        @Override
        final @Nullable Object atom(EvaluationContext context) throws EvaluationException {
            return text(context);
        }

        @Override
        final boolean test(EvaluationContext context) throws EvaluationException {
            String text = text(context);
            return text != null && !text.isEmpty();
        }

        @Override
        final Yield yields() {
            return Yield.TEXT;
        }
    }
}
