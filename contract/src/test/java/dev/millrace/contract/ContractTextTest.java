package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractNode.Comment;
import dev.millrace.contract.ContractNode.Kind;
import dev.millrace.contract.ContractNode.Style;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A contract as it is written: what is where, and what edits do to it. */
class ContractTextTest {

    private static final String ORDERS = """
            # Orders of the shop.

            contract: 1
            name: orders
            tables:
              # One row for each order.
              # Twice.
              orders: # the main one
                columns:
                  id:     { path: "@id", type: bigint, key: true }  # never missing
                  placed: { path: "@placed", type: timestamp }
                  # unsure: { path: "@x", type: text }

              order_lines:
                parent: orders
                rows: Line
                columns:
                  id: { ref: orders.id, key: true }
                union:
                  - rows: A
                    columns: { a: { path: a, type: text } }
                  # later
                  - rows: B
                    columns: { a: { path: b, type: text } }
            """;

    private final ContractText orders = text(ORDERS);

    // What is where

    @Test
    void knowsEveryValueByItsPath() {
        ContractNode type = orders.at("tables", "orders", "columns", "id", "type");

        assertThat(type.text()).isEqualTo("bigint");
        assertThat(type.kind()).isEqualTo(Kind.TEXT);
        assertThat(type.style()).isEqualTo(Style.PLAIN);
        assertThat(type.name()).isEqualTo("type");
        assertThat(type.path()).hasToString("tables / orders / columns / id / type");
        assertThat(type.span().from()).hasToString("c.yaml:10:36");
        assertThat(ORDERS.substring(type.span().start(), type.span().end())).isEqualTo("bigint");
        assertThat(type.parent().orElseThrow().style()).isEqualTo(Style.FLOW);
        assertThat(orders.at("tables", "order_lines", "union", "1", "rows").text())
                .isEqualTo("B");
        assertThat(orders.find(KeyPath.of("tables", "customers"))).isEmpty();
        assertThatThrownBy(() -> orders.at("tables", "customers"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("nothing is at tables / customers");
    }

    @Test
    void knowsWhichCommentsBelongToAnEntry() {
        ContractNode table = orders.at("tables", "orders");

        assertThat(texts(table.above())).containsExactly("One row for each order.", "Twice.");
        assertThat(table.beside().map(Comment::text)).contains("the main one");
        assertThat(orders.at("tables", "orders", "columns", "id").beside().map(Comment::text))
                .contains("never missing");
        assertThat(texts(orders.at("tables", "order_lines", "union", "1").above()))
                .containsExactly("later");
        // Neither the comment on top of the file nor the column that was commented out belong to what comes next.
        assertThat(orders.at("contract").above()).isEmpty();
        assertThat(orders.at("tables", "order_lines").above()).isEmpty();
        assertThat(orders.comments()).hasSize(7);
    }

    @Test
    void findsCommentsWhereverYamlTakesThemForSome() {
        ContractText text =
                text("a: 'x # no' # one\nb: x#no\n\"c # no\": |  # two\n  # no\nd: { e: 1, # three\n  # four\n"
                        + "  f: [2,#five\n  3] }\ng: &a#no !!str x\nh: \"x\"#six\n# seven");

        assertThat(texts(text.comments())).containsExactly("one", "two", "three", "four", "five", "six", "seven");
        assertThat(text.at("c # no").beside().map(Comment::text)).contains("two");
        assertThat(text.at("d", "e").beside().map(Comment::text)).contains("three");
        assertThat(texts(text.at("d", "f").above())).containsExactly("four");
        assertThat(text.at("h").beside().map(Comment::text)).contains("six");
    }

    @Test
    void countsLinesAndColumnsAsProblemsDo() {
        ContractText text = text("\uFEFFa: \uD83D\uDE00 x\r\n\"\uD83D\uDE00\": y\rb: z\n");

        assertThat(text.at("\uD83D\uDE00").span().from()).hasToString("c.yaml:2:6");
        assertThat(text.at("b").span().from()).hasToString("c.yaml:3:4");
        assertThat(text.text().charAt(text.at("b").span().start())).isEqualTo('z');
        assertThat(text.offset(new Position("c.yaml", 2, 6)))
                .isEqualTo(text.at("\uD83D\uDE00").span().start());
        assertThat(text.position(text.text().length())).hasToString("c.yaml:4:1");
    }

    @Test
    void knowsTheNodeAtAPlace() {
        int bigint = ORDERS.indexOf("bigint") + 2;

        assertThat(orders.nodeAt(bigint).path()).hasToString("tables / orders / columns / id / type");
        assertThat(orders.nodeAt(ORDERS.indexOf("order_lines:")).path()).hasToString("tables / order_lines");
        assertThat(orders.nodeAt(0)).isEqualTo(orders.top());
    }

    @Test
    void keepsAliasesAndMergesAsTheyAreWritten() {
        ContractText text = text("a: &x { b: 1 }\nc: *x\nd: { <<: *x, e: 2 }\n");

        assertThat(text.at("c").kind()).isEqualTo(Kind.ALIAS);
        assertThat(text.at("c").resolved()).isSameAs(text.at("a"));
        assertThat(text.at("d").entries()).extracting(ContractNode::name).containsExactly("<<", "e");
    }

    @Test
    void isReadFromAFileAndCompiled(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("orders.yaml");
        Files.writeString(
                file, "\uFEFF" + ORDERS.replace("rows: Line", "rows: Line[1]").replaceAll("(?s)    union:.*", ""));

        ContractText text = ContractText.read(file);
        MappingContract contract =
                ContractReader.read(text, LedgerNames.DEFAULT).contract();

        assertThat(contract.tables()).extracting(TableMapping::name).containsExactly("orders", "order_lines");
        Position position = contract.tables().get(1).position();
        assertThat(text.nodeAt(text.offset(position)).path()).hasToString("tables / order_lines");
        assertThat(text.text()).startsWith("\uFEFF#");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a: [", "a: *b", "a: 1\n---\nb: 2", "a: \"\\0\""})
    void refusesWhatIsNoYamlDocument(String text) {
        assertThatThrownBy(() -> ContractText.of(text, "c.yaml"))
                .isInstanceOf(ContractException.class)
                .hasMessageStartingWith("c.yaml:");
    }

    // Values

    @Test
    void replacesAValueAndNothingElse() throws Exception {
        ContractEdit edit = orders.set(orders.at("tables", "orders", "columns", "id", "type"), NewNode.text("integer"));

        assertThat(edit.change()).isEqualTo(new TextEdit(ORDERS.indexOf("bigint"), "bigint", "integer").smallest());
        assertThat(edit.after().text()).isEqualTo(ORDERS.replace("bigint", "integer"));
        assertThat(edit.inverse().change().applyTo(edit.after().text())).isEqualTo(ORDERS);
        assertThat(edit.inverse().after()).isSameAs(orders);
    }

    @Test
    void quotesAValueAsItWasQuoted() throws Exception {
        assertThat(set("a: 'x'  # c", "a", NewNode.text("it's: so"))).isEqualTo("a: 'it''s: so'  # c");
        assertThat(set("a: 'x'", "a", NewNode.text("two\nlines"))).isEqualTo("a: \"two\\nlines\"");
        assertThat(set("a: \"x\"", "a", NewNode.text("z"))).isEqualTo("a: \"z\"");
        assertThat(set("a: x", "a", NewNode.text("z"))).isEqualTo("a: z");
        assertThat(set("a: x", "a", NewNode.text("@y"))).isEqualTo("a: \"@y\"");
        assertThat(set("a: x", "a", NewNode.text("/b[1]/c"))).isEqualTo("a: /b[1]/c");
        assertThat(set("{ a: x }", "a", NewNode.text("/b[1]/c"))).isEqualTo("{ a: \"/b[1]/c\" }");
        assertThat(set("a: x", "a", NewNode.text("12"))).isEqualTo("a: \"12\"");
        assertThat(set("a: x", "a", NewNode.literal("12"))).isEqualTo("a: 12");
        assertThat(set("a: !!str 12", "a", NewNode.text("x"))).isEqualTo("a: !!str x");
    }

    @Test
    void fillsWhatHasNoValue() throws Exception {
        assertThat(set("a:\nb: 1", "a", NewNode.text("x"))).isEqualTo("a: x\nb: 1");
        assertThat(set("a:   # c\n", "a", NewNode.text("x"))).isEqualTo("a: x   # c\n");
        assertThat(set("{ a, b: 1 }", "a", NewNode.text("x"))).isEqualTo("{ a: x, b: 1 }");
    }

    @Test
    void replacesBlocksByValuesAndValuesByBlocks() throws Exception {
        NewNode.Mapping two = NewNode.mapping().put("x", NewNode.literal("1")).put("z", NewNode.literal("2"));

        assertThat(set("a: # c\n  b: 1\nd: 2\n", "a", NewNode.text("x"))).isEqualTo("a: x # c\nd: 2\n");
        assertThat(set("a: |  # c\n  b\n\nd: 2\n", "a", NewNode.text("x"))).isEqualTo("a: x  # c\n\nd: 2\n");
        assertThat(set("a: b # c\nd: 2\n", "a", two)).isEqualTo("a: # c\n  x: 1\n  z: 2\nd: 2\n");
        assertThat(set("a:\n    b: 1\nd: 2\n", "a", two)).isEqualTo("a:\n    x: 1\n    z: 2\nd: 2\n");
        assertThat(set("a:\n- b\nd: 2\n", "a", two)).isEqualTo("a:\n  x: 1\n  z: 2\nd: 2\n");
        assertThat(set("a: { b: 1 }\nd: 2\n", "a", two)).isEqualTo("a: { x: 1, z: 2 }\nd: 2\n");
        assertThat(set("{ \"a\": 1 }", "a", two)).isEqualTo("{ \"a\": { \"x\": 1, \"z\": 2 } }");
    }

    @Test
    void refusesAValueThatTagsOrAliasesForbid() {
        assertThatThrownBy(() -> set("a: !!str x", "a", NewNode.literal("12")))
                .isInstanceOf(EditRefusedException.class)
                .hasMessage("a: the edit would change something else too, or not give what was meant");
        assertThatThrownBy(() -> set("a: { b: &x 1 }\nc: *x", "a", NewNode.text("z")))
                .hasMessage("a: an alias further down stands for what would go; write it out there first");
        assertThatThrownBy(() -> set("a: 1", "a", NewNode.text("\u001b[31m")))
                .isInstanceOf(EditRefusedException.class)
                .hasMessageContaining("a terminal would obey");
        assertThatThrownBy(() -> orders.set(text("a: 1").at("a"), NewNode.text("x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // Entries

    @Test
    void addsAnEntryAsItsSiblingsAreLaidOut() throws Exception {
        NewNode column = NewNode.mapping().put("path", NewNode.text("@note")).put("type", NewNode.literal("text"));
        ContractNode columns = orders.at("tables", "orders", "columns");

        assertThat(orders.add(columns, "note", column).after().text())
                .isEqualTo(ORDERS.replace(
                        "type: timestamp }\n", "type: timestamp }\n      note:   { path: \"@note\", type: text }\n"));
        assertThat(orders.add(columns, 1, "a longer name", column).after().text())
                .isEqualTo(ORDERS.replace(
                        "      placed:", "      a longer name: { path: \"@note\", type: text }\n      placed:"));
        assertThat(orders.add(columns.entry("id").orElseThrow(), "default", NewNode.literal("0"))
                        .after()
                        .text())
                .isEqualTo(ORDERS.replaceFirst("key: true }", "key: true, default: 0 }"));
        assertThat(orders.add(orders.at("tables"), "notes", NewNode.mapping().put("rows", NewNode.text("note")))
                        .after()
                        .text())
                .isEqualTo(ORDERS + "\n  notes:\n    rows: note\n");
        assertThat(orders.addItem(
                                orders.at("tables", "order_lines", "union"),
                                1,
                                NewNode.mapping()
                                        .put("rows", NewNode.text("C"))
                                        .put("columns", NewNode.mapping().inFlow()))
                        .after()
                        .text())
                .isEqualTo(ORDERS.replace("      # later", "      - rows: C\n        columns: {}\n      # later"));
    }

    @Test
    void addsEntriesBehindCommentsAndBeforeThem() throws Exception {
        assertThat(add("a: 1 # c\n# d\n", 1)).isEqualTo("a: 1 # c\nx: z\n# d\n");
        assertThat(add("# c\na: 1\n", 0)).isEqualTo("x: z\n# c\na: 1\n");
        assertThat(add("a: 1", 1)).isEqualTo("a: 1\nx: z");
        assertThat(add("a: 1\r\n", 1)).isEqualTo("a: 1\r\nx: z\r\n");
        assertThat(add("{}", 0)).isEqualTo("{ x: z }");
        assertThat(add("{a: 1}", 1)).isEqualTo("{a: 1, x: z}");
        assertThat(add("{ a: 1, }", 1)).isEqualTo("{ a: 1, x: z, }");
        assertThat(add("{ a: 1 }", 0)).isEqualTo("{ x: z, a: 1 }");
        assertThat(add("{\n  a: 1, # c\n  b: 2 # d\n}", 2)).isEqualTo("{\n  a: 1, # c\n  b: 2, # d\n  x: z\n}");
        assertThat(add("{\n  a: 1, # c\n  b: 2 # d\n}", 1)).isEqualTo("{\n  a: 1, # c\n  x: z,\n  b: 2 # d\n}");
        assertThat(add("{\n  \"a\": 1\n}", 1)).isEqualTo("{\n  \"a\": 1,\n  \"x\": \"z\"\n}");
        assertThat(add("a: |+\n  b\n\n", 1)).isEqualTo("a: |+\n  b\n\nx: z\n");
    }

    @Test
    void writesEvidenceAboveAndBesideWhatItAdds() throws Exception {
        ContractText text = text("tables:\n  a:\n    columns:\n      id: { path: a, type: text }\n");
        NewNode.Mapping column = NewNode.mapping()
                .put("path", NewNode.text("b"))
                .put("type", NewNode.literal("date"))
                .beside("12 of 12");

        ContractEdit beside = text.add(text.at("tables", "a", "columns"), "b", column);
        ContractEdit above = beside.after()
                .commentAbove(beside.after().at("tables", "a", "columns", "b"), "All are dates.\nFirst in line 3.");

        assertThat(above.after().text())
                .isEqualTo(text.text()
                        + "      # All are dates.\n      # First in line 3.\n"
                        + "      b: { path: b, type: date }  # 12 of 12\n");
        assertThat(above.inverse().inverse()).isEqualTo(above);
    }

    @Test
    void refusesAnEntryThatIsThereOrHasNoPlace() {
        assertThatThrownBy(() -> orders.add(orders.at("tables"), "orders", NewNode.mapping()))
                .isInstanceOf(EditRefusedException.class)
                .hasMessage("the key 'orders' is there already");
        assertThatThrownBy(() -> orders.add(orders.at("name"), "x", NewNode.text("z")))
                .hasMessage("name is no mapping; set it to one");
        assertThatThrownBy(() -> orders.add(
                        orders.at("tables", "orders", "columns", "id"),
                        "x",
                        NewNode.text("y").beside("why")))
                .hasMessage("table orders, column id is in braces, which have no room for comments");
    }

    @Test
    void removesAnEntryWithItsComments() throws Exception {
        assertThat(remove("tables", "orders")).isEqualTo(ORDERS.replaceAll("(?s)  # One row.*type: timestamp }\n", ""));
        assertThat(remove("tables", "orders", "columns", "id")).isEqualTo(ORDERS.replaceAll(" +id: +\\{ path.*\n", ""));
        assertThat(remove("tables", "orders", "columns", "id", "path"))
                .isEqualTo(ORDERS.replace("path: \"@id\", ", ""));
        assertThat(remove("tables", "orders", "columns", "id", "key"))
                .isEqualTo(ORDERS.replaceFirst(", key: true", ""));
        assertThat(remove("tables", "order_lines", "columns", "id"))
                .isEqualTo(ORDERS.replaceAll("columns:\n      id: \\{ ref.*\n", "columns: {}\n"));
        assertThat(remove("tables", "order_lines", "union", "1"))
                .isEqualTo(ORDERS.replaceAll("(?s)      # later.*", ""));
        assertThat(remove("tables", "order_lines", "union", "0", "rows"))
                .isEqualTo(ORDERS.replaceAll("rows: A\n +", ""));
    }

    @Test
    void removesFromBracesOnManyLines() throws Exception {
        String braces = "{\n  a: 1, # one\n  # above\n  b: 2, # two\n  c: 3 # three\n}\n";
        ContractText text = text(braces);

        assertThat(text.remove(text.at("a")).after().text()).isEqualTo(braces.replace("  a: 1, # one\n", ""));
        assertThat(text.remove(text.at("b")).after().text())
                .isEqualTo(braces.replace("  # above\n  b: 2, # two\n", ""));
        assertThat(text.remove(text.at("c")).after().text())
                .isEqualTo(braces.replace("2, # two\n  c: 3 # three", "2 # two"));
        assertThatThrownBy(() -> text.remove(text.top())).isInstanceOf(EditRefusedException.class);
    }

    // Names and comments

    @Test
    void renamesAnEntry() throws Exception {
        assertThat(orders.rename(orders.at("tables", "orders"), "sales").after().text())
                .isEqualTo(ORDERS.replace("  orders:", "  sales:"));
        assertThatThrownBy(() -> orders.rename(orders.at("tables", "orders"), "order_lines"))
                .isInstanceOf(EditRefusedException.class)
                .hasMessage("the key 'order_lines' is there already");
        assertThatThrownBy(() -> orders.rename(orders.at("tables", "order_lines", "union", "0"), "x"))
                .hasMessage("table order_lines, set 1 has no key that can be renamed");
    }

    @Test
    void setsCommentsAndRemovesThem() throws Exception {
        ContractNode table = orders.at("tables", "orders");

        assertThat(orders.commentAbove(table, "All.").after().text())
                .isEqualTo(ORDERS.replace("  # One row for each order.\n  # Twice.\n", "  # All.\n"));
        assertThat(orders.commentAbove(table, "").after().text())
                .isEqualTo(ORDERS.replace("  # One row for each order.\n  # Twice.\n", ""));
        assertThat(orders.commentBeside(table, "one\nline").after().text())
                .isEqualTo(ORDERS.replace("# the main one", "# one line"));
        assertThat(orders.commentBeside(table, "").after().text()).isEqualTo(ORDERS.replace(" # the main one", ""));
        assertThat(orders.commentBeside(orders.at("tables", "order_lines"), "x")
                        .after()
                        .text())
                .isEqualTo(ORDERS.replace("order_lines:", "order_lines:  # x"));
        assertThatThrownBy(() -> orders.commentBeside(orders.at("tables", "orders", "columns", "id", "path"), "x"))
                .isInstanceOf(EditRefusedException.class)
                .hasMessage("something else is behind table orders, column id: path on its line");
        assertThatThrownBy(() -> orders.commentAbove(orders.at("tables", "orders", "columns", "id", "path"), "x"))
                .hasMessageContaining("does not begin its line");
    }

    private static ContractText text(String text) {
        try {
            return ContractText.of(text, Contracts.FILE);
        } catch (ContractException fault) {
            throw new IllegalArgumentException(fault);
        }
    }

    private static String set(String text, String key, NewNode value) throws EditRefusedException {
        ContractText contract = text(text);
        return contract.set(contract.at(key), value).after().text();
    }

    private static String add(String text, int index) throws EditRefusedException {
        ContractText contract = text(text);
        return contract.add(contract.top(), index, "x", NewNode.text("z"))
                .after()
                .text();
    }

    private String remove(String... path) throws EditRefusedException {
        return orders.remove(orders.at(path)).after().text();
    }

    private static List<String> texts(List<Comment> comments) {
        return comments.stream().map(Comment::text).toList();
    }
}
