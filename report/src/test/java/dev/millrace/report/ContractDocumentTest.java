package dev.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contract.MappingContract;
import dev.millrace.report.ContractDocument.Format;
import dev.millrace.report.OpenLineage.Event;
import dev.millrace.report.OpenLineage.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What {@code golden/contract.yaml} says, in each form; {@code -Dgolden.update=true} writes the files anew. */
class ContractDocumentTest {

    private static final Path GOLDEN = Path.of("src/test/resources/dev/millrace/report/golden");
    private static final Instant NOW = Instant.parse("2026-01-31T23:59:59.123456Z");

    /** Names and texts with all that could break out of a form. */
    private static final String AWKWARD = """
            contract: 1
            name: "a <b> & 'c' \\"d\\" | # {{ e }} {% f %}"
            description: "1. no list\\n# no heading\\n- | no table `code` {{ config('x') }} <script>x</script> *"
            document: { record: "//a | //b" }
            codes: { "x|y": { "`|`": "<1>", "": null, otherwise: "*" } }
            tables:
              "T 1|<i>":
                columns:
                  "k ' \\"": { path: "@id", type: integer, key: true }
                  "c|`": { path: "string-join(x, '|')", type: text, codes: "x|y", description: "a\\n\\nb | c" }
              "t 1|<i>2":
                parent: "T 1|<i>"
                rows: "y | z"
                columns:
                  "k": { ref: "T 1|<i>.k ' \\"", key: true }
                  "n": { ordinal: true, key: true }
            """;

