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
import dev.millrace.discovery.ContractUpdate;
import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.Draft;
import dev.millrace.discovery.DraftException;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.discovery.xsd.XsdException;
import dev.millrace.discovery.xsd.XsdNote;
import dev.millrace.discovery.xsd.XsdReader;
import dev.millrace.discovery.xsd.XsdSchema;
import dev.millrace.document.Document;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.mapping.DataMapper;
import dev.millrace.processing.RunOptions;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.processing.RunOptions.FromDatabase;
import dev.millrace.processing.RunOptions.FromFiles;
import dev.millrace.processing.RunSummary;
import dev.millrace.report.Amounts;
import dev.millrace.source.DocumentSource;
import dev.millrace.source.FileSource;
import dev.millrace.source.SourceException;
import dev.millrace.source.jdbc.JdbcSource;
import dev.millrace.summary.PathSummary;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.VerifyOptions;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "discover",
        description =
                "Drafts a contract of documents: reads all of them, decides on tables, types and keys by all values, and"
                        + " says why. With --to it goes on: creates the tables, loads, and verifies. XML Schemas among the"
                        + " sources tell types and how often what occurs; schemas alone make a draft, too.",
        customSynopsis = {
            "millrace discover SOURCE… [-o CONTRACT] [OPTION…]",
            "millrace discover --update CONTRACT SOURCE… [--dry-run] [OPTION…]"
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace discover documents/ -o orders.yaml",
            "  millrace discover 'feeds/**/*.xml' -o feeds.yaml --to jdbc:h2:./feeds",
            "  millrace discover order.xsd documents/ -o orders.yaml",
            "  millrace discover --update orders.yaml new-documents/"
        })
final class DiscoverCommand implements Callable<Integer> {

    private static final String DEFAULT_TABLE = "app_xml";
    private static final String DEFAULT_KEY = "app_id";
    private static final String DEFAULT_XML = "xml";

    private static final int SHOWN_PATHS = 5;

