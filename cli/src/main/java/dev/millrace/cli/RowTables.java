package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.TableMapping.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows rows of one table: as a table where it fits, otherwise with a line for each column, so that sixty columns can be read. */
final class RowTables {

    /** Width of a column, at least, where each line is a column of the table. */
    private static final int LEAST_TURNED_WIDTH = 18;

    private static final int MOST_TURNED_WIDTH = 32;
    private static final String INDENT = "  ";

    private RowTables() {}

    static List<String> lines(List<Column> columns, List<@Nullable Object[]> rows, int width) {
        TextTable table = new TextTable();
        for (Column column : columns) {
            table.column(column.name(), CellText.alignment(column.type()));
        }
        for (@Nullable Object[] row : rows) {
            table.row(texts(row));
        }
        return table.naturalWidth() + INDENT.length() <= width
                ? table.lines(INDENT, width)
                : turned(columns, rows, width);
    }

    /** As a table, with as many of the first columns as fit. */
    static List<String> firstColumns(List<Column> columns, List<@Nullable Object[]> rows, int width) {
        for (int count = columns.size(); count > 1; count--) {
            TextTable table = new TextTable();
            boolean all = count == columns.size();
            columns.subList(0, count).forEach(column -> table.column(column.name(), CellText.alignment(column.type())));
            if (!all) {
                table.column("+" + (columns.size() - count), Align.LEFT);
            }
            for (@Nullable Object[] row : rows) {
                List<String> cells = new ArrayList<>();
                for (String text : texts(row).subList(0, count)) {
                    cells.add(TextTable.cut(text, MOST_TURNED_WIDTH));
                }
                if (!all) {
                    cells.add("…");
                }
                table.row(cells);
            }
            if (table.naturalWidth() + INDENT.length() <= width || count == 2) {
                return table.lines(INDENT, width);
            }
        }
        return lines(columns, rows, width);
    }

    private static List<String> turned(List<Column> columns, List<@Nullable Object[]> rows, int width) {
        int names = columns.stream()
                .mapToInt(column -> column.name().length())
                .max()
                .orElse(0);
        int perBlock = Math.max(1, (width - INDENT.length() - names) / (LEAST_TURNED_WIDTH + 2));
        List<String> lines = new ArrayList<>();
        for (int first = 0; first < rows.size(); first += perBlock) {
            List<@Nullable Object[]> block = rows.subList(first, Math.min(rows.size(), first + perBlock));
            if (first > 0) {
                lines.add("");
            }
            TextTable table = new TextTable().column("", Align.LEFT);
            for (int i = 0; i < block.size(); i++) {
                table.column("row " + (first + i + 1), Align.LEFT);
            }
            for (int column = 0; column < columns.size(); column++) {
                List<String> cells = new ArrayList<>(List.of(columns.get(column).name()));
                for (@Nullable Object[] row : block) {
                    String text = CellText.of(row[column]);
                    cells.add(block.size() == 1 ? text : TextTable.cut(text, MOST_TURNED_WIDTH));
                }
                table.row(cells);
            }
            lines.addAll(table.lines(INDENT, width));
        }
        return lines;
    }

    private static List<String> texts(@Nullable Object[] row) {
        List<String> texts = new ArrayList<>();
        for (Object value : row) {
            texts.add(CellText.of(value));
        }
        return texts;
    }
}
