package dev.millrace.xml;

import java.util.Objects;

/**
 * One record of a document: the element that {@code document.record} matched, with what the projection kept below it,
 * and its ancestors with their attributes above it.
 *
 * @param element the record's element
 * @param index the record's number within its document, from 0
 */
@SuppressWarnings("JavaLangClash") // as the XML record that it is; java.lang.Record is never meant here
public record Record(Node element, int index) {

    public Record {
        Objects.requireNonNull(element, "element");
    }
}
