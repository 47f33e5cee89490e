package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "runs",
        description = "Lists the runs into a target, the latest first.",
        customSynopsis = "millrace runs --to URL [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace runs --to jdbc:postgresql://localhost/warehouse --user loader --limit 5"})
final class RunsCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private final Console console;

    @Mixin
    private final LedgerOptions options = new LedgerOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Show at most N runs (20).")
    private int limit = 20;

    RunsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException, TargetException {
        LimitOptions.positive("--limit", limit);
        try (Ledger ledger = options.open(console.terminal())) {
            List<Ledger.Run> runs = ledger.runs(limit);
            if (runs.isEmpty()) {
                console.out().println("No run yet.");
            } else {
                table(runs).lines("", console.terminal().width()).forEach(console.out()::println);
            }
        }
        return ExitCode.OK;
    }

    static TextTable table(List<Ledger.Run> runs) {
        TextTable table = new TextTable()
                .column("Run", Align.LEFT)
                .column("Contract", Align.LEFT)
                .column("Status", Align.LEFT)
                .column("Started", Align.LEFT)
                .column("Took", Align.RIGHT)
                .column("Loaded", Align.RIGHT)
                .column("Rejected", Align.RIGHT)
                .column("Skipped", Align.RIGHT);
        for (Ledger.Run run : runs) {
            Instant end = run.finishedAt();
            table.row(
                    run.runId(),
                    run.contract(),
                    run.status(),
                    TIME.format(run.startedAt().atZone(ZoneId.systemDefault())),
                    end == null
                            ? "–"
                            : Amounts.duration(
                                    Duration.between(run.startedAt(), end).toMillis() / 1e3),
                    Amounts.count(run.loaded()),
                    Amounts.count(run.rejected()),
                    Amounts.count(run.skipped()));
        }
        return table;
    }
}
