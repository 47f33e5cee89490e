package dev.millrace.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.source.SourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is drafted of small sets of documents, word for word but for the first comment. */
class DraftTest {

    // Tables

    @Test
    void foldsWhatOccursOnceIntoItsParent() throws Exception {
        assertThat(draft("""
                        <person id="1"><name><first>Ada</first><last>Adeyemi</last></name><address kind="home"><city>Lagos</city></address></person>""", """
                        <person id="2"><name><first>Zoë</first><last>García</last></name></person>""")).isEqualTo("""
                        tables:
                          # 2 rows
                          person:
                            columns:
                              id: { path: "@id", type: bigint, key: true }  # unique in 2
                              first: { path: name/first, type: varchar(10) }  # in all
                              last: { path: name/last, type: varchar(100) }  # in all
                              kind: { path: "address/@kind", type: varchar(10) }  # 1 of 2
                              city: { path: address/city, type: varchar(10) }  # 1 of 2
                        """);
    }

    @Test
    void makesTablesOfWhatRepeatsWithTheKeysOfAllAround() throws Exception {
        assertThat(draft("""
                        <order id="A1"><item sku="x"><note>1</note><note>2</note></item><item sku="y"/></order>""", """
                        <order id="A2"><item sku="x"><note>3</note></item></order>""")).isEqualTo("""
                        tables:
                          # 2 rows
                          order_:
                            columns:
                              id: { path: "@id", type: varchar(10), key: true }  # unique in 2

                          # 3 rows: 1..2 in order
                          item:
                            parent: order_
                            rows: item
                            columns:
                              order_id: { ref: order_.id, key: true }
                              sku: { path: "@sku", type: varchar(10), key: true }  # unique in its order_

                          # 3 rows: 0..2 in item, 2 of 3 have any
                          note:
                            parent: item
                            rows: note
                            columns:
                              order_id: { ref: item.order_id, key: true }
                              item_sku: { ref: item.sku, key: true }
                              seq: { ordinal: true, key: true }
                              note: { path: ".", type: integer }  # in all
                        """);
    }

    @Test
    void takesNoKeyThatRepeatsOrIsMissing() throws Exception {
        String repeated =
                draft("<order id='A1'><line no='1'/><line no='1'/></order>", "<order id='A1'><line no='1'/></order>");
        assertThat(repeated)
                .contains("document_key: { meta: document-key, key: true }")
                .contains("seq: { ordinal: true, key: true }")
                .doesNotContain("path: \"@id\", type: varchar(10), key")
                .doesNotContain("path: \"@no\", type: bigint, key");

        String missing = draft("<order id='A1'/>", "<order id='A2'/>", "<order/>");
        assertThat(missing).contains("document_key: { meta: document-key, key: true }");
    }

    @Test
    void takesAKeyThatIsUniqueWithinItsParentForOneOfThatTable() throws Exception {
        assertThat(draft(
                        "<order id='A1'><line no='1'/><line no='2'/></order>",
                        "<order id='A2'><line no='1'/><line no='2'/></order>"))
                .contains("no_: { path: \"@no\", type: bigint, key: true }  # unique in its order_")
                .doesNotContain("ordinal");
    }

    @Test
    void makesOneTableOfWhatIsNestedInItself() throws Exception {
        assertThat(draft("""
                        <book><section><title>1</title><section><title>1.1</title></section><section><title>1.2</title>\
                        <section><title>1.2.1</title></section></section></section><section><title>2</title></section></book>""")).isEqualTo("""
                        tables:
                          # 1 row
                          book:
                            columns:
                              document_key: { meta: document-key, key: true }

                          # 5 rows: 1..2 in book
                          # Nested in itself: parent_seq is the row around.
                          section:
                            parent: book
                            rows: section
                            nested: section
                            columns:
                              document_key: { ref: book.document_key, key: true }
                              seq: { ordinal: true, key: true }
                              parent_seq: { ref: section.seq }
                              title: { path: title, type: varchar(100) }  # in all; a number but for 1.xml:1
                        """);
    }

