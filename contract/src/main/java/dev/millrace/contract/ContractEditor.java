package dev.millrace.contract;

import dev.millrace.contract.ContractNode.Comment;
import dev.millrace.contract.ContractNode.Kind;
import dev.millrace.contract.ContractNode.Style;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text edit for what is asked for, and makes sure of it: the edited text is parsed again, and its tree must be the one
 * that was meant, with all comments that were not to go. So the layout here may miss a case, but never spoil a contract.
 */
final class ContractEditor {

    private final ContractText contract;
    private final TextLines lines;
    private final String text;
    private final String lineBreak;
    private final NodePrinter printer;

    ContractEditor(ContractText contract) {
        this.contract = contract;
        lines = contract.lines();
        text = lines.text();
        lineBreak = lines.lineBreak();
        printer = new NodePrinter(lineBreak, isJson(contract.top()), step(contract.top()));
    }

    // Values

    ContractEdit set(ContractNode node, NewNode value) throws EditRefusedException {
        Shape meant = Shape.of(value);
        if (Shape.meaning(node).equals(meant)) {
            return new ContractEdit(contract, new TextEdit(node.content, "", ""), contract);
        }
        refuse(node.parent == null, "the whole contract cannot be replaced; set what is in it");
        refuse(!value.beside.isEmpty(), "a comment beside a value is set by an edit of its own");
        refuse(meant.hasKeyTwice(), "a key is there twice in one mapping");
        refuse(node.isInFlow() && value.needsLines(), at(node) + " is within braces, which have no room for comments");
        boolean block = !node.isInFlow() && isBlock(value, node, node.isBlock() ? List.of(node) : siblings(node));
        Shape instead = meant.with(node.properties);
        Set<Comment> gone = commentsWithin(node.content, node.end());
        return block ? setBlock(node, value, instead, gone) : setInline(node, inline(node, value), node, instead, gone);
    }

    private String inline(ContractNode node, NewNode value) {
        boolean inFlow = node.isInFlow();
        if (!(value instanceof NewNode.Scalar scalar)) {
            return inFlow ? printer.withinFlow(value) : printer.flow(value);
        }
        boolean isText = scalar.form == NewNode.Scalar.Form.TEXT || scalar.form == NewNode.Scalar.Form.EXPRESSION;
        return isText && node.isScalar() ? inStyle(node.style, scalar.text, inFlow) : printer.scalar(scalar, inFlow);
    }

    /** A text as the one before it was written, where it can be. */
    private String inStyle(Style style, String value, boolean inFlow) {
        String single = style == Style.SINGLE_QUOTED ? NodePrinter.singleQuoted(value) : null;
        if (single != null) {
            return single;
        }
        boolean quoted = style == Style.SINGLE_QUOTED || style == Style.DOUBLE_QUOTED;
        return quoted ? NodePrinter.quoted(value) : printer.scalar(NewNode.expression(value), inFlow);
    }

    /** Replaces a value by one that is on its line. */
    private ContractEdit setInline(
            ContractNode node, String value, ContractNode changed, Shape instead, Set<Comment> gone)
            throws EditRefusedException {
        int line = lines.lineStart(node.content);
        Comment beside = node.beside().orElse(null);
        if (node.isBlockScalar()) {
            boolean inHeader = beside != null && beside.span().start() < lines.lineEnd(node.content);
            Comment kept = inHeader ? beside : null;
            gone.remove(kept);
            return made(node.content, node.end(), value + behind(kept), changed, instead, gone);
        }
        int separator = separatorEnd(node);
        if (node.isBlock() && separator >= 0 && line > separator) {
            // The value moves up to its key, before the comment that is beside that.
            gone.addAll(commentsWithin(lines.lineEnd(separator), node.content));
            String properties = node.properties.isEmpty() ? "" : " " + node.properties;
            return made(separator, node.end(), properties + " " + value + behind(beside), changed, instead, gone);
        }
        boolean nothing = node.content == node.end();
        String before = nothing && separator < 0 && node.key != null
                ? ": "
                : nothing && node.content > 0 && !isBlank(text.charAt(node.content - 1)) ? " " : "";
        String after = text.startsWith("#", node.end()) ? " " : "";
        return made(node.content, node.end(), before + value + after, changed, instead, gone);
    }

