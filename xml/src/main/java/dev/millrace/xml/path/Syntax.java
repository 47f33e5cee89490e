package dev.millrace.xml.path;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An expression as it is written, in the common language: what the parser reads and the {@link NativeCompiler} makes executable. It can be
 * walked without being evaluated: each kind has its parts in the order of the text. Names are resolved, brackets are gone. Immutable.
 *
 * <p>The kinds are those of the grammar of XPath 3.1 (§3 and appendix A).
 */
sealed interface Syntax {

    /** The expressions directly within this one. */
    List<Syntax> parts();

    /** Those of its parts that are evaluated with the focus of this expression. */
    default List<Syntax> partsInFocus() {
        return parts();
    }

    /** Whether it needs position() or last() of the focus that it is evaluated with. */
    default boolean asksForPosition() {
        return any(Syntax::partsInFocus, part -> part instanceof Call call && call.isOfPosition());
    }

    /** Whether a variable is named anywhere in it. */
    default boolean namesVariables() {
        return any(Syntax::parts, Variable.class::isInstance);
    }

    /** Whether it, or a part of it at any depth, is such a one. Not by recursion: a chain of operators is a deep tree. */
    private boolean any(Function<Syntax, List<Syntax>> parts, Predicate<Syntax> wanted) {
        Deque<Syntax> open = new ArrayDeque<>(List.of(this));
        while (!open.isEmpty()) {
            Syntax next = open.pop();
            if (wanted.test(next)) {
                return true;
            }
            parts.apply(next).forEach(open::push);
        }
        return false;
    }

    /** An expression without parts. */
    sealed interface Leaf extends Syntax {

        @Override
        default List<Syntax> parts() {
            return List.of();
        }
    }

    /** An expression of one operand. */
    sealed interface Single extends Syntax {

        Syntax operand();

        @Override
        default List<Syntax> parts() {
            return List.of(operand());
        }
    }

    /** An expression of two operands, both in its own focus. */
    sealed interface Pair extends Syntax {

        Syntax left();

        Syntax right();

        @Override
        default List<Syntax> parts() {
            return List.of(left(), right());
        }
    }

    // Primary expressions

    /** @param value String, Long or BigInteger, BigDecimal, or Double */
    record Literal(Object value) implements Leaf {}

    /**
     * {@code $name}
     *
     * @param local whether the expression itself binds it; else the contract does
     * @param index its number among the local variables, or its slot in the contract's scope
     */
    record Variable(String name, boolean local, int index) implements Leaf {}

    /** {@code .} */
    record ContextItem() implements Leaf {}

    /** {@code /}, the document node above the context item. */
    record Root() implements Leaf {}

    /**
     * A call, also of a type's constructor and by an arrow.
     *
     * @param namespace of the name
     */
    record Call(String namespace, String name, List<Syntax> arguments) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return arguments;
        }

        private boolean isOfPosition() {
            return namespace.equals(Names.FUNCTIONS)
                    && arguments.isEmpty()
                    && (name.equals("position") || name.equals("last"));
        }
    }

    /** {@code base[…]}, where the base is no step. */
    record Filter(Syntax base, List<Syntax> predicates) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return with(base, predicates);
        }

        @Override
        public List<Syntax> partsInFocus() {
            return List.of(base);
        }
    }

    // Paths

    /**
     * {@code axis::test[…]}
     *
     * @param ignoreCase whether the first attribute whose name differs only in case is found when there is none of the exact name
     */
    record AxisStep(Axis axis, NodePattern test, boolean ignoreCase, List<Syntax> predicates) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return predicates;
        }

        @Override
        public List<Syntax> partsInFocus() {
            return List.of();
        }
    }

    /**
     * {@code origin/step/step…}
     *
     * @param start where it begins in the text
     */
    record Slashes(Syntax origin, List<Slash> slashes, int start) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return with(origin, slashes.stream().map(Slash::step).toList());
        }

        @Override
        public List<Syntax> partsInFocus() {
            return List.of(origin);
        }
    }

    /**
     * A slash and what comes behind it.
     *
     * @param descendants whether it is {@code //}
     * @param end where what comes before it ends in the text
     */
    record Slash(boolean descendants, Syntax step, int end) {}

    /** {@code left ! right} */
    record SimpleMap(Syntax left, Syntax right) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return List.of(left, right);
        }

        @Override
        public List<Syntax> partsInFocus() {
            return List.of(left);
        }
    }

    // Sequences

    /** {@code a, b, …}; without items {@code ()}. */
    record Comma(List<Syntax> items) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return items;
        }
    }

    /** {@code from to to} */
    record Range(Syntax from, Syntax to) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return List.of(from, to);
        }
    }

    /** {@code left union right} and its kin. */
    record NodeSets(Sequences.SetOperator operator, Syntax left, Syntax right) implements Pair {}

    // Arithmetic, text and comparisons

    /** {@code left + right} and its kin. */
    record Calculation(Arithmetic.Operator operator, Syntax left, Syntax right) implements Pair {}

    /** {@code -operand}, {@code +operand}; several signs are one. */
    record Sign(boolean negative, Syntax operand) implements Single {}

    /** {@code left || right} */
    record Concatenation(Syntax left, Syntax right) implements Pair {}

    /** {@code left = right} and its kin. */
    record GeneralComparison(Comparison.Operator operator, Syntax left, Syntax right) implements Pair {}

    /** {@code left eq right} and its kin. */
    record ValueComparison(Comparison.Operator operator, Syntax left, Syntax right) implements Pair {}

    /**
     * {@code left is right}, {@code left << right}, {@code left >> right}
     *
     * @param order 0, -1 or 1
     */
    record NodeComparison(int order, Syntax left, Syntax right) implements Pair {}

    // Logic

    /** {@code left and right}, {@code left or right} */
    record Junction(boolean and, Syntax left, Syntax right) implements Pair {}

    /** {@code if (condition) then … else …} */
    record If(Syntax condition, Syntax then, Syntax otherwise) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return List.of(condition, then, otherwise);
        }
    }

    /**
     * {@code for $x in source return body}
     *
     * @param local the number of the variable
     */
    record For(int local, Syntax source, Syntax body) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return List.of(source, body);
        }
    }

    /**
     * {@code let $x := value return body}
     *
     * @param local the number of the variable
     */
    record Let(int local, Syntax value, Syntax body) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return List.of(value, body);
        }
    }

    /**
     * {@code some $x in source satisfies condition}, {@code every …}
     *
     * @param local the number of the variable
     */
    record Quantified(boolean every, int local, Syntax source, Syntax condition) implements Syntax {

        @Override
        public List<Syntax> parts() {
            return List.of(source, condition);
        }
    }

    // Types

    /** {@code operand instance of type} */
    record InstanceOf(Syntax operand, Types.SequenceType type) implements Single {}

    /** {@code operand treat as type} */
    record TreatAs(Syntax operand, Types.SequenceType type) implements Single {}

    /** {@code operand castable as type} */
    record Castable(Syntax operand, AtomicType type, boolean optional) implements Single {}

    /** {@code operand cast as type} */
    record Cast(Syntax operand, AtomicType type, boolean optional) implements Single {}

    private static List<Syntax> with(Syntax first, List<Syntax> others) {
        List<Syntax> all = new ArrayList<>(others.size() + 1);
        all.add(first);
        all.addAll(others);
        return all;
    }
}
