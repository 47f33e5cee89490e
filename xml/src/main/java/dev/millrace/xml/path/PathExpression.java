package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression. Immutable and thread-safe: all state is in the {@link EvaluationContext}.
 *
 * <p>Items are {@link dev.millrace.xml.Node}s or atomic values. Atomic values are {@code String} (xs:string, and
 * xs:untypedAtomic in a {@link PathCompiler.Result#VALUES} result), {@code Boolean}, {@code Long} or {@code BigInteger}
 * (xs:integer), {@code BigDecimal}, {@code Double}, {@code Float}, or an object of this package for dates, times and
 * durations, whose {@code toString()} is the lexical form of XPath.
 */
public abstract sealed class PathExpression permits NativePath, SaxonPath {

    /** Which evaluator runs an expression. */
    public enum Evaluator {
        NATIVE,
        SAXON
    }

    private final String text;
    private final Evaluator evaluator;

    PathExpression(String text, Evaluator evaluator) {
        this.text = text;
        this.evaluator = evaluator;
    }

    /** The expression as it was written. */
    public final String text() {
        return text;
    }

    public final Evaluator evaluator() {
        return evaluator;
    }

    /** Evaluates and adds the resulting items, in order, to {@code into}; after an error, {@code into} holds what it held before. */
    public abstract void evaluate(EvaluationContext context, Items into) throws EvaluationException;

    /** How many items it gives: as {@link #evaluate}, but none is kept. */
    public long count(EvaluationContext context) throws EvaluationException {
        Items items = new Items();
        evaluate(context, items);
        return items.size();
    }

    /** The effective boolean value (XPath 3.1, §2.4.3). */
    public abstract boolean test(EvaluationContext context) throws EvaluationException;

    /**
     * Whether an element can be among the items: not where all are attributes, texts or values of functions. Also true where only a
     * document shows it. What counts is the path, not whether it is compiled for values.
     */
    public abstract boolean canGiveElements();

    /**
     * Tells a projection what this expression reaches.
     *
     * @param projection the builder, for absolute paths and for $record
     * @param context what the context item can be; null when it is an atomic value
     * @param variables by slot, what each variable can be; null where a variable holds an atomic value
     * @return what the expression's result can be, or null if it holds no nodes. When nodes are the result of an
     *     expression compiled for VALUES, what their values need is kept already
     */
    public abstract Projection.@Nullable Reach project(
            Projection.Builder projection, Projection.@Nullable Reach context, Projection.@Nullable Reach[] variables);

    /** The lexical form of an item: its cast to xs:string, for a node its string value. */
    public static String lexical(Object item) {
        return item instanceof Node node ? node.stringValue() : Atomic.lexical(item);
    }

    @Override
    public final String toString() {
        return text;
    }
}
