package dev.millrace.discovery.xsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas that cannot be read: each has a message that tells the place, and none takes long. */
class XsdRefusalTest {

    private static final String SCHEMA = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n";

    @TempDir
    Path folder;

    @Test
    void tellsWhereItIsNotWellFormed() throws Exception {
        assertThat(refused(SCHEMA + "  <xs:element name='a'>\n</xs:schema>"))
                .startsWith("s.xsd:3:11: is not well-formed (")
                .contains("expected")
                .endsWith("); expected an XML Schema; correct it at this place");
        assertThat(refused("")).startsWith("s.xsd:1:").contains("not well-formed");
    }

    @Test
    void refusesWhatIsNoSchema() throws Exception {
        assertThat(refused("<note xmlns='urn:n'/>"))
                .isEqualTo("s.xsd:1:1: found <note> in the namespace 'urn:n'; expected <schema> in the namespace"
                        + " 'http://www.w3.org/2001/XMLSchema'; give the file of a schema");
        assertThat(message(folder.resolve("no.xsd")))
                .isEqualTo("no.xsd: is no file; expected an XML Schema; correct the name of the file");
    }

    @Test
    void tellsWhatIsDeclaredNowhere() throws Exception {
        assertThat(refused(SCHEMA + "  <xs:element name='a' type='xs:strng'/></xs:schema>"))
                .isEqualTo("s.xsd:2:3: found type=\"xs:strng\", but no type 'strng' is declared in the namespace"
                        + " 'http://www.w3.org/2001/XMLSchema'; expected one of its names, such as 'string'; correct it,"
                        + " or give the file that declares it");
        assertThat(
                        refused(
                                SCHEMA
                                        + "<xs:element name='a'><xs:complexType><xs:sequence>\n<xs:element ref='b'/></xs:sequence></xs:complexType></xs:element></xs:schema>"))
                .startsWith("s.xsd:3:1: found ref=\"b\", but no element 'b' is declared in what is in no namespace;");
        assertThat(refused(SCHEMA + "<xs:element name='a' type='p:T'/></xs:schema>"))
                .isEqualTo("s.xsd:2:1: found type=\"p:T\", whose prefix is declared nowhere; expected one of an xmlns"
                        + " declaration; declare xmlns:p or correct the prefix");
        assertThat(refused(SCHEMA + "<xs:include/></xs:schema>"))
                .isEqualTo(
                        "s.xsd:2:1: found <include> without schemaLocation; expected the file that it means; add it");
    }

    @Test
    void tellsWhatTheLibraryDoesNotTake() throws Exception {
        assertThat(refused(SCHEMA + "<xs:element name='a'>\n<xs:sequence/></xs:element></xs:schema>"))
                .startsWith("s.xsd:3:1: is no valid XML Schema (")
                .endsWith("); expected XML Schema 1.0; correct it at this place");
        assertThat(
                        refused(
                                SCHEMA
                                        + "<xs:complexType name='a'><xs:sequence>\n<xs:element name='b' maxOccurs='many'/></xs:sequence></xs:complexType></xs:schema>"))
                .isEqualTo("s.xsd:3:1: found maxOccurs=\"many\"; expected a whole number or unbounded; correct it");
        assertThat(
                        refused(
                                SCHEMA
                                        + "<xs:simpleType name='s'><xs:restriction base='xs:string'/></xs:simpleType><xs:complexType name='c'/>"
                                        + "<xs:element name='a'><xs:complexType>\n<xs:attribute name='b' type='c'/></xs:complexType></xs:element></xs:schema>"))
                .startsWith("s.xsd:3:1: is no valid XML Schema (");
    }

    @Test
    void refusesWhatIsMadeOfItself() throws Exception {
        assertThat(refused(SCHEMA + extension("A", "B") + extension("B", "C") + extension("C", "A") + "</xs:schema>"))
                .startsWith("s.xsd:2:1: the complexType 'A' is made of itself (A → B → C → A);");
        assertThat(refused(SCHEMA
                        + "<xs:simpleType name='s'><xs:union memberTypes='xs:int s'/></xs:simpleType></xs:schema>"))
                .startsWith("s.xsd:2:1: the simpleType 's' is made of itself (s → s);");
        assertThat(refused(SCHEMA
                        + "<xs:group name='g'><xs:sequence><xs:group ref='g'/></xs:sequence></xs:group></xs:schema>"))
                .startsWith("s.xsd:2:1: the group 'g' is made of itself");
        assertThat(refused(SCHEMA
                        + "<xs:attributeGroup name='g'><xs:attributeGroup ref='g'/></xs:attributeGroup></xs:schema>"))
                .startsWith("s.xsd:2:1: the attributeGroup 'g' is made of itself");
        assertThat(
                        refused(
                                SCHEMA
                                        + "<xs:element name='a' substitutionGroup='b'/><xs:element name='b' substitutionGroup='a'/></xs:schema>"))
                .startsWith("s.xsd:2:1: the element 'a' is made of itself (a → b → a);");
    }

