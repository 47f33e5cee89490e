package dev.millrace.discovery.xsd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a schema says is unique within an element, or refers to what is.
 *
 * @param kind which of the three
 * @param name its name
 * @param selector the elements that it is about, as a path from its own element, with the schema's prefixes
 * @param fields what of these elements has to be unique, or refers: paths from them, all together
 * @param refer the name of the key that is referred to, without a prefix; "" where nothing is
 */
public record XsdIdentity(Kind kind, String name, String selector, List<String> fields, String refer) {

    /** The three that there are. */
    public enum Kind {
        /** There, and unique. */
        KEY,
        /** Unique where it is there. */
        UNIQUE,
        /** What refers to a key, or to what is unique. */
        KEYREF
    }

    /** Takes a copy of the list. */
    public XsdIdentity {
        fields = List.copyOf(fields);
    }

    /** What is written; empty where it is no such thing, or not as it has to be. */
    static Optional<XsdIdentity> of(SchemaNode node) {
        Kind kind =
                node.is("key") ? Kind.KEY : node.is("unique") ? Kind.UNIQUE : node.is("keyref") ? Kind.KEYREF : null;
        String name = node.attribute("name");
        String refer = node.attribute("refer");
        String selector = null;
        List<String> fields = new ArrayList<>();
        for (SchemaNode child : node.children()) {
            String path = child.attribute("xpath");
            if (path != null && child.is("selector")) {
                selector = path.strip();
            } else if (path != null && child.is("field")) {
                fields.add(path.strip());
            }
        }
        if (kind == null || name == null || selector == null || fields.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new XsdIdentity(
                kind, name, selector, fields, refer == null ? "" : refer.strip().replaceFirst(".*:", "")));
    }
}
