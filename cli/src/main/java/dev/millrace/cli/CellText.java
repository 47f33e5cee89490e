package dev.millrace.cli;

import dev.millrace.contract.SqlType;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
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

    /** A field of a CSV file (RFC 4180): null is empty, an empty text is two quotes. */
    static String csv(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = of(value);
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
