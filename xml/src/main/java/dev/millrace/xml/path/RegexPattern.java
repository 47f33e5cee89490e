package dev.millrace.xml.path;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A regular expression whose work is taken off the document's steps. Java's matcher tries every way to share out a text among
 * repetitions, and there are more ways for nine of them on forty characters than anybody has time for. It asks for each
 * character by {@link CharSequence#charAt}, so that is where they are counted. A text that is short for its expression is
 * given to it as it is, which is quicker.
 */
final class RegexPattern {

    /** So many looks at a character are not worth counting. */
    private static final int FEW = 1 << 14;

    private final Pattern pattern;

    /** The longest text that cannot take more looks than {@link #FEW}. */
    private final int uncounted;

    RegexPattern(Pattern pattern) {
        this.pattern = pattern;
        uncounted = uncounted(pattern.pattern());
    }

    /** A match can begin at each place of the text, and each repetition end at each; one of a group may hold others. */
    private static int uncounted(String regex) {
        int loops = 1;
        for (int i = 1; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                if (regex.charAt(i - 1) == ')') {
                    return 0;
                }
                loops++;
            }
        }
        return (int) Math.pow(FEW, 1.0 / loops);
    }

    boolean matchesEmpty() {
        return pattern.matcher("").find();
    }

    int groupCount() {
        return pattern.matcher("").groupCount();
    }

    Matcher matcher(EvaluationContext context, String text) {
        return pattern.matcher(text.length() <= uncounted ? text : new CountedText(text, context));
    }

    /** Takes a step for each look at a character. */
    private static final class CountedText implements CharSequence {

        private final String text;
        private final EvaluationContext context;

        CountedText(String text, EvaluationContext context) {
            this.text = text;
            this.context = context;
        }

        @Override
        public char charAt(int index) {
            context.step();
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
