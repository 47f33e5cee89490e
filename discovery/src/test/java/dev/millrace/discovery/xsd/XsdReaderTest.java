package dev.millrace.discovery.xsd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.xml.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each construct of XML Schema becomes, and where files are found. */
class XsdReaderTest {

    @TempDir
    Path folder;

    @Test
    void includesChameleonsAndImportsFromAnAddress() throws Exception {
        XsdSchema schema = Outline.read("shop.xsd");

        assertThat(Outline.of(schema)).isEqualTo("""
                s:Order 1..1
                  @id required varchar(12)
                  @xml:lang text
                  p:Buyer 1..1
                    Name 1..1 text
                    p:Town 0..1 text
                  s:Line 1..*
                    s:Article 1..1 varchar(12)
                    s:Quantity 1..1 integer default=1
                """);
        assertThat(schema.notes()).isEmpty();
        assertThat(schema.files()).hasSize(3);
        assertThat(schema.namespaces()).containsOnlyKeys("p", "s").containsEntry("s", "urn:shop");
        assertThat(schema.targetNamespaces()).containsExactly("urn:shop");
        assertThat(schema.elements()).hasSize(2);
        assertThat(schema.element(new Name("urn:party", "", "Buyer"))).isPresent();
    }

    @Test
    void aFileThatOthersIncludeIsNoSchemaByItself() throws Exception {
        XsdSchema both = Outline.read("shop.xsd", "shop-types.xsd");

        assertThat(Outline.of(both)).isEqualTo(Outline.of(Outline.read("shop.xsd")));
        assertThat(both.targetNamespaces()).containsExactly("urn:shop");
    }

    @Test
    void followsIncludesInACircle() throws Exception {
        assertThat(Outline.of(Outline.read("cyclic-a.xsd"))).isEqualTo("""
                A 1..1
                  b 1..1 boolean
                """);
        assertThat(Outline.of(Outline.read("cyclic-b.xsd"))).isEqualTo(Outline.of(Outline.read("cyclic-a.xsd")));
    }

    @Test
    void redefinesTypesAndGroups() throws Exception {
        assertThat(Outline.of(Outline.read("redefine.xsd"))).isEqualTo("""
                Person 1..1
                  @new required boolean
                  @old boolean
                  name 1..1 varchar(4)
                  phone 0..1 text
                  mail 1..1 text
                  born 1..1 date
                """);
        assertThat(Outline.of(Outline.read("redefine-base.xsd"))).contains("name 1..1 varchar(10)");
    }

    @Test
    void flattensSequencesChoicesAllAndGroups() throws Exception {
        assertThat(Outline.of(Outline.read("content.xsd"))).isEqualTo("""
                root 1..1
                  choices 1..1
                    a 0..1 choice integer
                    both 1..5 choice integer
                    b 0..1 choice integer
                  single 1..1
                    only 1..1 integer
                  all 1..1
                    x 1..1 integer
                    y 0..1 integer
                  groups 1..1
                    left 2..12 integer
                    right 0..12 integer
                    one 1..3 integer
                  again 1..1
                    n 1..* choice integer
                    m 0..* choice integer
                  empty 1..1 nillable
                  fixed 1..1 nillable text fixed=yes
                """);
    }

    @Test
    void gathersAttributesOfGroupsAndBases() throws Exception {
        assertThat(Outline.of(Outline.read("attributes.xsd"))).isEqualTo("""
                a:item 1..1
                  @lang text default=en
                  @version text fixed=1.0
                  @kept integer
                  @id required text
                  @refs text
                  @a:global smallint
                  @* ##other urn:a LAX
                """);
    }

    @Test
    void expandsSubstitutionGroups() throws Exception {
        assertThat(Outline.of(Outline.read("substitution.xsd"))).isEqualTo("""
                drawing 1..1
                  circle 0..* choice for shape
                    @colour text
                    @r double
                  dot 0..* choice for shape
                    @colour text
                    @r double
                  square 0..* choice for shape
                    @colour text
                    @r double
                  lonely 1..1 abstract text
                  closed 1..1 text
                """);
    }

