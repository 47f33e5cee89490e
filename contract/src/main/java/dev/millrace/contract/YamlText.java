package dev.millrace.contract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The YAML of a contract file: turns the text into nodes and the nodes back into places in the text. JSON is YAML too.
 * Hostile files meet limits here: size, depth and what anchors expand to.
 */
final class YamlText {

    static final int MAX_CHARACTERS = 4 << 20;
    /** A UTF-8 character has up to four bytes. */
    static final int MAX_BYTES = 4 * MAX_CHARACTERS;

    static final int MAX_DEPTH = 50;
    static final int MAX_EXPANDED_NODES = 1_000_000;

    private final String text;
    private final String file;
    private final LoadSettings settings;

    YamlText(String text, String file) {
        this.text = text;
        this.file = file;
        this.settings = LoadSettings.builder()
                .setLabel(file)
                .setSchema(new CoreSchema())
                .setCodePointLimit(MAX_CHARACTERS)
                // What aliases may expand to is counted here; keys that are no scalars get a message with a place.
                .setMaxAliasesForCollections(MAX_EXPANDED_NODES)
                .setAllowNonScalarKeys(true)
                .build();
    }

    /**
     * What the text was parsed to, once: its events, as they are written, and the nodes that they compose, with what aliases and
     * merge keys stand for.
     */
    record Parsed(List<Event> events, Node root) {

        Parsed {
            events = List.copyOf(events);
        }
    }

    /** The one document; null when there is none that can be read, and the problem is told. */
    @Nullable
    Parsed parse(Problems problems) {
        if (text.length() > MAX_CHARACTERS) {
            problems.error(
                    start(), "the file has " + text.length() + " characters; a contract may have " + MAX_CHARACTERS);
            return null;
        }
        try {
            List<Event> events = new ArrayList<>();
            if (!isTame(events, problems)) {
                return null;
            }
            Optional<Node> root = new Composer(settings, new Replay(events)).getSingleNode();
            if (root.isEmpty()) {
                problems.error(start(), "the file is empty; a contract begins with 'contract: 1'");
                return null;
            }
            return new Parsed(events, root.get());
        } catch (MarkedYamlEngineException fault) {
            String message = fault.getProblem() == null ? String.valueOf(fault.getContext()) : fault.getProblem();
            Position at = fault.getProblemMark()
                    .or(fault::getContextMark)
                    .map(this::position)
                    .orElseGet(this::start);
            problems.error(at, "not YAML: " + inWords(message));
        } catch (ReaderException fault) {
            problems.error(positionOf(fault.getPosition()), "not YAML: " + oneLine(String.valueOf(fault.getMessage())));
        } catch (YamlEngineException | IllegalArgumentException fault) {
            // The parser throws the latter for tags that are none.
            problems.error(start(), "not YAML: " + oneLine(String.valueOf(fault.getMessage())));
        }
        return null;
    }

    private static String inWords(String message) {
        if (message.matches("(?s)found character '[@`%]' that cannot start any token.*")) {
            return "a text that begins with @, % or ` has to be in quotes, as in path: \"@id\"";
        }
        if (message.startsWith("expected ',' or '}', but got <scalar>")) {
            return "a text with quotes in it has to be in quotes as a whole, as in path: \"string-join(a, ',')\"";
        }
        if (message.startsWith("expected ',' or '}', but got :")) {
            return "a text with ': ' in it has to be in quotes, as in path: \"a[. = 'b: c']\"; or a '{' before it is not closed";
        }
        if (message.startsWith("expected ',' or ") && message.endsWith("but got <stream end>")) {
            return "a '{' or '[' is not closed before the end of the file";
        }
        return oneLine(message);
    }

    Position start() {
        return new Position(file, 1, 1);
    }

    /** The text from the beginning of a node to the end of another one. */
    String written(Node first, Node last) {
        Mark from = first.getStartMark().orElse(null);
        Mark to = last.getEndMark().orElse(null);
        return from == null || to == null
                ? ""
                : text.substring(
                        text.offsetByCodePoints(0, from.getIndex()), text.offsetByCodePoints(0, to.getIndex()));
    }

    Position position(Node node) {
        return node.getStartMark().map(this::position).orElseGet(this::start);
    }

    /**
     * The place of a character of a scalar's value: exact for plain and quoted scalars on one line, the scalar's
     * beginning for all others.
     *
     * @param offset in chars of the value, from 0
     */
    Position position(ScalarNode scalar, int offset) {
        Position start = position(scalar);
        Mark first = scalar.getStartMark().orElse(null);
        Mark end = scalar.getEndMark().orElse(null);
        if (first == null || end == null || first.getLine() != end.getLine()) {
            return start;
        }
        ScalarStyle style = scalar.getScalarStyle();
        boolean doubleQuoted = style == ScalarStyle.DOUBLE_QUOTED;
        boolean singleQuoted = style == ScalarStyle.SINGLE_QUOTED;
        int at = text.offsetByCodePoints(0, first.getIndex());
        int from = at;
        if (doubleQuoted || singleQuoted) {
            at++;
        } else if (style != ScalarStyle.PLAIN) {
            return start;
        }
        for (int seen = 0; seen < offset && at < text.length(); ) {
            if (singleQuoted && text.startsWith("''", at)) {
                at += 2;
                seen++;
            } else if (doubleQuoted && text.charAt(at) == '\\') {
                int length = escapeLength(at);
                seen += text.startsWith("\\U0001", at) ? 2 : 1;
                at += length;
            } else {
                at++;
                seen++;
            }
        }
        return new Position(
                file, start.line(), start.column() + text.codePointCount(from, Math.min(at, text.length())));
    }

