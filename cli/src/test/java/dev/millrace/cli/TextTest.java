package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.cli.TextTable.Fit;
import dev.millrace.contract.SqlType;
import dev.millrace.report.Amounts;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class TextTest {

    @Test
    void alignsColumns() {
        TextTable table = new TextTable().column("name", Align.LEFT).column("rows", Align.RIGHT);
        table.row("app_base", "9").row("x", "12,000");

        assertThat(table.lines("  ", 80))
                .containsExactly(
                        "  name        rows", "  --------  ------", "  app_base       9", "  x         12,000");
    }

    @Test
    void narrowsTheWidestColumnToFitTheTerminal() {
        TextTable table = new TextTable().column("a", Align.LEFT).column("b", Align.LEFT);
        table.row("short", "a very long text indeed, longer than the line");

        assertThat(table.lines("", 20)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(20));
        assertThat(table.lines("", 20).get(2)).isEqualTo("short  a very long …");
    }

    @Test
    void countsColumnsAsTerminalsDo() {
        assertThat(TextWidth.of("abc")).isEqualTo(3);
        assertThat(TextWidth.of("東京")).isEqualTo(4);
        assertThat(TextWidth.of("한국어ｱ")).isEqualTo(7);
        assertThat(TextWidth.of("🚚 ✅")).isEqualTo(5);
        assertThat(TextWidth.of("é e\u0301")).isEqualTo(3);
        assertThat(TextWidth.of("█░…–")).isEqualTo(4);
        TextTable table = new TextTable().column("city", Align.LEFT).column("n", Align.RIGHT);
        table.row("東京都", "1").row("Rome", "2").row("🚚🚚🚚🚚🚚🚚", "3");

        assertThat(table.lines("", 80))
                .containsExactly(
                        "city          n", "------------  -", "東京都        1", "Rome          2", "🚚🚚🚚🚚🚚🚚  3");
        assertThat(table.lines("", 10).get(4)).as("no character is cut in two").isEqualTo("🚚🚚🚚…  3");
        assertThat(Paragraph.wrap("東京 京都 大阪", 10, 0)).containsExactly("東京 京都", "大阪");
    }

    @Test
    void leavesColumnsOutBeforeItCutsWhatPeopleCopy() {
        TextTable table = new TextTable()
                .column("Run", Align.LEFT, Fit.WHOLE)
                .column("Contract", Align.LEFT)
                .column("Started", Align.LEFT, Fit.LEAVE_OUT)
                .column("Took", Align.RIGHT, Fit.LEAVE_OUT)
                .column("Means", Align.LEFT, Fit.WRAP);
        table.row("20261130-231500-0a1b2c", "loan-applications", "2026-11-30 23:15", "57.3 s", "a text of some words");

        assertThat(table.lines("", 100).get(2)).contains("loan-applications  2026-11-30 23:15  57.3 s");
        assertThat(table.lines("", 62))
                .containsExactly(
                        "Run                     Contract        Took  Means",
                        "----------------------  ------------  ------  ----------------",
                        "20261130-231500-0a1b2c  loan-applic…  57.3 s  a text of some",
                        "                                              words",
                        "(too narrow for: Started)");
    }

    @Test
    void letsNoControlCharacterReachTheTerminal() {
        assertThat(TextTable.printable("a\u001b[31mb\nc")).isEqualTo("a·[31mb·c");
    }

    @Test
    void wrapsAtBlanksWithAHangingIndent() {
        assertThat(Paragraph.wrap("one two three four", 9, 2)).containsExactly("one two", "  three", "  four");
    }

    @Test
    void leavesAWordThatIsTooLongWhole() {
        assertThat(Paragraph.wrap("see jdbc:postgresql://localhost/warehouse now", 12, 2))
                .containsExactly("see", "  jdbc:postgresql://localhost/warehouse", "  now");
    }

    @Test
    void readsBytesWithUnitsOf1024() throws Exception {
        ByteSize.Converter converter = new ByteSize.Converter();

        assertThat(converter.convert("1").bytes()).isEqualTo(1);
        assertThat(converter.convert("64KB").bytes()).isEqualTo(65_536);
        assertThat(converter.convert("256mb").bytes()).isEqualTo(256L << 20);
        assertThat(converter.convert("2 GiB").bytes()).isEqualTo(2L << 30);
        assertThat(converter.convert("256mb")).hasToString("256MB");
    }

    @Test
    void refusesWhatIsNoNumberOfBytes() {
        for (String text : new String[] {"", "0", "-1", "12XB", "MB", "1.5GB", "9999999999999GB"}) {
            assertThatThrownBy(() -> new ByteSize.Converter().convert(text))
                    .as(text)
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessageContaining("256MB");
        }
    }

    @Test
    void writesAmountsAsPeopleReadThem() {
        assertThat(Amounts.count(1_234_567)).isEqualTo("1,234,567");
        assertThat(Amounts.count(1, "reject")).isEqualTo("1 reject");
        assertThat(Amounts.count(0, "reject")).isEqualTo("0 rejects");
        assertThat(Amounts.rate(12.34)).isEqualTo("12.3");
        assertThat(Amounts.rate(1234.5)).isEqualTo("1,235");
        assertThat(Amounts.duration(0.416)).isEqualTo("0.42 s");
        assertThat(Amounts.duration(61.25)).isEqualTo("61.3 s");
        assertThat(Amounts.duration(245)).isEqualTo("4 min 05 s");
        assertThat(Amounts.duration(7_380)).isEqualTo("2 h 03 min");
        assertThat(Amounts.clock(7_395)).isEqualTo("2:03:15");
        assertThat(Amounts.megabytes(12_345_678)).isEqualTo("12.3 MB");
    }

    @Test
    void writesValuesAsSqlAndCsvDo() {
        assertThat(CellText.of(null)).isEqualTo("NULL");
        assertThat(CellText.of(new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(CellText.of(LocalDateTime.of(2024, 5, 1, 12, 30))).isEqualTo("2024-05-01 12:30");
        assertThat(CellText.of(new byte[] {1, (byte) 0xfe})).isEqualTo("01fe");
        assertThat(CellText.csv(null, SqlType.TEXT)).isEmpty();
        assertThat(CellText.csv("")).isEqualTo("\"\"");
        assertThat(CellText.csv("a \"b\", c")).isEqualTo("\"a \"\"b\"\", c\"");
    }

    @Test
    void writesTimesForProgramsInOneLength() {
        assertThat(exact("timestamp", LocalDateTime.of(2026, 1, 1, 0, 0))).isEqualTo("2026-01-01T00:00:00.000000");
        assertThat(exact("timestamp(3)", LocalDateTime.of(2026, 1, 1, 0, 0, 1, 500_000_000)))
                .isEqualTo("2026-01-01T00:00:01.500");
        assertThat(exact("timestamptz(0)", OffsetDateTime.parse("2026-01-01T00:00:00+02:00")))
                .isEqualTo("2025-12-31T22:00:00Z");
        assertThat(exact("time(0)", LocalTime.of(10, 0))).isEqualTo("10:00:00");
        assertThat(exact("date", LocalDate.of(2026, 1, 1))).isEqualTo("2026-01-01");
        assertThat(exact("bytes", new byte[] {1, (byte) 0xfe})).isEqualTo("Af4=");
        assertThat(exact("decimal(5,2)", new BigDecimal("1.50"))).isEqualTo("1.50");
    }

    private static String exact(String type, Object value) {
        return CellText.exact(value, SqlType.parse(type).orElseThrow());
    }
}
