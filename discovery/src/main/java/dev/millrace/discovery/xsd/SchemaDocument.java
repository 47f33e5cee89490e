package dev.millrace.discovery.xsd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One file of a schema, as it counts for one target namespace: one without a namespace of its own takes that of who includes it. */
final class SchemaDocument {

    /** Who wrote it. */
    enum Origin {
        /** One of the files that the reader was given. */
        GIVEN,
        /** A file that another one includes or imports. */
        FOUND,
        /** What ships with Millrace. */
        BUILT_IN,
        /** What stands for what was not found. */
        STAND_IN
    }

    private final SchemaNode root;
    private final String namespace;
    private final Origin origin;
    private final Optional<Path> path;
    private final List<SchemaDocument> included = new ArrayList<>();
    private final List<SchemaNode> components = new ArrayList<>();

    SchemaDocument(SchemaNode root, String namespace, Origin origin, Optional<Path> path) {
        this.root = root;
        this.namespace = namespace;
        this.origin = origin;
        this.path = path;
        for (SchemaNode child : root.children()) {
            if (!child.is("include") && !child.is("import") && !child.is("redefine")) {
                components.add(child);
            }
        }
    }

    SchemaNode root() {
        return root;
    }

    /** Its target namespace, "" for none. */
    String namespace() {
        return namespace;
    }

    /** Whether it has the namespace from who includes it. */
    boolean chameleon() {
        return root.attribute("targetNamespace") == null && !namespace.isEmpty();
    }

    Origin origin() {
        return origin;
    }

    Optional<Path> path() {
        return path;
    }

    String file() {
        return root.position().file();
    }

    /** What it includes and redefines. */
    List<SchemaDocument> included() {
        return included;
    }

    /** What is declared at its top, and what it makes of what it redefines. */
    List<SchemaNode> components() {
        return components;
    }
}
