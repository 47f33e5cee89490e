package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** An expression of the common language: sets up and tidies the context around the tree of {@link Expression}s. */
final class NativePath extends PathExpression {

    private final Expression expression;
    private final int locals;
    private final PathCompiler.Result result;

    /** The expression, if it is a mere {@code @name} whose value is asked for: the most frequent column. */
    private final @Nullable Step attribute;

    NativePath(String text, Expression expression, int locals, PathCompiler.Result result) {
        super(text, Evaluator.NATIVE);
        this.expression = expression;
        this.locals = locals;
        this.result = result;
        this.attribute =
                result == PathCompiler.Result.VALUES && expression instanceof Step step && step.isAttributeValue()
                        ? step
                        : null;
    }

    @Override
    public void evaluate(EvaluationContext context, Items into) throws EvaluationException {
        if (attribute != null) {
            // It changes nothing in the context, so nothing has to be set up and tidied.
            if (into.hasNodes()) {
                attribute.walk(context, into.values);
                return;
            }
            String value = attribute.text(context);
            if (value != null) {
                into.add(value);
            }
            return;
        }
        int before = into.size();
        boolean done = false;
        try {
            walk(context, result == PathCompiler.Result.VALUES ? into.values : into.asTheyAre);
            done = true;
        } finally {
            if (!done) {
                into.truncate(before);
            }
        }
    }

    @Override
    public long count(EvaluationContext context) throws EvaluationException {
        int outer = context.count;
        context.count = 0;
        try {
            walk(context, Sink.COUNT);
            return context.count;
        } finally {
            context.count = outer;
        }
    }

    private void walk(EvaluationContext context, Sink sink) throws EvaluationException {
        Object item = context.item;
        int position = context.position;
        int size = context.size;
        int borrowed = context.borrowed();
        int outerBase = context.localBase;
        int base = context.enter(locals);
        try {
            context.spend(1);
            expression.walk(context, sink);
        } catch (StackOverflowError tooDeep) {
            throw EvaluationException.tooDeep();
        } catch (AbandonedException abandoned) {
            throw abandoned.error();
        } finally {
            // What an error left behind.
            context.releaseTo(borrowed);
            context.leave(base, outerBase);
            context.item = item;
            context.position = position;
            context.size = size;
        }
    }

    @Override
    public boolean test(EvaluationContext context) throws EvaluationException {
        Object item = context.item;
        int position = context.position;
        int size = context.size;
        int borrowed = context.borrowed();
        int outerBase = context.localBase;
        int base = context.enter(locals);
        try {
            context.spend(1);
            return expression.test(context);
        } catch (StackOverflowError tooDeep) {
            throw EvaluationException.tooDeep();
        } catch (AbandonedException abandoned) {
            throw abandoned.error();
        } finally {
            context.releaseTo(borrowed);
            context.leave(base, outerBase);
            context.item = item;
            context.position = position;
            context.size = size;
        }
    }

    @Override
    public boolean canGiveElements() {
        return expression.canBeElement();
    }

    @Override
    public Projection.@Nullable Reach project(
            Projection.Builder projection, Projection.@Nullable Reach context, Projection.@Nullable Reach[] variables) {
        Projection.Reach reach = expression.reach(new Projector(projection, variables, locals), context);
        if (result == PathCompiler.Result.VALUES) {
            Projector.values(reach);
        }
        return reach;
    }
}
