package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** The comparison operators (XPath 3.1, §3.7). */
final class Comparison {

    /** A relation, with what it asks of the sign of a comparison. */
    enum Operator {
        EQ("=", "eq"),
        NE("!=", "ne"),
        LT("<", "lt"),
        LE("<=", "le"),
        GT(">", "gt"),
        GE(">=", "ge");

        private final String general;
        private final String value;

        Operator(String general, String value) {
            this.general = general;
            this.value = value;
        }

        static @Nullable Operator general(Token token) {
            for (Operator operator : values()) {
                if (token.isSymbol(operator.general)) {
                    return operator;
                }
            }
            return null;
        }

        static @Nullable Operator value(Token token) {
            for (Operator operator : values()) {
                if (token.isWord(operator.value)) {
                    return operator;
                }
            }
            return null;
        }

        boolean holds(int sign) {
            return switch (this) {
                case EQ -> sign == 0;
                case NE -> sign != 0;
                case LT -> sign < 0;
                case LE -> sign <= 0;
                case GT -> sign > 0;
                case GE -> sign >= 0;
            };
        }

        /** The operator that says the same with its operands exchanged. */
        Operator mirrored() {
            return switch (this) {
                case EQ, NE -> this;
                case LT -> GT;
                case LE -> GE;
                case GT -> LT;
                case GE -> LE;
            };
        }

        boolean isEquality() {
            return this == EQ || this == NE;
        }
    }

    private Comparison() {}

    /** {@code a = b} and its kin, in the form that needs the least work. */
    static Expression general(Operator operator, Expression left, Expression right) {
        if (right instanceof Constant constant && allStrings(constant)) {
            return new WithConstants(left, new StringSink(operator, constant.values()));
        }
        if (right instanceof Constant constant) {
            return new WithConstants(left, new AtomSink(operator, constant.values()));
        }
        return left instanceof Constant
                ? general(operator.mirrored(), right, left)
                : new General(operator, left, right);
    }

    private static boolean allStrings(Constant constant) {
        for (Object value : constant.values()) {
            if (!(value instanceof String)) {
                return false;
            }
        }
        return constant.values().length > 0;
    }

    /**
     * Compares what is known to be of comparable types after untyped values were converted.
     *
     * @return whether the relation holds; NaN makes all but {@code ne} false
     */
    static boolean holds(Operator operator, Object left, Object right) throws EvaluationException {
        if (left instanceof Number a && right instanceof Number b) {
            return numbersHold(operator, a, b);
        }
        if (left instanceof String a && right instanceof String b) {
            return operator.holds(operator.isEquality() ? (a.equals(b) ? 0 : 1) : Text.compare(a, b));
        }
        if (left instanceof Boolean a && right instanceof Boolean b) {
            return operator.holds(Boolean.compare(a, b));
        }
        if (left instanceof DateTimeValue a && right instanceof DateTimeValue b && a.kind() == b.kind()) {
            return operator.holds(a.compare(b));
        }
        if (left instanceof DurationValue a && right instanceof DurationValue b) {
            return durationsHold(operator, a, b);
        }
        if (operator.isEquality()
                && left instanceof OtherAtomic a
                && right instanceof OtherAtomic b
                && a.type().equals(b.type())) {
            return operator.holds(a.lexical().equals(b.lexical()) ? 0 : 1);
        }
        throw Errors.of("XPTY0004");
    }

