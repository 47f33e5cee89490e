package dev.millrace.contract;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The wording that messages share: quoted findings, enum words, and what was probably meant. */
public final class MessageText {

    private static final int SHOWN_CHARACTERS = 60;

    private MessageText() {}

    /** A finding in quotes: shortened, with its control characters made visible. */
    public static String quoted(String text) {
        StringBuilder shown = new StringBuilder("'");
        for (int i = 0; i < text.length(); i++) {
            if (i == SHOWN_CHARACTERS) {
                shown.append('…');
                break;
            }
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                shown.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append('\'').toString();
    }

    /** A message in one line, whatever it quotes: its control characters as question marks. */
    static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message);
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, '?');
            }
        }
        return line.toString();
    }

    /** Why a name is none that can be printed as it is; null if it is one. */
    static @Nullable String unprintable(String name) {
        if (name.isBlank()) {
            return "is blank";
        }
        return name.chars().anyMatch(Character::isISOControl)
                ? "holds a line break, a tab or another control character"
                : null;
    }

    /** How a contract writes a constant: {@code KEEP_FIRST} is {@code keep-first}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code "; did you mean 'path'? Allowed: path, ref"}: what was probably meant, and all that could be. */
    static String instead(String found, String intro, Collection<String> known) {
        String near = nearest(found, known);
        String all = intro + ": " + String.join(", ", known);
        return near == null
                ? "; " + all
                : "; did you mean " + quoted(near) + "? " + Character.toUpperCase(all.charAt(0)) + all.substring(1);
    }

    /** The known word with the fewest edits, if a third of the letters or fewer must be touched. */
    public static @Nullable String nearest(String found, Collection<String> known) {
        String wanted = found.toLowerCase(Locale.ROOT);
        int best = Math.max(1, Math.min(wanted.length(), SHOWN_CHARACTERS) / 3) + 1;
        String nearest = null;
        for (String word : known) {
            if (Math.abs(word.length() - wanted.length()) < best) {
                int edits = edits(wanted, word.toLowerCase(Locale.ROOT));
                if (edits < best) {
                    best = edits;
                    nearest = word;
                }
            }
        }
        return nearest;
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
    private static int edits(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        Arrays.setAll(last, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int edits = Math.min(Math.min(last[j], current[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                current[j] = swapped ? Math.min(edits, beforeLast[j - 2] + 1) : edits;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }
        return last[b.length()];
    }
}
