package dev.millrace.trial;

import dev.millrace.contract.MessageText;
import dev.millrace.xml.Name;
import dev.millrace.xml.PathObserver;
import dev.millrace.xml.path.PathCompiler;
import dev.millrace.xml.path.PathNames;
import dev.millrace.xml.path.PathNames.Used;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The names that samples have, for those that a contract's paths look for in vain. */
final class SampleNames implements PathObserver {

    /** Of elements or of attributes: more than any sane kind of document has. */
    private static final int MOST_NAMES = 20_000;

    /** Local part to the namespaces in which it was met. */
    private final Map<String, Set<String>> elements = new TreeMap<>();

    private final Map<String, Set<String>> attributes = new TreeMap<>();
    private final Map<String, Long> elementsByNamespace = new LinkedHashMap<>();
    private final Map<String, String> exampleByNamespace = new LinkedHashMap<>();
    private final Map<String, List<String>> declared;
    private final boolean ignoreAttributeCase;

    /**
     * @param declared the contract's prefixes and what they stand for
     * @param ignoreAttributeCase whether an attribute is also found by a name that differs in case
     */
    SampleNames(Map<String, List<String>> declared, boolean ignoreAttributeCase) {
        this.declared = declared;
        this.ignoreAttributeCase = ignoreAttributeCase;
    }

    @Override
    public void startElement(Name name) {
        add(elements, name);
        elementsByNamespace.merge(name.namespace(), 1L, Long::sum);
        exampleByNamespace.putIfAbsent(name.namespace(), name.local());
    }

    @Override
    public void attribute(Name name, Value value) {
        add(attributes, name);
    }

    private static void add(Map<String, Set<String>> names, Name name) {
        Set<String> namespaces = names.get(name.local());
        if (namespaces == null && names.size() < MOST_NAMES) {
            namespaces = new TreeSet<>();
            names.put(name.local(), namespaces);
        }
        if (namespaces != null) {
            namespaces.add(name.namespace());
        }
    }

    /** Why an expression may find nothing, by the names that it is written with; empty where all of them are there. */
    List<String> hints(String expression) {
        Set<String> hints = new LinkedHashSet<>();
        for (Used name : PathNames.of(expression)) {
            String hint = hint(name);
            if (hint != null) {
                hints.add(hint);
            }
        }
        return List.copyOf(hints);
    }

    private @Nullable String hint(Used name) {
        Map<String, Set<String>> same = name.attribute() ? attributes : elements;
        Map<String, Set<String>> others = name.attribute() ? elements : attributes;
        String shown = (name.attribute() ? "@" : "") + name.local();
        Set<String> found = same.get(name.local());
        if (found != null) {
            List<String> wanted = namespaces(name);
            boolean isThere = wanted.contains(PathCompiler.ANY_NAMESPACE)
                    || found.stream().anyMatch(wanted::contains);
            return isThere
                    ? null
                    : shown + " is " + inNamespace(found.iterator().next()) + " there, and the path looks for one "
                            + inNamespace(wanted.get(0));
        }
        if (name.attribute()
                && ignoreAttributeCase
                && attributes.keySet().stream().anyMatch(name.local()::equalsIgnoreCase)) {
            return null;
        }
        if (others.containsKey(name.local())) {
            return name.attribute()
                    ? shown + " is an element there: write " + name.local()
                    : shown + " is an attribute there: write @" + name.local();
        }
        String near = MessageText.nearest(name.local(), same.keySet());
        return "the samples have no " + shown
                + (near == null ? "" : "; did you mean " + (name.attribute() ? "@" : "") + near + "?");
    }

    private List<String> namespaces(Used name) {
        if (name.prefix().equals("*")) {
            return List.of(PathCompiler.ANY_NAMESPACE);
        }
        if (name.prefix().startsWith("Q{")) {
            return List.of(name.prefix().substring(2, name.prefix().length() - 1));
        }
        String prefix = name.prefix().isEmpty() && !name.attribute() ? "default" : name.prefix();
        return declared.getOrDefault(prefix, List.of(""));
    }

    private static String inNamespace(String uri) {
        return uri.isEmpty() ? "in no namespace" : "in the namespace " + uri;
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
                apart.add("the samples have " + count + (count == 1 ? " element" : " elements") + " in the namespace "
                        + uri
                        + ", such as '" + exampleByNamespace.get(uri)
                        + "', and the contract has no prefix for it; add it to document.namespaces (as 'default' for names"
                        + " without a prefix)");
            }
        });
        declared.forEach((prefix, uris) -> {
            boolean isMet = uris.stream().anyMatch(elementsByNamespace::containsKey);
            boolean isOfAttributes =
                    attributes.values().stream().anyMatch(its -> uris.stream().anyMatch(its::contains));
            if (!isMet && !isOfAttributes) {
                String near = MessageText.nearest(uris.get(0), elementsByNamespace.keySet());
                apart.add("the samples have nothing in the namespace " + uris.get(0) + " of the prefix '" + prefix + "'"
                        + (near == null || near.isEmpty() ? "" : "; did you mean " + near + "?"));
            }
        });
        return apart;
    }
}