    private static boolean numbersHold(Operator operator, Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            return operator.holds(Long.compare(x, y));
        }
        if (a instanceof Double || b instanceof Double || a instanceof Float || b instanceof Float) {
            boolean floats = !(a instanceof Double) && !(b instanceof Double);
            double x = floats ? a.floatValue() : a.doubleValue();
            double y = floats ? b.floatValue() : b.doubleValue();
            if (Double.isNaN(x) || Double.isNaN(y)) {
                return operator == Operator.NE;
            }
            return operator.holds(x < y ? -1 : x > y ? 1 : 0);
        }
        return operator.holds(decimal(a).compareTo(decimal(b)));
    }

    private static BigDecimal decimal(Number exact) {
        if (exact instanceof BigDecimal decimal) {
            return decimal;
        }
        return exact instanceof BigInteger integer ? new BigDecimal(integer) : BigDecimal.valueOf(exact.longValue());
    }

    /** Durations of two kinds are equal only when both are zero, and have no order. */
    private static boolean durationsHold(Operator operator, DurationValue a, DurationValue b)
            throws EvaluationException {
        if (a.kind() == b.kind()) {
            return operator.holds(a.compare(b));
        }
        if (!operator.isEquality()) {
            throw Errors.of("XPTY0004");
        }
        return operator.holds(a.length().signum() == 0 && b.length().signum() == 0 ? 0 : 1);
    }

    /** The relation between two atoms of a general comparison: an untyped one becomes what the other is. */
    static boolean generalHolds(Operator operator, Object left, Object right) throws EvaluationException {
        boolean leftUntyped = left instanceof Untyped;
        boolean rightUntyped = right instanceof Untyped;
        if (leftUntyped == rightUntyped) {
            return leftUntyped
                    ? holds(operator, ((Untyped) left).text(), ((Untyped) right).text())
                    : holds(operator, left, right);
        }
        return leftUntyped
                ? holds(operator, converted((Untyped) left, right), right)
                : holds(operator, left, converted((Untyped) right, left));
    }

    private static Object converted(Untyped untyped, Object other) throws EvaluationException {
        AtomicType type = AtomicType.of(other);
        if (type.isNumeric()) {
            type = AtomicType.DOUBLE;
        }
        if (type == AtomicType.OTHER) {
            throw Errors.of("XPTY0004");
        }
        return Casts.cast(untyped, type);
    }

    /** Atoms against constants: the walk over the left side stops at the first pair for which the relation holds. */
    private static final class WithConstants extends Expression.Truth {

        private final Expression operand;
        private final Sink comparing;

        WithConstants(Expression operand, Sink comparing) {
            this.operand = operand;
            this.comparing = comparing;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            return !operand.walk(context, comparing);
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(operand.reach(projector, focus));
            return null;
        }
    }

    private static final class StringSink extends Sink {

        private final Operator operator;
        private final String[] constants;

        StringSink(Operator operator, Object[] constants) {
            this.operator = operator;
            this.constants = new String[constants.length];
            for (int i = 0; i < constants.length; i++) {
                this.constants[i] = (String) constants[i];
            }
        }

        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            if (item instanceof Node node) {
                return !anyHolds(context.stringValue(node));
            }
            if (item instanceof String || item instanceof Untyped) {
                return !anyHolds(item.toString());
            }
            throw Errors.of("XPTY0004");
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) {
            return !anyHolds(element.attributeValue(index));
        }

        private boolean anyHolds(String text) {
            for (String constant : constants) {
                boolean holds = switch (operator) {
                    case EQ -> text.equals(constant);
                    case NE -> !text.equals(constant);
                    case LT, LE, GT, GE -> operator.holds(Text.compare(text, constant));
                };
                if (holds) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class AtomSink extends Sink {

        private final Operator operator;
        private final Object[] constants;

        AtomSink(Operator operator, Object[] constants) {
            this.operator = operator;
            this.constants = constants;
        }

        @Override
        boolean item(EvaluationContext context, Object item) throws EvaluationException {
            return !anyHolds(Atomic.atomize(context, item));
        }

        @Override
        boolean attribute(EvaluationContext context, Node element, int index) throws EvaluationException {
            return !anyHolds(new Untyped(element.attributeValue(index)));
        }

        private boolean anyHolds(Object atom) throws EvaluationException {
            for (Object constant : constants) {
                if (generalHolds(operator, atom, constant)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class General extends Expression.Truth {

        private final Operator operator;
        private final Expression left;
        private final Expression right;

        General(Operator operator, Expression left, Expression right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            Items lefts = context.borrow();
            Items rights = context.borrow();
            left.walk(context, lefts.atoms);
            boolean found = false;
            if (!lefts.isEmpty()) {
                right.walk(context, rights.atoms);
                for (int i = 0; i < lefts.size() && !found; i++) {
                    context.spend(rights.size() * weight(lefts.get(i)));
                    for (int k = 0; k < rights.size() && !found; k++) {
                        found = generalHolds(operator, lefts.get(i), rights.get(k));
                    }
                }
            }
            context.release(rights);
            context.release(lefts);
            return found;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(left.reach(projector, focus));
            Projector.values(right.reach(projector, focus));
            return null;
        }
    }

    /** What comparing with an atom costs: two long texts may be alike up to their ends. */
    private static long weight(Object atom) {
        return atom instanceof Untyped untyped
                ? 1 + (untyped.text().length() >> 6)
                : atom instanceof String text ? 1 + (text.length() >> 6) : 1;
    }

    /** {@code a eq b} and its kin: empty when an operand is. */
    static final class Value extends Expression.Single {

        private final Operator operator;
        private final Expression left;
        private final Expression right;

        Value(Operator operator, Expression left, Expression right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            Object a = left.atom(context);
            Object b = a == null ? null : right.atom(context);
            if (a == null || b == null) {
                return null;
            }
            return holds(operator, a instanceof Untyped ? a.toString() : a, b instanceof Untyped ? b.toString() : b);
        }

        @Override
        Yield yields() {
            return Yield.TRUTH;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(left.reach(projector, focus));
            Projector.values(right.reach(projector, focus));
            return null;
        }
    }

    /** {@code a is b} (order 0), {@code a << b} (-1), {@code a >> b} (1) */
    static final class OfNodes extends Expression.Single {

        private final int order;
        private final Expression left;
        private final Expression right;

        OfNodes(int order, Expression left, Expression right) {
            this.order = order;
            this.left = left;
            this.right = right;
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            Node a = node(context, left);
            Node b = a == null ? null : node(context, right);
            return a == null || b == null ? null : (Object) (Integer.compare(a.position(), b.position()) == order);
        }

        private static @Nullable Node node(EvaluationContext context, Expression operand) throws EvaluationException {
            Items items = context.borrow();
            operand.walk(context, items.asTheyAre);
            Object only = items.isEmpty() ? null : items.get(0);
            if (items.size() > 1 || only != null && !(only instanceof Node)) {
                throw Errors.of("XPTY0004");
            }
            context.release(items);
            return (Node) only;
        }

        @Override
        Yield yields() {
            return Yield.TRUTH;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            left.reach(projector, focus);
            right.reach(projector, focus);
            return null;
        }
    }
}
