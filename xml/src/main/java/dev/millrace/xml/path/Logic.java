package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/** Conditions and what binds local variables. */
final class Logic {

    private Logic() {}

    /** {@code a and b}, {@code a or b} */
    static final class Junction extends Expression.Truth {

        private final boolean and;
        private final Expression left;
        private final Expression right;

        Junction(boolean and, Expression left, Expression right) {
            this.and = and;
            this.left = left;
            this.right = right;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            return left.test(context) == and ? right.test(context) : !and;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            left.reach(projector, focus);
            right.reach(projector, focus);
            return null;
        }
    }

    /** {@code boolean(a)}, {@code exists(a)} and their opposites {@code not(a)}, {@code empty(a)}. */
    static final class Condition extends Expression.Truth {

        private final boolean existence;
        private final boolean negated;
        private final Expression operand;

        Condition(boolean existence, boolean negated, Expression operand) {
            this.existence = existence;
            this.negated = negated;
            this.operand = operand;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            boolean truth = existence ? !operand.walk(context, Sink.EXISTS) : operand.test(context);
            return truth != negated;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            operand.reach(projector, focus);
            return null;
        }
    }

    /** {@code if (a) then b else c} */
    static final class If extends Expression {

        private final Expression condition;
        private final Expression then;
        private final Expression otherwise;

        If(Expression condition, Expression then, Expression otherwise) {
            this.condition = condition;
            this.then = then;
            this.otherwise = otherwise;
        }

        private Expression chosen(EvaluationContext context) throws EvaluationException {
            return condition.test(context) ? then : otherwise;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            return chosen(context).walk(context, sink);
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            return chosen(context).atom(context);
        }

        @Override
        @Nullable
        String text(EvaluationContext context) throws EvaluationException {
            return chosen(context).text(context);
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            return chosen(context).test(context);
        }

        @Override
        Yield yields() {
            return then.yields() == otherwise.yields() ? then.yields() : Yield.ANYTHING;
        }

        @Override
        boolean canBeElement() {
            return then.canBeElement() || otherwise.canBeElement();
        }

        @Override
        boolean isSingle() {
            return then.isSingle() && otherwise.isSingle();
        }

        @Override
        boolean isOrdered() {
            return then.isOrdered() && otherwise.isOrdered();
        }

        @Override
        boolean isFlat() {
            return then.isFlat() && otherwise.isFlat();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            condition.reach(projector, focus);
            return Projector.union(then.reach(projector, focus), otherwise.reach(projector, focus));
        }
    }

    /** {@code for $x in a return b} */
    static final class For extends Expression {

        private final int local;
        private final Expression source;
        private final Expression body;

        For(int local, Expression source, Expression body) {
            this.local = local;
            this.source = source;
            this.body = body;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items items = context.borrow();
            source.walk(context, items.asTheyAre);
            boolean goOn = true;
            for (int i = 0; i < items.size() && goOn; i++) {
                context.spend(1);
                Items variable = context.local(local);
                variable.clear();
                variable.add(items.get(i));
                goOn = body.walk(context, sink);
            }
            context.release(items);
            return goOn;
        }

        @Override
        Yield yields() {
            return body.yields();
        }

        @Override
        boolean canBeElement() {
            return body.canBeElement();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            projector.local(local, source.reach(projector, focus));
            return body.reach(projector, focus);
        }
    }

    /** {@code let $x := a return b} */
    static final class Let extends Expression {

        private final int local;
        private final Expression value;
        private final Expression body;

        Let(int local, Expression value, Expression body) {
            this.local = local;
            this.value = value;
            this.body = body;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            bind(context);
            return body.walk(context, sink);
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            bind(context);
            return body.test(context);
        }

        private void bind(EvaluationContext context) {
            Items variable = context.local(local);
            variable.clear();
            Object item = context.item;
            int position = context.position;
            int size = context.size;
            int borrowed = context.borrowed();
            try {
                value.walk(context, variable.asTheyAre);
            } catch (EvaluationException error) {
                context.releaseTo(borrowed);
                context.item = item;
                context.position = position;
                context.size = size;
                variable.clear();
                variable.add(new Variable.Failed(error));
            }
        }

        @Override
        Yield yields() {
            return body.yields();
        }

        @Override
        boolean canBeElement() {
            return body.canBeElement();
        }

        @Override
        boolean isSingle() {
            return body.isSingle();
        }

        @Override
        boolean isOrdered() {
            return body.isOrdered();
        }

        @Override
        boolean isFlat() {
            return body.isFlat();
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            projector.local(local, value.reach(projector, focus));
            return body.reach(projector, focus);
        }
    }

    /** {@code some $x in a satisfies b}, {@code every $x in a satisfies b} */
    static final class Quantified extends Expression.Truth {

        private final boolean every;
        private final int local;
        private final Expression source;
        private final Expression condition;

        Quantified(boolean every, int local, Expression source, Expression condition) {
            this.every = every;
            this.local = local;
            this.source = source;
            this.condition = condition;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            Items items = context.borrow();
            source.walk(context, items.asTheyAre);
            boolean truth = every;
            for (int i = 0; i < items.size() && truth == every; i++) {
                context.spend(1);
                Items variable = context.local(local);
                variable.clear();
                variable.add(items.get(i));
                truth = condition.test(context);
            }
            context.release(items);
            return truth;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            projector.local(local, source.reach(projector, focus));
            condition.reach(projector, focus);
            return null;
        }
    }
}
