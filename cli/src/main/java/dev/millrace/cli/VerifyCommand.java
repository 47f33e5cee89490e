package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.source.SourceException;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.workers.Progress;
import java.nio.file.Path;
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
        name = "verify",
        description =
                "Maps the source again and compares the rows with those in the target, table by table: which are missing, which"
                        + " are extra, which are different. Changes nothing. Exit code 0 when all is equal, 3 when not.",
        customSynopsis = "millrace verify CONTRACT --from SOURCE --to URL [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace verify loans.yaml --user loader --password \\",
            "      --from jdbc:postgresql://localhost/intake \\",
            "      --to jdbc:postgresql://localhost/warehouse"
        },
        exitCodeList = "3:The target differs from what the source gives.")
final class VerifyCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract that the documents were loaded with.")
    private Path contract = Path.of("");

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--workers", paramLabel = "N", description = "Workers that parse and map (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Option(
            names = "--differences",
            paramLabel = "N",
            description = "List the first N differences of each table (20); all are counted.")
    private int differences = VerifyOptions.DEFAULT_DIFFERENCES;

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description = "Write the result as JSON. With - it goes to standard output, and the one for people to"
                    + " standard error.")
    private @Nullable String summaryFile;

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    @Option(names = "--show-values", description = "Show keys and values that differ. They may be private.")
    private boolean showValues;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException, VerificationException {
        source.require(console);
        LimitOptions.positive("--workers", workers);
        if (differences < 0) {
            throw new UsageException("--differences: " + differences + " – expected 0 or more");
        }
        if (source.isRange()) {
            throw new UsageException("--key-range: verify compares whole tables – leave it out");
        }
        SummaryOutput output = SummaryOutput.to(summaryFile, console);
        MappingContract mapping = ContractFile.read(contract, ledger.names(), console);
        From from = source.from(login, console);
        Optional<String> refusal = VerifyOptions.refusal(from);
        if (refusal.isPresent()) {
            throw new UsageException(refusal.get());
        }
        Database to = target.existing(login, console);
        ledger.check(to.dialect());
        VerifyOptions options = new VerifyOptions(
                from,
                to,
                workers,
                differences,
                // A document that a run has loaded must not be too large for verify. A run with one worker has the
                // largest limit.
                limits.limits(1),
                showValues,
                VerifyOptions.DEFAULT_SORT_BYTES);
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        VerificationReport report;
        try {
            report = verify(mapping, options, console, !noProgress, interrupted);
        } catch (VerificationException e) {
            if (interrupted.get() == ExitCode.NOT_INTERRUPTED) {
                throw e;
            }
            console.err().println("Stopped before the end: nothing is known of the rest, and nothing was changed.");
            return interrupted.get();
        }
        int exitCode = report.isEqual() ? ExitCode.OK : ExitCode.DIFFERENT;
        try {
            return output.write(report) ? exitCode : ExitCode.BROKEN;
        } catch (OutputException e) {
            if (e.isUnread()) {
                return exitCode;
            }
            throw e;
        }
    }

    /**
     * Verifies, and shows the progress: of reading the source, then of reading the target.
     *
     * @param interrupted gets the exit code of the signal that asks for the end, which is an exception then
     */
    static VerificationReport verify(
            MappingContract contract,
            VerifyOptions options,
            Console console,
            boolean showProgress,
            AtomicInteger interrupted)
            throws SourceException, TargetException, VerificationException {
        Verifier verifier = new Verifier(contract, options);
        try (Passes passes = new Passes(console);
                Interruptible listening = console.terminal().onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    verifier.stop();
                })) {
            return verifier.run(showProgress ? passes::next : progress -> {});
        }
    }

    /** Shows a line of progress each time when source or target is read. */
    private static final class Passes implements AutoCloseable {
        private final Console console;
        private @Nullable ProgressReporter current;

        Passes(Console console) {
            this.console = console;
        }

        void next(Progress progress) {
            close();
            Terminal terminal = console.terminal();
            ProgressReporter reporter = new ProgressReporter(
                    console.err(), terminal.isRedrawn(), terminal.width(), LoggerFactory.getLogger("millrace")::info);
            reporter.start(progress);
            current = reporter;
        }

        @Override
        public void close() {
            if (current != null) {
                current.close();
            }
        }
    }
}
