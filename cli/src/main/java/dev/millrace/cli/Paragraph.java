package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines. */
final class Paragraph {

    private Paragraph() {}

    /**
     * Breaks a text at blanks so that no line is wider than {@code width}. A wider word is not broken, so that it can be copied; it gets a
     * line of its own.
     *
     * @param hanging blanks before each line but the first
     */
    static List<String> wrap(String text, int width, int hanging) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        String indent = "";
        while (TextWidth.of(rest) > width - indent.length()) {
            int room = Math.max(1, width - indent.length());
            int firstWord = rest.length() - rest.stripLeading().length();
            int blank = rest.lastIndexOf(' ', TextWidth.fitting(rest, room));
            if (blank <= firstWord) {
                blank = rest.indexOf(' ', firstWord);
            }
            if (blank < 0) {
                break;
            }
            lines.add((indent + rest.substring(0, blank)).stripTrailing());
            rest = rest.substring(blank).stripLeading();
            indent = " ".repeat(Math.min(hanging, width / 2));
        }
        lines.add(indent + rest);
        return lines;
    }
}
