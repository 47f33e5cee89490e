package dev.millrace.contract;

import dev.millrace.contract.ContractNode.Comment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A contract as it is written: every key and value with its place, its layout and its comments. It is what {@link ContractReader}
 * reads, and what is edited: an edit is a small change of the text, and every other byte stays as it is.
 *
 * <pre>{@code
 * ContractText contract = ContractText.read(Path.of("orders.yaml"));
 * ContractNode columns = contract.at("tables", "orders", "columns");
 * ContractEdit edit = contract.add(columns, "note", NewNode.mapping()
 *         .put("path", NewNode.text("@note"))
 *         .put("type", NewNode.literal("text")));
 * Files.writeString(Path.of("orders.yaml"), edit.after().text());
 * MappingContract compiled = ContractReader.read(edit.after(), LedgerNames.DEFAULT).contract();
 * }</pre>
 *
 * <p>It need not be a contract without errors: it is one YAML document, and {@link ContractReader#read(ContractText, LedgerNames)}
 * tells what is wrong with it. An edit that would not give the meant YAML is refused: each is parsed again, and must differ from
 * what was before in what was asked for alone.
 *
 * <p>Immutable, and so safe for threads. No argument may be null.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ContractText {

    private final TextLines lines;
    private final String name;
    private final YamlText source;
    private final Node composed;
    private final ContractTree.Made tree;

    private ContractText(TextLines lines, String name, YamlText source, YamlText.Parsed parsed) {
        this.lines = lines;
        this.name = name;
        this.source = source;
        composed = parsed.root();
        tree = ContractTree.of(lines, parsed.events());
    }

    /**
     * A contract's text.
     *
     * @param text YAML or JSON; a byte order mark at its start is kept
     * @param name stands for the file in positions
     * @throws ContractException when it is no YAML document
     */
    public static ContractText of(String text, String name) throws ContractException {
        Problems problems = new Problems();
        ContractText read = of(text, name, problems);
        if (read == null) {
            throw new ContractException(problems.inFileOrder());
        }
        return read;
    }

    /**
     * Reads a file, which must be UTF-8.
     *
     * @throws IOException when the file cannot be read
     * @throws ContractException when it is no YAML document
     */
    public static ContractText read(Path file) throws IOException, ContractException {
        String name = file.toString();
        checkSize(Files.size(file), name);
        return of(Files.readAllBytes(file), name);
    }

    /**
     * As {@link #read}, for a file that somebody else has read.
     *
     * @param utf8 all of the file
     * @param name stands for the file in positions
     * @throws ContractException when it is no YAML document
     */
    public static ContractText of(byte[] utf8, String name) throws ContractException {
        checkSize(utf8.length, name);
        return of(decode(utf8, name), name);
    }

    private static void checkSize(long bytes, String name) throws ContractException {
        if (bytes > YamlText.MAX_BYTES) {
            throw broken(name, 1, 1, "the file has " + bytes + " bytes; a contract may have " + YamlText.MAX_BYTES);
        }
    }

    /**
     * Writes a new contract. As with one that is read, what is wrong with it, such as a key that is there twice, is for
     * {@link ContractReader} to tell.
     *
     * @throws ContractException when it holds what no contract can, such as a control character that terminals obey
     */
    public static ContractText write(NewNode.Mapping contract, String name) throws ContractException {
        ContractText written =
                of(contract.isEmpty() && contract.needsInnerLines() ? contract + "{}\n" : contract.toString(), name);
        Shape meant = Shape.of(contract);
        if (!Shape.of(written.top()).equals(meant)) {
            throw new IllegalStateException("the contract does not read back as it was meant");
        }
        return written;
    }

    /** Null, with the problem told, when it is no YAML document. */
    static @Nullable ContractText of(String text, String name, Problems problems) {
        TextLines lines = new TextLines(text, name);
        YamlText source = new YamlText(text.substring(lines.start()), name);
        YamlText.Parsed parsed = source.parse(problems);
        return parsed == null ? null : new ContractText(lines, name, source, parsed);
    }

    /** The whole text, as it was given. As UTF-8 it is the file. */
    public String text() {
        return lines.text();
    }

    /** What stands for the file in positions. */
    public String name() {
        return name;
    }

    /** The node of the whole contract. */
    public ContractNode top() {
        return tree.top();
    }

    /** All comments in the order of the text, also those that belong to no entry. */
    public List<Comment> comments() {
        return tree.comments();
    }

    /** The node at a path, as it is written: a path does not lead through an alias. Of two entries with one key it is the first. */
    public Optional<ContractNode> find(KeyPath path) {
        Optional<ContractNode> found = Optional.of(top());
        for (String step : path.steps()) {
            found = found.flatMap(node -> node.entry(step));
        }
        return found;
    }

    /**
     * The node at a path that is there.
     *
     * @throws NoSuchElementException when there is none
     */
    public ContractNode at(String... path) {
        KeyPath keys = KeyPath.of(path);
        return find(keys).orElseThrow(() -> new NoSuchElementException("nothing is at " + keys));
    }

    /** The innermost node whose entry, from its key to its value's end, holds this offset; the top if none does. */
    public ContractNode nodeAt(int offset) {
        ContractNode found = top();
        while (true) {
            ContractNode within = null;
            for (ContractNode entry : found.entries()) {
                if (entry.entryStart <= offset && offset <= entry.end()) {
                    within = entry;
                }
            }
            if (within == null) {
                return found;
            }
            found = within;
        }
    }

    /** The line and column of an offset. */
    public Position position(int offset) {
        return lines.position(Objects.checkIndex(offset, text().length() + 1));
    }

    /** The offset of a line and a column, such as those of a problem; the nearest that there is. */
    public int offset(Position position) {
        return lines.offset(position.line(), position.column());
    }

    // Edits

    /**
     * Gives a node another value. A scalar stays in its quotes, if it has some. A value that is there already changes nothing.
     *
     * @throws EditRefusedException when the value cannot be written there
     */
    public ContractEdit set(ContractNode node, NewNode value) throws EditRefusedException {
        return new ContractEditor(this).set(mine(node), value);
    }

    /** Adds an entry at the end of a mapping, as its other entries are laid out. */
    public ContractEdit add(ContractNode mapping, String key, NewNode value) throws EditRefusedException {
        return add(mapping, mapping.entries().size(), key, value);
    }

    /**
     * Adds an entry to a mapping, as its other entries are laid out.
     *
     * @param index how many entries are before it
     * @throws EditRefusedException when the key is there already, the node is no mapping, or the entry cannot be written there
     */
    public ContractEdit add(ContractNode mapping, int index, String key, NewNode value) throws EditRefusedException {
        Objects.checkIndex(index, mapping.entries().size() + 1);
        return new ContractEditor(this).add(mine(mapping), index, key, value);
    }

    /** Adds an item to a sequence, as its other items are laid out; otherwise like {@link #add(ContractNode, int, String, NewNode)}. */
    public ContractEdit addItem(ContractNode sequence, int index, NewNode value) throws EditRefusedException {
        Objects.checkIndex(index, sequence.entries().size() + 1);
        return new ContractEditor(this).add(mine(sequence), index, null, value);
    }

    /**
     * Removes an entry or an item, with the comments above and beside it. The last of a collection leaves {@code {}} or {@code []}.
     *
     * @throws EditRefusedException when an alias stands for what is in it, or it is the top
     */
    public ContractEdit remove(ContractNode node) throws EditRefusedException {
        return new ContractEditor(this).remove(mine(node));
    }

    /**
     * Gives an entry another key. What refers to the old one, such as a {@code ref}, does not change with it.
     *
     * @throws EditRefusedException when the key is there already, or the node has none
     */
    public ContractEdit rename(ContractNode node, String key) throws EditRefusedException {
        return new ContractEditor(this).rename(mine(node), key);
    }

    /**
     * Sets the comment above an entry, in place of the one that is there.
     *
     * @param text lines that are wrapped; "" removes it
     * @throws EditRefusedException when the entry does not begin its line
     */
    public ContractEdit commentAbove(ContractNode node, String text) throws EditRefusedException {
        return new ContractEditor(this).commentAbove(mine(node), text);
    }

    /**
     * Sets the comment behind an entry on its line, in place of the one that is there; for a block it is behind the key.
     *
     * @param text one line; "" removes it
     * @throws EditRefusedException when something else is behind it on its line
     */
    public ContractEdit commentBeside(ContractNode node, String text) throws EditRefusedException {
        return new ContractEditor(this).commentBeside(mine(node), text);
    }

    /**
     * The contract after a change of its text, such as one that was undone or typed.
     *
     * @throws ContractException when it is no YAML document any more
     * @throws IllegalArgumentException when the change is not for this text
     */
    public ContractText apply(TextEdit change) throws ContractException {
        return of(change.applyTo(text()), name);
    }

    /** What differs in {@code other}: see {@link ContractChange}. */
    public List<ContractChange> changesTo(ContractText other) {
        return ContractChange.between(this, other);
    }

    @Override
    public String toString() {
        return "contract " + name;
    }

    // For the reader

    TextLines lines() {
        return lines;
    }

    YamlText source() {
        return source;
    }

    /** The nodes with what their aliases and merge keys stand for: what the reader reads. */
    Node composed() {
        return composed;
    }

    private ContractNode mine(ContractNode node) {
        ContractNode up = node;
        while (up.parent != null) {
            up = up.parent;
        }
        if (up != top()) {
            throw new IllegalArgumentException("the node is of another text: " + node);
        }
        return node;
    }

    private static String decode(byte[] bytes, String name) throws ContractException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            String good = out.toString();
            int line = (int) good.chars().filter(c -> c == '\n').count() + 1;
            int lineStart = good.lastIndexOf('\n') + 1;
            int column = good.codePointCount(lineStart, good.length()) + 1;
            throw broken(
                    name,
                    line,
                    column,
                    String.format(
                            "the byte 0x%02X is not UTF-8 here; save the file as UTF-8", bytes[in.position()] & 0xFF));
        }
        return out.toString();
    }

    private static ContractException broken(String name, int line, int column, String message) {
        Position at = new Position(name, line, column);
        return new ContractException(List.of(new ContractProblem(ContractProblem.Severity.ERROR, at, message)));
    }
}
