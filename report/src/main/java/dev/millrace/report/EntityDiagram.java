package dev.millrace.report;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableShape;
import dev.millrace.report.DiagramLayout.Edge;
import dev.millrace.report.DiagramLayout.Placed;
import dev.millrace.report.DiagramLayout.Strip;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A contract's tables as a drawing: a box each, with its key, and lines from parents to children; those with a crow's foot lead to any number of
 * rows. From one table to thousands. Drawn as SVG by {@link #write}, together with the same as a list, for those who do not see it.
 * Immutable.
 *
 * <pre>{@code
 * EntityDiagram.of(contract)
 *         .linked(table -> "#table-" + table)
 *         .noted(Map.of("orders", new Note("12,345 rows", Tone.GOOD)))
 *         .write(out);
 * }</pre>
 */
public final class EntityDiagram {

    private static final int MOST_KEYS = 3;
    private static final int MOST_CHARACTERS = 34;

    /** How a box is coloured. */
    public enum Tone {
        PLAIN,
        GOOD,
        WARN,
        BAD,
        /** With a dashed border: nothing is there. */
        MUTED
    }

    /**
     * What a caller has to say of a table.
     *
     * @param line a few words in its box, such as {@code 12,345 rows}
     * @param tone its colour, which never says anything that the words do not
     */
    public record Note(String line, Tone tone) {
        public Note {
            Objects.requireNonNull(line, "line");
            Objects.requireNonNull(tone, "tone");
        }
    }

    /**
     * A table as it is drawn.
     *
     * @param lines below its name: the columns of its key, what else it is, how many columns it has; the caller's last
     * @param keys how many of the lines are columns of the key
     * @param many whether there can be several rows for a row of the parent
     */
    record Box(
            TableShape table,
            List<String> lines,
            int keys,
            boolean many,
            @Nullable Note note,
            List<Box> below) {

        int width() {
            int width = textWidth(shortened(table.name()), 8.8);
            for (String line : lines) {
                width = Math.max(width, textWidth(line, 7.3));
            }
            return Math.max(120, width + 2 * DiagramLayout.PADDING);
        }

        int height() {
            return 2 * DiagramLayout.PADDING + DiagramLayout.NAME + DiagramLayout.LINE * lines.size();
        }
    }

    private final List<TableShape> tables;
    private final Map<String, Note> notes;
    private final Function<String, @Nullable String> links;

    private EntityDiagram(List<TableShape> tables, Map<String, Note> notes, Function<String, @Nullable String> links) {
        this.tables = List.copyOf(tables);
        this.notes = Map.copyOf(notes);
        this.links = links;
    }

    /** The tables of a contract, with nothing added. */
    public static EntityDiagram of(MappingContract contract) {
        return of(TableShape.of(contract));
    }

    /** The tables of a contract of which no more is known, with nothing added; each behind its parent. */
    public static EntityDiagram of(List<TableShape> tables) {
        return new EntityDiagram(tables, Map.of(), table -> null);
    }

    /** @param added by the tables' names in the contract; of others nothing is said */
    public EntityDiagram noted(Map<String, Note> added) {
        return new EntityDiagram(tables, added, links);
    }

    /** @param target where a table's box leads, by its name in the contract; null for nowhere */
    public EntityDiagram linked(Function<String, @Nullable String> target) {
        return new EntityDiagram(tables, notes, target);
    }

    /** Draws it: a figure that can be scrolled, and the list below it. */
    public void write(HtmlWriter out) {
        List<Box> roots = boxes();
        DiagramLayout layout = layout();
        int count = tables.size();
        String label = "Diagram of " + Amounts.count(count, "table") + "; the list behind it says the same";
        out.open("figure").line();
        out.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", label)
                .line();
        out.open(
                        "div",
                        "class",
                        "diagram",
                        "role",
                        "group",
                        "aria-label",
                        "Tables, parents on the left of their children",
                        "style",
                        "width:" + layout.width() + "px;aspect-ratio:" + layout.width() + "/" + layout.height())
                .line();
        out.open("svg", "viewBox", "0 0 " + layout.width() + " " + layout.height(), "aria-hidden", "true");
        for (Edge edge : layout.edges()) {
            out.open("path", "class", "line", "d", edge.path()).close();
        }
        out.close().line();
        layout.strips().forEach(strip -> draw(out, layout, strip));
        out.close().line().close().line();
        out.element(
                        "figcaption",
                        "Parents are on the left, columns of a key underlined. A crow’s foot leads to any number of rows, a bar to one at"
                                + " most.")
                .line();
        out.open("details").line().element("summary", "The diagram as a list").line();
        list(out, roots);
        out.close().line().close().line();
    }

    DiagramLayout layout() {
        return DiagramLayout.of(boxes());
    }

    /** Each strip is a drawing of its own, so that a browser draws those that are seen: texts in an SVG are slow. */
    private void draw(HtmlWriter out, DiagramLayout layout, Strip strip) {
        int width = strip.right() - strip.left();
        String place = String.format(
                Locale.ROOT,
                "left:%.3f%%;width:%.3f%%",
                100.0 * strip.left() / layout.width(),
                100.0 * width / layout.width());
        String part = strip.left() + " 0 " + width + " " + layout.height();
        out.open("svg", "class", "later", "role", "none", "style", place, "viewBox", part)
                .line();
        strip.boxes().forEach(box -> draw(out, box));
        out.close().line();
    }

    private void draw(HtmlWriter out, Placed placed) {
        Box box = placed.box();
        String link = links.apply(box.table().name());
        if (link != null) {
            out.open("a", "href", link);
        }
        out.open("g", "class", box.note() == null ? null : word(box.note().tone()));
        out.open(
                        "rect",
                        "x",
                        px(placed.x()),
                        "y",
                        px(placed.y()),
                        "width",
                        px(box.width()),
                        "height",
                        px(box.height()),
                        "rx",
                        "5")
                .close();
        int x = placed.x() + DiagramLayout.PADDING;
        int y = placed.y() + DiagramLayout.PADDING + 13;
        out.open("text", "class", "name", "x", px(x), "y", px(y));
        if (!shortened(box.table().name()).equals(box.table().name())) {
            out.element("title", box.table().name());
        }
        out.text(shortened(box.table().name())).close();
        y += DiagramLayout.NAME - DiagramLayout.LINE;
        for (int i = 0; i < box.lines().size(); i++) {
            y += DiagramLayout.LINE;
            boolean isNote = box.note() != null && i == box.lines().size() - 1;
            String style = i < box.keys() ? "key" : isNote ? "note" : null;
            out.element("text", box.lines().get(i), "class", style, "x", px(x), "y", px(y));
        }
        out.close();
        if (link != null) {
            out.close();
        }
        out.line();
    }

    private void list(HtmlWriter out, List<Box> boxes) {
        out.open("ul").line();
        for (Box box : boxes) {
            out.open("li");
            String link = links.apply(box.table().name());
            String name = box.table().name();
            if (link == null) {
                out.text(name);
            } else {
                out.element("a", name, "href", link);
            }
            List<String> said = new ArrayList<>();
            said.add("key " + String.join(", ", box.lines().subList(0, box.keys())));
            said.addAll(box.lines().subList(box.keys(), box.lines().size()));
            out.text(": " + String.join("; ", said));
            if (!box.below().isEmpty()) {
                out.line();
                list(out, box.below());
            }
            out.close().line();
        }
        out.close().line();
    }

    // What is in the boxes

    private List<Box> boxes() {
        Map<Integer, List<Box>> below = new HashMap<>();
        // Children are behind their parents, so from the end all that is below a table is known.
        for (int i = tables.size() - 1; i >= 0; i--) {
            TableShape table = tables.get(i);
            Box box = box(table, below.getOrDefault(i, List.of()));
            below.computeIfAbsent(table.parent(), parent -> new ArrayList<>()).add(0, box);
        }
        return below.getOrDefault(-1, List.of());
    }

    private Box box(TableShape table, List<Box> children) {
        List<String> lines = new ArrayList<>();
        List<String> key = table.key();
        for (int i = 0; i < Math.min(key.size(), MOST_KEYS); i++) {
            lines.add(shortened(key.get(i)));
        }
        int keys = lines.size();
        if (key.size() > MOST_KEYS) {
            lines.set(keys - 1, "and " + (key.size() - MOST_KEYS + 1) + " more");
        }
        if (table.sets() > 1) {
            lines.add("union of " + table.sets());
        }
        if (table.nested()) {
            lines.add("rows within rows");
        }
        if (table.refersTo() != null) {
            // To the parent a line leads.
            lines.add(shortened("refers to " + table.refersTo()));
        }
        int others = table.columns() - key.size();
        if (others > 0) {
            lines.add(Amounts.count(others, "other column"));
        }
        Note note = notes.get(table.name());
        if (note != null) {
            lines.add(shortened(note.line()));
        }
        return new Box(table, List.copyOf(lines), keys, table.many(), note, List.copyOf(children));
    }

    static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= MOST_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS - 1)) + "…";
    }

    /** About so many pixels; ideographs and the like are twice as wide as letters. */
    private static int textWidth(String text, double letter) {
        double width = text.codePoints()
                .mapToDouble(c -> c >= 0x1100 ? 2 * letter : letter)
                .sum();
        return (int) Math.ceil(width);
    }

    private static String word(Tone tone) {
        return tone.name().toLowerCase(Locale.ROOT);
    }

    private static String px(int pixels) {
        return Integer.toString(pixels);
    }
}
