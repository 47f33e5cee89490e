package dev.millrace.xml.path;

import dev.millrace.xml.Record;

/**
 * What an expression is evaluated in: the record, the context item and the variables. One per worker, reused for each
 * record; not thread-safe.
 */
public final class EvaluationContext {

    /** @param slots the size of the largest {@link VariableScope} that will be used */
    public EvaluationContext(int slots) {}

    /** Begins a record: $record is its element, which is also the context item; all other variables are unset. */
    public void startRecord(Record record) {
        throw new IllegalStateException("spine");
    }

    /** Sets the context item: a node or an atomic value. */
    public void contextItem(Object item) {
        throw new IllegalStateException("spine");
    }

    public Object contextItem() {
        throw new IllegalStateException("spine");
    }

    /** Sets a variable to a sequence of one item, or to the empty sequence for null. */
    public void bind(int slot, @org.jspecify.annotations.Nullable Object item) {
        throw new IllegalStateException("spine");
    }

    /** Sets a variable to the value of an expression over the record's element, evaluated when first asked for. */
    public void bindLazily(int slot, PathExpression expression) {
        throw new IllegalStateException("spine");
    }
}
