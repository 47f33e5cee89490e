package dev.millrace.discovery;

import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.PathSummary;
import dev.millrace.xml.Name;
import dev.millrace.xml.path.PathCompiler;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The namespaces of a set of documents: which of them are one, as versions of a format are, and what prefix a contract has for each.
 *
 * <p>Document elements of one name in several namespaces tell that these are one.
 */
final class DraftNamespaces {

    static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";
    static final Name ANY = Name.of("*");
    private static final String XML = "http://www.w3.org/XML/1998/namespace";
    private static final String DEFAULT = "default";

    /** What stands for a namespace. */
    private final Map<String, String> unified = new TreeMap<>();
    /** By the namespace that stands for them, all that are one. */
    private final Map<String, Set<String>> members = new TreeMap<>();
    /** The prefix for each namespace that stands for some; "" for names without a prefix. */
    private final Map<String, String> prefixes = new TreeMap<>();

    private final Map<String, Integer> elements = new TreeMap<>();
    private final Map<String, Map<String, Integer>> used = new TreeMap<>();
    private final Set<String> ofAttributes = new TreeSet<>();
    private final Map<String, String> added = new TreeMap<>();

    /** Those of a schema's elements, none of which are one. */
    DraftNamespaces(Shape top) {
        count(top);
        choosePrefixes();
    }

    DraftNamespaces(PathSummary summary) {
        Map<String, Set<String>> roots = new TreeMap<>();
        for (PathEdge edge : summary.top().children()) {
            roots.computeIfAbsent(edge.name().local(), name -> new TreeSet<>())
                    .add(edge.name().namespace());
        }
        roots.values().forEach(this::unify);
        count(summary.top());
        choosePrefixes();
    }

    /**
     * Those of a contract, and further ones for what its prefixes do not name.
     *
     * @param declared its prefixes with what each stands for
     */
    DraftNamespaces(PathSummary summary, Map<String, List<String>> declared) {
        String any = null;
        for (Map.Entry<String, List<String>> each : new TreeMap<>(declared).entrySet()) {
            if (each.getValue().contains(PathCompiler.ANY_NAMESPACE)) {
                any = each.getKey();
            } else {
                unify(new TreeSet<>(each.getValue()));
            }
        }
        count(summary.top());
        Set<String> taken = new TreeSet<>(declared.keySet());
        taken.add(DEFAULT);
        taken.add("xml");
        for (Map.Entry<String, List<String>> each : new TreeMap<>(declared).entrySet()) {
            for (String uri : each.getValue()) {
                boolean isDefault = each.getKey().equals(DEFAULT);
                if (!isDefault || !prefixes.containsKey(canonical(uri))) {
                    prefixes.put(canonical(uri), isDefault ? "" : each.getKey());
                }
            }
        }
        if (!declared.containsKey(DEFAULT)) {
            prefixes.putIfAbsent("", "");
        }
        prefixes.putIfAbsent(XML, "xml");
        Set<String> all = new TreeSet<>(elements.keySet());
        all.addAll(ofAttributes);
        for (String namespace : all) {
            if (prefixes.containsKey(namespace)) {
                continue;
            }
            if (any != null) {
                prefixes.put(namespace, any);
            } else {
                String made = namespace.equals(XSI) && taken.add("xsi") ? "xsi" : prefix(namespace, taken);
                prefixes.put(namespace, made);
                added.put(made, namespace);
            }
        }
    }

    /** Prefixes that the contract does not have, with what they stand for. */
    Map<String, String> added() {
        return added;
    }

    private void unify(Set<String> namespaces) {
        if (namespaces.size() < 2) {
            return;
        }
        // What has been found to be one by another name is one with these, too.
        TreeSet<String> all = new TreeSet<>(namespaces);
        for (String namespace : namespaces) {
            String known = unified.get(namespace);
            if (known != null) {
                all.addAll(members.getOrDefault(known, Set.of()));
            }
        }
        String first = all.stream()
                .filter(namespace -> !namespace.isEmpty())
                .findFirst()
                .orElse("");
        all.forEach(namespace -> unified.put(namespace, first));
        members.put(first, all);
    }

    private void count(PathNode node) {
        for (PathEdge edge : node.attributes()) {
            String namespace = edge.name().namespace();
            if (!namespace.isEmpty()) {
                ofAttributes.add(canonical(namespace));
                countPrefixes(namespace, edge.target());
            }
        }
        for (PathEdge edge : node.children()) {
            if (!edge.isBack()) {
                if (!edge.target().isAny()) {
                    elements.merge(canonical(edge.name().namespace()), 1, Integer::sum);
                    countPrefixes(edge.name().namespace(), edge.target());
                }
                count(edge.target());
            }
        }
    }

