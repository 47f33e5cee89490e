package dev.millrace.mapping;

import dev.millrace.xml.Name;
import dev.millrace.xml.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serializes nodes as XML fragments that can stand alone: the outermost elements declare every namespace that is in scope,
 * inherited ones included, because content may name prefixes too ({@code xsi:type="p:T"}). Not thread-safe.
 */
final class FragmentWriter {

    private static final String XML_PREFIX = "xml";

    private final StringBuilder out = new StringBuilder();
    /** The namespace of each prefix that is declared around what is being written, "" for none. */
    private final Map<String, String> scope = new HashMap<>();

    /** Prefix and what it stood for before, in turn: what the end of an element brings back, the last first. */
    private final List<String> hidden = new ArrayList<>();

    /** Whether a control character was written that only XML 1.1 has; comments and instructions never hold one. */
    private boolean control;

    /** Whether the node can be part of a fragment: an attribute cannot. */
    static boolean canWrite(Object item) {
        return item instanceof Node node && node.kind() != Node.Kind.ATTRIBUTE;
    }

    void append(Node node) {
        scope.clear();
        hidden.clear();
        if (node.kind() == Node.Kind.ELEMENT) {
            element(node, inherited(node));
        } else {
            content(node);
        }
    }

    /** What was appended, which {@link #isXml10} says is well-formed; the writer is empty afterwards. */
    String take() {
        String fragment = out.toString();
        out.setLength(0);
        control = false;
        return fragment;
    }

    /**
     * Whether what was appended is XML 1.0, which is what databases read: a document of XML 1.1 may hold control characters
     * that XML 1.0 cannot express.
     */
    boolean isXml10() {
        return !control;
    }

    /** Prefix and URI in turn of what the element and those above it declare, the outermost first. */
    private static List<String> inherited(Node element) {
        List<Node> path = new ArrayList<>();
        for (Node at = element; at != null; at = at.parent()) {
            path.add(at);
        }
        Map<String, String> inherited = new LinkedHashMap<>();
        for (int i = path.size() - 1; i >= 0; i--) {
            String @Nullable [] own = path.get(i).namespaceDeclarations();
            for (int d = 0; own != null && d < own.length; d += 2) {
                inherited.put(own[d], own[d + 1]);
            }
        }
        List<String> declarations = new ArrayList<>(inherited.size() * 2);
        inherited.forEach((prefix, uri) -> {
            declarations.add(prefix);
            declarations.add(uri);
        });
        return declarations;
    }

    private void content(Node node) {
        switch (node.kind()) {
            case ELEMENT -> {
                String @Nullable [] own = node.namespaceDeclarations();
                element(node, own == null ? List.of() : List.of(own));
            }
            case TEXT -> text(Objects.requireNonNull(node.stringValue()), false);
            case COMMENT -> out.append("<!--").append(node.stringValue()).append("-->");
            case PROCESSING_INSTRUCTION -> {
                out.append("<?").append(Objects.requireNonNull(node.name()).local());
                if (!node.stringValue().isEmpty()) {
                    out.append(' ').append(node.stringValue());
                }
                out.append("?>");
            }
            default -> {
                for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
                    content(child);
                }
            }
        }
    }

    // As deep as the document, which XmlLimits bounds.
    private void element(Node element, List<String> declarations) {
        int outerScope = hidden.size();
        Name name = Objects.requireNonNull(element.name());
        String tag = name.qualified();
        out.append('<').append(tag);
        for (int i = 0; i < declarations.size(); i += 2) {
            declare(declarations.get(i), declarations.get(i + 1));
        }
        declare(name.prefix(), name.namespace());
        for (int i = 0; i < element.attributeCount(); i++) {
            Name attribute = element.attributeName(i);
            // The default namespace is not for attributes.
            if (!attribute.prefix().isEmpty()) {
                declare(attribute.prefix(), attribute.namespace());
            }
        }
        for (int i = 0; i < element.attributeCount(); i++) {
            out.append(' ').append(element.attributeName(i).qualified()).append("=\"");
            text(element.attributeValue(i), true);
            out.append('"');
        }
        if (element.firstChild() == null) {
            out.append("/>");
        } else {
            out.append('>');
            for (Node child = element.firstChild(); child != null; child = child.nextSibling()) {
                content(child);
            }
            out.append("</").append(tag).append('>');
        }
        for (int i = hidden.size() - 2; i >= outerScope; i -= 2) {
            scope.put(hidden.get(i), hidden.get(i + 1));
        }
        hidden.subList(outerScope, hidden.size()).clear();
    }

    /** Writes a declaration unless the prefix stands for the namespace already. */
    private void declare(String prefix, String uri) {
        String current = scope.getOrDefault(prefix, "");
        if (current.equals(uri) || prefix.equals(XML_PREFIX)) {
            return;
        }
        out.append(" xmlns");
        if (!prefix.isEmpty()) {
            out.append(':').append(prefix);
        }
        out.append("=\"");
        text(uri, true);
        out.append('"');
        hidden.add(prefix);
        hidden.add(current);
        scope.put(prefix, uri);
    }

    /** Escapes so that reading gives the same text again: line ends and, in attributes, tabs would be normalized. */
    private void text(String text, boolean attribute) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\r' -> out.append("&#13;");
                case '"' -> out.append(attribute ? "&quot;" : "\"");
                case '\n' -> out.append(attribute ? "&#10;" : "\n");
                case '\t' -> out.append(attribute ? "&#9;" : "\t");
                default -> {
                    control |= c < ' ';
                    out.append(c);
                }
            }
        }
    }
}
