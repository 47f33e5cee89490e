package dev.millrace.discovery.xsd;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All files of a schema: those that are given, and what they include, redefine and import, wherever it is found. Nothing but files is
 * read; an address is only a name to look for.
 */
final class SchemaFiles {

    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_DOCUMENTS = 10_000;

    /** Something that is referred to. */
    private record Wanted(
            SchemaNode from, String namespace, @Nullable String location) {}

    private final SchemaCatalog catalog;
    private final Map<String, SchemaDocument> documents = new LinkedHashMap<>();
    private final Map<Path, String> ownNamespaces = new HashMap<>();
    private final Set<Path> chameleons = new HashSet<>();
    private final Deque<SchemaDocument> unread = new ArrayDeque<>();
    private final List<Wanted> wantedNamespaces = new ArrayList<>();
    private final Map<SchemaNode, SchemaDocument> redefined = new LinkedHashMap<>();
    private final Map<String, String> missing = new TreeMap<>();
    private final List<XsdNote> notes = new ArrayList<>();

    SchemaFiles(SchemaCatalog catalog) {
        this.catalog = catalog;
    }

    /** All that were read, in an order that does not depend on the order of those that are given. */
    List<SchemaDocument> documents() {
        return List.copyOf(documents.values());
    }

    /** Namespaces of which something was not found, with where it was looked for. */
    Map<String, String> missing() {
        return missing;
    }

    /** The redefinitions, with what each redefines. */
    Map<SchemaNode, SchemaDocument> redefined() {
        return redefined;
    }

    List<XsdNote> notes() {
        return notes;
    }

    void read(List<Path> schemas) throws XsdException {
        List<Path> sorted = schemas.stream()
                .sorted(Comparator.comparing(SchemaFiles::real).thenComparing(Comparator.naturalOrder()))
                .toList();
        List<Path> without = new ArrayList<>();
        for (Path schema : sorted) {
            if (!Files.isRegularFile(schema)) {
                throw new XsdException(
                        new XsdPosition(schema.toString(), 0, 0),
                        "is no file; expected an XML Schema; correct the name of the file");
            }
            SchemaNode root = parse(schema);
            if (root.attribute("targetNamespace") == null) {
                without.add(schema);
            } else {
                open(schema, null, SchemaDocument.Origin.GIVEN);
            }
        }
        followAll();
        // A file without a namespace that another one includes has that one's namespace, and is no schema by itself.
        for (Path schema : without) {
            if (!chameleons.contains(real(schema))) {
                open(schema, null, SchemaDocument.Origin.GIVEN);
            }
        }
        followAll();
        findNamespaces();
    }

    private void followAll() throws XsdException {
        while (!unread.isEmpty()) {
            follow(unread.removeFirst());
        }
    }

    private void follow(SchemaDocument document) throws XsdException {
        for (SchemaNode child : document.root().children()) {
            String location = child.attribute("schemaLocation");
            if (child.is("include") || child.is("redefine")) {
                include(document, child, location);
            } else if (child.is("import")) {
                String namespace = child.attribute("namespace");
                importInto(document, new Wanted(child, namespace == null ? "" : namespace, location));
            }
        }
    }

    private void include(SchemaDocument document, SchemaNode child, @Nullable String location) throws XsdException {
        if (location == null) {
            throw new XsdException(
                    child.position(),
                    "found <" + child.local() + "> without schemaLocation; expected the file that it means; add it");
        }
        List<String> looked = new ArrayList<>();
        Optional<Path> found = find(document, child, location, document.namespace(), true, looked);
        if (found.isEmpty()) {
            notes.add(new XsdNote(
                    child.position(),
                    child.local() + "s '" + location + "', which was not found (" + String.join("; ", looked)
                            + "): what it declares counts as any content; give a catalog directory that has it"));
            missing.put(document.namespace(), String.join("; ", looked));
            return;
        }
        SchemaDocument included = open(found.get(), document.namespace(), SchemaDocument.Origin.FOUND);
        if (included != document) {
            document.included().add(included);
        }
        if (child.is("redefine")) {
            redefined.put(child, included);
            document.components().addAll(child.children());
        }
    }

