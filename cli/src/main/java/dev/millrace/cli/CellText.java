package dev.millrace.cli;

import dev.millrace.contract.SqlType;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values of rows as text. */
final class CellText {

    private CellText() {}

    /** The value as SQL writes it, without quotes; {@code NULL} for null. */
    static String of(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof LocalDateTime || value instanceof OffsetDateTime) {
            return value.toString().replace('T', ' ');
        }
        return value.toString();
    }

    /**
     * The value for a program. A date or time is written as in RFC 3339, always in the same length for a type, with a Z where it is an
     * instant; bytes in base64, as in contracts.
     */
    static String exact(Object value, SqlType type) {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof LocalTime time) {
            return exactTime(time, type);
        }
        if (value instanceof LocalDateTime time) {
            return time.toLocalDate() + "T" + exactTime(time.toLocalTime(), type);
        }
        if (value instanceof OffsetDateTime instant) {
            OffsetDateTime time = instant.withOffsetSameInstant(ZoneOffset.UTC);
            return time.toLocalDate() + "T" + exactTime(time.toLocalTime(), type) + "Z";
        }
        return of(value);
    }

    private static String exactTime(LocalTime time, SqlType type) {
        String seconds = String.format(Locale.ROOT, "%tT", time);
        String fraction = String.format(Locale.ROOT, "%09d", time.getNano()).substring(0, type.precision());
        return fraction.isEmpty() ? seconds : seconds + "." + fraction;
    }

    /** A field of a CSV file (RFC 4180): null is empty, an empty text is two quotes. */
    static String csv(@Nullable Object value, SqlType type) {
        return value == null ? "" : csv(exact(value, type));
    }

    /** A text as a field of a CSV file. */
    static String csv(String text) {
        boolean quoted = text.isEmpty();
        for (int i = 0; i < text.length() && !quoted; i++) {
            quoted = ",\"\r\n".indexOf(text.charAt(i)) >= 0;
        }
        return quoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }

    static TextTable.Align alignment(SqlType type) {
        return switch (type.kind()) {
            case SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE -> TextTable.Align.RIGHT;
            case BOOLEAN, CHAR, VARCHAR, TEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, BYTES, XML ->
                TextTable.Align.LEFT;
        };
    }
}
