package dev.millrace.cli;

import dev.millrace.cli.Terminal.Interruptible;
import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.MappingContract;
import dev.millrace.database.ForgottenDocuments;
import dev.millrace.database.ForgottenDocuments.Held;
import dev.millrace.database.ForgottenDocuments.Report;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.report.Amounts;
import dev.millrace.workers.Stop;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "forget",
        description =
                "Takes documents of a contract out of the ledger and deletes their rows, so that the next run meets them as"
                        + " new ones.",
        customSynopsis = "millrace forget CONTRACT (KEY… | --all) --to URL [OPTION…]",
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  millrace forget loans.yaml --all --to jdbc:postgresql://localhost/loans --dry-run",
            "  millrace forget loans.yaml 4711 4712 --to jdbc:postgresql://localhost/loans"
        },
        exitCodeList = "3:A key is not in the ledger, or the rows of a document could not be deleted.")
final class ForgetCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "CONTRACT", description = "The mapping contract: YAML or JSON.")
    private Path contractFile = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY",
            description = "Keys of documents, as the ledger has them.")
    private List<String> keys = List.of();

    @Option(names = "--all", description = "All documents of the contract, in the place of keys.")
    private boolean all;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final LedgerNameOptions ledger = new LedgerNameOptions();

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(
            names = "--ledger-only",
            description = "Leave the rows: for tables that were emptied or dropped, or are to be by hand.")
    private boolean ledgerOnly;

    @Option(names = "--dry-run", description = "Only say what would go.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Mixin
    private final RetryOptions retries = new RetryOptions();

    ForgetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        // A variable that holds no keys must not mean all of them.
        if (keys.isEmpty() && !all) {
            throw new UsageException(
                    "forget: which documents? – give their keys, or --all for all documents of the contract");
        }
        if (!keys.isEmpty() && all) {
            throw new UsageException("forget: --all and keys exclude each other – leave out one of them");
        }
        MappingContract contract = ContractFile.read(contractFile, ledger.names(), console);
        Database database = target.existing(login, console);
        ledger.check(database.dialect());
        retries.await(database);
        Stop stop = new Stop();
        AtomicInteger interrupted = new AtomicInteger(ExitCode.NOT_INTERRUPTED);
        try (Interruptible listening = console.terminal().onInterrupt(exitCode -> {
            interrupted.set(exitCode);
            stop.ask("stopped on request");
        })) {
            ForgottenDocuments documents =
                    ForgottenDocuments.of(database, contract, ledgerOnly, retries.policy(), stop);
            Held held = documents.held(keys);
            for (String unknown : held.unknown()) {
                console.err().println("document " + TextTable.printable(unknown) + " – is not in the ledger");
            }
            if (held.documents() == 0) {
                if (all) {
                    print("The ledger holds no document of contract " + contract.name() + ".");
                }
            } else if (!dryRun && !yes && !isConfirmed(question(contract, database, held))) {
                print("Nothing was forgotten.");
                return ExitCode.INTERRUPTED;
            } else {
                Report report = dryRun ? documents.count(keys) : documents.forget(keys);
                show(contract, report);
                if (!report.complete()) {
                    return interrupted.get();
                }
                if (report.refused() > 0) {
                    return ExitCode.REJECTS;
                }
            }
            return held.unknown().isEmpty() ? ExitCode.OK : ExitCode.REJECTS;
        }
    }

    private String question(MappingContract contract, Database database, Held held) {
        String documents = Amounts.count(held.documents(), "document") + " of contract " + contract.name();
        return database.displayUrl()
                + (ledgerOnly
                        ? ": take " + documents + " out of the ledger, and leave their rows? [y/N] "
                        : ": delete " + documents + ", loaded with " + Amounts.count(held.rows(), "row")
                                + ", from ledger and tables? [y/N] ");
    }

    private boolean isConfirmed(String question) throws UsageException {
        @Nullable String answer = console.terminal().ask(question);
        if (answer == null) {
            throw new UsageException(
                    "forget: there is no terminal to ask at whether documents are to be deleted – say so with --yes, or look"
                            + " first with --dry-run");
        }
        String word = answer.strip().toLowerCase(Locale.ROOT);
        return word.equals("y") || word.equals("yes");
    }

    private void show(MappingContract contract, Report report) {
        String documents = Amounts.count(report.documents(), "document") + " of contract " + contract.name();
        String would = dryRun ? " would be" : report.documents() == 1 ? " was" : " were";
        print(documents
                + would
                + (ledgerOnly
                        ? " taken out of the ledger; rows stay as they are."
                        : " deleted from ledger and tables."));
        if (!report.rows().isEmpty()) {
            TextTable tables = new TextTable().column("Table", Align.LEFT).column("Rows", Align.RIGHT);
            for (Map.Entry<String, Long> table : report.rows().entrySet()) {
                tables.row(table.getKey(), Amounts.count(table.getValue()));
            }
            print("");
            tables.lines("  ", console.tableWidth()).forEach(this::print);
        }
        if (report.refused() > 0) {
            print("");
            wrapped(Amounts.count(report.refused(), "document") + (dryRun ? " would stay" : " stayed")
                    + ", since their rows cannot be found by this contract, rows of other tables refer to theirs, or rows are"
                    + " among theirs that they did not bring: "
                    + TextTable.printable(String.join(", ", report.firstRefused()))
                    + (report.refused() > report.firstRefused().size() ? " …" : "")
                    + " – delete such rows by hand, and take the documents out of the ledger with --ledger-only");
        }
        if (!report.complete()) {
            print("Stopped before the end. To go on: the same command again.");
        } else if (dryRun) {
            print("Nothing was changed (--dry-run).");
        }
    }

    private void wrapped(String text) {
        Paragraph.wrap(text, console.terminal().width(), 2).forEach(this::print);
    }

    private void print(String line) {
        console.out().println(line);
    }
}
