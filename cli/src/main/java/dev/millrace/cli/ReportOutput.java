package dev.millrace.cli;

import dev.millrace.document.WholeFile;
import dev.millrace.processing.RunSummary;
import dev.millrace.report.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes the report of a run, a page in one file, if {@code --report} names it. */
final class ReportOutput {

    private static final String OPTION = "--report";

    private final @Nullable Path file;
    private final Console console;

    private ReportOutput(@Nullable Path file, Console console) {
        this.file = file;
        this.console = console;
    }

    /**
     * @param option the file; null for no report
     * @throws UsageException when it cannot be written; the user should know before a run that takes hours
     */
    static ReportOutput to(@Nullable String option, Console console) throws UsageException {
        if (option == null) {
            return new ReportOutput(null, console);
        }
        Path file = OutputFile.of(OPTION, option);
        OutputFile.check(OPTION, file);
        return new ReportOutput(file, console);
    }

    /** A new file among the temporary ones, of which nobody has to say where; no report where there can be none. */
    static ReportOutput anywhere(String name, Console console) {
        try {
            return new ReportOutput(Files.createTempFile(name, ".html"), console);
        } catch (IOException e) {
            return new ReportOutput(null, console);
        }
    }

    /** Where it is written; null for nowhere. */
    @Nullable
    Path file() {
        return file;
    }

    /** Returns whether it could be written, if it was to be; if not, the user is told why. */
    boolean write(RunSummary summary) {
        if (file == null) {
            return true;
        }
        try {
            WholeFile.write(file, page(summary).getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (RuntimeException e) {
            console.err().println(OPTION + ": internal error: " + e.getClass().getName() + "; all else is done");
            return false;
        } catch (IOException e) {
            console.err().println(OPTION + ": " + Messages.unreadable(file, e) + "; all else is done");
            return false;
        }
    }

    /** The page itself. */
    static String page(RunSummary summary) {
        return RunReport.html(summary, "Made by " + Version.ofProgram());
    }
}
