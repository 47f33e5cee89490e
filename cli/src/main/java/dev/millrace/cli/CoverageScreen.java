package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.cli.TextTable.Fit;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.CoverageReport.Gap;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import dev.millrace.mapping.Collapses;
import dev.millrace.report.Amounts;
import dev.millrace.report.CoverageWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Shows people what a contract makes of documents, and what it leaves out. */
final class CoverageScreen {

    /** Gaps that a summary names. */
    private static final int FEW = 5;

    private static final String INDENT = "  ";
    private static final String TEXT = "/text()";

    private final CoverageReport report;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    CoverageScreen(CoverageReport report, int width) {
        this.report = report;
        this.width = width;
    }

    /** For the summary of a run: one line if all is well. */
    static List<String> inShort(CoverageReport report) {
        List<String> lines = new ArrayList<>();
        long unmapped = report.paths(PathState.UNMAPPED);
        if (unmapped == 0) {
            lines.add("every path of the documents is mapped or ignored");
        } else {
            lines.add(Amounts.count(unmapped, "path") + " of the documents " + (unmapped == 1 ? "is" : "are")
                    + " neither mapped nor ignored:");
            report.gaps().stream().limit(FEW).map(CoverageScreen::line).forEach(line -> lines.add(INDENT + line));
            if (report.gaps().size() > FEW) {
                lines.add(INDENT + "and others; the command 'coverage' tells all");
            }
        }
        if (report.beyond() > 0) {
            lines.add(CoverageWords.beyond(report));
        }
        return lines;
    }

    /**
     * All of it.
     *
     * @param rejected documents that could not be mapped
     * @param all whether every path is shown, and not only what is unmapped
     */
    List<String> lines(String contract, long rejected, boolean all) {
        addHeadline(contract);
        if (rejected > 0) {
            paragraph(
                    Amounts.count(rejected, "document") + (rejected == 1 ? " is" : " are")
                            + " rejected: those that cannot be read to their end are not counted, the others count with"
                            + " their paths and without rows ('millrace run --dry-run' says why)",
                    INDENT);
        }
        addRest(all);
        return lines;
    }

    /**
     * All that a ledger has counted.
     *
     * @param runs those that have counted, in order; at least one
     * @param notCounted documents of the ledger that are not counted
     */
    List<String> linesOfLedger(String contract, List<String> runs, long notCounted, boolean all) {
        addHeadline(contract);
        paragraph(
                "as " + Amounts.count(runs.size(), "run") + " counted them, "
                        + (runs.size() == 1 ? runs.get(0) : runs.get(0) + " to " + runs.get(runs.size() - 1)),
                INDENT);
        if (notCounted > 0) {
            paragraph(
                    Amounts.count(notCounted, "document") + " of the ledger " + (notCounted == 1 ? "is" : "are")
                            + " not among them: their runs were killed, had --unmapped allow, or are of an earlier version",
                    INDENT);
        }
        addRest(all);
        return lines;
    }

    private void addHeadline(String contract) {
        paragraph(
                contract + ": " + Amounts.count(report.documents(), "document") + ", of whose paths "
                        + CoverageWords.states(report),
                "");
    }

    private void addRest(boolean all) {
        if (report.beyond() > 0) {
            paragraph(CoverageWords.beyond(report), INDENT);
        }
        if (all) {
            addPaths();
        } else if (!report.gaps().isEmpty()) {
            addGaps();
        }
        absent(report).forEach(line -> {
            lines.add("");
            paragraph(line, INDENT);
        });
        addTables();
        addConditions();
        addCollapses();
    }

    /** What the contract ignores to no effect; a line, or none. */
    static List<String> absent(CoverageReport report) {
        return report.absent().isEmpty()
                ? List.of()
                : List.of("ignored, but no document has it: " + String.join(", ", report.absent()));
    }

    private void addGaps() {
        TextTable gaps = new TextTable()
                .column("Neither mapped nor ignored", Align.LEFT, Fit.WHOLE)
                .column("Documents", Align.RIGHT)
                .column("Times", Align.RIGHT)
                .column("First in", Align.LEFT);
        for (Gap gap : report.gaps()) {
            gaps.row(name(gap), number(gap.documents()), Amounts.count(gap.occurrences()), place(gap.first()));
        }
        lines.add("");
        lines.addAll(gaps.lines(INDENT, width));
    }

