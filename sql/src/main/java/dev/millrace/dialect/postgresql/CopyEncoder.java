package dev.millrace.dialect.postgresql;

import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.RowEncoder;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows in the binary format of COPY: a header, for each row its number of fields, for each field its length (-1 for
 * NULL) and its bytes, and a trailer. The buffer is reused; apart from decimals and long texts nothing is allocated per value.
 */
public final class CopyEncoder implements RowEncoder {
    /** The signature of 11 bytes, then no flags and no extension, 4 bytes each. */
    private static final byte[] HEADER =
            Arrays.copyOf(new byte[] {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0}, 19);

    private static final int FIRST_SIZE = 1 << 12;
    /** A buffer that has become larger than this, because of a large document, is not kept. */
    private static final int LARGEST_KEPT = 1 << 20;
    /** Longer texts are measured before they are written, so that the buffer does not grow to three times their size. */
    private static final int LONG_TEXT = 1 << 14;
    /** The largest value of a fixed form, with its length: a decimal of 38 digits has at most 11 groups. */
    private static final int LARGEST_FIXED = 64;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final long EPOCH_DAY_2000 = LocalDate.of(2000, 1, 1).toEpochDay();
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final int NANOS_PER_MICRO = 1000;
    /** Julian day 0, counted from 2000-01-01. */
    private static final long FIRST_DAY = -2_451_545L;
    /** The days behind the last ones, from the server's datatype/timestamp.h. */
    private static final long END_OF_DATES = 2_147_483_494L + FIRST_DAY;

    private static final long END_OF_TIMESTAMPS = 106_751_983L;

    private static final int GROUP = 10_000;
    private static final int GROUP_DIGITS = 4;
    private static final BigInteger BIG_GROUP = BigInteger.valueOf(GROUP);
    private static final int LONG_DIGITS = 18;
    private static final short POSITIVE = 0;
    private static final short NEGATIVE = 0x4000;
    private static final int MOST_GROUPS = 64;

    /** The binary forms. */
    private enum Form {
        BOOL,
        INT2,
        INT4,
        INT8,
        NUMERIC,
        FLOAT4,
        FLOAT8,
        TEXT,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMPTZ,
        UUID,
        BYTES
    }

    private final List<Column> columns;
    private final Form[] forms;
    private final short[] groups = new short[MOST_GROUPS];
    private byte[] buffer = new byte[FIRST_SIZE];
    private int size;
    private long rows;
    private int column;

    /** @param types the columns' types as the server names them: int4, varchar … */
    public CopyEncoder(TableDefinition table, List<String> types) throws SQLException {
        this.columns = table.columns();
        this.forms = new Form[types.size()];
        for (int i = 0; i < forms.length; i++) {
            forms[i] = form(types.get(i), columns.get(i).name());
        }
    }

    private CopyEncoder(List<Column> columns, Form[] forms) {
        this.columns = columns;
        this.forms = forms;
    }

    /** An encoder of its own for the same table. */
    CopyEncoder another() {
        return new CopyEncoder(columns, forms);
    }

    /** Begins a stream. */
    void header() {
        rows = 0;
        clear();
        append(HEADER, 0, HEADER.length);
    }

    @Override
    public void row(Object[] values) throws RefusedValueException {
        ensure(2);
        putShort(forms.length);
        for (int i = 0; i < forms.length; i++) {
            column = i;
            ensure(LARGEST_FIXED);
            Object value = values[i];
            if (value == null) {
                putInt(-1);
            } else {
                value(forms[i], value);
            }
        }
        rows++;
    }

    /** Adds rows that another encoder for the same table has made. */
    void rows(byte[] encoded, int from, int length, int count) {
        append(encoded, from, length);
        countElsewhere(count);
    }

    /** Counts rows of the stream that were not in this buffer, since {@link RefusedValueException#row} includes them. */
    void countElsewhere(int count) {
        rows += count;
    }

    /** Ends a stream. */
    void trailer() {
        ensure(2);
        putShort(-1);
    }

    @Override
    public int size() {
        return size;
    }

    /** The bytes so far, up to {@link #size}: not a copy. */
    byte[] bytes() {
        return buffer;
    }

    @Override
    public void moveTo(byte[] target, int at) {
        System.arraycopy(buffer, 0, target, at, size);
        clear();
    }

