package dev.millrace.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the contract file whose keys are asked for by name and kind. What is not as asked for is told to
 * {@link Problems} and then absent, so that reading goes on.
 */
final class Section {

    private static final int MOST = 999_999;
    /** As many as any database takes, or nearly; longer texts belong into documents. */
    static final int DESCRIPTION_CHARACTERS = 4_000;

    private static final Pattern COUNT = Pattern.compile("0|[1-9][0-9]{0,5}");

    private final String where;
    private final Position position;
    private final YamlText source;
    private final Problems problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();

    private Section(String where, Position position, YamlText source, Problems problems) {
        this.where = where;
        this.position = position;
        this.source = source;
        this.problems = problems;
    }

    /** The top of a file; null, with a problem told, if it is no mapping. */
    static @Nullable Section top(Node root, YamlText source, Problems problems, List<String> keys) {
        Section nothing = new Section("contract", source.position(root), source, problems);
        Section top = nothing.mapping("contract", root);
        return top == null ? null : top.knowing(keys);
    }

    /** What this is, in the words of messages: {@code column contact_base.con_id}. */
    String where() {
        return where;
    }

    /** Where its value begins. */
    Position position() {
        return position;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** All keys, in file order. */
    List<String> keys() {
        return List.copyOf(entries.keySet());
    }

    /** Where a key stands that {@link #has} knows. */
    Position keyPosition(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null ? position : source.position(entry.getKeyNode());
    }

    void error(Position at, String message) {
        problems.error(at, where + ": " + message);
    }

    /** Tells when a key is missing. */
    boolean require(String key) {
        if (!has(key)) {
            error(position, "the key " + MessageText.quoted(key) + " is missing");
        }
        return has(key);
    }

    /** A text that is not blank, or null if it is absent or no text. */
    @Nullable
    Scalar text(String key) {
        Node node = node(key);
        return node == null ? null : textOf(key, node);
    }

    /** What is written as its description, without white space around it; null if there is none, or it is wrong, which is told. */
    @Nullable
    String description() {
        Scalar written = text("description");
        if (written == null) {
            return null;
        }
        int characters = written.text().codePointCount(0, written.text().length());
        if (characters > DESCRIPTION_CHARACTERS) {
            error(
                    written.position(),
                    "description has " + characters + " characters; it may have " + DESCRIPTION_CHARACTERS
                            + ", since databases keep it as a comment: shorten it");
            return null;
        }
        return written.text().strip();
    }

    /** A text that may be blank, for separators. */
    @Nullable
    Scalar rawText(String key) {
        Scalar scalar = scalar(key);
        if (scalar != null && scalar.kind() != Scalar.Kind.TEXT) {
            notText(key, scalar);
            return null;
        }
        return scalar;
    }

    /** Any scalar. */
    @Nullable
    Scalar scalar(String key) {
        Node node = node(key);
        return node == null ? null : scalarOf(key, node, "one value");
    }

    /** true or false. */
    @Nullable
    Boolean flag(String key) {
        Node node = node(key);
        Scalar scalar = node == null ? null : scalarOf(key, node, "true or false");
        if (scalar == null) {
            return null;
        }
        if (scalar.kind() != Scalar.Kind.BOOLEAN) {
            error(scalar.position(), key + " is " + scalar.found() + "; it must be true or false");
            return null;
        }
        return scalar.isTrue();
    }

    /** A whole number from 0 to 999999; null when it is absent, or wrong, which is told. */
    @Nullable
    Integer count(String key) {
        Node node = node(key);
        Scalar scalar = node == null ? null : scalarOf(key, node, "a whole number");
        if (scalar == null) {
            return null;
        }
        boolean whole = scalar.kind() == Scalar.Kind.NUMBER
                && COUNT.matcher(scalar.text()).matches();
        if (!whole) {
            error(scalar.position(), key + " is " + scalar.found() + "; it must be a whole number from 0 to " + MOST);
        }
        return whole ? Integer.valueOf(scalar.text()) : null;
    }

    /** One of the words of an enum; a YAML null stands for the word null. */
    <E extends Enum<E>> @Nullable E choice(String key, Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> words = Arrays.stream(constants).map(MessageText::of).toList();
        int chosen = choice(key, words);
        return chosen < 0 ? null : constants[chosen];
    }

    /** As {@link #choice}, for an enum with TRUE and FALSE: they are written as truth values. */
    <E extends Enum<E>> @Nullable E flagOr(String key, Class<E> type) {
        Node node = node(key);
        Scalar scalar = node == null ? null : scalarOf(key, node, "true or false");
        if (scalar == null || scalar.isNull()) {
            return scalar == null ? null : choice(key, type);
        }
        if (scalar.kind() == Scalar.Kind.BOOLEAN) {
            return Enum.valueOf(type, scalar.isTrue() ? "TRUE" : "FALSE");
        }
        return choice(key, type);
    }

    /** The index of a word among those allowed, or -1. */
    int choice(String key, List<String> words) {
        Node node = node(key);
        Scalar scalar = node == null ? null : scalarOf(key, node, "one of " + String.join(", ", words));
        if (scalar == null) {
            return -1;
        }
        String word = scalar.isNull() ? "null" : scalar.text();
        boolean wordLike = scalar.kind() == Scalar.Kind.TEXT || scalar.isNull();
        int index = wordLike ? words.indexOf(word) : -1;
        if (index < 0) {
            error(scalar.position(), key + " is " + scalar.found() + MessageText.instead(word, "allowed", words));
        }
        return index;
    }

    /** One text or a list of texts, none blank; empty if absent. */
    List<Scalar> texts(String key) {
        Node node = node(key);
        return node == null ? List.of() : textsOf(key, node);
    }

    /** One value or a list of values, each with a text as it is written, which is not empty; empty if absent. */
    List<Scalar> scalars(String key) {
        Node node = node(key);
        List<Scalar> scalars = new ArrayList<>();
        if (node == null) {
            return scalars;
        }
        for (Node item : node instanceof SequenceNode list ? list.getValue() : List.of(node)) {
            Scalar scalar = scalarOf(key, item, "a text, or a list of texts");
            if (scalar != null && scalar.text().isEmpty()) {
                error(scalar.position(), key + " holds an empty text, of which 'empty' says what it is; remove it");
            } else if (scalar != null) {
                scalars.add(scalar);
            }
        }
        return scalars;
    }

    /** Like {@link #texts}, but an empty list is a problem. */
    List<Scalar> someTexts(String key) {
        Node node = node(key);
        return node == null ? List.of() : someTextsOf(key, node);
    }

    /** As {@link #someTexts}, for URIs of namespaces: one of several may be empty, which is no namespace. */
    List<String> namespaces(String key) {
        List<String> namespaces = new ArrayList<>();
        if (node(key) instanceof SequenceNode list && list.getValue().size() > 1) {
            for (Node item : list.getValue()) {
                boolean isNone = item instanceof ScalarNode scalar
                        && scalar.getScalarStyle() != ScalarStyle.PLAIN
                        && scalar.getValue().isEmpty();
                Scalar uri = isNone ? null : textOf(key, item);
                if (isNone || uri != null) {
                    namespaces.add(uri == null ? "" : uri.text());
                }
            }
            return namespaces;
        }
        someTexts(key).forEach(uri -> namespaces.add(uri.text()));
        return namespaces;
    }

    /** A list whose items are a text or a list of texts. A text alone is a list of one. */
    List<List<Scalar>> textLists(String key) {
        Node node = node(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode list)) {
            Scalar only = textOf(key, node);
            return only == null ? List.of() : List.of(List.of(only));
        }
        List<List<Scalar>> lists = new ArrayList<>();
        for (Node item : list.getValue()) {
            List<Scalar> texts = someTextsOf(key, item);
            if (!texts.isEmpty()) {
                lists.add(texts);
            }
        }
        return lists;
    }