    private void count(Shape shape) {
        for (Shape attribute : shape.attributes) {
            String namespace = attribute.name.namespace();
            if (!namespace.isEmpty()) {
                ofAttributes.add(namespace);
                countPrefix(attribute.name);
            }
        }
        for (Shape child : shape.children) {
            if (!child.isAny()) {
                elements.merge(child.name.namespace(), 1, Integer::sum);
                countPrefix(child.name);
            }
            count(child);
        }
    }

    private void countPrefix(Name name) {
        used.computeIfAbsent(name.namespace(), key -> new TreeMap<>()).merge(name.prefix(), 1, Integer::sum);
    }

    private void countPrefixes(String namespace, PathNode node) {
        Map<String, Integer> its = used.computeIfAbsent(canonical(namespace), key -> new TreeMap<>());
        node.prefixes().forEach(prefix -> its.merge(prefix, 1, Integer::sum));
    }

    private void choosePrefixes() {
        String main = elements.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse("");
        // Names without a prefix are those of no namespace, unless there are none of these.
        boolean free = !elements.containsKey("")
                || members.getOrDefault(main, Set.of()).contains("");
        Set<String> taken = new TreeSet<>(Set.of(DEFAULT, "xml", "xsi"));
        Set<String> all = new TreeSet<>(elements.keySet());
        all.addAll(ofAttributes);
        for (String namespace : all) {
            if (namespace.equals(XML)) {
                prefixes.put(namespace, "xml");
            } else if (namespace.equals(XSI)) {
                prefixes.put(namespace, "xsi");
            } else if (namespace.isEmpty() || free && namespace.equals(main) && !ofAttributes.contains(namespace)) {
                prefixes.put(namespace, "");
            } else {
                prefixes.put(namespace, prefix(namespace, taken));
            }
        }
    }

    private String prefix(String namespace, Set<String> taken) {
        String most = used.getOrDefault(namespace, Map.of()).entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty() && !taken.contains(entry.getKey()))
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse("");
        if (most.isEmpty()) {
            List<String> words = List.of(namespace.split("[^A-Za-z]+"));
            most = words.stream()
                    .filter(word -> word.length() > 1)
                    .reduce((first, second) -> second)
                    .orElse("ns")
                    .toLowerCase(Locale.ROOT);
        }
        String free = most;
        for (int number = 2; taken.contains(free); number++) {
            free = most + number;
        }
        taken.add(free);
        return free;
    }

    /** The namespace that stands for this one. */
    private String canonical(String namespace) {
        return unified.getOrDefault(namespace, namespace);
    }

    /** The name that stands for this one. Attributes without a prefix have no namespace, whatever their element's is. */
    Name unified(Name name) {
        String namespace = canonical(name.namespace());
        return namespace.equals(name.namespace()) ? name : new Name(namespace, name.prefix(), name.local());
    }

    /** From the element {@code from} down to {@code to}, which is within it; with a slash at its end, or "" where both are the same. */
    String between(Shape from, Shape to) {
        StringBuilder path = new StringBuilder();
        for (Shape shape = to; shape != null && shape != from; shape = shape.parent) {
            path.insert(0, step(shape) + "/");
        }
        return path.toString();
    }

    /** How a path names it. */
    String step(Shape shape) {
        String at = shape.attribute ? "@" : "";
        if (shape.isAny()) {
            return at + "*";
        }
        String prefix = shape.attribute && shape.name.namespace().isEmpty()
                ? ""
                : prefixes.getOrDefault(shape.name.namespace(), "");
        return at + (prefix.isEmpty() ? "" : prefix + ":") + shape.name.local();
    }

    /** The contract's prefixes with what they stand for; without those that every contract has. */
    Map<String, List<String>> declarations() {
        Map<String, List<String>> declared = new LinkedHashMap<>();
        prefixes.forEach((namespace, prefix) -> {
            Collection<String> all = members.getOrDefault(namespace, Set.of(namespace));
            boolean none = all.size() == 1 && all.contains("");
            if (!none && !namespace.equals(XML)) {
                declared.put(prefix.isEmpty() ? DEFAULT : prefix, List.copyOf(all));
            }
        });
        return declared;
    }
}