    /** Replaces a value by one that is below its key. */
    private ContractEdit setBlock(ContractNode node, NewNode value, Shape instead, Set<Comment> gone)
            throws EditRefusedException {
        int separator = separatorEnd(node);
        int column = node.content - lines.lineStart(node.content);
        boolean isItem = node.key == null;
        if (isItem || node.isBlock() && column > keyColumn(node)) {
            String block = printer.block(value, column);
            String first = block.startsWith(" ".repeat(column)) ? block.substring(column) : block;
            return made(node.content, node.end(), withoutBreak(first), node, instead, gone);
        }
        Comment beside = node.beside().orElse(null);
        String properties = node.properties.isEmpty() ? "" : " " + node.properties;
        String block = printer.block(value, keyColumn(node) + printer.step());
        int end = beside != null && beside.span().start() >= node.end()
                ? beside.span().end()
                : node.end();
        gone.remove(beside);
        return made(
                separator < 0 ? node.content : separator,
                end,
                properties + behind(beside) + lineBreak + withoutBreak(block),
                node,
                instead,
                gone);
    }

    // Entries

    ContractEdit add(ContractNode parent, int index, @Nullable String key, NewNode value) throws EditRefusedException {
        refuse(parent.kind() == Kind.ALIAS, at(parent) + " is an alias; edit what it stands for");
        refuse(
                parent.kind() != (key == null ? Kind.SEQUENCE : Kind.MAPPING),
                at(parent) + " is no " + (key == null ? "list" : "mapping") + "; set it to one");
        refuse(
                key != null && parent.entry(key).isPresent(),
                "the key " + MessageText.quoted(String.valueOf(key)) + " is there already");
        Shape meant = Shape.of(value);
        refuse(meant.hasKeyTwice(), "a key is there twice in one mapping");
        Shape instead = Shape.of(parent).plus(index, String.valueOf(key), meant);
        if (parent.isFlow()) {
            refuse(parent.bare, at(parent) + " is a pair without braces; write them first");
            refuse(value.needsLines(), at(parent) + " is in braces, which have no room for comments");
            String entry = key == null ? printer.withinFlow(value) : printer.flowEntry(NewNode.text(key), value);
            return addInFlow(parent, index, entry, instead);
        }
        boolean inFlow = parent.isInFlow();
        refuse(inFlow, at(parent) + " is within braces");
        return addInBlock(parent, index, key, value, instead);
    }

    private ContractEdit addInFlow(ContractNode parent, int index, String entry, Shape instead)
            throws EditRefusedException {
        List<ContractNode> entries = parent.entries();
        if (entries.isEmpty()) {
            int inner = parent.content + 1;
            boolean blank = text.substring(inner, parent.end() - 1).isBlank();
            boolean padded = parent.kind() == Kind.MAPPING;
            return made(
                    blank ? inner : parent.end() - 1,
                    parent.end() - 1,
                    padded && blank ? " " + entry + " " : blank ? entry : entry + " ",
                    parent,
                    instead,
                    Set.of());
        }
        ContractNode first = entries.get(0);
        boolean ownLines = entries.stream().allMatch(this::beginsLine);
        String indent = lineBreak + text.substring(lines.lineStart(first.entryStart), first.entryStart);
        if (index == 0) {
            int top = ownLines ? top(first) : first.entryStart;
            return insert(top, entry + "," + (ownLines ? indent : " "), parent, instead);
        }
        ContractNode previous = entries.get(index - 1);
        int comma = comma(parent, index - 1);
        if (!ownLines) {
            return insert(previous.end(), ", " + entry, parent, instead);
        }
        if (comma >= 0) {
            return insert(lines.lineEnd(comma), indent + entry + ",", parent, instead);
        }
        int end = endWithComment(previous);
        return made(
                previous.end(),
                end,
                "," + text.substring(previous.end(), end) + indent + entry,
                parent,
                instead,
                Set.of());
    }

    private ContractEdit addInBlock(ContractNode parent, int index, @Nullable String key, NewNode value, Shape instead)
            throws EditRefusedException {
        List<ContractNode> entries = parent.entries();
        ContractNode first = entries.get(0);
        int column = first.entryStart - lines.lineStart(first.entryStart);
        boolean block = isBlock(value, null, entries);
        String written = key == null
                ? printer.item(value, column, block)
                : " ".repeat(column)
                        + printer.entry(NewNode.text(key), value, column, block ? 0 : width(entries), block);
        String apart = areApart(entries) ? lineBreak : "";
        if (index > 0) {
            int end = lines.lineEnd(entries.get(index - 1).end());
            return insert(end, lineBreak + apart + withoutBreak(written), parent, instead);
        }
        if (beginsLine(first)) {
            return insert(lines.lineStart(top(first)), written + apart, parent, instead);
        }
        return insert(first.entryStart, written.substring(column) + " ".repeat(column), parent, instead);
    }

