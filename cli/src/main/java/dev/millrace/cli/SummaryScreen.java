package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.CellCounts;
import dev.millrace.pipeline.StageClock.Work;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.Run;
import dev.millrace.processing.RunSummary.Tables;
import dev.millrace.processing.RunSummary.Times;
import dev.millrace.report.Amounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows people what a run did: the same numbers as in the JSON summary. */
final class SummaryScreen {

    private static final int SHOWN_CODES = 10;
    /** Tables that a code's rejects are in. */
    private static final int SHOWN_TABLES = 8;

    private static final int BAR_WIDTH = 24;
    /** Names of what stayed empty, at most. */
    private static final int EMPTY_SHOWN = 8;

    private static final String INDENT = "  ";

    private final RunSummary summary;
    private final Run run;
    private final Documents documents;
    private final Tables loaded;
    private final Times times;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private SummaryScreen(RunSummary summary, int width) {
        this.summary = summary;
        this.run = summary.run();
        this.documents = summary.documents();
        this.loaded = summary.tables();
        this.times = summary.times();
        this.width = width;
    }

    /** The lines of the screen. Long messages are wrapped to {@code width}. */
    static List<String> lines(RunSummary summary, int width) {
        SummaryScreen screen = new SummaryScreen(summary, width);
        screen.addHeadline();
        screen.addFigures();
        screen.addTables();
        screen.addCells();
        screen.addCoverage();
        screen.addStages();
        screen.addRejects();
        return screen.lines;
    }

    private void addHeadline() {
        String ending = switch (summary.status()) {
            case FINISHED ->
                documents.rejected() > 0
                        ? "finished with " + Amounts.count(documents.rejected(), "reject")
                        : documents.unsettled() > 0
                                ? "finished without " + Amounts.count(documents.unsettled(), "document")
                                : "finished";
            case STOPPED -> "stopped";
            case FAILED -> "broke";
            case RUNNING -> "goes on";
        };
        add(run.job().contract() + ": " + (run.job().dryRun() ? "dry run " : "") + ending + " after "
                + Amounts.duration(times.seconds()) + " (run " + run.id() + ")");
    }

    private void addFigures() {
        double seconds = Math.max(times.seconds(), 0.001);
        lines.add("");
        figure(
                "Documents",
                Amounts.count(documents.read()) + " read: " + Amounts.count(documents.loaded())
                        + (run.job().dryRun() ? " could be loaded, " : " loaded, ")
                        + Amounts.count(documents.rejected()) + " rejected, " + Amounts.count(documents.skipped())
                        + " skipped");
        if (documents.skipped() > 0) {
            figure("Skipped", skipped(documents.skips()));
        }
        if (documents.skips().ofOtherContract() > 0) {
            figure(
                    "Contract",
                    Amounts.count(documents.skips().ofOtherContract())
                            + " of those loaded before were loaded when it had another text");
        }
        RunSummary.FewerRows fewer = loaded.fewerRows();
        if (fewer != null) {
            figure(
                    "Rows missing",
                    Amounts.count(fewer.documents()) + " of " + Amounts.count(fewer.lookedAt(), "document")
                            + " looked at have " + Amounts.count(fewer.rows(), "row") + ", and the ledger says "
                            + Amounts.count(fewer.rowsInLedger())
                            + (fewer.emptyTables().isEmpty()
                                    ? ""
                                    : "; empty: " + String.join(", ", fewer.emptyTables())));
        }
        if (documents.replaced() > 0) {
            figure(
                    "Replaced",
                    Amounts.count(documents.replaced()) + " of the loaded: text, contract or rows have changed");
        }
        if (documents.deleted() > 0) {
            figure("Deleted", Amounts.count(documents.deleted()) + " that the source no longer has");
        }
        if (documents.forgotten() > 0) {
            figure(
                    "Forgotten",
                    Amounts.count(documents.forgotten(), "document") + " at the beginning: "
                            + (documents.forgotten() == 1 ? "its" : "their") + " tables are empty");
        }
        figure(
                "Speed",
                Amounts.rate(summary.documentsPerMinute()) + " documents/minute, "
                        + Amounts.megabytes(times.bytesRead() / seconds) + "/s ("
                        + Amounts.megabytes((double) times.bytesRead())
                        + " read)");
        figure("Connections", connections());
        if (loaded.foreignKeysImplied()) {
            figure("Foreign keys", "implied by the contract, not checked row by row");
        }
        figure("Retries", Amounts.count(times.retries()));
        if (!times.bottleneck().isEmpty()) {
            figure("Bottleneck", times.bottleneck());
        }
    }

