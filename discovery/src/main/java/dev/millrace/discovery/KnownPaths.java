package dev.millrace.discovery;

import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.mapping.ReachedPaths;
import dev.millrace.mapping.ReachedPaths.RowItem;
import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a contract has of the paths of a summary, and which elements make its rows. */
final class KnownPaths implements Known {

    private static final Pattern SELF = Pattern.compile("self::(?:[^\\s:\\[]+:)?([^\\s:\\[]+)(?:\\[1])?");

    private final MappingContract contract;
    private final ReachedPaths reached;
    private final Set<PathNode> known = new HashSet<>();
    private final Set<PathNode> recordNodes = new HashSet<>();
    private final Map<PathNode, List<RowItem>> rowItems = new HashMap<>();

    KnownPaths(MappingContract contract, PathNode top) {
        this.contract = contract;
        reached = new ReachedPaths(contract);
        walk(top, reached.document());
    }

    private void walk(PathNode node, ReachedPaths.Spot spot) {
        if (spot.hasText()) {
            known.add(node);
        }
        if (spot.isRecord()) {
            recordNodes.add(node);
        }
        List<RowItem> items = spot.rowItems();
        if (!items.isEmpty()) {
            rowItems.put(node, items);
        }
        for (PathEdge edge : node.attributes()) {
            if (spot.hasAttribute(edge.name())) {
                known.add(edge.target());
            }
        }
        for (PathEdge edge : node.children()) {
            if (!edge.isBack()) {
                walk(edge.target(), spot.child(edge.name()));
            }
        }
    }

    /** Expressions of which nobody can say what they reach. */
    Set<String> unfollowed() {
        return reached.unfollowed();
    }

    boolean isRecord(Shape shape) {
        return shape.nodes.stream().anyMatch(recordNodes::contains);
    }

    /** The rows that an element makes, in the order of the contract. */
    List<RowItem> rows(Shape shape) {
        Set<RowItem> items = new LinkedHashSet<>();
        for (PathNode node : shape.nodes) {
            items.addAll(rowItems.getOrDefault(node, List.of()));
        }
        List<RowItem> own = new ArrayList<>(items);
        own.removeIf(item -> isOfAnother(item, shape));
        own.sort(Comparator.comparingInt(RowItem::table).thenComparingInt(RowItem::set));
        return own;
    }

    /** Whether some of the elements of a shape make rows, and others, nested in them, do not. */
    boolean leavesOutNested(Shape shape) {
        long making = shape.nodes.stream().filter(rowItems::containsKey).count();
        return making > 0 && making < shape.nodes.size() && !shape.back.isEmpty();
    }

    private RowSet set(RowItem item) {
        return contract.tables().get(item.table()).rows().sets().get(item.set());
    }

    /** A projection follows names, and a test of the item's own name is none of its steps. */
    private boolean isOfAnother(RowItem item, Shape shape) {
        RowSet set = set(item);
        Matcher self = SELF.matcher(set.rows() == null ? "" : set.rows().text());
        return self.matches() && !self.group(1).equals(shape.name.local());
    }

    /** Whether not each of the elements makes a row. */
    boolean isConditional(RowItem item) {
        RowSet set = set(item);
        TableMapping table = contract.tables().get(item.table());
        if (set.rows() == null) {
            return table.parent() >= 0
                    && contract.tables().get(table.parent()).rows().sets().stream()
                            .anyMatch(above -> above.rows() != null && isConditional(above));
        }
        return isConditional(set);
    }

    private static boolean isConditional(RowSet set) {
        String text = set.rows() == null ? "" : set.rows().text();
        return text.contains("[") && !SELF.matcher(text).matches() || text.contains("$");
    }

    @Override
    public boolean has(Shape shape) {
        return shape.nodes.stream().anyMatch(known::contains);
    }

    @Override
    public boolean hasBelow(Shape shape) {
        return shape.children.stream()
                .anyMatch(child -> has(child) || !rows(child).isEmpty() || hasBelow(child));
    }

    @Override
    public boolean leavesOut(Shape shape) {
        return rows(shape).isEmpty() && leavesOutWithin(shape);
    }

    private boolean leavesOutWithin(Shape shape) {
        boolean own = shape.isMarker() || shape.withText > 0;
        return own && !has(shape)
                || shape.attributes.stream().anyMatch(attribute -> !has(attribute) && !isOfSchema(attribute))
                || shape.children.stream().anyMatch(this::leavesOut);
    }

    /** What XML Schema has in documents. */
    private static boolean isOfSchema(Shape attribute) {
        return attribute.name.namespace().equals(DraftNamespaces.XSI)
                && !attribute.name.local().equals("type");
    }
}
