package dev.millrace.xml.path;

import dev.millrace.xml.Name;
import dev.millrace.xml.NamePattern;
import dev.millrace.xml.Node;
import dev.millrace.xml.Projection;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes a step accepts.
 *
 * @param kind the kind of nodes, null for any
 * @param name their names; of importance for elements and attributes only
 */
record NodePattern(Node.@Nullable Kind kind, NamePattern name) {

    static final NodePattern ANY_NODE = new NodePattern(null, NamePattern.ANY);

    static NodePattern of(Node.Kind kind) {
        return new NodePattern(kind, NamePattern.ANY);
    }

    boolean matches(Node node) {
        if (kind == null) {
            return true;
        }
        if (node.kind() != kind) {
            return false;
        }
        Name itsName = node.name();
        return itsName == null || name.matches(itsName);
    }

    /** What the test accepts among the children of these elements. */
    Projection.@Nullable Reach children(Projection.Reach parents) {
        if (kind == null) {
            return parents.child(NamePattern.ANY).union(parents.text()).union(parents.commentsAndInstructions());
        }
        return switch (kind) {
            case ELEMENT -> parents.child(name);
            case TEXT -> parents.text();
            case COMMENT, PROCESSING_INSTRUCTION -> parents.commentsAndInstructions();
            case DOCUMENT, ATTRIBUTE -> null;
        };
    }

    /** What the test accepts at any depth below these elements. */
    Projection.@Nullable Reach descendants(Projection.Reach top) {
        if (kind == Node.Kind.ELEMENT) {
            return top.descendant(name);
        }
        return children(top.union(top.descendant(NamePattern.ANY)));
    }
}
