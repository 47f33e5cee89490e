package dev.millrace.xml.path;

import dev.millrace.xml.NamePattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resolves the names of expressions against the namespaces of a contract. */
final class Names {

    static final String FUNCTIONS = "http://www.w3.org/2005/xpath-functions";
    static final String SCHEMA = "http://www.w3.org/2001/XMLSchema";

    private static final List<String> NO_NAMESPACE = List.of("");

    /** The prefixes that need no declaration. */
    static final Map<String, String> STANDARD_PREFIXES = Map.of(
            "fn",
            FUNCTIONS,
            "math",
            FUNCTIONS + "/math",
            "map",
            FUNCTIONS + "/map",
            "array",
            FUNCTIONS + "/array",
            "xs",
            SCHEMA,
            "xml",
            "http://www.w3.org/XML/1998/namespace");

    /** The prefix that stands for that of element names without one. */
    private static final String DEFAULT = "default";

    private final Map<String, List<String>> namespaces;

    /** @param namespaces by prefix: URIs, none empty; {@link PathCompiler#ANY_NAMESPACE} for every one */
    Names(Map<String, List<String>> namespaces) {
        this.namespaces = Map.copyOf(namespaces);
    }

    /** The prefixes that stand for one namespace. */
    Map<String, String> single() {
        Map<String, String> single = new LinkedHashMap<>();
        namespaces.forEach((prefix, uris) -> {
            if (!isSeveral(uris)) {
                single.put(prefix, uris.get(0));
            }
        });
        return single;
    }

    /** The namespaces of a prefix that stands for several, or for any; null for any other. */
    @Nullable
    List<String> several(String prefix) {
        List<String> uris = namespaces.get(prefix);
        return uris != null && isSeveral(uris) ? uris : null;
    }

    /** Whether element names without a prefix are of several namespaces, or of any. */
    boolean isDefaultSeveral() {
        return several(DEFAULT) != null;
    }

    private static boolean isSeveral(List<String> uris) {
        return uris.size() > 1 || uris.contains(PathCompiler.ANY_NAMESPACE);
    }

    /** The test of a name or wildcard for elements, where no prefix means the default namespace. */
    NamePattern elementTest(Token token) throws PathException {
        return test(token, namespaces.getOrDefault(DEFAULT, NO_NAMESPACE));
    }

    /** The test of a name or wildcard for attributes, where no prefix means no namespace. */
    NamePattern attributeTest(Token token) throws PathException {
        return test(token, NO_NAMESPACE);
    }

    private NamePattern test(Token token, List<String> unprefixed) throws PathException {
        if (token.isSymbol("*")) {
            return NamePattern.ANY;
        }
        String prefix = token.prefix();
        if (prefix.equals("*")) {
            return new NamePattern(null, token.text());
        }
        String local = token.kind() == Token.Kind.WILDCARD ? null : token.text();
        if (prefix.isEmpty()) {
            return pattern(unprefixed, local);
        }
        List<String> uris = uris(prefix);
        if (uris == null) {
            throw new PathException(
                    "the prefix '" + prefix + "' is not declared: add it to document.namespaces", token.start());
        }
        return pattern(uris, local);
    }

    private static NamePattern pattern(List<String> uris, @Nullable String local) {
        return uris.contains(PathCompiler.ANY_NAMESPACE)
                ? new NamePattern(null, local)
                : NamePattern.oneOf(
                        uris.stream().map(uri -> new NamePattern(uri, local)).toList());
    }

    /** The namespace of a function's or type's name, or null if its prefix is not known. */
    @Nullable
    String functionNamespace(Token name) {
        List<String> uris = name.prefix().isEmpty() ? List.of(FUNCTIONS) : uris(name.prefix());
        return uris == null ? null : uris.get(0);
    }

    private @Nullable List<String> uris(String prefix) {
        if (prefix.startsWith("Q{")) {
            return List.of(prefix.substring(2, prefix.length() - 1).strip());
        }
        List<String> declared = namespaces.get(prefix);
        String standard = STANDARD_PREFIXES.get(prefix);
        return declared != null ? declared : standard == null ? null : List.of(standard);
    }
}
