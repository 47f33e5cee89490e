package dev.millrace.cli;

import dev.millrace.cli.LedgerOptions.Selection;
import dev.millrace.cli.TextTable.Align;
import dev.millrace.cli.TextTable.Fit;
import dev.millrace.database.Ledger;
import dev.millrace.database.TargetException;
import dev.millrace.report.Amounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "runs",
        description = "Lists the runs into a target, the latest first; of all schemas that the user may read.",
        customSynopsis = "millrace runs --to URL [OPTION…]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace runs --to jdbc:postgresql://localhost/warehouse --user loader --limit 5"})
final class RunsCommand implements Callable<Integer> {

    /** Runs that people are shown, unless they ask for another number. */
    private static final int SHOWN = 20;

    private static final List<String> KEYS = List.of(
            "run_id",
            "ledger_schema",
            "ledger_prefix",
            "contract",
            "contract_hash",
            "status",
            "started_at",
            "finished_at",
            "last_batch_at",
            "workers",
            "source",
            "documents_read",
            "documents_loaded",
            "documents_rejected",
            "documents_skipped",
            "summary");

    private static final Duration QUIET = Duration.ofMinutes(10);

    private final Console console;

    @Mixin
    private final LedgerOptions options = new LedgerOptions();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Show at most N runs (20; in the formats for programs, all).")
    private @Nullable Integer limit;

    RunsCommand(Console console) {
        this.console = console;
    }

    /** A run, and where it is written down. */
    record Entry(Ledger ledger, Ledger.Run run) {}

    @Override
    public Integer call() throws UsageException, TargetException {
        if (limit != null) {
            LimitOptions.positive("--limit", limit);
        }
        ListFormat format = options.format();
        int most = limit != null ? limit : format.isForPrograms() ? Integer.MAX_VALUE : SHOWN;
        try (Selection selection = options.open(console)) {
            List<Entry> entries = entries(selection, most);
            if (format.isForPrograms()) {
                ProgramRows rows = new ProgramRows(format, KEYS, console.out());
                entries.forEach(entry -> write(entry, rows));
            } else if (entries.isEmpty()) {
                console.out().println("No run yet.");
            } else {
                lines(entries, selection.isSeveral(), console).forEach(console.out()::println);
            }
        }
        return ExitCode.OK;
    }

    private static List<Entry> entries(Selection selection, int limit) throws TargetException {
        List<Entry> entries = new ArrayList<>();
        for (Ledger ledger : selection.ledgers().readable()) {
            ledger.runs(selection.contract(), limit).forEach(run -> entries.add(new Entry(ledger, run)));
        }
        // Stable: within a ledger they are in order.
        entries.sort(Comparator.comparing((Entry entry) -> entry.run().info().startedAt())
                .reversed());
        return entries.subList(0, Math.min(limit, entries.size()));
    }

    private static void write(Entry entry, ProgramRows rows) {
        Ledger.Run run = entry.run();
        boolean open = run.isOpen();
        rows.row(
                run.info().runId(),
                entry.ledger().names().schema(),
                entry.ledger().names().prefix(),
                run.contract(),
                run.contractHash(),
                run.status(),
                run.info().startedAt(),
                run.finishedAt(),
                run.lastBatch(),
                run.info().workers(),
                run.info().source(),
                open ? null : run.documents().read(),
                run.documents().loaded(),
                run.documents().rejected(),
                open ? null : run.documents().skipped(),
                run.summary() == null ? null : new ProgramRows.Json(run.summary()));
    }

    /**
     * The runs as a table, and what is known of those whose end nobody has written down.
     *
     * @param several whether to say which ledger each is in
     */
    static List<String> lines(List<Entry> entries, boolean several, Console console) {
        List<String> lines = new ArrayList<>(table(entries, several).lines("", console.tableWidth()));
        Instant now = Instant.now();
        List<Ledger.Run> open =
                entries.stream().map(Entry::run).filter(Ledger.Run::isOpen).toList();
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
                : "it has committed its last batch " + ago(last, now) + ", at " + Amounts.moment(last);
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

    private static TextTable table(List<Entry> entries, boolean several) {
        Instant now = Instant.now();
        TextTable table = new TextTable();
        if (several) {
            table.column("Ledger", Align.LEFT);
        }
        // Whose beginning is in its name, in UTC.
        table.column("Run", Align.LEFT, Fit.WHOLE)
                .column("Contract", Align.LEFT)
                .column("Status", Align.LEFT, Fit.WHOLE)
                .column("Started", Align.LEFT, Fit.LEAVE_OUT)
                .column("Took", Align.RIGHT, Fit.LEAVE_OUT)
                .column("Loaded", Align.RIGHT, Fit.WHOLE)
                .column("Rejected", Align.RIGHT, Fit.WHOLE)
                .column("Skipped", Align.RIGHT, Fit.LEAVE_OUT);
        for (Entry entry : entries) {
            Ledger.Run run = entry.run();
            Instant end = run.finishedAt();
            List<String> cells = new ArrayList<>(List.of(
                    run.info().runId(),
                    run.contract(),
                    run.isOpen() && isQuiet(run, now) ? run.status() + "?" : run.status(),
                    Amounts.moment(run.info().startedAt()),
                    end == null
                            ? "–"
                            : Amounts.duration(Duration.between(run.info().startedAt(), end)
                                            .toMillis()
                                    / 1e3),
                    Amounts.count(run.documents().loaded()),
                    Amounts.count(run.documents().rejected()),
                    run.isOpen() ? "–" : Amounts.count(run.documents().skipped())));
            if (several) {
                cells.add(0, entry.ledger().label());
            }
            table.row(cells);
        }
        return table;
    }
}
