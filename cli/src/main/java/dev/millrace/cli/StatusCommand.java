package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.contract.LedgerNames;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Says what a target holds: documents loaded and rejected, and how the last run ended.",
        customSynopsis = "millrace status --to URL [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace status --to jdbc:postgresql://localhost/warehouse --user loader"})
final class StatusCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final LedgerOptions options = new LedgerOptions();

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        try (Ledger ledger = options.open(options.database(console))) {
            TextTable documents = new TextTable()
                    .column("Contract", Align.LEFT)
                    .column("Status", Align.LEFT)
                    .column("Documents", Align.RIGHT)
                    .column("Rows", Align.RIGHT);
            for (Ledger.Count count : ledger.counts()) {
                documents.row(
                        count.contract(),
                        count.status(),
                        Amounts.count(count.documents()),
                        Amounts.count(count.rows()));
            }
            if (documents.isEmpty()) {
                console.out().println("No document has been loaded or rejected yet.");
            } else {
                documents.lines("", console.tableWidth()).forEach(console.out()::println);
            }
            Map<String, Long> pending = ledger.pending().stream()
                    .collect(Collectors.groupingBy(Ledger.Pending::contract, TreeMap::new, Collectors.counting()));
            if (!pending.isEmpty()) {
                console.out().println();
            }
            pending.forEach((contract, missing) -> console.out()
                    .println("Contract " + contract + ": " + Amounts.count(missing)
                            + (missing == 1 ? " key, foreign key or index is" : " keys, foreign keys and indexes are")
                            + " still to be built, which its next run does."));
            List<Ledger.Run> last = ledger.runs(1);
            if (!last.isEmpty()) {
                console.out().println();
                RunsCommand.lines(last, console).forEach(console.out()::println);
            }
            showOthers(ledger.others());
        }
        return ExitCode.OK;
    }

    private void showOthers(List<LedgerNames> others) {
        if (!others.isEmpty()) {
            console.out().println();
        }
        for (LedgerNames other : others) {
            console.out().println("There is another ledger here: " + other.options());
        }
    }
}
