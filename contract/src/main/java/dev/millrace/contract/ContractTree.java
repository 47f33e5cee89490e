package dev.millrace.contract;

import dev.millrace.contract.ContractNode.Comment;
import dev.millrace.contract.ContractNode.Kind;
import dev.millrace.contract.ContractNode.Style;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Makes the tree of a contract as it is written of the parser's events. Comments are found in what is between the scalars: the
 * parser's own comment events do not tell where within a line or between which entries a comment is.
 */
final class ContractTree {

    private static final ScalarResolver CORE = new CoreSchema().getScalarResolver();

    private final TextLines lines;
    private final String text;
    private final List<Event> events;
    private final List<Comment> comments = new ArrayList<>();
    private final Map<String, ContractNode> anchors = new HashMap<>();
    /** Where a comment on the same line would be beside which node. */
    private final TreeMap<Integer, ContractNode> places = new TreeMap<>();

    private int next;
    /** Up to here, the text has been looked at. */
    private int at;

    private ContractTree(TextLines lines, List<Event> events) {
        this.lines = lines;
        this.text = lines.text();
        this.events = events;
        at = lines.start();
    }

    /**
     * A contract's nodes and comments.
     *
     * @param top the node of the whole document
     * @param comments all of them, in the order of the text
     */
    record Made(ContractNode top, List<Comment> comments) {}

    static Made of(TextLines lines, List<Event> events) {
        ContractTree tree = new ContractTree(lines, events);
        while (!(tree.events.get(tree.next) instanceof NodeEvent)) {
            tree.next++;
        }
        ContractNode top = tree.node(null, null, 0);
        tree.between(tree.text.length());
        tree.findOwners(top);
        return new Made(top, Collections.unmodifiableList(tree.comments));
    }

    /** What YAML takes a plain scalar for. */
    static Kind kindOf(String plain) {
        return kind(CORE.resolve(plain, true));
    }

    private ContractNode node(@Nullable ContractNode parent, @Nullable ContractNode key, int index) {
        NodeEvent event = (NodeEvent) events.get(next++);
        int start = offset(event.getStartMark().orElseThrow());
        int end = offset(event.getEndMark().orElseThrow());
        if (event instanceof AliasEvent alias) {
            String name = alias.getAlias().getValue();
            ContractNode node = new ContractNode(lines, Kind.ALIAS, Style.PLAIN, name, "", parent, key, index);
            node.target = anchors.get(name);
            between(start);
            at = end;
            return placed(node, start, start, end);
        }
        if (event instanceof ScalarEvent scalar) {
            return scalar(scalar, parent, key, index, start, end);
        }
        return collection((CollectionStartEvent) event, parent, key, index, start);
    }

    private ContractNode scalar(
            ScalarEvent scalar,
            @Nullable ContractNode parent,
            @Nullable ContractNode key,
            int index,
            int start,
            int end) {
        boolean hasProperties = hasProperties(scalar);
        int content = hasProperties ? behindProperties(start, end) : start;
        Style style = style(scalar.getScalarStyle());
        ContractNode node = new ContractNode(
                lines, kind(scalar), style, scalar.getValue(), properties(start, content), parent, key, index);
        anchor(scalar, node);
        between(content);
        if (node.isBlockScalar()) {
            // Its first line may have a comment.
            between(Math.min(end, lines.lineEnd(content)));
            at = end;
            return placed(node, start, content, endOfBlockScalar(content, end));
        }
        at = end;
        return placed(node, start, content, end);
    }

    /** The line break behind its last line is not its own: what is inserted there begins with one. */
    private int endOfBlockScalar(int content, int end) {
        String header = text.substring(content, lines.lineEnd(content));
        boolean keepsBlankLines = header.matches("[|>][0-9]?[+].*");
        if (keepsBlankLines) {
            return lines.beforeBreak(end);
        }
        int last = end;
        while (last > content && " \t\r\n".indexOf(text.charAt(last - 1)) >= 0) {
            last--;
        }
        return Math.min(end, lines.lineEnd(last));
    }

