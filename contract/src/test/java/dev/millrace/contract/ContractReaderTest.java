package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ColumnMapping.Constant;
import dev.millrace.contract.ColumnMapping.Empty;
import dev.millrace.contract.ColumnMapping.Invalid;
import dev.millrace.contract.ColumnMapping.Meta;
import dev.millrace.contract.ColumnMapping.MetaValue;
import dev.millrace.contract.ColumnMapping.Ordinal;
import dev.millrace.contract.ColumnMapping.Overflow;
import dev.millrace.contract.ColumnMapping.Reference;
import dev.millrace.contract.ColumnMapping.Scale;
import dev.millrace.contract.ColumnMapping.Trim;
import dev.millrace.contract.TableMapping.ForeignKey;
import dev.millrace.xml.RecordPath;
import dev.millrace.xml.TextRules;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractReaderTest {

    @Test
    void readsTheLoanContract() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.resource("loan.yaml"));

        assertThat(contract.name()).isEqualTo("loan-applications");
        assertThat(contract.schema()).isEqualTo("migration");
        assertThat(contract.document().record().paths())
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        assertThat(contract.document().require()).hasSize(1);
        assertThat(contract.source()).isEqualTo(new MappingContract.SourceDefaults("app_xml", "app_id", "xml"));
        assertThat(contract.scope().names()).containsExactly("record", "primary");
        assertThat(contract.tables())
                .extracting(TableMapping::name)
                .containsExactly("app_base", "contact_base", "contact_address", "scores");
        assertThat(contract.slots()).isEqualTo(6);
    }

    @Test
    void readsEveryKey() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.resource("everything.yaml"));

        assertThat(contract.document().ignoreNameCase()).isTrue();
        assertThat(contract.document().text())
                .isEqualTo(new TextRules(Doctype.INTERNAL, Charset.forName("windows-1252"), 1000));
        assertThat(contract.document().namespaces()).containsEntry("cbc", List.of("urn:example:cbc"));
        assertThat(contract.ignore()).hasSize(2);
        assertThat(contract.tables())
                .extracting(TableMapping::name)
                .containsExactly("app_base", "contact", "history", "address");
        TableMapping application = contract.tables().get(0);
        assertThat(application.keys().unique()).containsExactly(List.of("decision"), List.of("kind", "word"));
        assertThat(application.keys().indexes()).containsExactly(List.of("born"), List.of("word"));
        assertThat(application.onDuplicate()).isEqualTo(TableMapping.OnDuplicate.UPDATE);
        TableMapping contact = contract.tables().get(1);
        assertThat(contact.rows().skipEmpty()).isTrue();
        assertThat(Objects.requireNonNull(contact.rows().distinct()).by()).containsExactly(0, 1);
        assertThat(contact.rows().distinct().keep()).isEqualTo(TableMapping.Distinct.Keep.LAST);
    }

    @Test
    void givesEachColumnTheSettingsThatCount() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.resource("everything.yaml"));

        ColumnMapping word = column(contract, "app_base", "word");
        ColumnMapping amount = column(contract, "app_base", "amount");
        ColumnMapping born = column(contract, "app_base", "born");
        ColumnMapping notes = column(contract, "app_base", "notes");
        ColumnMapping received = column(contract, "app_base", "received");

        assertThat(word.value().overflow()).isEqualTo(Overflow.REJECT);
        assertThat(word.text().empty()).isEqualTo(Empty.KEEP);
        assertThat(word.text().join()).isEqualTo(";");
        assertThat(word.value().reading().formats()).isEmpty();
        assertThat(amount.value().scale()).isEqualTo(Scale.HALF_EVEN);
        assertThat(amount.value().invalid()).isEqualTo(Invalid.NULL);
        assertThat(amount.value().overflow()).isEqualTo(Overflow.REJECT);
        assertThat(born.value().reading().formats()).containsExactly("yyyyMMdd", "dd/MM/yyyy");
        assertThat(notes.text().join()).isEqualTo("\n");
        assertThat(notes.text().trim()).isEqualTo(Trim.FALSE);
        assertThat(received.value().reading().formats()).containsExactly("dd.MM.yyyy");
        assertThat(received.value().scale()).isEqualTo(Scale.HALF_UP);
        assertThat(received.role().defaultValue()).isEqualTo(LocalDateTime.of(1900, 1, 1, 0, 0));
        assertThat(received.role().required()).isTrue();
    }

    @Test
    void readsEverySource() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.resource("everything.yaml"));

        assertThat(column(contract, "app_base", "app_id").source()).isInstanceOf(ColumnMapping.Path.class);
        assertThat(column(contract, "app_base", "kind").source()).isEqualTo(new Constant("LOAN"));
        assertThat(column(contract, "app_base", "nothing").source()).isEqualTo(new Constant(null));
        assertThat(column(contract, "app_base", "run").source()).isEqualTo(new MetaValue(Meta.RUN_ID));
        assertThat(column(contract, "app_base", "run").type()).isEqualTo(SqlType.varchar(40));
        assertThat(column(contract, "address", "seq").source()).isEqualTo(new Ordinal());
        assertThat(column(contract, "address", "app_id").source()).isEqualTo(new Reference("app_base", "app_id", 2, 0));
        assertThat(column(contract, "address", "con_id").source()).isEqualTo(new Reference("contact", "con_id", 1, 1));
        assertThat(column(contract, "address", "con_id").type()).isEqualTo(SqlType.INTEGER);
    }

    @Test
    void readsTheTextsOfCodesAsTheyAreWritten() throws ContractException {
        MappingContract contract = Contracts.read("""
                contract: 1
                name: test
                codes:
                  plain: { Y: true, N: false, no: 0, 007: 1, 1.10: 0, true: 1, null: 0, ~: 1, "": false, gone: null, entries: 1 }
                  long: { entries: { otherwise: 1, ignore-case: 0 }, ignore-case: true, otherwise: null }
                  literal: { a: x, otherwise: { value: reject } }
                  rest: { a: x, otherwise: y }
                tables:
                  t:
                    columns:
                      id: { path: "@id", type: bigint, key: true }
                      a: { path: "@a", type: boolean, codes: plain }
                      b: { path: "@b", type: boolean, codes: long }
                      c: { path: "@c", type: text, codes: literal }
                      d: { path: "@c", type: text, codes: rest }
                """);

        CodeTable plain = Objects.requireNonNull(contract.codes().get("plain"));
        assertThat(plain.entries().keySet())
                .containsExactly("Y", "N", "no", "007", "1.10", "true", "null", "~", "", "gone", "entries");
        assertThat(plain.entries())
                .containsEntry("Y", "true")
                .containsEntry("007", "1")
                .containsEntry("gone", null);
        assertThat(plain.otherwise()).isEqualTo(CodeTable.Otherwise.REJECT);
        assertThat(plain.ignoreCase()).isFalse();
        CodeTable longForm = Objects.requireNonNull(contract.codes().get("long"));
        assertThat(longForm.entries()).isEqualTo(Map.of("otherwise", "1", "ignore-case", "0"));
        assertThat(longForm.ignoreCase()).isTrue();
        assertThat(longForm.otherwise()).isEqualTo(CodeTable.Otherwise.NULL);
        CodeTable literal = Objects.requireNonNull(contract.codes().get("literal"));
        assertThat(literal.otherwise()).isEqualTo(CodeTable.Otherwise.VALUE);
        assertThat(literal.otherwiseValue()).isEqualTo("reject");
        assertThat(Objects.requireNonNull(contract.codes().get("rest")).otherwiseValue())
                .isEqualTo("y");
    }

    @Test
    void givesARootTableWithoutKeyTheDocumentKey() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.withTables("""
                one: { columns: { a: { path: "@a", type: text } } }
                dot: { rows: " . ", columns: { document_key: { path: "@a", type: text } } }
                own: { columns: { doc: { meta: document-key, type: varchar(20) } } }
                many: { rows: item, columns: { seq: { path: "@a", type: text } } }
                """));

        assertThat(key(contract, "one")).containsExactly("document_key");
        assertThat(key(contract, "dot")).containsExactly("document_key_2");
        assertThat(key(contract, "own")).containsExactly("doc");
        assertThat(key(contract, "many")).containsExactly("document_key", "seq_2");
        assertThat(column(contract, "one", "document_key").source()).isEqualTo(new MetaValue(Meta.DOCUMENT_KEY));
        assertThat(table(contract, "own").columns().get(0).type()).isEqualTo(SqlType.varchar(20));
    }

    @Test
    void givesAChildWithoutKeyTheKeyOfItsParentAndAnOrdinal() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.withTables("""
                base: { columns: { id: { path: "@id", type: bigint, key: true } } }
                child: { parent: base, rows: a, columns: { x: { path: "@x", type: text }, my_id: { ref: base.id } } }
                grandchild: { parent: child, rows: b, columns: { id: { path: "@id", type: text }, mine: { ref: child.my_id } } }
                """));

        assertThat(contract.tables()).extracting(TableMapping::name).containsExactly("base", "child", "grandchild");
        assertThat(names(contract, "child")).containsExactly("x", "my_id", "seq");
        assertThat(key(contract, "child")).containsExactly("my_id", "seq");
        assertThat(table(contract, "child").keys().foreignKeys())
                .containsExactly(new ForeignKey(List.of(1), 0, List.of(0)));
        assertThat(names(contract, "grandchild")).containsExactly("seq", "id", "mine", "seq_2");
        assertThat(key(contract, "grandchild")).containsExactly("seq", "mine", "seq_2");
        assertThat(table(contract, "grandchild").keys().foreignKeys())
                .containsExactly(
                        new ForeignKey(List.of(2, 0), 1, List.of(1, 2)), new ForeignKey(List.of(2), 0, List.of(0)));
    }

    @Test
    void joinsTheColumnsOfAUnionInOrderOfAppearance() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.withTables("""
                base: { columns: { id: { path: "@id", type: bigint, key: true } } }
                all:
                  parent: base
                  columns: { id: { ref: base.id, key: true }, n: { ordinal: true, key: true } }
                  union:
                    - { rows: a, columns: { x: { path: "@x", type: text }, y: { path: "@y", type: date, required: true } } }
                    - { rows: b, columns: { z: { value: 5, type: integer }, y: { path: "$n", type: date, required: true } } }
                    - { columns: { y: { path: "@y", type: date, required: true } } }
                """));

        TableMapping all = table(contract, "all");
        assertThat(names(contract, "all")).containsExactly("id", "n", "x", "y", "z");
        assertThat(all.rows().sets()).hasSize(3);
        assertThat(all.rows().sets().get(1).columns().get(2)).isNull();
        assertThat(all.rows().sets().get(2).rows()).isNull();
        assertThat(all.columns().get(3).nullable()).isFalse();
        assertThat(all.columns().get(4).nullable()).isTrue();
        assertThat(all.keys().foreignKeys()).hasSize(1);
    }

    @Test
    void acceptsKeysThatIdentify() {
        assertThat(Contracts.problems(Contracts.withTables("""
                        base: { columns: { id: { path: "@id", type: bigint, key: true } } }
                        whole: { parent: base, columns: { id: { ref: base.id, key: true } } }
                        first: { parent: base, rows: "a[1]", columns: { id: { ref: base.id, key: true } } }
                        last: { parent: base, rows: "a[last()]", columns: { id: { ref: base.id, key: true } } }
                        head: { parent: base, rows: "head(a)", columns: { id: { ref: base.id, key: true } } }
                        attribute: { parent: base, rows: "@a", columns: { id: { ref: base.id, key: true } } }
                        distinct: { parent: base, rows: a, distinct: { by: id }, columns: { id: { ref: base.id, key: true } } }
                        natural: { parent: base, rows: a, columns: { id: { path: "@id", type: bigint, key: true } } }
                        document: { parent: natural, rows: b, columns: { id: { ref: natural.id, key: true }, n: { ordinal: true, key: true } } }
                        kinds:
                          parent: base
                          columns: { id: { ref: base.id, key: true } }
                          union:
                            - { rows: "a[1]", columns: { kind: { value: A, type: char(1), key: true } } }
                            - { rows: "b[1]", columns: { kind: { value: B, type: char(1), key: true } } }
                        """))).isEmpty();
    }

    @Test
    void letsAColumnBeCalledRecord() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.withColumns("""
                record: { path: "$record/@a", type: text }
                after: { path: "$record/@b", type: text }
                the last one: { path: "$after", type: text }
                """));

        assertThat(names(contract, "t")).containsExactly("id", "record", "after", "the last one");
        assertThat(contract.slots()).isEqualTo(5);
    }

    @Test
    void readsJson() throws ContractException {
        MappingContract contract = Contracts.read("""
                {
                \t"contract": 1, "name": "j\\u00e4h\\/son",
                \t"tables": {
                \t\t"t": { "columns": { "id": { "path": "@id", "type": "decimal(4,2)", "key": true, "required": true },
                \t\t\t"n": { "value": 1.5, "type": "decimal(4,2)" } } }
                \t}
                }
                """);

        assertThat(contract.name()).isEqualTo("jäh/son");
        assertThat(column(contract, "t", "n").source()).isEqualTo(new Constant(new BigDecimal("1.50")));
    }

    @Test
    void readsAnchorsAndAliases() throws ContractException {
        MappingContract contract = Contracts.read(Contracts.withColumns("""
                a: &amount { path: "@a", type: "decimal(12,2)" }
                b: *amount
                c: { <<: *amount, path: "@c" }
                """));

        assertThat(table(contract, "t").columns().get(2).type()).hasToString("decimal(12,2)");
        assertThat(table(contract, "t").columns().get(3).type()).hasToString("decimal(12,2)");
        assertThat(((ColumnMapping.Path) column(contract, "t", "c").source())
                        .expression()
                        .text())
                .isEqualTo("@c");
    }

    @Test
    void readsAFileWithAByteOrderMark(@TempDir Path folder) throws IOException, ContractException {
        Path file = folder.resolve("c.yaml");
        Files.writeString(file, "\uFEFF" + Contracts.withColumns(""), StandardCharsets.UTF_8);

        MappingContract contract = ContractReader.read(file).contract();

        assertThat(contract.text()).isEqualTo(Contracts.withColumns(""));
        assertThat(contract.document().record()).isEqualTo(RecordPath.DOCUMENT_ELEMENT);
    }

    private static List<String> key(MappingContract contract, String table) {
        TableMapping mapping = table(contract, table);
        return mapping.key().stream()
                .map(index -> mapping.columns().get(index).name())
                .toList();
    }

    private static List<String> names(MappingContract contract, String table) {
        return table(contract, table).columns().stream()
                .map(TableMapping.Column::name)
                .toList();
    }

    private static TableMapping table(MappingContract contract, String name) {
        return contract.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ColumnMapping column(MappingContract contract, String table, String name) {
        return table(contract, table).rows().sets().get(0).columns().stream()
                .filter(column -> column != null && column.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
