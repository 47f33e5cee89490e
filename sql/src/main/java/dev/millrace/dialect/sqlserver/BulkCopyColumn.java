package dev.millrace.dialect.sqlserver;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.TableDefinition.Column;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a column's values are sent in a bulk copy, and which of them it can hold. The server converts what arrives to the
 * column's own type; where it may not, the values go through a {@linkplain BulkCopyStaging temporary table} of the types sent.
 *
 * <p>Dates and times are sent as text in ISO 8601, which each of these types takes in any language. The driver's only other way is
 * Java's old classes, which convert them by the zone and calendar of this machine: 2:30 of the night in which
 * summer time begins and the 10th of October 1582 would become other times.
 */
public final class BulkCopyColumn {
    /** What {@code (max)} can hold. */
    private static final int LONGEST_TEXT = 1_073_741_823;

    private static final int LONGEST_BYTES = Integer.MAX_VALUE;
    private static final int UTF_8_CODE_PAGE = 65_001;
    private static final int UUID_LENGTH = 36;
    private static final int DATE_LENGTH = 10;
    /** With seven fraction digits, the most there are. */
    private static final int TIME_LENGTH = 16;

    /** No value that is sent as text is longer. */
    private static final int LONGEST_WORD = 40;

    private static final int NANOS_PER_TICK = 100;
    private static final int TICK_DIGITS = 7;
    private static final int MILLISECOND_DIGITS = 3;

    private final String name;
    private final SqlType type;
    private final int jdbcType;
    private final int precision;
    /** The database's name for the column's type, in lower case. */
    private final String actualType;

    private final @Nullable CharsetEncoder encoder;

    /** @param encoder of a text column's code page; null for Unicode */
    private BulkCopyColumn(
            String name,
            SqlType type,
            int jdbcType,
            int precision,
            String actualType,
            @Nullable CharsetEncoder encoder) {
        this.name = name;
        this.type = type;
        this.jdbcType = jdbcType;
        this.precision = precision;
        this.actualType = actualType;
        this.encoder = encoder;
    }

    /**
     * @param actualType the database's name for the type
     * @param actualPrecision characters or bytes that the column holds
     * @param codePage of a text column that is not Unicode
     */
    public static BulkCopyColumn of(Column column, String actualType, int actualPrecision, int codePage) {
        SqlType type = column.type();
        String actual = actualType.toLowerCase(Locale.ROOT);
        return switch (type.kind()) {
            case CHAR, VARCHAR, TEXT, XML -> {
                boolean unlimited = actual.equals("xml") || actual.equals("ntext") || actual.equals("text");
                int length = unlimited || actualPrecision <= 0 ? LONGEST_TEXT : actualPrecision;
                CharsetEncoder encoder = hasCodePage(actual) ? charset(codePage).newEncoder() : null;
                yield new BulkCopyColumn(column.name(), type, Types.NVARCHAR, length, actual, encoder);
            }
            case BYTES -> {
                int bytes = actual.equals("image") || actualPrecision <= 0 ? LONGEST_BYTES : actualPrecision;
                yield new BulkCopyColumn(column.name(), type, Types.VARBINARY, bytes, actual, null);
            }
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID ->
                new BulkCopyColumn(column.name(), type, jdbcType(type), precision(type), actual, null);
        };
    }

    /** A column for the number of a row. */
    static BulkCopyColumn ordinal(String name) {
        return new BulkCopyColumn(name, SqlType.INTEGER, Types.INTEGER, 0, "int", null);
    }

    /** Whether texts of a type are in a code page, in which characters may be missing. */
    static boolean hasCodePage(String actualType) {
        String actual = actualType.toLowerCase(Locale.ROOT);
        return actual.equals("varchar") || actual.equals("char") || actual.equals("text");
    }

    String name() {
        return name;
    }

    /** Of {@link Types}. */
    int jdbcType() {
        return jdbcType;
    }

    int precision() {
        return precision;
    }

    int scale() {
        return type.scale();
    }

    /**
     * An expression on the target's row, whose type the temporary table's column needs so that values are stored as they are sent. A text keeps
     * its collation, by which keys are compared.
     */
    String staged(SqlServer dialect) {
        if (isSentAsText()) {
            return "CAST(NULL AS varchar(" + LONGEST_WORD + "))";
        }
        if (jdbcType != Types.NVARCHAR) {
            return "CAST(NULL AS " + dialect.typeName(type) + ")";
        }
        if (actualType.equals("nvarchar") || actualType.equals("varchar")) {
            return dialect.quote(name);
        }
        if (actualType.equals("nchar") || actualType.equals("char")) {
            // Not padded, as a char would be.
            String length = precision > SqlServer.NVARCHAR_LIMIT ? "max" : Integer.toString(precision);
            return "CAST(" + dialect.quote(name) + " AS nvarchar(" + length + "))";
        }
        return "CAST(NULL AS nvarchar(max))";
    }

    /** An expression that converts the temporary table's column to the target's type. */
    String unstaged(SqlServer dialect, String column) {
        // A text column gets the text that was sent, and not the server's form of the value.
        return isSentAsText() && !actualType.contains("char")
                ? "CAST(" + column + " AS " + (hasSteps() ? actualType : dialect.typeName(type)) + ")"
                : column;
    }

