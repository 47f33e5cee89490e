package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people get wrong, and what they are told: a file for each mistake in the folder {@code mistakes}. A file begins with the command,
 * {@code $ check c.yaml}; then come the files that it is given, each behind a line {@code --- NAME}, and last, behind {@code --- prints},
 * its exit code and all that it prints. {@code -Dmistakes.update=true} writes what is printed; git shows what changed.
 */
class MistakesTest {

    private static final boolean UPDATE = Boolean.getBoolean("mistakes.update");
    private static final String PRINTS = "prints";

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> eachMistakeIsToldAsItShouldBe() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folderOfMistakes())) {
            files = found.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(100);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> check(file)));
    }

    private static Path folderOfMistakes() {
        if (UPDATE) {
            return Path.of("src/test/resources/mistakes");
        }
        try {
            return Path.of(Objects.requireNonNull(MistakesTest.class.getResource("/mistakes"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> sections = new ArrayList<>(List.of(text.split("(?m)^--- ")));
        String command = sections.remove(0).strip();
        assertThat(command).startsWith("$ ");
        Path here = Files.createDirectories(folder.resolve(String.valueOf(file.getFileName())));
        String expected = "";
        for (String section : sections) {
            int end = section.indexOf('\n');
            String name = section.substring(0, end).strip();
            String content = section.substring(end + 1);
            if (name.equals(PRINTS)) {
                expected = content;
            } else {
                Path target = here.resolve(name);
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.write(target, content.getBytes(StandardCharsets.UTF_8));
            }
        }

        String printed = printed(command.substring(2), here);

        if (UPDATE) {
            int prints = text.indexOf("--- " + PRINTS + "\n");
            String before = prints < 0 ? text : text.substring(0, prints);
            Files.writeString(file, before + "--- " + PRINTS + "\n" + printed);
        } else {
            assertThat(printed).isEqualTo(expected);
        }
    }

    /** Words that name a file of the mistake are given with its folder, which is left out of what is printed. */
    private static String printed(String command, Path here) {
        List<String> words = new ArrayList<>();
        for (String word : command.split(" ")) {
            words.add(
                    Files.exists(here.resolve(word)) && !word.isEmpty()
                            ? here.resolve(word).toString()
                            : word.replace("HERE", here.toString()));
        }
        Invocation run = Invocation.of(words.toArray(String[]::new));
        String all = "exit code " + run.exitCode() + "\n" + run.out() + run.err();
        return all.replace(here + "/", "").replace(here.toString(), "HERE").replaceAll("[ \t]+(?=\n)", "");
    }
}
