package dev.millrace.coverage;

import dev.millrace.xml.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Paths in an element by their last name. Not thread-safe. */
final class PathTable {

    private final Map<Name, CoveredPath> paths = new HashMap<>();

    /** Each stands for many names. */
    private final List<CoveredPath> many = new ArrayList<>(0);

    /** The path of a name; null if there is none. */
    @Nullable
    CoveredPath get(Name name) {
        return paths.get(name);
    }

    /** Adds a path, or has another one take the place of that of the same name. */
    void put(Name name, CoveredPath path) {
        paths.put(name, path);
    }

    int size() {
        return paths.size();
    }

    /** Those of the element itself and those that lead back to an outer one, in no order. */
    List<CoveredPath> all() {
        return new ArrayList<>(paths.values());
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
        ones.removeIf(isOne.negate());
        paths.values().removeIf(isOne);
        many.add(path);
        return ones;
    }
}
