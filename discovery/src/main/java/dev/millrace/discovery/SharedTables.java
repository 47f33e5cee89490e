package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one table of tables whose elements have one name and are alike, such as the addresses of several parents. */
final class SharedTables {

    private final List<DraftTable> tables;
    private final DraftNamespaces namespaces;

    private SharedTables(List<DraftTable> tables, DraftNamespaces namespaces) {
        this.tables = tables;
        this.namespaces = namespaces;
    }

    /** @param tables of a draft, in which those that become one are replaced */
    static void share(List<DraftTable> tables, DraftNamespaces namespaces) {
        new SharedTables(tables, namespaces).share();
    }

    private void share() {
        Map<String, List<DraftTable>> byName = new LinkedHashMap<>();
        for (DraftTable table : tables) {
            boolean alone = table.children.isEmpty() && table.nested.isEmpty() && table.union.isEmpty();
            if (alone && table.parent != null && !table.item.isAny()) {
                byName.computeIfAbsent(table.item.name.toString(), key -> new ArrayList<>())
                        .add(table);
            }
        }
        for (List<DraftTable> same : byName.values()) {
            List<DraftTable> alike = new ArrayList<>(same);
            alike.removeIf(table -> !areAlike(same.get(0), table));
            DraftTable around = alike.size() > 1 ? commonParent(alike) : null;
            if (around != null) {
                unite(alike, around);
            }
        }
    }

    private static boolean areAlike(DraftTable one, DraftTable other) {
        Set<String> mine = new HashSet<>();
        one.columns.forEach(column -> mine.add(column.path));
        long common = other.columns.stream()
                .filter(column -> mine.contains(column.path))
                .count();
        return common * 2 >= Math.max(one.columns.size(), other.columns.size());
    }

    private static @Nullable DraftTable commonParent(List<DraftTable> some) {
        for (DraftTable up = some.get(0).parent; up != null; up = up.parent) {
            DraftTable candidate = up;
            if (some.stream().allMatch(table -> table.isBelow(candidate))) {
                return candidate;
            }
        }
        return null;
    }

    private void unite(List<DraftTable> alike, DraftTable around) {
        DraftTable united = new DraftTable(alike.get(0).item, around, "");
        united.wanted = DraftNames.snake(united.item.name.local());
        united.label = "place";
        united.labelType = "varchar(100)";
        united.notes.add("of " + alike.size() + " places, as --share asks for");
        Map<String, Column> columns = new LinkedHashMap<>();
        for (DraftTable table : alike) {
            for (Column column : table.columns) {
                Column known = columns.get(column.path);
                if (known == null) {
                    columns.put(column.path, column);
                } else {
                    Column both = new Column(known.parts, known.least, known.path, known.shape, both(known, column));
                    both.filled = known.filled + column.filled;
                    both.joined = known.joined || column.joined;
                    both.nil = known.nil || column.nil;
                    columns.put(column.path, both);
                }
            }
        }
        columns.values().forEach(column -> column.required = false);
        united.columns.addAll(columns.values());
        for (DraftTable table : alike) {
            Map<Column, String> paths = new LinkedHashMap<>();
            table.columns.forEach(column -> paths.put(columns.get(column.path), column.path));
            Shape parent = table.item.parent;
            united.union.add(new DraftTable.RowSet(
                    namespaces.between(around.item, table.item).replaceFirst("/$", ""),
                    parent == null ? "" : parent.name.local(),
                    paths));
        }
        tables.add(tables.indexOf(alike.get(0)), united);
        tables.removeAll(alike);
        for (DraftTable table : alike) {
            if (table.parent != null) {
                table.parent.children.remove(table);
            }
        }
        around.children.add(united);
    }

    /** The type of what two columns hold. */
    private static ValueType both(Column one, Column other) {
        if (one.type.type().equals(other.type.type())
                && one.type.formats().equals(other.type.formats())
                && one.type.nulls().equals(other.type.nulls())) {
            return one.type;
        }
        if (one.shape.value == null || other.shape.value == null) {
            return ValueType.of("text");
        }
        ValueSummary values = new ValueSummary();
        values.add(one.shape.value);
        values.add(other.shape.value);
        return ValueType.of(values, one.parts.get(one.parts.size() - 1));
    }
}