    /** @throws RefusedValueException when the column cannot hold a value */
    void check(Object value, long row) throws RefusedValueException {
        switch (type.kind()) {
            case REAL -> {
                float real = Math.abs((Float) value);
                checkNumber(Float.isFinite(real), real == 0 || real >= Float.MIN_NORMAL, row);
            }
            case DOUBLE -> {
                double number = Math.abs((Double) value);
                checkNumber(Double.isFinite(number), number == 0 || number >= Double.MIN_NORMAL, row);
            }
            case CHAR, VARCHAR, TEXT, XML -> checkText((String) value, row);
            case BYTES -> {
                if (((byte[]) value).length > precision) {
                    throw new RefusedValueException(name, row, "the column holds " + precision + " bytes at most");
                }
            }
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID -> {}
        }
    }

    /** The value in the form that is sent. */
    Object sent(Object value) {
        if (!isSentAsText()) {
            return value;
        }
        String text = text(value);
        // These types do not accept a text with more digits. The values have no more.
        return hasSteps() ? text.substring(0, DATE_LENGTH + 1 + TIME_LENGTH - TICK_DIGITS + MILLISECOND_DIGITS) : text;
    }

    /** A date, a time, a timestamp or a uuid, in a form that the server understands in each language and for each type. */
    static String text(Object value) {
        if (value instanceof LocalDate localDate) {
            StringBuilder date = new StringBuilder(DATE_LENGTH);
            append(date, localDate);
            return date.toString();
        }
        if (value instanceof LocalTime localTime) {
            StringBuilder time = new StringBuilder(TIME_LENGTH);
            append(time, localTime);
            return time.toString();
        }
        if (value instanceof LocalDateTime localDateTime) {
            return timestamp(localDateTime).toString();
        }
        if (value instanceof OffsetDateTime offsetDateTime) {
            LocalDateTime utc =
                    offsetDateTime.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            return timestamp(utc).append("+00:00").toString();
        }
        return value.toString();
    }

    private boolean hasSteps() {
        return actualType.equals("datetime") || actualType.equals("smalldatetime");
    }

    private boolean isSentAsText() {
        return switch (type.kind()) {
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID -> true;
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE, CHAR, VARCHAR, TEXT, BYTES, XML -> false;
        };
    }

    private void checkNumber(boolean finite, boolean normal, long row) throws RefusedValueException {
        if (!finite) {
            throw new RefusedValueException(
                    name, row, "the number is not finite (NaN or INF), which SQL Server cannot store");
        }
        if (!normal) {
            throw new RefusedValueException(
                    name, row, "the number is closer to zero than SQL Server's " + type + " can be");
        }
    }

    private void checkText(String text, long row) throws RefusedValueException {
        int length = text.length();
        if (encoder != null && !isAscii(text)) {
            if (!encoder.canEncode(text)) {
                throw new RefusedValueException(
                        name, row, "the text holds a character that the column's code page lacks – make it nvarchar");
            }
            length = text.getBytes(encoder.charset()).length;
        }
        if (length > precision) {
            throw new RefusedValueException(
                    name,
                    row,
                    "the text is longer than the " + precision
                            + (encoder == null ? " UTF-16 units" : " bytes of its code page")
                            + " that the column holds");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static int jdbcType(SqlType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Types.BIT;
            case SMALLINT -> Types.SMALLINT;
            case INTEGER -> Types.INTEGER;
            case BIGINT -> Types.BIGINT;
            case DECIMAL -> Types.DECIMAL;
            case REAL -> Types.REAL;
            case DOUBLE -> Types.DOUBLE;
            case UUID -> Types.CHAR;
            case CHAR, VARCHAR, TEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, BYTES, XML -> Types.VARCHAR;
        };
    }

    private static int precision(SqlType type) {
        return switch (type.kind()) {
            case UUID -> UUID_LENGTH;
            case DATE -> DATE_LENGTH;
            case TIME -> TIME_LENGTH;
            case TIMESTAMP -> DATE_LENGTH + 1 + TIME_LENGTH;
            case TIMESTAMPTZ -> DATE_LENGTH + 1 + TIME_LENGTH + "+00:00".length();
            case BOOLEAN, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE, CHAR, VARCHAR, TEXT, BYTES, XML ->
                type.precision();
        };
    }

    private static StringBuilder timestamp(LocalDateTime value) {
        StringBuilder text = new StringBuilder(DATE_LENGTH + 1 + TIME_LENGTH + "+00:00".length());
        append(text, value.toLocalDate());
        text.append('T');
        append(text, value.toLocalTime());
        return text;
    }

    private static void append(StringBuilder text, LocalDate date) {
        append(text, date.getYear(), 4);
        append(text.append('-'), date.getMonthValue(), 2);
        append(text.append('-'), date.getDayOfMonth(), 2);
    }

    private static void append(StringBuilder text, LocalTime time) {
        append(text, time.getHour(), 2);
        append(text.append(':'), time.getMinute(), 2);
        append(text.append(':'), time.getSecond(), 2);
        append(text.append('.'), time.getNano() / NANOS_PER_TICK, TICK_DIGITS);
    }

    private static void append(StringBuilder text, int number, int digits) {
        int start = text.length();
        text.setLength(start + digits);
        int rest = number;
        for (int i = start + digits - 1; i >= start; i--) {
            text.setCharAt(i, (char) ('0' + rest % 10));
            rest /= 10;
        }
    }

    /** For a code page that Java does not know: ASCII, which is part of all of them. */
    private static Charset charset(int codePage) {
        if (codePage == UTF_8_CODE_PAGE) {
            return StandardCharsets.UTF_8;
        }
        for (String family : new String[] {"windows-", "x-windows-", "IBM", "ms"}) {
            if (Charset.isSupported(family + codePage)) {
                return Charset.forName(family + codePage);
            }
        }
        return StandardCharsets.US_ASCII;
    }
}
