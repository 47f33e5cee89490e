package dev.millrace.cli;

import dev.millrace.contract.MappingContract;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.PathState;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.CoverageJson;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.source.SourceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "coverage",
        description =
                "Tells what a contract makes of documents, and what it leaves out: which paths it maps, which it ignores, and"
                        + " which it does neither with; what became of what could be rows; and which texts became one value."
                        + " Loads nothing. Of documents that are read, with --from; or of all that runs have loaded or rejected, as"
                        + " the ledger has counted them, with --to: then nothing is known of texts.",
        customSynopsis = "millrace coverage CONTRACT (--from SOURCE | --to URL) [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace coverage loans.yaml --from samples",
            "  millrace coverage loans.yaml --from jdbc:postgresql://localhost/intake --all",
            "  millrace coverage loans.yaml --to jdbc:postgresql://localhost/warehouse"
        },
        exitCodeList = "3:Some path is neither mapped nor ignored, or a document is rejected.")
final class CoverageCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--all", description = "Show every path, and not only those that are neither mapped nor ignored.")
    private boolean all;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "text (default), or json: every path, as one object.")
    private Format format = Format.text;

    @Option(names = "--limit", paramLabel = "N", description = "Read at most N documents, each record counted (all).")
    private @Nullable Long limit;

    @Option(names = "--workers", paramLabel = "N", description = "Threads that read documents (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Option(
            names = "--show-values",
            description = "Show some of the texts that became one value, and the value. They may be private.")
    private boolean showValues;

    @Mixin
    private final RetryOptions retries = new RetryOptions();

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    /** In what form it is told; the words are those of the command line. */
    enum Format {
        text,
        json
    }

    CoverageCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException {
        if (source.isGiven() && target.isGiven()) {
            throw new UsageException(
                    "--from and --to exclude each other: coverage reads documents, or asks the ledger of a"
                            + " target for what runs have counted – give one of them");
        }
        if (target.isGiven() || !source.isKnown(console) && target.isKnown(console)) {
            return ofLedger();
        }
        source.require(console);
        LimitOptions.positive("--workers", workers);
        if (limit != null) {
            LimitOptions.positive("--limit", limit);
        }
        return ofDocuments();
    }

    private int ofLedger() throws UsageException, TargetException {
        if (limit != null || showValues) {
            throw new UsageException(
                    (limit != null ? "--limit" : "--show-values")
                            + " is for documents that are read, with --from: the ledger has sums of all that was loaded, and no values");
        }
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        Database database = target.existing(login, console);
        ledger.check(database.dialect());
        retries.await(database);
        try (Ledger opened = Ledger.open(database, LedgerOptions.namesOf(contract))) {
            Optional<Ledger.Coverage> kept = opened.coverage(contract.name());
            if (kept.isEmpty()) {
                throw new UsageException(database.displayUrl() + " – " + nothingCounted(contract.name(), opened));
            }
            CoverageReport report = kept.get().counted().report(contract);
            show(contract, report, kept.get());
            return completeness(report);
        }
    }

    private static String nothingCounted(String contract, Ledger ledger) throws TargetException {
        List<String> known = ledger.contracts();
        return known.contains(contract)
                ? "no run of contract " + contract + " has counted paths in the ledger " + ledger.label()
                        + ": its runs had --unmapped allow, loaded nothing, or are of an earlier version; the next that loads"
                        + " documents does"
                : "no run of a contract \"" + contract + "\" is in the ledger " + ledger.label()
                        + (known.isEmpty() ? "" : " – there are runs of: " + String.join(", ", known));
    }

    private void show(MappingContract contract, CoverageReport report, Ledger.Coverage kept) {
        List<String> runs = kept.runs();
        if (format == Format.json) {
            CoverageJson.OfLedger from =
                    new CoverageJson.OfLedger(runs.size(), runs.get(0), runs.get(runs.size() - 1), kept.notCounted());
            console.out().println(CoverageJson.write(contract.name(), report, from));
        } else {
            new CoverageScreen(report, console.tableWidth())
                    .linesOfLedger(contract.name(), runs, kept.notCounted(), all)
                    .forEach(console.out()::println);
        }
    }

    /** Whether the contract leaves nothing out: else what is told is one more thing that is not settled. */
    private static int completeness(CoverageReport report) {
        return report.paths(PathState.UNMAPPED) == 0 && report.beyond() == 0 ? ExitCode.OK : ExitCode.REJECTS;
    }

    private int ofDocuments() throws UsageException, SourceException, TargetException {
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        RunOptions options = RunOptions.from(source.from(login, console))
                .dryRun(true)
                .workers(workers)
                .limit(limit == null ? Long.MAX_VALUE : limit)
                .limits(limits.limits(workers))
                .retryPolicy(retries.policy())
                .showValues(showValues)
                .unmapped(Unmapped.WARN)
                .build();
        if (options.from() instanceof FromDatabase from) {
            retries.await(from.database());
        }
        RunCommand.Outcome outcome = RunCommand.run(contract, options, console, !noProgress);
        RunSummary summary = outcome.summary();
        if (summary.coverage() == null) {
            console.err().println("millrace: " + TextTable.printable(summary.failure()));
            return ExitCode.of(summary, outcome.interrupted());
        }
        show(contract, summary, Objects.requireNonNull(summary.coverage()));
        if (summary.status() != Status.FINISHED) {
            console.err()
                    .println("millrace: " + summary.status().name().toLowerCase(Locale.ROOT)
                            + " before the end of the source: " + TextTable.printable(summary.failure()));
        }
        int exitCode = ExitCode.of(summary, outcome.interrupted());
        return exitCode != ExitCode.OK ? exitCode : completeness(summary.coverage());
    }

    private void show(MappingContract contract, RunSummary summary, CoverageReport report) {
        if (format == Format.json) {
            console.out().println(CoverageJson.write(contract.name(), report));
        } else {
            new CoverageScreen(report, console.tableWidth())
                    .lines(contract.name(), summary.documents().rejected(), all)
                    .forEach(console.out()::println);
        }
    }
}
