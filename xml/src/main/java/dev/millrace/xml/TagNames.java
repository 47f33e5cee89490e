package dev.millrace.xml;

import java.util.List;

/** The names in a start tag: the element's, and those of its attributes in the order of the tag. Equal when all of the names are. Immutable. */
public final class TagNames {

    private final Name element;
    private final List<Name> attributes;
    private final int hash;

    /** @param attributes without declarations of namespaces; copied */
    public TagNames(Name element, List<Name> attributes) {
        this.element = element;
        this.attributes = List.copyOf(attributes);
        hash = 31 * element.hashCode() + this.attributes.hashCode();
    }

    public Name element() {
        return element;
    }

    public List<Name> attributes() {
        return attributes;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof TagNames names
                        && hash == names.hash
                        && element.equals(names.element)
                        && attributes.equals(names.attributes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return element + " " + attributes;
    }
}
