package dev.millrace.contract;

import dev.millrace.contract.ContractNode.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A difference between two contracts, by what is written and not by how: quotes, layout, comments, anchors and, where the contract
 * language does not look at it, the order of keys make none. Immutable.
 *
 * <pre>{@code
 * for (ContractChange change : before.changesTo(after)) {
 *     System.out.println(change);   // new.yaml:12:17: table orders, column id: type is 'bigint', was 'integer'
 * }
 * }</pre>
 *
 * @param kind what happened
 * @param path where: in the new contract, for what was removed in the old one
 * @param before the entry in the old contract; empty for what was added
 * @param after the entry in the new contract; empty for what was removed
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ContractChange(Kind kind, KeyPath path, Optional<ContractNode> before, Optional<ContractNode> after) {

    /** What happened to an entry. */
    public enum Kind {
        ADDED,
        REMOVED,
        /** It has another value. */
        CHANGED,
        /** It has another name and the same value, and no other entry that came or went has this value. */
        RENAMED,
        /** It is at another place among entries whose order counts: tables, columns, lets. */
        MOVED
    }

    /** Keys that take a text or a list of texts. */
    private static final Set<String> TEXTS = Set.of("format", "unique", "index", "by", "ignore", "nulls");

    /** Beyond this, lists are compared item by item, as their best match would take too long. */
    private static final long MOST_PAIRS = 4_000_000;

    /** The change in words, without its place in the text. */
    public String describe() {
        return switch (kind) {
            case ADDED ->
                path.inWords() + " was added"
                        + after.map(ContractChange::valued).orElse("");
            case REMOVED ->
                path.inWords() + " was removed"
                        + before.map(ContractChange::valued).orElse("");
            case RENAMED -> {
                String old = before.map(ContractNode::name).orElse("");
                yield beside(path, old).inWords() + " was renamed to " + MessageText.quoted(last(path));
            }
            case MOVED -> path.inWords() + " was moved; its order counts";
            case CHANGED ->
                path.inWords() + " is "
                        + after.map(ContractChange::value).orElse("") + ", was "
                        + before.map(ContractChange::value).orElse("");
        };
    }

    /** The change in words, behind its place. */
    @Override
    public String toString() {
        return after.or(() -> before).map(node -> place(node) + ": ").orElse("") + describe();
    }

    /** What differs, in the order of the old contract; what was added comes behind that which was there. */
    static List<ContractChange> between(ContractText before, ContractText after) {
        Comparison comparison = new Comparison();
        comparison.compare(before.top(), after.top(), new KeyPath(List.of()));
        return List.copyOf(comparison.changes);
    }

    private static String place(ContractNode node) {
        return String.valueOf(node.key().orElse(node).span().from());
    }

    private static String valued(ContractNode node) {
        return node.resolved().isScalar() ? ": " + value(node) : "";
    }

    private static String value(ContractNode written) {
        ContractNode node = written.resolved();
        return switch (node.kind()) {
            case MAPPING -> "a mapping";
            case SEQUENCE -> "a list";
            case NULL -> "null";
            case TEXT, TAGGED, ALIAS -> MessageText.quoted(node.text());
            case NUMBER, BOOLEAN -> MessageText.oneLine(node.text());
        };
    }

    private static String last(KeyPath path) {
        return path.steps().get(path.steps().size() - 1);
    }

    private static KeyPath beside(KeyPath path, String name) {
        return new KeyPath(path.steps().subList(0, path.steps().size() - 1)).then(name);
    }

    /** The fewest names whose move gives the new order: those outside of the longest part that kept it. */
    static List<String> moved(List<String> old, List<String> now) {
        Map<String, Integer> places = new HashMap<>();
        old.forEach(name -> places.put(name, places.size()));
        List<String> kept = now.stream().filter(places::containsKey).toList();
        // The last of the best part of each length, and what comes before each name in its part.
        TreeMap<Integer, String> ends = new TreeMap<>();
        Map<String, String> before = new HashMap<>();
        for (String name : kept) {
            int place = places.getOrDefault(name, 0);
            Map.Entry<Integer, String> lower = ends.lowerEntry(place);
            if (lower != null) {
                before.put(name, lower.getValue());
            }
            Integer higher = ends.higherKey(place);
            if (higher != null) {
                ends.remove(higher);
            }
            ends.put(place, name);
        }
        List<String> moved = new ArrayList<>(kept);
        String name = ends.isEmpty() ? null : ends.lastEntry().getValue();
        while (name != null) {
            moved.remove(name);
            name = before.get(name);
        }
        return moved;
    }

    /** What a mapping holds, with what its merge keys bring in; of two entries with one key the first. */
    static Map<String, ContractNode> entries(ContractNode mapping) {
        Map<String, ContractNode> entries = new LinkedHashMap<>();
        List<ContractNode> merged = new ArrayList<>();
        for (ContractNode entry : mapping.entries()) {
            ContractNode value = entry.resolved();
            boolean plain =
                    entry.key().filter(key -> key.style() == Style.PLAIN).isPresent();
            if (!plain || !entry.name().equals("<<")) {
                entries.putIfAbsent(entry.name(), entry);
            } else if (value.kind() == ContractNode.Kind.SEQUENCE) {
                value.entries().forEach(each -> merged.add(each.resolved()));
            } else {
                merged.add(value);
            }
        }
        merged.forEach(each -> entries(each).forEach(entries::putIfAbsent));
        return entries;
    }

    /** The walk over both trees. */
    private static final class Comparison {

        private final List<ContractChange> changes = new ArrayList<>();

        void compare(ContractNode writtenBefore, ContractNode writtenAfter, KeyPath path) {
            ContractNode before = writtenBefore.resolved();
            ContractNode after = writtenAfter.resolved();
            if (Shape.meaning(before).equals(Shape.meaning(after))) {
                return;
            }
            if (before.kind() == ContractNode.Kind.MAPPING && after.kind() == before.kind()) {
                compareMappings(before, after, path);
            } else if (before.kind() == ContractNode.Kind.SEQUENCE && after.kind() == before.kind()) {
                compareLists(before.entries(), after.entries(), path);
            } else if (!areSameTexts(before, after, path)) {
                add(Kind.CHANGED, path, writtenBefore, writtenAfter);
            }
        }

        private static boolean areSameTexts(ContractNode before, ContractNode after, KeyPath path) {
            boolean texts = !path.steps().isEmpty() && TEXTS.contains(last(path));
            return texts && shapes(before).equals(shapes(after));
        }

        private static List<Shape> shapes(ContractNode node) {
            boolean list = node.kind() == ContractNode.Kind.SEQUENCE;
            return (list ? node.entries() : List.of(node))
                    .stream().map(Shape::meaning).toList();
        }

        private void compareMappings(ContractNode before, ContractNode after, KeyPath path) {
            Map<String, ContractNode> old = entries(before);
            Map<String, ContractNode> now = entries(after);
            Map<String, String> names = renamed(old, now, path);
            List<String> stayed = new ArrayList<>();
            old.forEach((key, value) -> {
                String name = names.getOrDefault(key, key);
                ContractNode other = now.get(name);
                if (other == null) {
                    add(Kind.REMOVED, path.then(key), value, null);
                    return;
                }
                stayed.add(name);
                if (!name.equals(key)) {
                    add(Kind.RENAMED, path.then(name), value, other);
                }
                compare(value, other, path.then(name));
            });
            if (isOrderOfMeaning(before, after, path)) {
                Map<String, String> oldNames = new HashMap<>();
                names.forEach((key, name) -> oldNames.put(name, key));
                for (String name : moved(stayed, new ArrayList<>(now.keySet()))) {
                    add(Kind.MOVED, path.then(name), old.get(oldNames.getOrDefault(name, name)), now.get(name));
                }
            }
            now.forEach((key, value) -> {
                if (!stayed.contains(key)) {
                    add(Kind.ADDED, path.then(key), null, value);
                }
            });
        }

        /** Old name to new name, where it is certain: one that went and one that came, alone with their value. */
        private static Map<String, String> renamed(
                Map<String, ContractNode> old, Map<String, ContractNode> now, KeyPath path) {
            Map<String, String> names = new HashMap<>();
            if (!path.holdsNames()) {
                return names;
            }
            Map<Shape, List<String>> gone = new HashMap<>();
            Map<Shape, List<String>> come = new HashMap<>();
            old.forEach((key, value) -> {
                if (!now.containsKey(key)) {
                    gone.computeIfAbsent(Shape.meaning(value), shape -> new ArrayList<>())
                            .add(key);
                }
            });
            now.forEach((key, value) -> {
                if (!old.containsKey(key)) {
                    come.computeIfAbsent(Shape.meaning(value), shape -> new ArrayList<>())
                            .add(key);
                }
            });
            gone.forEach((shape, keys) -> {
                List<String> others = come.getOrDefault(shape, List.of());
                if (keys.size() == 1 && others.size() == 1) {
                    names.put(keys.get(0), others.get(0));
                }
            });
            return names;
        }

        /** Where a column uses those above it, a table its parent, a code table its first match. */
        private static boolean isOrderOfMeaning(ContractNode before, ContractNode after, KeyPath path) {
            if (path.equals(KeyPath.of("tables")) || path.equals(KeyPath.of("let")) || path.isColumns()) {
                return true;
            }
            return path.isCodes() && (ignoresCase(before) || ignoresCase(after));
        }

        private static boolean ignoresCase(ContractNode codes) {
            ContractNode table = codes.name().equals("entries") ? codes.parent().orElse(codes) : codes;
            return table.entry("ignore-case")
                    .filter(flag -> flag.text().equalsIgnoreCase("true"))
                    .isPresent();
        }

        private void compareLists(List<ContractNode> old, List<ContractNode> now, KeyPath path) {
            List<Shape> oldShapes = old.stream().map(Shape::meaning).toList();
            List<Shape> nowShapes = now.stream().map(Shape::meaning).toList();
            int o = 0;
            int n = 0;
            for (int[] pair : matches(oldShapes, nowShapes)) {
                compareGap(old.subList(o, pair[0]), now.subList(n, pair[1]), n, path);
                o = pair[0] + 1;
                n = pair[1] + 1;
            }
            compareGap(old.subList(o, old.size()), now.subList(n, now.size()), n, path);
        }

        /** As many items as before are taken for the same ones, with other values. */
        private void compareGap(List<ContractNode> old, List<ContractNode> now, int first, KeyPath path) {
            if (old.size() == now.size()) {
                for (int i = 0; i < old.size(); i++) {
                    compare(old.get(i), now.get(i), path.then(String.valueOf(first + i)));
                }
                return;
            }
            old.forEach(item -> add(Kind.REMOVED, path.then(item.name()), item, null));
            now.forEach(item -> add(Kind.ADDED, path.then(item.name()), null, item));
        }

        /** Pairs of equal items, in order: a longest common subsequence. */
        private static List<int[]> matches(List<Shape> old, List<Shape> now) {
            List<int[]> pairs = new ArrayList<>();
            if ((long) old.size() * now.size() > MOST_PAIRS) {
                for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
                    if (old.get(i).equals(now.get(i))) {
                        pairs.add(new int[] {i, i});
                    }
                }
                return pairs;
            }
            int[][] longest = new int[old.size() + 1][now.size() + 1];
            for (int o = old.size() - 1; o >= 0; o--) {
                for (int n = now.size() - 1; n >= 0; n--) {
                    longest[o][n] = old.get(o).equals(now.get(n))
                            ? longest[o + 1][n + 1] + 1
                            : Math.max(longest[o + 1][n], longest[o][n + 1]);
                }
            }
            int o = 0;
            int n = 0;
            while (o < old.size() && n < now.size()) {
                if (old.get(o).equals(now.get(n))) {
                    pairs.add(new int[] {o++, n++});
                } else if (longest[o + 1][n] >= longest[o][n + 1]) {
                    o++;
                } else {
                    n++;
                }
            }
            return pairs;
        }

        private void add(Kind kind, KeyPath path, @Nullable ContractNode before, @Nullable ContractNode after) {
            changes.add(new ContractChange(kind, path, Optional.ofNullable(before), Optional.ofNullable(after)));
        }
    }
}
