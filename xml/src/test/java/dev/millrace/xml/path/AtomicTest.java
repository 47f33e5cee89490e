package dev.millrace.xml.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtomicTest {

    /** Doubles and floats for which one Java or another writes more digits than it takes (JDK-4511638). */
    @ParameterizedTest
    @CsvSource({
        "2.0E-3, 0.002",
        "2.0E23, 2.0E23",
        "1.0E23, 1.0E23",
        "8.41E21, 8.41E21",
        "2.2250738585072014E-308, 2.2250738585072014E-308",
        "1.7976931348623157E308, 1.7976931348623157E308",
        "4.9E-324, 5.0E-324",
        "2E-323, 2.0E-323",
        "9223372036854775808, 9.223372036854776E18",
        "18446744073709551616, 1.8446744073709552E19",
        "5.684341886080802E-14, 5.684341886080802E-14",
        "9007199254740993, 9.007199254740992E15",
        "0.1, 0.1",
        "-1e-7, -1.0E-7",
        "1e6, 1.0E6",
        "999999.5, 999999.5",
        "0.30000000000000004, 0.30000000000000004",
    })
    void writesADoubleWithTheFewestDigits(double number, String text) {
        assertThat(Atomic.lexical(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1e15, 1.0E15",
        "6148915000000000000, 6.148915E18",
        "1.1754944E-38, 1.1754944E-38",
        "3.4028235E38, 3.4028235E38",
        "1.4E-45, 1.0E-45",
        "0.1, 0.1",
        "16777216, 1.6777216E7",
        "3.3554432E7, 3.3554432E7",
        "1e10, 1.0E10",
        "9.5367431640625E-7, 9.536743E-7",
    })
    void writesAFloatWithTheFewestDigits(float number, String text) {
        assertThat(Atomic.lexical(number)).isEqualTo(text);
    }

    @Test
    void whatItWritesReadsBackAndNoDigitLessDoes() {
        Random random = new Random(4511638);
        for (int i = 0; i < 200_000; i++) {
            double number = i % 3 == 0 ? Math.scalb(1.0, i % 2000 - 1000) : Double.longBitsToDouble(random.nextLong());
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                continue;
            }
            String text = Atomic.lexical(number);

            assertThat(Double.parseDouble(text)).isEqualTo(number);
            assertThat(digits(text)).as(text).isLessThanOrEqualTo(digits(Double.toString(number)));
        }
        for (int i = 0; i < 200_000; i++) {
            float number = i % 3 == 0 ? Math.scalb(1f, i % 250 - 125) : Float.intBitsToFloat(random.nextInt());
            if (Float.isNaN(number) || Float.isInfinite(number)) {
                continue;
            }
            String text = Atomic.lexical(number);

            assertThat(Float.parseFloat(text)).isEqualTo(number);
            assertThat(digits(text)).as(text).isLessThanOrEqualTo(digits(Float.toString(number)));
        }
    }

    private static int digits(String number) {
        return new BigDecimal(number).stripTrailingZeros().precision();
    }
}
