package dev.millrace.discovery;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TypeChange;
import dev.millrace.contract.TypeChange.Direction;
import dev.millrace.summary.ValueForm;
import dev.millrace.summary.ValueSummary;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * The type that a column has to have, where its own does not hold all values.
 *
 * @param type never narrower than the column's own
 * @param why in words, without values
 */
record Widening(SqlType type, String why) {

    private static final int MOST_DIGITS = 38;

    /**
     * @param own the column's type
     * @param values all that its path finds
     * @param byName the type that a draft would have
     * @return empty where no other type helps
     */
    static Optional<Widening> of(SqlType own, ValueSummary values, ValueType byName) {
        Optional<Widening> found = within(own, values);
        if (found.isEmpty()) {
            found = SqlType.parse(byName.type())
                    .filter(type -> byName.formats().isEmpty() && byName.zone() == null)
                    .map(type -> new Widening(
                            type, "some values are no " + own.kind().word()));
        }
        return found.filter(wider -> !isNarrower(own, wider.type()));
    }

    private static boolean isNarrower(SqlType own, SqlType other) {
        Direction direction = TypeChange.between(own, other).direction();
        // A text may be written in more ways than another kind of value.
        boolean isText = other.isCharacters() && !own.isCharacters();
        boolean isOfOtherKind = direction == Direction.OTHER && own.kind() != other.kind() && !own.isCharacters();
        return direction != Direction.WIDENED && !isText && !isOfOtherKind;
    }

    /** A larger type of the same kind. */
    private static Optional<Widening> within(SqlType own, ValueSummary values) {
        return switch (own.kind()) {
            case CHAR, VARCHAR ->
                values.maxLength() > own.length()
                        ? type(ValueType.varchar(values), characters(values))
                        : Optional.empty();
            case SMALLINT, INTEGER, BIGINT -> number(own, wholeDigits(own.kind()), 0, values);
            case DECIMAL -> number(own, own.precision() - own.scale(), own.scale(), values);
            case REAL ->
                values.is(ValueForm.DOUBLE) ? type("double", "numbers beyond those of a real") : Optional.empty();
            case TIME, TIMESTAMP, TIMESTAMPTZ ->
                values.fractionDigits() > own.precision() && values.fractionDigits() <= 9
                        ? type(
                                own.kind().word() + "(" + values.fractionDigits() + ")",
                                values.fractionDigits() + " digits behind the seconds")
                        : Optional.empty();
            case BOOLEAN, DOUBLE, TEXT, DATE, UUID, BYTES, XML -> Optional.empty();
        };
    }

    private static Optional<Widening> number(SqlType own, int whole, int scale, ValueSummary values) {
        if (values.is(ValueForm.INTEGER) && own.kind() != Kind.DECIMAL) {
            boolean fitsInteger = values.min() >= Integer.MIN_VALUE && values.max() <= Integer.MAX_VALUE;
            boolean fits = own.kind() == Kind.BIGINT || own.kind() == Kind.INTEGER && fitsInteger;
            String why = "numbers from " + magnitude(values.min()) + " to " + magnitude(values.max());
            return fits ? Optional.empty() : type(fitsInteger ? "integer" : "bigint", why);
        }
        if (!values.is(ValueForm.DECIMAL)) {
            return Optional.empty();
        }
        int digits = Math.max(whole, values.wholeDigits());
        int fraction = Math.max(scale, values.fractionDigits());
        if (digits + fraction > MOST_DIGITS || digits == whole && fraction == scale) {
            return Optional.empty();
        }
        return type(
                "decimal(" + (digits + fraction) + "," + fraction + ")",
                "numbers of up to " + values.wholeDigits() + " digits before the point, and " + values.fractionDigits()
                        + " behind it");
    }

    private static int wholeDigits(Kind kind) {
        return kind == Kind.SMALLINT ? 5 : kind == Kind.INTEGER ? 10 : 19;
    }

    /** Of a number only how large it is: it may be private. */
    private static String magnitude(long number) {
        int digits = BigDecimal.valueOf(number).abs().precision();
        return (number < 0 ? "-" : "") + digits + (digits == 1 ? " digit" : " digits");
    }

    private static String characters(ValueSummary values) {
        return String.format(Locale.ROOT, "texts of up to %,d characters", values.maxLength());
    }

    private static Optional<Widening> type(String words, String why) {
        return SqlType.parse(words).map(type -> new Widening(type, why));
    }
}
