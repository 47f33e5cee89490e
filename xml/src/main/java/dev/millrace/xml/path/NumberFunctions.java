package dev.millrace.xml.path;

import static dev.millrace.xml.path.Functions.atom;
import static dev.millrace.xml.path.Functions.number;
import static dev.millrace.xml.path.Functions.ofFocus;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions on numbers, and aggregates (F&amp;O 3.1, §4.4, §14.4). */
final class NumberFunctions {

    private enum Rounding {
        ROUND,
        HALF_TO_EVEN,
        FLOOR,
        CEILING
    }

    private NumberFunctions() {}

    static void addTo(Map<String, Functions.Factory> functions) {
        Functions.Factory toNumber = number((context, a) -> toNumber(a[0].atom(context)));
        functions.put("number#1", toNumber);
        functions.put("number#0", ofFocus(toNumber));
        functions.put("abs#1", number((context, a) -> abs(Arguments.number(a[0].atom(context)))));
        functions.put("round#1", rounding(Rounding.ROUND));
        functions.put("round-half-to-even#1", rounding(Rounding.HALF_TO_EVEN));
        functions.put("floor#1", rounding(Rounding.FLOOR));
        functions.put("ceiling#1", rounding(Rounding.CEILING));
        functions.put("sum#1", atom((context, a) -> {
            Object sum = sum(context, a[0], false);
            return sum == null ? (Object) 0L : sum;
        }));
        functions.put("avg#1", atom((context, a) -> sum(context, a[0], true)));
        functions.put("min#1", atom((context, a) -> extreme(context, a[0], Comparison.Operator.LT)));
        functions.put("max#1", atom((context, a) -> extreme(context, a[0], Comparison.Operator.GT)));
    }

    private static Functions.Factory rounding(Rounding rounding) {
        return number((context, a) -> {
            Number number = Arguments.number(a[0].atom(context));
            return number == null ? null : round(number, rounding);
        });
    }

    /** fn:number: NaN for what is no number. */
    static Double toNumber(@Nullable Object atom) {
        if (atom instanceof Number number) {
            return number.doubleValue();
        }
        if (atom instanceof Untyped || atom instanceof String) {
            return Numbers.toDouble(atom.toString());
        }
        if (atom instanceof Boolean truth) {
            return truth ? 1.0 : 0.0;
        }
        return Double.NaN;
    }

    private static @Nullable Object abs(@Nullable Number number) {
        if (number == null) {
            return null;
        }
        if (number instanceof Double value) {
            return Math.abs(value);
        }
        if (number instanceof Float value) {
            return Math.abs(value);
        }
        if (number instanceof BigDecimal value) {
            return value.abs();
        }
        return Atomic.integer(Numbers.toBigInteger(number).abs());
    }

    /** fn:round of an xs:double: halves go up, and what rounds to zero keeps its sign. */
    static double round(double number) {
        if (!(Math.abs(number) < 1L << 52)) {
            return number;
        }
        double floor = Math.floor(number);
        double rounded = number - floor >= 0.5 ? floor + 1 : floor;
        return rounded == 0 ? Math.copySign(0.0, number) : rounded;
    }

    private static Object round(Number number, Rounding rounding) {
        if (number instanceof Double value) {
            return round(value.doubleValue(), rounding);
        }
        if (number instanceof Float value) {
            return (float) round(value.doubleValue(), rounding);
        }
        if (number instanceof BigDecimal value) {
            return value.setScale(
                    0,
                    switch (rounding) {
                        case ROUND -> value.signum() < 0 ? RoundingMode.HALF_DOWN : RoundingMode.HALF_UP;
                        case HALF_TO_EVEN -> RoundingMode.HALF_EVEN;
                        case FLOOR -> RoundingMode.FLOOR;
                        case CEILING -> RoundingMode.CEILING;
                    });
        }
        return number;
    }

    private static double round(double number, Rounding rounding) {
        return switch (rounding) {
            case ROUND -> round(number);
            case HALF_TO_EVEN -> Math.rint(number);
            case FLOOR -> Math.floor(number);
            case CEILING -> Math.ceil(number);
        };
    }

    private static @Nullable Object sum(EvaluationContext context, Expression argument, boolean average)
            throws EvaluationException {
        Items atoms = context.borrow();
        argument.walk(context, atoms.atoms);
        context.spend(atoms.size());
        Object sum = null;
        int count = atoms.size();
        for (int i = 0; i < count; i++) {
            Object atom = summand(atoms.get(i));
            if (sum != null && summandKind(sum) != summandKind(atom)) {
                throw Errors.of("FORG0006");
            }
            sum = sum == null ? atom : Arithmetic.calculate(Arithmetic.Operator.PLUS, sum, atom);
        }
        context.release(atoms);
        return sum == null || !average ? sum : Arithmetic.calculate(Arithmetic.Operator.DIV, sum, (long) count);
    }

    private static Object summand(Object atom) throws EvaluationException {
        if (atom instanceof Untyped) {
            return Casts.cast(atom, AtomicType.DOUBLE);
        }
        if (atom instanceof Number || atom instanceof DurationValue) {
            return atom;
        }
        throw Errors.of("FORG0006");
    }

    private static int summandKind(Object summand) {
        return summand instanceof DurationValue duration ? 1 + duration.kind().ordinal() : 0;
    }

    private static @Nullable Object extreme(EvaluationContext context, Expression argument, Comparison.Operator better)
            throws EvaluationException {
        Items atoms = context.borrow();
        argument.walk(context, atoms.atoms);
        context.spend(atoms.size());
        AtomicType type = null;
        Object best = null;
        for (int i = 0; i < atoms.size(); i++) {
            Object atom =
                    atoms.get(i) instanceof Untyped untyped ? Casts.cast(untyped, AtomicType.DOUBLE) : atoms.get(i);
            AtomicType itsType = AtomicType.of(atom);
            if (itsType == AtomicType.OTHER) {
                throw Errors.of("FORG0006");
            }
            type = type == null ? itsType : common(type, itsType);
            boolean isNaN = atom instanceof Number number && Numbers.isNaN(number);
            if (best == null || isNaN) {
                best = atom;
            } else if (!(best instanceof Number number && Numbers.isNaN(number))
                    && Comparison.holds(better, atom, best)) {
                best = atom;
            }
        }
        context.release(atoms);
        // Floating point is promoted to; an integer among decimals is a decimal as it is.
        boolean promoted = type == AtomicType.FLOAT || type == AtomicType.DOUBLE;
        return best == null || type == null || !promoted ? best : Casts.cast(best, type);
    }

    private static AtomicType common(AtomicType a, AtomicType b) throws EvaluationException {
        if (a == b) {
            return a;
        }
        if (a.isNumeric() && b.isNumeric()) {
            return a.compareTo(b) > 0 ? a : b;
        }
        throw Errors.of("FORG0006");
    }

    /** What equals a number in every numeric type: the double if that is exactly the number, else the decimal. */
    static Object key(Number number) {
        double value = number.doubleValue();
        if (number instanceof Double || number instanceof Float || Double.isInfinite(value)) {
            return value == 0 ? (Object) 0.0 : (Object) value;
        }
        BigDecimal exact = number instanceof BigDecimal decimal
                ? decimal
                : number instanceof BigInteger integer
                        ? new BigDecimal(integer)
                        : BigDecimal.valueOf(number.longValue());
        return new BigDecimal(value).compareTo(exact) == 0
                ? (Object) (value == 0 ? 0.0 : value)
                : exact.stripTrailingZeros();
    }
}
