package dev.millrace.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueFormsTest {

    private final ValueForms forms = new ValueForms();

    private List<String> names(String text) {
        int bits = forms.of(text);
        List<String> names = new ArrayList<>();
        for (ValueForm form : ValueForm.values()) {
            if ((bits & form.bit()) != 0) {
                names.add(form.name());
            }
        }
        return names;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | DIGITS INTEGER DECIMAL GROUPED_BY_COMMA GROUPED_BY_POINT DOUBLE",
                "0 | DIGITS INTEGER DECIMAL GROUPED_BY_COMMA GROUPED_BY_POINT DOUBLE",
                "-7 | INTEGER DECIMAL GROUPED_BY_COMMA GROUPED_BY_POINT DOUBLE",
                "007 | DIGITS",
                "00 | DIGITS",
                "+7 | ",
                "999999999999999999 | DIGITS INTEGER DECIMAL GROUPED_BY_COMMA GROUPED_BY_POINT",
                "9999999999999999999 | DIGITS",
                "1.5 | DECIMAL GROUPED_BY_COMMA DOUBLE",
                "0.50 | DECIMAL GROUPED_BY_COMMA DOUBLE",
                ".5 | DECIMAL GROUPED_BY_COMMA DOUBLE",
                "00.5 | ",
                "5. | ",
                "- | ",
                ". | ",
                "1,5 | GROUPED_BY_POINT",
                "1,234 | GROUPED_BY_COMMA GROUPED_BY_POINT",
                "1.234 | DECIMAL GROUPED_BY_COMMA GROUPED_BY_POINT DOUBLE",
                "0,234 | GROUPED_BY_POINT",
                "1,234.50 | GROUPED_BY_COMMA",
                "1.234,50 | GROUPED_BY_POINT",
                "1,234,567 | GROUPED_BY_COMMA",
                "1.234.567 | GROUPED_BY_POINT",
                "1,234,567.89 | GROUPED_BY_COMMA",
                "12,34,567 | ",
                "1,234.567,8 | ",
                "1.2.3 | ",
                "192.168.0.1 | ",
                "1e5 | DOUBLE",
                "-1.5E-7 | DOUBLE",
                "1e | ",
                "e5 | ",
                "INF | DOUBLE",
                "-INF | DOUBLE",
                "NaN | DOUBLE",
                "true | BOOLEAN",
                "false | BOOLEAN",
                "True | ",
                "123e4567-e89b-12d3-a456-426614174000 | UUID",
                "a23e4567-e89b-12d3-a456-426614174000 | UUID",
                "a23e4567-e89b-12d3-a456-42661417400g | ",
                "23:59 | TIME",
                "23:59:59.5 | TIME",
                "24:00 | ",
                "2026-01-31 | ISO_DATE",
                "2026-01-31T10:15:00Z | ISO_DATE",
                "2026-01-31 10:15 | ISO_DATE",
                "2026-02-30 | ",
                "2024-02-29 | ISO_DATE",
                "2026-1-31 | ",
                "31.01.2026 | DMY_POINTS",
                "1.2.2026 | DMY_POINTS",
                "31/01/2026 | DMY_SLASHES",
                "01/31/2026 | MDY_SLASHES",
                "03/04/2026 | DMY_SLASHES MDY_SLASHES",
                "03-04-2026 | DMY_DASHES MDY_DASHES",
                "2026/01/31 | YMD_SLASHES",
                "2026.01.31 | YMD_POINTS",
                "31 Jan 2026 | DAY_MONTH_YEAR",
                "31-JAN-2026 | DAY_MONTH_YEAR_DASHES",
                "Foo bar 2026 | ",
                "32 Jan 2026 | ",
                "31 Jab 2026 | ",
                "10 Downing Street | ",
                "2026-01-31x | ",
                "2026-01-31T | ",
                "2026-01-31T1 | ",
                "2026-01-31T10:15:00 | ISO_DATE",
                "2026-01-31T10:15:00+01: | ",
                "2026-01-31T10:00:00+25:00 | ",
                "2026-01-31T10:00:00+14:00 | ISO_DATE",
                "30 Feb 2026 | ",
                "0.1234567890123456789 | DECIMAL GROUPED_BY_COMMA",
                "1234567890123456789e5 | ",
                "N/A | ",
            })
    void aTextHasForms(String text, String expected) {
        assertThat(names(text)).isEqualTo(expected == null ? List.of() : List.of(expected.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20260131 | true",
                "18991231 | false",
                "20261301 | false",
            })
    void eightDigitsMayBeADate(String text, boolean date) {
        assertThat(names(text)).contains("INTEGER");
        assertThat(names(text).contains("PLAIN_DATE")).isEqualTo(date);
    }

    @Test
    void theDayOfTheWeekHasToBeRight() {
        assertThat(names("Mon, 31 Jan 2026 10:15:00 GMT")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Jan 31, 2026 | MONTH_DAY_YEAR",
                "Sat, 31 Jan 2026 10:15:00 +0100 | WEEKDAY_DATE",
                "Sat, 31 Jan 2026 10:15:00 GMT | WEEKDAY_DATE",
            })
    void datesAsInMails(String text, String expected) {
        assertThat(names(text)).containsExactly(expected);
    }
}
