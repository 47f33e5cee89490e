package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contract.ContractReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the program tells about itself: help, examples, completions, the schema. */
class HelpTest {

    @TempDir
    private Path folder;

    static Stream<String> commands() {
        return all().getSubcommands().keySet().stream();
    }

    private static CommandLine all() {
        return Main.withAllCommands(new Console(System.out, System.err, new FakeTerminal()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpCommandIsTheCommandsHelp(String command) {
        Invocation help = Invocation.of("help", command);

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .isEqualTo(Invocation.of(command, "--help").out())
                .startsWith("Usage: millrace " + command);
        for (OptionSpec option : Objects.requireNonNull(all().getSubcommands().get(command))
                .getCommandSpec()
                .options()) {
            assertThat(help.out()).contains(option.longestName());
        }
    }

    @Test
    void helpOfNothingIsThatOfTheProgram() {
        assertThat(Invocation.of("help").out())
                .isEqualTo(Invocation.of("--help").out());
        assertThat(Invocation.of("help", "previw").err()).contains("unknown command \"previw\", did you mean preview?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "verify", "import-ledger"})
    void manyOptionsAreUnderHeadings(String command) {
        String help = Invocation.of(command, "--help").out();

        assertThat(help).contains("\nSource:\n", "\nTarget:\n", "\nLog-in:\n", "\nLimits against hostile documents:\n");
        String others = help.substring(help.indexOf("\nOther options:\n"), help.indexOf("Example:\n"));
        assertThat(others.lines().filter(line -> line.contains("--")))
                .as("what no heading has")
                .containsExactly("  -h, --help                 Show this help.");
        assertThat(Invocation.of("ddl", "--help").out()).doesNotContain("options:\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 55, 80, 100, 200})
    void wordsStayWhole(int columns) {
        FakeTerminal terminal = new FakeTerminal();
        terminal.width = columns;
        String help = Invocation.in(terminal, "run", "--help").out();

        assertThat(help).contains("postgresql://USER@HOST/DATABASE", "(.zip");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    /** Copied from a narrow terminal, too, and with the options that there are. */
    @ParameterizedTest
    @MethodSource("commands")
    void examplesCanBePasted(String command) {
        FakeTerminal narrow = new FakeTerminal();
        narrow.width = 40;
        String help = Invocation.in(narrow, command, "--help").out();
        int start = help.indexOf("Example:\n");
        assertThat(start).as(help).isPositive();
        String joined = help.substring(start + "Example:\n".length()).replaceAll("\\\\\n\\s*", "");
        List<String> examples = joined.lines()
                .filter(line -> !line.isBlank())
                .map(String::strip)
                .toList();

        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            String line = example.replaceFirst("^source <\\((.*)\\)$", "$1").replaceFirst(" [>|] .*$", "");
            List<String> words = words(line);
            assertThat(words.get(0)).as(example).isEqualTo("millrace");
            CommandLine program = all();
            assertThatCode(() ->
                            program.parseArgs(words.subList(1, words.size()).toArray(String[]::new)))
                    .as(example)
                    .doesNotThrowAnyException();
        }
    }

    /** As a shell splits a line. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        assertThat(quoted).as(line).isFalse();
        return words;
    }

    @Test
    void printsTheSchemas() throws IOException {
        try (InputStream schema = Objects.requireNonNull(
                ContractReader.class.getResourceAsStream("/dev/millrace/contract.schema.json"))) {
            assertThat(Invocation.of("schema").out())
                    .isEqualTo(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(Invocation.of("schema", "summary").out()).contains("documents", "\"$schema\"");
        assertThat(Invocation.of("schema", "manifest").out()).contains("source_fingerprint", "\"$schema\"");
        assertThat(Invocation.of("schema", "ledger").exitCode()).isEqualTo(2);
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");

        assertThat(completed(
                        "/bin/bash",
                        "bash",
                        "COMP_WORDS=(millrace ver); COMP_CWORD=1; _complete_millrace;" + " echo \"${COMPREPLY[@]}\""))
                .contains("verify");
        assertThat(completed(
                        "/bin/bash",
                        "bash",
                        "COMP_WORDS=(millrace run --ret); COMP_CWORD=2; _complete_millrace;"
                                + " echo \"${COMPREPLY[@]}\""))
                .contains("--retries", "--retry-for", "--retry-rejects");
    }

    @Test
    void zshTakesTheSameScript() throws Exception {
        Path zsh = find("zsh");
        assumeTrue(zsh != null, "zsh is not installed");

        assertThat(completed(
                        String.valueOf(zsh),
                        "zsh",
                        "autoload -U +X compinit && compinit -u; whence _complete_millrace"))
                .contains("_complete_millrace");
    }

    @Test
    void fishCompletesCommandsAndOptions() throws Exception {
        String script = Invocation.of("completion", "fish").out();

        assertThat(script)
                .contains("-n __fish_use_subcommand -f -a verify -d 'Maps the source again")
                .contains("-n '__fish_seen_subcommand_from run' -l retry-rejects -d 'Try the documents")
                .contains("-n '__fish_seen_subcommand_from run' -l summary -r -F -d 'Write the summary")
                .doesNotContain("%%");
        Path fish = find("fish");
        assumeTrue(fish != null, "fish is not installed");
        assertThat(completed(String.valueOf(fish), "fish", "complete -C 'millrace ver'"))
                .contains("verify");
    }

    private static @Nullable Path find(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private String completed(String shell, String name, String commands) throws Exception {
        Path script = folder.resolve(name);
        Files.writeString(script, Invocation.of("completion", name).out() + "\n" + commands + "\n");
        Process process = new ProcessBuilder(shell, script.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }
}