    @Test
    void attributesOfMarkupAreColumnsWhereverItIs() throws Exception {
        assertThat(draft("<p id='1'>one <b>two</b></p>", "<p id='2'>three <i/></p>"))
                .contains(
                        "id: { path: \"@id\", type: bigint, key: true }  # unique in 2\n      p: { path: \".\", type: xml }");
        assertThat(draft("<a><p id='1'>one <b>two</b></p><p id='2'>three <i/></p><q at='x'>y <b/></q></a>"))
                .contains(
                        "id: { path: \"@id\", type: bigint, key: true }  # unique in its a\n      p: { path: \".\", type: xml }")
                .contains("q_at: { path: \"q/@at\", type: varchar(10) }  # in all\n      q: { path: q, type: xml }");
    }

    @Test
    void whatIsAroundTheRecordsIsNotWhatIsAroundRowsNestedInThem() throws Exception {
        StringBuilder text = new StringBuilder("<list day='2026-01-31'>");
        for (int i = 0; i < 30; i++) {
            text.append("<part no='1'><list day='yes' of='a'><bit><part no='2'/></bit></list></part>");
        }
        assertThat(draft(text + "</list>"))
                .contains("nested: list/bit/part")
                .contains("path: \"/list/@day\", type: date }  # in all");
    }

    @Test
    void tellsAPlainValueFromTheElementOfItsNameThatIsNestedInItself() throws Exception {
        // A form in an item is a form like the one around; in a part that is nested further in, it is a word.
        assertThat(draft("""
                        <form no="1"><item sku="a"><form no="2"><item sku="b"/></form>\
                        <part><item sku="c"><form lang="en">blank</form></item></part></item></form>"""))
                .contains("nested: \"item/form[* or @no]\"")
                .contains("form_lang: { path: \"form[not(*)]/@lang\", type: varchar(10) }")
                .contains("form: { path: \"form[not(*)][. != '']\", type: varchar(10) }");
    }

    @Test
    void makesOneOfElementsThatHoldEachOther() throws Exception {
        assertThat(draft("""
                        <rules><and name="a"><or name="b"><and name="c"><or name="d"/></and></or><or name="e"/></and></rules>""")).isEqualTo("""
                        tables:
                          # 1 row
                          rules_and:
                            columns:
                              document_key: { meta: document-key, key: true }

                          # 2 rows: 1..1 in rules
                          # Nested in itself: parent_seq is the row around.
                          rules_and_2:
                            parent: rules_and
                            rows: and
                            nested: or/and
                            columns:
                              document_key: { ref: rules_and.document_key, key: true }
                              seq: { ordinal: true, key: true }
                              parent_seq: { ref: rules_and_2.seq }
                              name: { path: "@name", type: varchar(10) }  # in all

                          # 3 rows: 1..2 in and
                          and_or:
                            parent: rules_and_2
                            rows: or
                            columns:
                              document_key: { ref: rules_and_2.document_key, key: true }
                              rules_and_2_seq: { ref: rules_and_2.seq, key: true }
                              name: { path: "@name", type: varchar(10), key: true }  # unique in its rules_and_2
                        """);
    }

    /** As messages of ISO 20022 have it: an identification's identifier. */
    @Test
    void leavesElementsOfTheSameNameTwoThatAreNotOfOneKind() throws Exception {
        assertThat(draft("""
                        <Acct><Id><Othr><Id>7</Id></Othr></Id></Acct>""", """
                        <Acct><Id><IBAN>DE00</IBAN></Id></Acct>""")).isEqualTo("""
                        tables:
                          # 2 rows
                          id:
                            columns:
                              document_key: { meta: document-key, key: true }
                              iban: { path: Id/IBAN, type: varchar(10) }  # 1 of 2
                              id: { path: Id/Othr/Id, type: bigint }  # 1 of 2
                        """);
    }

    @Test
    void takesManyRareTagsForData() throws Exception {
        String[] documents = IntStream.range(0, 50)
                .mapToObj(i -> "<config host='h" + i + "'><properties><p" + i + ">a</p" + i + "><q" + i + ">b</q" + i
                        + "></properties></config>")
                .toArray(String[]::new);
        assertThat(draft(documents)).isEqualTo("""
                        tables:
                          # 50 rows
                          config:
                            columns:
                              document_key: { meta: document-key, key: true }
                              host: { path: "@host", type: varchar(100), required: true }  # in all

                          # 100 rows
                          # 100 names of elements, each of them rare: they are taken for data
                          properties:
                            parent: config
                            rows: properties/*
                            columns:
                              document_key: { ref: config.document_key, key: true }
                              seq: { ordinal: true, key: true }
                              name: { path: name(), type: varchar(200), required: true }  # in all
                              value_: { path: ".", type: varchar(10) }  # in all; 2 distinct
                        """);
    }

