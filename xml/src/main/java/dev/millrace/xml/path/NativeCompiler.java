package dev.millrace.xml.path;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an expression executable by the native evaluator. */
final class NativeCompiler {

    /** The expression goes beyond the native evaluator. */
    private static final class NotNative extends Exception {

        private static final long serialVersionUID = 1L;

        NotNative() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private final SharedPath.Beginnings beginnings;
    /** By local variable, whether it never has more than one item; known when its value has been compiled. */
    private final boolean[] singles;

    /** How many times the focus changes on the way to what is compiled: in a predicate, and behind a slash or an exclamation mark. */
    private int inner;

    private NativeCompiler(String text, SharedPath.Beginnings beginnings, int locals) {
        this.text = text;
        this.beginnings = beginnings;
        this.singles = new boolean[locals];
    }

    /**
     * The expression, or null if it calls what the native evaluator does not know.
     *
     * @param text what was parsed
     * @param beginnings of the contract's paths so far; those of this expression are added
     */
    static @Nullable Expression compile(String text, Parser.Parsed parsed, SharedPath.Beginnings beginnings) {
        try {
            return new NativeCompiler(text, beginnings, parsed.locals()).expression(parsed.syntax());
        } catch (NotNative beyond) {
            return null;
        }
    }

    private Expression expression(Syntax syntax) throws NotNative {
        if (syntax instanceof Syntax.Slashes path) {
            return path(path);
        }
        if (syntax instanceof Syntax.AxisStep step) {
            return new Step(step.axis(), step.test(), step.ignoreCase(), predicates(step.predicates()));
        }
        if (syntax instanceof Syntax.Literal literal) {
            return new Constant(literal.value());
        }
        if (syntax instanceof Syntax.Call call) {
            return call(call);
        }
        if (syntax instanceof Syntax.Variable variable) {
            return variable.local()
                    ? Variable.local(variable.index(), singles[variable.index()])
                    : Variable.ofContract(variable.index());
        }
        if (syntax instanceof Syntax.ContextItem) {
            return new Focus.ContextItem();
        }
        if (syntax instanceof Syntax.Root) {
            return new Focus.Root();
        }
        if (syntax instanceof Syntax.Filter filter) {
            return new Path.Filter(expression(filter.base()), predicates(filter.predicates()));
        }
        if (syntax instanceof Syntax.SimpleMap map) {
            return new Path.Map(expression(map.left()), inNewFocus(map.right()));
        }
        if (syntax instanceof Syntax.Comma comma) {
            return comma(comma);
        }
        if (syntax instanceof Syntax.Range range) {
            return new Sequences.Range(expression(range.from()), expression(range.to()));
        }
        if (syntax instanceof Syntax.Pair pair) {
            return chain(pair);
        }
        if (syntax instanceof Syntax.Sign sign) {
            return sign(sign);
        }
        if (syntax instanceof Syntax.If choice) {
            return new Logic.If(
                    expression(choice.condition()), expression(choice.then()), expression(choice.otherwise()));
        }
        if (syntax instanceof Syntax.For loop) {
            Expression source = expression(loop.source());
            singles[loop.local()] = true;
            return new Logic.For(loop.local(), source, expression(loop.body()));
        }
        if (syntax instanceof Syntax.Let let) {
            Expression value = expression(let.value());
            singles[let.local()] = value.isSingle();
            return new Logic.Let(let.local(), value, expression(let.body()));
        }
        if (syntax instanceof Syntax.Quantified quantified) {
            Expression source = expression(quantified.source());
            singles[quantified.local()] = true;
            return new Logic.Quantified(
                    quantified.every(), quantified.local(), source, expression(quantified.condition()));
        }
        if (syntax instanceof Syntax.InstanceOf test) {
            return new Types.InstanceOf(expression(test.operand()), test.type());
        }
        if (syntax instanceof Syntax.TreatAs treat) {
            return new Types.TreatAs(expression(treat.operand()), treat.type());
        }
        if (syntax instanceof Syntax.Castable test) {
            return new Types.Castable(expression(test.operand()), test.type(), test.optional());
        }
        if (syntax instanceof Syntax.Cast cast) {
            return new Types.Cast(expression(cast.operand()), cast.type(), cast.optional());
        }
        throw new IllegalStateException("no way to run " + syntax.getClass().getSimpleName());
    }

