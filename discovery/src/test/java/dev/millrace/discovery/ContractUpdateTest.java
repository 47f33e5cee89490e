package dev.millrace.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.discovery.ContractUpdate.Kind;
import dev.millrace.mapping.DataMapper;
import dev.millrace.source.FileSource;
import dev.millrace.summary.DocumentTeller;
import dev.millrace.summary.PathSummary;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an update adds to contracts of all layouts, and that all else in them stays as it is. */
class ContractUpdateTest {

    private static final String ORDERS = """
            contract: 1
            name: orders
            tables:
              orders:
                columns:
                  id: { path: "@id", type: bigint, key: true }
                  buyer: { path: buyer, type: varchar(12) }
              item:
                parent: orders
                rows: item
                columns:
                  order_id: { ref: orders.id, key: true }
                  pos: { ordinal: true, key: true }
                  price: { path: "@price", type: "decimal(9,2)" }
            """;

    @TempDir
    private Path folder;

    private ContractUpdate update(String contract, String... documents) throws Exception {
        for (int i = 0; i < documents.length; i++) {
            Files.writeString(folder.resolve(i + ".xml"), documents[i]);
        }
        ContractText text = ContractText.of(contract, "c.yaml");
        MappingContract compiled =
                ContractReader.read(text, LedgerNames.DEFAULT).contract();
        XmlLimits limits = XmlLimits.forWorkers(2);
        Discovery discovery = new Discovery(
                List.of(large -> FileSource.open(folder.toString(), DocumentTeller.NOTHING, Doctype.INTERNAL, limits)),
                DraftOptions.of("c"),
                limits,
                2,
                PathSummary.MOST_PATHS,
                new Stop());
        PathSummary summary = discovery.summarize(document -> {});
        ContractUpdate update = discovery.update(
                summary,
                text,
                List.of(large ->
                        FileSource.open(folder.toString(), DataMapper.projection(compiled), Doctype.INTERNAL, limits)),
                document -> {});
        // Whatever was done is a contract, and nothing is to be added to it once more.
        ContractReader.read(update.after(), LedgerNames.DEFAULT);
        return update;
    }

    private static List<String> added(ContractUpdate update) {
        List<String> before =
                new ArrayList<>(Arrays.asList(update.before().text().split("(?<=\n)")));
        List<String> added = new ArrayList<>();
        for (String line : update.after().text().split("(?<=\n)")) {
            if (!before.isEmpty() && before.get(0).equals(line)) {
                before.remove(0);
            } else {
                added.add(line.stripTrailing());
            }
        }
        assertThat(before).as("lines that are gone").isEmpty();
        return added;
    }

    @Test
    void changesNothingWhereNothingIsNew() throws Exception {
        ContractUpdate update = update(ORDERS, "<order id='1'><buyer>a</buyer><item price='1.50'/></order>");

        assertThat(update.isChange()).isFalse();
        assertThat(update.after()).isSameAs(update.before());
        assertThat(update.changes()).isEmpty();
        assertThat(update.left()).isEmpty();
    }

    @Test
    void addsColumnsToTheNearestTable() throws Exception {
        ContractUpdate update = update(
                ORDERS,
                "<order id='1' on='2026-01-31'><buyer vat='7'>a</buyer><item price='1.50'><size unit='cm'>7</size></item></order>");

        assertThat(added(update))
                .containsExactly(
                        "      on_: { path: \"@on\", type: date }  # in all",
                        "      buyer_vat: { path: \"buyer/@vat\", type: integer }  # in all",
                        "      size_unit: { path: \"size/@unit\", type: varchar(10) }  # in all",
                        "      size: { path: size, type: integer }  # in all");
        assertThat(update.changes()).extracting(ContractUpdate.Change::kind).containsOnly(Kind.ADDED_COLUMN);
    }

