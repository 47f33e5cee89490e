package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/embedding.md shows these programs, and coordinates that there are. */
class EmbeddingPageTest {

    private static final Path TOP = Files.exists(Path.of("mvnw")) ? Path.of("") : Path.of("..", "..");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern MODULE = Pattern.compile("<artifactId>millrace-(\\S+)</artifactId>");
    private static final Pattern VERSION = Pattern.compile("<version>(\\S+)</version>");

    private final String page = Files.readString(TOP.resolve("docs/embedding.md"));
    private final List<String> programs = programs();

    EmbeddingPageTest() throws IOException {}

    @Test
    void showsWhatIsCompiledAndRun() {
        List<String> blocks = found(JAVA, page);

        assertThat(blocks).hasSizeGreaterThan(7);
        assertThat(blocks)
                .filteredOn(block -> programs.stream().noneMatch(program -> program.contains(withoutLayout(block))))
                .isEmpty();
    }

    @Test
    void namesModulesAndVersionsThatThereAre() throws IOException {
        String pom = Files.readString(TOP.resolve("pom.xml"));

        assertThat(found(MODULE, page))
                .isNotEmpty()
                .filteredOn(module -> !pom.contains("<module>" + module + "</module>"))
                .isEmpty();
        assertThat(found(VERSION, page))
                .isNotEmpty()
                .filteredOn(version -> !pom.contains(">" + version + "<"))
                .isEmpty();
    }

    private static List<String> programs() throws IOException {
        Path sources = TOP.resolve("examples/embedding/src/main/java");
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(Files::isRegularFile)
                    .map(EmbeddingPageTest::read)
                    .map(EmbeddingPageTest::withoutLayout)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines of a block begin further to the left than in the program. */
    private static String withoutLayout(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
