package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.Constraints;
import dev.millrace.database.OnExisting;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.lake.Lake;
import dev.millrace.processing.ProductionProcessor;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.Choice;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.MaxRejects;
import dev.millrace.processing.RunOptions.Unmapped;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.SourceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description =
                "Loads documents into tables, as a contract says. Start it again after whatever went wrong: what is"
                        + " loaded is not loaded twice.",
        customSynopsis = {
            "millrace run CONTRACT --from SOURCE --to URL [OPTION…]",
            "millrace run CONTRACT --from SOURCE --to DIR --format parquet|csv|jsonl [OPTION…]"
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace run loans.yaml --create-tables --user loader --password \\",
            "      --from jdbc:postgresql://localhost/intake \\",
            "      --to jdbc:postgresql://localhost/warehouse",
            "  millrace run loans.yaml --from loans --to lake --format parquet"
        },
        exitCodeList =
                "3:Documents that the run has met are not in the target: rejected now or earlier, or not tried. Or --delete-missing could not delete all that it should.")
final class RunCommand implements Callable<Integer> {

    private final Console console;
    /** Null where this process loads. */
    private final @Nullable ClusterFrontEnd cluster;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contract = Path.of("");

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final FilesOptions files = new FilesOptions();

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--workers", paramLabel = "N", description = "Workers, each with a connection of its own (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Option(names = "--batch-size", paramLabel = "N", description = "Documents of a batch, at most (2000).")
    private int batchDocuments = RunOptions.DEFAULT_BATCH_DOCUMENTS;

    @Option(
            names = "--batch-bytes",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "XML of a batch, at most (4MB).")
    private @Nullable ByteSize batchBytes;

    @Option(names = "--limit", paramLabel = "N", description = "Read only the first N documents, each record counted.")
    private @Nullable Long limit;

    @Option(names = "--create-tables", description = "Create tables that are missing.")
    private boolean createTables;

    @Option(
            names = "--constraints",
            paramLabel = "during|after",
            description =
                    "When tables that are created get keys, foreign keys and indexes: with the tables, or after the"
                            + " rows, which is faster; what cannot be fixed later comes with the tables all the same"
                            + " (after).")
    private @Nullable Constraints constraints;

    @Option(
            names = "--check-foreign-keys",
            description =
                    "Have the database check every foreign key of every row, also those that the contract implies.")
    private boolean checkForeignKeys;

    @Option(
            names = "--retry-rejects",
            description = "Try the documents that earlier runs rejected again, and no others.")
    private boolean retryRejects;

    @Option(
            names = "--on-existing",
            paramLabel = "skip|replace|reload|fail",
            description =
                    "What becomes of documents that an earlier run has loaded: skip them, replace those whose text has"
                            + " changed, reload all of which anything is not as the ledger has it (the text, the"
                            + " contract, the number of rows), the rejected ones too, or end the run (skip).")
    private OnExisting onExisting = OnExisting.SKIP;

    @Option(
            names = "--delete-missing",
            description = "When the whole source has been read, delete the documents that it no longer has.")
    private boolean deleteMissing;

    @Option(
            names = "--unmapped",
            paramLabel = "allow|warn|fail",
            description =
                    "What is done about paths of documents that the contract neither maps nor ignores: tell them, or let"
                            + " the first document that has one end the run, or do not look, which saves time (warn).")
    private Unmapped unmapped = Unmapped.WARN;

    @Mixin
    private final RetryOptions retries = new RetryOptions();

    @Option(
            names = "--max-rejects",
            paramLabel = "N|P%",
            description = "Give up after more rejects than N, or than P %% of the documents read.")
    private @Nullable String maxRejects;

    @Option(names = "--dry-run", description = "Do everything but the loading; needs no target.")
    private boolean dryRun;

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description = "Write the summary as JSON. With - it goes to standard output, and the summary for people to"
                    + " standard error.")
    private @Nullable String summaryFile;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Write a page about the run, one HTML file: how it ended, where the time went, what is in the tables,"
                            + " rejects, what the contract leaves out.")
    private @Nullable String reportFile;

    @Mixin
    private final WatchOptions watching = new WatchOptions();

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description =
                    "When the run has finished, read the tables and write what it left in them, rows and a checksum of each:"
                            + " verify --manifest says later whether it still is there.")
    private @Nullable String manifestFile;

    @Option(
            names = "--openlineage",
            paramLabel = "FILE|URL",
            description =
                    "Tell a catalogue of the run by OpenLineage events, when it begins and ends: append them to a file,"
                            + " or post them.")
    private @Nullable String openLineage;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Append to a log: beginning, retries, the end.")
    private @Nullable Path logFile;

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    @Option(names = "--show-values", description = "Show values of documents in messages. They may be private.")
    private boolean showValues;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    RunCommand(Console console) {
        this(console, null);
    }

    private RunCommand(Console console, @Nullable ClusterFrontEnd cluster) {
        this.console = console;
        this.cluster = cluster;
    }

    /** The command as a cluster does it: {@code load}. */
    static CommandSpec onCluster(Console console, ClusterFrontEnd cluster) {
        CommandSpec load = CommandSpec.forAnnotatedObject(new RunCommand(console, cluster));
        ClusterFrontEnd.NOT_OF_A_CLUSTER.forEach(name -> load.remove(load.findOption(name)));
        load.addMixin("cluster", CommandSpec.forAnnotatedObject(cluster.options()));
        load.name("load");
        load.usageMessage().customSynopsis(cluster.synopsis()).footer();
        return load;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException {
        source.require(console);
        if (logFile != null) {
            OutputFile.check("--log-file", logFile);
            try {
                Logging.toFile(logFile);
            } catch (IOException e) {
                throw OutputFile.failed("--log-file", logFile, e);
            }
        }
        SummaryOutput output = SummaryOutput.to(summaryFile, console);
        ReportOutput report = ReportOutput.to(reportFile, console);
        try (ManifestOutput manifest = ManifestOutput.to(manifestFile, dryRun, console);
                WatchOutput watch = watching.output(console)) {
            return run(output, report, manifest, watch);
        }
    }

    private int run(SummaryOutput output, ReportOutput report, ManifestOutput manifest, WatchOutput watch)
            throws UsageException, SourceException, TargetException {
        LineageOutput lineage = LineageOutput.to(openLineage, dryRun, console);
        MappingContract mapping = ContractFile.read(contract, ledger.names(), console);
        if (cluster != null) {
            return runOnCluster(cluster, output, report, manifest, watch, mapping);
        }
        Path directory = target.directory(files.isGiven(), console);
        if (directory == null) {
            files.refuse();
        } else {
            refuseForFiles();
            if (!dryRun) {
                return runIntoFiles(output, report, watch, manifest, lineage, mapping, directory);
            }
        }
        checkChoices();
        RunOptions options = options(
                source.from(login, console),
                directory == null && (target.isKnown(console) || !dryRun) ? target.database(login, console) : null,
                workers);
        watch.announce();
        awaitServers(options);
        Outcome outcome = run(mapping, options, new ProductionProcessor(mapping, options), lineage, watch);
        boolean reported = saved(report, watch, outcome);
        int manifested = manifest.write(mapping, options::to, outcome.summary(), !noProgress);
        return tell(output, mapping, options, outcome, reported, manifested);
    }

    /** What is for a database, before anything is opened. */
    private void refuseForFiles() throws UsageException {
        checkChoices();
        Optional<String> refusal = Lake.refusal(onExisting, deleteMissing);
        if (refusal.isPresent()) {
            throw new UsageException(refusal.get());
        }
        if (constraints != null) {
            throw new UsageException("--constraints: files have no keys – leave it out");
        }
        if (checkForeignKeys) {
            throw new UsageException("--check-foreign-keys: files have no keys – leave it out");
        }
        ledger.refuseForFiles();
    }

    private int runIntoFiles(
            SummaryOutput output,
            ReportOutput report,
            WatchOutput watch,
            ManifestOutput manifest,
            LineageOutput lineage,
            MappingContract mapping,
            Path directory)
            throws UsageException, SourceException, TargetException {
        RunOptions options;
        Outcome outcome;
        try (Lake lake = Lake.open(directory, mapping, files.form())) {
            options = options(source.from(login, console), lake.database(), workers);
            watch.announce();
            if (options.from() instanceof FromDatabase from) {
                retries.await(from.database());
            }
            outcome = run(mapping, options, lake.processor(options), lineage, watch);
        }
        boolean reported = saved(report, watch, outcome);
        int manifested = manifest.write(
                mapping.withoutSchema(), () -> Lake.read(directory, false), outcome.summary(), !noProgress);
        return tell(output, mapping.withoutSchema(), options, outcome, reported, manifested);
    }

    private int runOnCluster(
            ClusterFrontEnd cluster,
            SummaryOutput output,
            ReportOutput report,
            ManifestOutput manifest,
            WatchOutput watch,
            MappingContract mapping)
            throws UsageException, SourceException, TargetException {
        checkChoices();
        ClusterFrontEnd.Source from = source.ofCluster(login, console);
        if (from.database() != null) {
            retries.await(from.database().database());
        }
        // All but the source is looked at before that is opened.
        Database to = target.database(login, console);
        if (to.dialect().writesInTurns()) {
            throw new UsageException("--to: " + to.displayUrl()
                    + " – is a file that takes one writer at a time; a cluster needs a server, such as PostgreSQL");
        }
        options(From.documents(from.text(), List.of()), to, cluster.connections());
        ClusterFrontEnd.Opened opened = cluster.open(
                from,
                mapping,
                new ClusterFrontEnd.Manner(limits.limits(1), retries.policy(), showValues, limit != null));
        String description = opened.description();
        RunOptions options = options(
                From.source(description, () -> DocumentSource.of(description, Collections::emptyIterator)),
                to,
                cluster.connections());
        watch.announce();
        retries.await(to);
        Outcome outcome = run(new ProductionProcessor(mapping, options, opened.cluster()), console, !noProgress, watch);
        boolean reported = saved(report, watch, outcome);
        int manifested = manifest.write(mapping, options::to, outcome.summary(), !noProgress);
        return tell(output, mapping, options, outcome, reported, manifested);
    }

    /** Whether the page about the run is where it was asked for. */
    private static boolean saved(ReportOutput report, WatchOutput watch, Outcome outcome) {
        boolean saved = report.write(outcome.summary());
        watch.ended(outcome.summary(), saved ? report.file() : null);
        return saved;
    }

    private int tell(
            SummaryOutput output,
            MappingContract mapping,
            RunOptions options,
            Outcome outcome,
            boolean reported,
            int manifested) {
        int exitCode = ExitCode.of(outcome.summary(), outcome.interrupted());
        try {
            boolean told = tell(output, mapping, options, outcome.summary(), exitCode);
            // Asked in any case: it says what is wrong with the log.
            boolean logged = isLogWhole();
            int written = told && logged && reported ? manifested : ExitCode.BROKEN;
            return written == ExitCode.OK ? exitCode : written;
        } catch (OutputException e) {
            if (e.isUnread()) {
                // What was to be done is done, and who wanted to know of it has heard enough.
                return exitCode;
            }
            throw e;
        }
    }

    private Outcome run(
            MappingContract mapping,
            RunOptions options,
            ProductionProcessor processor,
            LineageOutput lineage,
            WatchOutput watch)
            throws SourceException, TargetException {
        lineage.started(mapping, options);
        try {
            Outcome outcome = run(processor, console, !noProgress, watch);
            lineage.ended(outcome.summary());
            return outcome;
        } catch (SourceException | TargetException | RuntimeException e) {
            lineage.broke(e);
            throw e;
        }
    }

    private boolean isLogWhole() {
        IOException fault = Logging.fault();
        if (fault != null) {
            console.err().println("--log-file: could not be written – " + fault.getMessage() + "; all else is done");
        }
        return fault == null;
    }

    private boolean tell(
            SummaryOutput output, MappingContract mapping, RunOptions options, RunSummary summary, int exitCode) {
        boolean written = output.write(summary, exitCode);
        if (cluster != null) {
            // The next steps are commands of one machine, and their sources those of one.
            return written;
        }
        List<String> words = Objects.requireNonNull(spec)
                .root()
                .commandLine()
                .getParseResult()
                .originalArgs();
        new NextSteps(mapping, options, summary, words).lines().forEach(output.screen()::println);
        return written;
    }

    private void awaitServers(RunOptions options) throws UsageException {
        if (options.from() instanceof FromDatabase from) {
            retries.await(from.database());
        }
        if (options.to() != null) {
            retries.await(options.to());
        }
    }

    private RunOptions options(From from, @Nullable Database to, int numberOfWorkers) throws UsageException {
        if (to != null) {
            ledger.check(to.dialect());
        }
        return RunOptions.from(from)
                .to(to)
                .workers(numberOfWorkers)
                .batchDocuments(batchDocuments)
                .batchBytes(batchBytes == null ? RunOptions.DEFAULT_BATCH_BYTES : batchBytes.bytes())
                .limit(limit == null ? Long.MAX_VALUE : limit)
                .createTables(createTables)
                .retryRejects(retryRejects)
                .onExisting(onExisting)
                .deleteMissing(deleteMissing)
                .dryRun(dryRun)
                .maxRejects(maxRejects(maxRejects))
                .retryPolicy(retries.policy())
                .limits(limits.limits(cluster == null ? numberOfWorkers : 1))
                .showValues(showValues)
                .constraints(constraints == null ? Constraints.AFTER : constraints)
                .checkForeignKeys(checkForeignKeys)
                .unmapped(unmapped)
                .build();
    }

    /** Before anybody is asked for a password. */
    private void checkChoices() throws UsageException {
        if (cluster == null) {
            LimitOptions.positive("--workers", workers);
        } else {
            LimitOptions.positive("--connections", cluster.connections());
        }
        LimitOptions.positive("--batch-size", batchDocuments);
        if (limit != null) {
            LimitOptions.positive("--limit", limit);
        }
        RunOptions.Choices choices = new RunOptions.Choices(
                limit != null,
                source.isRange(),
                source.isStandardInput(console),
                retryRejects,
                onExisting,
                deleteMissing,
                dryRun);
        Optional<String> contradiction = choices.contradiction(RunCommand::option);
        if (contradiction.isPresent()) {
            throw new UsageException(contradiction.get());
        }
    }

    private static String option(Choice choice) {
        return switch (choice) {
            case LIMIT -> "--limit";
            case KEY_RANGE -> "--key-range";
            case RETRY_REJECTS -> "--retry-rejects";
            case FAIL_ON_EXISTING -> "--on-existing fail";
            case DELETE_MISSING -> "--delete-missing";
            case DRY_RUN -> "--dry-run";
        };
    }

    private static MaxRejects maxRejects(@Nullable String text) throws UsageException {
        if (text == null) {
            return MaxRejects.NONE;
        }
        if (text.endsWith("%")) {
            OptionalDouble percent = Percentage.parse(text);
            if (percent.isPresent()) {
                return new MaxRejects(Long.MAX_VALUE, percent.getAsDouble());
            }
        } else if (text.matches("[0-9]{1,18}")) {
            return new MaxRejects(Long.parseLong(text), 100);
        }
        throw new UsageException(
                "--max-rejects: \"" + text + "\" – expected a number of documents or a percentage, such as 100 or 2%");
    }

    /**
     * A run that has ended.
     *
     * @param interrupted the exit code of the signal that asked for the end, or {@link ExitCode#NOT_INTERRUPTED}
     */
    record Outcome(RunSummary summary, int interrupted) {}

    /** Runs a contract, shows its progress and listens to Ctrl-C. */
    static Outcome run(MappingContract contract, RunOptions options, Console console, boolean showProgress)
            throws SourceException, TargetException {
        return run(contract, options, console, showProgress, WatchOutput.nowhere(console));
    }

    /** The same, on a page too. */
    static Outcome run(
            MappingContract contract, RunOptions options, Console console, boolean showProgress, WatchOutput watch)
            throws SourceException, TargetException {
        return run(new ProductionProcessor(contract, options), console, showProgress, watch);
    }

    private static Outcome run(ProductionProcessor processor, Console console, boolean showProgress, WatchOutput watch)
            throws SourceException, TargetException {
        Terminal terminal = console.terminal();
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        try (ProgressReporter progress = new ProgressReporter(
                        console.err(),
                        terminal.isRedrawn(),
                        terminal.width(),
                        LoggerFactory.getLogger("millrace")::info);
                Interruptible listening = terminal.onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    progress.note("Stopping after the batches under way. Ctrl-C again stops at once.");
                    processor.stop();
                })) {
            RunSummary summary = processor.run(run -> {
                if (showProgress) {
                    progress.start(run);
                }
                watch.follow(run, processor::soFar);
            });
            return new Outcome(summary, interrupted.get());
        }
    }
}