    /** Operators in a row, from the left. Not by recursion: thousands of them would be too deep for the stack. */
    private Expression chain(Syntax.Pair last) throws NotNative {
        Deque<Syntax.Pair> open = new ArrayDeque<>();
        Syntax first = last;
        while (first instanceof Syntax.Pair pair) {
            open.push(pair);
            first = pair.left();
        }
        Expression left = expression(first);
        for (Syntax.Pair pair : open) {
            left = pair(pair, left, expression(pair.right()));
        }
        return left;
    }

    private static Expression pair(Syntax.Pair pair, Expression left, Expression right) {
        if (pair instanceof Syntax.NodeSets sets) {
            return new Sequences.NodeSets(sets.operator(), left, right);
        }
        if (pair instanceof Syntax.Calculation calculation) {
            return new Arithmetic(calculation.operator(), left, right);
        }
        if (pair instanceof Syntax.GeneralComparison general) {
            return Comparison.general(general.operator(), left, right);
        }
        if (pair instanceof Syntax.ValueComparison value) {
            return new Comparison.Value(value.operator(), left, right);
        }
        if (pair instanceof Syntax.NodeComparison nodes) {
            return new Comparison.OfNodes(nodes.order(), left, right);
        }
        if (pair instanceof Syntax.Junction junction) {
            return new Logic.Junction(junction.and(), left, right);
        }
        return Functions.concat(left, right);
    }

    private Expression path(Syntax.Slashes path) throws NotNative {
        Expression whole = expression(path.origin());
        int last = path.slashes().size() - 1;
        for (int i = 0; i <= last; i++) {
            Syntax.Slash slash = path.slashes().get(i);
            if (slash.descendants()) {
                whole = Path.of(whole, new Step(Axis.DESCENDANT_OR_SELF, NodePattern.ANY_NODE, false, Predicates.NONE));
            }
            Expression beginning = whole;
            Expression step = inNewFocus(slash.step());
            whole = Path.of(beginning, step);
            if (i == last && step instanceof Step end && canBeShared(path, beginning)) {
                String words = text.substring(path.start(), slash.end());
                return new SharedPath(whole, beginnings.of(words), beginning, end);
            }
        }
        return whole;
    }

    /** Whether what leads to a path's last step depends on the outermost context item alone. */
    private boolean canBeShared(Syntax.Slashes path, Expression beginning) {
        List<Syntax> before = path.parts().subList(0, path.slashes().size());
        Syntax.Slash last = path.slashes().get(path.slashes().size() - 1);
        return inner == 0
                && !last.descendants()
                && last.end() > path.start()
                && beginning.yields() == Expression.Yield.NODES
                && !path.asksForPosition()
                && before.stream().noneMatch(Syntax::namesVariables);
    }

    private Expression inNewFocus(Syntax syntax) throws NotNative {
        inner++;
        Expression expression = expression(syntax);
        inner--;
        return expression;
    }

    private Predicates predicates(List<Syntax> list) throws NotNative {
        if (list.isEmpty()) {
            return Predicates.NONE;
        }
        Predicates predicates = new Predicates();
        for (Syntax predicate : list) {
            predicates.add(inNewFocus(predicate), predicate.asksForPosition());
        }
        return predicates;
    }

    private Expression comma(Syntax.Comma comma) throws NotNative {
        List<Expression> items = new ArrayList<>();
        List<Object> constants = new ArrayList<>();
        boolean constant = true;
        for (Syntax item : comma.items()) {
            Expression compiled = expression(item);
            items.add(compiled);
            if (compiled instanceof Constant values) {
                constants.addAll(List.of(values.values()));
            } else {
                constant = false;
            }
        }
        return constant ? new Constant(constants.toArray()) : new Sequences.Comma(items);
    }

    private Expression sign(Syntax.Sign sign) throws NotNative {
        Expression operand = expression(sign.operand());
        return operand instanceof Constant constant && constant.only() instanceof Number number
                ? new Constant(sign.negative() ? Arithmetic.negated(number) : number)
                : new Arithmetic.Sign(sign.negative(), operand);
    }

    private Expression call(Syntax.Call call) throws NotNative {
        List<Expression> arguments = new ArrayList<>();
        for (Syntax argument : call.arguments()) {
            arguments.add(expression(argument));
        }
        Expression compiled = null;
        if (call.namespace().equals(Names.FUNCTIONS)) {
            compiled = Functions.call(call.name(), arguments);
        } else if (call.namespace().equals(Names.SCHEMA) && arguments.size() == 1) {
            AtomicType type = AtomicType.named(call.name());
            compiled = type == null ? null : new Types.Cast(arguments.get(0), type, true);
        }
        if (compiled == null) {
            throw new NotNative();
        }
        return compiled;
    }
}
