package dev.millrace.xml.path;

import dev.millrace.xml.NamePattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resolves the names of expressions against the namespaces of a contract. */
final class Names {

    static final String FUNCTIONS = "http://www.w3.org/2005/xpath-functions";
    static final String SCHEMA = "http://www.w3.org/2001/XMLSchema";

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

    private final Map<String, String> namespaces;

    Names(Map<String, String> namespaces) {
        this.namespaces = Map.copyOf(namespaces);
    }

    Map<String, String> namespaces() {
        return namespaces;
    }

    /** The test of a name or wildcard for elements, where no prefix means the default namespace. */
    NamePattern elementTest(Token token) throws PathException {
        return test(token, namespaces.getOrDefault("default", ""));
    }

    /** The test of a name or wildcard for attributes, where no prefix means no namespace. */
    NamePattern attributeTest(Token token) throws PathException {
        return test(token, "");
    }

    private NamePattern test(Token token, String unprefixed) throws PathException {
        if (token.isSymbol("*")) {
            return NamePattern.ANY;
        }
        String prefix = token.prefix();
        if (prefix.equals("*")) {
            return new NamePattern(null, token.text());
        }
        String local = token.kind() == Token.Kind.WILDCARD ? null : token.text();
        if (prefix.isEmpty()) {
            return new NamePattern(unprefixed, local);
        }
        String uri = uri(prefix);
        if (uri == null) {
            throw new PathException(
                    "the prefix '" + prefix + "' is not declared: add it to document.namespaces", token.start());
        }
        return new NamePattern(uri, local);
    }

    /** The namespace of a function's or type's name, or null if its prefix is not known. */
    @Nullable
    String functionNamespace(Token name) {
        return name.prefix().isEmpty() ? FUNCTIONS : uri(name.prefix());
    }

    private @Nullable String uri(String prefix) {
        if (prefix.startsWith("Q{")) {
            return prefix.substring(2, prefix.length() - 1).strip();
        }
        String declared = namespaces.get(prefix);
        return declared != null ? declared : STANDARD_PREFIXES.get(prefix);
    }
}
