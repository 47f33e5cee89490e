package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.cli.TextTable.Align;
import dev.millrace.cli.TrialScreen.Unread;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TableMapping.ForeignKey;
import dev.millrace.contract.TableMapping.RowSet;
import dev.millrace.database.Target;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions;
import dev.millrace.report.Amounts;
import dev.millrace.source.SourceException;
import dev.millrace.trial.TrialReport;
import dev.millrace.workers.Stop;
import dev.millrace.xml.path.PathExpression;
import dev.millrace.xml.path.PathExpression.Evaluator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        description =
                "Finds mistakes in a contract: in itself, against sample documents, against the tables of a database.",
        customSynopsis = "millrace check CONTRACT [SAMPLE…] [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace check loans.yaml 'samples/2024-*.xml'",
            "  millrace check loans.yaml --against jdbc:postgresql://localhost/loans"
        },
        exitCodeList =
                "3:A sample would be rejected. With --strict, also where something of the contract meets nothing, or keys are there twice.")
final class CheckCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "SAMPLE",
            description = "Files, directories, globs in quotes, archives, or - for standard input.")
    private List<String> samples = List.of();

    @Mixin
    private final AgainstOptions against = new AgainstOptions();

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Read at most N documents, each record counted (all).")
    private @Nullable Long limit;

    @Option(names = "--workers", paramLabel = "N", description = "Threads that map samples (4).")
    private int workers = RunOptions.DEFAULT_WORKERS;

    @Option(
            names = "--strict",
            description =
                    "Exit code 3 also where a table, a column or a namespace of the contract meets nothing, or keys are there twice.")
    private boolean strict;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "text (default), or json: what the samples say, as one object; all else goes to stderr.")
    private Format format = Format.text;

    @Option(names = "--no-progress", description = "Do not show progress.")
    private boolean noProgress;

    @Option(names = "--show-values", description = "Show values in the reasons of rejects. They may be private.")
    private boolean showValues;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    /** In what form the samples' findings are written; the words are those of the command line. */
    enum Format {
        text,
        json
    }

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, SourceException, TargetException, InterruptedException {
        if (limit != null) {
            LimitOptions.positive("--limit", limit);
        }
        LimitOptions.positive("--workers", workers);
        if (format == Format.json && samples.isEmpty()) {
            throw new UsageException("--format json tells what samples say: name some behind the contract");
        }
        against.check();
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        int columns =
                contract.tables().stream().mapToInt(t -> t.columns().size()).sum();
        print(contract.name() + ": a sound contract with "
                + Amounts.count(contract.tables().size(), "table") + " and " + Amounts.count(columns, "column"));
        showTables(contract);
        showSlowPaths(contract);
        if (against.isGiven()) {
            checkTables(contract);
        }
        return samples.isEmpty() ? ExitCode.OK : checkSamples(contract);
    }

    private void checkTables(MappingContract contract) throws UsageException, TargetException {
        Database database = against.database(login, console);
        ledger.check(database.dialect());
        List<String> warnings = Target.check(database, contract);
        print("");
        print("The tables of " + database.displayUrl() + " fit the contract.");
        warnings.forEach(warning -> wrapped("  warning: " + warning, 4));
    }

    private void showTables(MappingContract contract) {
        TextTable tables = new TextTable()
                .column("Table", Align.LEFT)
                .column("Columns", Align.RIGHT)
                .column("Key", Align.LEFT)
                .column("Refers to", Align.LEFT);
        for (TableMapping table : contract.tables()) {
            List<String> references = new ArrayList<>();
            for (ForeignKey key : table.keys().foreignKeys()) {
                TableMapping ancestor = contract.tables().get(key.table());
                references.add(ancestor.name() + " (" + names(table, key.columns()) + ")");
            }
            tables.row(
                    table.name(),
                    Integer.toString(table.columns().size()),
                    names(table, table.key()),
                    String.join(", ", references));
        }
        print("");
        tables.lines("  ", console.tableWidth()).forEach(this::print);
    }

    private static String names(TableMapping table, List<Integer> columns) {
        return String.join(
                ", ",
                columns.stream().map(index -> table.columns().get(index).name()).toList());
    }

    private void showSlowPaths(MappingContract contract) {
        Set<String> slow = new LinkedHashSet<>();
        addIfSlow(slow, "document.select", contract.document().select());
        addIfSlow(slow, "document.key", contract.document().key());
        contract.document().require().forEach(guard -> addIfSlow(slow, "document.require", guard.test()));
        contract.lets().forEach(let -> addIfSlow(slow, "let " + let.name(), let.expression()));
        for (TableMapping table : contract.tables()) {
            addIfSlow(slow, table.name() + " (nested)", table.rows().nested());
            addIfSlow(slow, table.name() + " (skip-empty)", table.rows().unless());
            TableMapping.Distinct distinct = table.rows().distinct();
            addIfSlow(slow, table.name() + " (prefer)", distinct == null ? null : distinct.prefer());
            table.rows()
                    .lets()
                    .forEach(let -> addIfSlow(slow, table.name() + " (let " + let.name() + ")", let.expression()));
            for (RowSet set : table.rows().sets()) {
                addIfSlow(slow, table.name() + " (rows)", set.rows());
                for (ColumnMapping column : set.columns()) {
                    if (column != null && column.source() instanceof ColumnMapping.Path path) {
                        addIfSlow(slow, table.name() + "." + column.name(), path.expression());
                    }
                }
            }
        }
        print("");
        if (slow.isEmpty()) {
            print("All paths are evaluated natively, in one pass.");
        } else {
            print(Amounts.count(slow.size(), "path") + " evaluated by Saxon-HE, which is slower:");
            slow.forEach(line -> wrapped("  " + line, 4));
        }
    }

    private static void addIfSlow(Set<String> slow, String where, @Nullable PathExpression path) {
        if (path != null && path.evaluator() == Evaluator.SAXON) {
            slow.add(where + ": " + path.text());
        }
    }

    private int checkSamples(MappingContract contract) throws UsageException, SourceException, InterruptedException {
        Stop stop = new Stop();
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        LookProgress progress = new LookProgress("mapping samples", samples.size());
        SampleTrials trials = new SampleTrials(contract, limits.limits(workers), showValues, stop, progress::add);
        SampleTrials.Found found;
        try (ProgressReporter reporter = reporter();
                Interruptible listening = console.terminal().onInterrupt(exitCode -> {
                    interrupted.set(exitCode);
                    reporter.note("Stopping: what the samples say so far comes next. Ctrl-C again stops at once.");
                    stop.ask("the user asked for the end");
                })) {
            if (!noProgress) {
                reporter.start(progress);
            }
            found = trials.run(samples, limit == null ? Long.MAX_VALUE : limit, workers);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        TrialReport report = found.trial().report();
        Unread unread = stop.isAsked() ? Unread.STOPPED : found.more() ? Unread.BEYOND_LIMIT : Unread.NONE;
        print("");
        TrialScreen.lines(report, found.coverage(), unread, console.terminal().width(), console.tableWidth())
                .forEach(this::print);
        TrialScreen.warnings(report).forEach(line -> console.err().println("warning: " + line));
        if (format == Format.json) {
            console.out().println(TrialJson.write(contract.name(), report, found.coverage(), unread));
        }
        if (stop.isAsked()) {
            return interrupted.get();
        }
        return report.rejected() > 0 || strict && !report.isSpotless() ? ExitCode.REJECTS : ExitCode.OK;
    }

    private ProgressReporter reporter() {
        Terminal terminal = console.terminal();
        return new ProgressReporter(
                console.err(), terminal.isRedrawn(), terminal.width(), LoggerFactory.getLogger("millrace")::info);
    }

    private void print(String line) {
        (format == Format.json ? console.err() : console.out()).println(line);
    }

    private void wrapped(String text, int hanging) {
        Paragraph.wrap(text, console.tableWidth(), hanging).forEach(this::print);
    }
}
