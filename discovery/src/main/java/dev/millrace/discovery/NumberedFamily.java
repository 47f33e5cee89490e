package dev.millrace.discovery;

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

    private boolean isStrong() {
        int suffixes = suffixes().size();
        return members.size() > 1
                && suffixes > 1
                && members.values().stream().allMatch(its -> its.size() > 1 && its.size() * 2 >= suffixes);
    }
}
