package dev.millrace.xml;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node of the projected record: a small, mutable-while-parsing tree that holds only what the contract can reach. One
 * class for all kinds, because the evaluator's loops then stay free of dispatch. After {@link XmlParser} has returned,
 * nobody changes a node; nodes are not shared between threads.
 */
public final class Node {

    /** The kinds of nodes of the XPath data model that Millrace keeps (XDM 3.1, §6). */
    public enum Kind {
        DOCUMENT,
        ELEMENT,
        ATTRIBUTE,
        TEXT,
        COMMENT,
        PROCESSING_INSTRUCTION
    }

    private static final Name[] NO_NAMES = {};
    private static final String[] NO_VALUES = {};

    final Kind kind;
    final @Nullable Name name;
    final @Nullable Node parent;
    final @Nullable String value;
    final int position;
    final int ordinal;

    @Nullable
    Node firstChild;

    @Nullable
    Node lastChild;

    @Nullable
    Node nextSibling;

    Name[] attributeNames = NO_NAMES;
    String[] attributeValues = NO_VALUES;
    int attributeCount;

    /** Prefix and URI in turn, only where the projection keeps a fragment whole; else null. */
    String @Nullable [] namespaceDeclarations;

    /**
     * @param kind the kind
     * @param name the name of an element or attribute, the target of a processing instruction, else null
     * @param parent the parent, null at the top
     * @param value the value of an attribute, text, comment or processing instruction, else null
     * @param position document order among the kept nodes of a document; an element's attributes take the positions
     *     right after it
     * @param ordinal the number of the element's start tag (of the parent's for other kinds) among all start tags of
     *     the document, kept or not, from 0: what {@link XmlParser#locate} turns into line and column
     */
    public Node(
            Kind kind, @Nullable Name name, @Nullable Node parent, @Nullable String value, int position, int ordinal) {
        this.kind = kind;
        this.name = name;
        this.parent = parent;
        this.value = value;
        this.position = position;
        this.ordinal = ordinal;
    }

    /** Adds a child at the end. Only while the tree is built. */
    public void append(Node child) {
        if (lastChild == null) {
            firstChild = child;
        } else {
            lastChild.nextSibling = child;
        }
        lastChild = child;
    }

    /** Sets the attributes of an element, in document order. Only while the tree is built; the arrays are kept. */
    public void attributes(Name[] names, String[] values, int count) {
        attributeNames = names;
        attributeValues = values;
        attributeCount = count;
    }

    /** Sets the namespace declarations of an element (prefix and URI in turn). Only while the tree is built. */
    public void namespaceDeclarations(String[] prefixesAndUris) {
        namespaceDeclarations = prefixesAndUris;
    }

    public Kind kind() {
        return kind;
    }

    public @Nullable Name name() {
        return name;
    }

    public @Nullable Node parent() {
        return parent;
    }

    public @Nullable Node firstChild() {
        return firstChild;
    }

    public @Nullable Node nextSibling() {
        return nextSibling;
    }

    public int position() {
        return position;
    }

    public int ordinal() {
        return ordinal;
    }

    public int attributeCount() {
        return attributeCount;
    }

    public Name attributeName(int index) {
        return attributeNames[index];
    }

    public String attributeValue(int index) {
        return attributeValues[index];
    }

    public String @Nullable [] namespaceDeclarations() {
        return namespaceDeclarations;
    }

    /** The value of the attribute of this name, or null if the element has none. */
    public @Nullable String attribute(Name wanted) {
        for (int i = 0; i < attributeCount; i++) {
            if (attributeNames[i].equals(wanted)) {
                return attributeValues[i];
            }
        }
        return null;
    }

    /** The attribute at an index as a node of its own; equal (not identical) each time it is asked for. */
    public Node attributeNode(int index) {
        return new Node(
                Kind.ATTRIBUTE, attributeNames[index], this, attributeValues[index], position + 1 + index, ordinal);
    }

    /** The string value (XDM 3.1, dm:string-value): for an element, all text below it. */
    public String stringValue() {
        if (value != null) {
            return value;
        }
        Node only = firstChild;
        if (only == null) {
            return "";
        }
        if (only.nextSibling == null && only.kind == Kind.TEXT) {
            return Objects.requireNonNull(only.value);
        }
        StringBuilder text = new StringBuilder();
        appendText(this, text);
        return text.toString();
    }

    // The depth of a document is bounded by XmlLimits, so this recursion is too.
    private static void appendText(Node node, StringBuilder text) {
        for (Node child = node.firstChild; child != null; child = child.nextSibling) {
            if (child.kind == Kind.TEXT) {
                text.append(child.value);
            } else if (child.kind == Kind.ELEMENT) {
                appendText(child, text);
            }
        }
    }

    /** Node identity (XPath's {@code is}): within one document, the position says it. */
    public boolean isSameAs(Node other) {
        return position == other.position;
    }

    @Override
    public String toString() {
        return kind + (name == null ? "" : " " + name) + " #" + position;
    }
}
