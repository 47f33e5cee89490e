package dev.millrace.xml.path;

import java.util.ArrayList;
import java.util.List;

/** The variables an expression may name, each with its slot in the {@link EvaluationContext}. Immutable. */
public final class VariableScope {

    /** Slot 0: {@code $record}, the record's element. */
    public static final VariableScope RECORD = new VariableScope(List.of("record"));

    private final List<String> names;

    private VariableScope(List<String> names) {
        this.names = List.copyOf(names);
    }

    /** This scope with one more variable, in the next slot. */
    public VariableScope with(String name) {
        if (names.contains(name)) {
            throw new IllegalArgumentException("variable $" + name + " is declared already");
        }
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return new VariableScope(more);
    }

    /** This scope with another name for the variable of a slot. */
    public VariableScope renamed(int slot, String name) {
        if (names.contains(name)) {
            throw new IllegalArgumentException("variable $" + name + " is declared already");
        }
        List<String> others = new ArrayList<>(names);
        others.set(slot, name);
        return new VariableScope(others);
    }

    /** The variable's slot, or -1 if there is none of this name. */
    public int slot(String name) {
        return names.indexOf(name);
    }

    /** Names in slot order. */
    public List<String> names() {
        return names;
    }

    public int size() {
        return names.size();
    }
}
