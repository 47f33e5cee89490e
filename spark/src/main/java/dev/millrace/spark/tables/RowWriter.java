package dev.millrace.spark.tables;

import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping.Column;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table's rows in Spark's own binary form, without a detour over its objects. Not thread-safe.
 *
 * <p>The mapper holds values to their types, years from 1 to 9999 among them, so that each has a place in Spark's form.
 */
final class RowWriter {

    private static final long MICROS = 1_000_000;
    private static final long NANOS_OF_MICRO = 1_000;
    /** With seconds, which {@link LocalTime#toString} leaves out where there are none. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_LOCAL_TIME;

    private final SqlType[] types;
    private final int[] wanted;
    private final boolean times;
    private final UnsafeRowWriter writer;

    /**
     * @param wanted indexes of the columns that a row is to have, in its order
     * @param times as in {@link SparkTypes#of}
     */
    RowWriter(List<Column> columns, int[] wanted, boolean times) {
        this.wanted = wanted.clone();
        this.times = times;
        types = new SqlType[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            types[i] = columns.get(wanted[i]).type();
        }
        writer = new UnsafeRowWriter(wanted.length);
    }

    /**
     * The row with these values.
     *
     * @param values of all columns of the table, each of its kind's Java class or null
     * @return good until the next call
     */
    UnsafeRow write(@Nullable Object[] values) {
        writer.reset();
        writer.zeroOutNullBytes();
        for (int i = 0; i < wanted.length; i++) {
            Object value = values[wanted[i]];
            if (value == null) {
                setNull(i);
            } else {
                write(i, value);
            }
        }
        return writer.getRow();
    }

    private void setNull(int i) {
        if (isWide(types[i])) {
            writer.write(i, (Decimal) null, types[i].precision(), types[i].scale());
        } else {
            writer.setNullAt(i);
        }
    }

    /** Whether it is a decimal that Spark does not keep as a long. */
    private static boolean isWide(SqlType type) {
        return type.kind() == SqlType.Kind.DECIMAL && type.precision() > Decimal.MAX_LONG_DIGITS();
    }

    private void write(int i, Object value) {
        switch (types[i].kind()) {
            case BOOLEAN -> writer.write(i, (boolean) value);
            case SMALLINT -> writer.write(i, (short) value);
            case INTEGER -> writer.write(i, (int) value);
            case BIGINT -> writer.write(i, (long) value);
            case DECIMAL -> decimal(i, (BigDecimal) value);
            case REAL -> writer.write(i, (float) value);
            case DOUBLE -> writer.write(i, (double) value);
            case CHAR, VARCHAR, TEXT, XML, UUID -> writer.write(i, UTF8String.fromString(value.toString()));
            case DATE -> writer.write(i, (int) ((LocalDate) value).toEpochDay());
            case TIME -> time(i, (LocalTime) value);
            case TIMESTAMP -> writer.write(i, micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC)));
            case TIMESTAMPTZ -> writer.write(i, micros(((OffsetDateTime) value).toInstant()));
            case BYTES -> writer.write(i, (byte[]) value);
        }
    }

    private void decimal(int i, BigDecimal value) {
        SqlType type = types[i];
        if (isWide(type)) {
            writer.write(i, Decimal.apply(value, type.precision(), type.scale()), type.precision(), type.scale());
        } else {
            writer.write(i, value.unscaledValue().longValueExact());
        }
    }

    private void time(int i, LocalTime value) {
        if (times) {
            writer.write(i, value.toNanoOfDay());
        } else {
            writer.write(i, UTF8String.fromString(TIME.format(value)));
        }
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * MICROS + instant.getNano() / NANOS_OF_MICRO;
    }
}
