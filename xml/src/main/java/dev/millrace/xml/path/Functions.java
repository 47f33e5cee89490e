package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The functions of the native evaluator, by name and number of arguments, and the forms that most of them take. */
final class Functions {

    /** Makes the call of a function; null when these arguments are left to Saxon. */
    interface Factory {
        @Nullable
        Expression call(Expression[] arguments);
    }

    interface TextBody {
        @Nullable
        String apply(EvaluationContext context, Expression[] arguments) throws EvaluationException;
    }

    interface TruthBody {
        boolean apply(EvaluationContext context, Expression[] arguments) throws EvaluationException;
    }

    interface AtomBody {
        @Nullable
        Object apply(EvaluationContext context, Expression[] arguments) throws EvaluationException;
    }

    interface SequenceBody {
        boolean apply(EvaluationContext context, Expression[] arguments, Sink sink) throws EvaluationException;
    }

    private static final Map<String, Factory> BY_NAME;

    static {
        Map<String, Factory> functions = new HashMap<>();
        TextFunctions.addTo(functions);
        NumberFunctions.addTo(functions);
        SequenceFunctions.addTo(functions);
        DateFunctions.addTo(functions);
        BY_NAME = Map.copyOf(functions);
    }

    private Functions() {}

    /** The call of a function of XPath's own namespace, or null when it is left to Saxon. */
    static @Nullable Expression call(String name, List<Expression> arguments) {
        Factory factory = BY_NAME.get(name + "#" + arguments.size());
        if (factory == null && name.equals("concat") && arguments.size() > 2) {
            factory = BY_NAME.get("concat#2");
        }
        return factory == null ? null : factory.call(arguments.toArray(new Expression[0]));
    }

    /** Those that are evaluated here, in the alphabet's order. */
    static SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        BY_NAME.keySet().forEach(key -> names.add(key.substring(0, key.indexOf('#'))));
        return names;
    }

    /** With how many arguments a function is evaluated here; empty if it is not. */
    static List<Integer> numbersOfArguments(String name) {
        return BY_NAME.keySet().stream()
                .filter(key -> key.startsWith(name + "#"))
                .map(key -> Integer.valueOf(key.substring(name.length() + 1)))
                .sorted()
                .toList();
    }

    /** {@code a || b} */
    static Expression concat(Expression left, Expression right) {
        return new TextCall(new Expression[] {left, right}, TextFunctions::concat);
    }

    /** With the context item as the argument when there is none. */
    static Factory ofFocus(Factory factory) {
        return arguments -> factory.call(new Expression[] {new Focus.ContextItem()});
    }

    static Factory text(TextBody body) {
        return arguments -> new TextCall(arguments, body);
    }

    static Factory truth(TruthBody body) {
        return arguments -> new TruthCall(arguments, body);
    }

    static Factory number(AtomBody body) {
        return arguments -> new AtomCall(arguments, body, Expression.Yield.NUMBER);
    }

    static Factory atom(AtomBody body) {
        return arguments -> new AtomCall(arguments, body, Expression.Yield.ATOMS);
    }

    /** A sequence of atomic values. */
    static Factory atoms(SequenceBody body) {
        return arguments -> new SequenceCall(arguments, body, false);
    }

    /** A sequence made of the items of the first argument and the others that {@code keeps} tells. */
    static Factory items(SequenceBody body) {
        return arguments -> new SequenceCall(arguments, body, true);
    }

    private static void reachValues(Expression[] arguments, Projector projector, Projection.@Nullable Reach focus) {
        for (Expression argument : arguments) {
            Projector.values(argument.reach(projector, focus));
        }
    }

    private static final class TextCall extends Expression.Textual {

        private final Expression[] arguments;
        private final TextBody body;

        TextCall(Expression[] arguments, TextBody body) {
            this.arguments = arguments;
            this.body = body;
        }

        @Override
        @Nullable
        String text(EvaluationContext context) throws EvaluationException {
            return body.apply(context, arguments);
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            reachValues(arguments, projector, focus);
            return null;
        }
    }

    private static final class TruthCall extends Expression.Truth {

        private final Expression[] arguments;
        private final TruthBody body;

        TruthCall(Expression[] arguments, TruthBody body) {
            this.arguments = arguments;
            this.body = body;
        }

        @Override
        boolean test(EvaluationContext context) throws EvaluationException {
            return body.apply(context, arguments);
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            reachValues(arguments, projector, focus);
            return null;
        }
    }

    private static final class AtomCall extends Expression.Single {

        private final Expression[] arguments;
        private final AtomBody body;
        private final Yield yields;

        AtomCall(Expression[] arguments, AtomBody body, Yield yields) {
            this.arguments = arguments;
            this.body = body;
            this.yields = yields;
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            return body.apply(context, arguments);
        }

        @Override
        Yield yields() {
            return yields;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            reachValues(arguments, projector, focus);
            return null;
        }
    }

    private static final class SequenceCall extends Expression {

        private final Expression[] arguments;
        private final SequenceBody body;
        private final boolean keepsItems;

        SequenceCall(Expression[] arguments, SequenceBody body, boolean keepsItems) {
            this.arguments = arguments;
            this.body = body;
            this.keepsItems = keepsItems;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            return body.apply(context, arguments, sink);
        }

        @Override
        Yield yields() {
            boolean nodes = keepsItems && arguments[0].yields() == Yield.NODES;
            // insert-before() has more items in its third argument.
            return nodes && (arguments.length < 3 || arguments[2].yields() == Yield.NODES)
                    ? Yield.NODES
                    : Yield.ANYTHING;
        }

        @Override
        boolean canBeElement() {
            return keepsItems && Arrays.stream(arguments).anyMatch(Expression::canBeElement);
        }

        @Override
        boolean isOrdered() {
            return false;
        }

        @Override
        boolean isFlat() {
            return false;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projection.Reach union = null;
            for (Expression argument : arguments) {
                Projection.Reach reach = argument.reach(projector, focus);
                if (keepsItems && argument.yields() != Yield.NODES) {
                    // It may be an argument such as a position, which is atomized.
                    Projector.values(reach);
                } else if (!keepsItems) {
                    Projector.values(reach);
                }
                union = Projector.union(union, reach);
            }
            return keepsItems ? union : null;
        }
    }
}
