package dev.millrace.xml.path;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * In how many ways a regular expression can match nothing. A matcher that meets the end of a text tries them all without
 * looking at a character, so that no count of looks bounds it: {@code (|){30}x} takes a thousand million tries on an empty
 * text. No sane expression has more than a few, so one that has many is refused before it runs.
 */
final class EmptyMatches {

    /** More tries than any sane expression needs; some milliseconds' worth. */
    private static final double MOST = 100_000;

    /** A part of an expression: in how many ways it matches nothing, and how many tries it takes to know that it cannot. */
    private record Part(double ways, double tries) {

        static final Part CHARACTER = new Part(0, 1);
        static final Part NOTHING = new Part(1, 1);

        Part then(Part next) {
            return new Part(ways * next.ways, tries + ways * next.tries);
        }

        Part or(Part other) {
            return new Part(ways + other.ways, tries + other.tries);
        }

        Part repeated(int least, int most) {
            Part all = NOTHING;
            // More repetitions than this add nothing where one adds nothing, and far too much where it does.
            for (int i = 0; i < Math.min(least, 64); i++) {
                all = all.then(this);
            }
            // Beyond those that must be, a repetition that matches nothing is the last.
            return most > least ? all.then(NOTHING.or(this)) : all;
        }
    }

    /** An open group: the alternatives that are complete, and the one that is being read. */
    private static final class Group {

        Part alternatives = new Part(0, 0);
        Part sequence = Part.NOTHING;
        Part last = Part.NOTHING;

        /** Another atom; the one before it can no longer be repeated. */
        void add(Part atom) {
            sequence = sequence.then(last);
            last = atom;
        }

        void endAlternative() {
            alternatives = alternatives.or(sequence.then(last));
            sequence = Part.NOTHING;
            last = Part.NOTHING;
        }
    }

    private final String regex;
    private final Deque<Group> open = new ArrayDeque<>();
    private int at;

    private EmptyMatches(String regex) {
        this.regex = regex;
    }

    /** Whether there are too many. What is no regular expression has none, and is refused by others. */
    static boolean areTooMany(String regex) {
        return new EmptyMatches(regex).whole().tries() > MOST;
    }

    private Part whole() {
        Group group = new Group();
        while (at < regex.length()) {
            char c = regex.charAt(at++);
            switch (c) {
                case '(' -> {
                    at += regex.startsWith("?:", at) ? 2 : 0;
                    open.push(group);
                    group = new Group();
                }
                case ')' -> {
                    group.endAlternative();
                    Part inner = group.alternatives;
                    group = open.isEmpty() ? new Group() : open.pop();
                    group.add(inner);
                }
                case '|' -> group.endAlternative();
                case '[' -> {
                    skipClass();
                    group.add(Part.CHARACTER);
                }
                case '\\' -> {
                    // A reference back to a group may match nothing.
                    boolean reference = at < regex.length() && Character.isDigit(regex.charAt(at));
                    at++;
                    group.add(reference ? Part.NOTHING : Part.CHARACTER);
                }
                case '^', '$' -> group.add(Part.NOTHING);
                case '?' -> group.last = group.last.repeated(0, 1);
                case '*' -> group.last = group.last.repeated(0, 1);
                case '+' -> group.last = group.last.repeated(1, 2);
                case '{' -> repeat(group);
                default -> group.add(Part.CHARACTER);
            }
        }
        group.endAlternative();
        return group.alternatives;
    }

    private void repeat(Group group) {
        int least = number();
        int most = least;
        if (at < regex.length() && regex.charAt(at) == ',') {
            at++;
            int end = number();
            most = end == 0 ? least + 1 : end;
        }
        at++;
        group.last = group.last.repeated(least, Math.max(least, most));
    }

    private int number() {
        int number = 0;
        while (at < regex.length() && Character.isDigit(regex.charAt(at))) {
            number = Math.min(number * 10 + Character.digit(regex.charAt(at++), 10), 1_000_000);
        }
        return number;
    }

    /** Behind the class that has begun; classes may be within, to be subtracted. */
    private void skipClass() {
        int depth = 1;
        while (at < regex.length() && depth > 0) {
            char c = regex.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            }
        }
    }
}