    @Test
    void keepsTextWithMarkupWhole() throws Exception {
        String[] documents = {
            "<page><p>Press <b>Enter</b>, or <b>Esc</b>.</p><title>Keys</title></page>",
            "<page><p>Wait.</p><title>Time</title></page>"
        };
        assertThat(draft(documents)).isEqualTo("""
                        tables:
                          # 2 rows
                          page:
                            columns:
                              document_key: { meta: document-key, key: true }
                              p: { path: p, type: xml }  # text with markup
                              title: { path: title, type: varchar(10) }  # in all
                        """);
        assertThat(draft(
                        new DraftOptions(
                                "test", null, null, null, List.of(), List.of(), List.of(), false, true, false, 63,
                                1_000),
                        documents))
                .contains("p: { path: p, type: text }  # text with markup");
    }

    @Test
    void takesEmptyElementsForMarkers() throws Exception {
        assertThat(draft("<item n='1'><deprecated/></item>", "<item n='2'/>"))
                .contains("deprecated: { path: exists(deprecated), type: boolean, required: true }"
                        + "  # in all; an empty element, there or not");
    }

    @Test
    void leavesOutWhatXmlSchemaHasInDocuments() throws Exception {
        assertThat(draft("""
                        <p:order xmlns:p="urn:o" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:o o.xsd">\
                        <p:party xsi:type="p:Person"><p:age>7</p:age></p:party><p:sent xsi:nil="true"/></p:order>""", """
                        <p:order xmlns:p="urn:o"><p:sent>2026-01-31</p:sent></p:order>""")).isEqualTo("""
                        document:
                          namespaces:
                            xsi: "http://www.w3.org/2001/XMLSchema-instance"
                            default: "urn:o"

                        tables:
                          # 2 rows
                          order_:
                            columns:
                              document_key: { meta: document-key, key: true }
                              type: { path: "party/@xsi:type", type: varchar(10) }  # 1 of 2
                              age: { path: party/age, type: integer }  # 1 of 2
                              sent: { path: sent, type: date, nil: null }  # 1 of 2

                        ignore:
                          - ".//@xsi:schemaLocation"  # says where a schema is
                          - ".//@xsi:nil"  # says that an element has no value, which is then NULL
                        """);
    }

    // Namespaces

    @Test
    void takesSeveralVersionsOfOneFormatForOne() throws Exception {
        assertThat(draft("<f xmlns='urn:f:1'><v>1</v></f>", "<f xmlns='urn:f:2'><v>2</v></f>", "<f><v>3</v></f>"))
                .isEqualTo("""
                        document:
                          namespaces:
                            default:
                              - ""
                              - "urn:f:1"
                              - "urn:f:2"

                        tables:
                          # 3 rows
                          f:
                            columns:
                              document_key: { meta: document-key, key: true }
                              v: { path: v, type: integer }  # in all
                        """);
    }

    @Test
    void givesNamespacesThePrefixesOfTheDocuments() throws Exception {
        assertThat(draft("<a xmlns='urn:a' xmlns:c='urn:c'><c:name>x</c:name><c:name>y</c:name><d xmlns=''>1</d></a>"))
                .isEqualTo("""
                        document:
                          namespaces:
                            urn: "urn:a"
                            c: "urn:c"

                        tables:
                          # 1 row
                          a:
                            columns:
                              document_key: { meta: document-key, key: true }
                              d: { path: d, type: integer }  # in all

                          # 2 rows: 1..2 in a
                          name:
                            parent: a
                            rows: c:name
                            columns:
                              document_key: { ref: a.document_key, key: true }
                              name: { path: ".", type: varchar(10), key: true }  # unique in its a
                        """);
    }

    // What a document is

    @Test
    void makesATableForEachKindOfDocumentElement() throws Exception {
        assertThat(draft("<invoice no='1'/>", "<invoice no='2'/>", "<credit no='3'><of>1</of></credit>"))
                .isEqualTo("""
                        tables:
                          # 1 row
                          credit:
                            rows: "self::credit[1]"
                            columns:
                              document_key: { meta: document-key, key: true }
                              no_: { path: "@no", type: bigint }  # in all
                              of_: { path: of, type: integer }  # in all

                          # 2 rows
                          invoice:
                            rows: "self::invoice[1]"
                            columns:
                              no_: { path: "@no", type: bigint, key: true }  # unique in 2
                        """);
    }

