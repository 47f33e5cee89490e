package dev.millrace.contract;

import dev.millrace.contract.ContractNode.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node holds, apart from how and where it is written: two nodes of one shape mean the same.
 *
 * @param kind what it is
 * @param text a scalar's text, an alias's name
 * @param properties its anchor and tag
 * @param keys a mapping's keys, in order; keys are texts, whatever they look like
 * @param values entries and items, in order
 */
record Shape(Kind kind, String text, String properties, List<String> keys, List<Shape> values) {

    Shape {
        // Whether it is written as null, as ~ or not at all.
        text = kind == Kind.NULL ? "" : text;
    }

    static Shape of(ContractNode node) {
        return of(node, node, null);
    }

    /** The shape of a node in which one node has another shape. */
    static Shape of(ContractNode node, ContractNode changed, @Nullable Shape instead) {
        if (node == changed && instead != null) {
            return instead;
        }
        List<Shape> values = new ArrayList<>(node.entries().size());
        for (ContractNode entry : node.entries()) {
            values.add(of(entry, changed, instead));
        }
        return new Shape(node.kind, node.text, node.properties, keys(node), values);
    }

    /** What a node means: what aliases stand for is there in their place, and anchors are not. */
    static Shape meaning(ContractNode written) {
        ContractNode node = written.resolved();
        return new Shape(
                node.kind,
                node.text,
                "",
                keys(node),
                node.entries().stream().map(Shape::meaning).toList());
    }

    static Shape of(NewNode node) {
        List<String> keys = new ArrayList<>();
        List<Shape> values = new ArrayList<>();
        if (node instanceof NewNode.Scalar scalar) {
            boolean literal = scalar.form == NewNode.Scalar.Form.LITERAL && NodePrinter.isPlainLiteral(scalar.text);
            Kind kind = literal ? ContractTree.kindOf(scalar.text) : Kind.TEXT;
            return new Shape(kind, scalar.text, "", keys, values);
        }
        if (node instanceof NewNode.Items items) {
            items.items.forEach(item -> values.add(of(item)));
            return new Shape(Kind.SEQUENCE, "", "", keys, values);
        }
        for (NewNode.Mapping.Line line : ((NewNode.Mapping) node).lines) {
            if (line.key() != null && line.value() != null) {
                keys.add(line.key().text);
                values.add(of(line.value()));
            }
        }
        return new Shape(Kind.MAPPING, "", "", keys, values);
    }

    /** The same with the anchor and the tag of another node. */
    Shape with(String anchorAndTag) {
        return new Shape(kind, text, anchorAndTag, keys, values);
    }

    /** A collection with one more entry; the key counts for mappings. */
    Shape plus(int index, String key, Shape value) {
        List<String> moreKeys = new ArrayList<>(keys);
        List<Shape> more = new ArrayList<>(values);
        if (kind == Kind.MAPPING) {
            moreKeys.add(index, key);
        }
        more.add(index, value);
        return new Shape(kind, text, properties, moreKeys, more);
    }

    /** A collection with one entry less. */
    Shape without(int index) {
        List<String> fewerKeys = new ArrayList<>(keys);
        List<Shape> fewer = new ArrayList<>(values);
        if (kind == Kind.MAPPING) {
            fewerKeys.remove(index);
        }
        fewer.remove(index);
        return new Shape(kind, text, properties, fewerKeys, fewer);
    }

    /** A mapping with another key for one entry. */
    Shape renamed(int index, String key) {
        List<String> others = new ArrayList<>(keys);
        others.set(index, key);
        return new Shape(kind, text, properties, others, values);
    }

    boolean hasKeyTwice() {
        return new HashSet<>(keys).size() < keys.size() || values.stream().anyMatch(Shape::hasKeyTwice);
    }

    private static List<String> keys(ContractNode node) {
        if (node.kind != Kind.MAPPING) {
            return List.of();
        }
        List<String> keys = new ArrayList<>(node.entries().size());
        for (ContractNode entry : node.entries()) {
            ContractNode key = entry.key().orElseThrow();
            // A key that is no scalar is an error of the contract; it stays one.
            keys.add(key.isScalar() ? key.text : String.valueOf(Shape.of(key)));
        }
        return keys;
    }
}
