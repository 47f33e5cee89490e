package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.SqlType.Kind;
import dev.millrace.contract.TypeChange.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeChangeTest {

    /** Each kind, with sizes below, at and beyond those of others. */
    private static final List<String> TYPES = List.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "decimal(4,0)",
            "decimal(5,0)",
            "decimal(10,0)",
            "decimal(10,2)",
            "decimal(12,4)",
            "decimal(19,0)",
            "decimal(2,2)",
            "real",
            "double",
            "char(3)",
            "char(9)",
            "varchar(3)",
            "varchar(9)",
            "text",
            "date",
            "time(0)",
            "time(6)",
            "timestamp(3)",
            "timestamp(6)",
            "timestamptz(3)",
            "timestamptz(6)",
            "uuid",
            "bytes",
            "xml");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            smallint       | integer        | WIDENED  |
            integer        | bigint         | WIDENED  |
            bigint         | integer        | NARROWED | numbers below -2147483648 or above 2147483647
            smallint       | decimal(5,0)   | WIDENED  |
            smallint       | decimal(4,0)   | NARROWED | numbers with more than 4 digits before the point
            decimal(4,0)   | smallint       | WIDENED  |
            integer        | decimal(12,2)  | WIDENED  |
            integer        | decimal(10,2)  | OTHER    | numbers with more than 8 digits before the point
            decimal(10,2)  | integer        | OTHER    | numbers with a fraction
            decimal(12,2)  | integer        | NARROWED | numbers below -2147483648 or above 2147483647 or numbers with a fraction
            decimal(9,2)   | decimal(12,4)  | WIDENED  |
            decimal(9,2)   | decimal(10,3)  | WIDENED  |
            decimal(9,2)   | decimal(9,4)   | OTHER    | numbers with more than 5 digits before the point
            decimal(12,4)  | decimal(9,3)   | NARROWED | numbers with more than 6 digits before the point or numbers with more than 3 digits behind the point
            decimal(9,2)   | decimal(9,1)   | OTHER    | numbers with more than 1 digit behind the point
            decimal(3,2)   | decimal(2,2)   | NARROWED | numbers with digits before the point
            smallint       | real           | WIDENED  |
            integer        | real           | OTHER    | numbers of more than 6 digits
            integer        | double         | WIDENED  |
            bigint         | double         | OTHER    | numbers of more than 15 digits
            decimal(9,2)   | double         | OTHER    | fractions such as 0.1, but for the nearest binary number,
            real           | double         | WIDENED  |
            double         | real           | NARROWED | numbers of more than 6 digits, or beyond 3.4e38,
            double         | decimal(9,2)   | OTHER    | numbers with more than 7 digits before the point or numbers with more than 2 digits behind the point
            double         | bigint         | OTHER    | numbers below -9223372036854775808 or above 9223372036854775807 or numbers with a fraction
            char(3)        | varchar(3)     | WIDENED  |
            varchar(3)     | char(3)        | NARROWED | blanks at the end of a text
            varchar(3)     | char(5)        | OTHER    | blanks at the end of a text
            varchar(3)     | varchar(9)     | WIDENED  |
            varchar(9)     | varchar(1)     | NARROWED | texts of more than 1 character
            varchar(9)     | text           | WIDENED  |
            text           | char(9)        | NARROWED | texts of more than 9 characters or blanks at the end of a text
            time(3)        | time(6)        | WIDENED  |
            timestamp(6)   | timestamp(0)   | NARROWED | fractions of a second
            timestamptz(6) | timestamptz(3) | NARROWED | fractions of a second with more than 3 digits
            date           | timestamp      | WIDENED  |
            timestamp      | date           | NARROWED | times of day other than midnight
            timestamp      | timestamptz    | OTHER    | values that are no date and time with a zone, where the column has no 'zone',
            timestamptz    | timestamp      | OTHER    | values that are no date and time without a zone, where the column has no 'zone',
            date           | time           | OTHER    | values that are no time of day
            boolean        | smallint       | OTHER    | values that are no whole number from -32768 to 32767
            integer        | boolean        | OTHER    | values other than true, false, 1 and 0
            bigint         | text           | OTHER    |
            bigint         | varchar(5)     | OTHER    | texts of more than 5 characters
            varchar(9)     | decimal(9,2)   | OTHER    | values that are no number with at most 7 digits before and 2 behind the point
            text           | uuid           | OTHER    | values that are no UUID
            text           | bytes          | OTHER    | values that are no base64
            text           | double         | OTHER    | values that are no number
            xml            | text           | OTHER    | tags
            xml            | varchar(9)     | OTHER    | tags and texts of more than 9 characters
            text           | xml            | OTHER    | texts without their element
            """)
    void tellsWhatNoLongerFits(String before, String after, Direction direction, String lost) {
        assertThat(TypeChange.between(type(before), type(after)))
                .isEqualTo(new TypeChange(direction, lost == null ? "" : lost));
    }

    /** Over all pairs: wider one way is narrower the other way, and what is wider has lost nothing. */
    @Test
    void isOfOneMindBothWays() {
        List<String> odd = new ArrayList<>();
        for (String before : TYPES) {
            for (String after : TYPES) {
                TypeChange there = TypeChange.between(type(before), type(after));
                TypeChange back = TypeChange.between(type(after), type(before));
                boolean sound = switch (there.direction()) {
                    case SAME -> before.equals(after) && there.lost().isEmpty();
                    case WIDENED -> there.lost().isEmpty() && !back.lost().isEmpty() || before.startsWith("char");
                    case NARROWED ->
                        back.direction() == Direction.WIDENED || after.startsWith("char") || before.startsWith("char");
                    case OTHER -> !there.lost().isEmpty() || after.equals("text");
                };
                if (!sound) {
                    odd.add(before + " → " + after + ": " + there + ", back " + back);
                }
            }
        }

        assertThat(odd).isEmpty();
    }

    /** Over all three: what is wider than the wider is wider. */
    @Test
    void wideningGoesOn() {
        for (String a : TYPES) {
            for (String b : TYPES) {
                for (String c : TYPES) {
                    if (isWider(a, b) && isWider(b, c)) {
                        assertThat(isWider(a, c)).as(a + " → " + b + " → " + c).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void knowsEveryKind() {
        assertThat(Stream.of(Kind.values()).map(Kind::word))
                .allMatch(word -> TYPES.stream()
                        .anyMatch(type -> type.replaceAll("\\(.*", "").equals(word)));
    }

    private static boolean isWider(String before, String after) {
        return TypeChange.between(type(before), type(after)).direction() == Direction.WIDENED;
    }

    private static SqlType type(String words) {
        return SqlType.parse(words).orElseThrow(() -> new IllegalArgumentException(words));
    }
}
