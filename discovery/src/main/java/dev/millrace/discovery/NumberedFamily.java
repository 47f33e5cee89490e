package dev.millrace.discovery;

import dev.millrace.discovery.DraftTable.Column;
import dev.millrace.summary.ValueSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Attributes, or elements with a text alone, that are the columns of a small table laid side by side: {@code coll1_make, coll1_year,
 * coll2_make, coll2_year}. There have to be at least two numbers, and at least two of each number.
 *
 * @param prefix what is before the number
 * @param members by number, and by what is behind it
 */
record NumberedFamily(String prefix, Map<Integer, Map<String, Shape>> members) {

    private static final Pattern NUMBERED = Pattern.compile("(.*?[A-Za-z_.-])([0-9]{1,2})([A-Za-z_.-].*)");

    static List<NumberedFamily> among(Shape shape) {
        List<Shape> candidates = new ArrayList<>(shape.attributes);
        for (Shape child : shape.children) {
            if (child.isLeaf() && child.attributes.isEmpty() && !child.repeats() && child.withText > 0) {
                candidates.add(child);
            }
        }
        Map<String, Map<Integer, Map<String, Shape>>> byPrefix = new LinkedHashMap<>();
        for (Shape candidate : candidates) {
            Matcher name = NUMBERED.matcher(candidate.name.local());
            if (name.matches()) {
                String prefix = (candidate.attribute ? "@" : "") + name.group(1);
                byPrefix.computeIfAbsent(prefix, key -> new TreeMap<>())
                        .computeIfAbsent(Integer.parseInt(name.group(2)), key -> new LinkedHashMap<>())
                        .put(name.group(3), candidate);
            }
        }
        List<NumberedFamily> families = new ArrayList<>();
        byPrefix.forEach((prefix, members) -> {
            NumberedFamily family = new NumberedFamily(prefix.replaceFirst("^@", ""), members);
            if (family.isStrong()) {
                families.add(family);
            }
        });
        return families;
    }

    /** What is behind the numbers. */
    Set<String> suffixes() {
        Set<String> suffixes = new LinkedHashSet<>();
        members.values().forEach(its -> suffixes.addAll(its.keySet()));
        return suffixes;
    }

    Set<Shape> shapes() {
        Set<Shape> shapes = new LinkedHashSet<>();
        members.values().forEach(its -> shapes.addAll(its.values()));
        return shapes;
    }

    /**
     * The table that it is, a row for each number.
     *
     * @param shape the element that has the columns
     * @param parent the table around
     * @param path from the row of that to the element, with a slash at its end; "" where it is that
     */
    DraftTable table(Shape shape, DraftTable parent, String path, DraftNamespaces namespaces) {
        DraftTable made = new DraftTable(shape, parent, "");
        String name = DraftNames.snake(prefix);
        made.wanted = name;
        made.label = "number";
        made.labelType = "integer";
        made.isLabelKey = true;
        made.notes.add("side by side, as " + prefix + "1… to " + prefix
                + members.keySet().stream().max(Integer::compare).orElse(0)
                + "…: a row for each number with a value. To have them as columns: --flatten " + shape.path());
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String suffix : suffixes()) {
            ValueSummary values = new ValueSummary();
            Shape any = null;
            for (Map<String, Shape> its : members.values()) {
                Shape member = its.get(suffix);
                if (member != null && member.value != null) {
                    values.add(member.value);
                    any = any == null ? member : any;
                }
            }
            if (any != null) {
                String last = DraftNames.snake(suffix);
                Column column = new Column(List.of(name, last), 1, "", any, ValueType.of(values, last));
                column.filled = values.count() - values.blank();
                made.columns.add(column);
                columns.put(suffix, column);
            }
        }
        members.forEach((number, its) -> {
            Map<Column, String> paths = new LinkedHashMap<>();
            its.forEach((suffix, member) -> {
                Column column = columns.get(suffix);
                if (column != null) {
                    paths.put(column, namespaces.step(member));
                }
            });
            made.union.add(new DraftTable.RowSet(
                    path.isEmpty() ? "." : path.substring(0, path.length() - 1) + "[1]", number.toString(), paths));
        });
        return made;
    }

    private boolean isStrong() {
        int suffixes = suffixes().size();
        return members.size() > 1
                && suffixes > 1
                && members.values().stream().allMatch(its -> its.size() > 1 && its.size() * 2 >= suffixes);
    }
}
