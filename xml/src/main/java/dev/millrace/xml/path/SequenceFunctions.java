package dev.millrace.xml.path;

import static dev.millrace.xml.path.Functions.atoms;
import static dev.millrace.xml.path.Functions.items;

import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Functions on sequences and truth (F&amp;O 3.1, §7, §14). */
final class SequenceFunctions {

    private SequenceFunctions() {}

    static void addTo(Map<String, Functions.Factory> functions) {
        functions.put("true#0", arguments -> new Constant(true));
        functions.put("false#0", arguments -> new Constant(false));
        functions.put("position#0", arguments -> new Focus.Position());
        functions.put("last#0", arguments -> new Focus.Last());
        functions.put("boolean#1", arguments -> new Logic.Condition(false, false, arguments[0]));
        functions.put("not#1", arguments -> new Logic.Condition(false, true, arguments[0]));
        functions.put("exists#1", arguments -> new Logic.Condition(true, false, arguments[0]));
        functions.put("empty#1", arguments -> new Logic.Condition(true, true, arguments[0]));
        functions.put("count#1", arguments -> new Count(arguments[0]));
        Functions.Factory data = atoms((context, a, sink) -> {
            Items items = context.borrow();
            a[0].walk(context, items.atoms);
            return sent(items, context, sink);
        });
        functions.put("data#1", data);
        functions.put("data#0", Functions.ofFocus(data));
        functions.put("root#1", arguments -> new Root(arguments[0]));
        functions.put("root#0", Functions.ofFocus(arguments -> new Root(arguments[0])));
        functions.put("head#1", items((context, a, sink) -> slice(context, a[0], sink, 1, 2)));
        functions.put("tail#1", items((context, a, sink) -> slice(context, a[0], sink, 2, Double.POSITIVE_INFINITY)));
        functions.put("subsequence#2", items((context, a, sink) -> {
            double start = NumberFunctions.round(Arguments.required(Arguments.toDouble(a[1].atom(context))));
            return slice(context, a[0], sink, start, Double.POSITIVE_INFINITY);
        }));
        functions.put("subsequence#3", items((context, a, sink) -> {
            double start = NumberFunctions.round(Arguments.required(Arguments.toDouble(a[1].atom(context))));
            double length = NumberFunctions.round(Arguments.required(Arguments.toDouble(a[2].atom(context))));
            return slice(context, a[0], sink, start, start + length);
        }));
        functions.put("reverse#1", items(SequenceFunctions::reverse));
        functions.put("insert-before#3", items(SequenceFunctions::insertBefore));
        functions.put("remove#2", items(SequenceFunctions::remove));
        functions.put("exactly-one#1", items((context, a, sink) -> counted(context, a[0], sink, 1, 1, "FORG0005")));
        functions.put("zero-or-one#1", items((context, a, sink) -> counted(context, a[0], sink, 0, 1, "FORG0003")));
        functions.put(
                "one-or-more#1",
                items((context, a, sink) -> counted(context, a[0], sink, 1, Integer.MAX_VALUE, "FORG0004")));
        functions.put("distinct-values#1", atoms(SequenceFunctions::distinctValues));
        functions.put("index-of#2", atoms(SequenceFunctions::indexOf));
    }

    private static boolean sent(Items items, EvaluationContext context, Sink sink) throws EvaluationException {
        boolean goOn = items.sendTo(context, sink);
        context.release(items);
        return goOn;
    }

    /** The items at positions from {@code begin} to before {@code end}; NaN keeps none. */
    private static boolean slice(EvaluationContext context, Expression source, Sink sink, double begin, double end)
            throws EvaluationException {
        Items items = context.borrow();
        source.walk(context, items.asTheyAre);
        context.spend(items.size());
        boolean goOn = true;
        for (int i = 0; i < items.size() && goOn; i++) {
            if (i + 1 >= begin && i + 1 < end) {
                goOn = sink.item(context, items.get(i));
            }
        }
        context.release(items);
        return goOn;
    }

    private static boolean reverse(EvaluationContext context, Expression[] a, Sink sink) throws EvaluationException {
        Items items = context.borrow();
        a[0].walk(context, items.asTheyAre);
        context.spend(items.size());
        boolean goOn = true;
        for (int i = items.size() - 1; i >= 0 && goOn; i--) {
            goOn = sink.item(context, items.get(i));
        }
        context.release(items);
        return goOn;
    }

    private static boolean insertBefore(EvaluationContext context, Expression[] a, Sink sink)
            throws EvaluationException {
        double position = position(context, a[1]);
        Items items = context.borrow();
        a[0].walk(context, items.asTheyAre);
        context.spend(items.size());
        int at = (int) Math.max(0, Math.min(position - 1, items.size()));
        boolean goOn = true;
        for (int i = 0; i < at && goOn; i++) {
            goOn = sink.item(context, items.get(i));
        }
        goOn = goOn && a[2].walk(context, sink);
        for (int i = at; i < items.size() && goOn; i++) {
            goOn = sink.item(context, items.get(i));
        }
        context.release(items);
        return goOn;
    }

