package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program on a real terminal, which {@code script} makes, and in poor environments. */
@Timeout(180)
class TerminalTest {

    @TempDir
    private static Path folder = Path.of("");

    private static String target = "";
    private static String contract = "";

    @BeforeAll
    static void load() throws Exception {
        assumeTrue(new File("/usr/bin/script").canExecute(), "script is not installed, which makes a terminal");
        contract = SmallContract.in(folder).toString();
        target = "jdbc:h2:" + folder.resolve("target");
        Path in = Files.createDirectory(folder.resolve("in"));
        Files.writeString(in.resolve("1.xml"), SmallContract.document(1));
        Files.writeString(in.resolve("2.xml"), SmallContract.tooLong(2));
        Invocation loaded = Invocation.of("run", contract, "--from", in.toString(), "--to", target, "--create-tables");
        assertThat(loaded.exitCode()).as(loaded.all()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80, 200})
    void fitsTheTerminalAndKeepsTheRunsIdWhole(int columns) throws Exception {
        for (List<String> command : List.of(
                List.of("runs", "--to", target),
                List.of("status", "--to", target),
                List.of("rejects", "--to", target),
                List.of("check", contract, folder.resolve("in").toString()),
                List.of("preview", contract, folder.resolve("in").toString()))) {
            // Messages are lines, which the terminal breaks itself.
            String shown = script(columns, Map.of(), quoted(command(command)) + " 2>/dev/null");

            List<String> tooWide = shown.lines()
                    .filter(line -> TextWidth.of(line) > columns)
                    // What people copy, such as a path, is one word and stays whole.
                    .filter(line -> line.strip().contains(" ") && !line.contains("  20"))
                    .toList();
            if (columns >= 80) {
                assertThat(tooWide).as(shown).isEmpty();
            }
            assertThat(shown).doesNotContain("internal error").doesNotContain("Exception");
            if (command.get(0).equals("runs")) {
                assertThat(shown).containsPattern("[0-9]{8}-[0-9]{6}-[0-9a-f]{6} ");
                assertThat(shown.contains("too narrow for: Started")).as(shown).isEqualTo(columns < 200);
            }
        }
    }

    @Test
    void drawsOneLineOverAndOverOnlyWhereThatIsWanted() throws Exception {
        List<String> command =
                List.of("run", contract, "--from", folder.resolve("in").toString(), "--dry-run");

        assertThat(onTerminal(80, Map.of("TERM", "xterm"), command)).containsPattern("\r[^\n]");
        assertThat(onTerminal(80, Map.of("TERM", "dumb"), command)).doesNotContainPattern("\r[^\n]");
        assertThat(onTerminal(80, Map.of("NO_COLOR", "1"), command)).doesNotContainPattern("\r[^\n]");
    }

    @Test
    void worksWhereTheEnvironmentHasNothingAtAll() throws Exception {
        Path out = folder.resolve("bare");
        ProcessBuilder bare = new ProcessBuilder(
                command(List.of("run", contract, "--from", folder.resolve("in").toString(), "--to", target)));
        bare.environment().clear();
        bare.environment().put("LANG", "C");
        Process process = bare.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .start();

        assertThat(process.waitFor()).as(Files.readString(out)).isEqualTo(3);
        assertThat(Files.readString(out))
                .contains("2 read: 0 loaded, 0 rejected, 2 skipped")
                .doesNotContain("\r");
    }

    @Test
    void cutsNothingThatGoesIntoAFile() throws Exception {
        Path out = folder.resolve("file");
        String command =
                quoted(command(List.of("preview", contract, folder.resolve("in").toString()))) + " > " + out + " ; "
                        + quoted(command(List.of("runs", "--to", target))) + " >> " + out;

        String shown = script(40, Map.of(), command);

        assertThat(shown).as("the reason of the reject").contains("rejected: document 2.xml");
        assertThat(Files.readString(out))
                .doesNotContain("…")
                .containsPattern("order_id +pos +price")
                .containsPattern("Started +Took +Loaded");
    }

    private static String onTerminal(int columns, Map<String, String> environment, List<String> words)
            throws Exception {
        return script(columns, environment, quoted(command(words)));
    }

    private static String script(int columns, Map<String, String> environment, String command) throws Exception {
        ProcessBuilder terminal = new ProcessBuilder(
                "script", "-qc", "stty cols " + columns + " rows 50 -onlcr; " + command, "/dev/null");
        terminal.environment().remove("COLUMNS");
        terminal.environment().remove("NO_COLOR");
        terminal.environment().putAll(environment);
        Process process = terminal.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return shown;
    }

    private static String quoted(List<String> words) {
        return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    /** As the launcher starts it, which asks each stream whether it is a terminal. */
    private static List<String> command(List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "o=false; [ ! -t 1 ] || o=true; e=false; [ ! -t 2 ] || e=true; exec \"$0\" -Dmillrace.interactive=$e"
                        + " -Dmillrace.output-is-terminal=$o -Dsun.stdout.encoding=UTF-8 -cp \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                Main.class.getName()));
        return Stream.concat(command.stream(), words.stream()).toList();
    }
}
