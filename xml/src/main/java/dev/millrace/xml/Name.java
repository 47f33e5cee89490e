package dev.millrace.xml;

import java.util.Objects;

/**
 * An expanded XML name. Two names are equal when namespace and local part are; the prefix is only kept to be shown again.
 */
public final class Name {

    private final String namespace;
    private final String prefix;
    private final String local;
    private final int localHash;

    /**
     * @param namespace the namespace URI, "" for none
     * @param prefix the prefix, "" for none
     * @param local the local part
     */
    public Name(String namespace, String prefix, String local) {
        this.namespace = Objects.requireNonNull(namespace, "namespace");
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        this.local = Objects.requireNonNull(local, "local");
        localHash = local.hashCode();
    }

    /** A name in no namespace. */
    public static Name of(String local) {
        return new Name("", "", local);
    }

    public String namespace() {
        return namespace;
    }

    public String prefix() {
        return prefix;
    }

    public String local() {
        return local;
    }

    /** The hash code of the local part: two names that differ mostly differ in it, which is quicker to see. */
    int localHash() {
        return localHash;
    }

    /** {@code prefix:local}, or {@code local}: what XPath's name() gives. */
    public String qualified() {
        return prefix.isEmpty() ? local : prefix + ":" + local;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Name name
                        && localHash == name.localHash
                        && local.equals(name.local)
                        && namespace.equals(name.namespace);
    }

    @Override
    public int hashCode() {
        return localHash * 31 + namespace.hashCode();
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? qualified() : "Q{" + namespace + "}" + local;
    }
}
