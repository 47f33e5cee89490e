package dev.millrace.trial;

import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.MessageText;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.path.PathNames;
import dev.millrace.xml.path.PathNames.Used;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why paths of a contract may find nothing in the samples, and what was probably meant. */
final class PathHints {

    private static final String NONE_SUCH = "the samples have no ";

    private final MappingContract contract;
    private final SampleNames names;
    private final boolean known;
    /** By table and set: where its rows come from; empty where nobody knows. */
    private final List<List<Set<PathNode>>> rows = new ArrayList<>();

    /** @param known whether it is known what the samples have; else there are no hints */
    PathHints(MappingContract contract, SampleNames names, boolean known) {
        this.contract = contract;
        this.names = names;
        this.known = known;
        for (TableMapping table : contract.tables()) {
            Set<PathNode> around = around(table);
            List<Set<PathNode>> sets = new ArrayList<>();
            for (RowSet set : table.rows().sets()) {
                SimplePath path =
                        set.rows() == null ? null : SimplePath.of(set.rows().text());
                // Rows that are nested have a way of their own.
                sets.add(
                        table.rows().nested() != null
                                ? Set.of()
                                : set.rows() == null
                                        ? around
                                        : path == null
                                                ? Set.of()
                                                : path.from(around, names).nodes());
            }
            rows.add(sets);
        }
    }

    /** From where a table's rows are looked for. */
    private Set<PathNode> around(TableMapping table) {
        if (table.parent() < 0) {
            return records();
        }
        List<Set<PathNode>> sets = rows.get(table.parent());
        Set<PathNode> all = new LinkedHashSet<>();
        sets.forEach(all::addAll);
        return sets.stream().anyMatch(Set::isEmpty) ? Set.of() : all;
    }

    private Set<PathNode> records() {
        Set<PathNode> records = new LinkedHashSet<>();
        for (List<RecordPath.Step> path : contract.document().record().paths()) {
            Set<PathNode> here = Set.of(names.top());
            for (RecordPath.Step step : path) {
                Set<PathNode> next = new LinkedHashSet<>();
                here.forEach(node -> addChildren(node, step, next));
                here = next;
            }
            records.addAll(here);
        }
        return records;
    }

    private static void addChildren(PathNode node, RecordPath.Step step, Set<PathNode> into) {
        for (PathEdge edge : node.children()) {
            PathNode child = edge.target();
            if (edge.isBack() || child.isAny()) {
                continue;
            }
            if (step.test().matches(child.name())) {
                into.add(child);
            }
            if (step.descendant()) {
                addChildren(child, step, into);
            }
        }
    }

    /** Why a table may have no rows. */
    List<String> ofRows(TableMapping table) {
        Set<String> hints = new LinkedHashSet<>();
        for (RowSet set : table.rows().sets()) {
            if (set.rows() != null) {
                hints.addAll(hints(set.rows().text(), around(table)));
            }
        }
        return List.copyOf(hints);
    }

    /** Why a column may have no value; null for one without a path. */
    @Nullable
    List<String> ofColumn(TableMapping table, int column) {
        Set<String> hints = new LinkedHashSet<>();
        boolean hasPath = false;
        List<RowSet> sets = table.rows().sets();
        for (int s = 0; s < sets.size(); s++) {
            ColumnMapping mapping = sets.get(s).columns().get(column);
            if (mapping != null && mapping.source() instanceof ColumnMapping.Path path) {
                hasPath = true;
                hints.addAll(
                        hints(path.expression().text(), rows.get(table.index()).get(s)));
            }
        }
        return hasPath ? List.copyOf(hints) : null;
    }

    /** Empty where all names of the path are where it looks for them. */
    private List<String> hints(String expression, Set<PathNode> from) {
        if (!known) {
            return List.of();
        }
        SimplePath path = from.isEmpty() ? null : SimplePath.of(expression);
        SimplePath.Met met = path == null ? null : path.from(from, names);
        Used failed = met == null ? null : met.failed();
        Set<String> hints = new LinkedHashSet<>();
        for (Used name : PathNames.of(expression)) {
            String hint = met != null && name.equals(failed) ? atPlace(name, from, met.around()) : anywhere(name, from);
            if (hint != null) {
                hints.add(hint);
            }
        }
        return List.copyOf(hints);
    }

