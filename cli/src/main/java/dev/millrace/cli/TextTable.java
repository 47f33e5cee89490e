package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Aligned columns of text for a terminal. Where they are too wide together, each does as its {@link Fit} says; control characters are
 * shown as a dot, so that a value cannot draw on the screen.
 */
final class TextTable {

    /** Where a column's cells stand. */
    enum Align {
        LEFT,
        RIGHT
    }

    /** What becomes of a column where all of them are too wide. */
    enum Fit {
        /** It is narrowed, the widest first, and what no longer fits ends in an ellipsis. */
        CUT,
        /** Likewise, but what no longer fits goes on in the next line, from word to word. */
        WRAP,
        /** It stays as wide as it is, such as what people copy. */
        WHOLE,
        /** It stays, too, until narrowing the others is not enough: then it is left out, from left to right, which a last line says. */
        LEAVE_OUT
    }

    private static final String GAP = "  ";

    /** Narrower than this, a column tells nothing. */
    private static final int LEAST_WIDTH = 6;

    /** The same for words. */
    private static final int LEAST_WRAPPED_WIDTH = 16;

    private final List<Align> alignment = new ArrayList<>();
    private final List<Fit> fits = new ArrayList<>();
    private final List<String> header = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    TextTable column(String title, Align align) {
        return column(title, align, Fit.CUT);
    }

    TextTable column(String title, Align align, Fit fit) {
        header.add(title);
        alignment.add(align);
        fits.add(fit);
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
        List<String> lines = new ArrayList<>();
        List<Integer> columns =
                new ArrayList<>(IntStream.range(0, header.size()).boxed().toList());
        List<String> leftOut = new ArrayList<>();
        int[] widths = widths(columns, width - indent.length());
        while (sum(columns, widths) > width - indent.length()) {
            int dispensable = columns.stream()
                    .filter(i -> fits.get(i) == Fit.LEAVE_OUT)
                    .findFirst()
                    .orElse(-1);
            if (dispensable < 0) {
                break;
            }
            columns.remove((Integer) dispensable);
            leftOut.add(header.get(dispensable));
            widths = widths(columns, width - indent.length());
        }
        if (!String.join("", header).isBlank()) {
            addRow(lines, indent, header, columns, widths);
            List<String> rule = new ArrayList<>();
            for (int i = 0; i < widths.length; i++) {
                rule.add(header.get(i).isBlank() ? "" : "-".repeat(widths[i]));
            }
            addRow(lines, indent, rule, columns, widths);
        }
        for (List<String> row : rows) {
            addRow(lines, indent, row, columns, widths);
        }
        if (!leftOut.isEmpty()) {
            lines.addAll(Paragraph.wrap(
                    indent + "(too narrow for: " + String.join(", ", leftOut) + ")", width, indent.length()));
        }
        return lines;
    }

    /** How wide the table is when nothing is cut. */
    int naturalWidth() {
        List<Integer> columns = IntStream.range(0, header.size()).boxed().toList();
        return sum(columns, naturalWidths());
    }

    private int[] naturalWidths() {
        int[] widths = new int[header.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = TextWidth.of(header.get(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
            }
        }
        return widths;
    }

    private static int sum(List<Integer> columns, int[] widths) {
        return GAP.length() * (columns.size() - 1)
                + columns.stream().mapToInt(i -> widths[i]).sum();
    }

    private int[] widths(List<Integer> columns, int available) {
        int[] widths = naturalWidths();
        int sum = sum(columns, widths);
        while (sum > available) {
            int widest = -1;
            for (int i : columns) {
                if (widths[i] > leastWidth(i) && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                break;
            }
            widths[widest]--;
            sum--;
        }
        return widths;
    }

    private int leastWidth(int column) {
        return switch (fits.get(column)) {
            case CUT -> LEAST_WIDTH;
            case WRAP -> LEAST_WRAPPED_WIDTH;
            case WHOLE, LEAVE_OUT -> Integer.MAX_VALUE;
        };
    }

    private void addRow(List<String> lines, String indent, List<String> cells, List<Integer> columns, int[] widths) {
        List<List<String>> parts = new ArrayList<>();
        int height = 1;
        for (int i : columns) {
            List<String> cell = fits.get(i) == Fit.WRAP
                    ? Paragraph.wrap(cells.get(i), widths[i], 0)
                    : List.of(cut(cells.get(i), widths[i]));
            parts.add(cell);
            height = Math.max(height, cell.size());
        }
        for (int line = 0; line < height; line++) {
            StringBuilder text = new StringBuilder(indent);
            for (int at = 0; at < parts.size(); at++) {
                int column = columns.get(at);
                String part = line < parts.get(at).size() ? parts.get(at).get(line) : "";
                String blanks = " ".repeat(Math.max(0, widths[column] - TextWidth.of(part)));
                text.append(at == 0 ? "" : GAP);
                text.append(alignment.get(column) == Align.RIGHT ? blanks + part : part + blanks);
            }
            lines.add(text.toString().stripTrailing());
        }
    }

    /** The text, or its beginning and an ellipsis. */
    static String cut(String text, int width) {
        if (TextWidth.of(text) <= width) {
            return text;
        }
        return width <= 1
                ? text.substring(0, TextWidth.fitting(text, width))
                : text.substring(0, TextWidth.fitting(text, width - 1)) + "…";
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
}
