package dev.millrace.dialect.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.RefusedValueException;
import dev.millrace.dialect.TableDefinition.Column;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the driver's bulk copy is given: it casts to the classes that belong to a type, and declares what it is told. */
class BulkCopyRowsTest {
    @Test
    void describesEveryTypeAndSendsTheClassThatTheDriverCastsTo() throws Exception {
        UUID uuid = UUID.fromString("ffffffff-1234-5678-9abc-def012345678");
        byte[] bytes = {1};
        OffsetDateTime instant = OffsetDateTime.of(2024, 3, 10, 0, 30, 0, 999_999_900, ZoneOffset.ofHours(-2));

        assertSent("boolean", "bit", 1, true, Types.BIT, 0, 0, true);
        assertSent("smallint", "smallint", 5, (short) 1, Types.SMALLINT, 0, 0, (short) 1);
        assertSent("integer", "numeric", 30, 1, Types.INTEGER, 0, 0, 1);
        assertSent("bigint", "bigint", 19, 1L, Types.BIGINT, 0, 0, 1L);
        assertSent("decimal(38,10)", "decimal", 38, BigDecimal.ONE, Types.DECIMAL, 38, 10, BigDecimal.ONE);
        assertSent("real", "real", 24, 1f, Types.REAL, 0, 0, 1f);
        assertSent("double", "float", 53, 1d, Types.DOUBLE, 0, 0, 1d);
        assertSent("char(3)", "nchar", 3, "abc", Types.NVARCHAR, 3, 0, "abc");
        assertSent("varchar(20)", "nvarchar", 40, "x\0y ", Types.NVARCHAR, 40, 0, "x\0y ");
        assertSent("text", "nvarchar", 1_073_741_823, "", Types.NVARCHAR, 1_073_741_823, 0, "");
        assertSent("xml", "xml", 0, "<a/>", Types.NVARCHAR, 1_073_741_823, 0, "<a/>");
        assertSent("uuid", "uniqueidentifier", 36, uuid, Types.CHAR, 36, 0, uuid.toString());
        assertSent("bytes", "varbinary", Integer.MAX_VALUE, bytes, Types.VARBINARY, Integer.MAX_VALUE, 0, bytes);
        assertSent("date", "date", 10, LocalDate.of(1582, 10, 10), Types.VARCHAR, 10, 0, "1582-10-10");
        assertSent("date", "date", 10, LocalDate.of(1, 1, 1), Types.VARCHAR, 10, 0, "0001-01-01");
        assertSent("time", "time", 15, LocalTime.of(23, 59, 59, 999_999_000), Types.VARCHAR, 16, 0, "23:59:59.9999990");
        assertSent(
                "timestamp",
                "datetime2",
                26,
                LocalDateTime.of(2024, 3, 10, 2, 30, 0, 1_000),
                Types.VARCHAR,
                27,
                0,
                "2024-03-10T02:30:00.0000010");
        assertSent(
                "timestamptz(7)",
                "datetimeoffset",
                34,
                instant,
                Types.VARCHAR,
                33,
                0,
                "2024-03-10T02:30:00.9999999+00:00");
    }

    @Test
    void givesRowAfterRowOnceAndIsEmptyAfterwards() throws Exception {
        BulkCopyRows rows = new BulkCopyRows(List.of(column("integer", "int", 10)), false);
        rows.add(new Object[] {7});
        rows.add(new Object[] {null});

        assertThat(rows.getColumnOrdinals()).containsExactly(1);
        assertThat(rows.getColumnName(1)).isEqualTo("c");
        assertThat(rows.next()).isTrue();
        assertThat(rows.getRowData()).containsExactly(7);
        assertThat(rows.next()).isTrue();
        assertThat(rows.getRowData()).containsExactly((Object) null);
        assertThat(rows.next()).isFalse();
        rows.clear();
        assertThat(rows.next()).isFalse();
        assertThat(rows.size()).isZero();
    }

