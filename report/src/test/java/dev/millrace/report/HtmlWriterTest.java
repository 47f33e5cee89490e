package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlWriterTest {

    @Test
    void keepsTextAsTextWhateverItIs() {
        HtmlWriter out = new HtmlWriter();

        out.element("p", "<script>alert('1' & \"2\")</script>", "title", "\"><b a='", "class", null);

        assertThat(out.toString())
                .isEqualTo("<p title=\"&quot;&gt;&lt;b a=&#39;\">&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)"
                        + "&lt;/script&gt;</p>");
    }

    @Test
    void replacesWhatHtmlDoesNotHave() {
        HtmlWriter out = new HtmlWriter();

        out.text("a\u0000b\u001bc\u0085d\ud800e\udc00f\ud83d\ude00\n\t");

        assertThat(out.toString()).isEqualTo("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ud83d\ude00\n\t");
    }

    @Test
    void closesWhatIsOpenAndNothingElse() {
        HtmlWriter out = new HtmlWriter();
        out.open("ul").open("li").open("br").text("x").close();

        assertThatThrownBy(out::toString).hasMessage("the element ul is not closed");
        assertThat(out.close().toString()).isEqualTo("<ul><li><br>x</li></ul>");
        assertThatThrownBy(() -> out.open("a", "href")).hasMessage("an attribute of a without a value");
    }
}
