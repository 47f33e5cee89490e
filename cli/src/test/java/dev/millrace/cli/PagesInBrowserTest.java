package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Checkout;
import dev.millrace.report.Browser;
import dev.millrace.report.Browser.Look;
import dev.millrace.report.Browser.Tab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens what commands write in a Chromium that is installed, as a person does who clicks on the file. */
@Timeout(300)
class PagesInBrowserTest {

    private static final Path EXAMPLE = Checkout.TOP.resolve("examples/loan-applications");

    @TempDir
    private static Path folder;

    private static @Nullable Browser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    private static void assertIsFine(Path page) throws Exception {
        String address = page.toUri().toString();
        try (Tab tab = Objects.requireNonNull(browser).tab()) {
            for (Look look : List.of(Look.LIGHT, Look.DARK)) {
                for (int width : new int[] {360, 1600}) {
                    tab.look(width, look).open(address);

                    assertThat(tab.evaluate("document.documentElement.scrollWidth")
                                    .asInt())
                            .as("%s, %d wide", look, width)
                            .isEqualTo(width);
                    assertThat(tab.violations(true))
                            .as("%s, %d wide", look, width)
                            .isEmpty();
                }
            }
            assertThat(tab.console()).isEmpty();
            assertThat(tab.requests()).containsOnly(address);
        }
    }

    @Test
    void reportOfTheDemo() throws Exception {
        Path page = folder.resolve("demo.html");

        Invocation demo = Invocation.of("demo", "--documents", "60", "--report", page.toString(), "--no-progress");

        assertThat(demo.exitCode()).as(demo.all()).isZero();
        assertIsFine(page);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--table contact_base", "--table app_base --row 1"})
    void explanationOfADocument(String words) throws Exception {
        List<String> more = words.isEmpty() ? List.of() : List.of(words.split(" "));
        List<String> command = new ArrayList<>(List.of(
                "explain",
                EXAMPLE.resolve("contract.yaml").toString(),
                EXAMPLE.resolve("documents/1001-everything.xml").toString(),
                "--format",
                "html"));
        command.addAll(more);

        Invocation explained = Invocation.of(command.toArray(new String[0]));

        assertThat(explained.exitCode()).as(explained.err()).isZero();
        assertIsFine(Files.writeString(folder.resolve("explained.html"), explained.out()));
    }

    @Test
    void explanationOfAReject() throws Exception {
        Path document = Files.writeString(folder.resolve("2.xml"), SmallContract.tooLong(2));

        Invocation explained =
                Invocation.of("explain", SmallContract.in(folder).toString(), document.toString(), "--format", "html");

        assertThat(explained.exitCode()).as(explained.err()).isEqualTo(ExitCode.REJECTS);
        assertIsFine(Files.writeString(folder.resolve("rejected.html"), explained.out()));
    }
}
