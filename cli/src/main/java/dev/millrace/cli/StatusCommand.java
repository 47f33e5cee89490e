package dev.millrace.cli;

import dev.millrace.cli.LedgerOptions.Selection;
import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.LedgerNames;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import dev.millrace.report.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description =
                "Says what a target holds: documents loaded and rejected, and how the last run ended; of all schemas that"
                        + " the user may read.",
        customSynopsis = "millrace status --to URL [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace status --to jdbc:postgresql://localhost/warehouse --user loader"})
final class StatusCommand implements Callable<Integer> {

    private static final List<String> KEYS = List.of(
            "ledger_schema",
            "ledger_prefix",
            "contract",
            "documents_loaded",
            "documents_rejected",
            "rows",
            "constraints_pending",
            "last_run_id",
            "last_run_status",
            "last_run_started_at",
            "last_run_finished_at");

    private final Console console;

    @Mixin
    private final LedgerOptions options = new LedgerOptions();

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        try (Selection selection = options.open(console)) {
            List<Ledger> ledgers = selection.ledgers().readable();
            if (options.format().isForPrograms()) {
                ProgramRows rows = new ProgramRows(options.format(), KEYS, console.out());
                for (Ledger ledger : ledgers) {
                    write(ledger, selection.contract(), rows);
                }
                return ExitCode.OK;
            }
            String separator = "";
            for (Ledger ledger : ledgers) {
                console.out().print(separator);
                separator = System.lineSeparator();
                if (selection.isSeveral()) {
                    print("Ledger " + ledger.label());
                    print("");
                }
                show(ledger, selection.contract());
            }
            if (!selection.isSeveral()) {
                List<LedgerNames> others = new ArrayList<>(ledgers.get(0).others());
                others.removeAll(selection.ledgers().unreadable());
                showOthers(others);
            }
        }
        return ExitCode.OK;
    }

    /** A row for each contract that has been run or taken over. */
    private static void write(Ledger ledger, @Nullable String contract, ProgramRows rows) throws TargetException {
        List<Ledger.Count> counts = ledger.counts();
        List<Ledger.Pending> pending = ledger.pending();
        for (String name : ledger.contracts()) {
            if (contract != null && !contract.equals(name)) {
                continue;
            }
            long loaded = 0;
            long rejected = 0;
            long inTables = 0;
            for (Ledger.Count count : counts) {
                if (count.contract().equals(name)) {
                    loaded += count.isLoaded() ? count.documents() : 0;
                    rejected += count.isLoaded() ? 0 : count.documents();
                    inTables += count.rows();
                }
            }
            Ledger.Run last = ledger.runs(name, 1).get(0);
            rows.row(
                    ledger.names().schema(),
                    ledger.names().prefix(),
                    name,
                    loaded,
                    rejected,
                    inTables,
                    pending.stream().filter(key -> key.contract().equals(name)).count(),
                    last.info().runId(),
                    last.status(),
                    last.info().startedAt(),
                    last.finishedAt());
        }
    }

    private void show(Ledger ledger, @Nullable String contract) throws TargetException {
        TextTable documents = new TextTable()
                .column("Contract", Align.LEFT)
                .column("Status", Align.LEFT)
                .column("Documents", Align.RIGHT)
                .column("Rows", Align.RIGHT);
        for (Ledger.Count count : ledger.counts()) {
            if (contract == null || contract.equals(count.contract())) {
                documents.row(
                        count.contract(),
                        count.status(),
                        Amounts.count(count.documents()),
                        Amounts.count(count.rows()));
            }
        }
        if (documents.isEmpty()) {
            print("No document has been loaded or rejected yet.");
        } else {
            documents.lines("", console.tableWidth()).forEach(this::print);
        }
        Map<String, Long> pending = ledger.pending().stream()
                .filter(key -> contract == null || contract.equals(key.contract()))
                .collect(Collectors.groupingBy(Ledger.Pending::contract, TreeMap::new, Collectors.counting()));
        if (!pending.isEmpty()) {
            print("");
        }
        pending.forEach((name, missing) -> print("Contract " + name + ": " + Amounts.count(missing)
                + (missing == 1 ? " key, foreign key or index is" : " keys, foreign keys and indexes are")
                + " still to be built, which its next run does."));
        List<RunsCommand.Entry> last = ledger.runs(contract, 1).stream()
                .map(run -> new RunsCommand.Entry(ledger, run))
                .toList();
        if (!last.isEmpty()) {
            print("");
            RunsCommand.lines(last, false, console).forEach(this::print);
        }
    }

    private void showOthers(List<LedgerNames> others) {
        if (!others.isEmpty()) {
            print("");
        }
        for (LedgerNames other : others) {
            print("There is another ledger here: " + other.options());
        }
    }

    private void print(String line) {
        console.out().println(line);
    }
}
