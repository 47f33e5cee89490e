package dev.millrace.xml.path;

import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/**
 * A step along an axis with its predicates; it begins at the context item. Predicates that only ask "true or false?" are
 * answered while walking; {@code [3]} and {@code [last()]} after them pick one node; only what needs positions otherwise
 * is collected first.
 */
final class Step extends Expression {

    /** No node is picked by its position. */
    static final int ALL = 0;

    /** The last node is picked. */
    static final int LAST = -1;

    private static final Expression[] NONE = {};

    /** An attribute moves back a little when some before it are missing. */
    private static final int NEAR = 4;

    private final Axis axis;
    private final NodePattern test;
    private final boolean ignoreCase;
    private final Expression[] filters;
    private final int pick;
    private final Expression[] rest;
    private final boolean restIsPositional;

    /**
     * From where to look for the attribute, back to the first one: where it was with most of those before it present, because
     * documents repeat themselves. Threads share it: it is changed seldom, and a bad one costs a longer look.
     */
    private int expected;

    /**
     * @param ignoreCase of attributes, see {@link PathCompiler}
     * @param predicates all predicates in order
     */
    Step(Axis axis, NodePattern test, boolean ignoreCase, Predicates predicates) {
        this.axis = axis;
        this.test = test;
        this.ignoreCase = ignoreCase;
        this.filters = predicates.filters().toArray(NONE);
        this.pick = predicates.pick();
        this.rest = predicates.rest().toArray(NONE);
        this.restIsPositional = rest.length > 0 && pick == ALL;
    }

    /** Whether this is a mere {@code @name}, of which there is one at most. */
    private boolean isPlainAttribute() {
        return axis == Axis.ATTRIBUTE && test.name().isOneName();
    }

    /** Whether this is a mere {@code @name} without a predicate. */
    boolean isAttributeValue() {
        return isPlainAttribute() && hasNoPredicate();
    }

    boolean isPlainSelfOrDescendant() {
        return axis == Axis.DESCENDANT_OR_SELF && test.kind() == null && hasNoPredicate();
    }

    /** The same step on the descendant axis, where {@code //} before a child step allows for it; else null. */
    @Nullable
    Step asDescendant() {
        return axis == Axis.CHILD && pick == ALL && rest.length == 0
                ? new Step(Axis.DESCENDANT, test, ignoreCase, new Predicates(filters))
                : null;
    }

    private boolean hasNoPredicate() {
        return filters.length == 0 && pick == ALL && rest.length == 0;
    }

    @Override
    Yield yields() {
        return Yield.NODES;
    }

    @Override
    boolean canBeElement() {
        return axis != Axis.ATTRIBUTE && (test.kind() == null || test.kind() == Node.Kind.ELEMENT);
    }

    @Override
    boolean isSingle() {
        return pick != ALL || axis == Axis.SELF || axis == Axis.PARENT || isPlainAttribute();
    }

    @Override
    boolean isOrdered() {
        return true;
    }

    @Override
    boolean isFlat() {
        return isSingle() || axis.isFlat();
    }

    boolean isAttribute() {
        return axis == Axis.ATTRIBUTE;
    }

    boolean isChild() {
        return axis == Axis.CHILD;
    }

    boolean isDownward() {
        return axis == Axis.CHILD
                || axis == Axis.SELF
                || axis == Axis.ATTRIBUTE
                || axis == Axis.DESCENDANT
                || axis == Axis.DESCENDANT_OR_SELF;
    }

    boolean isSelf() {
        return axis == Axis.SELF;
    }

