package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What builds sequences from sequences: the comma, ranges and the set operators on nodes. */
final class Sequences {

    private Sequences() {}

    /** {@code a, b, …} */
    static final class Comma extends Expression {

        private final Expression[] parts;

        Comma(List<Expression> parts) {
            this.parts = parts.toArray(new Expression[0]);
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            for (Expression part : parts) {
                if (!part.walk(context, sink)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        Yield yields() {
            for (Expression part : parts) {
                if (part.yields() != Yield.NODES) {
                    return Yield.ANYTHING;
                }
            }
            // Nodes, but in no order: a path from here must not take them for sorted.
            return Yield.NODES;
        }

        @Override
        boolean canBeElement() {
            return Arrays.stream(parts).anyMatch(Expression::canBeElement);
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projection.Reach reach = null;
            for (Expression part : parts) {
                reach = Projector.union(reach, part.reach(projector, focus));
            }
            return reach;
        }
    }

    /** {@code a to b} */
    static final class Range extends Expression {

        private final Expression from;
        private final Expression to;

        Range(Expression from, Expression to) {
            this.from = from;
            this.to = to;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Object first = Arguments.integer(from.atom(context));
            Object end = Arguments.integer(to.atom(context));
            if (first == null || end == null) {
                return true;
            }
            BigInteger length = Numbers.toBigInteger((Number) end).subtract(Numbers.toBigInteger((Number) first));
            if (length.signum() < 0) {
                return true;
            }
            if (length.bitLength() > 31 || !(first instanceof Long begin)) {
                throw Errors.of("XPDY0130");
            }
            long last = length.longValue();
            for (long offset = 0; offset <= last; offset++) {
                context.spend(1);
                if (!sink.item(context, begin + offset)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        Yield yields() {
            return Yield.ATOMS;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(from.reach(projector, focus));
            Projector.values(to.reach(projector, focus));
            return null;
        }
    }

    /** The operators on sets of nodes. */
    enum SetOperator {
        UNION,
        INTERSECT,
        EXCEPT
    }

    /** {@code a | b}, {@code a intersect b}, {@code a except b}: in document order. */
    static final class NodeSets extends Expression {

        private final SetOperator operator;
        private final Expression left;
        private final Expression right;

        NodeSets(SetOperator operator, Expression left, Expression right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items nodes = context.borrow();
            if (operator == SetOperator.UNION) {
                collect(context, nodes);
                nodes.sortNodes(context);
            } else {
                Items others = context.borrow();
                addNodes(context, left, nodes);
                nodes.sortNodes(context);
                addNodes(context, right, others);
                others.sortNodes(context);
                keep(nodes, others, operator == SetOperator.INTERSECT);
                context.release(others);
            }
            boolean goOn = nodes.sendTo(context, sink);
            context.release(nodes);
            return goOn;
        }

        /** The nodes of all operands of a union of unions, to be sorted once. */
        private void collect(EvaluationContext context, Items into) throws EvaluationException {
            if (left instanceof NodeSets union && union.operator == SetOperator.UNION) {
                union.collect(context, into);
            } else {
                addNodes(context, left, into);
            }
            addNodes(context, right, into);
        }

        private static void addNodes(EvaluationContext context, Expression expression, Items into)
                throws EvaluationException {
            int first = into.size();
            expression.walk(context, into.asTheyAre);
            for (int i = first; i < into.size(); i++) {
                if (!(into.get(i) instanceof Node)) {
                    throw Errors.of("XPTY0004");
                }
            }
        }

        /** Both are sorted, so one pass over both does it. */
        private static void keep(Items nodes, Items others, boolean shared) {
            int kept = 0;
            int other = 0;
            for (int i = 0; i < nodes.size(); i++) {
                Node node = (Node) nodes.get(i);
                while (other < others.size() && ((Node) others.get(other)).position() < node.position()) {
                    other++;
                }
                boolean both = other < others.size() && node.isSameAs((Node) others.get(other));
                if (both == shared) {
                    nodes.set(kept++, node);
                }
            }
            nodes.truncate(kept);
        }

        @Override
        Yield yields() {
            return Yield.NODES;
        }

        @Override
        boolean canBeElement() {
            return left.canBeElement() || operator == SetOperator.UNION && right.canBeElement();
        }

        @Override
        boolean isSingle() {
            return operator != SetOperator.UNION && left.isSingle();
        }

        @Override
        boolean isOrdered() {
            return true;
        }

        @Override
        boolean isFlat() {
            return operator != SetOperator.UNION && left.isFlat();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return Projector.union(left.reach(projector, focus), right.reach(projector, focus));
        }
    }
}
