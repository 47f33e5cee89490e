package dev.millrace.discovery.xsd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.SqlType;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Schemas that others wrote, out of jars, read where they lie. Their numbers were counted in the files, without this reader. */
class RealSchemasTest {

    @Test
    void readsTheSchemaForSchemas() throws Exception {
        inJar("org/xmlresolver/www.w3.org/2001/XMLSchema.xsd", file -> {
            XsdSchema schema = XsdReader.read(List.of(file), List.of());

            assertThat(schema.elements()).hasSize(41);
            assertThat(schema.documentElements()).extracting(XsdElement::path).containsExactly("/xs:schema");
            assertThat(schema.files()).hasSize(2);
            assertThat(schema.notes()).isEmpty();
            XsdElement root = schema.documentElements().get(0);
            assertThat(root.attributes()).hasSize(8);
            assertThat(root.children())
                    .extracting(child -> child.name().local())
                    .containsExactlyInAnyOrder(
                            "include",
                            "import",
                            "redefine",
                            "annotation",
                            "simpleType",
                            "complexType",
                            "group",
                            "attributeGroup",
                            "element",
                            "attribute",
                            "notation");
            assertThat(walked(root, 20_000)).isPositive();
        });
    }

    @Test
    void readsXsltOfVersion11() throws Exception {
        inJar("org/xmlresolver/www.w3.org/TR/xslt-30/schema-for-xslt30.xsd", file -> {
            XsdSchema schema = XsdReader.read(List.of(file), List.of());

            assertThat(schema.elements()).hasSize(81);
            assertThat(schema.notes()).isNotEmpty();
        });
    }

    @Test
    void readsSignaturesWithTheirDoctype() throws Exception {
        inJar("org/xmlresolver/www.w3.org/2000/09/xmldsig-core-schema.xsd", file -> {
            XsdSchema schema = XsdReader.read(List.of(file), List.of());

            assertThat(schema.elements()).hasSize(24);
            XsdElement value = schema.elements().stream()
                    .filter(element -> element.name().local().equals("SignatureValue"))
                    .findFirst()
                    .orElseThrow();
            assertThat(value.value().orElseThrow().type().kind()).isEqualTo(SqlType.Kind.BYTES);
        });
    }

    @Test
    void readsSpringBeans() throws Exception {
        inJar("org/springframework/beans/factory/xml/spring-beans.xsd", file -> {
            XsdSchema schema = XsdReader.read(List.of(file), List.of());

            assertThat(schema.elements()).hasSize(25);
            assertThat(schema.documentElements()).extracting(XsdElement::path).containsExactly("/beans:beans");
            XsdElement beans = schema.documentElements().get(0);
            assertThat(beans.children())
                    .extracting(XsdElement::toString)
                    .containsExactly(
                            "/beans:beans/beans:description 0..1",
                            "/beans:beans/beans:import 0..*",
                            "/beans:beans/beans:alias 0..*",
                            "/beans:beans/beans:bean 0..*",
                            "/beans:beans/beans:beans 0..*");
            assertThat(beans.attributes()).hasSize(7);
            XsdElement bean = beans.child("bean").orElseThrow();
            assertThat(bean.attributes()).hasSize(15);
            assertThat(bean.children()).hasSize(7);
            assertThat(bean.wildcards()).hasSize(1);
            assertThat(beans.child("beans").flatMap(XsdElement::recursion)).containsSame(beans);
        });
    }

    @Test
    void readsWebApplicationsOfJakarta() throws Exception {
        inJar("jakarta/servlet/resources/web-app_6_0.xsd", file -> {
            XsdSchema schema = XsdReader.read(List.of(file), List.of());

            assertThat(schema.documentElements()).extracting(XsdElement::path).containsExactly("/jakartaee:web-app");
            assertThat(schema.notes()).isEmpty();
            XsdElement app = schema.documentElements().get(0);
            assertThat(app.attributes())
                    .extracting(attribute -> attribute.name().local())
                    .containsExactly("version", "id", "metadata-complete");
            XsdElement servlet = app.child("servlet").orElseThrow();
            assertThat(servlet.occurs()).isEqualTo(new XsdOccurs(0, XsdOccurs.UNBOUNDED));
            assertThat(servlet.inChoice()).isTrue();
            assertThat(servlet.children())
                    .extracting(child -> child.name().local() + " " + child.occurs())
                    .containsExactly(
                            "description 0..*",
                            "display-name 0..*",
                            "icon 0..*",
                            "servlet-name 1..1",
                            "servlet-class 0..1",
                            "jsp-file 0..1",
                            "init-param 0..*",
                            "load-on-startup 0..1",
                            "enabled 0..1",
                            "async-supported 0..1",
                            "run-as 0..1",
                            "security-role-ref 0..*",
                            "multipart-config 0..1");
        });
    }

    @Test
    void readsInvoicesOfUblWithoutTheSchemasThatLieElsewhere() throws Exception {
        inJar("external/schemas/ubl21/maindoc/UBL-Invoice-2.1.xsd", file -> {
            XsdSchema schema = XsdReader.read(List.of(file), List.of());

            assertThat(schema.documentElements()).hasSize(1);
            XsdElement invoice = schema.documentElements().get(0);
            assertThat(invoice.name().local()).isEqualTo("Invoice");
            assertThat(invoice.children()).hasSize(54);
            assertThat(invoice.children().stream()
                            .filter(child -> child.occurs().repeats()))
                    .hasSize(19);
            assertThat(invoice.children().stream()
                            .filter(child -> child.occurs().required()))
                    .extracting(child -> child.name().qualified())
                    .containsExactly(
                            "cbc:ID",
                            "cbc:IssueDate",
                            "cac:AccountingSupplierParty",
                            "cac:AccountingCustomerParty",
                            "cac:LegalMonetaryTotal",
                            "cac:InvoiceLine");
            assertThat(invoice.child("IssueDate").flatMap(XsdElement::documentation))
                    .map(XsdDocumentation::firstSentence)
                    .contains("The date, assigned by the sender, on which this document was issued.");
            assertThat(schema.notes())
                    .extracting(XsdNote::text)
                    .anyMatch(text -> text.contains("CoreComponentTypeSchemaModule"))
                    .anyMatch(text -> text.contains("http://www.w3.org/2000/09/xmldsig#"));
            assertThat(walked(invoice, 20_000)).isEqualTo(20_000);
        });
    }

    /** How many elements are met when one goes down breadth first, up to a limit. */
    private static int walked(XsdElement root, int limit) {
        Deque<XsdElement> open = new ArrayDeque<>(List.of(root));
        int count = 0;
        while (!open.isEmpty() && count < limit) {
            XsdElement element = open.removeFirst();
            count++;
            element.attributes();
            element.value();
            open.addAll(element.children());
        }
        return count;
    }

    private interface Reading {
        void read(Path file) throws XsdException;
    }

    private static void inJar(String name, Reading reading) throws IOException, URISyntaxException, XsdException {
        URL found =
                Objects.requireNonNull(RealSchemasTest.class.getClassLoader().getResource(name), name);
        String address = found.toString();
        URI jar = new URI(address.substring(0, address.indexOf("!/")));
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
            reading.read(files.getPath("/" + name));
        }
    }
}
