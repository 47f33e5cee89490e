package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** Expressions on types (XPath 3.1, §3.12). */
final class Types {

    private Types() {}

    /**
     * A sequence type.
     *
     * @param atomic the type of atomic items, null if items are nodes or of any kind
     * @param node what nodes must be, null if items are atomic or of any kind
     * @param least fewest items, 0 or 1
     * @param most most items, 0, 1 or Integer.MAX_VALUE
     */
    record SequenceType(
            @Nullable AtomicType atomic, @Nullable NodePattern node, int least, int most) {

        boolean matches(Items items) {
            if (items.size() < least || items.size() > most) {
                return false;
            }
            for (int i = 0; i < items.size(); i++) {
                if (!matches(items.get(i))) {
                    return false;
                }
            }
            return true;
        }

        private boolean matches(Object item) {
            if (item instanceof Node itsNode) {
                return atomic == null && (node == null || node.matches(itsNode));
            }
            if (atomic == null) {
                return node == null;
            }
            AtomicType type = AtomicType.of(item);
            return type == atomic || type == AtomicType.INTEGER && atomic == AtomicType.DECIMAL;
        }
    }

    /** {@code a instance of T} */
    static final class InstanceOf extends Expression.Truth {

        private final Expression operand;
        private final SequenceType type;

        InstanceOf(Expression operand, SequenceType type) {
            this.operand = operand;
            this.type = type;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            Items items = context.borrow();
            operand.walk(context, items.asTheyAre);
            boolean matches = type.matches(items);
            context.release(items);
            return matches;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            operand.reach(projector, focus);
            return null;
        }
    }

    /** {@code a treat as T} */
    static final class TreatAs extends Expression {

        private final Expression operand;
        private final SequenceType type;

        TreatAs(Expression operand, SequenceType type) {
            this.operand = operand;
            this.type = type;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items items = context.borrow();
            operand.walk(context, items.asTheyAre);
            if (!type.matches(items)) {
                throw Errors.of("XPDY0050");
            }
            boolean goOn = items.sendTo(context, sink);
            context.release(items);
            return goOn;
        }

        @Override
        Yield yields() {
            return operand.yields();
        }

        @Override
        boolean canBeElement() {
            return operand.canBeElement();
        }

        @Override
        boolean isSingle() {
            return operand.isSingle() || type.most() <= 1;
        }

        @Override
        boolean isOrdered() {
            return operand.isOrdered();
        }

        @Override
        boolean isFlat() {
            return operand.isFlat();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            return operand.reach(projector, focus);
        }
    }

    /** {@code a cast as T}, {@code a cast as T?}, and the constructor functions {@code T(a)} */
    static final class Cast extends Expression.Single {

        private final Expression operand;
        private final AtomicType type;
        private final boolean optional;

        Cast(Expression operand, AtomicType type, boolean optional) {
            this.operand = operand;
            this.type = type;
            this.optional = optional;
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            Object atom = operand.atom(context);
            if (atom != null) {
                return Casts.cast(atom, type);
            }
            if (optional) {
                return null;
            }
            throw Errors.of("XPTY0004");
        }

        @Override
        Yield yields() {
            return type == AtomicType.STRING
                    ? Yield.TEXT
                    : type == AtomicType.BOOLEAN ? Yield.TRUTH : type.isNumeric() ? Yield.NUMBER : Yield.ATOMS;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(operand.reach(projector, focus));
            return null;
        }
    }

    /** {@code a castable as T}, {@code a castable as T?} */
    static final class Castable extends Expression.Truth {

        private final Expression operand;
        private final AtomicType type;
        private final boolean optional;

        Castable(Expression operand, AtomicType type, boolean optional) {
            this.operand = operand;
            this.type = type;
            this.optional = optional;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            Items items = context.borrow();
            operand.walk(context, items.two);
            boolean castable = items.size() == 1 ? Casts.isCastable(items.get(0), type) : items.isEmpty() && optional;
            context.release(items);
            return castable;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(operand.reach(projector, focus));
            return null;
        }
    }
}
