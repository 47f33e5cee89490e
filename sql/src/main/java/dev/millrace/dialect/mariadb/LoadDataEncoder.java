package dev.millrace.dialect.mariadb;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.NotFinite;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text form of LOAD DATA: UTF-8, tabs between fields, a line feed after each row, backslash escapes, {@code \N}
 * for NULL; bytes are hexadecimal digits. Not thread-safe.
 */
final class LoadDataEncoder {
    private static final int FIRST_CAPACITY = 1 << 16;
    /** What is kept for the next rows after some that were larger. */
    private static final int KEPT_CAPACITY = 4 << 20;

    private static final int CHUNK = 4096;
    private static final int MOST_BYTES_OF_A_CHAR = 3;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final int NANOS_DIGITS = 9;

    private final SqlType[] types;
    private final List<Column> columns;
    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int size;

    LoadDataEncoder(TableDefinition table) {
        this.columns = table.columns();
        this.types = columns.stream().map(Column::type).toArray(SqlType[]::new);
    }

    /**
     * Adds a row.
     *
     * @param number the row's number, for faults
     */
    void row(@Nullable Object[] values, long number) throws SQLException {
        int start = size;
        try {
            for (int i = 0; i < types.length; i++) {
                Object value = values[i];
                if (value == null) {
                    reserve(3);
                    put('\\');
                    put('N');
                } else {
                    value(types[i], value, i, number);
                    reserve(1);
                }
                put(i + 1 < types.length ? '\t' : '\n');
            }
        } catch (SQLException e) {
            size = start;
            throw e;
        }
    }

    /** Bytes of the rows so far. */
    int size() {
        return size;
    }

    /** The rows so far; valid until the next {@link #clear}. */
    InputStream rows() {
        return new ByteArrayInputStream(buffer, 0, size);
    }

    void clear() {
        size = 0;
        if (buffer.length > KEPT_CAPACITY) {
            buffer = new byte[FIRST_CAPACITY];
        }
    }

    private void value(SqlType type, Object value, int column, long row) throws SQLException {
        switch (type.kind()) {
            case BOOLEAN -> {
                reserve(1);
                put((Boolean) value ? '1' : '0');
            }
            case SMALLINT, INTEGER, BIGINT -> ascii(Long.toString(((Number) value).longValue()));
            case DECIMAL -> ascii(((BigDecimal) value).toPlainString());
            case REAL, DOUBLE -> {
                NotFinite.check(value, columns.get(column), row);
                ascii(value.toString());
            }
            case DATE -> {
                reserve(10);
                date((LocalDate) value);
            }
            case TIME -> {
                reserve(20);
                time((LocalTime) value, type.precision());
            }
            case TIMESTAMP -> timestamp((LocalDateTime) value, type.precision());
            case TIMESTAMPTZ ->
                timestamp(
                        ((OffsetDateTime) value)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toLocalDateTime(),
                        type.precision());
            case UUID -> ascii(value.toString());
            case BYTES -> hex((byte[]) value);
            case CHAR, VARCHAR, TEXT, XML -> text((String) value, column, row);
        }
    }

    private void timestamp(LocalDateTime value, int fractionDigits) {
        reserve(32);
        date(value.toLocalDate());
        put(' ');
        time(value.toLocalTime(), fractionDigits);
    }

    private void date(LocalDate value) {
        digits(value.getYear(), 4);
        put('-');
        digits(value.getMonthValue(), 2);
        put('-');
        digits(value.getDayOfMonth(), 2);
    }

    private void time(LocalTime value, int fractionDigits) {
        digits(value.getHour(), 2);
        put(':');
        digits(value.getMinute(), 2);
        put(':');
        digits(value.getSecond(), 2);
        if (fractionDigits > 0) {
            put('.');
            int start = size;
            digits(value.getNano(), NANOS_DIGITS);
            // The mapping has seen to it that what is left out is zeros.
            size = start + Math.min(fractionDigits, NANOS_DIGITS);
        }
    }

    private void digits(int number, int count) {
        int left = number;
        for (int i = size + count - 1; i >= size; i--) {
            buffer[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        size += count;
    }

    private void hex(byte[] bytes) {
        reserve(2 * bytes.length);
        for (byte b : bytes) {
            buffer[size++] = HEX[(b >> 4) & 0xF];
            buffer[size++] = HEX[b & 0xF];
        }
    }

    @SuppressWarnings("deprecation") // The one way to copy ASCII without an array of its own; nothing else comes here.
    private void ascii(String text) {
        int length = text.length();
        reserve(length);
        text.getBytes(0, length, buffer, size);
        size += length;
    }

    private void text(String text, int column, long row) throws SQLException {
        int length = text.length();
        for (int from = 0; from < length; ) {
            int end = Math.min(length, from + CHUNK);
            reserve((end - from) * MOST_BYTES_OF_A_CHAR + 1);
            for (int i = from; i < end; i++) {
                char c = text.charAt(i);
                if (c < 0x80) {
                    ascii(c);
                } else if (c < 0x800) {
                    put(0xC0 | c >> 6);
                    put(0x80 | c & 0x3F);
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < length
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    int point = Character.toCodePoint(c, text.charAt(++i));
                    put(0xF0 | point >> 18);
                    put(0x80 | point >> 12 & 0x3F);
                    put(0x80 | point >> 6 & 0x3F);
                    put(0x80 | point & 0x3F);
                    // The pair may reach beyond the chunk.
                    end = Math.max(end, i + 1);
                } else if (Character.isSurrogate(c)) {
                    throw new RefusedValueException(
                            columns.get(column).name(), row, "the text holds half a surrogate pair");
                } else {
                    put(0xE0 | c >> 12);
                    put(0x80 | c >> 6 & 0x3F);
                    put(0x80 | c & 0x3F);
                }
            }
            from = end;
        }
    }

    private void ascii(char c) {
        switch (c) {
            case '\t':
                put('\\');
                put('t');
                break;
            case '\n':
                put('\\');
                put('n');
                break;
            case '\\':
                put('\\');
                put('\\');
                break;
            case '\0':
                put('\\');
                put('0');
                break;
            default:
                put(c);
                break;
        }
    }

    private void put(int b) {
        buffer[size++] = (byte) b;
    }

    private void reserve(int bytes) {
        if (buffer.length - size < bytes) {
            int wanted = Math.addExact(size, bytes);
            buffer =
                    Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(wanted, 2L * buffer.length)));
        }
    }
}