    ContractEdit remove(ContractNode node) throws EditRefusedException {
        ContractNode parent = node.parent;
        if (parent == null) {
            throw new EditRefusedException("the whole contract cannot be removed");
        }
        Shape instead = Shape.of(parent).without(node.index);
        // Of a block, the comment behind its last entry goes with that.
        Set<Comment> gone = commentsWithin(node.entryStart, node.isBlock() ? lines.lineEnd(node.end()) : node.end());
        gone.addAll(node.above());
        node.beside().ifPresent(gone::add);
        if (parent.isFlow()) {
            refuse(parent.bare, at(parent) + " is a pair without braces; remove it as a whole");
            return removeFromFlow(parent, node, instead, gone);
        }
        List<ContractNode> entries = parent.entries();
        if (entries.size() == 1) {
            return setInline(parent, parent.kind() == Kind.MAPPING ? "{}" : "[]", parent, instead, gone);
        }
        if (!beginsLine(node) && node.index + 1 < entries.size()) {
            int next = nextStart(node, entries.get(node.index + 1), gone);
            return made(node.entryStart, next, "", parent, instead, gone);
        }
        int from = lines.lineStart(top(node));
        int to = lines.nextLine(node.end());
        boolean lastLine = to == text.length() && lines.lineEnd(node.end()) == to;
        if (lastLine && from > lines.start()) {
            // A file without a line break at its end stays one.
            from = lines.beforeBreak(from);
        } else if (from > lines.start()
                && isBlankLine(lines.beforeBreak(from))
                && (to == text.length() || isBlankLine(to))) {
            from = lines.lineStart(lines.beforeBreak(from));
        }
        return made(from, to, "", parent, instead, gone);
    }

    private ContractEdit removeFromFlow(ContractNode parent, ContractNode node, Shape instead, Set<Comment> gone)
            throws EditRefusedException {
        List<ContractNode> entries = parent.entries();
        if (entries.size() == 1) {
            return made(parent.content + 1, parent.end() - 1, "", parent, instead, gone);
        }
        int comma = comma(parent, node.index);
        if (comma < 0) {
            ContractNode previous = entries.get(node.index - 1);
            Comment kept = previous.beside()
                    .filter(comment -> comment.span().start() >= previous.end())
                    .orElse(null);
            return made(previous.end(), endWithComment(node), behind(kept), parent, instead, gone);
        }
        ContractNode next = node.index + 1 < entries.size() ? entries.get(node.index + 1) : null;
        int line = lines.lineEnd(comma);
        boolean nextIsBehind = next != null ? next.entryStart < line : parent.end() <= line;
        if (beginsLine(node) && !nextIsBehind) {
            return made(lines.lineStart(top(node)), lines.nextLine(comma), "", parent, instead, gone);
        }
        int to = next == null ? comma + 1 : nextStart(node, next, gone);
        return made(node.entryStart, to, "", parent, instead, gone);
    }

    ContractEdit rename(ContractNode node, String name) throws EditRefusedException {
        ContractNode key = node.key;
        ContractNode parent = node.parent;
        if (key == null || parent == null || !key.isScalar()) {
            throw new EditRefusedException(at(node) + " has no key that can be renamed");
        }
        if (key.text.equals(name)) {
            return new ContractEdit(contract, new TextEdit(key.content, "", ""), contract);
        }
        refuse(parent.entry(name).isPresent(), "the key " + MessageText.quoted(name) + " is there already");
        String single = key.style == Style.SINGLE_QUOTED ? NodePrinter.singleQuoted(name) : null;
        String written = single != null
                ? single
                : key.style == Style.PLAIN
                        ? printer.key(NewNode.expression(name), node.isInFlow())
                        : NodePrinter.quoted(name);
        Shape instead = Shape.of(parent).renamed(node.index, name);
        return made(key.content, key.end(), written, parent, instead, Set.of());
    }

    // Comments

    ContractEdit commentAbove(ContractNode node, String comment) throws EditRefusedException {
        refuse(
                node.parent == null || !beginsLine(node),
                at(node) + " does not begin its line, so that no comment can be above it alone");
        int from = lines.lineStart(top(node));
        int to = lines.lineStart(node.entryStart);
        String above = comment.isBlank() ? "" : printer.comment(comment, node.entryStart - to);
        return made(from, to, above, node, Shape.of(node), Set.copyOf(node.above()));
    }

