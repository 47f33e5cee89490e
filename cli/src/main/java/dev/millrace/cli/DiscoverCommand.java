package dev.millrace.cli;

import dev.millrace.cli.RunCommand.Outcome;
import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractProblem;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.MappingContract.SourceDefaults;
import dev.millrace.contract.TableMapping;
import dev.millrace.database.Ddl;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.dialect.Dialect;
import dev.millrace.dialect.RetryPolicy;
import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.summary.DocumentTeller;
import dev.millrace.summary.PathSummary;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import dev.millrace.xml.XmlParser.Doctype;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "discover",
        description =
                "Drafts a contract of documents: reads all of them, decides on tables, types and keys by all values, and"
                        + " says why. With --to it goes on: creates the tables, loads, and verifies.",
        customSynopsis = "millrace discover SOURCE… [-o CONTRACT] [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace discover documents/ -o orders.yaml",
            "  millrace discover 'feeds/**/*.xml' -o feeds.yaml --to jdbc:h2:./feeds"
        })
final class DiscoverCommand implements Callable<Integer> {

    private static final String DEFAULT_TABLE = "app_xml";
    private static final String DEFAULT_KEY = "app_id";
    private static final String DEFAULT_XML = "xml";

    /** Texts of more bytes are read as streams; of a small memory they may have a part. */
    private static final int LARGE = 16 << 20;

    private static final int SHARE_OF_LARGE = 64;

    private final Console console;

