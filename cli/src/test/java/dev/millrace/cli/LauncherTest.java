package dev.millrace.cli;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.Checkout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script millrace, with a Java that only writes down what it is asked for. */
class LauncherTest {

    private static final String JAVA = """
            #!/bin/sh
            case "$*" in
            -version) echo 'openjdk version "25.0.1" 2025-10-21' >&2; exit ;;
            esac
            echo "$*" >>"$CALLS"
            for word; do
                case $word in
                -XX:SharedArchiveFile=*) [ "$1" != -Xshare:dump ] || echo made >"${word#*=}" ;;
                esac
            done
            """;

    @TempDir
    private Path folder;

    private Path installation = Path.of("");

    @BeforeEach
    void install() throws IOException {
        installation = folder.resolve("first");
        Files.createDirectories(installation.resolve("cli/target/lib"));
        Files.writeString(installation.resolve("cli/target/millrace.jar"), "");
        Files.writeString(installation.resolve("cli/java.options"), "");
        Files.copy(Checkout.TOP.resolve("millrace"), installation.resolve("millrace"));
        Path bin = Files.createDirectories(folder.resolve("java/bin"));
        for (String program : List.of("java", "jar")) {
            Files.writeString(bin.resolve(program), JAVA);
            Files.setPosixFilePermissions(bin.resolve(program), fromString("rwxr-xr-x"));
        }
    }

    @Test
    void makesTheArchiveOnceInEachPlace() throws Exception {
        assertThat(start(installation)).contains("-Xshare:dump");
        assertThat(start(installation)).doesNotContain("-Xshare:dump");

        Path moved = Files.move(installation, folder.resolve("moved"));
        String first = start(moved);
        assertThat(first).contains("-Xshare:dump", "-XX:SharedArchiveFile=" + moved + "/cli/target/millrace.jsa");
        assertThat(start(moved)).doesNotContain("-Xshare:dump");
    }

    @Test
    void hasJavaSayNothingOfAnArchive() throws Exception {
        assertThat(start(installation).lines().reduce((one, next) -> next))
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("-Xlog:disable -Xlog:all=error:stderr -Xlog:cds*=off:stderr")
                        .endsWith("millrace.jar status"));
    }

    @Test
    void goesWithoutAnArchiveOfAnotherPlaceWhereItMayNotMakeOne() throws Exception {
        start(installation);
        Path moved = Files.move(installation, folder.resolve("read-only"));
        Path target = moved.resolve("cli/target");
        Files.setPosixFilePermissions(target, fromString("r-xr-xr-x"));
        try {
            assumeTrue(!Files.isWritable(target), "a superuser may write everywhere");
            assertThat(start(moved)).doesNotContain("-Xshare:dump", "-XX:SharedArchiveFile");
        } finally {
            Files.setPosixFilePermissions(target, fromString("rwxr-xr-x"));
        }
    }

    /** What Java was asked for. */
    private String start(Path place) throws Exception {
        Path calls = folder.resolve("calls");
        Files.writeString(calls, "");
        ProcessBuilder program =
                new ProcessBuilder("sh", place.resolve("millrace").toString(), "status");
        program.environment().put("JAVA_HOME", folder.resolve("java").toString());
        program.environment().put("CALLS", calls.toString());
        program.environment().remove("MILLRACE_JAVA_OPTS");
        Process process = program.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve("told").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("told")))
                .isZero();
        return Files.readString(calls);
    }
}
