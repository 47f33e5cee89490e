package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** Atomic values that are written in the expression: literals, {@code ()}, and sequences of literals. */
final class Constant extends Expression {

    private final Object[] values;

    Constant(Object... values) {
        this.values = values;
    }

    Object[] values() {
        return values;
    }

    /** The value if there is just one, else null. */
    @Nullable
    Object only() {
        return values.length == 1 ? values[0] : null;
    }

    @Override
    boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
        for (Object value : values) {
            if (!sink.item(context, value)) {
                return false;
            }
        }
        return true;
    }

    @Override
    @Nullable
    Object atom(EvaluationContext context) throws EvaluationException {
        if (values.length > 1) {
            throw Errors.severalItems();
        }
        return only();
    }

    @Override
    Yield yields() {
        Object only = only();
        if (only == null) {
            return Yield.ATOMS;
        }
        return switch (AtomicType.of(only)) {
            case STRING, UNTYPED -> Yield.TEXT;
            case BOOLEAN -> Yield.TRUTH;
            case INTEGER, DECIMAL, FLOAT, DOUBLE -> Yield.NUMBER;
            default -> Yield.ATOMS;
        };
    }

    @Override
    boolean isSingle() {
        return values.length <= 1;
    }

    @Override
    Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
        return null;
    }
}
