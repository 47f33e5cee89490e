package dev.millrace.xml.path;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of XPath (F&amp;O 3.1, §5.6) in the notation of java.util.regex. What has no counterpart there, such as
 * class subtraction, blocks of Unicode, back-references or flag m, is left to Saxon.
 */
final class Regex {

    static final RegexPattern SPACE = new RegexPattern(Pattern.compile(" "));

    private static final String FLAGS = "six";

    /** What {@code \\p{…}} may name to both (Unicode's general categories). */
    private static final Set<String> CATEGORIES = Set.of(
            "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn"
                    .split(" "));

    /** {@code \\w}: all characters but punctuation, separators and others. */
    private static final String WORD = "[^\\p{P}\\p{Z}\\p{C}]";

    private static final String SPACES = " \\t\\n\\r";

    private final String regex;
    private final boolean dotAll;
    private final boolean ignoreCase;
    private final boolean freeSpacing;
    private final StringBuilder java = new StringBuilder();
    private int at;

    private Regex(String regex, String flags) {
        this.regex = regex;
        dotAll = flags.indexOf('s') >= 0;
        ignoreCase = flags.indexOf('i') >= 0;
        freeSpacing = flags.indexOf('x') >= 0;
    }

    /**
     * The pattern that means the same, or null if it is for Saxon.
     *
     * @param flags of F&amp;O 3.1, §5.6.2
     */
    static @Nullable RegexPattern translate(String regex, String flags) {
        for (int i = 0; i < flags.length(); i++) {
            if (FLAGS.indexOf(flags.charAt(i)) < 0) {
                return null;
            }
        }
        Regex translation = new Regex(regex, flags);
        if (!translation.translate()) {
            return null;
        }
        try {
            return new RegexPattern(Pattern.compile(
                    translation.java.toString(),
                    translation.ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0));
        } catch (PatternSyntaxException notValid) {
            return null;
        }
    }

    /** Whether a replacement text means the same to Java: {@code $n} for a group that exists, {@code \\$} and {@code \\\\}. */
    static boolean isPortableReplacement(String replacement, RegexPattern pattern) {
        int groups = pattern.groupCount();
        int i = 0;
        while (i < replacement.length()) {
            char c = replacement.charAt(i++);
            if (c != '$' && c != '\\') {
                continue;
            }
            char next = i < replacement.length() ? replacement.charAt(i) : ' ';
            boolean portable =
                    c == '$' ? next >= '1' && next <= '9' && next - '0' <= groups : next == '$' || next == '\\';
            boolean digitFollows = i + 1 < replacement.length() && Character.isDigit(replacement.charAt(i + 1));
            // With less than ten groups, a second digit is a digit to both.
            if (!portable || c == '$' && groups > 9 && digitFollows) {
                return false;
            }
            i++;
        }
        return true;
    }

    /** fn:tokenize: what lies between the matches, also when that is empty; nothing for an empty text. */
    static boolean sendTokens(String text, RegexPattern pattern, EvaluationContext context, Sink sink)
            throws EvaluationException {
        if (text.isEmpty()) {
            return true;
        }
        Matcher matcher = pattern.matcher(context, text);
        int start = 0;
        while (matcher.find()) {
            context.spend(1);
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
            if (freeSpacing && Text.isSpace(c)) {
                at++;
                continue;
            }
            switch (c) {
                case '^' -> java.append("\\A");
                case '$' -> java.append("\\z");
                case '.' -> java.append(dotAll ? "(?s:.)" : "[^\\n\\r]");
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
        boolean negated = regex.startsWith("^", end);
        if (negated) {
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
                int after = end == regex.length() ? 0 : classEscape(end, negated);
                if (after > 0) {
                    end = after;
                    // No range begins or ends with it.
                    if (regex.startsWith("-", end) && !regex.startsWith("-]", end)) {
                        return false;
                    }
                    continue;
                }
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
            case 's' -> java.append('[').append(SPACES).append(']');
            case 'S' -> java.append("[^").append(SPACES).append(']');
            case 'w' -> java.append(WORD);
            case 'W' -> java.append("[\\p{P}\\p{Z}\\p{C}]");
            case 'p', 'P' -> {
                int end = category(at);
                if (end < 0) {
                    return false;
                }
                at = end - 1;
            }
            default -> {
                if ("\\|.-^?*+{}()[]$nrt".indexOf(c) < 0) {
                    return false;
                }
                java.append('\\').append(c);
            }
        }
        return true;
    }

    /** A class within a class; where it ends, or 0 if there is none that means the same. */
    private int classEscape(int from, boolean negated) {
        switch (regex.charAt(from)) {
            case 'd' -> java.append("\\p{Nd}");
            case 'D' -> java.append("\\P{Nd}");
            case 's' -> java.append(SPACES);
            case 'w' -> {
                if (negated) {
                    return 0;
                }
                java.append(WORD);
            }
            case 'p', 'P' -> {
                return Math.max(0, category(from));
            }
            default -> {
                return 0;
            }
        }
        return from + 1;
    }

    /** {@code p{Lu}} from here; where it ends, or -1 if it is for Saxon. To Java, flag i turns {@code \\p{Lu}} into any letter. */
    private int category(int from) {
        int close = regex.indexOf('}', from);
        if (close < 0
                || ignoreCase
                || !regex.startsWith("{", from + 1)
                || !CATEGORIES.contains(regex.substring(from + 2, close))) {
            return -1;
        }
        java.append('\\').append(regex, from, close + 1);
        return close + 1;
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
