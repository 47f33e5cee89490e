package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.LedgerTakeover.Finding;
import dev.millrace.database.LedgerTakeover.Report;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.LedgerImport;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.report.Amounts;
import dev.millrace.source.SourceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import-ledger",
        description =
                "Takes over what the original system has loaded, by its log and where the rows are in the tables, so that"
                        + " 'run' does not load it again. Writes into Millrace's ledger and nowhere else. Exit code 3 where"
                        + " log and tables do not agree.",
        customSynopsis = "millrace import-ledger CONTRACT --from SOURCE --to URL [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace import-ledger loans.yaml --ledger-prefix millrace_ \\",
            "      --from 'jdbc:sqlserver://db;databaseName=Loans' \\",
            "      --to 'jdbc:sqlserver://db;databaseName=Loans'"
        },
        exitCodeList = "3:The log and the tables do not agree, or the contract rejects what the log calls loaded.")
final class ImportLedgerCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contract = Path.of("");

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Option(
            names = "--log",
            paramLabel = "TABLE",
            description =
                    "The original's log, with its schema if it is in another than the contract's (processing_log).")
    private @Nullable String logTable;

    @Option(
            names = "--log-url",
            paramLabel = "URL",
            description = "The database with the original's log; else the target.")
    private @Nullable String logUrl;

    @Option(
            names = "--log-user",
            paramLabel = "NAME",
            description = "User of that database alone. Else from the environment: MILLRACE_LOG_USER.")
    private @Nullable String logUser;

    @Option(
            names = "--log-password-file",
            paramLabel = "FILE",
            description = "Password of that database alone. Else from the environment: MILLRACE_LOG_PASSWORD.")
    private @Nullable Path logPasswordFile;

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--workers", paramLabel = "N", description = "Workers that parse and map (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Option(names = "--dry-run", description = "Only show what would be taken over.")
    private boolean dryRun;

    @Mixin
    private final RetryOptions retries = new RetryOptions();

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    ImportLedgerCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException {
        source.require(console);
        LimitOptions.positive("--workers", workers);
        if (logUrl == null && (logUser != null || logPasswordFile != null)) {
            throw new UsageException("--log-user and --log-password-file are for --log-url, which is missing");
        }
        MappingContract mapping = ContractFile.read(contract, ledger.names(), console);
        From from = source.from(login, console);
        Optional<String> refusal = LedgerImport.refusal(mapping, from);
        if (refusal.isPresent()) {
            throw new UsageException("--from: " + refusal.get());
        }
        Database to = target.database(login, console);
        ledger.check(to.dialect());
        Database log = logUrl == null
                ? to
                : login.database(
                        logUrl, new LoginOptions.Own("--log-url", logUser, logPasswordFile, "MILLRACE_LOG"), console);
        if (from instanceof FromDatabase database) {
            retries.await(database.database());
        }
        retries.await(to);
        if (log != to) {
            retries.await(log);
        }
        LedgerImport.Options options =
                new LedgerImport.Options(from, to, log, logTable, workers, limits.limits(1), dryRun, retries.policy());
        return run(new LedgerImport(mapping, options));
    }

    private int run(LedgerImport takeover) throws SourceException, TargetException {
        Terminal terminal = console.terminal();
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        LedgerImport.Result result;
        try (ProgressReporter progress = new ProgressReporter(
                        console.err(),
                        terminal.isRedrawn(),
                        terminal.width(),
                        LoggerFactory.getLogger("millrace")::info);
                Interruptible listening = terminal.onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    progress.note("Stopping after the batch under way. Ctrl-C again stops at once.");
                    takeover.stop();
                })) {
            result = takeover.run(noProgress ? run -> {} : progress::start);
        }
        show(result);
        if (!result.stopped().isEmpty()) {
            return interrupted.get() == ExitCode.NOT_INTERRUPTED ? ExitCode.BROKEN : interrupted.get();
        }
        return result.report().isOdd() ? ExitCode.REJECTS : ExitCode.OK;
    }

    private void show(LedgerImport.Result result) {
        Report report = result.report();
        long taken = report.count(Finding.TAKEN_OVER);
        print(Amounts.count(result.read(), "document") + " of the source held against log " + report.log() + ":");
        line(
                taken,
                (dryRun
                        ? "would be taken over"
                        : "taken over: the ledger has them as loaded (run " + result.runId() + ")"),
                List.of());
        line(report, Finding.KNOWN, "known to the ledger already");
        line(report, Finding.FAILED, "failed there, without rows: the next run loads them");
        line(report, Finding.NEW, "new, without rows and not in the log: the next run loads them");
        line(
                report,
                Finding.NOT_THERE,
                "called loaded by the log, and their rows are not in the tables: the next run loads them");
        line(
                report,
                Finding.NOT_LOGGED,
                "not called loaded by the log, and their rows are in the tables: the next run rejects them as duplicates");
        line(
                report,
                Finding.UNMAPPABLE,
                "called loaded by the log, and rejected by the contract: their rows stay, the next run rejects them");
        if (report.otherRows() > 0) {
            line(
                    report.otherRows(),
                    "of those taken over have another number of rows than the contract gives them: 'verify' tells which",
                    report.firstOtherRows());
        }
        report.notInSource().ifPresent(documents -> {
            if (documents > 0) {
                line(documents, "in the log and not in the source: nothing is known of them", List.of());
            }
        });
        if (!result.stopped().isEmpty()) {
            print("Stopped before the end: " + result.stopped() + ". To go on: the same command again.");
        } else if (dryRun) {
            print("Nothing was written (--dry-run).");
        }
    }

    private void line(Report report, Finding finding, String words) {
        long count = report.count(finding);
        if (count > 0) {
            boolean named = finding != Finding.KNOWN;
            line(count, words, named ? report.first().getOrDefault(finding, List.of()) : List.of());
        }
    }

    private void line(long count, String words, List<String> keys) {
        String text = "  " + Amounts.count(count) + " " + words
                + (keys.isEmpty()
                        ? ""
                        : " – " + TextTable.printable(String.join(", ", keys)) + (count > keys.size() ? " …" : ""));
        Paragraph.wrap(text, console.tableWidth(), 4).forEach(this::print);
    }

    private void print(String line) {
        console.out().println(line);
    }
}