    private void importInto(SchemaDocument document, Wanted wanted) throws XsdException {
        String location = wanted.location();
        if (location != null && !wanted.namespace().equals(document.namespace())) {
            Optional<Path> found =
                    find(document, wanted.from(), location, wanted.namespace(), false, new ArrayList<>());
            if (found.isPresent()) {
                open(found.get(), null, SchemaDocument.Origin.FOUND);
                return;
            }
        }
        wantedNamespaces.add(wanted);
    }

    /** Namespaces that are imported without a place, or from one where they are not. */
    private void findNamespaces() throws XsdException {
        while (!wantedNamespaces.isEmpty()) {
            Wanted wanted = wantedNamespaces.remove(0);
            String namespace = wanted.namespace();
            if (missing.containsKey(namespace) || has(namespace) || namespace.equals(SchemaNode.XS)) {
                continue;
            }
            Optional<Path> found = namespace.isEmpty() ? Optional.empty() : catalog.byNamespace(namespace);
            Optional<SchemaNode> builtIn = found.isPresent() ? Optional.empty() : BuiltInSchemas.of(namespace);
            if (found.isPresent()) {
                open(found.get(), null, SchemaDocument.Origin.FOUND);
                followAll();
            } else if (builtIn.isPresent()) {
                add(
                        "millrace " + namespace,
                        new SchemaDocument(builtIn.get(), namespace, SchemaDocument.Origin.BUILT_IN, Optional.empty()));
            } else {
                String where = wanted.location() == null
                        ? "no schemaLocation says where it is; " + catalog.description()
                        : "'" + wanted.location() + "' is not beside the file; " + catalog.description();
                missing.put(namespace, where);
                notes.add(new XsdNote(
                        wanted.from().position(),
                        "imports " + named(namespace) + ", which was not found (" + where
                                + "): what is used of it counts as any content; give its file, or a catalog directory"
                                + " that has it"));
            }
        }
    }

    private boolean has(String namespace) {
        return documents.values().stream()
                .anyMatch(document -> document.namespace().equals(namespace));
    }

    static String named(String namespace) {
        return namespace.isEmpty() ? "what is in no namespace" : "the namespace '" + namespace + "'";
    }

    /** The file that a location means: where it says, beside the file, or in a catalog directory. */
    private Optional<Path> find(
            SchemaDocument document,
            SchemaNode from,
            String location,
            String namespace,
            boolean include,
            List<String> looked) {
        List<String> segments = segments(location);
        if (segments.isEmpty()) {
            looked.add("it names no file");
            return Optional.empty();
        }
        Path folder = document.path().map(SchemaFiles::folder).orElse(Path.of(""));
        List<Path> near = new ArrayList<>();
        local(folder, location).ifPresent(near::add);
        local(folder, segments.get(segments.size() - 1)).ifPresent(near::add);
        for (Path path : new LinkedHashSet<>(near)) {
            if (Files.isRegularFile(path)) {
                boolean itself = document.path().isPresent()
                        && real(path).equals(real(document.path().get()));
                Optional<String> target = SchemaCatalog.targetNamespace(path);
                // What is no schema, or not well-formed, is said when it is read.
                if (target.isEmpty() || fits(target.get(), namespace, include)) {
                    if (!itself || near.indexOf(path) == 0) {
                        return Optional.of(path);
                    }
                } else if (!itself) {
                    notes.add(new XsdNote(
                            from.position(),
                            "'" + path + "' is not used: it has " + named(target.get()) + ", and " + named(namespace)
                                    + " was expected"));
                }
            }
            looked.add("no " + path);
        }
        Optional<Path> found = catalog.byTail(
                segments,
                path -> SchemaCatalog.targetNamespace(path)
                                .filter(target -> fits(target, namespace, include))
                                .isPresent()
                        && !document.path().map(SchemaFiles::real).equals(Optional.of(real(path))));
        if (found.isEmpty()) {
            looked.add(catalog.description());
        }
        return found;
    }

