package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an import finds: what a reader should know, and what cannot be converted. */
final class Notes {

    private static final int LONGEST = 400;

    private final Set<String> differences = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    void add(String note) {
        differences.add(shortened(note));
    }

    void add(Mapping mapping, String note) {
        add(mapping.where() + ": " + note);
    }

    void problem(Mapping mapping, String message) {
        problems.add(shortened(mapping.where() + ": " + message));
    }

    /** One line of a length that can be read. */
    static String shortened(String message) {
        String line = message.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= LONGEST
                ? line
                : line.substring(0, LONGEST / 2) + " … " + line.substring(line.length() - LONGEST / 2);
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    List<String> problems() {
        return problems;
    }
}
