package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.source.SourceException;
import dev.millrace.verification.Manifest;
import dev.millrace.verification.ManifestReport;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description =
                "Maps the source again and compares the rows with those in the target, table by table: which are missing, which"
                        + " are extra, which are different. Changes nothing. Exit code 0 when all is equal, 3 when not. With --manifest"
                        + " it needs no source, and says whether each table is as a run left it.",
        customSynopsis = {
            "millrace verify CONTRACT --from SOURCE --to URL [OPTION…]",
            "millrace verify CONTRACT --manifest FILE --to URL [OPTION…]"
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace verify loans.yaml --user loader --password \\",
            "      --from jdbc:postgresql://localhost/intake \\",
            "      --to jdbc:postgresql://localhost/warehouse",
            "  millrace verify loans.yaml --manifest loans.manifest.json \\",
            "      --to jdbc:postgresql://localhost/warehouse"
        },
        exitCodeList = "3:The target differs from what the source gives, or from what the run left.")
final class VerifyCommand implements Callable<Integer> {

    /** Sections of the help whose options are for documents. */
    private static final Set<String> OF_MAPPING =
            Set.of("Source", "Speed and patience", "Limits against hostile documents");

    private static final Set<String> OF_DIFFERENCES = Set.of("--differences", "--show-values");

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract that the documents were loaded with.")
    private Path contract = Path.of("");

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Compare the target with what a run left, by the manifest that it wrote, without the source.")
    private @Nullable String manifestFile;

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
        if (manifestFile != null) {
            return verifyManifest(manifestFile);
        }
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
        Database to = target.readable(login, true, console);
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
            report = verify(target.held(mapping, console), options, console, !noProgress, interrupted);
        } catch (VerificationException e) {
            return stopped(e, interrupted);
        }
        return exitCode(report.isEqual(), () -> output.write(report));
    }

    private int verifyManifest(String name) throws UsageException, TargetException, VerificationException {
        refuseOptionsOfSource();
        Manifest manifest = ManifestInput.read(name);
        SummaryOutput output = SummaryOutput.to(summaryFile, console);
        MappingContract mapping = ContractFile.read(contract, ledger.names(), console);
        ManifestInput.check(name, manifest, mapping);
        Database to = target.readable(login, true, console);
        ledger.check(to.dialect());
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        ManifestReport report;
        try {
            report = ManifestInput.compare(
                    manifest, target.held(mapping, console), to, console, !noProgress, interrupted);
        } catch (VerificationException e) {
            return stopped(e, interrupted);
        }
        return exitCode(report.isEqual(), () -> output.write(report));
    }

    /** They say how documents are mapped again, and none is. */
    private void refuseOptionsOfSource() throws UsageException {
        for (OptionSpec option :
                Objects.requireNonNull(spec).commandLine().getParseResult().matchedOptionsSet()) {
            if (OF_MAPPING.contains(HelpSections.heading(option)) || OF_DIFFERENCES.contains(option.longestName())) {
                throw new UsageException("--manifest and " + option.longestName()
                        + " exclude each other: no document is read and no row listed – leave one of them out");
            }
        }
    }

    private int stopped(VerificationException fault, AtomicInteger interrupted) throws VerificationException {
        if (interrupted.get() == ExitCode.NOT_INTERRUPTED) {
            throw fault;
        }
        console.err().println("Stopped before the end: nothing is known of the rest, and nothing was changed.");
        return interrupted.get();
    }

    private static int exitCode(boolean isEqual, BooleanSupplier output) {
        int exitCode = isEqual ? ExitCode.OK : ExitCode.DIFFERENT;
        try {
            return output.getAsBoolean() ? exitCode : ExitCode.BROKEN;
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
        try (PassProgress passes = new PassProgress(console, showProgress);
                Interruptible listening = console.terminal().onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    verifier.stop();
                })) {
            return verifier.run(passes::next);
        }
    }
}
