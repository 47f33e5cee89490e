package dev.millrace.contract;

import dev.millrace.contract.ContractNode.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes new nodes as YAML: what is quoted, how it is indented, where comments are. */
final class NodePrinter {

    /** Words that YAML 1.1 takes for truth values, and so other tools may. */
    private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~");

    private static final Pattern LIKE_NUMBER = Pattern.compile("[-+.0-9].*", Pattern.DOTALL);
    /** Plain anywhere. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_$/][\\p{L}\\p{N}_$/.() =-]*");
    /** Plain in a block: no indicator is where it would count. */
    private static final Pattern PLAIN_IN_BLOCK =
            Pattern.compile("[\\p{L}\\p{N}_$/(.][\\p{L}\\p{N}_$/().*=<>!'|, \\[\\]-]*(:[\\p{L}*][^:#\\p{Cntrl}]*)?");
    /** A key that is longer, in quotes, needs a question mark before it. */
    private static final int LONGEST_KEY = 1000;

    private static final int LINE = 118;

    private final String lineBreak;
    private final boolean json;
    private final int step;

    /**
     * @param json whether keys and texts are always in double quotes
     * @param step by how much a block is indented more than what it is in
     */
    NodePrinter(String lineBreak, boolean json, int step) {
        this.lineBreak = lineBreak;
        this.json = json;
        this.step = step;
    }

    int step() {
        return step;
    }

    /** Whether a node is written by indentation where its surroundings do not decide. */
    static boolean isBlock(NewNode node) {
        return !(node instanceof NewNode.Scalar)
                && !node.isEmpty()
                && (node.flow == null || !node.flow || node.needsInnerLines());
    }

    /** The lines of a node, each with its line break. */
    String block(NewNode node, int indent) {
        StringBuilder out = new StringBuilder();
        boolean comments = node instanceof NewNode.Mapping && node.isEmpty() && node.needsInnerLines();
        if (!isBlock(node) && !comments) {
            out.append(" ".repeat(indent))
                    .append(flow(node))
                    .append(beside(node))
                    .append(lineBreak);
        } else if (node instanceof NewNode.Mapping mapping) {
            mapping.lines.forEach(line -> line(out, line, indent));
        } else if (node instanceof NewNode.Items items) {
            items.items.forEach(item -> out.append(item(item, indent, isBlock(item))));
        }
        return out.toString();
    }

    /** An item of a block: its dash, and its lines behind and below it. */
    String item(NewNode item, int indent, boolean asBlock) {
        if (!asBlock) {
            return " ".repeat(indent) + "- " + flow(item) + beside(item) + lineBreak;
        }
        String lines = block(item, indent + 2);
        String dash = " ".repeat(indent) + "-";
        boolean isBehind = item.beside.isEmpty() && lines.startsWith(" ".repeat(indent + 2));
        return isBehind ? dash + " " + lines.substring(indent + 2) : dash + beside(item) + lineBreak + lines;
    }

    private void line(StringBuilder out, NewNode.Mapping.Line line, int indent) {
        if (line.key() != null && line.value() != null) {
            out.append(" ".repeat(indent)).append(entry(line.key(), line.value(), indent, 0, isBlock(line.value())));
        } else if (line.comment() != null) {
            out.append(comment(line.comment(), indent));
        } else {
            out.append(lineBreak);
        }
    }

    /**
     * An entry of a block from its key on, with its last line break.
     *
     * @param asBlock whether the value is written by indentation
     * @param width how many characters the key and its colon have at least, for values that are below each other
     */
    String entry(NewNode.Scalar key, NewNode value, int indent, int width, boolean asBlock) {
        String written = key(key, false);
        boolean isLong = written.length() > LONGEST_KEY;
        String start = isLong ? "? " + written + lineBreak + " ".repeat(indent) + ":" : written + ":";
        if (asBlock) {
            return start + beside(value) + lineBreak + block(value, indent + step);
        }
        String pad = " ".repeat(Math.max(0, width - start.length()));
        return start + pad + " " + flow(value) + beside(value) + lineBreak;
    }

    /** A node on one line, as it can be within braces; comments are left out. */
    String flow(NewNode node) {
        return inline(node, false);
    }

    /** The same, where it is within braces itself. */
    String withinFlow(NewNode node) {
        return inline(node, true);
    }

    /** An entry within braces. */
    String flowEntry(NewNode.Scalar key, NewNode value) {
        String written = key(key, true);
        return (written.length() > LONGEST_KEY ? "? " + written + " :" : written + ":") + " " + withinFlow(value);
    }

