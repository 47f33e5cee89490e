package dev.millrace.cli;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text in roff, with the macros of man(7). What it writes is ASCII, so that no program has to be told an encoding; every hyphen is a plain
 * one, so that options and commands can be copied.
 */
final class Roff {

    /** Lines of the source; the page itself is filled by whoever shows it. */
    private static final int WIDTH = 68;

    /** The characters that roff shows as others, or takes as a command of its own. */
    private static final String SPECIAL = "\\-'`^~\"";

    private static final List<String> ESCAPES = List.of("\\e", "\\-", "\\(aq", "\\(ga", "\\(ha", "\\(ti", "\\(dq");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

    /** What is typed as it is, and what something else is put in the place of. */
    private static final Pattern TYPED_OR_NAMED = Pattern.compile("([a-z-]+)|([A-Z][A-Z_]*)");

    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?]) ");

    private final StringBuilder text = new StringBuilder();

    /** A line that is not shown. */
    void comment(String words) {
        line(".\\\" " + words);
    }

    void macro(String name, String... arguments) {
        StringBuilder line = new StringBuilder(".").append(name);
        for (String argument : arguments) {
            // Requests of roff itself, unlike macros, take a quote for what it is.
            boolean quoted = !argument.matches("[A-Za-z0-9]+");
            line.append(quoted ? " \"" : " ").append(escaped(argument)).append(quoted ? "\"" : "");
        }
        line(line.toString());
    }

    /** Words that are filled into lines, with the options in them in bold. */
    void words(String words) {
        // A full stop at the end of a line is the end of a sentence to roff.
        for (String sentence : SENTENCE_END.split(words.strip())) {
            for (String part : Paragraph.wrap(sentence, WIDTH, 0)) {
                shown(replaced(OPTION, part, option -> bold(option.group())));
            }
        }
    }

    /** A word with its explanation indented below it. */
    void entry(String styled, String words) {
        macro("TP");
        shown(styled);
        words(words);
    }

    /** A line that is written already, as {@link #bold} or {@link #typed} give it. */
    void shown(String styled) {
        line(styled.startsWith(".") ? "\\&" + styled : styled);
    }

    /** Lines that are shown as they are. */
    void example(List<String> lines) {
        macro("EX");
        lines.forEach(line -> shown(escaped(line)));
        macro("EE");
    }

    /** In bold what is typed, in italics what is a name for something else. */
    static String typed(String words) {
        return replaced(
                TYPED_OR_NAMED,
                words,
                word -> word.group(1) == null ? "\\fI" + escaped(word.group()) + "\\fR" : bold(word.group()));
    }

    static String bold(String words) {
        return "\\fB" + escaped(words) + "\\fR";
    }

    static String escaped(String words) {
        StringBuilder escaped = new StringBuilder();
        words.codePoints().forEach(c -> {
            int special = SPECIAL.indexOf(c);
            if (special >= 0) {
                escaped.append(ESCAPES.get(special));
            } else if (c < ' ' || c == 0x7f) {
                escaped.append(' ');
            } else if (c > 0x7f) {
                escaped.append(String.format(Locale.ROOT, "\\[u%04X]", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    private static String replaced(Pattern pattern, String words, Replacement replacement) {
        StringBuilder all = new StringBuilder();
        int end = 0;
        Matcher found = pattern.matcher(words);
        while (found.find()) {
            all.append(escaped(words.substring(end, found.start()))).append(replacement.of(found));
            end = found.end();
        }
        return all.append(escaped(words.substring(end))).toString();
    }

    /** What a word becomes. */
    private interface Replacement {
        String of(MatchResult word);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
