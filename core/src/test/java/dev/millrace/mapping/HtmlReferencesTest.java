package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expectations are those of Python's html.unescape. */
class HtmlReferencesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    Hedge &amp; Rose         | Hedge & Rose
                    &amp;amp;                | &amp;
                    &lt;tag&gt;              | <tag>
                    x&copy=1                 | x©=1
                    &notit;&notin;           | ¬it;∉
                    &Eacute&eacute;          | Éé
                    &hearts;&hearts          | ♥&hearts
                    &CounterClockwiseContourIntegral; | ∳
                    &NotEqualTilde;          | ≂̸
                    &#233;&#xE9;&#XE9;&#233  | éééé
                    &#128;&#x96;             | €–
                    &#x1F600;                | 😀
                    a&#1;b&#xFFFE;           | ab
                    &#0;&#xD800;&#99999999999; | ���
                    & &; &# &#; &#x; &#xg; &b | & &; &# &#; &#x; &#xg; &b
                    &unknown; &g &           | &unknown; &g &
                    &&lt;&                   | &<&
                    """)
    void decodesAsTheHtmlStandardSays(String text, String decoded) {
        assertThat(HtmlReferences.decode(text)).isEqualTo(decoded);
    }

    @Test
    void givesBackTheSameTextWhereThereIsNoReference() {
        String text = "nothing to decode";

        assertThat(HtmlReferences.decode(text)).isSameAs(text);
    }
}
