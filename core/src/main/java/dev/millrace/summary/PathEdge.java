package dev.millrace.summary;

import dev.millrace.xml.Name;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * A way from an element to its children of one name, or to an attribute: where it leads, and how many there are in a parent. Not
 * thread-safe.
 */
public final class PathEdge {

    private final Name name;
    private final PathNode target;
    private final int slot;
    private final boolean back;

    private long occurrences;
    private long parents;
    private long alone;
    private int min = Integer.MAX_VALUE;
    private int max;
    /** Of each parent, how many other names came before the first of these. */
    private long order;

    /**
     * @param slot among those of its parent's element
     * @param back whether it leads back to an element around the parent
     */
    PathEdge(Name name, PathNode target, int slot, boolean back) {
        this.name = name;
        this.target = target;
        this.slot = slot;
        this.back = back;
    }

    int slot() {
        return slot;
    }

    /** A parent has ended that had so many, at least one. */
    void count(int inParent, int before) {
        occurrences += inParent;
        if (name.equals(PathNode.ANY)) {
            return;
        }
        parents++;
        alone += inParent == 1 ? 1 : 0;
        min = Math.min(min, inParent);
        max = Math.max(max, inParent);
        order += before;
    }

    void add(PathEdge other) {
        occurrences += other.occurrences;
        if (name.equals(PathNode.ANY)) {
            return;
        }
        parents += other.parents;
        alone += other.alone;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
        order += other.order;
    }

    /** What it counts; its name and target are the node's to write. */
    void writeCounts(DataOutput out) throws IOException {
        out.writeLong(occurrences);
        out.writeLong(parents);
        out.writeLong(alone);
        out.writeInt(min);
        out.writeInt(max);
        out.writeLong(order);
    }

    void readCounts(DataInput in) throws IOException {
        occurrences = in.readLong();
        parents = in.readLong();
        alone = in.readLong();
        min = in.readInt();
        max = in.readInt();
        order = in.readLong();
    }

    /** The name; its prefix is one of those that it was met with. */
    public Name name() {
        return name;
    }

    /** What stands there. */
    public PathNode target() {
        return target;
    }

    /**
     * Whether it leads back to an element around its parent that has this name, so that what is nested without end has an end here.
     */
    public boolean isBack() {
        return back;
    }

    /** How many were met. */
    public long occurrences() {
        return occurrences;
    }

    /** How many parents have any; 0, as all that follows, for what {@linkplain PathNode#isAny stands for several names}. */
    public long parents() {
        return parents;
    }

    /** How many parents have exactly one. */
    public long alone() {
        return alone;
    }

    /** How many a parent has that has any, at least. */
    public int min() {
        return parents == 0 ? 0 : min;
    }

    /** How many a parent has, at most. */
    public int max() {
        return max;
    }

    /** Where it stands among its parent's children, on the average: how many other names come before. */
    public double order() {
        return parents == 0 ? 0 : (double) order / parents;
    }

    boolean sameCounts(PathEdge other) {
        return name.equals(other.name)
                && back == other.back
                && occurrences == other.occurrences
                && parents == other.parents
                && alone == other.alone
                && min == other.min
                && max == other.max
                && order == other.order;
    }

    @Override
    public String toString() {
        return Objects.toString(name) + " × " + occurrences;
    }
}
