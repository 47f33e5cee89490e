package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** {@code $name}: a variable of the contract, or one that the expression itself binds. */
final class Variable extends Expression {

    /** Stands in a local variable for the value that could not be had: the error counts only where the value is used. */
    record Failed(EvaluationException error) {}

    private final boolean local;
    private final int index;
    private final boolean single;

    private Variable(boolean local, int index, boolean single) {
        this.local = local;
        this.index = index;
        this.single = single;
    }

    static Variable ofContract(int slot) {
        return new Variable(false, slot, slot == 0);
    }

    static Variable local(int index, boolean single) {
        return new Variable(true, index, single);
    }

    Items value(EvaluationContext context) throws EvaluationException {
        if (!local) {
            return context.variable(index);
        }
        Items value = context.local(index);
        if (value.size() == 1 && value.get(0) instanceof Failed failed) {
            throw failed.error();
        }
        return value;
    }

    @Override
    boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
        return value(context).sendTo(context, sink);
    }

    @Override
    @Nullable
    Object atom(EvaluationContext context) throws EvaluationException {
        Items value = value(context);
        if (value.size() > 1) {
            throw Errors.severalItems();
        }
        return value.isEmpty() ? null : Atomic.atomize(context, value.get(0));
    }

    @Override
    boolean test(EvaluationContext context) throws EvaluationException {
        return effectiveBooleanValue(value(context));
    }

    @Override
    Yield yields() {
        return Yield.ANYTHING;
    }

    @Override
    boolean isSingle() {
        return single;
    }

    @Override
    Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
        return local ? projector.local(index) : projector.variable(index);
    }
}
