package dev.millrace.coverage;

import dev.millrace.xml.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Paths by their last name: asked for every element and attribute of a run, so a look at the name's object is mostly all that it takes. Not
 * thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // names are mostly the same objects, and else compared by what they are
final class PathTable {

    private static final int SMALLEST = 8;

    private @Nullable Name[] names = {};
    private @Nullable CoveredPath[] paths = {};
    private int size;
    /** By slot, the slot that was asked for after it: in documents of one kind, mostly the next one, too. */
    private int[] next = {};
    /** The slot that was asked for last; of no meaning while there is none. */
    private int last;
    /** Each stands for many names. */
    private final List<CoveredPath> many = new ArrayList<>(0);

    /** The path of a name; null if there is none. */
    @Nullable
    CoveredPath get(Name name) {
        if (size == 0) {
            return null;
        }
        int before = last;
        // What repeats mostly stands in a row.
        if (names[before] == name) {
            return paths[before];
        }
        int slot = next[before];
        if (names[slot] != name) {
            slot = slot(name);
            if (names[slot] == null) {
                return null;
            }
            next[before] = slot;
        }
        last = slot;
        return paths[slot];
    }

    /** Adds a path, or has another one take the place of that of the same name. */
    void put(Name name, CoveredPath path) {
        if (2 * (size + 1) > names.length) {
            grow();
        }
        int slot = slot(name);
        if (names[slot] == null) {
            names[slot] = name;
            size++;
        }
        paths[slot] = path;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0 && many.isEmpty();
    }

    /** Those of the element itself and those that lead back to an outer one, in no order. */
    List<CoveredPath> all() {
        List<CoveredPath> all = new ArrayList<>(size);
        for (CoveredPath path : paths) {
            if (path != null) {
                all.add(path);
            }
        }
        return all;
    }

    /** Those that stand for many names. */
    List<CoveredPath> many() {
        return many;
    }

    /** The one that stands for all those of which the contract makes the same as of this one; null if they do not stand for one yet. */
    @Nullable
    CoveredPath manyLike(CoveredPath one) {
        for (CoveredPath each : many) {
            if (each.isLike(one)) {
                return each;
            }
        }
        return null;
    }

    /**
     * Adds one that stands for many names.
     *
     * @param isOne whether a path is one of these
     * @return those that are, and are not here any more
     */
    List<CoveredPath> putMany(CoveredPath path, Predicate<CoveredPath> isOne) {
        List<CoveredPath> ones = all();
        @Nullable Name[] theirNames = names;
        @Nullable CoveredPath[] theirPaths = paths;
        ones.removeIf(isOne.negate());
        names = new Name[0];
        paths = new CoveredPath[0];
        size = 0;
        next = new int[0];
        last = 0;
        for (int i = 0; i < theirNames.length; i++) {
            Name name = theirNames[i];
            CoveredPath other = theirPaths[i];
            if (name != null && other != null && !isOne.test(other)) {
                put(name, other);
            }
        }
        many.add(path);
        return ones;
    }

    /** Where the name is, or where it would be. */
    private int slot(Name name) {
        int mask = names.length - 1;
        int hash = name.hashCode();
        int slot = (hash ^ hash >>> 16) & mask;
        for (Name at = names[slot]; at != null && at != name && !at.equals(name); at = names[slot]) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        @Nullable Name[] oldNames = names;
        @Nullable CoveredPath[] oldPaths = paths;
        int capacity = Math.max(SMALLEST, 2 * oldNames.length);
        names = new Name[capacity];
        paths = new CoveredPath[capacity];
        next = new int[capacity];
        last = 0;
        for (int i = 0; i < oldNames.length; i++) {
            Name name = oldNames[i];
            if (name != null) {
                int slot = slot(name);
                names[slot] = name;
                paths[slot] = oldPaths[i];
            }
        }
    }
}
