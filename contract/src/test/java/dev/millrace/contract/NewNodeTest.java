package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** New contracts as text: layout, comments and quotes. */
class NewNodeTest {

    @Test
    void writesAContract() throws Exception {
        NewNode.Mapping contract = NewNode.mapping()
                .comment("A draft.")
                .blank()
                .put("contract", NewNode.literal("1"))
                .put("name", NewNode.text("orders").beside("the file's name"))
                .put(
                        "ignore",
                        NewNode.items(NewNode.text("a"), NewNode.text("b")).inFlow())
                .put(
                        "tables",
                        NewNode.mapping()
                                .blank()
                                .comment("One row for each order.")
                                .put(
                                        "orders",
                                        NewNode.mapping()
                                                .put("rows", NewNode.expression("/Orders/Order[id != '']"))
                                                .put(
                                                        "columns",
                                                        NewNode.mapping()
                                                                .put(
                                                                        "id",
                                                                        NewNode.mapping()
                                                                                .put("path", NewNode.expression("@id"))
                                                                                .put("type", NewNode.literal("bigint"))
                                                                                .put("key", NewNode.literal("true"))
                                                                                .inFlow()
                                                                                .beside("all distinct")))
                                                .put(
                                                        "union",
                                                        NewNode.items(
                                                                NewNode.mapping()
                                                                        .put("rows", NewNode.text("A"))
                                                                        .put("columns", NewNode.mapping()),
                                                                NewNode.text("x"))))
                                .beside("all of them"));

        assertThat(ContractText.write(contract, "c.yaml").text()).isEqualTo("""
                        # A draft.

                        contract: 1
                        name: orders  # the file's name
                        ignore: [a, b]
                        tables:  # all of them

                          # One row for each order.
                          orders:
                            rows: /Orders/Order[id != '']
                            columns:
                              id: { path: "@id", type: bigint, key: true }  # all distinct
                            union:
                              - rows: A
                                columns: {}
                              - x
                        """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    Größe         | Größe           | Größe           | Größe
                    12            | "12"            | "12"            | 12
                    -1.5          | "-1.5"          | "-1.5"          | -1.5
                    007           | "007"           | "007"           | 007
                    0x1F          | "0x1F"          | "0x1F"          | 0x1F
                    true          | "true"          | "true"          | true
                    No            | "No"            | "No"            | No
                    2026-01-31    | "2026-01-31"    | 2026-01-31      | 2026-01-31
                    a: b          | "a: b"          | "a: b"          | "a: b"
                    a #b          | "a #b"          | "a #b"          | "a #b"
                    @id           | "@id"           | "@id"           | "@id"
                    $x[1]/@y      | "$x[1]/@y"      | "$x[1]/@y"      | "$x[1]/@y"
                    $x[1]/y       | "$x[1]/y"       | $x[1]/y         | "$x[1]/y"
                    cbc:ID        | "cbc:ID"        | cbc:ID          | "cbc:ID"
                    a, b          | "a, b"          | a, b            | "a, b"
                    .             | "."             | .               | "."
                    ''            | "''"            | "''"            | "''"
                    """)
    void quotesWhereItMust(String text, String asText, String asExpression, String asLiteral) {
        assertThat(NewNode.text(text)).hasToString(asText + "\n");
        assertThat(NewNode.expression(text)).hasToString(asExpression + "\n");
        assertThat(NewNode.literal(text)).hasToString(asLiteral + "\n");
        assertThat(NewNode.quoted(text)).hasToString("\"" + text + "\"\n");
    }

    @Test
    void escapesWhatYamlDoesNotLetStand() {
        assertThat(NewNode.text("a\"\\\t\r\n\u001C\u0080\u0085\u00A0\u2028\uFEFF\uFFFE\uD83D\uDE00"))
                .hasToString("\"a\\\"\\\\\\t\\r\\n\\u001C\\u0080\\u0085\\u00A0\\u2028\\uFEFF\\uFFFE\uD83D\uDE00\"\n");
        assertThat(NewNode.mapping()
                        .comment("bell \u0007, \uFFFF,\nnext")
                        .put("a", NewNode.text("b").beside("x\ny")))
                .hasToString("# bell ?, ?,\n# next\na: b  # x y\n");
    }

    @Test
    void wrapsLongComments() {
        String words = "word ".repeat(50).strip();

        assertThat(NewNode.mapping().comment(words).toString().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).startsWith("# word").hasSizeLessThan(122));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"two\nlines", "y", "true", "12", "~", "", " ", "#", "a: b", "<<", "- a", "\u00A0", "\uD83D\uDE00"
            })
    void readsBackWhatItWrote(String text) throws Exception {
        ContractText written = ContractText.write(
                NewNode.mapping()
                        .put(text, NewNode.text(text))
                        .put(
                                "flow",
                                NewNode.mapping()
                                        .put(text, NewNode.expression(text))
                                        .inFlow())
                        .put("items", NewNode.items(NewNode.expression(text), NewNode.items(NewNode.text(text)))),
                "c.yaml");

        assertThat(written.at(text).text()).isEqualTo(text);
        assertThat(written.at("flow", text).text()).isEqualTo(text);
        assertThat(written.at("items", "1", "0").text()).isEqualTo(text);
    }

    @Test
    void readsBackKeysOfAnyLength() throws Exception {
        String key = "key ".repeat(600);

        assertThat(ContractText.write(
                                NewNode.mapping()
                                        .put(key, NewNode.text("x"))
                                        .put(
                                                "a",
                                                NewNode.mapping()
                                                        .put(key, NewNode.text("y"))
                                                        .inFlow()),
                                "c.yaml")
                        .at("a", key)
                        .text())
                .isEqualTo("y");
    }

    @Test
    void refusesWhatNoContractCanHold() {
        assertThatThrownBy(() -> ContractText.write(NewNode.mapping().put("a", NewNode.text("\u001b[31m")), "c.yaml"))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("a terminal would obey");
    }

    @Test
    void leavesItToTheReaderToTellWhatIsWrong() throws Exception {
        ContractText twice = ContractText.write(
                NewNode.mapping().put("name", NewNode.text("a")).put("name", NewNode.text("b")), "c.yaml");

        assertThatThrownBy(() -> ContractReader.read(twice, LedgerNames.DEFAULT))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("c.yaml:2:1: contract: the key 'name' stands here twice");
    }
}
