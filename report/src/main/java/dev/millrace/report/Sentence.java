package dev.millrace.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A sentence with pieces of a contract in it, for every kind of page. Immutable once {@link #parts} was asked for.
 */
final class Sentence {

    /** What a piece is. */
    enum Kind {
        WORDS,
        /** As the contract has it: a path, a value, a column. */
        CODE,
        /** A table's name, which leads to it. */
        TABLE,
        /** A code table's name, which leads to it. */
        CODES
    }

    record Part(Kind kind, String text) {}

    private final List<Part> parts = new ArrayList<>();

    private Sentence() {}

    static Sentence of(String words) {
        return new Sentence().words(words);
    }

    Sentence words(String words) {
        parts.add(new Part(Kind.WORDS, words));
        return this;
    }

    Sentence code(String text) {
        parts.add(new Part(Kind.CODE, text));
        return this;
    }

    /** Several, separated by commas. */
    Sentence codes(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            words(i == 0 ? "" : ", ").code(texts.get(i));
        }
        return this;
    }

    Sentence table(String name) {
        parts.add(new Part(Kind.TABLE, name));
        return this;
    }

    Sentence codeTable(String name) {
        parts.add(new Part(Kind.CODES, name));
        return this;
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }

    /** The sentence alone. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text()));
        return text.toString();
    }
}