    private static boolean remove(EvaluationContext context, Expression[] a, Sink sink) throws EvaluationException {
        double position = position(context, a[1]);
        Items items = context.borrow();
        a[0].walk(context, items.asTheyAre);
        context.spend(items.size());
        boolean goOn = true;
        for (int i = 0; i < items.size() && goOn; i++) {
            if (i + 1 != position) {
                goOn = sink.item(context, items.get(i));
            }
        }
        context.release(items);
        return goOn;
    }

    private static double position(EvaluationContext context, Expression argument) throws EvaluationException {
        return ((Number) Arguments.required(Arguments.integer(argument.atom(context)))).doubleValue();
    }

    private static boolean counted(
            EvaluationContext context, Expression source, Sink sink, int least, int most, String code)
            throws EvaluationException {
        Items items = context.borrow();
        source.walk(context, items.asTheyAre);
        if (items.size() < least || items.size() > most) {
            throw Errors.of(code);
        }
        return sent(items, context, sink);
    }

    private static boolean distinctValues(EvaluationContext context, Expression[] a, Sink sink)
            throws EvaluationException {
        Items atoms = context.borrow();
        a[0].walk(context, atoms.atoms);
        context.spend(4L * atoms.size());
        Set<Object> seen = new HashSet<>();
        boolean goOn = true;
        for (int i = 0; i < atoms.size() && goOn; i++) {
            if (seen.add(key(atoms.get(i)))) {
                goOn = sink.item(context, atoms.get(i));
            }
        }
        context.release(atoms);
        return goOn;
    }

    /** Equal for atoms that {@code eq} finds equal, and for two NaN. */
    private static Object key(Object atom) {
        if (atom instanceof Untyped untyped) {
            return untyped.text();
        }
        if (atom instanceof Number number) {
            return NumberFunctions.key(number);
        }
        if (atom instanceof DateTimeValue moment) {
            return DateTimeValue.dateTime(moment.inUtc(), null).toString()
                    + moment.kind().ordinal()
                    + '\0';
        }
        if (atom instanceof DurationValue duration && duration.length().signum() == 0) {
            return DurationValue.yearMonth(0);
        }
        return atom;
    }

    private static boolean indexOf(EvaluationContext context, Expression[] a, Sink sink) throws EvaluationException {
        Object wanted = text(Arguments.required(a[1].atom(context)));
        Items atoms = context.borrow();
        a[0].walk(context, atoms.atoms);
        context.spend(atoms.size());
        boolean goOn = true;
        for (int i = 0; i < atoms.size() && goOn; i++) {
            if (equal(text(atoms.get(i)), wanted)) {
                goOn = sink.item(context, (long) i + 1);
            }
        }
        context.release(atoms);
        return goOn;
    }

    private static Object text(Object atom) {
        return atom instanceof Untyped untyped ? untyped.text() : atom;
    }

    /** Values that cannot be compared are not equal. */
    private static boolean equal(Object a, Object b) {
        try {
            return Comparison.holds(Comparison.Operator.EQ, a, b);
        } catch (EvaluationException notComparable) {
            return false;
        }
    }

    /** {@code count(a)} */
    private static final class Count extends Expression.Single {

        private final Expression operand;

        Count(Expression operand) {
            this.operand = operand;
        }

        @Override
        Object atom(EvaluationContext context) throws EvaluationException {
            int outer = context.count;
            context.count = 0;
            operand.walk(context, Sink.COUNT);
            long count = context.count;
            context.count = outer;
            return count;
        }

        @Override
        Yield yields() {
            return Yield.NUMBER;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            operand.reach(projector, focus);
            return null;
        }
    }

    /** {@code root(a)} */
    private static final class Root extends Expression {

        private final Expression argument;

        Root(Expression argument) {
            this.argument = argument;
        }

        @Override
        boolean walk(EvaluationContext context, Sink sink) throws EvaluationException {
            Items items = context.borrow();
            argument.walk(context, items.asTheyAre);
            if (items.size() > 1) {
                throw Errors.severalItems();
            }
            Object item = items.isEmpty() ? null : items.get(0);
            context.release(items);
            if (item == null) {
                return true;
            }
            if (!(item instanceof Node node)) {
                throw Errors.of("XPTY0004");
            }
            return sink.item(context, Focus.Root.top(node));
        }

        @Override
        Yield yields() {
            return Yield.NODES;
        }

        @Override
        boolean isSingle() {
            return true;
        }

        @Override
        Projection.Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            argument.reach(projector, focus);
            return projector.document();
        }
    }
}