    @Test
    void refusesARedefinitionOfWhatIsNotThere() throws Exception {
        Files.writeString(folder.resolve("base.xsd"), SCHEMA + "</xs:schema>");

        assertThat(
                        refused(
                                SCHEMA
                                        + "<xs:redefine schemaLocation='base.xsd'>\n<xs:simpleType name='T'><xs:restriction base='T'/></xs:simpleType></xs:redefine></xs:schema>"))
                .isEqualTo("s.xsd:3:1: redefines the type 'T', which base.xsd does not declare; name one that it"
                        + " declares, or correct the schemaLocation");
    }

    @Test
    void expandsNoEntityAndReadsNoOtherFile() throws Exception {
        Files.writeString(folder.resolve("secret.txt"), "secret");
        String laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>" + "<!ENTITY f SYSTEM 'secret.txt'>]>\n";

        assertThat(refused(laughs + SCHEMA + "<xs:element name='&b;'/></xs:schema>"))
                .startsWith("s.xsd:3:")
                .contains("entity", "not expanded in schemas; write the text itself");
        for (String entity : List.of("&b;", "&f;")) {
            assertThat(refused(laughs + SCHEMA + "<xs:annotation><xs:documentation>" + entity
                            + "</xs:documentation></xs:annotation></xs:schema>"))
                    .startsWith("s.xsd:3:")
                    .contains("entity", "not expanded in schemas; write the text itself")
                    .doesNotContain("secret");
        }
    }

    @Test
    void readsNoEntityOfADoctype() throws Exception {
        assertThat(refused("<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p.dtd'>%p;]>\n" + SCHEMA
                        + "</xs:schema>"))
                .startsWith("s.xsd:1:")
                .contains("external entity", "write the text itself");
    }

    @Test
    void passesOverADoctypeThatNothingRefersTo() throws Exception {
        Path file = folder.resolve("s.xsd");
        Files.writeString(
                file,
                "<!DOCTYPE xs:schema PUBLIC '-//W3C//DTD XMLSCHEMA 200102//EN' 'http://127.0.0.1:9/XMLSchema.dtd'"
                        + " [<!ENTITY x 'y'>]>\n" + SCHEMA + "<xs:element name='a'/></xs:schema>");

        assertThat(XsdReader.read(List.of(file), List.of()).elements()).hasSize(1);
    }

    @Test
    void countsWithoutBuildingWhatItCounts() throws Exception {
        Path file = folder.resolve("s.xsd");
        StringBuilder groups = new StringBuilder(SCHEMA);
        groups.append(
                "<xs:group name='g0'><xs:sequence><xs:element name='a' maxOccurs='9999999'/></xs:sequence></xs:group>");
        for (int i = 1; i < 60; i++) {
            groups.append(
                    "<xs:group name='g%d'><xs:sequence><xs:group ref='g%d' maxOccurs='100000'/></xs:sequence></xs:group>"
                            .formatted(i, i - 1));
        }
        groups.append(
                "<xs:element name='r'><xs:complexType><xs:group ref='g59'/></xs:complexType></xs:element></xs:schema>");
        Files.writeString(file, groups);

        XsdElement a = XsdReader.read(List.of(file), List.of())
                .documentElements()
                .get(0)
                .child("a")
                .orElseThrow();

        assertThat(a.occurs()).isEqualTo(new XsdOccurs(1, XsdOccurs.UNBOUNDED));
    }

    @Test
    void refusesWhatIsTooDeep() throws Exception {
        String deep = "<xs:sequence>".repeat(2_000) + "</xs:sequence>".repeat(2_000);

        assertThat(refused(SCHEMA + "<xs:complexType name='t'>" + deep + "</xs:complexType></xs:schema>"))
                .startsWith("s.xsd:2:")
                .contains("Depth");
    }

    private static String extension(String name, String base) {
        return "<xs:complexType name='" + name + "'><xs:complexContent><xs:extension base='" + base
                + "'/></xs:complexContent></xs:complexType>";
    }

    private String refused(String text) throws IOException {
        Path file = folder.resolve("s.xsd");
        Files.writeString(file, text);
        return message(file);
    }

    private String message(Path file) {
        XsdException refusal = catchThrowableOfType(XsdException.class, () -> XsdReader.read(List.of(file), List.of()));
        return refusal.getMessage().replace(folder + folder.getFileSystem().getSeparator(), "");
    }
}