    @Test
    void addsATableForWhatRepeatsWithItsParentsKey() throws Exception {
        ContractUpdate update = update(
                ORDERS,
                "<order id='1'><buyer>a</buyer><item><tag>x</tag><tag>y</tag></item></order>",
                "<order id='2'/>");

        assertThat(String.join("\n", added(update)) + "\n").isEqualTo("""
                  # 2 rows: 1..2 in item
                  tag:
                    parent: item
                    rows: tag
                    columns:
                      order_id: { ref: item.order_id, key: true }
                      item_pos: { ref: item.pos, key: true }
                      seq: { ordinal: true, key: true }
                      tag: { path: ".", type: varchar(10) }  # in all
                """);
    }

    @Test
    void keepsEveryOtherByteOfAnyLayout() throws Exception {
        String contract =
                "\uFEFF# mine\r\ncontract:   1\r\nname: 'orders'   # the name\r\n\r\ntables:\r\n    orders:\r\n"
                        + "        # the key\r\n        columns:\r\n            id:    { path: '@id',  type: bigint, key: true } # k\r\n"
                        + "            # buyer: later\r\n\r\n    # below\r\n\r\nignore: [  buyer ]  # not ours\r\n# end";

        ContractUpdate update =
                update(contract, "<order id='1' note='x'><buyer>a</buyer><line>1</line><line>2</line></order>");

        assertThat(added(update))
                .contains("            note:  { path: \"@note\", type: varchar(10) }  # in all")
                .contains("    line:");
        assertThat(update.after().text().replace("\r\n", "")).doesNotContain("\n");
        assertThat(update.after().text())
                .startsWith("\uFEFF# mine\r\n")
                .endsWith("ignore: [  buyer ]  # not ours\r\n# end");
    }

    @Test
    void addsToBracesAndJsonWithoutComments() throws Exception {
        String flow = """
                contract: 1
                name: orders
                tables: { orders: { columns: { id: { path: "@id", type: bigint, key: true } } } } # all of it
                """;
        String json = """
                {
                  "contract": 1,
                  "name": "orders",
                  "tables": {
                    "orders": {
                      "columns": {
                        "id": { "path": "@id", "type": "bigint", "key": true }
                      }
                    }
                  }
                }
                """;
        for (String contract : List.of(flow, json)) {
            ContractUpdate update =
                    update(contract, "<order id='1' note='x'><line a='1'>1</line><line a='2'>2</line></order>");

            assertThat(update.left()).isEmpty();
            assertThat(update.contract().tables()).hasSize(2);
            assertThat(update.contract().tables().get(0).columns())
                    .extracting(column -> column.name())
                    .containsExactly("id", "note");
            assertThat(update.after().text().replaceAll("\\s", ""))
                    .startsWith(contract.substring(0, contract.indexOf("true }") + 6)
                            .replaceAll("\\s", ""));
        }
        assertThat(update(json, "<order id='1' note='x'/>").after().text())
                .contains("\"note\": { \"path\": \"@note\", \"type\": \"varchar(10)\" }");
    }

    @Test
    void tellsWhereAnAliasIsInTheWay() throws Exception {
        ContractUpdate update = update("""
                contract: 1
                name: orders
                tables:
                  first:
                    rows: a
                    columns: &both
                      id: { path: "@id", type: bigint, key: true }
                  second:
                    rows: b
                    columns: *both
                """, "<order><a id='1'/><b id='2' note='x'/></order>");

        assertThat(update.isChange()).isFalse();
        assertThat(update.left()).singleElement().asString().contains("table second, column note", "alias");
    }

