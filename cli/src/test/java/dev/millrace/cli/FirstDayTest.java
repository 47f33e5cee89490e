package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/first-day.md, from its first word to its last: the contracts and documents of the page are written to files, and its commands are
 * run, against a PostgreSQL that asks for a password. The lines behind a command are found in what it prints, in this order.
 */
class FirstDayTest {

    private static final Path TOP = Files.isDirectory(Path.of("docs")) ? Path.of("") : Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?s)```(yaml|xml|console)\n(.*?)```");
    private static final String PASSWORD = "Tr0ub4dor";

    @TempDir
    private Path folder;

    private final FakeTerminal terminal = new FakeTerminal();
    private String printed = "";
    private int exitCode;
    private int commands;

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path poms = Files.createDirectories(folder.resolve("poms"));
        try (Stream<Path> files = Files.list(TOP.resolve("examples/first-day/poms"))) {
            for (Path file : files.toList()) {
                Files.copy(file, poms.resolve(file.getFileName()));
            }
        }
        terminal.width = 400;
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("postgres"))) {
            postgres.requirePassword("jo", PASSWORD);
            Matcher block = BLOCK.matcher(Files.readString(TOP.resolve("docs/first-day.md")));
            while (block.find()) {
                switch (block.group(1)) {
                    case "yaml" -> Files.writeString(folder.resolve("poms.yaml"), block.group(2));
                    case "xml" -> Files.writeString(poms.resolve("dogwood.xml"), block.group(2));
                    default -> runAll(block.group(2), postgres);
                }
            }
        }
        assertThat(commands).isGreaterThan(15);
    }

    private void runAll(String console, OwnPostgres postgres) throws Exception {
        List<String> lines = new ArrayList<>(console.lines().toList());
        while (!lines.isEmpty()) {
            String command = lines.remove(0);
            assertThat(command).startsWith("$ ");
            List<String> expected = new ArrayList<>();
            while (!lines.isEmpty() && !lines.get(0).startsWith("$ ")) {
                expected.add(lines.remove(0));
            }
            commands++;
            run(command.substring(2), postgres);
            int from = 0;
            String all = plain(printed);
            for (String line : expected) {
                int at = all.indexOf(plain(line), from);
                assertThat(at)
                        .as("%s%nlacks, in this order: %s%n%s", command, line, printed)
                        .isNotNegative();
                from = at + plain(line).length();
            }
        }
    }

    private void run(String command, OwnPostgres postgres) throws Exception {
        if (command.equals("echo $?")) {
            printed = String.valueOf(exitCode);
        } else if (command.startsWith("export ")) {
            String[] assignment = command.substring("export ".length()).split("=", 2);
            String value = assignment[1].replace("'", "");
            terminal.environment.put(
                    assignment[0],
                    value.equals("…")
                            ? PASSWORD
                            : value.replace("localhost/poms", "localhost:" + postgres.port() + "/postgres"));
        } else if (command.startsWith("cat ")) {
            printed = Files.readString(folder.resolve(command.substring("cat ".length())));
        } else {
            millrace(command, postgres);
        }
    }

    private void millrace(String command, OwnPostgres postgres) throws Exception {
        boolean intoPsql = command.contains(" | psql ");
        List<String> words = new ArrayList<>();
        for (String word : (intoPsql ? command.substring(0, command.indexOf(" | ")) : command).split(" ")) {
            String meant = word.equals("\"$MILLRACE_TO\"") ? terminal.environment.get("MILLRACE_TO") : word;
            boolean isFile = List.of("poms.yaml", "poms", "night.json").contains(word);
            words.add(isFile ? folder.resolve(word).toString() : meant);
        }
        assertThat(words.remove(0)).isEqualTo("millrace");
        Invocation run = Invocation.in(terminal, words.toArray(String[]::new));
        exitCode = run.exitCode();
        printed = run.out().replace(folder + "/", "") + run.err().replace(folder + "/", "");
        assertThat(printed).doesNotContain(PASSWORD);
        if (intoPsql) {
            postgres.execute("SET ROLE jo; " + run.out());
        }
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /** So that a reader of the page finds what it talks of. */
    @Test
    void thePageIsNamedInTheReadme() throws IOException {
        assertThat(Files.readString(TOP.resolve("README.md"))).contains("docs/first-day.md");
    }
}
