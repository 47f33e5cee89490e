package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.document.Document;
import dev.millrace.mapping.DataMapper;
import dev.millrace.pipeline.Outcome.Mapped;
import dev.millrace.pipeline.Outcome.Rejected;
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
