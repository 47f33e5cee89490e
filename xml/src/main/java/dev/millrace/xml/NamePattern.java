package dev.millrace.xml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which names a step matches: {@code a}, {@code p:a}, {@code *:a}, {@code p:*} or {@code *}; or one of several of these, where a prefix
 * stands for several namespaces or a step names several elements.
 *
 * @param namespace the namespace URI, "" for none, null for any
 * @param local the local part, null for any
 * @param others what else is matched; mostly empty, and without others of their own
 */
public record NamePattern(
        @Nullable String namespace, @Nullable String local, List<NamePattern> others) {

    /** Every name. */
    public static final NamePattern ANY = new NamePattern(null, null);

    /** Interned, as the names of documents are: equal names are mostly one object, and a look tells. */
    public NamePattern {
        namespace = namespace == null ? null : namespace.intern();
        local = local == null ? null : local.intern();
        others = List.copyOf(others);
    }

    /** A pattern without alternatives. */
    public NamePattern(@Nullable String namespace, @Nullable String local) {
        this(namespace, local, List.of());
    }

    public static NamePattern of(Name name) {
        return new NamePattern(name.namespace(), name.local());
    }

    /**
     * The names that at least one of some patterns matches.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static NamePattern oneOf(Collection<NamePattern> patterns) {
        LinkedHashSet<NamePattern> all = new LinkedHashSet<>();
        for (NamePattern pattern : patterns) {
            all.addAll(pattern.alternatives());
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no pattern is given");
        }
        List<NamePattern> others = new ArrayList<>(all);
        NamePattern first = others.remove(0);
        return new NamePattern(first.namespace, first.local, others);
    }

    /** This pattern as one or several that have no others. */
    public List<NamePattern> alternatives() {
        if (others.isEmpty()) {
            return List.of(this);
        }
        List<NamePattern> all = new ArrayList<>(others);
        all.add(0, new NamePattern(namespace, local));
        return all;
    }

    /** Whether an element has one attribute of these names at most: it is one name, in one namespace. */
    public boolean isOneName() {
        return local != null && namespace != null && others.isEmpty();
    }

    public boolean matches(Name name) {
        return (local == null || local.hashCode() == name.localHash() && local.equals(name.local()))
                        && (namespace == null || namespace.equals(name.namespace()))
                || !others.isEmpty() && isOther(name);
    }

    /** The same where case does not count in local parts. */
    public boolean matchesIgnoringCase(Name name) {
        for (NamePattern pattern : alternatives()) {
            if ((pattern.local == null || pattern.local.equalsIgnoreCase(name.local()))
                    && (pattern.namespace == null || pattern.namespace.equals(name.namespace()))) {
                return true;
            }
        }
        return false;
    }

    private boolean isOther(Name name) {
        for (NamePattern other : others) {
            if (other.matches(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name may match both this and another pattern. */
    public boolean overlaps(NamePattern other) {
        for (NamePattern mine : alternatives()) {
            for (NamePattern its : other.alternatives()) {
                if (overlap(mine.local, its.local) && overlap(mine.namespace, its.namespace)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean overlap(@Nullable String one, @Nullable String other) {
        return one == null || other == null || one.equals(other);
    }
}
