package dev.millrace.summary;

/**
 * An element of a document.
 *
 * @param document the document's key in its source
 * @param element which start tag of the document, from 0: what {@link dev.millrace.xml.XmlParser#locate} takes
 */
public record Place(String document, int element) implements Comparable<Place> {

    /** By key and then by element: an order that does not depend on who read what first. */
    @Override
    public int compareTo(Place other) {
        int byDocument = document.compareTo(other.document);
        return byDocument != 0 ? byDocument : Integer.compare(element, other.element);
    }
}
