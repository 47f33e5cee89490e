package dev.millrace.discovery.xsd;

import dev.millrace.xml.Name;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A prefix for each namespace: the one that most files of the schema use for it, and no two the same. */
final class Prefixes {

    /** Prefixes that say no more than that it is this one, and those that mean something else in a contract. */
    private static final Set<String> POOR = Set.of("tns", "this", "self", "target", "ns");

    /** Parts of a namespace that say nothing of it. */
    private static final Set<String> NO_WORDS =
            Set.of("urn", "http", "https", "www", "xsd", "schema", "schemas", "tns", "ns", "xml", "xmlns", "default");

    private static final Set<String> TAKEN = Set.of("xml", "xmlns", "default", "xs", "xsd", "xsi");

    private final Map<String, String> byNamespace = new TreeMap<>();

    Prefixes(Iterable<SchemaDocument> documents) {
        Map<String, Map<String, Integer>> uses = new TreeMap<>();
        Set<String> namespaces = new TreeSet<>();
        for (SchemaDocument document : documents) {
            namespaces.add(document.namespace());
            document.root().prefixes().forEach((prefix, namespace) -> {
                if (!prefix.isEmpty() && !TAKEN.contains(prefix.toLowerCase(Locale.ROOT))) {
                    uses.computeIfAbsent(namespace, any -> new TreeMap<>()).merge(prefix, 1, Integer::sum);
                }
            });
        }
        Set<String> taken = new TreeSet<>(TAKEN);
        for (String namespace : namespaces) {
            if (namespace.isEmpty()) {
                continue;
            }
            if (namespace.equals(BuiltInSchemas.XML)) {
                byNamespace.put(namespace, "xml");
                continue;
            }
            if (namespace.equals(SchemaNode.XS)) {
                byNamespace.put(namespace, "xs");
                continue;
            }
            String best = best(uses.getOrDefault(namespace, Map.of()), namespace);
            String prefix = best;
            for (int i = 2; !taken.add(prefix); i++) {
                prefix = best + i;
            }
            byNamespace.put(namespace, prefix);
        }
    }

    private static String best(Map<String, Integer> uses, String namespace) {
        String best = "";
        int most = 0;
        for (Map.Entry<String, Integer> use : uses.entrySet()) {
            // A poor one counts only where there is no other.
            int weight = POOR.contains(use.getKey()) ? 1 : 1 + use.getValue();
            if (weight > most) {
                best = use.getKey();
                most = weight;
            }
        }
        return best.isEmpty() || POOR.contains(best) ? made(namespace) : best;
    }

    /** The last part of a namespace that is a word. */
    private static String made(String namespace) {
        String made = "ns";
        for (String part : namespace.split("[^A-Za-z]+")) {
            String word = part.toLowerCase(Locale.ROOT);
            if (word.length() > 1 && !NO_WORDS.contains(word)) {
                made = word;
            }
        }
        return made;
    }

    Name name(String namespace, String local) {
        return new Name(
                namespace, namespace.equals(SchemaNode.XS) ? "xs" : byNamespace.getOrDefault(namespace, ""), local);
    }

    /** Prefix to namespace. */
    Map<String, String> namespaces() {
        Map<String, String> namespaces = new TreeMap<>();
        byNamespace.forEach((namespace, prefix) -> {
            if (!prefix.equals("xml")) {
                namespaces.put(prefix, namespace);
            }
        });
        return namespaces;
    }
}
