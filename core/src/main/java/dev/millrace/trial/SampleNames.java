package dev.millrace.trial;

import dev.millrace.contract.MappingContract.DocumentRules;
import dev.millrace.contract.MessageText;
import dev.millrace.summary.PathEdge;
import dev.millrace.summary.PathNode;
import dev.millrace.summary.PathSummary;
import dev.millrace.xml.Name;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathNames.Used;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The names that samples have, and where, for those that a contract's paths look for in vain. */
final class SampleNames {

    private final PathNode top;
    private final Map<String, List<String>> declared;
    private final boolean ignoreAttributeCase;
    /** By local part. */
    private final Map<String, List<PathNode>> elements = new TreeMap<>();

    private final Map<String, List<PathNode>> attributes = new TreeMap<>();
    private final Map<String, Long> elementsByNamespace = new LinkedHashMap<>();
    private final Map<String, String> exampleByNamespace = new LinkedHashMap<>();
    private boolean complete = true;

    SampleNames(PathSummary summary, DocumentRules rules) {
        top = summary.top();
        declared = rules.namespaces();
        ignoreAttributeCase = rules.ignoreNameCase();
        collect(top);
    }

    private void collect(PathNode node) {
        complete &= !node.isShallow();
        for (PathEdge edge : node.attributes()) {
            PathNode attribute = edge.target();
            complete &= !attribute.isAny();
            if (!attribute.isAny()) {
                add(attributes, attribute);
            }
        }
        for (PathEdge edge : node.children()) {
            PathNode child = edge.target();
            if (edge.isBack()) {
                continue;
            }
            complete &= !child.isAny();
            if (!child.isAny()) {
                add(elements, child);
                String namespace = child.name().namespace();
                elementsByNamespace.merge(namespace, child.occurrences(), Long::sum);
                exampleByNamespace.putIfAbsent(namespace, child.name().local());
            }
            collect(child);
        }
    }

    private static void add(Map<String, List<PathNode>> names, PathNode node) {
        names.computeIfAbsent(node.name().local(), unseen -> new ArrayList<>()).add(node);
    }

    /** The document node. */
    PathNode top() {
        return top;
    }

    /** Whether all names are known: not where tags are data, or stand deep within text with markup. */
    boolean isComplete() {
        return complete;
    }

    /** All elements, or attributes, of this local part, whatever their namespaces. */
    List<PathNode> named(String local, boolean attribute) {
        return (attribute ? attributes : elements).getOrDefault(local, List.of());
    }

    /** The local parts of all elements, or of all attributes. */
    Set<String> locals(boolean attribute) {
        return (attribute ? attributes : elements).keySet();
    }

    /** Whether a name in a path stands for this one. */
    boolean matches(Used used, Name name) {
        boolean sameLocal = used.local().equals(name.local())
                || used.attribute() && ignoreAttributeCase && used.local().equalsIgnoreCase(name.local());
        return sameLocal && isInNamespaceOf(used, name);
    }

    boolean isInNamespaceOf(Used used, Name name) {
        List<String> wanted = namespaces(used);
        return wanted.contains(PathCompiler.ANY_NAMESPACE) || wanted.contains(name.namespace());
    }

    /** Those that a name in a path may be in. */
    List<String> namespaces(Used name) {
        if (name.prefix().equals("*")) {
            return List.of(PathCompiler.ANY_NAMESPACE);
        }
        if (name.prefix().startsWith("Q{")) {
            return List.of(name.prefix().substring(2, name.prefix().length() - 1));
        }
        String prefix = name.prefix().isEmpty() && !name.attribute() ? "default" : name.prefix();
        return declared.getOrDefault(prefix, List.of(""));
    }

    /** What namespaces the samples and the contract have apart; empty where a prefix stands for any. */
    List<String> namespacesApart() {
        List<String> apart = new ArrayList<>();
        Set<String> known = new LinkedHashSet<>();
        declared.values().forEach(known::addAll);
        if (known.contains(PathCompiler.ANY_NAMESPACE) || elementsByNamespace.isEmpty()) {
            return apart;
        }
        elementsByNamespace.forEach((uri, count) -> {
            if (!uri.isEmpty() && !known.contains(uri)) {
                apart.add("the samples have " + (complete ? "" : "at least ") + String.format(Locale.ROOT, "%,d", count)
                        + (count == 1 ? " element" : " elements") + " in the namespace " + uri
                        + ", such as '" + exampleByNamespace.get(uri)
                        + "', and the contract has no prefix for it; add it to document.namespaces (as 'default' for names"
                        + " without a prefix)");
            }
        });
        declared.forEach((prefix, uris) -> {
            boolean isMet = uris.stream().anyMatch(elementsByNamespace::containsKey);
            boolean isOfAttributes = attributes.values().stream()
                    .anyMatch(its -> its.stream()
                            .anyMatch(each -> uris.contains(each.name().namespace())));
            if (!isMet && !isOfAttributes && complete) {
                String near = MessageText.nearest(uris.get(0), elementsByNamespace.keySet());
                apart.add("the samples have nothing in the namespace " + uris.get(0) + " of the prefix '" + prefix + "'"
                        + (near == null || near.isEmpty() ? "" : "; did you mean " + near + "?"));
            }
        });
        return apart;
    }
}