    private static String skipped(Skips skips) {
        List<String> parts = new ArrayList<>();
        if (skips.loaded() > 0) {
            parts.add(Amounts.count(skips.loaded()) + " loaded before");
        }
        if (skips.rejected() > 0) {
            parts.add(Amounts.count(skips.rejected()) + " rejected earlier");
        }
        if (skips.leftAlone() > 0) {
            parts.add(Amounts.count(skips.leftAlone()) + " left alone: no run has loaded or rejected them");
        }
        if (skips.unselected() > 0) {
            parts.add(Amounts.count(skips.unselected()) + " not for the contract (document.select)");
        }
        return String.join(", ", parts);
    }

    private String connections() {
        int readers = run.connections() - run.workers();
        String workers = Amounts.count(run.workers(), "worker");
        if (readers > 0) {
            return run.connections() + ": " + Amounts.count(readers, "reader") + " + " + workers;
        }
        return run.connections() + (readers == 0 ? ": " + workers : " (" + workers + ")");
    }

    private void figure(String name, String value) {
        add(String.format("%-12s  %s", name, value), 14);
    }

    private void addTables() {
        if (loaded.rows().isEmpty()) {
            return;
        }
        TextTable tables = new TextTable()
                .column("Table", Align.LEFT)
                .column("Rows", Align.RIGHT)
                .column("Loaded by", Align.LEFT);
        long sum = 0;
        for (Map.Entry<String, Long> table : loaded.rows().entrySet()) {
            sum += table.getValue();
            tables.row(
                    table.getKey(),
                    Amounts.count(table.getValue()),
                    loaded.loadPaths().getOrDefault(table.getKey(), ""));
        }
        if (loaded.rows().size() > 1) {
            tables.row("all " + loaded.rows().size(), Amounts.count(sum), "");
        }
        lines.add("");
        lines.addAll(tables.lines(INDENT, width));
        loaded.rowsKept()
                .forEach((table, kept) -> lines.addAll(Paragraph.wrap(
                        INDENT + Amounts.count(kept) + " rows of " + table
                                + " were left out: others have their keys (on-duplicate)",
                        width,
                        INDENT.length())));
    }

    /** What stayed empty, and how many values are not just what the documents say. */
    private void addCells() {
        List<String> empty = new ArrayList<>(loaded.cells().emptyTables());
        loaded.cells()
                .emptyColumns()
                .forEach((table, columns) -> columns.forEach(column -> empty.add(table + "." + column)));
        if (!empty.isEmpty()) {
            int others = empty.size() - EMPTY_SHOWN;
            String names = String.join(", ", empty.subList(0, Math.min(empty.size(), EMPTY_SHOWN)))
                    + (others > 0 ? " and " + Amounts.count(others) + " more (all with --summary)" : "");
            indented("no value at all: " + TextTable.printable(names));
        }
        Map<String, Long> sums = new LinkedHashMap<>();
        for (CellCounts.Policy policy : CellCounts.Policy.values()) {
            for (Map<String, Map<String, Long>> columns :
                    loaded.cells().changed().values()) {
                for (Map<String, Long> counts : columns.values()) {
                    long count = counts.getOrDefault(policy.key(), 0L);
                    if (count > 0) {
                        sums.merge(policy.key(), count, Long::sum);
                    }
                }
            }
        }
        if (!sums.isEmpty()) {
            String words = sums.entrySet().stream()
                    .map(sum -> Amounts.count(sum.getValue()) + " " + sum.getKey())
                    .collect(Collectors.joining(", "));
            indented("values made by settings of the contract: " + words + " (by column with --summary)");
        }
    }

