package dev.millrace.discovery;

import dev.millrace.contract.LedgerNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Gives tables the names of their elements, with as few of those around as that takes. */
final class TableNames {

    private TableNames() {}

    /** @param others names that are not to be had */
    static void give(List<DraftTable> tables, DraftNames names, Set<String> others) {
        List<List<String>> parts = new ArrayList<>();
        List<Integer> least = new ArrayList<>();
        for (DraftTable table : tables) {
            List<String> its = new ArrayList<>();
            Shape item = named(table.item);
            if (!table.wanted.isEmpty()) {
                its.add(table.wanted);
            }
            for (Shape shape = item; shape != null && shape.parent != null; shape = shape.parent) {
                if (shape == item || !isListOf(shape)) {
                    its.add(0, shape.kept != null && shape.isAny() ? "other" : DraftNames.snake(shape.name.local()));
                }
            }
            parts.add(its);
            least.add(table.item.kept != null && table.item.isAny() ? 2 : 1);
        }
        Set<String> taken = new HashSet<>(LedgerNames.TABLES);
        taken.addAll(others);
        List<String> unique = names.unique(parts, least, taken);
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).name = unique.get(i);
        }
    }

    /** Whether an element only holds its like in the singular, as {@code dependencies} does, so that its name adds nothing. */
    private static boolean isListOf(Shape shape) {
        if (shape.children.size() != 1) {
            return false;
        }
        String list = shape.name.local().toLowerCase(Locale.ROOT);
        String one = shape.children.get(0).name.local().toLowerCase(Locale.ROOT);
        return list.startsWith(one) || list.endsWith("ies") && one.equals(list.substring(0, list.length() - 3) + "y");
    }

    /** What gives a table its name: of elements that only hold another one, the innermost. */
    private static Shape named(Shape item) {
        if (item.isAny() && item.parent != null && item.kept == null) {
            return item.parent;
        }
        Shape named = item;
        while (named.children.size() == 1
                && named.attributes.isEmpty()
                && named.withText == 0
                && !named.children.get(0).repeats()
                && !named.children.get(0).isLeaf()) {
            named = named.children.get(0);
        }
        return named;
    }
}
