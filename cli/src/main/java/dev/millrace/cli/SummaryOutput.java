package dev.millrace.cli;

import dev.millrace.document.WholeFile;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummaryJson;
import dev.millrace.verification.ManifestJson;
import dev.millrace.verification.ManifestReport;
import dev.millrace.verification.VerificationJson;
import dev.millrace.verification.VerificationReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the summary of a run or a verification: always for people, and as JSON if {@code --summary} names a place.
 */
final class SummaryOutput {

    private static final String STANDARD_OUTPUT = "-";

    private final @Nullable String json;
    private final Console console;

    private SummaryOutput(@Nullable String json, Console console) {
        this.json = json;
        this.console = console;
    }

    /**
     * @param option the file, {@code -} for standard output, or null for no JSON
     * @throws UsageException when the file cannot be written; the user should know before a run that takes hours
     */
    static SummaryOutput to(@Nullable String option, Console console) throws UsageException {
        if (option != null && !option.equals(STANDARD_OUTPUT)) {
            OutputFile.check("--summary", OutputFile.of("--summary", option));
        }
        return new SummaryOutput(option, console);
    }

    /** The stream for people: standard output, unless the JSON goes there. */
    PrintStream screen() {
        return STANDARD_OUTPUT.equals(json) ? console.err() : console.out();
    }

    /** Returns whether all of it could be written; if not, the user is told why. */
    boolean write(RunSummary summary, int exitCode) {
        if (!summary.failure().isEmpty()) {
            console.err().println("millrace: " + TextTable.printable(summary.failure()));
        } else if (!summary.documents().notDeleted().isEmpty()) {
            console.err()
                    .println(
                            "millrace: --delete-missing: " + summary.documents().notDeleted());
        }
        return write(SummaryScreen.lines(summary, width()), RunSummaryJson.write(summary, exitCode));
    }

    /** Returns whether all of it could be written; if not, the user is told why. */
    boolean write(VerificationReport report) {
        return write(VerificationScreen.lines(report, width()), VerificationJson.write(report));
    }

    /** Returns whether all of it could be written; if not, the user is told why. */
    boolean write(ManifestReport report) {
        return write(ManifestScreen.lines(report, width()), ManifestJson.write(report));
    }

    /** Where it does not go to a terminal, nothing is cut. */
    private int width() {
        return STANDARD_OUTPUT.equals(json) ? console.terminal().width() : console.tableWidth();
    }

    private boolean write(List<String> lines, String object) {
        // The file first: it must be written even where the reader of the screen, such as a pipe, has gone.
        boolean written = json == null || STANDARD_OUTPUT.equals(json) || writeFile(Path.of(json), object);
        lines.forEach(screen()::println);
        if (STANDARD_OUTPUT.equals(json)) {
            console.out().println(object);
        }
        return written;
    }

    private boolean writeFile(Path file, String object) {
        try {
            WholeFile.write(file, (object + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            console.err()
                    .println("--summary: cannot be written – " + Messages.unreadable(file, e)
                            + "; everything else is done, and shown below");
            return false;
        }
        return true;
    }
}