    ContractEdit commentBeside(ContractNode node, String comment) throws EditRefusedException {
        refuse(node.parent == null, "a comment is beside an entry, not the whole contract");
        String written = comment.isBlank() ? "" : NodePrinter.comment(comment);
        Comment old = node.beside().orElse(null);
        if (old != null) {
            int from = old.span().start();
            while (written.isEmpty() && isBlank(text.charAt(from - 1))) {
                from--;
            }
            return made(from, old.span().end(), written, node, Shape.of(node), Set.of(old));
        }
        int place = node.isBlock() || node.isBlockScalar() ? separatorEnd(node) : node.end();
        int line = lines.lineEnd(place);
        boolean onItsLine = node.isBlockScalar() || node.isBlock() && node.content > line;
        String behind = text.substring(place, line);
        boolean isFree = node.isBlock() || node.isBlockScalar()
                ? onItsLine
                : behind.isBlank() || behind.strip().equals(",");
        refuse(place < 0 || !isFree, "something else is behind " + at(node) + " on its line");
        int end = place + behind.stripTrailing().length();
        return insert(end, written.isEmpty() ? "" : "  " + written, node, Shape.of(node));
    }

    // The edit, and whether it is what was meant

    private ContractEdit insert(int at, String inserted, ContractNode changed, Shape instead)
            throws EditRefusedException {
        return made(at, at, inserted, changed, instead, Set.of());
    }

    private ContractEdit made(int from, int to, String inserted, ContractNode changed, Shape instead, Set<Comment> gone)
            throws EditRefusedException {
        TextEdit edit = new TextEdit(from, text.substring(from, to), inserted).smallest();
        ContractText after;
        try {
            after = contract.apply(edit);
        } catch (ContractException fault) {
            String problem = fault.problems().get(0).message();
            throw new EditRefusedException(MessageText.oneLine(
                    problem.contains("undefined alias")
                            ? at(changed) + ": an alias further down stands for what would go; write it out there first"
                            : at(changed) + ": the edit would leave what is " + problem));
        }
        refuse(
                !Shape.of(after.top()).equals(Shape.of(contract.top(), changed, instead)),
                at(changed) + ": the edit would change something else too, or not give what was meant");
        refuse(!keepsComments(after, from, to, gone), at(changed) + ": the edit would change a comment beside it");
        return new ContractEdit(contract, edit, after);
    }

    /** The comments before the edit and behind it stay as they are, and within it those that were not to go are still there. */
    private boolean keepsComments(ContractText after, int from, int to, Set<Comment> gone) {
        List<String> left =
                new ArrayList<>(after.comments().stream().map(Comment::text).toList());
        List<Comment> behind = new ArrayList<>();
        List<Comment> within = new ArrayList<>();
        for (Comment comment : contract.comments()) {
            int start = comment.span().start();
            if (start >= to) {
                behind.add(comment);
            } else if (start >= from) {
                within.add(comment);
            } else if (left.isEmpty() || !left.remove(0).equals(comment.text())) {
                return false;
            }
        }
        for (int i = behind.size() - 1; i >= 0; i--) {
            if (left.isEmpty()
                    || !left.remove(left.size() - 1).equals(behind.get(i).text())) {
                return false;
            }
        }
        for (Comment comment : within) {
            if (!gone.contains(comment) && !left.remove(comment.text())) {
                return false;
            }
        }
        return true;
    }

    private static void refuse(boolean refused, String message) throws EditRefusedException {
        if (refused) {
            throw new EditRefusedException(MessageText.oneLine(message));
        }
    }

    private static String at(ContractNode node) {
        return node.path().inWords();
    }

    // The layout of what is there

    /** JSON stays JSON: the top's keys are all in double quotes, within braces. */
    private static boolean isJson(ContractNode top) {
        return top.isFlow()
                && !top.entries().isEmpty()
                && top.entries().stream()
                        .allMatch(entry -> entry.key == null || entry.key.style == Style.DOUBLE_QUOTED);
    }

    /** By how much blocks are indented: as the first one is. */
    private int step(ContractNode top) {
        for (ContractNode entry : top.entries()) {
            if (top.isBlock() && entry.isBlock() && entry.kind() == Kind.MAPPING) {
                int step = entry.content - lines.lineStart(entry.content) - keyColumn(entry);
                return Math.max(1, Math.min(step, 8));
            }
        }
        return 2;
    }

