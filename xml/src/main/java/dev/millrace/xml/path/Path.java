package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** Paths of several steps. */
final class Path {

    private Path() {}

    /** {@code left/right}, in the form that needs the least work. */
    static Expression of(Expression left, Expression right) {
        if (right instanceof Step step && left instanceof Focus.ContextItem) {
            return step;
        }
        if (right instanceof Step step && left instanceof Variable variable) {
            return new FromVariable(variable, step);
        }
        if (right instanceof Step step && left.yields() == Expression.Yield.NODES) {
            if (left instanceof Steps steps && steps.last().isPlainSelfOrDescendant()) {
                Step descendant = step.asDescendant();
                if (descendant != null) {
                    return of(steps.origin, descendant);
                }
            }
            boolean ordered = left.isSingle()
                    || left.isOrdered() && (step.isAttribute() || step.isSelf() || left.isFlat() && step.isDownward());
            return new Steps(left, step, ordered);
        }
        return new Slash(left, right);
    }

    /** Nodes, and a step from each of them. */
    static final class Steps extends Expression {

        private final Expression origin;
        private final Step step;
        private final boolean ordered;
        /** Told once: asked at each slash of a long path, each would ask all before it. */
        private final boolean single;

        private final boolean flat;

        /** Sends where the step leads to from what comes, when that can be done on the fly. */
        Steps(Expression origin, Step step, boolean ordered) {
            this.origin = origin;
            this.step = step;
            this.ordered = ordered;
            this.single = origin.isSingle() && step.isSingle();
            this.flat = single
                    || origin.isSingle() && step.isFlat()
                    || origin.isFlat() && step.isFlat() && step.isDownward();
        }

        Step last() {
            return step;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            if (ordered) {
                return origin.walk(context, new Forward(step, sink));
            }
            Items nodes = context.borrow();
            origin.walk(context, new Forward(step, nodes.asTheyAre));
            nodes.sortNodes(context);
            boolean goOn = nodes.sendTo(context, sink);
            context.release(nodes);
            return goOn;
        }

        @Override
        Yield yields() {
            return Yield.NODES;
        }

        @Override
        boolean canBeElement() {
            return step.canBeElement();
        }

        @Override
        boolean isSingle() {
            return single;
        }

        @Override
        boolean isOrdered() {
            return true;
        }

        @Override
        boolean isFlat() {
            return flat;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return step.reach(projector, origin.reach(projector, focus));
        }
    }

    /** {@code $x/step}: what a variable holds is mostly one node, but that shows only when it runs. */
    static final class FromVariable extends Expression {

        private final Variable variable;
        private final Step step;

        FromVariable(Variable variable, Step step) {
            this.variable = variable;
            this.step = step;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items origins = variable.value(context);
            if (origins.size() <= 1) {
                return origins.isEmpty() || step.walk(context, node(origins.get(0)), sink);
            }
            Items nodes = context.borrow();
            for (int i = 0; i < origins.size(); i++) {
                step.walk(context, node(origins.get(i)), nodes.asTheyAre);
            }
            nodes.sortNodes(context);
            boolean goOn = nodes.sendTo(context, sink);
            context.release(nodes);
            return goOn;
        }

        private static Node node(Object item) throws EvaluationException {
            if (item instanceof Node node) {
                return node;
            }
            throw Errors.of("XPTY0019");
        }

        @Override
        Yield yields() {
            return Yield.NODES;
        }

        @Override
        boolean canBeElement() {
            return step.canBeElement();
        }

        @Override
        boolean isSingle() {
            return variable.isSingle() && step.isSingle();
        }

        @Override
        boolean isOrdered() {
            return true;
        }

        @Override
        boolean isFlat() {
            return variable.isSingle() && step.isFlat();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return step.reach(projector, variable.reach(projector, focus));
        }
    }

    /** Takes the nodes a step begins at. One small object per walk, which the JIT mostly does away with. */
    private static final class Forward extends Sink {

        private final Step step;
        private final Sink next;

