package dev.millrace.report;

import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.PathState;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Reject;
import dev.millrace.mapping.Collapses;
import dev.millrace.processing.RunSummary;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.Moment;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.report.Chart.Series;
import dev.millrace.report.EntityDiagram.Note;
import dev.millrace.report.EntityDiagram.Tone;
import dev.millrace.workers.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a run did, as a page that can be kept and mailed: how it ended, how fast it was, where the time went, what is in the tables, why documents
 * were rejected, and what of the documents the contract leaves out. Holds nothing of documents but what the summary has.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class RunReport {

    /** Stages that take turns in the two threads of a worker; waiting for the own load is the other thread's time. */
    private static final Map<String, String> STAGES = stages();

    private static final String EARLIER_VERSION =
            "the run is of an earlier version of Millrace, which did not keep it.";

    private final RunSummary summary;
    private final Documents documents;
    /** Of a run that goes on; null of one that has ended. */
    private final @Nullable Progress progress;

    private RunReport(RunSummary summary, @Nullable Progress progress) {
        this.summary = summary;
        this.documents = summary.documents();
        this.progress = progress;
    }

    /**
     * The page about a run that has ended.
     *
     * @param summary of a run that has just ended, or as the ledger keeps it
     * @param madeBy the last line
     */
    public static String html(RunSummary summary, String madeBy) {
        return page(summary, madeBy).html();
    }

    /** The same, for a {@link LivePage} whose run has ended. */
    @API(status = API.Status.INTERNAL)
    public static Page page(RunSummary summary, String madeBy) {
        return new RunReport(summary, null).page(madeBy);
    }

    /**
     * The page about a run that goes on, to be drawn again and again.
     *
     * @param summary what it has done until now
     * @param progress how far it is
     */
    @API(status = API.Status.INTERNAL)
    public static Page live(RunSummary summary, Progress progress, String madeBy) {
        return new RunReport(summary, progress).page(madeBy);
    }

    private static Map<String, String> stages() {
        Map<String, String> stages = new LinkedHashMap<>();
        stages.put("read_wait", "waiting for the source");
        stages.put("validate", "validating");
        stages.put("parse", "parsing");
        stages.put("map", "mapping");
        stages.put("encode", "encoding");
        stages.put("load", "loading");
        stages.put("commit", "committing");
        return stages;
    }

    private Page page(String madeBy) {
        Page page = Page.titled(summary.run().job().contract() + (isDry() ? ", dry run" : ", run"))
                .style(Page.resource("run.css"))
                .lead(this::lead)
                .section("figures", "Figures", this::figures)
                .section("time", "Where the time went", this::time)
                .section("tables", "Tables", this::tables);
        if (!summary.rejects().byCode().isEmpty()) {
            page.section("rejects", "Rejects", this::rejects);
        }
        CoverageReport coverage = summary.coverage();
        page.section("coverage", "What the contract leaves out", out -> {
            if (progress == null) {
                coverage(out, coverage);
            } else {
                out.element("p", "It is counted while the run goes on, and shown when it has ended.")
                        .line();
            }
        });
        if (coverage != null && !coverage.collapses().isEmpty()) {
            page.section("collapses", "Texts that became one value", out -> collapses(out, coverage));
        }
        page.section("about", "The run", this::about);
        return page.foot(madeBy);
    }

    /** Whether it is a run of a version that did not note what a run was given. */
    private boolean isOfEarlierVersion() {
        return summary.setup().equals(RunSummary.Setup.NONE);
    }

    private boolean isDry() {
        return summary.run().job().dryRun();
    }

    /** Begins what is scrolled where it is wider than the window, also by keys. */
    private static void wide(HtmlWriter out, String label) {
        out.open("div", "class", "wide", "role", "region", "tabindex", "0", "aria-label", label)
                .line();
    }

    // Outcome

    private void lead(HtmlWriter out) {
        boolean good = summary.status() == Status.FINISHED && documents.unsettled() == 0;
        String tone = summary.status() == Status.RUNNING
                ? "soft"
                : good ? "good" : summary.status() == Status.FINISHED ? "warn" : "bad";
        out.element("p", outcome(), "class", "outcome " + tone).line();
        if (progress != null) {
            progress(out, progress);
        }
        if (!summary.failure().isEmpty()) {
            out.element("p", summary.failure(), "class", "lines").line();
        }
        out.element(
                        "p",
                        "From " + summary.run().job().source()
                                + (summary.run().job().target() == null
                                        ? ""
                                        : " into " + summary.run().job().target())
                                + ", begun " + summary.run().startedAt() + ".",
                        "class",
                        "soft")
                .line();
    }

    private static void progress(HtmlWriter out, Progress progress) {
        OptionalDouble done = progress.done();
        if (done.isPresent()) {
            String percent = Amounts.percent(done.getAsDouble());
            out.open("p", "class", "progress");
            out.element(
                    "progress",
                    percent,
                    "value",
                    String.format(Locale.ROOT, "%.4f", done.getAsDouble()),
                    "aria-label",
                    "How much of the source is done");
            out.text(" " + percent).close().line();
        }
        if (!progress.finishing().isEmpty()) {
            out.element("p", "Now: " + progress.finishing() + ".").line();
        }
    }

    private String outcome() {
        long rows = summary.tables().rows().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        String loaded = (isDry()
                        ? Amounts.count(documents.loaded(), "document") + " could be loaded"
                        : Amounts.count(documents.loaded(), "document") + (documents.loaded() == 1 ? " was" : " were")
                                + " loaded")
                + " as " + Amounts.count(rows, "row") + " of "
                + Amounts.count(summary.tables().rows().size(), "table") + " in "
                + Amounts.duration(summary.times().seconds());
        List<String> others = new ArrayList<>();
        if (documents.rejected() > 0) {
            others.add(Amounts.count(documents.rejected()) + " rejected");
        }
        if (documents.skipped() > 0) {
            others.add(Amounts.count(documents.skipped()) + " skipped");
        }
        String rest = others.isEmpty() ? "" : "; " + String.join(", ", others);
        return switch (summary.status()) {
            case RUNNING -> "It goes on. Until now " + loaded + rest + ".";
            case FINISHED -> loaded + rest + ".";
            case STOPPED -> "Stopped before the end: " + loaded + rest + ".";
            case FAILED -> "Broke before the end: " + loaded + rest + ".";
        };
    }

    private void figures(HtmlWriter out) {
        double seconds = Math.max(summary.times().seconds(), 0.001);
        long rows = summary.tables().rows().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("Documents read", Amounts.count(documents.read()));
        figures.put(isDry() ? "could be loaded" : "loaded", Amounts.count(documents.loaded()));
        figures.put("rejected", Amounts.count(documents.rejected()));
        figures.put("skipped", Amounts.count(documents.skipped()));
        figures.put("Rows", Amounts.count(rows));
        figures.put("XML", Amounts.megabytes((double) summary.times().bytesRead()));
        figures.put("Documents a second", Amounts.figure((documents.loaded() + documents.rejected()) / seconds));
        figures.put("MB a second", Amounts.figure(summary.times().bytesRead() / seconds / 1e6));
        figures.put("Retries", Amounts.count(summary.times().retries()));
        out.open("dl", "class", "figures").line();
        figures.forEach((name, value) -> out.element(
                        "div", div -> div.element("dt", name).element("dd", value))
                .line());
        out.close().line();
        Chart chart = chart(List.of(new Series("documents", counts(moment -> moment.documents()))));
        if (!chart.isEmpty()) {
            out.element("h3", "Documents a second").line();
            chart.writeRate(out, "documents");
        }
    }

    private Chart chart(List<Series> series) {
        List<Moment> moments = summary.course().moments();
        return new Chart(Chart.numbers(moments, Moment::seconds), series);
    }

    private double[] counts(ToDoubleFunction<Moment> figure) {
        return Chart.numbers(summary.course().moments(), figure);
    }

    // Time

    private void time(HtmlWriter out) {
        if (!summary.times().bottleneck().isEmpty() && documents.read() > 0) {
            out.element("p", "What limits the speed is the " + summary.times().bottleneck() + ".")
                    .line();
        }
        List<Map<String, Double>> workers = summary.course().workers();
        double most = workers.stream().mapToDouble(RunReport::busy).max().orElse(0);
        if (most > 0) {
            wide(out, "Seconds of each worker by stage");
            out.open("table", "class", "bars").line();
            out.element("caption", "Seconds of each worker; its two threads work side by side")
                    .line();
            out.open("thead").open("tr").element("th", "Worker", "scope", "col");
            STAGES.values().forEach(stage -> out.element("th", stage, "scope", "col"));
            out.close().close().line().open("tbody").line();
            for (int i = 0; i < workers.size(); i++) {
                Map<String, Double> worker = workers.get(i);
                out.open("tr").element("th", "" + (i + 1), "scope", "row");
                STAGES.keySet().forEach(stage -> out.element("td", Amounts.duration(worker.getOrDefault(stage, 0.0))));
                out.close().line();
                bar(out, worker, most);
            }
            out.close().close().close().line();
            legend(out);
        }
        Chart shares = chart(STAGES.entrySet().stream()
                .map(stage -> new Series(
                        stage.getValue(), counts(moment -> moment.stageSeconds().getOrDefault(stage.getKey(), 0.0))))
                .toList());
        if (!shares.isEmpty()) {
            out.element("h3", "Over time").line();
            shares.writeShares(out, "The workers' time");
        }
        double constraints = summary.times().stageSeconds().getOrDefault(RunSummary.CONSTRAINTS, 0.0);
        if (constraints > 0) {
            out.element(
                            "p",
                            "Keys, foreign keys and indexes were built after the rows, in "
                                    + Amounts.duration(constraints) + ".")
                    .line();
        }
    }

    private static double busy(Map<String, Double> worker) {
        return STAGES.keySet().stream()
                .mapToDouble(stage -> worker.getOrDefault(stage, 0.0))
                .sum();
    }

    private static void bar(HtmlWriter out, Map<String, Double> worker, double most) {
        out.open("tr", "aria-hidden", "true");
        out.open("td", "colspan", "" + (1 + STAGES.size()), "class", "bar");
        int stage = 0;
        for (String name : STAGES.keySet()) {
            double share = worker.getOrDefault(name, 0.0) / most;
            if (share > 0.001) {
                String width = String.format(Locale.ROOT, "width:%.2f%%", 100 * share);
                out.element("span", "", "class", "part-" + stage, "style", width);
            }
            stage++;
        }
        out.close().close().line();
    }

    private static void legend(HtmlWriter out) {
        out.open("ul", "class", "legend");
        int stage = 0;
        for (String name : STAGES.values()) {
            String colour = "swatch part-" + stage++;
            out.element("li", li -> li.element("span", "", "class", colour).text(name));
        }
        out.close().line();
    }

    // Tables

    private void tables(HtmlWriter out) {
        Map<String, Long> rows = summary.tables().rows();
        Map<String, Note> notes = new HashMap<>();
        rows.forEach((table, count) ->
                notes.put(table, new Note(Amounts.count(count, "row"), count == 0 ? Tone.MUTED : Tone.GOOD)));
        if (isOfEarlierVersion()) {
            out.element("p", "How the tables belong together is not known: " + EARLIER_VERSION)
                    .line();
        } else {
            EntityDiagram.of(summary.setup().tables()).noted(notes).write(out);
        }
        out.table(
                "Rows by table",
                rows.size(),
                List.of("Table", "Rows", "Loaded by", "What settings of the contract made"));
        for (Map.Entry<String, Long> table : rows.entrySet()) {
            out.open("tr").element("th", table.getKey(), "scope", "row");
            out.element("td", Amounts.count(table.getValue()), "class", "number");
            out.element("td", summary.tables().loadPaths().getOrDefault(table.getKey(), ""));
            out.element("td", settings(table.getKey()));
            out.close().line();
        }
        out.closeTable();
        RunSummary.Cells cells = summary.tables().cells();
        if (!cells.emptyTables().isEmpty()) {
            out.element("p", "No row at all: " + String.join(", ", cells.emptyTables()) + ".")
                    .line();
        }
        if (!cells.emptyColumns().isEmpty()) {
            String names = cells.emptyColumns().entrySet().stream()
                    .flatMap(table -> table.getValue().stream().map(column -> table.getKey() + "." + column))
                    .collect(Collectors.joining(", "));
            out.element("p", "No value at all: " + names + ".").line();
        }
    }

    /** Summed over the columns of a table. */
    private String settings(String table) {
        Map<String, Long> sums = new LinkedHashMap<>();
        summary.tables()
                .cells()
                .changed()
                .getOrDefault(table, Map.of())
                .values()
                .forEach(counts -> counts.forEach((setting, count) -> sums.merge(setting, count, Long::sum)));
        return sums.entrySet().stream()
                .map(sum -> Amounts.count(sum.getValue()) + " " + sum.getKey())
                .collect(Collectors.joining(", "));
    }

    // Rejects

    private void rejects(HtmlWriter out) {
        wide(out, "Rejects by code");
        out.open("table", "class", "rejects").line().open("thead").open("tr");
        for (String heading : List.of("Documents", "Why", "In", "The first")) {
            out.element("th", heading, "scope", "col");
        }
        out.close().close().line().open("tbody").line();
        List<Map.Entry<String, Long>> codes =
                new ArrayList<>(summary.rejects().byCode().entrySet());
        codes.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        for (Map.Entry<String, Long> code : codes) {
            out.open("tr").element("td", Amounts.count(code.getValue()), "class", "number");
            out.element(
                    "th",
                    th -> {
                        th.element("code", code.getKey());
                        FaultCode.of(code.getKey())
                                .ifPresent(known -> th.element("p", known.meaning(), "class", "soft"));
                    },
                    "scope",
                    "row");
            out.element("td", tablesOf(code.getKey()));
            out.element("td", first(code.getKey()));
            out.close().line();
        }
        out.close().close().close().line();
    }

    private String tablesOf(String code) {
        return summary.rejects().tablesOf(code).entrySet().stream()
                .map(table -> table.getKey() + " " + Amounts.count(table.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String first(String code) {
        for (Reject reject : summary.rejects().first()) {
            Fault fault = reject.fault();
            if (fault.code().word().equals(code)) {
                return "document " + reject.documentKey()
                        + (fault.table() == null
                                ? ""
                                : ", " + fault.table() + (fault.column() == null ? "" : "." + fault.column()))
                        + (fault.location() == null ? "" : ", line " + fault.location()) + ": " + fault.message();
            }
        }
        return "";
    }

    // Coverage

    private void coverage(HtmlWriter out, @Nullable CoverageReport coverage) {
        if (coverage == null) {
            out.element(
                            "p",
                            isOfEarlierVersion()
                                    ? "Nothing is known of it: " + EARLIER_VERSION
                                    : "Nothing was looked at: the run had --unmapped allow, or ended before its documents.")
                    .line();
            return;
        }
        long unmapped = coverage.paths(PathState.UNMAPPED);
        out.element(
                        "p",
                        "Of the paths of " + Amounts.count(coverage.documents(), "document") + " "
                                + CoverageWords.states(coverage) + ".",
                        "class",
                        unmapped == 0 ? "good" : "warn")
                .line();
        if (coverage.beyond() > 0) {
            out.element("p", "Note that " + CoverageWords.beyond(coverage) + ".")
                    .line();
        }
        if (coverage.paths().isEmpty()) {
            if (coverage.documents() > 0) {
                out.element(
                                "p",
                                "The paths are not in the ledger: those of a run are kept when it has loaded or rejected a document, and"
                                        + " the ledger has the table for them.")
                        .line();
            }
            rows(out, coverage);
            return;
        }
        if (unmapped > 0) {
            out.open("input", "type", "checkbox", "id", "gaps-only");
            out.element("label", "Only what is neither mapped nor ignored", "for", "gaps-only")
                    .line();
        }
        new PathTree(coverage.paths()).write(out);
        rows(out, coverage);
    }

    private static void rows(HtmlWriter out, CoverageReport coverage) {
        boolean some = coverage.tables().stream()
                .anyMatch(table -> table.empty() + table.duplicates() + table.untold() > 0
                        || !table.effective().isEmpty()
                        || table.elements().orElse(table.items()) > table.items());
        if (!some) {
            return;
        }
        out.element("h3", "What could be rows").line();
        out.table(
                "What could be rows",
                coverage.tables().size(),
                List.of("Table", "Elements", "Chosen", "Left out by skip-empty", "By distinct", "Rows"));
        for (CoverageReport.Table table : coverage.tables()) {
            out.open("tr").element("th", table.name(), "scope", "row");
            out.element("td", number(table.elements()), "class", "number");
            for (long count : List.of(table.items(), table.empty(), table.duplicates(), table.rows())) {
                out.element("td", Amounts.count(count), "class", "number");
            }
            out.close().line();
        }
        out.closeTable();
        conditions(out, coverage);
    }

    private static void conditions(HtmlWriter out, CoverageReport coverage) {
        for (String untold : CoverageWords.untold(coverage)) {
            out.element("p", "Note that " + untold + ".").line();
        }
        int count = coverage.tables().stream()
                .mapToInt(table -> table.effective().size())
                .sum();
        if (count == 0) {
            return;
        }
        out.table("Left out by conditions of rows", count, List.of("Condition of rows", "Table", "Items left out"));
        for (CoverageReport.Table table : coverage.tables()) {
            for (CoverageReport.Condition condition : table.effective()) {
                out.open("tr").element("th", th -> th.element("code", condition.text()), "scope", "row");
                out.element("td", CoverageWords.place(table, condition));
                out.element("td", Amounts.count(condition.leftOut()), "class", "number");
                out.close().line();
            }
        }
        out.closeTable();
    }

    private static String number(OptionalLong number) {
        return number.isPresent() ? Amounts.count(number.getAsLong()) : "";
    }

    // Collapses

    private static void collapses(HtmlWriter out, CoverageReport coverage) {
        out.element(
                        "p",
                        "Cells whose value is not just what the document says: of how many distinct texts how many distinct values"
                                + " were made, and by which settings of the contract.",
                        "class",
                        "soft")
                .line();
        out.table(
                "Columns with such texts",
                coverage.collapses().size(),
                List.of("Column", "Cells", "Texts", "Values", "By", "Most into one"));
        for (Collapses.Column column : coverage.collapses()) {
            String about = column.exact() ? "" : "about ";
            out.open("tr");
            out.element("th", th -> th.element("code", column.table() + "." + column.column()), "scope", "row");
            out.element("td", Amounts.count(column.cells()), "class", "number");
            out.element("td", about + Amounts.count(column.texts()), "class", "number");
            out.element("td", about + Amounts.count(column.values()), "class", "number");
            out.element(
                    "td",
                    column.causes().entrySet().stream()
                            .map(cause -> Amounts.count(cause.getValue()) + " " + cause.getKey())
                            .collect(Collectors.joining(", ")));
            out.element(
                    "td",
                    column.merged().isEmpty()
                            ? ""
                            : CoverageWords.merged(column.merged().get(0)));
            out.close().line();
        }
        out.closeTable();
    }

    // The run

    private void about(HtmlWriter out) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Run", summary.run().id());
        all.put(
                "Contract",
                summary.run().job().contract() + ", SHA-256 "
                        + summary.run().job().contractHash());
        all.put("Begun", Objects.toString(summary.run().startedAt()));
        all.put("Workers", Amounts.count(summary.run().workers()));
        all.put("Connections", Amounts.count(summary.run().connections()));
        all.put("Foreign keys", summary.tables().foreignKeysImplied() ? "implied by the contract" : "checked");
        all.putAll(summary.setup().options());
        all.putAll(summary.setup().environment());
        out.open("dl", "class", "about").line();
        all.forEach((name, value) -> out.element("dt", name)
                .element("dd", dd -> dd.element("code", value))
                .line());
        out.close().line();
    }
}