    @Parameters(
            arity = "0..*",
            paramLabel = "SOURCE",
            description = "Where the documents are: files, directories, globs in quotes, archives, JDBC URLs.")
    private List<String> sources = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CONTRACT",
            description = "The file to write, which must not be there yet; else standard output.")
    private @Nullable Path output;

    @Option(names = "--name", paramLabel = "NAME", description = "The contract's name (that of the file or source).")
    private @Nullable String name;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--workers", paramLabel = "N", description = "Threads that read documents, and load (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Option(names = "--sample", paramLabel = "N", description = "Read only the first N documents of each source.")
    private @Nullable Long sample;

    @Option(
            names = "--record",
            paramLabel = "PATH",
            description =
                    "What a document is, such as /orders/order; else what repeats in large files, or all of a file.")
    private @Nullable String record;

    @Option(
            names = "--as-rows",
            paramLabel = "PATH",
            description = "An element that becomes a table although it never repeats. Can be given more than once.")
    private List<String> asRows = List.of();

    @Option(
            names = "--flatten",
            paramLabel = "PATH",
            description =
                    "An element whose values are joined in one column although it repeats. Can be given more than once.")
    private List<String> flatten = List.of();

    @Option(
            names = "--keep",
            paramLabel = "PATH",
            description = "An element that is kept whole, as XML. Can be given more than once.")
    private List<String> keep = List.of();

    @Option(names = "--text-only", description = "Keep only the text of text with markup, and not the markup.")
    private boolean textOnly;

    @Option(names = "--schema", paramLabel = "SCHEMA", description = "The target schema, written into the contract.")
    private @Nullable String schema;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            description = "Try the tables' statements for postgresql, sqlserver, h2, duckdb, sqlite or mariadb.")
    private @Nullable String dialect;

    @Option(
            names = "--max-paths",
            paramLabel = "N",
            description = "Distinct paths that documents may have (20000); each takes some memory.")
    private int maxPaths = PathSummary.MOST_PATHS;

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    @Option(
            names = "--show-values",
            description = "Show values of documents in the contract's comments and in messages. They may be private.")
    private boolean showValues;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    DiscoverCommand(Console console) {
        this.console = console;
    }

    /** A source with the words that name it. */
    private record Named(String word, From from) {}

    @Override
    public Integer call() throws UsageException, SourceException, TargetException, VerificationException {
        LimitOptions.positive("--workers", workers);
        LimitOptions.positive("--max-paths", maxPaths);
        if (sample != null) {
            LimitOptions.positive("--sample", sample);
        }
        if (output != null && Files.exists(output)) {
            throw new UsageException("-o: " + output + " is there already, and may hold what somebody has written: name"
                    + " another file, or remove it");
        }
        Dialect tried = dialect == null ? null : DdlCommand.dialect(dialect);
        List<Named> named = sources();
        Database to = target.isGiven() ? target.database(login, console) : null;
        if (output != null) {
            OutputFile.check("-o", output);
        }
        boolean written = false;
        try {
            int exitCode = discover(named, to, tried);
            written = true;
            return exitCode;
        } catch (DraftException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        } finally {
            if (!written) {
                removeEmpty();
            }
        }
    }

    /** A file that was only created to see whether it can be written. */
    private void removeEmpty() {
        try {
            if (output != null && Files.size(output) == 0) {
                Files.delete(output);
            }
        } catch (java.io.IOException e) {
            // It stays, empty.
            return;
        }
    }

    private List<Named> sources() throws UsageException {
        List<String> words = new ArrayList<>(sources);
        if (source.isKnown(console) && words.isEmpty()) {
            words.add(source.require(console));
        }
        if (words.isEmpty()) {
            throw new UsageException(
                    "name where the documents are: a directory, a file, a glob in quotes, an archive or a JDBC"
                            + " URL");
        }
        List<Named> named = new ArrayList<>();
        for (String word : words) {
            if (word.equals(FileSource.STANDARD_INPUT)) {
                throw new UsageException(
                        "discover reads its sources more than once, which standard input does not allow: put"
                                + " the documents into a file, and name that");
            }
            named.add(new Named(word, source.from(word, login, console)));
        }
        return named;
    }

    private int discover(List<Named> named, @Nullable Database to, @Nullable Dialect tried)
            throws UsageException, SourceException, TargetException, VerificationException, DraftException {
        Stop stop = new Stop();
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        XmlLimits its = limits.limits(workers);
        List<Discovery.Opener> openers = new ArrayList<>();
        named.forEach(one -> openers.add(large -> open(one.from(), its, large)));
        String contractName = name != null ? name : nameOf(named.get(0).word());
        DraftOptions options = new DraftOptions(
                contractName,
                schema,
                sourceOf(named.get(0).from()),
                record,
                asRows,
                keep,
                flatten,
                textOnly,
                showValues,
                63,
                1_000);
        Discovery discovery = new Discovery(openers, options, its, workers, maxPaths, stop);
        PathSummary summary;
        ContractText text;
        try (ProgressReporter reporter = reporter();
                Interruptible listening = console.terminal().onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    reporter.note("Stopping: the draft is made of what was read so far. Ctrl-C again stops at once.");
                    stop.ask("the user asked for the end");
                })) {
            LookProgress first = new LookProgress("documents read");
            show(reporter, first);
            summary = discovery.summarize(first::add);
            LookProgress second = new LookProgress("looking again");
            show(reporter, second);
            text = discovery.draft(summary, second::add);
        } catch (DraftException e) {
            if (interrupted.get() == ExitCode.NOT_INTERRUPTED) {
                throw e;
            }
            // What was read by then is too little.
            console.err().println(e.getMessage());
            removeEmpty();
            return interrupted.get();
        }
        MappingContract contract = compiled(text);
        if (tried != null) {
            try {
                Ddl.statements(tried, contract, false);
            } catch (IllegalArgumentException e) {
                throw new UsageException("--dialect " + dialect + ": " + e.getMessage());
            }
        }
        write(text);
        PrintStream screen = output == null ? console.err() : console.out();
        screen.println(headline(summary));
        tellUnread(summary, screen);
        if (interrupted.get() != ExitCode.NOT_INTERRUPTED) {
            screen.println("Stopped: documents that were not read may hold more than the draft.");
            return interrupted.get();
        }
        return to == null ? tryOut(contract, named, its, screen) : load(contract, named, to, its, screen);
    }

    private ProgressReporter reporter() {
        Terminal terminal = console.terminal();
        return new ProgressReporter(
                console.err(), terminal.isRedrawn(), terminal.width(), LoggerFactory.getLogger("millrace")::info);
    }

    private void show(ProgressReporter reporter, LookProgress progress) {
        if (!noProgress) {
            reporter.start(progress);
        }
    }

    private DocumentSource open(From from, XmlLimits its, FileSource.LargeTexts large) throws SourceException {
        DocumentSource opened;
        if (from instanceof FromFiles files) {
            int most = (int) Math.min(LARGE, Runtime.getRuntime().maxMemory() / SHARE_OF_LARGE);
            opened = FileSource.open(files.specification(), DocumentTeller.NOTHING, Doctype.INTERNAL, its)
                    .withLargeTexts(most, large);
        } else {
            FromDatabase database = (FromDatabase) from;
            SourceDefaults where = sourceOf(from);
            opened = JdbcSource.open(
                    database.database(),
                    new JdbcSource.Selection(
                            database.query() != null || where == null ? null : where.table(),
                            database.query(),
                            where == null ? DEFAULT_KEY : String.valueOf(where.key()),
                            where == null ? DEFAULT_XML : String.valueOf(where.xml()),
                            null,
                            null,
                            null),
                    its,
                    RetryPolicy.DEFAULT,
                    showValues,
                    new Stop());
        }
        return sample == null ? opened : new FirstDocuments(opened, sample);
    }

    /** What the contract says of a database source: what was asked for, or else the names of the original. */
    private static @Nullable SourceDefaults sourceOf(From from) {
        if (!(from instanceof FromDatabase database)) {
            return null;
        }
        return new SourceDefaults(
                database.query() != null ? null : database.table() == null ? DEFAULT_TABLE : database.table(),
                database.keyColumn() == null ? DEFAULT_KEY : database.keyColumn(),
                database.xmlColumn() == null ? DEFAULT_XML : database.xmlColumn());
    }

    /** What a source is called, without what is of no use in a name. */
    private String nameOf(String word) {
        if (output != null) {
            return String.valueOf(output.getFileName()).replaceFirst("\\.[A-Za-z0-9]+$", "");
        }
        String last = DatabaseUrl.isOne(word)
                ? DEFAULT_TABLE
                : word.replaceFirst("/+$", "").replaceFirst(".*/", "");
        String plain = last.replaceFirst("\\.[A-Za-z0-9]+$", "").replaceAll("[^A-Za-z0-9_-]+", "");
        return plain.isEmpty() ? "draft" : plain.toLowerCase(Locale.ROOT);
    }

    private static MappingContract compiled(ContractText text) {
        try {
            ContractReader.Result read = ContractReader.read(text, LedgerNames.DEFAULT);
            return read.contract();
        } catch (ContractException e) {
            ContractProblem first = e.problems().get(0);
            throw new IllegalStateException("the draft is not a sound contract: " + first, e);
        }
    }

    private void write(ContractText text) throws UsageException {
        if (output == null) {
            console.out().print(text.text());
            console.out().flush();
        } else {
            OutputFile.write("-o", output, text.text());
        }
    }

    private String headline(PathSummary summary) {
        return Amounts.count(summary.documents(), "document") + ", " + Amounts.count(summary.paths(), "distinct path")
                + (output == null ? "" : ": " + output + " written");
    }

    private static void tellUnread(PathSummary summary, PrintStream screen) {
        for (PathSummary.Broken broken : new TreeMap<>(summary.broken()).values()) {
            screen.println("  not read: " + Amounts.count(broken.count(), "document") + ", "
                    + broken.fault().code().word() + "; first " + broken.document() + ": "
                    + broken.fault().message());
        }
    }

    // The draft, tried out

    private int tryOut(MappingContract contract, List<Named> named, XmlLimits its, PrintStream screen)
            throws SourceException, TargetException {
        Tally tally = new Tally();
        for (Named one : named) {
            RunOptions.Builder options =
                    RunOptions.from(one.from()).dryRun(true).workers(workers).limits(its);
            if (sample != null) {
                options.limit(sample);
            }
            Outcome outcome =
                    RunCommand.run(contract, options.showValues(showValues).build(), console, !noProgress);
            if (outcome.interrupted() != ExitCode.NOT_INTERRUPTED) {
                screen.println("Stopped before the draft was tried out on all documents.");
                return outcome.interrupted();
            }
            tally.add(outcome.summary());
        }
        tables(contract, tally, screen);
        tally.tell(screen);
        if (output != null) {
            screen.println("To load them:");
            for (Named one : named) {
                screen.println("  millrace "
                        + NextSteps.quoted(List.of(
                                "run",
                                output.toString(),
                                "--from",
                                DatabaseUrl.isOne(one.word()) ? DatabaseUrl.shown(one.word()) : one.word(),
                                "--to",
                                "jdbc:h2:./" + contract.name(),
                                "--create-tables")));
            }
        }
        return tally.rejected == 0 ? ExitCode.OK : ExitCode.REJECTS;
    }

    private int load(MappingContract contract, List<Named> named, Database to, XmlLimits its, PrintStream screen)
            throws SourceException, TargetException, VerificationException {
        Tally tally = new Tally();
        for (Named one : named) {
            RunOptions.Builder options = RunOptions.from(one.from())
                    .to(to)
                    .createTables(true)
                    .workers(workers)
                    .limits(its)
                    .showValues(showValues);
            if (sample != null) {
                options.limit(sample);
            }
            Outcome outcome = RunCommand.run(contract, options.build(), console, !noProgress);
            tally.add(outcome.summary());
            if (outcome.summary().status() != RunSummary.Status.FINISHED) {
                console.err().println("millrace: " + outcome.summary().failure());
                return ExitCode.of(outcome.summary(), outcome.interrupted());
            }
        }
        tables(contract, tally, screen);
        tally.tell(screen);
        boolean equal = true;
        if (sample == null && named.size() == 1) {
            AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
            VerificationReport report = VerifyCommand.verify(
                    contract,
                    new VerifyOptions(
                            named.get(0).from(),
                            to,
                            workers,
                            VerifyOptions.DEFAULT_DIFFERENCES,
                            its,
                            showValues,
                            VerifyOptions.DEFAULT_SORT_BYTES),
                    console,
                    !noProgress,
                    interrupted);
            equal = report.isEqual();
            Paragraph.wrap(
                            VerificationScreen.headline(report),
                            console.terminal().width(),
                            2)
                    .forEach(screen::println);
        }
        return !equal ? ExitCode.DIFFERENT : tally.rejected == 0 ? ExitCode.OK : ExitCode.REJECTS;
    }

    private void tables(MappingContract contract, Tally tally, PrintStream screen) {
        TextTable table = new TextTable()
                .column("Table", Align.LEFT)
                .column("Rows", Align.RIGHT)
                .column("Columns", Align.RIGHT)
                .column("Key", Align.LEFT);
        for (TableMapping one : contract.tables()) {
            table.row(
                    one.name(),
                    Amounts.count(tally.rows.getOrDefault(one.name(), 0L)),
                    Integer.toString(one.columns().size()),
                    String.join(
                            ", ",
                            one.key().stream()
                                    .map(index -> one.columns().get(index).name())
                                    .toList()));
        }
        screen.println();
        table.lines("  ", console.tableWidth()).forEach(screen::println);
        screen.println();
    }

    /** What became of the documents of all sources. */
    private static final class Tally {
        final Map<String, Long> rows = new LinkedHashMap<>();
        final Map<String, Long> byCode = new TreeMap<>();

        @Nullable
        Reject first;

        long documents;
        long rejected;

        void add(RunSummary summary) {
            summary.tables().rows().forEach((table, count) -> rows.merge(table, count, Long::sum));
            summary.rejects().byCode().forEach((code, count) -> byCode.merge(code, count, Long::sum));
            if (first == null && !summary.rejects().first().isEmpty()) {
                first = summary.rejects().first().get(0);
            }
            documents += summary.documents().loaded() + summary.documents().skipped();
            rejected += summary.documents().rejected();
        }

        void tell(PrintStream screen) {
            String fits =
                    Amounts.count(documents, "document") + (documents == 1 ? " fits" : " fit") + " the contract, ";
            if (rejected == 0) {
                screen.println(fits + "none is rejected.");
                return;
            }
            screen.println(fits + Amounts.count(rejected) + (rejected == 1 ? " is" : " are") + " rejected:");
            byCode.forEach((code, count) -> screen.println("  " + Amounts.count(count) + "  " + code + ": "
                    + FaultCode.of(code).map(FaultCode::meaning).orElse("")));
            Reject example = first;
            if (example != null) {
                screen.println("  first: document " + example.documentKey() + ": "
                        + example.fault().message());
            }
        }
    }
}
