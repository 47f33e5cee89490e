package dev.millrace.xml.path;

import dev.millrace.xml.Node;

/**
 * Where an expression sends its items, one by one. It can say that it has seen enough, so that the first item of a long
 * path costs only the way to that item; and it is handed attributes without a node being made for them.
 */
abstract class Sink {

    /** Takes any item and wants no more: a walk that is stopped has found something. */
    static final Sink EXISTS = new Sink() {
        @Override
        boolean item(EvaluationContext context, Object item) {
            return false;
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) {
            return false;
        }
    };

    /** Counts into {@link EvaluationContext#count}. */
    static final Sink COUNT = new Sink() {
        @Override
        boolean item(EvaluationContext context, Object item) {
            context.count++;
            return true;
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) {
            context.count++;
            return true;
        }
    };

    /** Takes the next item; false when no more are wanted. */
    abstract boolean item(EvaluationContext context, Object item) throws EvaluationException;

    /** Takes an attribute as the next item. */
    boolean attribute(EvaluationContext context, Node element, int index) throws EvaluationException {
        return item(context, element.attributeNode(index));
    }
}
