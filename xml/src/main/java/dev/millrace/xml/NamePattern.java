package dev.millrace.xml;

import org.jspecify.annotations.Nullable;

/**
 * Which names a step matches: {@code a}, {@code p:a}, {@code *:a}, {@code p:*} or {@code *}.
 *
 * @param namespace the namespace URI, "" for none, null for any
 * @param local the local part, null for any
 */
public record NamePattern(
        @Nullable String namespace, @Nullable String local) {

    /** Every name. */
    public static final NamePattern ANY = new NamePattern(null, null);

    /** Interned, as the names of documents are: equal names are mostly one object, and a look tells. */
    public NamePattern {
        namespace = namespace == null ? null : namespace.intern();
        local = local == null ? null : local.intern();
    }

    public static NamePattern of(Name name) {
        return new NamePattern(name.namespace(), name.local());
    }

    public boolean matches(Name name) {
        return (local == null || local.hashCode() == name.localHash() && local.equals(name.local()))
                && (namespace == null || namespace.equals(name.namespace()));
    }
}
