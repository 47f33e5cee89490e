package dev.millrace.xml;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a document's records are: absolute paths of names, such as {@code /Provenir/Request}, {@code //Request} or
 * {@code //Invoice | //CreditNote}. A record inside a record is part of the outer one.
 *
 * @param paths each from the document node down; never empty, nor is one of them
 */
public record RecordPath(List<List<Step>> paths) {

    /** The document element, whatever its name: the default. */
    public static final RecordPath DOCUMENT_ELEMENT = of(List.of(new Step(false, NamePattern.ANY)));

    public RecordPath {
        paths = paths.stream().map(List::copyOf).toList();
        if (paths.isEmpty() || paths.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a record path needs a step");
        }
    }

    /** One path alone. */
    public static RecordPath of(List<Step> steps) {
        return new RecordPath(List.of(steps));
    }

    /** Whether nothing but a document element can be a record, so that a document holds one at most. */
    public boolean isDocumentElement() {
        return paths.stream()
                .allMatch(steps -> steps.size() == 1 && !steps.get(0).descendant());
    }

    /**
     * @param descendant whether any number of levels may lie between ({@code //})
     * @param test the element's name
     */
    public record Step(boolean descendant, NamePattern test) {}

    @Override
    public String toString() {
        return paths.stream()
                .map(steps -> steps.stream()
                        .map(step -> (step.descendant() ? "//" : "/") + step.test())
                        .collect(Collectors.joining()))
                .collect(Collectors.joining(" | "));
    }
}
