package dev.millrace.discovery.xsd;

import dev.millrace.xml.Name;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * XML Schemas, read: the elements that documents begin with, and below them all others by their paths. It does not change, and may be
 * used by several threads.
 */
public final class XsdSchema {

    private final List<XsdElement> elements;
    private final List<String> targetNamespaces;
    private final Map<String, String> namespaces;
    private final List<String> files;
    private final List<XsdNote> notes;

    XsdSchema(
            List<XsdElement> elements,
            List<String> targetNamespaces,
            Map<String, String> namespaces,
            List<String> files,
            List<XsdNote> notes) {
        this.elements = List.copyOf(elements);
        this.targetNamespaces = List.copyOf(targetNamespaces);
        this.namespaces = Collections.unmodifiableMap(new TreeMap<>(namespaces));
        this.files = List.copyOf(files);
        this.notes = List.copyOf(notes);
    }

    /** The global elements of all files, by namespace and name. */
    public List<XsdElement> elements() {
        return elements;
    }

    /** The global element of this name. */
    public Optional<XsdElement> element(Name name) {
        return elements.stream().filter(element -> element.name().equals(name)).findFirst();
    }

    /**
     * The global elements that documents most likely begin with: those of the given files' namespaces that are not abstract, that no other
     * element refers to and that stand for no other; of these, those with elements or attributes, if there are any. Where all are
     * referred to, all that are not abstract.
     */
    public List<XsdElement> documentElements() {
        return elements.stream().filter(XsdElement::documentElement).toList();
    }

    /** The target namespaces of the given files, "" for none. */
    public List<String> targetNamespaces() {
        return targetNamespaces;
    }

    /** The namespaces of elements and attributes by the prefixes that the schemas suggest, as a contract declares them. */
    public Map<String, String> namespaces() {
        return namespaces;
    }

    /** The files that were read, the given ones and those that they led to, sorted. */
    public List<String> files() {
        return files;
    }

    /** What could not be resolved, and what stands for it. */
    public List<XsdNote> notes() {
        return notes;
    }
}
