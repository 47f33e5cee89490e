package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** An expression of the common language. */
final class NativePath extends PathExpression {

    NativePath(String text) {
        super(text, Road.NATIVE);
    }

    @Override
    public void evaluate(EvaluationContext context, Items into) throws EvaluationException {
        throw new IllegalStateException();
    }

    @Override
    public boolean test(EvaluationContext context) throws EvaluationException {
        throw new IllegalStateException();
    }

    @Override
    public Projection.@Nullable Reach project(
            Projection.Builder projection, Projection.@Nullable Reach context, Projection.@Nullable Reach[] variables) {
        throw new IllegalStateException();
    }
}
