package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command discover with XML Schemas: alone, and together with documents. */
class DiscoverSchemaTest {

    private static final String SCHEMA = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:o" targetNamespace="urn:o" elementFormDefault="qualified">
              <xs:element name="order">
                <xs:annotation><xs:documentation>What a customer wants. And more.</xs:documentation></xs:annotation>
                <xs:complexType>
                  <xs:sequence>
                    <xs:element name="customer" type="Name"/>
                    <xs:element name="placed" type="xs:dateTime"/>
                    <xs:element name="due" type="xs:date" nillable="true"/>
                    <xs:element name="note" type="xs:string" minOccurs="0"/>
                    <xs:element name="line" maxOccurs="unbounded">
                      <xs:complexType>
                        <xs:sequence>
                          <xs:element name="text" type="xs:string"/>
                          <xs:element name="part" type="xs:string" minOccurs="0" maxOccurs="3"/>
                        </xs:sequence>
                        <xs:attribute name="id" type="xs:ID" use="required"/>
                        <xs:attribute name="amount" type="xs:int" use="required"/>
                        <xs:attribute name="unit" type="Unit"/>
                      </xs:complexType>
                    </xs:element>
                  </xs:sequence>
                </xs:complexType>
              </xs:element>
              <xs:simpleType name="Name"><xs:restriction base="xs:token"><xs:minLength value="1"/><xs:maxLength value="20"/></xs:restriction></xs:simpleType>
              <xs:simpleType name="Unit"><xs:restriction base="xs:token"><xs:enumeration value="kg"/><xs:enumeration value="m"/></xs:restriction></xs:simpleType>
            </xs:schema>
            """;

    private static final String FIRST = """
            <order xmlns="urn:o">
              <customer>Ann</customer><placed>2026-01-31T12:00:00Z</placed><due>2026-02-01</due>
              <line id="a" amount="1" unit="kg"><text>Flour</text><part>1</part></line>
            </order>
            """;

    private static final String SECOND = """
            <order xmlns="urn:o" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <customer>Bob</customer><placed>2026-01-31T12:00:00Z</placed><due xsi:nil="true"/>
              <line id="b" amount="2"><text/></line>
            </order>
            """;

    @TempDir
    private Path folder;

    private Path schema;
    private Path documents;
    private Path contract;

    @BeforeEach
    void write() throws IOException {
        schema = Files.writeString(folder.resolve("order.xsd"), SCHEMA);
        documents = Files.createDirectory(folder.resolve("orders"));
        Files.writeString(documents.resolve("1.xml"), FIRST);
        Files.writeString(documents.resolve("2.xml"), SECOND);
        contract = folder.resolve("orders.yaml");
    }

    @Test
    void takesTypesFromTheSchemaAndWhatIsInUseFromDocuments() throws IOException {
        Invocation discovered =
                Invocation.of("discover", schema.toString(), documents.toString(), "-o", contract.toString());

        assertThat(discovered.exitCode()).as(discovered.all()).isZero();
        assertThat(discovered.out())
                .contains("The documents keep to the schema, as far as a draft looks at it.")
                .contains("1 path of the schema is in no document and left out")
                .contains("2 documents fit the contract, none is rejected.");
        String draft = Files.readString(contract);
        assertThat(draft.substring(draft.indexOf("tables:"))).isEqualTo("""
                        tables:
                          # 2 rows
                          order_:
                            description: What a customer wants.
                            columns:
                              document_key: { meta: document-key, key: true }
                              customer: { path: customer, type: varchar(20), required: true }  # in all; xs:token, at most 20 characters
                              # the schema lets times have no zone: these are taken for UTC; say otherwise with zone
                              placed: { path: placed, type: timestamptz, required: true, zone: UTC }  # in all; xs:dateTime, may have a zone
                              due: { path: due, type: date, nil: null }  # 1 of 2; xs:date, may have a zone

