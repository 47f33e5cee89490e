package dev.millrace.discovery.xsd;

import dev.millrace.xml.Name;
import java.util.Optional;

/**
 * An attribute of an element.
 *
 * @param name its name
 * @param required whether every element of its name must have it
 * @param defaultValue what it is where it is missing
 * @param fixedValue the only value that it may have
 * @param value what its text may be
 * @param documentation what the schema says of it
 * @param position where it is declared
 */
public record XsdAttribute(
        Name name,
        boolean required,
        Optional<String> defaultValue,
        Optional<String> fixedValue,
        XsdValue value,
        Optional<XsdDocumentation> documentation,
        XsdPosition position) {}
