package dev.millrace.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.discovery.xsd.XsdReader;
import dev.millrace.summary.PathSummary;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Drafts of schemas alone: what they say, and that they are sound contracts. */
class DraftOfSchemaTest {

    @Test
    void hasTablesForWhatMayRepeatAndTheSchemasTypes() throws Exception {
        assertThat(tables("shop.xsd", null)).isEqualTo("""
                        tables:
                          # One for each document
                          order_:
                            columns:
                              document_key: { meta: document-key, key: true }
                              id: { path: "@id", type: varchar(12) }  # xs:token, at most 12 characters
                              lang: { path: "@xml:lang", type: text, description: The language of what the element contains. }  # xs:language or empty
                              name: { path: "p:Buyer/Name", type: text }  # xs:string, any length
                              town: { path: "p:Buyer/p:Town", type: text }  # xs:string, any length

                          # 1..* in Order
                          line:
                            parent: order_
                            rows: s:Line
                            columns:
                              document_key: { ref: order_.document_key, key: true }
                              seq: { ordinal: true, key: true }
                              article: { path: "s:Article", type: varchar(12) }  # xs:token, at most 12 characters
                              quantity: { path: "s:Quantity", type: integer }  # xs:int; without a value, '1' is meant
                        """);
    }

    @Test
    void makesOneTableOfWhatIsNestedInItself() throws Exception {
        assertThat(tables("recursion.xsd", "book"))
                .contains("  section:\n    parent: book\n    rows: section\n    nested: appendix/section | section\n")
                .contains("      parent_seq: { ref: section.seq }\n");
    }

    @Test
    void keepsTextWithMarkupWhole() throws Exception {
        assertThat(tables("wildcards.xsd", "open"))
                .contains("# May have attributes that the schema does not name\n")
                .contains("open_: { path: \".\", type: xml }  # text with markup, by the schema\n");
    }

    @Test
    void letsInWhatTheSchemaDoesNotName() throws Exception {
        String draft = draft(
                        List.of(Path.of(Objects.requireNonNull(getClass().getResource("bag.xsd"))
                                .toURI())),
                        null)
                .text();

        assertThat(draft)
                .contains("bag_other:\n    parent: bag\n    rows: \"*[not(self::known or self::part)]\"\n")
                .contains("      content: { path: \".\", type: xml }  # what the schema lets in without naming it\n")
                // What is named and unique is a key; the same at the document element may be in each document.
                .contains(
                        "      id: { path: \"@id\", type: varchar(100), key: true }  # unique by the schema; xs:ID, any length\n")
                .contains("      id: { path: \"@id\", type: text, required: true }  # xs:ID, any length\n")
                .contains("# the schema lets times have no zone: these are taken for UTC; say otherwise with zone\n"
                        + "      at: { path: \"@at\", type: timestamptz, zone: UTC }")
                .contains(
                        "size: { path: \"@size\", type: varchar(1), required: true, description: How large it is. }  # one of S, M, L\n")
                .contains("known: { path: known, type: integer, nil: null }");
    }

    @Test
    void hasWhatOtherTypesAddAndWhatStandsForOthers() throws Exception {
        assertThat(tables("derivation.xsd", null))
                .contains("type: { path: \"@xsi:type\", type: varchar(200) }")
                .contains("doors: { path: doors, type: smallint }  # xs:byte; only where xsi:type is Car\n")
                .contains("# 0..3 in vehicle\n  # Only where xsi:type is Car or Truck\n  vehicle_load:\n");
        assertThat(tables("substitution.xsd", null)).contains("# 0..* in drawing\n  # Stands for shape\n  circle:\n");
    }

    @Test
    void requiresOnlyWhatCannotBeMissingOrEmpty() throws Exception {
        assertThat(tables("content.xsd", null))
                .contains("single_only: { path: single/only, type: integer, required: true }")
                .contains("a: { path: choices/a, type: integer }")
                .contains("fixed: { path: fixed, type: text, nil: null }");
    }

    @Test
    void asksWhichElementDocumentsBeginWith() {
        assertThatThrownBy(() -> tables("recursion.xsd", null))
                .isInstanceOf(DraftException.class)
                .hasMessage("by the schema a document may begin with book, part: say which with --root NAME, or name"
                        + " documents, too");
        assertThatThrownBy(() -> tables("recursion.xsd", "chapter"))
                .isInstanceOf(DraftException.class)
                .hasMessage("--root chapter: the schema has no such element outside of others. Documents may begin with"
                        + " book, part");
    }

    @Test
    void makesSoundContractsOfSchemasThatOthersWrote() throws Exception {
        soundInJar("jakarta/servlet/resources/web-app_6_0.xsd", null);
        soundInJar("org/springframework/beans/factory/xml/spring-beans.xsd", null);
        soundInJar("org/xmlresolver/www.w3.org/2001/XMLSchema.xsd", null);
        Discovery.SchemaFindings ofInvoices = soundInJar("external/schemas/ubl21/maindoc/UBL-Invoice-2.1.xsd", null);

        assertThat(ofInvoices.cut()).isNotEmpty();
    }

    private static Discovery.SchemaFindings soundInJar(String name, @Nullable String root) throws Exception {
        URL found =
                Objects.requireNonNull(DraftOfSchemaTest.class.getClassLoader().getResource(name), name);
        String address = found.toString();
        try (FileSystem files =
                FileSystems.newFileSystem(new URI(address.substring(0, address.indexOf("!/"))), Map.of())) {
            Path file = files.getPath("/" + name);
            Discovery discovery = discovery(List.of(file), root);
            ContractText text =
                    discovery.draft(new PathSummary(), document -> {}).contract();
            ContractText again = discovery(List.of(file), root)
                    .draft(new PathSummary(), document -> {})
                    .contract();
            MappingContract contract =
                    ContractReader.read(text, LedgerNames.DEFAULT).contract();

            assertThat(contract.tables()).isNotEmpty();
            assertThat(again.text()).isEqualTo(text.text());
            return discovery.schemaFindings();
        }
    }

    private static String tables(String file, @Nullable String root) throws Exception {
        URL found = Objects.requireNonNull(XsdReader.class.getResource(file), file);
        String text = draft(List.of(Path.of(found.toURI())), root).text();
        return text.substring(text.indexOf("tables:"));
    }

    private static ContractText draft(List<Path> files, @Nullable String root) throws Exception {
        ContractText text =
                discovery(files, root).draft(new PathSummary(), document -> {}).contract();
        ContractReader.read(text, LedgerNames.DEFAULT);
        return text;
    }

    private static Discovery discovery(List<Path> files, @Nullable String root) throws Exception {
        return new Discovery(
                        List.of(),
                        DraftOptions.of("draft"),
                        XmlLimits.forWorkers(1),
                        1,
                        PathSummary.MOST_PATHS,
                        new Stop())
                .withSchema(XsdReader.read(files, List.of()), files, root);
    }
}
