package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.document.WholeFile;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.MaxRejects;
import dev.millrace.processing.RunSummary;
import dev.millrace.report.Amounts;
import dev.millrace.report.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
    boolean write(MappingContract contract, RunOptions options, RunSummary summary) {
        if (file == null) {
            return true;
        }
        try {
            String page = RunReport.html(contract, summary, about(options), "Made by " + Version.ofProgram());
            WholeFile.write(file, page.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (RuntimeException e) {
            console.err().println(OPTION + ": internal error: " + e.getClass().getName() + "; all else is done");
            return false;
        } catch (IOException e) {
            console.err().println(OPTION + ": " + Messages.unreadable(file, e) + "; all else is done");
            return false;
        }
    }

    /** Nothing of it is secret: log-ins are not among the options, and source and target are told elsewhere. */
    static Map<String, String> about(RunOptions options) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put(
                "Batches",
                "at most " + Amounts.count(options.batchDocuments(), "document") + " and "
                        + Amounts.megabytes((double) options.batchBytes()));
        if (options.limit() < Long.MAX_VALUE) {
            about.put("--limit", Amounts.count(options.limit()));
        }
        about.put("--on-existing", word(options.onExisting()));
        about.put("--unmapped", word(options.unmapped()));
        about.put("--constraints", word(options.constraints()));
        putIf(options.createTables(), "--create-tables", about);
        putIf(options.retryRejects(), "--retry-rejects", about);
        putIf(options.deleteMissing(), "--delete-missing", about);
        putIf(options.checkForeignKeys(), "--check-foreign-keys", about);
        putIf(options.showValues(), "--show-values", about);
        MaxRejects most = options.maxRejects();
        if (!most.equals(MaxRejects.NONE)) {
            about.put("--max-rejects", most.count() < Long.MAX_VALUE ? "" + most.count() : most.percent() + "%");
        }
        about.put(
                "Largest document", Amounts.megabytes((double) options.limits().documentBytes()));
        Runtime machine = Runtime.getRuntime();
        about.put("Millrace", Version.ofProgram());
        about.put("Java", System.getProperty("java.version") + ", " + System.getProperty("java.vendor"));
        about.put(
                "Machine",
                System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                        + Amounts.count(machine.availableProcessors(), "core") + ", heap of at most "
                        + Amounts.megabytes((double) machine.maxMemory()));
        return about;
    }

    private static void putIf(boolean given, String option, Map<String, String> about) {
        if (given) {
            about.put(option, "given");
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
