package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The man pages: whole, and sound to the programs that show them. */
class ManPageTest {

    /** How each program that shows man pages is asked for what is wrong with one. */
    private static final List<List<String>> JUDGES = List.of(
            List.of("groff", "-man", "-Tutf8", "-ww"),
            List.of("man", "--warnings", "-l"),
            List.of("mandoc", "-T", "lint", "-W", "warning"));

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
    void pageHasAllThatTheCommandTakes(String name) {
        CommandLine command = Objects.requireNonNull(all().getSubcommands().get(name));
        String source = page(name);

        assertThat(source)
                .as("plain ASCII")
                .matches("[\\n -~]*")
                .contains(".SH SYNOPSIS\n\\fBmillrace\\fR \\fB" + name.replace("-", "\\-") + "\\fR")
                .contains(".SH \"EXIT STATUS\"", ".SH EXAMPLES", ".SH \"SEE ALSO\"\n\\fBmillrace\\fR(1)");
        String text = text(source);
        assertThat(text).contains("\n.SH NAME\nmillrace-" + name + " - ");
        for (OptionSpec option : command.getCommandSpec().options()) {
            assertThat(text)
                    .contains("\n.TP\n" + String.join(", ", option.names()))
                    .contains(words(String.join(" ", option.description())));
        }
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            assertThat(text).contains("\n.TP\n" + parameter.paramLabel() + "\n");
        }
    }

    /** What is shown, in its lines, without what roff makes of it. */
    private static String text(String source) {
        String plain = source.replaceAll("\\\\f[BIR]", "")
                .replace("\\-", "-")
                .replace("\\(aq", "'")
                .replace("\\(dq", "\"")
                .replace("\\(ti", "~")
                .replace("\\e", "\\");
        String unicode = Pattern.compile("\\\\\\[u([0-9A-F]+)]")
                .matcher(plain)
                .replaceAll(match -> Character.toString(Integer.parseInt(match.group(1), 16)));
        return unicode + "\n" + unicode.replace('\n', ' ');
    }

    private static String words(String description) {
        return description.replace("%%", "%");
    }

    @Test
    void programsPageNamesAllCommandsAndVariables() throws IOException {
        String text = text(Invocation.of("man").out());

        assertThat(text).contains("\n.SH COMMANDS\n", "-h, --help", "-V, --version", "-v, --verbose");
        commands().forEach(name -> assertThat(text).contains("\nmillrace-" + name + "(1)\n"));
        List<String> variables = Pattern.compile("MILLRACE_[A-Z_]+")
                .matcher(Files.readString(Checkout.TOP.resolve("millrace")))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(variables).isNotEmpty().allSatisfy(name -> assertThat(text).contains("\n.TP\n" + name + "\n"));
        assertThat(Invocation.of("man", "millrace").out())
                .isEqualTo(Invocation.of("man").out());
    }

    @Test
    void optionsAreUnderTheHeadingsOfTheHelp() {
        assertThat(page("run"))
                .contains(".SS Source\n.TP\n\\fB\\-\\-from\\fR=\\fISOURCE\\fR\n", ".SS \"Other options\"\n");
        assertThat(page("schema")).doesNotContain(".SS");
    }

    @Test
    void environmentIsWhatTheOptionsName() {
        assertThat(text(page("run")))
                .contains("\nMILLRACE_TO\nTaken where --to is not given.\n")
                .contains("\nMILLRACE_FROM_USER\nThe user where --from-user is not given.\n")
                .contains("\nMILLRACE_PASSWORD\nThe password where --password-file is not given.\n");
        assertThat(page("schema")).doesNotContain("ENVIRONMENT");
    }

    @Test
    void charactersThatRoffWouldTakeAreShown() {
        assertThat(Roff.escaped("a\\b 'c' -d ~ \"e\" ^ ` … 😀\tf"))
                .isEqualTo("a\\eb \\(aqc\\(aq \\-d \\(ti \\(dqe\\(dq \\(ha \\(ga \\[u2026] \\[u1F600] f");
        Roff lines = new Roff();
        lines.words(".gz and .zip. 'quoted'");
        lines.example(List.of(".SH", "  continued \\"));
        assertThat(lines.toString())
                .isEqualTo("\\&.gz and .zip.\n\\(aqquoted\\(aq\n.EX\n\\&.SH\n  continued \\e\n.EE\n");
    }

    @Test
    void writesAllPagesForEveryUser() throws IOException {
        Path pages = folder.resolve("share/man1");
        Invocation written = Invocation.of("man", "--to", pages.toString());

        assertThat(written.err()).isEmpty();
        assertThat(written.exitCode()).isZero();
        List<String> expected = new ArrayList<>(List.of("millrace.1"));
        commands().forEach(name -> expected.add("millrace-" + name + ".1"));
        assertThat(written.out()).startsWith(expected.size() + " man pages in ");
        try (Stream<Path> files = Files.list(pages)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(Files.readString(pages.resolve("millrace-import-ledger.1"))).isEqualTo(page("import-ledger"));
        if (pages.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pages.resolve("millrace.1"))))
                    .isEqualTo("rw-r--r--");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pages.getParent())))
                    .isEqualTo("rwxr-xr-x");
        }
        assertThat(Invocation.of("man", "--to", pages.toString()).exitCode())
                .as("once more")
                .isZero();
    }

    @Test
    void refusesWhatItCannotDo() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(refusal("man", "--to", file.resolve("man1").toString()))
                .isEqualTo("--to: " + file + " is a file – expected a directory\n");
        assertThat(refusal("man", "--to", file.toString()))
                .isEqualTo("--to: " + file + " is a file – expected a directory\n");
        assertThat(refusal("man", "run", "--to", folder.toString()))
                .isEqualTo("--to: writes the pages of all commands – leave out \"run\", or --to\n");
        assertThat(refusal("man", "rum")).isEqualTo("man: unknown command \"rum\", did you mean run?\n");
        assertThat(folder).isDirectoryNotContaining(one -> !one.equals(file));
    }

    @Test
    void programsThatShowManPagesFindNothingWrong() throws Exception {
        List<List<String>> judges =
                JUDGES.stream().filter(judge -> isInstalled(judge.get(0))).toList();
        assumeTrue(!judges.isEmpty(), "none of groff, man and mandoc is installed");
        Path pages = folder.resolve("man1");
        Invocation.of("man", "--to", pages.toString());

        List<Path> files;
        try (Stream<Path> list = Files.list(pages)) {
            files = list.sorted().toList();
        }
        for (List<String> judge : judges) {
            List<String> command = new ArrayList<>(judge);
            files.forEach(file -> command.add(file.toString()));
            assertThat(complaints(command)).as(judge.get(0)).isEmpty();
        }
    }

    /** Standard error of groff and man; mandoc writes to standard output what it finds. */
    private String complaints(List<String> command) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        int exitCode = process.waitFor();
        if (command.get(0).equals("mandoc")) {
            // There is no date in the pages: the same version gives the same pages.
            try (Stream<String> lines = Files.lines(out)) {
                return String.join(
                        "\n",
                        lines.filter(line -> !line.contains("missing date")).toList());
            }
        }
        assertThat(exitCode).as(command.get(0)).isZero();
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String page(String command) {
        Invocation page = Invocation.of("man", command);
        assertThat(page.err()).isEmpty();
        assertThat(page.exitCode()).isZero();
        return page.out();
    }

    private static String refusal(String... args) {
        Invocation refused = Invocation.of(args);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        return refused.err();
    }
}
