package dev.millrace.cli;

import dev.millrace.database.Ledger;
import dev.millrace.database.Ledgers;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = "Writes the page about a run, as run --report does, of what the ledger keeps of it.",
        customSynopsis = "millrace report --to URL [--run ID] -o FILE [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace report --to jdbc:postgresql://localhost/warehouse -o run.html",
            "  millrace report --to jdbc:postgresql://localhost/warehouse --run 20260301-083000-0a1b2c -o run.html"
        })
final class ReportCommand implements Callable<Integer> {

    /** Ids of runs that a message names. */
    private static final int SHOWN = 5;

    private final Console console;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "The run, as 'runs' lists it; else the last that has ended.")
    private @Nullable String runId;

    @Option(names = "--contract", paramLabel = "NAME", description = "The last run of this contract that has ended.")
    private @Nullable String contract;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write; one that is there is replaced.")
    private @Nullable String output;

    @Option(
            names = "--ledger-schema",
            paramLabel = "NAME",
            description = "Only ledgers in this schema; else those of all schemas that the user may read.")
    private @Nullable String schema;

    @Option(
            names = "--ledger-prefix",
            paramLabel = "TEXT",
            description = "Only the ledger whose tables' names begin so; else those of any prefix.")
    private @Nullable String prefix;

    @Mixin
    private final LoginOptions login = new LoginOptions();

    ReportCommand(Console console) {
        this.console = console;
    }

    /** A run, and where it is written down. */
    private record Found(Ledger ledger, Ledger.Run run) {}

    @Override
    public Integer call() throws UsageException, TargetException {
        if (output == null) {
            throw new UsageException("-o is missing: name the file to write, such as -o run.html");
        }
        if (runId != null && contract != null) {
            throw new UsageException(
                    "--run and --contract exclude each other: a run has one contract – give one of them");
        }
        Path file = OutputFile.of("-o", output);
        boolean isNew = !Files.exists(file);
        // Before anybody is asked for a password.
        OutputFile.check("-o", file);
        boolean written = false;
        try {
            write(file);
            written = true;
        } finally {
            if (isNew && !written) {
                remove(file);
            }
        }
        return ExitCode.OK;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is empty, and what went wrong is told.
        }
    }

    private void write(Path file) throws UsageException, TargetException {
        Database database = target.existing(login, console);
        try (Ledgers ledgers = Ledgers.open(database, LedgerNameOptions.names(schema, prefix))) {
            Found found = runId == null ? last(database, ledgers) : named(runId, database, ledgers);
            String summary = found.run.summary();
            if (summary == null) {
                throw new UsageException(database.displayUrl() + " – " + nothingToTell(found.run) + others(ledgers));
            }
            OutputFile.write("-o", file, ReportOutput.page(read(found, summary, database)));
        }
    }

    private static RunSummary read(Found found, String summary, Database database)
            throws UsageException, TargetException {
        String id = found.run.info().runId();
        try {
            return RunSummaryJson.read(summary, found.ledger.report(id).orElse(null));
        } catch (IllegalArgumentException e) {
            throw new UsageException(database.displayUrl() + " – the ledger has of run " + id + " "
                    + Objects.requireNonNull(e.getMessage()));
        }
    }

    private static String nothingToTell(Ledger.Run run) {
        String id = run.info().runId();
        if (run.isOpen()) {
            return "no end of run " + id + " is written down: it is under way, or was killed";
        }
        return run.status().equals("imported")
                ? "run " + id + " has taken over what another system had loaded, which has no report"
                : "run " + id + " " + run.status() + " before its documents: there is nothing to tell of it";
    }

    private Found last(Database database, Ledgers ledgers) throws UsageException, TargetException {
        List<Found> found = new ArrayList<>();
        for (Ledger ledger : ledgers.readable()) {
            ledger.lastEnded(contract).ifPresent(run -> found.add(new Found(ledger, run)));
        }
        return found.stream()
                .max(Comparator.comparing(each -> each.run.info().startedAt()))
                .orElseThrow(() -> new UsageException(database.displayUrl() + " – no run "
                        + (contract == null ? "" : "of a contract \"" + contract + "\" ")
                        + "has ended with a summary; 'runs' lists those that there are"));
    }

    private static Found named(String id, Database database, Ledgers ledgers) throws UsageException, TargetException {
        for (Ledger ledger : ledgers.readable()) {
            Optional<Ledger.Run> run = ledger.run(id);
            if (run.isPresent()) {
                return new Found(ledger, run.get());
            }
        }
        throw new UsageException("--run: " + database.displayUrl() + " – no run " + TextTable.printable(id)
                + " is in its ledger" + (ledgers.readable().size() == 1 ? "" : "s") + others(ledgers));
    }

    /** Which runs there are to tell of, the latest first. */
    private static String others(Ledgers ledgers) throws TargetException {
        List<Ledger.Run> runs = new ArrayList<>();
        for (Ledger ledger : ledgers.readable()) {
            runs.addAll(ledger.runs(2 * SHOWN));
        }
        String ids = runs.stream()
                .filter(run -> run.summary() != null)
                .sorted(Comparator.comparing((Ledger.Run run) -> run.info().startedAt())
                        .reversed())
                .limit(SHOWN)
                .map(run -> run.info().runId())
                .collect(Collectors.joining(", "));
        return ids.isEmpty()
                ? " – and no other run has ended with a summary"
                : " – the latest that have ended are " + ids + "; 'runs' lists all";
    }
}
