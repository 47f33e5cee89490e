package dev.millrace.cli;

import dev.millrace.cli.TextTable.Align;
import dev.millrace.report.Amounts;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.VerificationReport.ColumnDifference;
import dev.millrace.verification.VerificationReport.Difference;
import dev.millrace.verification.VerificationReport.Differences;
import dev.millrace.verification.VerificationReport.Documents;
import dev.millrace.verification.VerificationReport.TableReport;
import dev.millrace.verification.VerificationReport.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows people what a verification has found: the same as in its JSON. */
final class VerificationScreen {

    private static final String INDENT = "  ";
    private static final int SHOWN_DIGITS = 16;
    private static final int SHOWN_CHARACTERS = 60;

    private final VerificationReport report;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private VerificationScreen(VerificationReport report, int width) {
        this.report = report;
        this.width = width;
    }

    static List<String> lines(VerificationReport report, int width) {
        VerificationScreen screen = new VerificationScreen(report, width);
        screen.addHeadline();
        screen.addDocuments();
        screen.addTables();
        report.tables().forEach(screen::addTable);
        return screen.lines;
    }

    /** The result on one line. */
    static String headline(VerificationReport report) {
        long rows = 0;
        long wrong = 0;
        for (TableReport table : report.tables()) {
            rows += table.found().count();
            wrong += table.differences().missing()
                    + table.differences().extra()
                    + table.differences().different();
        }
        String tables = Amounts.count(report.tables().size(), "table");
        return report.isEqual()
                ? "verified: all " + Amounts.count(rows, "row") + " of " + tables + " are as "
                        + Amounts.count(report.documents().compared(), "document") + " give them"
                : "verified: " + Amounts.count(wrong, "difference") + " in " + tables;
    }

    private void addHeadline() {
        add(
                report.contract() + ": " + headline(report) + " (" + Amounts.duration(report.seconds()) + ")",
                INDENT.length());
    }

    private void addDocuments() {
        Documents documents = report.documents();
        lines.add("");
        add("Documents  " + Amounts.count(documents.read()) + " read: " + Amounts.count(documents.compared())
                + " compared"
                + part(documents.unmappable(), " loaded once, but rejected now")
                + part(documents.rejected(), " rejected by their run")
                + part(documents.notLoaded(), " not loaded")
                + part(documents.duplicates(), " with a key that another document was loaded under"));
        if (documents.unselected() > 0) {
            add("           " + Amounts.count(documents.unselected())
                    + " not for the contract (document.select): they are not compared");
        }
        if (documents.kept() > 0) {
            add("           " + Amounts.count(documents.kept())
                    + " of those rejected kept: the new version was rejected,"
                    + " and the rows of the older one stay, uncompared");
        }
        if (documents.changed() > 0) {
            add("           " + Amounts.count(documents.changed()) + " have another text than when they were loaded");
        }
        if (documents.gone() > 0) {
            add("           " + Amounts.count(documents.gone()) + " that were loaded are not in the source"
                    + (documents.unselected() > 0 ? ", or not selected any more" : "") + ": their rows count as extra");
        }
        for (Map.Entry<String, List<String>> examples : documents.examples().entrySet()) {
            add("           " + examples.getKey() + ": " + String.join(", ", examples.getValue()) + " …");
        }
    }

    private static String part(long number, String words) {
        return number == 0 ? "" : ", " + Amounts.count(number) + words;
    }

    private void addTables() {
        TextTable tables = new TextTable()
                .column("Table", Align.LEFT)
                .column("Rows", Align.RIGHT)
                .column("Missing", Align.RIGHT)
                .column("Extra", Align.RIGHT)
                .column("Different", Align.RIGHT)
                .column("Checksum", Align.LEFT);
        for (TableReport table : report.tables()) {
            tables.row(
                    table.name(),
                    Amounts.count(table.found().count()),
                    Amounts.count(table.differences().missing()),
                    Amounts.count(table.differences().extra()),
                    Amounts.count(table.differences().different()),
                    table.found().checksum().substring(0, SHOWN_DIGITS) + (table.isEqual() ? "" : " ≠"));
        }
        lines.add("");
        lines.addAll(tables.lines(INDENT, width));
    }

    private void addTable(TableReport table) {
        if (!table.excluded().isEmpty()) {
            add(INDENT + table.name() + " without " + String.join(", ", table.excluded())
                    + ": the run's id or time, which a later comparison cannot know");
        }
        if (table.shared()) {
            add(INDENT + table.name()
                    + " by on-duplicate: documents share its rows, and the values of any of them are right");
        }
        if (table.isEqual()) {
            return;
        }
        lines.add("");
        add(table.name() + columns(table));
        Differences differences = table.differences();
        differences.first().forEach(this::addDifference);
        long all = differences.missing() + differences.extra() + differences.different();
        if (all > differences.first().size()) {
            add(INDENT + "and " + Amounts.count(all - differences.first().size()) + " more");
        }
    }

    private static String columns(TableReport table) {
        List<String> columns = new ArrayList<>();
        table.differences()
                .byColumn()
                .forEach((column, rows) -> columns.add(column + " (" + Amounts.count(rows) + ")"));
        return columns.isEmpty() ? "" : ", columns that differ: " + String.join(", ", columns);
    }

    private void addDifference(Difference difference) {
        StringBuilder line = new StringBuilder(INDENT);
        line.append(String.format("%-9s", difference.kind().name().toLowerCase(Locale.ROOT)));
        if (difference.document() != null) {
            line.append("  document ").append(difference.document());
        }
        List<String> key = new ArrayList<>();
        for (Value value : difference.key()) {
            key.add(value.column() + (value.text() == null ? "" : " " + shown(value.text())));
        }
        boolean masked = difference.key().stream().allMatch(value -> value.text() == null);
        if (!masked) {
            line.append("  ").append(String.join(", ", key));
        } else if (difference.document() == null) {
            line.append("  (its key: --show-values)");
        }
        List<String> columns = new ArrayList<>();
        for (ColumnDifference column : difference.columns()) {
            columns.add(column.column() + change(column));
        }
        if (!columns.isEmpty()) {
            line.append(": ").append(String.join("; ", columns));
        }
        add(TextTable.printable(line.toString()), 13);
    }

    private static String change(ColumnDifference column) {
        String expected = side(column.expected(), column.expectedNull());
        String found = side(column.found(), column.foundNull());
        return expected.equals(found) ? "" : " " + expected + " → " + found;
    }

    private static String side(@Nullable String text, boolean isNull) {
        if (isNull) {
            return "NULL";
        }
        return text == null ? "a value" : "\"" + shown(text) + "\"";
    }

    private static String shown(String text) {
        return TextTable.cut(text, SHOWN_CHARACTERS);
    }

    private void add(String text) {
        add(text, INDENT.length());
    }

    private void add(String text, int hanging) {
        lines.addAll(Paragraph.wrap(text, width, hanging));
    }
}