    @Test
    void numbersRowsForATemporaryTable() throws Exception {
        BulkCopyRows rows = new BulkCopyRows(
                List.of(column("integer", "int", 10), BulkCopyColumn.ordinal("millrace ordinal")), true);
        rows.add(new Object[] {7});
        rows.add(new Object[] {7});

        rows.next();
        assertThat(rows.getRowData()).containsExactly(7, 1);
        rows.next();
        assertThat(rows.getRowData()).containsExactly(7, 2);
        assertThat(rows.getColumnType(2)).isEqualTo(Types.INTEGER);
    }

    @Test
    void refusesWhatTheColumnCannotHoldBeforeAnythingIsSent() throws Exception {
        assertRefused("real", "real", 24, 0, Float.NaN, "not finite");
        assertRefused("double", "float", 53, 0, Double.NEGATIVE_INFINITY, "not finite");
        assertRefused("real", "real", 24, 0, Float.MIN_VALUE, "closer to zero");
        assertRefused("double", "float", 53, 0, -Double.MIN_VALUE, "closer to zero");
        assertRefused("char(1)", "nchar", 1, 0, "\uD83D\uDE00", "longer than the 1 UTF-16 units");
        assertRefused("bytes", "varbinary", 1, 0, new byte[2], "1 bytes at most");
        assertRefused("varchar(9)", "varchar", 9, 1252, "secret \u674E", "code page lacks");
        assertRefused("varchar(9)", "varchar", 3, 65_001, "\u20AC\u20AC", "longer than the 3 bytes of its code page");
        assertRefused("varchar(9)", "varchar", 9, 4711, "caf\u00E9", "code page lacks");
        column("varchar(9)", "varchar", 9, 1252).check("caf\u00E9 \u20AC", 0);
        column("real", "real", 24).check(-0f, 0);
        column("double", "float", 53).check(Double.MIN_NORMAL, 0);
    }

    /** They take no text with more digits; that a value has no more is for the mapper to see to. */
    @Test
    void sendsMillisecondsToColumnsWithStepsOfTheirOwn() throws Exception {
        LocalDateTime time = LocalDateTime.of(1970, 1, 2, 3, 4, 5, 997_000_000);

        assertSent("timestamp(3)", "datetime", 23, time, Types.VARCHAR, 0, 0, "1970-01-02T03:04:05.997");
        assertSent("timestamp(0)", "smalldatetime", 16, time, Types.VARCHAR, 0, 0, "1970-01-02T03:04:05.997");
        assertSent("timestamp(3)", "datetime2", 23, time, Types.VARCHAR, 0, 0, "1970-01-02T03:04:05.9970000");
    }

    private static void assertSent(
            String type, String actual, int size, Object value, int jdbcType, int precision, int scale, Object sent)
            throws SQLException {
        BulkCopyRows rows = new BulkCopyRows(List.of(column(type, actual, size)), false);
        rows.add(new Object[] {value});
        rows.next();

        assertThat(rows.getColumnType(1)).as(type).isEqualTo(jdbcType);
        assertThat(rows.getScale(1)).as(type).isEqualTo(scale);
        if (precision > 0) {
            assertThat(rows.getPrecision(1)).as(type).isEqualTo(precision);
        }
        assertThat(rows.getRowData()).as(type).containsExactly(sent);
    }

    private static void assertRefused(String type, String actual, int size, int codePage, Object value, String why)
            throws SQLException {
        BulkCopyRows rows = new BulkCopyRows(List.of(column(type, actual, size, codePage)), false);

        assertThatThrownBy(() -> rows.add(new Object[] {value}))
                .isInstanceOfSatisfying(
                        RefusedValueException.class, e -> assertThat(e.column()).isEqualTo("c"))
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
        assertThat(rows.size()).isZero();
    }

    private static BulkCopyColumn column(String type, String actual, int size) {
        return column(type, actual, size, 0);
    }

    private static BulkCopyColumn column(String type, String actual, int size, int codePage) {
        return BulkCopyColumn.of(
                new Column("c", SqlType.parse(type).orElseThrow(), true, false), actual, size, codePage);
    }
}