    /**
     * Whether a new value is written by indentation: as it says, otherwise like the collections around it.
     *
     * @param around whose layout counts
     */
    private static boolean isBlock(NewNode value, @Nullable ContractNode node, List<ContractNode> around) {
        if (value instanceof NewNode.Scalar || value.isEmpty()) {
            return false;
        }
        if (value.needsInnerLines() || value.flow != null) {
            return NodePrinter.isBlock(value);
        }
        if (node != null && node.isFlow()) {
            return false;
        }
        boolean block = true;
        for (ContractNode other : around) {
            boolean collection = other.kind() == Kind.MAPPING || other.kind() == Kind.SEQUENCE;
            block = collection ? other.isBlock() : block;
        }
        return block;
    }

    private static List<ContractNode> siblings(ContractNode node) {
        return node.parent == null ? List.of() : node.parent.entries();
    }

    /** The column in which all values of a block begin, less one, if some are moved to it by blanks; otherwise 0. */
    private int width(List<ContractNode> entries) {
        int width = -1;
        boolean moved = false;
        for (ContractNode entry : entries) {
            int separator = separatorEnd(entry);
            boolean onLine = entry.key != null
                    && separator >= 0
                    && entry.start() > separator
                    && entry.start() < lines.lineEnd(entry.key.end());
            if (!onLine) {
                return 0;
            }
            int own = entry.start() - 1 - entry.entryStart;
            if (width >= 0 && own != width) {
                return 0;
            }
            width = own;
            moved |= entry.start() - separator > 1;
        }
        return moved ? width : 0;
    }

    /** Whether each entry has an empty line before it. */
    private boolean areApart(List<ContractNode> entries) {
        for (int i = 1; i < entries.size(); i++) {
            int line = lines.lineStart(top(entries.get(i)));
            if (line == lines.start() || !isBlankLine(lines.beforeBreak(line))) {
                return false;
            }
        }
        return entries.size() > 1;
    }

    private boolean isBlankLine(int offset) {
        return text.substring(lines.lineStart(offset), lines.lineEnd(offset)).isBlank();
    }

    private boolean beginsLine(ContractNode entry) {
        return text.substring(lines.lineStart(entry.entryStart), entry.entryStart)
                .isBlank();
    }

    /** Where the entry begins with its comments. */
    private static int top(ContractNode entry) {
        return entry.above().isEmpty()
                ? entry.entryStart
                : entry.above().get(0).span().start();
    }

    /** The next entry's beginning, or that of the first comment before it which stays. */
    private int nextStart(ContractNode node, ContractNode next, Set<Comment> gone) {
        for (Comment comment : contract.comments()) {
            int start = comment.span().start();
            if (start >= node.end() && start < next.entryStart && !gone.contains(comment)) {
                return start;
            }
        }
        return next.entryStart;
    }

    private static int endWithComment(ContractNode entry) {
        return entry.beside()
                .map(comment -> Math.max(comment.span().end(), entry.end()))
                .orElse(entry.end());
    }

    /** The comma behind an entry within braces; -1 if there is none. */
    private int comma(ContractNode parent, int index) {
        List<ContractNode> entries = parent.entries();
        int end = index + 1 < entries.size() ? entries.get(index + 1).entryStart : parent.end();
        return find(',', entries.get(index).end(), end);
    }

    /** Behind the colon of an entry, or the dash of an item; -1 if there is none. */
    private int separatorEnd(ContractNode node) {
        if (node.key == null) {
            return node.parent != null && node.parent.isBlock() ? node.entryStart + 1 : -1;
        }
        int colon = find(':', node.key.end(), node.start());
        return colon < 0 ? -1 : colon + 1;
    }

    /** A character outside of comments. */
    private int find(char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == '#') {
                i = lines.lineEnd(i);
            } else if (text.charAt(i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private int keyColumn(ContractNode node) {
        return node.entryStart - lines.lineStart(node.entryStart);
    }

    private Set<Comment> commentsWithin(int from, int to) {
        Set<Comment> within = new HashSet<>();
        for (Comment comment : contract.comments()) {
            if (comment.span().start() >= from && comment.span().start() < to) {
                within.add(comment);
            }
        }
        return within;
    }

    /** A comment that stays, with the blanks before it. */
    private String behind(@Nullable Comment comment) {
        if (comment == null) {
            return "";
        }
        int from = comment.span().start();
        while (isBlank(text.charAt(from - 1))) {
            from--;
        }
        return text.substring(from, comment.span().end());
    }

    private String withoutBreak(String block) {
        return block.endsWith(lineBreak) ? block.substring(0, block.length() - lineBreak.length()) : block;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