    private String inline(NewNode node, boolean within) {
        if (node instanceof NewNode.Scalar scalar) {
            return scalar(scalar, within);
        }
        if (node instanceof NewNode.Items items) {
            return items.items.stream().map(this::withinFlow).collect(Collectors.joining(", ", "[", "]"));
        }
        List<String> entries = new ArrayList<>();
        for (NewNode.Mapping.Line line : ((NewNode.Mapping) node).lines) {
            if (line.key() != null && line.value() != null) {
                entries.add(flowEntry(line.key(), line.value()));
            }
        }
        return entries.isEmpty() ? "{}" : "{ " + String.join(", ", entries) + " }";
    }

    // Scalars

    /** A key: a text whatever YAML would take it for, so that an XPath's form is looked at alone. */
    String key(NewNode.Scalar key, boolean inFlow) {
        boolean plain =
                !json && !inFlow && key.form == NewNode.Scalar.Form.EXPRESSION && isPlain(PLAIN_IN_BLOCK, key.text);
        return plain ? key.text : json ? quoted(key.text) : scalar(key, inFlow);
    }

    String scalar(NewNode.Scalar scalar, boolean inFlow) {
        String text = scalar.text;
        return switch (scalar.form) {
            case LITERAL ->
                isPlainLiteral(text) && !(json && ContractTree.kindOf(text) == Kind.TEXT) ? text : quoted(text);
            case TEXT -> json || isMistakable(text) || !isPlain(PLAIN, text) ? quoted(text) : text;
            case EXPRESSION -> {
                boolean plain = inFlow
                        ? isPlain(PLAIN, text) && !isMistakable(text)
                        : isPlain(PLAIN_IN_BLOCK, text)
                                && ContractTree.kindOf(text) == Kind.TEXT
                                && !WORDS.contains(text.toLowerCase(Locale.ROOT));
                yield json || !plain ? quoted(text) : text;
            }
            case QUOTED -> quoted(text);
        };
    }

    /** Whether a literal is plain; the others are texts in quotes. */
    static boolean isPlainLiteral(String text) {
        return isPlain(PLAIN, text) || !text.isEmpty() && ContractTree.kindOf(text) != Kind.TEXT;
    }

    private static boolean isMistakable(String text) {
        return WORDS.contains(text.toLowerCase(Locale.ROOT))
                || LIKE_NUMBER.matcher(text).matches();
    }

    private static boolean isPlain(Pattern form, String text) {
        return form.matcher(text).matches() && !text.endsWith(" ");
    }

    /** A text in single quotes, or null where these cannot hold it. */
    static @Nullable String singleQuoted(String text) {
        boolean printable = text.chars().noneMatch(NodePrinter::isEscaped);
        return printable && isWhole(text) ? "'" + text.replace("'", "''") + "'" : null;
    }

    /** Neither half a pair nor a character that is none: only escapes can hold these. */
    private static boolean isWhole(String text) {
        return text.codePoints().allMatch(c -> !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF);
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isEscaped(c)) {
                        quoted.append(String.format(Locale.ROOT, "\\u%04X", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /** What YAML does not let stand as it is, and what looks like a blank or like nothing. */
    private static boolean isEscaped(int c) {
        return c < ' '
                || c >= 0x7F && c <= 0xA0
                || c == 0x2028
                || c == 0x2029
                || c == 0xFEFF
                || c == 0xFFFE
                || c == 0xFFFF
                || c >= 0xD800 && c <= 0xDFFF;
    }

    // Comments

    /** A comment of one or several lines, wrapped, each line with its line break. */
    String comment(String text, int indent) {
        StringBuilder out = new StringBuilder();
        for (String paragraph : text.split("\r\n|\r|\n", -1)) {
            StringBuilder line = new StringBuilder();
            for (String word : visible(paragraph).split(" ")) {
                if (line.length() > 0 && line.length() + word.length() + indent > LINE) {
                    out.append(" ".repeat(indent)).append('#').append(line).append(lineBreak);
                    line.setLength(0);
                }
                line.append(' ').append(word);
            }
            out.append(" ".repeat(indent))
                    .append('#')
                    .append(line.toString().isBlank() ? "" : line)
                    .append(lineBreak);
        }
        return out.toString();
    }

    /** A comment on one line, from its {@code #} on. */
    static String comment(String text) {
        return "# " + visible(text.replaceAll("[\r\n]+", " ").strip());
    }

    private static String beside(NewNode node) {
        return node.beside.isBlank() ? "" : "  " + comment(node.beside);
    }

    /** Comments know no escapes: what YAML does not let stand becomes a question mark. */
    private static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean stands = c == '\t' || c == 0x85 || c == 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
            shown.appendCodePoint(stands || !isEscaped(c) ? c : '?');
        });
        return shown.toString();
    }
}
