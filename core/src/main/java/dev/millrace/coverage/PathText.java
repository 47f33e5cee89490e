package dev.millrace.coverage;

import dev.millrace.contract.MappingContract;
import dev.millrace.xml.Name;
import dev.millrace.xml.path.PathCompiler;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;

/** Writes paths as the contract would: with its prefixes, and {@code Q{uri}name} for a namespace that it does not have (XPath 3.1, A.2.1). */
final class PathText {

    private static final String DEFAULT = "default";

    private final Map<String, List<String>> namespaces;

    PathText(MappingContract contract) {
        namespaces = contract.document().namespaces();
    }

    String of(CoveredPath path) {
        StringBuilder text = new StringBuilder();
        write(path, text);
        return text.toString();
    }

    private void write(CoveredPath path, StringBuilder into) {
        CoveredPath parent = path.parent();
        if (parent == null) {
            return;
        }
        write(parent, into);
        if (path.kind() != PathKind.TEXT) {
            into.append('/')
                    .append(path.kind() == PathKind.ATTRIBUTE ? "@" : "")
                    .append(name(path));
        }
    }

    private String name(CoveredPath path) {
        Name name = path.name();
        if (path.isMany()) {
            return name.local();
        }
        String uri = name.namespace();
        List<String> unprefixed =
                path.kind() == PathKind.ATTRIBUTE ? List.of("") : namespaces.getOrDefault(DEFAULT, List.of(""));
        if (holds(unprefixed, uri)) {
            return name.local();
        }
        if (uri.equals(XMLConstants.XML_NS_URI)) {
            return XMLConstants.XML_NS_PREFIX + ":" + name.local();
        }
        return namespaces.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(DEFAULT) && holds(entry.getValue(), uri))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .map(prefix -> prefix + ":" + name.local())
                .orElse("Q{" + printable(uri) + "}" + name.local());
    }

    /** A namespace is data of the document: what could draw on a screen, or end the braces, is a dot. */
    private static String printable(String uri) {
        return uri.codePoints()
                .map(c -> Character.isISOControl(c) || c == '{' || c == '}' ? '·' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean holds(List<String> uris, String uri) {
        return uris.contains(uri) || uris.contains(PathCompiler.ANY_NAMESPACE);
    }
}