    @Test
    void countsWhatIsComputedOnAsMapped() throws Exception {
        ContractUpdate update = update(
                """
                contract: 1
                name: c
                document: { require: [ { test: "@valid", reason: no } ] }
                let: { home: "address[@kind = 'home'][1]" }
                tables:
                  person:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                      ssn: { path: "replace(@ssn, '-', '')", type: varchar(20) }
                      marks: { path: "count(mark)", type: integer }
                      town: { path: $home/town, type: varchar(20) }
                      all: { path: misc/*, type: text, join: " " }
                      whole: { path: doc, type: xml }
                      kind: { path: phone/@kind, type: varchar(10) }
                """,
                "<person id='1' ssn='1-2' valid='1'><mark>x</mark><mark>y</mark><address kind='home'><town>t</town></address>"
                        + "<misc><a>1</a><b>2</b></misc><doc x='1'><y z='2'/></doc><phone kind='m'>77</phone></person>");

        assertThat(added(update)).containsExactly("      phone: { path: phone, type: integer }  # in all");
        assertThat(update.left()).isEmpty();
    }

    @Test
    void leavesIgnoredPathsAlone() throws Exception {
        ContractUpdate update = update(
                ORDERS + "ignore: [report//*, note, \"@debug\", .//@trace]\n",
                "<order id='1' debug='x' trace='y'><note by='z'>n</note><report><a b='1' trace='q'><c/></a></report></order>");

        assertThat(update.changes()).isEmpty();
        assertThat(update.left()).isEmpty();
    }

    @Test
    void givesColumnsToEachOfSeveralTablesOfConditions() throws Exception {
        ContractUpdate update = update(
                """
                contract: 1
                name: c
                tables:
                  loan:
                    columns: { id: { path: "@id", type: bigint, key: true } }
                  one:
                    parent: loan
                    rows: contact[@role = '1']
                    columns:
                      name: { path: "@name", type: varchar(9) }
                  two:
                    parent: loan
                    rows: contact[@role = '2']
                    columns:
                      name: { path: "@name", type: varchar(9) }
                """,
                "<loan id='1'><contact role='1' name='a' age='7'><tag>x</tag><tag>y</tag></contact><contact role='2' name='b' age='8'/></loan>");

        assertThat(update.changes())
                .extracting(ContractUpdate.Change::subject)
                .containsExactly("table one, column age", "table two, column age", "table tag");
        // The key of table one is nobody's words, and yet there.
        assertThat(update.contract().tables().get(3).columns())
                .extracting(column -> column.name())
                .startsWith("id", "one_seq", "seq");
    }

    @Test
    void addsToTheSetOfAUnion() throws Exception {
        ContractUpdate update = update("""
                contract: 1
                name: c
                tables:
                  loan:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                  note:
                    parent: loan
                    union:
                      - rows: remark
                        columns:
                          text: { path: ., type: varchar(5) }
                      - rows: event
                        columns:
                          text: { path: "@text", type: varchar(5) } # t
                """, "<loan id='1'><remark>abcdefgh</remark><event text='b' by='c'/></loan>");

        assertThat(update.after().text())
                .contains(
                        "          text: { path: ., type: varchar(100) }  # was varchar(5): texts of up to 8 characters\n")
                .contains(
                        "          text: { path: \"@text\", type: varchar(100) } # t\n          by_: { path: \"@by\"");
    }

    @Test
    void widensTypesThatRejectValues() throws Exception {
        ContractUpdate update = update(
                """
                contract: 1
                name: c
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: smallint, key: true }   # by the bank
                      code:
                        path: code
                        type: char(2)
                      sum: { path: sum, type: "decimal(5,2)" }
                      day: { path: day, type: date }
                      cut: { path: cut, type: varchar(2), overflow: truncate }
                      some: { path: "some[@k = '1']", type: integer }
                      fine: { path: fine, type: varchar(200) }
                """,
                "<t id='70000'><code>abc</code><sum>1234.567</sum><day>soon</day><cut>abc</cut><some k='1'>x</some><fine>f</fine></t>");

        assertThat(update.after().text()).isEqualTo("""
                contract: 1
                name: c
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: integer, key: true }   # by the bank
                      code:  # was char(2): texts of up to 3 characters
                        path: code
                        type: varchar(10)
                      sum: { path: sum, type: "decimal(7,3)" }  # was decimal(5,2): numbers of up to 4 digits before the point, and 3 behind it
                      day: { path: day, type: varchar(10) }  # was date: some values are no date
                      cut: { path: cut, type: varchar(2), overflow: truncate }
                      some: { path: "some[@k = '1']", type: integer }
                      fine: { path: fine, type: varchar(200) }
                """);
        assertThat(update.left())
                .singleElement()
                .asString()
                .startsWith("table t, column some: 1 document rejected, invalid-value; first 0.xml");
    }

