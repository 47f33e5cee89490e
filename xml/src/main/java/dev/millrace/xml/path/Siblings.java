package dev.millrace.xml.path;

import dev.millrace.xml.Node;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The children of one node, to be walked backwards: nodes know only their next sibling, and the few expressions that go
 * back are not worth a field in each node. One per context, filled for one parent after the other.
 */
final class Siblings {

    private @Nullable Node parent;
    private @Nullable Node[] children = {};
    private int count;

    boolean areOf(Node node) {
        return parent == node;
    }

    /** Takes the children of a node; returns how many there are. */
    int take(Node node) {
        clear();
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            if (count == children.length) {
                children = Arrays.copyOf(children, Math.max(16, count * 2));
            }
            children[count++] = child;
        }
        parent = node;
        return count;
    }

    /** The child before this one, null if it is the first. */
    @Nullable
    Node before(Node child) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (child(middle).position() < child.position()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? null : child(low - 1);
    }

    private Node child(int index) {
        return Objects.requireNonNull(children[index]);
    }

    void clear() {
        parent = null;
        // Or else they would hold a document until the next one needs them.
        Arrays.fill(children, 0, count, null);
        count = 0;
    }
}
