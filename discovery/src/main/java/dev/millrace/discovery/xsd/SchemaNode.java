package dev.millrace.discovery.xsd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An element of a schema document, as it is written. */
final class SchemaNode {

    /** The namespace of XML Schema itself. */
    static final String XS = "http://www.w3.org/2001/XMLSchema";

    private final String namespace;
    private final String local;
    private final @Nullable SchemaNode parent;
    private final XsdPosition position;
    private final Map<String, String> prefixes;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Object> content = new ArrayList<>();

    /** @param prefixes the namespaces that are declared at it, by their prefixes */
    SchemaNode(
            String namespace,
            String local,
            @Nullable SchemaNode parent,
            XsdPosition position,
            Map<String, String> prefixes) {
        this.namespace = namespace;
        this.local = local;
        this.parent = parent;
        this.position = position;
        this.prefixes = prefixes;
    }

    String namespace() {
        return namespace;
    }

    String local() {
        return local;
    }

    @Nullable
    SchemaNode parent() {
        return parent;
    }

    XsdPosition position() {
        return position;
    }

    Map<String, String> prefixes() {
        return prefixes;
    }

    /** Those without a namespace, and xml:lang as {@code xml:lang}. */
    Map<String, String> attributes() {
        return attributes;
    }

    @Nullable
    String attribute(String name) {
        return attributes.get(name);
    }

    /** Nodes and, in documentation, texts. */
    List<Object> content() {
        return content;
    }

    List<SchemaNode> children() {
        List<SchemaNode> children = new ArrayList<>();
        for (Object part : content) {
            if (part instanceof SchemaNode child) {
                children.add(child);
            }
        }
        return children;
    }

    /** Whether it is XML Schema's element of this name. */
    boolean is(String name) {
        return namespace.equals(XS) && local.equals(name);
    }

    /** The namespace of a prefix, "" for the default one; null where it is not declared. */
    @Nullable
    String namespaceOf(String prefix) {
        for (SchemaNode at = this; at != null; at = at.parent) {
            String found = at.prefixes.get(prefix);
            if (found != null) {
                return found;
            }
        }
        return prefix.isEmpty() ? "" : prefix.equals("xml") ? BuiltInSchemas.XML : null;
    }
}