    /** Whether something of the documents is neither in a table nor left out on purpose. */
    private void addCoverage() {
        CoverageReport coverage = summary.coverage();
        if (coverage != null && coverage.documents() > 0) {
            CoverageScreen.inShort(coverage).forEach(this::indented);
        }
    }

    private void indented(String text) {
        lines.addAll(Paragraph.wrap(INDENT + text, width, INDENT.length()));
    }

    private void addStages() {
        Map<String, Double> seconds = new LinkedHashMap<>(times.stageSeconds());
        // While one thread waits for the load, the worker's other thread loads: the time is counted there already.
        seconds.remove(Work.LOAD_WAIT.label());
        double sum = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        if (sum <= 0) {
            return;
        }
        TextTable stages = new TextTable()
                .column("Time of workers", Align.LEFT)
                .column("Seconds", Align.RIGHT)
                .column("Share", Align.RIGHT)
                .column("", Align.LEFT);
        int barWidth = Math.max(0, Math.min(BAR_WIDTH, width - 40));
        for (Map.Entry<String, Double> stage : seconds.entrySet()) {
            double share = stage.getValue() / sum;
            stages.row(
                    stage.getKey().replace('_', ' '),
                    Amounts.duration(stage.getValue()),
                    Amounts.percent(share),
                    "█".repeat((int) Math.round(share * barWidth)));
        }
        lines.add("");
        lines.addAll(stages.lines(INDENT, width));
    }

    private void addRejects() {
        if (summary.rejects().byCode().isEmpty()) {
            return;
        }
        lines.add("");
        add("Rejects by code");
        List<Map.Entry<String, Long>> codes =
                new ArrayList<>(summary.rejects().byCode().entrySet());
        codes.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        for (Map.Entry<String, Long> code : codes.subList(0, Math.min(SHOWN_CODES, codes.size()))) {
            add(
                    INDENT + String.format("%7s", Amounts.count(code.getValue())) + "  " + code.getKey()
                            + meaning(code.getKey()),
                    11);
            Reject example = example(code.getKey());
            if (example != null) {
                add(" ".repeat(11) + "first: " + line(example), 18);
            }
            Map<String, Long> tables = summary.rejects().tablesOf(code.getKey());
            if (tables.size() > 1) {
                String counts = tables.entrySet().stream()
                        .limit(SHOWN_TABLES)
                        .map(table -> table.getKey() + " " + Amounts.count(table.getValue()))
                        .collect(Collectors.joining(", "));
                add(" ".repeat(11) + "in: " + counts + (tables.size() > SHOWN_TABLES ? " …" : ""), 15);
            }
        }
        if (codes.size() > SHOWN_CODES) {
            add(INDENT + "and " + Amounts.count(codes.size() - SHOWN_CODES, "code") + " more");
        }
    }

    private @Nullable Reject example(String code) {
        for (Reject reject : summary.rejects().first()) {
            if (reject.fault().code().word().equals(code)) {
                return reject;
            }
        }
        return null;
    }

    private static String meaning(String word) {
        return FaultCode.of(word).map(code -> ": " + code.meaning()).orElse("");
    }

    /** A reject on one line: document, table.column, line:column, message. */
    static String line(Reject reject) {
        Fault fault = reject.fault();
        StringBuilder line = new StringBuilder("document ").append(reject.documentKey());
        if (fault.table() != null) {
            line.append(", ").append(fault.table()).append(fault.column() == null ? "" : "." + fault.column());
        }
        if (fault.location() != null) {
            line.append(", line ").append(fault.location());
        }
        return TextTable.printable(line.append(": ").append(fault.message()).toString());
    }

    private void add(String text) {
        add(text, INDENT.length());
    }

    private void add(String text, int hanging) {
        lines.addAll(Paragraph.wrap(text, width, hanging));
    }
}
