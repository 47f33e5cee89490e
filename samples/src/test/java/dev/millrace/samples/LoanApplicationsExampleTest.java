package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.mapping.DataMapper;
import dev.millrace.mapping.MappingException;
import dev.millrace.mapping.Row;
import dev.millrace.pipeline.PreProcessingValidator;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.xml.Record;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser;
import dev.millrace.xml.path.EvaluationContext;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The contract in examples/loan-applications, held to its expected rows and to the sample documents' defects. */
final class LoanApplicationsExampleTest {

    private static final Path EXAMPLE = example();

    private final MappingContract contract;
    private final PreProcessingValidator validator;
    private final XmlParser parser;
    private final EvaluationContext context;
    private final DataMapper mapper;

    LoanApplicationsExampleTest() throws Exception {
        ContractReader.Result result = ContractReader.read(EXAMPLE.resolve("contract.yaml"));
        assertThat(result.warnings()).isEmpty();
        contract = result.contract();
        validator = new PreProcessingValidator(contract, XmlLimits.DEFAULTS);
        parser = new XmlParser(
                DataMapper.projection(contract), contract.document().doctype(), XmlLimits.DEFAULTS);
        context = new EvaluationContext(contract.slots());
        mapper = new DataMapper(contract, "run", Instant.EPOCH, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1001-everything", "1002-nearly-nothing", "1003-entered-twice", "1004-blank-forms"})
    void mapsDocumentsToTheExpectedRows(String name) throws Exception {
        byte[] xml = Files.readAllBytes(EXAMPLE.resolve("documents/" + name + ".xml"));
        Map<String, List<Map<String, Object>>> expected = JsonMapper.shared()
                .readValue(Files.readString(EXAMPLE.resolve("expected/" + name + ".json")), new TypeReference<>() {});

        List<List<Row>> rows = map(Document.ofBytes(name, xml, name));

        assertThat(contract.tables()).extracting(TableMapping::name).containsExactlyElementsOf(expected.keySet());
        for (TableMapping table : contract.tables()) {
            List<Map<String, Object>> found = rows.get(table.index()).stream()
                    .map(row -> readable(table, row))
                    .toList();
            assertThat(found).as(table.name()).containsExactlyInAnyOrderElementsOf(expected.get(table.name()));
        }
    }

    @Test
    void mapsEverySoundSample() throws Exception {
        int[] rows = new int[contract.tables().size()];
        for (Size size : Size.values()) {
            SampleApplications samples = new SampleApplications(Settings.of(11, size));
            for (long n = 1; n <= (size == Size.SMALL ? 2_000 : 50); n++) {
                List<List<Row>> mapped = map(Document.ofText(Long.toString(n), samples.document(n), "samples"));
                for (int table = 0; table < rows.length; table++) {
                    rows[table] += mapped.get(table).size();
                }
            }
        }
        assertThat(rows).doesNotContain(0);
    }

    @ParameterizedTest
    @EnumSource(SampleFault.class)
    void rejectsEveryDefectWithItsCode(SampleFault fault) throws Exception {
        SampleApplications samples =
                new SampleApplications(Settings.of(11, Size.SMALL).withFaults(100, List.of(fault)));
        for (long n = 1; n <= 100; n++) {
            assertThat(faultOf(Document.ofText(Long.toString(n), samples.document(n), "samples")))
                    .as("document %s", n)
                    .contains(fault.code());
        }
    }

    private Optional<FaultCode> faultOf(Document document) {
        try {
            map(document);
            return Optional.empty();
        } catch (FaultException rejected) {
            return Optional.of(rejected.fault().code());
        } catch (MappingException rejected) {
            return Optional.of(rejected.fault().code());
        }
    }

    private List<List<Row>> map(Document document) throws FaultException, MappingException {
        validator.checkText(document);
        List<Record> records = parser.parse(document);
        assertThat(records).hasSize(1);
        context.startRecord(records.get(0));
        validator.checkRecord(context);
        return mapper.map(context, document.key(), document.sourceName());
    }

    /** As the expected files write a row: NULLs left out, whole numbers as numbers, other values as text. */
    private static Map<String, Object> readable(TableMapping table, Row row) {
        Map<String, Object> readable = new LinkedHashMap<>();
        for (int i = 0; i < row.values().length; i++) {
            Object value = row.values()[i];
            if (value != null) {
                readable.put(table.columns().get(i).name(), readable(value));
            }
        }
        return readable;
    }

    private static Object readable(Object value) {
        if (value instanceof Short || value instanceof Integer || value instanceof Long) {
            return ((Number) value).intValue();
        }
        if (value instanceof Boolean) {
            return value;
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof LocalDateTime time) {
            return time.getNano() == 0
                    ? time.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss"))
                    : time.toString();
        }
        return value.toString();
    }

    /** Tests run in the module's directory or in the project's. */
    private static Path example() {
        Path example = Path.of("examples/loan-applications");
        return Files.isDirectory(example) ? example : Path.of("..").resolve(example);
    }
}
