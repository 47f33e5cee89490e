package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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

    private static final Duration QUIET = Duration.ofMinutes(10);

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
        try (Ledger ledger = options.open(options.database(console))) {
            List<Ledger.Run> runs = ledger.runs(limit);
            if (runs.isEmpty()) {
                console.out().println("No run yet.");
            } else {
                lines(runs, console).forEach(console.out()::println);
            }
        }
        return ExitCode.OK;
    }

    /** The runs as a table, and what is known of those whose end nobody has written down. */
    static List<String> lines(List<Ledger.Run> runs, Console console) {
        List<String> lines = new ArrayList<>(table(runs).lines("", console.tableWidth()));
        Instant now = Instant.now();
        List<Ledger.Run> open = runs.stream().filter(Ledger.Run::isOpen).toList();
        if (!open.isEmpty()) {
            lines.add("");
        }
        for (Ledger.Run run : open) {
            lines.addAll(Paragraph.wrap(note(run, now), console.tableWidth(), 2));
        }
        return lines;
    }

    private static String note(Ledger.Run run, Instant now) {
        Instant last = run.lastBatch();
        String found = last == null
                ? "it has committed nothing since it began " + ago(run.info().startedAt(), now)
                : "it has committed its last batch " + ago(last, now) + ", at "
                        + TIME.format(last.atZone(ZoneId.systemDefault()));
        return run.info().runId() + ": " + found + ", and no end is written down: it is "
                + (isQuiet(run, now)
                        ? "held up, or was killed; then give the same command again"
                        : "under way, or has just been killed");
    }

    /** The clocks of two machines may disagree. */
    private static String ago(Instant then, Instant now) {
        return Amounts.duration(Math.max(0, Duration.between(then, now).toMillis()) / 1e3) + " ago";
    }

    /** Whether a run has said nothing for so long that a connection would count as lost. */
    private static boolean isQuiet(Ledger.Run run, Instant now) {
        Instant last = run.lastBatch();
        return Duration.between(last == null ? run.info().startedAt() : last, now)
                        .compareTo(QUIET)
                > 0;
    }

    private static TextTable table(List<Ledger.Run> runs) {
        Instant now = Instant.now();
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
                    run.info().runId(),
                    run.contract(),
                    run.isOpen() && isQuiet(run, now) ? run.status() + "?" : run.status(),
                    TIME.format(run.info().startedAt().atZone(ZoneId.systemDefault())),
                    end == null
                            ? "–"
                            : Amounts.duration(Duration.between(run.info().startedAt(), end)
                                            .toMillis()
                                    / 1e3),
                    Amounts.count(run.documents().loaded()),
                    Amounts.count(run.documents().rejected()),
                    run.isOpen() ? "–" : Amounts.count(run.documents().skipped()));
        }
        return table;
    }
}