    @Test
    void mergesWhatDerivedTypesAdd() throws Exception {
        XsdSchema schema = Outline.read("derivation.xsd");

        assertThat(Outline.of(schema)).isEqualTo("""
                fleet 1..1
                  vehicle 1..*
                    @id required integer
                    @sport boolean
                    plate 1..1 text
                    doors 0..1 smallint in Car
                    load 0..3 decimal(38,10) in Car,Truck
                  plain 1..1
                    @id required integer
                    plate 1..1 text
                  small 1..1
                    @id required integer
                    @sport required boolean
                    plate 1..1 text
                    doors 1..1 smallint
                  price 1..1 decimal(38,10)
                    @currency text
                """);
        XsdElement vehicle = schema.documentElements().get(0).child("vehicle").orElseThrow();
        assertThat(vehicle.derivedTypes()).extracting(Name::local).containsExactly("Car", "SmallCar", "Truck");
        assertThat(vehicle.typeName()).contains(Name.of("Vehicle"));
    }

    @Test
    void endsEachPathAtARecursion() throws Exception {
        XsdSchema schema = Outline.read("recursion.xsd");

        assertThat(Outline.of(schema)).isEqualTo("""
                book 1..1
                  section 1..*
                    title 1..1 text
                    section 0..* -> /book/section
                    appendix 0..1
                      title 1..1 text
                      section 0..* -> /book/section
                      appendix 0..1 -> /book/section/appendix
                part 1..1
                  part 0..1 -> /part
                """);
        XsdElement section = schema.documentElements().get(0).child("section").orElseThrow();
        XsdElement appendix = section.child("appendix").orElseThrow();
        assertThat(appendix.recursion()).isEmpty();
        assertThat(appendix.sameTypeAbove()).containsSame(section);
    }

    @Test
    void keepsWildcardsAndMixedContent() throws Exception {
        assertThat(Outline.of(Outline.read("wildcards.xsd"))).isEqualTo("""
                ns:anything 1..1 mixed
                  @* ##any LAX
                  * 0..* ##any LAX
                ns:open 1..1 mixed
                  @* ##any STRICT
                  * 0..* ##other urn:w LAX
                  * 0..1 ##local urn:a urn:b SKIP
                  known 0..1 choice integer
                """);
    }

    @Test
    void tellsWhatTheSchemaSays() throws Exception {
        XsdElement doc = Outline.read("documentation.xsd").documentElements().get(0);

        assertThat(doc.documentation())
                .contains(new XsdDocumentation("The document, e.g. a letter. It has more to say."));
        assertThat(doc.documentation().orElseThrow().firstSentence()).isEqualTo("The document, e.g. a letter.");
        assertThat(said(doc, "typed")).isEqualTo("The type's.");
        assertThat(said(doc, "global")).isEqualTo("Said where it is used.");
        assertThat(said(doc, "parts")).isEqualTo("What it is made of.");
        assertThat(said(doc, "silent")).isEmpty();
        assertThat(doc.attributes().get(0).documentation()).contains(new XsdDocumentation("An attribute's."));
    }

    private static String said(XsdElement parent, String child) {
        return parent.child(child)
                .flatMap(XsdElement::documentation)
                .map(XsdDocumentation::firstSentence)
                .orElse("");
    }

    @Test
    void takesAnyContentForWhatIsNotFound() throws Exception {
        XsdSchema schema = Outline.read("missing.xsd");

        assertThat(Outline.of(schema)).isEqualTo("""
                o:root 1..1
                  @code text
                  @m:mark text
                  @* ##any LAX
                  * 0..* ##any LAX
                  * 0..* ##any LAX
                  m:thing 1..* mixed unresolved
                    @* ##any LAX
                    * 0..* ##any LAX
                  o:part 1..1 mixed unresolved
                    @* ##any LAX
                    * 0..* ##any LAX
                """);
        assertThat(schema.notes()).hasSize(4);
        assertThat(schema.notes().get(1).toString())
                .endsWith("missing.xsd:4:3: imports the namespace 'urn:missing', which was not found"
                        + " ('https://schemas.example.org/never/fetched.xsd' is not beside the file; there are no catalog"
                        + " directories): what is used of it counts as any content; give its file, or a catalog directory"
                        + " that has it");
    }

    @Test
    void passesOverWhatVersion11HasMore() throws Exception {
        XsdSchema schema = Outline.read("later.xsd");

        assertThat(Outline.of(schema)).isEqualTo("""
                root 1..1
                  @n integer
                  at 1..1 timestamp(6)
                """);
        assertThat(schema.notes())
                .extracting(XsdNote::text)
                .containsExactly(
                        "the type 'xs:dateTimeStamp' is of XML Schema 1.1; 'dateTime' stands for it",
                        "<assert> is of XML Schema 1.1 and is passed over, 2 times from here on; nothing of it counts");
    }