    @Test
    void tellsKeysAndRequiredColumnsThatNoLongerAre() throws Exception {
        ContractUpdate update = update(
                ORDERS.replace("varchar(12)", "varchar(12), required: true"),
                "<order id='1'><buyer>a</buyer></order>",
                "<order id='1'><buyer>b</buyer></order>",
                "<order id='2'/>");

        assertThat(update.isChange()).isFalse();
        assertThat(update.left())
                .hasSize(2)
                .anySatisfy(
                        line -> assertThat(line).contains("column buyer: 1 document rejected, required; first 2.xml"))
                .anySatisfy(line -> assertThat(line).contains("its key id has a value more than once"));
    }

    @Test
    void declaresAPrefixForANewNamespace() throws Exception {
        ContractUpdate update = update("""
                contract: 1
                name: c
                document:
                  namespaces: { o: "urn:o" }   # ours
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                """, "<t id='1' xmlns:o='urn:o' xmlns:n='urn:n'><o:a>1</o:a><n:b>2</n:b></t>");

        assertThat(update.after().text())
                .contains("{ o: \"urn:o\", \"n\": \"urn:n\" }   # ours")
                .contains("a: { path: \"o:a\", type: integer }")
                .contains("b: { path: \"n:b\", type: integer }");
    }

    @Test
    void refusesDocumentsThatAreNoneOfTheContracts() {
        assertThatThrownBy(() -> update(
                        ORDERS.replace("tables:", "document: { record: /batch/order }\ntables:"),
                        "<invoice/>",
                        "<bill xmlns='urn:b'/>"))
                .isInstanceOf(DraftException.class)
                .hasMessageContaining("/batch/order")
                .hasMessageContaining("bill in urn:b, invoice");
    }

    @Test
    void tellsWhatIsOutsideOfRecords() throws Exception {
        ContractUpdate update = update(
                ORDERS.replace("tables:", "document: { record: /batch/order }\ntables:"),
                "<batch from='x'><head><by>me</by></head><order id='1'/><order id='2'/></batch>",
                "<invoice/>");

        assertThat(added(update))
                .containsExactly("      batch_from: { path: \"../@from\", type: varchar(10) }  # in all");
        assertThat(update.left())
                .contains(
                        "/batch/head is outside of document.record, and not in the contract",
                        "in 1 document of /invoice nothing is document.record");
    }

    @Test
    void followsNoPathThatOnlySaxonEvaluates() throws Exception {
        ContractUpdate update = update(
                ORDERS.replace("path: buyer,", "path: \"string-join(for $b in buyer return $b/@x, ';')\","),
                "<order id='1'><buyer x='1' y='2'/></order>");

        assertThat(update.changes())
                .extracting(ContractUpdate.Change::subject)
                .containsExactly("table orders, column y");
    }

    @Test
    void isDoneOnceAndForAll() throws Exception {
        String document =
                "<order id='1' note='xxxxxxxxxxxxxxxx'><buyer>somebody with a name</buyer><a><b c='1'/><b c='2'/></a>"
                        + "<p>with <i>markup</i></p><flag/></order>";
        ContractUpdate first = update(ORDERS, document);

        ContractUpdate second = update(first.after().text(), document);

        assertThat(first.changes()).hasSize(5);
        assertThat(second.changes()).isEmpty();
        assertThat(second.left()).isEmpty();
    }
}
