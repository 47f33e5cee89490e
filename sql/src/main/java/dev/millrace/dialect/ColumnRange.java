package dev.millrace.dialect;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Bytes;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.SqlType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a column of an existing table can hold: the contract's type that is closest to it, and how its values differ from that type's. Here
 * are the types that databases have in common; a database adds its own by {@link Dialect#range}.
 *
 * @param closest the contract's type for which Millrace would create just such a column
 * @param limits which values of that type it cannot hold; null if it holds all
 * @param numbers the numbers that it holds; null where it holds none
 * @param wholeDigits of numbers, digits before the point
 * @param fractionDigits of numbers, digits behind the point
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ColumnRange(
        SqlType closest,
        @Nullable ColumnLimits limits,
        @Nullable Numbers numbers,
        int wholeDigits,
        int fractionDigits) {
    /** More digits than any number of a contract has. */
    private static final int ANY = 100;

    /** Drivers give a size of at least this for a text column without a limit. */
    public static final int UNLIMITED = 1_000_000_000;

    private static final int MOST_DIGITS = 38;
    /** For a column that holds numbers of any length; a contract's have 38 digits in all. */
    private static final int USUAL_FRACTION_DIGITS = 10;

    private static final int MOST_SECOND_DIGITS = 9;
    private static final Pattern QUOTED = Pattern.compile("'((?:[^']|'')*)'");
    private static final BigDecimal TWO_TO_64 = new BigDecimal(BigInteger.ONE.shiftLeft(64));

    public ColumnRange {
        Objects.requireNonNull(closest, "closest");
    }

    /** For a type that is not a number and holds all values of the contract's type. */
    public static ColumnRange of(SqlType closest) {
        return of(closest, null);
    }

    /** For a type that is not a number. */
    public static ColumnRange of(SqlType closest, @Nullable ColumnLimits limits) {
        return new ColumnRange(closest, limits, null, 0, 0);
    }

    /** All values of a type that has neither length nor digits. */
    public static ColumnRange of(Kind kind) {
        return kind == Kind.SMALLINT || kind == Kind.INTEGER || kind == Kind.BIGINT
                ? whole(kind, wholeNumbers(kind), null)
                : of(new SqlType(kind, 0, 0, 0));
    }

    /** The numbers of smallint, integer or bigint. */
    public static Numbers wholeNumbers(Kind kind) {
        switch (kind) {
            case SMALLINT:
                return Numbers.of(Short.MIN_VALUE, Short.MAX_VALUE);
            case INTEGER:
                return Numbers.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
            default:
                return Numbers.of(Long.MIN_VALUE, Long.MAX_VALUE);
        }
    }

    /** The numbers with at most so many digits before and behind the point. */
    public static Numbers decimals(int wholeDigits, int fractionDigits) {
        BigDecimal most = BigDecimal.TEN.pow(wholeDigits).subtract(BigDecimal.ONE.movePointLeft(fractionDigits));
        return new Numbers(most.negate(), most);
    }

    /** Whole numbers that are fewer than those of a kind. */
    public static ColumnRange wholeNumbers(Kind kind, long least, long most) {
        Numbers numbers = Numbers.of(least, most);
        return whole(kind, numbers, numbers);
    }

    /** For a column that holds more than the name of its type says. */
    public static ColumnRange roomy(Kind kind) {
        return whole(kind, wholeNumbers(Kind.BIGINT), null);
    }

    private static ColumnRange whole(Kind kind, Numbers numbers, @Nullable Numbers limits) {
        return new ColumnRange(
                new SqlType(kind, 0, 0, 0), limits, numbers, numbers.most().precision(), 0);
    }

    /** Truth values, which a contract may also declare as whole numbers. */
    public static ColumnRange truth(long least, long most) {
        return whole(Kind.BOOLEAN, Numbers.of(least, most), null);
    }

    /** Bytes of so many at least and at most. */
    public static ColumnRange bytes(int least, int most) {
        return of(new SqlType(Kind.BYTES, 0, 0, 0), new Bytes(least, most));
    }

    /** Decimals of any number of digits. */
    public static Optional<ColumnRange> anyDecimal() {
        SqlType closest = new SqlType(Kind.DECIMAL, 0, MOST_DIGITS, USUAL_FRACTION_DIGITS);
        return Optional.of(new ColumnRange(closest, null, decimals(ANY, ANY), ANY, ANY));
    }

    /**
     * Decimals; empty where digits before the point are left out.
     *
     * @param limits null for none besides the digits
     */
    public static Optional<ColumnRange> decimal(int wholeDigits, int fractionDigits, @Nullable Numbers limits) {
        if (fractionDigits < 0 || wholeDigits < 0) {
            return Optional.empty();
        }
        int scale = Math.min(fractionDigits, MOST_DIGITS);
        int precision = Math.max(1, Math.min(MOST_DIGITS, wholeDigits + scale));
        SqlType closest = new SqlType(Kind.DECIMAL, 0, precision, Math.min(scale, precision));
        Numbers numbers = limits == null ? decimals(wholeDigits, fractionDigits) : limits;
        return Optional.of(new ColumnRange(closest, limits, numbers, wholeDigits, fractionDigits));
    }

    /** Times with so many digits of a second's fraction. */
    public static Optional<ColumnRange> fraction(Kind kind, int digits) {
        return Optional.of(of(new SqlType(kind, 0, Math.max(0, Math.min(digits, MOST_SECOND_DIGITS)), 0)));
    }

    /** Texts of so many characters, or of any number where the length says that there is no limit. */
    public static Optional<ColumnRange> text(Kind kind, int length) {
        return Optional.of(length <= 0 || length >= UNLIMITED ? of(SqlType.TEXT) : of(new SqlType(kind, length, 0, 0)));
    }

    /** Large texts; these can have a limit, too. */
    public static Optional<ColumnRange> largeText(int length) {
        return Optional.of(
                length <= 0 || length >= UNLIMITED
                        ? of(SqlType.TEXT)
                        : of(SqlType.TEXT, new ColumnLimits.Text(length, ColumnLimits.Unit.CHARACTERS)));
    }

    /** The database's name for a type, in lower case and without parentheses and what is in them. */
    public static String word(String typeName) {
        return typeName.toLowerCase(Locale.ROOT)
                .replaceAll("\\((?:'(?:[^']|'')*'|[^')])*\\)", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** Texts that have to be one of those in a declaration: {@code enum('a', 'b')}. */
    public static Optional<ColumnRange> words(String declaration) {
        List<String> words = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(declaration);
        int longest = 1;
        while (quoted.find()) {
            String word = quoted.group(1).replace("''", "'");
            words.add(word);
            longest = Math.max(longest, word.codePointCount(0, word.length()));
        }
        return Optional.of(of(SqlType.varchar(longest), new ColumnLimits.OneOf(words)));
    }

    /** Of a column as {@link Dialect#described} shows it; empty for a type that no type of a contract goes with. */
    public static Optional<ColumnRange> standard(TableFinder.Column column) {
        switch (word(column.typeName())) {
            case "boolean":
            case "bool":
            case "bit":
                return Optional.of(of(Kind.BOOLEAN));
            case "tinyint":
                return Optional.of(wholeNumbers(Kind.SMALLINT, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case "smallint":
            case "int2":
            case "smallserial":
                return Optional.of(of(Kind.SMALLINT));
            case "integer":
            case "int":
            case "int4":
            case "serial":
                return Optional.of(of(Kind.INTEGER));
            case "bigint":
            case "int8":
            case "bigserial":
                return Optional.of(of(Kind.BIGINT));
            case "decimal":
            case "numeric":
                return column.size() == 0
                        ? anyDecimal()
                        : decimal(column.size() - column.digits(), column.digits(), null);
            case "real":
            case "float4":
                return Optional.of(of(Kind.REAL));
            case "double precision":
            case "double":
            case "float8":
            case "float":
                // A float is a double here and a real there.
                return Optional.of(of(column.type() == Types.REAL ? Kind.REAL : Kind.DOUBLE));
            case "char":
            case "character":
            case "bpchar":
            case "nchar":
                return text(Kind.CHAR, column.size());
            case "varchar":
            case "character varying":
            case "nvarchar":
            case "varchar2":
                return text(Kind.VARCHAR, column.size());
            case "enum":
                return words(column.typeName());
            case "text":
            case "citext":
            case "clob":
            case "character large object":
            case "longtext":
            case "ntext":
                return largeText(column.size());
            case "date":
                return Optional.of(of(Kind.DATE));
            case "time":
            case "time without time zone":
                return fraction(Kind.TIME, column.digits());
            case "timestamp":
            case "timestamp without time zone":
            case "datetime":
            case "datetime2":
                return fraction(Kind.TIMESTAMP, column.digits());
            case "timestamptz":
            case "timestamp with time zone":
            case "datetimeoffset":
                return fraction(Kind.TIMESTAMPTZ, column.digits());
            case "uuid":
            case "uniqueidentifier":
                return Optional.of(of(Kind.UUID));
            case "bytea":
            case "blob":
            case "binary large object":
            case "binary varying":
            case "varbinary":
            case "longblob":
                return Optional.of(
                        column.size() <= 0 || column.size() >= UNLIMITED ? of(Kind.BYTES) : bytes(0, column.size()));
            case "xml":
                return Optional.of(of(Kind.XML));
            default:
                return Optional.empty();
        }
    }

    /** Whole numbers without a sign, by their bits: 8, 16, 24, 32 or 64. */
    public static Optional<ColumnRange> unsigned(int bits) {
        switch (bits) {
            case 8:
                return Optional.of(wholeNumbers(Kind.SMALLINT, 0, 255));
            case 16:
                return Optional.of(wholeNumbers(Kind.INTEGER, 0, 65_535));
            case 24:
                return Optional.of(wholeNumbers(Kind.INTEGER, 0, 16_777_215));
            case 32:
                return Optional.of(wholeNumbers(Kind.BIGINT, 0, 4_294_967_295L));
            default:
                return decimal(20, 0, new Numbers(BigDecimal.ZERO, TWO_TO_64.subtract(BigDecimal.ONE)));
        }
    }
}
