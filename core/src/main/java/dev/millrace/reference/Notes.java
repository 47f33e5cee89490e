package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an import finds: what a reader should know, and what cannot be converted. */
final class Notes {

    private final Set<String> differences = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    void add(String note) {
        differences.add(note);
    }

    void add(Mapping mapping, String note) {
        differences.add(mapping.where() + ": " + note);
    }

    void problem(Mapping mapping, String message) {
        problems.add(mapping.where() + ": " + message);
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    List<String> problems() {
        return problems;
    }
}
