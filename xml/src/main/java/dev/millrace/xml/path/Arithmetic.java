package dev.millrace.xml.path;

import dev.millrace.xml.Projection;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/** {@code + - * div idiv mod} on two operands (XPath 3.1, §3.5). */
final class Arithmetic extends Expression.Single {

    /** An operator of arithmetic. */
    enum Operator {
        PLUS,
        MINUS,
        TIMES,
        DIV,
        IDIV,
        MOD
    }

    /** Digits behind the point that a division of decimals gives when it does not end; the number is Saxon's. */
    private static final int DIVISION_SCALE = 18;

    private final Operator operator;
    private final Expression left;
    private final Expression right;

    Arithmetic(Operator operator, Expression left, Expression right) {
        this.operator = operator;
        this.left = left;
        this.right = right;
    }

    @Override
    @Nullable
    Object atom(EvaluationContext context) throws EvaluationException {
        Object a = left.atom(context);
        if (a == null) {
            return null;
        }
        if (a instanceof Untyped untyped) {
            a = number(untyped);
        }
        Object b = right.atom(context);
        if (b == null) {
            return null;
        }
        context.spend(1 + Numbers.weight(a) * (1 + Numbers.weight(b)));
        return calculate(operator, a, b);
    }

    @Override
    Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
        Projector.values(left.reach(projector, focus));
        Projector.values(right.reach(projector, focus));
        return null;
    }

    static Object calculate(Operator operator, Object left, Object right) throws EvaluationException {
        Object a = left instanceof Untyped untyped ? number(untyped) : left;
        Object b = right instanceof Untyped untyped ? number(untyped) : right;
        if (a instanceof Number x && b instanceof Number y) {
            return calculate(operator, x, y);
        }
        try {
            Object moment = onMoments(operator, a, b);
            if (moment != null) {
                return moment;
            }
        } catch (ArithmeticException | DateTimeException tooLarge) {
            throw Errors.of(a instanceof DateTimeValue || b instanceof DateTimeValue ? "FODT0001" : "FODT0002");
        }
        throw Errors.of("XPTY0004");
    }

    private static Double number(Untyped untyped) throws EvaluationException {
        double number = Numbers.toDouble(untyped.text());
        if (Double.isNaN(number) && !Text.trim(untyped.text()).equals("NaN")) {
            throw Errors.of("FORG0001");
        }
        return number;
    }

    private static Object calculate(Operator operator, Number a, Number b) throws EvaluationException {
        if (a instanceof Double || b instanceof Double) {
            return onDoubles(operator, a.doubleValue(), b.doubleValue());
        }
        if (a instanceof Float || b instanceof Float) {
            return onFloats(operator, a.floatValue(), b.floatValue());
        }
        boolean integers = !(a instanceof BigDecimal || b instanceof BigDecimal);
        if (integers && operator == Operator.DIV) {
            return quotient(a, b);
        }
        if (!integers) {
            return onDecimals(operator, stripped(a), stripped(b));
        }
        if (a instanceof Long x && b instanceof Long y) {
            return onLongs(operator, x, y);
        }
        return onIntegers(operator, Numbers.toBigInteger(a), Numbers.toBigInteger(b));
    }

    /**
     * A quotient of integers is an xs:decimal; one without a remainder is the xs:integer that it also is, as in Saxon. Saxon
     * also has fewer digits for small positive integers than for all others.
     */
    private static Object quotient(Number a, Number b) throws EvaluationException {
        if (Numbers.isZero(b)) {
            throw Errors.of("FOAR0001");
        }
        BigDecimal dividend = Numbers.toDecimal(a);
        BigDecimal divisor = Numbers.toDecimal(b);
        if (!isSmall(a) || !isSmall(b)) {
            return divide(dividend.stripTrailingZeros(), divisor.stripTrailingZeros());
        }
        long remainder = a.longValue() % b.longValue();
        return remainder == 0 ? (Object) (a.longValue() / b.longValue()) : divide(dividend, divisor);
    }

    private static boolean isSmall(Number integer) {
        return integer instanceof Long number && number >>> 31 == 0;
    }

    private static Object onDoubles(Operator operator, double a, double b) throws EvaluationException {
        return switch (operator) {
            case PLUS -> a + b;
            case MINUS -> a - b;
            case TIMES -> a * b;
            case DIV -> a / b;
            case MOD -> a % b;
            case IDIV -> integerQuotient(a, b, a / b);
        };
    }

    private static Object onFloats(Operator operator, float a, float b) throws EvaluationException {
        return switch (operator) {
            case PLUS -> a + b;
            case MINUS -> a - b;
            case TIMES -> a * b;
            case DIV -> a / b;
            case MOD -> a % b;
            case IDIV -> integerQuotient(a, b, a / b);
        };
    }

    private static Object integerQuotient(double a, double b, double quotient) throws EvaluationException {
        if (b == 0) {
            throw Errors.of("FOAR0001");
        }
        if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a)) {
            throw Errors.of("FOAR0002");
        }
        return Numbers.toInteger(quotient);
    }

    private static Object onDecimals(Operator operator, BigDecimal a, BigDecimal b) throws EvaluationException {
        if (b.signum() == 0 && (operator == Operator.DIV || operator == Operator.IDIV || operator == Operator.MOD)) {
            throw Errors.of("FOAR0001");
        }
        return switch (operator) {
            case PLUS -> Numbers.checked(a.add(b));
            case MINUS -> Numbers.checked(a.subtract(b));
            case TIMES -> Numbers.checked(a.multiply(b));
            case DIV -> Numbers.checked(divide(a, b));
            case MOD -> a.remainder(b);
            case IDIV -> Atomic.integer(a.divideToIntegralValue(b).toBigInteger());
        };
    }

    /** F&amp;O 3.1, §4.2 leaves the digits of a division that does not end to the implementation. */
    private static BigDecimal divide(BigDecimal a, BigDecimal b) {
        int scale = Math.max(DIVISION_SCALE, a.scale() - b.scale() + DIVISION_SCALE);
        return a.divide(b, scale, RoundingMode.HALF_DOWN);
    }

    /** The number as a decimal with as many digits behind its point as Saxon has there: of an xs:decimal, no idle zeros. */
    private static BigDecimal stripped(Number number) throws EvaluationException {
        return number instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : Numbers.toDecimal(number);
    }

    private static Object onLongs(Operator operator, long a, long b) throws EvaluationException {
        switch (operator) {
            case PLUS -> {
                long sum = a + b;
                if (((a ^ sum) & (b ^ sum)) >= 0) {
                    return sum;
                }
            }
            case MINUS -> {
                long difference = a - b;
                if (((a ^ b) & (a ^ difference)) >= 0) {
                    return difference;
                }
            }
            case TIMES -> {
                long high = Math.multiplyHigh(a, b);
                long low = a * b;
                if (high == low >> 63) {
                    return low;
                }
            }
            case IDIV, MOD -> {
                if (b != 0 && (a != Long.MIN_VALUE || b != -1)) {
                    return operator == Operator.IDIV ? a / b : a % b;
                }
            }
            case DIV -> throw new IllegalStateException("a division of integers is one of decimals");
        }
        return onIntegers(operator, BigInteger.valueOf(a), BigInteger.valueOf(b));
    }

    private static Object onIntegers(Operator operator, BigInteger a, BigInteger b) throws EvaluationException {
        if (b.signum() == 0 && (operator == Operator.IDIV || operator == Operator.MOD)) {
            throw Errors.of("FOAR0001");
        }
        return Numbers.checked(
                switch (operator) {
                    case PLUS -> a.add(b);
                    case MINUS -> a.subtract(b);
                    case TIMES -> a.multiply(b);
                    case MOD -> a.remainder(b);
                    case IDIV -> a.divide(b);
                    case DIV -> throw new IllegalStateException("a division of integers is one of decimals");
                });
    }

    /** Dates and durations; null where the operator is not defined for them. */
    private static @Nullable Object onMoments(Operator operator, Object a, Object b) throws EvaluationException {
        if (a instanceof DateTimeValue moment) {
            if (b instanceof DurationValue duration && (operator == Operator.PLUS || operator == Operator.MINUS)) {
                return moment.plus(operator == Operator.PLUS ? duration : duration.negated());
            }
            return operator == Operator.MINUS && b instanceof DateTimeValue other && moment.kind() == other.kind()
                    ? moment.minus(other)
                    : null;
        }
        if (!(a instanceof DurationValue duration)) {
            boolean turned = operator == Operator.PLUS && b instanceof DateTimeValue && a instanceof DurationValue
                    || operator == Operator.TIMES && b instanceof DurationValue && a instanceof Number;
            return turned ? onMoments(operator, b, a) : null;
        }
        if (b instanceof DateTimeValue moment) {
            return operator == Operator.PLUS ? moment.plus(duration) : null;
        }
        if (b instanceof DurationValue other && duration.kind() == other.kind()) {
            return onDurations(operator, duration, other);
        }
        return b instanceof Number number ? scaled(operator, duration, number) : null;
    }

    private static @Nullable Object onDurations(Operator operator, DurationValue a, DurationValue b)
            throws EvaluationException {
        return switch (operator) {
            case PLUS -> a.plus(b);
            case MINUS -> a.plus(b.negated());
            case DIV -> onDecimals(Operator.DIV, stripped(a.length()), stripped(b.length()));
            case TIMES, IDIV, MOD -> null;
        };
    }

    private static @Nullable Object scaled(Operator operator, DurationValue duration, Number number)
            throws EvaluationException {
        if (operator != Operator.TIMES && operator != Operator.DIV) {
            return null;
        }
        if (Numbers.isNaN(number)) {
            throw Errors.of("FOCA0005");
        }
        boolean infinite = Double.isInfinite(number.doubleValue());
        if (operator == Operator.TIMES) {
            if (infinite) {
                throw Errors.of("FODT0002");
            }
            return duration.withLength(duration.length().multiply(Numbers.toDecimal(number)));
        }
        if (Numbers.isZero(number)) {
            throw Errors.of("FODT0002");
        }
        return duration.withLength(infinite ? BigDecimal.ZERO : divide(stripped(duration.length()), stripped(number)));
    }

    /** {@code -a}, {@code +a} */
    static final class Sign extends Expression.Single {

        private final boolean negative;
        private final Expression operand;

        Sign(boolean negative, Expression operand) {
            this.negative = negative;
            this.operand = operand;
        }

        @Override
        @Nullable
        Object atom(EvaluationContext context) throws EvaluationException {
            Number number = Arguments.number(operand.atom(context));
            return number == null || !negative ? number : Arithmetic.negated(number);
        }

        @Override
        Yield yields() {
            return Yield.NUMBER;
        }

        @Override
        Projection.@Nullable Reach reach(Projector projector, Projection.@Nullable Reach focus) {
            Projector.values(operand.reach(projector, focus));
            return null;
        }
    }

    static Object negated(Number number) {
        if (number instanceof Double value) {
            return -value;
        }
        if (number instanceof Float value) {
            return -value;
        }
        if (number instanceof BigDecimal value) {
            return value.negate();
        }
        return Atomic.integer(Numbers.toBigInteger(number).negate());
    }
}
