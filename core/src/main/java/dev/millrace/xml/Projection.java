package dev.millrace.xml;

/**
 * What a contract can reach of a document. Compiled paths describe what they reach to a {@link Builder}; the result is
 * immutable and shared by all parsers of a run, each of which derives its own automaton from it while parsing.
 */
public final class Projection {

    private Projection() {}

    public static Builder builder(RecordPath record) {
        throw new IllegalStateException("spine: Projection.builder " + record);
    }

    public RecordPath recordPath() {
        throw new IllegalStateException("spine");
    }

    /** Collects what expressions reach. Not thread-safe. */
    public static final class Builder {

        /** The record's element. */
        public Reach record() {
            throw new IllegalStateException("spine");
        }

        /** The document node. */
        public Reach document() {
            throw new IllegalStateException("spine");
        }

        public Projection build() {
            throw new IllegalStateException("spine");
        }
    }

    /**
     * A set of nodes that an expression can be at. Each method both says "these must be kept" and gives the set that the
     * step leads to. Reaching an element keeps the element, not its attributes or content.
     */
    public abstract static class Reach {

        public abstract Reach child(NameTest test);

        /** Elements at any depth below. */
        public abstract Reach descendant(NameTest test);

        /** The elements above that are known statically; all ancestors of a record are always kept, with attributes. */
        public abstract Reach parent();

        public abstract Reach ancestor(NameTest test);

        /** Attributes of these elements; steps from an attribute lead to its element. */
        public abstract Reach attribute(NameTest test, boolean ignoreCase);

        /** The text nodes that are children of these elements. */
        public abstract Reach text();

        /** Comments and processing instructions that are children of these elements. */
        public abstract Reach commentsAndInstructions();

        /** The string value: all text at any depth. */
        public abstract void stringValue();

        /** Everything at any depth, with namespaces: for fragments kept as XML and for Saxon. */
        public abstract void whole();

        public abstract Reach union(Reach other);
    }
}
