package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.ObjectMapper;

/**
 * What {@code explain} says. A case is a file {@code NAME.args} in a folder of {@code src/test/resources/explain}, beside the contract and
 * the documents that it names; {@code NAME.txt} has the exit code and what is shown in 80 columns, {@code NAME.json} the same as JSON,
 * which has to fit the schema. {@code -Dgolden.update=true} writes what is expected; git shows what changed.
 */
class ExplainCasesTest {

    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final int COLUMNS = 80;
    private static final String RECORD = "#[0-9]+$";

    @TestFactory
    Stream<DynamicTest> explainsAsItShould() throws IOException {
        // As Maven runs it, in the module: lines are broken, and how long a file's name is counts.
        Path cases = Path.of("src/test/resources/explain");
        List<Path> files;
        try (Stream<Path> found = Files.walk(cases)) {
            files = found.filter(file -> file.toString().endsWith(".args"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(50);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(cases.relativize(file).toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        List<String> words = new ArrayList<>(List.of("explain"));
        for (String word : Files.readString(file).strip().split(" +")) {
            Path named = file.resolveSibling(word.replaceFirst(RECORD, ""));
            words.add(Files.exists(named) ? file.resolveSibling(word).toString() : word);
        }
        Invocation text = Invocation.of(words.toArray(String[]::new));
        words.addAll(List.of("--format", "json"));
        Invocation json = Invocation.of(words.toArray(String[]::new));

        assertThat(json.exitCode()).isEqualTo(text.exitCode());
        assertThat(text.out().lines().filter(line -> TextWidth.of(line) > COLUMNS))
                .isEmpty();
        compare(file, ".txt", "exit code " + text.exitCode() + "\n" + text.out() + text.err());
        assertThat(schema().validate(json.out(), InputFormat.JSON)).isEmpty();
        compare(file, ".json", pretty(json.out()));
    }

    private static void compare(Path file, String ending, String found) throws IOException {
        Path expected = Path.of(file.toString().replaceFirst("\\.args$", ending));
        if (UPDATE) {
            Files.writeString(expected, found);
        } else {
            assertThat(found).isEqualTo(Files.readString(expected));
        }
    }

    private static String pretty(String json) {
        ObjectMapper mapper = new ObjectMapper();
        return mapper.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(mapper.readTree(json))
                        .replace("\r\n", "\n")
                + "\n";
    }

    static Schema schema() throws IOException {
        Invocation schema = Invocation.of("schema", "explanation");
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema.out(), InputFormat.JSON);
    }
}