    @Test
    void takesWhatRepeatsInALongListForTheRecordAlsoBesideAHeader() throws Exception {
        String items = IntStream.range(0, 200)
                .mapToObj(i -> "<item id='" + i + "'><name>n" + i + "</name><price>" + i + ".50</price><at><row>" + i
                        + "</row></at></item>")
                .collect(Collectors.joining());
        assertThat(draft("<list made='2026-01-31'><head><by>me</by></head>" + items + "</list>"))
                .isEqualTo("""
                        document:
                          # 200 of these in 1 file: each is loaded by itself
                          record: /list/(item | head)

                        tables:
                          # 200 rows
                          item:
                            rows: "self::item[1]"
                            columns:
                              id: { path: "@id", type: bigint, key: true }  # unique in 200
                              name: { path: name, type: varchar(100), required: true }  # in all
                              price: { path: price, type: "decimal(12,2)", required: true }  # in all
                              at_row: { path: at/row, type: integer, required: true }  # in all
                              list_made: { path: "../@made", type: date }  # in all

                          # 1 row
                          head:
                            rows: "self::head[1]"
                            columns:
                              document_key: { meta: document-key, key: true }
                              by_: { path: by, type: varchar(10) }  # in all
                        """);
    }

    @Test
    void takesWhatIsAskedForAsTheRecord() throws Exception {
        String document = "<list><part><item id='1'/><item id='2'/></part></list>";
        assertThat(draft(asked("/list/part/item"), document)).contains("  record: /list/part/item\n");
        assertThatThrownBy(() -> draft(asked("/list/prt"), document))
                .isInstanceOf(DraftException.class)
                .hasMessage("--record /list/prt – no document has /list/prt; there is part");
    }

    // Types

    @Test
    void findsTheNarrowestTypeOfAllValues() throws Exception {
        assertThat(draft("""
                        <t><d>2026-01-31</d><two>2026-01-31</two><open>03/04/2026</open><at>2026-01-31T10:00:00</at><zoned>2026-01-31T10:00:00Z</zoned>\
                        <zip>01234</zip><n>1</n><grouped>1,234,567</grouped><comma>1.234,56</comma><long>1234567890123456789</long><amount>1.5</amount>\
                        <nothing>N/A</nothing><flag>true</flag><uuid>123e4567-e89b-12d3-a456-426614174000</uuid><time>10:00:00</time>\
                        <real>1.5e300</real><us>12/31/2026</us><empty/></t>""", """
                        <t><d>2026-02-28</d><two>28.02.2026</two><open>05/06/2026</open><at>2026-01-31T10:00:00.125</at><zoned>2026-01-31T10:00:00</zoned>\
                        <zip>98765</zip><n>70000</n><grouped>1,000</grouped><comma>0,5</comma><long>9234567890123456789</long><amount>20</amount>\
                        <nothing>7</nothing><flag>false</flag><uuid>223e4567-e89b-12d3-a456-426614174000</uuid><time>23:59:59</time>\
                        <real>2</real><us>01/02/2026</us><empty/></t>""")).isEqualTo("""
                        tables:
                          # 2 rows
                          t:
                            columns:
                              uuid: { path: uuid, type: uuid, key: true }  # unique in 2
                              d: { path: d, type: date }  # in all
                              two: { path: two, type: date, format: [iso, d.M.yyyy] }  # in all
                              # dates, by day and month or by month and day: no value decides; if you know, give it the type date and the format
                              # d/M/yyyy or M/d/yyyy
                              open_: { path: open, type: varchar(10) }  # in all
                              at: { path: at, type: timestamp }  # in all
                              # some times have no zone, and are taken for UTC: say otherwise with zone
                              zoned: { path: zoned, type: timestamptz(0), zone: UTC }  # in all
                              zip: { path: zip, type: varchar(10) }  # in all; digits, some with zeros in front or very many; a number but for 1.xml:1
                              "n": { path: "n", type: integer }  # in all
                              grouped: { path: grouped, type: "decimal(12,3)", format: "#,##0.00" }  # in all
                              comma: { path: comma, type: "decimal(12,2)", format: "#.##0,00" }  # in all
                              long_: { path: long, type: varchar(20) }  # in all; digits, some with zeros in front or very many; a number but for 1.xml:1
                              amount: { path: amount, type: "decimal(12,2)" }  # in all; a whole number but for 1.xml:1
                              nothing: { path: nothing, type: integer, nulls: N/A }  # in all
                              flag: { path: flag, type: boolean }  # in all
                              time_: { path: time, type: time(0) }  # in all
                              real_: { path: real, type: double }  # in all; a decimal but for 1.xml:1
                              us: { path: us, type: date, format: M/d/yyyy }  # in all
                              empty: { path: exists(empty), type: boolean, required: true }  # in all; an empty element, there or not
                        """);
    }

