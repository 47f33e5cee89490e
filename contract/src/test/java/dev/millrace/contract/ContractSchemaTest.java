package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Holds the published JSON Schema and the reader to each other: what one takes for well-formed, the other does too. */
class ContractSchemaTest {

    private static final String SCHEMA_TEXT = schemaText();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SCHEMA_TEXT, InputFormat.JSON);
    private static final int MUTATIONS = 2_000;

    @Test
    void knowsTheKeysThatTheReaderKnows() {
        JsonNode schema = JSON.readTree(SCHEMA_TEXT);

        assertThat(keys(schema)).containsExactlyInAnyOrderElementsOf(ContractOutline.KEYS);
        assertThat(keys(definition(schema, "document")))
                .containsExactlyInAnyOrderElementsOf(ContractOutline.DocumentOutline.KEYS);
        assertThat(keys(definition(schema, "document").at("/properties/require/items")))
                .containsExactlyInAnyOrderElementsOf(ContractOutline.DocumentOutline.REQUIRE_KEYS);
        assertThat(keys(definition(schema, "ledger"))).containsExactlyInAnyOrderElementsOf(ContractOutline.LEDGER_KEYS);
        assertThat(keys(definition(schema, "source")))
                .containsExactlyInAnyOrderElementsOf(ContractOutline.SourceOutline.KEYS);
        assertThat(keys(definition(schema, "codeTable").path("then")))
                .containsExactlyInAnyOrderElementsOf(ContractOutline.CodesOutline.LONG_KEYS);
        assertThat(keys(definition(schema, "defaults"))).containsExactlyInAnyOrderElementsOf(ColumnSettings.KEYS);
        assertThat(keys(definition(schema, "table"))).containsExactlyInAnyOrderElementsOf(TableOutline.KEYS);
        assertThat(keys(definition(schema, "table").at("/properties/distinct")))
                .containsExactlyInAnyOrderElementsOf(TableOutline.DISTINCT_KEYS);
        assertThat(keys(definition(schema, "table").at("/properties/union/items")))
                .containsExactlyInAnyOrderElementsOf(TableOutline.SET_KEYS);
        assertThat(keys(definition(schema, "column"))).containsExactlyInAnyOrderElementsOf(ColumnOutline.KEYS);
    }

    @Test
    void describesEveryKeyForEditors() {
        JsonNode schema = JSON.readTree(SCHEMA_TEXT);
        List<String> silent = new ArrayList<>();

        for (String owner : List.of("document", "ledger", "source", "table", "column")) {
            definition(schema, owner).path("properties").properties().forEach(property -> {
                JsonNode value = property.getValue();
                boolean described = value.has("description")
                        || schema.at(value.path("$ref").asString("").replace("#", ""))
                                .has("description");
                if (!described) {
                    silent.add(owner + "." + property.getKey());
                }
            });
        }

        assertThat(silent).isEmpty();
    }

    @Test
    void agreesWithTheReaderOnContractsByHand() {
        List<String> contracts = List.of(
                Contracts.resource("loan.yaml"),
                Contracts.resource("everything.yaml"),
                "contract: 1",
                "contract: 2\nname: a\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ntables: {}",
                "contract: 1\nname: a\nledger: {}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\nledger: {prefix: m_, schema: etl}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\nledger: {prefix: 1m}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\nledger: {prefix: ''}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\nledger: {schema: ' '}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\nledger: {name: m}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\nledger: m\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ntables: {t: {}}",
                "contract: 1\nname: ' '\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ntables: {t: {columns: {c: {value: 1, path: a, type: text}}}}",
                "contract: 1\nname: a\ntables: {t: {columns: {c: {type: text}}}}",
                "contract: 1\nname: a\ntables: {t: {columns: {c: {ordinal: false}}}}",
                "contract: 1\nname: a\ntables: {t: {rows: a, union: [{}], columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ntables: {t: {union: []}}",
                "contract: 1\nname: a\ntables: {' ': {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ncodes: {c: {entries: 1, a: 2}}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ncodes: {c: {entries: {a: 2}, b: 1}}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ncodes: {c: {a: [1]}}\ntables: {t: {columns: {c: {value: 1, type: text}}}}",
                "contract: 1\nname: a\ncodes: {c: {otherwise: {value: x}}}\ntables: {t: {columns: {c: {value: 1, type: text}}}}");

        for (String contract : contracts) {
            assertAgreement(contract);
        }
    }

    @Test
    void agreesWithTheReaderOnTypes() {
        List<String> types = List.of(
                "boolean",
                "BOOLEAN",
                "Varchar(10)",
                "varchar",
                "varchar(0)",
                "varchar(10,2)",
                "char( 3 )",
                "decimal(12,2)",
                "decimal(12)",
                "decimal(39,2)",
                "decimal(0)",
                "decimal",
                "time",
                "time(9)",
                "time(10)",
                "timestamp(3)",
                "timestamptz",
                "timestamptz(3,1)",
                "integer(4)",
                "int",
                "uuid",
                " date ",
                "xml",
                "bytes",
                "text(3)");

        for (String type : types) {
            assertAgreement("contract: 1\nname: a\ntables: {t: {columns: {c: {path: a, type: '" + type + "'}}}}");
        }
    }

    @Test
    void agreesWithTheReaderOnMutatedContracts() {
        long seed = 20261123;
        Random random = new Random(seed);
        JsonNode whole = new YAMLMapper().readTree(Contracts.resource("everything.yaml"));
        int rejected = 0;

        for (int i = 0; i < MUTATIONS; i++) {
            JsonNode mutant = whole.deepCopy();
            mutate(mutant, random);
            rejected += assertAgreement(mutant.toString()) ? 0 : 1;
        }

        assertThat(rejected).as("mutants that are no contract, seed %d", seed).isGreaterThan(MUTATIONS / 4);
    }

    /** Fails unless schema and reader agree; tells whether they take it for well-formed. */
    private static boolean assertAgreement(String contract) {
        Problems problems = new Problems();
        ContractText text = ContractText.of(contract, Contracts.FILE, problems);
        if (text != null) {
            ContractReader.outline(text, LedgerNames.DEFAULT, problems);
        }
        JsonNode json = new YAMLMapper().readTree(contract);
        var errors = SCHEMA.validate(json);

        assertThat(problems.hasErrors())
                .as("%s%nschema: %s%nreader: %s", contract, errors, problems.inFileOrder())
                .isEqualTo(!errors.isEmpty());
        return errors.isEmpty();
    }

    /** Changes one place of a contract: a value, a key, or one thing less. */
    private static void mutate(JsonNode root, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode place = containers.get(random.nextInt(containers.size()));
        if (place instanceof ObjectNode object) {
            List<String> keys = List.copyOf(object.propertyNames());
            String key = keys.get(random.nextInt(keys.size()));
            switch (random.nextInt(4)) {
                case 0 -> object.remove(key);
                case 1 -> object.set(key + random.nextInt(3), object.remove(key));
                case 2 -> object.set(ColumnOutline.KEYS.get(random.nextInt(ColumnOutline.KEYS.size())), value(random));
                default -> object.set(key, value(random));
            }
        } else if (place instanceof ArrayNode array) {
            if (random.nextBoolean()) {
                array.remove(random.nextInt(array.size()));
            } else {
                array.set(random.nextInt(array.size()), value(random));
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer() && !node.isEmpty()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode value(Random random) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(9)) {
            case 0 -> nodes.numberNode(random.nextInt(10));
            case 1 -> nodes.booleanNode(random.nextBoolean());
            case 2 -> nodes.nullNode();
            case 3 -> nodes.arrayNode();
            case 4 -> nodes.objectNode();
            case 5 -> nodes.arrayNode().add("a").add(nodes.arrayNode().add("b"));
            case 6 -> nodes.stringNode("  ");
            case 7 -> nodes.objectNode().put("path", "a").put("type", "text");
            default -> nodes.stringNode("reject");
        };
    }

    private static JsonNode definition(JsonNode schema, String name) {
        return schema.at("/$defs/" + name);
    }

    private static Set<String> keys(JsonNode definition) {
        return new TreeSet<>(definition.path("properties").propertyNames());
    }

    private static String schemaText() {
        try (InputStream in = Objects.requireNonNull(
                ContractReader.class.getResourceAsStream("/dev/millrace/contract.schema.json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
