package dev.millrace.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Document;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultException;
import dev.millrace.document.Location;
import dev.millrace.pipeline.PreProcessingValidator;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Contracts and documents with the rows they must give. A case is a folder {@code src/test/resources/cases/<name>} with
 * {@code contract.yaml}, {@code input/*.xml} and {@code expected/<document>.json}; a document of several records has
 * {@code <document>#1.json} and so on. {@code -Dgolden.update=true} writes what is expected; git shows what changed.
 */
class GoldenCasesTest {

    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final String RUN_ID = "00000000-0000-4000-8000-000000000001";
    private static final Instant LOADED_AT = Instant.parse("2026-01-31T12:34:56.123456789Z");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TestFactory
    Stream<DynamicContainer> documentsGiveTheExpectedRows() throws IOException {
        return list(cases()).stream()
                .map(folder -> dynamicContainer(folder.getFileName().toString(), tests(folder)));
    }

    private static Path cases() {
        // Maven runs in the module, an editor often above it.
        Path inModule = Path.of("src/test/resources/cases");
        return Files.isDirectory(inModule) ? inModule : Path.of("core").resolve(inModule);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static Stream<DynamicTest> tests(Path folder) {
        try {
            return list(folder.resolve("input")).stream()
                    .map(input -> dynamicTest(input.getFileName().toString(), () -> check(folder, input)));
        } catch (IOException e) {
            throw new IllegalStateException("case " + folder + " has no input", e);
        }
    }

    private static void check(Path folder, Path input) throws Exception {
        MappingContract contract =
                ContractReader.read(folder.resolve("contract.yaml")).contract();
        List<Map<String, Object>> outcomes = outcomes(contract, input);
        String name = input.getFileName().toString().replaceFirst("\\.xml$", "");
        for (int i = 0; i < outcomes.size(); i++) {
            String suffix = outcomes.size() == 1 ? "" : "#" + (i + 1);
            Path expected = folder.resolve("expected").resolve(name + suffix + ".json");
            String actual = rendered(outcomes.get(i));
            if (UPDATE) {
                Files.createDirectories(expected.getParent());
                Files.writeString(expected, actual);
            } else {
                assertThat(actual).isEqualTo(rendered(JSON.readValue(Files.readString(expected), Map.class)));
            }
        }
    }

    /** One for each record; one for a document that has none. */
    private static List<Map<String, Object>> outcomes(MappingContract contract, Path input) throws IOException {
        String file = input.getFileName().toString();
        Document document = Document.ofBytes(file, Files.readAllBytes(input), "input/" + file);
        XmlParser parser = new XmlParser(
                DataMapper.projection(contract), contract.document().doctype(), XmlLimits.DEFAULTS);
        PreProcessingValidator validator = new PreProcessingValidator(contract, XmlLimits.DEFAULTS);
        DataMapper mapper = new DataMapper(contract, RUN_ID, LOADED_AT, false);
        EvaluationContext context = new EvaluationContext(contract.slots());
        List<Map<String, Object>> outcomes = new ArrayList<>();
        try {
            validator.checkText(document);
            List<Record> records = parser.parse(document);
            for (Record record : records) {
                String sourceKey = records.size() == 1 ? file : file + "#" + (record.index() + 1);
                context.startRecord(record);
                outcomes.add(outcome(contract, mapper, validator, context, sourceKey, parser, document));
            }
        } catch (FaultException e) {
            outcomes.add(reject(e.fault(), e.fault().location()));
        }
        return outcomes;
    }

    private static Map<String, Object> outcome(
            MappingContract contract,
            DataMapper mapper,
            PreProcessingValidator validator,
            EvaluationContext context,
            String sourceKey,
            XmlParser parser,
            Document document) {
        try {
            validator.checkRecord(context);
            String key = mapper.documentKey(context, sourceKey);
            Map<String, Object> outcome = new LinkedHashMap<>();
            outcome.put("key", key);
            outcome.put("tables", tables(contract, mapper.map(context, key, document.sourceName())));
            return outcome;
        } catch (FaultException e) {
            return reject(e.fault(), e.fault().location());
        } catch (MappingException e) {
            return reject(e.fault(), parser.locate(document, e.ordinal()));
        }
    }

    private static Map<String, Object> reject(Fault fault, Location location) {
        Map<String, Object> reject = new LinkedHashMap<>();
        reject.put("code", fault.code().word());
        if (fault.table() != null) {
            reject.put("table", fault.table());
        }
        if (fault.column() != null) {
            reject.put("column", fault.column());
        }
        if (location != null) {
            reject.put("line", location.line());
            reject.put("column_number", location.column());
        }
        reject.put("message", fault.message());
        return Map.of("reject", reject);
    }

    private static Map<String, Object> tables(MappingContract contract, List<List<Row>> rows) {
        Map<String, Object> tables = new LinkedHashMap<>();
        for (TableMapping table : contract.tables()) {
            List<Map<String, String>> shown = new ArrayList<>();
            for (Row row : rows.get(table.index())) {
                Map<String, String> values = new LinkedHashMap<>();
                for (int i = 0; i < table.columns().size(); i++) {
                    assertIsOfType(table.columns().get(i), row.values()[i]);
                    values.put(table.columns().get(i).name(), text(row.values()[i]));
                }
                shown.add(values);
            }
            tables.put(table.name(), shown);
        }
        return tables;
    }

    private static void assertIsOfType(TableMapping.Column column, Object value) {
        if (value != null) {
            assertThat(value)
                    .as(column.name())
                    .isInstanceOf(column.type().kind().javaClass());
        }
    }

    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        return value == null ? null : value.toString();
    }

    /** A row in a line, so that a changed value is a changed line. */
    private static String rendered(Map<?, ?> outcome) {
        if (!outcome.containsKey("tables")) {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(outcome) + "\n";
        }
        StringBuilder text = new StringBuilder("{\n");
        text.append("  \"key\": ")
                .append(JSON.writeValueAsString(outcome.get("key")))
                .append(",\n  \"tables\": {");
        String betweenTables = "\n";
        for (Map.Entry<?, ?> table : ((Map<?, ?>) outcome.get("tables")).entrySet()) {
            text.append(betweenTables)
                    .append("    ")
                    .append(JSON.writeValueAsString(table.getKey()))
                    .append(": [");
            String betweenRows = "\n";
            for (Object row : (List<?>) table.getValue()) {
                text.append(betweenRows).append("      ").append(JSON.writeValueAsString(row));
                betweenRows = ",\n";
            }
            text.append(betweenRows.equals("\n") ? "]" : "\n    ]");
            betweenTables = ",\n";
        }
        return text.append("\n  }\n}\n").toString();
    }
}
