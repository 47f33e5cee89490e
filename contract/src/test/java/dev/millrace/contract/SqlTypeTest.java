package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTypeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    boolean         | true                       | true
                    boolean         | 0                          | false
                    smallint        | -32768                     | -32768
                    integer         | +7                         | 7
                    bigint          | 9223372036854775807        | 9223372036854775807
                    decimal(5,2)    | 1.5                        | 1.50
                    decimal(5,2)    | 999.990                    | 999.99
                    decimal(38,0)   | 10000000000                | 10000000000
                    real            | 1.5                        | 1.5
                    double          | -1e3                       | -1000.0
                    char(3)         | abc                        | abc
                    date            | 2024-02-29                 | 2024-02-29
                    time            | 23:59:59.123456            | 23:59:59.123456
                    timestamp       | 1900-01-01                 | 1900-01-01T00:00
                    timestamp(0)    | 2026-01-31 10:00:00        | 2026-01-31T10:00
                    timestamptz     | 2026-01-31T10:00:00+02:00  | 2026-01-31T08:00Z
                    uuid            | 123E4567-e89b-12d3-a456-426614174000 | 123e4567-e89b-12d3-a456-426614174000
                    """)
    void readsLiterals(String type, String text, String value) {
        SqlType parsed = SqlType.parse(type).orElseThrow();

        Object literal = parsed.parseLiteral(text);

        assertThat(literal).hasToString(value).isInstanceOf(parsed.kind().javaClass());
    }

    @Test
    void readsBytesAsBase64() {
        assertThat(type("bytes").parseLiteral("AQID")).isEqualTo(new byte[] {1, 2, 3});
    }

    @Test
    void countsCharactersNotSurrogates() {
        assertThat(type("char(2)").parseLiteral("😀😀")).isEqualTo("😀😀");
    }

    @Test
    void keepsTheInstantOfAnOffset() {
        assertThat(type("timestamptz").parseLiteral("2026-01-31T00:30:00+01:00"))
                .isEqualTo(OffsetDateTime.parse("2026-01-30T23:30:00Z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    boolean      | yes                  | 'yes' is no boolean: expected true or false
                    smallint     | 32768                | it is not between -32768 and 32767
                    integer      | 0x1F                 | expected a whole number
                    integer      | 1_000                | expected a whole number
                    decimal(5,2) | 1.005                | it has more than 2 fraction digits
                    decimal(5,2) | 1000                 | it has more than 3 digits before the point
                    decimal(5,2) | 1e2                  | expected a decimal number
                    real         | 1e39                 | it is beyond the type's range
                    double       | NaN                  | expected a number
                    varchar(2)   | abc                  | it has 3 characters
                    date         | 2026-02-30           | expected a form such as 2026-01-31
                    date         | 2026-01-31T00:00:00  | expected a date such as 2026-01-31
                    time(0)      | 10:00:00.5           | it has more than 0 fraction digits
                    timestamptz  | 2026-01-31T10:00:00  | with an offset
                    uuid         | 1-1-1-1-1            | hexadecimal digits
                    bytes        | AQI                  | expected base64
                    xml          | <a/>                 | a contract cannot give a fragment
                    """)
    void refusesWhatIsNoLiteral(String type, String text, String message) {
        SqlType parsed = type(type);

        assertThatThrownBy(() -> parsed.parseLiteral(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static SqlType type(String words) {
        return SqlType.parse(words).orElseThrow();
    }
}
