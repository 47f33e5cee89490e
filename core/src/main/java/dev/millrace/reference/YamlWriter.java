package dev.millrace.reference;

import java.util.Locale;
import java.util.Set;

/** Lines of YAML, each at its depth. */
final class YamlWriter {

    private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~");
    private static final int LINE = 118;

    private final StringBuilder yaml = new StringBuilder();

    YamlWriter line(int depth, String text) {
        yaml.append("  ".repeat(depth)).append(text).append('\n');
        return this;
    }

    YamlWriter blank() {
        yaml.append('\n');
        return this;
    }

    /** A comment of one or several lines, wrapped. */
    YamlWriter comment(int depth, String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + word.length() + 2 * depth > LINE) {
                line(depth, "#" + line);
                line.setLength(0);
            }
            line.append(' ').append(word);
        }
        return line(depth, "#" + line);
    }

    @Override
    public String toString() {
        return yaml.toString();
    }

    /** A scalar outside of braces: in quotes only where it must be. */
    static String scalar(String text) {
        return isPlain(text, "[\\p{L}\\p{N}_$/(.][\\p{L}\\p{N}_$/().*=<>!'|, \\[\\]-]*(:[\\p{L}*][^:#]*)?")
                ? text
                : quoted(text);
    }

    /** A scalar within braces. */
    static String flowScalar(String text) {
        return isPlain(text, "[\\p{L}\\p{N}_$/][\\p{L}\\p{N}_$/.() =-]*") ? text : quoted(text);
    }

    private static boolean isPlain(String text, String form) {
        return text.matches(form) && !text.endsWith(" ");
    }

    /** A text that must not be read as a number, a truth value or null. */
    static String text(String text) {
        boolean word = WORDS.contains(text.toLowerCase(Locale.ROOT)) || text.matches("[-+.0-9].*");
        return word ? quoted(text) : flowScalar(text);
    }

    /** The code of a code table: a number stands for itself. */
    static String code(String text) {
        return text.matches("-?[0-9]{1,18}([.][0-9]+)?") ? text : text(text);
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
                        quoted.append(String.format("\\u%04X", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
