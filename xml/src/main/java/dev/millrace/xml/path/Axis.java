package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import org.jspecify.annotations.Nullable;

/** The axes of XPath but for attributes, as a first node and a next one: a walk along an axis makes no objects. */
enum Axis {
    CHILD("child"),
    SELF("self"),
    PARENT("parent"),
    ANCESTOR("ancestor"),
    ANCESTOR_OR_SELF("ancestor-or-self"),
    DESCENDANT("descendant"),
    DESCENDANT_OR_SELF("descendant-or-self"),
    FOLLOWING_SIBLING("following-sibling"),
    PRECEDING_SIBLING("preceding-sibling"),
    ATTRIBUTE("attribute");

    private final String word;

    Axis(String word) {
        this.word = word;
    }

    static @Nullable Axis named(String word) {
        for (Axis axis : values()) {
            if (axis.word.equals(word)) {
                return axis;
            }
        }
        return null;
    }

    /** Whether the axis goes against document order, which is also how its positions are counted. */
    boolean isReverse() {
        return this == ANCESTOR || this == ANCESTOR_OR_SELF || this == PRECEDING_SIBLING;
    }

    /** Whether no node that the axis gives lies within another. */
    boolean isFlat() {
        return this == CHILD
                || this == SELF
                || this == PARENT
                || this == FOLLOWING_SIBLING
                || this == PRECEDING_SIBLING
                || this == ATTRIBUTE;
    }

    /** The first node on the axis from an origin. */
    @Nullable
    Node first(EvaluationContext context, Node origin) throws EvaluationException {
        return switch (this) {
            case CHILD, DESCENDANT -> origin.firstChild();
            case SELF, ANCESTOR_OR_SELF, DESCENDANT_OR_SELF -> origin;
            case PARENT, ANCESTOR -> origin.parent();
            case FOLLOWING_SIBLING -> origin.kind() == Node.Kind.ATTRIBUTE ? null : origin.nextSibling();
            case PRECEDING_SIBLING -> previous(context, origin);
            case ATTRIBUTE -> throw new IllegalStateException("attributes are not walked as nodes");
        };
    }

    /** The node on the axis after the current one. */
    @Nullable
    Node next(EvaluationContext context, Node origin, Node current) throws EvaluationException {
        return switch (this) {
            case CHILD, FOLLOWING_SIBLING -> current.nextSibling();
            case SELF, PARENT -> null;
            case ANCESTOR, ANCESTOR_OR_SELF -> current.parent();
            case DESCENDANT, DESCENDANT_OR_SELF -> nextBelow(origin, current);
            case PRECEDING_SIBLING -> previous(context, current);
            case ATTRIBUTE -> throw new IllegalStateException("attributes are not walked as nodes");
        };
    }

    private static @Nullable Node nextBelow(Node top, Node current) {
        Node child = current.firstChild();
        if (child != null) {
            return child;
        }
        Node node = current;
        while (node != top) {
            Node sibling = node.nextSibling();
            if (sibling != null) {
                return sibling;
            }
            Node parent = node.parent();
            if (parent == null) {
                return null;
            }
            node = parent;
        }
        return null;
    }

    private static @Nullable Node previous(EvaluationContext context, Node node) throws EvaluationException {
        Node parent = node.parent();
        return parent == null || node.kind() == Node.Kind.ATTRIBUTE
                ? null
                : context.siblings(parent).before(node);
    }
}