    private ContractNode collection(
            CollectionStartEvent event,
            @Nullable ContractNode parent,
            @Nullable ContractNode key,
            int index,
            int start) {
        boolean mapping = event instanceof MappingStartEvent;
        Mark opened = event.getEndMark().orElseThrow();
        int content = hasProperties(event) ? behindProperties(start, offset(opened)) : start;
        // In front of the first entry there may be comments, which the mark leaves out or not.
        boolean braces = event.isFlow() && content < text.length() && text.charAt(content) == (mapping ? '{' : '[');
        ContractNode node = new ContractNode(
                lines,
                mapping ? Kind.MAPPING : Kind.SEQUENCE,
                event.isFlow() ? Style.FLOW : Style.BLOCK,
                "",
                properties(start, content),
                parent,
                key,
                index);
        node.bare = event.isFlow() && !braces;
        anchor(event, node);
        between(content);
        if (braces) {
            at = content + 1;
        }
        for (int i = 0; !(events.get(next) instanceof CollectionEndEvent); i++) {
            int before = Math.max(at, content);
            ContractNode entryKey = mapping ? node(node, null, i) : null;
            ContractNode entry = node(node, entryKey, i);
            entry.entryStart = entryKey == null ? entry.start() : entryKey.start();
            if (!mapping && !event.isFlow()) {
                entry.entryStart = before(before, entry.entryStart, '-');
            } else if (mapping && !event.isFlow()) {
                entry.entryStart = before(before, entry.entryStart, '?');
            }
            node.add(entry);
        }
        int end = braces ? offset(events.get(next).getEndMark().orElseThrow()) : endOfLast(node, content);
        if (braces) {
            between(end - 1);
            at = end;
        }
        next++;
        return placed(node, start, content, end);
    }

    private static int endOfLast(ContractNode collection, int content) {
        List<ContractNode> entries = collection.entries();
        return entries.isEmpty() ? content : entries.get(entries.size() - 1).end();
    }

    /** The indicator that begins an entry, if it is there: the first of what is neither blank nor comment. */
    private int before(int from, int to, char indicator) {
        for (int i = Math.max(from, lines.start()); i < to; i++) {
            char c = text.charAt(i);
            if (c == '#') {
                i = lines.lineEnd(i);
            } else if (c == '&' || c == '!') {
                i = propertyEnd(i) - 1;
            } else if (c == indicator) {
                return i;
            }
        }
        return to;
    }

    private ContractNode placed(ContractNode node, int start, int content, int end) {
        node.content = content;
        node.entryStart = start;
        node.place(start, end);
        return node;
    }

    private void anchor(NodeEvent event, ContractNode node) {
        event.getAnchor().map(Anchor::getValue).ifPresent(name -> anchors.put(name, node));
    }

    private static boolean hasProperties(NodeEvent event) {
        boolean tagged = event instanceof ScalarEvent scalar
                ? scalar.getTag().isPresent()
                : event instanceof CollectionStartEvent start && start.getTag().isPresent();
        return tagged || event.getAnchor().isPresent();
    }

    /** Anchor and tag come in any order, and on lines of their own. */
    private int behindProperties(int start, int end) {
        int i = start;
        while (i < end) {
            char c = text.charAt(i);
            if (c == '&' || c == '!') {
                i = Math.min(end, propertyEnd(i));
            } else if (c == '#') {
                i = Math.min(end, lines.lineEnd(i));
            } else if (" \t\r\n".indexOf(c) >= 0) {
                i++;
            } else {
                return i;
            }
        }
        return end;
    }

    /** Anchor and tag, without the comments and line breaks between them. */
    private String properties(int start, int content) {
        StringBuilder properties = new StringBuilder();
        for (int i = start; i < content; i++) {
            if (text.charAt(i) == '#') {
                i = lines.lineEnd(i);
            } else if (" \t\r\n".indexOf(text.charAt(i)) < 0) {
                int end = Math.min(content, propertyEnd(i));
                properties.append(properties.isEmpty() ? "" : " ").append(text, i, end);
                i = end - 1;
            }
        }
        return properties.toString();
    }

