package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.report.Amounts;
import dev.millrace.summary.PathSummary;
import dev.millrace.trial.TrialReport;
import dev.millrace.trial.TrialReport.Column;
import dev.millrace.trial.TrialReport.Empty;
import dev.millrace.trial.TrialReport.Faults;
import dev.millrace.trial.TrialReport.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code check} says of samples, for a screen. */
final class TrialScreen {

    private static final String INDENT = "  ";

    /** Whether samples were not read. */
    enum Unread {
        NONE(""),
        BEYOND_LIMIT("; there are more, which were not read (--limit)"),
        STOPPED("; stopped before all were read");

        private final String words;

        Unread(String words) {
            this.words = words;
        }
    }

    private final TrialReport report;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private TrialScreen(TrialReport report, int width) {
        this.report = report;
        this.width = width;
    }

    /**
     * @param width columns that the lines may have
     * @param tableWidth columns that tables may have
     */
    static List<String> lines(TrialReport report, CoverageReport coverage, Unread unread, int width, int tableWidth) {
        TrialScreen screen = new TrialScreen(report, width);
        long all = report.mapped() + report.rejected() + report.unselected();
        screen.add(
                Amounts.count(all, "sample") + ": " + Amounts.count(report.mapped()) + " mapped, "
                        + Amounts.count(report.rejected()) + " rejected"
                        + (report.unselected() > 0 ? ", " + Amounts.count(report.unselected()) + " not selected" : "")
                        + unread.words,
                0);
        screen.addFaults();
        screen.addTables(tableWidth);
        screen.addColumns(tableWidth);
        screen.addNotLookedAt();
        if (coverage.documents() > 0) {
            CoverageScreen.inShort(coverage).forEach(line -> screen.add(INDENT + line, INDENT.length()));
            CoverageScreen.absent(coverage).forEach(line -> screen.add(INDENT + line, INDENT.length()));
        }
        return screen.lines;
    }

    private void addFaults() {
        if (report.faults().isEmpty()) {
            return;
        }
        lines.add("");
        add("Faults, with how many documents have them", 0);
        for (Faults faults : report.faults()) {
            String times = faults.count() == faults.documents()
                    ? ""
                    : ", " + Amounts.count(faults.count(), "time") + " in all";
            add(
                    String.format(
                            "%7s  %s%s%s",
                            Amounts.count(faults.documents()),
                            place(faults),
                            faults.code().word(),
                            times),
                    9);
            add(" ".repeat(9) + "first: " + SummaryScreen.line(faults.first()), 16);
        }
    }

    private static String place(Faults faults) {
        if (faults.table() == null) {
            return "";
        }
        return TextTable.printable(faults.table() + (faults.column() == null ? "" : "." + faults.column())) + "  ";
    }

    private void addTables(int tableWidth) {
        TextTable tables = new TextTable().column("Table", Align.LEFT).column("Rows", Align.RIGHT);
        report.tables().forEach(table -> tables.row(table.name(), Amounts.count(table.rows())));
        lines.add("");
        lines.addAll(tables.lines(INDENT, tableWidth));
    }

    /** Those that have no value in some rows, or values that a setting has made. */
    private void addColumns(int tableWidth) {
        TextTable columns = new TextTable()
                .column("Column", Align.LEFT)
                .column("Values", Align.RIGHT)
                .column("Filled", Align.RIGHT)
                .column("Made by settings", Align.LEFT);
        int shown = 0;
        int full = 0;
        for (Table table : report.tables()) {
            for (Column column : table.columns()) {
                if (table.rows() == 0) {
                    continue;
                }
                if (column.filled() == table.rows() && column.changed().isEmpty()) {
                    full++;
                    continue;
                }
                shown++;
                columns.row(
                        table.name() + "." + column.name(),
                        Amounts.count(column.filled()),
                        Amounts.percent((double) column.filled() / table.rows()),
                        column.changed().entrySet().stream()
                                .map(change -> Amounts.count(change.getValue()) + " " + change.getKey())
                                .collect(Collectors.joining(", ")));
            }
        }
        lines.add("");
        if (shown > 0) {
            lines.addAll(columns.lines(INDENT, tableWidth));
        }
        if (full > 0) {
            add(
                    INDENT + (shown > 0 ? "and " : "") + Amounts.count(full, "column")
                            + (full == 1 ? " with a value" : " with values") + " in every row",
                    INDENT.length());
        }
    }

    private void addNotLookedAt() {
        for (Table table : report.tables()) {
            if (table.oneKeyIn() > 1) {
                add(
                        INDENT + table.name() + ": has more keys than fit in memory; one in "
                                + Amounts.count(table.oneKeyIn()) + " was looked at for whether it is there twice",
                        INDENT.length());
            }
        }
        if (!report.namesKnown()) {
            add(
                    INDENT + "The samples have more than " + Amounts.count(PathSummary.MOST_PATHS)
                            + " distinct paths, as where tags are data: which names they have was not looked at",
                    INDENT.length());
        }
    }

    /** What is to be looked at, each in a line: for the stream of warnings. */
    static List<String> warnings(TrialReport report) {
        List<String> warnings = new ArrayList<>(report.namespaces());
        for (Empty empty : report.empty()) {
            long rows = rows(report, empty.table());
            String what = empty.column() == null
                    ? empty.table() + ": no row in any sample"
                    : empty.table() + "." + empty.column() + ": no value"
                            + (empty.onlyDefault() ? " but the default in " : " in ")
                            + (rows == 0 ? "any sample" : Amounts.count(rows, "row"));
            warnings.add(what + (empty.hints().isEmpty() ? "" : " – " + String.join("; ", empty.hints())));
        }
        for (Table table : report.tables()) {
            if (table.repeatedKeys() > 0) {
                warnings.add(table.name() + ": " + Amounts.count(table.repeatedKeys(), "row")
                        + " with the key of a row of another document, which a run rejects"
                        + (table.oneKeyIn() > 1
                                ? ", among one key in " + Amounts.count(table.oneKeyIn()) + " that was looked at"
                                : "")
                        + "; the first in "
                        + String.join(" and ", table.firstRepeated()));
            }
        }
        return warnings.stream().map(TextTable::printable).toList();
    }

    private static long rows(TrialReport report, String table) {
        return report.tables().stream()
                .filter(each -> each.name().equals(table))
                .mapToLong(Table::rows)
                .sum();
    }

    private void add(String text, int hanging) {
        lines.addAll(Paragraph.wrap(text, width, hanging));
    }
}
