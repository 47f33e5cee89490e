package dev.millrace.discovery.xsd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a schema's pattern says of the texts that match it. */
class PatternShapeTest {

    @Test
    void countsCharacters() {
        assertThat(lengths("[A-Z]{3,3}")).isEqualTo("3..3");
        assertThat(lengths("a|bc|d{4}")).isEqualTo("1..4");
        assertThat(lengths("(ab?){2,3}c")).isEqualTo("3..7");
        assertThat(lengths("a*")).isEqualTo("0..*");
        assertThat(lengths("[a-z-[aeiou]]{2}")).isEqualTo("2..2");
        assertThat(lengths("\\p{Lu}\\.\\c")).isEqualTo("3..3");
        assertThat(lengths("")).isEqualTo("0..0");
        assertThat(lengths("(a{2000000000}){2000000000}")).isEqualTo("2147483647..*");
    }

    @Test
    void knowsDigits() {
        assertThat(shape("\\d{4}").digitsOnly()).isTrue();
        assertThat(shape("0|[1-9][0-9]{0,3}").digitsOnly()).isTrue();
        assertThat(shape("[0-9]\\.[0-9]").digitsOnly()).isFalse();
        assertThat(shape("[0-9a-f]").digitsOnly()).isFalse();
    }

    @Test
    void doesNotGuessAtWhatItDoesNotUnderstand() {
        for (String expression : List.of("(", ")", "[", "[a", "a{", "a{x}", "*", "\\", "\\q", "\\p{", "[a-[b]c]")) {
            assertThat(PatternShape.of(expression)).as(expression).isEmpty();
        }
        assertThat(PatternShape.of("(".repeat(5_000) + "a" + ")".repeat(5_000))).isEmpty();
    }

    @Test
    void matches() {
        assertThat(shape(".*Z").matches("2026-01-31T00:00:00Z")).contains(true);
        assertThat(shape(".*Z").matches("2026-01-31T00:00:00")).contains(false);
        assertThat(shape("([+-]\\d\\d:\\d\\d|Z)?").matches("+01:00")).contains(true);
        assertThat(shape("[^-]").matches("-")).contains(false);
        assertThat(shape("[a-]").matches("-")).contains(true);
        assertThat(shape("[a-z-[x]]").matches("x")).contains(false);
    }

    @Test
    void matchesHostilePatternsInFewSteps() {
        String nested = "a";
        for (int i = 0; i < 60; i++) {
            nested = "(" + nested + "*)*";
        }

        assertThat(PatternShape.of(nested + "b")
                        .flatMap(shape -> shape.matches("a".repeat(40)))
                        .orElse(false))
                .isFalse();
        assertThat(shape("(a|a)*b").matches("a".repeat(60))).contains(false);
        assertThat(shape("(a{0,999999}){999999}b").matches("a".repeat(60)).orElse(false))
                .isFalse();
    }

    /** Where Java's expressions mean the same, they must say the same. */
    @Test
    void agreesWithJava() {
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            String expression = expression(random, 3);
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(7); n > 0; n--) {
                text.append("ab1-".charAt(random.nextInt(4)));
            }
            PatternShape shape = shape(expression);

            boolean matches = text.toString().matches(expression);
            assertThat(shape.matches(text.toString()))
                    .as("%s on %s", expression, text)
                    .contains(matches);
            if (matches) {
                assertThat(text.length())
                        .isBetween(shape.minLength(), shape.maxLength().orElse(Integer.MAX_VALUE));
            }
        }
    }

    private static String expression(Random random, int depth) {
        if (depth == 0) {
            return List.of("a", "b", "1", "[ab]", "[^a]", "[0-9]", ".", "\\d", "\\-")
                    .get(random.nextInt(9));
        }
        String inner = expression(random, depth - 1);
        return switch (random.nextInt(6)) {
            case 0 -> inner + expression(random, depth - 1);
            case 1 -> "(" + inner + "|" + expression(random, depth - 1) + ")";
            case 2 -> "(" + inner + ")*";
            case 3 -> "(" + inner + ")?";
            case 4 -> "(" + inner + "){1,2}";
            default -> "(" + inner + ")+" + expression(random, depth - 1);
        };
    }

    private static String lengths(String expression) {
        PatternShape shape = shape(expression);
        return shape.minLength() + ".."
                + (shape.maxLength().isPresent() ? shape.maxLength().getAsInt() : "*");
    }

    private static PatternShape shape(String expression) {
        return PatternShape.of(expression).orElseThrow();
    }
}
