package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import java.util.List;
import java.util.concurrent.Callable;
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
        try (Ledger ledger = options.open(console.terminal())) {
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
            List<Ledger.Run> last = ledger.runs(1);
            if (!last.isEmpty()) {
                console.out().println();
                RunsCommand.lines(last, console).forEach(console.out()::println);
            }
        }
        return ExitCode.OK;
    }
}
