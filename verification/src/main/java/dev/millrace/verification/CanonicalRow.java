package dev.millrace.verification;

import dev.millrace.contract.SqlType;
import dev.millrace.document.Sha256;
import dev.millrace.verification.ComparedTable.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The one form of a row that is the same whether its values come from the mapper or back from a database, as bytes: for
 * each compared column, the key's first, a header of four bytes and the value. No row's form is the beginning of another's of
 * the same table, so rows in the order of their bytes are in the order of their keys. Reused from row to row; not thread-safe.
 */
final class CanonicalRow {

    private static final int HEADER = Integer.BYTES;
    private static final int NULL = -1;
    /** Marks a value that is none of the column's type, which a column of another type can hold. */
    private static final int STRANGE = 1 << 30;

    private static final int LONG_DIGITS = 18;
    private static final int SHA_256_BYTES = 32;

    private final MessageDigest sha256 = Sha256.digest();
    private final byte[] digest = new byte[SHA_256_BYTES];
    private final CRC32C crc = new CRC32C();

    private byte[] bytes = new byte[512];
    private int length;
    private int keyLength;
    private long high;
    private long low;

    /** @param values by the contract's columns */
    void encode(ComparedTable table, @Nullable Object[] values) {
        length = 0;
        List<Column> columns = table.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (i == table.keyColumns()) {
                keyLength = length;
            }
            Column column = columns.get(i);
            put(column, values[column.source()]);
        }
        if (table.keyColumns() == columns.size()) {
            keyLength = length;
        }
    }

    /** Computes {@link #high} and {@link #low}: 128 bits of SHA-256. */
    void hash() {
        sha256.update(bytes, 0, length);
        try {
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException("the digest has its size", e);
        }
        ByteBuffer halves = ByteBuffer.wrap(digest);
        high = halves.getLong();
        low = halves.getLong();
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /**
     * The bucket of the key.
     *
     * @param buckets a power of two
     */
    int bucket(int buckets) {
        crc.reset();
        crc.update(bytes, 0, keyLength);
        return (int) crc.getValue() & (buckets - 1);
    }

    /** A copy of the bytes, with room in front and behind. */
    byte[] copy(int before, int behind) {
        byte[] copy = new byte[before + length + behind];
        System.arraycopy(bytes, 0, copy, before, length);
        return copy;
    }

    int length() {
        return length;
    }

    private void put(Column column, @Nullable Object value) {
        if (value == null) {
            putHeader(NULL);
            return;
        }
        switch (column.type().kind()) {
            case BOOLEAN -> {
                putBoolean(value);
                return;
            }
            case SMALLINT, INTEGER, BIGINT -> {
                putInteger(value);
                return;
            }
            case DECIMAL -> {
                putDecimal(value, column.type().scale());
                return;
            }
            case REAL -> {
                putReal(value);
                return;
            }
            case DOUBLE -> {
                putDouble(value);
                return;
            }
            case DATE -> {
                if (value instanceof LocalDate date) {
                    putLong(date.toEpochDay());
                    return;
                }
            }
            case TIME -> {
                if (value instanceof LocalTime time) {
                    putLong(time.toNanoOfDay());
                    return;
                }
            }
            case TIMESTAMP -> {
                if (value instanceof LocalDateTime time) {
                    putTime(time.toEpochSecond(ZoneOffset.UTC), time.getNano());
                    return;
                }
            }
            case TIMESTAMPTZ -> {
                if (value instanceof OffsetDateTime time) {
                    putTime(time.toEpochSecond(), time.getNano());
                    return;
                }
            }
            case UUID -> {
                putUuid(value);
                return;
            }
            case BYTES -> {
                if (value instanceof byte[] content) {
                    putBytes(content, 0);
                    return;
                }
            }
            default -> {
                if (value instanceof String text) {
                    putBytes((column.padded() ? withoutBlanks(text) : text).getBytes(StandardCharsets.UTF_8), 0);
                    return;
                }
            }
        }
        putStrange(value);
    }

    private void putBoolean(Object value) {
        boolean one = value instanceof Number number ? number.doubleValue() == 1 : Boolean.TRUE.equals(value);
        boolean zero = value instanceof Number number ? number.doubleValue() == 0 : Boolean.FALSE.equals(value);
        if (!one && !zero) {
            putStrange(value);
            return;
        }
        putHeader(1);
        bytes[length++] = (byte) (one ? 1 : 0);
    }

    private void putInteger(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            putLong(((Number) value).longValue());
            return;
        }
        if (value instanceof Boolean truth) {
            putLong(truth ? 1 : 0);
            return;
        }
        BigDecimal number = exact(value);
        BigDecimal whole = number == null ? null : scaled(number, 0);
        if (whole == null || whole.unscaledValue().bitLength() >= Long.SIZE) {
            putStrange(value);
        } else {
            putLong(whole.longValue());
        }
    }

    private void putDecimal(Object value, int scale) {
        BigDecimal number = exact(value);
        BigDecimal fitted = number == null ? null : scaled(number, scale);
        if (fitted == null) {
            putStrange(value);
        } else if (fitted.precision() <= LONG_DIGITS) {
            putLong(fitted.unscaledValue().longValue());
        } else {
            // More than eight bytes, so it is never taken for the other form.
            byte[] digits = fitted.unscaledValue().toByteArray();
            byte[] longer = digits;
            if (digits.length <= Long.BYTES) {
                longer = new byte[Long.BYTES + 1];
                Arrays.fill(longer, (byte) (digits[0] < 0 ? -1 : 0));
                System.arraycopy(digits, 0, longer, longer.length - digits.length, digits.length);
            }
            putBytes(longer, 0);
        }
    }

    private void putReal(Object value) {
        if (value instanceof Number number && (float) number.doubleValue() == number.doubleValue()
                || value instanceof Number wide && Double.isNaN(wide.doubleValue())) {
            putHeader(Float.BYTES);
            putInt(Float.floatToIntBits(((Number) value).floatValue() + 0.0f));
        } else {
            putStrange(value);
        }
    }

    private void putDouble(Object value) {
        if (value instanceof Double || value instanceof Float) {
            putLong(Double.doubleToLongBits(((Number) value).doubleValue() + 0.0));
            return;
        }
        BigDecimal number = exact(value);
        if (number != null && new BigDecimal(number.doubleValue()).compareTo(number) == 0) {
            putLong(Double.doubleToLongBits(number.doubleValue()));
        } else {
            putStrange(value);
        }
    }

    private void putUuid(Object value) {
        UUID uuid = null;
        if (value instanceof UUID one) {
            uuid = one;
        } else if (value instanceof String text && text.length() == 36) {
            try {
                uuid = UUID.fromString(text);
            } catch (IllegalArgumentException e) {
                uuid = null;
            }
        }
        if (uuid == null) {
            putStrange(value);
            return;
        }
        putHeader(2 * Long.BYTES);
        putBits(uuid.getMostSignificantBits());
        putBits(uuid.getLeastSignificantBits());
    }

    private void putTime(long second, int nano) {
        putHeader(Long.BYTES + Integer.BYTES);
        putBits(second);
        putInt(nano);
    }

    /** What is no value of the type is still a value: it differs from all that are. */
    private void putStrange(Object value) {
        String text = value instanceof byte[] content ? HexFormat.of().formatHex(content) : value.toString();
        putBytes(text.getBytes(StandardCharsets.UTF_8), STRANGE);
    }

    private void putLong(long value) {
        putHeader(Long.BYTES);
        putBits(value);
    }

    private void putBytes(byte[] content, int mark) {
        putHeader(content.length | mark);
        ensure(content.length);
        System.arraycopy(content, 0, bytes, length, content.length);
        length += content.length;
    }

    private void putHeader(int header) {
        ensure(HEADER + 2 * Long.BYTES);
        putInt(header);
    }

    private void putBits(long value) {
        putInt((int) (value >>> Integer.SIZE));
        putInt((int) value);
    }

    private void putInt(int value) {
        bytes[length++] = (byte) (value >>> 24);
        bytes[length++] = (byte) (value >>> 16);
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static @Nullable BigDecimal exact(Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        if (value instanceof Number || value instanceof String) {
            try {
                return new BigDecimal(value.toString());
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return null;
    }

    /** The number with so many fraction digits, or null if it has more. */
    private static @Nullable BigDecimal scaled(BigDecimal number, int scale) {
        if (number.scale() == scale) {
            return number;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        // An absurd exponent would become as many digits.
        return stripped.scale() > scale || stripped.precision() - stripped.scale() > 100
                ? null
                : stripped.setScale(scale);
    }

    private static String withoutBlanks(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    /** Where the value after a header ends. */
    static int skip(byte[] row, int header) {
        int size = intAt(row, header);
        return header + HEADER + (size == NULL ? 0 : size & ~STRANGE);
    }

    /**
     * A value for people; null for NULL.
     *
     * @param header where it begins
     */
    static @Nullable String show(byte[] row, int header, SqlType type) {
        int size = intAt(row, header);
        if (size == NULL) {
            return null;
        }
        int at = header + HEADER;
        if ((size & STRANGE) != 0) {
            return new String(row, at, size & ~STRANGE, StandardCharsets.UTF_8);
        }
        return switch (type.kind()) {
            case BOOLEAN -> row[at] == 1 ? "true" : "false";
            case SMALLINT, INTEGER, BIGINT -> Long.toString(longAt(row, at));
            case DECIMAL -> new BigDecimal(new BigInteger(row, at, size), type.scale()).toPlainString();
            case REAL -> Float.toString(Float.intBitsToFloat(intAt(row, at)));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(longAt(row, at)));
            case DATE -> LocalDate.ofEpochDay(longAt(row, at)).toString();
            case TIME -> LocalTime.ofNanoOfDay(longAt(row, at)).toString();
            case TIMESTAMP ->
                LocalDateTime.ofEpochSecond(longAt(row, at), intAt(row, at + Long.BYTES), ZoneOffset.UTC)
                        .toString();
            case TIMESTAMPTZ ->
                Instant.ofEpochSecond(longAt(row, at), intAt(row, at + Long.BYTES))
                        .toString();
            case UUID -> new UUID(longAt(row, at), longAt(row, at + Long.BYTES)).toString();
            case BYTES -> HexFormat.of().formatHex(row, at, at + size);
            case CHAR, VARCHAR, TEXT, XML -> new String(row, at, size, StandardCharsets.UTF_8);
        };
    }

    static long longAt(byte[] row, int at) {
        return (long) intAt(row, at) << Integer.SIZE | intAt(row, at + Integer.BYTES) & 0xFFFF_FFFFL;
    }

    static int intAt(byte[] row, int at) {
        return row[at] << 24 | (row[at + 1] & 0xFF) << 16 | (row[at + 2] & 0xFF) << 8 | row[at + 3] & 0xFF;
    }

    /** 128 bits in hexadecimal digits. */
    static String hex(long high, long low) {
        return String.format(Locale.ROOT, "%016x%016x", high, low);
    }
}
