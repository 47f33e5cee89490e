package dev.millrace.discovery.xsd;

/**
 * What a schema's reader has to say without being stopped by it: what could not be found, and what stands in its place.
 *
 * @param position where it is
 * @param text what was found, where it was looked for, and what became of it
 */
public record XsdNote(XsdPosition position, String text) implements Comparable<XsdNote> {

    @Override
    public int compareTo(XsdNote other) {
        int byPosition = position.compareTo(other.position);
        return byPosition != 0 ? byPosition : text.compareTo(other.text);
    }

    /** {@code file:line:column: text}. */
    @Override
    public String toString() {
        return position + ": " + text;
    }
}
