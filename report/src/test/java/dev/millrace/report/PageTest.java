package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTest {

    private static final String CSS = ReportFixtures.resource("page.css");

    @Test
    void asksNobodyForAnything() {
        String html = Page.titled("a & b")
                .lead(out -> out.element("p", "lead"))
                .section("one", "One", out -> out.element("p", "1"))
                .section("two", "Two", out -> out.element("p", "2"))
                .foot("made by nobody")
                .html();

        assertThat(html)
                .contains("default-src 'none'".replace("'", "&#39;"))
                .doesNotContain("script-src")
                .doesNotContain("<script")
                .contains("<title>a &amp; b</title>", "<h1>a &amp; b</h1>")
                .contains("<nav aria-label=\"Contents\"><ul><li><a href=\"#one\">One</a></li>")
                .contains("<main id=\"main\">", "<h2 id=\"two\">Two</h2>", "<footer><p>made by nobody</p></footer>");
        assertThat(links(html)).allMatch(link -> link.startsWith("#") || link.equals("data:,"));
        assertThat(CSS).doesNotContain("url(", "@import", "http");
    }

    @Test
    void runsAScriptOnlyWhereItHasOne() {
        String html = Page.titled("live").script("document.title = 'x';").html();

        assertThat(html)
                .contains(
                        "script-src &#39;sha256-50Gb08pbYvh/czsoacHlOU9i8miF5rMrUy6xPcLN6qo=&#39;; connect-src &#39;self&#39;",
                        "<script>document.title = 'x';</script>")
                .doesNotContain("<nav");
    }

    /** WCAG 2.2, level AA: 4.5 to 1 for text, 3 to 1 for lines that mean something. */
    @ParameterizedTest
    @CsvSource({
        "text,page,4.5",
        "text,panel,4.5",
        "text,box,4.5",
        "soft,page,4.5",
        "soft,panel,4.5",
        "soft,box,4.5",
        "link,page,4.5",
        "edge,panel,3",
        "edge,box,3",
        "good,page,4.5",
        "good,good-panel,4.5",
        "warn,page,4.5",
        "warn,warn-panel,4.5",
        "bad,page,4.5",
        "bad,bad-panel,4.5",
        "text,good-panel,4.5",
        "soft,good-panel,4.5",
        "soft,warn-panel,4.5",
        "soft,bad-panel,4.5"
    })
    void coloursCanBeToldApartInLightAndDark(String front, String back, double least) {
        String[] schemes = CSS.split("@media \\(prefers-color-scheme: dark\\)");
        for (String scheme : new String[] {schemes[0], schemes[1].substring(0, schemes[1].indexOf("* {"))}) {
            Map<String, Double> light = new LinkedHashMap<>();
            Matcher colours = Pattern.compile("--([a-z-]+): #([0-9a-f]{6})").matcher(scheme);
            while (colours.find()) {
                light.put(colours.group(1), luminance(Integer.parseInt(colours.group(2), 16)));
            }
            double one = light.get(front);
            double other = light.get(back);
            assertThat((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05))
                    .as("%s on %s", front, back)
                    .isGreaterThanOrEqualTo(least);
        }
    }

    private static double luminance(int rgb) {
        return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
    }

    private static double linear(int channel) {
        double value = (channel & 0xff) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    static List<String> links(String html) {
        return Pattern.compile("(?:href|src|action)=\"([^\"]*)\"")
                .matcher(html)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