    @Test
    void namesTheValueThatRulesOutATypeByItsLine() throws Exception {
        List<String> documents = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            documents.add("<t><n>" + i + "</n></t>");
        }
        documents.add("<t>\n\n<n>A7</n></t>");
        assertThat(draft(documents.toArray(String[]::new)))
                .contains("\"n\": { path: \"n\", type: varchar(100) }  # in all; a number but for 10.xml:3\n")
                .doesNotContain("A7");
    }

    @Test
    void listsCodesOnlyWhereValuesMayBeShown() throws Exception {
        String[] documents = IntStream.range(0, 40)
                .mapToObj(i -> "<t><state>" + (i % 2 == 0 ? "OPEN" : "SHUT") + "</state></t>")
                .toArray(String[]::new);
        assertThat(draft(documents)).contains("# in all; 2 distinct").doesNotContain("OPEN");
        assertThat(draft(
                        new DraftOptions(
                                "test", null, null, null, List.of(), List.of(), List.of(), false, false, true, 63,
                                1_000),
                        documents))
                .contains("# in all; OPEN, SHUT");
    }

    @Test
    void requiresWhatIsAlwaysThereInManyRows() throws Exception {
        String[] few = IntStream.range(0, 49).mapToObj(i -> "<t><a>x</a></t>").toArray(String[]::new);
        String[] many = IntStream.range(0, 50).mapToObj(i -> "<t><a>x</a></t>").toArray(String[]::new);
        assertThat(draft(few)).doesNotContain("required");
        assertThat(draft(many)).contains("a: { path: a, type: varchar(10), required: true }");
    }

    // Names

    @Test
    void givesNamesThatNeedNoQuotes() throws Exception {
        assertThat(draft("""
                        <Order-Group><select>1</select><OrderDate>2026-01-31</OrderDate><order_date>x</order_date><Straße>a</Straße><Größe>b</Größe>\
                        <日本>c</日本><home><city>d</city></home><work><city>e</city></work><x1.2>f</x1.2></Order-Group>""")).isEqualTo("""
                        tables:
                          # 1 row
                          order_group:
                            columns:
                              document_key: { meta: document-key, key: true }
                              select_: { path: select, type: integer }  # in all
                              order_date: { path: OrderDate, type: date }  # in all
                              order_date_2: { path: order_date, type: varchar(10) }  # in all
                              straße: { path: Straße, type: varchar(10) }  # in all
                              große: { path: Größe, type: varchar(10) }  # in all
                              日本: { path: 日本, type: varchar(10) }  # in all
                              home_city: { path: home/city, type: varchar(10) }  # in all
                              work_city: { path: work/city, type: varchar(10) }  # in all
                              x1_2: { path: x1.2, type: varchar(10) }  # in all
                        """);
    }

    @Test
    void shortensNamesToWhatADatabaseTakes() throws Exception {
        String longName = "a".repeat(80);
        assertThat(draft("<t><" + longName + "1>x</" + longName + "1><" + longName + "2>y</" + longName + "2></t>"))
                .contains("      " + "a".repeat(63) + ": {")
                .contains("      " + "a".repeat(61) + "_2: {");
    }

    @Test
    void splitsATableThatIsTooWide() throws Exception {
        StringBuilder document = new StringBuilder("<t>");
        for (String group : List.of("a", "b")) {
            document.append('<').append(group).append('>');
            for (int i = 0; i < 20; i++) {
                document.append("<c").append(i).append(">1</c").append(i).append('>');
            }
            document.append("</").append(group).append('>');
        }
        String draft = draft(OPTIONS.within(63, 50), document.append("</t>").toString());
        assertThat(draft)
                .contains("# a table of its own, since 40 columns are more than one can have")
                .contains("    parent: t\n    rows: a\n");
    }

    // Options

    @Test
    void makesTablesTextsAndXmlOfWhatItIsTold() throws Exception {
        String document = "<t><one><x>1</x></one><tag>a</tag><tag>b</tag><body><y>2</y></body></t>";
        assertThat(draft(
                        new DraftOptions(
                                "test",
                                "sales",
                                null,
                                null,
                                List.of("/t/one"),
                                List.of("/t/body"),
                                List.of("/t/tag"),
                                false,
                                false,
                                false,
                                63,
                                1_000),
                        document))
                .isEqualTo("""
                        schema: sales

                        tables:
                          # 1 row
                          t:
                            columns:
                              document_key: { meta: document-key, key: true }
                              tag: { path: tag, type: varchar(10), join: " " }  # in all
                              body: { path: body, type: xml }  # kept whole

                          # 1 row: 1..1 in t
                          one:
                            parent: t
                            rows: one
                            columns:
                              document_key: { ref: t.document_key, key: true }
                              seq: { ordinal: true, key: true }
                              x: { path: x, type: integer }  # in all
                        """);
    }

    @Test
    void refusesToDraftOfNothing() {
        assertThatThrownBy(() -> draft("<t>", "none"))
                .isInstanceOf(DraftException.class)
                .hasMessage("there is no document to draft a contract of: none of 2 could be read");
    }

    private static final DraftOptions OPTIONS = Drafts.OPTIONS;

    private static DraftOptions asked(String record) {
        return new DraftOptions(
                "test", null, null, record, List.of(), List.of(), List.of(), false, false, false, 63, 1_000);
    }

    @Test
    void whatIsUniqueByChanceIsNoKeyOfAChildTable() throws Exception {
        String draft = draft("""
                        <app id="1"><address postal_code="1" house_number="7"/><address postal_code="2" house_number="8"/></app>""", """
                        <app id="2"><address postal_code="1" house_number="9"/><address postal_code="3" house_number="8"/></app>""");
        assertThat(draft).contains("seq: { ordinal: true, key: true }");
    }

    // What a hostile reader has found

    @Test
    void recordsAtSeveralDepthsAreRefused() {
        DraftOptions people = new DraftOptions(
                "test",
                null,
                null,
                "/org/unit/person",
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                63,
                1_000);
        assertThatThrownBy(() -> draft(people, """
                        <org><unit n="1"><person id="1"/><unit n="2"><person id="2"/></unit></unit></org>"""))
                .isInstanceOf(DraftException.class)
                .hasMessageContaining("nested in itself")
                .hasMessageContaining("//person");
    }

    @Test
    void namesThatAreDataAreNoneWhereElementsAreNestedInThemselves() throws Exception {
        StringBuilder text = new StringBuilder("<root>");
        for (int i = 0; i < 60; i++) {
            text.append("<node><f").append(i).append(">1</f").append(i).append(">");
            text.append(i % 10 == 0 ? "<node><f" + i + ">2</f" + i + "></node>" : "")
                    .append("</node>");
        }
        assertThat(draft(text + "</root>")).doesNotContain("rows: \"*\"").contains("nested: node");
    }

    @Test
    void prefixesAreDeclaredThatStandBelowNamesOfData() throws Exception {
        StringBuilder text = new StringBuilder("<root xmlns:xl='urn:links' xmlns:b='urn:b'>");
        for (int i = 0; i < 1_100; i++) {
            text.append("<n")
                    .append(i)
                    .append(" xl:href='x")
                    .append(i)
                    .append("'><b:c>1</b:c></n")
                    .append(i)
                    .append('>');
        }
        assertThat(draft(text + "</root>"))
                .contains("xl: \"urn:links\"")
                .contains("b: \"urn:b\"")
                .contains("@xl:href");
    }

    @Test
    void aKeyIsUniqueInAllOfItsParentAlsoBehindWhatIsNestedInThat() throws Exception {
        String draft = draft("""
                        <doc><section t="x"><item id="a"><q/></item><section t="y"><item id="b"><q/></item></section>\
                        <item id="a"><q/></item></section></doc>""");
        assertThat(draft).contains("seq: { ordinal: true, key: true }").doesNotContain("unique in its doc");
    }

    @Test
    void numbersOfMoreDigitsThanADecimalHasStayTexts() throws Exception {
        assertThat(draft("""
                        <rs><r><g>12,345,345,345,345,345,345,345,345,345,345,345,345,345.5</g></r><r><g>1,234.5</g></r></rs>""")).contains("g: { path: g, type: varchar(100) }");
        assertThat(draft("<rs><r><d>0.12345678901234567891</d></r><r><d>1e-7</d></r></rs>"))
                .contains("d: { path: d, type: varchar(100) }");
    }

    @Test
    void timesWithFractionsOfSeveralLengthsHaveAFormatForEach() throws Exception {
        assertThat(draft("<rs><r><t>31/01/2026 10:00:00.5</t></r><r><t>30/01/2026 10:00:00.123</t></r></rs>"))
                .contains("\"d/M/yyyy HH:mm:ss.S\", \"d/M/yyyy HH:mm:ss.SSS\"");
    }

    @Test
    void flattenJoinsAttributesToo() throws Exception {
        DraftOptions flat = new DraftOptions(
                "test", null, null, null, List.of(), List.of(), List.of("/rs/r/x"), false, false, false, 63, 1_000);
        assertThat(draft(flat, "<rs><r k='1'><x a='1'>u</x><x a='2'>v</x></r><r k='2'><x a='3'>w</x></r></rs>"))
                .contains("x_a: { path: \"x/@a\", type: integer, join: \" \" }")
                .contains("x: { path: x, type: varchar(10), join: \" \" }");
    }

    @Test
    void refusesPathsThatNoDocumentHas() {
        DraftOptions misspelt = new DraftOptions(
                "test", null, null, null, List.of(), List.of("/rs/nope"), List.of(), false, false, false, 63, 1_000);
        assertThatThrownBy(() -> draft(misspelt, "<rs><r/></rs>"))
                .isInstanceOf(DraftException.class)
                .hasMessageContaining("--keep /rs/nope");
    }

    // Columns side by side, and tables that are alike

    @Test
    void makesRowsOfNumberedColumns() throws Exception {
        assertThat(draft("""
                        <loan id="1" coll1_make="a" coll1_year="2001" coll2_make="b" coll2_year="2002"/>""", """
                        <loan id="2" coll1_make="c" coll1_year="2003" coll2_make="" coll2_year=""/>""")).isEqualTo("""
                        tables:
                          # 2 rows
                          loan:
                            columns:
                              id: { path: "@id", type: bigint, key: true }  # unique in 2

                          # side by side, as coll1… to coll2…: a row for each number with a value. To have them as columns: --flatten /loan
                          coll:
                            parent: loan
                            skip-empty: true
                            columns:
                              loan_id: { ref: loan.id, key: true }
                            union:
                              - rows: .
                                columns:
                                  number: { value: 1, type: integer, key: true }
                                  make: { path: "@coll1_make", type: varchar(10) }  # 3 values
                                  coll_year: { path: "@coll1_year", type: integer }  # 3 values
                              - rows: .
                                columns:
                                  number: { value: 2, type: integer, key: true }
                                  make: { path: "@coll2_make", type: varchar(10) }  # 3 values
                                  coll_year: { path: "@coll2_year", type: integer }  # 3 values
                        """);
    }

    @Test
    void saysHowColumnsThatAreCalledAlikeWouldBeRows() throws Exception {
        assertThat(draft("<app><p TU_score='1' EX_score='2' EQ_score='3' V_score='4' x='5'/></app>")
                        .replaceAll("\\s+# ", " "))
                .contains("4 columns end in _score")
                .contains("p/(@TU_score | @EX_score | @EQ_score | @V_score)[. != '']");
    }

    @Test
    void sharesATableIfItIsAskedTo() throws Exception {
        DraftOptions shared = new DraftOptions(
                "test", null, null, null, List.of(), List.of(), List.of(), true, false, false, 63, 1_000);
        assertThat(draft(shared, """
                        <app id="1"><home><address city="A"/><address city="B"/></home><work><address city="C"/>\
                        <address city="D" zip="1"/></work></app>"""))
                .contains("""
                          # of 2 places, as --share asks for
                          address:
                            parent: app
                        """)
                .contains("rows: home/address")
                .contains("place: { value: work, type: varchar(100) }");
    }

    private static String draft(String... texts) throws SourceException, DraftException {
        return draft(OPTIONS, texts);
    }

    /** Without the first comment and what is the same in all. */
    private static String draft(DraftOptions options, String... texts) throws SourceException, DraftException {
        String draft = Drafts.draft(Drafts.documents(texts), options, 2);
        assertThat(draft)
                .startsWith("# Drafted by 'millrace discover' from ")
                .contains("\n\ncontract: 1\nname: test\n\n");
        String rest = draft.substring(draft.indexOf("name: test\n\n") + 12);
        return rest;
    }
}
