package dev.millrace.xml.path;

import org.jspecify.annotations.Nullable;

/** A regular expression that is just one class of ASCII characters, such as {@code [^0-9]}: removing it needs no matcher. */
final class CharacterClass {

    private static final int ASCII = 128;

    private final boolean[] members;
    private final boolean others;

    private CharacterClass(boolean[] members, boolean others) {
        this.members = members;
        this.others = others;
    }

    /** The class, if the regular expression is {@code [a-z_]} or {@code [^a-z_]} without escapes; else null. */
    static @Nullable CharacterClass of(@Nullable String regex) {
        if (regex == null || regex.length() < 3 || regex.charAt(0) != '[') {
            return null;
        }
        // Removing runs removes the same characters.
        String body =
                regex.endsWith("]+") ? regex.substring(1, regex.length() - 2) : regex.substring(1, regex.length() - 1);
        if (!regex.endsWith("]") && !regex.endsWith("]+")) {
            return null;
        }
        boolean negated = body.startsWith("^");
        boolean[] members = new boolean[ASCII];
        String listed = negated ? body.substring(1) : body;
        for (int i = 0; i < listed.length(); i++) {
            char first = listed.charAt(i);
            char last = first;
            if (i + 2 < listed.length() && listed.charAt(i + 1) == '-') {
                last = listed.charAt(i + 2);
                i += 2;
            }
            if (first >= ASCII || last >= ASCII || last < first || isSpecial(first) || isSpecial(last)) {
                return null;
            }
            for (char c = first; c <= last; c++) {
                members[c] = true;
            }
        }
        if (listed.isEmpty()) {
            return null;
        }
        if (negated) {
            for (int i = 0; i < ASCII; i++) {
                members[i] = !members[i];
            }
        }
        return new CharacterClass(members, negated);
    }

    private static boolean isSpecial(char c) {
        return c == '\\' || c == '[' || c == ']' || c == '-' || c == '^';
    }

    /** The text without the characters of this class; the text itself if it holds none. */
    String removeFrom(String text) {
        int length = text.length();
        int first = 0;
        while (first < length && !contains(text.charAt(first))) {
            first++;
        }
        if (first == length) {
            return text;
        }
        StringBuilder kept = new StringBuilder(length).append(text, 0, first);
        for (int i = first + 1; i < length; i++) {
            char c = text.charAt(i);
            if (!contains(c)) {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    private boolean contains(char c) {
        return c < ASCII ? members[c] : others;
    }
}