    private int propertyEnd(int from) {
        boolean verbatim = text.startsWith("!<", from);
        int i = from + 1;
        while (i < text.length() && (verbatim ? " \t\r\n>" : " \t\r\n,[]{}").indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return verbatim && i < text.length() ? i + 1 : i;
    }

    // Comments

    /** Finds the comments up to a place, where no scalar is. */
    private void between(int to) {
        while (at < to) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = lines.lineEnd(at);
                int last = end;
                while (" \t".indexOf(text.charAt(last - 1)) >= 0) {
                    last--;
                }
                String said = text.substring(at + 1, last);
                comments.add(new Comment(said.startsWith(" ") ? said.substring(1) : said, lines.span(at, last)));
                at = end;
            } else if (c == '&' || c == '!') {
                at = propertyEnd(at);
            } else if (c == '%' && at == lines.lineStart(at)) {
                int comment = text.indexOf(" #", at);
                int end = lines.lineEnd(at);
                at = comment < 0 ? end : Math.min(comment, end);
            } else {
                at++;
            }
        }
    }

    private void findOwners(ContractNode top) {
        if (comments.isEmpty()) {
            return;
        }
        findPlaces(top);
        Map<Integer, Comment> alone = new HashMap<>();
        for (Comment comment : comments) {
            int start = comment.span().start();
            int line = lines.lineStart(start);
            if (text.substring(line, start).isBlank()) {
                alone.put(line, comment);
                continue;
            }
            Map.Entry<Integer, ContractNode> place = places.floorEntry(start);
            if (place != null
                    && place.getKey() >= line
                    && place.getValue().beside().isEmpty()) {
                place.getValue().beside(comment);
            }
        }
        findAbove(top, alone);
    }

    private void findPlaces(ContractNode node) {
        if (node.key != null) {
            places.put(node.key.end(), node);
        }
        places.put(node.entryStart, node);
        places.put(node.content, node);
        for (ContractNode entry : node.entries()) {
            findPlaces(entry);
        }
        if (!node.isBlock() && !node.bare) {
            places.put(node.end(), node);
        }
    }

    private void findAbove(ContractNode node, Map<Integer, Comment> alone) {
        for (ContractNode entry : node.entries()) {
            int line = lines.lineStart(entry.entryStart);
            if (text.substring(line, entry.entryStart).isBlank()) {
                List<Comment> above = new ArrayList<>();
                int indent = entry.entryStart - line;
                while (line > lines.start()) {
                    line = lines.lineStart(lines.beforeBreak(line));
                    Comment comment = alone.get(line);
                    if (comment == null || comment.span().start() - line != indent) {
                        break;
                    }
                    above.add(0, comment);
                }
                if (!above.isEmpty()) {
                    entry.above(above);
                }
            }
            findAbove(entry, alone);
        }
    }

    // What events say

    private int offset(Mark mark) {
        return lines.offset(mark.getIndex());
    }

    private static Kind kind(ScalarEvent scalar) {
        String tag = scalar.getTag().orElse("!");
        if (!tag.equals("!")) {
            return kind(new Tag(tag));
        }
        return kind(CORE.resolve(scalar.getValue(), scalar.getImplicit().canOmitTagInPlainScalar()));
    }

    private static Kind kind(Tag tag) {
        Scalar.Kind kind = Scalar.kind(tag);
        return kind == null ? Kind.TAGGED : Kind.valueOf(kind.name());
    }

    private static Style style(ScalarStyle style) {
        return switch (style) {
            case SINGLE_QUOTED -> Style.SINGLE_QUOTED;
            case DOUBLE_QUOTED -> Style.DOUBLE_QUOTED;
            case LITERAL -> Style.LITERAL;
            case FOLDED -> Style.FOLDED;
            default -> Style.PLAIN;
        };
    }
}