    private int escapeLength(int at) {
        char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        return switch (kind) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }

    /**
     * Looks at the events, which cost no stack, before any nodes are composed, which do: and composing merges what a
     * {@code <<} names, which never ends where that is itself.
     *
     * @param events where they go
     * @return false when the document must not be composed; the problem is told
     */
    private boolean isTame(List<Event> events, Problems problems) {
        int depth = 0;
        int documents = 0;
        Expansion expansion = new Expansion();
        for (Event event : new Parse(settings).parseString(text)) {
            events.add(event);
            if (!expansion.take(event)) {
                problems.error(
                        event.getStartMark().map(this::position).orElseGet(this::start),
                        "the file's anchors and aliases expand to more than " + MAX_EXPANDED_NODES
                                + " nodes, or to themselves; write out what they stand for");
                return false;
            }
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                problems.error(
                        event.getStartMark().map(this::position).orElseGet(this::start),
                        "a second YAML document begins here; a contract is one document: remove the '---' or split the file");
                return false;
            } else if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                problems.error(
                        event.getStartMark().map(this::position).orElseGet(this::start),
                        "nested deeper than " + MAX_DEPTH + " levels; a contract needs fewer than 10");
                return false;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof ScalarEvent scalar && !isStorable(scalar.getValue())) {
                problems.error(
                        event.getStartMark().map(this::position).orElseGet(this::start),
                        "the text holds U+0000 or half a surrogate pair, which no XML has and not every database can"
                                + " store; remove it");
                return false;
            } else if (event instanceof ScalarEvent scalar && commandsTerminals(scalar.getValue())) {
                problems.error(
                        event.getStartMark().map(this::position).orElseGet(this::start),
                        "the text holds a control character, which a terminal would obey; remove it");
                return false;
            }
        }
        return true;
    }

    private static boolean isStorable(String value) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c) && !Character.isSupplementaryCodePoint(value.codePointAt(i++))) {
                return false;
            }
        }
        return true;
    }

    /** Paths, reasons and patterns are printed too. The separators of files, groups, records and units stay for 'join'. */
    private static boolean commandsTerminals(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c) && "\t\n\r\u001c\u001d\u001e\u001f\u0085".indexOf(c) < 0) {
                return true;
            }
        }
        return false;
    }

    /** Events that were parsed already, for the composer. */
    private static final class Replay implements Parser {

        private final List<Event> events;
        private int next;

        Replay(List<Event> events) {
            this.events = events;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return hasNext() && peekEvent().getEventId() == choice;
        }

        @Override
        public Event peekEvent() {
            return events.get(next);
        }

        @Override
        public boolean hasNext() {
            return next < events.size();
        }

        @Override
        public Event next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return events.get(next++);
        }
    }

    /** Counts the nodes that a reader will meet: those written, and at each alias again those that it stands for. */
    private static final class Expansion {

        /** A collection that has begun: its anchor, if it has one, and the nodes before it. */
        private record Open(@Nullable String anchor, long before) {}

        private final Deque<Open> open = new ArrayDeque<>();
        private final Map<String, Long> sizes = new HashMap<>();
        private long count;

        /** Returns false when there are too many, or an alias stands within what it stands for. */
        boolean take(Event event) {
            if (event instanceof AliasEvent alias) {
                String anchor = alias.getAlias().getValue();
                boolean within = open.stream().anyMatch(begun -> anchor.equals(begun.anchor()));
                // An alias of nothing is for the composer to tell.
                count += within ? MAX_EXPANDED_NODES : sizes.getOrDefault(anchor, 1L);
            } else if (event instanceof CollectionStartEvent start) {
                String anchor = start.getAnchor().map(Anchor::getValue).orElse(null);
                open.push(new Open(anchor, count++));
            } else if (event instanceof CollectionEndEvent) {
                Open ended = open.pop();
                if (ended.anchor() != null) {
                    sizes.put(ended.anchor(), count - ended.before());
                }
            } else if (event instanceof ScalarEvent scalar) {
                count++;
                scalar.getAnchor().ifPresent(anchor -> sizes.put(anchor.getValue(), 1L));
            }
            return count <= MAX_EXPANDED_NODES;
        }
    }

    private Position position(Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Position positionOf(int codePoints) {
        int end = text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Position(file, line, text.codePointCount(lineStart, end) + 1);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ");
    }
}
