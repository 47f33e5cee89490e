package dev.millrace.xml.path;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of XPath (F&amp;O 3.1, §5.6) that java.util.regex understands in the same way. What might mean
 * something else to it, such as class subtraction, categories or back-references, is left to Saxon.
 */
final class Regex {

    static final Pattern SPACE = Pattern.compile(" ");

    private final String regex;
    private final StringBuilder java = new StringBuilder();
    private int at;

    private Regex(String regex) {
        this.regex = regex;
    }

    /** The pattern that means the same, or null if it is for Saxon. */
    static @Nullable Pattern translate(String regex) {
        Regex translation = new Regex(regex);
        if (!translation.translate()) {
            return null;
        }
        try {
            return Pattern.compile(translation.java.toString());
        } catch (PatternSyntaxException notValid) {
            return null;
        }
    }

    static boolean matchesEmpty(Pattern pattern) {
        return pattern.matcher("").find();
    }

    /** Whether a replacement text means the same to Java: {@code $n} for a group that exists, {@code \\$} and {@code \\\\}. */
    static boolean isPortableReplacement(String replacement, Pattern pattern) {
        int groups = pattern.matcher("").groupCount();
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            if (c != '$' && c != '\\') {
                continue;
            }
            i++;
            char next = i < replacement.length() ? replacement.charAt(i) : ' ';
            boolean portable =
                    c == '$' ? next >= '1' && next <= '9' && next - '0' <= groups : next == '$' || next == '\\';
            boolean digitFollows = i + 1 < replacement.length() && Character.isDigit(replacement.charAt(i + 1));
            // With less than ten groups, a second digit is a digit to both.
            if (!portable || c == '$' && groups > 9 && digitFollows) {
                return false;
            }
        }
        return true;
    }

    /** fn:tokenize: what lies between the matches, also when that is empty; nothing for an empty text. */
    static boolean sendTokens(String text, Pattern pattern, EvaluationContext context, Sink sink)
            throws EvaluationException {
        if (text.isEmpty()) {
            return true;
        }
        Matcher matcher = pattern.matcher(text);
        int start = 0;
        while (matcher.find()) {
            if (!sink.item(context, text.substring(start, matcher.start()))) {
                return false;
            }
            start = matcher.end();
        }
        return sink.item(context, text.substring(start));
    }

    private boolean translate() {
        boolean atom = false;
        int open = 0;
        while (at < regex.length()) {
            char c = regex.charAt(at);
            switch (c) {
                case '^' -> java.append("\\A");
                case '$' -> java.append("\\z");
                case '.' -> java.append("[^\\n\\r]");
                case '|' -> java.append('|');
                case '(' -> {
                    open++;
                    java.append('(');
                    if (regex.startsWith("(?:", at)) {
                        java.append("?:");
                        at += 2;
                    } else if (regex.startsWith("(?", at)) {
                        return false;
                    }
                }
                case ')' -> {
                    open--;
                    java.append(')');
                }
                case '[' -> {
                    if (!characterClass()) {
                        return false;
                    }
                }
                case '\\' -> {
                    if (!escape()) {
                        return false;
                    }
                }
                case '?', '*', '+', '{' -> {
                    if (!atom || !quantifier()) {
                        return false;
                    }
                }
                case ']', '}' -> {
                    return false;
                }
                default -> {
                    // Quoted one by one only where it means something to Java.
                    if (c == '#' || c == '&' || c == '~') {
                        java.append('\\');
                    }
                    if (Character.isSurrogate(c)) {
                        return false;
                    }
                    java.append(c);
                }
            }
            at++;
            atom = c != '^' && c != '$' && c != '|' && c != '(' && c != '?' && c != '*' && c != '+' && c != '{';
        }
        return open == 0;
    }

    /** {@code [abc0-9]} and {@code [^…]} of plain characters and ranges. */
    private boolean characterClass() {
        int end = at + 1;
        if (regex.startsWith("^", end)) {
            end++;
        }
        int first = end;
        java.append(regex, at, end);
        while (end < regex.length() && regex.charAt(end) != ']') {
            char c = regex.charAt(end);
            if (c == '[' || c == '^' || c == '&' || Character.isSurrogate(c)) {
                return false;
            }
            if (c == '-' && (end == first || end + 1 < regex.length() && regex.charAt(end + 1) == '-')) {
                return false;
            }
            if (c == '-' && end + 1 < regex.length() && regex.charAt(end + 1) == ']') {
                return false;
            }
            if (c == '\\') {
                end++;
                if (end == regex.length() || "\\|.-^?*+{}()[]$nrt".indexOf(regex.charAt(end)) < 0) {
                    return false;
                }
                java.append('\\');
                c = regex.charAt(end);
            } else if (c == '#' || c == '~') {
                java.append('\\');
            }
            java.append(c);
            end++;
        }
        if (end == first || end >= regex.length()) {
            return false;
        }
        java.append(']');
        at = end;
        return true;
    }

    private boolean escape() {
        at++;
        if (at == regex.length()) {
            return false;
        }
        char c = regex.charAt(at);
        switch (c) {
            case 'd' -> java.append("\\p{Nd}");
            case 'D' -> java.append("\\P{Nd}");
            case 's' -> java.append("[ \\t\\n\\r]");
            case 'S' -> java.append("[^ \\t\\n\\r]");
            default -> {
                if ("\\|.-^?*+{}()[]$nrt".indexOf(c) < 0) {
                    return false;
                }
                java.append('\\').append(c);
            }
        }
        return true;
    }

    private boolean quantifier() {
        int end = at + 1;
        if (regex.charAt(at) == '{') {
            int close = regex.indexOf('}', at);
            if (close < 0 || !regex.substring(at, close + 1).matches("\\{[0-9]{1,4}(,[0-9]{0,4})?\\}")) {
                return false;
            }
            end = close + 1;
        }
        if (end < regex.length() && regex.charAt(end) == '?') {
            end++;
        }
        if (end < regex.length() && "?*+{".indexOf(regex.charAt(end)) >= 0) {
            return false;
        }
        java.append(regex, at, end);
        at = end - 1;
        return true;
    }
}
