package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractDifference.Rows;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionTest {

    private static final String BARE = """
            contract: 1
            name: orders
            tables:
              orders:
                columns:
                  id:   { path: "@id", type: integer, key: true }
                  name:
                    path: name
                    type: text
              note:
                parent: orders
                union:
                  - rows: remark
                    columns: { text: { path: ., type: text } }
                  - rows: memo
                    columns: { text: { path: ., type: text } }
            """;

    private static final String DESCRIBED = """
            contract: 1
            name: orders
            description: |
              Orders of the shop.

              One file a day.
            tables:
              orders:
                description: One row an order.
                columns:
                  id:   { description: "Its number, never used twice", path: "@id", type: integer, key: true }
                  name:
                    path: name
                    description: >
                      Who
                      ordered.
                    type: text
              note:
                parent: orders
                description: 'What was written.'
                union:
                  - rows: remark
                    columns: { text: { path: ., type: text } }
                  - rows: memo
                    columns: { text: { path: ., type: text, description: Free text } }
            """;

    @Test
    void isKeptOfTheContractItsTablesAndColumns() throws ContractException {
        MappingContract contract = Contracts.read(DESCRIBED);

        assertThat(contract.description()).isEqualTo("Orders of the shop.\n\nOne file a day.");
        TableMapping orders = contract.tables().get(0);
        assertThat(orders.description()).isEqualTo("One row an order.");
        assertThat(orders.columns())
                .extracting(TableMapping.Column::description)
                .containsExactly("Its number, never used twice", "Who ordered.");
        assertThat(contract.with(contract.tables()).description()).isEqualTo(contract.description());
    }

    @Test
    void isOfTheFirstSetThatHasOneAndOfNoColumnThatIsGiven() throws ContractException {
        TableMapping note = Contracts.read(DESCRIBED).tables().get(1);

        assertThat(note.columns())
                .extracting(column -> column.name() + ": " + column.description())
                .containsExactly("id: null", "seq: null", "text: Free text");
    }

    @Test
    void isForColumnsOfEverySource() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.withTables("""
                a:
                  columns:
                    id: { path: "@id", type: bigint, key: true, description: a path }
                    one: { value: 1, type: integer, description: a value }
                    run: { meta: run-id, description: a meta }
                b:
                  parent: a
                  rows: b
                  columns:
                    id: { ref: a.id, key: true, description: a ref }
                    pos: { ordinal: true, key: true, description: an ordinal }
                """));

        assertThat(contract.tables().stream().flatMap(table -> table.columns().stream()))
                .extracting(TableMapping.Column::description)
                .containsExactly("a path", "a value", "a meta", "a ref", "an ordinal");
    }

    @Test
    void makesNoOtherContractForTheLedger() throws ContractException {
        String bare = Contracts.read(BARE).hash();

        assertThat(Contracts.read(DESCRIBED).hash()).isEqualTo(bare);
        assertThat(Contracts.read(DESCRIBED.replace("One row an order.", "another"))
                        .hash())
                .isEqualTo(bare);
        assertThat(Contracts.read(BARE + "# a comment\n").hash()).isNotEqualTo(bare);
        assertThat(Contracts.read(DESCRIBED.replace("rows: memo", "rows: hint")).hash())
                .isNotEqualTo(bare);
    }

    @Test
    void makesNoOtherContractForTheLedgerInAnyLineBreaksAndInJson() throws ContractException {
        String json = """
                {"contract": 1, "name": "a", "description": "x", "tables": {
                  "t": {"description": "y", "columns": {"c": {"path": ".", "type": "text", "description": "z"}}}}}""";
        String bareJson = """
                {"contract": 1, "name": "a", "tables": {
                  "t": {"columns": {"c": {"path": ".", "type": "text"}}}}}""";

        assertThat(DescribedText.withoutDescriptions(json)).isEqualTo(bareJson);
        assertThat(DescribedText.withoutDescriptions(DESCRIBED.replace("\n", "\r\n")))
                .isEqualTo(BARE.replace("\n", "\r\n"));
    }

    @Test
    void countsForTheLedgerWhereItIsMoreThanADescription() {
        String anchored = """
                contract: 1
                name: a
                tables:
                  t:
                    columns:
                      c: { description: &d "@id", path: *d, type: text }
                      description: { path: description, type: text }
                """;

        assertThat(DescribedText.withoutDescriptions(anchored)).isEqualTo(anchored);
    }

    @Test
    void isADifferenceThatChangesNoRow() throws ContractException {
        List<ContractDifference> differences =
                ContractDifference.between(Contracts.read(BARE), Contracts.read(DESCRIBED));

        assertThat(differences)
                .extracting(ContractDifference::toString)
                .containsExactly(
                        "c.yaml:3:1: description is 'Orders of the shop.\\n\\nOne file a day.', was not given",
                        "c.yaml:9:5: table orders: description is 'One row an order.', was not given",
                        "c.yaml:11:15: table orders, column id: description is 'Its number, never used twice', was not given",
                        "c.yaml:14:9: table orders, column name: description is 'Who ordered.', was not given",
                        "c.yaml:20:5: table note: description is 'What was written.', was not given",
                        "c.yaml:25:49: table note, column text: description is 'Free text', was not given");
        assertThat(ContractDifference.rows(differences)).isEqualTo(Rows.STAY);
    }

    @Test
    void tellsWhatIsNoDescription() {
        String tooLong = "x".repeat(Section.DESCRIPTION_CHARACTERS + 1);

        assertThat(Contracts.problems("description: 12\n" + Contracts.withColumns("a: { path: a, type: text }")))
                .containsExactly("1:14: contract: description is the number '12'; it must be a text: put it in quotes");
        assertThat(Contracts.problems(Contracts.withColumns("a: { path: a, type: text, description: ' ' }")))
                .containsExactly("7:44: column t.a: description is blank; give it a text, or leave it out");
        assertThat(Contracts.problems(Contracts.withTables("t:\n description: " + tooLong
                        + "\n columns:\n  id: { path: \"@ID\", type: bigint, key: true }")))
                .containsExactly(
                        "5:17: table t: description has 4001 characters; it may have 4000, since databases keep"
                                + " it as a comment: shorten it");
        assertThat(Contracts.problems(Contracts.withColumns("a: { path: a, type: text, comment: what }")))
                .singleElement()
                .asString()
                .contains("unknown key 'comment'; write 'description: …'");
    }
}