    @Override
    boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
        if (!(context.item instanceof Node origin)) {
            throw Errors.of("XPTY0020");
        }
        return walk(context, origin, sink);
    }

    boolean walk(EvaluationContext context, Node origin, Sink sink) throws EvaluationException {
        if (axis == Axis.ATTRIBUTE && hasNoPredicate()) {
            return walkAttributes(context, origin, sink);
        }
        if (restIsPositional || axis == Axis.ATTRIBUTE || axis.isReverse() && pick == ALL) {
            return walkCollected(context, origin, sink);
        }
        Object item = context.item;
        int position = context.position;
        int size = context.size;
        Node found = null;
        int count = 0;
        boolean goOn = true;
        int seen = 1;
        for (Node node = axis.first(context, origin); node != null; node = axis.next(context, origin, node)) {
            seen++;
            if (!test.matches(node) || filters.length > 0 && !passes(context, node, filters)) {
                continue;
            }
            if (pick == ALL) {
                context.item = item;
                goOn = sink.item(context, node);
                if (!goOn) {
                    break;
                }
            } else {
                count++;
                found = pick == LAST || count == pick ? node : null;
                if (count == pick) {
                    break;
                }
            }
        }
        context.spend(seen);
        if (found != null && (rest.length == 0 || passes(context, found, rest))) {
            goOn = sink.item(context, found);
        }
        context.item = item;
        context.position = position;
        context.size = size;
        return goOn;
    }

    /** Position and size are of no interest to filters, and both 1 for what comes after a pick. */
    private static boolean passes(EvaluationContext context, Node node, Expression[] predicates)
            throws EvaluationException {
        context.item = node;
        context.position = 1;
        context.size = 1;
        for (Expression predicate : predicates) {
            if (!Predicates.accepts(context, predicate)) {
                return false;
            }
        }
        return true;
    }

    private boolean walkAttributes(EvaluationContext context, Node origin, Sink sink) throws EvaluationException {
        if (isPlainAttribute()) {
            int index = attributeIndex(context, origin);
            return index < 0 || sink.attribute(context, origin, index);
        }
        context.spend(1 + origin.attributeCount());
        boolean found = false;
        for (int i = 0; i < origin.attributeCount(); i++) {
            if (acceptsAttribute(origin, i)) {
                found = true;
                if (!sink.attribute(context, origin, i)) {
                    return false;
                }
            }
        }
        int index = found || !ignoreCase ? -1 : attributeIndex(context, origin);
        return index < 0 || sink.attribute(context, origin, index);
    }

    private boolean acceptsAttribute(Node origin, int index) {
        return (test.kind() == null || test.kind() == Node.Kind.ATTRIBUTE)
                && test.name().matches(origin.attributeName(index));
    }

    /** Where the plain attribute is among the origin's, or -1. */
    private int attributeIndex(EvaluationContext context, Node origin) throws EvaluationException {
        int count = origin.attributeCount();
        NamePattern name = test.name();
        int start = Math.min(expected, count - 1);
        for (int i = start; i >= 0; i--) {
            if (name.matches(origin.attributeName(i))) {
                if (start - i > NEAR) {
                    expected = i + NEAR / 2;
                }
                return i;
            }
        }
        for (int i = start + 1; i < count; i++) {
            if (name.matches(origin.attributeName(i))) {
                expected = i;
                return i;
            }
        }
        context.spend(1 + count);
        if (ignoreCase) {
            for (int i = 0; i < count; i++) {
                if (name.matchesIgnoringCase(origin.attributeName(i))) {
                    return i;
                }
            }
        }
        return -1;
    }

    private boolean walkCollected(EvaluationContext context, Node origin, Sink sink) throws EvaluationException {
        Items nodes = context.borrow();
        if (axis == Axis.ATTRIBUTE) {
            walkAttributes(context, origin, nodes.asTheyAre);
        } else {
            int seen = 1;
            for (Node node = axis.first(context, origin); node != null; node = axis.next(context, origin, node)) {
                seen++;
                if (test.matches(node)) {
                    nodes.add(node);
                }
            }
            context.spend(seen);
        }
        Predicates.filter(context, nodes, filters);
        Predicates.pick(nodes, pick);
        Predicates.filter(context, nodes, rest);
        nodes.sortNodes(context);
        boolean goOn = nodes.sendTo(context, sink);
        context.release(nodes);
        return goOn;
    }

    @Override
    @Nullable
    Object atom(EvaluationContext context) throws EvaluationException {
        if (!isAttributeValue()) {
            return super.atom(context);
        }
        String value = text(context);
        return value == null ? null : new Untyped(value);
    }

    @Override
    @Nullable
    String text(EvaluationContext context) throws EvaluationException {
        if (!isAttributeValue()) {
            return super.text(context);
        }
        if (!(context.item instanceof Node origin)) {
            throw Errors.of("XPTY0020");
        }
        return attributeValue(context, origin);
    }

    /** The value of the mere {@code @name} that this step is. */
    @Nullable
    String attributeValue(EvaluationContext context, Node origin) throws EvaluationException {
        int index = attributeIndex(context, origin);
        return index < 0 ? null : origin.attributeValue(index);
    }

    @Override
    Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
        if (focus == null) {
            return null;
        }
        Projection.Reach reach = along(focus);
        for (Expression filter : filters) {
            filter.reach(projector, reach);
        }
        for (Expression predicate : rest) {
            predicate.reach(projector, reach);
        }
        return reach;
    }

    private Projection.@Nullable Reach along(Projection.Reach focus) {
        boolean elements = test.kind() == Node.Kind.ELEMENT;
        return switch (axis) {
            case CHILD -> test.children(focus);
            case ATTRIBUTE -> focus.attribute(test.name(), ignoreCase);
            case SELF -> focus;
            case PARENT -> focus.parent();
            case ANCESTOR -> elements ? focus.ancestor(test.name()) : focus.ancestor(NamePattern.ANY);
            case ANCESTOR_OR_SELF -> focus.union(focus.ancestor(NamePattern.ANY));
            case DESCENDANT -> test.descendants(focus);
            case DESCENDANT_OR_SELF -> Projector.union(focus, test.descendants(focus));
            case FOLLOWING_SIBLING, PRECEDING_SIBLING -> test.children(focus.parent());
        };
    }
}
