package dev.millrace.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML, and SVG within it: what is text stays text, whatever characters it has. Names of elements and attributes are the program's own.
 * For one thread.
 *
 * <pre>{@code
 * out.element("p", p -> p.text("rows: ").element("b", "12"), "class", "note");
 * }</pre>
 */
public final class HtmlWriter {

    /** Elements without an end tag. */
    private static final Set<String> VOID = Set.of("br", "col", "hr", "img", "input", "link", "meta", "wbr");

    /** How high a table's row of one line is, in the size of the page's letters. */
    private static final double ROW = 2.25;

    private final StringBuilder html = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Begins an element that {@link #close} ends, unless it is one without an end. */
    public HtmlWriter open(String element, @Nullable String... attributes) {
        html.append('<').append(element);
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("an attribute of " + element + " without a value");
        }
        for (int i = 0; i < attributes.length; i += 2) {
            String value = attributes[i + 1];
            if (value != null) {
                html.append(' ').append(attributes[i]).append("=\"");
                escape(value);
                html.append('"');
            }
        }
        html.append('>');
        if (!VOID.contains(element)) {
            open.push(element);
        }
        return this;
    }

    /** Ends the element that was begun last. */
    public HtmlWriter close() {
        html.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element with what is written meanwhile in it. Of an attribute that is null nothing is written. */
    public HtmlWriter element(String element, Consumer<HtmlWriter> content, @Nullable String... attributes) {
        open(element, attributes);
        content.accept(this);
        return close();
    }

    /** An element that holds a text alone. */
    public HtmlWriter element(String element, String text, @Nullable String... attributes) {
        return element(element, out -> out.text(text), attributes);
    }

    public HtmlWriter text(String text) {
        escape(text);
        return this;
    }

    /**
     * Begins a table, up to its first row, that is scrolled where it is wider than the window, also by keys; {@link #closeTable} ends it.
     *
     * @param label what it holds, for those who do not see it
     * @param rows how many it will have, about, for the scroll bar before it is drawn
     */
    public HtmlWriter table(String label, int rows, List<String> headings) {
        String height = String.format(Locale.ROOT, "--height:%.1frem", ROW * (rows + 1));
        open("div", "class", "wide later", "style", height, "role", "region", "tabindex", "0", "aria-label", label)
                .line();
        open("table").line().open("thead").open("tr");
        headings.forEach(heading -> element("th", heading, "scope", "col"));
        return close().close().line().open("tbody").line();
    }

    /** Ends what {@link #table} began. */
    public HtmlWriter closeTable() {
        return close().close().close().line();
    }

    /** A line break of the source, for those who read it and for comparisons. */
    public HtmlWriter line() {
        html.append('\n');
        return this;
    }

    /** Text of the program's own that is HTML, CSS or a script already. Never anything of a contract, a document or a database. */
    HtmlWriter trusted(String text) {
        html.append(text);
        return this;
    }

    /** All that was written. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("the element " + open.peek() + " is not closed");
        }
        return html.toString();
    }

    private void escape(String text) {
        Objects.requireNonNull(text, "text");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> {
                    if (isUnfit(text, i)) {
                        html.append('\uFFFD');
                    } else {
                        html.append(c);
                    }
                }
            }
        }
    }

    /** Control characters, which HTML does not have, and halves of characters. */
    private static boolean isUnfit(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
        }
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
