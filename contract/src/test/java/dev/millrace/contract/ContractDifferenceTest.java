package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractDifference.Kind;
import dev.millrace.contract.ContractDifference.Rows;
import dev.millrace.contract.ContractDifference.Written;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractDifferenceTest {

    private static final String ORDERS = """
            contract: 1
            name: orders
            document:
              record: /orders/order
              namespaces: { o: urn:o }
              require:
                - { test: "@id > 0", reason: no id }
            let:
              first: line[1]
            codes:
              state: { N: 1, C: 2 }
            tables:
              orders:
                columns:
                  id:    { path: "@id", type: integer, key: true }
                  buyer: { path: buyer, type: varchar(12), required: true }
                  state: { path: "@state", type: smallint, codes: state }
                  note:  { path: note, type: varchar(20) }
                  kind:  { value: 7, type: smallint }
              line:
                parent: orders
                rows: line
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos:      { ordinal: true, key: true }
                  price:    { path: "@price", type: "decimal(9,2)" }
            """;

    @Test
    void findsNothingWhereOnlyTheWritingDiffers() throws ContractException {
        String other = """
                # the same
                contract: 1
                name: "orders"
                codes:
                  state:
                    entries: { C: 2, N: 1 }
                    otherwise: reject
                let: { first: 'line[1]' }
                document:
                  require: [{ reason: no id, test: "@id   > 0" }]
                  namespaces: { o: [urn:o] }
                  record: /orders/order
                defaults: { overflow: truncate, trim: true }
                tables:
                  orders:
                    columns:
                      id:    { type: integer, key: true, path: "@id" }
                      buyer: &text { path: buyer, type: VARCHAR(12), required: true, overflow: reject }
                      state: { path: "@state", type: smallint, codes: state, several: reject }
                      note:  { <<: *text, path: note, type: varchar(20), required: false }
                      kind:  { value: 7, type: smallint }
                  line:
                    rows: line
                    parent: orders
                    on-duplicate: reject
                    columns:
                      order_id: { ref: orders.id, key: true }
                      pos:      { ordinal: true, key: true }
                      price:    { path: "@price", type: "decimal(9, 2)" }
                """;

        assertThat(between(ORDERS, other)).isEmpty();
        assertThat(between(ORDERS, ORDERS)).isEmpty();
    }

    @Test
    void tellsEachThingWithItsPlace() throws ContractException {
        assertThat(words(
                        "buyer: { path: buyer, type: varchar(12), required: true }",
                        "buyer: { path: buyer, type: varchar(80) }"))
                .containsExactly(
                        "n.yaml:16:29: table orders, column buyer: type widened from varchar(12) to varchar(80)",
                        "n.yaml:16:7: table orders, column buyer: required is false, was true");
        assertThat(words("id:    { path: \"@id\", type: integer", "id:    { path: \"@id\", type: smallint"))
                .containsExactly(
                        "n.yaml:15:29: table orders, column id: type narrowed from integer to smallint; numbers below -32768 or above"
                                + " 32767 no longer fit",
                        "n.yaml:24:7: table line, column order_id: type narrowed from integer to smallint; numbers below -32768 or"
                                + " above 32767 no longer fit");
        assertThat(words("type: \"decimal(9,2)\"", "type: date"))
                .containsExactly(
                        "n.yaml:26:35: table line, column price: type changed from decimal(9,2) to date; values that are no date"
                                + " no longer fit");
    }

    @Test
    void tellsWhatCountsWhereverItIsWritten() throws ContractException {
        String other = ORDERS.replace("tables:\n", "defaults: { overflow: truncate }\ntables:\n");

        List<ContractDifference> differences = between(ORDERS, other);

        assertThat(differences)
                .extracting(ContractDifference::toString)
                .containsExactly(
                        "n.yaml:12:13: table orders, column buyer: overflow is truncate, was reject",
                        "n.yaml:12:13: table orders, column note: overflow is truncate, was reject");
        assertThat(differences).allMatch(ContractDifference::isShared);
        assertThat(differences).extracting(each -> each.after().written()).containsOnly(Written.DEFAULTS);
        assertThat(differences.get(0).before().written()).isEqualTo(Written.NOWHERE);
        assertThat(differences.get(0).before().position()).hasToString("o.yaml:16:7");
        assertThat(ContractDifference.rows(differences)).isEqualTo(Rows.RETRY);
        assertThat(ContractDifference.rows(between(other, ORDERS))).isEqualTo(Rows.AGAIN);
    }

    @Test
    void knowsAColumnByWhereItsValueComesFrom() throws ContractException {
        List<ContractDifference> differences =
                between(ORDERS, ORDERS.replace("buyer: { path: buyer", "purchaser: { path: buyer"));

        assertThat(differences)
                .extracting(ContractDifference::describe)
                .containsExactly("table orders, column purchaser was renamed from buyer");
        assertThat(differences.get(0).before().position()).hasToString("o.yaml:16:7");
        assertThat(ContractDifference.rows(differences)).isEqualTo(Rows.STAY);
    }

    @Test
    void followsNewNamesToWhatRefersToThem() throws ContractException {
        String other = ORDERS.replace("  orders:\n", "  purchase:\n")
                .replace("      id: ", "      no: ")
                .replace("parent: orders", "parent: purchase")
                .replace("orders.id", "purchase.no")
                .replace("state: { N", "states: { N")
                .replace("codes: state", "codes: states");

        assertThat(between(ORDERS, other))
                .extracting(ContractDifference::describe)
                .containsExactly(
                        "codes.states was renamed from state",
                        "table purchase was renamed from orders",
                        "table purchase, column no was renamed from id");
    }

    @Test
    void doesNotGuessAmongSeveral() throws ContractException {
        String two = ORDERS.replace("note:  { path: note", "one: { path: note, type: text }\n      two: { path: note");
        String others =
                ORDERS.replace("note:  { path: note", "three: { path: note, type: text }\n      four: { path: note");

        assertThat(between(two, others))
                .extracting(ContractDifference::kind)
                .containsExactly(Kind.REMOVED, Kind.REMOVED, Kind.ADDED, Kind.ADDED);
    }

    @Test
    void tellsWhatCameWentAndMoved() throws ContractException {
        assertThat(words("      note:  { path: note, type: varchar(20) }\n", ""))
                .containsExactly("n.yaml:14:5: table orders, column note was removed: varchar(20), path note");
        assertThat(words("kind:  {", "size: { path: '@size', type: bigint }\n      kind:  {"))
                .containsExactly("n.yaml:19:7: table orders, column size was added: bigint, path @size");
        assertThat(words(
                        "      note:  { path: note, type: varchar(20) }\n      kind:  { value: 7, type: smallint }\n",
                        "      kind:  { value: 7, type: smallint }\n      note:  { path: note, type: varchar(20) }\n"))
                .containsExactly("n.yaml:18:7: table orders, column kind was moved; the columns have another order");
        String moved = ORDERS.replace("      note:  { path: note, type: varchar(20) }\n", "")
                + "      note: { path: ../note, type: varchar(20) }\n";
        assertThat(between(ORDERS, moved))
                .extracting(ContractDifference::describe)
                .containsExactly(
                        "table orders, column note was removed: varchar(20), path note; table line has one of this name now",
                        "table line, column note was moved; it was in table orders");
        String without = ORDERS.substring(0, ORDERS.indexOf("  line:\n"));
        assertThat(between(ORDERS, without))
                .extracting(ContractDifference::toString)
                .containsExactly("n.yaml:12:1: table line was removed; its rows stay until it is dropped");
        assertThat(between(without, ORDERS))
                .extracting(ContractDifference::toString)
                .containsExactly("n.yaml:20:3: table line was added");
    }

    @Test
    void tellsSettingsOfTheContract() throws ContractException {
        assertThat(words("name: orders", "name: sales"))
                .containsExactly(
                        "n.yaml:2:1: name is sales, was orders; the ledger knows documents by this name, and none as loaded by"
                                + " the new one");
        assertThat(words("record: /orders/order", "record: //order"))
                .containsExactly(
                        "n.yaml:4:3: document.record is '//order', was '/orders/order'; other elements are documents, with other"
                                + " keys");
        assertThat(words("urn:o }", "urn:p, q: urn:q }"))
                .containsExactly(
                        "n.yaml:5:17: document.namespaces.o is 'urn:p', was 'urn:o'",
                        "n.yaml:5:27: document.namespaces.q was added: 'urn:q'");
        assertThat(words("@id > 0", "@id > 1"))
                .containsExactly(
                        "n.yaml:6:3: document.require was added: '@id > 1'; documents for which it is not true are rejected",
                        "n.yaml:6:3: document.require was removed: '@id > 0'");
        assertThat(words("line[1]", "line[2]")).containsExactly("n.yaml:9:3: let.first is 'line[2]', was 'line[1]'");
        assertThat(words("{ N: 1, C: 2 }", "{ N: 1, C: 3, X: 4, otherwise: null }"))
                .containsExactly(
                        "n.yaml:11:18: codes.state.C is 3, was 2",
                        "n.yaml:11:24: codes.state.X was added: 4",
                        "n.yaml:11:30: codes.state.otherwise is null, was reject");
        assertThat(words("name: orders", "name: orders\nschema: far\nledger: { prefix: x_ }\nignore: a/b"))
                .containsExactly(
                        "n.yaml:3:1: schema is far, was not given; the tables that are there are in the old one",
                        "n.yaml:4:11: ledger.prefix is x_, was not given; that ledger knows of none of the documents that are"
                                + " loaded",
                        "n.yaml:5:1: ignore was added: 'a/b'");
    }

    @Test
    void tellsSettingsOfTables() throws ContractException {
        assertThat(words(
                        "    rows: line\n",
                        "    rows: line[@price]\n    distinct: { by: [order_id, price] }\n    skip-empty: true\n"
                                + "    unique: price\n    index: [[pos, price]]\n    on-duplicate: update\n"))
                .containsExactly(
                        "n.yaml:22:5: table line: rows is 'line[@price]', was line",
                        "n.yaml:23:17: table line: distinct.by is 'order_id, price', was not given",
                        "n.yaml:24:5: table line: skip-empty is true, was false",
                        "n.yaml:25:5: table line: unique is (price), was not given",
                        "n.yaml:26:5: table line: index is '(pos, price)', was not given",
                        "n.yaml:27:5: table line: on-duplicate is update, was reject");
    }

    @Test
    void tellsAnotherKey() throws ContractException {
        List<ContractDifference> differences = between(
                ORDERS,
                ORDERS.replace("order_id: { ref: orders.id, key: true }", "order_id: { ref: orders.id }")
                        .replace("pos:      { ordinal: true, key: true }", "pos:      { ordinal: true }"));

        assertThat(differences)
                .extracting(ContractDifference::describe)
                .containsExactly(
                        "table line, column pos: key is false, was true; the table has another key",
                        "table line, column seq was added: integer, ordinal true; the table has another key, which it is given"
                                + " as it declares none");
        assertThat(ContractDifference.rows(differences)).isEqualTo(Rows.ANEW);
    }

    @Test
    void comparesTheSetsOfAUnion() throws ContractException {
        String union = """
                contract: 1
                name: notes
                tables:
                  note:
                    columns:
                      id:  { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                    union:
                      - rows: a
                        columns:
                          text: { path: ., type: text }
                      - rows: b
                        columns:
                          text: { path: "@t", type: text }
                """;

        assertThat(between(union, union.replace("\"@t\"", "\"@u\"")))
                .extracting(ContractDifference::toString)
                .containsExactly("n.yaml:14:19: table note, column text, set 2: path is '@u', was '@t'");
        assertThat(between(
                        union, union + "      - rows: c\n        columns:\n          text: { path: c, type: text }\n"))
                .extracting(ContractDifference::toString)
                .containsExactly("n.yaml:15:9: table note: union was added: c");
        String swapped = """
                contract: 1
                name: notes
                tables:
                  note:
                    columns:
                      id:  { meta: document-key, key: true }
                      seq: { ordinal: true, key: true }
                    union:
                      - { rows: b, columns: { text: { path: "@t", type: text } } }
                      - { rows: a, columns: { text: { path: ., type: text } } }
                """;
        assertThat(between(union, swapped))
                .extracting(ContractDifference::toString)
                .containsExactly(
                        "n.yaml:8:5: table note: union is in another order; rows are numbered from set to set");
    }

    @Test
    void leavesOutWhatFollowsFromTheType() throws ContractException {
        String defaults = ORDERS.replace("tables:\n", "defaults: { overflow: truncate, scale: half-up }\ntables:\n");

        assertThat(between(defaults, defaults.replace("note, type: varchar(20)", "note, type: integer")))
                .extracting(ContractDifference::describe)
                .containsExactly(
                        "table orders, column note: type changed from varchar(20) to integer; values that are no whole number from"
                                + " -2147483648 to 2147483647 no longer fit");
    }

    @Test
    void printsNothingThatATerminalObeys() throws ContractException {
        String other = ORDERS.replace("reason: no id", "reason: \"a\\nb\"");

        assertThat(between(ORDERS, other))
                .extracting(ContractDifference::describe)
                .containsExactly("document.require is 'a\\nb', was 'no id'");
    }

    private static List<String> words(String from, String to) throws ContractException {
        assertThat(ORDERS).contains(from);
        return between(ORDERS, ORDERS.replace(from, to)).stream()
                .map(ContractDifference::toString)
                .toList();
    }

    private static List<ContractDifference> between(String before, String after) throws ContractException {
        return ContractDifference.between(
                ContractReader.read(before, "o.yaml").contract(),
                ContractReader.read(after, "n.yaml").contract());
    }
}