    private static boolean fits(String target, String namespace, boolean include) {
        return target.equals(namespace) || include && target.isEmpty();
    }

    /** The file that a location without an address means. */
    private static Optional<Path> local(Path folder, String location) {
        String text = location.strip();
        try {
            URI uri = URI.create(text.replace('\\', '/'));
            if (uri.getScheme() != null) {
                if (!uri.getScheme().toLowerCase(Locale.ROOT).equals("file") || uri.getPath() == null) {
                    return Optional.empty();
                }
                return Optional.of(Path.of(uri.getPath()));
            }
            return uri.getAuthority() != null || uri.getPath() == null
                    ? Optional.empty()
                    : Optional.of(folder.resolve(uri.getPath()).normalize());
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        } catch (IllegalArgumentException noAddress) {
            try {
                return Optional.of(folder.resolve(text).normalize());
            } catch (InvalidPathException noPath) {
                return Optional.empty();
            }
        }
    }

    /** The parts of a location's path, its host among them, without those that lead up. */
    private static List<String> segments(String location) {
        String text = location.strip().replace('\\', '/');
        int scheme = text.indexOf(':');
        String path = scheme > 1 ? text.substring(scheme + 1) : text;
        int end = path.indexOf('#') >= 0 ? path.indexOf('#') : path.length();
        int query = path.indexOf('?');
        end = query >= 0 ? Math.min(end, query) : end;
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(0, end).split("/")) {
            if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** @param including the namespace of who includes it; null where nobody does */
    private SchemaDocument open(Path path, @Nullable String including, SchemaDocument.Origin origin)
            throws XsdException {
        Path real = real(path);
        String known = ownNamespaces.get(real);
        if (known != null) {
            SchemaDocument open = documents.get(key(real, effective(known, including)));
            if (open != null) {
                return open;
            }
        }
        SchemaNode root = parse(path);
        String own = Optional.ofNullable(root.attribute("targetNamespace")).orElse("");
        ownNamespaces.put(real, own);
        String namespace = effective(own, including);
        if (!namespace.equals(own)) {
            chameleons.add(real);
        }
        SchemaDocument document = new SchemaDocument(root, namespace, origin, Optional.of(path));
        add(key(real, namespace), document);
        unread.add(document);
        return document;
    }

    private void add(String key, SchemaDocument document) throws XsdException {
        if (documents.size() >= MOST_DOCUMENTS) {
            throw new XsdException(
                    document.root().position(),
                    "is one more than the " + MOST_DOCUMENTS + " files that a schema may have; give fewer files");
        }
        documents.put(key, document);
    }

    private static String effective(String own, @Nullable String including) {
        return own.isEmpty() && including != null ? including : own;
    }

    private static String key(Path real, String namespace) {
        return real + "\n" + namespace;
    }

    private SchemaNode parse(Path path) throws XsdException {
        String file = path.toString();
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new XsdException(
                        new XsdPosition(file, 0, 0),
                        "has more than " + (MOST_BYTES >> 20) + " MB; expected an XML Schema; give a schema's file");
            }
            try (InputStream bytes = Files.newInputStream(path)) {
                SchemaNode root = SchemaText.read(bytes, file);
                if (!root.is("schema")) {
                    throw new XsdException(
                            root.position(),
                            "found <" + root.local() + "> in " + named(root.namespace())
                                    + "; expected <schema> in the namespace '" + SchemaNode.XS
                                    + "'; give the file of a schema");
                }
                return root;
            }
        } catch (IOException e) {
            throw SchemaText.unreadable(file, e);
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            return path.toAbsolutePath().normalize();
        }
    }
}
