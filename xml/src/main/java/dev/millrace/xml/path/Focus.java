package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** What looks at the focus: {@code .}, {@code position()}, {@code last()} and {@code /}. */
final class Focus {

    private Focus() {}

    /** {@code .} */
    static final class ContextItem extends Expression {

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            return sink.item(context, context.contextItem());
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            return Atomic.atomize(context, context.contextItem());
        }

        @Override
        @Nullable
        String text(EvaluationContext context) throws EvaluationException {
            return context.item instanceof Node node ? context.stringValue(node) : super.text(context);
        }

        @Override
        Yield yields() {
            return Yield.ANYTHING;
        }

        @Override
        boolean isSingle() {
            return true;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return focus;
        }
    }

    /** {@code position()} */
    static final class Position extends Expression.Single {

        @Override
        Object atom(EvaluationContext context) {
            return (long) context.position;
        }

        @Override
        Yield yields() {
            return Yield.NUMBER;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return null;
        }
    }

    /** {@code last()} */
    static final class Last extends Expression.Single {

        @Override
        Object atom(EvaluationContext context) {
            return (long) context.size;
        }

        @Override
        Yield yields() {
            return Yield.NUMBER;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return null;
        }
    }

    /** {@code /}: the document node above the context item. */
    static final class Root extends Expression {

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            if (!(context.item instanceof Node node)) {
                throw Errors.of("XPTY0020");
            }
            Node top = top(node);
            if (top.kind() != Node.Kind.DOCUMENT) {
                throw Errors.of("XPDY0050");
            }
            return sink.item(context, top);
        }

        static Node top(Node node) {
            Node top = node;
            for (Node parent = node.parent(); parent != null; parent = parent.parent()) {
                top = parent;
            }
            return top;
        }

        @Override
        Yield yields() {
            return Yield.NODES;
        }

        @Override
        boolean isSingle() {
            return true;
        }

        @Override
        Projection.Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return projector.document();
        }
    }
}
