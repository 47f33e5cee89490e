package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @TempDir
    private Path folder;

    @Test
    void tellsItsVersion() {
        Invocation version = Invocation.of("--version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.out())
                .startsWith("millrace ")
                .contains("Java " + Runtime.version(), "driver of postgresql: postgresql-42.");
        assertThat(version.err()).isEmpty();
        assertThat(Invocation.of("-V").out()).isEqualTo(version.out());
        assertThat(Invocation.of("-v").out()).isEqualTo(version.out());
        assertThat(Invocation.of("-v", "--version").out()).isEqualTo(version.out());
    }

    @Test
    void showsItsCommandsWhenAskedForNothing() {
        Invocation help = Invocation.of();

        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .contains(
                        "demo",
                        "run",
                        "preview",
                        "explain",
                        "check",
                        "coverage",
                        "ddl",
                        "generate",
                        "status",
                        "runs",
                        "report",
                        "rejects",
                        "forget",
                        "import")
                .contains("Exit codes:");
        assertThat(Invocation.of("--help").out()).isEqualTo(help.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "run",
                "preview",
                "explain",
                "check",
                "coverage",
                "ddl",
                "generate",
                "status",
                "runs",
                "report",
                "rejects",
                "forget",
                "import"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        FakeTerminal terminal = new FakeTerminal();
        terminal.width = 80;

        Invocation help = Invocation.in(terminal, command, "--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: millrace " + command, "Example:\n  millrace " + command);
        assertThat(help.out().substring(0, help.out().indexOf("Example:")).lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void takesAMissingOptionForTheMisspeltOne() {
        Invocation wrong = Invocation.of("run", "c.yaml", "--frm=x.xml", "--to", "jdbc:h2:mem:x");

        assertIsOneLine(wrong, "millrace run: unknown option --frm, did you mean --from? – see millrace run --help");
    }

    @Test
    void namesTheNearestOptionToAWrongOne() {
        Invocation wrong = Invocation.of("run", "c.yaml", "--from", "x.xml", "--to", "jdbc:h2:mem:x", "--wrokers", "4");

        assertIsOneLine(
                wrong, "millrace run: unknown option --wrokers, did you mean --workers? – see millrace run --help");
    }

    @Test
    void namesTheNearestCommandToAWrongOne() {
        assertIsOneLine(
                Invocation.of("previw", "c.yaml"),
                "millrace: unknown command \"previw\", did you mean preview? – see millrace --help");
    }

    @Test
    void saysWhichOptionIsMissing() {
        assertIsOneLine(
                Invocation.of("run", "c.yaml", "--to", "jdbc:h2:mem:x"),
                "--from is missing: name the source, such as --from documents/ or --from jdbc:postgresql://localhost/mydb");
    }

    @Test
    void saysThatTheShellHasExpandedAGlob() throws IOException {
        String one = Files.writeString(folder.resolve("1.xml"), "<a/>").toString();
        String two = Files.writeString(folder.resolve("2.xml"), "<a/>").toString();
        String advice = "give the glob in quotes, such as --from '" + folder + "/*.xml'";

        assertThat(Invocation.of("run", "c.yaml", "--from", one, two).err())
                .contains(advice)
                .hasLineCount(1);
        assertThat(Invocation.of("run", "c.yaml", "--from=" + one, two).err()).contains(advice);
        assertThat(Invocation.of("run", "--from", one, two, "c.yaml").err()).contains(advice);
        assertThat(Invocation.of("run", "c.yaml", "d.yaml").err()).doesNotContain("glob");
    }

    @Test
    void saysThatNoShellHasExpandedATilde() throws IOException {
        String contract = SmallContract.in(folder).toString();

        assertThat(Invocation.of("run", contract, "--from", "~/in", "--dry-run").err())
                .contains("~/in – no such file or directory", "the ~ was not expanded");
        assertThat(Invocation.of("run", contract, "--from", "~/in/*.xml", "--dry-run")
                        .err())
                .contains("there is no directory ~/in/", "the ~ was not expanded");
        assertThat(Invocation.of("check", "~/c.yaml").err())
                .contains("no such file: ~/c.yaml – the ~ was not expanded");
    }

    @Test
    void saysWhatAnOptionTakes() {
        assertThat(Invocation.of("run", "c.yaml", "--from", "x", "--workers", "many")
                        .err())
                .contains("--workers", "many")
                .hasLineCount(1);
        assertThat(Invocation.of("run", "c.yaml", "--from", "x", "--batch-bytes", "lots")
                        .err())
                .contains("--batch-bytes", "256MB")
                .hasLineCount(1);
    }

    @Test
    void saysThatThereIsNoSuchContract() {
        assertIsOneLine(Invocation.of("check", "missing.yaml"), "no such file: missing.yaml");
    }

    @Test
    void saysThatAContractIsAFile() {
        Invocation directory = Invocation.of("check", folder.toString());

        assertIsOneLine(directory, folder + " is a directory – expected a file");
    }

    @Test
    void showsEveryMistakeOfAContract() throws IOException {
        Path contract = folder.resolve("wrong.yaml");
        Files.writeString(contract, """
                contract: 1
                name: wrong
                shcema: x
                tables:
                  a:
                    rwos: b
                    columns:
                      id: { path: "@id", type: biggint, key: true }
                      x: { path: "@x[", type: integer }
                      y: { ref: nothing.at_all }
                """);

        Invocation check = Invocation.of("check", contract.toString());

        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(check.out()).isEmpty();
        assertThat(check.err().lines())
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).startsWith(contract.toString() + ":"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--password=hunter2", "--passwrod=hunter2"})
    void neverRepeatsAPasswordThatWasGivenAsAWord(String option) {
        Invocation wrong = Invocation.of("status", "--to", "jdbc:h2:mem:x", option);

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.all()).doesNotContain("hunter2");
        assertThat(wrong.err()).hasLineCount(1);
    }

    @Test
    void neverRepeatsAPasswordThatFollowsTheOption() {
        Invocation wrong = Invocation.of("status", "--to", "jdbc:h2:mem:x", "--password", "hunter2");

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.all()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://me:hunter2@localhost/db",
                "jdbc:nosuch://me:hunter2@localhost/db?password=hunter2",
                "jdbc:postgresql://me:hunter2@localhost:1/db?password=hunter2&connectTimeout=2"
            })
    void masksPasswordsInUrls(String url) throws IOException {
        Path contract = SmallContract.in(folder);

        for (Invocation refused : new Invocation[] {
            Invocation.of("status", "--to", url),
            Invocation.of("run", contract.toString(), "--from", url, "--to", "jdbc:h2:mem:x"),
            Invocation.of("run", contract.toString(), "--from", folder.toString(), "--to", url),
            Invocation.of("status", url, "--to", url),
        }) {
            assertThat(refused.exitCode()).as(refused.err()).isIn(ExitCode.USAGE, ExitCode.BROKEN);
            assertThat(refused.all()).doesNotContain("hunter2");
            assertThat(refused.err()).hasLineCount(1);
        }
    }

    @Test
    void keepsTheMessageOfAnInternalErrorBack() {
        assertThat(Messages.internalError(new IllegalStateException("value 123-45-6789")))
                .matches("millrace: internal error: IllegalStateException at MainTest.java:\\d+"
                        + " \\(use --verbose for the stack trace, please report\\)");
    }

    private static void assertIsOneLine(Invocation invocation, String line) {
        assertThat(invocation.err()).isEqualTo(line + System.lineSeparator());
        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
    }
}
