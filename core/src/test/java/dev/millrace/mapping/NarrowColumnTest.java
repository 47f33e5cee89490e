package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ColumnLimits;
import dev.millrace.contract.ColumnLimits.Bytes;
import dev.millrace.contract.ColumnLimits.Grid;
import dev.millrace.contract.ColumnLimits.Numbers;
import dev.millrace.contract.ColumnLimits.OneOf;
import dev.millrace.contract.ColumnLimits.Text;
import dev.millrace.contract.ColumnLimits.Times;
import dev.millrace.contract.ColumnLimits.Unit;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.NarrowColumn;
import dev.millrace.contract.SqlType;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values held to what a column of an existing table holds. */
class NarrowColumnTest {
    private static final Times DATETIME = new Times(
            Grid.TICKS, LocalDateTime.of(1753, 1, 1, 0, 0), LocalDateTime.of(9999, 12, 31, 23, 59, 59, 997_000_000));
    private static final Times SMALLDATETIME =
            new Times(Grid.MINUTES, LocalDateTime.of(1900, 1, 1, 0, 0), LocalDateTime.of(2079, 6, 6, 23, 59));
    private static final Numbers TINYINT = Numbers.of(0, 255);

    /** As SQL Server rounds; but what it would round is rejected where the policy says so. */
    @ParameterizedTest
    @CsvSource({
        "2024-02-29T10:00:00,           2024-02-29T10:00,         2024-02-29T10:00,         2024-02-29T10:00",
        "2024-02-29T10:00:00.003,       2024-02-29T10:00:00.003,  2024-02-29T10:00:00.003,  2024-02-29T10:00:00.003",
        "2024-02-29T10:00:00.007,       2024-02-29T10:00:00.007,  2024-02-29T10:00:00.007,  2024-02-29T10:00:00.007",
        "2024-02-29T10:00:00.997,       2024-02-29T10:00:00.997,  2024-02-29T10:00:00.997,  2024-02-29T10:00:00.997",
        "2024-02-29T10:00:00.001,       TOO_PRECISE,              2024-02-29T10:00,         2024-02-29T10:00",
        "2024-02-29T10:00:00.002,       TOO_PRECISE,              2024-02-29T10:00:00.003,  2024-02-29T10:00",
        "2024-02-29T10:00:00.004,       TOO_PRECISE,              2024-02-29T10:00:00.003,  2024-02-29T10:00:00.003",
        "2024-02-29T10:00:00.005,       TOO_PRECISE,              2024-02-29T10:00:00.007,  2024-02-29T10:00:00.003",
        "2024-02-29T10:00:00.006,       TOO_PRECISE,              2024-02-29T10:00:00.007,  2024-02-29T10:00:00.003",
        "2024-02-29T10:00:00.0068,      TOO_PRECISE,              2024-02-29T10:00:00.007,  2024-02-29T10:00:00.003",
        "2024-02-29T10:00:00.0033,      TOO_PRECISE,              2024-02-29T10:00:00.003,  2024-02-29T10:00:00.003",
        "2024-02-29T10:00:00.0016,      TOO_PRECISE,              2024-02-29T10:00,         2024-02-29T10:00",
        "2024-02-29T10:00:00.0049999999999, TOO_PRECISE,          2024-02-29T10:00:00.003,  2024-02-29T10:00:00.003",
        "2024-02-29T23:59:59.999,       TOO_PRECISE,              2024-03-01T00:00,         2024-02-29T23:59:59.997",
        "1753-01-01T00:00:00,           1753-01-01T00:00,         1753-01-01T00:00,         1753-01-01T00:00",
        "1752-12-31T23:59:59.997,       BEYOND_RANGE,             BEYOND_RANGE,             BEYOND_RANGE",
        "9999-12-31T23:59:59.997,       9999-12-31T23:59:59.997,  9999-12-31T23:59:59.997,  9999-12-31T23:59:59.997",
        "9999-12-31T23:59:59.999,       TOO_PRECISE,              BEYOND_RANGE,             9999-12-31T23:59:59.997",
        "yesterday,                     NOT_OF_TYPE,              NOT_OF_TYPE,              NOT_OF_TYPE",
    })
    void holdsTimesToTheTicksOfADatetime(String text, String rejecting, String halfUp, String down) {
        assertThat(held("timestamp(3)", DATETIME, Scale.REJECT, text)).isEqualTo(rejecting);
        assertThat(held("timestamp(3)", DATETIME, Scale.HALF_UP, text)).isEqualTo(halfUp);
        assertThat(held("timestamp(3)", DATETIME, Scale.DOWN, text)).isEqualTo(down);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-02-29T10:07:00,     2024-02-29T10:07, 2024-02-29T10:07, 2024-02-29T10:07, 2024-02-29T10:07",
        "2024-02-29T10:07:29.999, TOO_PRECISE,      2024-02-29T10:07, 2024-02-29T10:07, 2024-02-29T10:07",
        "2024-02-29T10:07:30,     TOO_PRECISE,      2024-02-29T10:08, 2024-02-29T10:08, 2024-02-29T10:07",
        "2024-02-29T10:08:30,     TOO_PRECISE,      2024-02-29T10:09, 2024-02-29T10:08, 2024-02-29T10:08",
        "2024-02-29T23:59:45,     TOO_PRECISE,      2024-03-01T00:00, 2024-03-01T00:00, 2024-02-29T23:59",
        "1900-01-01T00:00:00,     1900-01-01T00:00, 1900-01-01T00:00, 1900-01-01T00:00, 1900-01-01T00:00",
        "1899-12-31T23:59:00,     BEYOND_RANGE,     BEYOND_RANGE,     BEYOND_RANGE,     BEYOND_RANGE",
        "2079-06-06T23:59:40,     TOO_PRECISE,      BEYOND_RANGE,     BEYOND_RANGE,     2079-06-06T23:59",
        "2079-06-07T00:00:00,     BEYOND_RANGE,     BEYOND_RANGE,     BEYOND_RANGE,     BEYOND_RANGE",
    })
    void holdsTimesToTheMinutesOfASmalldatetime(
            String text, String rejecting, String halfUp, String halfEven, String down) {
        assertThat(held("timestamp(0)", SMALLDATETIME, Scale.REJECT, text)).isEqualTo(rejecting);
        assertThat(held("timestamp(0)", SMALLDATETIME, Scale.HALF_UP, text)).isEqualTo(halfUp);
        assertThat(held("timestamp(0)", SMALLDATETIME, Scale.HALF_EVEN, text)).isEqualTo(halfEven);
        assertThat(held("timestamp(0)", SMALLDATETIME, Scale.DOWN, text)).isEqualTo(down);
    }

    /** The clock's, whose further digits nobody asked for. */
    @Test
    void cutsTheTimeOfTheLoadToTheDigitsOfTheType() throws Exception {
        MappingContract contract = contract("""
                contract: 1
                name: test
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      at: { meta: loaded-at, type: timestamp(1) }
                """);
        Times years = new Times(Grid.DIGITS, DATETIME.first(), DATETIME.last());
        List<@Nullable NarrowColumn> columns =
                Arrays.asList(null, narrow("timestamp(1)", "timestamp(1)", years, "datetime"));

        assertThat(Mapped.by(Narrowing.of(contract, List.of(columns), new ArrayList<>()))
                        .rows("t", "<d id='1'/>"))
                .isEqualTo(Mapped.by(contract).rows("t", "<d id='1'/>"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "255, 255", "256, BEYOND_RANGE", "-1, BEYOND_RANGE", "x, NOT_OF_TYPE", "7.0, 7"})
    void holdsNumbersToARange(String text, String expected) {
        assertThat(held("smallint", TINYINT, Scale.REJECT, text)).isEqualTo(expected);
        assertThat(held("bigint", TINYINT, Scale.REJECT, text)).isEqualTo(expected);
        assertThat(held("decimal(5,0)", TINYINT, Scale.REJECT, text)).isEqualTo(expected);
    }

    @Test
    void roundsBeforeItLooksAtTheRange() {
        assertThat(held("decimal(5,0)", TINYINT, Scale.HALF_UP, "255.4")).isEqualTo("255");
        assertThat(held("decimal(5,0)", TINYINT, Scale.HALF_UP, "255.5")).isEqualTo("BEYOND_RANGE");
    }

    @Test
    void countsTextsAsTheColumnDoesAndCutsNoCharacterInTwo() {
        Text room = new Text(3, Unit.UTF_16);
        String emoji = "\uD83D\uDE00";

        assertThat(cut("varchar(3)", room, Overflow.REJECT, "a" + emoji)).isEqualTo("a" + emoji);
        assertThat(cut("varchar(3)", room, Overflow.REJECT, emoji + emoji)).isEqualTo("TOO_LONG");
        assertThat(cut("varchar(3)", room, Overflow.TRUNCATE, emoji + emoji)).isEqualTo(emoji);
        assertThat(cut("varchar(3)", room, Overflow.TRUNCATE, "abcd")).isEqualTo("abc");
        assertThat(cut("text", new Text(1, Unit.CHARACTERS), Overflow.REJECT, emoji))
                .isEqualTo(emoji);
        assertThat(cut("text", new Text(1, Unit.CHARACTERS), Overflow.REJECT, "ab"))
                .isEqualTo("TOO_LONG");
    }

    @Test
    void holdsTextsToTheWordsOfAnEnumAndBytesToTheirNumber() {
        assertThat(cut("varchar(9)", new OneOf(List.of("a", "b")), Overflow.REJECT, "b"))
                .isEqualTo("b");
        assertThat(cut("varchar(9)", new OneOf(List.of("a", "b")), Overflow.REJECT, "B"))
                .isEqualTo("NOT_OF_TYPE");
        assertThat(cut("bytes", new Bytes(2, 2), Overflow.REJECT, "AA==")).isEqualTo("NOT_OF_TYPE");
        assertThat(cut("bytes", new Bytes(2, 2), Overflow.REJECT, "AAAA")).isEqualTo("TOO_LONG");
    }

    @Test
    void refusesAContractWhoseOwnValuesTheColumnsDoNotHold() throws Exception {
        MappingContract contract = contract("""
                contract: 1
                name: own_values
                codes:
                  fees: { none: 0, some: 256 }
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: integer, key: true }
                      a: { path: "@a", type: smallint, default: 300 }
                      b: { value: -1, type: smallint }
                      c: { path: "@c", type: smallint, codes: fees }
                      d: { path: "@d", type: smallint, default: 255 }
                """);
        NarrowColumn fee = narrow("smallint", "smallint", TINYINT, "tinyint");
        List<String> problems = new ArrayList<>();

        Narrowing.of(contract, List.of(Arrays.asList(null, fee, fee, fee, fee)), problems);

        assertThat(problems)
                .containsExactly(
                        "table t, column a – is tinyint, which does not hold the contract's 'default' – widen the column"
                                + " or change the contract",
                        "table t, column b – is tinyint, which does not hold the contract's 'value' – widen the column or"
                                + " change the contract",
                        "table t, column c – is tinyint, which does not hold each code of code table fees – widen the"
                                + " column or change the contract");
    }

    @Test
    void handsDownWhatTheAncestorHoldsAndRoundsItNoSecondTime() throws Exception {
        MappingContract contract = contract("""
                contract: 1
                name: handed_down
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: "decimal(9,2)", scale: half-up, key: true }
                  u:
                    parent: t
                    rows: u
                    columns:
                      id: { ref: t.id, key: true }
                      n: { ordinal: true, key: true }
                """);
        List<String> problems = new ArrayList<>();
        NarrowColumn tenths = narrow("decimal(9,2)", "decimal(8,1)", null, "decimal(8,1)");
        NarrowColumn small = narrow("decimal(9,2)", "decimal(3,0)", null, "decimal(3,0)");
        NarrowColumn ordinal = narrow("integer", "integer", Numbers.of(0, 1), "bit");

        MappingContract held =
                Narrowing.of(contract, List.of(Arrays.asList(tenths), Arrays.asList(small, ordinal)), problems);
        assertThat(problems).isEmpty();
        assertThat(Mapped.by(held).rows("t", "<d id='6.95'><u/></d>")).containsExactly("[7.0]");
        assertThat(Mapped.by(held).rows("u", "<d id='6.95'><u/></d>")).containsExactly("[7, 1]");
        assertThatThrownBy(() -> Mapped.by(held).map("<d id='6.45'><u/></d>"))
                .hasMessageContaining("is not held exactly by decimal(3,0), the column's type in the target");
        assertThatThrownBy(() -> Mapped.by(held).map("<d id='1234'><u/></d>"))
                .hasMessageContaining("is beyond decimal(3,0)");
        assertThatThrownBy(() -> Mapped.by(held).map("<d id='7'><u/><u/></d>")).hasMessageContaining("is beyond bit");
    }

    private static String held(String type, ColumnLimits limits, Scale scale, String text) {
        SqlType parsed = SqlType.parse(type).orElseThrow();
        Conversion conversion = limits instanceof Times times
                ? new GridConversion(parsed, times, Reading.STANDARD, scale)
                : new LimitedConversion(
                        Conversion.to(parsed, List.of(), scale, Overflow.REJECT), limits, Overflow.REJECT);
        return conversion.convert(text).toString();
    }

    private static String cut(String type, ColumnLimits limits, Overflow overflow, String text) {
        SqlType parsed = SqlType.parse(type).orElseThrow();
        return new LimitedConversion(Conversion.to(parsed, List.of(), Scale.REJECT, overflow), limits, overflow)
                .convert(text)
                .toString();
    }

    private static NarrowColumn narrow(String contractType, String type, @Nullable ColumnLimits limits, String words) {
        return new NarrowColumn(
                SqlType.parse(contractType).orElseThrow(), SqlType.parse(type).orElseThrow(), limits, words);
    }

    private static MappingContract contract(String text) throws ContractException {
        return ContractReader.read(text, "test.yaml").contract();
    }
}
