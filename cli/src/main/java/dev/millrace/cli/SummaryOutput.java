package dev.millrace.cli;

import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummaryJson;
import dev.millrace.verification.VerificationJson;
import dev.millrace.verification.VerificationReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the summary of a run or a verification goes: to people always, as JSON where {@code --summary} says.
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
     * @throws UsageException when the file cannot be written: better told now than after a run of hours
     */
    static SummaryOutput to(@Nullable String option, Console console) throws UsageException {
        if (option != null && !option.equals(STANDARD_OUTPUT)) {
            write(Path.of(option), "", StandardOpenOption.APPEND);
        }
        return new SummaryOutput(option, console);
    }

    /** Where people read: standard output, unless that is the JSON's. */
    PrintStream screen() {
        return STANDARD_OUTPUT.equals(json) ? console.err() : console.out();
    }

    void write(RunSummary summary) throws UsageException {
        if (!summary.failure().isEmpty()) {
            console.err().println("millrace: " + summary.failure());
        }
        write(SummaryScreen.lines(summary, console.terminal().width()), RunSummaryJson.write(summary));
    }

    void write(VerificationReport report) throws UsageException {
        write(VerificationScreen.lines(report, console.terminal().width()), VerificationJson.write(report));
    }

    private void write(List<String> lines, String object) throws UsageException {
        lines.forEach(screen()::println);
        if (STANDARD_OUTPUT.equals(json)) {
            console.out().println(object);
        } else if (json != null) {
            write(Path.of(json), object + "\n", StandardOpenOption.TRUNCATE_EXISTING);
        }
    }

    private static void write(Path file, String text, StandardOpenOption how) throws UsageException {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
        } catch (IOException e) {
            throw new UsageException("--summary: " + Messages.unreadable(file, e));
        }
    }
}