    private void addPaths() {
        TextTable paths = new TextTable()
                .column("Path", Align.LEFT, Fit.WHOLE)
                .column("", Align.LEFT)
                .column("Documents", Align.RIGHT)
                .column("Times", Align.RIGHT)
                .column("First in", Align.LEFT);
        for (CoverageReport.Path path : report.paths()) {
            paths.row(
                    path.path() + (path.kind() == PathKind.TEXT ? TEXT : ""),
                    path.state() == PathState.STRUCTURE
                            ? ""
                            : path.state().name().toLowerCase(Locale.ROOT),
                    number(path.documents()),
                    Amounts.count(path.occurrences()),
                    place(path.first()));
        }
        lines.add("");
        lines.addAll(paths.lines(INDENT, width));
    }

    /** What became of what could be rows, where not all of it did. */
    private void addTables() {
        TextTable tables = new TextTable()
                .column("Table", Align.LEFT)
                .column("Elements", Align.RIGHT)
                .column("Chosen", Align.RIGHT)
                .column("Skip-empty", Align.RIGHT)
                .column("Distinct", Align.RIGHT)
                .column("Rows", Align.RIGHT);
        for (CoverageReport.Table table : report.tables()) {
            tables.row(
                    table.name(),
                    number(table.elements()),
                    Amounts.count(table.items()),
                    table.empty() == 0 ? "" : "-" + Amounts.count(table.empty()),
                    table.duplicates() == 0 ? "" : "-" + Amounts.count(table.duplicates()),
                    Amounts.count(table.rows()));
        }
        lines.add("");
        lines.addAll(tables.lines(INDENT, width));
    }

    /** The conditions that left something out before there were items. */
    private void addConditions() {
        TextTable conditions = new TextTable()
                .column("Left out by a condition of rows", Align.LEFT, Fit.WRAP)
                .column("Table", Align.LEFT)
                .column("Items", Align.RIGHT);
        boolean some = false;
        for (CoverageReport.Table table : report.tables()) {
            for (CoverageReport.Condition condition : table.effective()) {
                conditions.row(
                        condition.text(), CoverageWords.place(table, condition), Amounts.count(condition.leftOut()));
                some = true;
            }
        }
        if (some) {
            lines.add("");
            lines.addAll(conditions.lines(INDENT, width));
        }
        List<String> untold = CoverageWords.untold(report);
        if (!untold.isEmpty()) {
            lines.add("");
            untold.forEach(line -> paragraph(line, INDENT));
        }
    }

    /** Columns in which several texts became one value, and what became one of the most. */
    private void addCollapses() {
        List<Collapses.Column> several = report.collapses().stream()
                .filter(column -> !column.merged().isEmpty())
                .toList();
        if (several.isEmpty()) {
            return;
        }
        TextTable columns = new TextTable()
                .column("Several texts became one value", Align.LEFT, Fit.WHOLE)
                .column("Cells", Align.RIGHT)
                .column("Texts", Align.RIGHT)
                .column("Values", Align.RIGHT)
                .column("By", Align.LEFT, Fit.WRAP)
                .column("Most into one", Align.LEFT, Fit.WRAP);
        for (Collapses.Column column : several) {
            String about = column.exact() ? "" : "about ";
            columns.row(
                    column.table() + "." + column.column(),
                    Amounts.count(column.cells()),
                    about + Amounts.count(column.texts()),
                    about + Amounts.count(column.values()),
                    String.join(", ", column.causes().keySet()),
                    column.merged().isEmpty()
                            ? ""
                            : CoverageWords.merged(column.merged().get(0)));
        }
        lines.add("");
        lines.addAll(columns.lines(INDENT, width));
    }

    private void paragraph(String text, String indent) {
        lines.addAll(Paragraph.wrap(indent + text, width, 2 + indent.length()));
    }

    private static String number(OptionalLong number) {
        return number.isPresent() ? Amounts.count(number.getAsLong()) : "";
    }

    private static String line(Gap gap) {
        String first = place(gap.first());
        return TextTable.printable(name(gap)) + " ("
                + (gap.documents().isPresent()
                        ? Amounts.count(gap.documents().getAsLong(), "document")
                        : Amounts.count(gap.occurrences()) + " times")
                + (first.isEmpty() ? "" : "; first " + first) + ")";
    }

    private static String name(Gap gap) {
        return gap.path()
                + (gap.kind() == PathKind.TEXT ? TEXT : "")
                + (gap.paths() > 1 ? " with " + Amounts.count(gap.paths(), "path") + " in it" : "");
    }

    private static String place(@Nullable FirstMet first) {
        return TextTable.printable(CoverageWords.place(first));
    }
}
