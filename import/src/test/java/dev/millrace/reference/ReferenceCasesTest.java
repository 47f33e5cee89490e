package dev.millrace.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Small contracts of the original, with documents and the rows worked out by hand from its description. */
final class ReferenceCasesTest {

    private static final String START = """
            {"source_table": "t", "source_column": "x", "xml_root_element": "Provenir",
             "enum_mappings": {"kind_enum": {"A": 1}},
             "mappings": [{"xml_path": "/Provenir/Request", "xml_attribute": "ID", "target_table": "app_base",
               "target_column": "app_id", "data_type": "int", "nullable": false},
              {"xml_path": "/Provenir/Request/a", "xml_attribute": "x", "target_table": "app_base", "target_column": "c",
               "nullable": true,
            """;

    static Path cases() {
        Path inModule = Path.of("src/test/resources/reference");
        return Files.isDirectory(inModule) ? inModule : Path.of("import").resolve(inModule);
    }

    @TestFactory
    Stream<DynamicTest> makesTheRowsOfTheOriginal() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> folders = Files.list(cases())) {
            for (Path folder : folders.sorted().toList()) {
                for (Mode mode : Mode.values()) {
                    ReferenceCase each = new ReferenceCase(folder, mode);
                    assertThat(each.slowPaths()).isEmpty();
                    for (Path document : ReferenceExampleTest.documents(folder)) {
                        tests.add(dynamicTest(
                                folder.getFileName() + " " + ReferenceCase.word(mode) + " " + document.getFileName(),
                                () -> assertThat(each.outcome(document)).isEqualTo(each.expected(document))));
                    }
                }
            }
        }
        assertThat(tests).isNotEmpty();
        return tests.stream();
    }

    @Test
    void tellsAllThatIsMissing() {
        assertThatThrownBy(() -> ReferenceImport.convert("{\"mappings\": [{}]}", "r.json", "r", Mode.AS_MEANT))
                .isInstanceOf(ReferenceException.class)
                .hasMessageContaining("r.json: 'source_table' is missing")
                .hasMessageContaining("r.json: mapping 1: 'xml_path' is missing")
                .hasMessageContaining("r.json: mapping 1: 'data_type' is missing");
        assertThatThrownBy(() -> ReferenceImport.convert("[1", "r.json", "r", Mode.AS_MEANT))
                .hasMessageStartingWith("r.json: neither JSON nor YAML");
    }

    @Test
    void refusesWhatItCannotConvert() {
        assertThatThrownBy(
                        () -> convert(
                                "\"data_type\": \"int\", \"mapping_type\": [\"calculated_field\"], \"expression\": \"CASE WHEN NOT x = 1 THEN 2 END\""))
                .hasMessageContaining("mapping 2 (app_base.c): expression: ")
                .hasMessageContaining("NOT");
        assertThatThrownBy(
                        () -> convert(
                                "\"data_type\": \"int\", \"mapping_type\": [\"enum\", \"numbers_only\"], \"enum_name\": \"kind_enum\""))
                .hasMessageContaining("mapping types [enum, numbers_only]");
        assertThatThrownBy(() -> convert("\"data_type\": \"int\", \"mapping_type\": [\"enum\"]"))
                .hasMessageContaining("there is no code table 'c'");
    }

    @Test
    void tellsWhatItDidNotKnow() throws Exception {
        assertThat(convert("\"data_type\": \"string\", \"mapping_type\": [\"of_tomorrow\"]")
                        .differences())
                .anySatisfy(note -> assertThat(note).contains("of_tomorrow is not known"));
        assertThat(convert("\"data_type\": \"datetime\", \"default_value\": \"soon\"")
                        .differences())
                .anySatisfy(note -> assertThat(note).contains("the default 'soon' is no datetime"));
    }

    @Test
    void refusesConditionsThatTheOriginalCannotReadUnlessMeant() throws Exception {
        String mixed = "\"data_type\": \"int\", \"mapping_type\": [\"calculated_field\"],"
                + " \"expression\": \"CASE WHEN (x = 'A' OR x = 'B') AND y > 1 THEN 2 END\"";

        assertThat(convert(mixed).yaml()).contains("@*:x", " or ", " and ");
        assertThatThrownBy(() -> ReferenceImport.convert(START + mixed + "}]}", "r.json", "r", Mode.AS_REFERENCE))
                .hasMessageContaining("AND and OR in one condition");
    }

    private static ImportedContract convert(String settings) throws ReferenceException {
        String json = START + settings + "}]}";
        return ReferenceImport.convert(json, "r.json", "r", Mode.AS_MEANT);
    }
}
