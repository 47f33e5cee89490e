package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;

/** The predicates of a step or filter, sorted by what they need. */
final class Predicates {

    static final Predicates NONE = new Predicates();

    private final List<Expression> filters = new ArrayList<>();
    private final List<Expression> rest = new ArrayList<>();
    private int pick = Step.ALL;

    Predicates(Expression... filters) {
        this.filters.addAll(List.of(filters));
    }

    /**
     * Adds the next predicate.
     *
     * @param positional whether it asks for position() or last()
     */
    void add(Expression predicate, boolean positional) {
        boolean first = pick == Step.ALL && rest.isEmpty();
        if (first && predicate instanceof Constant constant && constant.only() instanceof Long number) {
            if (number >= 1 && number <= Integer.MAX_VALUE) {
                pick = number.intValue();
                return;
            }
        }
        if (first && predicate instanceof Focus.Last) {
            pick = Step.LAST;
            return;
        }
        boolean truth = switch (predicate.yields()) {
            case NODES, TEXT, TRUTH -> !positional;
            case NUMBER, ATOMS, ANYTHING -> false;
        };
        (first && truth ? filters : rest).add(predicate);
    }

    /** Those at the beginning that only ask "true or false?". */
    List<Expression> filters() {
        return filters;
    }

    /** The position that is picked after them, or {@link Step#LAST}, or {@link Step#ALL}. */
    int pick() {
        return pick;
    }

    /** All others. */
    List<Expression> rest() {
        return rest;
    }

    boolean isEmpty() {
        return filters.isEmpty() && pick == Step.ALL && rest.isEmpty();
    }

    /** Whether the predicate is true for the item in focus (XPath 3.1, §3.3.3). */
    static boolean accepts(EvaluationContext context, Expression predicate) throws EvaluationException {
        switch (predicate.yields()) {
            case NODES, TEXT, TRUTH -> {
                return predicate.test(context);
            }
            case NUMBER, ATOMS, ANYTHING -> {
                Items items = context.borrow();
                predicate.walk(context, items.effective);
                boolean accepted = items.size() == 1 && items.get(0) instanceof Number number
                        ? number.doubleValue() == context.position
                        : Expression.effectiveBooleanValue(items);
                context.release(items);
                return accepted;
            }
        }
        throw new IllegalStateException("unknown yield");
    }

    /** Applies predicates to a whole sequence, one after the other. */
    static void filter(EvaluationContext context, Items items, Expression[] predicates) throws EvaluationException {
        if (predicates.length == 0) {
            return;
        }
        Object item = context.item;
        int position = context.position;
        int size = context.size;
        for (Expression predicate : predicates) {
            int kept = 0;
            int count = items.size();
            context.spend(count);
            for (int i = 0; i < count; i++) {
                context.item = items.get(i);
                context.position = i + 1;
                context.size = count;
                if (accepts(context, predicate)) {
                    items.set(kept++, items.get(i));
                }
            }
            items.truncate(kept);
        }
        context.item = item;
        context.position = position;
        context.size = size;
    }

    /** Keeps only the picked item. */
    static void pick(Items items, int pick) {
        if (pick == Step.ALL) {
            return;
        }
        int index = pick == Step.LAST ? items.size() - 1 : pick - 1;
        if (index < 0 || index >= items.size()) {
            items.clear();
            return;
        }
        items.set(0, items.get(index));
        items.truncate(1);
    }
}