    /** A mapping with these keys; null if absent or no mapping. */
    @Nullable
    Section section(String key, String itsWhere, List<String> keys) {
        Section section = section(key, itsWhere);
        return section == null ? null : section.knowing(keys);
    }

    /** A mapping whose keys are names of the user's. */
    @Nullable
    Section section(String key, String itsWhere) {
        Node node = node(key);
        return node == null ? null : mapping(itsWhere, node);
    }

    /** A list of mappings with these keys; empty if absent. */
    List<Section> sections(String key, String itsWhere, List<String> keys) {
        Node node = node(key);
        List<Section> sections = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            int number = 1;
            for (Node item : list.getValue()) {
                Section section = mapping(itsWhere + " " + number++, item);
                if (section != null) {
                    sections.add(section.knowing(keys));
                }
            }
        } else if (node != null) {
            error(source.position(node), key + " is " + found(node) + "; it must be a list");
        }
        return sections;
    }

    /** Whether a key's value is a mapping. */
    boolean isSection(String key) {
        return entries.get(key) != null && entries.get(key).getValueNode() instanceof MappingNode;
    }

    /** Whether a key's value is a list without items. */
    boolean isEmptyList(String key) {
        return node(key) instanceof SequenceNode list && list.getValue().isEmpty();
    }

    /** Tells every key that is not known. */
    Section knowing(List<String> known) {
        for (String key : entries.keySet()) {
            if (!known.contains(key)) {
                error(
                        keyPosition(key),
                        "unknown key " + MessageText.quoted(key)
                                + KeysElsewhere.hint(key, known)
                                + MessageText.instead(key, "known here", known));
            }
        }
        return this;
    }

    private @Nullable Node node(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null ? null : entry.getValueNode();
    }

    private @Nullable Section mapping(String itsWhere, Node node) {
        if (!(node instanceof MappingNode mapping) || !mapping.getTag().equals(Tag.MAP)) {
            problems.error(
                    source.position(node),
                    itsWhere + ": found " + found(node) + "; it must be a mapping of keys to values");
            return null;
        }
        Section section = new Section(itsWhere, source.position(node), source, problems);
        List<NodeTuple> tuples = mapping.getValue();
        for (int i = 0; i < tuples.size(); i++) {
            int last = endOfCutText(tuples, i);
            section.add(last == i ? tuples.get(i) : section.mended(tuples.get(i), tuples.get(last)));
            i = last;
        }
        return section;
    }

    /**
     * In {@code { path: concat(a, b), type: text }} the comma ends the path, and {@code b)} is a key without a value. Which entry has the
     * end of a text that is so cut; the entry itself where none is.
     */
    private static int endOfCutText(List<NodeTuple> tuples, int first) {
        if (!(tuples.get(first).getValueNode() instanceof ScalarNode value)
                || value.getScalarStyle() != ScalarStyle.PLAIN) {
            return first;
        }
        int open = openBrackets(value.getValue());
        for (int i = first + 1; open > 0 && i < tuples.size(); i++) {
            Node empty = tuples.get(i).getValueNode();
            if (!(tuples.get(i).getKeyNode() instanceof ScalarNode part)
                    || !empty.getTag().equals(Tag.NULL)) {
                return first;
            }
            open += openBrackets(part.getValue());
            if (open == 0) {
                return i;
            }
        }
        return first;
    }

    private static int openBrackets(String text) {
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        }
        return open;
    }

    /** Tells of a text that is cut at a comma, and goes on with all of it, so that nothing else is told of its parts. */
    private NodeTuple mended(NodeTuple first, NodeTuple last) {
        ScalarNode value = (ScalarNode) first.getValueNode();
        String whole = source.written(value, last.getKeyNode()).replaceAll("\\s+", " ");
        String key = first.getKeyNode() instanceof ScalarNode name ? name.getValue() : "";
        error(
                source.position(value),
                key + " is cut at its comma, since it is not in quotes; write " + key + ": " + inQuotes(whole));
        return new NodeTuple(
                first.getKeyNode(),
                new ScalarNode(Tag.STR, true, whole, ScalarStyle.PLAIN, value.getStartMark(), value.getEndMark()));
    }

    /** In double quotes, or where these would have to be escaped, in single ones. */
    private static String inQuotes(String text) {
        return text.contains("\"") || text.contains("\\") ? "'" + text.replace("'", "''") + "'" : "\"" + text + "\"";
    }

    private void add(NodeTuple tuple) {
        Position at = source.position(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
            error(at, "a key is " + found(tuple.getKeyNode()) + "; it must be a text");
            return;
        }
        String key = keyNode.getValue();
        NodeTuple first = entries.putIfAbsent(key, tuple);
        if (first != null) {
            error(
                    at,
                    "the key " + MessageText.quoted(key) + " stands here twice; the first is in line "
                            + source.position(first.getKeyNode()).line() + ": remove one");
        }
    }

    private @Nullable Scalar scalarOf(String key, Node node, String expected) {
        Scalar scalar = node instanceof ScalarNode scalarNode ? Scalar.of(scalarNode, source) : null;
        if (scalar == null) {
            error(source.position(node), key + " is " + found(node) + "; it must be " + expected);
        }
        return scalar;
    }

    private @Nullable Scalar textOf(String key, Node node) {
        Scalar scalar = scalarOf(key, node, "a text");
        if (scalar == null) {
            return null;
        }
        if (scalar.kind() != Scalar.Kind.TEXT) {
            notText(key, scalar);
            return null;
        }
        if (scalar.text().isBlank()) {
            error(scalar.position(), key + " is blank; give it a text, or leave it out");
            return null;
        }
        return scalar;
    }

    private void notText(String key, Scalar scalar) {
        String quotes = scalar.isNull() ? ", or leave it out" : ": put it in quotes";
        error(scalar.position(), key + " is " + scalar.found() + "; it must be a text" + quotes);
    }

    private List<Scalar> someTextsOf(String key, Node node) {
        if (node instanceof SequenceNode list && list.getValue().isEmpty()) {
            error(source.position(node), key + " is an empty list; give it an item, or leave it out");
        }
        return textsOf(key, node);
    }

    private List<Scalar> textsOf(String key, Node node) {
        List<Scalar> texts = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            for (Node item : list.getValue()) {
                Scalar text = textOf(key, item);
                if (text != null) {
                    texts.add(text);
                }
            }
        } else {
            Scalar text = textOf(key, node);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    private String found(Node node) {
        if (node instanceof MappingNode mapping && mapping.getTag().equals(Tag.MAP)) {
            return "a mapping";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        Scalar scalar = node instanceof ScalarNode scalarNode ? Scalar.of(scalarNode, source) : null;
        return scalar == null
                ? "a value with the tag " + MessageText.quoted(node.getTag().getValue())
                : scalar.found();
    }
}
