package dev.millrace.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * The worked example of the original's contracts: two contracts, 71 documents, and the rows that the original makes of them. The
 * example is not part of the sources; the system property {@code millrace.reference-example} names its folder, else it is looked
 * for as {@code shared/reference-example} beside the directories above.
 */
final class ReferenceExampleTest {

    static final String NOT_HERE =
            "get the example of the original's contracts, and name its folder by -Dmillrace.reference-example=FOLDER";

    @TestFactory
    Stream<DynamicNode> makesTheRowsOfTheOriginal() throws Exception {
        Path example = example();
        if (example == null) {
            return Stream.of(dynamicTest("example", () -> assumeTrue(false, NOT_HERE)));
        }
        List<DynamicNode> contracts = new ArrayList<>();
        for (Path folder : List.of(example, example.resolve("il"))) {
            for (Mode mode : Mode.values()) {
                contracts.add(tests(folder, mode));
            }
        }
        return contracts.stream();
    }

    private static DynamicContainer tests(Path folder, Mode mode) throws Exception {
        ReferenceCase each = new ReferenceCase(folder, mode);
        List<DynamicNode> documents = new ArrayList<>();
        for (Path document : documents(folder)) {
            documents.add(dynamicTest(document.getFileName().toString(), () -> {
                ReferenceCase.Expected expected = each.expected(document);
                ReferenceCase.Expected found = each.outcome(document);
                assertThat(found).isEqualTo(expected);
            }));
        }
        return dynamicContainer(folder.getFileName() + " " + ReferenceCase.word(mode), documents);
    }

    static List<Path> documents(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("documents"))) {
            return files.sorted().toList();
        }
    }

    static @Nullable Path example() {
        String named = System.getProperty("millrace.reference-example");
        if (named != null) {
            return Path.of(named);
        }
        for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
            Path found = above.resolve("shared/reference-example");
            if (Files.isDirectory(found)) {
                return found;
            }
        }
        return null;
    }
}
