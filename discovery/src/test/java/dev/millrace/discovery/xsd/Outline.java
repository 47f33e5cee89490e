package dev.millrace.discovery.xsd;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A schema's elements as text, an element or attribute a line. */
final class Outline {

    private Outline() {}

    /** A schema of the test resources. */
    static XsdSchema read(String... files) throws XsdException {
        return XsdReader.read(Arrays.stream(files).map(Outline::file).toList(), List.of());
    }

    static Path file(String name) {
        URL found = Objects.requireNonNull(Outline.class.getResource(name), name);
        try {
            return Path.of(found.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    /** The document elements with all that is below them. */
    static String of(XsdSchema schema) {
        StringBuilder text = new StringBuilder();
        schema.documentElements().forEach(element -> add(element, text));
        return text.toString();
    }

    private static void add(XsdElement element, StringBuilder text) {
        String indent = "  ".repeat(element.depth());
        text.append(indent).append(element.name().qualified()).append(' ').append(element.occurs());
        if (element.inChoice()) {
            text.append(" choice");
        }
        if (element.mixed()) {
            text.append(" mixed");
        }
        if (element.nillable()) {
            text.append(" nillable");
        }
        if (element.isAbstract()) {
            text.append(" abstract");
        }
        if (element.unresolved()) {
            text.append(" unresolved");
        }
        element.value().ifPresent(value -> text.append(' ').append(value.type()));
        element.defaultValue().ifPresent(value -> text.append(" default=").append(value));
        element.fixedValue().ifPresent(value -> text.append(" fixed=").append(value));
        element.substitutes().ifPresent(head -> text.append(" for ").append(head.qualified()));
        if (!element.onlyInTypes().isEmpty()) {
            text.append(" in ")
                    .append(element.onlyInTypes().stream()
                            .map(name -> name.qualified())
                            .collect(Collectors.joining(",")));
        }
        element.recursion().ifPresent(outer -> text.append(" -> ").append(outer.path()));
        text.append('\n');
        for (XsdAttribute attribute : element.attributes()) {
            text.append(indent)
                    .append("  @")
                    .append(attribute.name().qualified())
                    .append(attribute.required() ? " required " : " ")
                    .append(attribute.value().type());
            attribute.defaultValue().ifPresent(value -> text.append(" default=").append(value));
            attribute.fixedValue().ifPresent(value -> text.append(" fixed=").append(value));
            text.append('\n');
        }
        element.anyAttribute()
                .ifPresent(any ->
                        text.append(indent).append("  @* ").append(words(any)).append('\n'));
        element.wildcards()
                .forEach(any -> text.append(indent)
                        .append("  * ")
                        .append(any.occurs())
                        .append(' ')
                        .append(words(any))
                        .append('\n'));
        element.children().forEach(child -> add(child, text));
    }

    private static String words(XsdWildcard any) {
        return any.namespaces() + " " + any.checking();
    }
}
