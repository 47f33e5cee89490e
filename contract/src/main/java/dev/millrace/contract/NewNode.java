package dev.millrace.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written into a contract: values with their comments and their layout. How a text is quoted is decided when it is
 * written, so that it reads back as itself.
 *
 * <pre>{@code
 * NewNode.mapping()
 *         .comment("One row for each order.")
 *         .put("orders", NewNode.mapping()
 *                 .put("columns", NewNode.mapping()
 *                         .put("id", NewNode.mapping()
 *                                 .put("path", NewNode.text("@id"))
 *                                 .put("type", NewNode.literal("bigint"))
 *                                 .inFlow()
 *                                 .beside("1,204 values, all distinct"))));
 * // # One row for each order.
 * // orders:
 * //   columns:
 * //     id: { path: "@id", type: bigint }  # 1,204 values, all distinct
 * }</pre>
 *
 * <p>Not thread-safe: mappings and sequences are filled by their maker. Nothing may be null.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public abstract sealed class NewNode permits NewNode.Scalar, NewNode.Mapping, NewNode.Items {

    /** Blocks or braces; null where the surroundings decide. */
    @Nullable
    Boolean flow;

    String beside = "";

    /** A text: in quotes where YAML, of any version, could take it for something else. */
    public static Scalar text(String text) {
        return new Scalar(text, Scalar.Form.TEXT);
    }

    /** A text that is an XPath: in a block without quotes wherever YAML 1.2 lets it, as people write paths. */
    public static Scalar expression(String xpath) {
        return new Scalar(xpath, Scalar.Form.EXPRESSION);
    }

    /** What YAML takes it for: a number, a truth value, null or a word. What cannot be plain is a text in quotes. */
    public static Scalar literal(String text) {
        return new Scalar(text, Scalar.Form.LITERAL);
    }

    /** A text in double quotes. */
    public static Scalar quoted(String text) {
        return new Scalar(text, Scalar.Form.QUOTED);
    }

    /** A mapping without entries. */
    public static Mapping mapping() {
        return new Mapping();
    }

    /** A sequence of these items. */
    public static Items items(NewNode... items) {
        return items(Arrays.asList(items));
    }

    /** A sequence of these items. */
    public static Items items(List<? extends NewNode> items) {
        return new Items(items);
    }

    /** What a node holds, without its comments, its anchor and its tag; aliases give what they stand for. */
    public static NewNode copyOf(ContractNode node) {
        ContractNode source = node.resolved();
        return switch (source.kind()) {
            case MAPPING -> {
                Mapping mapping = mapping();
                source.entries()
                        .forEach(entry ->
                                mapping.put(text(entry.key().orElseThrow().text()), copyOf(entry)));
                yield source.isFlow() ? mapping.inFlow() : mapping;
            }
            case SEQUENCE -> {
                Items items =
                        items(source.entries().stream().map(NewNode::copyOf).toList());
                yield source.isFlow() ? items.inFlow() : items;
            }
            case TEXT, TAGGED, ALIAS -> text(source.text());
            case NULL -> literal("null");
            case NUMBER, BOOLEAN -> literal(source.text());
        };
    }

    /** The YAML of it, from the first column on. */
    @Override
    public String toString() {
        return new NodePrinter("\n", false, 2).block(this, 0);
    }

    /** Whether there is a comment or an empty line in it, which braces on one line cannot hold. */
    final boolean needsLines() {
        return !beside.isEmpty() || needsInnerLines();
    }

    /** The same for what is within it, as its own comment can be behind its braces. */
    abstract boolean needsInnerLines();

    abstract boolean isEmpty();

    /** A scalar. */
    public static final class Scalar extends NewNode {

        enum Form {
            TEXT,
            EXPRESSION,
            LITERAL,
            QUOTED
        }

        final String text;
        final Form form;

        private Scalar(String text, Form form) {
            this.text = Objects.requireNonNull(text, "text");
            this.form = form;
        }

        /** Its text, without quotes. */
        public String text() {
            return text;
        }

        /** With a comment behind it on its line; "" for none. */
        public Scalar beside(String comment) {
            beside = comment;
            return this;
        }

        @Override
        boolean needsInnerLines() {
            return false;
        }

        @Override
        boolean isEmpty() {
            return false;
        }
    }

    /** A mapping: entries in order, with comments and empty lines between them. */
    public static final class Mapping extends NewNode {

        /** An entry; or a comment, or an empty line, without a key. */
        record Line(
                @Nullable Scalar key,
                @Nullable NewNode value,
                @Nullable String comment) {}

        final List<Line> lines = new ArrayList<>();

        private Mapping() {}

        /** Adds an entry. */
        public Mapping put(String key, NewNode value) {
            return put(text(key), value);
        }

        /** Adds an entry whose key is written in a certain way. Keys are texts, whatever they look like. */
        public Mapping put(Scalar key, NewNode value) {
            lines.add(new Line(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"), null));
            return this;
        }

        /** Adds a comment above what comes next, wrapped. Its line breaks begin new lines. */
        public Mapping comment(String text) {
            lines.add(new Line(null, null, Objects.requireNonNull(text, "text")));
            return this;
        }

        /** Adds an empty line. */
        public Mapping blank() {
            lines.add(new Line(null, null, null));
            return this;
        }

        /** In braces on one line: {@code { path: …, type: … }}. */
        public Mapping inFlow() {
            flow = true;
            return this;
        }

        /** By indentation, also where the entries around it are in braces. */
        public Mapping inBlock() {
            flow = false;
            return this;
        }

        /** With a comment behind it, or behind its key if it is a block; "" for none. */
        public Mapping beside(String comment) {
            beside = comment;
            return this;
        }

        Map<String, NewNode> entries() {
            Map<String, NewNode> entries = new LinkedHashMap<>();
            for (Line line : lines) {
                if (line.key() != null && line.value() != null) {
                    entries.put(line.key().text, line.value());
                }
            }
            return entries;
        }

        @Override
        boolean needsInnerLines() {
            return lines.stream()
                    .anyMatch(line -> line.value() == null || line.value().needsLines());
        }

        @Override
        boolean isEmpty() {
            return lines.stream().noneMatch(line -> line.value() != null);
        }
    }

    /** A sequence. */
    public static final class Items extends NewNode {

        final List<NewNode> items = new ArrayList<>();

        private Items(List<? extends NewNode> items) {
            this.items.addAll(items);
        }

        /** Adds an item. */
        public Items add(NewNode item) {
            items.add(Objects.requireNonNull(item, "item"));
            return this;
        }

        /** In brackets on one line. */
        public Items inFlow() {
            flow = true;
            return this;
        }

        /** By indentation, an item a line. */
        public Items inBlock() {
            flow = false;
            return this;
        }

        /** With a comment behind it, or behind its key if it is a block; "" for none. */
        public Items beside(String comment) {
            beside = comment;
            return this;
        }

        @Override
        boolean needsInnerLines() {
            return items.stream().anyMatch(NewNode::needsLines);
        }

        @Override
        boolean isEmpty() {
            return items.isEmpty();
        }
    }
}
