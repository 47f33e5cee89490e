package dev.millrace.xml;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a document's records are: an absolute path of names, such as {@code /Provenir/Request} or {@code //Request}.
 * A record inside a record is part of the outer one.
 *
 * @param steps from the document node down; never empty
 */
public record RecordPath(List<Step> steps) {

    /** The document element, whatever its name: the default. */
    public static final RecordPath DOCUMENT_ELEMENT = new RecordPath(List.of(new Step(false, NamePattern.ANY)));

    public RecordPath {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a record path needs a step");
        }
    }

    /** Whether nothing but a document element can be a record, so that a document holds one at most. */
    public boolean isDocumentElement() {
        return steps.size() == 1 && !steps.get(0).descendant();
    }

    /**
     * @param descendant whether any number of levels may lie between ({@code //})
     * @param test the element's name
     */
    public record Step(boolean descendant, NamePattern test) {}

    @Override
    public String toString() {
        return steps.stream()
                .map(step -> (step.descendant() ? "//" : "/") + step.test())
                .collect(Collectors.joining());
    }
}
