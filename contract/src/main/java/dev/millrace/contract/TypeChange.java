package dev.millrace.contract;

import dev.millrace.contract.SqlType.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * What becomes of a column's values when its type changes. It looks at the types alone: what a setting such as {@code overflow} or
 * {@code format} does to a value is not in it.
 *
 * <pre>{@code
 * TypeChange change = TypeChange.between(bigint, integer);
 * change.direction();   // NARROWED
 * change.lost();        // numbers below -2147483648 or above 2147483647
 * }</pre>
 *
 * <p>Immutable, and so safe for threads.
 *
 * @param direction whether the new type holds more or less; never null
 * @param lost the values of the old type that are none of the new one, in words that go before "no longer fit"; "" where there are none
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record TypeChange(Direction direction, String lost) {

    /** Where a new type stands to an old one. */
    public enum Direction {
        /** It is the same type. */
        SAME,
        /** It holds every value of the old type, and more. */
        WIDENED,
        /** The old type holds every value of it, and more. */
        NARROWED,
        /** Each holds values that the other does not, or they are of different kinds. */
        OTHER
    }

    private static final int REAL_DIGITS = 6;
    private static final int DOUBLE_DIGITS = 15;
    private static final int ANY_LENGTH = Integer.MAX_VALUE;

    public TypeChange {
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(lost, "lost");
    }

    /** Compares two types; neither is null. */
    public static TypeChange between(SqlType before, SqlType after) {
        if (before.equals(after)) {
            return new TypeChange(Direction.SAME, "");
        }
        if (isExact(before) && isExact(after)) {
            return exact(before, after);
        }
        if (isNumber(before) && isNumber(after)) {
            return binary(before, after);
        }
        if (before.isCharacters() && after.isCharacters()) {
            return texts(before, after);
        }
        if (before.kind() == after.kind()) {
            // Of one kind with other digits: times alone are left.
            return times(before, after, Direction.WIDENED);
        }
        if (before.kind() == Kind.DATE && after.kind() == Kind.TIMESTAMP) {
            return new TypeChange(Direction.WIDENED, "");
        }
        if (before.kind() == Kind.TIMESTAMP && after.kind() == Kind.DATE) {
            return new TypeChange(Direction.NARROWED, "times of day other than midnight");
        }
        return new TypeChange(Direction.OTHER, otherKind(before, after));
    }

    private static TypeChange exact(SqlType before, SqlType after) {
        List<String> lost = new ArrayList<>();
        if (most(after).compareTo(most(before)) < 0 && wholeDigitsOrBounds(before, after)) {
            lost.add(beyond(after));
        }
        if (after.scale() < before.scale()) {
            lost.add(fraction(after));
        }
        boolean gains = most(before).compareTo(most(after)) < 0 && wholeDigitsOrBounds(after, before)
                || before.scale() < after.scale();
        Direction direction = lost.isEmpty() ? Direction.WIDENED : gains ? Direction.OTHER : Direction.NARROWED;
        return new TypeChange(direction, lost.isEmpty() ? "" : String.join(" or ", lost));
    }

    /** Whether the first has whole numbers that the second has not; that 9.99 is more than 9.9 is a matter of the fraction. */
    private static boolean wholeDigitsOrBounds(SqlType first, SqlType second) {
        return most(first).toBigInteger().compareTo(most(second).toBigInteger()) > 0;
    }

    /** Where one of the two is a binary floating-point number. */
    private static TypeChange binary(SqlType before, SqlType after) {
        if (!isExact(before)) {
            if (after.kind() == Kind.DOUBLE) {
                return new TypeChange(Direction.WIDENED, "");
            }
            return after.kind() == Kind.REAL
                    ? new TypeChange(
                            Direction.NARROWED, "numbers of more than " + REAL_DIGITS + " digits, or beyond 3.4e38,")
                    : new TypeChange(Direction.OTHER, beyond(after) + " or " + fraction(after));
        }
        int digits = after.kind() == Kind.REAL ? REAL_DIGITS : DOUBLE_DIGITS;
        int whole = most(before).toBigInteger().toString().length();
        if (before.scale() > 0) {
            return new TypeChange(Direction.OTHER, "fractions such as 0.1, but for the nearest binary number,");
        }
        return whole <= digits
                ? new TypeChange(Direction.WIDENED, "")
                : new TypeChange(Direction.OTHER, "numbers of more than " + digits + " digits");
    }

    private static TypeChange texts(SqlType before, SqlType after) {
        List<String> lost = new ArrayList<>();
        if (length(after) < length(before)) {
            lost.add("texts of more than " + characters(after));
        }
        if (after.kind() == Kind.CHAR && before.kind() != Kind.CHAR) {
            lost.add("blanks at the end of a text");
        }
        boolean gains = length(after) > length(before);
        Direction direction = lost.isEmpty() ? Direction.WIDENED : gains ? Direction.OTHER : Direction.NARROWED;
        return new TypeChange(direction, String.join(" or ", lost));
    }

    private static TypeChange times(SqlType before, SqlType after, Direction wider) {
        if (after.precision() >= before.precision()) {
            return new TypeChange(wider, "");
        }
        String lost = after.precision() == 0
                ? "fractions of a second"
                : "fractions of a second with more than " + digits(after.precision());
        return new TypeChange(Direction.NARROWED, lost);
    }

    private static String otherKind(SqlType before, SqlType after) {
        if (after.isCharacters()) {
            String longer = after.kind() == Kind.TEXT ? "" : "texts of more than " + characters(after);
            return before.kind() == Kind.XML ? join("tags", longer) : longer;
        }
        return switch (after.kind()) {
            case XML -> "texts without their element";
            case BOOLEAN -> "values other than true, false, 1 and 0";
            case SMALLINT, INTEGER, BIGINT ->
                "values that are no whole number from " + least(after) + " to " + most(after);
            case DECIMAL ->
                "values that are no number with at most " + digits(after.precision() - after.scale()) + " before and "
                        + after.scale() + " behind the point";
            case REAL, DOUBLE -> "values that are no number";
            case DATE -> "values that are no date";
            case TIME -> "values that are no time of day";
            case TIMESTAMP -> "values that are no date and time without a zone, where the column has no 'zone',";
            case TIMESTAMPTZ -> "values that are no date and time with a zone, where the column has no 'zone',";
            case UUID -> "values that are no UUID";
            case BYTES -> "values that are no base64";
            case CHAR, VARCHAR, TEXT -> "";
        };
    }

    private static String join(String first, String second) {
        return second.isEmpty() ? first : first + " and " + second;
    }

    private static String beyond(SqlType type) {
        return type.kind() == Kind.DECIMAL
                ? type.precision() == type.scale()
                        ? "numbers with digits before the point"
                        : "numbers with more than " + digits(type.precision() - type.scale()) + " before the point"
                : "numbers below " + least(type) + " or above " + most(type);
    }

    private static String fraction(SqlType type) {
        return type.scale() == 0
                ? "numbers with a fraction"
                : "numbers with more than " + digits(type.scale()) + " behind the point";
    }

    private static String digits(int count) {
        return count + (count == 1 ? " digit" : " digits");
    }

    private static String characters(SqlType type) {
        return type.length() + (type.length() == 1 ? " character" : " characters");
    }

    private static int length(SqlType type) {
        return type.kind() == Kind.TEXT ? ANY_LENGTH : type.length();
    }

    private static boolean isExact(SqlType type) {
        return switch (type.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL -> true;
            default -> false;
        };
    }

    private static boolean isNumber(SqlType type) {
        return isExact(type) || type.kind() == Kind.REAL || type.kind() == Kind.DOUBLE;
    }

    private static BigDecimal most(SqlType type) {
        return switch (type.kind()) {
            case SMALLINT -> BigDecimal.valueOf(Short.MAX_VALUE);
            case INTEGER -> BigDecimal.valueOf(Integer.MAX_VALUE);
            case BIGINT -> BigDecimal.valueOf(Long.MAX_VALUE);
            default ->
                BigDecimal.TEN
                        .pow(type.precision() - type.scale())
                        .subtract(BigDecimal.ONE.movePointLeft(type.scale()));
        };
    }

    private static BigDecimal least(SqlType type) {
        return type.kind() == Kind.DECIMAL
                ? most(type).negate()
                : most(type).negate().subtract(BigDecimal.ONE);
    }
}