    @Override
    public void clear() {
        size = 0;
        if (buffer.length > LARGEST_KEPT) {
            buffer = new byte[FIRST_SIZE];
        }
    }

    private void value(Form form, Object value) throws RefusedValueException {
        switch (form) {
            case BOOL:
                putInt(1);
                buffer[size++] = (byte) ((Boolean) value ? 1 : 0);
                break;
            case INT2:
                putInt(2);
                putShort(((Number) value).shortValue());
                break;
            case INT4:
                putInt(4);
                putInt(((Number) value).intValue());
                break;
            case INT8:
                putInt(8);
                putLong(((Number) value).longValue());
                break;
            case NUMERIC:
                numeric(
                        value instanceof BigDecimal bigDecimal
                                ? bigDecimal
                                : BigDecimal.valueOf(((Number) value).longValue()));
                break;
            case FLOAT4:
                putInt(4);
                putInt(Float.floatToIntBits((Float) value));
                break;
            case FLOAT8:
                putInt(8);
                putLong(Double.doubleToLongBits(((Number) value).doubleValue()));
                break;
            case TEXT:
                text((String) value);
                break;
            case DATE:
                putInt(4);
                putInt((int) day(((LocalDate) value).toEpochDay(), END_OF_DATES));
                break;
            case TIME:
                putInt(8);
                putLong(micros((LocalTime) value));
                break;
            case TIMESTAMP:
                timestamp((LocalDateTime) value);
                break;
            case TIMESTAMPTZ:
                timestamp(((OffsetDateTime) value)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime());
                break;
            case UUID:
                putInt(16);
                putLong(((UUID) value).getMostSignificantBits());
                putLong(((UUID) value).getLeastSignificantBits());
                break;
            case BYTES:
                bytes((byte[]) value);
                break;
            default:
                throw new IllegalStateException(form.name());
        }
    }

    private void timestamp(LocalDateTime value) throws RefusedValueException {
        putInt(8);
        long day = day(value.toLocalDate().toEpochDay(), END_OF_TIMESTAMPS);
        putLong(day * MICROS_PER_DAY + micros(value.toLocalTime()));
    }

    private long day(long epochDay, long end) throws RefusedValueException {
        long day = epochDay - EPOCH_DAY_2000;
        if (day < FIRST_DAY || day >= end) {
            throw refused("the date is beyond the range of the database");
        }
        return day;
    }

    private long micros(LocalTime time) throws RefusedValueException {
        if (time.getNano() % NANOS_PER_MICRO != 0) {
            throw refused("the time has more than 6 fraction digits");
        }
        return time.toNanoOfDay() / NANOS_PER_MICRO;
    }

    /** Digits to base 10000, counted from the decimal point; leading and trailing zeros are left out. */
    private void numeric(BigDecimal value) throws RefusedValueException {
        BigDecimal decimal = value.scale() < 0 ? value.setScale(0) : value;
        int scale = decimal.scale();
        int padding = (GROUP_DIGITS - scale % GROUP_DIGITS) % GROUP_DIGITS;
        if (decimal.precision() + padding > (MOST_GROUPS - 1) * GROUP_DIGITS) {
            throw refused("the number has too many digits");
        }
        int count = decimal.precision() + padding <= LONG_DIGITS
                ? split(decimal.unscaledValue().longValue(), padding)
                : split(decimal.unscaledValue(), padding);
        int weight = count - 1 - (scale + padding) / GROUP_DIGITS;
        int least = 0;
        while (least < count && groups[least] == 0) {
            least++;
        }
        int length = count - least;
        ensure(12 + 2 * length);
        putInt(8 + 2 * length);
        putShort(length);
        putShort(length == 0 ? 0 : weight);
        putShort(decimal.signum() < 0 ? NEGATIVE : POSITIVE);
        putShort(scale);
        for (int i = count - 1; i >= least; i--) {
            putShort(groups[i]);
        }
    }

    /** Fills {@link #groups} from the least group on and returns how many there are. */
    private int split(long unscaled, int padding) {
        long rest = Math.abs(unscaled);
        for (int i = 0; i < padding; i++) {
            rest *= 10;
        }
        int count = 0;
        while (rest != 0) {
            groups[count++] = (short) (rest % GROUP);
            rest /= GROUP;
        }
        return count;
    }

