package dev.millrace.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A node of a contract as it is written: a mapping, a sequence, a scalar or an alias, with its key, its place and its comments.
 * Anchors are not expanded and merge keys ({@code <<}) are entries like others; {@link #resolved()} follows an alias.
 *
 * <p>Nodes belong to one {@link ContractText} and are immutable, as it is. They are made by it alone.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ContractNode {

    /** What a node is. A scalar is a text, a number, a truth value or null by YAML 1.2. */
    public enum Kind {
        MAPPING,
        SEQUENCE,
        TEXT,
        NUMBER,
        BOOLEAN,
        NULL,
        /** A scalar with a tag that contracts do not know. */
        TAGGED,
        ALIAS
    }

    /** How a node is written. */
    public enum Style {
        /** A collection by indentation. */
        BLOCK,
        /** A collection in braces or brackets. */
        FLOW,
        PLAIN,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        /** A text of several lines, after {@code |}. */
        LITERAL,
        /** A text of several lines, after {@code >}. */
        FOLDED
    }

    /**
     * A comment.
     *
     * @param text its text, without the {@code #} and the blank after it
     * @param span from the {@code #} to its last character that is no blank
     */
    public record Comment(String text, Span span) {}

    final Kind kind;
    final Style style;
    final String text;
    /** The anchor and the tag as they are written, or "". */
    final String properties;

    final @Nullable ContractNode parent;
    final @Nullable ContractNode key;
    final int index;
    private final TextLines lines;
    private List<ContractNode> entries = List.of();
    private List<Comment> above = List.of();
    private @Nullable Comment beside;

    @Nullable
    ContractNode target;

    /** Where the value begins behind its anchor and tag. */
    int content;

    /** Where the entry begins: at its key, or at the dash of an item. */
    int entryStart;

    /** A flow mapping of one pair without braces, as in {@code [a: b]}. */
    boolean bare;

    private int start;
    private int end;

    /** Made by {@link ContractTree}, which adds what comes later in the text. */
    ContractNode(
            TextLines lines,
            Kind kind,
            Style style,
            String text,
            String properties,
            @Nullable ContractNode parent,
            @Nullable ContractNode key,
            int index) {
        this.lines = lines;
        this.kind = kind;
        this.style = style;
        this.text = text;
        this.properties = properties;
        this.parent = parent;
        this.key = key;
        this.index = index;
    }

    public Kind kind() {
        return kind;
    }

    public Style style() {
        return style;
    }

    /** Whether it is a text, a number, a truth value, null or a scalar with another tag. */
    public boolean isScalar() {
        return kind != Kind.MAPPING && kind != Kind.SEQUENCE && kind != Kind.ALIAS;
    }

    /** A scalar's text without its quotes, the name of an alias; "" for collections. */
    public String text() {
        return text;
    }

    /** The key of a mapping's entry; empty for items of a sequence, for keys, and for the top. */
    public Optional<ContractNode> key() {
        return Optional.ofNullable(key);
    }

    /** The last step of its path: the key's text, or the number of an item; "" for the top. */
    public String name() {
        if (key != null) {
            return key.text;
        }
        return parent == null ? "" : String.valueOf(index);
    }

    public KeyPath path() {
        List<String> steps = new ArrayList<>();
        for (ContractNode node = this; node.parent != null; node = node.parent) {
            steps.add(node.name());
        }
        Collections.reverse(steps);
        return new KeyPath(steps);
    }

    /** The collection that it is in; empty for the top. */
    public Optional<ContractNode> parent() {
        return Optional.ofNullable(parent);
    }

    /** The values of a mapping or the items of a sequence, in the order of the text; empty for others. */
    public List<ContractNode> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** The first entry of this key or this number, or empty if there is none. */
    public Optional<ContractNode> entry(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** For an alias the node that it stands for, otherwise the node itself. */
    public ContractNode resolved() {
        return target == null ? this : target;
    }

    /** Where its value is, with its anchor and tag, without its key. A block ends with its last value. */
    public Span span() {
        return lines.span(start, end);
    }

    /** Comments on lines of their own directly above the entry, at its indentation; top down. */
    public List<Comment> above() {
        return Collections.unmodifiableList(above);
    }

    /** The comment behind it on its line; for a block, on the line of its key. */
    public Optional<Comment> beside() {
        return Optional.ofNullable(beside);
    }

    /** What it is and where, for messages. */
    @Override
    public String toString() {
        return path() + " (" + kind + " at " + span().from() + ")";
    }

    boolean isFlow() {
        return style == Style.FLOW;
    }

    /** A block collection, which has no end of its own. */
    boolean isBlock() {
        return style == Style.BLOCK;
    }

    boolean isBlockScalar() {
        return style == Style.LITERAL || style == Style.FOLDED;
    }

    /** Whether it is within braces or brackets, where indentation means nothing. */
    boolean isInFlow() {
        for (ContractNode node = parent; node != null; node = node.parent) {
            if (node.isFlow()) {
                return true;
            }
        }
        return false;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    void add(ContractNode entry) {
        if (entries.isEmpty()) {
            entries = new ArrayList<>(4);
        }
        entries.add(entry);
    }

    void place(int from, int to) {
        start = from;
        end = to;
    }

    void above(List<Comment> comments) {
        above = comments;
    }

    void beside(Comment comment) {
        beside = comment;
    }
}
