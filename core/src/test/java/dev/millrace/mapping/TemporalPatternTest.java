package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ColumnMapping.Reading;
import dev.millrace.contract.Formats;
import dev.millrace.contract.SqlType.Kind;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds the reader of patterns to the formatter that says what they mean, with random patterns and texts. */
class TemporalPatternTest {

    private static final List<String> DATE = List.of("yyyy", "uuuu", "MM", "dd");
    private static final List<String> LITERALS =
            List.of("", "", "-", "/", ".", ":", " ", "'T'", "'t'", "T", "'of'", "''", "'1'", ",", "[", "]", "é", "+");
    private static final String DAMAGE = "0123456789-+/.:Tt xÉ٣Z";

    @Test
    void readsWhatTheFormatterReadsAndRefusesWhatItRefuses() {
        Random random = new Random(Long.getLong("millrace.pattern.seed", 20261123L));
        int patterns = 0;
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            String pattern = pattern(random);
            DateTimeFormatter formatter;
            try {
                formatter = Formats.dateTime(pattern);
            } catch (IllegalArgumentException noPattern) {
                continue;
            }
            patterns++;
            TemporalPattern alone = new TemporalPattern(pattern, Kind.TIMESTAMPTZ, false, Reading.STANDARD);
            TemporalPattern alternative = new TemporalPattern(pattern, Kind.TIMESTAMP, true, Reading.STANDARD);
            for (int k = 0; k < 30; k++) {
                String text = text(random, formatter);
                String expected = expected(formatter, text, Kind.TIMESTAMPTZ);
                assertThat(read(alone, text)).as("'%s' as %s", text, pattern).isEqualTo(expected);
                assertThat(read(alternative, text))
                        .as("'%s' as %s, one of several", text, pattern)
                        .isEqualTo(expected(formatter, text, Kind.TIMESTAMP));
                read += expected.equals("refused") ? 0 : 1;
                refused += expected.equals("refused") ? 1 : 0;
            }
        }
        assertThat(patterns).isGreaterThan(10_000);
        assertThat(read).isGreaterThan(50_000);
        assertThat(refused).isGreaterThan(50_000);
    }

    /** Mostly a date, a time of day or both, in any order, with any literals between; sometimes too much or too little. */
    private static String pattern(Random random) {
        List<String> numbers = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            numbers.addAll(List.of(random.nextBoolean() ? "yyyy" : "uuuu", "MM", "dd"));
        }
        if (random.nextInt(3) > 0 || numbers.isEmpty()) {
            List<String> time = List.of("HH", "mm", "ss", "S".repeat(1 + random.nextInt(9)));
            numbers.addAll(time.subList(0, random.nextInt(8) > 0 ? 2 + random.nextInt(3) : 1));
        }
        if (random.nextInt(3) == 0) {
            Collections.shuffle(numbers, random);
        }
        if (random.nextInt(6) == 0) {
            numbers.set(
                    random.nextInt(numbers.size()), any(random, List.of("M", "d", "H", "yy", "yyyyy", "MMM", "SSS")));
        }
        if (random.nextInt(12) == 0) {
            numbers.add(any(random, random.nextBoolean() ? DATE : List.of("HH", "a", "XXX", "VV")));
        }
        StringBuilder pattern = new StringBuilder(random.nextInt(8) == 0 ? any(random, LITERALS) : "");
        for (int i = 0; i < numbers.size(); i++) {
            pattern.append(numbers.get(i));
            pattern.append(i + 1 < numbers.size() || random.nextInt(8) == 0 ? any(random, LITERALS) : "");
        }
        return pattern.toString();
    }

    private static String any(Random random, List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    /** A text that fits, with nothing, a little or much of it damaged. */
    private static String text(Random random, DateTimeFormatter formatter) {
        int year = random.nextInt(10) == 0 ? random.nextInt(30_000) - 10_000 : random.nextInt(10_000);
        LocalDateTime moment = LocalDateTime.of(year, 1, 1, 0, 0)
                .plusDays(random.nextInt(366))
                .plusSeconds(random.nextInt(86_400))
                .plusNanos(random.nextInt(1_000_000_000));
        StringBuilder text = new StringBuilder();
        try {
            text.append(formatter.format(moment.atZone(ZoneId.of("Europe/Paris"))));
        } catch (DateTimeException notWithThisYear) {
            text.append("2023-07-12");
        }
        for (int damage = random.nextInt(6) - 2; damage > 0 && text.length() > 0; damage--) {
            int at = random.nextInt(text.length());
            char c = DAMAGE.charAt(random.nextInt(DAMAGE.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, c);
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.setCharAt(at, c);
                default -> text.setCharAt(at, (char) ('0' + random.nextInt(10)));
            }
        }
        return random.nextInt(20) == 0 ? text + "0" : text.toString();
    }

    private static String expected(DateTimeFormatter formatter, String text, Kind kind) {
        try {
            TemporalAccessor parts = formatter.parse(text);
            return parts.query(TemporalQueries.localDate())
                    + " " + parts.query(TemporalQueries.localTime())
                    + " " + (kind == Kind.TIMESTAMPTZ ? parts.query(TemporalQueries.zone()) : null);
        } catch (DateTimeException refused) {
            return "refused";
        }
    }

    private static String read(TemporalPattern pattern, String text) {
        return pattern.read(text) ? pattern.date + " " + pattern.time + " " + pattern.zone : "refused";
    }
}