    @ParameterizedTest
    @EnumSource(Format.class)
    void saysWhatTheContractSays(Format format) throws IOException {
        String written = document(ReportFixtures.shop(), format);

        Path expected = GOLDEN.resolve(
                switch (format) {
                    case HTML -> "contract.html";
                    case MARKDOWN -> "contract.md";
                    case DBT -> "sources.yml";
                    case OPENLINEAGE -> "event.json";
                    case ODCS -> "contract.odcs.yaml";
                });
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, written);
        }
        assertThat(written).isEqualTo(Files.readString(expected));
        assertThat(document(ReportFixtures.shop(), format)).isEqualTo(written);
    }

    private static String document(MappingContract contract, Format format) {
        return ContractDocument.of(contract, format, ReportFixtures.NAMES, "Made by a test", NOW);
    }

    @Test
    void aPageLeadsOnlyToItsOwnPlacesAndHasEachOfThemOnce() {
        for (MappingContract contract : List.of(ReportFixtures.shop(), ReportFixtures.contract(AWKWARD))) {
            String html = document(contract, Format.HTML);

            List<String> ids = Pattern.compile(" id=\"([^\"]*)\"")
                    .matcher(html)
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertThat(ids).doesNotHaveDuplicates();
            assertThat(PageTest.links(html)).allMatch(link -> link.equals("data:,") || ids.contains(link.substring(1)));
        }
    }

    @Test
    void nothingOfAContractBreaksOutOfAPage() {
        String html = document(ReportFixtures.contract(AWKWARD), Format.HTML);

        assertThat(html).doesNotContain("<script", "<i>", "<b>", "<1>");
        assertThat(html).contains("<h1>a &lt;b&gt; &amp; &#39;c&#39; &quot;d&quot; | # {{ e }} {% f %}</h1>");
    }

    @Test
    void nothingOfAContractBreaksOutOfMarkdown() {
        String markdown = document(ReportFixtures.contract(AWKWARD), Format.MARKDOWN);

        assertThat(markdown).contains("""
                1\\. no list
                \\# no heading
                \\- | no table \\`code\\` {{ config('x') }} \\<script\\>x\\</script\\> \\*
                """);
        assertThat(markdown)
                .contains("""
                | `` c|` `` | `text` | a<br><br>b \\| c Translated by `x|y`. | `string-join(x, '|')` |
                """.replaceAll("(?<=[cx'])\\|(?=[`y'])", "\\\\|").replace("`` c", "`` c"));
    }

    @Test
    void aPageOfAThousandTablesHasThemAll() {
        String html = document(ReportFixtures.tables(1000, false), Format.HTML);

        assertThat(html).contains("<h3 id=\"table-t999\">t999</h3>", "1,000 tables with 2,998 columns");
    }

    @Test
    void dbtTakesNoDescriptionForATemplate() {
        JsonNode sources = new YAMLMapper().readTree(document(ReportFixtures.contract(AWKWARD), Format.DBT));

        JsonNode source = sources.get("sources").get(0);
        assertThat(source.get("description").asString()).contains("{{ '{{' }} config('x') }}");
        assertThat(source.get("tables").get(1).get("columns").get(0).toString())
                .contains("\"to\":\"source('shop', 'T 1|<i>')\",\"field\":\"k ' \\\"\"");
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void eventsAreAsOpenLineageHasThem(State state) {
        SchemaRegistry registry = openLineage();
        Schema events = registry.getSchema(SchemaLocation.of("https://openlineage.io/spec/2-0-2/OpenLineage.json"));
        Event event = new Event(
                state,
                NOW,
                UUID.fromString("018f6d0c-7a3e-7cc1-8b11-1e5c3a9f2b10"),
                state == State.FAIL ? "the database is gone" : null,
                Map.of("orders", 12L));
        for (MappingContract contract : List.of(ReportFixtures.shop(), ReportFixtures.contract(AWKWARD))) {
            String json = new OpenLineage(contract, ReportFixtures.NAMES, "https://example.org").json(event);

            assertThat(events.validate(json, InputFormat.JSON)).isEmpty();
            assertThat(json).doesNotContain("\n");
            JsonNode written = new ObjectMapper().readTree(json);
            assertThat(facets(written, registry)).isGreaterThan(3);
        }
    }

    @Test
    void theSchemasOfOpenLineageFindWhatIsWrong() {
        Schema events =
                openLineage().getSchema(SchemaLocation.of("https://openlineage.io/spec/2-0-2/OpenLineage.json"));

        assertThat(events.validate("{\"eventTime\": 1}", InputFormat.JSON)).isNotEmpty();
    }

    /** Holds each facet to the schema that it names itself, and counts them. */
    private static int facets(JsonNode node, SchemaRegistry registry) {
        int count = 0;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            JsonNode value = entry.getValue();
            if (value.has("_schemaURL")) {
                String url = value.get("_schemaURL").asString();
                Schema schema = registry.getSchema(SchemaLocation.of(url));
                assertThat(schema.validate(value.toString(), InputFormat.JSON))
                        .as(entry.getKey())
                        .isEmpty();
                count++;
            }
            count += facets(value, registry);
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                count += facets(item, registry);
            }
        }
        return count;
    }

    private static SchemaRegistry openLineage() {
        Map<String, String> schemas = new HashMap<>();
        for (String name : List.of(
                "OpenLineage",
                "ColumnLineageDatasetFacet",
                "DocumentationDatasetFacet",
                "DocumentationJobFacet",
                "ErrorMessageRunFacet",
                "OutputStatisticsOutputDatasetFacet",
                "SchemaDatasetFacet")) {
            String text = ReportFixtures.resource("openlineage/" + name + ".json");
            schemas.put(new ObjectMapper().readTree(text).get("$id").asString(), text);
        }
        return SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(schemas));
    }

    @Test
    void contractsAreAsTheOpenDataContractStandardHasThem() {
        Schema standard = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
                .getSchema(ReportFixtures.resource("odcs/odcs-json-schema-v3.1.0.json"), InputFormat.JSON);
        ObjectMapper json = new ObjectMapper();
        for (MappingContract contract :
                List.of(ReportFixtures.shop(), ReportFixtures.contract(AWKWARD), ReportFixtures.tables(5, true))) {
            JsonNode written = new YAMLMapper().readTree(document(contract, Format.ODCS));

            assertThat(standard.validate(json.writeValueAsString(written), InputFormat.JSON))
                    .isEmpty();
            assertThat(new HashSet<>(written.propertyNames())).contains("apiVersion", "schema");
        }
        assertThat(standard.validate("{\"kind\": \"DataContract\"}", InputFormat.JSON))
                .isNotEmpty();
    }
}
