package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappingTrace;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
import dev.millrace.pipeline.Outcome.Unselected;
import dev.millrace.xml.Name;
import dev.millrace.xml.PathObserver;
import dev.millrace.xml.XmlLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentPipelineTest {

    private final List<Outcome> outcomes = new ArrayList<>();

    @Test
    void guardsSeeTheNamedValuesOfTheirOwnDocument() throws Exception {
        MappingContract contract = ContractReader.read("""
                        contract: 1
                        name: test
                        let: { trimmed: normalize-space(@id) }
                        document:
                          require: [{ test: "$trimmed != ''", reason: no id }]
                        tables:
                          t:
                            columns:
                              id: { path: $trimmed, type: integer, key: true }
                        """, "test.yaml").contract();
        process(contract, "<r id='1'/>", "<r/>", "<r id='3'/>");

        assertThat(keys(Mapped.class)).containsExactly("<r id='1'/>", "<r id='3'/>");
        assertThat(keys(Rejected.class)).containsExactly("<r/>");
    }

    @Test
    void keepsTheSourcesKeysApartFromThoseOfTheDocuments() throws Exception {
        MappingContract contract = ContractReader.read("""
                        contract: 1
                        name: test
                        document: { key: "@id" }
                        tables: { t: { columns: { id: { path: "@id", type: text, key: true } } } }
                        """, "test.yaml").contract();

        process(contract, "<r id='<r'/>", "<r", "<r/>", "<r id='x'/>");

        assertThat(keys(Mapped.class)).containsExactly("x");
        assertThat(keys(Rejected.class))
                .containsExactly("<r id='<r'/> (source key)", "<r (source key)", "<r/> (source key)");
    }

    @Test
    void passesOverWhatIsNotSelected() throws Exception {
        MappingContract contract = ContractReader.read("""
                        contract: 1
                        name: test
                        document: { record: /list/item, select: "@kind = $wanted and not(@draft)", key: "@id" }
                        let: { wanted: ../@kind }
                        tables: { t: { columns: { id: { path: "@id", type: text, key: true } } } }
                        """, "test.yaml").contract();

        process(
                contract,
                "<list kind='a'><item kind='a' id='1'/><item kind='b'/><item kind='a' draft='1' id='2'/><item kind='a' id='3'/></list>",
                "<other/>",
                "<list><item></list>",
                "<list kind='a'><item kind='a'/></list>");

        assertThat(keys(Mapped.class)).containsExactly("1", "3");
        assertThat(keys(Unselected.class))
                .containsExactly(outcomes.get(1).source().key() + "#2 (source key)", "2", "<other/> (source key)");
        assertThat(keys(Rejected.class))
                .containsExactly(
                        "<list><item></list> (source key)", "<list kind='a'><item kind='a'/></list> (source key)");
    }

    @Test
    void rejectsADocumentOfWhichNobodyCanTellWhetherItIsSelected() throws Exception {
        MappingContract contract = ContractReader.read("""
                        contract: 1
                        name: test
                        document: { select: "xs:integer(@n) > 1" }
                        tables: { t: { columns: { key: { meta: document-key, key: true } } } }
                        """, "test.yaml").contract();

        process(contract, "<a n='x'/>", "<a n='1'/>", "<a n='2'/>");

        assertThat(keys(Mapped.class)).containsExactly("<a n='2'/>");
        assertThat(keys(Unselected.class)).containsExactly("<a n='1'/>");
        assertThat(outcomes)
                .filteredOn(Rejected.class::isInstance)
                .singleElement()
                .satisfies(outcome ->
                        assertThat(((Rejected) outcome).fault().message()).startsWith("document.select fails: "));
    }

    @Test
    void tellsThoseWhoLookOnWhatItReadsAndHowItMaps() throws Exception {
        MappingContract contract = ContractReader.read("""
                        contract: 1
                        name: test
                        tables: { t: { columns: { id: { path: "@id", type: integer, key: true } } } }
                        """, "test.yaml").contract();
        List<String> elements = new ArrayList<>();
        List<Object> events = new ArrayList<>();
        DocumentPipeline watched = DocumentPipeline.of(contract, elementsInto(elements), events::add);

        byte[] text = "<r id='7'><unreached/></r>".getBytes(StandardCharsets.UTF_8);
        List<Outcome> mapped = watched.process(Document.ofText("1", text, "test"));
        List<Object> seen = List.copyOf(events);
        watched.process(Document.ofText("2", "<r id='x'/>".getBytes(StandardCharsets.UTF_8), "test"));

        assertThat(elements).containsExactly("r", "unreached", "r");
        assertThat(seen.get(seen.size() - 1))
                .isInstanceOfSatisfying(
                        MappingTrace.Decision.class,
                        decision -> assertThat(decision.row())
                                .isSameAs(((Mapped) mapped.get(0)).rows().get(0).get(0)));
        assertThat(events.get(events.size() - 1)).isInstanceOf(MappingTrace.Rejection.class);
    }

    private static PathObserver elementsInto(List<String> elements) {
        return new PathObserver() {
            @Override
            public void startDocument() {}

            @Override
            public void startElement(Name name) {
                elements.add(name.local());
            }

            @Override
            public void attribute(Name name, Value value) {}

            @Override
            public void text(Value value) {}

            @Override
            public void endElement() {}

            @Override
            public void endDocument() {}
        };
    }

    private List<String> keys(Class<? extends Outcome> kind) {
        return outcomes.stream().filter(kind::isInstance).map(Outcome::key).toList();
    }

    private void process(MappingContract contract, String... texts) {
        DocumentPipeline pipeline = new DocumentPipeline(
                contract,
                DataMapper.projection(contract),
                XmlLimits.DEFAULTS,
                "run",
                Instant.EPOCH,
                false,
                new StageClock());
        for (String text : texts) {
            pipeline.process(
                    Document.ofText(text, text.getBytes(StandardCharsets.UTF_8), "test"), Long.MAX_VALUE, outcomes);
        }
    }
}