    /** For a name that is not where a path looks for it. */
    private @Nullable String atPlace(Used name, Set<PathNode> from, Set<PathNode> around) {
        String shown = shown(name.local(), name.attribute());
        List<PathNode> here = new ArrayList<>();
        List<PathNode> others = new ArrayList<>();
        for (PathNode node : around) {
            node.attributes().forEach(edge -> (name.attribute() ? here : others).add(edge.target()));
            node.children().forEach(edge -> (name.attribute() ? others : here).add(edge.target()));
        }
        if (others.stream().anyMatch(node -> node.name().local().equals(name.local()))) {
            return otherKind(name, shown(name.local(), !name.attribute()));
        }
        for (PathNode node : here) {
            if (node.name().local().equals(name.local())) {
                return otherNamespace(name, node);
            }
        }
        List<PathNode> same = names.named(name.local(), name.attribute()).stream()
                .filter(node -> names.isInNamespaceOf(name, node.name()))
                .toList();
        if (same.isEmpty()) {
            String near = near(name, here);
            return near == null || !names.isComplete()
                    ? anywhere(name, from)
                    : NONE_SUCH + shown + "; did you mean " + near + "?";
        }
        String none = where(around) + " has no " + shown;
        Way way = nearest(same, from);
        if (way != null && way.isBelow) {
            return none + "; did you mean " + way.path + ", which is there " + times(way.node) + "?";
        }
        String near = near(name, here);
        if (near != null) {
            return none + "; did you mean " + near + "?";
        }
        return way == null ? none : none + "; it is there " + times(way.node) + " at " + way.path;
    }

    private static @Nullable String near(Used name, List<PathNode> among) {
        Map<String, String> shown = new LinkedHashMap<>();
        among.stream()
                .filter(node -> !node.isAny())
                .forEach(
                        node -> shown.put(node.name().local(), shown(node.name().local(), node.isAttribute())));
        String near = MessageText.nearest(name.local(), shown.keySet());
        return near == null ? null : shown.get(near);
    }

    /** For a name that may be anywhere; null where it is there. */
    private @Nullable String anywhere(Used name, Set<PathNode> from) {
        List<PathNode> found = names.named(name.local(), name.attribute());
        if (!found.isEmpty()) {
            return found.stream().anyMatch(node -> names.isInNamespaceOf(name, node.name()))
                    ? null
                    : otherNamespace(name, found.get(0));
        }
        if (name.attribute()
                && names.locals(true).stream()
                        .anyMatch(local -> local.equalsIgnoreCase(name.local())
                                && names.named(local, true).stream()
                                        .anyMatch(node -> names.matches(name, node.name())))) {
            return null;
        }
        List<PathNode> ofOtherKind = names.named(name.local(), !name.attribute());
        if (!ofOtherKind.isEmpty()) {
            Way way = nearest(ofOtherKind, from);
            return otherKind(name, way != null && way.isBelow ? way.path : shown(name.local(), !name.attribute()));
        }
        if (!names.isComplete()) {
            return null;
        }
        String near = MessageText.nearest(name.local(), names.locals(name.attribute()));
        if (near == null) {
            return NONE_SUCH + shown(name.local(), name.attribute());
        }
        Way way = nearest(names.named(near, name.attribute()), from);
        return NONE_SUCH + shown(name.local(), name.attribute()) + "; did you mean "
                + (way != null && way.isBelow ? way.path : shown(near, name.attribute())) + "?";
    }

    private static String otherKind(Used name, String instead) {
        return shown(name.local(), name.attribute())
                + (name.attribute() ? " is an element there: write " : " is an attribute there: write ")
                + instead;
    }

    private String otherNamespace(Used name, PathNode node) {
        return shown(name.local(), name.attribute()) + " is "
                + inNamespace(node.name().namespace()) + " there, and the path looks for one "
                + inNamespace(names.namespaces(name).get(0));
    }

    private static String inNamespace(String uri) {
        return uri.isEmpty() ? "in no namespace" : "in the namespace " + uri;
    }

    private static String shown(String local, boolean attribute) {
        return (attribute ? "@" : "") + local;
    }

    private static String where(Set<PathNode> around) {
        String first = around.iterator().next().path();
        return first.isEmpty() ? "the document" : first;
    }

    private static String times(PathNode node) {
        return node.occurrences() == 1 ? "once" : String.format(Locale.ROOT, "%,d times", node.occurrences());
    }

    /** How a path would have to be written that leads to a node. */
    private record Way(PathNode node, String path, boolean isBelow, int steps) {}

    /** The one that is nearest to where paths begin, and of these the most frequent. */
    private static @Nullable Way nearest(List<PathNode> nodes, Set<PathNode> from) {
        List<Way> ways = new ArrayList<>();
        nodes.forEach(node -> ways.add(way(node, from)));
        return ways.stream()
                .min(Comparator.comparing((Way way) -> !way.isBelow)
                        .thenComparingInt(Way::steps)
                        .thenComparingLong(way -> -way.node.occurrences())
                        .thenComparing(Way::path))
                .orElse(null);
    }

    private static Way way(PathNode to, Set<PathNode> from) {
        Deque<String> path = new ArrayDeque<>();
        for (PathNode node = to; node != null; node = node.parent()) {
            if (from.contains(node) && node != to) {
                return new Way(to, String.join("/", path), true, path.size());
            }
            path.addFirst(shown(node.name().local(), node.isAttribute()));
        }
        return new Way(to, to.path(), false, path.size());
    }
}
