package dev.millrace.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A page in the look of all our pages: one file with its styles in it, which asks nobody for anything, so that it can be mailed and kept.
 * Light and dark as the reader's system is, from a phone's width to print, with headings and landmarks for those who do not see it.
 * Content comes in sections, each with a heading, and a list of contents leads to them. For one thread.
 *
 * <pre>{@code
 * String html = Page.titled("orders")
 *         .lead(out -> out.element("p", "Two tables."))
 *         .section("tables", "Tables", out -> out.element("p", "…"))
 *         .foot("Made by Millrace 0.1")
 *         .html();
 * }</pre>
 */
public final class Page {

    private static final String STYLE = resource("page.css");

    private record Section(String id, String heading, Consumer<HtmlWriter> content) {}

    private final String title;
    private final List<Section> sections = new ArrayList<>();
    private final List<String> scripts = new ArrayList<>();
    private final List<String> styles = new ArrayList<>();
    private Consumer<HtmlWriter> lead = out -> {};
    private String status = "";
    private String foot = "";

    private Page(String title) {
        this.title = title;
    }

    /** @param title the heading, and the name of the browser's tab; not blank */
    public static Page titled(String title) {
        return new Page(title);
    }

    /** What stands below the heading: the page in a sentence or two. */
    public Page lead(Consumer<HtmlWriter> content) {
        lead = content;
        return this;
    }

    /**
     * Adds a section.
     *
     * @param id for links to it; letters, digits and hyphens, once in a page
     */
    public Page section(String id, String heading, Consumer<HtmlWriter> content) {
        sections.add(new Section(id, heading, content));
        return this;
    }

    /** What is to be known of the page itself, such as that it follows a run; a browser reads it aloud when it changes. */
    public Page status(String text) {
        status = text;
        return this;
    }

    /** The last line: by what the page was made, and of what. */
    public Page foot(String text) {
        foot = text;
        return this;
    }

    /** More styles, of the program's own; colours are the variables of {@code page.css}. */
    public Page style(String css) {
        styles.add(css);
        return this;
    }

    /** A script of the program's own, which runs when all of the page is there. The page can run no other. */
    Page script(String script) {
        scripts.add(script);
        return this;
    }

    /** The whole page. */
    public String html() {
        return around(content());
    }

    /** The whole page, of which what is seen has been drawn already. */
    String around(String content) {
        HtmlWriter out = new HtmlWriter();
        out.trusted("<!DOCTYPE html>\n");
        out.open("html", "lang", "en").line();
        out.element("head", this::head).line();
        out.open("body").line().trusted(content);
        scripts.forEach(script -> out.trusted("<script>" + script + "</script>\n"));
        out.close().line().close().line();
        return out.toString();
    }

    /** What is seen: all that is in the body but scripts. */
    String content() {
        HtmlWriter out = new HtmlWriter();
        out.element("a", "Skip to the content", "class", "skip", "href", "#main")
                .line();
        if (!status.isEmpty()) {
            out.element("p", status, "class", "status", "role", "status").line();
        }
        out.element("header", header -> {
                    header.element("h1", title).line();
                    lead.accept(header);
                })
                .line();
        if (sections.size() > 1) {
            out.element("nav", this::contents, "aria-label", "Contents").line();
        }
        out.open("main", "id", "main").line();
        for (Section section : sections) {
            out.open("section", "aria-labelledby", section.id()).line();
            out.element("h2", section.heading(), "id", section.id()).line();
            section.content().accept(out);
            out.close().line();
        }
        out.close().line();
        if (!foot.isEmpty()) {
            out.element("footer", footer -> footer.element("p", foot)).line();
        }
        return out.toString();
    }

    /** What the page may do: scripts are named by their hashes, so that nothing else can become one. */
    String policy() {
        String hashes = scripts.stream()
                .map(script -> " 'sha256-" + sha256(script) + "'")
                .collect(Collectors.joining());
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
                + (scripts.isEmpty() ? "" : "; script-src" + hashes + "; connect-src 'self'");
    }

    private static String sha256(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder().encodeToString(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void head(HtmlWriter out) {
        out.line().open("meta", "charset", "utf-8").line();
        out.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        out.open("meta", "name", "color-scheme", "content", "light dark").line();
        out.open("meta", "http-equiv", "Content-Security-Policy", "content", policy())
                .line();
        // Without an icon browsers would ask the server for one.
        out.open("link", "rel", "icon", "href", "data:,").line();
        out.element("title", title).line();
        out.trusted("<style>\n" + STYLE.strip() + "\n");
        styles.forEach(css -> out.trusted(css.strip() + "\n"));
        out.trusted("</style>\n");
    }

    private void contents(HtmlWriter out) {
        out.element(
                "ul",
                list -> sections.forEach(section ->
                        list.element("li", item -> item.element("a", section.heading(), "href", "#" + section.id()))));
    }

    /** A file of this package. */
    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
