package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Aligned columns of text for a terminal. Columns that are too wide together are narrowed, the widest first, and what no
 * longer fits ends in an ellipsis; control characters are shown as a dot, so that a value cannot draw on the screen.
 */
final class TextTable {

    /** Where a column's cells stand. */
    enum Align {
        LEFT,
        RIGHT
    }

    private static final String GAP = "  ";

    /** Narrower than this, a column tells nothing. */
    private static final int LEAST_WIDTH = 6;

    private final List<Align> alignment = new ArrayList<>();
    private final List<String> header = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    TextTable column(String title, Align align) {
        header.add(title);
        alignment.add(align);
        return this;
    }

    TextTable row(List<String> cells) {
        if (cells.size() != header.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + header.size() + " columns");
        }
        rows.add(cells.stream().map(TextTable::printable).toList());
        return this;
    }

    TextTable row(String... cells) {
        return row(List.of(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, each at most {@code width} wide where that can be; the header is left out when all titles are blank. */
    List<String> lines(String indent, int width) {
        int[] widths = widths(width - indent.length());
        List<String> lines = new ArrayList<>();
        if (!String.join("", header).isBlank()) {
            lines.add(line(indent, header, widths));
            List<String> rule = new ArrayList<>();
            for (int i = 0; i < widths.length; i++) {
                rule.add(header.get(i).isBlank() ? "" : "-".repeat(widths[i]));
            }
            lines.add(line(indent, rule, widths));
        }
        for (List<String> row : rows) {
            lines.add(line(indent, row, widths));
        }
        return lines;
    }

    /** How wide the table is when nothing is cut. */
    int naturalWidth() {
        return sum(naturalWidths());
    }

    private int[] naturalWidths() {
        int[] widths = new int[header.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = length(header.get(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        return widths;
    }

    private static int sum(int[] widths) {
        return GAP.length() * (widths.length - 1) + IntStream.of(widths).sum();
    }

    private int[] widths(int available) {
        int[] widths = naturalWidths();
        int sum = sum(widths);
        while (sum > available) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= LEAST_WIDTH) {
                break;
            }
            widths[widest]--;
            sum--;
        }
        return widths;
    }

    private String line(String indent, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < widths.length; i++) {
            String cell = cut(cells.get(i), widths[i]);
            String blanks = " ".repeat(widths[i] - length(cell));
            line.append(i == 0 ? "" : GAP);
            line.append(alignment.get(i) == Align.RIGHT ? blanks + cell : cell + blanks);
        }
        return line.toString().stripTrailing();
    }

    /** The text, or its beginning and an ellipsis. */
    static String cut(String text, int width) {
        if (length(text) <= width) {
            return text;
        }
        return width <= 1
                ? text.substring(0, text.offsetByCodePoints(0, width))
                : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }

    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return text.codePoints()
                        .map(c -> Character.isISOControl(c) ? '·' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
