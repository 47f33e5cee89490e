package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changed between two contracts, in words. */
class ContractChangeTest {

    private static final String ORDERS = """
            contract: 1
            name: orders
            let: { a: x, b: y }
            tables:
              orders:
                unique: [number]
                columns:
                  id: { path: "@id", type: bigint, key: true }
                  number: { path: "@number", type: text, format: [a, b] }
                  placed: { path: "@placed", type: date }
              order_lines:
                parent: orders
                union:
                  - { rows: A, columns: { a: { path: a, type: text } } }
                  - { rows: B, columns: { a: { path: b, type: text } } }
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bigint, key: true     | integer, key: true       | table orders, column id: type is 'integer', was 'bigint'
                    bigint, key: true     | bigint, key: false       | table orders, column id: key is false, was true
                    bigint, key: true     | bigint                   | table orders, column id: key was removed: true
                    type: date            | type: date, trim: false  | table orders, column placed: trim was added: false
                    placed:               | placed_on:               | table orders, column placed was renamed to 'placed_on'
                    name: orders          | name: sales              | name is 'sales', was 'orders'
                    a: x, b: y            | b: y, a: x               | let b was moved; its order counts
                    a: x, b: y            | a: x, c: y               | let b was renamed to 'c'
                    a: x, b: y            | a: x                     | let b was removed: 'y'
                    'format: [a, b]'      | 'format: [a, c, b]'      | table orders, column number: format.1 was added: 'c'
                    'format: [a, b]'      | 'format: [a]'            | table orders, column number: format.1 was removed: 'b'
                    rows: B               | rows: C                  | table order_lines, set 2: rows is 'C', was 'B'
                    parent: orders        | 'parent: [orders]'       | table order_lines: parent is a list, was 'orders'
                    """)
    void tellsWhatChanged(String old, String now, String words) throws Exception {
        assertThat(describe(ORDERS, ORDERS.replace(old, now))).containsExactly(words);
    }

    @Test
    void looksAtWhatIsWrittenAndNotAtHow() throws Exception {
        String other = """
                # A comment.
                "name": "orders"
                tables:
                  orders:
                    columns:
                      id: { key: true, path: '@id', type: "bigint" }
                      number:
                        path: "@number"
                        format: [a, b]
                        type: &t text
                      placed: { path: "@placed", type: date }
                    unique: number
                  order_lines:
                    parent: orders
                    union:
                      - { rows: A, columns: { a: { path: a, type: *t } } }
                      - { rows: B, columns: { a: { <<: { type: text }, path: b } } }
                let: { a: x, b: y }
                contract: 1
                """;

        assertThat(describe(ORDERS, other)).isEmpty();
        assertThat(describe(other, ORDERS)).isEmpty();
    }

    @Test
    void tellsColumnsThatAreMoved() throws Exception {
        String id = "      id: { path: \"@id\", type: bigint, key: true }\n";
        String moved = ORDERS.replace(id, "").replace("  order_lines:", id + "  order_lines:");

        assertThat(describe(ORDERS, moved)).containsExactly("table orders, column id was moved; its order counts");
    }

    @Test
    void saysRenamedOnlyWhereNothingElseCouldBeMeant() throws Exception {
        assertThat(describe("let: { a: x, b: x }", "let: { c: x, d: x }"))
                .containsExactly(
                        "let a was removed: 'x'",
                        "let b was removed: 'x'",
                        "let c was added: 'x'",
                        "let d was added: 'x'");
        assertThat(describe("defaults: { required: true }", "defaults: { trim: true }"))
                .containsExactly("defaults.required was removed: true", "defaults.trim was added: true");
    }

    @Test
    void looksAtTheOrderOfCodesWhereTheFirstCounts() throws Exception {
        String codes = "codes: { yes_no: { Y: 1, y: 2, ignore-case: %s } }";
        String turned = "codes: { yes_no: { y: 2, Y: 1, ignore-case: %s } }";

        assertThat(describe(codes.formatted("false"), turned.formatted("false")))
                .isEmpty();
        assertThat(describe(codes.formatted("true"), turned.formatted("true")))
                .containsExactly("code table yes_no: y was moved; its order counts");
    }

    @Test
    void knowsThePlacesInBothTexts() throws Exception {
        ContractText before = ContractText.of("name: a\n", "old.yaml");
        ContractText after = ContractText.of("# new\nname: b\nlet: {}\n", "new.yaml");

        List<ContractChange> changes = before.changesTo(after);

        assertThat(changes)
                .extracting(ContractChange::toString)
                .containsExactly("new.yaml:2:1: name is 'b', was 'a'", "new.yaml:3:1: let was added");
        assertThat(changes.get(0).before().orElseThrow().span().from()).hasToString("old.yaml:1:7");
        assertThat(changes.get(0).path()).isEqualTo(KeyPath.of("name"));
        assertThat(after.changesTo(before))
                .extracting(ContractChange::kind)
                .containsExactly(ContractChange.Kind.CHANGED, ContractChange.Kind.REMOVED);
    }

    private static List<String> describe(String before, String after) throws ContractException {
        return ContractText.of(before, "old.yaml").changesTo(ContractText.of(after, "new.yaml")).stream()
                .map(ContractChange::describe)
                .toList();
    }
}
