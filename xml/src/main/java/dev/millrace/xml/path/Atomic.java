package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.UUID;

/** Atomic values: from the objects that columns hold, and to their lexical forms. */
final class Atomic {

    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    /** Decimal digits that every normal xs:double, and every normal xs:float, keeps apart. */
    private static final int SAFE_DIGITS_OF_DOUBLE = 15;

    private static final int SAFE_DIGITS_OF_FLOAT = 6;

    private Atomic() {}

    /** The atomic value of a column's object. */
    static Object of(Object value) {
        if (value instanceof String
                || value instanceof Long
                || value instanceof Untyped
                || value instanceof BigDecimal
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Float
                || value instanceof DateTimeValue
                || value instanceof DurationValue
                || value instanceof OtherAtomic) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger integer) {
            return integer(integer);
        }
        if (value instanceof LocalDate date) {
            return DateTimeValue.date(date, null);
        }
        if (value instanceof LocalDateTime dateTime) {
            return DateTimeValue.dateTime(dateTime, null);
        }
        if (value instanceof LocalTime time) {
            return DateTimeValue.time(time, null);
        }
        if (value instanceof OffsetDateTime dateTime) {
            return DateTimeValue.dateTime(dateTime.toLocalDateTime(), dateTime.getOffset());
        }
        if (value instanceof UUID uuid) {
            return uuid.toString();
        }
        if (value instanceof byte[] bytes) {
            return new OtherAtomic("base64Binary", Base64.getEncoder().encodeToString(bytes));
        }
        throw new IllegalArgumentException(
                "XPath has no type for " + value.getClass().getName());
    }

    /** An item atomized (XPath 3.1, §2.4.2). */
    static Object atomize(EvaluationContext context, Object item) throws EvaluationException {
        if (item instanceof Node node) {
            boolean untyped = node.kind() != Node.Kind.COMMENT && node.kind() != Node.Kind.PROCESSING_INSTRUCTION;
            String text = context.stringValue(node);
            return untyped ? new Untyped(text) : text;
        }
        // Reading a text costs steps, and a variable's text may be read any number of times.
        if (item instanceof String text) {
            context.spendOnText(text.length());
        } else if (item instanceof Untyped untyped) {
            context.spendOnText(untyped.text().length());
        }
        return item;
    }

    /** An xs:integer: a Long where it fits, so that equal integers are equal objects. */
    static Object integer(BigInteger integer) {
        return integer.compareTo(MIN_LONG) >= 0 && integer.compareTo(MAX_LONG) <= 0
                ? (Object) integer.longValue()
                : integer;
    }

    /** The cast to xs:string (F&amp;O 3.1, §19.1.2). */
    static String lexical(Object atomic) {
        if (atomic instanceof String text) {
            return text;
        }
        if (atomic instanceof Double number) {
            return lexical(number.doubleValue());
        }
        if (atomic instanceof Float number) {
            return lexical(number.floatValue());
        }
        if (atomic instanceof BigDecimal number) {
            return lexical(number);
        }
        return atomic.toString();
    }

    static String lexical(BigDecimal number) {
        if (number.signum() == 0) {
            return "0";
        }
        return number.scale() <= 0
                ? number.toBigInteger().toString()
                : number.stripTrailingZeros().toPlainString();
    }

    static String lexical(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e6) {
            return number == 0 && 1 / number < 0 ? "-0" : Long.toString((long) number);
        }
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "INF" : "-INF";
        }
        return notation(shortest(number), Math.abs(number));
    }

    static String lexical(float number) {
        if (Float.isNaN(number) || Float.isInfinite(number) || number == Math.rint(number) && Math.abs(number) < 1e6) {
            return lexical((double) number);
        }
        return notation(shortest(number), Math.abs(number));
    }

    /**
     * The fewest digits that read back as the number, and of those the nearest to it. Before Java 19 Double.toString can
     * give a digit too many (JDK-4511638); rows must not depend on the Java that runs.
     */
    private static BigDecimal shortest(double number) {
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        boolean normal = Math.abs(number) >= Double.MIN_NORMAL;
        // No two decimals of so few digits are one normal double, so there is nothing shorter.
        if (normal && decimal.precision() <= SAFE_DIGITS_OF_DOUBLE) {
            return decimal;
        }
        BigDecimal exact = new BigDecimal(number);
        for (int digits = normal ? SAFE_DIGITS_OF_DOUBLE : 1; ; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (nearest.doubleValue() == number) {
                return nearest;
            }
            // Above a power of two the doubles lie twice as far apart as below it: there the farther one may read back.
            BigDecimal other = exact.round(new MathContext(digits, RoundingMode.UP));
            if (other.doubleValue() == number) {
                return other;
            }
        }
    }

    private static BigDecimal shortest(float number) {
        BigDecimal decimal = new BigDecimal(Float.toString(number)).stripTrailingZeros();
        boolean normal = Math.abs(number) >= Float.MIN_NORMAL;
        if (normal && decimal.precision() <= SAFE_DIGITS_OF_FLOAT) {
            return decimal;
        }
        BigDecimal exact = new BigDecimal(number);
        for (int digits = normal ? SAFE_DIGITS_OF_FLOAT : 1; ; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (nearest.floatValue() == number) {
                return nearest;
            }
            BigDecimal other = exact.round(new MathContext(digits, RoundingMode.UP));
            if (other.floatValue() == number) {
                return other;
            }
        }
    }

    private static String notation(BigDecimal decimal, double absolute) {
        if (absolute >= 1e-6 && absolute < 1e6) {
            return decimal.stripTrailingZeros().toPlainString();
        }
        BigDecimal stripped = decimal.stripTrailingZeros();
        String digits = stripped.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - stripped.scale();
        return (stripped.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + "."
                + (digits.length() == 1 ? "0" : digits.substring(1))
                + "E"
                + exponent;
    }
}