                          # 2 rows: 1..* in order
                          line:
                            parent: order_
                            rows: line
                            columns:
                              document_key: { ref: order_.document_key, key: true }
                              id: { path: "@id", type: varchar(100), key: true }  # unique in its order_; xs:ID, any length
                              amount: { path: "@amount", type: integer, required: true }  # in all; xs:int
                              unit: { path: "@unit", type: varchar(2) }  # 1 of 2; one of kg, m
                              text_: { path: text, type: text }  # 1 of 2; xs:string, any length

                          # 1 row: 0..3 in line, 1 of 2 have any
                          part:
                            parent: line
                            rows: part
                            columns:
                              document_key: { ref: line.document_key, key: true }
                              line_id: { ref: line.id, key: true }
                              seq: { ordinal: true, key: true }
                              part: { path: ".", type: text }  # in all; xs:string, any length

                        ignore:
                          - ".//@xsi:nil"  # says that an element has no value, which is then NULL

                        # Left out: 1 path of the schema, with all that is in it, which no document has:
                        #   /order/note
                        """);
    }

    @Test
    void namesWhereDocumentsDoNotKeepToTheSchemaAndFollowsThem() throws IOException {
        Files.writeString(documents.resolve("3.xml"), """
                <order xmlns="urn:o">
                  <customer>Somebody with a long name</customer>
                  <customer>Cyd</customer><placed>yesterday</placed><due>2026-02-01</due>
                  <line id="c" unit="miles"><text>Rope</text>
                    <colour>red</colour></line>
                </order>
                """);

        Invocation discovered =
                Invocation.of("discover", documents.toString(), schema.toString(), "-o", contract.toString());

        assertThat(discovered.exitCode()).as(discovered.all()).isZero();
        assertThat(discovered.out().replaceAll("\\s+", " "))
                .contains("The documents do not keep to the schema, in 6 points; the draft follows them:")
                .contains("/order/customer: the schema says 1..1 in order; there are up to 2")
                .contains("/order/customer: the schema says xs:token, at most 20 characters; the longest value has 25"
                        + " characters, first in 3.xml:2")
                .contains("/order/placed: the schema says xs:dateTime, may have a zone; a value is not of it, first in"
                        + " 3.xml:3")
                .contains("/order/line/@amount: required by the schema; 1 of 3 have none")
                .contains("/order/line/@unit: the schema says xs:token, one of 2 values; 1 distinct value is none of"
                        + " these, first in 3.xml:4")
                .contains("/order/line/colour: the schema has no such element there, first in 3.xml:5")
                .contains("3 documents fit the contract, none is rejected.");
        assertThat(Files.readString(contract))
                .contains("# Not as the schema has it: the schema has no such element there, first in 3.xml:5")
                .contains("# Not as the schema has it: required by the schema; 1 of 3 have none\n      amount: {")
                .doesNotContain("miles")
                .doesNotContain("yesterday");
    }

    @Test
    void holdsPatternsLengthsAndListsOfWordsAgainstAllValues() throws IOException {
        Path facets = Files.writeString(folder.resolve("facets.xsd"), """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
                  <xs:element name="list"><xs:complexType><xs:sequence><xs:element name="item" maxOccurs="unbounded"><xs:complexType>
                    <xs:attribute name="code"><xs:simpleType><xs:restriction base="xs:token"><xs:pattern value="[A-Z]{2}\\d+"/></xs:restriction></xs:simpleType></xs:attribute>
                    <xs:attribute name="good"><xs:simpleType><xs:restriction base="xs:token"><xs:pattern value="[A-Z]{2}\\d+"/></xs:restriction></xs:simpleType></xs:attribute>
                    <xs:attribute name="name"><xs:simpleType><xs:restriction base="xs:token"><xs:minLength value="3"/></xs:restriction></xs:simpleType></xs:attribute>
                    <xs:attribute name="rate"><xs:simpleType><xs:restriction base="xs:decimal"><xs:enumeration value="1.50"/><xs:enumeration value="2"/></xs:restriction></xs:simpleType></xs:attribute>
                    <xs:attribute name="sizes"><xs:simpleType><xs:list itemType="Size"/></xs:simpleType></xs:attribute>
                  </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
                  <xs:simpleType name="Size"><xs:restriction base="xs:token"><xs:enumeration value="S"/><xs:enumeration value="M"/></xs:restriction></xs:simpleType>
                </xs:schema>
                """);
        StringBuilder text = new StringBuilder("<list>\n");
        for (int i = 0; i < 500; i++) {
            // One of five hundred: no sample has it.
            text.append("<item code='").append(i == 400 ? "oops" : "AB" + i);
            text.append("' good='AB").append(i);
            text.append("' name='").append(i == 7 ? "" : i == 8 ? "x" : "name" + i);
            text.append("' rate='").append(i == 9 ? "3" : i % 2 == 0 ? "1.5" : "2.0");
            text.append("' sizes='").append(i == 10 ? "S XL" : "S M").append("'/>\n");
        }
        Path document = Files.writeString(folder.resolve("list.xml"), text + "</list>");

        Invocation discovered = Invocation.of("discover", facets.toString(), document.toString());

        assertThat(discovered.exitCode()).as(discovered.all()).isZero();
        assertThat(discovered.err().replaceAll("\\s+", " "))
                .contains("in 5 points; the draft follows them:")
                .contains(
                        "/list/item/@code: the schema says xs:token, any length; some do not match its pattern, first in"
                                + " list.xml:402")
                .contains("/list/item/@name: the schema says 3 characters at least; 1 of 500 are empty or blank")
                .contains("/list/item/@name: the schema says 3 characters at least; the shortest value has 1, first in"
                        + " list.xml:10")
                .contains(
                        "/list/item/@rate: the schema says xs:decimal, one of 2 values; 1 distinct value is none of these,"
                                + " first in list.xml:11")
                .contains(
                        "/list/item/@sizes: the schema says list of Size; some are none of these, first in list.xml:12");
        assertThat(discovered.all()).doesNotContain("oops").doesNotContain("XL");
    }

    @Test
    void takesTheSchemasKeysForEvidence() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys.xsd"), """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:k" xmlns:k="urn:k" targetNamespace="urn:k" elementFormDefault="qualified">
                  <xs:element name="plan">
                    <xs:complexType><xs:sequence>
                      <xs:element name="stop" maxOccurs="unbounded"><xs:complexType>
                        <xs:attribute name="sign" type="Sign" use="required"/><xs:attribute name="city" type="xs:token"/>
                      </xs:complexType></xs:element>
                      <xs:element name="ride" maxOccurs="unbounded"><xs:complexType>
                        <xs:sequence><xs:element name="at" type="xs:token"/></xs:sequence><xs:attribute name="train" type="xs:int"/>
                        <xs:attribute name="day" type="xs:int"/>
                      </xs:complexType></xs:element>
                    </xs:sequence></xs:complexType>
                    <xs:key name="stopKey"><xs:selector xpath=".//k:stop"/><xs:field xpath="@sign"/></xs:key>
                    <xs:unique name="rideOnce"><xs:selector xpath="k:ride"/><xs:field xpath="@train"/><xs:field xpath="@day"/></xs:unique>
                    <xs:keyref name="rideStop" refer="k:stopKey"><xs:selector xpath="k:ride"/><xs:field xpath="k:at"/></xs:keyref>
                  </xs:element>
                  <xs:simpleType name="Sign"><xs:restriction base="xs:token"><xs:length value="1"/></xs:restriction></xs:simpleType>
                </xs:schema>
                """);
        Path document = Files.writeString(folder.resolve("plan.xml"), """
                <plan xmlns="urn:k"><stop sign="b" city="x"/><stop sign="c" city="x"/>
                  <ride train="1" day="1"><at>b</at></ride><ride train="1" day="2"><at>z</at></ride></plan>
                """);

        Invocation alone = Invocation.of("discover", keys.toString());
        Invocation both = Invocation.of("discover", keys.toString(), document.toString());

        assertThat(alone.exitCode()).as(alone.all()).isZero();
        assertThat(alone.out())
                .contains("sign: { path: \"@sign\", type: varchar(1), key: true }  # unique by the schema; xs:token, 1"
                        + " character; unique in plan, as the schema's stopKey says\n")
                .contains("xs:int; unique in plan with @day, as the schema's rideOnce says\n")
                .contains("any length; a reference, as the schema's rideStop says\n");
        assertThat(both.exitCode()).as(both.all()).isZero();
        assertThat(both.out())
                .contains(
                        "key: true }  # unique in its plan_; xs:token, 1 character; unique in plan, as the schema's stopKey"
                                + " says\n")
                .contains("a reference, as the schema's rideStop says; refers to stop.sign: 1 of 2 values are there\n");
    }

    @Test
    void draftsTheSchemaAloneAndSaysWhatComesNext() throws IOException {
        Invocation discovered = Invocation.of("discover", schema.toString(), "-o", contract.toString());

        assertThat(discovered.exitCode()).as(discovered.all()).isZero();
        assertThat(discovered.out())
                .contains("1 schema, no documents")
                .contains("There are no documents to try it on.")
                .contains("--from DOCUMENTS --to jdbc:h2:./orders --create-tables");
        assertThat(Files.readString(contract))
                .contains("alone: no document was looked at")
                .contains("id: { path: \"@id\", type: varchar(100), key: true }  # unique by the schema")
                .contains("note: { path: note, type: text }");
        assertThat(Invocation.of("run", contract.toString(), "--from", documents.toString(), "--dry-run")
                        .exitCode())
                .isZero();
    }

    @Test
    void looksForSchemasInCatalogs() throws IOException {
        Path catalog = Files.createDirectory(folder.resolve("catalog"));
        Files.move(schema, catalog.resolve("order.xsd"));
        Path main = Files.writeString(folder.resolve("main.xsd"), """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:o="urn:o">
                  <xs:import namespace="urn:o" schemaLocation="http://example.org/order.xsd"/>
                  <xs:element name="orders"><xs:complexType><xs:sequence><xs:element ref="o:order" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>
                </xs:schema>
                """);

        Invocation with = Invocation.of("discover", main.toString(), "--catalog", catalog.toString());
        Invocation record = Invocation.of(
                "discover", main.toString(), "--catalog", catalog.toString(), "--record", "/orders/order");
        Invocation without = Invocation.of("discover", main.toString());

        assertThat(with.exitCode()).as(with.all()).isZero();
        assertThat(with.out()).contains("# 1..9 in orders\n");
        assertThat(record.out()).contains("record: ").contains("orders/");
        assertThat(without.all()).contains("main.xsd:2");
    }

    @Test
    void refusesWhatMakesNoSenseBeforeAnythingIsRead() throws IOException {
        assertRefused("--to: there is nothing to load", schema.toString(), "--to", "jdbc:h2:mem:nothing");
        assertRefused("--root is for schemas alone", documents.toString(), "--root", "order");
        assertRefused("--catalog is where schemas are looked for", documents.toString(), "--catalog", ".");
        assertRefused("no such element outside of others", schema.toString(), "--root", "invoice");
        assertRefused(
                "is no file; expected an XML Schema", folder.resolve("gone.xsd").toString());
        Path broken = Files.writeString(folder.resolve("broken.xsd"), "<xs:schema>");
        assertRefused("broken.xsd:1:", broken.toString());
    }

    private void assertRefused(String message, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "discover";
        System.arraycopy(words, 0, all, 1, words.length);
        Invocation refused = Invocation.of(all);
        assertThat(refused.exitCode()).as(refused.all()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains(message);
    }
}