    private int split(BigInteger unscaled, int padding) {
        BigInteger rest = unscaled.abs().multiply(BigInteger.TEN.pow(padding));
        int count = 0;
        while (rest.signum() != 0) {
            BigInteger[] parts = rest.divideAndRemainder(BIG_GROUP);
            groups[count++] = parts[1].shortValue();
            rest = parts[0];
        }
        return count;
    }

    private void text(String value) throws RefusedValueException {
        int length = value.length();
        // A character of UTF-16 has at most three bytes in UTF-8.
        if (length > LONG_TEXT) {
            longText(value);
            return;
        }
        ensure(4 + 3 * length);
        int start = size;
        int at = start + 4;
        int i = putAscii(value, at);
        for (at += i; i < length; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                if (c == 0) {
                    throw refused("the text holds the character U+0000, which PostgreSQL cannot store");
                }
                buffer[at++] = (byte) c;
            } else if (c < 0x800) {
                buffer[at++] = (byte) (0xC0 | c >> 6);
                buffer[at++] = (byte) (0x80 | c & 0x3F);
            } else if (!Character.isSurrogate(c)) {
                buffer[at++] = (byte) (0xE0 | c >> 12);
                buffer[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                buffer[at++] = (byte) (0x80 | c & 0x3F);
            } else {
                int point = value.codePointAt(i++);
                if (point < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                    throw refused("the text holds half a surrogate pair");
                }
                buffer[at++] = (byte) (0xF0 | point >> 18);
                buffer[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                buffer[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                buffer[at++] = (byte) (0x80 | point & 0x3F);
            }
        }
        putInt(at - start - 4);
        size = at;
    }

    /** Writes the ASCII characters at a text's beginning, which are usually all of it, to an index, and returns how many they are. */
    private int putAscii(String value, int at) {
        byte[] out = buffer;
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80 || c == 0) {
                return i;
            }
            out[at + i] = (byte) c;
        }
        return length;
    }

    private void longText(String value) throws RefusedValueException {
        if (value.indexOf('\0') >= 0) {
            throw refused("the text holds the character U+0000, which PostgreSQL cannot store");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw refused("the text holds half a surrogate pair");
        }
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] value) {
        ensure(4);
        putInt(value.length);
        append(value, 0, value.length);
    }

    private void append(byte[] data, int from, int length) {
        ensure(length);
        System.arraycopy(data, from, buffer, size, length);
        size += length;
    }

    private void ensure(int bytes) {
        if (buffer.length - size < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(size + bytes, 2 * buffer.length));
        }
    }

    private void putShort(int value) {
        SHORTS.set(buffer, size, (short) value);
        size += Short.BYTES;
    }

    private void putInt(int value) {
        INTS.set(buffer, size, value);
        size += Integer.BYTES;
    }

    private void putLong(long value) {
        LONGS.set(buffer, size, value);
        size += Long.BYTES;
    }

    private RefusedValueException refused(String message) {
        return new RefusedValueException(columns.get(column).name(), rows, message);
    }

    /** Whether it makes values of a type that the database calls so. */
    static boolean knows(String type) {
        return form(type) != null;
    }

    private static Form form(String type, String column) throws SQLException {
        Form form = form(type);
        if (form == null) {
            throw new SQLException(
                    "column " + column + " has the type " + type + ", which Millrace cannot load", "0A000");
        }
        return form;
    }

    private static @Nullable Form form(String type) {
        switch (type) {
            case "bool":
                return Form.BOOL;
            case "int2":
            case "smallserial":
                return Form.INT2;
            case "int4":
            case "serial":
                return Form.INT4;
            case "int8":
            case "bigserial":
                return Form.INT8;
            case "numeric":
                return Form.NUMERIC;
            case "float4":
                return Form.FLOAT4;
            case "float8":
                return Form.FLOAT8;
            case "text":
            case "varchar":
            case "bpchar":
            case "xml":
            case "citext":
                return Form.TEXT;
            case "date":
                return Form.DATE;
            case "time":
                return Form.TIME;
            case "timestamp":
                return Form.TIMESTAMP;
            case "timestamptz":
                return Form.TIMESTAMPTZ;
            case "uuid":
                return Form.UUID;
            case "bytea":
                return Form.BYTES;
            default:
                return null;
        }
    }
}
