package dev.millrace.cli;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that a mistyped word was probably meant to be. */
final class NearestWord {

    private NearestWord() {}

    /** The known word that needs the fewest edits; empty when more than a third of the word would have to change. */
    static Optional<String> to(String word, Collection<String> known) {
        String nearest = null;
        int fewest = Math.max(1, word.length() / 3);
        for (String candidate : known) {
            int edits = edits(word, candidate);
            if (edits <= fewest && !(nearest != null && edits == fewest)) {
                nearest = candidate;
                fewest = edits;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Characters to insert, remove or replace (Levenshtein's distance). */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