    @Test
    void findsFilesInCatalogDirectoriesByTheEndOfTheirPath() throws Exception {
        Path main = write("main/main.xsd", """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:n="urn:n">
                  <xs:import namespace="urn:t" schemaLocation="http://example.org/v2/types.xsd"/>
                  <xs:import namespace="urn:n"/>
                  <xs:element name="root" type="t:T"/>
                  <xs:element name="other" type="n:N"/>
                </xs:schema>
                """);
        String types = """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
                  <xs:simpleType name="T"><xs:restriction base="xs:string"><xs:maxLength value="%s"/></xs:restriction></xs:simpleType>
                </xs:schema>
                """;
        write("catalog/v1/types.xsd", types.formatted("1"));
        write("catalog/v2/types.xsd", types.formatted("2"));
        write("catalog/a/types.xsd", "this is no schema");
        write("catalog/by-namespace.xsd", """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:n">
                  <xs:simpleType name="N"><xs:restriction base="xs:int"/></xs:simpleType>
                </xs:schema>
                """);

        XsdSchema schema = XsdReader.read(List.of(main), List.of(folder.resolve("catalog")));

        assertThat(Outline.of(schema)).isEqualTo("""
                other 1..1 integer
                root 1..1 varchar(2)
                """);
        assertThat(schema.notes()).isEmpty();
    }

    @Test
    void knowsTheAttributesOfLinksWithoutAFile() throws Exception {
        Path main = write("main.xsd", """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:l="http://www.w3.org/1999/xlink">
                  <xs:import namespace="http://www.w3.org/1999/xlink" schemaLocation="http://www.w3.org/1999/xlink.xsd"/>
                  <xs:element name="a"><xs:complexType><xs:attributeGroup ref="l:simpleAttrs"/></xs:complexType></xs:element>
                </xs:schema>
                """);

        XsdSchema schema = XsdReader.read(List.of(main), List.of());

        assertThat(schema.notes()).isEmpty();
        assertThat(Outline.of(schema)).startsWith("a 1..1\n  @l:type varchar(8) fixed=simple\n  @l:href text\n");
    }

    @Test
    void notesWhatIsDeclaredTwiceAndAFileOfAnotherNamespace() throws Exception {
        String element = """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
                  <xs:import namespace="urn:u" schemaLocation="b.xsd"/>
                  <xs:element name="e" type="xs:%s"/>
                </xs:schema>
                """;
        Path a = write("a.xsd", element.formatted("int"));
        Path b = write("b.xsd", element.formatted("string"));

        XsdSchema schema = XsdReader.read(List.of(b, a), List.of());

        assertThat(Outline.of(schema))
                .isEqualTo("t:e 1..1 integer\n"
                        .replace("t:e", schema.elements().get(0).name().qualified()));
        assertThat(schema.notes())
                .extracting(note -> note.text().replace(folder.toString(), "").replace('\\', '/'))
                .anyMatch(text -> text.equals("declares element 'e' again; what /a.xsd says of it counts"))
                .anyMatch(text -> text.equals(
                        "'/b.xsd' is not used: it has the namespace 'urn:t', and the namespace 'urn:u' was expected"));
    }

    @Test
    void doesNotDependOnTheOrderOfFiles() throws Exception {
        List<String> names = List.of(
                "shop.xsd",
                "shop-types.xsd",
                "party.xsd",
                "content.xsd",
                "attributes.xsd",
                "derivation.xsd",
                "recursion.xsd",
                "wildcards.xsd",
                "missing.xsd");
        List<Path> files = new ArrayList<>(names.stream().map(Outline::file).toList());
        XsdSchema first = XsdReader.read(files, List.of());

        for (int seed = 0; seed < 5; seed++) {
            Collections.shuffle(files, new Random(seed));
            XsdSchema again = XsdReader.read(files, List.of());

            assertThat(Outline.of(again)).isEqualTo(Outline.of(first));
            assertThat(again.notes()).isEqualTo(first.notes());
            assertThat(again.namespaces()).isEqualTo(first.namespaces());
            assertThat(again.files()).isEqualTo(first.files());
        }
    }

    @Test
    void tellsWhereAnElementIsDeclared() throws Exception {
        XsdElement order = Outline.read("shop.xsd").documentElements().get(0);

        XsdElement line = order.child("Line").orElseThrow();
        assertThat(line.position().toString()).endsWith("shop.xsd:10:9");
        assertThat(line.path()).isEqualTo("/s:Order/s:Line");
        assertThat(line.parent()).containsSame(order);
        assertThat(order.children()).isSameAs(order.children());
        assertThat(order.attributes().get(0).position().line()).isEqualTo(12);
        assertThat(order.child("Nothing")).isEqualTo(Optional.empty());
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
