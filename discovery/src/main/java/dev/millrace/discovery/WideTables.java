package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes the largest groups of columns out of tables that have more than a database can hold, and makes tables of them. */
final class WideTables {

    /** Columns of a key, for which there has to be room. */
    private static final int KEY = 20;

    private final List<DraftTable> tables;
    private final int most;
    private final DraftNamespaces namespaces;

    /** @param tables of a draft, to which those that are split off are added */
    WideTables(List<DraftTable> tables, int mostColumns, DraftNamespaces namespaces) {
        this.tables = tables;
        most = mostColumns - KEY;
        this.namespaces = namespaces;
    }

    void split() {
        List.copyOf(tables).forEach(this::split);
    }

    private void split(DraftTable table) {
        while (table.columns.size() > most) {
            Map<String, List<Column>> groups = new LinkedHashMap<>();
            for (Column column : table.columns) {
                int slash = column.path.indexOf('/');
                if (slash > 0 && !column.path.startsWith(".") && !column.path.contains("(")) {
                    groups.computeIfAbsent(column.path.substring(0, slash), key -> new ArrayList<>())
                            .add(column);
                }
            }
            List<Column> largest = groups.values().stream()
                    .max(Comparator.comparingInt(List::size))
                    .orElse(List.of());
            if (largest.size() < 2) {
                table.notes.add(table.columns.size() + " columns, which is more than some databases have in a table");
                return;
            }
            String step = largest.get(0).path.substring(0, largest.get(0).path.indexOf('/'));
            Shape item = table.item.children.stream()
                    .filter(child -> namespaces.step(child).equals(step))
                    .findFirst()
                    .orElse(null);
            if (item == null) {
                return;
            }
            DraftTable made = new DraftTable(item, table, step);
            tables.add(tables.indexOf(table) + 1, made);
            made.notes.add("a table of its own, since " + table.columns.size() + " columns are more than one can have");
            for (Column column : largest) {
                Column moved = new Column(
                        column.parts.subList(1, column.parts.size()),
                        column.least,
                        column.path.substring(step.length() + 1),
                        column.shape,
                        column.type);
                moved.filled = column.filled;
                moved.required = made.isFull(moved);
                moved.nil = column.nil;
                moved.joined = column.joined;
                made.columns.add(moved);
            }
            table.columns.removeAll(largest);
        }
    }
}