        Forward(Step step, Sink next) {
            this.step = step;
            this.next = next;
        }

        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            return step.walk(context, (Node) item, next);
        }
    }

    /** The general path (XPath 3.1, §3.3.1.1): the right side for each node of the left one. */
    static final class Slash extends Expression {

        private final Expression left;
        private final Expression right;

        Slash(Expression left, Expression right) {
            this.left = left;
            this.right = right;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items origins = context.borrow();
            Items results = context.borrow();
            left.walk(context, origins.asTheyAre);
            Focused.forEach(context, origins, right, results.asTheyAre, true);
            int nodes = 0;
            for (int i = 0; i < results.size(); i++) {
                nodes += results.get(i) instanceof Node ? 1 : 0;
            }
            if (nodes > 0 && nodes < results.size()) {
                throw Errors.of("XPTY0018");
            }
            if (nodes > 0) {
                results.sortNodes(context);
            }
            boolean goOn = results.sendTo(context, sink);
            context.release(results);
            context.release(origins);
            return goOn;
        }

        @Override
        Yield yields() {
            return right.yields();
        }

        @Override
        boolean canBeElement() {
            return right.canBeElement();
        }

        @Override
        boolean isSingle() {
            return left.isSingle() && right.isSingle();
        }

        @Override
        boolean isOrdered() {
            return true;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return right.reach(projector, left.reach(projector, focus));
        }
    }

    /** {@code left ! right} (XPath 3.1, §3.14). */
    static final class Map extends Expression {

        private final Expression left;
        private final Expression right;

        Map(Expression left, Expression right) {
            this.left = left;
            this.right = right;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items origins = context.borrow();
            left.walk(context, origins.asTheyAre);
            boolean goOn = Focused.forEach(context, origins, right, sink, false);
            context.release(origins);
            return goOn;
        }

        @Override
        Yield yields() {
            return right.yields();
        }

        @Override
        boolean canBeElement() {
            return right.canBeElement();
        }

        @Override
        boolean isSingle() {
            return left.isSingle() && right.isSingle();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return right.reach(projector, left.reach(projector, focus));
        }
    }

    /** Evaluates with each item of a sequence in focus. */
    private static final class Focused {

        static boolean forEach(
                EvaluationContext context, Items origins, Expression expression, Sink sink, boolean nodesOnly)
                throws EvaluationException {
            Object item = context.item;
            int position = context.position;
            int size = context.size;
            boolean goOn = true;
            for (int i = 0; i < origins.size() && goOn; i++) {
                context.spend(1);
                if (nodesOnly && !(origins.get(i) instanceof Node)) {
                    throw Errors.of("XPTY0019");
                }
                context.item = origins.get(i);
                context.position = i + 1;
                context.size = origins.size();
                goOn = expression.walk(context, sink);
            }
            context.item = item;
            context.position = position;
            context.size = size;
            return goOn;
        }
    }

    /** Collects so many items, as for {@code (…)[n]}, and stops the walk then. */
    static final class UpTo extends Sink {

        private final Items items;
        private final int most;

        UpTo(Items items, int most) {
            this.items = items;
            this.most = most;
        }

        @Override
        boolean item(EvaluationContext context, Object item) {
            items.add(item);
            return items.size() < most;
        }
    }

    /** A sequence with predicates: {@code (…)[1]}, {@code $x[@y]}. */
    static final class Filter extends Expression {

        private static final Expression[] NONE = {};

        private final Expression base;
        private final Expression[] filters;
        private final int pick;
        private final Expression[] rest;

        Filter(Expression base, Predicates predicates) {
            this.base = base;
            filters = predicates.filters().toArray(NONE);
            pick = predicates.pick();
            rest = predicates.rest().toArray(NONE);
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items items = context.borrow();
            boolean firstOnes = filters.length == 0 && pick > 0;
            base.walk(context, firstOnes ? new UpTo(items, pick) : items.asTheyAre);
            Predicates.filter(context, items, filters);
            Predicates.pick(items, pick);
            Predicates.filter(context, items, rest);
            boolean goOn = items.sendTo(context, sink);
            context.release(items);
            return goOn;
        }

        @Override
        Yield yields() {
            return base.yields();
        }

        @Override
        boolean canBeElement() {
            return base.canBeElement();
        }

        @Override
        boolean isSingle() {
            return base.isSingle() || pick != Step.ALL;
        }

        @Override
        boolean isOrdered() {
            return base.isOrdered();
        }

        @Override
        boolean isFlat() {
            return base.isFlat() || isSingle();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projection.Reach reach = base.reach(projector, focus);
            for (Expression filter : filters) {
                filter.reach(projector, reach);
            }
            for (Expression predicate : rest) {
                predicate.reach(projector, reach);
            }
            return reach;
        }
    }
}
