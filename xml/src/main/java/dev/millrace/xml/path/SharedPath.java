package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path whose beginning, all but its last step, other paths of the contract have too: as the columns of a row mostly do. From
 * one context item the beginning is walked once, and what it led to is kept in the context for the others. What a beginning
 * leads to must depend on nothing but the context item: no variable, no position in the focus.
 */
final class SharedPath extends Expression {

    /** A beginning, the same object for all paths that have it. */
    static final class Beginning {

        private static final int UNSHARED = -1;

        /** Its place in the context, once a second path has it. */
        private int index = UNSHARED;

        private int paths;
    }

    /** The beginnings of one contract's paths, by their text. Filled by the compiler, before anything runs. */
    static final class Beginnings {

        private final Map<String, Beginning> known = new HashMap<>();
        private int shared;

        Beginning of(String text) {
            Beginning beginning = known.computeIfAbsent(text, added -> new Beginning());
            if (++beginning.paths == 2) {
                beginning.index = shared++;
            }
            return beginning;
        }
    }

    /** Stands for no node. */
    private static final Object NONE = new Object();

    /** Marks several nodes. They are found again each time: no list of them is kept, which might be out of date. */
    private static final Object SEVERAL = new Object();

    private final Expression whole;
    private final Beginning beginning;
    private final Expression origin;
    private final Step step;

    /** @param whole the path as it would be if it shared nothing */
    SharedPath(Expression whole, Beginning beginning, Expression origin, Step step) {
        this.whole = whole;
        this.beginning = beginning;
        this.origin = origin;
        this.step = step;
    }

    @Override
    boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
        Object end = end(context);
        if (end instanceof Node node) {
            return step.walk(context, node, sink);
        }
        return end == NONE || whole.walk(context, sink);
    }

    @Override
    @Nullable
    Object atom(EvaluationContext context) throws EvaluationException {
        if (!step.isAttributeValue()) {
            return super.atom(context);
        }
        String text = text(context);
        return text == null ? null : new Untyped(text);
    }

    @Override
    @Nullable
    String text(EvaluationContext context) throws EvaluationException {
        if (step.isAttributeValue()) {
            Object end = end(context);
            if (end instanceof Node node) {
                return step.attributeValue(context, node);
            }
            if (end == NONE) {
                return null;
            }
        }
        return whole.text(context);
    }

    /** The node that the beginning leads to, or the mark for none or for several. */
    private Object end(EvaluationContext context) throws EvaluationException {
        if (beginning.index == Beginning.UNSHARED || !(context.item instanceof Node from)) {
            return SEVERAL;
        }
        Object known = context.shared(beginning.index, from);
        if (known != null) {
            return known;
        }
        Items nodes = context.borrow();
        origin.walk(context, new Path.UpTo(nodes, 2));
        Object end = nodes.isEmpty() ? NONE : nodes.size() == 1 ? nodes.get(0) : SEVERAL;
        context.release(nodes);
        context.share(beginning.index, from, end);
        return end;
    }

    @Override
    Yield yields() {
        return whole.yields();
    }

    @Override
    boolean canBeElement() {
        return whole.canBeElement();
    }

    @Override
    boolean isSingle() {
        return whole.isSingle();
    }

    @Override
    boolean isOrdered() {
        return whole.isOrdered();
    }

    @Override
    boolean isFlat() {
        return whole.isFlat();
    }

    @Override
    Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
        return whole.reach(projector, focus);
    }
}
