package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an import finds: what a reader should know, and what cannot be converted. */
final class Notes {

    private static final int LONGEST = 400;
    private static final int LONGEST_LIST = 1000;

    private final Set<String> differences = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    void add(String note) {
        differences.add(shortened(note));
    }

    /** A note that names several columns, and so may be longer. */
    void list(String note) {
        differences.add(shortened(note, LONGEST_LIST));
    }

    void add(Mapping mapping, String note) {
        add(mapping.where() + ": " + note);
    }

    void problem(Mapping mapping, String message) {
        problems.add(shortened(mapping.where() + ": " + message));
    }

    /** One line of a length that can be read. */
    static String shortened(String message) {
        return shortened(message, LONGEST);
    }

    private static String shortened(String message, int longest) {
        String line = message.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= longest
                ? line
                : line.substring(0, longest / 2) + " … " + line.substring(line.length() - longest / 2);
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    List<String> problems() {
        return problems;
    }
}