    /** Lines of what a schema and documents do not agree on, and of a schema's notes. */
    private static final int MOST_LINES = 15;

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "SOURCE",
            description = "Where the documents are: files, directories, globs in quotes, archives, JDBC URLs; and XML"
                    + " Schemas: files whose names end in .xsd.")
    private List<String> sources = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CONTRACT",
            description = "The file to write, which must not be there yet; else standard output.")
    private @Nullable Path output;

    @Option(
            names = "--update",
            paramLabel = "CONTRACT",
            description = "Put what is new in the documents into this contract, and leave all else in it as it is.")
    private @Nullable Path update;

    @Option(names = "--dry-run", description = "With --update: show what would change, and write nothing.")
    private boolean dryRun;

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
            names = "--catalog",
            paramLabel = "DIR",
            description = "Where schemas are looked for that are not where others say. Can be given more than once.")
    private List<Path> catalogs = List.of();

    @Option(
            names = "--root",
            paramLabel = "NAME",
            description = "Of schemas alone: the element that a document begins with, where there are several.")
    private @Nullable String root;

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

    @Option(
            names = "--share",
            description =
                    "Make one table of elements of one name that are alike, such as the addresses of several parents.")
    private boolean share;

    @Option(names = "--text-only", description = "Keep only the text of text with markup, and not the markup.")
    private boolean textOnly;

    @Option(names = "--schema", paramLabel = "SCHEMA", description = "The target schema, written into the contract.")
    private @Nullable String schema;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            description = "Try the tables' statements for postgresql, sqlserver, h2, duckdb, sqlite or mariadb. With"
                    + " --update: show the statements that change the tables.")
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

    private final Stop stop = new Stop();

    /** The progress of what is read now; null before the first. */
    private @Nullable LookProgress looking;

    /** Documents whose names those of another source have. */
    private long repeated;

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
        if (update != null) {
            return update(update);
        }
        if (dryRun) {
            throw new UsageException(
                    "--dry-run goes with --update: a draft is printed and nothing is written without -o");
        }
        if (output != null && Files.exists(output)) {
            throw new UsageException("-o: " + output + " is there already, and may hold what somebody has written: name"
                    + " another file, or remove it; to add to it what is new: --update " + output);
        }
        Dialect tried = dialect == null ? null : DdlCommand.dialect(dialect);
        List<Path> schemas = schemas();
        List<Named> named = sources(!schemas.isEmpty());
        checkSchemaOptions(schemas, named);
        Database to = target.isGiven() ? target.database(login, console) : null;
        if (output != null) {
            OutputFile.check("-o", output);
        }
        boolean written = false;
        try {
            XsdSchema known = schemas.isEmpty() ? null : read(schemas);
            int exitCode = discover(named, known, schemas, to, tried);
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

    // A contract, updated

    private Integer update(Path file) throws UsageException, SourceException, TargetException {
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put("-o", output != null);
        others.put("--to", target.isGiven());
        others.put("--name", name != null);
        others.put("--record", record != null);
        others.put("--schema", schema != null);
        others.put("--share", share);
        others.put("--root", root != null);
        others.put("--catalog", !catalogs.isEmpty());
        for (Map.Entry<String, Boolean> other : others.entrySet()) {
            if (other.getValue()) {
                throw new UsageException(other.getKey() + " does not go with --update, which changes " + file
                        + " itself"
                        + (other.getKey().equals("-o") ? "; with --dry-run it only shows how" : ""));
            }
        }
        Dialect shown = dialect == null ? null : DdlCommand.dialect(dialect);
        MappingContract before = ContractFile.read(file, console);
        ContractText text = contractText(file);
        if (!dryRun && !Files.isWritable(file)) {
            throw new UsageException("--update: " + file + " cannot be written; with --dry-run it need not be");
        }
        if (!schemas().isEmpty()) {
            throw new UsageException("--update goes by documents alone: leave the XML Schemas out");
        }
        List<Named> named = sources(false);
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        XmlLimits its = limits.limits(workers);
        List<Discovery.Opener> openers = new ArrayList<>();
        List<Discovery.Opener> records = new ArrayList<>();
        for (Named one : named) {
            openers.add(large -> looked(open(one.from(), its, large)));
            records.add(large -> looked(open(one.from(), its, before)));
        }
        DraftOptions options = new DraftOptions(
                before.name(),
                before.schema(),
                null,
                null,
                asRows,
                keep,
                flatten,
                false,
                textOnly,
                showValues,
                DraftOptions.LONGEST_NAME,
                DraftOptions.MOST_COLUMNS);
        Discovery discovery = new Discovery(openers, options, its, workers, maxPaths, stop);
        Read<ContractUpdate> read;
        try {
            read = read(
                    discovery,
                    named,
                    interrupted,
                    "Stopping: nothing is written.",
                    (summary, progress) -> discovery.update(summary, text, records, progress));
        } catch (DraftException e) {
            if (interrupted.get() != ExitCode.NOT_INTERRUPTED) {
                console.out().println("Stopped: nothing was written.");
                return interrupted.get();
            }
            throw new UsageException(String.valueOf(e.getMessage()));
        } catch (ContractException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (interrupted.get() != ExitCode.NOT_INTERRUPTED) {
            console.out().println("Stopped: nothing was written.");
            return interrupted.get();
        }
        PathSummary summary = read.summary();
        ContractUpdate result = read.result();
        PrintStream screen = console.out();
        screen.println(Amounts.count(summary.documents(), "document") + ", "
                + Amounts.count(summary.paths(), "distinct path") + ": "
                + (result.isChange()
                        ? Amounts.count(result.changes().size(), "change") + (dryRun ? " to " : " in ") + file
                        : "nothing to add to " + file));
        tellUnread(summary, screen);
        UpdateScreen.lines(result, before, shown, dryRun, console.tableWidth()).forEach(screen::println);
        if (!result.isChange()) {
            return tryOut(result.contract(), named, its, screen, file, false);
        }
        if (dryRun) {
            screen.println("Nothing was written: without --dry-run it is.");
            return ExitCode.OK;
        }
        if (!text.text().equals(contractText(file).text())) {
            throw new UsageException(file + " was changed by somebody else in the meantime: nothing was written");
        }
        OutputFile.write("--update", file, result.after().text());
        return tryOut(result.contract(), named, its, screen, file, true);
    }

    private static ContractText contractText(Path file) throws UsageException {
        try {
            return ContractText.read(file);
        } catch (IOException e) {
            throw new UsageException(Messages.unreadable(file, e));
        } catch (ContractException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** A file that was only created to see whether it can be written. */
    private void removeEmpty() {
        try {
            if (output != null && Files.size(output) == 0) {
                Files.delete(output);
            }
        } catch (IOException e) {
            // It stays, empty.
            return;
        }
    }

    private static boolean isSchema(String word) {
        return word.toLowerCase(Locale.ROOT).endsWith(".xsd") && !DatabaseUrl.isOne(word);
    }

    private List<Path> schemas() throws UsageException {
        List<Path> schemas = new ArrayList<>();
        for (String word : sources) {
            if (isSchema(word)) {
                try {
                    schemas.add(Path.of(word));
                } catch (InvalidPathException e) {
                    throw new UsageException(word + " is no name of a file: name the schema's file");
                }
            }
        }
        return schemas;
    }

    private void checkSchemaOptions(List<Path> schemas, List<Named> named) throws UsageException {
        if (schemas.isEmpty() && !catalogs.isEmpty()) {
            throw new UsageException(
                    "--catalog is where schemas are looked for, and there is none: name a schema, too");
        }
        if (root != null && (schemas.isEmpty() || !named.isEmpty())) {
            throw new UsageException("--root is for schemas alone: documents tell what they begin with. Leave it away"
                    + " (--record PATH says what a document is)");
        }
        if (named.isEmpty() && target.isGiven()) {
            throw new UsageException(
                    "--to: there is nothing to load, as schemas are no documents. Name documents, too, or"
                            + " leave --to away");
        }
    }

    private XsdSchema read(List<Path> schemas) throws UsageException {
        try {
            return XsdReader.read(schemas, catalogs);
        } catch (XsdException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private List<Named> sources(boolean maybeNone) throws UsageException {
        List<String> words =
                new ArrayList<>(sources.stream().filter(word -> !isSchema(word)).toList());
        if (source.isKnown(console) && words.isEmpty()) {
            words.add(source.require(console));
        }
        if (words.isEmpty() && !maybeNone) {
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

    private int discover(
            List<Named> named,
            @Nullable XsdSchema known,
            List<Path> schemas,
            @Nullable Database to,
            @Nullable Dialect tried)
            throws UsageException, SourceException, TargetException, VerificationException, DraftException {
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        XmlLimits its = limits.limits(workers);
        List<Discovery.Opener> openers = new ArrayList<>();
        named.forEach(one -> openers.add(large -> looked(open(one.from(), its, large))));
        String contractName = name != null
                ? name
                : nameOf(
                        named.isEmpty()
                                ? schemas.get(0).toString()
                                : named.get(0).word());
        DraftOptions options = new DraftOptions(
                contractName,
                schema,
                named.isEmpty() ? null : sourceOf(named.get(0).from()),
                record,
                asRows,
                keep,
                flatten,
                share,
                textOnly,
                showValues,
                DraftOptions.LONGEST_NAME,
                DraftOptions.MOST_COLUMNS);
        Discovery discovery = new Discovery(openers, options, its, workers, maxPaths, stop);
        if (known != null) {
            discovery.withSchema(known, schemas, root);
        }
        Read<Draft> read;
        try {
            read = read(
                    discovery,
                    named,
                    interrupted,
                    "Stopping: the draft is made of what was read so far.",
                    discovery::draft);
        } catch (DraftException e) {
            if (interrupted.get() == ExitCode.NOT_INTERRUPTED) {
                throw e;
            }
            // What was read by then is too little.
            console.err().println(e.getMessage());
            removeEmpty();
            return interrupted.get();
        }
        PathSummary summary = read.summary();
        Draft draft = read.result();
        ContractText text = draft.contract();
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
        screen.println(named.isEmpty() ? headline(schemas) : headline(summary));
        tellUnread(summary, screen);
        repeated = discovery.repeatedKeys();
        if (repeated > 0) {
            screen.println(Amounts.count(repeated, "document")
                    + (repeated == 1 ? " has the name" : " have the names")
                    + " of documents in another source: a run loads one of each name. Put the sources below one directory, and"
                    + " name that.");
        }
        if (!named.isEmpty()) {
            tellUnmapped(draft.unmapped(), screen);
        }
        if (known != null) {
            tellSchema(known, discovery.schemaFindings(), named.isEmpty(), screen);
        }
        if (interrupted.get() != ExitCode.NOT_INTERRUPTED) {
            screen.println("Stopped: documents that were not read may hold more than the draft.");
            return interrupted.get();
        }
        if (named.isEmpty()) {
            return withoutDocuments(contract, screen);
        }
        return to == null
                ? tryOut(contract, named, its, screen, output, false)
                : load(contract, named, to, its, screen);
    }

    /** What documents hold, and what was made of it. */
    private record Read<T>(PathSummary summary, T result) {}

    /** Makes something of a summary, for which the documents are looked at again. */
    private interface SecondStep<T, X extends Exception> {
        T take(PathSummary summary, Consumer<Document> progress) throws SourceException, DraftException, X;
    }

    /**
     * Reads all documents twice, and shows the progress.
     *
     * @param interrupted gets the exit code of the signal that asks for the end
     * @param atStop what is said then
     */
    private <T, X extends Exception> Read<T> read(
            Discovery discovery, List<Named> named, AtomicInteger interrupted, String atStop, SecondStep<T, X> second)
            throws SourceException, DraftException, X {
        try (ProgressReporter reporter = reporter();
                Interruptible listening = console.terminal().onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    reporter.note(atStop + " Ctrl-C again stops at once.");
                    stop.ask("the user asked for the end");
                })) {
            LookProgress reading = look("documents read", named);
            show(reporter, reading);
            PathSummary summary = discovery.summarize(reading::add);
            LookProgress again = look("looking again", named);
            show(reporter, again);
            return new Read<>(summary, second.take(summary, again::add));
        }
    }

    private ProgressReporter reporter() {
        Terminal terminal = console.terminal();
        return new ProgressReporter(
                console.err(), terminal.isRedrawn(), terminal.width(), LoggerFactory.getLogger("millrace")::info);
    }

    private LookProgress look(String what, List<Named> named) {
        LookProgress made = new LookProgress(what, named.size());
        looking = made;
        return made;
    }

    private DocumentSource looked(DocumentSource opened) {
        if (looking != null) {
            looking.begin(opened);
        }
        return opened;
    }

    private void show(ProgressReporter reporter, LookProgress progress) {
        if (!noProgress) {
            reporter.start(progress);
        }
    }

    private DocumentSource open(From from, XmlLimits its, FileSource.@Nullable LargeTexts large)
            throws SourceException {
        if (from instanceof FromFiles files) {
            return sampled(Discovery.open(files.specification(), its, large));
        }
        return sampled(open((FromDatabase) from, its));
    }

    /** Documents as a contract has them: files are split at its records. */
    private DocumentSource open(From from, XmlLimits its, MappingContract contract) throws SourceException {
        return sampled(
                from instanceof FromFiles files
                        ? FileSource.open(
                                files.specification(),
                                DataMapper.projection(contract),
                                contract.document().doctype(),
                                its)
                        : open((FromDatabase) from, its));
    }

    private DocumentSource open(FromDatabase database, XmlLimits its) throws SourceException {
        SourceDefaults where = sourceOf(database);
        return JdbcSource.open(
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
                stop);
    }

    private DocumentSource sampled(DocumentSource opened) {
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

    private String headline(List<Path> schemas) {
        return Amounts.count(schemas.size(), "schema") + ", no documents"
                + (output == null ? "" : ": " + output + " written");
    }

    private void tellSchema(XsdSchema known, Discovery.SchemaFindings findings, boolean alone, PrintStream screen) {
        if (!known.notes().isEmpty()) {
            screen.println("Notes on the schemas:");
            lines(known.notes().stream().map(XsdNote::toString).toList(), "", screen);
        }
        if (!alone) {
            if (findings.contradictions().isEmpty()) {
                screen.println("The documents keep to the schema, as far as a draft looks at it.");
            } else {
                screen.println(
                        "The documents do not keep to the schema, "
                                + (findings.contradictions().size() == 1
                                        ? "in one point; the draft follows them:"
                                        : "in "
                                                + Amounts.count(findings.contradictions()
                                                        .size()) + " points; the draft follows them:"));
                lines(findings.contradictions(), ", each beside its column or table", screen);
            }
        }
        if (!findings.unused().isEmpty()) {
            screen.println(Amounts.count(findings.unused().size(), "path")
                    + " of the schema " + (findings.unused().size() == 1 ? "is" : "are")
                    + " in no document and left out; the contract lists them at its end.");
        }
        if (!findings.cut().isEmpty()) {
            screen.println(Amounts.count(findings.cut().size(), "element")
                    + (findings.cut().size() == 1 ? " is" : " are")
                    + " kept whole, as XML, since the schema goes on below without end; the contract lists them at its"
                    + " end. Name documents to see what of it is in use.");
        }
    }

    private void lines(List<String> lines, String where, PrintStream screen) {
        for (String line : lines.subList(0, Math.min(MOST_LINES, lines.size()))) {
            Paragraph.wrap("  " + line, console.terminal().width(), 4).forEach(screen::println);
        }
        if (lines.size() > MOST_LINES) {
            screen.println("  and " + Amounts.count(lines.size() - MOST_LINES) + " more" + where);
        }
    }

    /** What comes next where there are schemas alone. */
    private int withoutDocuments(MappingContract contract, PrintStream screen) {
        screen.println();
        tables(contract).lines("  ", console.tableWidth()).forEach(screen::println);
        screen.println();
        screen.println("There are no documents to try it on.");
        if (output != null) {
            screen.println("To load some, in place of DOCUMENTS:");
            screen.println("  " + hint().command(output, contract.name()));
        }
        return ExitCode.OK;
    }

    private RunHint hint() {
        return new RunHint(Objects.requireNonNull(spec), console);
    }

    private static TextTable tables(MappingContract contract) {
        TextTable table = new TextTable()
                .column("Table", Align.LEFT)
                .column("Columns", Align.RIGHT)
                .column("Key", Align.LEFT);
        for (TableMapping one : contract.tables()) {
            table.row(one.name(), Integer.toString(one.columns().size()), key(one));
        }
        return table;
    }

    private static String key(TableMapping table) {
        return String.join(
                ", ",
                table.key().stream()
                        .map(index -> table.columns().get(index).name())
                        .toList());
    }

    private static void tellUnread(PathSummary summary, PrintStream screen) {
        for (PathSummary.Broken broken : new TreeMap<>(summary.broken()).values()) {
            screen.println("  not read: " + Amounts.count(broken.count(), "document") + ", "
                    + broken.fault().code().word() + "; first " + broken.document() + ": "
                    + broken.fault().message());
        }
    }

    private static void tellUnmapped(List<String> paths, PrintStream screen) {
        if (paths.isEmpty()) {
            screen.println("Every path with values is in a column, or ignored with a reason.");
            return;
        }
        screen.println("Not in the draft: " + Amounts.count(paths.size(), "path") + ", such as "
                + String.join(", ", paths.subList(0, Math.min(SHOWN_PATHS, paths.size()))));
    }

    // The draft, tried out

    /**
     * @param file where the contract is; null for nowhere
     * @param again whether documents that are loaded have to be loaded again
     */
    private int tryOut(
            MappingContract contract,
            List<Named> named,
            XmlLimits its,
            PrintStream screen,
            @Nullable Path file,
            boolean again)
            throws UsageException, SourceException, TargetException {
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
        if (file != null && (update == null || again)) {
            if (again) {
                screen.println("Tables that are there have to fit first: 'millrace ddl " + file
                        + " --against URL' has the statements.");
            }
            String purpose = again
                    ? "To load them, and what is loaded already once more, so that it has what is new"
                    : "To load them";
            List<String> more = again ? List.of("--on-existing", "reload") : List.of();
            for (Named one : named) {
                hint().lines(purpose, file, one.word(), one.from(), contract.name(), more)
                        .forEach(screen::println);
                purpose = "and";
            }
        }
        return tally.rejected + repeated == 0 ? ExitCode.OK : ExitCode.REJECTS;
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
        } else {
            screen.println("Not verified: "
                    + (sample == null ? "verify compares the tables with one source." : "only a sample was loaded."));
        }
        return !equal ? ExitCode.DIFFERENT : tally.rejected + repeated == 0 ? ExitCode.OK : ExitCode.REJECTS;
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
                    key(one));
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
