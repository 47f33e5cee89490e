package dev.millrace.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.SqlType;
import dev.millrace.verification.ComparedTable.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CanonicalRowTest {

    private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-0000000000ff");

    @Test
    void aValueIsTheSameInWhateverClassADriverGivesIt() {
        assertSame("boolean", true, 1, 1L, new BigDecimal("1.0"));
        assertSame("boolean", false, 0, (byte) 0);
        assertSame("smallint", (short) -1, -1, -1L, new BigDecimal("-1.00"), "-1", BigInteger.ONE.negate());
        assertSame("decimal(38,2)", new BigDecimal("10.00"), new BigDecimal("1E1"), 10, 10.0, "10");
        assertSame(
                "decimal(38,0)",
                new BigDecimal("12345678901234567890123456789012345678"),
                new BigInteger("12345678901234567890123456789012345678"));
        assertSame("real", 0.1f, (double) 0.1f);
        assertSame("real", -0.0f, 0.0f, 0);
        assertSame("real", Float.NaN, Double.NaN);
        assertSame("double", -0.0, 0.0, 0);
        assertSame("char(4)", "ab", "ab  ");
        assertSame("uuid", ID, ID.toString(), "00000000-0000-0000-0000-0000000000FF");
        assertSame(
                "timestamptz",
                OffsetDateTime.parse("2024-01-01T00:00:00Z"),
                OffsetDateTime.parse("2024-01-01T02:00:00+02:00"));
    }

    @Test
    void whatIsNoValueOfTheTypeDiffersFromAllThatAre() {
        assertDifferent("boolean", true, 2, "true", null);
        assertDifferent("integer", 1, new BigDecimal("1.5"), "1x", 2);
        assertDifferent("bigint", 0L, "abc", new BigDecimal("1E30"), new BigDecimal("1E1000000"));
        assertDifferent("decimal(5,2)", new BigDecimal("1.00"), new BigDecimal("1.001"), "one", Double.NaN);
        assertDifferent("real", 0.1f, 0.1);
        assertDifferent("varchar(4)", "ab", "ab ", "", null, "aB", "a\u0301b");
        assertDifferent("date", LocalDate.EPOCH, "1970-01-01", 0L);
        assertDifferent("uuid", ID, "ff");
        assertDifferent("bytes", new byte[] {1}, "01", new byte[0]);
    }

    @Test
    void showsAValueAsItWas() {
        assertThat(shown("decimal(38,3)", new BigDecimal("-0.001"))).isEqualTo("-0.001");
        assertThat(shown("decimal(38,0)", new BigDecimal("-12345678901234567890")))
                .isEqualTo("-12345678901234567890");
        assertThat(shown("real", 0.1f)).isEqualTo("0.1");
        assertThat(shown("bytes", new byte[] {0, -1})).isEqualTo("00ff");
        assertThat(shown("timestamptz", OffsetDateTime.parse("0001-01-01T00:00:00Z")))
                .isEqualTo("0001-01-01T00:00:00Z");
        assertThat(shown("date", LocalDate.MIN)).isEqualTo(LocalDate.MIN.toString());
        assertThat(shown("integer", "12x")).isEqualTo("12x");
        assertThat(shown("text", null)).isNull();
    }

    private static void assertSame(String type, Object first, Object... others) {
        for (Object other : others) {
            assertThat(form(type, other)).as("%s %s", type, other).isEqualTo(form(type, first));
        }
    }

    private static void assertDifferent(String type, Object first, @Nullable Object... others) {
        for (Object other : others) {
            assertThat(form(type, other)).as("%s %s", type, other).isNotEqualTo(form(type, first));
        }
    }

    private static byte[] form(String type, @Nullable Object value) {
        CanonicalRow row = new CanonicalRow();
        row.encode(table(type), new @Nullable Object[] {value});
        return row.copy(0, 0);
    }

    private static @Nullable String shown(String type, @Nullable Object value) {
        return CanonicalRow.show(
                form(type, value), 0, table(type).columns().get(0).type());
    }

    private static ComparedTable table(String type) {
        SqlType parsed = SqlType.parse(type).orElseThrow();
        return new ComparedTable(
                0, "t", List.of(new Column(0, "c", parsed, type.startsWith("char"))), 1, List.of(), false);
    }
}
